#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "convert/capture.h"

/*
 * Any bytes are read to their end as a capture, and each byte of each frame
 * is touched; what the contract promises is checked on the way.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A promise was broken: end in a way that every fuzzer sees. */
static void
must(int held)
{
	if (!held)
		abort();
}

/* Read all of ${cap}, which has ${size} bytes; returns a sum of them. */
static unsigned
read_all(struct fv_capture *cap, size_t size)
{
	unsigned sum = 0;
	uint64_t frames = 0, faults = 0, last = 0;
	struct fv_frame frame;
	struct fv_err err;
	uint32_t i;
	int rc;

	while ((rc = fv_capture_next(cap, &frame, &err)) != 0) {
		if (rc < 0) {
			must(err.code == FV_EFORMAT);
			must(++faults <= size);
			continue;
		}
		must(frame.captured <= FV_FRAME_LIMIT);
		must(frame.time >= 0);
		must(frame.offset >= last && frame.offset < size);
		must(frame.offset > last || frames == 0);
		must(frame.side <= 2 && frame.notes <= 7);
		for (i = 0; i < frame.captured; i++)
			sum += frame.bytes[i];
		last = frame.offset;
		frames++;
	}
	must(fv_capture_next(cap, &frame, &err) == 0);
	must(fv_capture_about(cap)->bytes_read == size);
	must(fv_capture_about(cap)->bytes_skipped <= size);
	return sum;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fv_capture *cap;
	struct fv_err err;
	int fd = memfd_create("fuzz_capture", MFD_CLOEXEC);

	must(fd >= 0);
	must(write(fd, data, size) == (ssize_t)size);
	must(lseek(fd, 0, SEEK_SET) == 0);
	if ((cap = fv_capture_open_fd(fd, &err)) != NULL)
		must(read_all(cap, size) <= 255 * size);
	else
		must(err.code == FV_EFORMAT && err.text[0] != '\0');
	fv_capture_free(cap);
	return 0;
}

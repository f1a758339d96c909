#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "convert/capture.h"

/*
 * Any bytes are read to their end as a capture, and each byte of each frame
 * is touched; what the contract promises is checked on the way.  Read without
 * a search behind damage, the same frames come, up to there.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A promise was broken: end in a way that every fuzzer sees. */
static void
must(int held)
{
	if (!held)
		abort();
}

/* The capture of those bytes, or NULL. */
static struct fv_capture *
open_bytes(const uint8_t *data, size_t size)
{
	struct fv_capture *cap;
	struct fv_err err;
	int fd = memfd_create("fuzz_capture", MFD_CLOEXEC);

	must(fd >= 0);
	must(write(fd, data, size) == (ssize_t)size);
	must(lseek(fd, 0, SEEK_SET) == 0);
	if ((cap = fv_capture_open_fd(fd, &err)) == NULL)
		must(err.code == FV_EFORMAT && err.text[0] != '\0');
	return cap;
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
	must(fv_capture_about(cap)->resumed <= faults);
	return sum;
}

/* Read ${data} side by side with a capture that stops at damage. */
static void
compare_stopped(const uint8_t *data, size_t size)
{
	struct fv_capture *cap = open_bytes(data, size);
	struct fv_capture *stopped = open_bytes(data, size);
	struct fv_frame frame, other;
	struct fv_err err;
	int rc, again;

	if (cap == NULL || stopped == NULL)
		goto out;
	fv_capture_stop_at_damage(stopped);
	do {
		rc = fv_capture_next(cap, &frame, &err);
		again = fv_capture_next(stopped, &other, &err);
		if (fv_capture_about(cap)->resumed > 0) {
			must(rc == -1 && again == -1);
			must(fv_capture_next(stopped, &other, &err) == 0);
			break;
		}
		must(rc == again);
		must(rc != 1 ||
		    (frame.offset == other.offset && frame.time == other.time &&
			frame.captured == other.captured));
	} while (rc != 0);
	must(fv_capture_about(stopped)->resumed == 0);
out:
	fv_capture_free(cap);
	fv_capture_free(stopped);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fv_capture *cap = open_bytes(data, size);

	if (cap != NULL)
		(void)read_all(cap, size);
	fv_capture_free(cap);
	compare_stopped(data, size);
	return 0;
}

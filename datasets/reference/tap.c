#include "datasets/reference/tap.h"

#include <stdlib.h>
#include <string.h>

#include "base/compressed.h"
#include "base/memory.h"
#include "base/outfile.h"

enum {
	ETHERNET = 1, /* LINKTYPE_ETHERNET */
	FILE_HEADER = 24,
	PCAP_HEADER = 16,
	PCAPNG_HEADER = 28, /* of an enhanced packet block */
	PCAPNG_TRAILER = 4
};

struct fv_tap {
	struct fv_outfile *file;
	enum fv_reference_format format;
	uint32_t snaplen;
	struct fv_compressed *stream;
};

static void
put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)value;
	at[1] = (uint8_t)(value >> 8);
}

static void
put32(uint8_t *at, uint32_t value)
{
	put16(at, value);
	put16(at + 2, value >> 16);
}

/* draft-ietf-opsawg-pcap, section 4 */
static int
begin_pcap(struct fv_tap *tap, struct fv_err *err)
{
	uint8_t header[FILE_HEADER] = { 0 };

	put32(header, 0xa1b2c3d4);
	put16(header + 4, 2);
	put16(header + 6, 4);
	put32(header + 16, tap->snaplen);
	put32(header + 20, ETHERNET);
	return fv_compressed_write(tap->stream, header, sizeof(header), err);
}

/* draft-ietf-opsawg-pcapng: a section header, and one interface. */
static int
begin_pcapng(struct fv_tap *tap, struct fv_err *err)
{
	uint8_t blocks[28 + 20] = { 0 }, *interface = blocks + 28;

	put32(blocks, 0x0a0d0d0a);
	put32(blocks + 4, 28);
	put32(blocks + 8, 0x1a2b3c4d);
	put16(blocks + 12, 1);
	memset(blocks + 16, 0xff, 8); /* the section's length is not said */
	put32(blocks + 24, 28);
	put32(interface, 1);
	put32(interface + 4, 20);
	put16(interface + 8, ETHERNET);
	put32(interface + 12, tap->snaplen);
	put32(interface + 16, 20);
	return fv_compressed_write(tap->stream, blocks, sizeof(blocks), err);
}

static int
begin(struct fv_tap *tap, const char *path,
    const struct fv_reference_options *options, struct fv_err *err)
{
	tap->file = fv_outfile_new(path, options->replace, err);
	if (tap->file == NULL)
		return -1;
	tap->stream = fv_compressed_new(tap->file, options->compression, err);
	if (tap->stream == NULL)
		return -1;
	return tap->format == FV_REFERENCE_PCAPNG ? begin_pcapng(tap, err)
						  : begin_pcap(tap, err);
}

struct fv_tap *
fv_tap_new(const char *path, const struct fv_reference_options *options,
    struct fv_err *err)
{
	struct fv_tap *tap;

	if ((tap = fv_memory_new(1, sizeof(*tap), err)) == NULL)
		return NULL;
	tap->format = options->format;
	tap->snaplen = options->snaplen;
	if (begin(tap, path, options, err) == 0)
		return tap;
	fv_tap_free(tap);
	return NULL;
}

int
fv_tap_write(struct fv_tap *tap, int64_t time, const uint8_t *frame,
    size_t length, struct fv_err *err)
{
	uint32_t kept = length < tap->snaplen ? (uint32_t)length : tap->snaplen;
	uint32_t padded = (kept + 3) / 4 * 4;
	uint32_t block = PCAPNG_HEADER + padded + PCAPNG_TRAILER;
	uint8_t header[PCAPNG_HEADER], trailer[3 + PCAPNG_TRAILER] = { 0 };
	size_t pad = padded - kept;

	if (tap->format == FV_REFERENCE_PCAP) {
		put32(header, (uint32_t)(time / 1000000));
		put32(header + 4, (uint32_t)(time % 1000000));
		put32(header + 8, kept);
		put32(header + 12, (uint32_t)length);
		if (fv_compressed_write(
			tap->stream, header, PCAP_HEADER, err) == -1)
			return -1;
		return fv_compressed_write(tap->stream, frame, kept, err);
	}
	put32(header, 6);
	put32(header + 4, block);
	put32(header + 8, 0);
	put32(header + 12, (uint32_t)(time >> 32));
	put32(header + 16, (uint32_t)time);
	put32(header + 20, kept);
	put32(header + 24, (uint32_t)length);
	put32(trailer + pad, block);
	if (fv_compressed_write(tap->stream, header, PCAPNG_HEADER, err) ==
		-1 ||
	    fv_compressed_write(tap->stream, frame, kept, err) == -1)
		return -1;
	return fv_compressed_write(
	    tap->stream, trailer, pad + PCAPNG_TRAILER, err);
}

int
fv_tap_commit(struct fv_tap *tap, struct fv_err *err)
{
	if (fv_compressed_finish(tap->stream, err) == -1)
		return -1;
	return fv_outfile_commit(tap->file, err);
}

void
fv_tap_free(struct fv_tap *tap)
{
	if (tap == NULL)
		return;
	fv_compressed_free(tap->stream);
	fv_outfile_free(tap->file);
	free(tap);
}

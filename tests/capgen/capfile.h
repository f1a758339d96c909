#ifndef TESTS_CAPGEN_CAPFILE_H
#define TESTS_CAPGEN_CAPFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Builds capture files for tests, good ones and ones broken on purpose, in
 * memory.  Every field is what the caller says it is.  Out of memory or a
 * disk that fails ends the program: these are tests.
 *
 *	struct fv_capfile *f = fv_capfile_new();
 *	fv_capfile_pcap(f, &(struct fv_capfile_pcap){ FV_CAPFILE_PCAP });
 *	fv_capfile_frame(f, 1500000000, bytes, 60, 60);
 *	cap = fv_capture_open_fd(fv_capfile_fd(f), &err);
 *	fv_capfile_free(f);
 */
struct fv_capfile;

struct fv_capfile *fv_capfile_new(void);
void fv_capfile_free(struct fv_capfile *file);

/* What was built so far; it moves when more is added. */
const uint8_t *fv_capfile_bytes(const struct fv_capfile *file);
size_t fv_capfile_size(const struct fv_capfile *file);

/* Write the file to ${path}, in place of what was there. */
void fv_capfile_write(const struct fv_capfile *file, const char *path);

/* A descriptor of a nameless copy, at its beginning; the caller's. */
int fv_capfile_fd(const struct fv_capfile *file);

/*
 * Raw material: bytes as they are, integers in the byte order of the file
 * or section that was begun last (little-endian before any).
 */
void fv_capfile_put(struct fv_capfile *file, const void *bytes, size_t n);
void fv_capfile_zeros(struct fv_capfile *file, size_t n);
void fv_capfile_put16(struct fv_capfile *file, uint16_t value);
void fv_capfile_put32(struct fv_capfile *file, uint32_t value);
void fv_capfile_put64(struct fv_capfile *file, uint64_t value);

/* Put ${value} over the four bytes at ${offset}. */
void fv_capfile_poke32(struct fv_capfile *file, size_t offset, uint32_t value);

/* Leave only the first ${n} bytes. */
void fv_capfile_cut(struct fv_capfile *file, size_t n);

/* The file header of a pcap. */
struct fv_capfile_pcap {
	uint32_t magic;
	uint16_t major;
	uint16_t minor;
	uint32_t snapshot_length;
	uint32_t link_type;
	bool big; /* big-endian */
};

/* The usual one, to be followed by what shall differ. */
#define FV_CAPFILE_PCAP                                           \
	.magic = FV_CAPFILE_MICROSECONDS, .major = 2, .minor = 4, \
	.snapshot_length = 262144, .link_type = 1

#define FV_CAPFILE_MICROSECONDS 0xa1b2c3d4
#define FV_CAPFILE_NANOSECONDS 0xa1b23c4d
#define FV_CAPFILE_KUZNETZOV 0xa1b2cd34
#define FV_CAPFILE_NAVTEL 0xa12b3c4d

void fv_capfile_pcap(
    struct fv_capfile *file, const struct fv_capfile_pcap *header);

/*
 * fv_capfile_record(file, seconds, fraction, first, second, bytes, n):
 * A record of that pcap with these four numbers in this order, and ${n}
 * bytes behind.  ${bytes} may be NULL for bytes that count up.
 */
void fv_capfile_record(struct fv_capfile *file, uint32_t seconds,
    uint32_t fraction, uint32_t first, uint32_t second, const void *bytes,
    size_t n);

/*
 * fv_capfile_frame(file, time, bytes, captured, length):
 * A sound record for a frame at ${time} ns since 1970, in the precision and
 * order of lengths of that pcap.
 */
void fv_capfile_frame(struct fv_capfile *file, int64_t time, const void *bytes,
    uint32_t captured, uint32_t length);

/*
 * pcapng, block by block.  What is put between begin and end is the body,
 * options among it; end pads it and fills in both lengths.  Begin returns
 * where in the file its block begins.
 */
size_t fv_capfile_begin(struct fv_capfile *file, uint32_t type);
void fv_capfile_option(
    struct fv_capfile *file, uint16_t code, const void *value, uint16_t n);
void fv_capfile_end(struct fv_capfile *file);

/* Whole blocks; each returns where in the file it begins. */

/* A section header: begins a section in that byte order. */
size_t fv_capfile_section(struct fv_capfile *file, bool big);

/* A block of ${n} bytes that count up. */
size_t fv_capfile_block(struct fv_capfile *file, uint32_t type, size_t n);

struct fv_capfile_interface {
	uint16_t link_type;
	uint32_t snapshot_length;
	bool has_resolution;
	uint8_t resolution; /* if_tsresol */
	int64_t offset;     /* if_tsoffset; 0: no such option */
	uint8_t fcs_length; /* if_fcslen; 0: no such option */
};

size_t fv_capfile_interface(
    struct fv_capfile *file, const struct fv_capfile_interface *interface);

/*
 * A packet: ${bytes} of ${captured}, NULL for bytes that count up; flags go
 * into an option when they are not 0.
 */
struct fv_capfile_packet {
	uint32_t interface;
	uint64_t ticks;
	const void *bytes;
	uint32_t captured;
	uint32_t length;
	uint32_t flags;
};

size_t fv_capfile_enhanced(
    struct fv_capfile *file, const struct fv_capfile_packet *packet);
size_t fv_capfile_simple(
    struct fv_capfile *file, const struct fv_capfile_packet *packet);
size_t fv_capfile_obsolete(
    struct fv_capfile *file, const struct fv_capfile_packet *packet);

#endif

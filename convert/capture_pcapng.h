#ifndef CONVERT_CAPTURE_PCAPNG_H
#define CONVERT_CAPTURE_PCAPNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/cursor.h"
#include "base/err.h"

struct fv_capture;
struct fv_frame;
struct fv_capture_interface;

/*
 * The pcapng format (draft-ietf-opsawg-pcapng): sections, each in its own
 * byte order, of blocks.  For capture.c.
 */

/* The block type that begins a file; the same in both byte orders. */
#define FV_CAPTURE_PCAPNG_MAGIC 0x0a0d0d0a

/* Interfaces in one section; a block for each costs 20 bytes of the file. */
#define FV_CAPTURE_PCAPNG_INTERFACES 65536

struct fv_capture_pcapng {
	struct fv_capture_interface *interface; /* of this section */
	size_t capacity;
	uint32_t interfaces;      /* in this section */
	uint32_t first_interface; /* its number over all sections */
	bool big;                 /* the section is big-endian */
	bool options_bad;         /* of the block here: told of already */
	bool lost; /* the section could not be read: what is here is unknown */
};

/*
 * fv_capture_pcapng_open(cap, err):
 * Look at the section header at the beginning of ${cap->source}.  Returns 0,
 * or -1 with ${err} set.
 */
int fv_capture_pcapng_open(
    struct fv_capture *cap, struct fv_err *err) FV_MUST_CHECK;

/* The next frame: see fv_capture_next. */
int fv_capture_pcapng_next(struct fv_capture *cap, struct fv_frame *frame,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * The byte order of the section whose header begins at ${c}; false when that
 * cannot be told, or its version is not supported.
 */
bool fv_capture_pcapng_order(struct fv_cursor c, bool *big);

/* Give back the interfaces. */
void fv_capture_pcapng_close(struct fv_capture *cap);

#endif

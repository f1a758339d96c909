#ifndef DATASETS_REFERENCE_MISHAP_H
#define DATASETS_REFERENCE_MISHAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/reference/reference.h"
#include "datasets/reference/tap.h"
#include "datasets/reference/wire.h"

/*
 * What goes wrong between the wire and a capture: the clock notes packets
 * late, some are missed, some stand behind later ones in the file.  Each
 * packet's luck follows from its number on the tap that day, so it is the
 * same in any split of the work.  With everything off, as by default, it
 * only passes packets on.
 */
struct fv_mishap {
	const struct fv_reference_options *options;
	struct fv_tap *tap;
	uint64_t seed;
	uint32_t day; /* of this tap, in the stream's name */
	uint32_t number;
	int64_t stamp; /* the clock's last */
	/* The packet that is held back; with waits > 0. */
	unsigned waits;
	int64_t held_stamp;
	size_t held_length;
	uint8_t held[FV_WIRE_FRAME];
};

/* How many packets one may be behind its place. */
enum { FV_MISHAP_BEHIND = 3 };

/*
 * fv_mishap_begin(mishap, options, tap, seed, day, out):
 * Begin a day of ${tap}, which stays the caller's, at the site of ${seed}.
 */
void fv_mishap_begin(struct fv_mishap *mishap,
    const struct fv_reference_options *options, struct fv_tap *tap,
    uint64_t seed, unsigned day, bool out);

/*
 * fv_mishap_write(mishap, time, frame, length, err),
 * fv_mishap_end(mishap, err):
 * As fv_tap_write, perhaps; and write what is still held back.  Returns 0,
 * or -1 with ${err} set.
 */
int fv_mishap_write(struct fv_mishap *mishap, int64_t time,
    const uint8_t *frame, size_t length, struct fv_err *err) FV_MUST_CHECK;
int fv_mishap_end(struct fv_mishap *mishap, struct fv_err *err) FV_MUST_CHECK;

#endif

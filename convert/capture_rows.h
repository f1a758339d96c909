#ifndef CONVERT_CAPTURE_ROWS_H
#define CONVERT_CAPTURE_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/counters.h"

/*
 * The rows of /captures, of one part of a reading after the other.  A capture
 * that goes on beyond the end of a part has a row in each: what was counted
 * since the part before.  Counters of one capture add up to what it has as a
 * whole; first_time and last_time are of the part.
 *
 * Rows of a part follow each other by the captures' numbers in the whole
 * reading, without a gap.
 */
struct fv_capture_rows {
	struct fv_capture_row *row;      /* of captures first, first + 1, ... */
	uint64_t (*before)[FV_COUNTERS]; /* what they had counted by then */
	size_t n;
	size_t capacity, before_capacity;
	uint32_t first;
};

/*
 * fv_capture_rows_put(rows, number, total, err):
 * Set the row of capture ${number}, which is not below first, from ${total},
 * which has counted since the capture began; its times are of this part.
 * Returns 0, or -1 with ${err} set.
 */
int fv_capture_rows_put(struct fv_capture_rows *rows, uint32_t number,
    const struct fv_capture_row *total, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_capture_rows_part(rows, keep):
 * Begin the next part, with rows that have counted nothing for captures
 * ${keep} and on: those that may still be referred to.
 */
void fv_capture_rows_part(struct fv_capture_rows *rows, uint32_t keep);

/* Free what ${rows} holds, and make it empty. */
void fv_capture_rows_free(struct fv_capture_rows *rows);

#endif

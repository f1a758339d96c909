#ifndef DATASETS_REFERENCE_PIECES_H
#define DATASETS_REFERENCE_PIECES_H

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/reference/guests.h"

/* Seconds of a piece; shorter remains are dropped. */
enum { FV_PIECES_LEAST = 60 };

/*
 * fv_pieces_fill(guests, err):
 * For guests.c: draw the sessions of all guests, cut them at midnights into
 * pieces, and sort and index these.  Returns 0, or -1 with ${err} set.
 */
int fv_pieces_fill(struct fv_guests *guests, struct fv_err *err) FV_MUST_CHECK;

/* For qsort: the order of pieces, by day, address and time. */
int fv_pieces_compare(const void *a, const void *b);

#endif

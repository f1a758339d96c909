#ifndef DATASETS_REFERENCE_TALKS_H
#define DATASETS_REFERENCE_TALKS_H

#include <stddef.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/reference/plan.h"
#include "datasets/reference/talk.h"

/* The most conversations of one address on one day: a benchmark's. */
#define FV_TALKS_MOST ((size_t)1 << 24)

/* The conversations of one address on one day, in order of their start. */
struct fv_talks {
	struct fv_talk *talk;
	size_t n, room;
};

/*
 * fv_talks_fill(talks, plan, day, address, err):
 * Cut what the plan gives to ${address} on ${day} into conversations, and
 * give each its start, far side and ports.  Replaces what ${talks} held.
 * Returns 0, or -1 with ${err} set.
 */
int fv_talks_fill(struct fv_talks *talks, const struct fv_plan *plan,
    unsigned day, unsigned address, struct fv_err *err) FV_MUST_CHECK;

/* Give back what ${talks} holds; it may be zeroed. */
void fv_talks_free(struct fv_talks *talks);

#endif

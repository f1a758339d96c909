#ifndef ANALYSIS_DIVERGENCE_H
#define ANALYSIS_DIVERGENCE_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * How different the profiles of two groups are, and whether it is more than
 * chance.  A group has units (hosts, say), each with its shares of some
 * classes; the group's profile is the mean over its units, so that one busy
 * unit does not speak for all.
 *
 * The distance is Jensen and Shannon's: the square root of the divergence to
 * base 2, from 0 (the same) to 1 (nothing in common); Endres and Schindelin,
 * "A new metric for probability distributions" (2003).
 *
 * Arithmetic is that of analysis/nats.h, and resampling counts instead of
 * carrying a state from draw to draw: the same units give the same figures
 * on any machine.
 */

#define FV_DIVERGENCE_WHOLE UINT64_C(1000000) /* shares of a unit, in all */
#define FV_DIVERGENCE_ROUNDS 400
#define FV_DIVERGENCE_CLASSES 256

struct fv_divergence_group {
	const uint32_t *const *unit; /* shares of each, by class */
	size_t n;
};

/* In thousandths. */
struct fv_divergence {
	uint32_t distance;
	uint32_t low, high; /* 95 % of bootstraps over units lie between */
	uint32_t chance;    /* 95 % of random splits of all units are below */
};

/*
 * fv_divergence_find(a, b, classes, d, err):
 * Compare two groups of one unit at least over ${classes} (at most
 * FV_DIVERGENCE_CLASSES).  Takes 2 * FV_DIVERGENCE_ROUNDS passes over the
 * units.  Returns 0 with ${d}, or -1 with ${err} set.
 */
int fv_divergence_find(const struct fv_divergence_group *a,
    const struct fv_divergence_group *b, size_t classes,
    struct fv_divergence *d, struct fv_err *err) FV_MUST_CHECK;

#endif

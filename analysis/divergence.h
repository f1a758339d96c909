#ifndef ANALYSIS_DIVERGENCE_H
#define ANALYSIS_DIVERGENCE_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * How far two profiles are apart, where a profile is how much of each kind
 * there is: by the Jensen-Shannon distance, the square root of the divergence
 * in bits (Endres and Schindelin 2003, a metric).  0: the same shares; 1:
 * nothing in common.  Computed in a fixed order with the operations of
 * analysis/nats.h, so it is the same on every machine, and rounded to
 * millionths.
 */
#define FV_DIVERGENCE_ONE 1000000

/*
 * fv_divergence_distance(p, q, kinds):
 * Between the profiles ${p} and ${q}, each of ${kinds} amounts of which one is
 * not 0, and whose sum fits.  0 to FV_DIVERGENCE_ONE.
 */
uint32_t fv_divergence_distance(
    const uint64_t *p, const uint64_t *q, size_t kinds);

/* Profiles of the hosts of a group; the group's own is their sum. */
struct fv_divergence_group {
	const uint64_t *const *host;
	size_t n; /* at least 1 */
};

/* What the distance of two groups is worth. */
struct fv_divergence_spread {
	uint32_t low, high; /* 95 % of distances of groups drawn anew */
	uint32_t alike;     /* 95 % of distances if groups did not matter */
};

/* How often hosts are drawn. */
#define FV_DIVERGENCE_DRAWS 200

/*
 * fv_divergence_spread(a, b, kinds, seed, spread, err):
 * Draw hosts of ${a} and of ${b} anew, with replacement (the bootstrap, over
 * hosts, for packets of one host are not independent); and draw both groups
 * from the hosts of both together, for what chance alone would give.  Which
 * hosts are drawn is a function of ${seed} and of counters.  Takes
 * FV_DIVERGENCE_DRAWS * 2 * (a->n + b->n) * kinds additions.  Returns 0, or -1
 * with ${err} set.
 */
int fv_divergence_spread(const struct fv_divergence_group *a,
    const struct fv_divergence_group *b, size_t kinds, uint64_t seed,
    struct fv_divergence_spread *spread, struct fv_err *err) FV_MUST_CHECK;

#endif

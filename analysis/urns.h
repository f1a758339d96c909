#ifndef ANALYSIS_URNS_H
#define ANALYSIS_URNS_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/segments.h"
#include "base/attributes.h"
#include "base/err.h"

/*
 * How well sessions of an address go together as those of one host: the
 * evidence of segments.h, for every run of sessions at once.
 *
 * A host draws the destinations of its sessions from an urn of its own
 * (Dirichlet-multinomial, Polya).  Of a run of sessions in which m draws were
 * made before and c of them of destination d, another draw of d weighs
 *
 *	ln ((A q + c) / ((A + m) q))
 *
 * against a draw from what all sessions know, where q is d's share.  A
 * destination that a single session knows says nothing about who was there
 * before or after, and is left out.  q is the mean over sessions, so that a
 * host that meets thousands does not set it.  Stacks are drawn alike, one for
 * each session.
 */
struct fv_urns;

/*
 * fv_urns_new(session, n, err):
 * Urns of the ${n} sessions at ${session}, which stand by host and then by
 * time and stay the caller's.  Returns NULL with ${err} set.
 */
struct fv_urns *fv_urns_new(const struct fv_segments_session *session, size_t n,
    struct fv_err *err) FV_MUST_CHECK;

/* How many destinations are left in. */
size_t fv_urns_destinations(const struct fv_urns *urns);

/* Whether session ${k} is the first of its host. */
bool fv_urns_first(const struct fv_urns *urns, size_t k);

/*
 * fv_urns_fill(urns, first, concentration):
 * Weigh every run of sessions, of up to FV_SEGMENTS_LONGEST, of the host
 * that begins at session ${first}.  Takes a step for each session of each
 * run and each of its destinations.
 */
void fv_urns_fill(struct fv_urns *urns, size_t first, double concentration);

/* Set the concentration of stacks, 0.3 so far, for the fills to come. */
void fv_urns_set_stacks(struct fv_urns *urns, double concentration);

/* How many sessions the host has that begins at session ${first}. */
size_t fv_urns_sessions(const struct fv_urns *urns, size_t first);

/*
 * The weights, in nats, of the runs that begin at session ${k}: weight[l] is
 * of ${k} to ${k} + l, for l below fv_urns_reach; until the next fill.
 */
const double *fv_urns_weights(const struct fv_urns *urns, size_t k);
size_t fv_urns_reach(const struct fv_urns *urns, size_t k);

/* The weight of sessions ${from} up to ${to} as one run, its parts apart. */
struct fv_urns_parts {
	double destinations, stack;
};
struct fv_urns_parts fv_urns_parts(
    struct fv_urns *urns, size_t from, size_t to, double concentration);

void fv_urns_free(struct fv_urns *urns);

#endif

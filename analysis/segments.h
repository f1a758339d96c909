#ifndef ANALYSIS_SEGMENTS_H
#define ANALYSIS_SEGMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * When does the host behind an address change?  The sessions of each address
 * are cut into segments, each of one host, by Bayesian segmentation:
 *
 * - How well sessions go together is told by the destinations that they have
 *   in common and by their TCP/IP stacks: analysis/urns.h.
 * - Between two sessions the host changes with a probability that depends on
 *   the gap between them and on the hour at which the second begins (guests
 *   come and go at certain hours): a rate and two histograms of each, by
 *   expectation maximisation.
 * - Over all segmentations of an address, forward and backward sums give the
 *   probability of each boundary, and the maximum in place of the sum the
 *   most likely segmentation.  Both are exact (Fearnhead, "Exact and
 *   efficient Bayesian inference for multiple changepoint problems", 2006).
 * - Boundaries are taken from a probability on.  Which one, is what makes
 *   the expected F1 largest, given the probabilities themselves.
 *
 * Nothing is learnt from labels.  Arithmetic is that of analysis/nats.h, in
 * the order of the sessions: the same sessions give the same bits anywhere.
 */

/* A session: what one address did between two silences. */
struct fv_segments_session {
	uint32_t host;      /* whose; any number that tells addresses apart */
	int64_t begin, end; /* ns */
	uint32_t stack;     /* the most frequent one; FV_NO_ROW: none seen */
	const uint32_t *destination; /* each once, in any order */
	size_t ndestinations;
};

/* The gap between two of them, ns; below 0 if the second began before. */
static inline int64_t
fv_segments_gap(const struct fv_segments_session *before,
    const struct fv_segments_session *session)
{
	int64_t gap;

	/* Times of any dataset may differ by more than 63 bits hold. */
	if (__builtin_sub_overflow(session->begin, before->end, &gap))
		return session->begin > before->end ? INT64_MAX : INT64_MIN;
	return gap;
}

/* Before a session: does another host begin? */
struct fv_segments_boundary {
	bool begins;        /* taken: a segment begins */
	bool likeliest;     /* the most likely segmentation has it */
	uint32_t posterior; /* its probability, in millionths */

	/*
	 * What speaks for it, in thousandths of nats; below 0, against.  Gap
	 * has hour and rate in it.  Stack and destinations compare the two
	 * segments that meet where one begins with one segment of both, and
	 * are 0 elsewhere.
	 */
	int32_t gap, stack, destinations;
};

/* What was fitted, and what is expected of the boundaries taken. */
struct fv_segments_fit {
	uint32_t concentration; /* A of analysis/urns.h, common to most hosts */
	uint32_t stacks;        /* likewise, of stacks; in thousandths */
	size_t destinations;    /* that two sessions or more know */
	/* In millionths: */
	uint32_t rate;      /* of changes, among boundaries */
	uint32_t threshold; /* the probability from which they are taken */
	uint32_t precision; /* expected share of the taken that is right */
	uint32_t recall;    /* expected share of the changes that is taken */
};

#define FV_SEGMENTS_MILLION 1000000

/* Ceilings. */
#define FV_SEGMENTS_SESSIONS ((size_t)1 << 18) /* in all; 512 MiB of sums */
#define FV_SEGMENTS_LONGEST 256 /* sessions of a segment; then it is cut */

/*
 * fv_segments_find(session, n, boundary, fit, err):
 * Segment the ${n} sessions at ${session}, which stand by host and then by
 * time.  Fills boundary[0..n): the first session of a host begins a segment
 * with certainty, and nothing speaks for or against that.
 * Takes some 5 us for each pair of sessions of one host.
 * Returns 0, or -1 with ${err} set (FV_ELIMIT past FV_SEGMENTS_SESSIONS).
 */
int fv_segments_find(const struct fv_segments_session *session, size_t n,
    struct fv_segments_boundary *boundary, struct fv_segments_fit *fit,
    struct fv_err *err) FV_MUST_CHECK;

#endif

#ifndef ANALYSIS_HABITS_H
#define ANALYSIS_HABITS_H

#include "analysis/segments.h"

/*
 * When guests come and go: how boundaries between sessions at which the host
 * changes differ from the others, before one looks at what sessions hold.
 * A rate, and for either case a histogram of the gap and one of the hour at
 * which the second session begins.
 */

enum {
	FV_HABITS_GAPS = 16,  /* half an hour and less, then times root 2 */
	FV_HABITS_HOURS = 12, /* two at a time */
};

enum { FV_HABITS_SAME, FV_HABITS_CHANGED, FV_HABITS_CASES };

struct fv_habits {
	double rate;
	double gap[FV_HABITS_CASES][FV_HABITS_GAPS];
	double hour[FV_HABITS_CASES][FV_HABITS_HOURS];
};

/* Where expectation maximisation starts: no gap and no hour says a thing. */
void fv_habits_begin(struct fv_habits *h);

/* ln of the odds of a change between ${before} and ${session}. */
double fv_habits_odds(const struct fv_habits *h,
    const struct fv_segments_session *before,
    const struct fv_segments_session *session);

/*
 * Counting for the next round: begin with nothing, each bin as if seen once;
 * see boundaries, each a change with probability ${p}; and make shares of it.
 */
void fv_habits_unseen(struct fv_habits *seen);
void fv_habits_see(struct fv_habits *seen,
    const struct fv_segments_session *before,
    const struct fv_segments_session *session, double p);
void fv_habits_learn(struct fv_habits *seen);

#endif

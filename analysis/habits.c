#include "analysis/habits.h"

#include <stdint.h>

#include "analysis/nats.h"

enum { GAPS = FV_HABITS_GAPS, HOURS = FV_HABITS_HOURS };
enum { SAME = FV_HABITS_SAME, CHANGED = FV_HABITS_CHANGED };

/* Where bins of gaps end, in seconds: half an hour, times the root of 2. */
static const uint32_t gap_edge[GAPS - 1] = { 1800, 2546, 3600, 5091, 7200,
	10182, 14400, 20365, 28800, 40729, 57600, 81459, 115200, 162917,
	230400 };

static size_t
gap_of(const struct fv_segments_session *before,
    const struct fv_segments_session *session)
{
	int64_t gap = fv_segments_gap(before, session) / 1000000000;
	size_t bin = 0;

	while (bin < GAPS - 1 && gap >= gap_edge[bin])
		bin++;
	return bin;
}

/* The part of the day in which it begins, by the clock of the dataset. */
static size_t
hour_of(const struct fv_segments_session *session)
{
	int64_t day = INT64_C(86400000000000), at = session->begin % day;

	return (size_t)((at < 0 ? at + day : at) / (day / HOURS));
}

void
fv_habits_begin(struct fv_habits *h)
{
	fv_habits_unseen(h);
	fv_habits_learn(h);
	h->rate = 0.1;
}

double
fv_habits_odds(const struct fv_habits *h,
    const struct fv_segments_session *before,
    const struct fv_segments_session *session)
{
	size_t gap = gap_of(before, session), hour = hour_of(session);

	return fv_nats_ln(h->rate / (1 - h->rate)) +
	    fv_nats_ln(h->gap[CHANGED][gap] / h->gap[SAME][gap]) +
	    fv_nats_ln(h->hour[CHANGED][hour] / h->hour[SAME][hour]);
}

void
fv_habits_unseen(struct fv_habits *seen)
{
	size_t i;
	int c;

	for (c = 0; c < FV_HABITS_CASES; c++) {
		for (i = 0; i < GAPS; i++)
			seen->gap[c][i] = 1;
		for (i = 0; i < HOURS; i++)
			seen->hour[c][i] = 1;
	}
	seen->rate = 0;
}

void
fv_habits_see(struct fv_habits *seen, const struct fv_segments_session *before,
    const struct fv_segments_session *session, double p)
{
	size_t gap = gap_of(before, session), hour = hour_of(session);

	seen->gap[CHANGED][gap] += p;
	seen->gap[SAME][gap] += 1 - p;
	seen->hour[CHANGED][hour] += p;
	seen->hour[SAME][hour] += 1 - p;
}

/* Make ${count} shares; what they add up to. */
static double
normalise(double *count, size_t n)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		sum += count[i];
	for (i = 0; i < n; i++)
		count[i] /= sum;
	return sum;
}

void
fv_habits_learn(struct fv_habits *seen)
{
	double boundaries[FV_HABITS_CASES];
	int c;

	for (c = 0; c < FV_HABITS_CASES; c++) {
		boundaries[c] = normalise(seen->gap[c], GAPS);
		(void)normalise(seen->hour[c], HOURS);
	}
	/* With one for each bin, the rate is neither 0 nor 1. */
	seen->rate = (boundaries[CHANGED] - GAPS + 1) /
	    (boundaries[SAME] + boundaries[CHANGED] - 2 * GAPS + 2);
}

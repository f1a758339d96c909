#include "analysis/segments.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/habits.h"
#include "analysis/nats.h"
#include "analysis/urns.h"
#include "base/memory.h"

/* Rounds of expectation maximisation. */
enum { ROUNDS = 8 };

enum { MILLION = FV_SEGMENTS_MILLION };

/* The concentrations of destinations that are tried. */
static const uint32_t grid[] = { 10, 30, 100, 300, 1000, 3000, 10000, 30000 };

enum { START = 4 }; /* with which habits are fitted first */

/* What a host's own concentration costs for each step off the common one. */
#define STRANGE 10.0

/* And of stacks: small where a host shows one stack and no other. */
static const double stack_grid[] = { 0.01, 0.03, 0.1, 0.3, 1 };

/* Terms of a sum that are smaller than the largest by e^40 change no bit. */
#define NEGLIGIBLE 40

struct model {
	const struct fv_segments_session *session;
	size_t n;
	struct fv_urns *urns;
	struct fv_habits habits;
	double *odds;  /* of a change before k, by habits alone; ln */
	double *ahead; /* sum over the segmentations of what is before k, ... */
	double *behind; /* ... and of k and what is behind it, if one begins */
	double *best;   /* scratch of the maximum, and where it came from */
	size_t *from;
	double *likely; /* of a host, at its first session: how likely, ... */
	size_t *chosen; /* ... and which concentration of the grid it has */
	size_t common;  /* the one of most hosts */
	size_t stacks;  /* concentration of stacks, of stack_grid */
};

/* What habits say of each boundary: 0 where a host's sessions begin. */
static void
set_odds(struct model *m)
{
	size_t k;

	for (k = 0; k < m->n; k++)
		m->odds[k] = fv_urns_first(m->urns, k)
		    ? 0
		    : fv_habits_odds(
			  &m->habits, &m->session[k - 1], &m->session[k]);
}

/* ln of the sum of e^term[i]. */
static double
sum_of(const double *term, size_t n)
{
	double largest = FV_NATS_NEVER, sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		largest = term[i] > largest ? term[i] : largest;
	for (i = 0; i < n; i++)
		if (term[i] > largest - NEGLIGIBLE)
			sum += fv_nats_exp(term[i] - largest);
	return largest + fv_nats_ln(sum);
}

/* Sums over all segmentations of each host's sessions. */
static void
sum_all(struct model *m)
{
	double term[FV_SEGMENTS_LONGEST];
	const double *weight;
	size_t k, l, n, at;

	for (k = 0; k < m->n; k++) {
		if (fv_urns_first(m->urns, k)) {
			m->ahead[k] = 0;
			continue;
		}
		for (n = 0; n < FV_SEGMENTS_LONGEST;) {
			at = k - n - 1;
			term[n] = m->ahead[at] + m->odds[at] +
			    fv_urns_weights(m->urns, at)[n];
			n++;
			if (fv_urns_first(m->urns, at))
				break;
		}
		m->ahead[k] = sum_of(term, n);
	}
	for (k = m->n; k-- > 0;) {
		n = fv_urns_reach(m->urns, k);
		weight = fv_urns_weights(m->urns, k);
		for (l = 0; l < n; l++) {
			at = k + l + 1;
			term[l] = weight[l];
			if (at < m->n && !fv_urns_first(m->urns, at))
				term[l] += m->odds[at] + m->behind[at];
		}
		m->behind[k] = sum_of(term, n);
	}
}

/* The probability of a boundary at ${k}, of the host that begins at first. */
static double
posterior(const struct model *m, size_t k, size_t first)
{
	return fv_nats_exp(
	    m->ahead[k] + m->odds[k] + m->behind[k] - m->behind[first]);
}

/* A round of expectation maximisation. */
static void
learn(struct model *m)
{
	struct fv_habits seen;
	size_t k, first = 0;

	set_odds(m);
	sum_all(m);
	fv_habits_unseen(&seen);
	for (k = 0; k < m->n; k++)
		if (fv_urns_first(m->urns, k))
			first = k;
		else
			fv_habits_see(&seen, &m->session[k - 1], &m->session[k],
			    posterior(m, k, first));
	fv_habits_learn(&seen);
	m->habits = seen;
}

/* Fit habits to the urns as they are filled. */
static void
fit_habits(struct model *m)
{
	int i;

	fv_habits_begin(&m->habits);
	for (i = 0; i < ROUNDS; i++)
		learn(m);
}

/* Fill the urns of the hosts whose concentration is ${a}, or of all. */
static void
fill(struct model *m, size_t a, bool all)
{
	size_t k;

	for (k = 0; k < m->n; k += fv_urns_sessions(m->urns, k))
		if (all || m->chosen[k] == a)
			fv_urns_fill(m->urns, k, grid[a]);
}

/*
 * How much more likely the host at ${k} is with ${a} than with the first, but
 * no more than STRANGE for each step: none of them sets it for all.
 */
static double
gain(const struct model *m, size_t k, size_t a)
{
	double sum = 0, step;
	size_t i;

	for (i = 1; i <= a; i++) {
		step = m->likely[k * FV_COUNT(grid) + i] -
		    m->likely[k * FV_COUNT(grid) + i - 1];
		sum += step > STRANGE ? STRANGE
		    : step < -STRANGE ? -STRANGE
				      : step;
	}
	return sum;
}

/* The concentration that makes all hosts together most likely. */
static size_t
common(const struct model *m)
{
	double best = 0, sum;
	size_t a, k, chosen = 0;

	for (a = 0; a < FV_COUNT(grid); a++) {
		sum = 0;
		for (k = 0; k < m->n; k += fv_urns_sessions(m->urns, k))
			sum += gain(m, k, a);
		if (a == 0 || sum > best) {
			best = sum;
			chosen = a;
		}
	}
	return chosen;
}

/* Choose the concentration of stacks, and fill the urns with all of it. */
static void
fit_stacks(struct model *m)
{
	double sum, best = 0;
	size_t i, a, k;

	/* The last time around is with the best. */
	for (i = 0; i <= FV_COUNT(stack_grid); i++) {
		fv_urns_set_stacks(m->urns,
		    stack_grid[i < FV_COUNT(stack_grid) ? i : m->stacks]);
		for (a = 0; a < FV_COUNT(grid); a++)
			fill(m, a, false);
		if (i == FV_COUNT(stack_grid))
			return;
		sum_all(m);
		for (sum = 0, k = 0; k < m->n;
		     k += fv_urns_sessions(m->urns, k))
			sum += m->behind[k];
		if (i == 0 || sum > best) {
			best = sum;
			m->stacks = i;
		}
	}
}

/*
 * Fit all there is to fit; leaves odds and sums as they are at the end.  The
 * concentration is common to all hosts, but for those that are nothing like
 * the others: a host that meets thousands has one of its own.
 */
static void
fit_model(struct model *m)
{
	size_t a, k, all, away;
	double weight, best;

	fill(m, START, true);
	fit_habits(m);
	set_odds(m);
	for (a = 0; a < FV_COUNT(grid); a++) {
		fill(m, a, true);
		sum_all(m);
		for (k = 0; k < m->n; k += fv_urns_sessions(m->urns, k))
			m->likely[k * FV_COUNT(grid) + a] = m->behind[k];
	}
	all = common(m);
	for (k = 0; k < m->n; k += fv_urns_sessions(m->urns, k)) {
		best = 2 * FV_NATS_NEVER;
		for (a = 0; a < FV_COUNT(grid); a++) {
			away = a > all ? a - all : all - a;
			weight = m->likely[k * FV_COUNT(grid) + a] -
			    STRANGE * (double)away;
			if (weight > best) {
				best = weight;
				m->chosen[k] = a;
			}
		}
	}
	m->common = all;
	fit_stacks(m);
	fit_habits(m);
	set_odds(m);
	sum_all(m);
}

/* Mark the most likely segmentation. */
static void
choose_likeliest(struct model *m, struct fv_segments_boundary *boundary)
{
	size_t l, at, end;
	double sum;

	/* from[k]: where the segment that ends before k begins. */
	for (end = 1; end <= m->n; end++) {
		m->best[end] = 2 * FV_NATS_NEVER;
		for (l = 0; l < FV_SEGMENTS_LONGEST; l++) {
			at = end - l - 1;
			sum = fv_urns_weights(m->urns, at)[l] + m->odds[at];
			if (!fv_urns_first(m->urns, at))
				sum += m->best[at];
			if (sum > m->best[end]) {
				m->best[end] = sum;
				m->from[end] = at;
			}
			if (fv_urns_first(m->urns, at))
				break;
		}
	}
	for (end = m->n; end > 0; end = m->from[end])
		boundary[m->from[end]].likeliest = true;
}

static int32_t
thousandths(double x)
{
	const int32_t most = 1000000000;

	x *= 1000;
	if (x > most)
		return most;
	if (x < -most)
		return -most;
	return (int32_t)(x + (x < 0 ? -0.5 : 0.5));
}

static int
largest_first(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? 1 : x > y ? -1 : 0;
}

/*
 * From which probability on boundaries are taken: of the probabilities in
 * ${p}, the one that makes 2 right / (taken + changes) largest in
 * expectation.
 */
static void
choose_threshold(uint32_t *p, size_t n, struct fv_segments_fit *fit)
{
	uint64_t all = 0, right = 0;
	double f1, best = 0;
	size_t i;

	qsort(p, n, sizeof(*p), largest_first);
	for (i = 0; i < n; i++)
		all += p[i];
	fit->threshold = MILLION;
	fit->precision = fit->recall = 0;
	for (i = 0; i < n; i++) {
		right += p[i];
		/* Equal probabilities are taken together. */
		if (i + 1 < n && p[i + 1] == p[i])
			continue;
		f1 = 2.0 * (double)right /
		    ((double)(i + 1) * MILLION + (double)all);
		if (f1 <= best)
			continue;
		best = f1;
		fit->threshold = p[i];
		fit->precision = (uint32_t)(right / (i + 1));
		fit->recall =
		    (uint32_t)((double)right / (double)all * MILLION + 0.5);
	}
}

/* What speaks for the boundary at ${k} between its two segments. */
static void
weigh(struct model *m, size_t first, size_t from, size_t k, size_t to,
    struct fv_segments_boundary *b)
{
	double a = grid[m->chosen[first]];
	struct fv_urns_parts left = fv_urns_parts(m->urns, from, k, a);
	struct fv_urns_parts right = fv_urns_parts(m->urns, k, to, a);
	struct fv_urns_parts both = fv_urns_parts(m->urns, from, to, a);

	b->stack = thousandths(left.stack + right.stack - both.stack);
	b->destinations = thousandths(
	    left.destinations + right.destinations - both.destinations);
}

/* Enter the probabilities, and their threshold. */
static int
put_posteriors(struct model *m, struct fv_segments_boundary *boundary,
    struct fv_segments_fit *fit, struct fv_err *err)
{
	size_t k, first = 0, n = 0;
	uint32_t *p;
	double x;

	if ((p = fv_memory_new(m->n, sizeof(*p), err)) == NULL)
		return -1;
	for (k = 0; k < m->n; k++) {
		boundary[k] =
		    (struct fv_segments_boundary){ .posterior = MILLION };
		if (fv_urns_first(m->urns, k)) {
			first = k;
			continue;
		}
		/* Rounding may take it past 1 by a few parts in 10^15. */
		x = posterior(m, k, first) * MILLION + 0.5;
		boundary[k].posterior = x > MILLION ? MILLION : (uint32_t)x;
		boundary[k].gap = thousandths(m->odds[k]);
		p[n++] = boundary[k].posterior;
	}
	choose_threshold(p, n, fit);
	free(p);
	return 0;
}

/* Take boundaries, and say what speaks for them. */
static void
put_segments(struct model *m, struct fv_segments_boundary *boundary,
    const struct fv_segments_fit *fit)
{
	size_t k, first = 0, from = 0, to;

	for (k = 0; k < m->n; k++)
		boundary[k].begins = fv_urns_first(m->urns, k) ||
		    (boundary[k].posterior > 0 &&
			boundary[k].posterior >= fit->threshold);
	for (k = 0; k < m->n; k++) {
		if (!boundary[k].begins)
			continue;
		if (fv_urns_first(m->urns, k)) {
			first = k;
		} else {
			for (to = k + 1; to < m->n && !boundary[to].begins;
			     to++)
				;
			weigh(m, first, from, k, to, &boundary[k]);
		}
		from = k;
	}
}

static int
allocate(struct model *m, struct fv_err *err)
{
	if ((m->urns = fv_urns_new(m->session, m->n, err)) == NULL)
		return -1;
	m->odds = fv_memory_new(m->n, sizeof(*m->odds), err);
	m->ahead = fv_memory_new(m->n, sizeof(*m->ahead), err);
	m->behind = fv_memory_new(m->n, sizeof(*m->behind), err);
	m->best = fv_memory_new(m->n + 1, sizeof(*m->best), err);
	m->from = fv_memory_new(m->n + 1, sizeof(*m->from), err);
	m->likely =
	    fv_memory_new(m->n * FV_COUNT(grid), sizeof(*m->likely), err);
	m->chosen = fv_memory_new(m->n, sizeof(*m->chosen), err);
	return m->odds == NULL || m->ahead == NULL || m->behind == NULL ||
		m->best == NULL || m->from == NULL || m->likely == NULL ||
		m->chosen == NULL
	    ? -1
	    : 0;
}

int
fv_segments_find(const struct fv_segments_session *session, size_t n,
    struct fv_segments_boundary *boundary, struct fv_segments_fit *fit,
    struct fv_err *err)
{
	struct model m = { .session = session, .n = n };
	int rc = -1;

	if (n > FV_SEGMENTS_SESSIONS)
		return fv_err_set(err, FV_ELIMIT,
		    "more than %zu sessions of inside addresses",
		    FV_SEGMENTS_SESSIONS);
	if (allocate(&m, err) == -1)
		goto out;
	fit_model(&m);
	fit->concentration = grid[m.common];
	fit->stacks = (uint32_t)(stack_grid[m.stacks] * 1000 + 0.5);
	fit->rate = (uint32_t)(m.habits.rate * MILLION + 0.5);
	fit->destinations = fv_urns_destinations(m.urns);
	if (put_posteriors(&m, boundary, fit, err) == -1)
		goto out;
	choose_likeliest(&m, boundary);
	put_segments(&m, boundary, fit);
	rc = 0;
out:
	fv_urns_free(m.urns);
	free(m.odds);
	free(m.ahead);
	free(m.behind);
	free(m.best);
	free(m.from);
	free(m.likely);
	free(m.chosen);
	return rc;
}

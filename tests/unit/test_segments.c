#include "tests/unit/suites.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/segments.h"
#include "analysis/urns.h"
#include "datasets/flow.h"
#include "tests/unit/trial.h"

enum { MOST = 64, DRAWS = 6, KINDS = 12, SMALL = 10 };

static const int64_t hour = INT64_C(3600000000000);

/* Sessions of a few hosts, with all they point to. */
struct bed {
	struct fv_segments_session session[MOST];
	uint32_t destination[MOST][DRAWS];
	struct fv_segments_boundary boundary[MOST];
	struct fv_segments_fit fit;
	size_t n;
};

/*
 * Add a session of ${host}, ${gap} hours after the one before; destinations
 * are the bits of ${to}, or none.
 */
static void
add(struct bed *b, uint32_t host, int64_t gap, uint32_t stack, uint32_t to)
{
	struct fv_segments_session *s = &b->session[b->n];
	uint32_t *d = b->destination[b->n], bit;

	*s = (struct fv_segments_session){
		.host = host, .stack = stack, .destination = d
	};
	if (b->n > 0 && s[-1].host == host)
		s->begin = s[-1].end + gap * hour;
	s->end = s->begin + hour;
	for (bit = 0; bit < 32 && s->ndestinations < DRAWS; bit++)
		if ((to >> bit & 1) != 0)
			d[s->ndestinations++] = 1000 + bit;
	b->n++;
}

static void
find(struct bed *b)
{
	struct fv_err err = { FV_OK, "" };

	CU_ASSERT_EQUAL_FATAL(
	    fv_segments_find(b->session, b->n, b->boundary, &b->fit, &err), 0);
}

/* How many sessions of all know destination ${d}. */
static size_t
known(const struct bed *b, uint32_t d)
{
	size_t k, i, n = 0;

	for (k = 0; k < b->n; k++)
		for (i = 0; i < b->session[k].ndestinations; i++)
			n += b->session[k].destination[i] == d;
	return n;
}

/* The share of destination ${d}, as urns.h defines it. */
static double
share(const struct bed *b, uint32_t d)
{
	double all = 0, own = 0;
	size_t k, i, drawn;

	for (k = 0; k < b->n; k++) {
		for (drawn = 0, i = 0; i < b->session[k].ndestinations; i++)
			drawn += known(b, b->session[k].destination[i]) > 1;
		for (i = 0; i < b->session[k].ndestinations; i++) {
			if (known(b, b->session[k].destination[i]) < 2)
				continue;
			all += 1.0 / (double)drawn;
			if (b->session[k].destination[i] == d)
				own += 1.0 / (double)drawn;
		}
	}
	return own / all;
}

/* The weight of sessions ${from} up to ${to}, draw by draw. */
static double
weight(const struct bed *b, size_t from, size_t to)
{
	double a = b->fit.concentration, s = b->fit.stacks / 1000.0, sum = 0;
	double q, stacks[KINDS] = { 0 }, seen = 0, all = 0;
	size_t count[KINDS] = { 0 }, of[KINDS] = { 0 }, m = 0, k, i;
	uint32_t d;

	for (k = 0; k < b->n; k++)
		if (b->session[k].stack != FV_NO_ROW) {
			stacks[b->session[k].stack]++;
			all++;
		}
	for (k = from; k < to; k++) {
		for (i = 0; i < b->session[k].ndestinations; i++) {
			d = b->session[k].destination[i];
			if (known(b, d) < 2)
				continue;
			q = share(b, d);
			sum += log((a * q + (double)count[d - 1000]++) /
			    ((a + (double)m++) * q));
		}
		if ((d = b->session[k].stack) == FV_NO_ROW)
			continue;
		q = stacks[d] / all;
		sum += log((s * q + (double)of[d]++) / ((s + seen++) * q));
	}
	return sum;
}

/*
 * All ways to cut the sessions of one host: bit k - 1 of a way cuts before k.
 * Sums e^weight by whether there is a cut, and finds the best way.
 */
static void
check_all_ways(const struct bed *b)
{
	double all = 0, cut[SMALL] = { 0 }, best = -1e300, p, w[SMALL][SMALL];
	unsigned way, likeliest = 0;
	size_t k, from;

	for (from = 0; from < b->n; from++)
		for (k = from; k < b->n; k++)
			w[from][k] = weight(b, from, k + 1);
	for (way = 0; way < 1u << (b->n - 1); way++) {
		for (p = 0, from = 0, k = 1; k <= b->n; k++) {
			if (k < b->n && (way >> (k - 1) & 1) == 0)
				continue;
			p += w[from][k - 1];
			if (k < b->n)
				p += b->boundary[k].gap / 1000.0;
			from = k;
		}
		if (p > best) {
			best = p;
			likeliest = way;
		}
		all += exp(p);
		for (k = 1; k < b->n; k++)
			if ((way >> (k - 1) & 1) != 0)
				cut[k] += exp(p);
	}
	for (k = 1; k < b->n; k++) {
		/* What is told of gaps is rounded. */
		CU_ASSERT_DOUBLE_EQUAL(
		    b->boundary[k].posterior / 1e6, cut[k] / all, 0.002);
		CU_ASSERT_EQUAL(
		    b->boundary[k].likeliest, (likeliest >> (k - 1) & 1) != 0);
	}
}

static void
sums_are_those_over_all_segmentations(void)
{
	uint64_t seed = 17, x;
	struct bed b;
	size_t i, k, n;

	for (i = 0; i < 40; i++) {
		b.n = 0;
		n = 2 + i % (SMALL - 1);
		for (k = 0; k < n; k++) {
			x = trial_random(&seed);
			add(&b, 7, 1 + (int64_t)(x % 40),
			    x >> 8 & 3 ? (uint32_t)(x >> 12) % 2 + (k > n / 2)
				       : FV_NO_ROW,
			    (uint32_t)(x >> 24) & 0xfff);
		}
		find(&b);
		check_all_ways(&b);
	}
}

/* Who comes back, to the same places with the same stack, is the same. */
static void
plain_cases_are_cut_as_anyone_would(void)
{
	struct bed b = { .n = 0 };
	size_t k, h;

	/* Three addresses: one host; two hosts; two hosts of one stack. */
	for (h = 0; h < 3; h++)
		for (k = 0; k < 16; k++)
			add(&b, (uint32_t)h, k == 8 ? 20 : 2,
			    h == 1 && k >= 8 ? 1 : 0,
			    h > 0 && k >= 8 ? 0x700u : 0x7u);
	find(&b);
	for (k = 0; k < b.n; k++) {
		if (k % 16 == 0) {
			CU_ASSERT_EQUAL(b.boundary[k].posterior, 1000000);
			CU_ASSERT_EQUAL(b.boundary[k].gap, 0);
		}
		CU_ASSERT_EQUAL(
		    b.boundary[k].begins, k % 16 == 0 || k == 24 || k == 40);
	}
	CU_ASSERT(b.boundary[24].posterior > 990000);
	CU_ASSERT(b.boundary[24].stack > 0);
	CU_ASSERT(b.boundary[24].destinations > 0);
	CU_ASSERT(b.boundary[40].posterior > 900000);
	CU_ASSERT(b.boundary[40].stack < 0);
	CU_ASSERT(b.boundary[8].posterior < 100000);
	CU_ASSERT(b.fit.rate > 20000 && b.fit.rate < 150000);
}

static void
nothing_and_little_are_segmented_too(void)
{
	struct bed b = { .n = 0 };

	find(&b);
	add(&b, 1, 0, FV_NO_ROW, 0);
	find(&b);
	CU_ASSERT_TRUE(b.boundary[0].begins);
	CU_ASSERT_TRUE(b.boundary[0].likeliest);
	add(&b, 2, 0, FV_NO_ROW, 0);
	find(&b);
	CU_ASSERT_TRUE(b.boundary[1].begins);
	CU_ASSERT_EQUAL(b.fit.destinations, 0);
}

/* More sessions than a segment has; the last one stands alone. */
static void
long_segments_are_cut_and_no_more(void)
{
	enum { MANY = FV_SEGMENTS_LONGEST + 40 };
	static struct fv_segments_session s[MANY];
	static struct fv_segments_boundary b[MANY];
	static const uint32_t place[] = { 1, 2, 3 };
	struct fv_segments_fit fit;
	struct fv_err err;
	size_t k, cuts = 0;

	for (k = 0; k < MANY; k++)
		s[k] = (struct fv_segments_session){ 1, (int64_t)k * 2 * hour,
			((int64_t)k * 2 + 1) * hour, 0, place, 3 };
	CU_ASSERT_EQUAL_FATAL(fv_segments_find(s, MANY, b, &fit, &err), 0);
	for (k = 1; k < MANY; k++)
		cuts += b[k].likeliest;
	CU_ASSERT_EQUAL(cuts, 1);
}

static void
too_many_sessions_are_refused(void)
{
	struct fv_segments_fit fit;
	struct fv_err err = { FV_OK, "" };

	CU_ASSERT_EQUAL(
	    fv_segments_find(NULL, FV_SEGMENTS_SESSIONS + 1, NULL, &fit, &err),
	    -1);
	CU_ASSERT_EQUAL(err.code, FV_ELIMIT);
}

CU_TestInfo suite_segments[] = {
	{ "sums are those over all segmentations",
	    sums_are_those_over_all_segmentations },
	{ "plain cases are cut as anyone would",
	    plain_cases_are_cut_as_anyone_would },
	{ "nothing and little are segmented, too",
	    nothing_and_little_are_segmented_too },
	{ "long segments are cut, and no more",
	    long_segments_are_cut_and_no_more },
	{ "too many sessions are refused", too_many_sessions_are_refused },
	CU_TEST_INFO_NULL,
};

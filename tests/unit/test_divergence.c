#include "analysis/divergence.h"

#include <string.h>

#include "tests/unit/suites.h"
#include "tests/unit/trial.h"

static void
distances_are_the_ones_by_hand(void)
{
	const uint64_t one[] = { 7, 0, 0 }, two[] = { 0, 3, 0 };
	const uint64_t half[] = { 5, 5, 0 };

	CU_ASSERT_EQUAL(fv_divergence_distance(one, one, 3), 0);
	CU_ASSERT_EQUAL(fv_divergence_distance(half, half, 3), 0);
	CU_ASSERT_EQUAL(fv_divergence_distance(one, two, 3), FV_DIVERGENCE_ONE);
	/* H(3/4, 1/4) - 1/2 is 0.3112781 bits; its root 0.5579230. */
	CU_ASSERT_EQUAL(fv_divergence_distance(one, half, 3), 557923);
	CU_ASSERT_EQUAL(fv_divergence_distance(half, one, 3), 557923);
}

static void
shares_count_not_amounts(void)
{
	const uint64_t small[] = { 1, 2, 5 }, large[] = { 1000, 2000, 5000 };
	const uint64_t other[] = { 4, 4, 0 };

	CU_ASSERT_EQUAL(fv_divergence_distance(small, large, 3), 0);
	CU_ASSERT_EQUAL(fv_divergence_distance(small, other, 3),
	    fv_divergence_distance(large, other, 3));
}

/* Endres and Schindelin 2003: it is a metric. */
static void
two_sides_are_no_shorter_than_the_third(void)
{
	uint64_t p[3][5], seed = 4;
	size_t round, i, k;

	for (round = 0; round < 200; round++) {
		for (i = 0; i < 3; i++)
			for (k = 0; k < 5; k++)
				p[i][k] = trial_random(&seed) % 4;
		for (i = 0; i < 3; i++)
			p[i][0]++;
		CU_ASSERT(fv_divergence_distance(p[0], p[2], 5) <=
		    fv_divergence_distance(p[0], p[1], 5) +
			fv_divergence_distance(p[1], p[2], 5) + 2);
	}
}

enum { HOSTS = 40, SERVICES = 4 };

/* Hosts of which those from ${from} on use other services. */
static void
make(uint64_t host[HOSTS][SERVICES], const uint64_t *at[HOSTS], size_t from)
{
	uint64_t seed = 5;
	size_t i, k;

	for (i = 0; i < HOSTS; i++) {
		for (k = 0; k < SERVICES; k++)
			host[i][k] = trial_random(&seed) % 1000;
		if (i >= from)
			host[i][0] += 9000;
		at[i] = host[i];
	}
}

static void
chance_is_told_from_a_difference(void)
{
	uint64_t host[HOSTS][SERVICES];
	const uint64_t *at[HOSTS];
	struct fv_divergence_group a = { at, HOSTS / 2 };
	struct fv_divergence_group b = { at + HOSTS / 2, HOSTS / 2 };
	struct fv_divergence_spread s, again;
	struct fv_err err;

	make(host, at, HOSTS / 2);
	CU_ASSERT_EQUAL(fv_divergence_spread(&a, &b, SERVICES, 1, &s, &err), 0);
	CU_ASSERT(s.low < s.high && s.low > s.alike);
	CU_ASSERT_EQUAL(
	    fv_divergence_spread(&a, &b, SERVICES, 1, &again, &err), 0);
	CU_ASSERT_EQUAL(memcmp(&s, &again, sizeof(s)), 0);
	CU_ASSERT_EQUAL(
	    fv_divergence_spread(&a, &b, SERVICES, 2, &again, &err), 0);
	CU_ASSERT_NOT_EQUAL(memcmp(&s, &again, sizeof(s)), 0);
	make(host, at, HOSTS);
	CU_ASSERT_EQUAL(fv_divergence_spread(&a, &b, SERVICES, 1, &s, &err), 0);
	CU_ASSERT(s.low < s.alike);
}

static void
one_host_each_has_no_spread(void)
{
	const uint64_t x[] = { 1, 0 }, y[] = { 1, 1 };
	const uint64_t *of_x = x, *of_y = y;
	struct fv_divergence_group a = { &of_x, 1 }, b = { &of_y, 1 };
	struct fv_divergence_spread s;
	struct fv_err err;

	CU_ASSERT_EQUAL(fv_divergence_spread(&a, &b, 2, 1, &s, &err), 0);
	CU_ASSERT_EQUAL(s.low, fv_divergence_distance(x, y, 2));
	CU_ASSERT_EQUAL(s.high, s.low);
	CU_ASSERT_EQUAL(s.alike, s.low);
}

CU_TestInfo suite_divergence[] = {
	{ "distances are the ones by hand", distances_are_the_ones_by_hand },
	{ "shares count, not amounts", shares_count_not_amounts },
	{ "two sides are no shorter than the third",
	    two_sides_are_no_shorter_than_the_third },
	{ "chance is told from a difference",
	    chance_is_told_from_a_difference },
	{ "one host each has no spread", one_host_each_has_no_spread },
	CU_TEST_INFO_NULL,
};

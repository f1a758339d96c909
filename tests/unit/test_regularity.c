#include "analysis/regularity.h"

#include <string.h>

#include "tests/unit/suites.h"
#include "tests/unit/trial.h"

static struct fv_regularity
measure(const uint64_t *value, size_t n)
{
	uint64_t copy[64], scratch[64];

	memcpy(copy, value, n * sizeof(*value));
	return fv_regularity_measure(copy, n, scratch);
}

static void
equal_numbers_are_like_clockwork(void)
{
	const uint64_t ten[] = { 600, 600, 600, 600 }, none[] = { 0, 0, 0 };
	const uint64_t huge[] = { UINT64_MAX, UINT64_MAX };

	CU_ASSERT_EQUAL(measure(ten, 4).score, 1000);
	CU_ASSERT_EQUAL(measure(ten, 4).median, 600);
	CU_ASSERT_EQUAL(measure(ten, 1).score, 1000);
	CU_ASSERT_EQUAL(measure(none, 3).score, 1000);
	CU_ASSERT_EQUAL(measure(huge, 2).score, 1000);
}

/* 1 2 4 8 16: quartiles 2, 4 and 8; distances 0 2 3 4 12. */
static void
quartiles_and_deviation_are_the_ones_by_hand(void)
{
	const uint64_t value[] = { 16, 2, 8, 1, 4 };
	struct fv_regularity r = measure(value, 5);

	CU_ASSERT_EQUAL(r.median, 4);
	CU_ASSERT_EQUAL(r.deviation, 3);
	/* (2 + 8 - 8) / (8 - 2) */
	CU_ASSERT_EQUAL(r.skewness, 333);
	/* (1 - 0.333 + 1 - 0.75) / 2 */
	CU_ASSERT_EQUAL(r.score, 458);
}

static void
one_long_silence_does_not_matter(void)
{
	uint64_t value[25];
	size_t i;

	for (i = 0; i < 25; i++)
		value[i] = 595 + i % 11;
	value[7] = 40000;
	CU_ASSERT(measure(value, 25).score > 900);
	/* Times of chance do: an exponential law's quantiles. */
	for (i = 0; i < 25; i++)
		value[i] = 1000 * (i + 1) * (i + 1);
	CU_ASSERT(measure(value, 25).score < 700);
}

/* Quartiles 100, 101 and 109 are skewed, but by a tenth of nothing. */
static void
skewness_of_little_is_none(void)
{
	uint64_t value[] = { 100, 100, 101, 109, 109 };

	CU_ASSERT_EQUAL(measure(value, 5).skewness, 0);
	value[3] = value[4] = 112;
	CU_ASSERT_EQUAL(measure(value, 5).skewness, 833);
}

static void
any_order_gives_the_same(void)
{
	uint64_t value[9], other[9], seed = 3;
	struct fv_regularity a, b;
	size_t i;

	for (i = 0; i < 9; i++)
		value[i] = trial_random(&seed) % 1000;
	for (i = 0; i < 9; i++)
		other[i] = value[(i * 4 + 5) % 9];
	a = measure(value, 9);
	b = measure(other, 9);
	CU_ASSERT_EQUAL(memcmp(&a, &b, sizeof(a)), 0);
}

CU_TestInfo suite_regularity[] = {
	{ "equal numbers are like clockwork",
	    equal_numbers_are_like_clockwork },
	{ "quartiles and deviation are the ones by hand",
	    quartiles_and_deviation_are_the_ones_by_hand },
	{ "one long silence does not matter",
	    one_long_silence_does_not_matter },
	{ "skewness of little is none", skewness_of_little_is_none },
	{ "any order gives the same", any_order_gives_the_same },
	CU_TEST_INFO_NULL,
};

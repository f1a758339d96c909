#include "tests/unit/suites.h"

#include <math.h>
#include <stdlib.h>

#include "datasets/reference/law.h"

static double
normal_cdf(double x)
{
	return erfc(-x / sqrt(2)) / 2;
}

static void
functions_agree_with_libm(void)
{
	int64_t x;
	uint32_t i;

	for (x = -8 * 65536; x < 20 * 65536; x += 4099)
		CU_ASSERT_DOUBLE_EQUAL((double)fv_law_exp2(x) / 65536,
		    exp2((double)x / 65536),
		    exp2((double)x / 65536) * 1e-5 + 2e-5);
	for (x = 1; x < INT64_C(1) << 60; x = x * 3 + 1)
		CU_ASSERT_DOUBLE_EQUAL((double)fv_law_log2((uint64_t)x) / 65536,
		    log2((double)x), 5e-5);
	/* Between the entries the table is a line: a thousandth at the ends. */
	for (i = 256; i < 65280; i += 37)
		CU_ASSERT_DOUBLE_EQUAL(
		    normal_cdf(fv_law_normal_quantile(i) / 65536.0),
		    i / 65536.0, 1e-3);
	for (i = 0; i < 256; i++)
		CU_ASSERT_DOUBLE_EQUAL(
		    normal_cdf(log(fv_law_split((uint8_t)i) /
				   (4294967296.0 - fv_law_split((uint8_t)i))) /
			1.61),
		    (i + 0.5) / 256, 1e-6);
}

static int
compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void
draws_follow_their_laws(void)
{
	enum { N = 20001 };
	static uint64_t draw[N];
	struct fv_philox rng;
	double sum = 0, low = 0;
	int i;

	fv_philox_start(&rng, 5, 1, 0, 0);
	for (i = 0; i < N; i++)
		draw[i] = fv_law_lognormal(&rng, 1000000, 1000);
	qsort(draw, N, sizeof(draw[0]), compare);
	CU_ASSERT_DOUBLE_EQUAL((double)draw[N / 2], 1e6, 4e4);
	CU_ASSERT_DOUBLE_EQUAL((double)draw[N * 5 / 6], 1e6 * exp(0.967), 1e5);
	for (i = 0; i < N; i++)
		sum += (double)fv_law_exponential(&rng, 100000);
	CU_ASSERT_DOUBLE_EQUAL(sum / N, 1e5, 3e3);
	for (i = 0; i < N; i++) {
		draw[i] = fv_law_pareto(&rng, 300, 18000, 1100);
		CU_ASSERT(draw[i] >= 299 && draw[i] <= 18010);
		low += draw[i] < 600;
	}
	/* P(X < 2 low) of the truncated law. */
	CU_ASSERT_DOUBLE_EQUAL(
	    low / N, (1 - exp2(-1.1)) / (1 - pow(60, -1.1)), 0.02);
	for (i = 0, low = 0; i < N; i++) {
		uint32_t rank = fv_law_zipf(&rng, 1000);

		CU_ASSERT(rank < 1000);
		low += rank == 0;
	}
	CU_ASSERT_DOUBLE_EQUAL(low / N, log(2) / log(1000), 0.01);
}

CU_TestInfo suite_reference_law[] = {
	{ "functions agree with libm", functions_agree_with_libm },
	{ "draws follow their laws", draws_follow_their_laws },
	CU_TEST_INFO_NULL,
};

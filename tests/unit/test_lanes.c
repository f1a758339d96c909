#include "tests/unit/suites.h"

#include "analysis/lanes.h"
#include "datasets/schema.h"
#include "tests/unit/random.h"

enum { MOST = 200 };

/* Every number of values, with the largest of all in every place. */
static void
sums_and_maxima_are_those_of_a_plain_loop(void)
{
	uint64_t wide[MOST] = { 0 }, seed = 5, sum;
	uint32_t u32[MOST] = { 0 };
	uint8_t u8[MOST] = { 0 };
	size_t n, i, at;

	for (n = 0; n < MOST; n++) {
		at = n == 0 ? 0 : (size_t)fv_random_below(&seed, n);
		for (sum = i = 0; i < n; i++) {
			u32[i] = (uint32_t)fv_random_below(&seed, 1000);
			u8[i] = (uint8_t)(u32[i] % 200);
			wide[i] = u32[i];
			sum += wide[i];
		}
		CU_ASSERT(fv_lanes_sum(wide, n) == sum);
		if (n == 0)
			continue;
		u32[at] = UINT32_MAX;
		u8[at] = 255;
		CU_ASSERT_EQUAL(fv_lanes_largest_u32(u32, n), UINT32_MAX);
		CU_ASSERT_EQUAL(fv_lanes_largest_u8(u8, n), 255);
	}
	CU_ASSERT_EQUAL(fv_lanes_largest_u32(u32, 0), 0);
	CU_ASSERT_EQUAL(fv_lanes_largest_u8(u8, 0), 0);
}

static void
a_sum_may_need_more_than_64_bits(void)
{
	uint64_t value[MOST];
	size_t n, i;

	for (i = 0; i < MOST; i++)
		value[i] = UINT64_MAX;
	for (n = 1; n < MOST; n += 7)
		CU_ASSERT(
		    fv_lanes_sum(value, n) == (fv_result_wide)UINT64_MAX * n);
	/* The most that is added up in 64 bits, in a whole chunk of lanes. */
	for (i = 0; i < MOST; i++)
		value[i] = (UINT64_C(1) << 47) - 1;
	CU_ASSERT(fv_lanes_sum(value, MOST) == value[0] * MOST);
}

CU_TestInfo suite_lanes[] = {
	{ "sums and maxima are those of a plain loop",
	    sums_and_maxima_are_those_of_a_plain_loop },
	{ "a sum may need more than 64 bits",
	    a_sum_may_need_more_than_64_bits },
	CU_TEST_INFO_NULL,
};

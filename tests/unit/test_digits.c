#include "tests/unit/suites.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/digits.h"
#include "tests/unit/rows.h"

static void
expect_all(uint64_t value)
{
	char text[64], expected[64];

	*fv_digits_u64(text, value) = '\0';
	(void)snprintf(expected, sizeof(expected), "%" PRIu64, value);
	CU_ASSERT_STRING_EQUAL(text, expected);
	*fv_digits_i64(text, (int64_t)value) = '\0';
	(void)snprintf(expected, sizeof(expected), "%" PRId64, (int64_t)value);
	CU_ASSERT_STRING_EQUAL(text, expected);
	*fv_digits_u32(text, (uint32_t)value) = '\0';
	(void)snprintf(expected, sizeof(expected), "%" PRIu32, (uint32_t)value);
	CU_ASSERT_STRING_EQUAL(text, expected);
}

static void
as_printf_at_every_power_and_beside_it(void)
{
	uint64_t power = 1;
	unsigned i;

	for (i = 0; i < 20; i++, power *= 10) {
		expect_all(power - 1);
		expect_all(power);
		expect_all(power + 1);
		expect_all(0 - power);
	}
	for (i = 0; i < 64; i++) {
		expect_all((UINT64_C(1) << i) - 1);
		expect_all(UINT64_C(1) << i);
	}
	expect_all(UINT64_MAX);
	expect_all((uint64_t)INT64_MIN);
	CU_ASSERT_EQUAL(strlen("-9223372036854775808"), (size_t)FV_DIGITS_MAX);
}

static void
as_printf_for_numbers_of_every_length(void)
{
	uint64_t i;

	for (i = 0; i < 2000; i++)
		expect_all(rows_mix(i) >> i % 64);
}

static void
a_fixed_number_of_digits(void)
{
	char text[16];

	*fv_digits_two(text, 7) = '\0';
	CU_ASSERT_STRING_EQUAL(text, "07");
	*fv_digits_nine(text, 0) = '\0';
	CU_ASSERT_STRING_EQUAL(text, "000000000");
	*fv_digits_nine(text, 987654321) = '\0';
	CU_ASSERT_STRING_EQUAL(text, "987654321");
}

CU_TestInfo suite_digits[] = {
	{ "as printf, at every power and beside it",
	    as_printf_at_every_power_and_beside_it },
	{ "as printf, for numbers of every length",
	    as_printf_for_numbers_of_every_length },
	{ "a fixed number of digits", a_fixed_number_of_digits },
	CU_TEST_INFO_NULL,
};

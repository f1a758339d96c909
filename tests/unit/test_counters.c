#include "tests/unit/suites.h"

#include <ctype.h>
#include <string.h>

#include "base/attributes.h"
#include "datasets/counters.h"

static void
columns_are_unique_identifiers(void)
{
	const char *name;
	size_t i, k;

	for (i = 0; i < FV_COUNTERS; i++) {
		name = fv_counter_info[i].column;
		CU_ASSERT_PTR_NOT_NULL_FATAL(name);
		CU_ASSERT(strlen(name) >= 1 && strlen(name) <= 31);
		CU_ASSERT(islower((unsigned char)name[0]));
		CU_ASSERT_EQUAL(
		    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_"),
		    strlen(name));
		for (k = 0; k < i; k++)
			CU_ASSERT_STRING_NOT_EQUAL(
			    name, fv_counter_info[k].column);
		CU_ASSERT_PTR_NOT_NULL_FATAL(fv_counter_info[i].description);
		CU_ASSERT(strlen(fv_counter_info[i].description) > 0);
	}
}

static void
one_total_of_read_and_of_recorded(void)
{
	size_t i, read = 0, recorded = 0;

	for (i = 0; i < FV_COUNTERS; i++) {
		read += fv_counter_info[i].kind == FV_KIND_READ;
		recorded += fv_counter_info[i].kind == FV_KIND_RECORDED;
	}
	CU_ASSERT_EQUAL(read, 1);
	CU_ASSERT_EQUAL(recorded, 1);
	CU_ASSERT_EQUAL(fv_counter_info[FV_COUNT_READ].kind, FV_KIND_READ);
	CU_ASSERT_EQUAL(
	    fv_counter_info[FV_COUNT_RECORDED].kind, FV_KIND_RECORDED);
}

/* One more in each counter in turn: who takes part upsets the balance. */
static void
balance_is_over_rejections_alone(void)
{
	uint64_t counter[FV_COUNTERS];
	enum fv_counter_kind kind;
	size_t i;

	memset(counter, 0, sizeof(counter));
	CU_ASSERT_TRUE(fv_counters_balance(counter));
	for (i = 0; i < FV_COUNTERS; i++) {
		kind = fv_counter_info[i].kind;
		counter[i]++;
		CU_ASSERT_EQUAL(fv_counters_balance(counter),
		    kind == FV_KIND_NOTE || kind == FV_KIND_SLIDES ||
			kind == FV_KIND_FAULT);
		if (kind == FV_KIND_RECORDED || kind == FV_KIND_REJECTED) {
			counter[FV_COUNT_READ]++;
			CU_ASSERT_TRUE(fv_counters_balance(counter));
		} else if (kind == FV_KIND_READ) {
			counter[i]--;
		}
	}
}

static void
adding_adds_every_counter(void)
{
	uint64_t into[FV_COUNTERS], from[FV_COUNTERS];
	size_t i;

	for (i = 0; i < FV_COUNTERS; i++) {
		into[i] = 1000 * i;
		from[i] = ((uint64_t)1 << 40) + i;
	}
	fv_counters_add(into, from);
	for (i = 0; i < FV_COUNTERS; i++) {
		CU_ASSERT_EQUAL(into[i], ((uint64_t)1 << 40) + 1001 * i);
		CU_ASSERT_EQUAL(from[i], ((uint64_t)1 << 40) + i);
	}
}

CU_TestInfo suite_counters[] = {
	{ "columns are unique identifiers", columns_are_unique_identifiers },
	{ "one total of read and one of recorded",
	    one_total_of_read_and_of_recorded },
	{ "the balance is over rejections alone",
	    balance_is_over_rejections_alone },
	{ "adding adds every counter", adding_adds_every_counter },
	CU_TEST_INFO_NULL,
};

#include "tests/unit/suites.h"

#include <string.h>

#include "analysis/counts.h"
#include "tests/unit/random.h"

enum { KEYS = 5000, ROUNDS = 60000, ROOM = 1 << 20 };

static void
keys_are_counted_as_an_array_counts_them(void)
{
	static uint32_t expected[KEYS][2];
	const struct fv_counts_slot *slot;
	struct fv_counts c;
	struct fv_err err;
	uint64_t key, seed = 3;
	uint32_t second;
	size_t i, distinct = 0;

	memset(expected, 0, sizeof(expected));
	CU_ASSERT_EQUAL_FATAL(fv_counts_init(&c, ROOM, &err), 0);
	for (i = 0; i < ROUNDS; i++) {
		/* Key 0 is a key, and an empty slot has it, too. */
		key = fv_random_below(&seed, KEYS);
		second = (uint32_t)fv_random_below(&seed, 2);
		CU_ASSERT_EQUAL_FATAL(
		    fv_counts_add(&c, key << 40, second, &err), 0);
		distinct += expected[key][0]++ == 0;
		expected[key][1] += second;
	}
	CU_ASSERT_EQUAL(c.used, distinct);
	CU_ASSERT(c.used <= (c.mask + 1) / 4 * 3);
	for (key = 0; key < KEYS; key++) {
		slot = fv_counts_slot(&c, key << 40);
		CU_ASSERT_EQUAL(slot->count[0], expected[key][0]);
		CU_ASSERT_EQUAL(slot->count[1], expected[key][1]);
	}
	fv_counts_free(&c);
	fv_counts_free(&c);
}

static void
past_its_room_a_new_key_is_refused_and_known_ones_still_count(void)
{
	struct fv_counts c;
	struct fv_err err = { FV_OK, "" };
	uint64_t key;

	CU_ASSERT_EQUAL_FATAL(fv_counts_init(&c, 0, &err), 0);
	for (key = 0; fv_counts_add(&c, key, 0, &err) == 0; key++)
		CU_ASSERT_FATAL(key < 256);
	CU_ASSERT_EQUAL(err.code, FV_ELIMIT);
	CU_ASSERT_EQUAL(key, 192);
	CU_ASSERT_EQUAL(fv_counts_add(&c, 0, 1, &err), 0);
	CU_ASSERT_EQUAL(fv_counts_slot(&c, 0)->count[0], 2);
	CU_ASSERT_EQUAL(fv_counts_slot(&c, 0)->count[1], 1);
	CU_ASSERT_EQUAL(fv_counts_slot(&c, 192)->count[0], 0);
	fv_counts_free(&c);
}

static void
a_count_that_would_wrap_is_refused(void)
{
	const uint32_t most[2] = { UINT32_MAX - 1, 0 }, two[2] = { 2, 0 };
	struct fv_counts c;
	struct fv_err err = { FV_OK, "" };

	CU_ASSERT_EQUAL_FATAL(fv_counts_init(&c, ROOM, &err), 0);
	CU_ASSERT_EQUAL(fv_counts_enter(&c, 7, most, &err), 0);
	CU_ASSERT_EQUAL(fv_counts_enter(&c, 7, two, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_ELIMIT);
	CU_ASSERT_EQUAL(fv_counts_add(&c, 7, 1, &err), 0);
	CU_ASSERT_EQUAL(fv_counts_add(&c, 7, 1, &err), -1);
	CU_ASSERT_EQUAL(fv_counts_slot(&c, 7)->count[0], UINT32_MAX);
	CU_ASSERT_EQUAL(fv_counts_slot(&c, 7)->count[1], 1);
	fv_counts_free(&c);
}

CU_TestInfo suite_counts[] = {
	{ "keys are counted as an array counts them",
	    keys_are_counted_as_an_array_counts_them },
	{ "past its room a new key is refused and known ones still count",
	    past_its_room_a_new_key_is_refused_and_known_ones_still_count },
	{ "a count that would wrap is refused",
	    a_count_that_would_wrap_is_refused },
	CU_TEST_INFO_NULL,
};

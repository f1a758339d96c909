#include "tests/unit/suites.h"

#include <string.h>

#include "analysis/tally.h"
#include "tests/unit/random.h"

enum { KEYS = 700, ROUNDS = 20000 };

/* Many keys over a small range, counted beside a plain array. */
static void
keys_are_counted_as_an_array_counts_them(void)
{
	static uint64_t expected[KEYS][2];
	struct fv_tally t;
	struct fv_err err;
	uint64_t key[2], *value, seed = 1;
	size_t i, distinct = 0;

	memset(expected, 0, sizeof(expected));
	CU_ASSERT_EQUAL_FATAL(fv_tally_init(&t, 2, 2, KEYS, &err), 0);
	for (i = 0; i < ROUNDS; i++) {
		/* Keys that differ in the second word alone, or the first. */
		key[0] = fv_random_below(&seed, 2);
		key[1] = fv_random_below(&seed, KEYS / 2);
		value =
		    fv_tally_at(&t, key, fv_tally_hash(&t, key, 2), 2, &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(value);
		value[0]++;
		value[1] += i;
		distinct += expected[key[0] * KEYS / 2 + key[1]][0]++ == 0;
		expected[key[0] * KEYS / 2 + key[1]][1] += i;
	}
	CU_ASSERT_EQUAL(t.count, distinct);
	fv_hashmap_check(&t.map);
	for (i = 0; i < t.count; i++) {
		memcpy(key, fv_tally_key(&t, i), sizeof(key));
		value = fv_tally_find(&t, key, fv_tally_hash(&t, key, 2), 2);
		CU_ASSERT_PTR_EQUAL(value, fv_tally_key(&t, i) + 2);
		CU_ASSERT_EQUAL(
		    value[0], expected[key[0] * KEYS / 2 + key[1]][0]);
		CU_ASSERT_EQUAL(
		    value[1], expected[key[0] * KEYS / 2 + key[1]][1]);
	}
	key[0] = 2;
	CU_ASSERT_PTR_NULL(
	    fv_tally_find(&t, key, fv_tally_hash(&t, key, 2), 2));
	fv_tally_free(&t);
	fv_tally_free(&t);
}

static void
past_the_limit_a_new_key_is_refused_and_known_ones_still_count(void)
{
	struct fv_tally t;
	struct fv_err err = { FV_OK, "" };
	uint64_t key, *value;

	CU_ASSERT_EQUAL_FATAL(fv_tally_init(&t, 1, 1, 100, &err), 0);
	for (key = 0; key < 100; key++)
		CU_ASSERT_PTR_NOT_NULL(
		    fv_tally_at(&t, &key, fv_tally_hash(&t, &key, 1), 1, &err));
	CU_ASSERT_PTR_NULL(
	    fv_tally_at(&t, &key, fv_tally_hash(&t, &key, 1), 1, &err));
	CU_ASSERT_EQUAL(err.code, FV_ELIMIT);
	key = 7;
	value = fv_tally_at(&t, &key, fv_tally_hash(&t, &key, 1), 1, &err);
	CU_ASSERT_PTR_NOT_NULL(value);
	CU_ASSERT_EQUAL(t.count, 100);
	fv_tally_free(&t);
}

CU_TestInfo suite_tally[] = {
	{ "keys are counted as an array counts them",
	    keys_are_counted_as_an_array_counts_them },
	{ "past the limit a new key is refused, and known ones still count",
	    past_the_limit_a_new_key_is_refused_and_known_ones_still_count },
	CU_TEST_INFO_NULL,
};

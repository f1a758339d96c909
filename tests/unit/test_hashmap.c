#include "tests/unit/suites.h"

#include <stdbool.h>
#include <string.h>

#include "base/hashmap.h"
#include "tests/unit/random.h"

enum { NUMBERS = 6000, HASHES = 400, OPERATIONS = 200000 };

/* The same as the map, in plain arrays. */
struct model {
	uint64_t hash[HASHES]; /* to choose from */
	uint16_t of[NUMBERS];  /* which hash a number is under */
	bool in[NUMBERS];
	size_t used;
};

static uint64_t
hash_of_tag(uint32_t tag)
{
	return (uint64_t)tag << 32 | 0x5eed;
}

/*
 * Hashes that make trouble: equal tags under different hashes, equal homes
 * under different tags, homes at the end of the slots, so that runs wrap
 * around; and plain random ones.
 */
static void
choose_hashes(struct model *m, uint64_t *random)
{
	size_t i;

	for (i = 0; i < HASHES; i++) {
		switch (i % 8) {
		case 0:
			m->hash[i] = hash_of_tag(7) + i;
			break;
		case 1:
			m->hash[i] = hash_of_tag((uint32_t)i << 20);
			break;
		case 2:
			m->hash[i] = hash_of_tag(UINT32_MAX - (uint32_t)i / 8);
			break;
		default:
			m->hash[i] = fv_random(random);
		}
	}
}

/* Whether the map says the same as the model about one hash. */
static bool
same_under(const struct fv_hashmap *map, const struct model *m, uint64_t hash)
{
	size_t at = 0, found = 0, expected = 0, n;
	uint32_t number;

	while ((number = fv_hashmap_next(map, hash, &at)) != FV_HASHMAP_NONE) {
		if (number >= NUMBERS || !m->in[number] ||
		    m->hash[m->of[number]] >> 32 != hash >> 32)
			return false;
		found++;
	}
	for (n = 0; n < NUMBERS; n++)
		expected += m->in[n] && m->hash[m->of[n]] >> 32 == hash >> 32;
	return found == expected;
}

static void
agrees_with_an_array(void)
{
	static struct model m;
	struct fv_hashmap map;
	struct fv_err err;
	uint64_t random = 1;
	size_t i, highest = 0;
	uint32_t n;
	bool same = true, growing = true;

	memset(&m, 0, sizeof(m));
	choose_hashes(&m, &random);
	CU_ASSERT_EQUAL_FATAL(fv_hashmap_init(&map, 0, &err), 0);
	for (i = 0; i < OPERATIONS; i++) {
		if (m.used > NUMBERS * 9 / 10)
			growing = false;
		else if (m.used < 10)
			growing = true;
		n = (uint32_t)fv_random_below(&random, NUMBERS);
		if (m.in[n] && (!growing || fv_random(&random) % 4 == 0)) {
			fv_hashmap_remove(&map, m.hash[m.of[n]], n);
			m.in[n] = false;
			m.used--;
		} else if (!m.in[n] && growing) {
			m.of[n] = (uint16_t)fv_random_below(&random, HASHES);
			if (fv_hashmap_add(&map, m.hash[m.of[n]], n, &err) != 0)
				same = false;
			m.in[n] = true;
			m.used++;
		}
		highest = m.used > highest ? m.used : highest;
		if (map.used != m.used)
			same = false;
		if (i % 37 == 0 &&
		    !same_under(
			&map, &m, m.hash[fv_random_below(&random, HASHES)]))
			same = false;
		if (i % 5000 == 0)
			fv_hashmap_check(&map);
	}
	CU_ASSERT_TRUE(same);
	/* The run saw both growth and, later, mass removal. */
	CU_ASSERT(highest > 4000);
	CU_ASSERT(map.slots >= 8192);
	for (i = 0; i < HASHES; i++)
		CU_ASSERT_TRUE(same_under(&map, &m, m.hash[i]));
	for (n = 0; n < NUMBERS; n++)
		if (m.in[n])
			fv_hashmap_remove(&map, m.hash[m.of[n]], n);
	fv_hashmap_check(&map);
	CU_ASSERT_EQUAL(map.used, 0);
	for (i = 0; i < map.slots; i++)
		CU_ASSERT_EQUAL(map.slot[i], 0);
	fv_hashmap_free(&map);
}

/* Homes 63, 63, 62, 0 and 0 of 64: a run over the end of the array. */
static void
removal_shifts_back_over_the_end(void)
{
	static const uint32_t tags[] = { 0xfc000000, 0xfc000001, 0xf8000000, 0,
		1 };
	struct fv_hashmap map;
	struct fv_err err;
	uint32_t gone, n;
	size_t at;

	for (gone = 0; gone < FV_COUNT(tags); gone++) {
		CU_ASSERT_EQUAL_FATAL(fv_hashmap_init(&map, 0, &err), 0);
		CU_ASSERT_EQUAL(map.slots, 64);
		for (n = 0; n < FV_COUNT(tags); n++)
			CU_ASSERT_EQUAL(
			    fv_hashmap_add(&map, hash_of_tag(tags[n]), n, &err),
			    0);
		fv_hashmap_remove(&map, hash_of_tag(tags[gone]), gone);
		fv_hashmap_check(&map);
		for (n = 0; n < FV_COUNT(tags); n++) {
			at = 0;
			CU_ASSERT_EQUAL(
			    fv_hashmap_next(&map, hash_of_tag(tags[n]), &at),
			    n == gone ? FV_HASHMAP_NONE : n);
		}
		fv_hashmap_free(&map);
	}
}

static void
room_as_expected_does_not_grow(void)
{
	static const size_t rooms[] = { 0, 1, 48, 49, 1000, 3072, 3073 };
	struct fv_hashmap map;
	struct fv_err err;
	size_t i, slots;
	uint32_t n;

	for (i = 0; i < FV_COUNT(rooms); i++) {
		CU_ASSERT_EQUAL_FATAL(fv_hashmap_init(&map, rooms[i], &err), 0);
		slots = map.slots;
		for (n = 0; n < rooms[i]; n++)
			CU_ASSERT_EQUAL(
			    fv_hashmap_add(&map, hash_of_tag(n * 7), n, &err),
			    0);
		CU_ASSERT_EQUAL(map.slots, slots);
		fv_hashmap_check(&map);
		fv_hashmap_free(&map);
		CU_ASSERT_PTR_NULL(map.slot);
		fv_hashmap_free(&map);
	}
	CU_ASSERT_EQUAL(fv_hashmap_init(&map, FV_HASHMAP_LIMIT + 1, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_ELIMIT);
	fv_hashmap_free(&map);
}

/* With a bound, the last step is as short as can be. */
static void
a_bound_is_no_more_than_is_needed(void)
{
	static const size_t bounds[] = { 1, 48, 49, 97, 1000, 3073, 10000 };
	struct fv_hashmap map;
	struct fv_err err;
	uint32_t n, found;
	uint64_t random;
	size_t i, at;

	for (i = 0; i < FV_COUNT(bounds); i++) {
		CU_ASSERT_EQUAL_FATAL(fv_hashmap_init(&map, 0, &err), 0);
		fv_hashmap_bound(&map, bounds[i]);
		random = 1;
		for (n = 0; n < bounds[i]; n++)
			CU_ASSERT_EQUAL(
			    fv_hashmap_add(&map, fv_random(&random), n, &err),
			    0);
		fv_hashmap_check(&map);
		CU_ASSERT(
		    fv_hashmap_bytes(&map) <= 512 + bounds[i] * 32 / 3 + 64);
		random = 1;
		for (n = 0; n < bounds[i]; n++) {
			const uint64_t hash = fv_random(&random);

			at = 0;
			while ((found = fv_hashmap_next(&map, hash, &at)) != n)
				CU_ASSERT_NOT_EQUAL_FATAL(
				    found, FV_HASHMAP_NONE);
			fv_hashmap_remove(&map, hash, n);
		}
		fv_hashmap_check(&map);
		fv_hashmap_free(&map);
	}
}

/* The first and the last number that the contract allows. */
static void
numbers_at_both_ends(void)
{
	struct fv_hashmap map;
	struct fv_err err;
	size_t at;

	CU_ASSERT_EQUAL_FATAL(fv_hashmap_init(&map, 0, &err), 0);
	CU_ASSERT_EQUAL(fv_hashmap_add(&map, 0, 0, &err), 0);
	CU_ASSERT_EQUAL(
	    fv_hashmap_add(&map, UINT64_MAX, UINT32_MAX - 1, &err), 0);
	at = 0;
	CU_ASSERT_EQUAL(fv_hashmap_next(&map, 0, &at), 0);
	CU_ASSERT_EQUAL(fv_hashmap_next(&map, 0, &at), FV_HASHMAP_NONE);
	at = 0;
	CU_ASSERT_EQUAL(fv_hashmap_next(&map, UINT64_MAX, &at), UINT32_MAX - 1);
	fv_hashmap_remove(&map, 0, 0);
	fv_hashmap_remove(&map, UINT64_MAX, UINT32_MAX - 1);
	CU_ASSERT_EQUAL(map.used, 0);
	fv_hashmap_check(&map);
	fv_hashmap_free(&map);
}

CU_TestInfo suite_hashmap[] = {
	{ "agrees with an array over many random operations",
	    agrees_with_an_array },
	{ "removal shifts back over the end of the slots",
	    removal_shifts_back_over_the_end },
	{ "room as expected does not grow", room_as_expected_does_not_grow },
	{ "a bound is no more than is needed",
	    a_bound_is_no_more_than_is_needed },
	{ "numbers at both ends", numbers_at_both_ends },
	CU_TEST_INFO_NULL,
};

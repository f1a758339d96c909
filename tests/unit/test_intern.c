#include "tests/unit/suites.h"

#include <string.h>

#include "base/intern.h"
#include "tests/unit/random.h"

struct record {
	uint64_t a;
	uint64_t b;
	uint64_t c;
};

static int
number_of(struct fv_intern *in, const struct record *r, uint32_t *number,
    struct fv_err *err)
{
	uint64_t hash = fv_intern_hash(in, r, sizeof(*r) / 8);

	return fv_intern_number(in, r, hash, sizeof(*r), number, err);
}

static void
numbers_follow_first_appearance(void)
{
	enum { KINDS = 5000, DRAWS = 100000 };
	static uint32_t given[KINDS];
	struct fv_intern in;
	struct fv_err err;
	struct record r;
	uint64_t random = 2;
	uint32_t number, next = 0, kind;
	size_t i;

	memset(given, 0xff, sizeof(given));
	CU_ASSERT_EQUAL_FATAL(fv_intern_init(&in, sizeof(r), KINDS, &err), 0);
	fv_intern_check(&in);
	for (i = 0; i < DRAWS; i++) {
		kind = (uint32_t)fv_random_below(&random, KINDS);
		/* Records that differ in one word only, each in its turn. */
		r = (struct record){ kind % 3 == 0 ? kind : 0,
			kind % 3 == 1 ? kind : 0, kind % 3 == 2 ? kind : 0 };
		number = UINT32_MAX;
		CU_ASSERT_EQUAL_FATAL(number_of(&in, &r, &number, &err), 0);
		if (given[kind] == UINT32_MAX)
			given[kind] = next++;
		CU_ASSERT_EQUAL_FATAL(number, given[kind]);
		CU_ASSERT_EQUAL(
		    memcmp(fv_intern_record(&in, number), &r, sizeof(r)), 0);
		if (i % 10000 == 0)
			fv_intern_check(&in);
	}
	CU_ASSERT_EQUAL(in.count, next);
	CU_ASSERT_EQUAL(next, KINDS);
	fv_intern_check(&in);
	fv_intern_free(&in);
	CU_ASSERT_EQUAL(in.count, 0);
	fv_intern_free(&in);
}

/* A hash that collides does not make two records one. */
static void
whole_records_are_compared(void)
{
	struct fv_intern in;
	struct fv_err err;
	struct record r = { 1, 2, 3 };
	uint32_t first = 9, second = 9, again = 9;

	CU_ASSERT_EQUAL_FATAL(fv_intern_init(&in, sizeof(r), 100, &err), 0);
	CU_ASSERT_EQUAL(
	    fv_intern_number(&in, &r, 77, sizeof(r), &first, &err), 0);
	r.c = 4;
	CU_ASSERT_EQUAL(
	    fv_intern_number(&in, &r, 77, sizeof(r), &second, &err), 0);
	r.c = 3;
	CU_ASSERT_EQUAL(
	    fv_intern_number(&in, &r, 77, sizeof(r), &again, &err), 0);
	CU_ASSERT_EQUAL(first, 0);
	CU_ASSERT_EQUAL(second, 1);
	CU_ASSERT_EQUAL(again, 0);
	fv_intern_free(&in);
}

static void
the_limit_is_kept(void)
{
	struct fv_intern in;
	struct fv_err err = { FV_OK, "" };
	struct record r = { 0, 0, 0 };
	uint32_t number;

	CU_ASSERT_EQUAL_FATAL(fv_intern_init(&in, sizeof(r), 100, &err), 0);
	for (r.b = 0; r.b < 100; r.b++)
		CU_ASSERT_EQUAL(number_of(&in, &r, &number, &err), 0);
	CU_ASSERT_EQUAL(number_of(&in, &r, &number, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_ELIMIT);
	CU_ASSERT_EQUAL(in.count, 100);
	fv_intern_check(&in);
	/* Known ones still have their numbers. */
	r.b = 42;
	CU_ASSERT_EQUAL(number_of(&in, &r, &number, &err), 0);
	CU_ASSERT_EQUAL(number, 42);
	fv_intern_free(&in);
}

/* The smallest and the largest record there may be. */
static void
records_of_one_and_of_eight_words(void)
{
	struct fv_intern in;
	struct fv_err err;
	uint64_t words[8] = { 0 }, hash;
	uint32_t number, n;
	size_t size;

	for (size = 8; size <= 64; size += 56) {
		CU_ASSERT_EQUAL_FATAL(fv_intern_init(&in, size, 1000, &err), 0);
		for (n = 0; n < 200; n++) {
			words[size / 8 - 1] = n % 100;
			hash = fv_intern_hash(&in, words, size / 8);
			CU_ASSERT_EQUAL(fv_intern_number(&in, words, hash, size,
					    &number, &err),
			    0);
			CU_ASSERT_EQUAL(number, n % 100);
		}
		fv_intern_check(&in);
		fv_intern_free(&in);
	}
}

CU_TestInfo suite_intern[] = {
	{ "numbers follow first appearance", numbers_follow_first_appearance },
	{ "whole records are compared", whole_records_are_compared },
	{ "the limit is kept", the_limit_is_kept },
	{ "records of one and of eight words",
	    records_of_one_and_of_eight_words },
	CU_TEST_INFO_NULL,
};

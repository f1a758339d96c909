#include "tests/unit/suites.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/memory.h"

/*
 * What the address sanitizer asks a program for at its start: here, to
 * return NULL where malloc(3) would, instead of ending the run.
 */
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

/* Not constants, or the compiler objects to what is tried here. */
static volatile size_t huge = SIZE_MAX / 2;
static volatile size_t all = SIZE_MAX;

static void
new_is_zeroed(void)
{
	struct fv_err err;
	uint64_t *array;
	void *none;
	size_t i;

	array = fv_memory_new(1000, sizeof(*array), &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(array);
	for (i = 0; i < 1000; i++)
		CU_ASSERT_EQUAL(array[i], 0);
	free(array);
	none = fv_memory_new(0, sizeof(*array), &err);
	CU_ASSERT_PTR_NOT_NULL(none);
	free(none);
}

static void
a_product_that_overflows_is_refused(void)
{
	struct fv_err err = { FV_OK, "" };

	CU_ASSERT_PTR_NULL(fv_memory_new(huge, 4, &err));
	CU_ASSERT_EQUAL(err.code, FV_EMEMORY);
	err.code = FV_OK;
	/* (2^63 + 1) times 2 is 2 to a multiplication that is not checked. */
	CU_ASSERT_PTR_NULL(fv_memory_new(huge + 2, 2, &err));
	CU_ASSERT_EQUAL(err.code, FV_EMEMORY);
}

static void
pages_begin_on_a_page(void)
{
	static const size_t sizes[] = { 1, 4095, 4096, 4097, 1 << 20 };
	struct fv_err err = { FV_OK, "" };
	uint8_t *p;
	size_t i;

	for (i = 0; i < FV_COUNT(sizes); i++) {
		p = fv_memory_pages(sizes[i], &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(p);
		CU_ASSERT_EQUAL((uintptr_t)p % 4096, 0);
		memset(p, 0xff, sizes[i]);
		free(p);
	}
	for (i = 0; i < 3; i++) {
		err.code = FV_OK;
		CU_ASSERT_PTR_NULL(fv_memory_pages(all - i * 4096, &err));
		CU_ASSERT_EQUAL(err.code, FV_EMEMORY);
	}
}

static void
grown_arrays_keep_old_and_zero_new(void)
{
	struct fv_err err;
	uint32_t *array = NULL, *grown;
	size_t capacity = 0, n, i, moves = 0;

	for (n = 1; n <= 5000; n++) {
		i = capacity;
		grown = fv_memory_grow(
		    array, &capacity, n, sizeof(*array), 5000, &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(grown);
		CU_ASSERT_FATAL(capacity >= n && capacity <= 5000);
		moves += capacity != i;
		array = grown;
		for (; i < capacity; i++)
			CU_ASSERT_EQUAL(array[i], 0);
		array[n - 1] = (uint32_t)n;
	}
	/* 16, 32, ..., 4096, 5000: doubling, or 5000 calls take for ever. */
	CU_ASSERT_EQUAL(moves, 10);
	for (n = 1; n <= 5000; n++)
		CU_ASSERT_EQUAL(array[n - 1], n);
	free(array);
}

static void
growing_stops_at_the_limit(void)
{
	struct fv_err err = { FV_OK, "" };
	size_t capacity = 0;
	uint64_t *array, *kept;

	array = fv_memory_grow(NULL, &capacity, 1, sizeof(*array), 10, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(array);
	CU_ASSERT_EQUAL(capacity, 10);
	array[9] = 42;
	CU_ASSERT_PTR_NULL(
	    fv_memory_grow(array, &capacity, 11, sizeof(*array), 10, &err));
	CU_ASSERT_EQUAL(err.code, FV_ELIMIT);
	CU_ASSERT_EQUAL(capacity, 10);
	CU_ASSERT_EQUAL(array[9], 42);
	kept = fv_memory_grow(array, &capacity, 10, sizeof(*array), 10, &err);
	CU_ASSERT_PTR_EQUAL(kept, array);

	/* More than memory holds: the array stays, and stays ours. */
	CU_ASSERT_PTR_NULL(fv_memory_grow(
	    array, &capacity, huge, sizeof(*array), SIZE_MAX, &err));
	CU_ASSERT_EQUAL(err.code, FV_EMEMORY);
	CU_ASSERT_PTR_NULL(fv_memory_grow(array, &capacity,
	    huge / sizeof(*array), sizeof(*array), SIZE_MAX, &err));
	CU_ASSERT_EQUAL(err.code, FV_EMEMORY);
	CU_ASSERT_EQUAL(capacity, 10);
	CU_ASSERT_EQUAL(array[9], 42);
	free(array);
}

CU_TestInfo suite_memory[] = {
	{ "new memory is zeroed, and none is a pointer too", new_is_zeroed },
	{ "a product that overflows is refused",
	    a_product_that_overflows_is_refused },
	{ "pages begin on a page", pages_begin_on_a_page },
	{ "a grown array keeps the old and zeroes the new",
	    grown_arrays_keep_old_and_zero_new },
	{ "growing stops at the limit", growing_stops_at_the_limit },
	CU_TEST_INFO_NULL,
};

#include "tests/unit/suites.h"

#include <stdlib.h>

#include "datasets/parquet_dictionary.h"
#include "tests/unit/rows.h"

static void
values_are_numbered_as_they_appear(void)
{
	static const uint64_t values[] = { 7, 7, UINT64_MAX, 0, 7, 0, 9 };
	static const uint32_t expected[] = { 0, 0, 1, 2, 0, 2, 3 };
	struct fv_parquet_dictionary *d;
	uint32_t codes[FV_COUNT(values)], count;
	const uint64_t *distinct;
	struct fv_err err;
	size_t i, round;

	d = fv_parquet_dictionary_new(&err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(d);
	for (round = 0; round < 2; round++) { /* nothing stays of the first */
		CU_ASSERT_TRUE(fv_parquet_dictionary_make(
		    d, values, FV_COUNT(values), codes));
		distinct = fv_parquet_dictionary_values(d, &count);
		CU_ASSERT_EQUAL_FATAL(count, 4);
		for (i = 0; i < FV_COUNT(values); i++) {
			CU_ASSERT_EQUAL(codes[i], expected[i]);
			CU_ASSERT_EQUAL(distinct[codes[i]], values[i]);
		}
	}
	fv_parquet_dictionary_free(d);
	fv_parquet_dictionary_free(NULL);
}

static void
too_many_values_are_no_dictionary(void)
{
	enum { N = 300000 };
	uint64_t *values = calloc(N, sizeof(*values));
	uint32_t *codes = calloc(N, sizeof(*codes)), count;
	struct fv_parquet_dictionary *d;
	const uint64_t *distinct;
	struct fv_err err;
	size_t i;

	d = fv_parquet_dictionary_new(&err);
	CU_ASSERT_FATAL(d != NULL && values != NULL && codes != NULL);
	for (i = 0; i < N; i++)
		values[i] = rows_mix(i);
	CU_ASSERT_FALSE(fv_parquet_dictionary_make(d, values, N, codes));
	for (i = 0; i < N; i++)
		values[i] = rows_mix(rows_mix(i) % FV_PARQUET_DICTIONARY);
	/* At first nearly all are new: given up, though they would fit. */
	CU_ASSERT_FALSE(fv_parquet_dictionary_make(d, values, N, codes));
	for (i = 0; i < N; i++)
		values[i] = rows_mix(i / 4);
	CU_ASSERT_FALSE(fv_parquet_dictionary_make(d, values, N, codes));
	/* As many as there may be, and not one more. */
	CU_ASSERT_TRUE(fv_parquet_dictionary_make(
	    d, values, (size_t)4 * FV_PARQUET_DICTIONARY, codes));
	distinct = fv_parquet_dictionary_values(d, &count);
	CU_ASSERT_EQUAL(count, FV_PARQUET_DICTIONARY);
	for (i = 0; i < (size_t)4 * FV_PARQUET_DICTIONARY; i++)
		if (distinct[codes[i]] != values[i])
			break;
	CU_ASSERT_EQUAL(i, (size_t)4 * FV_PARQUET_DICTIONARY);
	CU_ASSERT_FALSE(fv_parquet_dictionary_make(
	    d, values, (size_t)4 * FV_PARQUET_DICTIONARY + 1, codes));
	fv_parquet_dictionary_free(d);
	free(values);
	free(codes);
}

CU_TestInfo suite_parquet_dictionary[] = {
	{ "values are numbered as they appear",
	    values_are_numbered_as_they_appear },
	{ "too many values are no dictionary",
	    too_many_values_are_no_dictionary },
	CU_TEST_INFO_NULL,
};

#include "tests/unit/suites.h"

#include <string.h>

#include "datasets/column_digest.h"

/* Two chunks, digested apart, against FIPS 180's own words for one of them. */
static void
a_column_is_digested_by_its_chunks(void)
{
	struct fv_column_digest column = { NULL, 0, 0 };
	uint8_t chunk[FV_DIGEST_SIZE], both[2 * FV_DIGEST_SIZE];
	uint8_t value[FV_DIGEST_SIZE];
	char text[FV_DIGEST_TEXT], other[FV_DIGEST_TEXT];
	struct fv_err err;

	CU_ASSERT_EQUAL(fv_digest_once("abc", 3, chunk, &err), 0);
	fv_digest_hex(chunk, sizeof(chunk), text);
	CU_ASSERT_STRING_EQUAL(text,
	    "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad");
	memcpy(both, chunk, sizeof(chunk));
	CU_ASSERT_EQUAL(fv_column_digest_add(&column, chunk, &err), 0);
	CU_ASSERT_EQUAL(fv_digest_once("d", 1, chunk, &err), 0);
	memcpy(both + sizeof(chunk), chunk, sizeof(chunk));
	CU_ASSERT_EQUAL(fv_column_digest_add(&column, chunk, &err), 0);
	CU_ASSERT_EQUAL(fv_digest_once(both, sizeof(both), value, &err), 0);
	fv_digest_hex(value, sizeof(value), other);
	CU_ASSERT_EQUAL(fv_column_digest_text(&column, text, &err), 0);
	CU_ASSERT_STRING_EQUAL(text, other);
	fv_column_digest_clear(&column);
}

static void
no_rows_have_the_digest_of_nothing(void)
{
	struct fv_column_digest column = { NULL, 0, 0 };
	char text[FV_DIGEST_TEXT];
	struct fv_err err;

	CU_ASSERT_EQUAL(fv_column_digest_text(&column, text, &err), 0);
	CU_ASSERT_STRING_EQUAL(text,
	    "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855");
	fv_column_digest_clear(&column);
}

CU_TestInfo suite_column_digest[] = {
	{ "a column is digested by its chunks",
	    a_column_is_digested_by_its_chunks },
	{ "no rows have the digest of nothing",
	    no_rows_have_the_digest_of_nothing },
	CU_TEST_INFO_NULL,
};

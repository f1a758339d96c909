#include "tests/unit/suites.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "datasets/export_cell.h"
#include "tests/unit/rows.h"

static void
expect_time(int64_t ns, const char *expected)
{
	struct fv_export_cell_day day = { 0 };
	char text[FV_EXPORT_CELL_TIME + 1];

	*fv_export_cell_time(text, ns, &day) = '\0';
	CU_ASSERT_STRING_EQUAL(text, expected);
}

static void
times_are_iso_8601_with_nine_digits(void)
{
	expect_time(0, "1970-01-01T00:00:00.000000000Z");
	expect_time(-1, "1969-12-31T23:59:59.999999999Z");
	expect_time(
	    INT64_C(1225497601255840000), "2008-11-01T00:00:01.255840000Z");
	expect_time(
	    INT64_C(951827696000000000), "2000-02-29T12:34:56.000000000Z");
	expect_time(INT64_MAX, "2262-04-11T23:47:16.854775807Z");
	expect_time(INT64_MIN, "1677-09-21T00:12:43.145224192Z");
}

/* The C library as the oracle, over all the years there are. */
static void
days_are_those_of_the_c_library(void)
{
	struct fv_export_cell_day day = { 0 };
	char text[FV_EXPORT_CELL_TIME + 1], expected[64], seconds[32];
	struct tm tm;
	int64_t ns;
	time_t s;
	uint64_t i;

	for (i = 0; i < 20000; i++) {
		ns = (int64_t)rows_mix(i);
		s = (time_t)(ns / 1000000000 - (ns % 1000000000 < 0));
		CU_ASSERT_PTR_NOT_NULL_FATAL(gmtime_r(&s, &tm));
		(void)strftime(
		    seconds, sizeof(seconds), "%Y-%m-%dT%H:%M:%S", &tm);
		(void)snprintf(expected, sizeof(expected), "%s.%09" PRId64 "Z",
		    seconds, ns - (int64_t)s * 1000000000);
		*fv_export_cell_time(text, ns, &day) = '\0';
		if (strcmp(text, expected) != 0)
			break;
	}
	CU_ASSERT_EQUAL(i, 20000);
}

static void
expect_text(const char *text, const char *expected)
{
	char cell[64];
	size_t n = strlen(text);

	*fv_export_cell_text(cell, text, n) = '\0';
	CU_ASSERT_STRING_EQUAL(cell, expected);
	CU_ASSERT(strlen(cell) <= fv_export_cell_bound(n));
}

static void
texts_are_quoted_where_they_must_be(void)
{
	expect_text("hotel", "hotel");
	expect_text("hotel a", "hotel a");
	expect_text("a,b", "\"a,b\"");
	expect_text("\"", "\"\"\"\"");
	expect_text("a \"b\"", "\"a \"\"b\"\"\"");
	expect_text("", "\"\"");
}

static void
entries_become_cells(void)
{
	uint64_t at[] = { 0, 1, 4, 4 };
	char bytes[] = "xa,b----------------";
	const struct fv_export_entries entries = { 3, at, bytes };
	struct fv_export_entries cells;
	struct fv_err err;

	CU_ASSERT_EQUAL_FATAL(
	    fv_export_cell_entries(&entries, &cells, &err), 0);
	CU_ASSERT_EQUAL(cells.count, 3);
	CU_ASSERT_EQUAL(cells.at[1], 1);
	CU_ASSERT_EQUAL(cells.at[2], 6);
	CU_ASSERT_EQUAL(cells.at[3], 8);
	CU_ASSERT_EQUAL(memcmp(cells.bytes, "x\"a,b\"\"\"", 8), 0);
	free(cells.at);
	free(cells.bytes);
}

CU_TestInfo suite_export_cell[] = {
	{ "times are ISO 8601 with nine digits",
	    times_are_iso_8601_with_nine_digits },
	{ "days are those of the C library", days_are_those_of_the_c_library },
	{ "texts are quoted where they must be",
	    texts_are_quoted_where_they_must_be },
	{ "entries become cells", entries_become_cells },
	CU_TEST_INFO_NULL,
};

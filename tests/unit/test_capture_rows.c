#include "tests/unit/suites.h"

#include <string.h>

#include "convert/capture_rows.h"

/* A capture that has read and recorded ${n} packets, the last at ${time}. */
static struct fv_capture_row
total(uint64_t n, int64_t first, int64_t last)
{
	struct fv_capture_row row;

	memset(&row, 0, sizeof(row));
	row.counter[FV_COUNT_READ] = row.counter[FV_COUNT_RECORDED] = n;
	row.first_time = first;
	row.last_time = last;
	row.link_type = 1;
	(void)strcpy(row.ethertypes, "0x88b7 1");
	return row;
}

static void
put(struct fv_capture_rows *rows, uint32_t number, uint64_t n, int64_t first,
    int64_t last)
{
	struct fv_capture_row row = total(n, first, last);
	struct fv_err err;

	CU_ASSERT_EQUAL_FATAL(fv_capture_rows_put(rows, number, &row, &err), 0);
}

static uint64_t
recorded(const struct fv_capture_rows *rows, size_t i)
{
	return rows->row[i].counter[FV_COUNT_RECORDED];
}

static void
one_part_has_the_totals(void)
{
	struct fv_capture_rows rows = { .row = NULL };

	put(&rows, 1, 7, 50, 60);
	put(&rows, 0, 5, 10, 20);
	CU_ASSERT_EQUAL(rows.n, 2);
	CU_ASSERT_EQUAL(recorded(&rows, 0), 5);
	CU_ASSERT_EQUAL(recorded(&rows, 1), 7);
	CU_ASSERT_EQUAL(rows.row[1].last_time, 60);
	fv_capture_rows_free(&rows);
	CU_ASSERT_PTR_NULL(rows.row);
}

static void
parts_add_up_to_the_totals(void)
{
	struct fv_capture_rows rows = { .row = NULL };

	put(&rows, 0, 5, 10, 20);
	put(&rows, 1, 7, 50, 60);
	put(&rows, 2, 1, 70, 70);
	fv_capture_rows_part(&rows, 1);
	CU_ASSERT_EQUAL(rows.first, 1);
	CU_ASSERT_EQUAL_FATAL(rows.n, 2);
	CU_ASSERT_EQUAL(recorded(&rows, 0), 0);
	CU_ASSERT_EQUAL(rows.row[0].first_time, 0);
	CU_ASSERT_EQUAL(rows.row[0].link_type, 1);
	CU_ASSERT_STRING_EQUAL(rows.row[0].ethertypes, "");
	put(&rows, 1, 17, 80, 90);
	put(&rows, 3, 4, 95, 95);
	CU_ASSERT_EQUAL_FATAL(rows.n, 3);
	CU_ASSERT_EQUAL(recorded(&rows, 0), 10);
	CU_ASSERT_EQUAL(rows.row[0].first_time, 80);
	CU_ASSERT_EQUAL(recorded(&rows, 1), 0);
	CU_ASSERT_EQUAL(recorded(&rows, 2), 4);
	fv_capture_rows_part(&rows, 1);
	put(&rows, 1, 20, 100, 110);
	CU_ASSERT_EQUAL(recorded(&rows, 0), 3);
	fv_capture_rows_free(&rows);
}

static void
a_part_may_keep_none(void)
{
	struct fv_capture_rows rows = { .row = NULL };

	put(&rows, 0, 5, 10, 20);
	fv_capture_rows_part(&rows, 4);
	CU_ASSERT_EQUAL(rows.n, 0);
	put(&rows, 4, 2, 30, 40);
	CU_ASSERT_EQUAL(rows.n, 1);
	CU_ASSERT_EQUAL(recorded(&rows, 0), 2);
	fv_capture_rows_free(&rows);
}

static void
without_packets_there_is_no_time(void)
{
	struct fv_capture_rows rows = { .row = NULL };

	put(&rows, 0, 5, 10, 20);
	fv_capture_rows_part(&rows, 0);
	put(&rows, 0, 5, 10, 20);
	CU_ASSERT_EQUAL(recorded(&rows, 0), 0);
	CU_ASSERT_EQUAL(rows.row[0].first_time, 0);
	CU_ASSERT_EQUAL(rows.row[0].last_time, 0);
	fv_capture_rows_free(&rows);
}

CU_TestInfo suite_capture_rows[] = {
	{ "one part has the totals", one_part_has_the_totals },
	{ "parts add up to the totals", parts_add_up_to_the_totals },
	{ "a part may keep none", a_part_may_keep_none },
	{ "without packets there is no time",
	    without_packets_there_is_no_time },
	CU_TEST_INFO_NULL,
};

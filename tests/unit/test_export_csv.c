#include "tests/unit/suites.h"

#include <string.h>

#include "datasets/export_csv.h"
#include "datasets/flow.h"
#include "tests/unit/export_bed.h"
#include "tests/unit/rows.h"

static void
expect(const struct export_bed *bed, enum fv_table_id table,
    const char *columns, bool words, const struct fv_export_csv_options *o,
    const char *expected)
{
	struct fv_export_plan *plan =
	    export_bed_plan(bed, table, columns, words);
	struct fv_buffer text = { .limit = 1 << 20 };
	struct fv_err err;

	CU_ASSERT_EQUAL(
	    fv_export_csv(plan, o, export_bed_sink, &text, &err), 0);
	CU_ASSERT_EQUAL(text.length, strlen(expected));
	CU_ASSERT_EQUAL(memcmp(text.at, expected, strlen(expected)), 0);
	fv_buffer_free(&text);
	fv_export_plan_free(plan);
}

static void
rows_are_lines_and_nulls_are_nothing(void)
{
	const struct fv_export_csv_options plain = { .threads = 1 };
	const struct fv_export_csv_options other = {
		.threads = 1, .crlf = true, .iso_times = true
	};
	struct export_bed bed;

	export_bed_make(&bed);
	expect(&bed, FV_TABLE_FLOWS,
	    "row,start_time,source,destination_address,source_port,bytes,"
	    "stack_mss,source_device_token,direction",
	    false, &plain,
	    "row,start_time,source,destination_address,source_port,bytes,"
	    "stack_mss,source_device_token,direction\n"
	    "0,1225497601255840000,0,2001:db8::1,65535,40,1460,"
	    "18446744073709551615,1\n"
	    "1,-1,2,,0,18446744073709551615,,,0\n"
	    "2,9223372036854775807,1,192.0.2.3,0,0,1460,"
	    "18446744073709551615,9\n");
	expect(&bed, FV_TABLE_FLOWS, "direction,start_time,capture", true,
	    &other,
	    "direction,start_time,capture\r\n"
	    "outbound,2008-11-01T00:00:01.255840000Z,0\r\n"
	    "unknown,1969-12-31T23:59:59.999999999Z,\r\n"
	    "9,2262-04-11T23:47:16.854775807Z,0\r\n");
	expect(&bed, FV_TABLE_SITES, NULL, false, &plain,
	    "row,name,kind\n0,\"a, \"\"b\"\"\",\"\"\n"
	    "1,line?break,caf\xc3\xa9\n");
	expect(&bed, FV_TABLE_FLOWS, "source_site_name", false, &plain,
	    "source_site_name\n\"a, \"\"b\"\"\"\n\nline?break\n");
	export_bed_remove(&bed);
}

/* One column of made-up flows, parsed again. */
static void
numbers_of_all_rows_come_back(void)
{
	const struct fv_export_csv_options options = { .threads = 2 };
	enum { N = 70000 };
	struct fv_buffer text = { .limit = 1 << 26 };
	struct fv_export_plan *plan;
	struct export_bed bed;
	struct fv_flow flow;
	struct fv_err err;
	long long time, bytes, port;
	const char *at;
	int length = 0;
	uint64_t i;

	export_bed_make_rows(&bed, N);
	plan = export_bed_plan(
	    &bed, FV_TABLE_FLOWS, "start_time,bytes,source_port", false);
	CU_ASSERT_EQUAL_FATAL(
	    fv_export_csv(plan, &options, export_bed_sink, &text, &err), 0);
	fv_buffer_byte(&text, 0);
	at = strchr((const char *)text.at, '\n') + 1;
	for (i = 0; i < N; i++, at += length) {
		rows_flow(i, &flow);
		if (sscanf(at, "%lld,%lld,%lld\n%n", &time, &bytes, &port,
			&length) != 3 ||
		    time != flow.start_time || bytes != (long long)flow.bytes ||
		    port != flow.source_port)
			break;
	}
	CU_ASSERT_EQUAL(i, N);
	CU_ASSERT_EQUAL(*at, '\0');
	fv_buffer_free(&text);
	fv_export_plan_free(plan);
	export_bed_remove(&bed);
}

static void
threads_and_pieces_do_not_show(void)
{
	static const unsigned threads[] = { 1, 2, 3, 0 };
	struct fv_buffer text[FV_COUNT(threads)];
	struct fv_export_plan *plan;
	struct export_bed bed;
	struct fv_err err;
	size_t i;

	export_bed_make_rows(&bed, 270000); /* five chunks, the last in part */
	plan = export_bed_plan(&bed, FV_TABLE_FLOWS, NULL, false);
	for (i = 0; i < FV_COUNT(threads); i++) {
		const struct fv_export_csv_options options = { .threads =
								   threads[i] };

		text[i] = (struct fv_buffer){ .limit = 1 << 30 };
		CU_ASSERT_EQUAL_FATAL(fv_export_csv(plan, &options,
					  export_bed_sink, &text[i], &err),
		    0);
		CU_ASSERT_EQUAL(text[i].length, text[0].length);
		CU_ASSERT_EQUAL(
		    memcmp(text[i].at, text[0].at, text[0].length), 0);
	}
	for (i = 0; i < FV_COUNT(threads); i++)
		fv_buffer_free(&text[i]);
	fv_export_plan_free(plan);
	export_bed_remove(&bed);
}

static void
failures_are_told(void)
{
	const struct fv_export_csv_options options = { .threads = 2 };
	struct fv_buffer text = { .limit = 1 << 20 };
	struct fv_export_plan *plan;
	struct export_bed bed;
	struct fv_err err;

	export_bed_make_with(&bed, 3);
	plan = export_bed_plan(&bed, FV_TABLE_FLOWS, NULL, false);
	CU_ASSERT_EQUAL(
	    fv_export_csv(plan, &options, export_bed_sink, &text, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EFORMAT);
	CU_ASSERT_EQUAL(
	    fv_export_csv(plan, &options, export_bed_broken_sink, NULL, &err),
	    -1);
	CU_ASSERT_EQUAL(err.code, FV_EIO);
	fv_buffer_free(&text);
	fv_export_plan_free(plan);
	export_bed_remove(&bed);
}

CU_TestInfo suite_export_csv[] = {
	{ "rows are lines, and nulls are nothing",
	    rows_are_lines_and_nulls_are_nothing },
	{ "numbers of all rows come back", numbers_of_all_rows_come_back },
	{ "threads and pieces do not show", threads_and_pieces_do_not_show },
	{ "failures are told", failures_are_told },
	CU_TEST_INFO_NULL,
};

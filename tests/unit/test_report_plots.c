#include "tests/unit/suites.h"

#include <string.h>

#include "analysis/report_plots.h"

static void
labels_and_titles_cannot_give_gnuplot_orders(void)
{
	struct fv_report_chart charts[FV_REPORT_CHARTS_LIMIT];
	struct fv_textbuf data = { 0 }, script = { 0 };
	struct fv_err err;
	struct fv_result *r = fv_result_new("Report", &err);

	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	fv_result_section(r, "R06", "Hosts", "All.");
	fv_result_table(r, "hosts", "Bob's; system('x')");
	fv_result_column(r, "host", "host", FV_RESULT_HOST, FV_RESULT_NO_BAR);
	fv_result_column(r, "n", "n", FV_RESULT_COUNT, FV_RESULT_BAR_LOG);
	fv_result_host(r, 1, "192.0.2.1 at \"A\\\"");
	fv_result_count(r, 40);
	fv_result_host(r, 2, "192.0.2.2");
	fv_result_count(r, 3);
	CU_ASSERT_EQUAL_FATAL(fv_report_charts_of(&r->section[0], charts), 1);
	CU_ASSERT_EQUAL(
	    fv_report_plots_data(r, &charts[0], false, &data, &err), 0);
	CU_ASSERT_STRING_EQUAL(data.bytes,
	    "# rank n label\n1 40 \"192.0.2.1 at 'A''\"\n2 3 \"192.0.2.2\"\n");
	CU_ASSERT_EQUAL(
	    fv_report_plots_script(r, &charts[0], &script, &err), 0);
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(script.bytes, "set title 'Bob''s; system(''x'')'\n"));
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(script.bytes, "set output 'R06-hosts.svg'\n"));
	/* From half of the power of ten that the least bar is in. */
	CU_ASSERT_PTR_NOT_NULL(strstr(script.bytes, "set xrange [0.5:*]\n"));
	fv_textbuf_free(&data);
	fv_textbuf_free(&script);
	fv_result_free(r);
}

CU_TestInfo suite_report_plots[] = {
	{ "labels and titles cannot give gnuplot orders",
	    labels_and_titles_cannot_give_gnuplot_orders },
	CU_TEST_INFO_NULL,
};

#include "tests/unit/suites.h"

#include <string.h>

#include "analysis/report_findings.h"

static struct fv_result_cell
cell(enum fv_result_type type, uint64_t part, uint64_t whole)
{
	return (struct fv_result_cell){
		.type = type, .part = part, .whole = whole
	};
}

static void
check(enum fv_result_type type, uint64_t part, uint64_t whole,
    const char *slides, enum fv_report_match want)
{
	struct fv_result_cell c = cell(type, part, whole);

	CU_ASSERT_EQUAL(fv_report_findings_match(&c, slides), want);
}

static void
figures_are_compared_to_the_digits_of_the_slides(void)
{
	check(FV_RESULT_SHARE, 6511, 10000, "65 %", FV_REPORT_SAME);
	check(FV_RESULT_SHARE, 6449, 10000, "65 %", FV_REPORT_DIFFERS);
	check(FV_RESULT_SHARE, 6450, 10000, "65 %", FV_REPORT_SAME);
	check(FV_RESULT_SHARE, 1, 3345233, "0.00003 %", FV_REPORT_SAME);
	check(FV_RESULT_SHARE, 1, 2000000, "0.00003 %", FV_REPORT_DIFFERS);
	check(FV_RESULT_SHARE, 0, 10, "0.0 %", FV_REPORT_SAME);
	check(FV_RESULT_COUNT, 1700, 0, "1700", FV_REPORT_SAME);
	check(FV_RESULT_COUNT, 1701, 0, "1700", FV_REPORT_DIFFERS);
	check(FV_RESULT_NUMBER, 36459, 0, "36459", FV_REPORT_SAME);
	check(FV_RESULT_RATIO, 25, 10, "2.5", FV_REPORT_SAME);
}

static void
some_words_are_judged_and_others_left_alone(void)
{
	check(FV_RESULT_COUNT, 0, 0, "none", FV_REPORT_SAME);
	check(FV_RESULT_COUNT, 1, 0, "none", FV_REPORT_DIFFERS);
	check(FV_RESULT_RATIO, 99, 10, "less than 10", FV_REPORT_SAME);
	check(FV_RESULT_RATIO, 100, 10, "less than 10", FV_REPORT_DIFFERS);
	check(FV_RESULT_RATIO, 249, 100, "double", FV_REPORT_SAME);
	check(FV_RESULT_RATIO, 250, 100, "double", FV_REPORT_DIFFERS);
	check(FV_RESULT_SHARE, 6, 10, "most", FV_REPORT_SAME);
	check(FV_RESULT_SHARE, 5, 10, "most", FV_REPORT_DIFFERS);
	check(FV_RESULT_SHARE, 5, 10, "almost all", FV_REPORT_UNJUDGED);
	check(FV_RESULT_SHARE, 5, 10, "5", FV_REPORT_UNJUDGED);
	check(FV_RESULT_SHARE, 0, 0, "5 %", FV_REPORT_UNJUDGED);
	check(FV_RESULT_COUNT, 5, 0, "5 %", FV_REPORT_UNJUDGED);
	check(FV_RESULT_COUNT, 5, 0, "1.2.3", FV_REPORT_UNJUDGED);
	check(FV_RESULT_COUNT, 5, 0, "", FV_REPORT_UNJUDGED);
	check(FV_RESULT_DURATION, 5, 0, "1 month", FV_REPORT_UNJUDGED);
}

static void
a_sentence_is_said_only_with_all_of_its_facts(void)
{
	struct fv_err err;
	struct fv_result *r = fv_result_new("Report", &err);
	struct fv_textbuf out = { 0 };

	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	fv_result_section(r, "R02", "Protocols", "All.");
	fv_result_fact(r, "tcp", "TCP", NULL);
	fv_result_share(r, 2, 3, 2);
	fv_report_findings_html(r, false, &out);
	CU_ASSERT_EQUAL_FATAL(fv_textbuf_done(&out, &err), 0);
	CU_ASSERT_STRING_EQUAL(out.bytes, "");
	fv_result_fact(r, "udp", "UDP", NULL);
	fv_result_share(r, 1, 3, 2);
	fv_report_findings_html(r, false, &out);
	CU_ASSERT_EQUAL_FATAL(fv_textbuf_done(&out, &err), 0);
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(out.bytes, "<a href=\"#R02\">66.67 %</a>"));
	CU_ASSERT_PTR_NULL(strchr(out.bytes, '{'));
	fv_textbuf_free(&out);
	fv_result_free(r);
}

CU_TestInfo suite_report_findings[] = {
	{ "figures are compared to the digits of the slides",
	    figures_are_compared_to_the_digits_of_the_slides },
	{ "some words are judged, and others left alone",
	    some_words_are_judged_and_others_left_alone },
	{ "a sentence is said only with all of its facts",
	    a_sentence_is_said_only_with_all_of_its_facts },
	CU_TEST_INFO_NULL,
};

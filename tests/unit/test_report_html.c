#include "tests/unit/suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/markup.h"
#include "analysis/registry.h"
#include "analysis/report_charts.h"
#include "analysis/report_html.h"
#include "tests/unit/trial.h"

static char *
html_of(const struct fv_result *r, bool mask)
{
	struct fv_textbuf out = { 0 };
	struct fv_err err;

	CU_ASSERT_EQUAL_FATAL(fv_report_html_write(r, mask, &out, &err), 0);
	return out.bytes;
}

static size_t
count(const char *text, const char *word)
{
	size_t n = 0;

	for (text = strstr(text, word); text != NULL;
	     text = strstr(text + 1, word))
		n++;
	return n;
}

/* A result in which everything that can be a text is hostile. */
static struct fv_result *
hostile(void)
{
	static const char evil[] = "</script><img src=x onerror=alert(1)>\"'&";
	struct fv_err err;
	struct fv_result *r = fv_result_new(evil, &err);
	size_t i;

	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	fv_result_section(r, "R06", evil, evil);
	fv_result_fact(r, "host", evil, evil);
	fv_result_host(r, 1, evil);
	fv_result_table(r, "hosts", evil);
	fv_result_column(r, "host", evil, FV_RESULT_HOST, FV_RESULT_NO_BAR);
	fv_result_column(r, "n", evil, FV_RESULT_COUNT, FV_RESULT_BAR_LOG);
	for (i = 0; i < 3; i++) {
		fv_result_host(r, i + 1, evil);
		fv_result_count(r, 10 - i);
	}
	fv_result_note(r, "%s", evil);
	return r;
}

static void
no_text_gets_out_of_its_place(void)
{
	struct fv_result *r = hostile();
	char *page = html_of(r, false);

	CU_ASSERT_EQUAL(count(page, "<img"), 0);
	CU_ASSERT_EQUAL(count(page, "</script"), 3);
	CU_ASSERT_EQUAL(count(page, "<script"), 3);
	CU_ASSERT(count(page, "&lt;img src=x") > 8);
	CU_ASSERT(count(page, "\\u003cimg src=x") > 3);
	free(page);
	page = html_of(r, true);
	CU_ASSERT_PTR_NOT_NULL(strstr(page, "host 2"));
	free(page);
	fv_result_free(r);
}

/* The source expression of what stands between ${from} and ${to}. */
static void
check_allowed(const char *page, const char *from, const char *to)
{
	const char *begin = strstr(page, from), *end, *policy;
	struct fv_textbuf source = { 0 };
	struct fv_err err;

	CU_ASSERT_PTR_NOT_NULL_FATAL(begin);
	begin += strlen(from);
	end = strstr(begin, to);
	CU_ASSERT_PTR_NOT_NULL_FATAL(end);
	CU_ASSERT_EQUAL_FATAL(
	    fv_markup_source(begin, (size_t)(end - begin), &source, &err), 0);
	policy = strstr(page, source.bytes);
	CU_ASSERT_PTR_NOT_NULL_FATAL(policy);
	CU_ASSERT(policy < strstr(page, "<style>"));
	fv_textbuf_free(&source);
}

static void
the_policy_allows_what_the_page_has_and_no_more(void)
{
	struct fv_result *r = hostile();
	char *page = html_of(r, false);
	const char *second;

	CU_ASSERT_PTR_NOT_NULL(strstr(page,
	    "content=\"default-src 'none'; base-uri 'none'; "
	    "form-action 'none'; style-src 'sha256-"));
	CU_ASSERT_EQUAL(count(page, "'sha256-"), 3);
	check_allowed(page, "<style>", "</style>");
	check_allowed(page, "<script>", "</script>");
	second = strstr(strstr(page, "<script>") + 1, "<script>");
	CU_ASSERT_PTR_NOT_NULL_FATAL(second);
	/* The last one, our own. */
	CU_ASSERT_EQUAL(count(second, "<script>"), 1);
	CU_ASSERT_EQUAL(count(page, " style=\""), 0);
	CU_ASSERT_EQUAL(count(page, " onclick="), 0);
	CU_ASSERT_EQUAL(count(page, " src="), count(page, "img src="));
	free(page);
	fv_result_free(r);
}

static void
the_same_result_gives_the_same_page(void)
{
	struct fv_result *r;
	struct trial rows;
	char *a, *b;
	size_t i;

	trial_make(&rows, 2000, 40, 3);
	for (i = 0; i < FV_REGISTRY_COUNT; i++) {
		r = trial_run(fv_registry[i], &rows, 1, TRIAL_FORWARD, 1);
		a = html_of(r, false);
		fv_result_free(r);
		r = trial_run(fv_registry[i], &rows, 3, TRIAL_BACKWARD, 2);
		b = html_of(r, false);
		fv_result_free(r);
		CU_ASSERT_STRING_EQUAL(a, b);
		free(a);
		free(b);
	}
	trial_free(&rows);
}

static void
rows_past_the_limit_are_counted(void)
{
	struct fv_err err;
	struct fv_result *r = fv_result_new("Report", &err);
	char *page;
	size_t i;

	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	fv_result_section(r, "R06", "Hosts", "All.");
	fv_result_table(r, "hosts", "Hosts");
	fv_result_column(r, "n", "n", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_shown(r, 20, 700);
	for (i = 0; i < 300; i++)
		fv_result_count(r, 1000000 + i);
	page = html_of(r, false);
	CU_ASSERT_PTR_NOT_NULL(strstr(page, "180 more rows</summary>"));
	CU_ASSERT_PTR_NOT_NULL(strstr(page,
	    "500 more rows are left out here; "
	    "the first 300 are in"));
	CU_ASSERT_PTR_NOT_NULL(strstr(page, ">1,000,199<"));
	CU_ASSERT_PTR_NULL(strstr(page, ">1,000,200<"));
	free(page);
	fv_result_free(r);
}

static void
bars_are_called_what_stands_before_them(void)
{
	struct fv_report_chart charts[FV_REPORT_CHARTS_LIMIT];
	struct fv_textbuf out = { 0 };
	struct fv_err err;
	struct fv_result *r = fv_result_new("Report", &err);

	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	fv_result_section(r, "R16", "Packets", "All.");
	fv_result_table(r, "packets", "Packets");
	fv_result_column(r, "from", "from", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(r, "to", "to", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(r, "n", "n", FV_RESULT_COUNT, FV_RESULT_BAR_LINEAR);
	fv_result_count(r, 2);
	fv_result_count(r, 3);
	fv_result_count(r, 9);
	fv_result_count(r, 4);
	fv_result_count(r, 7);
	fv_result_count(r, 8);
	CU_ASSERT_EQUAL_FATAL(fv_report_charts_of(&r->section[0], charts), 1);
	CU_ASSERT_EQUAL(charts[0].column, 2);
	CU_ASSERT_FALSE(charts[0].log);
	fv_report_charts_label(&charts[0], 1, false, &out);
	CU_ASSERT_STRING_EQUAL(out.bytes, "4 to 7");
	fv_textbuf_free(&out);
	fv_result_free(r);
}

CU_TestInfo suite_report_html[] = {
	{ "no text gets out of its place", no_text_gets_out_of_its_place },
	{ "the policy allows what the page has and no more",
	    the_policy_allows_what_the_page_has_and_no_more },
	{ "the same result gives the same page",
	    the_same_result_gives_the_same_page },
	{ "rows past the limit are counted", rows_past_the_limit_are_counted },
	{ "bars are called what stands before them",
	    bars_are_called_what_stands_before_them },
	CU_TEST_INFO_NULL,
};

#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/registry.h"
#include "analysis/report_text.h"
#include "analysis/wording.h"
#include "tests/unit/trial.h"

static struct fv_result *
new_result(void)
{
	struct fv_err err;
	struct fv_result *r = fv_result_new("Report", &err);

	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	return r;
}

static char *
text_of(const struct fv_result *r, bool mask)
{
	struct fv_textbuf out = { 0 };
	struct fv_err err;

	CU_ASSERT_EQUAL_FATAL(fv_report_text_write(r, mask, &out, &err), 0);
	return out.bytes;
}

static void
fill_page(struct fv_result *r)
{
	fv_result_section(r, "R06", "By Host", "What hosts sent.");
	fv_result_fact(r, "n", "Hosts", "100");
	fv_result_count(r, 1234);
	fv_result_fact(r, "s", "of which silent", NULL);
	fv_result_share(r, 1, 40, 1);
	fv_result_table(r, "t", "Two hosts");
	fv_result_column(r, "h", "host", FV_RESULT_HOST, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "b", "bytes", FV_RESULT_BYTES, FV_RESULT_BAR_LINEAR);
	fv_result_column(r, "s", "share", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	fv_result_host(r, 1, "192.0.2.1");
	fv_result_bytes(r, 123456);
	fv_result_share(r, 3, 4, 2);
	fv_result_host(r, 2, "2001:db8::1");
	fv_result_bytes(r, 999);
	fv_result_share(r, 1, 4, 1);
	fv_result_note(r, "A note.");
}

static void
a_page_looks_as_it_should(void)
{
	static const char page[] =
	    "Report\n"
	    "======\n"
	    "\n\n"
	    "R06  By Host\n"
	    "------------\n"
	    "What hosts sent.\n"
	    "\n"
	    "  Hosts              1,234   (slides: 100)\n"
	    "    of which silent  2.5 %\n"
	    "\n"
	    "  Two hosts\n"
	    "  host          bytes    share  bytes, linear\n"
	    "  -----------  ------  -------  ------------------------\n"
	    "  192.0.2.1    123 kB  75.00 %  ########################\n"
	    "  2001:db8::1  999 B   25.0 %   .\n"
	    "\n"
	    "  Note: A note.\n";
	struct fv_result *r = new_result();
	char *text;

	fill_page(r);
	text = text_of(r, false);
	CU_ASSERT_STRING_EQUAL(text, page);
	free(text);
	fv_result_free(r);
}

static void
masked_labels_show_ranks_and_no_address(void)
{
	struct fv_result *r = new_result();
	char *text;

	fill_page(r);
	text = text_of(r, true);
	CU_ASSERT_PTR_NULL(strstr(text, "192.0.2.1"));
	CU_ASSERT_PTR_NULL(strstr(text, "2001:db8"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "host 1"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "host 2"));
	free(text);
	fv_result_free(r);
}

/* Each is a value, and how it reads. */
static void
check_words(struct fv_result_cell cell, const char *words)
{
	char text[FV_WORDING_SIZE];

	CU_ASSERT_STRING_EQUAL(
	    fv_wording_cell(&cell, cell.decimals, false, text), words);
}

static void
values_read_well(void)
{
	struct fv_result_cell c = { .type = FV_RESULT_COUNT };

	c.part = 0;
	check_words(c, "0");
	c.part = 999;
	check_words(c, "999");
	c.part = 1000;
	check_words(c, "1,000");
	c.part = UINT64_MAX;
	check_words(c, "18,446,744,073,709,551,615");
	c.type = FV_RESULT_NUMBER;
	c.part = 44849;
	check_words(c, "44849");
	c.type = FV_RESULT_RATIO;
	c.decimals = 4;
	c.part = 2;
	c.whole = 3;
	check_words(c, "0.6667");
	c.whole = 0;
	check_words(c, "-");
}

static void
bytes_have_three_digits_and_a_unit(void)
{
	static const struct {
		uint64_t bytes;
		const char *words;
	} cases[] = { { 0, "0 B " }, { 999, "999 B " }, { 1000, "1.00 kB" },
		{ 1004, "1.00 kB" }, { 1005, "1.01 kB" }, { 9994, "9.99 kB" },
		{ 9995, "10.0 kB" }, { 99949, "99.9 kB" }, { 99950, "100 kB" },
		{ 999499, "999 kB" }, { 999500, "1.00 MB" },
		{ 1000000, "1.00 MB" }, { UINT64_MAX, "18.4 EB" } };
	struct fv_result_cell c = { .type = FV_RESULT_BYTES };
	size_t i;

	for (i = 0; i < FV_COUNT(cases); i++) {
		c.part = cases[i].bytes;
		check_words(c, cases[i].words);
	}
}

static void
durations_read_as_days_and_a_clock(void)
{
	static const struct {
		uint64_t ns;
		const char *words;
	} cases[] = { { 0, "0.000 s" }, { 1500000, "0.002 s" },
		{ UINT64_C(59999499999), "59.999 s" },
		{ UINT64_C(59999500000), "00:01:00" },
		{ UINT64_C(3661000000000), "01:01:01" },
		{ UINT64_C(2592000000000000), "30 d 00:00:00" } };
	struct fv_result_cell c = { .type = FV_RESULT_DURATION };
	size_t i;

	for (i = 0; i < FV_COUNT(cases); i++) {
		c.part = cases[i].ns;
		check_words(c, cases[i].words);
	}
}

/* No line of ${text} is wider than the page, or ends in a space. */
static void
check_lines(const char *text)
{
	const char *end;
	char *line;

	for (; *text != '\0'; text = end + 1) {
		end = strchr(text, '\n');
		CU_ASSERT_PTR_NOT_NULL_FATAL(end);
		line = strndup(text, (size_t)(end - text));
		CU_ASSERT_PTR_NOT_NULL_FATAL(line);
		CU_ASSERT(fv_textbuf_width(line) <= FV_REPORT_TEXT_WIDTH);
		CU_ASSERT(end == text || end[-1] != ' ');
		free(line);
	}
}

static void
no_line_of_any_report_is_wider_than_the_page(void)
{
	struct trial rows;
	struct fv_result *r;
	char *text;
	size_t i, k;

	for (k = 0; k < 2; k++) {
		trial_make(&rows, 3000, 60, 1);
		for (i = 0; k == 1 && i < rows.n; i++) {
			rows.flow[i].packets = UINT64_MAX / 10000;
			rows.flow[i].bytes = UINT64_MAX / 10000;
		}
		for (i = 0; k == 1 && i < 60; i++) {
			rows.host[i].site = 1;
			memset(rows.host[i].address, 'f', 39);
		}
		rows.context.nsites = 1 + k;
		for (i = 0; i < FV_REGISTRY_COUNT; i++) {
			r = trial_run(
			    fv_registry[i], &rows, 1, TRIAL_FORWARD, 1);
			text = trial_text(r);
			check_lines(text);
			free(text);
			fv_result_free(r);
		}
		trial_free(&rows);
	}
}

static void
long_words_are_wrapped_whole(void)
{
	struct fv_result *r = new_result();
	char *text;

	fv_result_section(r, "A", "a",
	    "H\xc3\xb4tel H\xc3\xb4tel H\xc3\xb4tel H\xc3\xb4tel "
	    "H\xc3\xb4tel H\xc3\xb4tel H\xc3\xb4tel H\xc3\xb4tel "
	    "H\xc3\xb4tel H\xc3\xb4tel H\xc3\xb4tel H\xc3\xb4tel "
	    "H\xc3\xb4tel H\xc3\xb4tel");
	fv_result_table(r, "t", "t");
	fv_result_column(r, "x", "x", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(r, "y", "y", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_text(r, "%s",
	    "forty words or more that go on and on until the line is full "
	    "and then some that will have to go on the next one");
	fv_result_count(r, 12345);
	text = text_of(r, false);
	check_lines(text);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "\n  some that will have to"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "12,345\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "H\xc3\xb4tel\nH\xc3\xb4tel"));
	free(text);
	fv_result_free(r);
}

static void
an_empty_table_says_so(void)
{
	struct fv_result *r = new_result();
	char *text;

	fv_result_section(r, "A", "a", "s");
	fv_result_table(r, "t", "Nothing here");
	fv_result_column(r, "x", "x", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	text = text_of(r, false);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "  Nothing here\n  (none)\n"));
	free(text);
	fv_result_free(r);
}

static void
a_failed_result_is_not_rendered(void)
{
	struct fv_result *r = new_result();
	struct fv_textbuf out = { 0 };
	struct fv_err err;

	r->err.code = FV_EMEMORY;
	CU_ASSERT_EQUAL(fv_report_text_write(r, false, &out, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EMEMORY);
	CU_ASSERT_PTR_NULL(out.bytes);
	fv_textbuf_free(&out);
	fv_result_free(r);
}

/* Half of two is more than a third of ninety. */
static void
a_bar_of_a_share_is_as_long_as_the_share(void)
{
	struct fv_result *r = new_result();
	char *text;

	fv_result_section(r, "R1", "Shares", "Of different wholes.");
	fv_result_table(r, "shares", "Shares");
	fv_result_column(r, "of", "of", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "share", "share", FV_RESULT_SHARE, FV_RESULT_BAR_LINEAR);
	fv_result_text(r, "two");
	fv_result_share(r, 1, 2, 2);
	fv_result_text(r, "ninety");
	fv_result_share(r, 30, 90, 2);
	text = text_of(r, false);
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(text, "two     50.00 %  ########################\n"));
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(text, "ninety  33.33 %  ################\n"));
	free(text);
	fv_result_free(r);
}

CU_TestInfo suite_report_text[] = {
	{ "a page looks as it should", a_page_looks_as_it_should },
	{ "masked labels show ranks and no address",
	    masked_labels_show_ranks_and_no_address },
	{ "values read well", values_read_well },
	{ "bytes have three digits and a unit",
	    bytes_have_three_digits_and_a_unit },
	{ "durations read as days and a clock",
	    durations_read_as_days_and_a_clock },
	{ "no line of any report is wider than the page",
	    no_line_of_any_report_is_wider_than_the_page },
	{ "long words are wrapped whole", long_words_are_wrapped_whole },
	{ "an empty table says so", an_empty_table_says_so },
	{ "a bar of a share is as long as the share",
	    a_bar_of_a_share_is_as_long_as_the_share },
	{ "a failed result is not rendered", a_failed_result_is_not_rendered },
	CU_TEST_INFO_NULL,
};

#include "tests/unit/suites.h"

#include "analysis/report_csv.h"

static struct fv_result *
make(void)
{
	static const struct fv_result_figure cloud = {
		.name = "cloud",
		.title = "Cloud",
		.axis = { { "port", "port", false, 1, 0 },
		    { "packets", "packets", true, 1, 0 } },
	};
	struct fv_err err;
	struct fv_result *r = fv_result_new("Report", &err);

	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	fv_result_section(r, "R01", "Title", "Statement.");
	fv_result_fact(r, "tcp", "TCP", "65 %");
	fv_result_share(r, 2, 3, 2);
	fv_result_fact(r, "who", "Who", NULL);
	fv_result_host(r, 4, "192.0.2.1 at \"A\", ground floor");
	fv_result_table(r, "hosts", "Hosts");
	fv_result_column(r, "host", "host", FV_RESULT_HOST, FV_RESULT_NO_BAR);
	fv_result_column(r, "what", "what", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "share", "share", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	fv_result_column(r, "n", "n", FV_RESULT_BYTES, FV_RESULT_NO_BAR);
	fv_result_shown(r, 1, 2);
	fv_result_host(r, 1, "192.0.2.1");
	fv_result_text(r, "a, \"b\"");
	fv_result_share(r, 1, 3, 2);
	fv_result_bytes(r, UINT64_MAX);
	fv_result_host(r, 2, "2001:db8::1");
	fv_result_text(r, "=1+1");
	fv_result_none(r);
	fv_result_none(r);
	fv_result_figure(r, &cloud);
	fv_result_point(r, 22, 7, 0);
	fv_result_point(r, 80, UINT64_MAX, 0);
	return r;
}

static void
check(int rc, struct fv_textbuf *out, const char *want)
{
	CU_ASSERT_EQUAL_FATAL(rc, 0);
	CU_ASSERT_STRING_EQUAL(out->bytes, want);
	fv_textbuf_free(out);
}

static void
a_table_is_what_rfc_4180_says(void)
{
	struct fv_result *r = make();
	struct fv_textbuf out = { 0 };
	struct fv_err err;

	check(fv_report_csv_table(&r->section[0].table[0], false, &out, &err),
	    &out,
	    "host,what,share,share_whole,n\r\n"
	    "192.0.2.1,\"a, \"\"b\"\"\",1,3,18446744073709551615\r\n"
	    "2001:db8::1,\"=1+1\",,,\r\n");
	check(fv_report_csv_table(&r->section[0].table[0], true, &out, &err),
	    &out,
	    "host,what,share,share_whole,n\r\n"
	    "1,\"a, \"\"b\"\"\",1,3,18446744073709551615\r\n"
	    "2,\"=1+1\",,,\r\n");
	fv_result_free(r);
}

static void
figures_and_facts_are_tables_too(void)
{
	struct fv_result *r = make();
	struct fv_textbuf out = { 0 };
	struct fv_err err;

	check(fv_report_csv_figure(&r->section[0].figure[0], &out, &err), &out,
	    "port,packets\r\n22,7\r\n80,18446744073709551615\r\n");
	check(fv_report_csv_facts(r, false, &out, &err), &out,
	    "section,name,value,whole,slides\r\n"
	    "R01,tcp,2,3,65 %\r\n"
	    "R01,who,\"192.0.2.1 at \"\"A\"\", ground floor\",,\r\n");
	fv_result_free(r);
}

CU_TestInfo suite_report_csv[] = {
	{ "a table is what RFC 4180 says", a_table_is_what_rfc_4180_says },
	{ "figures and facts are tables, too",
	    figures_and_facts_are_tables_too },
	CU_TEST_INFO_NULL,
};

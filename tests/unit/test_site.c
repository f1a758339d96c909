#include <string.h>

#include <CUnit/CUnit.h>

#include "datasets/site.h"
#include "tests/unit/suites.h"

static void
a_name_and_a_kind_fill_a_row(void)
{
	struct fv_site site;
	struct fv_err err;

	memset(&site, 0xff, sizeof(site));
	CU_ASSERT_EQUAL(fv_site_set(&site, "hotel-a", "hotel", &err), 0);
	CU_ASSERT_STRING_EQUAL(site.name, "hotel-a");
	CU_ASSERT_STRING_EQUAL(site.kind, "hotel");
	CU_ASSERT_EQUAL(site.kind[FV_SITE_TEXT - 1], '\0');
}

static void
the_longest_name_is_one_short_of_the_column(void)
{
	char text[FV_SITE_TEXT + 1];
	struct fv_err err;

	memset(text, 'x', sizeof(text));
	text[FV_SITE_TEXT - 1] = '\0';
	CU_ASSERT_EQUAL(fv_site_check(text, &err), 0);
	text[FV_SITE_TEXT - 1] = 'x';
	text[FV_SITE_TEXT] = '\0';
	CU_ASSERT_EQUAL(fv_site_check(text, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EUSAGE);
}

static void
only_printable_ascii_is_taken(void)
{
	static const char *const bad[] = { "h\xc3\xb4tel", "a\nb", "a\tb",
		"\x1b[2J", "\x7f" };
	struct fv_site site;
	struct fv_err err;
	size_t i;

	CU_ASSERT_EQUAL(fv_site_check(" ~", &err), 0);
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CU_ASSERT_EQUAL(fv_site_check(bad[i], &err), -1);
		CU_ASSERT_EQUAL(fv_site_set(&site, "a", bad[i], &err), -1);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "kind of the site"));
	}
}

CU_TestInfo suite_site[] = {
	{ "a name and a kind fill a row", a_name_and_a_kind_fill_a_row },
	{ "the longest name is one short of the column",
	    the_longest_name_is_one_short_of_the_column },
	{ "only printable ASCII is taken", only_printable_ascii_is_taken },
	CU_TEST_INFO_NULL,
};

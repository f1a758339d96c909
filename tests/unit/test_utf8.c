#include "tests/unit/suites.h"

#include <string.h>

#include "base/utf8.h"

/* ${text} becomes ${expected}; also at the very end of its memory. */
static void
expect(const char *text, size_t n, const char *expected)
{
	char copy[64];

	memcpy(copy, text, n);
	memset(copy + n, 0x80, sizeof(copy) - n); /* would continue */
	fv_utf8_cleanse(copy, n);
	CU_ASSERT_EQUAL_FATAL(n, strlen(expected));
	CU_ASSERT_EQUAL(memcmp(copy, expected, n), 0);
	CU_ASSERT_EQUAL(copy[n], (char)0x80);
}

#define EXPECT(text, expected) expect(text, sizeof(text) - 1, expected)

static void
text_stays_as_it_is(void)
{
	EXPECT("", "");
	EXPECT("hotel a, \"b\"", "hotel a, \"b\"");
	EXPECT("h\xc3\xb4tel", "h\xc3\xb4tel");
	EXPECT("\xe2\x82\xac\xf0\x9f\x8f\xa8", "\xe2\x82\xac\xf0\x9f\x8f\xa8");
	EXPECT("\xc2\xa0\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf4\x8f\xbf\xbf",
	    "\xc2\xa0\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf4\x8f\xbf\xbf");
}

static void
controls_become_question_marks(void)
{
	EXPECT("a\nb\tc\x1b[2J\x7f", "a?b?c?[2J?");
	EXPECT("a\0b", "a?b");
	EXPECT("\xc2\x80\xc2\x9f.", "????."); /* C1 */
}

static void
what_is_no_utf8_becomes_question_marks(void)
{
	EXPECT("\x80\xbf\xff", "???");
	EXPECT("\xc0\xaf", "??");           /* overlong */
	EXPECT("\xe0\x80\xaf", "???");      /* overlong */
	EXPECT("\xed\xa0\x80", "???");      /* a surrogate */
	EXPECT("\xf4\x90\x80\x80", "????"); /* past U+10FFFF */
	EXPECT("ok\xc3", "ok?");            /* cut off */
	EXPECT("ok\xe2\x82", "ok??");       /* cut off */
	EXPECT("\xf0\x9f\x8f", "???");      /* cut off */
	EXPECT("\xc3(\xe2(\xa1", "?(?(?");
}

CU_TestInfo suite_utf8[] = {
	{ "text stays as it is", text_stays_as_it_is },
	{ "controls become question marks", controls_become_question_marks },
	{ "what is no UTF-8 becomes question marks",
	    what_is_no_utf8_becomes_question_marks },
	CU_TEST_INFO_NULL,
};

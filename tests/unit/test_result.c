#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/result.h"
#include "analysis/textbuf.h"

static struct fv_result *
new_result(void)
{
	struct fv_err err;
	struct fv_result *r = fv_result_new("t", &err);

	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	return r;
}

/* What ${text} becomes on its way into a result, for one assertion. */
static const char *
kept(struct fv_result *r, const char *text)
{
	fv_result_section(r, "id", text, "");
	return r->section[r->nsections - 1].title;
}

static void
what_is_added_belongs_to_what_was_begun_last(void)
{
	struct fv_result *r = new_result();
	struct fv_err err;

	fv_result_section(r, "A", "first", "of all");
	fv_result_fact(r, "n", "how many", "41 %");
	fv_result_count(r, 7);
	fv_result_table(r, "t", "table");
	fv_result_column(r, "x", "x", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(r, "y", "y", FV_RESULT_TEXT, FV_RESULT_BAR_LOG);
	fv_result_count(r, 1);
	fv_result_text(r, "%s", "one");
	fv_result_count(r, 2);
	fv_result_none(r);
	fv_result_note(r, "note %d", 1);
	fv_result_section(r, "B", "second", "of none");
	fv_result_note(r, "note %d", 2);
	CU_ASSERT_EQUAL(fv_result_done(r, &err), 0);
	CU_ASSERT_EQUAL_FATAL(r->nsections, 2);
	CU_ASSERT_EQUAL_FATAL(r->section[0].nfacts, 1);
	CU_ASSERT(r->section[0].fact[0].cell.part == 7);
	CU_ASSERT_STRING_EQUAL(r->section[0].fact[0].slides, "41 %");
	CU_ASSERT_EQUAL_FATAL(r->section[0].ntables, 1);
	CU_ASSERT_EQUAL(fv_result_rows(&r->section[0].table[0]), 2);
	CU_ASSERT_STRING_EQUAL(r->section[0].table[0].cell[1].text, "one");
	CU_ASSERT_EQUAL(r->section[0].table[0].cell[3].type, FV_RESULT_NONE);
	CU_ASSERT_STRING_EQUAL(r->section[0].note[0], "note 1");
	CU_ASSERT_STRING_EQUAL(r->section[1].note[0], "note 2");
	CU_ASSERT_EQUAL(r->section[1].nfacts, 0);
	fv_result_free(r);
	fv_result_free(NULL);
}

static void
texts_outlive_growth_and_their_origin(void)
{
	struct fv_result *r = new_result();
	char text[300];
	size_t i;

	fv_result_section(r, "A", "a", "s");
	fv_result_table(r, "t", "t");
	fv_result_column(r, "x", "x", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	for (i = 0; i < 5000; i++) {
		memset(text, 'a' + (int)(i % 26), sizeof(text));
		text[i % 299] = '\0';
		fv_result_text(r, "%s", text);
	}
	for (i = 0; i < 5000; i++) {
		const char *cell = r->section[0].table[0].cell[i].text;

		CU_ASSERT_EQUAL(strlen(cell), i % 299);
		if (i % 299 > 0)
			CU_ASSERT_EQUAL(cell[i % 299 - 1], 'a' + (int)(i % 26));
	}
	fv_result_free(r);
}

static void
the_first_failure_sticks(void)
{
	struct fv_result *r = new_result();
	struct fv_err err;
	size_t i;

	for (i = 0; i <= FV_RESULT_SECTIONS_LIMIT; i++)
		fv_result_section(r, "A", "a", "s");
	CU_ASSERT_EQUAL(r->err.code, FV_ELIMIT);
	/* All of these do nothing now, and none of them asserts. */
	fv_result_section(r, "A", "a", "s");
	fv_result_fact(r, "n", "n", NULL);
	fv_result_fact(r, "n", "n", NULL);
	fv_result_table(r, "t", "t");
	fv_result_count(r, 1);
	fv_result_note(r, "note");
	CU_ASSERT_EQUAL(fv_result_done(r, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_ELIMIT);
	CU_ASSERT_EQUAL(r->nsections, FV_RESULT_SECTIONS_LIMIT);
	fv_result_free(r);
}

static void
control_characters_and_broken_utf8_do_not_get_in(void)
{
	struct fv_result *r = new_result();

	CU_ASSERT_STRING_EQUAL(kept(r, "H\xc3\xb4tel"), "H\xc3\xb4tel");
	CU_ASSERT_STRING_EQUAL(kept(r, "\xe2\x82\xac \xf0\x9f\x98\x80"),
	    "\xe2\x82\xac "
	    "\xf0\x9f\x98\x80");
	CU_ASSERT_STRING_EQUAL(kept(r, "a\033[2Jb\n\177"), "a?[2Jb??");
	CU_ASSERT_STRING_EQUAL(kept(r, "\xc2\x9b"), "??"); /* C1: CSI */
	CU_ASSERT_STRING_EQUAL(kept(r, "\xc0\x80"), "??"); /* overlong */
	CU_ASSERT_STRING_EQUAL(kept(r, "\xe0\x80\x80"), "???");
	CU_ASSERT_STRING_EQUAL(kept(r, "\xed\xa0\x80"), "???"); /* D800 */
	CU_ASSERT_STRING_EQUAL(kept(r, "\xf4\x90\x80\x80"), "????");
	CU_ASSERT_STRING_EQUAL(kept(r, "\xf0\x80\x80\x80"), "????");
	CU_ASSERT_STRING_EQUAL(kept(r, "x\xe2\x82"), "x??"); /* cut off */
	CU_ASSERT_STRING_EQUAL(kept(r, "\x80\xff"), "??");
	fv_result_free(r);
}

static void
long_texts_are_cut_and_stay_utf8(void)
{
	static char text[2 * FV_RESULT_TEXT_LIMIT];
	struct fv_result *r = new_result();
	const char *cut;
	size_t i;

	for (i = 0; i + 2 < sizeof(text); i += 2)
		memcpy(text + i, "\xc3\xb4", 2);
	cut = kept(r, text);
	CU_ASSERT_EQUAL(strlen(cut), FV_RESULT_TEXT_LIMIT - 1);
	CU_ASSERT_EQUAL(cut[FV_RESULT_TEXT_LIMIT - 2], '?');
	fv_result_free(r);
}

static void
percentages_are_rounded_half_up_from_integers(void)
{
	/* 1.7 % and 0.06 % of the slides' packets read. */
	CU_ASSERT(fv_result_scaled(57647, 3390980, 1000) == 17);
	CU_ASSERT(fv_result_scaled(2035, 3390980, 10000) == 6);
	CU_ASSERT(fv_result_scaled(1, 8, 100) == 13);
	CU_ASSERT(fv_result_scaled(1, 3, 100) == 33);
	CU_ASSERT(fv_result_scaled(2, 3, 100) == 67);
	CU_ASSERT(fv_result_scaled(0, 3, 100) == 0);
	CU_ASSERT(fv_result_scaled(5, 0, 100) == 0);
	CU_ASSERT(fv_result_scaled(UINT64_MAX, UINT64_MAX, 10000) == 10000);
	CU_ASSERT(fv_result_scaled(UINT64_MAX - 1, UINT64_MAX, 10000) == 10000);
}

static void
decimals_reach_the_first_digit(void)
{
	CU_ASSERT_EQUAL(fv_result_fine(0, 100), 0);
	CU_ASSERT_EQUAL(fv_result_fine(65, 100), 2);
	CU_ASSERT_EQUAL(fv_result_fine(9, 10000), 2);
	CU_ASSERT_EQUAL(fv_result_fine(1, 3333333), 5); /* 0.00003 % */
	CU_ASSERT_EQUAL(
	    fv_result_fine(1, UINT64_MAX), FV_RESULT_DECIMALS_LIMIT);
	CU_ASSERT_EQUAL(fv_result_power(0), 1);
	CU_ASSERT_EQUAL(fv_result_power(11), UINT64_C(100000000000));
}

static void
a_text_buffer_grows_and_ends_with_a_nul(void)
{
	struct fv_textbuf buf = { 0 };
	struct fv_err err;
	size_t i;

	CU_ASSERT_EQUAL_FATAL(fv_textbuf_done(&buf, &err), 0);
	CU_ASSERT_STRING_EQUAL(buf.bytes, "");
	for (i = 0; i < 10000; i++)
		fv_textbuf_format(&buf, "%zu,", i % 10);
	CU_ASSERT_EQUAL(buf.length, 20000);
	CU_ASSERT_EQUAL(strlen(buf.bytes), 20000);
	CU_ASSERT_EQUAL(memcmp(buf.bytes + 19996, "8,9,", 4), 0);
	fv_textbuf_repeat(&buf, ' ', 5);
	fv_textbuf_trim(&buf);
	CU_ASSERT_EQUAL(buf.length, 20000);
	CU_ASSERT_EQUAL(fv_textbuf_width("H\xc3\xb4tel"), 5);
	fv_textbuf_free(&buf);
	CU_ASSERT_PTR_NULL(buf.bytes);
}

static void
a_text_past_its_limit_fails_once_and_for_all(void)
{
	struct fv_textbuf buf = { 0 };
	struct fv_err err;

	fv_textbuf_text(&buf, "x");
	fv_textbuf_repeat(&buf, 'x', FV_TEXTBUF_LIMIT);
	fv_textbuf_text(&buf, "y");
	CU_ASSERT_EQUAL(fv_textbuf_done(&buf, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_ELIMIT);
	fv_textbuf_free(&buf);
}

CU_TestInfo suite_result[] = {
	{ "what is added belongs to what was begun last",
	    what_is_added_belongs_to_what_was_begun_last },
	{ "texts outlive growth and their origin",
	    texts_outlive_growth_and_their_origin },
	{ "the first failure sticks", the_first_failure_sticks },
	{ "control characters and broken UTF-8 do not get in",
	    control_characters_and_broken_utf8_do_not_get_in },
	{ "long texts are cut and stay UTF-8",
	    long_texts_are_cut_and_stay_utf8 },
	{ "percentages are rounded half up from integers",
	    percentages_are_rounded_half_up_from_integers },
	{ "decimals reach the first digit", decimals_reach_the_first_digit },
	{ "a text buffer grows and ends with a NUL",
	    a_text_buffer_grows_and_ends_with_a_nul },
	{ "a text past its limit fails once and for all",
	    a_text_past_its_limit_fails_once_and_for_all },
	CU_TEST_INFO_NULL,
};

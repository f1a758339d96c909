#include "tests/unit/suites.h"

#include <string.h>

#include <jansson.h>

#include "analysis/markup.h"

static void
words_stay_words_between_tags(void)
{
	struct fv_textbuf out = { 0 };
	struct fv_err err;

	fv_markup_text(&out, "<b a=\"1\" c='2'>R&D</b> caf\xc3\xa9");
	CU_ASSERT_EQUAL_FATAL(fv_textbuf_done(&out, &err), 0);
	CU_ASSERT_STRING_EQUAL(out.bytes,
	    "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;R&amp;D&lt;/b&gt; "
	    "caf\xc3\xa9");
	fv_textbuf_free(&out);
}

/* What JSON readers get back is what went in; no tag is left in between. */
static void
check_string(const char *text)
{
	struct fv_textbuf out = { 0 };
	json_t *value;
	struct fv_err err;

	fv_markup_json(&out, text);
	CU_ASSERT_EQUAL_FATAL(fv_textbuf_done(&out, &err), 0);
	CU_ASSERT_PTR_NULL(strpbrk(out.bytes, "<>&'\n"));
	CU_ASSERT_PTR_NULL(strstr(out.bytes, "\xe2\x80\xa8"));
	value = json_loads(out.bytes, JSON_DECODE_ANY, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(value);
	CU_ASSERT_STRING_EQUAL(json_string_value(value), text);
	json_decref(value);
	fv_textbuf_free(&out);
}

static void
strings_cannot_end_the_script_they_stand_in(void)
{
	check_string("");
	check_string("</script><!-- <script>");
	check_string("a\"b\\c\td\ne & 'f'");
	check_string("line\xe2\x80\xa8 and paragraph\xe2\x80\xa9");
	check_string("\xe2\x80\xa0 dagger");
}

/* FIPS 180-4's own messages, in the form of CSP's source expressions. */
static void
the_policy_names_the_digest(void)
{
	struct fv_textbuf out = { 0 };
	struct fv_err err;

	CU_ASSERT_EQUAL(fv_markup_source("", 0, &out, &err), 0);
	CU_ASSERT_EQUAL(fv_markup_source("abc", 3, &out, &err), 0);
	CU_ASSERT_EQUAL_FATAL(fv_textbuf_done(&out, &err), 0);
	CU_ASSERT_STRING_EQUAL(out.bytes,
	    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
	    "'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='");
	fv_textbuf_free(&out);
}

CU_TestInfo suite_markup[] = {
	{ "words stay words between tags", words_stay_words_between_tags },
	{ "strings cannot end the script they stand in",
	    strings_cannot_end_the_script_they_stand_in },
	{ "the policy names the digest", the_policy_names_the_digest },
	CU_TEST_INFO_NULL,
};

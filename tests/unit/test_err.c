#include "tests/unit/suites.h"

#include <errno.h>
#include <string.h>

#include "base/err.h"

static void
callers_add_in_front(void)
{
	struct fv_err err;

	CU_ASSERT_EQUAL(fv_err_set(&err, FV_EFORMAT, "frame %d", 7), -1);
	CU_ASSERT_EQUAL(fv_err_within(&err, "%s", "day1.pcap"), -1);
	CU_ASSERT_STRING_EQUAL(err.text, "day1.pcap: frame 7");
	CU_ASSERT_EQUAL(err.code, FV_EFORMAT);
}

static void
system_text_and_code(void)
{
	struct fv_err err;

	CU_ASSERT_EQUAL(fv_err_system(&err, ENOENT, "%s", "k"), -1);
	CU_ASSERT_STRING_EQUAL(err.text, "k: No such file or directory");
	CU_ASSERT_EQUAL(err.code, FV_EIO);
	(void)fv_err_system(&err, EEXIST, "k");
	CU_ASSERT_EQUAL(err.code, FV_EEXIST);
}

static void
long_text_is_cut_not_overrun(void)
{
	struct fv_err err;
	char text[2 * FV_ERR_TEXT];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	(void)fv_err_set(&err, FV_EIO, "%s", text);
	CU_ASSERT_EQUAL(strlen(err.text), FV_ERR_TEXT - 1);
	(void)fv_err_within(&err, "%s", text);
	CU_ASSERT_EQUAL(strlen(err.text), FV_ERR_TEXT - 1);
	(void)fv_err_system(&err, ENOENT, "%s", text);
	CU_ASSERT_EQUAL(strlen(err.text), FV_ERR_TEXT - 1);
}

CU_TestInfo suite_err[] = {
	{ "callers add in front", callers_add_in_front },
	{ "system text and code", system_text_and_code },
	{ "long text is cut, not overrun", long_text_is_cut_not_overrun },
	CU_TEST_INFO_NULL,
};

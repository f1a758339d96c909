#include "tests/unit/suites.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "anonymize/key_destroy.h"
#include "tests/unit/key_text.h"
#include "tests/unit/scratch.h"

#define LINE "2026-11-23 destroyed " SECRET_ID " created 2026-01-31 clear\n"

static int
destroy(struct fv_scratch *s, const char *id, struct fv_err *err)
{
	char path[4096];

	*err = (struct fv_err){ FV_OK, "" };
	(void)strcpy(path, fv_scratch_path(s, "k"));
	return fv_key_destroy(
	    path, id, fv_scratch_path(s, "ledger"), "2026-11-23", err);
}

static void
a_key_goes_and_is_recorded(void)
{
	struct fv_scratch s;
	struct fv_err err;
	struct stat st;
	char text[512];
	int held;

	fv_scratch_make(&s);
	(void)fv_scratch_file(&s, "k", KEY_FILE, KEY_FILE_SIZE, 0600);
	held = open(fv_scratch_path(&s, "k"), O_RDONLY | O_CLOEXEC);
	CU_ASSERT_EQUAL(destroy(&s, SECRET_ID, &err), 0);
	CU_ASSERT_EQUAL(access(fv_scratch_path(&s, "k"), F_OK), -1);
	/* Who held it open finds zeros. */
	CU_ASSERT_EQUAL(read(held, text, sizeof(text)), KEY_FILE_SIZE);
	CU_ASSERT_EQUAL(text[0], 0);
	CU_ASSERT_EQUAL(memcmp(text, text + 1, KEY_FILE_SIZE - 1), 0);
	(void)close(held);
	(void)fv_scratch_read(&s, "ledger", text, sizeof(text));
	CU_ASSERT_STRING_EQUAL(text, LINE);
	CU_ASSERT_EQUAL(stat(fv_scratch_path(&s, "ledger"), &st), 0);
	CU_ASSERT_EQUAL(st.st_mode & 0777, 0600);
	/* The next is appended; a key for reading only goes as well. */
	(void)fv_scratch_file(&s, "k", WRAPPED_FILE, WRAPPED_FILE_SIZE, 0400);
	CU_ASSERT_EQUAL(destroy(&s, SECRET_ID, &err), 0);
	(void)fv_scratch_read(&s, "ledger", text, sizeof(text));
	CU_ASSERT_STRING_EQUAL(text,
	    LINE "2026-11-23 destroyed " SECRET_ID
		 " created 2026-01-31 wrapped\n");
	fv_scratch_remove(&s);
}

/* Expect a refusal that leaves the key as it was. */
static void
refuse(struct fv_scratch *s, const char *id, const char *why)
{
	struct fv_err err;
	char text[512];

	CU_ASSERT_EQUAL(destroy(s, id, &err), -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, why));
	CU_ASSERT_TRUE(tells_nothing(&err));
	(void)fv_scratch_read(s, "k", text, sizeof(text));
	CU_ASSERT_STRING_EQUAL(text, KEY_FILE);
}

static void
what_is_not_sure_is_left_alone(void)
{
	struct fv_scratch s;
	char other[4096];

	fv_scratch_make(&s);
	(void)fv_scratch_file(&s, "k", KEY_FILE, KEY_FILE_SIZE, 0600);
	refuse(&s, "00000000000000000000000000000000", "another key");
	refuse(&s, "", "another key");
	refuse(&s, "1a9c93d5", "another key");
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 1);
	(void)strcpy(other, fv_scratch_path(&s, "other"));
	CU_ASSERT_EQUAL(link(fv_scratch_path(&s, "k"), other), 0);
	refuse(&s, SECRET_ID, "hard links");
	CU_ASSERT_EQUAL(unlink(other), 0);
	CU_ASSERT_EQUAL(unlink(fv_scratch_path(&s, "ledger")), 0);
	/* No ledger, no destruction. */
	CU_ASSERT_EQUAL(symlink("other", fv_scratch_path(&s, "ledger")), 0);
	refuse(&s, SECRET_ID, "ledger not opened");
	CU_ASSERT_EQUAL(unlink(fv_scratch_path(&s, "ledger")), 0);
	CU_ASSERT_EQUAL(mkfifo(fv_scratch_path(&s, "ledger"), 0600), 0);
	refuse(&s, SECRET_ID, "ledger");
	CU_ASSERT_EQUAL(unlink(fv_scratch_path(&s, "ledger")), 0);
	(void)fv_scratch_file(&s, "ledger", "", 0, 0622);
	refuse(&s, SECRET_ID, "nobody else may write");
	CU_ASSERT_EQUAL(chmod(fv_scratch_path(&s, "k"), 0644), 0);
	refuse(&s, SECRET_ID, "others may");
	fv_scratch_remove(&s);
}

CU_TestInfo suite_key_destroy[] = {
	{ "a key goes and is recorded", a_key_goes_and_is_recorded },
	{ "what is not sure is left alone", what_is_not_sure_is_left_alone },
	CU_TEST_INFO_NULL,
};

#include "tests/unit/suites.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"
#include "tests/unit/scratch.h"

static void
what_is_kept_is_read_back(void)
{
	struct fv_scratch s;
	struct fv_err err;
	char text[8];
	size_t n;
	int fd;

	fv_scratch_make(&s);
	CU_ASSERT_EQUAL(
	    fv_secret_create(fv_scratch_path(&s, "k"), "seven!!", 7, &err), 0);
	fd = fv_secret_open(fv_scratch_path(&s, "k"), "", &err);
	CU_ASSERT_NOT_EQUAL_FATAL(fd, -1);
	CU_ASSERT_EQUAL(fv_secret_read(fd, text, sizeof(text), &n, &err), 0);
	CU_ASSERT_EQUAL(n, 7);
	CU_ASSERT_EQUAL(memcmp(text, "seven!!", 7), 0);
	CU_ASSERT_EQUAL(lseek(fd, 0, SEEK_SET), 0);
	/* A buffer that is filled may have missed something. */
	CU_ASSERT_EQUAL(fv_secret_read(fd, text, 7, &n, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EKEY);
	(void)close(fd);
	fv_secret_wipe(text, sizeof(text));
	CU_ASSERT_EQUAL(memcmp(text, "\0\0\0\0\0\0\0", 8), 0);
	fv_scratch_remove(&s);
}

static void
what_is_there_is_left_alone(void)
{
	struct fv_scratch s;
	struct fv_err err;
	char text[8];

	fv_scratch_make(&s);
	(void)fv_scratch_file(&s, "k", "old", 3, 0600);
	CU_ASSERT_EQUAL(
	    fv_secret_create(fv_scratch_path(&s, "k"), "new", 3, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EEXIST);
	CU_ASSERT_EQUAL(fv_scratch_read(&s, "k", text, sizeof(text)), 3);
	CU_ASSERT_STRING_EQUAL(text, "old");
	fv_scratch_remove(&s);
}

static void
loose_files_are_refused(void)
{
	static const unsigned modes[] = { 0640, 0604, 0620, 0644, 0610 };
	struct fv_scratch s;
	struct fv_err err;
	size_t i;

	fv_scratch_make(&s);
	(void)fv_scratch_file(&s, "k", "x", 1, 0600);
	for (i = 0; i < FV_COUNT(modes); i++) {
		CU_ASSERT_EQUAL(chmod(fv_scratch_path(&s, "k"), modes[i]), 0);
		CU_ASSERT_EQUAL(
		    fv_secret_open(fv_scratch_path(&s, "k"), "", &err), -1);
		CU_ASSERT_EQUAL(err.code, FV_EKEY);
	}
	CU_ASSERT_EQUAL(chmod(fv_scratch_path(&s, "k"), 0600), 0);
	CU_ASSERT_EQUAL(symlink("k", fv_scratch_path(&s, "link")), 0);
	CU_ASSERT_EQUAL(
	    fv_secret_open(fv_scratch_path(&s, "link"), "", &err), -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "symbolic"));
	CU_ASSERT_EQUAL(mkfifo(fv_scratch_path(&s, "fifo"), 0600), 0);
	CU_ASSERT_EQUAL(
	    fv_secret_open(fv_scratch_path(&s, "fifo"), "", &err), -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "regular"));
	CU_ASSERT_EQUAL(
	    fv_secret_open(fv_scratch_path(&s, "none"), "make one", &err), -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "(make one)"));
	fv_scratch_remove(&s);
}

CU_TestInfo suite_secret[] = {
	{ "what is kept is read back", what_is_kept_is_read_back },
	{ "what is there is left alone", what_is_there_is_left_alone },
	{ "loose files are refused", loose_files_are_refused },
	CU_TEST_INFO_NULL,
};

#include "tests/unit/suites.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/outdir.h"
#include "tests/unit/scratch.h"

static void
it_appears_whole_when_committed(void)
{
	struct fv_scratch s;
	struct fv_outdir *dir;
	struct fv_err err;
	char text[8];

	fv_scratch_make(&s);
	dir = fv_outdir_new(fv_scratch_path(&s, "out/"), &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(dir);
	CU_ASSERT_EQUAL(fv_outdir_write(dir, "a", "one", 3, &err), 0);
	CU_ASSERT_EQUAL(fv_outdir_write(dir, "b", "", 0, &err), 0);
	CU_ASSERT_EQUAL(access(fv_scratch_path(&s, "out"), F_OK), -1);
	CU_ASSERT_EQUAL(fv_outdir_commit(dir, &err), 0);
	fv_outdir_free(dir);
	CU_ASSERT_EQUAL(fv_scratch_read(&s, "out/a", text, sizeof(text)), 3);
	CU_ASSERT_STRING_EQUAL(text, "one");
	CU_ASSERT_EQUAL(fv_scratch_read(&s, "out/b", text, sizeof(text)), 0);
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 1);
	(void)unlink(fv_scratch_path(&s, "out/a"));
	(void)unlink(fv_scratch_path(&s, "out/b"));
	(void)rmdir(fv_scratch_path(&s, "out"));
	fv_scratch_remove(&s);
}

static void
without_commit_nothing_is_left(void)
{
	struct fv_scratch s;
	struct fv_outdir *dir;
	struct fv_err err;

	fv_scratch_make(&s);
	dir = fv_outdir_new(fv_scratch_path(&s, "out"), &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(dir);
	CU_ASSERT_EQUAL(fv_outdir_write(dir, "a", "one", 3, &err), 0);
	CU_ASSERT_EQUAL(fv_outdir_write(dir, "a/b", "x", 1, &err), -1);
	CU_ASSERT_EQUAL(fv_outdir_write(dir, "c/d/e", "x", 1, &err), 0);
	CU_ASSERT_EQUAL(fv_outdir_write(dir, "c/f", "x", 1, &err), 0);
	fv_outdir_free(dir);
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 0);
	fv_scratch_remove(&s);
}

static void
a_name_that_is_taken_is_left_alone(void)
{
	struct fv_scratch s;
	struct fv_outdir *dir;
	struct fv_err err;

	fv_scratch_make(&s);
	dir = fv_outdir_new(fv_scratch_path(&s, "out"), &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(dir);
	CU_ASSERT_EQUAL(mkdir(fv_scratch_path(&s, "out"), 0700), 0);
	CU_ASSERT_EQUAL(fv_outdir_commit(dir, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EEXIST);
	fv_outdir_free(dir);
	CU_ASSERT_PTR_NULL(fv_outdir_new(fv_scratch_path(&s, "out"), &err));
	CU_ASSERT_EQUAL(err.code, FV_EEXIST);
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 1);
	CU_ASSERT_EQUAL(rmdir(fv_scratch_path(&s, "out")), 0);
	fv_scratch_remove(&s);
}

/* One file in folders that were not there, written in pieces. */
static struct fv_outdir *
with_folders(const char *path)
{
	struct fv_outdir *dir;
	struct fv_outfile *file;
	struct fv_err err;

	dir = fv_outdir_new(path, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(dir);
	CU_ASSERT_EQUAL(access(fv_outdir_path(dir), F_OK), 0);
	file = fv_outdir_file(dir, "a/b/c", &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT_EQUAL(fv_outfile_write(file, "on", 2, &err), 0);
	CU_ASSERT_EQUAL(fv_outfile_write(file, "e", 1, &err), 0);
	CU_ASSERT_EQUAL(fv_outfile_commit(file, &err), 0);
	fv_outfile_free(file);
	return dir;
}

static void
folders_are_made_and_removed(void)
{
	struct fv_scratch s;
	struct fv_outdir *dir;
	struct fv_err err;
	char text[8];

	fv_scratch_make(&s);
	dir = with_folders(fv_scratch_path(&s, "out"));
	CU_ASSERT_EQUAL(fv_outdir_commit(dir, &err), 0);
	fv_outdir_free(dir);
	CU_ASSERT_EQUAL(
	    fv_scratch_read(&s, "out/a/b/c", text, sizeof(text)), 3);
	CU_ASSERT_STRING_EQUAL(text, "one");
	fv_outdir_remove(fv_scratch_path(&s, "out"));
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 0);
	fv_outdir_free(with_folders(fv_scratch_path(&s, "out")));
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 0);
	fv_scratch_remove(&s);
}

/* A link to elsewhere goes, and what it points to stays. */
static void
removing_does_not_follow_links(void)
{
	struct fv_scratch s;
	struct fv_outdir *dir;
	char link[512];

	fv_scratch_make(&s);
	CU_ASSERT_EQUAL(mkdir(fv_scratch_path(&s, "other"), 0700), 0);
	(void)fv_scratch_file(&s, "other/kept", "x", 1, 0600);
	dir = with_folders(fv_scratch_path(&s, "out"));
	(void)snprintf(link, sizeof(link), "%s/link", fv_outdir_path(dir));
	CU_ASSERT_EQUAL(symlink(fv_scratch_path(&s, "other"), link), 0);
	fv_outdir_free(dir);
	CU_ASSERT_EQUAL(access(fv_scratch_path(&s, "other/kept"), F_OK), 0);
	CU_ASSERT_EQUAL(unlink(fv_scratch_path(&s, "other/kept")), 0);
	CU_ASSERT_EQUAL(rmdir(fv_scratch_path(&s, "other")), 0);
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 0);
	fv_scratch_remove(&s);
}

CU_TestInfo suite_outdir[] = {
	{ "it appears whole when committed", it_appears_whole_when_committed },
	{ "without commit nothing is left", without_commit_nothing_is_left },
	{ "a name that is taken is left alone",
	    a_name_that_is_taken_is_left_alone },
	{ "folders are made, and removed", folders_are_made_and_removed },
	{ "removing does not follow links", removing_does_not_follow_links },
	CU_TEST_INFO_NULL,
};

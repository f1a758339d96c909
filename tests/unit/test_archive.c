#include "tests/unit/suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

#include "datasets/archive.h"
#include "tests/unit/rows.h"
#include "tests/unit/scratch.h"

static void
the_ending_says_what_it_is(void)
{
	static const struct {
		const char *path;
		enum fv_archive_kind kind;
		const char *ending;
	} cases[] = {
		{ "a.tar", FV_ARCHIVE_TAR, ".tar" },
		{ "x/a.1.tar.gz", FV_ARCHIVE_TAR_GZIP, ".tar.gz" },
		{ "a.tgz", FV_ARCHIVE_TAR_GZIP, ".tgz" },
		{ "a.tar.zst", FV_ARCHIVE_TAR_ZSTD, ".tar.zst" },
		{ "a.zip", FV_ARCHIVE_ZIP, ".zip" },
		{ "a", FV_ARCHIVE_NONE, "" },
		{ ".tar", FV_ARCHIVE_NONE, "" },
		{ "x/.zip", FV_ARCHIVE_NONE, "" },
		{ "a.tar.bz2", FV_ARCHIVE_NONE, "" },
		{ "a.tar/", FV_ARCHIVE_NONE, "" },
		{ "", FV_ARCHIVE_NONE, "" },
	};
	size_t i;

	for (i = 0; i < FV_COUNT(cases); i++) {
		CU_ASSERT_EQUAL(fv_archive_kind(cases[i].path), cases[i].kind);
		CU_ASSERT_STRING_EQUAL(
		    fv_archive_ending(cases[i].path), cases[i].ending);
	}
}

/* Two files, one of them empty, in pieces. */
static int
write_one(const char *path, int64_t mtime)
{
	struct fv_archive *a;
	struct fv_err err;
	int rc = -1;

	if ((a = fv_archive_new(path, false, mtime, &err)) == NULL)
		return -1;
	if (fv_archive_begin(a, "top/a", 6, &err) == 0 &&
	    fv_archive_write(a, "one", 3, &err) == 0 &&
	    fv_archive_write(a, "two", 3, &err) == 0 &&
	    fv_archive_begin(a, "top/sub/b", 0, &err) == 0)
		rc = fv_archive_commit(a, &err);
	fv_archive_free(a);
	return rc;
}

static void
archives_open_with_what_was_put_in(void)
{
	static const char *const names[] = { "a.tar", "a.tar.gz", "a.tar.zst",
		"a.zip" };
	struct archive_entry *entry;
	struct archive *in;
	struct fv_scratch s;
	char text[8];
	size_t i;

	fv_scratch_make(&s);
	for (i = 0; i < FV_COUNT(names); i++) {
		CU_ASSERT_EQUAL(
		    write_one(fv_scratch_path(&s, names[i]), 1782777600), 0);
		in = archive_read_new();
		(void)archive_read_support_format_all(in);
		(void)archive_read_support_filter_all(in);
		CU_ASSERT_EQUAL_FATAL(archive_read_open_filename(in,
					  fv_scratch_path(&s, names[i]), 10240),
		    ARCHIVE_OK);
		CU_ASSERT_EQUAL_FATAL(
		    archive_read_next_header(in, &entry), ARCHIVE_OK);
		CU_ASSERT_STRING_EQUAL(archive_entry_pathname(entry), "top/a");
		CU_ASSERT_EQUAL(archive_entry_perm(entry), 0644);
		CU_ASSERT_EQUAL(archive_entry_filetype(entry), AE_IFREG);
		CU_ASSERT_EQUAL(archive_entry_uid(entry), 0);
		CU_ASSERT_EQUAL(archive_entry_mtime(entry), 1782777600);
		CU_ASSERT_EQUAL(archive_read_data(in, text, sizeof(text)), 6);
		CU_ASSERT_EQUAL(memcmp(text, "onetwo", 6), 0);
		CU_ASSERT_EQUAL_FATAL(
		    archive_read_next_header(in, &entry), ARCHIVE_OK);
		CU_ASSERT_STRING_EQUAL(
		    archive_entry_pathname(entry), "top/sub/b");
		CU_ASSERT_EQUAL(
		    archive_read_next_header(in, &entry), ARCHIVE_EOF);
		(void)archive_read_free(in);
	}
	fv_scratch_remove(&s);
}

static void
the_same_files_and_time_give_the_same_bytes(void)
{
	static const char *const ends[] = { "tar", "tar.gz", "tar.zst", "zip" };
	struct fv_scratch s;
	unsigned char *one, *two;
	char first[16], second[16];
	size_t i, n, m;

	fv_scratch_make(&s);
	for (i = 0; i < FV_COUNT(ends); i++) {
		(void)snprintf(first, sizeof(first), "a.%s", ends[i]);
		(void)snprintf(second, sizeof(second), "b.%s", ends[i]);
		CU_ASSERT_EQUAL(
		    write_one(fv_scratch_path(&s, first), 1782777600), 0);
		/* Into the next second, which no byte may show. */
		if (i == 0)
			(void)usleep(1100000);
		CU_ASSERT_EQUAL(
		    write_one(fv_scratch_path(&s, second), 1782777600), 0);
		one = rows_slurp(fv_scratch_path(&s, first), &n);
		two = rows_slurp(fv_scratch_path(&s, second), &m);
		CU_ASSERT_FATAL(one != NULL && two != NULL);
		CU_ASSERT(n == m && memcmp(one, two, n) == 0);
		free(two);
		/* Another time is another archive: it is in there. */
		(void)unlink(fv_scratch_path(&s, second));
		CU_ASSERT_EQUAL(
		    write_one(fv_scratch_path(&s, second), 1782864000), 0);
		two = rows_slurp(fv_scratch_path(&s, second), &m);
		CU_ASSERT(two != NULL && (n != m || memcmp(one, two, n) != 0));
		free(one);
		free(two);
	}
	fv_scratch_remove(&s);
}

/* A file that stops short: nothing appears, and nothing is padded. */
static void
without_commit_nothing_is_left(void)
{
	struct fv_archive *a;
	struct fv_scratch s;
	struct fv_err err;

	fv_scratch_make(&s);
	a = fv_archive_new(fv_scratch_path(&s, "a.tar"), false, 0, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(a);
	/* Half a petabyte: padding it would not end. */
	CU_ASSERT_EQUAL(
	    fv_archive_begin(a, "top/a", (uint64_t)1 << 49, &err), 0);
	CU_ASSERT_EQUAL(fv_archive_write(a, "x", 1, &err), 0);
	fv_archive_free(a);
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 0);
	fv_archive_free(NULL);
	(void)fv_scratch_file(&s, "b.tar", "x", 1, 0600);
	CU_ASSERT_PTR_NULL(
	    fv_archive_new(fv_scratch_path(&s, "b.tar"), false, 0, &err));
	CU_ASSERT_EQUAL(err.code, FV_EEXIST);
	fv_scratch_remove(&s);
}

CU_TestInfo suite_archive[] = {
	{ "the ending says what it is", the_ending_says_what_it_is },
	{ "archives open with what was put in",
	    archives_open_with_what_was_put_in },
	{ "the same files and time give the same bytes",
	    the_same_files_and_time_give_the_same_bytes },
	{ "without commit nothing is left", without_commit_nothing_is_left },
	CU_TEST_INFO_NULL,
};

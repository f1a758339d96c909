#include "tests/unit/suites.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/outfile.h"
#include "tests/unit/scratch.h"

/* Begin ${name} with the text "whole"; a failure ends the test. */
static struct fv_outfile *
begin(struct fv_scratch *s, const char *name, bool replace)
{
	struct fv_outfile *out;
	struct fv_err err;

	out = fv_outfile_new(fv_scratch_path(s, name), replace, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(out);
	CU_ASSERT_EQUAL(fv_outfile_write(out, "who", 3, &err), 0);
	CU_ASSERT_EQUAL(fv_outfile_write(out, "", 0, &err), 0);
	CU_ASSERT_EQUAL(fv_outfile_write(out, "le", 2, &err), 0);
	return out;
}

static bool
holds(struct fv_scratch *s, const char *name, const char *expected)
{
	char text[64];

	return fv_scratch_read(s, name, text, sizeof(text)) ==
	    (long)strlen(expected) &&
	    strcmp(text, expected) == 0;
}

static void
appears_only_when_committed(void)
{
	struct fv_scratch s;
	struct fv_outfile *out;
	struct fv_err err;
	struct stat by_fd, by_name;

	fv_scratch_make(&s);
	out = begin(&s, "out", false);
	CU_ASSERT_EQUAL(access(fv_scratch_path(&s, "out"), F_OK), -1);
	/* One hidden file in the same directory, by name and descriptor. */
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 1);
	CU_ASSERT_EQUAL(
	    strncmp(fv_outfile_path(out), s.directory, strlen(s.directory)), 0);
	CU_ASSERT_EQUAL(fv_outfile_path(out)[strlen(s.directory) + 1], '.');
	CU_ASSERT_EQUAL(fstat(fv_outfile_fd(out), &by_fd), 0);
	CU_ASSERT_EQUAL(stat(fv_outfile_path(out), &by_name), 0);
	CU_ASSERT_EQUAL(by_fd.st_ino, by_name.st_ino);

	CU_ASSERT_EQUAL(fv_outfile_commit(out, &err), 0);
	CU_ASSERT_TRUE(holds(&s, "out", "whole"));
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 1);
	fv_outfile_free(out);
	CU_ASSERT_TRUE(holds(&s, "out", "whole"));
	fv_outfile_free(NULL);
	fv_scratch_remove(&s);
}

static void
free_removes_what_was_not_committed(void)
{
	struct fv_scratch s;

	fv_scratch_make(&s);
	fv_outfile_free(begin(&s, "out", false));
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 0);
	(void)fv_scratch_file(&s, "out", "old", 3, 0600);
	fv_outfile_free(begin(&s, "out", true));
	CU_ASSERT_TRUE(holds(&s, "out", "old"));
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 1);
	fv_scratch_remove(&s);
}

static void
an_existing_file_is_refused(void)
{
	struct fv_scratch s;
	struct fv_err err;

	fv_scratch_make(&s);
	(void)fv_scratch_file(&s, "out", "old", 3, 0600);
	CU_ASSERT_PTR_NULL(
	    fv_outfile_new(fv_scratch_path(&s, "out"), false, &err));
	CU_ASSERT_EQUAL(err.code, FV_EEXIST);
	CU_ASSERT_EQUAL(symlink("nowhere", fv_scratch_path(&s, "link")), 0);
	CU_ASSERT_PTR_NULL(
	    fv_outfile_new(fv_scratch_path(&s, "link"), false, &err));
	CU_ASSERT_EQUAL(err.code, FV_EEXIST);
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 2);
	CU_ASSERT_TRUE(holds(&s, "out", "old"));
	fv_scratch_remove(&s);
}

static void
a_name_taken_meanwhile_is_not_lost(void)
{
	struct fv_scratch s;
	struct fv_outfile *out;
	struct fv_err err;

	fv_scratch_make(&s);
	out = begin(&s, "out", false);
	(void)fv_scratch_file(&s, "out", "theirs", 6, 0600);
	CU_ASSERT_EQUAL(fv_outfile_commit(out, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EEXIST);
	/* The output is removed by the failed commit itself. */
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 1);
	CU_ASSERT_TRUE(holds(&s, "out", "theirs"));
	fv_outfile_free(out);
	CU_ASSERT_TRUE(holds(&s, "out", "theirs"));

	out = begin(&s, "link", false);
	CU_ASSERT_EQUAL(symlink("nowhere", fv_scratch_path(&s, "link")), 0);
	CU_ASSERT_EQUAL(fv_outfile_commit(out, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EEXIST);
	CU_ASSERT_EQUAL(access(fv_scratch_path(&s, "nowhere"), F_OK), -1);
	fv_outfile_free(out);
	fv_scratch_remove(&s);
}

static void
replace_takes_the_place_of_a_file(void)
{
	struct fv_scratch s;
	struct fv_outfile *out;
	struct fv_err err;

	fv_scratch_make(&s);
	(void)fv_scratch_file(&s, "out", "older and longer", 16, 0600);
	out = begin(&s, "out", true);
	CU_ASSERT_TRUE(holds(&s, "out", "older and longer"));
	CU_ASSERT_EQUAL(fv_outfile_commit(out, &err), 0);
	fv_outfile_free(out);
	CU_ASSERT_TRUE(holds(&s, "out", "whole"));
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 1);
	out = begin(&s, "new", true);
	CU_ASSERT_EQUAL(fv_outfile_commit(out, &err), 0);
	fv_outfile_free(out);
	CU_ASSERT_TRUE(holds(&s, "new", "whole"));
	fv_scratch_remove(&s);
}

/* Such names are seen at the start, not after hours of work. */
static void
what_no_file_can_become_is_refused_at_once(void)
{
	struct fv_scratch s;
	struct fv_err err;
	char fifo[1024];

	fv_scratch_make(&s);
	CU_ASSERT_PTR_NULL(fv_outfile_new("", false, &err));
	CU_ASSERT_PTR_NULL(
	    fv_outfile_new(fv_scratch_path(&s, "out/"), false, &err));
	CU_ASSERT_PTR_NULL(
	    fv_outfile_new(fv_scratch_path(&s, "none/out"), false, &err));
	CU_ASSERT_EQUAL(err.code, FV_EIO);
	CU_ASSERT_PTR_NULL(fv_outfile_new(s.directory, true, &err));
	CU_ASSERT_PTR_NULL(fv_outfile_new(fv_scratch_path(&s, ""), true, &err));
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 0);

	(void)snprintf(fifo, sizeof(fifo), "%s/fifo", s.directory);
	CU_ASSERT_EQUAL_FATAL(mkfifo(fifo, 0600), 0);
	CU_ASSERT_PTR_NULL(fv_outfile_new(fifo, true, &err));
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 1);
	fv_scratch_remove(&s);
}

static void
names_as_long_as_names_get(void)
{
	struct fv_scratch s;
	struct fv_outfile *out;
	struct fv_err err;
	char name[257];
	size_t n;

	fv_scratch_make(&s);
	for (n = 246; n <= 255; n++) {
		memset(name, 'n', n);
		name[n] = '\0';
		out = begin(&s, name, false);
		CU_ASSERT_EQUAL(fv_outfile_commit(out, &err), 0);
		fv_outfile_free(out);
		CU_ASSERT_TRUE(holds(&s, name, "whole"));
	}
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 10);
	memset(name, 'n', 256);
	name[256] = '\0';
	CU_ASSERT_PTR_NULL(
	    fv_outfile_new(fv_scratch_path(&s, name), false, &err));
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 10);
	fv_scratch_remove(&s);
}

static void
the_mode_follows_the_umask(void)
{
	static const mode_t masks[] = { 022, 027, 077, 0, 002 };
	struct fv_scratch s;
	struct fv_outfile *out;
	struct fv_err err;
	struct stat st;
	mode_t before = umask(0);
	size_t i;

	fv_scratch_make(&s);
	for (i = 0; i < FV_COUNT(masks); i++) {
		(void)umask(masks[i]);
		out = begin(&s, "out", true);
		CU_ASSERT_EQUAL(fv_outfile_commit(out, &err), 0);
		fv_outfile_free(out);
		CU_ASSERT_EQUAL(stat(fv_scratch_path(&s, "out"), &st), 0);
		CU_ASSERT_EQUAL(st.st_mode & 07777, 0666 & ~masks[i]);
		CU_ASSERT_EQUAL(umask(0), masks[i]);
	}
	(void)umask(before);
	fv_scratch_remove(&s);
}

/* What a full disk does, done by the limit on the size of files. */
static void
a_failed_write_is_an_error(void)
{
	struct fv_scratch s;
	struct fv_outfile *out;
	struct fv_err err = { FV_OK, "" };
	struct rlimit old, low;
	static char bytes[8192];
	void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
	int rc;

	fv_scratch_make(&s);
	out = fv_outfile_new(fv_scratch_path(&s, "out"), false, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(out);
	CU_ASSERT_EQUAL_FATAL(getrlimit(RLIMIT_FSIZE, &old), 0);
	low = old;
	low.rlim_cur = 5000;
	CU_ASSERT_EQUAL_FATAL(setrlimit(RLIMIT_FSIZE, &low), 0);
	rc = fv_outfile_write(out, bytes, sizeof(bytes), &err);
	CU_ASSERT_EQUAL_FATAL(setrlimit(RLIMIT_FSIZE, &old), 0);
	(void)signal(SIGXFSZ, handler);
	CU_ASSERT_EQUAL(rc, -1);
	CU_ASSERT_EQUAL(err.code, FV_EIO);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, strerror(EFBIG)));
	fv_outfile_free(out);
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 0);
	fv_scratch_remove(&s);
}

static void
abandon_all_removes_every_open_output(void)
{
	struct fv_scratch s;
	struct fv_outfile *a, *b, *c;
	struct fv_err err;

	fv_scratch_make(&s);
	a = begin(&s, "a", false);
	b = begin(&s, "b", false);
	c = begin(&s, "c", false);
	CU_ASSERT_EQUAL(fv_outfile_commit(b, &err), 0);
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 3);
	fv_outfile_abandon_all();
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 1);
	CU_ASSERT_TRUE(holds(&s, "b", "whole"));
	fv_outfile_free(a);
	fv_outfile_free(b);
	fv_outfile_free(c);
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 1);
	fv_scratch_remove(&s);
}

static void
end_of_child(int number)
{
	fv_outfile_abandon_all();
	_exit(number);
}

static void
signals_leave_nothing_under_the_name(void)
{
	static const int numbers[] = { SIGTERM, SIGKILL };
	struct fv_scratch s;
	struct fv_err err;
	int i, status = 0;
	pid_t child;

	for (i = 0; i < 2; i++) {
		fv_scratch_make(&s);
		if ((child = fork()) == 0) {
			if (fv_outfile_new(fv_scratch_path(&s, "out"), false,
				&err) == NULL)
				_exit(1);
			(void)signal(SIGTERM, end_of_child);
			(void)kill(getpid(), numbers[i]);
			_exit(1);
		}
		CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
		CU_ASSERT(numbers[i] == SIGKILL
			? WIFSIGNALED(status)
			: WEXITSTATUS(status) == SIGTERM);
		CU_ASSERT_EQUAL(access(fv_scratch_path(&s, "out"), F_OK), -1);
		CU_ASSERT_EQUAL(fv_scratch_count(&s), numbers[i] == SIGKILL);
		fv_scratch_remove(&s);
	}
}

/* A handler can only know so many; the next is refused, and leaves none. */
static void
more_outputs_than_a_handler_knows(void)
{
	struct fv_outfile *out[17] = { NULL };
	struct fv_scratch s;
	struct fv_err err = { FV_OK, "" };
	char name[16];
	int i;

	fv_scratch_make(&s);
	for (i = 0; i < 16; i++) {
		(void)snprintf(name, sizeof(name), "%d", i);
		out[i] = begin(&s, name, false);
	}
	out[16] = fv_outfile_new(fv_scratch_path(&s, "16"), false, &err);
	CU_ASSERT_PTR_NULL(out[16]);
	CU_ASSERT_EQUAL(err.code, FV_ELIMIT);
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 16);
	fv_outfile_free(out[3]);
	out[3] = begin(&s, "16", false);
	for (i = 0; i < 16; i++)
		fv_outfile_free(out[i]);
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 0);
	fv_scratch_remove(&s);
}

CU_TestInfo suite_outfile[] = {
	{ "appears only when committed", appears_only_when_committed },
	{ "free removes what was not committed",
	    free_removes_what_was_not_committed },
	{ "an existing file is refused", an_existing_file_is_refused },
	{ "a name taken meanwhile is not lost",
	    a_name_taken_meanwhile_is_not_lost },
	{ "replace takes the place of a file",
	    replace_takes_the_place_of_a_file },
	{ "what no file can become is refused at once",
	    what_no_file_can_become_is_refused_at_once },
	{ "names as long as names get", names_as_long_as_names_get },
	{ "the mode follows the umask", the_mode_follows_the_umask },
	{ "a failed write is an error", a_failed_write_is_an_error },
	{ "abandon_all removes every open output",
	    abandon_all_removes_every_open_output },
	{ "signals leave nothing under the name",
	    signals_leave_nothing_under_the_name },
	{ "more outputs than a handler knows",
	    more_outputs_than_a_handler_knows },
	CU_TEST_INFO_NULL,
};

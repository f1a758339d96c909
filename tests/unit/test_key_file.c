#include "tests/unit/suites.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "anonymize/key.h"
#include "tests/unit/key_text.h"
#include "tests/unit/scratch.h"

static int
create(const char *path, const char *created, struct fv_err *err)
{
	struct fv_key *key = fv_key_random(err);
	int rc = -1;

	CU_ASSERT_PTR_NOT_NULL(key);
	if (key != NULL)
		rc = fv_key_save(key, created, NULL, 0, path, err);
	fv_key_free(key);
	return rc;
}

static struct fv_key *
open_key(const char *path, struct fv_err *err)
{
	char text[FV_KEY_FILE_LIMIT + 1];
	struct fv_key *key;
	size_t n;

	if (fv_key_load(path, text, &n, err) == -1)
		return NULL;
	if ((key = fv_key_parse(text, n, NULL, err)) == NULL)
		(void)fv_err_within(err, "%s", path);
	return key;
}

static void
created_files_are_read_back(void)
{
	struct fv_scratch s;
	struct fv_key *by_path;
	struct fv_err err;
	char text[512];

	fv_scratch_make(&s);
	CU_ASSERT_EQUAL(
	    create(fv_scratch_path(&s, "k"), "2026-02-28", &err), 0);
	by_path = open_key(fv_scratch_path(&s, "k"), &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(by_path);
	CU_ASSERT_STRING_EQUAL(fv_key_created(by_path), "2026-02-28");
	/* The file is as the header draws it. */
	CU_ASSERT_EQUAL(
	    fv_scratch_read(&s, "k", text, sizeof(text)), KEY_FILE_SIZE);
	CU_ASSERT_EQUAL(strncmp(text, "flowveil-key: 1\nid: ", 20), 0);
	CU_ASSERT_EQUAL(strncmp(text + 20, fv_key_id(by_path), 32), 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(
	    text, "\ncreated: 2026-02-28\nkdf: none\ncipher: none\nkey: "));
	fv_key_free(by_path);
	fv_scratch_remove(&s);
}

static void
two_keys_differ(void)
{
	struct fv_scratch s;
	struct fv_key *a, *b;
	struct fv_err err;

	fv_scratch_make(&s);
	CU_ASSERT_EQUAL(
	    create(fv_scratch_path(&s, "a"), "2026-01-01", &err), 0);
	CU_ASSERT_EQUAL(
	    create(fv_scratch_path(&s, "b"), "2026-01-01", &err), 0);
	a = open_key(fv_scratch_path(&s, "a"), &err);
	b = open_key(fv_scratch_path(&s, "b"), &err);
	CU_ASSERT(a != NULL && b != NULL);
	if (a != NULL && b != NULL) {
		CU_ASSERT_STRING_NOT_EQUAL(fv_key_id(a), fv_key_id(b));
		CU_ASSERT_NOT_EQUAL(
		    memcmp(fv_key_secret(a), fv_key_secret(b), FV_KEY_SIZE), 0);
	}
	fv_key_free(a);
	fv_key_free(b);
	fv_scratch_remove(&s);
}

static void
a_new_key_is_closed_to_others(void)
{
	static const mode_t masks[] = { 0, 022, 077, 0277, 0777 };
	struct fv_scratch s;
	struct fv_err err;
	struct stat st;
	mode_t before = umask(0);
	size_t i;

	for (i = 0; i < FV_COUNT(masks); i++) {
		fv_scratch_make(&s);
		(void)umask(masks[i]);
		CU_ASSERT_EQUAL(
		    create(fv_scratch_path(&s, "k"), "2026-01-01", &err), 0);
		(void)umask(0);
		CU_ASSERT_EQUAL(stat(fv_scratch_path(&s, "k"), &st), 0);
		CU_ASSERT_EQUAL(st.st_mode & 07777, 0600);
		fv_scratch_remove(&s);
	}
	(void)umask(before);
}

static void
a_new_key_goes_through_nothing_that_is_there(void)
{
	struct fv_scratch s;
	struct fv_err err;
	char text[16];

	fv_scratch_make(&s);
	(void)fv_scratch_file(&s, "file", "theirs", 6, 0600);
	CU_ASSERT_EQUAL(symlink("file", fv_scratch_path(&s, "link")), 0);
	CU_ASSERT_EQUAL(symlink("nowhere", fv_scratch_path(&s, "loose")), 0);
	CU_ASSERT_EQUAL(
	    create(fv_scratch_path(&s, "file"), "2026-01-01", &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EEXIST);
	CU_ASSERT_EQUAL(
	    create(fv_scratch_path(&s, "link"), "2026-01-01", &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EEXIST);
	CU_ASSERT_EQUAL(
	    create(fv_scratch_path(&s, "loose"), "2026-01-01", &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EEXIST);
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 3);
	CU_ASSERT_EQUAL(fv_scratch_read(&s, "file", text, sizeof(text)), 6);
	CU_ASSERT_STRING_EQUAL(text, "theirs");
	CU_ASSERT_EQUAL(
	    create(fv_scratch_path(&s, "no/k"), "2026-01-01", &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EIO);
	fv_scratch_remove(&s);
}

/* What open would not read back is not written in the first place. */
static void
a_date_that_is_none_is_refused(void)
{
	static const char *const dates[] = { "", "2026-1-31", "2026-01-31 ",
		"2026-01-31\nkey: x", "a date that is very long indeed",
		"31.01.2026" };
	struct fv_scratch s;
	struct fv_err err = { FV_OK, "" };
	size_t i;

	fv_scratch_make(&s);
	for (i = 0; i < FV_COUNT(dates); i++) {
		CU_ASSERT_EQUAL(
		    create(fv_scratch_path(&s, "k"), dates[i], &err), -1);
		CU_ASSERT_EQUAL(err.code, FV_EUSAGE);
	}
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 0);
	fv_scratch_remove(&s);
}

static void
a_key_half_written_is_removed(void)
{
	struct fv_scratch s;
	struct fv_err err = { FV_OK, "" };
	struct rlimit old, low;
	void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
	int rc;

	fv_scratch_make(&s);
	CU_ASSERT_EQUAL_FATAL(getrlimit(RLIMIT_FSIZE, &old), 0);
	low = old;
	low.rlim_cur = 100;
	CU_ASSERT_EQUAL_FATAL(setrlimit(RLIMIT_FSIZE, &low), 0);
	rc = create(fv_scratch_path(&s, "k"), "2026-01-01", &err);
	CU_ASSERT_EQUAL_FATAL(setrlimit(RLIMIT_FSIZE, &old), 0);
	(void)signal(SIGXFSZ, handler);
	CU_ASSERT_EQUAL(rc, -1);
	CU_ASSERT_EQUAL(err.code, FV_EIO);
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 0);
	fv_scratch_remove(&s);
}

static void
refuse_open(struct fv_scratch *s, const char *name, const char *why)
{
	struct fv_err err = { FV_OK, "" };
	struct fv_key *key = open_key(fv_scratch_path(s, name), &err);

	CU_ASSERT_PTR_NULL(key);
	CU_ASSERT_EQUAL(err.code, FV_EKEY);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, why));
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, name));
	CU_ASSERT_TRUE(tells_nothing(&err));
	fv_key_free(key);
}

static void
loose_modes_are_refused(void)
{
	static const unsigned loose[] = { 0640, 0604, 0620, 0602, 0610, 0601,
		0644, 0660, 0666, 0777 };
	static const unsigned closed[] = { 0600, 0400, 0700, 0500 };
	struct fv_scratch s;
	struct fv_key *key;
	struct fv_err err;
	size_t i;

	for (i = 0; i < FV_COUNT(loose); i++) {
		fv_scratch_make(&s);
		(void)fv_scratch_file(
		    &s, "k", KEY_FILE, KEY_FILE_SIZE, loose[i]);
		refuse_open(&s, "k", "others may");
		fv_scratch_remove(&s);
	}
	for (i = 0; i < FV_COUNT(closed); i++) {
		fv_scratch_make(&s);
		(void)fv_scratch_file(
		    &s, "k", KEY_FILE, KEY_FILE_SIZE, closed[i]);
		key = open_key(fv_scratch_path(&s, "k"), &err);
		CU_ASSERT_PTR_NOT_NULL(key);
		fv_key_free(key);
		fv_scratch_remove(&s);
	}
}

static void
what_is_no_file_of_ours_is_refused(void)
{
	struct fv_scratch s;
	struct fv_err err = { FV_OK, "" };

	fv_scratch_make(&s);
	(void)fv_scratch_file(&s, "k", KEY_FILE, KEY_FILE_SIZE, 0600);
	CU_ASSERT_EQUAL(symlink("k", fv_scratch_path(&s, "link")), 0);
	refuse_open(&s, "link", "symbolic links are refused");
	refuse_open(&s, "none", "flowveil key new");
	refuse_open(&s, "", "regular file");
	CU_ASSERT_EQUAL(mkfifo(fv_scratch_path(&s, "fifo"), 0600), 0);
	(void)alarm(20); /* in place of waiting for ever */
	refuse_open(&s, "fifo", "regular file");
	(void)alarm(0);
	/* Another user's: ours given away, or root's if we are not root. */
	if (geteuid() == 0) {
		CU_ASSERT_EQUAL(
		    chown(fv_scratch_path(&s, "k"), 65534, (gid_t)-1), 0);
		refuse_open(&s, "k", "another user");
	} else {
		CU_ASSERT_PTR_NULL(open_key("/etc/passwd", &err));
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "another user"));
	}
	fv_scratch_remove(&s);
}

static void
damaged_files_are_refused(void)
{
	static char big[FV_KEY_FILE_LIMIT + 1];
	struct fv_scratch s;

	fv_scratch_make(&s);
	(void)fv_scratch_file(&s, "empty", "", 0, 0600);
	refuse_open(&s, "empty", "line 1");
	(void)fv_scratch_file(&s, "half", KEY_FILE, KEY_FILE_SIZE - 20, 0600);
	refuse_open(&s, "half", "line 6");
	memset(big, 'x', sizeof(big));
	memcpy(big, KEY_FILE, KEY_FILE_SIZE);
	(void)fv_scratch_file(&s, "more", big, FV_KEY_FILE_LIMIT, 0600);
	refuse_open(&s, "more", "more than 6 lines");
	(void)fv_scratch_file(&s, "long", big, sizeof(big), 0600);
	refuse_open(&s, "long", "too long");
	fv_scratch_remove(&s);
}

CU_TestInfo suite_key_file[] = {
	{ "created files are read back", created_files_are_read_back },
	{ "two keys differ", two_keys_differ },
	{ "a new key is closed to others", a_new_key_is_closed_to_others },
	{ "a new key goes through nothing that is there",
	    a_new_key_goes_through_nothing_that_is_there },
	{ "a date that is none is refused", a_date_that_is_none_is_refused },
	{ "a key half written is removed", a_key_half_written_is_removed },
	{ "loose modes are refused", loose_modes_are_refused },
	{ "what is no file of ours is refused",
	    what_is_no_file_of_ours_is_refused },
	{ "damaged files are refused", damaged_files_are_refused },
	CU_TEST_INFO_NULL,
};

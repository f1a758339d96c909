#include "tests/unit/suites.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <hdf5.h>

#include "datasets/schema.h"
#include "tests/unit/rows.h"

static void
expect_same_files(const char *a, const char *b)
{
	size_t na = 0, nb = 1;
	unsigned char *fa = rows_slurp(a, &na), *fb = rows_slurp(b, &nb);

	CU_ASSERT_FATAL(fa != NULL && fb != NULL);
	CU_ASSERT_EQUAL_FATAL(na, nb);
	CU_ASSERT_EQUAL(memcmp(fa, fb, na), 0);
	free(fa);
	free(fb);
}

/* Let the clock's second change: a stored time would differ after it. */
static void
wait_for_next_second(void)
{
	time_t now = time(NULL);
	const struct timespec nap = { 0, 20000000 };
	int i;

	for (i = 0; i < 100 && time(NULL) == now; i++)
		(void)nanosleep(&nap, NULL);
}

static void
same_rows_give_the_same_bytes(void)
{
	/* Threads and batches differ: of these, none may show. */
	static const struct {
		const char *name;
		unsigned threads;
		size_t batch;
	} run[] = { { "a", 1, 300 }, { "b", 4, 300 }, { "c", 4, 300 },
		{ "d", 2, 7777 }, { "e", 0, 100000 } };
	char *directory = rows_directory(), *path[FV_COUNT(run)];
	struct fv_err err;
	size_t i;

	for (i = 0; i < FV_COUNT(run); i++) {
		path[i] = rows_path(directory, run[i].name);
		CU_ASSERT_EQUAL_FATAL(rows_write(path[i], 200000, run[i].batch,
					  run[i].threads, &err),
		    0);
		if (i == 0)
			wait_for_next_second();
		else
			expect_same_files(path[0], path[i]);
	}
	for (i = 0; i < FV_COUNT(run); i++)
		free(path[i]);
	rows_remove(directory);
}

/* Three row groups of flows, as said; two of hosts behind them. */
static int
write_two_tables(const char *path, unsigned threads, bool complete)
{
	enum { FLOWS = 150000, HOSTS = 100000 };
	const struct fv_writer_options options = { .threads = threads };
	struct fv_writer *w;
	struct fv_flow flow;
	struct fv_host host;
	struct fv_err err;
	uint64_t i;
	int rc = 0;

	if ((w = fv_writer_new(path, &options, &err)) == NULL)
		return -1;
	for (i = 0; i < FLOWS && rc == 0; i++) {
		rows_flow(i, &flow);
		rc = fv_writer_append(w, FV_TABLE_FLOWS, &flow, 1, &err);
	}
	if (rc == 0 && complete)
		rc = fv_writer_complete(w, FV_TABLE_FLOWS, &err);
	for (i = 0; i < HOSTS && rc == 0; i++) {
		rows_host(i, &host);
		rc = fv_writer_append(w, FV_TABLE_HOSTS, &host, 1, &err);
	}
	if (rc == 0 && complete) /* of no rows */
		rc = fv_writer_complete(w, FV_TABLE_DEVICES, &err);
	if (rc == 0)
		rc = fv_writer_commit(w, &err);
	fv_writer_free(w);
	return rc;
}

static void
a_complete_table_changes_no_byte(void)
{
	char *directory = rows_directory();
	char *plain = rows_path(directory, "plain.h5");
	char *early = rows_path(directory, "early.h5");
	unsigned threads;

	CU_ASSERT_EQUAL_FATAL(write_two_tables(plain, 2, false), 0);
	for (threads = 1; threads <= 3; threads++) {
		CU_ASSERT_EQUAL_FATAL(
		    write_two_tables(early, threads, true), 0);
		expect_same_files(plain, early);
		CU_ASSERT_EQUAL(unlink(early), 0);
	}
	free(plain);
	free(early);
	rows_remove(directory);
}

/* Through HDF5's own filters, as any other program reads. */
static void
hdf5_reads_the_values_by_itself(void)
{
	char *directory = rows_directory();
	char *path = rows_path(directory, "plain.h5");
	enum { N = 70000 };
	int64_t *times = calloc(N, sizeof(*times));
	uint16_t *ports = calloc(N, sizeof(*ports));
	struct fv_flow flow;
	struct fv_err err;
	hid_t file, set;
	uint64_t i;

	CU_ASSERT_EQUAL_FATAL(rows_write(path, N, 500, 2, &err), 0);
	file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
	CU_ASSERT_FATAL(file >= 0);
	set = H5Dopen2(file, "/flows/start_time", H5P_DEFAULT);
	CU_ASSERT(H5Dread(set, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT,
		      times) >= 0);
	(void)H5Dclose(set);
	set = H5Dopen2(file, "/flows/source_port", H5P_DEFAULT);
	CU_ASSERT(H5Dread(set, H5T_NATIVE_UINT16, H5S_ALL, H5S_ALL, H5P_DEFAULT,
		      ports) >= 0);
	(void)H5Dclose(set);
	(void)H5Fclose(file);
	for (i = 0; i < N; i++) {
		rows_flow(i, &flow);
		if (times[i] != flow.start_time || ports[i] != flow.source_port)
			break;
	}
	CU_ASSERT_EQUAL(i, N);
	free(times);
	free(ports);
	free(path);
	rows_remove(directory);
}

static void
nothing_appears_without_commit(void)
{
	const struct fv_writer_options options = { .threads = 2 };
	char *directory = rows_directory();
	char *path = rows_path(directory, "never.h5");
	struct fv_writer *w;
	struct fv_flow flow;
	struct fv_err err;

	w = fv_writer_new(path, &options, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(w);
	rows_flow(0, &flow);
	CU_ASSERT_EQUAL(fv_writer_append(w, FV_TABLE_FLOWS, &flow, 1, &err), 0);
	CU_ASSERT_EQUAL(fv_writer_rows(w, FV_TABLE_FLOWS), 1);
	CU_ASSERT_EQUAL(access(path, F_OK), -1);
	fv_writer_free(w);
	CU_ASSERT_EQUAL(access(path, F_OK), -1);
	free(path);
	/* Fails when a temporary file is left: rmdir finds it not empty. */
	CU_ASSERT_EQUAL(rmdir(directory), 0);
	free(directory);
	fv_writer_free(NULL);
}

static void
an_existing_file_is_kept_unless_asked(void)
{
	struct fv_writer_options options = { .threads = 1 };
	char *directory = rows_directory();
	char *path = rows_path(directory, "kept.h5");
	struct fv_writer *w;
	struct fv_err err;
	size_t n = 0;
	unsigned char *bytes;

	CU_ASSERT_EQUAL_FATAL(
	    rows_spill(path, (const unsigned char *)"mine", 4), 0);
	CU_ASSERT_PTR_NULL(fv_writer_new(path, &options, &err));
	CU_ASSERT_EQUAL(err.code, FV_EEXIST);
	options.replace = true;
	w = fv_writer_new(path, &options, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(w);
	bytes = rows_slurp(path, &n);
	CU_ASSERT_EQUAL(n, 4);
	free(bytes);
	CU_ASSERT_EQUAL(fv_writer_commit(w, &err), 0);
	fv_writer_free(w);
	bytes = rows_slurp(path, &n);
	CU_ASSERT(n > 1000);
	free(bytes);
	free(path);
	rows_remove(directory);
}

static void
root_attributes_are_set_once(void)
{
	const struct fv_writer_options options = { .threads = 1 };
	char *directory = rows_directory();
	char *path = rows_path(directory, "root.h5");
	struct fv_writer *w;
	struct fv_reader *r;
	struct fv_err err;
	int64_t number = 0;

	w = fv_writer_new(path, &options, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(w);
	CU_ASSERT_EQUAL(fv_writer_text(w, "title", "Zürich", &err), 0);
	CU_ASSERT_EQUAL(fv_writer_number(w, "least", INT64_MIN, &err), 0);
	CU_ASSERT_EQUAL(fv_writer_text(w, "empty", "", &err), 0);
	CU_ASSERT_EQUAL(fv_writer_text(w, "title", "again", &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EUSAGE);
	CU_ASSERT_EQUAL(fv_writer_commit(w, &err), 0);
	fv_writer_free(w);
	r = fv_reader_open(path, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	CU_ASSERT_STRING_EQUAL(fv_reader_text(r, "title"), "Zürich");
	CU_ASSERT_STRING_EQUAL(fv_reader_text(r, "empty"), "");
	CU_ASSERT(fv_reader_number(r, "least", &number));
	CU_ASSERT_EQUAL(number, INT64_MIN);
	CU_ASSERT_PTR_NULL(fv_reader_text(r, "least"));
	CU_ASSERT(!fv_reader_number(r, "title", &number));
	CU_ASSERT_STRING_EQUAL(
	    fv_reader_text(r, "FORMAT_VERSION"), FV_FORMAT_VERSION);
	fv_reader_free(r);
	free(path);
	rows_remove(directory);
}

/* What a row holds behind the end of a text must not be published. */
static void
text_is_cut_at_its_end(void)
{
	const struct fv_writer_options options = { .threads = 1 };
	char *directory = rows_directory();
	char *path = rows_path(directory, "text.h5");
	struct fv_site site, *back;
	struct fv_writer *w;
	struct fv_reader *r;
	struct fv_err err;
	size_t i;

	memset(&site, 'x', sizeof(site));
	site.name[3] = '\0';
	w = fv_writer_new(path, &options, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(w);
	CU_ASSERT_EQUAL(fv_writer_append(w, FV_TABLE_SITES, &site, 1, &err), 0);
	CU_ASSERT_EQUAL(fv_writer_commit(w, &err), 0);
	fv_writer_free(w);
	r = fv_reader_open(path, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	back = fv_reader_table(r, FV_TABLE_SITES, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(back);
	CU_ASSERT_STRING_EQUAL(back->name, "xxx");
	for (i = 3; i < sizeof(back->name); i++)
		CU_ASSERT_EQUAL(back->name[i], 0);
	CU_ASSERT_EQUAL(memcmp(back->kind, site.kind, sizeof(site.kind)), 0);
	free(back);
	fv_reader_free(r);
	free(path);
	rows_remove(directory);
}

/* A file system without room, here the limit on a file's size. */
static void
expect_no_room(rlim_t limit)
{
	char *directory = rows_directory();
	char *path = rows_path(directory, "full.h5");
	struct rlimit before, now;
	struct fv_err err;

	CU_ASSERT_EQUAL_FATAL(getrlimit(RLIMIT_FSIZE, &before), 0);
	now = before;
	now.rlim_cur = limit;
	CU_ASSERT_EQUAL_FATAL(setrlimit(RLIMIT_FSIZE, &now), 0);
	CU_ASSERT_EQUAL(rows_write(path, 200000, 1000, 2, &err), -1);
	(void)setrlimit(RLIMIT_FSIZE, &before);
	CU_ASSERT_EQUAL(err.code, FV_EIO);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, strerror(EFBIG)));
	CU_ASSERT_EQUAL(strncmp(err.text, path, strlen(path)), 0);
	CU_ASSERT_EQUAL(access(path, F_OK), -1);
	free(path);
	CU_ASSERT_EQUAL(rmdir(directory), 0);
	free(directory);
}

static void
a_full_disk_is_an_error_and_leaves_nothing(void)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct sigaction before;

	(void)sigaction(SIGXFSZ, &ignore, &before);
	expect_no_room(64);      /* not even the superblock */
	expect_no_room(100000);  /* in the tables' headers */
	expect_no_room(1500000); /* in the first row group */
	expect_no_room(4000000); /* near the end */
	(void)sigaction(SIGXFSZ, &before, NULL);
}

static void
a_directory_that_is_not_there_is_named(void)
{
	const struct fv_writer_options options = { .threads = 1 };
	struct fv_err err;

	CU_ASSERT_PTR_NULL(
	    fv_writer_new("/nonexistent/out.h5", &options, &err));
	CU_ASSERT_EQUAL(err.code, FV_EIO);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "/nonexistent/out.h5"));
}

CU_TestInfo suite_writer[] = {
	{ "same rows give the same bytes", same_rows_give_the_same_bytes },
	{ "a complete table changes no byte",
	    a_complete_table_changes_no_byte },
	{ "HDF5 reads the values by itself", hdf5_reads_the_values_by_itself },
	{ "nothing appears without commit", nothing_appears_without_commit },
	{ "an existing file is kept unless asked",
	    an_existing_file_is_kept_unless_asked },
	{ "root attributes are set once", root_attributes_are_set_once },
	{ "text is cut at its end", text_is_cut_at_its_end },
	{ "a full disk is an error and leaves nothing",
	    a_full_disk_is_an_error_and_leaves_nothing },
	{ "a directory that is not there is named",
	    a_directory_that_is_not_there_is_named },
	CU_TEST_INFO_NULL,
};

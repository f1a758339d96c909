#include "tests/unit/suites.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "datasets/door.h"
#include "tests/fuzz/mutate.h"
#include "tests/fuzz/tiny.h"
#include "tests/unit/scratch.h"

/* A file without a name that holds ${n} bytes. */
static int
file_of(const uint8_t *bytes, size_t n)
{
	int fd = memfd_create("dataset", MFD_CLOEXEC);

	if (fd == -1 || write(fd, bytes, n) != (ssize_t)n)
		abort();
	return fd;
}

static void
a_dataset_comes_in_with_all_its_rows(void)
{
	static const size_t lengths[] = { 0, 1, 65536, 65600 };
	struct fv_door_found found;
	struct fv_err err;
	uint8_t *bytes;
	size_t i, n;
	int fd;

	for (i = 0; i < FV_COUNT(lengths); i++) {
		bytes = tiny_bytes(lengths[i], &n);
		fd = file_of(bytes, n);
		CU_ASSERT_EQUAL(fv_door_structure(fd, n, &found, &err), 0);
		CU_ASSERT_EQUAL(found.rows[FV_TABLE_FLOWS], lengths[i]);
		CU_ASSERT_EQUAL(found.rows[FV_TABLE_HOSTS], 4);
		CU_ASSERT_EQUAL(found.structure.tables, FV_TABLES);
		CU_ASSERT(found.structure.columns > FV_FLOW_COLUMNS);
		CU_ASSERT_EQUAL(fv_door_content(fd, n, &err), 0);
		(void)close(fd);
		free(bytes);
	}
}

static void
what_was_checked_is_what_is_read(void)
{
	struct fv_scratch s;
	struct fv_reader *reader;
	struct fv_err err;
	const char *path;

	fv_scratch_make(&s);
	path = fv_scratch_path(&s, "a.h5");
	CU_ASSERT_EQUAL_FATAL(tiny_write(path, 7, &err), 0);
	reader = fv_door_open(path, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(reader);
	/* Another file takes the name: this reader keeps to its own. */
	CU_ASSERT_EQUAL_FATAL(tiny_write(path, 9, &err), 0);
	CU_ASSERT_EQUAL(fv_reader_rows(reader, FV_TABLE_FLOWS), 7);
	CU_ASSERT_EQUAL(fv_reader_check_content(reader, &err), 0);
	fv_reader_free(reader);
	fv_scratch_remove(&s);
}

static void
what_was_admitted_is_opened_later_unless_it_changed(void)
{
	static const struct timespec then[2] = { { 1, 0 }, { 1, 0 } };
	struct fv_door_pass pass;
	struct fv_reader *reader;
	struct fv_scratch s;
	struct fv_err err;
	const char *path;

	fv_scratch_make(&s);
	path = fv_scratch_path(&s, "a.h5");
	CU_ASSERT_EQUAL(fv_door_admit(path, &pass, &err), -1);
	CU_ASSERT_EQUAL_FATAL(tiny_write(path, 7, &err), 0);
	CU_ASSERT_EQUAL_FATAL(fv_door_admit(path, &pass, &err), 0);
	reader = fv_door_reopen(path, &pass, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(reader);
	CU_ASSERT_EQUAL(fv_reader_rows(reader, FV_TABLE_FLOWS), 7);
	fv_reader_free(reader);

	/* The same bytes, written at another time. */
	CU_ASSERT_EQUAL_FATAL(utimensat(AT_FDCWD, path, then, 0), 0);
	CU_ASSERT_PTR_NULL(fv_door_reopen(path, &pass, &err));
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "changed"));

	/* Another file has the name. */
	CU_ASSERT_EQUAL_FATAL(fv_door_admit(path, &pass, &err), 0);
	CU_ASSERT_EQUAL_FATAL(tiny_write(path, 7, &err), 0);
	CU_ASSERT_PTR_NULL(fv_door_reopen(path, &pass, &err));
	CU_ASSERT_EQUAL_FATAL(truncate(path, 100), 0);
	CU_ASSERT_EQUAL(fv_door_admit(path, &pass, &err), -1);
	fv_scratch_remove(&s);
}

static void
what_is_no_dataset_stays_outside(void)
{
	struct fv_scratch s;
	struct fv_err err;

	fv_scratch_make(&s);
	CU_ASSERT_PTR_NULL(fv_door_open(fv_scratch_path(&s, "none"), &err));
	CU_ASSERT_EQUAL(err.code, FV_EIO);
	CU_ASSERT_PTR_NULL(fv_door_open(s.directory, &err));
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "is a directory"));
	CU_ASSERT_PTR_NULL(
	    fv_door_open(fv_scratch_file(&s, "text", "text\n", 5, 0600), &err));
	CU_ASSERT_STRING_EQUAL(err.text, "is not an HDF5 file");
	CU_ASSERT_PTR_NULL(
	    fv_door_open(fv_scratch_file(&s, "empty", "", 0, 0600), &err));
	CU_ASSERT_STRING_EQUAL(err.text, "is not an HDF5 file");
	fv_scratch_remove(&s);
}

static void
a_cut_dataset_is_told_by_its_first_bytes(void)
{
	uint8_t *bytes;
	struct fv_err err;
	size_t i, n;

	bytes = tiny_bytes(1, &n);
	CU_ASSERT_EQUAL(
	    fv_structure_begins(bytes, FV_STRUCTURE_HEAD, n, &err), 0);
	CU_ASSERT_EQUAL(
	    fv_structure_begins(bytes, FV_STRUCTURE_HEAD, n - 1, &err), -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "not complete"));
	for (i = 0; i < FV_STRUCTURE_HEAD; i++)
		CU_ASSERT_EQUAL(fv_structure_begins(bytes, i, n, &err), -1);
	/* Every byte before the addresses counts. */
	for (i = 0; i < 28; i++) {
		bytes[i] ^= 1;
		CU_ASSERT_EQUAL(
		    fv_structure_begins(bytes, FV_STRUCTURE_HEAD, n, &err), -1);
		bytes[i] ^= 1;
	}
	free(bytes);
}

/* Cases of HDF5 1.10.8 that crash it are among these numbers. */
enum { FIRST = 150, LAST = 250 };

static void
no_damaged_dataset_takes_the_process_along(void)
{
	struct fv_door_found found;
	struct mutator *mutator;
	struct fv_err err;
	size_t n, length, refused = 0;
	uint8_t *base = tiny_bytes(50, &n), *bytes = malloc(n);
	uint64_t seed;
	int fd;

	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	mutator = mutator_new(base, n);
	for (seed = FIRST; seed < LAST; seed++) {
		length = mutator_make(mutator, seed, bytes);
		fd = file_of(bytes, length);
		if (fv_door_structure(fd, length, &found, &err) == -1) {
			CU_ASSERT(err.text[0] != '\0');
			refused++;
		}
		(void)close(fd);
	}
	CU_ASSERT(refused > (LAST - FIRST) / 2);
	mutator_free(mutator);
	free(bytes);
	free(base);
}

CU_TestInfo suite_door[] = {
	{ "a dataset comes in with all its rows",
	    a_dataset_comes_in_with_all_its_rows },
	{ "what was checked is what is read",
	    what_was_checked_is_what_is_read },
	{ "what was admitted is opened later unless it changed",
	    what_was_admitted_is_opened_later_unless_it_changed },
	{ "what is no dataset stays outside",
	    what_is_no_dataset_stays_outside },
	{ "a cut dataset is told by its first bytes",
	    a_cut_dataset_is_told_by_its_first_bytes },
	{ "no damaged dataset takes the process along",
	    no_damaged_dataset_takes_the_process_along },
	CU_TEST_INFO_NULL,
};

#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include <hdf5.h>

#include "datasets/merge.h"
#include "tests/unit/merge_bed.h"
#include "tests/unit/rows.h"

enum { PARTS = 4 };

/* Datasets of one capture each, and what one conversion makes of them. */
struct bed {
	char *directory;
	char *part[PARTS];
	char *whole;
	char *out;
};

static const struct merge_bed_settings usual;

static void
begin(struct bed *b, const struct merge_bed_capture capture[PARTS],
    const struct merge_bed_settings *settings)
{
	static const char *const name[PARTS] = { "3", "1", "2", "0" };
	size_t i;

	b->directory = rows_directory();
	b->whole = rows_path(b->directory, "whole.h5");
	b->out = rows_path(b->directory, "out.h5");
	merge_bed_convert(b->whole, capture, PARTS, settings);
	for (i = 0; i < PARTS; i++) {
		b->part[i] = rows_path(b->directory, name[i]);
		merge_bed_convert(b->part[i], &capture[i], 1, settings);
	}
}

static void
end(struct bed *b)
{
	size_t i;

	for (i = 0; i < PARTS; i++)
		free(b->part[i]);
	free(b->whole);
	free(b->out);
	rows_remove(b->directory);
}

/* The parts in one of their 24 orders. */
static void
permute(const struct bed *b, unsigned order, const char *out[PARTS])
{
	const char *left[PARTS];
	unsigned i, at;

	memcpy(left, b->part, sizeof(left));
	for (i = PARTS; i > 0; i--) {
		at = order % i;
		order /= i;
		out[PARTS - i] = left[at];
		memmove(
		    left + at, left + at + 1, (PARTS - at - 1) * sizeof(*left));
	}
}

static void
expect_the_whole(const struct bed *b, unsigned order, unsigned threads)
{
	const char *part[PARTS];
	struct fv_err err;

	permute(b, order, part);
	CU_ASSERT_EQUAL_FATAL(
	    merge_bed_merge(b->out, part, PARTS, threads, &err), 0);
	CU_ASSERT(merge_bed_same(b->out, b->whole));
}

static void
any_order_gives_one_conversion(void)
{
	/* One part has no packet: where would it belong? */
	static const struct merge_bed_capture capture[PARTS] = { { "a", 0,
								     300 },
		{ "a", 5000, 1 }, { "a", 10000, 450 }, { "a", 0, 0 } };
	struct bed b;
	unsigned order;

	begin(&b, capture, &usual);
	for (order = 0; order < 24; order += 3)
		expect_the_whole(&b, order, 1 + order % 3);
	end(&b);
}

/* Rows of other chunks, with a seam on a chunk's edge and some off it. */
static void
seams_do_not_show(void)
{
	static const struct merge_bed_capture capture[PARTS] = {
		{ "a", 0, FV_CHUNK_ROWS }, { "a", 70000, FV_CHUNK_ROWS + 1 },
		{ "a", 140000, 5 }, { "a", 150000, FV_CHUNK_ROWS + 9 }
	};
	struct bed b;
	unsigned i;

	begin(&b, capture, &usual);
	for (i = 0; i < 3; i++)
		expect_the_whole(&b, 7 * i, 1 + 2 * i);
	end(&b);
}

/* Then whole chunks of /hosts are ready before the last ones of /flows. */
static void
more_hosts_than_a_chunk_has_rows(void)
{
	static const struct merge_bed_settings scattered = { .scattered =
								 true };
	static const struct merge_bed_capture capture[PARTS] = { { "a", 0,
								     40000 },
		{ "a", 45000, 45000 }, { "a", 95000, 5 }, { "a", 99000, 9 } };
	struct bed b;

	begin(&b, capture, &scattered);
	expect_the_whole(&b, 5, 2);
	end(&b);
}

static void
sites_come_by_name(void)
{
	/* b's packets are earlier; one host is at both. */
	static const struct merge_bed_capture capture[PARTS] = { { "a", 5000,
								     200 },
		{ "a", 6000, 200 }, { "b", 0, 150 }, { "b", 500, 100 } };
	struct bed b;
	unsigned order;

	begin(&b, capture, &usual);
	for (order = 0; order < 24; order += 5)
		expect_the_whole(&b, order, 2);
	end(&b);
}

/* Two that were merged before, of different sites, and one more. */
static void
merged_datasets_merge_again(void)
{
	static const struct merge_bed_capture capture[PARTS] = { { "a", 0,
								     200 },
		{ "a", 1000, 200 }, { "b", 0, 150 }, { "c", 500, 100 } };
	struct bed b;
	const char *last[2];
	char *first;
	struct fv_err err;

	begin(&b, capture, &usual);
	first = rows_path(b.directory, "first.h5");
	CU_ASSERT_EQUAL_FATAL(
	    merge_bed_merge(
		first, (const char *const *)(void *)b.part, 3, 2, &err),
	    0);
	last[0] = b.part[3];
	last[1] = first;
	CU_ASSERT_EQUAL_FATAL(merge_bed_merge(b.out, last, 2, 2, &err), 0);
	CU_ASSERT(merge_bed_same(b.out, b.whole));
	free(first);
	end(&b);
}

/* Have HDF5 itself pack a column anew: the same values, other bytes. */
static void
repack(const char *path, const char *name, size_t rows)
{
	uint64_t *values = calloc(rows, sizeof(*values));
	hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
	hid_t set = H5Dopen2(file, name, H5P_DEFAULT);

	CU_ASSERT(H5Dread(set, H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT,
		      values) >= 0);
	CU_ASSERT(H5Dwrite(set, H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL,
		      H5P_DEFAULT, values) >= 0);
	(void)H5Dclose(set);
	(void)H5Fclose(file);
	free(values);
}

/* The bytes of a chunk as they lie in the file; how many. */
static size_t
chunk_bytes(const char *path, const char *name, hsize_t row,
    unsigned char *bytes, size_t size)
{
	hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
	hid_t set = H5Dopen2(file, name, H5P_DEFAULT);
	hsize_t length = 0;
	uint32_t mask = 0;

	CU_ASSERT(H5Dget_chunk_storage_size(set, &row, &length) >= 0);
	CU_ASSERT_FATAL(length <= size);
	CU_ASSERT(H5Dread_chunk(set, H5P_DEFAULT, &row, &mask, bytes) >= 0);
	(void)H5Dclose(set);
	(void)H5Fclose(file);
	return (size_t)length;
}

static void
chunks_are_copied_as_they_are(void)
{
	static const struct merge_bed_capture capture[PARTS] = {
		{ "a", 0, FV_CHUNK_ROWS }, { "a", 70000, FV_CHUNK_ROWS + 7 },
		{ "a", 140000, 5 }, { "a", 150000, 9 }
	};
	enum { SIZE = 1 << 20 };
	unsigned char *theirs = malloc(SIZE), *ours = malloc(SIZE);
	const char *part[PARTS];
	struct fv_err err;
	struct bed b;
	size_t n;

	CU_ASSERT_FATAL(theirs != NULL && ours != NULL);
	begin(&b, capture, &usual);
	repack(b.part[1], "/flows/bytes", FV_CHUNK_ROWS + 7);
	permute(&b, 11, part);
	CU_ASSERT_EQUAL_FATAL(merge_bed_merge(b.out, part, PARTS, 2, &err), 0);
	n = chunk_bytes(b.part[1], "/flows/bytes", 0, theirs, SIZE);
	CU_ASSERT_EQUAL(
	    chunk_bytes(b.out, "/flows/bytes", FV_CHUNK_ROWS, ours, SIZE), n);
	CU_ASSERT_EQUAL(memcmp(ours, theirs, n), 0);
	/* Or else this proves nothing. */
	CU_ASSERT(!merge_bed_same(b.out, b.whole));
	free(theirs);
	free(ours);
	end(&b);
}

static void
on_progress(void *context, uint64_t rows, uint64_t total)
{
	uint64_t *last = context;

	CU_ASSERT(rows > *last && rows <= total);
	CU_ASSERT_EQUAL(total, 600);
	*last = rows;
}

static void
the_caller_hears_what_was_done(void)
{
	static const struct merge_bed_capture capture[PARTS] = { { "a", 0,
								     300 },
		{ "b", 300, 100 }, { "a", 301, 50 }, { "a", 9000, 150 } };
	uint64_t last = 0;
	const struct fv_merge_options options = {
		.threads = 2,
		.progress = on_progress,
		.context = &last,
	};
	struct fv_merge_summary s;
	struct fv_err err;
	struct bed b;

	begin(&b, capture, &usual);
	CU_ASSERT_EQUAL(fv_merge_run((const char *const *)(void *)b.part, PARTS,
			    b.out, &options, &s, &err),
	    0);
	CU_ASSERT_EQUAL(last, 600);
	CU_ASSERT_EQUAL(s.flows, 600);
	CU_ASSERT_EQUAL(s.captures, 4);
	CU_ASSERT_EQUAL(s.sites, 2);
	CU_ASSERT(s.hosts > 100 && s.devices > 2);
	end(&b);
}

/* Numbers given in one dataset alone could not be merged exactly. */
static void
no_column_has_numbers_of_its_dataset_only(void)
{
	const struct fv_table *t = &fv_schema_tables[FV_TABLE_FLOWS];
	size_t i;

	for (i = 0; i < t->ncolumns; i++)
		CU_ASSERT(t->columns[i].stability == NULL ||
		    strcmp(t->columns[i].stability, "session") != 0);
}

CU_TestInfo suite_merge[] = {
	{ "any order gives what one conversion gives",
	    any_order_gives_one_conversion },
	{ "seams off the edges of chunks do not show", seams_do_not_show },
	{ "more hosts than a chunk has rows",
	    more_hosts_than_a_chunk_has_rows },
	{ "sites come by name", sites_come_by_name },
	{ "merged datasets merge again", merged_datasets_merge_again },
	{ "chunks are copied as they are", chunks_are_copied_as_they_are },
	{ "the caller hears what was done", the_caller_hears_what_was_done },
	{ "no column has numbers of its dataset only",
	    no_column_has_numbers_of_its_dataset_only },
	CU_TEST_INFO_NULL,
};

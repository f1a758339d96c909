#include "tests/unit/suites.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <hdf5.h>

#include "datasets/container.h"
#include "datasets/door.h"
#include "datasets/schema.h"
#include "tests/unit/rows.h"

/* A dataset in a directory of its own. */
struct place {
	char *directory;
	char *path;
};

static struct place
begin(uint64_t flows)
{
	struct place p;
	struct fv_err err;

	p.directory = rows_directory();
	p.path = rows_path(p.directory, "rows.h5");
	CU_ASSERT_EQUAL_FATAL(rows_write(p.path, flows, 311, 2, &err), 0);
	return p;
}

static void
end(struct place *p)
{
	free(p->path);
	rows_remove(p->directory);
}

static struct fv_reader *
open_it(const struct place *p)
{
	struct fv_err err;
	struct fv_reader *r = fv_reader_open(p->path, &err);

	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	return r;
}

/* How many of the rows of a table are not what rows.c made. */
#define COUNT_WRONG(type, make, id)                                      \
	static uint64_t wrong_##make(struct fv_reader *r)                \
	{                                                                \
		uint64_t i, n = fv_reader_rows(r, id), bad = 0;          \
		struct fv_err err;                                       \
		struct type row, *rows = fv_reader_table(r, id, &err);   \
                                                                         \
		CU_ASSERT_PTR_NOT_NULL_FATAL(rows);                      \
		for (i = 0; i < n; i++) {                                \
			rows_##make(i, &row);                            \
			bad += memcmp(&row, &rows[i], sizeof(row)) != 0; \
		}                                                        \
		free(rows);                                              \
		return bad;                                              \
	}

COUNT_WRONG(fv_flow, flow, FV_TABLE_FLOWS)
COUNT_WRONG(fv_host, host, FV_TABLE_HOSTS)
COUNT_WRONG(fv_device, device, FV_TABLE_DEVICES)
COUNT_WRONG(fv_stack, stack, FV_TABLE_STACKS)
COUNT_WRONG(fv_capture_row, capture, FV_TABLE_CAPTURES)
COUNT_WRONG(fv_site, site, FV_TABLE_SITES)

static void
every_field_of_every_table_comes_back(void)
{
	static const uint64_t lengths[] = { 0, 1, 65535, 65536, 65537, 200000 };
	struct fv_reader *r;
	struct fv_err err;
	struct place p;
	size_t i;

	for (i = 0; i < FV_COUNT(lengths); i++) {
		p = begin(lengths[i]);
		r = open_it(&p);
		CU_ASSERT_EQUAL(fv_reader_rows(r, FV_TABLE_FLOWS), lengths[i]);
		CU_ASSERT_EQUAL(fv_reader_rows(r, FV_TABLE_HOSTS), ROWS_HOSTS);
		CU_ASSERT_EQUAL(wrong_flow(r), 0);
		CU_ASSERT_EQUAL(wrong_host(r), 0);
		CU_ASSERT_EQUAL(wrong_device(r), 0);
		CU_ASSERT_EQUAL(wrong_stack(r), 0);
		CU_ASSERT_EQUAL(wrong_capture(r), 0);
		CU_ASSERT_EQUAL(wrong_site(r), 0);
		CU_ASSERT_EQUAL(fv_reader_check_content(r, &err), 0);
		CU_ASSERT_EQUAL(fv_reader_check_references(r, &err), 0);
		fv_reader_free(r);
		end(&p);
	}
}

static void
any_range_of_rows_can_be_read(void)
{
	static const struct {
		uint64_t first;
		size_t n;
	} range[] = { { 0, 0 }, { 140000, 0 }, { 0, 1 }, { 139999, 1 },
		{ 65535, 2 }, { 65530, 70000 }, { 1, 139999 }, { 131072, 8928 },
		{ 131072, 100 }, { 65536, 65536 }, { 0, 140000 } };
	struct place p = begin(140000);
	struct fv_reader *r = open_it(&p);
	uint64_t *bytes = calloc(140000, sizeof(*bytes));
	struct fv_flow flow;
	struct fv_err err;
	size_t i, j;

	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	for (i = 0; i < FV_COUNT(range); i++) {
		CU_ASSERT_EQUAL_FATAL(
		    fv_reader_column(r, FV_TABLE_FLOWS, FV_FLOW_BYTES,
			range[i].first, range[i].n, bytes, &err),
		    0);
		for (j = 0; j < range[i].n; j++) {
			rows_flow(range[i].first + j, &flow);
			if (flow.bytes != bytes[j])
				break;
		}
		CU_ASSERT_EQUAL(j, range[i].n);
	}
	free(bytes);
	fv_reader_free(r);
	end(&p);
}

/* What a thread of the next test does: read all, in steps of its own. */
struct walk {
	struct fv_reader *r;
	size_t step;
	uint64_t sum;
};

static void *
walk(void *arg)
{
	struct walk *w = arg;
	uint64_t at, n = fv_reader_rows(w->r, FV_TABLE_FLOWS);
	uint32_t *hosts = calloc(w->step, sizeof(*hosts));
	struct fv_err err;
	size_t i, take;

	for (at = 0; hosts != NULL && at < n; at += take) {
		take = n - at < w->step ? (size_t)(n - at) : w->step;
		if (fv_reader_column(w->r, FV_TABLE_FLOWS, FV_FLOW_SOURCE, at,
			take, hosts, &err) == -1)
			break;
		for (i = 0; i < take; i++)
			w->sum += hosts[i] * (at + i);
	}
	free(hosts);
	return NULL;
}

static void
threads_may_share_a_reader(void)
{
	struct place p = begin(200000);
	struct walk w[4] = { { NULL, 65536, 0 }, { NULL, 9973, 0 },
		{ NULL, 65536, 0 }, { NULL, 131072, 0 } };
	struct fv_reader *r = open_it(&p);
	pthread_t thread[4];
	struct fv_flow flow;
	uint64_t i, sum = 0;

	for (i = 0; i < 4; i++) {
		w[i].r = r;
		CU_ASSERT_EQUAL_FATAL(
		    pthread_create(&thread[i], NULL, walk, &w[i]), 0);
	}
	for (i = 0; i < 200000; i++) {
		rows_flow(i, &flow);
		sum += flow.source * i;
	}
	for (i = 0; i < 4; i++) {
		(void)pthread_join(thread[i], NULL);
		CU_ASSERT_EQUAL(w[i].sum, sum);
	}
	fv_reader_free(r);
	end(&p);
}

/* A value changed, and all that the file system sees made good again. */
static void
the_digest_tells_changed_values(void)
{
	struct place p = begin(9);
	hid_t file = H5Fopen(p.path, H5F_ACC_RDWR, H5P_DEFAULT);
	hid_t set = H5Dopen2(file, "flows/bytes", H5P_DEFAULT);
	uint64_t values[9] = { 1, 2, 3 };
	struct fv_reader *r;
	struct fv_err err;

	CU_ASSERT(H5Dwrite(set, H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL,
		      H5P_DEFAULT, values) >= 0);
	(void)H5Dclose(set);
	(void)H5Fclose(file);
	r = open_it(&p);
	CU_ASSERT_EQUAL(fv_reader_check_content(r, &err), -1);
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(err.text, "flows/bytes: the values of chunk 0"));
	fv_reader_free(r);
	end(&p);
}

/* Taken out of the file: a digest that is not there cannot agree. */
static void
missing_digests_are_found(void)
{
	static const char *const names[] = { FV_CONTAINER_DIGEST,
		FV_CONTAINER_CHUNKS };
	static const char *const faults[] = { "flows/bytes: lacks its digest",
		"flows/bytes: lacks the digests of its chunks" };
	struct fv_reader *r;
	struct fv_err err;
	struct place p;
	hid_t file, set;
	size_t i;

	for (i = 0; i < 2; i++) {
		p = begin(9);
		file = H5Fopen(p.path, H5F_ACC_RDWR, H5P_DEFAULT);
		set = H5Dopen2(file, "flows/bytes", H5P_DEFAULT);
		CU_ASSERT(H5Adelete(set, names[i]) >= 0);
		(void)H5Dclose(set);
		(void)H5Fclose(file);
		r = open_it(&p);
		CU_ASSERT_EQUAL(fv_reader_check_content(r, &err), -1);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, faults[i]));
		fv_reader_free(r);
		end(&p);
	}
}

static void
references_out_of_range_are_found(void)
{
	struct place p = begin(9);
	hid_t file = H5Fopen(p.path, H5F_ACC_RDWR, H5P_DEFAULT);
	hid_t set = H5Dopen2(file, "flows/source_device", H5P_DEFAULT);
	uint32_t values[9] = { 0, FV_NO_ROW, ROWS_DEVICES };
	struct fv_reader *r;
	struct fv_err err;

	CU_ASSERT(H5Dwrite(set, H5T_NATIVE_UINT32, H5S_ALL, H5S_ALL,
		      H5P_DEFAULT, values) >= 0);
	(void)H5Dclose(set);
	(void)H5Fclose(file);
	r = open_it(&p);
	CU_ASSERT_EQUAL(fv_reader_check_references(r, &err), -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text,
	    "flows/source_device: row 2 refers to row 40 of devices"));
	fv_reader_free(r);
	end(&p);
}

/* Read all there is; whether the content agreed with its digest. */
static bool
reads_well(const char *path)
{
	struct fv_err err = { FV_OK, "" };
	struct fv_reader *r = fv_reader_open(path, &err);
	bool well = false;

	if (r != NULL)
		well = fv_reader_check_content(r, &err) == 0 &&
		    fv_reader_check_references(r, &err) == 0;
	if (well)
		well = wrong_flow(r) == 0 && wrong_host(r) == 0;
	else if (err.code == FV_OK || err.text[0] == '\0')
		_exit(10); /* a fault without a word */
	fv_reader_free(r);
	return well;
}

/* Exit status of what runs in a child, or 128 and more when it crashed. */
static int
in_child(
    void (*run)(const char *, unsigned char *, size_t), const struct place *p)
{
	char *copy = rows_path(p->directory, "changed.h5");
	unsigned char *bytes;
	int status = -1;
	size_t n = 0;
	pid_t child;

	bytes = rows_slurp(p->path, &n);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	(void)fflush(NULL);
	if ((child = fork()) == 0) {
		run(copy, bytes, n);
		_exit(0);
	}
	CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
	free(bytes);
	free(copy);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + status;
}

/* Whether the file comes in where strangers' files do: HDF5 crashes on some. */
static bool
is_let_in(const char *path)
{
	struct fv_err err = { FV_OK, "" };
	struct fv_door_pass pass;
	bool in = fv_door_admit(path, &pass, &err) == 0;

	if (!in && (err.code == FV_OK || err.text[0] == '\0'))
		_exit(13);
	return in;
}

static void
change_bytes(const char *copy, unsigned char *bytes, size_t n)
{
	unsigned sound = 0;
	uint64_t at, i;

	for (i = 0; i < 160; i++) {
		at = rows_mix(i) % n;
		bytes[at] ^= (unsigned char)(1 << i % 8);
		if (rows_spill(copy, bytes, n) == -1)
			_exit(11);
		bytes[at] ^= (unsigned char)(1 << i % 8);
		sound += is_let_in(copy) && reads_well(copy);
	}
	/*
	 * Unused places in B-tree nodes and heaps, descriptions, padding of
	 * the last chunk: about a third.
	 */
	if (sound == 0 || sound > 110)
		_exit(12);
}

static void
cut_short(const char *copy, unsigned char *bytes, size_t n)
{
	uint64_t i;

	for (i = 0; i < 40; i++) {
		if (rows_spill(copy, bytes, rows_mix(i) % n) == -1)
			_exit(11);
		if (reads_well(copy))
			_exit(12);
	}
}

/*
 * Whatever byte is changed: the file does not come in, or the reader finds a
 * fault, or what it reads is what was written.  In a child, because HDF5 leaks memory when it
 * refuses a damaged file, which the address sanitizer would report.
 */
static void
changed_bytes_are_found_or_do_not_matter(void)
{
	struct place p = begin(300);

	CU_ASSERT_EQUAL(in_child(change_bytes, &p), 0);
	end(&p);
}

static void
a_file_cut_short_is_refused(void)
{
	struct place p = begin(300);

	CU_ASSERT_EQUAL(in_child(cut_short, &p), 0);
	end(&p);
}

CU_TestInfo suite_reader[] = {
	{ "every field of every table comes back",
	    every_field_of_every_table_comes_back },
	{ "any range of rows can be read", any_range_of_rows_can_be_read },
	{ "threads may share a reader", threads_may_share_a_reader },
	{ "the digest tells changed values", the_digest_tells_changed_values },
	{ "digests that are missing are found", missing_digests_are_found },
	{ "references out of range are found",
	    references_out_of_range_are_found },
	{ "changed bytes are found or do not matter",
	    changed_bytes_are_found_or_do_not_matter },
	{ "a file cut short is refused", a_file_cut_short_is_refused },
	CU_TEST_INFO_NULL,
};

#include "tests/unit/suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hdf5.h>

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

static void
expect_refused(const char *path, const char *text)
{
	struct fv_err err = { FV_OK, "" };
	struct fv_reader *r = fv_reader_open(path, &err);

	CU_ASSERT_PTR_NULL(r);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, text));
	if (strstr(err.text, text) == NULL)
		(void)printf("expected \"%s\", got \"%s\"\n", text, err.text);
	fv_reader_free(r);
}

static void
files_of_other_kinds_are_refused(void)
{
	char *directory = rows_directory();
	char *path = rows_path(directory, "other.h5");
	struct fv_err err;
	hid_t file;

	CU_ASSERT_PTR_NULL(fv_reader_open("/nonexistent.h5", &err));
	CU_ASSERT_EQUAL(err.code, FV_EIO);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "No such file"));
	CU_ASSERT_EQUAL(
	    rows_spill(path, (const unsigned char *)"not HDF5", 8), 0);
	expect_refused(path, "cannot be opened");
	file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
	(void)H5Fclose(file);
	expect_refused(path, "not a flowveil dataset");
	free(path);
	rows_remove(directory);
}

/* Make a dataset of ${rows} in ${group} with some property changed. */
static void
put_column(hid_t group, const char *name, hid_t type, hsize_t rows,
    hsize_t chunk, bool shuffle, bool deflate)
{
	const hsize_t unlimited = H5S_UNLIMITED;
	hid_t space = H5Screate_simple(1, &rows, chunk > 0 ? &unlimited : NULL);
	hid_t creation = H5Pcreate(H5P_DATASET_CREATE), set;

	if (chunk > 0)
		(void)H5Pset_chunk(creation, 1, &chunk);
	if (shuffle)
		(void)H5Pset_shuffle(creation);
	if (deflate)
		(void)H5Pset_deflate(creation, 1);
	set = H5Dcreate2(
	    group, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
	CU_ASSERT(set >= 0);
	(void)H5Dclose(set);
	(void)H5Pclose(creation);
	(void)H5Sclose(space);
}

/* Ways to spoil a sound file, and what the reader says to them. */
enum spoil {
	GONE,
	WRONG_TYPE,
	WRONG_SIGN,
	WRONG_EXTENT,
	WRONG_CHUNK,
	NO_SHUFFLE,
	NO_DEFLATE,
	CONTIGUOUS,
	SOFT_LINK,
	EXTERNAL_LINK,
	GROUP,
	NO_TABLE,
	NO_NROWS,
	WRONG_NROWS,
	NO_CLASS,
	VERSION,
	SPOILS
};

static const char *const complaint[SPOILS] = {
	[GONE] = "flows/packets: there is no such column",
	[WRONG_TYPE] = "flows/packets: is not of the type",
	[WRONG_SIGN] = "flows/packets: is not of the type",
	[WRONG_EXTENT] = "flows/packets: does not have as many rows",
	[WRONG_CHUNK] = "flows/packets: is not stored in chunks",
	[NO_SHUFFLE] = "flows/packets: is not stored in chunks",
	[NO_DEFLATE] = "flows/packets: is not stored in chunks",
	[CONTIGUOUS] = "flows/packets: is not stored in chunks",
	[SOFT_LINK] = "flows/packets: there is no such column",
	[EXTERNAL_LINK] = "flows/packets: there is no such column",
	[GROUP] = "flows/packets: there is no such column",
	[NO_TABLE] = "sites: there is no such table",
	[NO_NROWS] = "flows: has no NROWS",
	[WRONG_NROWS] = "flows: has no NROWS",
	[NO_CLASS] = "flows: is not of CLASS",
	[VERSION] = "is of format version 7.1",
};

static void
put_root_text(hid_t file, const char *name, const char *value)
{
	hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR), at;

	(void)H5Tset_size(type, strlen(value));
	at = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
	(void)H5Awrite(at, type, value);
	(void)H5Aclose(at);
	(void)H5Sclose(space);
	(void)H5Tclose(type);
}

/* Put something else in the place of /flows/packets. */
static void
replace_column(hid_t flows, enum spoil how)
{
	hid_t u64 = H5T_STD_U64LE;

	(void)H5Ldelete(flows, "packets", H5P_DEFAULT);
	switch (how) {
	case WRONG_TYPE:
		put_column(
		    flows, "packets", H5T_STD_U32LE, 9, 65536, true, true);
		break;
	case WRONG_SIGN:
		put_column(
		    flows, "packets", H5T_STD_I64LE, 9, 65536, true, true);
		break;
	case WRONG_EXTENT:
		put_column(flows, "packets", u64, 10, 65536, true, true);
		break;
	case WRONG_CHUNK:
		put_column(flows, "packets", u64, 9, 8, true, true);
		break;
	case NO_SHUFFLE:
		put_column(flows, "packets", u64, 9, 65536, false, true);
		break;
	case NO_DEFLATE:
		put_column(flows, "packets", u64, 9, 65536, true, false);
		break;
	case CONTIGUOUS:
		put_column(flows, "packets", u64, 9, 0, false, false);
		break;
	case SOFT_LINK:
		(void)H5Lcreate_soft(
		    "/flows/bytes", flows, "packets", H5P_DEFAULT, H5P_DEFAULT);
		break;
	case EXTERNAL_LINK:
		(void)H5Lcreate_external("rows.h5", "/flows/bytes", flows,
		    "packets", H5P_DEFAULT, H5P_DEFAULT);
		break;
	case GROUP:
		(void)H5Gclose(H5Gcreate2(
		    flows, "packets", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
		break;
	default:
		break;
	}
}

static void
spoil(const char *path, enum spoil how)
{
	hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
	hid_t flows = H5Gopen2(file, "flows", H5P_DEFAULT);

	CU_ASSERT_FATAL(flows >= 0);
	switch (how) {
	case NO_TABLE:
		(void)H5Ldelete(file, "sites", H5P_DEFAULT);
		break;
	case NO_NROWS:
		(void)H5Adelete(flows, "NROWS");
		break;
	case WRONG_NROWS:
		(void)H5Adelete(flows, "NROWS");
		put_root_text(flows, "NROWS", "9");
		break;
	case NO_CLASS:
		(void)H5Adelete(flows, "CLASS");
		put_root_text(flows, "CLASS", "TABLE");
		break;
	case VERSION:
		(void)H5Adelete(file, "FORMAT_VERSION");
		put_root_text(file, "FORMAT_VERSION", "7.1");
		break;
	default:
		replace_column(flows, how);
		break;
	}
	(void)H5Gclose(flows);
	(void)H5Fclose(file);
}

static void
what_is_not_as_the_format_says_is_refused_by_name(void)
{
	struct place p = begin(9);
	char *copy = rows_path(p.directory, "spoiled.h5");
	unsigned char *bytes;
	enum spoil how;
	size_t n = 0;

	bytes = rows_slurp(p.path, &n);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	for (how = GONE; how < SPOILS; how++) {
		CU_ASSERT_EQUAL_FATAL(rows_spill(copy, bytes, n), 0);
		spoil(copy, how);
		expect_refused(copy, complaint[how]);
	}
	free(bytes);
	free(copy);
	end(&p);
}

/* Sound to look at, and with a chunk that holds nothing or nonsense. */
static void
broken_chunks_are_named(void)
{
	static const unsigned char nonsense[] = "\x78\x9c nonsense";
	struct place p = begin(9);
	hid_t file = H5Fopen(p.path, H5F_ACC_RDWR, H5P_DEFAULT);
	hid_t flows = H5Gopen2(file, "flows", H5P_DEFAULT), set;
	const hsize_t at = 0;
	uint64_t values[9];
	struct fv_reader *r;
	struct fv_err err;

	replace_column(flows, GONE);
	put_column(flows, "packets", H5T_STD_U64LE, 9, 65536, true, true);
	set = H5Dopen2(flows, "bytes", H5P_DEFAULT);
	CU_ASSERT(H5Dwrite_chunk(set, H5P_DEFAULT, 0, &at, sizeof(nonsense),
		      nonsense) >= 0);
	(void)H5Dclose(set);
	set = H5Dopen2(flows, "duration", H5P_DEFAULT);
	CU_ASSERT(H5Dwrite_chunk(set, H5P_DEFAULT, 2, &at, sizeof(nonsense),
		      nonsense) >= 0);
	(void)H5Dclose(set);
	(void)H5Gclose(flows);
	(void)H5Fclose(file);
	r = open_it(&p);
	CU_ASSERT_EQUAL(fv_reader_column(r, FV_TABLE_FLOWS, FV_FLOW_PACKETS, 0,
			    9, values, &err),
	    -1);
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(err.text, "flows/packets: chunk 0: was never"));
	CU_ASSERT_EQUAL(fv_reader_column(r, FV_TABLE_FLOWS, FV_FLOW_BYTES, 0, 9,
			    values, &err),
	    -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(
	    err.text, "flows/bytes: chunk 0: its compressed data are damaged"));
	CU_ASSERT_EQUAL(fv_reader_column(r, FV_TABLE_FLOWS, FV_FLOW_DURATION, 3,
			    2, values, &err),
	    -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "without its filters"));
	CU_ASSERT_EQUAL(fv_reader_check_content(r, &err), -1);
	fv_reader_free(r);
	end(&p);
}

CU_TestInfo suite_layout[] = {
	{ "files of other kinds are refused",
	    files_of_other_kinds_are_refused },
	{ "what is not as the format says is refused by name",
	    what_is_not_as_the_format_says_is_refused_by_name },
	{ "broken chunks are named", broken_chunks_are_named },
	CU_TEST_INFO_NULL,
};

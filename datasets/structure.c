#include "datasets/structure.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <hdf5.h>

#include "datasets/container.h"
#include "datasets/intake.h"
#include "datasets/layout.h"
#include "datasets/schema.h"
#include "datasets/structure_attributes.h"

/* Rows in a chunk of a column that the schema does not know. */
enum { CHUNK_ROWS_MIN = 4096, CHUNK_ROWS_MAX = 1 << 20 };

/* "table/column", for messages. */
enum { PLACE = 2 * FV_STRUCTURE_NAME + 2 };

/* What a walk over links carries along. */
struct walk {
	struct fv_structure *about;
	const char *table; /* NULL: at the root */
	uint64_t size;     /* of the file */
	struct fv_err *err;
};

static uint64_t
le64(const uint8_t *bytes)
{
	uint64_t value = 0;
	int i;

	for (i = 7; i >= 0; i--)
		value = value << 8 | bytes[i];
	return value;
}

int
fv_structure_begins(
    const uint8_t *head, size_t n, uint64_t size, struct fv_err *err)
{
	static const uint8_t signature[] = { 0x89, 'H', 'D', 'F', '\r', '\n',
		0x1a, '\n' };

	if (n < sizeof(signature) ||
	    memcmp(head, signature, sizeof(signature)) != 0)
		return fv_err_set(err, FV_EFORMAT, "is not an HDF5 file");
	if (n < FV_STRUCTURE_HEAD)
		return fv_err_set(err, FV_EFORMAT,
		    "ends in the first bytes: the copy is not complete; fetch "
		    "it again");
	if (head[8] != 2)
		return fv_err_set(err, FV_EFORMAT,
		    "is an HDF5 file of superblock version %u, not 2 as the "
		    "datasets of flowveil are",
		    head[8]);
	/* Sizes of offsets and lengths, flags; base and extension address. */
	if (head[9] != 8 || head[10] != 8 || head[11] != 0 ||
	    le64(head + 12) != 0 || le64(head + 20) != UINT64_MAX)
		return fv_err_set(err, FV_EFORMAT,
		    "is an HDF5 file with extensions that datasets of flowveil "
		    "do not have");
	if (le64(head + 28) > size)
		return fv_err_set(err, FV_EFORMAT,
		    "has %" PRIu64 " bytes of %" PRIu64 ": the copy is not "
		    "complete, fetch it again",
		    size, le64(head + 28));
	return 0;
}

static int
refuse(const char *place, const char *what, struct fv_err *err)
{
	return fv_err_set(err, FV_EFORMAT, "%s: %s", place, what);
}

/* Little-endian integers of whole bytes, and text of fixed length. */
static bool
type_allowed(hid_t type)
{
	const hid_t integers[] = { H5T_STD_U8LE, H5T_STD_I8LE, H5T_STD_U16LE,
		H5T_STD_I16LE, H5T_STD_U32LE, H5T_STD_I32LE, H5T_STD_U64LE,
		H5T_STD_I64LE };
	size_t i;

	if (type < 0 || H5Tcommitted(type) != 0)
		return false;
	if (H5Tget_class(type) == H5T_STRING)
		return H5Tis_variable_str(type) == 0 && H5Tget_size(type) > 0 &&
		    H5Tget_size(type) <= FV_STRUCTURE_TEXT;
	if (H5Tget_class(type) != H5T_INTEGER)
		return false;
	for (i = 0; i < FV_COUNT(integers); i++)
		if (H5Tequal(type, integers[i]) > 0)
			return true;
	return false;
}

/* Shuffle, deflate and checksum, each once at most: those are built in. */
static bool
filters_allowed(hid_t creation)
{
	int i, n = H5Pget_nfilters(creation);
	unsigned seen = 0, flags, values[8];
	size_t nvalues;
	H5Z_filter_t id;

	if (n < 0 || n > 3)
		return false;
	for (i = 0; i < n; i++) {
		nvalues = FV_COUNT(values);
		flags = 0;
		id = H5Pget_filter2(creation, (unsigned)i, &flags, &nvalues,
		    values, 0, NULL, NULL);
		if ((id != H5Z_FILTER_SHUFFLE && id != H5Z_FILTER_DEFLATE &&
			id != H5Z_FILTER_FLETCHER32) ||
		    (seen >> id & 1) != 0)
			return false;
		seen |= 1U << id;
	}
	return true;
}

/*
 * Every chunk must be there, inside the file, and stored with all filters:
 * a reader then never meets a branch of the B-tree that was not walked here.
 */
static int
check_chunks(hid_t dataset, const char *place, hsize_t extent, hsize_t rows,
    const struct walk *w)
{
	hsize_t at, stored;
	haddr_t address;
	unsigned skipped;

	/* A chunk takes some bytes: more cannot be, so do not count to it. */
	if (extent / rows > w->size)
		return refuse(
		    place, "has more rows than the file has room for", w->err);
	for (at = 0; at < extent; at += rows) {
		stored = 0;
		address = HADDR_UNDEF;
		skipped = 0;
		if (H5Dget_chunk_info_by_coord(
			dataset, &at, &skipped, &address, &stored) < 0)
			return fv_container_fault(w->err, "%s", place);
		if (stored == 0 || address == HADDR_UNDEF)
			return refuse(
			    place, "lacks a part of its rows", w->err);
		if (address > w->size || stored > w->size - address)
			return refuse(place,
			    "has rows outside of the file: the copy is not "
			    "complete, or made to do harm",
			    w->err);
		if (skipped != 0)
			return refuse(place,
			    "has rows that were stored without its filters",
			    w->err);
		w->about->chunks++;
	}
	return 0;
}

static int
check_storage(
    hid_t dataset, hid_t creation, const char *place, const struct walk *w)
{
	hid_t space = H5Dget_space(dataset);
	hsize_t extent = 0, rows = 0;
	bool simple;

	simple = space >= 0 && H5Sget_simple_extent_type(space) == H5S_SIMPLE &&
	    H5Sget_simple_extent_ndims(space) == 1 &&
	    H5Sget_simple_extent_dims(space, &extent, NULL) == 1;
	if (space >= 0)
		(void)H5Sclose(space);
	if (!simple)
		return refuse(place, "is not a simple list of values", w->err);
	if (creation < 0 || H5Pget_external_count(creation) != 0)
		return refuse(place, "keeps its values in other files", w->err);
	if (H5Pget_layout(creation) == H5D_VIRTUAL)
		return refuse(
		    place, "is put together from other files", w->err);
	if (H5Pget_layout(creation) != H5D_CHUNKED ||
	    H5Pget_chunk(creation, 1, &rows) != 1 || rows < CHUNK_ROWS_MIN ||
	    rows > CHUNK_ROWS_MAX)
		return refuse(place,
		    "is not stored in chunks of 4096 to 1048576 rows", w->err);
	if (!filters_allowed(creation))
		return refuse(place,
		    "needs filters other than shuffle, deflate and fletcher32",
		    w->err);
	return check_chunks(dataset, place, extent, rows, w);
}

static int
check_column(
    hid_t table, const char *name, const char *place, const struct walk *w)
{
	hid_t dataset = H5Dopen2(table, name, H5P_DEFAULT);
	hid_t type, creation;
	int rc;

	if (dataset < 0)
		return fv_container_fault(w->err, "%s", place);
	type = H5Dget_type(dataset);
	creation = H5Dget_create_plist(dataset);
	if (!type_allowed(type))
		rc = refuse(place,
		    "holds values other than integers or text of fixed length",
		    w->err);
	else
		rc = check_storage(dataset, creation, place, w);
	if (rc == 0)
		rc = fv_structure_attributes_check(
		    dataset, place, &w->about->attributes, w->err);
	if (creation >= 0)
		(void)H5Pclose(creation);
	if (type >= 0)
		(void)H5Tclose(type);
	(void)H5Dclose(dataset);
	w->about->columns++;
	return rc;
}

/*
 * Whether a link leads to an object of its own inside the file, and what
 * kind of object that is.  Soft and external links are not followed.
 */
static int
look_at_link(hid_t group, const char *name, const H5L_info_t *link,
    const char *place, H5O_type_t *kind, struct fv_err *err)
{
	H5O_info_t object;

	if (link->type != H5L_TYPE_HARD)
		return refuse(place,
		    "is a link to somewhere else, not a table or a column",
		    err);
	if (H5Oget_info_by_name2(
		group, name, &object, H5O_INFO_BASIC, H5P_DEFAULT) < 0)
		return fv_container_fault(err, "%s", place);
	/* With one name each, the groups are a tree, and a walk ends. */
	if (object.rc != 1)
		return refuse(place, "has several names", err);
	*kind = object.type;
	return 0;
}

/* A column of a table, or what claims to be one. */
static herr_t
visit_column(hid_t table, const char *name, const H5L_info_t *link, void *arg)
{
	const struct walk *w = arg;
	H5O_type_t kind = H5O_TYPE_UNKNOWN;
	char place[PLACE];

	if (!fv_structure_name_allowed(name))
		return refuse(
		    w->table, "has a column with an odd name", w->err);
	(void)snprintf(place, sizeof(place), "%s/%s", w->table, name);
	if (look_at_link(table, name, link, place, &kind, w->err) == -1)
		return -1;
	if (kind != H5O_TYPE_DATASET)
		return refuse(place, "is not a column", w->err);
	return check_column(table, name, place, w);
}

/*
 * Walk the links of a group, which are in its header: other forms need
 * structures that the format does without.
 */
static int
walk_links(hid_t group, const char *place, size_t most, H5L_iterate_t visit,
    struct walk *w)
{
	H5G_info_t info;

	if (H5Gget_info(group, &info) < 0)
		return fv_container_fault(w->err, "%s", place);
	if (info.storage_type != H5G_STORAGE_TYPE_COMPACT || info.mounted)
		return refuse(place, "is not built as a table is", w->err);
	if (info.nlinks > most)
		return refuse(place, "has too many members", w->err);
	w->err->code = FV_OK;
	if (H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, NULL, visit, w) >= 0)
		return 0;
	/* A fault of ours stops the walk too, and is told already. */
	return w->err->code != FV_OK ? -1
				     : fv_container_fault(w->err, "%s", place);
}

static herr_t
visit_table(hid_t root, const char *name, const H5L_info_t *link, void *arg)
{
	const struct walk *outer = arg;
	struct walk w = *outer;
	H5O_type_t kind = H5O_TYPE_UNKNOWN;
	hid_t table;
	int rc;

	if (!fv_structure_name_allowed(name))
		return refuse(
		    "the root", "has a table with an odd name", w.err);
	if (look_at_link(root, name, link, name, &kind, w.err) == -1)
		return -1;
	if (kind != H5O_TYPE_GROUP)
		return refuse(name, "is not a table", w.err);
	if ((table = H5Gopen2(root, name, H5P_DEFAULT)) < 0)
		return fv_container_fault(w.err, "%s", name);
	w.table = name;
	rc = walk_links(table, name, FV_STRUCTURE_COLUMNS, visit_column, &w);
	if (rc == 0)
		rc = fv_structure_attributes_check(
		    table, name, &w.about->attributes, w.err);
	(void)H5Gclose(table);
	w.about->tables++;
	return rc;
}

static int
check_file(
    hid_t file, uint64_t size, struct fv_structure *about, struct fv_err *err)
{
	struct walk w = { about, NULL, size, err };
	hid_t root = H5Gopen2(file, "/", H5P_DEFAULT);
	int rc;

	if (root < 0)
		return fv_container_fault(err, "the root");
	rc = walk_links(root, "the root", FV_STRUCTURE_TABLES, visit_table, &w);
	if (rc == 0)
		rc = fv_structure_attributes_check(
		    root, "the root", &about->attributes, err);
	(void)H5Gclose(root);
	return rc;
}

int
fv_structure_check(
    int fd, uint64_t size, struct fv_structure *about, struct fv_err *err)
{
	struct fv_container_printing printing;
	struct fv_intake *intake;
	hid_t file;
	int rc = -1;

	memset(about, 0, sizeof(*about));
	fv_container_quiet(&printing);
	if ((intake = fv_intake_new(fd, size, err)) != NULL &&
	    (file = fv_layout_open_intake(intake, err)) >= 0) {
		rc = check_file(file, size, about, err);
		(void)H5Fclose(file);
	}
	fv_intake_free(intake);
	fv_container_restore(&printing);
	return rc;
}

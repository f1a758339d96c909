#include "datasets/layout.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/container.h"
#include "datasets/flow.h"

/*
 * Up to this many links of a group stay in its header, rather than move to
 * a heap and a B-tree of their own, which small readers do not know.  All
 * that we write stays below.  Of attributes HDF5 keeps up to eight there;
 * a column has fewer, and to ask for more sets a flag in the header that
 * jsfive refuses the whole file for.
 */
enum { COMPACT_LINKS = 256 };

/*
 * The deflate level that the filter declares.  It says nothing about how
 * to inflate; it is what a tool that rewrites a column would use.
 */
enum { DECLARED_LEVEL = 1 };

/*
 * HDF5 1.8 on both ends (superblock 2, checksummed headers): no older
 * library, and none of the structures that came later, which small readers
 * do not know.  No cache of chunks, which pass HDF5 as they are: a column's
 * takes four kilobytes when it is opened.  No locking: the file that is written has a name that nobody
 * else knows, the one that is read no longer changes, and network file
 * systems refuse locks.
 */
static hid_t
access_properties(void)
{
	hid_t id = H5Pcreate(H5P_FILE_ACCESS);

	if (id >= 0 &&
	    (H5Pset_libver_bounds(id, H5F_LIBVER_V18, H5F_LIBVER_V18) < 0 ||
		H5Pset_fclose_degree(id, H5F_CLOSE_STRONG) < 0 ||
		H5Pset_cache(id, 0, 0, 0, 0) < 0 ||
		H5Pset_file_locking(id, false, true) < 0)) {
		(void)H5Pclose(id);
		return H5I_INVALID_HID;
	}
	return id;
}

/* What files, groups and columns share: no times. */
static hid_t
object_properties(hid_t class)
{
	hid_t id = H5Pcreate(class);

	if (id >= 0 && H5Pset_obj_track_times(id, false) < 0) {
		(void)H5Pclose(id);
		return H5I_INVALID_HID;
	}
	return id;
}

static void
close_properties(hid_t id)
{
	if (id >= 0)
		(void)H5Pclose(id);
}

hid_t
fv_layout_create(struct fv_sink *sink, struct fv_err *err)
{
	hid_t access = access_properties();
	hid_t creation = object_properties(H5P_FILE_CREATE);
	hid_t file = H5I_INVALID_HID;

	if (access >= 0 && creation >= 0 && fv_sink_use(sink, access) >= 0)
		file = H5Fcreate("dataset", H5F_ACC_TRUNC, creation, access);
	if (file < 0)
		(void)fv_container_fault(err, "cannot be created");
	close_properties(creation);
	close_properties(access);
	return file;
}

static int
put_table_attributes(
    hid_t group, const struct fv_table *table, struct fv_err *err)
{
	const char *names[COMPACT_LINKS];
	size_t i;

	for (i = 0; i < table->ncolumns; i++)
		names[i] = table->columns[i].name;
	if (fv_container_put_text(group, "CLASS", FV_CONTAINER_CLASS, err) ==
		-1 ||
	    fv_container_put_text(
		group, "VERSION", FV_CONTAINER_CLASS_VERSION, err) == -1 ||
	    fv_container_put_text(group, "TITLE", table->title, err) == -1)
		return -1;
	return fv_container_put_texts(
	    group, "column-order", names, table->ncolumns, err);
}

hid_t
fv_layout_create_table(
    hid_t file, const struct fv_table *table, struct fv_err *err)
{
	hid_t creation = object_properties(H5P_GROUP_CREATE);
	hid_t group = H5I_INVALID_HID;

	if (creation >= 0 &&
	    H5Pset_link_phase_change(creation, COMPACT_LINKS, 0) >= 0)
		group = H5Gcreate2(
		    file, table->name, H5P_DEFAULT, creation, H5P_DEFAULT);
	close_properties(creation);
	if (group < 0) {
		(void)fv_container_fault(err, "%s", table->name);
		return group;
	}
	if (put_table_attributes(group, table, err) == -1) {
		(void)fv_err_within(err, "%s", table->name);
		(void)H5Gclose(group);
		return H5I_INVALID_HID;
	}
	return group;
}

/* CF: flag_values and flag_meanings, words with a blank between. */
static int
put_flags(hid_t dataset, const struct fv_flag *flags, struct fv_err *err)
{
	uint8_t codes[UINT8_MAX + 1];
	char meanings[1024] = "";
	size_t n;

	for (n = 0; n < FV_COUNT(codes) && flags[n].meaning != NULL; n++) {
		codes[n] = flags[n].value;
		if (n > 0)
			(void)strncat(meanings, " ",
			    sizeof(meanings) - strlen(meanings) - 1);
		(void)strncat(meanings, flags[n].meaning,
		    sizeof(meanings) - strlen(meanings) - 1);
	}
	if (fv_container_put_codes(dataset, "flag_values", codes, n, err) == -1)
		return -1;
	return fv_container_put_text(dataset, "flag_meanings", meanings, err);
}

static int
put_column_attributes(
    hid_t dataset, const struct fv_column *c, struct fv_err *err)
{
	const struct {
		const char *name;
		const char *value;
	} texts[] = {
		{ "units", c->units },
		{ "description", c->description },
		{ "refers_to", c->refers_to },
		{ "anonymization_technique", c->technique },
		{ "anonymization_stability", c->stability },
		{ "anonymization_parameters", c->parameters },
	};
	size_t i;

	for (i = 0; i < FV_COUNT(texts); i++)
		if (texts[i].value != NULL &&
		    fv_container_put_text(
			dataset, texts[i].name, texts[i].value, err) == -1)
			return -1;
	if (c->valid_max != 0 &&
	    (fv_container_put_number(dataset, "valid_min", c->type, 0, err) ==
		    -1 ||
		fv_container_put_number(
		    dataset, "valid_max", c->type, c->valid_max, err) == -1))
		return -1;
	if (c->refers_to != NULL &&
	    fv_container_put_number(
		dataset, "missing_value", c->type, FV_NO_ROW, err) == -1)
		return -1;
	return c->flags == NULL ? 0 : put_flags(dataset, c->flags, err);
}

/*
 * Chunks, filters, and as fill value what means "none" where there is such
 * a value (HEP001).  Chunks are written whole, so HDF5 never fills any.
 */
static hid_t
column_properties(const struct fv_column *column)
{
	hid_t id = object_properties(H5P_DATASET_CREATE);
	const hsize_t rows = FV_CHUNK_ROWS;
	const uint32_t none = FV_NO_ROW;

	if (id < 0)
		return id;
	if (H5Pset_chunk(id, 1, &rows) < 0 || H5Pset_shuffle(id) < 0 ||
	    H5Pset_deflate(id, DECLARED_LEVEL) < 0 ||
	    (column->refers_to != NULL &&
		H5Pset_fill_value(id, H5T_NATIVE_UINT32, &none) < 0)) {
		(void)H5Pclose(id);
		return H5I_INVALID_HID;
	}
	return id;
}

hid_t
fv_layout_create_column(hid_t group, const struct fv_table *table,
    const struct fv_column *column, struct fv_err *err)
{
	const hsize_t none = 0, unlimited = H5S_UNLIMITED;
	hid_t creation = column_properties(column);
	hid_t space = H5Screate_simple(1, &none, &unlimited);
	hid_t type = fv_container_type(column->type, column->size);
	hid_t dataset = H5I_INVALID_HID;

	if (creation >= 0 && space >= 0 && type >= 0)
		dataset = H5Dcreate2(group, column->name, type, space,
		    H5P_DEFAULT, creation, H5P_DEFAULT);
	if (dataset < 0) {
		(void)fv_container_fault(
		    err, "%s/%s", table->name, column->name);
	} else if (put_column_attributes(dataset, column, err) == -1) {
		(void)fv_err_within(err, "%s/%s", table->name, column->name);
		(void)H5Dclose(dataset);
		dataset = H5I_INVALID_HID;
	}
	if (type >= 0)
		(void)H5Tclose(type);
	if (space >= 0)
		(void)H5Sclose(space);
	close_properties(creation);
	return dataset;
}

static hid_t
open_with(const char *name, hid_t access, struct fv_err *err)
{
	hid_t file = H5I_INVALID_HID;

	if (access >= 0)
		file = H5Fopen(name, H5F_ACC_RDONLY, access);
	if (file < 0)
		(void)fv_container_fault(err, "cannot be opened");
	close_properties(access);
	return file;
}

hid_t
fv_layout_open(const char *path, struct fv_err *err)
{
	return open_with(path, access_properties(), err);
}

hid_t
fv_layout_open_intake(struct fv_intake *intake, struct fv_err *err)
{
	hid_t access = access_properties();

	if (access >= 0 && fv_intake_use(intake, access) < 0) {
		close_properties(access);
		access = H5I_INVALID_HID;
	}
	return open_with("dataset", access, err);
}

/*
 * Whether ${name} in ${parent} is an object of ${kind} under a hard link.
 * Soft and external links are refused unfollowed: they can lead out of the
 * file.
 */
static bool
is_own(hid_t parent, const char *name, H5O_type_t kind)
{
	H5L_info_t link;
	H5O_info_t object;

	return H5Lexists(parent, name, H5P_DEFAULT) > 0 &&
	    H5Lget_info(parent, name, &link, H5P_DEFAULT) >= 0 &&
	    link.type == H5L_TYPE_HARD &&
	    H5Oget_info_by_name2(
		parent, name, &object, H5O_INFO_BASIC, H5P_DEFAULT) >= 0 &&
	    object.type == kind;
}

static bool
get_rows(hid_t group, uint64_t *rows)
{
	hid_t attribute, space, type;
	bool good;

	if (H5Aexists(group, FV_CONTAINER_NROWS) <= 0 ||
	    (attribute = H5Aopen(group, FV_CONTAINER_NROWS, H5P_DEFAULT)) < 0)
		return false;
	space = H5Aget_space(attribute);
	type = H5Aget_type(attribute);
	good = space >= 0 && type >= 0 &&
	    H5Sget_simple_extent_type(space) == H5S_SCALAR &&
	    H5Tequal(type, H5T_STD_U64LE) > 0 &&
	    H5Aread(attribute, H5T_NATIVE_UINT64, rows) >= 0;
	if (type >= 0)
		(void)H5Tclose(type);
	if (space >= 0)
		(void)H5Sclose(space);
	(void)H5Aclose(attribute);
	return good;
}

hid_t
fv_layout_open_table(hid_t file, const struct fv_table *table, uint64_t *rows,
    struct fv_err *err)
{
	hid_t group = H5I_INVALID_HID;
	char *class = NULL;

	if (is_own(file, table->name, H5O_TYPE_GROUP))
		group = H5Gopen2(file, table->name, H5P_DEFAULT);
	if (group < 0) {
		(void)fv_err_set(
		    err, FV_EFORMAT, "%s: there is no such table", table->name);
		return H5I_INVALID_HID;
	}
	class = fv_container_text(group, "CLASS");
	if (class == NULL || strcmp(class, FV_CONTAINER_CLASS) != 0)
		(void)fv_err_set(err, FV_EFORMAT, "%s: is not of CLASS %s",
		    table->name, FV_CONTAINER_CLASS);
	else if (!get_rows(group, rows))
		(void)fv_err_set(err, FV_EFORMAT,
		    "%s: has no NROWS of type uint64", table->name);
	else
		goto out;
	(void)H5Gclose(group);
	group = H5I_INVALID_HID;
out:
	free(class);
	return group;
}

/* Whether a column's type is the one that the schema says. */
static bool
type_agrees(hid_t dataset, const struct fv_column *column)
{
	hid_t type = H5Dget_type(dataset);
	hid_t expected = fv_container_type(column->type, column->size);
	bool good = false;

	if (type >= 0 && expected >= 0) {
		if (column->type != FV_TEXT)
			good = H5Tequal(type, expected) > 0;
		else /* the character set may be plain ASCII */
			good = H5Tget_class(type) == H5T_STRING &&
			    H5Tis_variable_str(type) == 0 &&
			    H5Tget_size(type) == column->size &&
			    H5Tget_strpad(type) == H5T_STR_NULLPAD;
	}
	if (expected >= 0)
		(void)H5Tclose(expected);
	if (type >= 0)
		(void)H5Tclose(type);
	return good;
}

/* Whether a column has rank 1 and as many rows as its table. */
static bool
extent_agrees(hid_t dataset, uint64_t rows)
{
	hid_t space = H5Dget_space(dataset);
	hsize_t extent = 0;
	bool good;

	good = space >= 0 && H5Sget_simple_extent_ndims(space) == 1 &&
	    H5Sget_simple_extent_dims(space, &extent, NULL) == 1 &&
	    extent == rows;
	if (space >= 0)
		(void)H5Sclose(space);
	return good;
}

static bool
filter_is(hid_t creation, unsigned n, H5Z_filter_t filter, unsigned value)
{
	unsigned flags = 0, values[8] = { 0 };
	size_t nvalues = FV_COUNT(values);

	if (H5Pget_filter2(
		creation, n, &flags, &nvalues, values, 0, NULL, NULL) != filter)
		return false;
	return filter != H5Z_FILTER_SHUFFLE ||
	    (nvalues == 1 && values[0] == value);
}

/* Whether it is stored in this file, in our chunks, with our filters. */
static bool
storage_agrees(hid_t dataset, const struct fv_column *column)
{
	hid_t creation = H5Dget_create_plist(dataset);
	hsize_t rows = 0;
	bool good;

	good = creation >= 0 && H5Pget_layout(creation) == H5D_CHUNKED &&
	    H5Pget_external_count(creation) == 0 &&
	    H5Pget_chunk(creation, 1, &rows) == 1 && rows == FV_CHUNK_ROWS &&
	    H5Pget_nfilters(creation) == 2 &&
	    filter_is(creation, 0, H5Z_FILTER_SHUFFLE, column->size) &&
	    filter_is(creation, 1, H5Z_FILTER_DEFLATE, 0);
	close_properties(creation);
	return good;
}

hid_t
fv_layout_open_column(hid_t group, const struct fv_table *table,
    const struct fv_column *column, uint64_t rows, struct fv_err *err)
{
	hid_t dataset = H5I_INVALID_HID;
	const char *fault;

	if (is_own(group, column->name, H5O_TYPE_DATASET))
		dataset = H5Dopen2(group, column->name, H5P_DEFAULT);
	if (dataset < 0)
		fault = "there is no such column";
	else if (!type_agrees(dataset, column))
		fault = "is not of the type that the format says";
	else if (!extent_agrees(dataset, rows))
		fault = "does not have as many rows as NROWS says";
	else if (!storage_agrees(dataset, column))
		fault = "is not stored in chunks of 65536 rows with the "
			"filters shuffle and deflate";
	else
		return dataset;
	(void)fv_err_set(
	    err, FV_EFORMAT, "%s/%s: %s", table->name, column->name, fault);
	if (dataset >= 0)
		(void)H5Dclose(dataset);
	return H5I_INVALID_HID;
}

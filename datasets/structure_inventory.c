#include "datasets/structure_inventory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <hdf5.h>

#include "base/memory.h"
#include "datasets/chunk.h"
#include "datasets/container.h"
#include "datasets/intake.h"
#include "datasets/layout.h"
#include "datasets/schema.h"

/* Words for a place: names of the schema, and a number. */
enum { PLACE = 160 };

/* Bytes of the file that are looked at in one piece. */
enum { PIECE = 1 << 20 };

/* More chunks than a file of the format can have. */
#define EXTENTS_LIMIT ((size_t)1 << 28)

struct extent {
	uint64_t at;
	uint64_t size;
};

struct taking {
	const struct fv_inventory_listener *listener;
	struct fv_inventory *about;
	const struct fv_table *table;   /* NULL: at the root, or unknown */
	const struct fv_column *column; /* NULL: of a table, or unknown */
	const char *place;              /* of the object at hand */
	unsigned number;                /* of a member of it */
	struct extent *extents;
	size_t nextents, capacity;
	struct fv_err *err;
};

static const char *const table_attributes[] = { "CLASS", "VERSION", "TITLE",
	"NROWS", "column-order", NULL };

static const char *const column_attributes[] = { "units", "description",
	"refers_to", "anonymization_technique", "anonymization_stability",
	"anonymization_parameters", "valid_min", "valid_max", "missing_value",
	"flag_values", "flag_meanings", FV_CONTAINER_DIGEST,
	FV_CONTAINER_CHUNKS, NULL };

static bool
is_listed(const char *const *list, const char *name)
{
	for (; *list != NULL; list++)
		if (strcmp(*list, name) == 0)
			return true;
	return false;
}

static bool
attribute_known(const struct taking *t, const char *name)
{
	const struct fv_attribute *a;

	if (t->column != NULL)
		return is_listed(column_attributes, name);
	if (t->table != NULL)
		return is_listed(table_attributes, name);
	for (a = fv_schema_attributes; a->name != NULL; a++)
		if (strcmp(a->name, name) == 0)
			return true;
	return false;
}

static void
tell_unknown(const struct taking *t, const char *place)
{
	t->about->unknown++;
	t->listener->unknown(t->listener->arg, place);
}

/* Names are text that is in the file, too. */
static void
tell_name(const struct taking *t, const char *place, const char *name)
{
	t->about->names++;
	t->listener->value(
	    t->listener->arg, place, name, strlen(name), 1, true);
}

static int
tell_texts(const struct taking *t, const char *place, hid_t attribute,
    hid_t type, size_t n)
{
	hid_t space = H5Aget_space(attribute);
	char **texts = fv_memory_new(n, sizeof(*texts), t->err);
	size_t i;

	if (texts != NULL && H5Aread(attribute, type, texts) >= 0) {
		for (i = 0; i < n; i++)
			if (texts[i] != NULL)
				t->listener->value(t->listener->arg, place,
				    texts[i], strlen(texts[i]), 1, true);
		(void)H5Dvlen_reclaim(type, space, H5P_DEFAULT, texts);
	}
	free(texts);
	(void)H5Sclose(space);
	return texts == NULL ? -1 : 0;
}

/* The value as it is in the file: whatever type it has. */
static int
tell_value(const struct taking *t, const char *place, hid_t attribute)
{
	hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
	size_t n = (size_t)H5Sget_simple_extent_npoints(space);
	size_t size = H5Tget_size(type);
	bool text = H5Tget_class(type) == H5T_STRING;
	uint8_t *values;
	int rc = -1;

	if (text && H5Tis_variable_str(type) > 0) {
		rc = tell_texts(t, place, attribute, type, n);
	} else if ((values = fv_memory_new(n, size, t->err)) != NULL) {
		if (H5Aread(attribute, type, values) >= 0)
			t->listener->value(t->listener->arg, place, values,
			    n * size, size, text);
		free(values);
		rc = 0;
	}
	(void)H5Sclose(space);
	(void)H5Tclose(type);
	return rc;
}

static herr_t
take_attribute(
    hid_t object, const char *name, const H5A_info_t *info, void *arg)
{
	struct taking *t = arg;
	hid_t attribute;
	char place[PLACE];
	int rc;

	(void)info;
	t->number++;
	if (attribute_known(t, name)) {
		(void)snprintf(
		    place, sizeof(place), "%s, attribute %s", t->place, name);
	} else {
		(void)snprintf(place, sizeof(place), "%s, attribute number %u",
		    t->place, t->number);
		tell_unknown(t, place);
	}
	tell_name(t, place, name);
	t->about->attributes++;
	if ((attribute = H5Aopen(object, name, H5P_DEFAULT)) < 0)
		return fv_container_fault(t->err, "%s", place);
	rc = tell_value(t, place, attribute);
	(void)H5Aclose(attribute);
	return rc;
}

/* Its attributes, and whether it has times. */
static int
take_object(struct taking *t, hid_t object)
{
	H5O_info_t info;

	if (H5Oget_info2(object, &info, H5O_INFO_BASIC | H5O_INFO_TIME) < 0)
		return fv_container_fault(t->err, "%s", t->place);
	if (info.atime != 0 || info.mtime != 0 || info.ctime != 0 ||
	    info.btime != 0)
		t->about->times++;
	t->number = 0;
	t->err->code = FV_OK;
	if (H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, NULL,
		take_attribute, t) >= 0)
		return 0;
	return t->err->code != FV_OK
	    ? -1
	    : fv_container_fault(t->err, "%s: attributes", t->place);
}

static int
take_chunks(struct taking *t, hid_t dataset)
{
	hid_t space = H5Dget_space(dataset);
	hid_t creation = H5Dget_create_plist(dataset);
	hsize_t extent = 0, rows = 0, at, size;
	haddr_t address;
	unsigned skipped;
	void *grown;
	int rc = -1;

	(void)H5Sget_simple_extent_dims(space, &extent, NULL);
	if (H5Pget_chunk(creation, 1, &rows) != 1 || rows == 0)
		goto out;
	for (at = 0; at < extent; at += rows) {
		if (H5Dget_chunk_info_by_coord(
			dataset, &at, &skipped, &address, &size) < 0)
			goto out;
		grown =
		    fv_memory_grow(t->extents, &t->capacity, t->nextents + 1,
			sizeof(*t->extents), EXTENTS_LIMIT, t->err);
		if (grown == NULL)
			goto out;
		t->extents = grown;
		t->extents[t->nextents++] = (struct extent){ address, size };
		t->about->chunk_bytes += size;
	}
	rc = 0;
out:
	(void)H5Pclose(creation);
	(void)H5Sclose(space);
	return rc == 0 ? 0 : fv_container_fault(t->err, "%s", t->place);
}

static herr_t
take_column(hid_t group, const char *name, const H5L_info_t *link, void *arg)
{
	const struct taking *outer = arg;
	struct taking *t = arg;
	unsigned number = ++t->number;
	const char *table_place = outer->place;
	char place[PLACE];
	hid_t dataset;
	int i, rc;

	(void)link;
	i = t->table == NULL ? -1 : fv_schema_column(t->table, name);
	t->column = i == -1 ? NULL : &t->table->columns[i];
	if (t->column != NULL) {
		(void)snprintf(
		    place, sizeof(place), "%s/%s", table_place, name);
	} else {
		(void)snprintf(place, sizeof(place), "%s, column number %u",
		    table_place, number);
		tell_unknown(t, place);
	}
	tell_name(t, place, name);
	if ((dataset = H5Dopen2(group, name, H5P_DEFAULT)) < 0)
		return fv_container_fault(t->err, "%s", place);
	t->place = place;
	rc = take_object(t, dataset);
	if (rc == 0)
		rc = take_chunks(t, dataset);
	(void)H5Dclose(dataset);
	t->place = table_place;
	t->column = NULL;
	t->number = number;
	return rc;
}

static const struct fv_table *
find_table(hid_t root, const char *name)
{
	char *mode = fv_container_text(root, "record_mode");
	bool biflow = mode != NULL && strcmp(mode, FV_SCHEMA_BIFLOW) == 0;
	const struct fv_table *tables =
	    biflow ? fv_schema_biflow_tables : fv_schema_tables;
	size_t i;

	free(mode);
	for (i = 0; i < FV_TABLES; i++)
		if (strcmp(tables[i].name, name) == 0)
			return &tables[i];
	return NULL;
}

static herr_t
take_table(hid_t root, const char *name, const H5L_info_t *link, void *arg)
{
	struct taking *t = arg;
	unsigned number = ++t->number;
	char place[PLACE];
	hid_t group;
	int rc;

	(void)link;
	t->table = find_table(root, name);
	if (t->table != NULL) {
		(void)snprintf(place, sizeof(place), "%s", name);
	} else {
		(void)snprintf(place, sizeof(place), "table number %u", number);
		tell_unknown(t, place);
	}
	tell_name(t, place, name);
	if ((group = H5Gopen2(root, name, H5P_DEFAULT)) < 0)
		return fv_container_fault(t->err, "%s", place);
	t->place = place;
	rc = take_object(t, group);
	t->number = 0;
	if (rc == 0 &&
	    H5Literate(
		group, H5_INDEX_NAME, H5_ITER_INC, NULL, take_column, t) < 0)
		rc = -1;
	(void)H5Gclose(group);
	t->table = NULL;
	t->place = "the root";
	t->number = number;
	return rc;
}

static int
take_tree(struct taking *t, hid_t file)
{
	hid_t root = H5Gopen2(file, "/", H5P_DEFAULT);
	int rc;

	if (root < 0)
		return fv_container_fault(t->err, "the root");
	t->place = "the root";
	rc = take_object(t, root);
	t->number = 0;
	if (rc == 0 &&
	    H5Literate(root, H5_INDEX_NAME, H5_ITER_INC, NULL, take_table, t) <
		0)
		rc = -1;
	(void)H5Gclose(root);
	return rc;
}

static int
by_place(const void *a, const void *b)
{
	const struct extent *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

static int
read_fully(int fd, uint64_t at, uint8_t *bytes, size_t n, struct fv_err *err)
{
	ssize_t got;

	while (n > 0) {
		got = pread(fd, bytes, n, (off_t)at);
		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			return fv_err_system(err, errno, "cannot be read");
		if (got == 0)
			return fv_err_set(
			    err, FV_EIO, "became shorter meanwhile");
		bytes += got;
		at += (uint64_t)got;
		n -= (size_t)got;
	}
	return 0;
}

/* Count the packed values among ${n} bytes that belong to no column. */
static void
find_hidden(struct taking *t, struct fv_chunk_coder *coder,
    const uint8_t *bytes, size_t n)
{
	size_t at, used;

	for (at = 0; at + 2 <= n; at++) {
		/* RFC 1950: method 8, and both bytes a multiple of 31. */
		if ((bytes[at] & 0xf) != 8 ||
		    (bytes[at] << 8 | bytes[at + 1]) % 31 != 0)
			continue;
		if ((used = fv_chunk_begins(coder, bytes + at, n - at)) == 0)
			continue;
		t->about->hidden++;
		at += used - 1;
	}
}

/* Tell of bytes ${from} to ${to} of the file, piece by piece. */
static int
tell_bytes(struct taking *t, struct fv_chunk_coder *coder, int fd,
    uint64_t from, uint64_t to, uint8_t *piece)
{
	size_t n, lead = 0;

	t->about->other_bytes += to - from;
	for (; from < to; from += n) {
		n = to - from < PIECE ? (size_t)(to - from) : PIECE;
		if (read_fully(fd, from, piece + lead, n, t->err) == -1)
			return -1;
		t->listener->bytes(t->listener->arg, piece, lead + n, lead);
		find_hidden(t, coder, piece + lead, n);
		lead += n;
		if (lead > FV_INVENTORY_LEAD) {
			memmove(piece, piece + lead - FV_INVENTORY_LEAD,
			    FV_INVENTORY_LEAD);
			lead = FV_INVENTORY_LEAD;
		}
	}
	return 0;
}

/* What lies between the chunks. */
static int
take_bytes(struct taking *t, int fd, uint64_t size)
{
	struct fv_chunk_coder *coder = fv_chunk_coder_new(t->err);
	uint8_t *piece = fv_memory_new(PIECE + FV_INVENTORY_LEAD, 1, t->err);
	uint64_t at = 0;
	size_t i;
	int rc = -1;

	if (coder == NULL || piece == NULL)
		goto out;
	if (t->nextents > 0)
		qsort(t->extents, t->nextents, sizeof(*t->extents), by_place);
	for (i = 0; i <= t->nextents; i++) {
		if (i == t->nextents) {
			rc = tell_bytes(t, coder, fd, at, size, piece);
			break;
		}
		if (t->extents[i].at > at &&
		    tell_bytes(t, coder, fd, at, t->extents[i].at, piece) == -1)
			break;
		if (at < t->extents[i].at + t->extents[i].size)
			at = t->extents[i].at + t->extents[i].size;
	}
out:
	free(piece);
	fv_chunk_coder_free(coder);
	return rc;
}

int
fv_inventory_take(int fd, uint64_t size,
    const struct fv_inventory_listener *listener,
    struct fv_inventory *inventory, struct fv_err *err)
{
	struct taking t = {
		.listener = listener, .about = inventory, .err = err
	};
	struct fv_container_printing printing;
	struct fv_intake *intake;
	hid_t file;
	int rc = -1;

	memset(inventory, 0, sizeof(*inventory));
	fv_container_quiet(&printing);
	if ((intake = fv_intake_new(fd, size, err)) != NULL &&
	    (file = fv_layout_open_intake(intake, err)) >= 0) {
		rc = take_tree(&t, file);
		(void)H5Fclose(file);
	}
	fv_intake_free(intake);
	fv_container_restore(&printing);
	if (rc == 0)
		rc = take_bytes(&t, fd, size);
	free(t.extents);
	return rc;
}

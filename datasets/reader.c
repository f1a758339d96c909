#include "datasets/reader.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <hdf5.h>

#include "base/memory.h"
#include "datasets/chunk.h"
#include "datasets/container.h"
#include "datasets/fetch.h"
#include "datasets/flow.h"
#include "datasets/intake.h"
#include "datasets/layout.h"
#include "datasets/root.h"

struct table {
	hid_t group;
	uint64_t rows;
	struct fv_fetch_column *columns;
};

struct fv_reader {
	int fd; /* adopted, or -1 */
	struct fv_intake *intake;
	hid_t file;
	const struct fv_table *schema; /* FV_TABLES of them */
	struct table tables[FV_TABLES];
	struct fv_root root;
	struct fv_fetch fetch;
};

/* Where a fault is, for messages. */
static int
within(
    enum fv_table_id table, size_t column, uint64_t chunk, struct fv_err *err)
{
	const struct fv_table *t = &fv_schema_tables[table];

	return fv_err_within(err, "%s/%s: chunk %" PRIu64, t->name,
	    t->columns[column].name, chunk);
}

int
fv_reader_column(struct fv_reader *r, enum fv_table_id table, size_t column,
    uint64_t first, size_t n, void *out, struct fv_err *err)
{
	struct table *t = &r->tables[table];
	struct fv_fetch_column *c = &t->columns[column];
	unsigned char *to = out;
	uint64_t chunk;
	size_t at, take;
	bool whole;

	assert(column < r->schema[table].ncolumns);
	assert(first <= t->rows && n <= t->rows - first);
	for (; n > 0; n -= take, first += take, to += take * c->size) {
		chunk = first / FV_CHUNK_ROWS;
		at = (size_t)(first % FV_CHUNK_ROWS);
		take = n < FV_CHUNK_ROWS - at ? n : FV_CHUNK_ROWS - at;
		whole = at == 0 &&
		    (take == FV_CHUNK_ROWS || first + take == t->rows);
		if (fv_fetch_rows(
			&r->fetch, c, chunk, at, take, !whole, to, err) == -1)
			return within(table, column, chunk, err);
	}
	return 0;
}

int
fv_reader_chunk(struct fv_reader *r, enum fv_table_id table, size_t column,
    uint64_t chunk, void *packed, size_t *length, void *values,
    struct fv_err *err)
{
	struct table *t = &r->tables[table];
	struct fv_fetch_column *c = &t->columns[column];
	int rc;

	assert(column < r->schema[table].ncolumns);
	assert(chunk < t->rows / FV_CHUNK_ROWS);
	rc = values == NULL ? fv_fetch_packed(c, chunk, packed, length, err)
			    : fv_fetch_chunk(&r->fetch, c, chunk, FV_CHUNK_ROWS,
				  packed, length, values, err);
	return rc == -1 ? within(table, column, chunk, err) : 0;
}

const struct fv_table *
fv_reader_schema(const struct fv_reader *r, enum fv_table_id table)
{
	return &r->schema[table];
}

uint64_t
fv_reader_rows(const struct fv_reader *r, enum fv_table_id table)
{
	return r->tables[table].rows;
}

/* Put ${n} values of a column into the structs of as many rows. */
static void
scatter(unsigned char *rows, const struct fv_table *schema,
    const struct fv_column *column, const unsigned char *values, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		memcpy(rows + i * schema->row_size + column->offset,
		    values + i * column->size, column->size);
}

void *
fv_reader_table(struct fv_reader *r, enum fv_table_id table, struct fv_err *err)
{
	const struct fv_table *schema = &r->schema[table];
	uint64_t at, left, nrows = r->tables[table].rows;
	unsigned char *rows = NULL, *values;
	size_t i, n;

	values = fv_memory_pages(FV_CHUNK_ROWS * FV_CHUNK_VALUE_MAX, err);
	if (values == NULL ||
	    (rows = fv_memory_new(nrows, schema->row_size, err)) == NULL)
		goto fail;
	for (i = 0; i < schema->ncolumns; i++) {
		for (at = 0; at < nrows; at += n) {
			left = nrows - at;
			n = left < FV_CHUNK_ROWS ? (size_t)left : FV_CHUNK_ROWS;
			if (fv_reader_column(r, table, i, at, n, values, err) ==
			    -1)
				goto fail;
			scatter(rows + at * schema->row_size, schema,
			    &schema->columns[i], values, n);
		}
	}
	free(values);
	return rows;
fail:
	free(values);
	free(rows);
	return NULL;
}

void
fv_reader_attributes(const struct fv_reader *r,
    void (*visit)(
	void *context, const char *name, const char *text, int64_t number),
    void *context)
{
	const struct fv_root_attribute *a;
	size_t i;

	for (i = 0; i < r->root.count; i++) {
		a = &r->root.attributes[i];
		visit(context, a->name, a->text, a->number);
	}
}

const char *
fv_reader_text(struct fv_reader *r, const char *name)
{
	const struct fv_root_attribute *a = fv_root_find(&r->root, name);

	return a == NULL ? NULL : a->text;
}

bool
fv_reader_number(struct fv_reader *r, const char *name, int64_t *value)
{
	const struct fv_root_attribute *a = fv_root_find(&r->root, name);

	if (a == NULL || a->text != NULL)
		return false;
	*value = a->number;
	return true;
}

/*
 * Whether a file of format version ${text} is read: the same first number,
 * and before 1.0 the same second one too.
 */
static bool
is_understood(const char *text)
{
	unsigned major, minor, our_major, our_minor;

	if (sscanf(FV_FORMAT_VERSION, "%u.%u", &our_major, &our_minor) != 2 ||
	    sscanf(text, "%u.%u", &major, &minor) != 2)
		return false;
	return major == our_major && (major > 0 || minor == our_minor);
}

static int
read_root(struct fv_reader *r, struct fv_err *err)
{
	const char *version;

	if (fv_root_read(&r->root, r->file, err) == -1)
		return -1;
	version = fv_reader_text(r, FV_CONTAINER_FORMAT);
	if (version == NULL && fv_reader_text(r, FV_CONTAINER_TRUTH) != NULL)
		return fv_err_set(err, FV_EFORMAT,
		    "is the truth about a reference month, not a dataset; "
		    "'flowveil dataset schema --truth' tells its tables");
	if (version == NULL)
		return fv_err_set(err, FV_EFORMAT,
		    "is an HDF5 file, but not a flowveil dataset");
	if (!is_understood(version))
		return fv_err_set(err, FV_EFORMAT,
		    "is of format version %.32s; this program reads %s",
		    version, FV_FORMAT_VERSION);
	return 0;
}

static int
open_table(struct fv_reader *r, enum fv_table_id id, struct fv_err *err)
{
	const struct fv_table *schema = &r->schema[id];
	struct table *t = &r->tables[id];
	size_t i;

	t->columns = fv_memory_new(schema->ncolumns, sizeof(*t->columns), err);
	if (t->columns == NULL)
		return -1;
	for (i = 0; i < schema->ncolumns; i++)
		fv_fetch_column_init(&t->columns[i], schema->columns[i].size);
	t->group = fv_layout_open_table(r->file, schema, &t->rows, err);
	if (t->group < 0)
		return -1;
	for (i = 0; i < schema->ncolumns; i++) {
		t->columns[i].dataset = fv_layout_open_column(
		    t->group, schema, &schema->columns[i], t->rows, err);
		if (t->columns[i].dataset < 0)
			return -1;
	}
	return 0;
}

/* Read what the open file is; ${file} was opened, or not. */
static int
open_all(struct fv_reader *r, hid_t file, struct fv_err *err)
{
	const char *mode;
	size_t i;

	if ((r->file = file) < 0 || read_root(r, err) == -1)
		return -1;
	mode = fv_reader_text(r, "record_mode");
	if (mode != NULL && strcmp(mode, FV_SCHEMA_BIFLOW) == 0)
		r->schema = fv_schema_biflow_tables;
	for (i = 0; i < FV_TABLES; i++)
		if (open_table(r, (enum fv_table_id)i, err) == -1)
			return -1;
	return 0;
}

static struct fv_reader *
new_reader(struct fv_err *err)
{
	struct fv_reader *r;
	size_t i;

	if ((r = fv_memory_new(1, sizeof(*r), err)) == NULL)
		return NULL;
	fv_fetch_init(&r->fetch);
	r->fd = -1;
	r->schema = fv_schema_tables;
	r->file = H5I_INVALID_HID;
	for (i = 0; i < FV_TABLES; i++)
		r->tables[i].group = H5I_INVALID_HID;
	return r;
}

struct fv_reader *
fv_reader_open(const char *path, struct fv_err *err)
{
	struct fv_container_printing printing;
	struct fv_reader *r;
	int rc;

	if ((r = new_reader(err)) == NULL)
		return NULL;
	fv_container_quiet(&printing);
	rc = open_all(r, fv_layout_open(path, err), err);
	fv_container_restore(&printing);
	if (rc == 0)
		return r;
	fv_reader_free(r);
	return NULL;
}

struct fv_reader *
fv_reader_open_fd(int fd, uint64_t size, struct fv_err *err)
{
	struct fv_container_printing printing;
	struct fv_reader *r;
	int rc = -1;

	if ((r = new_reader(err)) == NULL)
		return NULL;
	fv_container_quiet(&printing);
	if ((r->intake = fv_intake_new(fd, size, err)) != NULL)
		rc = open_all(r, fv_layout_open_intake(r->intake, err), err);
	fv_container_restore(&printing);
	if (rc == 0)
		return r;
	fv_reader_free(r);
	return NULL;
}

void
fv_reader_adopt(struct fv_reader *r, int fd)
{
	r->fd = fd;
}

static void
free_table(struct table *t, size_t ncolumns)
{
	size_t i;

	for (i = 0; t->columns != NULL && i < ncolumns; i++)
		fv_fetch_column_end(&t->columns[i]);
	free(t->columns);
	if (t->group >= 0)
		(void)H5Gclose(t->group);
}

void
fv_reader_free(struct fv_reader *r)
{
	struct fv_container_printing printing;
	size_t i;

	if (r == NULL)
		return;
	fv_container_quiet(&printing);
	for (i = 0; i < FV_TABLES; i++)
		free_table(&r->tables[i], r->schema[i].ncolumns);
	if (r->file >= 0)
		(void)H5Fclose(r->file);
	fv_intake_free(r->intake);
	fv_container_restore(&printing);
	if (r->fd != -1)
		(void)close(r->fd);
	fv_fetch_end(&r->fetch);
	fv_root_clear(&r->root);
	free(r);
}

int
fv_reader_column_digest(struct fv_reader *r, enum fv_table_id table,
    size_t column, char text[FV_DIGEST_TEXT], struct fv_column_digest *digest,
    struct fv_err *err)
{
	const struct fv_table *t = &r->schema[table];
	uint64_t rows = r->tables[table].rows;
	uint64_t n = rows / FV_CHUNK_ROWS + (rows % FV_CHUNK_ROWS > 0);

	assert(column < t->ncolumns);
	if (n > FV_COLUMN_DIGEST_LIMIT)
		return fv_err_set(err, FV_EFORMAT,
		    "%s/%s: has more rows than have a digest", t->name,
		    t->columns[column].name);
	if (fv_fetch_digest(&r->tables[table].columns[column], text, digest,
		(size_t)n, err) == -1)
		return fv_err_within(
		    err, "%s/%s", t->name, t->columns[column].name);
	return 0;
}

static uint64_t
rows_of(const struct fv_reader *r, const char *table)
{
	size_t i;

	for (i = 0; i < FV_TABLES; i++)
		if (strcmp(fv_schema_tables[i].name, table) == 0)
			return r->tables[i].rows;
	return 0;
}

static int
check_references(struct fv_reader *r, enum fv_table_id table, size_t column,
    uint32_t *values, struct fv_err *err)
{
	const struct fv_table *t = &r->schema[table];
	const struct fv_column *c = &t->columns[column];
	uint64_t at, left, rows = r->tables[table].rows;
	uint64_t limit = rows_of(r, c->refers_to);
	size_t i, n;

	assert(c->type == FV_U32);
	for (at = 0; at < rows; at += n) {
		left = rows - at;
		n = left < FV_CHUNK_ROWS ? (size_t)left : FV_CHUNK_ROWS;
		if (fv_reader_column(r, table, column, at, n, values, err) ==
		    -1)
			return -1;
		for (i = 0; i < n; i++)
			if (values[i] >= limit && values[i] != FV_NO_ROW)
				return fv_err_set(err, FV_EFORMAT,
				    "%s/%s: row %" PRIu64
				    " refers to row %" PRIu32
				    " of %s, which has %" PRIu64,
				    t->name, c->name, at + i, values[i],
				    c->refers_to, limit);
	}
	return 0;
}

int
fv_reader_check_references(struct fv_reader *r, struct fv_err *err)
{
	uint32_t *values;
	size_t i, j;
	int rc = 0;

	values = fv_memory_pages(FV_CHUNK_ROWS * sizeof(*values), err);
	if (values == NULL)
		return -1;
	for (i = 0; i < FV_TABLES && rc == 0; i++)
		for (j = 0; j < r->schema[i].ncolumns && rc == 0; j++)
			if (r->schema[i].columns[j].refers_to != NULL)
				rc = check_references(
				    r, (enum fv_table_id)i, j, values, err);
	free(values);
	return rc;
}

void
fv_reader_anonymization(struct fv_reader *reader, enum fv_table_id table,
    size_t column, char **technique, char **stability, char **parameters)
{
	hid_t dataset = reader->tables[table].columns[column].dataset;
	struct fv_container_printing printing;

	fv_container_enter(&printing);
	*technique = fv_container_text(dataset, "anonymization_technique");
	*stability = fv_container_text(dataset, "anonymization_stability");
	*parameters = fv_container_text(dataset, "anonymization_parameters");
	fv_container_leave(&printing);
}

bool
fv_reader_dropped(
    struct fv_reader *reader, enum fv_table_id table, size_t column)
{
	struct fv_container_printing printing;
	char *technique;
	bool dropped;

	fv_container_enter(&printing);
	technique =
	    fv_container_text(reader->tables[table].columns[column].dataset,
		"anonymization_technique");
	fv_container_leave(&printing);
	dropped =
	    technique != NULL && strcmp(technique, FV_SCHEMA_DROPPED) == 0;
	free(technique);
	return dropped;
}

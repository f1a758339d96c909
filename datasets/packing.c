#include "datasets/packing.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/workers.h"
#include "datasets/chunk.h"
#include "datasets/coders.h"
#include "datasets/column_packer.h"
#include "datasets/container.h"
#include "datasets/flow.h"
#include "datasets/gather.h"
#include "datasets/layout.h"

/* More threads than this only wait for each other (base/workers.c). */
enum { THREADS_MAX = 256 };

/* A column while it is written. */
struct column {
	const struct fv_column *schema;
	struct fv_packing *packing;
	hid_t dataset;
	struct fv_column_digest digest; /* of its chunks so far */
	struct fv_column_packer packer;
	struct fv_gathered gathered[2]; /* of each row group */
	/* The row group being packed; its job's from start to wait. */
	struct fv_job job;
	struct fv_gathered *values;
	unsigned char *packed;
	size_t length;
	uint8_t chunk_digest[FV_DIGEST_SIZE];
	int rc;
	struct fv_err err;
};

/*
 * A table while it is written.  Rows are gathered column by column in a
 * row group; a full one is packed by jobs while the caller fills the other.
 * Memory comes with the first row, and the system gives only the pages that
 * are touched: a table of ten rows costs some pages.
 */
struct table {
	const struct fv_table *schema;
	bool pointed_to; /* a column somewhere has its row numbers */
	hid_t group;
	struct column *columns;
	unsigned char *groups[2]; /* the same one twice with one thread */
	unsigned char *packed;    /* room for one chunk of each column */
	unsigned current;         /* the group being filled */
	size_t filled;            /* its rows */
	bool complete;            /* its last rows are with the jobs */
	uint64_t rows;            /* in all, with those */
	uint64_t written;
};

/*
 * HDF5 places things in the file in the order in which it is asked for
 * them.  So that this order depends on the rows alone, all tables are made
 * at the beginning, chunks follow in the order in which row groups were
 * complete, and digests and NROWS come at the end.  ${pending} is the one
 * table whose jobs may be under way: before the next is started, its chunks
 * are written.
 */
struct fv_packing {
	struct fv_workers *workers;
	struct fv_workers *own; /* the same, or NULL: somebody else's */
	unsigned threads;
	struct table *tables;
	size_t ntables;
	struct table *pending;
	struct fv_coders *coders; /* as many as threads */
};

/* The job of a column: digest and pack one row group. */
static void
pack_column(void *arg)
{
	struct column *c = arg;

	c->rc = fv_column_packer_gathered(&c->packer, c->packing->coders,
	    c->values, c->packed, &c->length, c->chunk_digest, &c->err);
}

/* Wait for a column's job and put its chunk into the file. */
static int
write_chunk(struct table *t, struct column *c, struct fv_err *err)
{
	const hsize_t offset = t->written;
	const hsize_t extent = offset + c->values->n;

	fv_workers_wait(c->packing->workers, &c->job);
	if (c->rc == -1) {
		*err = c->err;
		return fv_err_within(
		    err, "%s/%s", t->schema->name, c->schema->name);
	}
	if (H5Dset_extent(c->dataset, &extent) < 0 ||
	    H5Dwrite_chunk(
		c->dataset, H5P_DEFAULT, 0, &offset, c->length, c->packed) < 0)
		return fv_container_fault(
		    err, "%s/%s", t->schema->name, c->schema->name);
	return fv_column_digest_add(&c->digest, c->chunk_digest, err);
}

/* Write the chunks of the table whose jobs were started last. */
static int
collect(struct fv_packing *p, struct fv_err *err)
{
	struct table *t = p->pending;
	size_t i;

	if (t == NULL)
		return 0;
	for (i = 0; i < t->schema->ncolumns; i++)
		if (write_chunk(t, &t->columns[i], err) == -1)
			return -1;
	t->written += t->columns[0].values->n;
	p->pending = NULL;
	return 0;
}

/* Begin to fill the current row group. */
static void
begin_group(struct table *t)
{
	unsigned char *values = t->groups[t->current];
	struct column *c = t->columns;
	size_t i;

	for (i = 0; i < t->schema->ncolumns; i++, c++) {
		fv_gathered_begin(
		    &c->gathered[t->current], t->schema, c->schema, values);
		values += (size_t)FV_CHUNK_ROWS * c->schema->size;
	}
	t->filled = 0;
}

/* Give the row group being filled to the jobs. */
static void
start_jobs(struct fv_packing *p, struct table *t)
{
	struct column *c;
	size_t i;

	for (i = 0; i < t->schema->ncolumns; i++) {
		c = &t->columns[i];
		c->values = &c->gathered[t->current];
		fv_workers_start(p->workers, &c->job);
	}
}

/* Have the row group being filled packed, and begin the other. */
static int
submit(struct fv_packing *p, struct table *t, struct fv_err *err)
{
	if (collect(p, err) == -1)
		return -1;
	start_jobs(p, t);
	p->pending = t;
	t->current ^= 1;
	if (t->groups[0] == t->groups[1] && collect(p, err) == -1)
		return -1;
	begin_group(t);
	return 0;
}

/* Memory for row groups and packed chunks of ${t}. */
static int
prepare(struct fv_packing *p, struct table *t, struct fv_err *err)
{
	const struct fv_table *schema = t->schema;
	size_t i, bytes = 0, room = 0;

	for (i = 0; i < schema->ncolumns; i++) {
		bytes += (size_t)FV_CHUNK_ROWS * schema->columns[i].size;
		room += fv_chunk_bound(schema->columns[i].size);
	}
	if ((t->groups[0] = fv_memory_pages(bytes, err)) == NULL ||
	    (t->packed = fv_memory_pages(room, err)) == NULL)
		return -1;
	if (p->threads == 1)
		t->groups[1] = t->groups[0];
	else if ((t->groups[1] = fv_memory_pages(bytes, err)) == NULL)
		return -1;
	for (i = 0, room = 0; i < schema->ncolumns; i++) {
		t->columns[i].packed = t->packed + room;
		room += fv_chunk_bound(schema->columns[i].size);
	}
	begin_group(t);
	return 0;
}

/*
 * As many rows at a time as stay in the first cache: each column walks over
 * all of them.
 */
enum { BATCH_BYTES = 16384 };

static size_t
batch_rows(const struct table *t, size_t n)
{
	size_t batch = BATCH_BYTES / t->schema->row_size;

	if (batch > FV_CHUNK_ROWS - t->filled)
		batch = FV_CHUNK_ROWS - t->filled;
	return n < batch ? n : batch;
}

/* Gather ${n} rows, which fit the row group being filled. */
static void
gather_rows(struct table *t, const unsigned char *rows, size_t n)
{
	size_t i;

	for (i = 0; i < t->schema->ncolumns; i++)
		fv_gathered_add(&t->columns[i].gathered[t->current], rows, n);
	t->filled += n;
	t->rows += n;
}

int
fv_packing_append(struct fv_packing *p, unsigned table, const void *rows,
    size_t n, struct fv_err *err)
{
	struct table *t = &p->tables[table];
	const unsigned char *at = rows;
	size_t batch;

	assert(!t->complete);
	if (t->pointed_to && n > FV_NO_ROW - t->rows)
		return fv_err_set(err, FV_ELIMIT, "%s: more than %u rows",
		    t->schema->name, FV_NO_ROW);
	if (t->groups[1] == NULL && n > 0 && prepare(p, t, err) == -1)
		return -1;
	for (; n > 0; n -= batch, at += batch * t->schema->row_size) {
		batch = batch_rows(t, n);
		gather_rows(t, at, batch);
		if (t->filled == FV_CHUNK_ROWS && submit(p, t, err) == -1)
			return -1;
	}
	return 0;
}

int
fv_packing_complete(struct fv_packing *p, unsigned table, struct fv_err *err)
{
	struct table *t = &p->tables[table];

	assert(!t->complete);
	/* There is room for one packed row group. */
	if (collect(p, err) == -1)
		return -1;
	if (t->filled > 0)
		start_jobs(p, t);
	t->complete = true;
	return 0;
}

uint64_t
fv_packing_rows(const struct fv_packing *p, unsigned table)
{
	return p->tables[table].rows;
}

const struct fv_table *
fv_packing_schema(const struct fv_packing *p, unsigned table)
{
	return p->tables[table].schema;
}

void
fv_packing_lend(const struct fv_packing *p, unsigned table, size_t column,
    hid_t *dataset, struct fv_column_digest **digest)
{
	assert(p->tables[table].rows == 0);
	*dataset = p->tables[table].columns[column].dataset;
	*digest = &p->tables[table].columns[column].digest;
}

int
fv_packing_settle(
    struct fv_packing *p, unsigned table, uint64_t rows, struct fv_err *err)
{
	assert(p->tables[table].rows == 0);
	p->tables[table].rows = p->tables[table].written = rows;
	return collect(p, err);
}

/* Write the digests of a column, and add a line to the content digest. */
static int
finish_column(struct table *t, struct column *c, struct fv_digest *content,
    struct fv_err *err)
{
	char hex[FV_DIGEST_TEXT], line[256];
	int n;

	if (fv_column_digest_text(&c->digest, hex, err) == -1)
		return -1;
	if (fv_container_put_text(c->dataset, FV_CONTAINER_DIGEST, hex, err) ==
		-1 ||
	    (c->digest.n > 0 &&
		fv_container_put_codes(c->dataset, FV_CONTAINER_CHUNKS,
		    c->digest.chunks[0], c->digest.n * FV_DIGEST_SIZE,
		    err) == -1))
		return fv_err_within(
		    err, "%s/%s", t->schema->name, c->schema->name);
	n = snprintf(line, sizeof(line), "%s/%s %s\n", t->schema->name,
	    c->schema->name, hex);
	assert(n > 0 && (size_t)n < sizeof(line));
	return fv_digest_add(content, line, (size_t)n, err);
}

/* The digests and then NROWS: a table without it is not complete. */
static int
finish_table(struct table *t, struct fv_digest *content, struct fv_err *err)
{
	size_t i;

	for (i = 0; i < t->schema->ncolumns; i++)
		if (finish_column(t, &t->columns[i], content, err) == -1)
			return -1;
	if (fv_container_put_number(
		t->group, FV_CONTAINER_NROWS, FV_U64, t->rows, err) == -1)
		return fv_err_within(err, "%s", t->schema->name);
	return 0;
}

int
fv_packing_finish(
    struct fv_packing *p, struct fv_digest *content, struct fv_err *err)
{
	size_t i;

	for (i = 0; i < p->ntables; i++)
		if (!p->tables[i].complete &&
		    fv_packing_complete(p, (unsigned)i, err) == -1)
			return -1;
	for (i = 0; i < p->ntables; i++) {
		p->pending = p->tables[i].filled > 0 ? &p->tables[i] : NULL;
		if (collect(p, err) == -1)
			return -1;
	}
	for (i = 0; i < p->ntables; i++)
		if (finish_table(&p->tables[i], content, err) == -1)
			return -1;
	return 0;
}

static int
create_table(
    struct fv_packing *p, hid_t file, struct table *t, struct fv_err *err)
{
	struct column *c;
	size_t i;

	t->columns = fv_memory_new(t->schema->ncolumns, sizeof(*c), err);
	if (t->columns == NULL)
		return -1;
	for (i = 0; i < t->schema->ncolumns; i++)
		t->columns[i].dataset = H5I_INVALID_HID;
	if ((t->group = fv_layout_create_table(file, t->schema, err)) < 0)
		return -1;
	for (i = 0; i < t->schema->ncolumns; i++) {
		c = &t->columns[i];
		c->schema = &t->schema->columns[i];
		c->packing = p;
		fv_column_packer_init(&c->packer, c->schema);
		c->job.run = pack_column;
		c->job.arg = c;
		c->dataset = fv_layout_create_column(
		    t->group, t->schema, c->schema, err);
		if (c->dataset < 0)
			return -1;
	}
	return 0;
}

static int
create_tables(struct fv_packing *p, hid_t file, const struct fv_format *format,
    struct fv_err *err)
{
	size_t i;

	p->tables = fv_memory_new(format->ntables, sizeof(*p->tables), err);
	if (p->tables == NULL)
		return -1;
	p->ntables = format->ntables;
	for (i = 0; i < p->ntables; i++) {
		p->tables[i].schema = &format->tables[i];
		p->tables[i].pointed_to =
		    fv_schema_is_pointed_to(format, &format->tables[i]);
		p->tables[i].group = H5I_INVALID_HID;
	}
	for (i = 0; i < p->ntables; i++)
		if (create_table(p, file, &p->tables[i], err) == -1)
			return -1;
	return 0;
}

struct fv_packing *
fv_packing_new(hid_t file, const struct fv_format *format, unsigned threads,
    struct fv_workers *workers, struct fv_err *err)
{
	struct fv_packing *p;

	if ((p = fv_memory_new(1, sizeof(*p), err)) == NULL)
		return NULL;
	p->threads = threads < 1 ? 1 : threads;
	if (p->threads > THREADS_MAX)
		p->threads = THREADS_MAX;
	p->workers = workers;
	if (workers == NULL)
		p->workers = p->own = fv_workers_new(p->threads, err);
	if (p->workers != NULL &&
	    (p->coders = fv_coders_new(p->threads, err)) != NULL &&
	    create_tables(p, file, format, err) == 0)
		return p;
	fv_packing_free(p);
	return NULL;
}

/* Close the datasets and the group of a table. */
static int
close_table(struct table *t)
{
	size_t i;
	int rc = 0;

	for (i = 0; t->columns != NULL && i < t->schema->ncolumns; i++) {
		if (t->columns[i].dataset >= 0 &&
		    H5Dclose(t->columns[i].dataset) < 0)
			rc = -1;
		t->columns[i].dataset = H5I_INVALID_HID;
	}
	if (t->group >= 0 && H5Gclose(t->group) < 0)
		rc = -1;
	t->group = H5I_INVALID_HID;
	return rc;
}

/* Wait for the jobs of a table that nobody waited for. */
static void
let_go(struct fv_packing *p, struct table *t)
{
	size_t i;

	for (i = 0; t->columns != NULL && i < t->schema->ncolumns; i++)
		fv_workers_wait(p->workers, &t->columns[i].job);
}

int
fv_packing_close(struct fv_packing *p)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < p->ntables; i++) {
		let_go(p, &p->tables[i]);
		if (close_table(&p->tables[i]) == -1)
			rc = -1;
	}
	return rc;
}

static void
free_table(struct table *t)
{
	size_t i;

	for (i = 0; t->columns != NULL && i < t->schema->ncolumns; i++) {
		fv_column_digest_clear(&t->columns[i].digest);
		fv_column_packer_clear(&t->columns[i].packer);
	}
	free(t->columns);
	if (t->groups[1] != t->groups[0])
		free(t->groups[1]);
	free(t->groups[0]);
	free(t->packed);
}

void
fv_packing_free(struct fv_packing *p)
{
	size_t i;

	if (p == NULL)
		return;
	(void)fv_packing_close(p);
	for (i = 0; i < p->ntables; i++)
		free_table(&p->tables[i]);
	free(p->tables);
	fv_workers_free(p->own);
	fv_coders_free(p->coders);
	free(p);
}

#include "datasets/splice.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#include <hdf5.h>

#include "base/memory.h"
#include "base/workers.h"
#include "datasets/chunk.h"
#include "datasets/coders.h"
#include "datasets/column_digest.h"
#include "datasets/column_packer.h"
#include "datasets/container.h"
#include "datasets/packing.h"

/* More threads than this only wait for each other (base/workers.c). */
enum { THREADS_MAX = 256 };

/* A column while it is filled; its job's from start to wait. */
struct column {
	const struct fv_column *schema;
	struct fv_splice *splice;
	hid_t dataset;                   /* lent by the packing */
	struct fv_column_digest *digest; /* lent too */
	struct fv_column_packer packer;
	struct fv_job job;
	unsigned char *values; /* the chunk being filled */
	struct fv_splice_chunk chunk;
	/* What the job is to do. */
	size_t at;       /* values that are there */
	uint64_t first;  /* of the source */
	size_t n;        /* to take; 0: none */
	bool full;       /* digest and pack then */
	uint64_t offset; /* of the chunk in the column */
	int rc;
	struct fv_err err;
};

struct fv_splice {
	const struct fv_table *schema;
	enum fv_table_id table;
	struct fv_packing *packing;
	struct fv_workers *workers;
	struct fv_coders *coders;
	struct column *columns;
	const struct fv_splice_source *source; /* of the call under way */
	unsigned char *memory;
	uint64_t rows;
};

static size_t
filled(const struct fv_splice *s)
{
	return (size_t)(s->rows % FV_CHUNK_ROWS);
}

static int
digest_and_pack(struct column *c)
{
	size_t n = c->at + c->n;

	if (c->chunk.length > 0 && c->chunk.digested)
		return 0; /* the source had both */
	if (c->chunk.length > 0)
		return fv_digest_once(
		    c->values, n * c->schema->size, c->chunk.digest, &c->err);
	return fv_column_packer_chunk(&c->packer, c->splice->coders, c->values,
	    n, c->chunk.packed, &c->chunk.length, c->chunk.digest, &c->err);
}

/* The job of a column. */
static void
fill_column(void *arg)
{
	struct column *c = arg;
	const struct fv_splice_source *source = c->splice->source;
	bool whole = c->full && c->at == 0;

	c->rc = 0;
	c->chunk.length = 0;
	c->chunk.digested = false;
	if (c->n > 0)
		c->rc = source->take(source->context,
		    (size_t)(c - c->splice->columns), c->first, c->n,
		    c->values + c->at * c->schema->size,
		    whole ? &c->chunk : NULL, &c->err);
	if (c->rc == 0 && c->full)
		c->rc = digest_and_pack(c);
}

static int
write_chunk(const struct fv_splice *s, struct column *c, struct fv_err *err)
{
	struct fv_container_printing printing;
	const hsize_t offset = c->offset;
	const hsize_t extent = c->offset + c->at + c->n;
	int rc = 0;

	fv_container_enter(&printing);
	if (H5Dset_extent(c->dataset, &extent) < 0 ||
	    H5Dwrite_chunk(c->dataset, H5P_DEFAULT, 0, &offset, c->chunk.length,
		c->chunk.packed) < 0)
		rc = fv_container_fault(
		    err, "%s/%s", s->schema->name, c->schema->name);
	fv_container_leave(&printing);
	c->full = false;
	return rc == 0 ? fv_column_digest_add(c->digest, c->chunk.digest, err)
		       : -1;
}

/* Wait for the job of a column, and write the chunk if that is full. */
static int
settle(struct fv_splice *s, struct column *c, struct fv_err *err)
{
	fv_workers_wait(s->workers, &c->job);
	if (c->rc == -1) {
		*err = c->err;
		return -1;
	}
	return c->full ? write_chunk(s, c, err) : 0;
}

static int
settle_all(struct fv_splice *s, struct fv_err *err)
{
	size_t i;

	for (i = 0; i < s->schema->ncolumns; i++)
		if (settle(s, &s->columns[i], err) == -1)
			return -1;
	return 0;
}

/* Let no job run on when the caller is told of a failure. */
static void
wait_all(struct fv_splice *s)
{
	size_t i;

	for (i = 0; i < s->schema->ncolumns; i++)
		fv_workers_wait(s->workers, &s->columns[i].job);
}

/* Start the next job of each column: take ${n} rows from ${first} on. */
static int
advance(struct fv_splice *s, uint64_t first, size_t n, bool last,
    struct fv_err *err)
{
	struct column *c;
	size_t i;

	for (i = 0; i < s->schema->ncolumns; i++) {
		c = &s->columns[i];
		if (settle(s, c, err) == -1)
			return -1;
		c->at = filled(s);
		c->first = first;
		c->n = n;
		c->full = last || c->at + n == FV_CHUNK_ROWS;
		c->offset = s->rows - c->at;
		fv_workers_start(s->workers, &c->job);
	}
	s->rows += n;
	return 0;
}

int
fv_splice_rows(struct fv_splice *s, const struct fv_splice_source *source,
    uint64_t n, struct fv_err *err)
{
	uint64_t first, left;
	size_t step;
	int rc = 0;

	s->source = source;
	for (first = 0; first < n && rc == 0; first += step) {
		step = FV_CHUNK_ROWS - filled(s);
		left = n - first;
		if (step > left)
			step = (size_t)left;
		rc = advance(s, first, step, false, err);
	}
	if (rc == 0)
		rc = settle_all(s, err);
	wait_all(s);
	s->source = NULL;
	return rc;
}

int
fv_splice_finish(struct fv_splice *s, struct fv_err *err)
{
	int rc;

	rc = fv_packing_settle(s->packing, s->table, s->rows, err);
	if (rc == 0 && filled(s) > 0)
		rc = advance(s, 0, 0, true, err);
	if (rc == 0)
		rc = settle_all(s, err);
	wait_all(s);
	return rc;
}

/* Share out one piece of memory: values and packed chunk of each column. */
static int
prepare(struct fv_splice *s, struct fv_err *err)
{
	const struct fv_column *schema = s->schema->columns;
	size_t i, room = 0;

	for (i = 0; i < s->schema->ncolumns; i++)
		room += (size_t)FV_CHUNK_ROWS * schema[i].size +
		    fv_chunk_bound(schema[i].size);
	if ((s->memory = fv_memory_pages(room, err)) == NULL)
		return -1;
	/* Values first: all of them lie as their types want it. */
	for (i = 0, room = 0; i < s->schema->ncolumns; i++) {
		s->columns[i].values = s->memory + room;
		room += (size_t)FV_CHUNK_ROWS * schema[i].size;
	}
	for (i = 0; i < s->schema->ncolumns; i++) {
		s->columns[i].chunk.packed = s->memory + room;
		room += fv_chunk_bound(schema[i].size);
	}
	return 0;
}

struct fv_splice *
fv_splice_new(struct fv_packing *packing, enum fv_table_id table,
    unsigned threads, struct fv_err *err)
{
	struct fv_splice *s;
	struct column *c;
	size_t i;

	if (threads < 1)
		threads = 1;
	if (threads > THREADS_MAX)
		threads = THREADS_MAX;
	if ((s = fv_memory_new(1, sizeof(*s), err)) == NULL)
		return NULL;
	s->schema = fv_packing_schema(packing, table);
	s->table = table;
	s->packing = packing;
	s->columns =
	    fv_memory_new(s->schema->ncolumns, sizeof(*s->columns), err);
	if (s->columns == NULL || prepare(s, err) == -1 ||
	    (s->coders = fv_coders_new(threads, err)) == NULL ||
	    (s->workers = fv_workers_new(threads, err)) == NULL) {
		fv_splice_free(s);
		return NULL;
	}
	for (i = 0; i < s->schema->ncolumns; i++) {
		c = &s->columns[i];
		c->schema = &s->schema->columns[i];
		c->splice = s;
		fv_column_packer_init(&c->packer, c->schema);
		c->job.run = fill_column;
		c->job.arg = c;
		fv_packing_lend(packing, table, i, &c->dataset, &c->digest);
	}
	return s;
}

void
fv_splice_free(struct fv_splice *s)
{
	size_t i;

	if (s == NULL)
		return;
	fv_workers_free(s->workers);
	fv_coders_free(s->coders);
	for (i = 0; s->columns != NULL && i < s->schema->ncolumns; i++)
		fv_column_packer_clear(&s->columns[i].packer);
	free(s->columns);
	free(s->memory);
	free(s);
}

#include "datasets/export_parquet.h"

#include <assert.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/workers.h"
#include "datasets/parquet_column.h"
#include "datasets/parquet_footer.h"

/* More threads than this only wait for the one that writes. */
enum { THREADS_MAX = 64 };

/* A column chunk in memory: the widest texts of the largest group. */
#define PAGES_LIMIT ((size_t)1 << 32)

/*
 * A column of a row group on its way to pages; its job's from start to
 * wait.  Pieces are numbered: column by column, group by group.
 */
struct piece {
	struct fv_job job;
	const struct fv_export_plan *plan;
	size_t column;
	uint64_t first;
	size_t n;
	struct fv_parquet_encoder *encoder;
	struct fv_buffer pages;
	struct fv_parquet_column chunk;
	int rc;
	struct fv_err err;
};

/* A file while it is written. */
struct file {
	const struct fv_export_plan *plan;
	const struct fv_export_parquet_options *options;
	fv_export_sink *sink;
	void *arg;
	struct fv_workers *workers;
	struct piece *pieces;
	size_t npieces;
	struct fv_parquet_footer footer;
	/* Of the row group being written: */
	struct fv_parquet_column columns[FV_EXPORT_COLUMNS];
	uint64_t group_at;
	uint64_t at; /* bytes so far */
};

static const char magic[4] = { 'P', 'A', 'R', '1' };

static int
put(struct file *f, const void *bytes, size_t n, struct fv_err *err)
{
	f->at += n;
	return f->sink(f->arg, bytes, n, err);
}

static void
run(void *arg)
{
	struct piece *p = arg;

	p->rc = fv_parquet_encode(p->encoder, p->plan, p->column, p->first,
	    p->n, &p->pages, &p->chunk, &p->err);
}

static uint64_t
groups_of(const struct file *f)
{
	return f->plan->rows / f->options->group_rows +
	    (f->plan->rows % f->options->group_rows != 0);
}

/* Start piece number ${number}, if there is one. */
static void
start(struct file *f, uint64_t number)
{
	struct piece *p = &f->pieces[number % f->npieces];
	uint64_t left, group = number / f->plan->ncolumns;

	if (group >= groups_of(f))
		return;
	p->column = (size_t)(number % f->plan->ncolumns);
	p->first = group * f->options->group_rows;
	left = f->plan->rows - p->first;
	p->n = left < f->options->group_rows ? (size_t)left
					     : f->options->group_rows;
	fv_workers_start(f->workers, &p->job);
}

/* Write the pages of ${p}, and the group into the footer after its last. */
static int
finish_piece(struct file *f, const struct piece *p, struct fv_err *err)
{
	const struct fv_export_progress *progress = &f->options->progress;

	if (p->rc == -1) {
		*err = p->err;
		return -1;
	}
	if (p->column == 0)
		f->group_at = f->at;
	f->columns[p->column] = p->chunk;
	if (put(f, p->pages.at, p->pages.length, err) == -1)
		return -1;
	if (p->column + 1 < f->plan->ncolumns)
		return 0;
	if (progress->function != NULL)
		progress->function(
		    progress->arg, p->first + p->n, f->plan->rows);
	return fv_parquet_footer_group(
	    &f->footer, f->columns, f->group_at, p->n, err);
}

/* All row groups: columns are encoded side by side, and written in order. */
static int
write_groups(struct file *f, struct fv_err *err)
{
	uint64_t i, n = groups_of(f) * f->plan->ncolumns;
	struct piece *p;

	for (i = 0; i < f->npieces; i++)
		start(f, i);
	for (i = 0; i < n; i++) {
		p = &f->pieces[i % f->npieces];
		fv_workers_wait(f->workers, &p->job);
		if (finish_piece(f, p, err) == -1)
			return -1;
		start(f, i + f->npieces);
	}
	return 0;
}

static int
write_footer(struct file *f, struct fv_err *err)
{
	struct fv_buffer out = { .limit = UINT32_MAX };
	int rc;

	rc = fv_parquet_footer_finish(&f->footer, &out, err);
	if (rc == 0)
		rc = put(f, out.at, out.length, err);
	fv_buffer_free(&out);
	return rc;
}

static int
init_pieces(struct file *f, struct fv_err *err)
{
	size_t i, rows = f->options->group_rows;
	struct piece *p;

	if (rows > f->plan->rows)
		rows = (size_t)f->plan->rows;
	f->pieces = fv_memory_new(f->npieces, sizeof(*f->pieces), err);
	if (f->pieces == NULL)
		return -1;
	for (i = 0; i < f->npieces; i++) {
		p = &f->pieces[i];
		p->job = (struct fv_job){ .run = run, .arg = p };
		p->plan = f->plan;
		p->pages.limit = PAGES_LIMIT;
		if ((p->encoder = fv_parquet_encoder_new(rows, err)) == NULL)
			return -1;
	}
	return 0;
}

int
fv_export_parquet(const struct fv_export_plan *plan,
    const struct fv_export_parquet_options *options, fv_export_sink *sink,
    void *arg, struct fv_err *err)
{
	unsigned threads =
	    options->threads < THREADS_MAX ? options->threads : THREADS_MAX;
	struct file *f;
	size_t i;
	int rc = -1;

	assert(options->group_rows > 0 &&
	    options->group_rows <= FV_PARQUET_GROUP_ROWS);
	if ((f = fv_memory_new(1, sizeof(*f), err)) == NULL)
		return -1;
	f->plan = plan;
	f->options = options;
	f->sink = sink;
	f->arg = arg;
	f->npieces = threads > 1 ? threads + 1 : 1; /* one is being written */
	fv_parquet_footer_init(&f->footer, plan, options->utc_times);
	if (init_pieces(f, err) == -1 ||
	    (f->workers = fv_workers_new(threads, err)) == NULL ||
	    put(f, magic, sizeof(magic), err) == -1 ||
	    write_groups(f, err) == -1)
		goto out;
	rc = write_footer(f, err);
out:
	fv_workers_free(f->workers); /* waits for what is under way */
	for (i = 0; f->pieces != NULL && i < f->npieces; i++) {
		fv_parquet_encoder_free(f->pieces[i].encoder);
		fv_buffer_free(&f->pieces[i].pages);
	}
	free(f->pieces);
	fv_parquet_footer_free(&f->footer);
	free(f);
	return rc;
}

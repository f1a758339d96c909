#include "datasets/export_csv.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/digits.h"
#include "base/memory.h"
#include "base/workers.h"
#include "datasets/chunk.h"
#include "datasets/export_cell.h"

/* More threads than this only wait for the one that writes. */
enum { THREADS_MAX = 64 };

/* Rows between two looks whether the buffer still has room. */
enum { BLOCK = 256 };

/* How a column's values become cells. */
enum cell {
	CELL_U8,
	CELL_U16,
	CELL_U32,
	CELL_U64,
	CELL_I64,
	CELL_TIME,
	CELL_TEXT,
	CELL_ENTRY
};

/* What all threads share. */
struct csv {
	const struct fv_export_plan *plan;
	const struct fv_export_csv_options *options;
	enum cell cell[FV_EXPORT_COLUMNS];
	/* Of entries: their cells, shared by columns with the same ones. */
	const struct fv_export_entries *cells[FV_EXPORT_COLUMNS];
	struct fv_export_entries made[FV_EXPORT_COLUMNS];
	size_t row_bound;  /* bytes of a row */
	char code[256][4]; /* a uint8: its digits, and how many */
};

/* A chunk of rows on its way to text; its job's from start to wait. */
struct piece {
	struct fv_job job;
	const struct csv *csv;
	uint64_t first;
	size_t n;
	struct fv_export_values values[FV_EXPORT_COLUMNS];
	struct fv_buffer text;
	struct fv_export_cell_day day;
	int rc;
	struct fv_err err;
};

/* Where the values of a column are while they are written. */
struct source {
	enum cell cell;
	size_t size;
	const unsigned char *value;
	const uint8_t *valid;
	const struct fv_export_entries *cells;
};

/* Most entries are short: 16 bytes are one move, and cells have slack. */
static inline char *
put_entry(char *to, const struct fv_export_entries *cells, uint32_t number)
{
	const char *from = cells->bytes + cells->at[number];
	size_t n = (size_t)(cells->at[number + 1] - cells->at[number]);

	if (n <= FV_EXPORT_SLACK)
		memcpy(to, from, FV_EXPORT_SLACK);
	else
		memcpy(to, from, n);
	return to + n;
}

/* Value ${i} of ${s}; a few bytes behind the result may be written, too. */
static inline char *
put_cell(char *to, const struct csv *csv, const struct source *s, size_t i,
    struct fv_export_cell_day *day)
{
	const void *at = s->value + i * s->size;
	const char *text = at;

	switch (s->cell) {
	case CELL_U8:
		memcpy(to, csv->code[*(const uint8_t *)at], 4);
		return to + csv->code[*(const uint8_t *)at][3];
	case CELL_U16:
		return fv_digits_u32(to, *(const uint16_t *)at);
	case CELL_U32:
		return fv_digits_u32(to, *(const uint32_t *)at);
	case CELL_U64:
		return fv_digits_u64(to, *(const uint64_t *)at);
	case CELL_I64:
		return fv_digits_i64(to, *(const int64_t *)at);
	case CELL_TIME:
		return fv_export_cell_time(to, *(const int64_t *)at, day);
	case CELL_TEXT:
		return fv_export_cell_text(to, text, strnlen(text, s->size));
	case CELL_ENTRY:
		return put_entry(to, s->cells, *(const uint32_t *)at);
	}
	return to;
}

static char *
put_row(char *to, const struct csv *csv, const struct source *s, size_t n,
    size_t row, struct fv_export_cell_day *day)
{
	size_t c;

	for (c = 0; c < n; c++) {
		if (s[c].valid == NULL || s[c].valid[row])
			to = put_cell(to, csv, &s[c], row, day);
		*to++ = ',';
	}
	to--; /* the last comma's place is the line end's */
	if (csv->options->crlf)
		*to++ = '\r';
	*to++ = '\n';
	return to;
}

/* The rows of ${p} as text, in p->text. */
static int
format(struct piece *p, struct fv_err *err)
{
	const struct csv *csv = p->csv;
	const struct fv_export_plan *plan = csv->plan;
	struct source s[FV_EXPORT_COLUMNS];
	size_t c, row, end, n = plan->ncolumns;
	char *to;

	for (c = 0; c < n; c++) {
		if (fv_export_read(
			plan, c, p->first, p->n, &p->values[c], err) == -1)
			return -1;
		s[c] = (struct source){ csv->cell[c], plan->column[c].size,
			p->values[c].values, p->values[c].valid,
			csv->cells[c] };
	}
	p->text.length = 0;
	for (row = 0; row < p->n; row = end) {
		end = p->n - row < BLOCK ? p->n : row + BLOCK;
		to = (char *)fv_buffer_room(
		    &p->text, (end - row) * csv->row_bound + FV_EXPORT_SLACK);
		if (to == NULL)
			return fv_buffer_done(&p->text, err);
		for (; row < end; row++)
			to = put_row(to, csv, s, n, row, &p->day);
		p->text.length = (size_t)((unsigned char *)to - p->text.at);
	}
	return 0;
}

static void
run(void *arg)
{
	struct piece *p = arg;

	p->rc = format(p, &p->err);
}

/* How column ${i} is written; returns the most bytes of a cell. */
static size_t
set_cell(struct csv *csv, size_t i)
{
	const struct fv_export_column *c = &csv->plan->column[i];
	static const enum cell by_type[] = {
		[FV_U8] = CELL_U8,
		[FV_U16] = CELL_U16,
		[FV_U32] = CELL_U32,
		[FV_U64] = CELL_U64,
		[FV_I64] = CELL_I64,
		[FV_TEXT] = CELL_TEXT,
	};

	csv->cell[i] = by_type[c->type];
	switch (c->form) {
	case FV_EXPORT_ENTRY:
		csv->cell[i] = CELL_ENTRY;
		/* What an entry's text had as a column; codes have words. */
		return fv_export_cell_bound(FV_CHUNK_VALUE_MAX);
	case FV_EXPORT_TEXT:
		return fv_export_cell_bound(c->size);
	case FV_EXPORT_NUMBER:
		break;
	}
	if (!c->is_time || !csv->options->iso_times)
		return FV_DIGITS_MAX;
	csv->cell[i] = CELL_TIME;
	return FV_EXPORT_CELL_TIME;
}

static int
set_up(struct csv *csv, struct fv_err *err)
{
	const struct fv_export_column *c = csv->plan->column;
	size_t i, k, code;

	for (code = 0; code < FV_COUNT(csv->code); code++)
		csv->code[code][3] =
		    (char)(fv_digits_u32(csv->code[code], (uint32_t)code) -
			csv->code[code]);
	for (i = 0; i < csv->plan->ncolumns; i++) {
		csv->row_bound += set_cell(csv, i) + 1;
		if (c[i].entries == NULL)
			continue;
		for (k = 0; k < i; k++)
			if (c[k].entries == c[i].entries)
				break;
		csv->cells[i] = k < i ? csv->cells[k] : &csv->made[i];
		if (k == i &&
		    fv_export_cell_entries(c[i].entries, &csv->made[i], err) ==
			-1)
			return -1;
	}
	csv->row_bound++; /* the carriage return */
	return 0;
}

/* The line of names; they are letters, digits and underscores. */
static int
write_head(
    const struct csv *csv, fv_export_sink *sink, void *arg, struct fv_err *err)
{
	struct fv_buffer text = {
		.limit = FV_EXPORT_COLUMNS * (FV_EXPORT_NAME + 1) + 1
	};
	const struct fv_export_plan *plan = csv->plan;
	size_t i;
	int rc;

	for (i = 0; i < plan->ncolumns; i++) {
		if (i > 0)
			fv_buffer_byte(&text, ',');
		fv_buffer_add(
		    &text, plan->column[i].name, strlen(plan->column[i].name));
	}
	if (csv->options->crlf)
		fv_buffer_byte(&text, '\r');
	fv_buffer_byte(&text, '\n');
	rc = fv_buffer_done(&text, err);
	if (rc == 0)
		rc = sink(arg, text.at, text.length, err);
	fv_buffer_free(&text);
	return rc;
}

static int
init_piece(struct piece *p, const struct csv *csv, struct fv_err *err)
{
	size_t i;

	p->job = (struct fv_job){ .run = run, .arg = p };
	p->csv = csv;
	p->text.limit = FV_CHUNK_ROWS * csv->row_bound + FV_EXPORT_SLACK;
	for (i = 0; i < csv->plan->ncolumns; i++)
		if (fv_export_values_init(
			&p->values[i], &csv->plan->column[i], err) == -1)
			return -1;
	return 0;
}

static void
free_piece(struct piece *p)
{
	size_t i;

	for (i = 0; i < FV_EXPORT_COLUMNS; i++)
		fv_export_values_free(&p->values[i]);
	fv_buffer_free(&p->text);
}

/* Give ${p} the rows from ${first} on, and start it; returns how many. */
static size_t
start(struct piece *p, struct fv_workers *workers, uint64_t first)
{
	uint64_t left = p->csv->plan->rows - first;

	p->first = first;
	p->n = left < FV_CHUNK_ROWS ? (size_t)left : FV_CHUNK_ROWS;
	if (p->n > 0)
		fv_workers_start(workers, &p->job);
	return p->n;
}

/* All rows: pieces are formatted side by side, and written in order. */
static int
write_rows(const struct csv *csv, struct piece *pieces, size_t npieces,
    struct fv_workers *workers, fv_export_sink *sink, void *arg,
    struct fv_err *err)
{
	const struct fv_export_progress *progress = &csv->options->progress;
	uint64_t started = 0, written = 0;
	struct piece *p;
	size_t i;
	int rc = 0;

	for (i = 0; i < npieces; i++)
		started += start(&pieces[i], workers, started);
	for (i = 0; written < csv->plan->rows && rc == 0; i++) {
		p = &pieces[i % npieces];
		fv_workers_wait(workers, &p->job);
		if ((rc = p->rc) == -1)
			*err = p->err;
		else
			rc = sink(arg, p->text.at, p->text.length, err);
		written += p->n;
		if (progress->function != NULL)
			progress->function(
			    progress->arg, written, csv->plan->rows);
		if (rc == 0)
			started += start(p, workers, started);
	}
	return rc;
}

int
fv_export_csv(const struct fv_export_plan *plan,
    const struct fv_export_csv_options *options, fv_export_sink *sink,
    void *arg, struct fv_err *err)
{
	struct csv *csv = NULL;
	struct fv_workers *workers = NULL;
	struct piece *pieces = NULL;
	size_t i, npieces = options->threads;
	uint64_t chunks = plan->rows / FV_CHUNK_ROWS + 1;
	int rc = -1;

	if (npieces > THREADS_MAX)
		npieces = THREADS_MAX;
	npieces = npieces > 1 ? npieces + 1 : 1; /* one is being written */
	if (npieces > chunks)
		npieces = (size_t)chunks;
	if ((csv = fv_memory_new(1, sizeof(*csv), err)) == NULL ||
	    (pieces = fv_memory_new(npieces, sizeof(*pieces), err)) == NULL)
		goto out;
	csv->plan = plan;
	csv->options = options;
	if (set_up(csv, err) == -1)
		goto out;
	for (i = 0; i < npieces; i++)
		if (init_piece(&pieces[i], csv, err) == -1)
			goto out;
	if ((workers = fv_workers_new(options->threads, err)) == NULL ||
	    write_head(csv, sink, arg, err) == -1)
		goto out;
	rc = write_rows(csv, pieces, npieces, workers, sink, arg, err);
out:
	fv_workers_free(workers); /* waits for what is under way */
	for (i = 0; pieces != NULL && i < npieces; i++)
		free_piece(&pieces[i]);
	free(pieces);
	for (i = 0; csv != NULL && i < FV_EXPORT_COLUMNS; i++) {
		free(csv->made[i].at);
		free(csv->made[i].bytes);
	}
	free(csv);
	return rc;
}

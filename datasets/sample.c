#include "datasets/sample.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "datasets/door.h"
#include "datasets/flow.h"
#include "datasets/info.h"
#include "datasets/reader.h"
#include "datasets/variant.h"
#include "datasets/writer.h"

/* How many rows of each table the sample has. */
struct extent {
	uint64_t rows[FV_TABLES];
};

/* The first ${n} rows of a table as structs, to be freed; or NULL. */
static void *
first_rows(
    struct fv_reader *r, enum fv_table_id id, size_t n, struct fv_err *err)
{
	const struct fv_table *t = &fv_schema_tables[id];
	const struct fv_column *c;
	unsigned char *rows, *values = NULL;
	size_t i, j;

	if ((rows = fv_memory_new(n, t->row_size, err)) == NULL)
		return NULL;
	for (i = 0; i < t->ncolumns; i++) {
		c = &t->columns[i];
		free(values);
		if ((values = fv_memory_new(n, c->size, err)) == NULL ||
		    fv_reader_column(r, id, i, 0, n, values, err) == -1) {
			free(values);
			free(rows);
			return NULL;
		}
		for (j = 0; j < n; j++)
			memcpy(rows + j * t->row_size + c->offset,
			    values + j * c->size, c->size);
	}
	free(values);
	return rows;
}

/* Which table ${name} is. */
static enum fv_table_id
table_named(const char *name)
{
	size_t i = 0;

	while (strcmp(fv_schema_tables[i].name, name) != 0)
		i++;
	return (enum fv_table_id)i;
}

/* How far into other tables the ${n} flows reach. */
static void
reach(const unsigned char *flows, size_t n, struct extent *e)
{
	const struct fv_table *t = &fv_schema_tables[FV_TABLE_FLOWS];
	const struct fv_column *c;
	uint64_t *rows;
	uint32_t row;
	size_t i;

	for (c = t->columns; c < t->columns + t->ncolumns; c++) {
		if (c->refers_to == NULL)
			continue;
		rows = &e->rows[table_named(c->refers_to)];
		for (i = 0; i < n; i++) {
			memcpy(&row, flows + i * t->row_size + c->offset,
			    sizeof(row));
			if (row != FV_NO_ROW && row >= *rows)
				*rows = (uint64_t)row + 1;
		}
	}
}

/* What the sample says of itself: as the dataset, but for title and times. */
static int
copy_attributes(struct fv_reader *r, struct fv_writer *w,
    const struct fv_flow *flows, size_t n, struct fv_err *err)
{
	int64_t first = INT64_MAX, last = INT64_MIN, number;
	char start[FV_INFO_TIME], end[FV_INFO_TIME], title[512];
	const struct fv_attribute *a;
	const char *text;
	size_t i;

	for (i = 0; i < n; i++) {
		if (flows[i].start_time < first)
			first = flows[i].start_time;
		if (flows[i].start_time > last)
			last = flows[i].start_time;
	}
	fv_info_time(first, start);
	fv_info_time(last, end);
	for (a = fv_schema_attributes; a->name != NULL; a++) {
		if (strcmp(a->name, "FORMAT_VERSION") == 0 ||
		    strcmp(a->name, "content_digest") == 0)
			continue; /* the writer's own */
		text = fv_reader_text(r, a->name);
		if (text != NULL && strcmp(a->name, "title") == 0) {
			(void)snprintf(
			    title, sizeof(title), "Sample of: %s", text);
			text = title;
		}
		if (text != NULL && n > 0 &&
		    strcmp(a->name, "time_coverage_start") == 0)
			text = start;
		if (text != NULL && n > 0 &&
		    strcmp(a->name, "time_coverage_end") == 0)
			text = end;
		if (text != NULL) {
			if (fv_writer_text(w, a->name, text, err) == -1)
				return -1;
		} else if (fv_reader_number(r, a->name, &number) &&
		    fv_writer_number(w, a->name, number, err) == -1) {
			return -1;
		}
	}
	return 0;
}

static int
copy_table(struct fv_reader *r, struct fv_writer *w, enum fv_table_id id,
    uint64_t n, struct fv_err *err)
{
	void *rows;
	int rc;

	if ((rows = first_rows(r, id, (size_t)n, err)) == NULL)
		return -1;
	rc = fv_writer_append(w, id, rows, (size_t)n, err);
	free(rows);
	return rc;
}

int
fv_sample_write(const char *from, const char *to, uint64_t rows,
    uint64_t *taken, struct fv_err *err)
{
	const struct fv_writer_options options = { .threads = 1 };
	struct fv_variant *variant = NULL;
	struct extent e = { { 0 } };
	struct fv_reader *r;
	struct fv_writer *w = NULL;
	void *flows = NULL;
	size_t i;
	int rc = -1;

	if ((r = fv_door_open(from, err)) == NULL)
		return -1;
	*taken = fv_reader_rows(r, FV_TABLE_FLOWS);
	if (*taken > rows)
		*taken = rows;
	e.rows[FV_TABLE_CAPTURES] = fv_reader_rows(r, FV_TABLE_CAPTURES);
	e.rows[FV_TABLE_SITES] = fv_reader_rows(r, FV_TABLE_SITES);
	flows = first_rows(r, FV_TABLE_FLOWS, (size_t)*taken, err);
	if (flows == NULL || (variant = fv_variant_read(r, err)) == NULL ||
	    (w = fv_writer_new_format(
		 to, fv_variant_format(variant), &options, err)) == NULL)
		goto out;
	reach(flows, (size_t)*taken, &e);
	if (fv_writer_append(w, FV_TABLE_FLOWS, flows, (size_t)*taken, err) ==
		-1 ||
	    copy_attributes(r, w, flows, (size_t)*taken, err) == -1)
		goto out;
	for (i = 0; i < FV_TABLES; i++)
		if (i != FV_TABLE_FLOWS &&
		    copy_table(r, w, (enum fv_table_id)i, e.rows[i], err) == -1)
			goto out;
	rc = fv_writer_commit(w, err);
out:
	free(flows);
	fv_writer_free(w);
	fv_variant_free(variant);
	fv_reader_free(r);
	return rc;
}

#include "datasets/export_rows.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "datasets/flow.h"

int
fv_export_values_init(struct fv_export_values *v,
    const struct fv_export_column *column, struct fv_err *err)
{
	*v = (struct fv_export_values){ .values = NULL };
	v->values = fv_memory_pages(FV_CHUNK_ROWS * column->size, err);
	v->number = fv_memory_pages(FV_CHUNK_ROWS * sizeof(*v->number), err);
	if (v->values == NULL || v->number == NULL)
		return -1;
	if (!column->nullable)
		return 0;
	v->valid = fv_memory_pages(FV_CHUNK_ROWS, err);
	return v->valid == NULL ? -1 : 0;
}

void
fv_export_values_free(struct fv_export_values *v)
{
	free(v->values);
	free(v->valid);
	free(v->number);
	*v = (struct fv_export_values){ .values = NULL };
}

static void
cleanse(char *text, size_t size, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++, text += size)
		fv_utf8_cleanse(text, strnlen(text, size));
}

/* Mark the row numbers of ${v} that say none, and make them 0. */
static void
mark_none(struct fv_export_values *v, size_t n)
{
	uint32_t *value = v->values;
	size_t i;

	v->nulls = 0;
	for (i = 0; i < n; i++) {
		v->valid[i] = value[i] != FV_NO_ROW;
		if (v->valid[i] == 0) {
			value[i] = 0;
			v->nulls++;
		}
	}
}

/* Values of the table's own column. */
static int
read_own(const struct fv_export_plan *plan, const struct fv_export_column *c,
    uint64_t first, size_t n, struct fv_export_values *v, struct fv_err *err)
{
	bool is_word = c->form == FV_EXPORT_ENTRY;
	const uint8_t *code = (const uint8_t *)v->number;
	uint32_t *value = v->values;
	size_t i;

	if (fv_reader_column(plan->reader, plan->table, c->own, first, n,
		is_word ? (void *)v->number : v->values, err) == -1)
		return -1;
	if (is_word)
		for (i = 0; i < n; i++)
			value[i] = code[i];
	if (c->form == FV_EXPORT_TEXT)
		cleanse(v->values, c->size, n);
	if (c->nullable)
		mark_none(v, n);
	return 0;
}

/*
 * Replace the row numbers in v->number by those of the last table, and mark
 * which there are.
 */
static int
follow(const struct fv_export_plan *plan, const struct fv_export_column *c,
    uint64_t first, size_t n, struct fv_export_values *v, struct fv_err *err)
{
	const struct fv_table *t = &fv_schema_tables[plan->table];
	uint32_t row;
	size_t i;

	v->nulls = 0;
	for (i = 0; i < n; i++) {
		row = v->number[i];
		if (row >= c->referred && row != FV_NO_ROW)
			return fv_err_set(err, FV_EFORMAT,
			    "%s/%s: row %" PRIu64 " refers to row %" PRIu32
			    " of %s, which has %" PRIu64,
			    t->name, t->columns[c->own].name, first + i, row,
			    t->columns[c->own].refers_to, c->referred);
		if (row != FV_NO_ROW && c->second != NULL)
			row = c->second[row];
		v->valid[i] = row != FV_NO_ROW;
		v->nulls += row == FV_NO_ROW;
		v->number[i] = row;
	}
	return 0;
}

/* value[i] = from[number[i]], where there is one. */
#define GATHER(type)                                                     \
	do {                                                             \
		type *value = v->values;                                 \
		const type *from = c->values;                            \
		for (i = 0; i < n; i++)                                  \
			value[i] = v->valid[i] ? from[v->number[i]] : 0; \
	} while (0)

static void
gather(const struct fv_export_column *c, size_t n, struct fv_export_values *v)
{
	const uint8_t *code = c->values;
	uint32_t *entry = v->values;
	size_t i;

	if (c->form == FV_EXPORT_ENTRY) {
		for (i = 0; i < n; i++)
			entry[i] = !v->valid[i] ? 0
			    : code == NULL      ? v->number[i]
						: code[v->number[i]];
		return;
	}
	switch (c->type) {
	case FV_U8:
		GATHER(uint8_t);
		break;
	case FV_U16:
		GATHER(uint16_t);
		break;
	case FV_U32:
		GATHER(uint32_t);
		break;
	case FV_U64:
	case FV_I64:
		GATHER(uint64_t);
		break;
	case FV_TEXT:
		assert(0); /* texts that are looked up are entries */
		break;
	}
	if (c->leaf->refers_to == NULL)
		return;
	v->nulls = 0;
	for (i = 0; i < n; i++) {
		if (v->valid[i] && entry[i] == FV_NO_ROW)
			v->valid[i] = 0;
		if (!v->valid[i]) {
			entry[i] = 0;
			v->nulls++;
		}
	}
}

int
fv_export_read(const struct fv_export_plan *plan, size_t column, uint64_t first,
    size_t n, struct fv_export_values *v, struct fv_err *err)
{
	const struct fv_export_column *c = &plan->column[column];
	uint64_t *row = v->values;
	size_t i;

	assert(n <= FV_CHUNK_ROWS && first + n <= plan->rows);
	v->nulls = 0;
	if (c->own == SIZE_MAX) {
		for (i = 0; i < n; i++)
			row[i] = first + i;
		return 0;
	}
	if (c->steps == 0)
		return read_own(plan, c, first, n, v, err);
	if (fv_reader_column(plan->reader, plan->table, c->own, first, n,
		v->number, err) == -1 ||
	    follow(plan, c, first, n, v, err) == -1)
		return -1;
	gather(c, n, v);
	return 0;
}

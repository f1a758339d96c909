#include "datasets/export_plan.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "datasets/flow.h"
#include "datasets/variant.h"

/* A column of a table that others refer to, in memory. */
struct fv_export_loaded {
	struct fv_export_loaded *next;
	enum fv_table_id table;
	size_t column;
	void *values;                     /* integers, or ... */
	struct fv_export_entries entries; /* ... texts */
};

/* The columns from a table of facts to a value: one, two or three. */
enum { WAY = 3 };
struct way {
	enum fv_table_id table[WAY];
	size_t column[WAY];
	size_t n;
};

/* Texts of all rows of a table: 2^32 of at most 64 bytes, and slack. */
#define ENTRIES_LIMIT ((size_t)1 << 39)

static const struct fv_column *
column_at(const struct way *w, size_t i)
{
	return &fv_schema_tables[w->table[i]].columns[w->column[i]];
}

int
fv_export_table(const char *name, enum fv_table_id *table, struct fv_err *err)
{
	size_t i;

	for (i = 0; i < FV_TABLES; i++) {
		if (strcmp(fv_schema_tables[i].name, name) == 0) {
			*table = (enum fv_table_id)i;
			return 0;
		}
	}
	return fv_err_set(err, FV_EUSAGE,
	    "'%s' is no table: flows, hosts, devices, stacks, captures and "
	    "sites are",
	    name);
}

/*
 * Find the way from ${table} to what ${name} means, behind the ${w->n}
 * steps that ${w} has already.  A column's own name goes before one that is
 * put together: source_device is a column, not the device of a source.
 */
static bool
find_way(const struct fv_reader *reader, enum fv_table_id table,
    const char *name, struct way *w)
{
	const struct fv_table *t = fv_reader_schema(reader, table);
	int column = fv_schema_column(t, name);
	const struct fv_column *c;
	enum fv_table_id next = FV_TABLE_FLOWS;
	struct fv_err none;
	size_t i, n, at = w->n;

	if (at == WAY)
		return false;
	w->table[at] = table;
	if (column >= 0) {
		w->column[at] = (size_t)column;
		w->n = at + 1;
		return true;
	}
	for (i = 0; i < t->ncolumns; i++) {
		c = &t->columns[i];
		n = strlen(c->name);
		if (c->refers_to == NULL || strncmp(c->name, name, n) != 0 ||
		    name[n] != '_' ||
		    fv_export_table(c->refers_to, &next, &none) == -1)
			continue;
		w->column[at] = i;
		w->n = at + 1;
		if (find_way(reader, next, name + n + 1, w))
			return true;
	}
	return false;
}

/* Put the ${n} texts of ${size} bytes at ${values} behind those there are. */
static int
add_entries(struct fv_export_entries *e, size_t *capacity, char *values,
    size_t size, size_t n, struct fv_err *err)
{
	uint64_t end = e->at[e->count];
	char *grown, *text = values;
	size_t i, length;

	grown = fv_memory_grow(e->bytes, capacity,
	    (size_t)end + n * size + FV_EXPORT_SLACK, 1, ENTRIES_LIMIT, err);
	if (grown == NULL)
		return -1;
	e->bytes = grown;
	for (i = 0; i < n; i++, text += size) {
		length = strnlen(text, size);
		fv_utf8_cleanse(text, length);
		memcpy(e->bytes + end, text, length);
		end += length;
		e->at[++e->count] = end;
	}
	return 0;
}

static int
load_entries(struct fv_reader *reader, const struct way *w, size_t step,
    struct fv_export_entries *e, struct fv_err *err)
{
	uint64_t at, rows = fv_reader_rows(reader, w->table[step]);
	size_t n, size = column_at(w, step)->size, capacity = 0;
	char *values = NULL;
	int rc = -1;

	e->at = fv_memory_new((size_t)rows + 1, sizeof(*e->at), err);
	values = fv_memory_pages(FV_CHUNK_ROWS * size, err);
	if (e->at == NULL || values == NULL)
		goto out;
	for (at = 0; at < rows; at += n) {
		n = rows - at < FV_CHUNK_ROWS ? (size_t)(rows - at)
					      : FV_CHUNK_ROWS;
		if (fv_reader_column(reader, w->table[step], w->column[step],
			at, n, values, err) == -1 ||
		    add_entries(e, &capacity, values, size, n, err) == -1)
			goto out;
	}
	rc = 0;
out:
	free(values);
	return rc;
}

static int
load_numbers(struct fv_reader *reader, const struct way *w, size_t step,
    void **values, struct fv_err *err)
{
	uint64_t at, rows = fv_reader_rows(reader, w->table[step]);
	size_t n, size = column_at(w, step)->size;
	unsigned char *all;

	if ((all = fv_memory_new((size_t)rows, size, err)) == NULL)
		return -1;
	*values = all;
	for (at = 0; at < rows; at += n) {
		n = rows - at < FV_CHUNK_ROWS ? (size_t)(rows - at)
					      : FV_CHUNK_ROWS;
		if (fv_reader_column(reader, w->table[step], w->column[step],
			at, n, all + at * size, err) == -1)
			return -1;
	}
	return 0;
}

/* Whether row numbers that lead to a table of ${limit} rows lead there. */
static int
check_rows(const struct way *w, size_t step, const uint32_t *values, uint64_t n,
    uint64_t limit, struct fv_err *err)
{
	const struct fv_column *c = column_at(w, step);
	uint64_t i;

	for (i = 0; i < n; i++)
		if (values[i] >= limit && values[i] != FV_NO_ROW)
			return fv_err_set(err, FV_EFORMAT,
			    "%s/%s: row %" PRIu64 " refers to row %" PRIu32
			    " of %s, which has %" PRIu64,
			    fv_schema_tables[w->table[step]].name, c->name, i,
			    values[i], c->refers_to, limit);
	return 0;
}

/* The column at ${step} of ${w}, in memory, once; NULL with ${err} set. */
static const struct fv_export_loaded *
load(struct fv_export_plan *plan, const struct way *w, size_t step,
    struct fv_err *err)
{
	struct fv_export_loaded *l;
	int rc;

	for (l = plan->loaded; l != NULL; l = l->next)
		if (l->table == w->table[step] && l->column == w->column[step])
			return l;
	if ((l = fv_memory_new(1, sizeof(*l), err)) == NULL)
		return NULL;
	l->table = w->table[step];
	l->column = w->column[step];
	l->next = plan->loaded;
	plan->loaded = l;
	if (column_at(w, step)->type == FV_TEXT)
		rc = load_entries(plan->reader, w, step, &l->entries, err);
	else
		rc = load_numbers(plan->reader, w, step, &l->values, err);
	return rc == 0 ? l : NULL;
}

/* The words of a coded column by code; a code without one is its number. */
static int
make_words(const struct fv_flag *flags, struct fv_export_entries *e,
    struct fv_err *err)
{
	char word[64];
	size_t capacity = 0, code;
	const struct fv_flag *f;

	e->at = fv_memory_new(UINT8_MAX + 2, sizeof(*e->at), err);
	if (e->at == NULL)
		return -1;
	for (code = 0; code <= UINT8_MAX; code++) {
		(void)snprintf(word, sizeof(word), "%zu", code);
		for (f = flags; f->meaning != NULL; f++)
			if (f->value == code)
				(void)snprintf(
				    word, sizeof(word), "%s", f->meaning);
		if (add_entries(e, &capacity, word, sizeof(word), 1, err) == -1)
			return -1;
	}
	return 0;
}

/* Set the steps of ${c} as ${w} says, and load what lies on them. */
static int
set_way(struct fv_export_plan *plan, struct fv_export_column *c,
    const struct way *w, struct fv_err *err)
{
	const struct fv_export_loaded *l;
	uint64_t rows;

	c->own = w->column[0];
	c->steps = w->n - 1;
	c->nullable = column_at(w, 0)->refers_to != NULL;
	if (c->steps == 0)
		return 0;
	c->referred = fv_reader_rows(plan->reader, w->table[1]);
	if (c->steps == 2) {
		rows = fv_reader_rows(plan->reader, w->table[2]);
		if ((l = load(plan, w, 1, err)) == NULL ||
		    check_rows(w, 1, l->values, c->referred, rows, err) == -1)
			return -1;
		c->second = l->values;
	}
	if ((l = load(plan, w, c->steps, err)) == NULL)
		return -1;
	c->values = l->values;
	if (c->leaf->type == FV_TEXT)
		c->entries = &l->entries;
	return 0;
}

/* Add the column ${name}. */
static int
add_column(struct fv_export_plan *plan, const char *name, bool words,
    struct fv_err *err)
{
	struct fv_export_column *c = &plan->column[plan->ncolumns];
	struct way w = { .n = 0 };
	size_t i;

	for (i = 0; i < plan->ncolumns; i++)
		if (strcmp(plan->column[i].name, name) == 0)
			return fv_err_set(
			    err, FV_EUSAGE, "column '%s' is there twice", name);
	if (strlen(name) >= sizeof(c->name) ||
	    (strcmp(name, "row") != 0 &&
		!find_way(plan->reader, plan->table, name, &w)))
		return fv_err_set(err, FV_EUSAGE,
		    "%s has no column '%.80s': 'flowveil dataset schema' lists "
		    "them",
		    fv_schema_tables[plan->table].name, name);
	if (plan->ncolumns == FV_EXPORT_COLUMNS)
		return fv_err_set(
		    err, FV_EUSAGE, "more than %d columns", FV_EXPORT_COLUMNS);
	plan->ncolumns++;
	memcpy(c->name, name, strlen(name) + 1);
	c->form = FV_EXPORT_NUMBER;
	c->type = FV_U64;
	c->own = SIZE_MAX;
	if (w.n > 0) {
		c->leaf = &fv_variant_format(plan->variant)
			       ->tables[w.table[w.n - 1]]
			       .columns[w.column[w.n - 1]];
		c->type = c->leaf->type;
		c->is_time = fv_schema_is_clock(c->leaf);
		if (set_way(plan, c, &w, err) == -1)
			return -1;
		/* Found through a reference that is not there: null. */
		c->nullable = c->nullable || c->leaf->refers_to != NULL;
	}
	if (c->entries != NULL) {
		c->form = FV_EXPORT_ENTRY;
	} else if (c->type == FV_TEXT) {
		c->form = FV_EXPORT_TEXT;
	} else if (words && c->leaf != NULL && c->leaf->flags != NULL) {
		i = plan->ncolumns - 1;
		if (make_words(c->leaf->flags, &plan->words[i], err) == -1)
			return -1;
		c->form = FV_EXPORT_ENTRY;
		c->entries = &plan->words[i];
	}
	c->size = c->form == FV_EXPORT_ENTRY ? sizeof(uint32_t)
	    : c->leaf == NULL                ? sizeof(uint64_t)
					     : c->leaf->size;
	return 0;
}

/* Add the columns that ${list} names, with commas between. */
static int
add_listed(struct fv_export_plan *plan, const char *list, bool words,
    struct fv_err *err)
{
	const char *comma;
	char name[FV_EXPORT_NAME];
	size_t n;

	for (;; list = comma + 1) {
		comma = strchrnul(list, ',');
		n = (size_t)(comma - list);
		if (n == 0)
			return fv_err_set(err, FV_EUSAGE,
			    "a name is missing between the commas");
		if (n >= sizeof(name))
			n = sizeof(name) - 1; /* no column is called so */
		memcpy(name, list, n);
		name[n] = '\0';
		if (add_column(plan, name, words, err) == -1)
			return -1;
		if (*comma == '\0')
			return 0;
	}
}

static int
add_default(struct fv_export_plan *plan, bool words, struct fv_err *err)
{
	const struct fv_table *t = fv_reader_schema(plan->reader, plan->table);
	const char *hosts = fv_schema_tables[FV_TABLE_HOSTS].name;
	const struct fv_column *c;
	char name[FV_EXPORT_NAME];
	size_t i;
	int n;

	if (plan->table != FV_TABLE_FLOWS &&
	    add_column(plan, "row", words, err) == -1)
		return -1;
	for (i = 0; i < t->ncolumns; i++) {
		c = &t->columns[i];
		n = snprintf(name, sizeof(name), "%s%s", c->name,
		    c->refers_to != NULL && strcmp(c->refers_to, hosts) == 0
			? "_address"
			: "");
		assert(n > 0 && (size_t)n < sizeof(name));
		(void)n;
		if (add_column(plan, name, words, err) == -1)
			return -1;
	}
	return 0;
}

struct fv_export_plan *
fv_export_plan_new(struct fv_reader *reader,
    const struct fv_export_options *options, struct fv_err *err)
{
	struct fv_export_plan *plan;
	uint64_t rows;
	int rc;

	if ((plan = fv_memory_new(1, sizeof(*plan), err)) == NULL)
		return NULL;
	plan->reader = reader;
	plan->table = options->table;
	rows = fv_reader_rows(reader, options->table);
	plan->rows = options->rows < rows ? options->rows : rows;
	if ((plan->variant = fv_variant_read(reader, err)) == NULL)
		rc = -1;
	else if (options->columns != NULL)
		rc = add_listed(plan, options->columns, options->words, err);
	else
		rc = add_default(plan, options->words, err);
	if (rc == 0)
		return plan;
	fv_export_plan_free(plan);
	return NULL;
}

static void
free_entries(struct fv_export_entries *e)
{
	free(e->at);
	free(e->bytes);
}

void
fv_export_plan_free(struct fv_export_plan *plan)
{
	struct fv_export_loaded *l;
	size_t i;

	if (plan == NULL)
		return;
	while ((l = plan->loaded) != NULL) {
		plan->loaded = l->next;
		free_entries(&l->entries);
		free(l->values);
		free(l);
	}
	for (i = 0; i < FV_EXPORT_COLUMNS; i++)
		free_entries(&plan->words[i]);
	fv_variant_free(plan->variant);
	free(plan);
}

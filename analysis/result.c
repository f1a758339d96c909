#include "analysis/result.h"

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"

/* Texts lie in blocks that never move, newest first. */
enum { BLOCK = 16384 };

struct fv_result_strings {
	struct fv_result_strings *next;
	size_t used;
	char bytes[BLOCK];
};

_Static_assert(FV_RESULT_TEXT_LIMIT < BLOCK, "a text fits a block");

static bool
failed(const struct fv_result *r)
{
	return r->err.code != FV_OK;
}

/* A copy of ${text} that lives as long as ${r}; "" after a failure. */
static const char *
keep(struct fv_result *r, const char *text)
{
	size_t n = strnlen(text, FV_RESULT_TEXT_LIMIT - 1);
	struct fv_result_strings *block = r->strings;
	char *copy;

	if (failed(r))
		return "";
	if (block == NULL || block->used + n + 1 > BLOCK) {
		block = fv_memory_new(1, sizeof(*block), &r->err);
		if (block == NULL)
			return "";
		block->next = r->strings;
		r->strings = block;
	}
	copy = block->bytes + block->used;
	memcpy(copy, text, n);
	copy[n] = '\0';
	block->used += n + 1;
	fv_utf8_cleanse(copy, strlen(copy));
	return copy;
}

static struct fv_result_section *
last_section(struct fv_result *r)
{
	assert(r->nsections > 0);
	return &r->section[r->nsections - 1];
}

static struct fv_result_table *
last_table(struct fv_result *r)
{
	struct fv_result_section *s = last_section(r);

	assert(s->ntables > 0);
	return &s->table[s->ntables - 1];
}

static struct fv_result_figure *
last_figure(struct fv_result *r)
{
	struct fv_result_section *s = last_section(r);

	return &s->figure[s->nfigures - 1];
}

/*
 * Room for one more element after ${count} in an array that ${*array}
 * points to; whether there is.  ${array} is the address of a pointer to
 * any type, so it is copied, not cast.
 */
static bool
extend(struct fv_result *r, void *array, size_t *capacity, size_t count,
    size_t size, size_t limit)
{
	void *was, *now;

	if (failed(r))
		return false;
	memcpy(&was, array, sizeof(was));
	now = fv_memory_grow(was, capacity, count + 1, size, limit, &r->err);
	if (now == NULL)
		return false;
	memcpy(array, &now, sizeof(now));
	return true;
}

struct fv_result *
fv_result_new(const char *title, struct fv_err *err)
{
	struct fv_result *r;

	if ((r = fv_memory_new(1, sizeof(*r), err)) == NULL)
		return NULL;
	r->title = keep(r, title);
	return r;
}

void
fv_result_section(struct fv_result *r, const char *id, const char *title,
    const char *statement)
{
	struct fv_result_section *s;

	assert(failed(r) || r->pending == NULL);
	if (!extend(r, &r->section, &r->sections_capacity, r->nsections,
		sizeof(*s), FV_RESULT_SECTIONS_LIMIT))
		return;
	s = &r->section[r->nsections++];
	s->id = keep(r, id);
	s->title = keep(r, title);
	s->statement = keep(r, statement);
}

void
fv_result_note(struct fv_result *r, const char *fmt, ...)
{
	char text[FV_RESULT_TEXT_LIMIT];
	struct fv_result_section *s;
	va_list ap;

	if (failed(r))
		return;
	s = last_section(r);
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (extend(r, &s->note, &s->notes_capacity, s->nnotes, sizeof(*s->note),
		FV_RESULT_ITEMS_LIMIT))
		s->note[s->nnotes++] = keep(r, text);
}

void
fv_result_fact(struct fv_result *r, const char *name, const char *label,
    const char *slides)
{
	struct fv_result_section *s;
	struct fv_result_fact *f;

	if (failed(r))
		return;
	assert(r->pending == NULL);
	s = last_section(r);
	if (!extend(r, &s->fact, &s->facts_capacity, s->nfacts, sizeof(*f),
		FV_RESULT_ITEMS_LIMIT))
		return;
	f = &s->fact[s->nfacts++];
	f->name = keep(r, name);
	f->label = keep(r, label);
	f->slides = slides == NULL ? NULL : keep(r, slides);
	r->pending = &f->cell;
}

void
fv_result_table(struct fv_result *r, const char *name, const char *title)
{
	struct fv_result_section *s;
	struct fv_result_table *t;

	if (failed(r))
		return;
	assert(r->pending == NULL);
	s = last_section(r);
	if (!extend(r, &s->table, &s->tables_capacity, s->ntables, sizeof(*t),
		FV_RESULT_ITEMS_LIMIT))
		return;
	t = &s->table[s->ntables++];
	t->name = keep(r, name);
	t->title = keep(r, title);
}

void
fv_result_column(struct fv_result *r, const char *name, const char *heading,
    enum fv_result_type type, enum fv_result_bar bar)
{
	struct fv_result_table *t;

	if (failed(r))
		return;
	t = last_table(r);
	assert(t->ncells == 0 && t->ncolumns < FV_RESULT_COLUMNS);
	assert(type != FV_RESULT_NONE);
	t->column[t->ncolumns++] = (struct fv_result_column){ keep(r, name),
		keep(r, heading), type, bar };
}

void
fv_result_shown(struct fv_result *r, size_t rows, size_t total)
{
	if (!failed(r)) {
		last_table(r)->shown = rows;
		last_table(r)->total = total;
	}
}

void
fv_result_figure(struct fv_result *r, const struct fv_result_figure *figure)
{
	struct fv_result_section *s;
	struct fv_result_figure *f;
	size_t i;

	if (failed(r))
		return;
	s = last_section(r);
	if (!extend(r, &s->figure, &s->figures_capacity, s->nfigures,
		sizeof(*f), FV_RESULT_ITEMS_LIMIT))
		return;
	f = &s->figure[s->nfigures++];
	*f = *figure;
	f->name = keep(r, figure->name);
	f->title = keep(r, figure->title);
	f->from = figure->from == NULL ? NULL : keep(r, figure->from);
	f->naxes = figure->mark == FV_RESULT_DENSITY ? 3 : 2;
	for (i = 0; i < f->naxes; i++) {
		assert(figure->axis[i].unit > 0);
		f->axis[i].name = keep(r, figure->axis[i].name);
		f->axis[i].label = keep(r, figure->axis[i].label);
	}
	f->value = NULL;
	f->nvalues = f->capacity = 0;
}

void
fv_result_drop(struct fv_result *r, uint64_t x)
{
	struct fv_result_figure *f;

	if (failed(r))
		return;
	f = last_figure(r);
	f->drops = true;
	f->drop = x;
}

void
fv_result_point(struct fv_result *r, uint64_t x, uint64_t y, uint64_t z)
{
	const uint64_t value[FV_RESULT_AXES] = { x, y, z };
	struct fv_result_figure *f;
	size_t i;

	if (failed(r))
		return;
	f = last_figure(r);
	assert(f->nvalues == 0 || f->value[f->nvalues - f->naxes] <= x);
	for (i = 0; i < f->naxes; i++)
		if (extend(r, &f->value, &f->capacity, f->nvalues,
			sizeof(*f->value), 3 * FV_RESULT_POINTS_LIMIT))
			f->value[f->nvalues++] = value[i];
}

/* Put a value where the next one belongs: the begun fact, or the table. */
static void
put(struct fv_result *r, struct fv_result_cell cell)
{
	struct fv_result_table *t;

	if (failed(r))
		return;
	assert(cell.decimals <= FV_RESULT_DECIMALS_LIMIT);
	if (r->pending != NULL) {
		*r->pending = cell;
		r->pending = NULL;
		return;
	}
	t = last_table(r);
	assert(t->ncolumns > 0);
	assert(cell.type == FV_RESULT_NONE ||
	    cell.type == t->column[t->ncells % t->ncolumns].type);
	if (extend(r, &t->cell, &t->capacity, t->ncells, sizeof(cell),
		FV_RESULT_CELLS_LIMIT))
		t->cell[t->ncells++] = cell;
}

void
fv_result_none(struct fv_result *r)
{
	put(r, (struct fv_result_cell){ .type = FV_RESULT_NONE });
}

void
fv_result_text(struct fv_result *r, const char *fmt, ...)
{
	char text[FV_RESULT_TEXT_LIMIT];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	put(r,
	    (struct fv_result_cell){
		.type = FV_RESULT_TEXT, .text = keep(r, text) });
}

void
fv_result_host(struct fv_result *r, size_t rank, const char *address)
{
	put(r,
	    (struct fv_result_cell){ .type = FV_RESULT_HOST,
		.text = keep(r, address),
		.part = rank });
}

void
fv_result_number(struct fv_result *r, uint64_t value)
{
	put(r,
	    (struct fv_result_cell){ .type = FV_RESULT_NUMBER, .part = value });
}

void
fv_result_count(struct fv_result *r, uint64_t value)
{
	put(r,
	    (struct fv_result_cell){ .type = FV_RESULT_COUNT, .part = value });
}

void
fv_result_bytes(struct fv_result *r, uint64_t value)
{
	put(r,
	    (struct fv_result_cell){ .type = FV_RESULT_BYTES, .part = value });
}

void
fv_result_share(
    struct fv_result *r, uint64_t part, uint64_t whole, unsigned decimals)
{
	assert(part <= whole);
	put(r,
	    (struct fv_result_cell){ .type = FV_RESULT_SHARE,
		.decimals = decimals,
		.part = part,
		.whole = whole });
}

void
fv_result_ratio(struct fv_result *r, fv_result_wide part, fv_result_wide whole,
    unsigned decimals)
{
	put(r,
	    (struct fv_result_cell){ .type = FV_RESULT_RATIO,
		.decimals = decimals,
		.part = part,
		.whole = whole });
}

void
fv_result_signed_ratio(
    struct fv_result *r, int64_t part, uint64_t whole, unsigned decimals)
{
	struct fv_result_cell cell = { .type = FV_RESULT_RATIO,
		.part = part < 0 ? -(uint64_t)part : (uint64_t)part,
		.whole = whole,
		.decimals = decimals };

	/* What rounds to 0 has no sign. */
	cell.negative = part < 0 &&
	    fv_result_scaled(cell.part, whole, fv_result_power(decimals)) > 0;
	put(r, cell);
}

void
fv_result_duration(struct fv_result *r, uint64_t nanoseconds)
{
	put(r,
	    (struct fv_result_cell){
		.type = FV_RESULT_DURATION, .part = nanoseconds });
}

unsigned
fv_result_fine(uint64_t part, uint64_t whole)
{
	unsigned decimals = 2;

	if (part == 0)
		return 0;
	while (decimals < FV_RESULT_DECIMALS_LIMIT &&
	    fv_result_scaled(part, whole, fv_result_power(decimals + 2)) == 0)
		decimals++;
	return decimals;
}

static int
by_id(const void *a, const void *b)
{
	const struct fv_result_section *x = a, *y = b;

	return strcmp(x->id, y->id);
}

void
fv_result_sort(struct fv_result *r)
{
	if (r->nsections > 0)
		qsort(r->section, r->nsections, sizeof(*r->section), by_id);
}

int
fv_result_done(const struct fv_result *r, struct fv_err *err)
{
	size_t i, j;

	if (failed(r)) {
		*err = r->err;
		return -1;
	}
	assert(r->pending == NULL);
	for (i = 0; i < r->nsections; i++)
		for (j = 0; j < r->section[i].ntables; j++)
			assert(r->section[i].table[j].ncells %
				r->section[i].table[j].ncolumns ==
			    0);
	return 0;
}

static void
free_section(struct fv_result_section *s)
{
	size_t i;

	for (i = 0; i < s->ntables; i++)
		free(s->table[i].cell);
	for (i = 0; i < s->nfigures; i++)
		free(s->figure[i].value);
	free(s->table);
	free(s->figure);
	free(s->fact);
	free(s->note);
}

void
fv_result_free(struct fv_result *r)
{
	struct fv_result_strings *block;
	size_t i;

	if (r == NULL)
		return;
	for (i = 0; i < r->nsections; i++)
		free_section(&r->section[i]);
	free(r->section);
	while ((block = r->strings) != NULL) {
		r->strings = block->next;
		free(block);
	}
	free(r);
}

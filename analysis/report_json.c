#include "analysis/report_json.h"

#include <string.h>

#include <jansson.h>

/*
 * Jansson keeps the order in which keys are set, and its *_new functions
 * take over the value and pass a NULL on as a failure; so a tree is built
 * in one go, and one look at its root tells whether all of it is there.
 */

static const char *const type_name[] = {
	[FV_RESULT_NONE] = "none",
	[FV_RESULT_TEXT] = "text",
	[FV_RESULT_HOST] = "host",
	[FV_RESULT_NUMBER] = "number",
	[FV_RESULT_COUNT] = "count",
	[FV_RESULT_BYTES] = "bytes",
	[FV_RESULT_SHARE] = "share",
	[FV_RESULT_RATIO] = "ratio",
	[FV_RESULT_DURATION] = "duration",
};

static const char *const bar_name[] = {
	[FV_RESULT_NO_BAR] = "none",
	[FV_RESULT_BAR_LINEAR] = "linear",
	[FV_RESULT_BAR_LOG] = "logarithmic",
};

/* Fifteen significant digits come back as they were written. */
enum { REAL_DIGITS = 15 };

/* Set ${key}, or make ${*object} NULL: a failure reaches the root. */
static void
set(json_t **object, const char *key, json_t *value)
{
	if (*object == NULL) {
		json_decref(value);
		return;
	}
	if (json_object_set_new(*object, key, value) == -1) {
		json_decref(*object);
		*object = NULL;
	}
}

static void
append(json_t **array, json_t *value)
{
	if (*array == NULL) {
		json_decref(value);
		return;
	}
	if (json_array_append_new(*array, value) == -1) {
		json_decref(*array);
		*array = NULL;
	}
}

/* An integer; as a string of digits when a JSON library may not hold it. */
static json_t *
integer(fv_result_wide value)
{
	char digits[48];
	size_t at = sizeof(digits) - 1;

	if (value <= INT64_MAX)
		return json_integer((json_int_t)value);
	digits[at] = '\0';
	do {
		digits[--at] = (char)('0' + (int)(value % 10));
		value /= 10;
	} while (value > 0);
	return json_string(digits + at);
}

/* ${part} over ${whole} times ${factor}, to so many decimals; or null. */
static json_t *
quotient(const struct fv_result_cell *cell, unsigned factor)
{
	uint64_t unit = fv_result_power(cell->decimals);

	if (cell->whole == 0)
		return json_null();
	return json_real((cell->negative ? -1.0 : 1.0) *
	    (double)fv_result_scaled(cell->part, cell->whole, factor * unit) /
	    (double)unit);
}

static json_t *
value_of(const struct fv_result_cell *cell, bool mask)
{
	json_t *object;

	switch (cell->type) {
	case FV_RESULT_NONE:
		return json_null();
	case FV_RESULT_TEXT:
		return json_string(cell->text);
	case FV_RESULT_HOST:
		object = json_object();
		set(&object, "rank", integer(cell->part));
		if (!mask)
			set(&object, "label", json_string(cell->text));
		return object;
	case FV_RESULT_SHARE:
		object = json_object();
		set(&object, "part", integer(cell->part));
		set(&object, "whole", integer(cell->whole));
		set(&object, "percent", quotient(cell, 100));
		return object;
	case FV_RESULT_RATIO:
		object = json_object();
		/* What may be negative is small. */
		set(&object, "part",
		    cell->negative ? json_integer(-(json_int_t)cell->part)
				   : integer(cell->part));
		set(&object, "whole", integer(cell->whole));
		set(&object, "value", quotient(cell, 1));
		return object;
	case FV_RESULT_NUMBER:
	case FV_RESULT_COUNT:
	case FV_RESULT_BYTES:
	case FV_RESULT_DURATION:
		break;
	}
	return integer(cell->part);
}

static json_t *
facts_of(const struct fv_result_section *s, bool mask)
{
	json_t *array = json_array(), *object;
	size_t i;

	for (i = 0; i < s->nfacts; i++) {
		object = json_object();
		set(&object, "name", json_string(s->fact[i].name));
		set(&object, "label", json_string(s->fact[i].label));
		set(&object, "type",
		    json_string(type_name[s->fact[i].cell.type]));
		set(&object, "value", value_of(&s->fact[i].cell, mask));
		if (s->fact[i].slides != NULL)
			set(&object, "slides", json_string(s->fact[i].slides));
		append(&array, object);
	}
	return array;
}

static json_t *
columns_of(const struct fv_result_table *t)
{
	json_t *array = json_array(), *object;
	size_t c;

	for (c = 0; c < t->ncolumns; c++) {
		object = json_object();
		set(&object, "name", json_string(t->column[c].name));
		set(&object, "heading", json_string(t->column[c].heading));
		set(&object, "type", json_string(type_name[t->column[c].type]));
		set(&object, "bar", json_string(bar_name[t->column[c].bar]));
		append(&array, object);
	}
	return array;
}

static json_t *
rows_of(const struct fv_result_table *t, bool mask)
{
	json_t *array = json_array(), *object;
	size_t i, c;

	for (i = 0; i < t->ncells; i += t->ncolumns) {
		object = json_object();
		for (c = 0; c < t->ncolumns; c++)
			set(&object, t->column[c].name,
			    value_of(&t->cell[i + c], mask));
		append(&array, object);
	}
	return array;
}

static json_t *
tables_of(const struct fv_result_section *s, bool mask)
{
	json_t *array = json_array(), *object;
	size_t i;

	for (i = 0; i < s->ntables; i++) {
		object = json_object();
		set(&object, "name", json_string(s->table[i].name));
		set(&object, "title", json_string(s->table[i].title));
		if (s->table[i].shown > 0)
			set(&object, "shown", integer(s->table[i].shown));
		if (s->table[i].total > 0)
			set(&object, "total", integer(s->table[i].total));
		set(&object, "columns", columns_of(&s->table[i]));
		set(&object, "rows", rows_of(&s->table[i], mask));
		append(&array, object);
	}
	return array;
}

static json_t *
axes_of(const struct fv_result_figure *f)
{
	json_t *array = json_array(), *object;
	size_t i;

	for (i = 0; i < f->naxes; i++) {
		object = json_object();
		set(&object, "name", json_string(f->axis[i].name));
		set(&object, "label", json_string(f->axis[i].label));
		set(&object, "scale",
		    json_string(f->axis[i].log ? "logarithmic" : "linear"));
		set(&object, "unit", integer(f->axis[i].unit));
		if (f->axis[i].step > 0)
			set(&object, "step", integer(f->axis[i].step));
		append(&array, object);
	}
	return array;
}

/* One array for each axis: names once, and easy to load into a table. */
static json_t *
values_of(const struct fv_result_figure *f)
{
	json_t *object = json_object(), *array;
	size_t i, k;

	for (k = 0; k < f->naxes; k++) {
		array = json_array();
		for (i = k; i < f->nvalues; i += f->naxes)
			append(&array, integer(f->value[i]));
		set(&object, f->axis[k].name, array);
	}
	return object;
}

static json_t *
figures_of(const struct fv_result_section *s)
{
	json_t *array = json_array(), *object;
	size_t i;

	for (i = 0; i < s->nfigures; i++) {
		object = json_object();
		set(&object, "name", json_string(s->figure[i].name));
		set(&object, "title", json_string(s->figure[i].title));
		set(&object, "mark",
		    json_string(s->figure[i].mark == FV_RESULT_DENSITY
			    ? "density"
			    : "points"));
		set(&object, "axes", axes_of(&s->figure[i]));
		if (s->figure[i].drops)
			set(&object, "drop", integer(s->figure[i].drop));
		if (s->figure[i].from != NULL)
			set(&object, "from", json_string(s->figure[i].from));
		else
			set(&object, "values", values_of(&s->figure[i]));
		append(&array, object);
	}
	return array;
}

static json_t *
section_of(const struct fv_result_section *s, bool mask)
{
	json_t *object = json_object(), *notes = json_array();
	size_t i;

	set(&object, "id", json_string(s->id));
	set(&object, "title", json_string(s->title));
	set(&object, "statement", json_string(s->statement));
	set(&object, "facts", facts_of(s, mask));
	set(&object, "tables", tables_of(s, mask));
	set(&object, "figures", figures_of(s));
	for (i = 0; i < s->nnotes; i++)
		append(&notes, json_string(s->note[i]));
	set(&object, "notes", notes);
	return object;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int
add_text(const char *bytes, size_t n, void *arg)
{
	fv_textbuf_bytes(arg, bytes, n);
	return 0;
}

/*
 * Put each array of numbers on one line: jansson gives every number its own,
 * which makes half of a figure white space.  No string has a line's end in it.
 */
static void
join_numbers(const struct fv_textbuf *from, struct fv_textbuf *to)
{
	const char *at = from->bytes, *end = at + from->length, *next;
	size_t n;

	while (at < end) {
		n = strcspn(at, "\n");
		fv_textbuf_bytes(to, at, n);
		if (at[n] == '\0')
			break;
		next = at + n + strspn(at + n, "\n ");
		if (!is_digit(*next) &&
		    !(*next == ']' && n > 0 && is_digit(at[n - 1])))
			fv_textbuf_bytes(to, at + n, (size_t)(next - at) - n);
		at = next;
	}
}

int
fv_report_json_write(const struct fv_result *result, bool mask_labels,
    struct fv_textbuf *out, struct fv_err *err)
{
	struct fv_textbuf lines = { 0 };
	json_t *root, *sections;
	size_t i;
	int rc = -1;

	if (fv_result_done(result, err) == -1)
		return -1;
	root = json_object();
	sections = json_array();
	for (i = 0; i < result->nsections; i++)
		append(&sections, section_of(&result->section[i], mask_labels));
	set(&root, "format", json_string(FV_REPORT_JSON_FORMAT));
	set(&root, "title", json_string(result->title));
	set(&root, "sections", sections);
	if (root == NULL ||
	    json_dump_callback(root, add_text, &lines,
		JSON_INDENT(1) | JSON_REAL_PRECISION(REAL_DIGITS)) == -1) {
		(void)fv_err_set(err, FV_EMEMORY, "out of memory");
		goto out;
	}
	if (fv_textbuf_done(&lines, err) == -1)
		goto out;
	join_numbers(&lines, out);
	fv_textbuf_text(out, "\n");
	rc = fv_textbuf_done(out, err);
out:
	fv_textbuf_free(&lines);
	json_decref(root);
	return rc;
}

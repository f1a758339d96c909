#include "datasets/describe.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "datasets/flow.h"
#include "datasets/schema.h"

/* Columns of a page, and where a column's own text begins. */
enum { PAGE = 80, INDENT = 8 };

/* Append ${text} in lines that fit the page, each indented. */
static void
wrap(struct fv_textbuf *out, const char *text)
{
	size_t used = 0, n;

	while (*text != '\0') {
		n = strcspn(text, " ");
		if (used > 0 && used + 1 + n > PAGE - INDENT) {
			fv_textbuf_text(out, "\n");
			used = 0;
		}
		if (used == 0)
			fv_textbuf_repeat(out, ' ', INDENT);
		else
			fv_textbuf_text(out, " ");
		used += n + (used > 0);
		fv_textbuf_bytes(out, text, n);
		text += n + (text[n] == ' ');
	}
	fv_textbuf_text(out, "\n");
}

static void
append_flags(struct fv_textbuf *out, const struct fv_flag *flag)
{
	const char *comma = "";

	for (; flag->meaning != NULL; flag++, comma = ", ")
		fv_textbuf_format(
		    out, "%s%u %s", comma, flag->value, flag->meaning);
}

/* The type as the document spells it; text says how long it is. */
static void
append_type(struct fv_textbuf *out, const struct fv_column *c)
{
	fv_textbuf_text(out, fv_schema_type_name(c->type));
	if (c->type == FV_TEXT)
		fv_textbuf_format(out, "[%u]", c->size);
}

static void
column_text(struct fv_textbuf *out, const struct fv_column *c)
{
	struct fv_textbuf flags = { 0 };

	fv_textbuf_format(out, "    %s (", c->name);
	append_type(out, c);
	if (c->refers_to != NULL)
		fv_textbuf_format(out, ", row of /%s", c->refers_to);
	else if (c->units != NULL && strcmp(c->units, "1") != 0)
		fv_textbuf_format(out, ", %s", c->units);
	fv_textbuf_text(out, ")\n");
	wrap(out, c->description);
	if (c->flags != NULL) {
		append_flags(&flags, c->flags);
		if (flags.bytes != NULL)
			wrap(out, flags.bytes);
		fv_textbuf_free(&flags);
	}
	if (c->technique != NULL)
		fv_textbuf_format(out, "%*sanonymized: %s (%s)\n", INDENT, "",
		    c->technique, c->stability);
}

void
fv_describe_text(struct fv_textbuf *out)
{
	const struct fv_table *table;
	size_t i, j;

	fv_textbuf_format(out, "dataset format %s\n", FV_FORMAT_VERSION);
	for (i = 0; i < FV_TABLES; i++) {
		table = &fv_schema_tables[i];
		fv_textbuf_format(
		    out, "\n/%s: %s\n", table->name, table->title);
		for (j = 0; j < table->ncolumns; j++)
			column_text(out, &table->columns[j]);
	}
}

static void
column_markdown(struct fv_textbuf *out, const struct fv_column *c)
{
	fv_textbuf_format(out, "| `%s` | ", c->name);
	append_type(out, c);
	fv_textbuf_format(out, " | %s | %s", c->units == NULL ? "" : c->units,
	    c->description);
	if (c->refers_to != NULL)
		fv_textbuf_format(out, ". Row of `/%s`", c->refers_to);
	if (c->flags != NULL) {
		fv_textbuf_text(out, ". Codes: ");
		append_flags(out, c->flags);
	}
	fv_textbuf_text(out, " | ");
	if (c->technique != NULL)
		fv_textbuf_format(out, "%s, %s ", c->technique, c->stability);
	fv_textbuf_text(out, "|\n");
}

void
fv_describe_markdown(struct fv_textbuf *out)
{
	const struct fv_table *table;
	size_t i, j;

	for (i = 0; i < FV_TABLES; i++) {
		table = &fv_schema_tables[i];
		fv_textbuf_format(out,
		    "%s### `/%s`\n\n%s.\n\n"
		    "| column | type | units | meaning | anonymized |\n"
		    "|---|---|---|---|---|\n",
		    i == 0 ? "" : "\n", table->name, table->title);
		for (j = 0; j < table->ncolumns; j++)
			column_markdown(out, &table->columns[j]);
	}
}

static json_t *
text_or_null(const char *text)
{
	return text == NULL ? json_null() : json_string(text);
}

static json_t *
column_json(const struct fv_column *c)
{
	const struct fv_flag *flag;
	json_t *flags = json_array();

	for (flag = c->flags; flag != NULL && flag->meaning != NULL; flag++)
		(void)json_array_append_new(flags,
		    json_pack("{s:i, s:s}", "value", (int)flag->value,
			"meaning", flag->meaning));
	return json_pack("{s:s, s:s, s:i, s:o, s:s, s:o, s:o, s:o, s:o}",
	    "name", c->name, "type", fv_schema_type_name(c->type), "size",
	    (int)c->size, "units", text_or_null(c->units), "description",
	    c->description, "refers_to", text_or_null(c->refers_to),
	    "technique", text_or_null(c->technique), "stability",
	    text_or_null(c->stability), "flags", flags);
}

static json_t *
table_json(const struct fv_table *table)
{
	json_t *columns = json_array();
	size_t i;

	for (i = 0; i < table->ncolumns; i++)
		(void)json_array_append_new(
		    columns, column_json(&table->columns[i]));
	return json_pack("{s:s, s:s, s:o}", "name", table->name, "title",
	    table->title, "columns", columns);
}

int
fv_describe_json(struct fv_textbuf *out, struct fv_err *err)
{
	json_t *all, *tables = json_array();
	char *text;
	size_t i;

	for (i = 0; i < FV_TABLES; i++)
		(void)json_array_append_new(
		    tables, table_json(&fv_schema_tables[i]));
	all = json_pack("{s:s, s:i, s:i, s:o}", "format_version",
	    FV_FORMAT_VERSION, "chunk_rows", FV_CHUNK_ROWS, "missing_row", -1,
	    "tables", tables);
	if (all != NULL)
		(void)json_object_set_new(
		    all, "missing_row", json_integer((json_int_t)FV_NO_ROW));
	text = all == NULL ? NULL : json_dumps(all, JSON_INDENT(2));
	json_decref(all);
	if (text == NULL)
		return fv_err_set(err, FV_EMEMORY, "out of memory");
	fv_textbuf_text(out, text);
	fv_textbuf_text(out, "\n");
	free(text);
	return 0;
}

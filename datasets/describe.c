#include "datasets/describe.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "datasets/flow.h"
#include "datasets/schema.h"

/* A description that is printed, into memory that grows with it. */
static char *
printed(void (*print)(FILE *out, const struct fv_format *format),
    const struct fv_format *format, struct fv_err *err)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	int failed;

	if (out != NULL) {
		print(out, format);
		failed = ferror(out);
		if (fclose(out) == 0 && !failed)
			return text;
	}
	free(text);
	(void)fv_err_set(err, FV_EMEMORY, "out of memory");
	return NULL;
}

/* "0 none, 1 first" of a coded column. */
static void
print_flags(FILE *out, const struct fv_flag *flags)
{
	const struct fv_flag *f;

	for (f = flags; f->meaning != NULL; f++)
		(void)fprintf(out, "%s%u %s", f == flags ? "" : ", ", f->value,
		    f->meaning);
}

/* What values a column can have, in one line; nothing when any. */
static void
print_values(FILE *out, const struct fv_column *c)
{
	if (c->refers_to != NULL) {
		(void)fprintf(out, "row of /%s, %" PRIu32 " for none",
		    c->refers_to, FV_NO_ROW);
	} else if (c->flags != NULL) {
		print_flags(out, c->flags);
	} else if (c->valid_max != 0) {
		(void)fprintf(out, "0 to %" PRIu64, c->valid_max);
	}
}

static void
print_type(FILE *out, const struct fv_column *c)
{
	if (c->type == FV_TEXT)
		(void)fprintf(out, "text(%u)", c->size);
	else
		(void)fputs(fv_schema_type_name(c->type), out);
}

static void
print_text_column(FILE *out, const struct fv_column *c)
{
	char type[16];

	(void)snprintf(type, sizeof(type), "%s", fv_schema_type_name(c->type));
	if (c->type == FV_TEXT)
		(void)snprintf(type, sizeof(type), "text(%u)", c->size);
	(void)fprintf(out, "  %-22s %-9s %s\n", c->name, type, c->description);
	if (c->units != NULL && strcmp(c->units, "1") != 0)
		(void)fprintf(out, "  %32s unit: %s\n", "", c->units);
	if (c->refers_to != NULL || c->flags != NULL) {
		(void)fprintf(out, "  %32s values: ", "");
		print_values(out, c);
		(void)fputc('\n', out);
	}
	if (c->technique != NULL)
		(void)fprintf(out, "  %32s changed: %s (%s)\n", "",
		    c->technique, c->stability);
}

static void
print_text(FILE *out, const struct fv_format *f)
{
	const struct fv_table *t;
	size_t i;

	(void)fprintf(out, "format version %s\n", f->version);
	for (t = f->tables; t < f->tables + f->ntables; t++) {
		(void)fprintf(out, "\n/%s: %s\n", t->name, t->title);
		for (i = 0; i < t->ncolumns; i++)
			print_text_column(out, &t->columns[i]);
	}
}

char *
fv_describe_text(const struct fv_format *format, struct fv_err *err)
{
	return printed(print_text, format, err);
}

/* Whether any column is changed on its way into such files. */
static bool
has_changes(const struct fv_format *f)
{
	const struct fv_table *t;
	size_t i;

	for (t = f->tables; t < f->tables + f->ntables; t++)
		for (i = 0; i < t->ncolumns; i++)
			if (t->columns[i].technique != NULL)
				return true;
	return false;
}

static void
print_markdown_column(FILE *out, const struct fv_column *c, bool changes)
{
	(void)fprintf(out, "| `%s` | ", c->name);
	print_type(out, c);
	(void)fprintf(out, " | %s | %s | ", c->units == NULL ? "" : c->units,
	    c->description);
	print_values(out, c);
	(void)fputs(changes ? " | " : "", out);
	if (c->technique != NULL)
		(void)fprintf(out, "%s; %s", c->technique, c->stability);
	(void)fputs(" |\n", out);
}

static void
print_markdown(FILE *out, const struct fv_format *f)
{
	const struct fv_attribute *a;
	const struct fv_table *t;
	bool changes = has_changes(f);
	size_t i;

	for (t = f->tables; t < f->tables + f->ntables; t++) {
		(void)fprintf(out, "### `/%s`\n\n%s.\n\n", t->name, t->title);
		(void)fprintf(out,
		    "| column | type | units | description | values |%s\n"
		    "|---|---|---|---|---|%s\n",
		    changes ? " changed |" : "", changes ? "---|" : "");
		for (i = 0; i < t->ncolumns; i++)
			print_markdown_column(out, &t->columns[i], changes);
		(void)fputc('\n', out);
	}
	(void)fputs("### Root attributes\n\n"
		    "| attribute | type | description |\n|---|---|---|\n",
	    out);
	for (a = f->attributes; a->name != NULL; a++)
		(void)fprintf(out, "| `%s` | %s | %s |\n", a->name,
		    fv_schema_type_name(a->type), a->description);
}

char *
fv_describe_markdown(const struct fv_format *format, struct fv_err *err)
{
	return printed(print_markdown, format, err);
}

static json_t *
flags_json(const struct fv_flag *flags)
{
	json_t *list = json_array();
	const struct fv_flag *f;

	for (f = flags; f->meaning != NULL; f++)
		(void)json_array_append_new(list,
		    json_pack("{s:i, s:s}", "value", (int)f->value, "meaning",
			f->meaning));
	return list;
}

static json_t *
column_json(const struct fv_column *c)
{
	json_t *o;

	o = json_pack("{s:s, s:s, s:i, s:s?, s:s}", "name", c->name, "type",
	    fv_schema_type_name(c->type), "size", (int)c->size, "units",
	    c->units, "description", c->description);
	if (c->valid_max != 0) {
		(void)json_object_set_new(o, "valid_min", json_integer(0));
		(void)json_object_set_new(
		    o, "valid_max", json_integer((json_int_t)c->valid_max));
	}
	if (c->flags != NULL)
		(void)json_object_set_new(o, "flags", flags_json(c->flags));
	if (c->refers_to != NULL) {
		(void)json_object_set_new(
		    o, "refers_to", json_string(c->refers_to));
		(void)json_object_set_new(
		    o, "missing_value", json_integer(FV_NO_ROW));
	}
	if (c->record_mode != NULL)
		(void)json_object_set_new(
		    o, "record_mode", json_string(c->record_mode));
	if (c->technique != NULL) {
		(void)json_object_set_new(
		    o, "anonymization_technique", json_string(c->technique));
		(void)json_object_set_new(
		    o, "anonymization_stability", json_string(c->stability));
	}
	return o;
}

static json_t *
table_json(const struct fv_table *t)
{
	json_t *columns = json_array();
	size_t i;

	for (i = 0; i < t->ncolumns; i++)
		(void)json_array_append_new(
		    columns, column_json(&t->columns[i]));
	return json_pack("{s:s, s:s, s:o}", "name", t->name, "title", t->title,
	    "columns", columns);
}

char *
fv_describe_json(const struct fv_format *f, struct fv_err *err)
{
	json_t *tables = json_array(), *attributes = json_array(), *root;
	const struct fv_attribute *a;
	char *text = NULL, *line;
	size_t i;

	for (i = 0; i < f->ntables; i++)
		(void)json_array_append_new(tables, table_json(&f->tables[i]));
	for (a = f->attributes; a->name != NULL; a++)
		(void)json_array_append_new(attributes,
		    json_pack("{s:s, s:s, s:s}", "name", a->name, "type",
			fv_schema_type_name(a->type), "description",
			a->description));
	root = json_pack("{s:s, s:s, s:i, s:o, s:o}", "version_attribute",
	    f->version_name, "format_version", f->version, "chunk_rows",
	    FV_CHUNK_ROWS, "tables", tables, "root_attributes", attributes);
	line = json_dumps(root, JSON_INDENT(2));
	json_decref(root);
	if (line == NULL || asprintf(&text, "%s\n", line) == -1) {
		(void)fv_err_set(err, FV_EMEMORY, "out of memory");
		text = NULL;
	}
	free(line);
	return text;
}

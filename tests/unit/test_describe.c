#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "datasets/describe.h"
#include "datasets/schema.h"
#include "tests/unit/rows.h"

/* The tests run in the root of the source tree. */
#define DOCUMENT "docs/dataset-format.md"
#define BEGIN "<!-- schema begin: made by flowveil, compared by the tests -->\n"
#define END "<!-- schema end -->\n"

static void
the_document_has_the_tables_of_the_schema(void)
{
	struct fv_err err;
	char *made = fv_describe_markdown(&fv_schema_biflow_format, &err),
	     *begin, *end;
	size_t n = 0;
	char *document = (char *)rows_slurp(DOCUMENT, &n);

	CU_ASSERT_PTR_NOT_NULL_FATAL(made);
	CU_ASSERT_PTR_NOT_NULL_FATAL(document);
	document[n] = '\0';
	begin = strstr(document, BEGIN);
	CU_ASSERT_PTR_NOT_NULL_FATAL(begin);
	begin += strlen(BEGIN);
	end = strstr(begin, END);
	CU_ASSERT_PTR_NOT_NULL_FATAL(end);
	*end = '\0';
	CU_ASSERT_STRING_EQUAL(begin, made);
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(document, "Format version " FV_FORMAT_VERSION));
	free(document);
	free(made);
}

/* The JSON of a column, or NULL. */
static json_t *
find(json_t *list, const char *name)
{
	json_t *o;
	size_t i;

	json_array_foreach(list, i, o)
	{
		if (strcmp(json_string_value(json_object_get(o, "name")),
			name) == 0)
			return o;
	}
	return NULL;
}

static void
expect_column(json_t *o, const struct fv_column *c)
{
	json_t *max = json_object_get(o, "valid_max");

	CU_ASSERT_PTR_NOT_NULL_FATAL(o);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(o, "type")),
	    fv_schema_type_name(c->type));
	CU_ASSERT_EQUAL(
	    json_integer_value(json_object_get(o, "size")), c->size);
	CU_ASSERT_EQUAL((uint64_t)json_integer_value(max), c->valid_max);
	CU_ASSERT_EQUAL(
	    json_object_get(o, "refers_to") == NULL, c->refers_to == NULL);
	CU_ASSERT_EQUAL(json_object_get(o, "flags") == NULL, c->flags == NULL);
	CU_ASSERT_EQUAL(json_object_get(o, "anonymization_technique") == NULL,
	    c->technique == NULL);
}

static void
json_has_every_column(void)
{
	struct fv_err err;
	char *text = fv_describe_json(&fv_schema_biflow_format, &err);
	const struct fv_table *t;
	json_t *root, *table, *columns;
	size_t i;

	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(root);
	for (t = fv_schema_biflow_tables;
	     t < fv_schema_biflow_tables + FV_TABLES; t++) {
		table = find(json_object_get(root, "tables"), t->name);
		columns = json_object_get(table, "columns");
		CU_ASSERT_EQUAL(json_array_size(columns), t->ncolumns);
		for (i = 0; i < t->ncolumns; i++)
			expect_column(
			    find(columns, t->columns[i].name), &t->columns[i]);
	}
	json_decref(root);
	free(text);
}

static void
text_names_every_column(void)
{
	struct fv_err err;
	char *text = fv_describe_text(&fv_schema_biflow_format, &err);
	const struct fv_table *t;
	size_t i;

	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	for (t = fv_schema_biflow_tables;
	     t < fv_schema_biflow_tables + FV_TABLES; t++)
		for (i = 0; i < t->ncolumns; i++) {
			CU_ASSERT_PTR_NOT_NULL(
			    strstr(text, t->columns[i].name));
			CU_ASSERT_PTR_NOT_NULL(
			    strstr(text, t->columns[i].description));
		}
	CU_ASSERT_EQUAL(text[strlen(text) - 1], '\n');
	free(text);
}

CU_TestInfo suite_describe[] = {
	{ "the document has the tables of the schema",
	    the_document_has_the_tables_of_the_schema },
	{ "JSON has every column", json_has_every_column },
	{ "text names every column", text_names_every_column },
	CU_TEST_INFO_NULL,
};

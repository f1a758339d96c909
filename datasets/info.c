#include "datasets/info.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "datasets/counters.h"
#include "datasets/flow.h"
#include "datasets/schema.h"

/* Root attributes worth a line, in the order in which one asks. */
static const struct {
	const char *name;
	const char *label;
} lines[] = {
	{ "title", "title" },
	{ "summary", "summary" },
	{ "record_mode", "records" },
	{ "idle_timeout_ns", "idle timeout, ns" },
	{ "active_timeout_ns", "active timeout, ns" },
	{ "time_coverage_start", "first packet" },
	{ "time_coverage_end", "last packet" },
	{ "anonymization_scheme", "addresses by" },
	{ "key_id", "key id" },
	{ "internal_rule", "internal are" },
	{ "source", "made with" },
	{ "FORMAT_VERSION", "format" },
	{ "content_digest", "content digest" },
};

enum { LABEL_WIDTH = 18, COUNTER_WIDTH = 44 };

/* The tables that info needs whole; freed with free_tables. */
struct tables {
	struct fv_site *sites;
	struct fv_capture_row *captures;
	uint64_t nsites;
	uint64_t ncaptures;
	uint64_t total[FV_COUNTERS];
};

static void
free_tables(struct tables *t)
{
	free(t->sites);
	free(t->captures);
}

static int
read_tables(struct fv_reader *reader, struct tables *t, struct fv_err *err)
{
	uint64_t i;

	memset(t, 0, sizeof(*t));
	t->nsites = fv_reader_rows(reader, FV_TABLE_SITES);
	t->ncaptures = fv_reader_rows(reader, FV_TABLE_CAPTURES);
	t->sites = fv_reader_table(reader, FV_TABLE_SITES, err);
	if (t->sites == NULL)
		return -1;
	t->captures = fv_reader_table(reader, FV_TABLE_CAPTURES, err);
	if (t->captures == NULL) {
		free_tables(t);
		return -1;
	}
	for (i = 0; i < t->ncaptures; i++)
		fv_counters_add(t->total, t->captures[i].counter);
	return 0;
}

/* What others wrote may hold control characters: none reach a terminal. */
static void
append_clean(struct fv_textbuf *out, const char *text, size_t n)
{
	size_t i;

	for (i = 0; i < n && text[i] != '\0'; i++)
		fv_textbuf_bytes(out,
		    (unsigned char)text[i] < ' ' || text[i] == 127 ? "?"
								   : &text[i],
		    1);
}

static void
attributes_text(struct fv_reader *reader, struct fv_textbuf *out)
{
	const char *text;
	int64_t number;
	size_t i;

	for (i = 0; i < FV_COUNT(lines); i++) {
		text = fv_reader_text(reader, lines[i].name);
		if (text != NULL) {
			fv_textbuf_format(
			    out, "%-*s ", LABEL_WIDTH, lines[i].label);
			append_clean(out, text, strlen(text));
			fv_textbuf_text(out, "\n");
		} else if (fv_reader_number(reader, lines[i].name, &number)) {
			fv_textbuf_format(out, "%-*s %" PRId64 "\n",
			    LABEL_WIDTH, lines[i].label, number);
		}
	}
}

static void
tables_text(struct fv_reader *reader, struct fv_textbuf *out)
{
	size_t i;

	fv_textbuf_text(out, "\ntables\n");
	for (i = 0; i < FV_TABLES; i++)
		fv_textbuf_format(out, "  %-*s %12" PRIu64 " rows\n",
		    LABEL_WIDTH, fv_schema_tables[i].name,
		    fv_reader_rows(reader, (enum fv_table_id)i));
}

static void
sites_text(const struct tables *t, struct fv_textbuf *out)
{
	uint64_t i;

	fv_textbuf_text(out, "\nsites\n");
	for (i = 0; i < t->nsites; i++) {
		fv_textbuf_text(out, "  ");
		append_clean(out, t->sites[i].name, FV_SITE_TEXT);
		if (t->sites[i].kind[0] != '\0') {
			fv_textbuf_text(out, " (");
			append_clean(out, t->sites[i].kind, FV_SITE_TEXT);
			fv_textbuf_text(out, ")");
		}
		fv_textbuf_text(out, "\n");
	}
}

static void
counters_text(const struct tables *t, struct fv_textbuf *out)
{
	int i;

	fv_textbuf_format(out,
	    "\nconversion of %" PRIu64 " capture%s; counters that are 0 are "
	    "left out\n",
	    t->ncaptures, t->ncaptures == 1 ? "" : "s");
	for (i = 0; i < FV_COUNTERS; i++)
		if (t->total[i] != 0)
			fv_textbuf_format(out, "  %-*s %12" PRIu64 "\n",
			    COUNTER_WIDTH, fv_counter_info[i].description,
			    t->total[i]);
	fv_textbuf_format(out, "  %-*s %12s\n", COUNTER_WIDTH,
	    "read = recorded + rejected",
	    fv_counters_balance(t->total) ? "holds" : "DOES NOT HOLD");
}

static void
anonymized_text(struct fv_textbuf *out)
{
	const struct fv_table *table;
	const struct fv_column *c;
	size_t i, j;

	fv_textbuf_text(
	    out, "\nanonymized columns, in the words of RFC 6235\n");
	for (i = 0; i < FV_TABLES; i++) {
		table = &fv_schema_tables[i];
		for (j = 0; j < table->ncolumns; j++) {
			c = &table->columns[j];
			if (c->technique != NULL)
				fv_textbuf_format(out, "  %s/%s: %s, %s\n",
				    table->name, c->name, c->technique,
				    c->stability);
		}
	}
}

int
fv_info_text(
    struct fv_reader *reader, struct fv_textbuf *out, struct fv_err *err)
{
	struct tables t;

	if (read_tables(reader, &t, err) == -1)
		return -1;
	attributes_text(reader, out);
	tables_text(reader, out);
	sites_text(&t, out);
	counters_text(&t, out);
	anonymized_text(out);
	free_tables(&t);
	return 0;
}

static json_t *
attributes_json(struct fv_reader *reader)
{
	json_t *object = json_object();
	const char *text;
	int64_t number;
	size_t i;

	for (i = 0; i < FV_COUNT(lines); i++) {
		text = fv_reader_text(reader, lines[i].name);
		if (text != NULL)
			(void)json_object_set_new(
			    object, lines[i].name, json_string(text));
		else if (fv_reader_number(reader, lines[i].name, &number))
			(void)json_object_set_new(
			    object, lines[i].name, json_integer(number));
	}
	return object;
}

static json_t *
counters_json(const uint64_t counter[FV_COUNTERS])
{
	json_t *object = json_object();
	int i;

	for (i = 0; i < FV_COUNTERS; i++)
		(void)json_object_set_new(object, fv_counter_info[i].column,
		    json_integer((json_int_t)counter[i]));
	return object;
}

static json_t *
sites_json(const struct tables *t)
{
	json_t *array = json_array();
	uint64_t i;

	for (i = 0; i < t->nsites; i++)
		(void)json_array_append_new(array,
		    json_pack("{s:o, s:o}", "name",
			json_stringn(t->sites[i].name,
			    strnlen(t->sites[i].name, FV_SITE_TEXT)),
			"kind",
			json_stringn(t->sites[i].kind,
			    strnlen(t->sites[i].kind, FV_SITE_TEXT))));
	return array;
}

int
fv_info_json(
    struct fv_reader *reader, struct fv_textbuf *out, struct fv_err *err)
{
	json_t *all, *rows, *captures;
	struct tables t;
	char *text;
	uint64_t i;

	if (read_tables(reader, &t, err) == -1)
		return -1;
	rows = json_object();
	for (i = 0; i < FV_TABLES; i++)
		(void)json_object_set_new(rows, fv_schema_tables[i].name,
		    json_integer((json_int_t)fv_reader_rows(
			reader, (enum fv_table_id)i)));
	captures = json_array();
	for (i = 0; i < t.ncaptures; i++)
		(void)json_array_append_new(
		    captures, counters_json(t.captures[i].counter));
	all = json_pack("{s:o, s:o, s:o, s:o, s:o}", "attributes",
	    attributes_json(reader), "rows", rows, "sites", sites_json(&t),
	    "counters", counters_json(t.total), "captures", captures);
	free_tables(&t);
	text = all == NULL ? NULL : json_dumps(all, JSON_INDENT(2));
	json_decref(all);
	if (text == NULL)
		return fv_err_set(err, FV_EFORMAT,
		    "its text attributes are not UTF-8, or memory is short");
	fv_textbuf_text(out, text);
	fv_textbuf_text(out, "\n");
	free(text);
	return 0;
}

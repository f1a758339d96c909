#include "datasets/info.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "datasets/counters.h"
#include "datasets/flow.h"
#include "datasets/schema.h"
#include "datasets/variant.h"

/* What both forms show. */
struct facts {
	struct fv_variant *variant; /* what was done to each column */
	struct fv_reader *reader;
	uint64_t ncaptures;
	struct fv_capture_row *captures;
	uint64_t nsites;
	struct fv_site *sites;
	uint64_t total[FV_COUNTERS];
	bool covered; /* something was recorded */
	int64_t first;
	int64_t last;
};

void
fv_info_time(int64_t ns, char text[FV_INFO_TIME])
{
	const int64_t second = 1000000000;
	int64_t fraction = ns % second;
	time_t seconds = (time_t)(ns / second);
	struct tm tm;
	char date[FV_INFO_TIME / 2 + 4];

	if (fraction < 0) {
		fraction += second;
		seconds--;
	}
	(void)gmtime_r(&seconds, &tm);
	(void)strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	if (fraction == 0)
		(void)snprintf(text, FV_INFO_TIME, "%sZ", date);
	else
		(void)snprintf(
		    text, FV_INFO_TIME, "%s.%09dZ", date, (int)fraction);
}

static void
forget(struct facts *f)
{
	free(f->captures);
	free(f->sites);
	fv_variant_free(f->variant);
}

static int
gather(struct fv_reader *r, struct facts *f, struct fv_err *err)
{
	const struct fv_capture_row *c;
	uint64_t i;

	memset(f, 0, sizeof(*f));
	f->reader = r;
	f->ncaptures = fv_reader_rows(r, FV_TABLE_CAPTURES);
	f->nsites = fv_reader_rows(r, FV_TABLE_SITES);
	f->captures = fv_reader_table(r, FV_TABLE_CAPTURES, err);
	if (f->captures != NULL)
		f->sites = fv_reader_table(r, FV_TABLE_SITES, err);
	if (f->sites == NULL ||
	    (f->variant = fv_variant_read(r, err)) == NULL) {
		forget(f);
		return -1;
	}
	for (i = 0; i < f->ncaptures; i++) {
		c = &f->captures[i];
		fv_counters_add(f->total, c->counter);
		if (c->counter[FV_COUNT_RECORDED] == 0)
			continue;
		if (!f->covered || c->first_time < f->first)
			f->first = c->first_time;
		if (!f->covered || c->last_time > f->last)
			f->last = c->last_time;
		f->covered = true;
	}
	return 0;
}

static const char *
side_name(uint8_t side)
{
	switch (side) {
	case FV_SIDE_BOTH:
		return "both";
	case FV_SIDE_OUTBOUND:
		return "outbound";
	case FV_SIDE_INBOUND:
		return "inbound";
	default:
		return "unknown";
	}
}

char *
fv_info_tame(const char *text, size_t n)
{
	char *copy = strndup(text, n), *at;

	for (at = copy; at != NULL && *at != '\0'; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			*at = '?';
	return copy;
}

/* The name of the site of a capture, to be freed, or NULL. */
static char *
site_name(const struct facts *f, const struct fv_capture_row *c)
{
	if (c->site >= f->nsites)
		return NULL;
	return fv_info_tame(f->sites[c->site].name, FV_SITE_TEXT);
}

static void
print_attributes(FILE *out, const struct facts *f)
{
	const struct fv_attribute *a;
	const char *text;
	char *safe;
	int64_t number;

	for (a = fv_schema_attributes; a->name != NULL; a++) {
		if (a->label == NULL)
			continue; /* told in another way */
		if ((text = fv_reader_text(f->reader, a->name)) != NULL) {
			safe = fv_info_tame(text, strlen(text));
			(void)fprintf(out, "%-16s %s\n", a->label,
			    safe == NULL ? "" : safe);
			free(safe);
		} else if (fv_reader_number(f->reader, a->name, &number)) {
			(void)fprintf(
			    out, "%-16s %" PRId64 "\n", a->label, number);
		}
	}
}

static void
print_coverage(FILE *out, const struct facts *f)
{
	char first[FV_INFO_TIME], last[FV_INFO_TIME];

	if (!f->covered) {
		(void)fprintf(out, "%-16s none\n", "Time coverage");
		return;
	}
	fv_info_time(f->first, first);
	fv_info_time(f->last, last);
	(void)fprintf(out, "%-16s %s to %s\n", "Time coverage", first, last);
}

static void
print_sites(FILE *out, const struct facts *f)
{
	char *name, *kind;
	uint64_t i;

	for (i = 0; i < f->nsites; i++) {
		name = fv_info_tame(f->sites[i].name, FV_SITE_TEXT);
		kind = fv_info_tame(f->sites[i].kind, FV_SITE_TEXT);
		if (name != NULL && kind != NULL)
			(void)fprintf(out, "%-16s %s%s%s\n", "Site", name,
			    kind[0] == '\0' ? "" : ", ", kind);
		free(name);
		free(kind);
	}
}

/* Counters that are not 0, and those of all packets always. */
static void
print_counters(FILE *out, const uint64_t counter[FV_COUNTERS])
{
	int i;

	for (i = 0; i < FV_COUNTERS; i++)
		if (counter[i] != 0 || i == FV_COUNT_READ ||
		    i == FV_COUNT_RECORDED)
			(void)fprintf(out, "  %-22s %15" PRIu64 "  %s\n",
			    fv_counter_info[i].column, counter[i],
			    fv_counter_info[i].description);
	if (!fv_counters_balance(counter))
		(void)fprintf(
		    out, "  these counters do not add up to packets_read\n");
}

static void
print_captures(FILE *out, const struct facts *f)
{
	char *name;
	uint64_t i;

	(void)fprintf(out, "\nConversion of all captures\n");
	print_counters(out, f->total);
	for (i = 0; i < f->ncaptures && f->ncaptures > 1; i++) {
		name = site_name(f, &f->captures[i]);
		(void)fprintf(out, "\nCapture %" PRIu64 ": %s, %s\n", i,
		    name == NULL ? "no site" : name,
		    side_name(f->captures[i].side));
		print_counters(out, f->captures[i].counter);
		free(name);
	}
}

/* A text of the file, without what a terminal would obey. */
static void
put_tame(FILE *out, const char *text)
{
	char *safe = fv_info_tame(text, strlen(text));

	(void)fputs(safe == NULL ? "?" : safe, out);
	free(safe);
}

/* The whole policy, indented. */
static void
print_policy(FILE *out, const struct facts *f)
{
	const char *text = fv_reader_text(f->reader, FV_SCHEMA_POLICY);
	char *line;
	size_t n;

	if (text == NULL)
		return;
	(void)fputs("\nPolicy of the release\n", out);
	for (; *text != '\0'; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		line = fv_info_tame(text, n);
		(void)fprintf(out, "  %s\n", line == NULL ? "?" : line);
		free(line);
	}
}

static void
print_columns(FILE *out, const struct facts *f)
{
	const struct fv_table *t, *tables;
	const struct fv_column *c;

	(void)fprintf(out, "\nColumns\n");
	tables = fv_variant_format(f->variant)->tables;
	for (t = tables; t < tables + FV_TABLES; t++)
		for (c = t->columns; c < t->columns + t->ncolumns; c++) {
			if (t == &tables[FV_TABLE_CAPTURES] &&
			    c->technique == NULL)
				continue; /* said once, below */
			(void)fprintf(out, "  %-8s %-22s ", t->name, c->name);
			if (c->technique == NULL && c->refers_to != NULL)
				(void)fprintf(
				    out, "row numbers of %s", c->refers_to);
			else if (c->technique == NULL)
				(void)fputs("as captured", out);
			else
				put_tame(out, c->technique);
			if (c->parameters != NULL) {
				(void)fputs(": ", out);
				put_tame(out, c->parameters);
			}
			if (c->stability != NULL) {
				(void)fputs(" (", out);
				put_tame(out, c->stability);
				(void)fputc(')', out);
			}
			(void)fputc('\n', out);
		}
	(void)fprintf(out, "  %-8s %-22s as counted\n",
	    fv_schema_tables[FV_TABLE_CAPTURES].name, "(all else)");
}

static void
print_facts(FILE *out, const struct facts *f)
{
	size_t i;

	print_attributes(out, f);
	print_coverage(out, f);
	print_sites(out, f);
	(void)fprintf(out, "\nRows\n");
	for (i = 0; i < FV_TABLES; i++)
		(void)fprintf(out, "  %-22s %15" PRIu64 "  %s\n",
		    fv_schema_tables[i].name,
		    fv_reader_rows(f->reader, (enum fv_table_id)i),
		    fv_schema_tables[i].title);
	print_captures(out, f);
	print_columns(out, f);
	print_policy(out, f);
}

char *
fv_info_text(struct fv_reader *r, struct fv_err *err)
{
	char *text = NULL;
	size_t length = 0;
	struct facts f;
	FILE *out;
	int failed = 1;

	if (gather(r, &f, err) == -1)
		return NULL;
	if ((out = open_memstream(&text, &length)) != NULL) {
		print_facts(out, &f);
		failed = ferror(out);
		if (fclose(out) != 0)
			failed = 1;
	}
	forget(&f);
	if (!failed)
		return text;
	free(text);
	(void)fv_err_set(err, FV_EMEMORY, "out of memory");
	return NULL;
}

/* Text of a file; what is not UTF-8 cannot be a JSON string. */
static json_t *
text_json(char *text)
{
	json_t *value = text == NULL ? json_null() : json_string(text);

	free(text);
	return value == NULL ? json_string("(not UTF-8)") : value;
}

static json_t *
attributes_json(const struct facts *f)
{
	json_t *o = json_object();
	const struct fv_attribute *a;
	const char *text;
	int64_t number;

	for (a = fv_schema_attributes; a->name != NULL; a++) {
		if ((text = fv_reader_text(f->reader, a->name)) != NULL)
			(void)json_object_set_new(o, a->name,
			    text_json(fv_info_tame(text, strlen(text))));
		else if (fv_reader_number(f->reader, a->name, &number))
			(void)json_object_set_new(
			    o, a->name, json_integer(number));
	}
	return o;
}

static json_t *
time_json(bool known, int64_t ns)
{
	char text[FV_INFO_TIME];

	fv_info_time(ns, text);
	return known ? json_string(text) : json_null();
}

static json_t *
counters_json(const uint64_t counter[FV_COUNTERS])
{
	json_t *o = json_object();
	int i;

	for (i = 0; i < FV_COUNTERS; i++)
		(void)json_object_set_new(o, fv_counter_info[i].column,
		    json_integer((json_int_t)counter[i]));
	return o;
}

static json_t *
captures_json(const struct facts *f)
{
	json_t *list = json_array();
	const struct fv_capture_row *c;
	uint64_t i;
	bool known;

	for (i = 0; i < f->ncaptures; i++) {
		c = &f->captures[i];
		known = c->counter[FV_COUNT_RECORDED] != 0;
		(void)json_array_append_new(list,
		    json_pack("{s:o, s:s, s:o, s:o, s:o}", "site",
			text_json(site_name(f, c)), "side", side_name(c->side),
			"first_time", time_json(known, c->first_time),
			"last_time", time_json(known, c->last_time), "counters",
			counters_json(c->counter)));
	}
	return list;
}

/* Text of a file that stays its own. */
static json_t *
words_json(const char *text)
{
	return text_json(text == NULL ? NULL : strdup(text));
}

static json_t *
columns_json(const struct facts *f)
{
	json_t *list = json_array();
	const struct fv_table *t, *tables;
	const struct fv_column *c;

	tables = fv_variant_format(f->variant)->tables;
	for (t = tables; t < tables + FV_TABLES; t++)
		for (c = t->columns; c < t->columns + t->ncolumns; c++)
			(void)json_array_append_new(list,
			    json_pack("{s:s, s:s, s:o, s:o, s:o}", "table",
				t->name, "column", c->name,
				"anonymization_technique",
				words_json(c->technique),
				"anonymization_stability",
				words_json(c->stability),
				"anonymization_parameters",
				words_json(c->parameters)));
	return list;
}

char *
fv_info_json(struct fv_reader *r, struct fv_err *err)
{
	json_t *rows = json_object(), *root;
	char *text = NULL, *line;
	struct facts f;
	size_t i;

	if (gather(r, &f, err) == -1) {
		json_decref(rows);
		return NULL;
	}
	for (i = 0; i < FV_TABLES; i++)
		(void)json_object_set_new(rows, fv_schema_tables[i].name,
		    json_integer(
			(json_int_t)fv_reader_rows(r, (enum fv_table_id)i)));
	root = json_pack("{s:o, s:{s:o, s:o}, s:o, s:o, s:o, s:o}",
	    "attributes", attributes_json(&f), "time_coverage", "start",
	    time_json(f.covered, f.first), "end", time_json(f.covered, f.last),
	    "rows", rows, "counters", counters_json(f.total), "captures",
	    captures_json(&f), "columns", columns_json(&f));
	forget(&f);
	line = json_dumps(root, JSON_INDENT(2));
	json_decref(root);
	if (line == NULL || asprintf(&text, "%s\n", line) == -1) {
		(void)fv_err_set(err, FV_EMEMORY, "out of memory");
		text = NULL;
	}
	free(line);
	return text;
}

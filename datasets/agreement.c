#include "datasets/agreement.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "datasets/info.h"
#include "datasets/schema.h"
#include "datasets/series.h"

/* Of a value, as much as a message quotes. */
enum { QUOTED = 80 };

/* Different words about the datasets; more than this say nothing. */
enum { WORDS_LIMIT = 65536 };

/* An attribute of the result. */
struct attribute {
	char *name;
	bool is_number;
	int64_t number;
	char **texts; /* distinct; one of them unless words may differ */
	size_t ntexts, capacity;
	unsigned seen; /* in so many datasets */
};

struct fv_agreement {
	struct attribute *attributes;
	size_t count, capacity;
	const char *first; /* name of the first dataset */
	unsigned added;    /* datasets */
};

enum treatment { LEAVE_OUT, GATHER, AGREE };

static enum treatment
treatment_of(const char *name)
{
	static const struct {
		const char *name;
		enum treatment treatment;
	} special[] = {
		{ "FORMAT_VERSION", LEAVE_OUT },
		{ "content_digest", LEAVE_OUT },
		{ "time_coverage_start", LEAVE_OUT },
		{ "time_coverage_end", LEAVE_OUT },
		{ FV_SERIES_NAME, LEAVE_OUT },
		{ FV_SERIES_NUMBER, LEAVE_OUT },
		{ FV_SERIES_CAPTURE, LEAVE_OUT },
		{ FV_SERIES_LAST, LEAVE_OUT },
		{ "title", GATHER },
		{ "summary", GATHER },
		{ "creator_name", GATHER },
		{ "institution", GATHER },
		{ "source", GATHER },
	};
	size_t i;

	for (i = 0; i < FV_COUNT(special); i++)
		if (strcmp(special[i].name, name) == 0)
			return special[i].treatment;
	return AGREE;
}

struct fv_agreement *
fv_agreement_new(struct fv_err *err)
{
	return fv_memory_new(1, sizeof(struct fv_agreement), err);
}

/* Where two datasets differ in much, these are what to tell of first. */
static bool
comes_first(const char *name)
{
	return strcmp(name, "key_id") == 0 ||
	    strcmp(name, "record_mode") == 0 ||
	    strcmp(name, FV_SCHEMA_POLICY_NAME) == 0;
}

/* One dataset while its attributes are visited. */
struct visit {
	struct fv_agreement *agreement;
	const char *name; /* of the dataset */
	bool foremost;    /* those that come first, or the others */
	bool failed;
	struct fv_err *err;
};

static int
out_of_memory(struct fv_err *err)
{
	return fv_err_set(err, FV_EMEMORY, "out of memory");
}

/* A value as messages quote it, to be freed, or NULL. */
static char *
quotable(bool is_number, const char *text, int64_t number)
{
	char *quoted = NULL;

	if (!is_number)
		return fv_info_tame(text, QUOTED);
	return asprintf(&quoted, "%" PRId64, number) == -1 ? NULL : quoted;
}

/* Say in what ${name} and the first dataset do not agree. */
static int
disagree(const struct visit *v, const struct attribute *a, const char *text,
    int64_t number)
{
	const bool is_number = text == NULL;
	char *here = quotable(is_number, text, number);
	char *there = quotable(
	    a->is_number, a->is_number ? NULL : a->texts[0], a->number);
	char *name = fv_info_tame(a->name, QUOTED);

	if (here == NULL || there == NULL || name == NULL)
		(void)out_of_memory(v->err);
	else if (strcmp(a->name, "key_id") == 0)
		(void)fv_err_set(v->err, FV_EFORMAT,
		    "%s: was made under the key %s, %s under %s: one pseudonym "
		    "would stand for two hosts; datasets of one key can be "
		    "merged",
		    v->name, here, v->agreement->first, there);
	else if (strcmp(a->name, FV_SCHEMA_POLICY_NAME) == 0)
		(void)fv_err_set(v->err, FV_EFORMAT,
		    "%s: was made under the policy %s, %s under %s; only "
		    "datasets of one policy can be merged",
		    v->name, here, v->agreement->first, there);
	else if (strcmp(a->name, FV_SCHEMA_POLICY) == 0)
		(void)fv_err_set(v->err, FV_EFORMAT,
		    "%s: has another policy of the same name than %s; only "
		    "datasets of one policy can be merged",
		    v->name, v->agreement->first);
	else if (strcmp(a->name, "anonymization_scheme") == 0 ||
	    strcmp(a->name, "address_spaces") == 0 ||
	    strcmp(a->name, "release") == 0)
		(void)fv_err_set(v->err, FV_EFORMAT,
		    "%s: %s is '%s', but '%s' in %s: the same address has "
		    "other pseudonyms there; only datasets of one mapping can "
		    "be merged",
		    v->name, name, here, there, v->agreement->first);
	else
		(void)fv_err_set(v->err, FV_EFORMAT,
		    "%s: %s is %s, but %s in %s; only datasets that were made "
		    "with the same settings can be merged",
		    v->name, name, here, there, v->agreement->first);
	free(here);
	free(there);
	free(name);
	return -1;
}

/* Say that only one of the two has an attribute. */
static int
lack(const struct visit *v, const char *attribute, const char *with,
    const char *without)
{
	char *name = fv_info_tame(attribute, QUOTED);

	(void)fv_err_set(v->err, FV_EFORMAT,
	    "%s: %s is set, but not in %s; only datasets that were made with "
	    "the same settings can be merged",
	    with, name == NULL ? "an attribute" : name, without);
	free(name);
	return -1;
}

static struct attribute *
find(const struct fv_agreement *g, const char *name)
{
	size_t i;

	for (i = 0; i < g->count; i++)
		if (strcmp(g->attributes[i].name, name) == 0)
			return &g->attributes[i];
	return NULL;
}

/* Add a text to those of an attribute, unless it is one of them. */
static int
add_text(struct attribute *a, const char *text, struct fv_err *err)
{
	char **grown, *copy;
	size_t i;

	for (i = 0; i < a->ntexts; i++)
		if (strcmp(a->texts[i], text) == 0)
			return 0;
	grown = fv_memory_grow(a->texts, &a->capacity, a->ntexts + 1,
	    sizeof(*grown), WORDS_LIMIT, err);
	if (grown == NULL)
		return fv_err_within(err, "%s", a->name);
	a->texts = grown;
	if ((copy = strdup(text)) == NULL)
		return out_of_memory(err);
	a->texts[a->ntexts++] = copy;
	return 0;
}

static struct attribute *
enter(struct fv_agreement *g, const char *name, struct fv_err *err)
{
	struct attribute *a;
	void *grown;

	grown = fv_memory_grow(g->attributes, &g->capacity, g->count + 1,
	    sizeof(*a), WORDS_LIMIT, err);
	if (grown == NULL)
		return NULL;
	g->attributes = grown;
	a = &g->attributes[g->count];
	if ((a->name = strdup(name)) == NULL) {
		(void)out_of_memory(err);
		return NULL;
	}
	g->count++;
	return a;
}

static int
take(const struct visit *v, const char *name, const char *text, int64_t number)
{
	enum treatment treatment = treatment_of(name);
	struct attribute *a = find(v->agreement, name);

	if (treatment == LEAVE_OUT || (treatment == GATHER && text == NULL))
		return 0;
	if (a == NULL) {
		if (treatment == AGREE && v->agreement->added > 0)
			return lack(v, name, v->name, v->agreement->first);
		if ((a = enter(v->agreement, name, v->err)) == NULL)
			return -1;
		a->is_number = text == NULL;
		a->number = number;
	} else if (treatment == AGREE &&
	    (a->is_number != (text == NULL) ||
		(text == NULL ? a->number != number
			      : strcmp(a->texts[0], text) != 0)))
		return disagree(v, a, text, number);
	a->seen++;
	return text == NULL ? 0 : add_text(a, text, v->err);
}

static void
on_attribute(void *context, const char *name, const char *text, int64_t number)
{
	struct visit *v = context;

	if (comes_first(name) == v->foremost && !v->failed &&
	    take(v, name, text, number) == -1)
		v->failed = true;
}

int
fv_agreement_add(struct fv_agreement *g, const struct fv_reader *reader,
    const char *name, struct fv_err *err)
{
	struct visit v = { g, name, true, false, err };
	const struct attribute *a;
	size_t i;

	if (g->added == 0)
		g->first = name;
	fv_reader_attributes(reader, on_attribute, &v);
	v.foremost = false;
	fv_reader_attributes(reader, on_attribute, &v);
	if (v.failed)
		return -1;
	g->added++;
	for (i = 0; i < g->count; i++) {
		a = &g->attributes[i];
		if (treatment_of(a->name) == AGREE && a->seen != g->added)
			return lack(&v, a->name, g->first, name);
	}
	return 0;
}

static int
by_bytes(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

/* All texts of an attribute in one, to be freed, or NULL. */
static char *
join(struct attribute *a)
{
	char *joined = NULL;
	size_t i, length = 0;
	FILE *out;

	qsort(a->texts, a->ntexts, sizeof(*a->texts), by_bytes);
	if ((out = open_memstream(&joined, &length)) == NULL)
		return NULL;
	for (i = 0; i < a->ntexts; i++)
		(void)fprintf(out, "%s%s", i == 0 ? "" : "; ", a->texts[i]);
	if (fclose(out) == 0)
		return joined;
	free(joined);
	return NULL;
}

static int
write_attribute(
    struct attribute *a, struct fv_writer *writer, struct fv_err *err)
{
	char *text;
	int rc;

	if (a->is_number)
		return fv_writer_number(writer, a->name, a->number, err);
	if ((text = join(a)) == NULL)
		return out_of_memory(err);
	rc = fv_writer_text(writer, a->name, text, err);
	free(text);
	return rc;
}

int
fv_agreement_write(
    struct fv_agreement *g, struct fv_writer *writer, struct fv_err *err)
{
	size_t i;

	for (i = 0; i < g->count; i++)
		if (write_attribute(&g->attributes[i], writer, err) == -1)
			return -1;
	return 0;
}

void
fv_agreement_free(struct fv_agreement *g)
{
	struct attribute *a;
	size_t i, k;

	if (g == NULL)
		return;
	for (i = 0; i < g->count; i++) {
		a = &g->attributes[i];
		for (k = 0; k < a->ntexts; k++)
			free(a->texts[k]);
		free(a->texts);
		free(a->name);
	}
	free(g->attributes);
	free(g);
}

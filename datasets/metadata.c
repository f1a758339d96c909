#include "datasets/metadata.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fill.h"
#include "base/memory.h"
#include "datasets/metadata_field.h"
#include "datasets/yaml.h"

/* More authors, sites or keywords than any release has. */
enum { ITEMS_MOST = 256 };

struct state {
	struct fv_metadata_faults *faults;
	struct fv_err *err; /* of what is no fault of the file: no memory */
	bool failed;
};

static void FV_PRINTF(3, 4)
    fault(struct state *s, unsigned line, const char *fmt, ...)
{
	struct fv_metadata_fault *f;
	va_list ap;

	if (s->faults->count++ >= FV_METADATA_FAULTS)
		return;
	f = &s->faults->fault[s->faults->count - 1];
	f->line = line;
	va_start(ap, fmt);
	(void)vsnprintf(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);
}

static void
no_memory(struct state *s)
{
	(void)fv_err_set(s->err, FV_EMEMORY, "out of memory");
	s->failed = true;
}

/* The field at ${at}, which is a pointer to text or an array. */
static char **
text_at(void *base, size_t at)
{
	return (char **)((char *)base + at);
}

/* All arrays of metadata.h are laid out like this one. */
static struct fv_metadata_words *
array_at(void *base, size_t at)
{
	return (struct fv_metadata_words *)((char *)base + at);
}

/* A copy of ${text} without white space at its ends; CR LF is LF. */
static char *
trimmed(const char *text)
{
	char *copy, *to;
	size_t n;

	text += strspn(text, " \t\r\n");
	n = strlen(text);
	while (n > 0 && strchr(" \t\r\n", text[n - 1]) != NULL)
		n--;
	if ((copy = strndup(text, n)) == NULL)
		return NULL;
	for (to = copy; *to != '\0'; to++)
		if (to[0] == '\r' && to[1] == '\n')
			memmove(to, to + 1, strlen(to));
	return copy;
}

static void
take_text(struct state *s, const struct fv_metadata_field *field,
    const struct fv_yaml *node, char **to)
{
	const char *why;
	char *text;

	if (node->kind != FV_YAML_TEXT) {
		fault(s, node->line, "'%s' is text, not a list or a map",
		    field->name);
		return;
	}
	if ((text = trimmed(node->text)) == NULL) {
		no_memory(s);
		return;
	}
	if (text[0] == '\0') {
		free(text);
		if (field->required)
			fault(s, node->line, "'%s' is empty", field->name);
		return;
	}
	*to = text;
	if (field->shape == FV_METADATA_CONSTANT) {
		if (strcmp(text, field->example) != 0)
			fault(s, node->line, "'%s' must be %s", field->name,
			    field->example);
	} else if ((why = fv_metadata_value_fault(field, text)) != NULL) {
		fault(s, node->line, "'%s' %s", field->name, why);
	}
}

static void take_group(struct state *s, const struct fv_metadata_field *group,
    const struct fv_yaml *node, void *base);

/* How many elements ${node} has; 0, with a fault told, if it is no list. */
static size_t
list_length(struct state *s, const struct fv_metadata_field *field,
    const struct fv_yaml *node)
{
	const struct fv_yaml *item;
	size_t n = 0;

	if (node->kind == FV_YAML_TEXT && node->text[0] == '\0') {
		if (field->required)
			fault(s, node->line, "'%s' is empty", field->name);
		return 0;
	}
	if (node->kind != FV_YAML_LIST) {
		fault(s, node->line,
		    "'%s' is a list: each item on a line of its own that "
		    "begins with '- '",
		    field->name);
		return 0;
	}
	for (item = node->first; item != NULL; item = item->next)
		n++;
	if (n == 0 && field->required)
		fault(s, node->line, "'%s' is empty", field->name);
	if (n > ITEMS_MOST) {
		fault(s, node->line, "'%s' has more than %d items", field->name,
		    ITEMS_MOST);
		return 0;
	}
	return n;
}

static void
take_list(struct state *s, const struct fv_metadata_field *field,
    const struct fv_yaml *node, void *base)
{
	struct fv_metadata_words *to = array_at(base, field->at);
	bool words = field->shape == FV_METADATA_WORDS;
	size_t n = list_length(s, field, node);
	size_t size = words ? sizeof(*to->items) : field->size;
	const struct fv_yaml *item;
	char *at;

	if (n == 0)
		return;
	if ((at = fv_memory_new(n, size, s->err)) == NULL) {
		s->failed = true;
		return;
	}
	to->items = (void *)at;
	to->count = n;
	for (item = node->first; item != NULL; item = item->next, at += size)
		if (words)
			take_text(s, field, item, (char **)(void *)at);
		else
			take_group(s, field, item, at);
}

/* How many letters to change, add or leave out to make ${a} of ${b}. */
static unsigned
distance(const char *a, const char *b)
{
	unsigned row[32], left, corner, best;
	size_t i, j, n = strlen(b);

	if (n >= FV_COUNT(row))
		return UINT32_MAX;
	for (j = 0; j <= n; j++)
		row[j] = (unsigned)j;
	for (i = 1; a[i - 1] != '\0'; i++) {
		corner = row[0];
		row[0] = (unsigned)i;
		for (j = 1; j <= n; j++) {
			left = row[j - 1] + 1;
			best = corner + (a[i - 1] == b[j - 1] ? 0 : 1);
			corner = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			row[j] = left < best ? left : best;
		}
	}
	return row[n];
}

static void
unknown_field(struct state *s, const struct fv_metadata_field *group,
    const struct fv_yaml *node)
{
	const char *nearest = NULL;
	unsigned least = 3, d;
	size_t i;

	for (i = 0; i < group->nfields; i++) {
		d = distance(node->key, group->fields[i].name);
		if (d < least) {
			least = d;
			nearest = group->fields[i].name;
		}
	}
	if (nearest != NULL)
		fault(s, node->line, "'%.64s' is not a field; is '%s' meant?",
		    node->key, nearest);
	else
		fault(s, node->line, "'%.64s' is not a field that is read here",
		    node->key);
}

static void
take_field(struct state *s, const struct fv_metadata_field *field,
    const struct fv_yaml *node, void *base)
{
	if (field->shape == FV_METADATA_GROUP)
		take_group(s, field, node, base);
	else if (field->shape == FV_METADATA_ITEMS ||
	    field->shape == FV_METADATA_WORDS)
		take_list(s, field, node, base);
	else
		take_text(s, field, node, text_at(base, field->at));
}

static void
take_group(struct state *s, const struct fv_metadata_field *group,
    const struct fv_yaml *node, void *base)
{
	const struct fv_metadata_field *f;
	const struct fv_yaml *child;
	size_t i;

	if (node->kind != FV_YAML_MAP) {
		fault(s, node->line, "'%s' is made of fields: 'name: value'",
		    group->name == NULL ? "the file" : group->name);
		return;
	}
	for (child = node->first; child != NULL; child = child->next) {
		for (i = 0; i < group->nfields; i++)
			if (strcmp(group->fields[i].name, child->key) == 0)
				break;
		if (i == group->nfields)
			unknown_field(s, group, child);
		else
			take_field(s, &group->fields[i], child, base);
	}
	for (i = 0; i < group->nfields; i++) {
		f = &group->fields[i];
		if (f->required && fv_yaml_find(node, f->name) == NULL)
			fault(s, node->line, "'%s' is missing%s%s", f->name,
			    group->name == NULL ? "" : " in ",
			    group->name == NULL ? "" : group->name);
	}
}

/* The line of ${key} in ${map}, and of its item ${i} if that is a list. */
static unsigned
line_of(const struct fv_yaml *map, const char *key, size_t i)
{
	const struct fv_yaml *node = fv_yaml_find(map, key);

	if (node == NULL)
		return map->line;
	if (node->kind != FV_YAML_LIST)
		return node->line;
	for (node = node->first; node->next != NULL && i > 0; i--)
		node = node->next;
	return node->line;
}

static void
check_people(struct state *s, const struct fv_metadata_people *people,
    const struct fv_yaml *root, const char *key)
{
	const struct fv_metadata_person *p;
	size_t i;

	for (i = 0; i < people->count; i++) {
		p = &people->items[i];
		if (p->name == NULL && p->family_names == NULL)
			fault(s, line_of(root, key, i),
			    "'%s' %zu has neither 'family-names' nor the "
			    "'name' of a group",
			    key, i + 1);
		else if (p->name != NULL &&
		    (p->family_names != NULL || p->given_names != NULL ||
			p->affiliation != NULL))
			fault(s, line_of(root, key, i),
			    "'%s' %zu is a group by its 'name', and a person "
			    "by other fields: leave one of them empty",
			    key, i + 1);
	}
}

static void
check_contacts(
    struct state *s, const struct fv_metadata *m, const struct fv_yaml *root)
{
	size_t i;

	for (i = 0; i < m->contacts.count; i++)
		if (m->contacts.items[i].email != NULL)
			return;
	if (m->contacts.count > 0)
		fault(s, line_of(root, "contact", SIZE_MAX),
		    "'contact' has no 'email'");
}

static void
check_sites(
    struct state *s, const struct fv_metadata *m, const struct fv_yaml *map)
{
	size_t i, j;

	for (i = 0; i < m->sites.count; i++)
		for (j = 0; j < i; j++)
			if (m->sites.items[i].name != NULL &&
			    m->sites.items[j].name != NULL &&
			    strcmp(m->sites.items[i].name,
				m->sites.items[j].name) == 0)
				fault(s, line_of(map, "sites", i),
				    "'sites' has this 'name' twice");
}

/* What no field can say alone. */
static void
check_together(
    struct state *s, const struct fv_metadata *m, const struct fv_yaml *root)
{
	const struct fv_yaml *map, *collection;

	check_people(s, &m->authors, root, "authors");
	check_people(s, &m->contacts, root, "contact");
	check_contacts(s, m, root);
	if (m->license != NULL && m->license_url != NULL)
		fault(s, line_of(root, "license-url", 0),
		    "'license-url' stands instead of 'license', not beside it");
	if ((map = fv_yaml_find(root, "flowveil")) == NULL ||
	    map->kind != FV_YAML_MAP)
		return;
	check_sites(s, m, map);
	/* Dates as text: the longer one of two that agree is not earlier. */
	collection = fv_yaml_find(map, "collection");
	if (m->collection_start == NULL || m->collection_end == NULL ||
	    collection == NULL || collection->kind != FV_YAML_MAP)
		return;
	if (strncmp(m->collection_start, m->collection_end, 10) > 0 ||
	    (strlen(m->collection_start) == strlen(m->collection_end) &&
		strcmp(m->collection_start, m->collection_end) > 0))
		fault(s, line_of(collection, "end", 0),
		    "'end' is earlier than 'start'");
	if (m->date_released != NULL &&
	    strncmp(m->date_released, m->collection_end, 10) < 0)
		fault(s, line_of(root, "date-released", 0),
		    "'date-released' is earlier than the collection's end");
}

static int
by_line(const void *a, const void *b)
{
	unsigned x = ((const struct fv_metadata_fault *)a)->line;
	unsigned y = ((const struct fv_metadata_fault *)b)->line;

	return x < y ? -1 : x > y;
}

struct fv_metadata *
fv_metadata_parse(const char *text, size_t length,
    struct fv_metadata_faults *faults, struct fv_err *err)
{
	struct state s = { faults, err, false };
	struct fv_metadata *m;
	struct fv_yaml *root;
	unsigned line;

	faults->count = 0;
	if ((m = fv_memory_new(1, sizeof(*m), err)) == NULL)
		return NULL;
	if ((root = fv_yaml_parse(text, length, &line, err)) == NULL) {
		if (err->code != FV_EMEMORY)
			fault(&s, line, "%.300s", err->text);
		s.failed = true;
	} else {
		take_group(&s, &fv_metadata_root, root, m);
		if (root->kind == FV_YAML_MAP)
			check_together(&s, m, root);
	}
	fv_yaml_free(root);
	if (!s.failed && faults->count == 0)
		return m;
	/* A stable order: mergesort of so few would be no other. */
	qsort(faults->fault,
	    faults->count < FV_METADATA_FAULTS ? faults->count
					       : FV_METADATA_FAULTS,
	    sizeof(faults->fault[0]), by_line);
	if (faults->count > 0)
		(void)fv_err_set(err, FV_EFORMAT, "%zu thing%s to mend",
		    faults->count, faults->count == 1 ? "" : "s");
	fv_metadata_free(m);
	return NULL;
}

struct fv_metadata *
fv_metadata_open(
    const char *path, struct fv_metadata_faults *faults, struct fv_err *err)
{
	/* O_NONBLOCK: a FIFO of that name must not make us wait for ever. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct fv_metadata *m = NULL;
	struct stat st;
	char *text;
	ssize_t n = -1;

	faults->count = 0;
	if ((text = fv_memory_new(FV_YAML_BYTES + 1, 1, err)) == NULL)
		goto out;
	if (fd == -1 || fstat(fd, &st) == -1)
		(void)fv_err_system(err, errno, "not readable");
	else if (!S_ISREG(st.st_mode))
		(void)fv_err_set(err, FV_EIO, "is not a regular file");
	else if ((n = fv_fill(fd, text, FV_YAML_BYTES + 1)) == -1)
		(void)fv_err_system(err, errno, "not readable");
	else
		m = fv_metadata_parse(text, (size_t)n, faults, err);
out:
	if (fd != -1)
		(void)close(fd);
	free(text);
	return m;
}

static void
free_group(const struct fv_metadata_field *group, void *base)
{
	const struct fv_metadata_field *f;
	struct fv_metadata_words *list;
	size_t i, j;

	for (i = 0; i < group->nfields; i++) {
		f = &group->fields[i];
		if (f->shape == FV_METADATA_GROUP) {
			free_group(f, base);
			continue;
		}
		if (f->shape != FV_METADATA_ITEMS &&
		    f->shape != FV_METADATA_WORDS) {
			free(*text_at(base, f->at));
			continue;
		}
		list = array_at(base, f->at);
		for (j = 0; j < list->count; j++)
			if (f->shape == FV_METADATA_WORDS)
				free(list->items[j].text);
			else
				free_group(
				    f, (char *)list->items + j * f->size);
		free(list->items);
	}
}

void
fv_metadata_free(struct fv_metadata *m)
{
	if (m == NULL)
		return;
	free_group(&fv_metadata_root, m);
	free(m);
}

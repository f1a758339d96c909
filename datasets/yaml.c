#include "datasets/yaml.h"

#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "base/memory.h"

struct state {
	yaml_parser_t parser;
	size_t nodes;
	const char *text;
	size_t length;
	unsigned *line;
	struct fv_err *err;
};

static struct fv_yaml *take_node(
    struct state *s, const yaml_event_t *event, unsigned depth);

/* Say ${text} of line ${line}; nothing of the tree comes then. */
static void *
refuse(struct state *s, size_t line, enum fv_errcode code, const char *text)
{
	*s->line = (unsigned)line + 1;
	(void)fv_err_set(s->err, code, "%s", text);
	return NULL;
}

/* How many lines end within the first ${n} bytes. */
static size_t
lines_before(const struct state *s, size_t n)
{
	size_t i, lines = 0;

	for (i = 0; i < n && i < s->length; i++)
		lines += s->text[i] == '\n';
	return lines;
}

static bool
next_event(struct state *s, yaml_event_t *event)
{
	const char *problem;
	size_t line;

	if (yaml_parser_parse(&s->parser, event) == 1)
		return true;
	problem = s->parser.problem;
	line = s->parser.problem_mark.line;
	/* A fault of the encoding is told by its byte, not by its line. */
	if (s->parser.error == YAML_READER_ERROR)
		line = lines_before(s, s->parser.problem_offset);
	(void)refuse(s, line, FV_EFORMAT, "is not YAML");
	if (problem != NULL)
		(void)fv_err_set(s->err, FV_EFORMAT,
		    "is not YAML: %s (a text that holds ': ' or ' #' needs "
		    "quotes; indent with spaces)",
		    problem);
	return false;
}

static struct fv_yaml *
new_node(struct state *s, const yaml_event_t *event, enum fv_yaml_kind kind)
{
	struct fv_yaml *node;

	if (++s->nodes > FV_YAML_NODES)
		return refuse(s, event->start_mark.line, FV_ELIMIT,
		    "more values than a description of a dataset has");
	if ((node = fv_memory_new(1, sizeof(*node), s->err)) == NULL)
		return NULL;
	node->kind = kind;
	node->line = (unsigned)event->start_mark.line + 1;
	return node;
}

static bool
is_null(const yaml_event_t *event)
{
	const char *text = (const char *)event->data.scalar.value;

	return event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	    (strcmp(text, "~") == 0 || strcmp(text, "null") == 0);
}

static struct fv_yaml *
take_text(struct state *s, const yaml_event_t *event)
{
	const char *text = (const char *)event->data.scalar.value;
	size_t line = event->start_mark.line;
	struct fv_yaml *node;

	if (event->data.scalar.anchor != NULL || event->data.scalar.tag != NULL)
		return refuse(s, line, FV_EFORMAT,
		    "anchors and tags of YAML are not read here");
	if (strlen(text) != event->data.scalar.length)
		return refuse(s, line, FV_EFORMAT, "holds a NUL character");
	if ((node = new_node(s, event, FV_YAML_TEXT)) == NULL)
		return NULL;
	if ((node->text = strdup(is_null(event) ? "" : text)) == NULL) {
		(void)fv_err_set(s->err, FV_EMEMORY, "out of memory");
		fv_yaml_free(node);
		return NULL;
	}
	return node;
}

/* The key of a map whose event is ${event}, with its line; or NULL. */
static char *
take_key(struct state *s, const struct fv_yaml *map, const yaml_event_t *event)
{
	const char *text;
	char *key;

	if (event->type != YAML_SCALAR_EVENT)
		return refuse(s, event->start_mark.line, FV_EFORMAT,
		    "a field's name is a word, not a list or a map");
	text = (const char *)event->data.scalar.value;
	if (fv_yaml_find(map, text) != NULL) {
		*s->line = (unsigned)event->start_mark.line + 1;
		(void)fv_err_set(s->err, FV_EFORMAT,
		    "'%.64s' stands here a second time", text);
		return NULL;
	}
	if ((key = strdup(text)) == NULL)
		(void)fv_err_set(s->err, FV_EMEMORY, "out of memory");
	return key;
}

/* One child of ${parent}, whose first event is ${event}. */
static struct fv_yaml *
take_child(struct state *s, const struct fv_yaml *parent,
    const yaml_event_t *event, unsigned depth)
{
	struct fv_yaml *child;
	yaml_event_t value;
	char *key;

	if (parent->kind == FV_YAML_LIST)
		return take_node(s, event, depth);
	if ((key = take_key(s, parent, event)) == NULL)
		return NULL;
	if (!next_event(s, &value)) {
		free(key);
		return NULL;
	}
	child = take_node(s, &value, depth);
	yaml_event_delete(&value);
	if (child == NULL) {
		free(key);
		return NULL;
	}
	child->key = key;
	child->line = (unsigned)event->start_mark.line + 1;
	return child;
}

/* A list or a map, up to the event that ends it. */
static struct fv_yaml *
take_many(struct state *s, const yaml_event_t *start, unsigned depth)
{
	bool list = start->type == YAML_SEQUENCE_START_EVENT;
	struct fv_yaml *parent, *child, **end;
	yaml_event_t event;
	bool over = false;

	if (depth == FV_YAML_DEPTH)
		return refuse(s, start->start_mark.line, FV_ELIMIT,
		    "is nested too deeply");
	parent = new_node(s, start, list ? FV_YAML_LIST : FV_YAML_MAP);
	if (parent == NULL)
		return NULL;
	end = &parent->first;
	while (!over) {
		if (!next_event(s, &event))
			goto fail;
		over = event.type == YAML_SEQUENCE_END_EVENT ||
		    event.type == YAML_MAPPING_END_EVENT;
		child = over ? NULL : take_child(s, parent, &event, depth + 1);
		yaml_event_delete(&event);
		if (!over && child == NULL)
			goto fail;
		if (child != NULL) {
			*end = child;
			end = &child->next;
		}
	}
	return parent;
fail:
	fv_yaml_free(parent);
	return NULL;
}

static struct fv_yaml *
take_node(struct state *s, const yaml_event_t *event, unsigned depth)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return take_text(s, event);
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		if ((event->type == YAML_SEQUENCE_START_EVENT
			    ? event->data.sequence_start.anchor
			    : event->data.mapping_start.anchor) != NULL)
			break;
		return take_many(s, event, depth);
	default:
		break;
	}
	return refuse(s, event->start_mark.line, FV_EFORMAT,
	    "anchors and aliases of YAML are not read here");
}

/* Stream and document begin, the root, and both end. */
static struct fv_yaml *
take_document(struct state *s)
{
	struct fv_yaml *root = NULL;
	yaml_event_t event;
	bool over = false;

	while (!over) {
		if (!next_event(s, &event))
			goto fail;
		over = event.type == YAML_STREAM_END_EVENT;
		switch (event.type) {
		case YAML_STREAM_START_EVENT:
		case YAML_DOCUMENT_END_EVENT:
		case YAML_STREAM_END_EVENT:
			break;
		case YAML_DOCUMENT_START_EVENT:
			if (root == NULL)
				break;
			(void)refuse(s, event.start_mark.line, FV_EFORMAT,
			    "a second document begins");
			yaml_event_delete(&event);
			goto fail;
		default:
			root = take_node(s, &event, 0);
			if (root != NULL)
				break;
			yaml_event_delete(&event);
			return NULL;
		}
		yaml_event_delete(&event);
	}
	if (root == NULL)
		(void)fv_err_set(s->err, FV_EFORMAT, "is empty");
	return root;
fail:
	fv_yaml_free(root);
	return NULL;
}

struct fv_yaml *
fv_yaml_parse(
    const char *text, size_t length, unsigned *line, struct fv_err *err)
{
	struct state s = {
		.text = text, .length = length, .line = line, .err = err
	};
	struct fv_yaml *root;

	*line = 0;
	if (length > FV_YAML_BYTES) {
		(void)fv_err_set(err, FV_ELIMIT,
		    "is larger than %d bytes: more than a description of a "
		    "dataset has",
		    FV_YAML_BYTES);
		return NULL;
	}
	if (yaml_parser_initialize(&s.parser) != 1) {
		(void)fv_err_set(err, FV_EMEMORY, "out of memory");
		return NULL;
	}
	yaml_parser_set_encoding(&s.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(
	    &s.parser, (const unsigned char *)text, length);
	root = take_document(&s);
	yaml_parser_delete(&s.parser);
	return root;
}

const struct fv_yaml *
fv_yaml_find(const struct fv_yaml *map, const char *key)
{
	const struct fv_yaml *node;

	for (node = map->first; node != NULL; node = node->next)
		if (node->key != NULL && strcmp(node->key, key) == 0)
			return node;
	return NULL;
}

void
fv_yaml_free(struct fv_yaml *node)
{
	struct fv_yaml *next;

	for (; node != NULL; node = next) {
		next = node->next;
		fv_yaml_free(node->first); /* no deeper than FV_YAML_DEPTH */
		free(node->key);
		free(node->text);
		free(node);
	}
}

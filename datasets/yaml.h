#ifndef DATASETS_YAML_H
#define DATASETS_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * A small YAML file as a tree whose nodes know their line, so that what is
 * wrong with a value can be said where it stands.  The plain part of YAML
 * only: one document of maps, lists and text.  Anchors, aliases and tags are
 * refused, and so are keys that come twice: nothing here needs them, and
 * they are how a small file becomes a large one.
 */
enum fv_yaml_kind { FV_YAML_TEXT, FV_YAML_LIST, FV_YAML_MAP };

struct fv_yaml {
	enum fv_yaml_kind kind;
	unsigned line; /* where it stands, or its key in a map; from 1 */
	char *key;     /* in a map, else NULL */
	char *text;    /* of text: UTF-8 without NUL; null is "" */
	struct fv_yaml *first; /* of a list or map, in order */
	struct fv_yaml *next;
};

/* What a description of a dataset never needs more of. */
#define FV_YAML_BYTES 262144
#define FV_YAML_NODES 4096
#define FV_YAML_DEPTH 8

/*
 * fv_yaml_parse(text, length, line, err):
 * The tree of ${length} bytes of YAML, to be freed with fv_yaml_free.
 * Returns NULL with ${err} set and in ${line} where the fault is (0: no
 * place in particular).
 */
struct fv_yaml *fv_yaml_parse(const char *text, size_t length, unsigned *line,
    struct fv_err *err) FV_MUST_CHECK;

/* The child ${key} of a map, or NULL. */
const struct fv_yaml *fv_yaml_find(const struct fv_yaml *map, const char *key);

void fv_yaml_free(struct fv_yaml *node);

#endif

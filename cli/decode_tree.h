#ifndef CLI_DECODE_TREE_H
#define CLI_DECODE_TREE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/counters.h"

struct json_t; /* of jansson, for those who want JSON */

/*
 * What became of each packet, layer by layer: what was not captured whole,
 * is not decoded, is malformed or is no IP, each by its kind, per capture
 * and in total.  Zero or empty is a tree of no captures.
 */
struct fv_decode_tree {
	struct fv_decode_tree_capture *captures;
	size_t ncaptures, capacity;
};

/*
 * fv_decode_tree_add(tree, label, number, row, err):
 * Add the capture ${label} with its ${number} and ${row} of /captures, of
 * which the tree keeps copies.  Returns 0, or -1 with ${err} set.
 */
int fv_decode_tree_add(struct fv_decode_tree *tree, const char *label,
    uint32_t number, const struct fv_capture_row *row,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_decode_tree_text(tree, to):
 * Print the tree of all captures, and of each when there are several.  What
 * is zero is left out.
 */
void fv_decode_tree_text(const struct fv_decode_tree *tree, FILE *to);

/*
 * fv_decode_tree_visit(tree, visit, arg):
 * Call ${visit} with the label and the counters of each capture.
 */
typedef void fv_decode_tree_visitor(
    void *arg, const char *label, const uint64_t counter[FV_COUNTERS]);
void fv_decode_tree_visit(const struct fv_decode_tree *tree,
    fv_decode_tree_visitor *visit, void *arg);

/*
 * fv_decode_tree_json(tree):
 * The same, and all that is zero, as an object with "total" and "captures".
 * The caller owns the reference; NULL when memory ran out.
 */
struct json_t *fv_decode_tree_json(const struct fv_decode_tree *tree);

/*
 * fv_decode_tree_has(counter):
 * In how many places of the tree ${counter} stands; for tests.
 */
int fv_decode_tree_has(enum fv_counter counter);

void fv_decode_tree_free(struct fv_decode_tree *tree);

#endif

#ifndef DATASETS_ROOT_H
#define DATASETS_ROOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hdf5.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * The root attributes of a dataset: its metadata, its settings, how it was
 * anonymized.  For the writer, which gathers them until the end, and the
 * reader, which has them from the beginning.
 */
struct fv_root_attribute {
	char *name;
	char *text; /* NULL: a number */
	int64_t number;
};

/* Metadata and settings are a few dozen; a file may hold more than ours. */
#define FV_ROOT_MAX 512

struct fv_root {
	struct fv_root_attribute attributes[FV_ROOT_MAX];
	size_t count;
};

/*
 * fv_root_add(root, name, text, number, err):
 * Add ${text}, or ${number} when it is NULL, under a name that is not there
 * yet.  Returns 0, or -1 with ${err} set.
 */
int fv_root_add(struct fv_root *root, const char *name, const char *text,
    int64_t number, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_root_write(root, file, err), fv_root_read(root, file, err):
 * Give them all to ${file}; add those of ${file} that are scalar text or
 * integers, the first FV_ROOT_MAX in order of name.  Callers hold HDF5's
 * printing off.  Returns 0, or -1 with ${err} set.
 */
int fv_root_write(
    const struct fv_root *root, hid_t file, struct fv_err *err) FV_MUST_CHECK;
int fv_root_read(
    struct fv_root *root, hid_t file, struct fv_err *err) FV_MUST_CHECK;

/* The attribute ${name}, or NULL. */
const struct fv_root_attribute *fv_root_find(
    const struct fv_root *root, const char *name);

/* Free what ${root} holds; it is empty after. */
void fv_root_clear(struct fv_root *root);

#endif

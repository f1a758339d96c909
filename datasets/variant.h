#ifndef DATASETS_VARIANT_H
#define DATASETS_VARIANT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/reader.h"
#include "datasets/schema.h"

/*
 * The format of one dataset: the schema, with what was done to each column
 * of that dataset in place of what the schema says of it.  A policy makes
 * it for the writer (fv_writer_new_format); from a file it is read, for those
 * who copy datasets or tell of them.
 */
struct fv_variant;

/*
 * fv_variant_new(biflow, err):
 * The schema as it is, with the columns of biflows or without.  Returns NULL
 * with ${err} set.
 */
struct fv_variant *fv_variant_new(
    bool biflow, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_variant_set(variant, table, column, technique, stability, parameters,
 *     err):
 * Say what was done to a column; each text is copied, and NULL where there is
 * nothing to say.  A technique and a stability go together.  Returns 0, or -1
 * with ${err} set.
 */
int fv_variant_set(struct fv_variant *variant, enum fv_table_id table,
    size_t column, const char *technique, const char *stability,
    const char *parameters, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_variant_read(reader, err):
 * What a dataset says of itself.  Returns NULL with ${err} set.
 */
struct fv_variant *fv_variant_read(
    struct fv_reader *reader, struct fv_err *err) FV_MUST_CHECK;

/* The same once more.  Returns NULL with ${err} set. */
struct fv_variant *fv_variant_copy(
    const struct fv_variant *variant, struct fv_err *err) FV_MUST_CHECK;

/* The format, its tables in schema order; it belongs to ${variant}. */
const struct fv_format *fv_variant_format(const struct fv_variant *variant);

void fv_variant_free(struct fv_variant *variant);

#endif

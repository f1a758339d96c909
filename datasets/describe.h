#ifndef DATASETS_DESCRIBE_H
#define DATASETS_DESCRIBE_H

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/schema.h"

/*
 * A format for people and machines: what `dataset schema` prints, and the
 * tables of docs/dataset-format.md.  Each returns text that ends with a
 * line feed, to be freed by the caller, or NULL with ${err} set.
 */
char *fv_describe_text(
    const struct fv_format *format, struct fv_err *err) FV_MUST_CHECK;
char *fv_describe_json(
    const struct fv_format *format, struct fv_err *err) FV_MUST_CHECK;
char *fv_describe_markdown(
    const struct fv_format *format, struct fv_err *err) FV_MUST_CHECK;

#endif

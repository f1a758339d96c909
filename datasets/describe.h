#ifndef DATASETS_DESCRIBE_H
#define DATASETS_DESCRIBE_H

#include "base/attributes.h"
#include "base/err.h"

/*
 * The schema for people and machines: what `dataset schema` prints, and the
 * tables of docs/dataset-format.md.  Each returns text that ends with a
 * line feed, to be freed by the caller, or NULL with ${err} set.
 */
char *fv_describe_text(struct fv_err *err) FV_MUST_CHECK;
char *fv_describe_json(struct fv_err *err) FV_MUST_CHECK;
char *fv_describe_markdown(struct fv_err *err) FV_MUST_CHECK;

#endif

#ifndef DATASETS_DESCRIBE_H
#define DATASETS_DESCRIBE_H

#include "base/attributes.h"
#include "base/err.h"
#include "base/textbuf.h"

/*
 * The schema in words: what `dataset schema` prints, and what the format
 * document's tables are made of.  All walk the rows of datasets/schema.c.
 */

/* Append the schema as text for a page of eighty columns. */
void fv_describe_text(struct fv_textbuf *out);

/* Append the tables of docs/dataset-format.md, as Markdown. */
void fv_describe_markdown(struct fv_textbuf *out);

/*
 * fv_describe_json(out, err):
 * Append the schema as one JSON document.  Returns 0, or -1 with ${err}
 * set.
 */
int fv_describe_json(struct fv_textbuf *out, struct fv_err *err) FV_MUST_CHECK;

#endif

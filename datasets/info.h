#ifndef DATASETS_INFO_H
#define DATASETS_INFO_H

#include "base/attributes.h"
#include "base/err.h"
#include "base/textbuf.h"
#include "datasets/reader.h"

/*
 * What a dataset says of itself: what `dataset info` prints.
 */

/*
 * fv_info_text(reader, out, err), fv_info_json(reader, out, err):
 * Append title, settings, anonymization, tables, sites, captures and the
 * counters of the conversion, as text for a page or as one JSON document.
 * Return 0, or -1 with ${err} set.
 */
int fv_info_text(struct fv_reader *reader, struct fv_textbuf *out,
    struct fv_err *err) FV_MUST_CHECK;
int fv_info_json(struct fv_reader *reader, struct fv_textbuf *out,
    struct fv_err *err) FV_MUST_CHECK;

#endif

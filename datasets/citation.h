#ifndef DATASETS_CITATION_H
#define DATASETS_CITATION_H

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/metadata.h"

/*
 * fv_citation_cff(metadata, err):
 * The CITATION.cff of a release: Citation File Format 1.2.0, with fields of
 * that format alone, so that its readers take it.
 * fv_citation_line(metadata, err):
 * How to cite it, in one line of plain text (DataCite's recommended form).
 * To be freed; NULL with ${err} set.
 */
char *fv_citation_cff(
    const struct fv_metadata *metadata, struct fv_err *err) FV_MUST_CHECK;
char *fv_citation_line(
    const struct fv_metadata *metadata, struct fv_err *err) FV_MUST_CHECK;

#endif

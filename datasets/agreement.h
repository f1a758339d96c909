#ifndef DATASETS_AGREEMENT_H
#define DATASETS_AGREEMENT_H

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/reader.h"
#include "datasets/writer.h"

/*
 * The root attributes of datasets that are to become one.
 *
 * - What is told of the rows as a whole (time coverage, content digest,
 *   format version, place in a series) is left out: the writer knows better.
 * - Words about a dataset (title, summary, creator_name, institution,
 *   source) may differ; the result has all that there are, in the order of
 *   their bytes, with "; " between.
 * - Everything else must be the same in all: the key, the scheme, the
 *   settings, the terms of use, and what this version does not know.
 */
struct fv_agreement;

/* An agreement of nobody.  Returns NULL with ${err} set. */
struct fv_agreement *fv_agreement_new(struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_agreement_add(agreement, reader, name, err):
 * Add a dataset, called ${name} in messages, which must live as long.
 * Returns 0, or -1 with ${err} set to what it and the first dataset do not
 * agree in.
 */
int fv_agreement_add(struct fv_agreement *agreement,
    const struct fv_reader *reader, const char *name,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_agreement_write(agreement, writer, err):
 * Set the root attributes of the result.  Returns 0, or -1 with ${err} set.
 */
int fv_agreement_write(struct fv_agreement *agreement, struct fv_writer *writer,
    struct fv_err *err) FV_MUST_CHECK;

void fv_agreement_free(struct fv_agreement *agreement);

#endif

#ifndef ANALYSIS_SOURCES_H
#define ANALYSIS_SOURCES_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"
#include "base/attributes.h"
#include "base/err.h"

/*
 * Datasets laid end to end: their rows of /flows in chunks of FV_CHUNK_ROWS
 * (the last one of each dataset is shorter), referring to hosts and captures
 * of all of them by common numbers (analysis/join.h).  Each row is of one
 * direction: a dataset of biflows has those of the sources, chunk by chunk,
 * and beside each the way back (analysis/biflow_rows.h).
 */
struct fv_sources;

/*
 * fv_sources_open(paths, n, err):
 * Open the ${n} datasets at ${paths}, which stay the caller's, and join what
 * they refer to.  Returns NULL with ${err} set, the path in front.
 */
struct fv_sources *fv_sources_open(
    const char *const *paths, size_t n, struct fv_err *err) FV_MUST_CHECK;

/* What they refer to; belongs to ${sources}. */
const struct fv_analysis_context *fv_sources_context(
    const struct fv_sources *sources);

/* FV_ANALYSIS_COLUMN bits of what a policy dropped from any of them. */
uint32_t fv_sources_dropped(const struct fv_sources *sources);

/* The names of their policies, or NULL; belongs to ${sources}. */
const char *fv_sources_policy(const struct fv_sources *sources);

uint64_t fv_sources_rows(const struct fv_sources *sources);
uint64_t fv_sources_chunks(const struct fv_sources *sources);

/* A column that cannot be read: what it refers to is not joined. */
#define FV_SOURCES_NOT_JOINED FV_ANALYSIS_COLUMN(SOURCE_DEVICE)

/*
 * fv_sources_read(sources, chunk, columns, buffer, rows, err):
 * Read chunk number ${chunk} of the columns that ${columns} has bits for,
 * each into buffer[column], with room for FV_CHUNK_ROWS values of the
 * schema's type, and how many rows there are into ${rows}.  Numbers are
 * checked and made common.  Any number of threads may read at a time.
 * Returns 0, or -1 with ${err} set, the dataset's path in front.
 */
int fv_sources_read(const struct fv_sources *sources, uint64_t chunk,
    uint32_t columns, void *const buffer[FV_FLOW_COLUMNS], size_t *rows,
    struct fv_err *err) FV_MUST_CHECK;

void fv_sources_free(struct fv_sources *sources);

#endif

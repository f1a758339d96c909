#ifndef DATASETS_RENUMBER_CAPTURES_H
#define DATASETS_RENUMBER_CAPTURES_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/counters.h"
#include "datasets/series.h"

/*
 * The captures of datasets that are merged (datasets/renumber.h).  Each is a
 * row of its own, but for those of a series: what its datasets count of one
 * capture becomes one row.
 */
struct fv_renumber_captures;

/* None yet.  Returns NULL with ${err} set. */
struct fv_renumber_captures *fv_renumber_captures_new(
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_renumber_captures_add(captures, row, series, name, number, as, err):
 * Enter ${row}, number ${number} of the dataset called ${name}, which must
 * live as long, of ${series}; its site is that of the result.  Sets the
 * number ${*as} that it has there.  Returns 0, or -1 with ${err} set: also
 * when it came with another dataset already.
 */
int fv_renumber_captures_add(struct fv_renumber_captures *captures,
    const struct fv_capture_row *row, const struct fv_series *series,
    const char *name, uint64_t number, uint32_t *as,
    struct fv_err *err) FV_MUST_CHECK;

/* The rows, and how many; they belong to ${captures}. */
const struct fv_capture_row *fv_renumber_captures_rows(
    const struct fv_renumber_captures *captures, size_t *n);

/* Free ${captures} (or NULL). */
void fv_renumber_captures_free(struct fv_renumber_captures *captures);

#endif

#ifndef ANALYSIS_UNITS_H
#define ANALYSIS_UNITS_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"
#include "analysis/visits.h"
#include "base/attributes.h"
#include "base/err.h"

/*
 * Segments in place of addresses: each host that R27 finds behind an internal
 * address gets a number of its own, and rows are given those numbers by their
 * time.  Analyses then work as ever, and know of nothing.
 *
 * The first segment of an address keeps the address's number; the others come
 * after all hosts, address by address.  A record belongs to the segment that
 * began last before it; one from before the first session, to the first.
 */
struct fv_units;

/*
 * fv_units_new(visits, context, err):
 * Segment what ${visits} has.  Returns NULL with ${err} set (FV_ELIMIT where
 * R27 would leave itself out).
 */
struct fv_units *fv_units_new(const struct fv_visits *visits,
    const struct fv_analysis_context *context,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_units_enter(units, context):
 * Let ${context} have the units for hosts; they belong to ${units}.
 */
void fv_units_enter(
    const struct fv_units *units, struct fv_analysis_context *context);

/* Turn hosts' numbers of rows that start at ${start} into units'. */
void fv_units_map(const struct fv_units *units, const int64_t *start,
    uint32_t *number, size_t rows);

void fv_units_free(struct fv_units *units);

#endif

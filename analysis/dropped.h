#ifndef ANALYSIS_DROPPED_H
#define ANALYSIS_DROPPED_H

#include <stdbool.h>

#include "analysis/analysis.h"

/*
 * Results that cannot be had, because the policy of a release dropped a
 * column that they, or the choice of the host that they look at, need.
 */

/* Whether ${analysis} cannot be run over rows of ${context}. */
bool fv_dropped_stops(const struct fv_analysis *analysis,
    const struct fv_analysis_context *context);

/*
 * fv_dropped_put(analysis, context, result):
 * In the place of each of its results, say which columns were dropped.
 */
void fv_dropped_put(const struct fv_analysis *analysis,
    const struct fv_analysis_context *context, struct fv_result *result);

#endif

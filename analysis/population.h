#ifndef ANALYSIS_POPULATION_H
#define ANALYSIS_POPULATION_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"

/*
 * fv_population_put(context, addresses, rows, result):
 * R00: what a report was made from.  ${addresses} is how many there are, of
 * which the hosts of ${context} may be segments.
 */
void fv_population_put(const struct fv_analysis_context *context,
    size_t addresses, uint64_t rows, struct fv_result *result);

#endif

#ifndef ANALYSIS_THE_DATA_H
#define ANALYSIS_THE_DATA_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"

/*
 * fv_the_data_put(context, addresses, rows, result):
 * R00: what a report was made from.  ${addresses} is how many there are, of
 * which the hosts of ${context} may be segments.
 */
void fv_the_data_put(const struct fv_analysis_context *context,
    size_t addresses, uint64_t rows, struct fv_result *result);

#endif

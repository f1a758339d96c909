#ifndef ANALYSIS_THE_DATA_H
#define ANALYSIS_THE_DATA_H

#include <stdint.h>

#include "analysis/analysis.h"
#include "analysis/result.h"

/*
 * fv_the_data_put(units, addresses, records, result):
 * Add R00: what the report was made from, ${records} flow records.  ${units}
 * is the context of the analyses, ${addresses} the one in which hosts are
 * addresses; they differ where segments took the place of addresses.
 */
void fv_the_data_put(const struct fv_analysis_context *units,
    const struct fv_analysis_context *addresses, uint64_t records,
    struct fv_result *result);

#endif

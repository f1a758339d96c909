#ifndef ANALYSIS_LANES_H
#define ANALYSIS_LANES_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/result.h"

/*
 * What every chunk of a column is looked through for before analyses see it,
 * in several lanes side by side: loops of a constant number of lanes become
 * vector code with any compiler.
 */

/* The sum of ${n} values, at most FV_CHUNK_ROWS of them; it always fits. */
fv_result_wide fv_lanes_sum(const uint64_t *value, size_t n);

/* The largest of ${n} values; 0 of none. */
uint32_t fv_lanes_largest_u32(const uint32_t *value, size_t n);
uint8_t fv_lanes_largest_u8(const uint8_t *value, size_t n);

#endif

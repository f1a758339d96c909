#ifndef ANALYSIS_REGULARITY_H
#define ANALYSIS_REGULARITY_H

#include <stddef.h>
#include <stdint.h>

#define FV_REGULARITY_WHOLE 1000

#define FV_REGULARITY_TIGHT 10

/*
 * fv_regularity(value, n, other, median):
 * How regular the ${n} numbers at ${value} are (at least one, each below
 * 2^63), from 0 to FV_REGULARITY_WHOLE: the mean of what the skewness of
 * their quartiles (Bowley) leaves of 1, and of what their median absolute
 * deviation leaves of their median.  Medians and quartiles are the lower
 * ones.  All equal is 1; intervals of arrivals by chance are about a half.
 * Quartiles no farther apart than a tenth of the median are not skewed: of
 * few numbers that lie so close, skewness is what chance makes it.
 * Sorts ${value}; ${other} is room for ${n} more.  Writes the median.
 */
uint64_t fv_regularity(
    uint64_t *value, size_t n, uint64_t *other, uint64_t *median);

#endif

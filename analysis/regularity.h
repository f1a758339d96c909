#ifndef ANALYSIS_REGULARITY_H
#define ANALYSIS_REGULARITY_H

#include <stddef.h>
#include <stdint.h>

/*
 * How regular a set of numbers is, by its quartiles: robust, so that a night
 * of silence among intervals of ten minutes does not matter.  Exact: all is
 * integers, so equal sets give equal scores, in any order.
 */
struct fv_regularity {
	uint64_t median;
	uint64_t deviation; /* median of the distances to the median */
	uint64_t skewness;  /* size of Bowley's, in thousandths */
	uint64_t score;     /* thousandths: 1000 is like clockwork */
};

#define FV_REGULARITY_ONE 1000
#define FV_REGULARITY_TIGHT 10

/*
 * fv_regularity_measure(value, n, scratch):
 * Of ${n} numbers at ${value}, which are put in order, n > 0; ${scratch} has
 * room for as many.  The quartile k is the number at rank (n - 1) k / 4 from
 * 0, rounded down.  The score is the mean of two parts: 1 less the size of
 * Bowley's skewness (Q1 + Q3 - 2 Q2) / (Q3 - Q1), taken as 0 when Q3 - Q1 is
 * less than a tenth of the median, for of so little it says nothing; and 1 less the deviation over the median, at least 0 (and 1 if both are 0).
 */
struct fv_regularity fv_regularity_measure(
    uint64_t *value, size_t n, uint64_t *scratch);

#endif

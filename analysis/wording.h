#ifndef ANALYSIS_WORDING_H
#define ANALYSIS_WORDING_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/result.h"

/*
 * How values read, in every report for people: counts in groups of three,
 * bytes with three digits and a decimal unit, shares as percentages.
 */

/* Room for any printed number: 39 digits of 128 bits, commas, a unit. */
#define FV_WORDING_SIZE 80

/*
 * fv_wording_cell(cell, decimals, mask, text):
 * The words for ${cell}: written to ${text}, or a string of its result.  A
 * share of fewer than ${decimals} is padded behind, so that decimal points
 * stand below each other when the words are set to the right; pass
 * cell->decimals for no padding.  With ${mask} a host is named by its rank.
 */
const char *fv_wording_cell(const struct fv_result_cell *cell,
    unsigned decimals, bool mask, char text[FV_WORDING_SIZE]);

/*
 * fv_wording_amount(cell, bar):
 * What a bar for ${cell} is as long as: on a linear scale a share itself, for
 * those of a column may be of different wholes, and else what was counted.
 */
fv_result_wide fv_wording_amount(
    const struct fv_result_cell *cell, enum fv_result_bar bar);

/*
 * fv_wording_bar(value, largest, bar, width):
 * How long a bar for ${value} is, when one for ${largest} is ${width} long.
 */
size_t fv_wording_bar(fv_result_wide value, fv_result_wide largest,
    enum fv_result_bar bar, size_t width);

#endif

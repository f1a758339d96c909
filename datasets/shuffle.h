#ifndef DATASETS_SHUFFLE_H
#define DATASETS_SHUFFLE_H

#include <stddef.h>

/*
 * The byte shuffle of HDF5 (filter 2): all first bytes of the values, then
 * all second bytes, and so on.  Bytes are counted from the little end.
 */

/*
 * fv_shuffle(values, size, n, rows, planes):
 * Split ${n} values of ${size} bytes into the ${size} planes at ${planes},
 * ${rows} bytes each, and fill up what is left of each plane with zeros.
 */
void fv_shuffle(
    const void *values, size_t size, size_t n, size_t rows, void *planes);

/*
 * fv_shuffle_undo(planes, size, rows, first, n, values):
 * Put together ${n} values, from row ${first} on.
 */
void fv_shuffle_undo(const void *planes, size_t size, size_t rows, size_t first,
    size_t n, void *values);

#endif

#ifndef DATASETS_PARQUET_RLE_H
#define DATASETS_PARQUET_RLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

/*
 * The hybrid of run lengths and packed bits that Parquet has for levels and
 * for numbers of dictionary entries (Encodings.md, "RLE/bit-packing
 * hybrid"): runs, each behind a varint,
 *
 *	n << 1		and one value in whole bytes: n times this value
 *	m << 1 | 1	and m groups of eight values, packed from the low bit
 *
 * Only the last group may have values too many; they are 0.
 */

/* How many bits the numbers below ${count} need; at least 1. */
unsigned fv_parquet_rle_width(uint32_t count);

/*
 * fv_parquet_rle(out, values, n, width):
 * Append ${n} values of ${width} bits, 1 to 32.  Runs of eight and more
 * become run lengths.
 */
void fv_parquet_rle(
    struct fv_buffer *out, const uint32_t *values, size_t n, unsigned width);

#endif

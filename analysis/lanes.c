#include "analysis/lanes.h"

#include "datasets/schema.h"

enum { LANES = 16 };

/* Values with no more bits than these add up in 64 bits. */
enum { PLAIN_BITS = 47 };

_Static_assert(FV_CHUNK_ROWS <= 1 << (64 - PLAIN_BITS - 1),
    "the plain values of a chunk add up");

/* Any values, in as many bits as it may take. */
static fv_result_wide
sum_wide(const uint64_t *value, size_t n)
{
	fv_result_wide sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		sum += value[i];
	return sum;
}

fv_result_wide
fv_lanes_sum(const uint64_t *value, size_t n)
{
	uint64_t sum[LANES] = { 0 }, bits[LANES] = { 0 }, all = 0, any = 0;
	size_t i, k;

	for (i = 0; i + LANES <= n; i += LANES)
		for (k = 0; k < LANES; k++) {
			sum[k] += value[i + k];
			bits[k] |= value[i + k];
		}
	for (k = 0; k < LANES; k++) {
		all += sum[k];
		any |= bits[k];
	}
	if (any >> PLAIN_BITS != 0)
		return sum_wide(value, n);
	return all + sum_wide(value + i, n - i);
}

#define DEFINE_LARGEST(name, type)                                         \
	type name(const type *value, size_t n)                             \
	{                                                                  \
		type lane[LANES] = { 0 }, largest = 0;                     \
		size_t i, k;                                               \
                                                                           \
		for (i = 0; i + LANES <= n; i += LANES)                    \
			for (k = 0; k < LANES; k++)                        \
				lane[k] = value[i + k] > lane[k]           \
				    ? value[i + k]                         \
				    : lane[k];                             \
		for (k = 0; k < LANES; k++)                                \
			largest = lane[k] > largest ? lane[k] : largest;   \
		for (; i < n; i++)                                         \
			largest = value[i] > largest ? value[i] : largest; \
		return largest;                                            \
	}

DEFINE_LARGEST(fv_lanes_largest_u32, uint32_t)
DEFINE_LARGEST(fv_lanes_largest_u8, uint8_t)

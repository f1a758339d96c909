#include "analysis/regularity.h"

#include <stdlib.h>

#include "analysis/result.h"

static int
by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

uint64_t
fv_regularity(uint64_t *value, size_t n, uint64_t *other, uint64_t *median)
{
	uint64_t low, mid, high, up, down, skew = 0, spread;
	size_t i;

	qsort(value, n, sizeof(*value), by_size);
	low = value[(n - 1) / 4];
	mid = value[(n - 1) / 2];
	high = value[(n - 1) * 3 / 4];
	for (i = 0; i < n; i++)
		other[i] = value[i] > mid ? value[i] - mid : mid - value[i];
	qsort(other, n, sizeof(*other), by_size);
	spread = other[(n - 1) / 2];
	up = high - mid;
	down = mid - low;
	if (high - low > mid / FV_REGULARITY_TIGHT)
		skew = (uint64_t)fv_result_scaled(
		    up > down ? up - down : down - up, high - low,
		    FV_REGULARITY_WHOLE);
	spread = spread >= mid
	    ? (spread == 0 ? 0 : FV_REGULARITY_WHOLE)
	    : (uint64_t)fv_result_scaled(spread, mid, FV_REGULARITY_WHOLE);
	*median = mid;
	return (2 * FV_REGULARITY_WHOLE - skew - spread) / 2;
}

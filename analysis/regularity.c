#include "analysis/regularity.h"

#include <stdlib.h>

static int
by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* The thousandths that ${part} is of ${whole}, which is not 0 nor less. */
static uint64_t
thousandths(uint64_t part, uint64_t whole)
{
	__extension__ typedef unsigned __int128 wide;

	return (uint64_t)(((wide)part * FV_REGULARITY_ONE + whole / 2) / whole);
}

struct fv_regularity
fv_regularity_measure(uint64_t *value, size_t n, uint64_t *scratch)
{
	struct fv_regularity r = { 0 };
	uint64_t up, down, spread;
	size_t i;

	qsort(value, n, sizeof(*value), by_size);
	r.median = value[(n - 1) / 2];
	down = r.median - value[(n - 1) / 4];
	up = value[(n - 1) * 3 / 4] - r.median;
	for (i = 0; i < n; i++)
		scratch[i] = value[i] > r.median ? value[i] - r.median
						 : r.median - value[i];
	qsort(scratch, n, sizeof(*scratch), by_size);
	r.deviation = scratch[(n - 1) / 2];
	if (up != down && up + down >= r.median / FV_REGULARITY_TIGHT)
		r.skewness =
		    thousandths(up > down ? up - down : down - up, up + down);
	spread = r.deviation == 0     ? 0
	    : r.deviation >= r.median ? FV_REGULARITY_ONE
				      : thousandths(r.deviation, r.median);
	r.score = (2 * FV_REGULARITY_ONE - r.skewness - spread) / 2;
	return r;
}

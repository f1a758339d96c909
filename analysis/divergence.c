#include "analysis/divergence.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/nats.h"
#include "base/memory.h"

__extension__ typedef unsigned __int128 wide;

/* The largest integer whose square is not above ${x}. */
static uint32_t
root(uint64_t x)
{
	uint64_t low = 0, high = UINT32_MAX, mid;

	while (low < high) {
		mid = low + (high - low + 1) / 2;
		if (mid * mid <= x)
			low = mid;
		else
			high = mid - 1;
	}
	return (uint32_t)low;
}

static double
sum_of(const uint64_t *value, size_t n)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		sum += value[i];
	return (double)sum;
}

uint32_t
fv_divergence_distance(const uint64_t *p, const uint64_t *q, size_t kinds)
{
	double of_p = sum_of(p, kinds), of_q = sum_of(q, kinds);
	double x, y, nats = 0, bits;
	size_t i;

	for (i = 0; i < kinds; i++) {
		x = (double)p[i] / of_p;
		y = (double)q[i] / of_q;
		if (p[i] > 0)
			nats += x / 2 * fv_nats_ln(2 * x / (x + y));
		if (q[i] > 0)
			nats += y / 2 * fv_nats_ln(2 * y / (x + y));
	}
	bits = nats / FV_NATS_LN2;
	/* Rounding may leave it a little outside. */
	bits = bits < 0 ? 0 : bits > 1 ? 1 : bits;
	return root(
	    (uint64_t)(bits * FV_DIVERGENCE_ONE * FV_DIVERGENCE_ONE + 0.5));
}

/* Number ${index} of draw ${draw}, below ${n} (splitmix64 of a counter). */
static size_t
pick(uint64_t seed, uint64_t draw, uint64_t index, size_t n)
{
	uint64_t x = (seed << 48 ^ draw << 32 ^ index) * 0x9e3779b97f4a7c15;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	x ^= x >> 31;
	return (size_t)((wide)x * n >> 64);
}

/* What hosts are drawn from: one group, or two as if they were one. */
struct urn {
	const struct fv_divergence_group *a, *b;
	size_t kinds;
	uint64_t seed, draw, drawn;
};

/* The sum of ${n} hosts drawn with replacement. */
static void
draw(struct urn *u, size_t n, uint64_t *sum)
{
	size_t i, k, at, all = u->a->n + (u->b == NULL ? 0 : u->b->n);
	const uint64_t *host;

	memset(sum, 0, u->kinds * sizeof(*sum));
	for (i = 0; i < n; i++) {
		at = pick(u->seed, u->draw, u->drawn++, all);
		host = at < u->a->n ? u->a->host[at] : u->b->host[at - u->a->n];
		for (k = 0; k < u->kinds; k++)
			sum[k] += host[k];
	}
}

static int
by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

int
fv_divergence_spread(const struct fv_divergence_group *a,
    const struct fv_divergence_group *b, size_t kinds, uint64_t seed,
    struct fv_divergence_spread *spread, struct fv_err *err)
{
	uint32_t apart[FV_DIVERGENCE_DRAWS], alike[FV_DIVERGENCE_DRAWS];
	struct urn of_a = { a, NULL, kinds, seed, 0, 0 };
	struct urn of_b = { b, NULL, kinds, seed, 0, 0 };
	struct urn of_both = { a, b, kinds, seed, 0, 0 };
	uint64_t *p = fv_memory_new(2 * kinds, sizeof(*p), err);
	uint64_t *q = p + kinds;
	size_t i;

	if (p == NULL)
		return -1;
	for (i = 0; i < FV_DIVERGENCE_DRAWS; i++) {
		of_a.draw = of_b.draw = of_both.draw = i;
		of_a.drawn = of_both.drawn = 0;
		draw(&of_a, a->n, p);
		of_b.drawn = of_a.drawn;
		draw(&of_b, b->n, q);
		apart[i] = fv_divergence_distance(p, q, kinds);
		of_both.drawn = of_b.drawn;
		draw(&of_both, a->n, p);
		draw(&of_both, b->n, q);
		alike[i] = fv_divergence_distance(p, q, kinds);
	}
	qsort(apart, FV_DIVERGENCE_DRAWS, sizeof(*apart), by_size);
	qsort(alike, FV_DIVERGENCE_DRAWS, sizeof(*alike), by_size);
	spread->low = apart[(FV_DIVERGENCE_DRAWS - 1) * 25 / 1000];
	spread->high = apart[(FV_DIVERGENCE_DRAWS - 1) * 975 / 1000];
	spread->alike = alike[(FV_DIVERGENCE_DRAWS - 1) * 95 / 100];
	free(p);
	return 0;
}

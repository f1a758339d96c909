#include "analysis/divergence.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/nats.h"
#include "base/memory.h"

enum { THOUSAND = 1000 };

/* Number ${i} of a stream (splitmix64: Steele, Lea, Flood 2014). */
static uint64_t
draw(uint64_t stream, uint64_t i)
{
	uint64_t x = (stream << 40 ^ i) * 0x9e3779b97f4a7c15;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}

static void
add(uint64_t *sum, const uint32_t *unit, size_t classes)
{
	size_t i;

	for (i = 0; i < classes; i++)
		sum[i] += unit[i];
}

/* x ln(x / y), as part of a divergence. */
static double
part(double x, double y)
{
	return x > 0 ? x * (fv_nats_ln(x) - fv_nats_ln(y)) : 0;
}

/* The square root, by Newton, in integers; of at most 10^6. */
static uint32_t
root(uint64_t x)
{
	uint64_t r = 0, bit;

	for (bit = 1 << 10; bit > 0; bit /= 2)
		if ((r + bit) * (r + bit) <= x)
			r += bit;
	return (uint32_t)(x - r * r > r ? r + 1 : r);
}

/* The distance of two sums of shares, in thousandths. */
static uint32_t
distance(const uint64_t *p, const uint64_t *q, size_t classes)
{
	double np = 0, nq = 0, sum = 0, x, y;
	size_t i;

	for (i = 0; i < classes; i++) {
		np += (double)p[i];
		nq += (double)q[i];
	}
	if (np <= 0 || nq <= 0)
		return 0;
	for (i = 0; i < classes; i++) {
		x = (double)p[i] / np;
		y = (double)q[i] / nq;
		sum += part(x, (x + y) / 2) + part(y, (x + y) / 2);
	}
	sum /= 2 * FV_NATS_LN2;
	sum = sum < 0 ? 0 : sum > 1 ? 1 : sum;
	return root((uint64_t)(sum * THOUSAND * THOUSAND + 0.5));
}

static int
by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/*
 * Units are drawn by their place, so they get one that does not depend on
 * who numbered them: by their shares.
 */
static int
by_shares(const void *a, const void *b, void *classes)
{
	const uint32_t *const *x = a, *const *y = b;
	size_t i;

	for (i = 0; i < *(size_t *)classes; i++)
		if ((*x)[i] != (*y)[i])
			return (*x)[i] < (*y)[i] ? -1 : 1;
	return 0;
}

/* The sum of as many units as ${g} has, drawn from it with putting back. */
static void
resample(const uint32_t *const *unit, size_t n, uint64_t stream, size_t classes,
    uint64_t *sum)
{
	size_t i;

	memset(sum, 0, classes * sizeof(*sum));
	for (i = 0; i < n; i++)
		add(sum, unit[draw(stream, i) % n], classes);
}

/* The sums of all units, split by chance into groups of their sizes. */
static void
split(const uint32_t **all, size_t na, size_t nb, uint64_t stream,
    size_t classes, uint64_t *p, uint64_t *q)
{
	const uint32_t *swap;
	size_t i, k;

	memset(p, 0, classes * sizeof(*p));
	memset(q, 0, classes * sizeof(*q));
	for (i = 0; i < na + nb; i++) {
		k = i + draw(stream, i) % (na + nb - i);
		swap = all[k];
		all[k] = all[i];
		all[i] = swap;
		add(i < na ? p : q, swap, classes);
	}
}

int
fv_divergence_find(const struct fv_divergence_group *a,
    const struct fv_divergence_group *b, size_t classes,
    struct fv_divergence *d, struct fv_err *err)
{
	uint64_t p[FV_DIVERGENCE_CLASSES] = { 0 };
	uint64_t q[FV_DIVERGENCE_CLASSES] = { 0 };
	uint32_t round[FV_DIVERGENCE_ROUNDS];
	const uint32_t **all;
	size_t i;

	assert(classes <= FV_DIVERGENCE_CLASSES && a->n > 0 && b->n > 0);
	if ((all = fv_memory_new(a->n + b->n, sizeof(*all), err)) == NULL)
		return -1;
	for (i = 0; i < a->n; i++)
		add(p, all[i] = a->unit[i], classes);
	for (i = 0; i < b->n; i++)
		add(q, all[a->n + i] = b->unit[i], classes);
	d->distance = distance(p, q, classes);
	qsort_r(all, a->n, sizeof(*all), by_shares, &classes);
	qsort_r(all + a->n, b->n, sizeof(*all), by_shares, &classes);
	for (i = 0; i < FV_DIVERGENCE_ROUNDS; i++) {
		resample(all, a->n, 2 * i, classes, p);
		resample(all + a->n, b->n, 2 * i + 1, classes, q);
		round[i] = distance(p, q, classes);
	}
	qsort(round, FV_COUNT(round), sizeof(*round), by_size);
	d->low = round[FV_DIVERGENCE_ROUNDS / 40];
	d->high = round[FV_DIVERGENCE_ROUNDS - 1 - FV_DIVERGENCE_ROUNDS / 40];
	for (i = 0; i < FV_DIVERGENCE_ROUNDS; i++) {
		split(all, a->n, b->n, 2 * FV_DIVERGENCE_ROUNDS + i, classes, p,
		    q);
		round[i] = distance(p, q, classes);
	}
	qsort(round, FV_COUNT(round), sizeof(*round), by_size);
	d->chance = round[FV_DIVERGENCE_ROUNDS - 1 - FV_DIVERGENCE_ROUNDS / 20];
	free(all);
	return 0;
}

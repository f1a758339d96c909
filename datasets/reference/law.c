#include "datasets/reference/law.h"

#include "datasets/reference/law_tables.h"

enum { Q = 16, ONE = 1 << Q };

uint32_t
fv_law_below(struct fv_philox *rng, uint32_t n)
{
	return (uint32_t)((uint64_t)fv_philox_next(rng) * n >> 32);
}

uint32_t
fv_law_between(struct fv_philox *rng, uint32_t low, uint32_t high)
{
	return low + fv_law_below(rng, high - low + 1);
}

bool
fv_law_chance(struct fv_philox *rng, uint32_t permille)
{
	return fv_law_below(rng, 1000) < permille;
}

int32_t
fv_law_normal_quantile(uint32_t at)
{
	uint32_t i = at >> 8, part = at & 0xff;
	int32_t low = fv_law_table_normal[i];
	int32_t high = fv_law_table_normal[i + 1];

	return low + (int32_t)((int64_t)(high - low) * part / 256);
}

int32_t
fv_law_normal(struct fv_philox *rng)
{
	return fv_law_normal_quantile(fv_philox_next(rng) >> 16);
}

uint64_t
fv_law_exp2(int64_t exponent)
{
	int64_t whole = exponent >> Q; /* towards minus infinity */
	uint32_t part = (uint32_t)exponent & (ONE - 1);
	uint64_t low = fv_law_table_exp2[part >> 8];
	uint64_t high = fv_law_table_exp2[(part >> 8) + 1];
	uint64_t value = low + (high - low) * (part & 0xff) / 256;

	/* The table has thirty bits behind the point, and we want sixteen. */
	whole -= 30 - Q;
	if (whole < -31)
		return 0;
	if (whole > 32)
		whole = 32;
	return whole < 0 ? value >> -whole : value << whole;
}

int64_t
fv_law_log2(uint64_t x)
{
	int whole = 63 - __builtin_clzll(x);
	uint64_t y = whole > 31 ? x >> (whole - 31) : x << (31 - whole);
	int64_t result = whole;
	int i;

	/* y is x between 1 and 2, 31 bits; squaring shifts out one bit. */
	for (i = 0; i < Q; i++) {
		y = y * y >> 31;
		result <<= 1;
		if (y >> 32 != 0) {
			result |= 1;
			y >>= 1;
		}
	}
	return result;
}

/* e^(${sigma} / 1000 * ${normal}), q16. */
static uint64_t
lognormal_at(int32_t normal, uint32_t sigma)
{
	/* 94548 is log2(e), q16. */
	return fv_law_exp2((int64_t)normal * sigma / 1000 * 94548 / ONE);
}

uint64_t
fv_law_lognormal_quantile(uint32_t at, uint32_t sigma)
{
	return lognormal_at(fv_law_normal_quantile(at), sigma);
}

uint64_t
fv_law_lognormal(struct fv_philox *rng, uint64_t median, uint32_t sigma)
{
	return median * lognormal_at(fv_law_normal(rng), sigma) >> Q;
}

uint64_t
fv_law_exponential(struct fv_philox *rng, uint64_t mean)
{
	uint64_t u = (uint64_t)fv_philox_next(rng) + 1;
	int64_t minus_log2 = ((int64_t)32 << Q) - fv_law_log2(u);

	/* 45426 is ln 2, q16. */
	return mean * ((uint64_t)minus_log2 * 45426 >> Q) >> Q;
}

uint64_t
fv_law_pareto(
    struct fv_philox *rng, uint64_t low, uint64_t high, uint32_t alpha)
{
	int64_t span = fv_law_log2(high) - fv_law_log2(low);
	uint64_t tail = fv_law_exp2(-span * alpha / 1000);
	uint64_t u = fv_law_between(rng, (uint32_t)tail + 1, ONE);
	int64_t minus_log2 = ((int64_t)Q << Q) - fv_law_log2(u);

	return low * fv_law_exp2(minus_log2 * 1000 / alpha) >> Q;
}

uint32_t
fv_law_zipf(struct fv_philox *rng, uint32_t n)
{
	int64_t u = fv_philox_next(rng) >> 16;
	uint64_t rank = fv_law_exp2(fv_law_log2(n) * u >> Q) >> Q;

	/* n^u has the density 1/x that Zipf's law has at whole numbers. */
	return rank > n ? n - 1 : (uint32_t)rank - 1;
}

uint32_t
fv_law_split(uint8_t byte)
{
	return fv_law_table_split[byte];
}

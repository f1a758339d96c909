#include "datasets/reference/philox.h"

#include <string.h>

enum { ROUNDS = 10 };

/* The multipliers and the Weyl constants of the paper, section 2.2. */
static const uint32_t multiplier[2] = { 0xd2511f53, 0xcd9e8d57 };
static const uint32_t weyl[2] = { 0x9e3779b9, 0xbb67ae85 };

void
fv_philox_block(
    const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
	uint32_t x[4] = { counter[0], counter[1], counter[2], counter[3] };
	uint32_t k0 = key[0], k1 = key[1];
	uint64_t p0, p1;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		p0 = (uint64_t)multiplier[0] * x[0];
		p1 = (uint64_t)multiplier[1] * x[2];
		x[0] = (uint32_t)(p1 >> 32) ^ x[1] ^ k0;
		x[1] = (uint32_t)p1;
		x[2] = (uint32_t)(p0 >> 32) ^ x[3] ^ k1;
		x[3] = (uint32_t)p0;
		k0 += weyl[0];
		k1 += weyl[1];
	}
	memcpy(out, x, sizeof(x));
}

void
fv_philox_start(struct fv_philox *rng, uint64_t seed, uint32_t stream,
    uint32_t a, uint32_t b)
{
	rng->key[0] = (uint32_t)seed;
	rng->key[1] = (uint32_t)(seed >> 32);
	rng->counter[0] = 0;
	rng->counter[1] = stream;
	rng->counter[2] = a;
	rng->counter[3] = b;
	rng->used = 4;
}

uint32_t
fv_philox_next(struct fv_philox *rng)
{
	if (rng->used == 4) {
		fv_philox_block(rng->counter, rng->key, rng->word);
		rng->counter[0]++;
		rng->used = 0;
	}
	return rng->word[rng->used++];
}

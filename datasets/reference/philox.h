#ifndef DATASETS_REFERENCE_PHILOX_H
#define DATASETS_REFERENCE_PHILOX_H

#include <stdint.h>

/*
 * Random numbers by counting: Philox4x32-10 (Salmon, Moraes, Dror, Shaw,
 * "Parallel random numbers: as easy as 1, 2, 3", SC 2011).  The n-th number
 * of a stream is a function of the seed, the stream's name and n, so any
 * part of the month can be drawn without drawing what comes before it.
 */
struct fv_philox {
	uint32_t key[2];
	uint32_t counter[4]; /* [0] counts; [1] to [3] name the stream */
	uint32_t word[4];
	unsigned used; /* words of the present block already given out */
};

/*
 * fv_philox_block(counter, key, out):
 * One block of the generator: ten rounds over ${counter} under ${key}.
 */
void fv_philox_block(
    const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

/*
 * fv_philox_start(rng, seed, stream, a, b):
 * Begin the stream that ${stream}, ${a} and ${b} name under ${seed}.
 * Streams with different names never share a block.
 */
void fv_philox_start(struct fv_philox *rng, uint64_t seed, uint32_t stream,
    uint32_t a, uint32_t b);

/* The next 32 bits; 2^34 of them before a stream repeats. */
uint32_t fv_philox_next(struct fv_philox *rng);

#endif

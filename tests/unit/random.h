#ifndef TESTS_UNIT_RANDOM_H
#define TESTS_UNIT_RANDOM_H

#include <stdint.h>

/*
 * The same random numbers in each run: Sebastiano Vigna's SplitMix64.  A
 * test that failed once fails again.
 */
static inline uint64_t
fv_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* A number below ${n}. */
static inline uint64_t
fv_random_below(uint64_t *state, uint64_t n)
{
	return fv_random(state) % n;
}

#endif

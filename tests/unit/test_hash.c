#include "tests/unit/suites.h"

#include <string.h>

#include "base/hash.h"

enum { WORDS_MAX = 8 };

/* Any key will do here; a fixed one makes the run repeat. */
static const struct fv_hash_key key = { { 0x243f6a8885a308d3,
    0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89 } };

static void
every_bit_of_words_key_and_length_counts(void)
{
	uint64_t words[WORDS_MAX] = { 1, 2, 3, 4, 5, 6, 7, 8 }, hash;
	struct fv_hash_key other;
	size_t n, bit;

	for (n = 1; n <= WORDS_MAX; n++) {
		hash = fv_hash_words(&key, words, n);
		CU_ASSERT_EQUAL(fv_hash_words(&key, words, n), hash);
		for (bit = 0; bit < n * 64; bit++) {
			words[bit / 64] ^= (uint64_t)1 << bit % 64;
			CU_ASSERT_NOT_EQUAL(
			    fv_hash_words(&key, words, n), hash);
			words[bit / 64] ^= (uint64_t)1 << bit % 64;
		}
		for (bit = 0; bit < 256; bit++) {
			other = key;
			other.word[bit / 64] ^= (uint64_t)1 << bit % 64;
			CU_ASSERT_NOT_EQUAL(
			    fv_hash_words(&other, words, n), hash);
		}
	}
	memset(words, 0, sizeof(words));
	for (n = 1; n < WORDS_MAX; n++)
		CU_ASSERT_NOT_EQUAL(fv_hash_words(&key, words, n),
		    fv_hash_words(&key, words, n + 1));
}

/*
 * A flipped bit changes each bit of the hash with probability one half:
 * of 64, 32 on the average of many, within what chance allows.
 */
static void
one_bit_changes_half(void)
{
	uint64_t words[5], hash;
	size_t n, round, bit, flips = 0, trials = 0;

	for (n = 3; n <= 5; n += 2) {
		for (round = 0; round < 100; round++) {
			memset(words, 0, sizeof(words));
			words[n - 1] = round;
			hash = fv_hash_words(&key, words, n);
			for (bit = 0; bit < n * 64; bit++) {
				words[bit / 64] ^= (uint64_t)1 << bit % 64;
				flips += (size_t)__builtin_popcountll(
				    hash ^ fv_hash_words(&key, words, n));
				words[bit / 64] ^= (uint64_t)1 << bit % 64;
				trials++;
			}
		}
	}
	CU_ASSERT(flips > trials * 31);
	CU_ASSERT(flips < trials * 33);
}

/*
 * Neighbouring addresses fall into slots like balls at random: of as many
 * slots as addresses, 1/e stay empty.  Tables use the upper half.
 */
static void
neighbours_scatter(void)
{
	enum { SLOTS = 1 << 16 };
	static uint8_t taken[SLOTS];
	uint64_t words[3] = { 0, 0, 4 };
	size_t i, empty = 0;

	memset(taken, 0, sizeof(taken));
	for (i = 0; i < SLOTS; i++) {
		words[1] = (uint64_t)i << 32;
		taken[fv_hash_words(&key, words, 3) >> 32 & (SLOTS - 1)] = 1;
	}
	for (i = 0; i < SLOTS; i++)
		empty += taken[i] == 0;
	CU_ASSERT(empty > SLOTS * 0.36);
	CU_ASSERT(empty < SLOTS * 0.376);
}

/* ${y} for which ${odd} times ${y} is ${x}: Newton's steps double the bits. */
static uint32_t
divide(uint32_t x, uint32_t odd)
{
	uint32_t inverse = odd;
	int i;

	for (i = 0; i < 4; i++)
		inverse *= 2 - odd * inverse;
	return x * inverse;
}

static uint32_t
unpermuted(const struct fv_hash_key *k, uint32_t x)
{
	x ^= x >> 16;
	x = divide(x, (uint32_t)k->word[3] | 1) - (uint32_t)k->word[2];
	x ^= x >> 15 ^ x >> 30;
	x = divide(x, (uint32_t)(k->word[1] >> 32) | 1) -
	    (uint32_t)(k->word[0] >> 32);
	x ^= x >> 16;
	return divide(x, (uint32_t)k->word[1] | 1) ^ (uint32_t)k->word[0];
}

static void
a_permutation_can_be_undone(void)
{
	struct fv_hash_key k;
	struct fv_err err;
	uint32_t i, x;
	int round;

	for (round = 0; round < 16; round++) {
		CU_ASSERT_EQUAL_FATAL(fv_hash_key_random(&k, &err), 0);
		for (i = 0, x = 0; i < 4096; i++, x += 0x9e3779b9)
			CU_ASSERT_EQUAL(
			    unpermuted(&k, fv_hash_permute(&k, x)), x);
	}
}

/* How many of 2^16 slots stay empty under numbers ${step} apart. */
static size_t
empty_slots(const struct fv_hash_key *k, uint32_t step)
{
	enum { SLOTS = 1 << 16 };
	static uint8_t taken[SLOTS];
	size_t i, empty = 0;

	memset(taken, 0, sizeof(taken));
	for (i = 0; i < SLOTS; i++)
		taken[fv_hash_permute(k, (uint32_t)i * step) & (SLOTS - 1)] = 1;
	for (i = 0; i < SLOTS; i++)
		empty += taken[i] == 0;
	return empty;
}

/*
 * Neighbours in whichever byte: no more slots stay empty than the three in
 * eight that chance leaves, and a few.
 */
static void
permuted_neighbours_scatter(void)
{
	struct fv_hash_key k = key;
	struct fv_err err;
	unsigned shift;
	int round;

	for (round = 0; round < 8; round++) {
		for (shift = 0; shift <= 16; shift++)
			CU_ASSERT(empty_slots(&k, UINT32_C(1) << shift) <
			    (size_t)(65536 * 0.38));
		CU_ASSERT_EQUAL_FATAL(fv_hash_key_random(&k, &err), 0);
	}
}

static void
random_keys_differ(void)
{
	struct fv_hash_key a, b;
	struct fv_err err;
	int i;

	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	CU_ASSERT_EQUAL(fv_hash_key_random(&a, &err), 0);
	CU_ASSERT_EQUAL(fv_hash_key_random(&b, &err), 0);
	for (i = 0; i < 4; i++)
		CU_ASSERT_NOT_EQUAL(a.word[i], b.word[i]);
}

CU_TestInfo suite_hash[] = {
	{ "every bit of words, key and length counts",
	    every_bit_of_words_key_and_length_counts },
	{ "one bit changes half of the hash", one_bit_changes_half },
	{ "neighbouring addresses scatter", neighbours_scatter },
	{ "a permutation can be undone", a_permutation_can_be_undone },
	{ "permuted neighbours scatter", permuted_neighbours_scatter },
	{ "random keys differ in every word", random_keys_differ },
	CU_TEST_INFO_NULL,
};

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
	{ "random keys differ in every word", random_keys_differ },
	CU_TEST_INFO_NULL,
};

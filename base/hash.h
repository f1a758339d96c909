#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * A keyed hash for tables that hold what strangers sent: without the key,
 * nobody can choose addresses that all fall into one slot.  It is not a
 * cipher and not a digest.  No output may depend on its values: tables hand
 * out numbers in order of arrival, so a random key changes nothing that is
 * written.
 */
struct fv_hash_key {
	uint64_t word[4];
};

/*
 * fv_hash_key_random(key, err):
 * Fill ${key} from the system's random source.  Returns 0, or -1 with
 * ${err} set.
 */
int fv_hash_key_random(
    struct fv_hash_key *key, struct fv_err *err) FV_MUST_CHECK;

__extension__ typedef unsigned __int128 fv_hash_wide;

/* Both halves of a full product, folded: one multiplication mixes all. */
static inline uint64_t
fv_hash_fold(uint64_t a, uint64_t b)
{
	fv_hash_wide product = (fv_hash_wide)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Word ${i} of ${words}, wherever they lie. */
static inline uint64_t
fv_hash_word(const void *words, size_t i)
{
	uint64_t word;

	memcpy(&word, (const unsigned char *)words + 8 * i, sizeof(word));
	return word;
}

/*
 * fv_hash_words(key, words, n):
 * The hash of ${n} 64-bit words, of any alignment.  Inline, for keys of a
 * known size on the per-packet path.  Words that were written a moment ago
 * should have been written whole: a processor that must put one together
 * from narrower stores waits until those are in the cache.
 */
static inline uint64_t
fv_hash_words(const struct fv_hash_key *key, const void *words, size_t n)
{
	uint64_t state = key->word[0] ^ n;
	size_t i;

	for (i = 0; i + 1 < n; i += 2)
		state =
		    fv_hash_fold(fv_hash_word(words, i) ^ key->word[1] ^ state,
			fv_hash_word(words, i + 1) ^ key->word[2]) +
		    (state << 1 | state >> 63);
	if (i < n)
		state =
		    fv_hash_fold(fv_hash_word(words, i) ^ key->word[1] ^ state,
			key->word[2]) +
		    (state << 1 | state >> 63);
	return fv_hash_fold(state ^ key->word[3], key->word[1] | 1);
}

/*
 * fv_hash_permute(key, x):
 * ${x} under a permutation of the 32-bit numbers that ${key} chooses: as
 * good as a hash for a table, and never the same for two of them, so that
 * an entry found needs no further comparison.  Each step can be undone: a
 * sum or product with a number (odd) of the key, and high bits folded onto
 * low ones.
 */
static inline uint32_t
fv_hash_permute(const struct fv_hash_key *key, uint32_t x)
{
	x = (x ^ (uint32_t)key->word[0]) * ((uint32_t)key->word[1] | 1);
	x = ((x ^ x >> 16) + (uint32_t)(key->word[0] >> 32)) *
	    ((uint32_t)(key->word[1] >> 32) | 1);
	x = ((x ^ x >> 15) + (uint32_t)key->word[2]) *
	    ((uint32_t)key->word[3] | 1);
	return x ^ x >> 16;
}

#endif

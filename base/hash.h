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
		state = fv_hash_fold(
			    fv_hash_word(words, i) ^ key->word[1] ^ state,
			    fv_hash_word(words, i + 1) ^ key->word[2]) +
		    (state << 1 | state >> 63);
	if (i < n)
		state = fv_hash_fold(
			    fv_hash_word(words, i) ^ key->word[1] ^ state,
			    key->word[2]) +
		    (state << 1 | state >> 63);
	return fv_hash_fold(state ^ key->word[3], key->word[1] | 1);
}

#endif

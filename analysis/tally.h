#ifndef ANALYSIS_TALLY_H
#define ANALYSIS_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/attributes.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/hashmap.h"

/*
 * An exact map from keys to what was counted under them, both a few 64-bit
 * words, side by side in one array.  The array's order is that of arrival
 * and differs between splits of the same rows: who reads a tally sorts what
 * it finds, or adds it up.
 *
 * Invariants: entry n lies at entry + n * words, key first; count <= limit;
 * the map holds each number below count once, under its key's hash.
 */
struct fv_tally {
	struct fv_hashmap map;
	struct fv_hash_key hash;
	uint64_t *entry;
	size_t key_words;
	size_t words; /* of key and value */
	size_t count;
	size_t capacity;
	size_t limit;
};

/* The longest key. */
#define FV_TALLY_KEY_WORDS 4

/*
 * fv_tally_init(t, key_words, value_words, limit, err):
 * Make ${t} empty, for at most ${limit} keys.  Returns 0, or -1 with ${err}
 * set.
 */
int fv_tally_init(struct fv_tally *t, size_t key_words, size_t value_words,
    size_t limit, struct fv_err *err) FV_MUST_CHECK;

/* Give back what ${t} holds; it may be zeroed or freed already. */
void fv_tally_free(struct fv_tally *t);

/*
 * fv_tally_enter(t, key, hash, err):
 * Enter ${key}, which is not there yet, with a value of zeros.  Returns the
 * value, or NULL with ${err} set (FV_ELIMIT past the limit).
 */
uint64_t *fv_tally_enter(struct fv_tally *t, const uint64_t *key, uint64_t hash,
    struct fv_err *err) FV_MUST_CHECK;

static inline uint64_t
fv_tally_hash(const struct fv_tally *t, const uint64_t *key, size_t key_words)
{
	return fv_hash_words(&t->hash, key, key_words);
}

/*
 * Ask the memory for what ${hash} needs: for its slot, and some time later
 * for the entry that is likely to be its own.
 */
static inline void
fv_tally_prefetch(const struct fv_tally *t, uint64_t hash)
{
	fv_hashmap_prefetch(&t->map, hash);
}

static inline void
fv_tally_prefetch_entry(const struct fv_tally *t, uint64_t hash)
{
	size_t at = 0;
	uint32_t n = fv_hashmap_next(&t->map, hash, &at);

	if (n != FV_HASHMAP_NONE)
		__builtin_prefetch(t->entry + n * t->words);
}

/*
 * fv_tally_find(t, key, hash, key_words):
 * The value of ${key}, valid until the next key is entered; NULL if it is
 * not there.  ${key_words} is t->key_words, as a constant, so that the
 * comparison is inlined.
 */
static inline uint64_t *
fv_tally_find(const struct fv_tally *t, const uint64_t *key, uint64_t hash,
    size_t key_words)
{
	uint64_t *entry;
	size_t at = 0;
	uint32_t n;

	while ((n = fv_hashmap_next(&t->map, hash, &at)) != FV_HASHMAP_NONE) {
		entry = t->entry + n * t->words;
		if (memcmp(entry, key, key_words * sizeof(*key)) == 0)
			return entry + key_words;
	}
	return NULL;
}

/* The value of ${key}, new or known; otherwise as the two above. */
static inline uint64_t *
fv_tally_at(struct fv_tally *t, const uint64_t *key, uint64_t hash,
    size_t key_words, struct fv_err *err)
{
	uint64_t *value = fv_tally_find(t, key, hash, key_words);

	return value != NULL ? value : fv_tally_enter(t, key, hash, err);
}

/* Key number ${n}, below count; its value stands behind it. */
static inline const uint64_t *
fv_tally_key(const struct fv_tally *t, size_t n)
{
	return t->entry + n * t->words;
}

#endif

#ifndef ANALYSIS_COUNTS_H
#define ANALYSIS_COUNTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "base/hash.h"

/*
 * An exact map from keys of one word to two counts, for many small keys: a
 * key and its counts share a slot, so that a row costs one reach into
 * memory, where a tally (analysis/tally.h) takes two and any key.
 *
 * Invariants: mask + 1 is a power of two, and used <= 3/4 of it; a slot is
 * empty when its first count is 0; between a key's home and its slot no slot
 * is empty.
 */
struct fv_counts_slot {
	uint64_t key;
	uint32_t count[2];
};

struct fv_counts {
	struct fv_counts_slot *slot;
	struct fv_hash_key hash;
	size_t mask;
	size_t used;
	size_t limit; /* of slots */
};

/*
 * fv_counts_init(c, bytes, err):
 * Make ${c} empty, never to use more than ${bytes}, growing included, unless
 * that is less than a page.  Returns 0, or -1 with ${err} set.
 */
int fv_counts_init(
    struct fv_counts *c, size_t bytes, struct fv_err *err) FV_MUST_CHECK;

/* Give back what ${c} holds; it may be zeroed or freed already. */
void fv_counts_free(struct fv_counts *c);

/*
 * fv_counts_enter(c, key, count, err):
 * Add ${count} to the counts of ${key}, which may be new; its first is not
 * 0.  Returns 0, or -1 with ${err} set and ${c} as it was: FV_ELIMIT when
 * there is no more room, or a count would not fit 32 bits.
 */
int fv_counts_enter(struct fv_counts *c, uint64_t key, const uint32_t count[2],
    struct fv_err *err) FV_MUST_CHECK;

static inline uint64_t
fv_counts_home(const struct fv_counts *c, uint64_t key)
{
	return fv_hash_fold(key ^ c->hash.word[0], c->hash.word[1] | 1) &
	    c->mask;
}

/* Ask the memory for the slot of ${key} before it is needed. */
static inline void
fv_counts_prefetch(const struct fv_counts *c, uint64_t key)
{
	__builtin_prefetch(&c->slot[fv_counts_home(c, key)], 1);
}

/* The slot of ${key}, or the empty one where it belongs. */
static inline struct fv_counts_slot *
fv_counts_slot(const struct fv_counts *c, uint64_t key)
{
	size_t i = fv_counts_home(c, key);

	while (c->slot[i].count[0] != 0 && c->slot[i].key != key)
		i = (i + 1) & c->mask;
	return &c->slot[i];
}

/*
 * fv_counts_add(c, key, second, err):
 * Add 1 to the first count of ${key}, and ${second}, 0 or 1, to the second,
 * which is never above the first.  Otherwise as fv_counts_enter.
 */
static inline int
fv_counts_add(
    struct fv_counts *c, uint64_t key, uint32_t second, struct fv_err *err)
{
	struct fv_counts_slot *slot = fv_counts_slot(c, key);
	const uint32_t one[2] = { 1, second };

	if (slot->count[0] == 0 || slot->count[0] == UINT32_MAX)
		return fv_counts_enter(c, key, one, err);
	slot->count[0]++;
	slot->count[1] += second;
	return 0;
}

#endif

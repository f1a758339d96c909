#ifndef BASE_HASHMAP_H
#define BASE_HASHMAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * An index from hashes to numbers: the caller keeps the records, in an
 * array of its own, and the map only says under which numbers a record with
 * this hash may lie.  The caller compares whole keys; a hash never stands
 * for identity.
 *
 *	slot:   | tag (32) | number + 1 (32) |      0 = empty
 *	home:   tag & mask
 *
 * Open addressing with linear probing; a removal shifts its followers back,
 * so there are no tombstones.
 *
 * Invariants (fv_hashmap_check):
 * 1. mask + 1 is a power of two, and used <= 3/4 of it: a probe always
 *    meets an empty slot.
 * 2. Between an entry's home and its slot, no slot is empty.
 */
struct fv_hashmap {
	uint64_t *slot;
	size_t mask;
	size_t used;
};

#define FV_HASHMAP_NONE UINT32_MAX

/* The most entries: numbers are 32 bits, and the last one says none. */
#define FV_HASHMAP_LIMIT ((size_t)1 << 31)

/*
 * fv_hashmap_init(map, expected, err):
 * Make ${map} an empty map with room for ${expected} entries before it has
 * to grow.  Returns 0, or -1 with ${err} set.
 */
int fv_hashmap_init(
    struct fv_hashmap *map, size_t expected, struct fv_err *err) FV_MUST_CHECK;

/* Give back what ${map} holds; it may be zeroed or freed already. */
void fv_hashmap_free(struct fv_hashmap *map);

/*
 * fv_hashmap_add(map, hash, number, err):
 * Enter ${number} under ${hash}; the caller has made sure that it is not
 * there yet.  Returns 0, or -1 with ${err} set and the map unchanged.
 */
int fv_hashmap_add(struct fv_hashmap *map, uint64_t hash, uint32_t number,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_hashmap_remove(map, hash, number):
 * Take out the entry for ${number}, which must be there under ${hash}.
 */
void fv_hashmap_remove(struct fv_hashmap *map, uint64_t hash, uint32_t number);

/* Assert the invariants; for tests. */
void fv_hashmap_check(const struct fv_hashmap *map);

static inline uint32_t
fv_hashmap_tag(uint64_t hash)
{
	return (uint32_t)(hash >> 32);
}

/* Ask the memory for the slot of ${hash} before it is needed. */
static inline void
fv_hashmap_prefetch(const struct fv_hashmap *map, uint64_t hash)
{
	__builtin_prefetch(&map->slot[fv_hashmap_tag(hash) & map->mask]);
}

/*
 * fv_hashmap_next(map, hash, at):
 * The next number entered under ${hash}, or FV_HASHMAP_NONE.  Begin with
 * ${*at} = 0 and call until the caller's own comparison says yes:
 *
 *	for (at = 0; (n = fv_hashmap_next(map, hash, &at)) != NONE;)
 *		if (equal(record[n], key))
 *			return n;
 */
static inline uint32_t
fv_hashmap_next(const struct fv_hashmap *map, uint64_t hash, size_t *at)
{
	uint32_t tag = fv_hashmap_tag(hash);
	uint64_t entry;

	while ((entry = map->slot[(tag + *at) & map->mask]) != 0) {
		(*at)++;
		if (entry >> 32 == tag)
			return (uint32_t)entry - 1;
	}
	return FV_HASHMAP_NONE;
}

#endif

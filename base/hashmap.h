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
 *	home:   the tag's part of all tags, in slots: tag * slots / 2^32
 *
 * Open addressing with linear probing; a removal shifts its followers back,
 * so there are no tombstones.  Any number of slots will do, so that a map
 * whose entries are bounded has just as many as these need.
 *
 * Invariants (fv_hashmap_check):
 * 1. used <= 3/4 of slots: a probe always meets an empty one.
 * 2. Between an entry's home and its slot, no slot is empty.
 */
struct fv_hashmap {
	uint64_t *slot;
	size_t slots;
	size_t used;
	size_t most; /* entries that there will be */
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

/*
 * There will be at most ${most} entries in ${map}, at most FV_HASHMAP_LIMIT:
 * it grows to no more than 11 bytes for each.
 */
void fv_hashmap_bound(struct fv_hashmap *map, size_t most);

/* Bytes of its slots. */
size_t fv_hashmap_bytes(const struct fv_hashmap *map);

/* Take out all entries; the room stays. */
void fv_hashmap_clear(struct fv_hashmap *map);

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

/* Where an entry of ${tag} is to lie. */
static inline size_t
fv_hashmap_home(const struct fv_hashmap *map, uint32_t tag)
{
	return (size_t)((uint64_t)tag * map->slots >> 32);
}

/* The slot behind ${i}; behind the last comes the first. */
static inline size_t
fv_hashmap_behind(const struct fv_hashmap *map, size_t i)
{
	return i + 1 < map->slots ? i + 1 : 0;
}

/* Ask the memory for the slot of ${hash} before it is needed. */
static inline void
fv_hashmap_prefetch(const struct fv_hashmap *map, uint64_t hash)
{
	__builtin_prefetch(
	    &map->slot[fv_hashmap_home(map, fv_hashmap_tag(hash))]);
}

/*
 * fv_hashmap_next(map, hash, at):
 * The next number entered under ${hash}, or FV_HASHMAP_NONE.  Begin with
 * ${*at} = 0, which counts slots, and call until the caller's own comparison says yes:
 *
 *	for (at = 0; (n = fv_hashmap_next(map, hash, &at)) != NONE;)
 *		if (equal(record[n], key))
 *			return n;
 */
static inline uint32_t
fv_hashmap_next(const struct fv_hashmap *map, uint64_t hash, size_t *at)
{
	uint32_t tag = fv_hashmap_tag(hash);
	size_t i = fv_hashmap_home(map, tag) + *at;
	uint64_t entry;

	if (i >= map->slots)
		i -= map->slots;
	for (; (entry = map->slot[i]) != 0; i = fv_hashmap_behind(map, i)) {
		(*at)++;
		if (entry >> 32 == tag)
			return (uint32_t)entry - 1;
	}
	return FV_HASHMAP_NONE;
}

#endif

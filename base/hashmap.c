#include "base/hashmap.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"

enum { SLOTS_MIN = 64 };

/* Full at three quarters: long before probes get slow. */
static bool
full(size_t used, size_t slots)
{
	return used > slots / 4 * 3;
}

int
fv_hashmap_init(struct fv_hashmap *map, size_t expected, struct fv_err *err)
{
	size_t slots = SLOTS_MIN;

	*map = (struct fv_hashmap){ NULL, 0, 0 };
	if (expected > FV_HASHMAP_LIMIT)
		return fv_err_set(
		    err, FV_ELIMIT, "hash map of %zu entries", expected);
	while (full(expected, slots))
		slots *= 2;
	if ((map->slot = fv_memory_new(slots, sizeof(*map->slot), err)) == NULL)
		return -1;
	map->mask = slots - 1;
	return 0;
}

void
fv_hashmap_free(struct fv_hashmap *map)
{
	free(map->slot);
	*map = (struct fv_hashmap){ NULL, 0, 0 };
}

static void
place(uint64_t *slot, size_t mask, uint64_t entry)
{
	size_t i = (entry >> 32) & mask;

	while (slot[i] != 0)
		i = (i + 1) & mask;
	slot[i] = entry;
}

static int
grow(struct fv_hashmap *map, struct fv_err *err)
{
	size_t i, slots = (map->mask + 1) * 2;
	uint64_t *slot;

	if (map->used >= FV_HASHMAP_LIMIT)
		return fv_err_set(err, FV_ELIMIT, "hash map is full");
	if ((slot = fv_memory_new(slots, sizeof(*slot), err)) == NULL)
		return -1;
	for (i = 0; i <= map->mask; i++)
		if (map->slot[i] != 0)
			place(slot, slots - 1, map->slot[i]);
	free(map->slot);
	map->slot = slot;
	map->mask = slots - 1;
	return 0;
}

int
fv_hashmap_add(
    struct fv_hashmap *map, uint64_t hash, uint32_t number, struct fv_err *err)
{
	assert(number != FV_HASHMAP_NONE);
	if (full(map->used + 1, map->mask + 1) && grow(map, err) == -1)
		return -1;
	place(map->slot, map->mask,
	    (uint64_t)fv_hashmap_tag(hash) << 32 | (number + 1));
	map->used++;
	return 0;
}

void
fv_hashmap_remove(struct fv_hashmap *map, uint64_t hash, uint32_t number)
{
	uint64_t entry =
	    (uint64_t)fv_hashmap_tag(hash) << 32 | (uint32_t)(number + 1);
	size_t home, hole = fv_hashmap_tag(hash) & map->mask, i;

	while (map->slot[hole] != entry) {
		assert(map->slot[hole] != 0);
		hole = (hole + 1) & map->mask;
	}
	/* Move back each follower whose home is not past the hole. */
	for (i = (hole + 1) & map->mask; map->slot[i] != 0;
	     i = (i + 1) & map->mask) {
		home = (map->slot[i] >> 32) & map->mask;
		if (((i - home) & map->mask) < ((i - hole) & map->mask))
			continue;
		map->slot[hole] = map->slot[i];
		hole = i;
	}
	map->slot[hole] = 0;
	map->used--;
}

void
fv_hashmap_check(const struct fv_hashmap *map)
{
	size_t i, j, used = 0;

	assert((map->mask & (map->mask + 1)) == 0);
	for (i = 0; i <= map->mask; i++) {
		if (map->slot[i] == 0)
			continue;
		used++;
		for (j = (map->slot[i] >> 32) & map->mask; j != i;
		     j = (j + 1) & map->mask)
			assert(map->slot[j] != 0);
	}
	assert(used == map->used);
	assert(!full(used, map->mask + 1));
}

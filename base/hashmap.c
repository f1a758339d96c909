#include "base/hashmap.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

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

	*map = (struct fv_hashmap){ NULL, 0, 0, FV_HASHMAP_LIMIT };
	if (expected > FV_HASHMAP_LIMIT)
		return fv_err_set(
		    err, FV_ELIMIT, "hash map of %zu entries", expected);
	while (full(expected, slots))
		slots *= 2;
	if ((map->slot = fv_memory_new(slots, sizeof(*map->slot), err)) == NULL)
		return -1;
	map->slots = slots;
	return 0;
}

void
fv_hashmap_bound(struct fv_hashmap *map, size_t most)
{
	assert(most >= map->used && most <= FV_HASHMAP_LIMIT);
	map->most = most;
}

size_t
fv_hashmap_bytes(const struct fv_hashmap *map)
{
	return map->slots * sizeof(*map->slot);
}

void
fv_hashmap_clear(struct fv_hashmap *map)
{
	if (map->used > 0)
		memset(map->slot, 0, fv_hashmap_bytes(map));
	map->used = 0;
}

void
fv_hashmap_free(struct fv_hashmap *map)
{
	free(map->slot);
	*map = (struct fv_hashmap){ NULL, 0, 0, 0 };
}

static void
place(struct fv_hashmap *map, uint64_t entry)
{
	size_t i = fv_hashmap_home(map, (uint32_t)(entry >> 32));

	while (map->slot[i] != 0)
		i = fv_hashmap_behind(map, i);
	map->slot[i] = entry;
}

static int
grow(struct fv_hashmap *map, struct fv_err *err)
{
	struct fv_hashmap bigger = *map;
	size_t i, most = map->most / 3 * 4 + 8; /* not full with them */

	if (map->used >= map->most)
		return fv_err_set(err, FV_ELIMIT, "hash map is full");
	bigger.slots = map->slots * 2;
	if (bigger.slots > most && most > map->slots)
		bigger.slots = most;
	bigger.slot = fv_memory_new(bigger.slots, sizeof(*bigger.slot), err);
	if (bigger.slot == NULL)
		return -1;
	for (i = 0; i < map->slots; i++)
		if (map->slot[i] != 0)
			place(&bigger, map->slot[i]);
	free(map->slot);
	*map = bigger;
	return 0;
}

int
fv_hashmap_add(
    struct fv_hashmap *map, uint64_t hash, uint32_t number, struct fv_err *err)
{
	assert(number != FV_HASHMAP_NONE);
	if (full(map->used + 1, map->slots) && grow(map, err) == -1)
		return -1;
	place(map, (uint64_t)fv_hashmap_tag(hash) << 32 | (number + 1));
	map->used++;
	return 0;
}

/* Slots from ${a} on to ${b}. */
static size_t
distance(const struct fv_hashmap *map, size_t a, size_t b)
{
	return b >= a ? b - a : b + map->slots - a;
}

void
fv_hashmap_remove(struct fv_hashmap *map, uint64_t hash, uint32_t number)
{
	uint64_t entry =
	    (uint64_t)fv_hashmap_tag(hash) << 32 | (uint32_t)(number + 1);
	size_t hole = fv_hashmap_home(map, fv_hashmap_tag(hash)), home, i;

	while (map->slot[hole] != entry) {
		assert(map->slot[hole] != 0);
		hole = fv_hashmap_behind(map, hole);
	}
	/* Move back each follower whose home is not past the hole. */
	for (i = fv_hashmap_behind(map, hole); map->slot[i] != 0;
	     i = fv_hashmap_behind(map, i)) {
		home = fv_hashmap_home(map, (uint32_t)(map->slot[i] >> 32));
		if (distance(map, home, i) < distance(map, hole, i))
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

	for (i = 0; i < map->slots; i++) {
		if (map->slot[i] == 0)
			continue;
		used++;
		for (j = fv_hashmap_home(map, (uint32_t)(map->slot[i] >> 32));
		     j != i; j = fv_hashmap_behind(map, j))
			assert(map->slot[j] != 0);
	}
	assert(used == map->used);
	assert(!full(used, map->slots));
}

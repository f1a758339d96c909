#include "analysis/counts.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"

/*
 * The fewest slots, a page of them; and how many there are at first, if there
 * is room, for to grow is to move all.  Those not met are never touched.
 */
enum { SLOTS_MIN = 256, SLOTS_FIRST = 1 << 17 };

/* While it grows, a table is there once and again half as large. */
static size_t
slots_in(size_t bytes)
{
	size_t fit = bytes / sizeof(struct fv_counts_slot) / 3 * 2, n;

	for (n = SLOTS_MIN; n <= fit / 2; n *= 2)
		;
	return n;
}

/* Full at three quarters: long before probes get slow. */
static bool
full(size_t used, size_t slots)
{
	return used > slots / 4 * 3;
}

int
fv_counts_init(struct fv_counts *c, size_t bytes, struct fv_err *err)
{
	size_t limit = slots_in(bytes);
	size_t slots = limit < SLOTS_FIRST ? limit : SLOTS_FIRST;

	*c = (struct fv_counts){ .mask = slots - 1, .limit = limit };
	if (fv_hash_key_random(&c->hash, err) == -1)
		return -1;
	c->slot = fv_memory_new(slots, sizeof(*c->slot), err);
	return c->slot == NULL ? -1 : 0;
}

void
fv_counts_free(struct fv_counts *c)
{
	free(c->slot);
	*c = (struct fv_counts){ .slot = NULL };
}

static int
grow(struct fv_counts *c, struct fv_err *err)
{
	struct fv_counts bigger = *c;
	size_t i, slots = c->mask + 1;

	if (slots >= c->limit)
		return fv_err_set(
		    err, FV_ELIMIT, "more than %zu keys", c->used);
	bigger.mask = 2 * slots - 1;
	bigger.slot = fv_memory_new(2 * slots, sizeof(*c->slot), err);
	if (bigger.slot == NULL)
		return -1;
	for (i = 0; i < slots; i++)
		if (c->slot[i].count[0] != 0)
			*fv_counts_slot(&bigger, c->slot[i].key) = c->slot[i];
	free(c->slot);
	*c = bigger;
	return 0;
}

int
fv_counts_enter(struct fv_counts *c, uint64_t key, const uint32_t count[2],
    struct fv_err *err)
{
	struct fv_counts_slot *slot = fv_counts_slot(c, key);

	if (slot->count[0] > UINT32_MAX - count[0] ||
	    slot->count[1] > UINT32_MAX - count[1])
		return fv_err_set(err, FV_ELIMIT, "a count is full");
	if (slot->count[0] == 0) {
		if (full(c->used + 1, c->mask + 1)) {
			if (grow(c, err) == -1)
				return -1;
			slot = fv_counts_slot(c, key);
		}
		c->used++;
	}
	slot->key = key;
	slot->count[0] += count[0];
	slot->count[1] += count[1];
	return 0;
}

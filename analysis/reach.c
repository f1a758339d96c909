#include "analysis/reach.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"
#include "datasets/flow.h"

enum { WORD = 64 };

int
fv_reach_init(struct fv_reach *r, const bool *sends, size_t nhosts,
    const struct fv_ledger_room *room, struct fv_err *err)
{
	size_t bytes = room->bytes == 0 ? FV_LEDGER_BYTES : room->bytes;
	size_t i;

	*r = (struct fv_reach){ .nhosts = nhosts,
		.words = (nhosts + WORD - 1) / WORD };
	r->sender = fv_memory_new(nhosts, sizeof(*r->sender), err);
	if (r->sender == NULL)
		return -1;
	for (i = 0; i < nhosts; i++)
		r->sender[i] = sends[i] ? (uint32_t)r->nsenders++ : FV_NO_ROW;
	if (r->nsenders == 0 ||
	    r->words <= bytes / sizeof(*r->bits) / r->nsenders) {
		r->bits = fv_memory_new(
		    r->nsenders * r->words, sizeof(*r->bits), err);
		return r->bits == NULL ? -1 : 0;
	}
	return fv_ledger_init(&r->pairs, 1, 0, 0, room, err);
}

void
fv_reach_free(struct fv_reach *r)
{
	free(r->sender);
	if (r->bits == NULL)
		fv_ledger_free(&r->pairs);
	free(r->bits);
	*r = (struct fv_reach){ 0 };
}

/* Into the ledger, looked up together so that memory is asked for ahead. */
static int
add_to_ledger(
    struct fv_reach *r, const uint64_t *pairs, size_t n, struct fv_err *err)
{
	uint64_t hash[FV_REACH_BATCH];
	size_t i;

	for (i = 0; i < n; i++) {
		hash[i] = fv_tally_hash(&r->pairs.tally, &pairs[i], 1);
		fv_tally_prefetch(&r->pairs.tally, hash[i]);
	}
	for (i = 0; i < n; i++)
		fv_tally_prefetch_entry(&r->pairs.tally, hash[i]);
	for (i = 0; i < n; i++)
		if (fv_ledger_at(&r->pairs, &pairs[i], hash[i], 1, err) == NULL)
			return -1;
	return 0;
}

int
fv_reach_add(
    struct fv_reach *r, const uint64_t *pairs, size_t n, struct fv_err *err)
{
	uint32_t to;
	size_t i;

	assert(n <= FV_REACH_BATCH);
	if (r->bits == NULL)
		return add_to_ledger(r, pairs, n, err);
	for (i = 0; i < n; i++) {
		to = (uint32_t)pairs[i];
		r->bits[r->sender[pairs[i] >> 32] * r->words + to / WORD] |=
		    UINT64_C(1) << to % WORD;
	}
	return 0;
}

int
fv_reach_merge(
    struct fv_reach *into, const struct fv_reach *from, struct fv_err *err)
{
	size_t i;

	assert((into->bits == NULL) == (from->bits == NULL));
	if (into->bits == NULL)
		return fv_ledger_merge(&into->pairs, &from->pairs, err);
	for (i = 0; i < into->nsenders * into->words; i++)
		into->bits[i] |= from->bits[i];
	return 0;
}

/* While pairs are counted. */
struct counting {
	uint64_t *count;
	uint64_t *met; /* a bit for each host: whether any sent to it */
	uint64_t distinct;
};

static void
count_pair(void *arg, const uint64_t *pair)
{
	struct counting *c = arg;
	uint32_t to = (uint32_t)*pair;
	uint64_t bit = UINT64_C(1) << to % WORD;

	c->count[*pair >> 32]++;
	c->distinct += (c->met[to / WORD] & bit) == 0;
	c->met[to / WORD] |= bit;
}

static void
count_bits(const struct fv_reach *r, struct counting *c)
{
	const uint64_t *bits;
	size_t i, k;

	for (i = 0; i < r->nhosts; i++) {
		if (r->sender[i] == FV_NO_ROW)
			continue;
		bits = r->bits + r->sender[i] * r->words;
		for (k = 0; k < r->words; k++) {
			c->count[i] += (uint64_t)__builtin_popcountll(bits[k]);
			c->met[k] |= bits[k];
		}
	}
	for (k = 0; k < r->words; k++)
		c->distinct += (uint64_t)__builtin_popcountll(c->met[k]);
}

int
fv_reach_count(const struct fv_reach *r, uint64_t *count, uint64_t *distinct,
    struct fv_err *err)
{
	struct counting c = { .count = count };
	int rc = 0;

	if ((c.met = fv_memory_new(r->words, sizeof(*c.met), err)) == NULL)
		return -1;
	if (r->bits != NULL)
		count_bits(r, &c);
	else
		rc = fv_ledger_each(&r->pairs, count_pair, &c, err);
	*distinct = c.distinct;
	free(c.met);
	return rc;
}

#include "analysis/tally.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"

int
fv_tally_init(struct fv_tally *t, size_t key_words, size_t value_words,
    size_t limit, struct fv_err *err)
{
	assert(key_words > 0 && key_words <= FV_TALLY_KEY_WORDS);
	*t = (struct fv_tally){ .key_words = key_words,
		.words = key_words + value_words,
		.limit = limit < FV_HASHMAP_LIMIT ? limit : FV_HASHMAP_LIMIT };
	if (fv_hash_key_random(&t->hash, err) == -1)
		return -1;
	return fv_hashmap_init(&t->map, 0, err);
}

void
fv_tally_free(struct fv_tally *t)
{
	fv_hashmap_free(&t->map);
	free(t->entry);
	*t = (struct fv_tally){ .entry = NULL };
}

uint64_t *
fv_tally_enter(
    struct fv_tally *t, const uint64_t *key, uint64_t hash, struct fv_err *err)
{
	uint64_t *entry;
	void *grown;

	grown = fv_memory_grow(t->entry, &t->capacity, t->count + 1,
	    t->words * sizeof(*t->entry), t->limit, err);
	if (grown == NULL)
		return NULL;
	t->entry = grown;
	if (fv_hashmap_add(&t->map, hash, (uint32_t)t->count, err) == -1)
		return NULL;
	entry = t->entry + t->count++ * t->words;
	memcpy(entry, key, t->key_words * sizeof(*key));
	return entry + t->key_words;
}

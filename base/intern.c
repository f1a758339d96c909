#include "base/intern.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"

int
fv_intern_init(
    struct fv_intern *in, size_t size, size_t limit, struct fv_err *err)
{
	assert(size % 8 == 0 && size > 0 && size <= 64);
	memset(in, 0, sizeof(*in));
	in->words = size / 8;
	in->limit = limit < FV_HASHMAP_LIMIT ? limit : FV_HASHMAP_LIMIT;
	if (fv_hash_key_random(&in->key, err) == -1)
		return -1;
	return fv_hashmap_init(&in->map, 0, err);
}

void
fv_intern_free(struct fv_intern *in)
{
	fv_hashmap_free(&in->map);
	free(in->record);
	memset(in, 0, sizeof(*in));
}

int
fv_intern_add(struct fv_intern *in, const void *record, uint64_t hash,
    uint32_t *number, struct fv_err *err)
{
	size_t size = in->words * sizeof(*in->record);
	void *grown;

	grown = fv_memory_grow(
	    in->record, &in->capacity, in->count + 1, size, in->limit, err);
	if (grown == NULL)
		return -1;
	in->record = grown;
	if (fv_hashmap_add(&in->map, hash, (uint32_t)in->count, err) == -1)
		return -1;
	memcpy(in->record + in->count * in->words, record, size);
	*number = (uint32_t)in->count++;
	return 0;
}

size_t
fv_intern_bytes(const struct fv_intern *in)
{
	return in->capacity * in->words * sizeof(*in->record) +
	    fv_hashmap_bytes(&in->map);
}

void
fv_intern_check(const struct fv_intern *in)
{
	const void *record;
	uint32_t n, found;
	uint64_t hash;
	size_t at;

	fv_hashmap_check(&in->map);
	assert(in->count <= in->capacity || in->count == 0);
	assert(in->map.used == in->count);
	for (n = 0; n < in->count; n++) {
		record = fv_intern_record(in, n);
		hash = fv_intern_hash(in, record, in->words);
		at = 0;
		do {
			found = fv_hashmap_next(&in->map, hash, &at);
			assert(found != FV_HASHMAP_NONE);
		} while (found != n);
	}
}

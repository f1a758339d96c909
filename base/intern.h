#ifndef BASE_INTERN_H
#define BASE_INTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/attributes.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/hashmap.h"

/*
 * Numbers for things, in order of first appearance: the same record always
 * gets the same number, and a new one the next.  Records are a fixed count
 * of 64-bit words, compared whole; callers keep their padding zero.
 *
 * Invariants (fv_intern_check):
 * 1. count <= capacity, and record number i occupies words from i * words.
 * 2. The map holds each number below count once, under its record's hash.
 */
struct fv_intern {
	struct fv_hashmap map;
	struct fv_hash_key key;
	uint64_t *record;
	size_t words; /* per record */
	size_t count;
	size_t capacity;
	size_t limit;
};

/*
 * fv_intern_init(in, size, limit, err):
 * Make ${in} empty, for records of ${size} bytes (a multiple of 8), at most
 * ${limit} of them.  Returns 0, or -1 with ${err} set.
 */
int fv_intern_init(struct fv_intern *in, size_t size, size_t limit,
    struct fv_err *err) FV_MUST_CHECK;

/* Give back what ${in} holds; it may be zeroed or freed already. */
void fv_intern_free(struct fv_intern *in);

/*
 * fv_intern_add(in, record, hash, number, err):
 * Enter ${record}, which is not there yet, and give its ${number}.
 * Returns 0, or -1 with ${err} set (FV_ELIMIT past the limit).
 */
int fv_intern_add(struct fv_intern *in, const void *record, uint64_t hash,
    uint32_t *number, struct fv_err *err) FV_MUST_CHECK;

/* Bytes that ${in} holds. */
size_t fv_intern_bytes(const struct fv_intern *in);

/* Assert the invariants; for tests. */
void fv_intern_check(const struct fv_intern *in);

/* Record ${number}, which must be below count; valid until the next add. */
static inline const void *
fv_intern_record(const struct fv_intern *in, uint32_t number)
{
	return in->record + number * in->words;
}

/* The hash of ${record} under this table's own key. */
static inline uint64_t
fv_intern_hash(const struct fv_intern *in, const void *record, size_t words)
{
	return fv_hash_words(&in->key, record, words);
}

/*
 * fv_intern_number(in, record, hash, size, number, err):
 * The number of ${record}, new or known, of ${size} bytes as given to
 * fv_intern_init (a constant, so that the comparison is inlined), under its
 * ${hash}.  Returns 0, or -1 with ${err} set.
 */
static inline int
fv_intern_number(struct fv_intern *in, const void *record, uint64_t hash,
    size_t size, uint32_t *number, struct fv_err *err)
{
	size_t at = 0;
	uint32_t n;

	while ((n = fv_hashmap_next(&in->map, hash, &at)) != FV_HASHMAP_NONE) {
		if (memcmp(in->record + n * (size / 8), record, size) == 0) {
			*number = n;
			return 0;
		}
	}
	return fv_intern_add(in, record, hash, number, err);
}

#endif

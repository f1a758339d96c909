#ifndef ANONYMIZE_TRACES_SET_H
#define ANONYMIZE_TRACES_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "anonymize/originals.h"
#include "anonymize/traces.h"
#include "base/hash.h"

/*
 * What is looked for, laid out for speed; for anonymize/traces alone.
 *
 * Each pattern lies in a table under its bytes as they would be loaded, and
 * its first four bytes in a filter of bits, which most offsets do not pass.
 */
struct fv_traces_table {
	uint64_t *key;
	uint32_t *value; /* plus 1; 0: an empty slot */
	size_t mask;
	size_t used;
};

/* What the table of four bytes says of a value: its number and these. */
#define FV_TRACES_ORIGINAL 1U
#define FV_TRACES_PLAIN 2U
#define FV_TRACES_FLAGS 2

struct fv_traces {
	const struct fv_originals *originals;
	struct fv_hash_key hash;
	struct fv_traces_table four;
	struct fv_traces_table six;
	struct fv_traces_table eight; /* value: enum fv_traces_kind */
	struct fv_traces_table word;  /* beginnings of names: a name */
	uint32_t *next_name;          /* with the same beginning, plus 1 */
	bool *forgiven;
	uint64_t *filter;
	uint64_t *name_filter;
	unsigned filter_shift;
	unsigned name_shift;
	uint64_t *original;  /* bits: which values are no decoys */
	uint32_t nfour;      /* values of four bytes */
	uint32_t noriginals; /* of these, not decoys */
	struct fv_traces_count count;
};

static inline uint32_t
fv_traces_load32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return value;
}

/* The first ${n} bytes at ${at}, 4, 6 or 8 of them. */
static inline uint64_t
fv_traces_load(const uint8_t *at, size_t n)
{
	uint64_t value = 0;

	memcpy(&value, at, n);
	return value;
}

/* Letters in lower case; other bytes become something, always the same. */
#define FV_TRACES_FOLD UINT64_C(0x2020202020202020)

/*
 * A filter after Bloom, with the three bits of a pattern in one word, so that
 * an offset costs one look at memory: where ${first} has its word, and, as the
 * result, its bits.
 */
static inline uint64_t
fv_traces_bits(uint64_t factor, uint32_t first, unsigned shift, uint64_t *word)
{
	uint64_t h = first * factor;

	*word = h >> shift;
	return UINT64_C(1) << (h >> 39 & 63) | UINT64_C(1) << (h >> 33 & 63) |
	    UINT64_C(1) << (h >> 27 & 63);
}

/* Ask the memory for what fv_traces_pass will look at. */
static inline void
fv_traces_prefetch(
    const uint64_t *filter, unsigned shift, uint64_t factor, uint32_t first)
{
	__builtin_prefetch(&filter[(first * factor) >> shift]);
}

static inline bool
fv_traces_pass(
    const uint64_t *filter, unsigned shift, uint64_t factor, uint32_t first)
{
	uint64_t word, bits = fv_traces_bits(factor, first, shift, &word);

	return (filter[word] & bits) == bits;
}

static inline size_t
fv_traces_home(const struct fv_traces *t, const struct fv_traces_table *table,
    uint64_t key)
{
	return fv_hash_fold(key ^ t->hash.word[0], t->hash.word[1] | 1) &
	    table->mask;
}

/* The value under ${key} plus 1, or 0. */
static inline uint32_t
fv_traces_find(const struct fv_traces *t, const struct fv_traces_table *table,
    uint64_t key)
{
	size_t at;

	if (table->used == 0)
		return 0;
	for (at = fv_traces_home(t, table, key); table->value[at] != 0;
	     at = (at + 1) & table->mask)
		if (table->key[at] == key)
			return table->value[at];
	return 0;
}

/* Whether these bytes are small numbers in a row, or the like. */
bool fv_traces_is_plain(const uint8_t *bytes, size_t n);

/* Note one find of ${kind} in ${row}. */
static inline void
fv_traces_note(
    struct fv_traces_tally *tally, enum fv_traces_kind kind, uint64_t row)
{
	if (tally->finds[kind]++ == 0 || row < tally->first[kind])
		tally->first[kind] = row;
}

/*
 * fv_traces_find_text(t, mode, bytes, n, lead, row, width, tally):
 * The part of fv_traces_scan that reads addresses as text.
 */
void fv_traces_find_text(const struct fv_traces *t, enum fv_traces_mode mode,
    size_t width, const uint8_t *bytes, size_t n, size_t lead, uint64_t row,
    struct fv_traces_tally *tally);

/* The row that byte ${at} of such a stretch is in. */
static inline uint64_t
fv_traces_row(size_t width, size_t lead, uint64_t row, size_t at)
{
	return at >= lead ? row + (at - lead) / width
			  : row - (lead - at + width - 1) / width;
}

/* Whether byte ${c} could be part of a word. */
static inline bool
fv_traces_in_word(uint8_t c)
{
	return (c >= '0' && c <= '9') ||
	    ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

#endif

#include "datasets/parquet_dictionary.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Slots: four for each value, so that probes are short. */
enum { SLOT_BITS = 18, SLOTS = 1 << SLOT_BITS };

/*
 * The hash has no key: what is written must not depend on chance.  Whoever
 * chooses values that share a slot only gets a column without a dictionary,
 * after this many steps.
 */
enum { PROBES = 64 };

/* After so many values, most of them new, the rest will be, too. */
enum { TRIAL = 16384 };

struct fv_parquet_dictionary {
	uint32_t count;
	uint64_t value[FV_PARQUET_DICTIONARY];
	uint32_t slot[SLOTS]; /* a value's number, plus 1; 0: empty */
};

struct fv_parquet_dictionary *
fv_parquet_dictionary_new(struct fv_err *err)
{
	return fv_memory_new(1, sizeof(struct fv_parquet_dictionary), err);
}

void
fv_parquet_dictionary_free(struct fv_parquet_dictionary *d)
{
	free(d);
}

/* Multiplication by 2^64 / golden ratio spreads neighbours (Knuth 6.4). */
static uint32_t
slot_of(uint64_t value)
{
	value ^= value >> 32;
	return (uint32_t)(value * 0x9e3779b97f4a7c15 >> (64 - SLOT_BITS));
}

/* The number of ${value}, new or known; UINT32_MAX when there is none. */
static uint32_t
number_of(struct fv_parquet_dictionary *d, uint64_t value)
{
	uint32_t slot = slot_of(value), number;
	int i;

	for (i = 0; i < PROBES; i++, slot = (slot + 1) % SLOTS) {
		if ((number = d->slot[slot]) == 0) {
			if (d->count == FV_PARQUET_DICTIONARY)
				return UINT32_MAX;
			d->value[d->count] = value;
			d->slot[slot] = d->count + 1;
			return d->count++;
		}
		if (d->value[number - 1] == value)
			return number - 1;
	}
	return UINT32_MAX;
}

bool
fv_parquet_dictionary_make(struct fv_parquet_dictionary *d,
    const uint64_t *values, size_t n, uint32_t *codes)
{
	uint32_t code = 0;
	size_t i;

	d->count = 0;
	memset(d->slot, 0, sizeof(d->slot));
	for (i = 0; i < n; i++) {
		/* Equal neighbours are common, and cost no look-up. */
		if (i == 0 || values[i] != values[i - 1])
			code = number_of(d, values[i]);
		if (code == UINT32_MAX ||
		    (i == TRIAL && d->count > TRIAL / 4 * 3))
			return false;
		codes[i] = code;
	}
	return true;
}

const uint64_t *
fv_parquet_dictionary_values(
    const struct fv_parquet_dictionary *d, uint32_t *count)
{
	*count = d->count;
	return d->value;
}

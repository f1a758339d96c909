#include "anonymize/population.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "anonymize/address_class.h"
#include "anonymize/key.h"
#include "anonymize/prefix_bits.h"
#include "base/memory.h"

enum { ADDR_WORDS = sizeof(struct fv_raw_addr) / 8 };

/*
 * Invariant: internal[i] is set for each i below the count of addresses,
 * when the address is first seen, so that rows can be given a direction
 * without looking at addresses again.
 */
struct fv_population {
	struct fv_intern addresses;
	const struct fv_networks *networks; /* NULL: by address class */
	uint8_t *internal;
	size_t capacity;
};

struct fv_population *
fv_population_new(const struct fv_networks *internal, struct fv_err *err)
{
	struct fv_population *pop;

	if ((pop = fv_memory_new(1, sizeof(*pop), err)) == NULL)
		return NULL;
	pop->networks = internal;
	if (fv_intern_init(&pop->addresses, sizeof(struct fv_raw_addr),
		FV_POPULATION_LIMIT, err) == -1) {
		fv_population_free(pop);
		return NULL;
	}
	return pop;
}

uint64_t
fv_population_prepare(
    const struct fv_population *pop, const struct fv_raw_addr *addr)
{
	uint64_t hash = fv_intern_hash(&pop->addresses, addr, ADDR_WORDS);

	fv_hashmap_prefetch(&pop->addresses.map, hash);
	return hash;
}

static bool
is_internal(const struct fv_population *pop, const struct fv_raw_addr *addr)
{
	if (pop->networks != NULL)
		return fv_networks_contain(pop->networks, addr);
	return fv_address_class_is_local(fv_address_class(addr));
}

/* Remember of the newest address what is asked for every row. */
static int
remember(struct fv_population *pop, const struct fv_raw_addr *addr,
    uint32_t number, struct fv_err *err)
{
	uint8_t *grown;

	grown = fv_memory_grow(pop->internal, &pop->capacity,
	    pop->addresses.count, sizeof(*grown), FV_POPULATION_LIMIT, err);
	if (grown == NULL)
		return -1;
	pop->internal = grown;
	pop->internal[number] = is_internal(pop, addr);
	return 0;
}

int
fv_population_number(struct fv_population *pop, const struct fv_raw_addr *addr,
    uint64_t hash, uint32_t *number, struct fv_err *err)
{
	size_t before = pop->addresses.count;

	if (fv_intern_number(
		&pop->addresses, addr, hash, sizeof(*addr), number, err) == -1)
		return -1;
	if (pop->addresses.count == before)
		return 0;
	return remember(pop, addr, *number, err);
}

size_t
fv_population_count(const struct fv_population *pop)
{
	return pop->addresses.count;
}

size_t
fv_population_bytes(const struct fv_population *pop)
{
	return fv_intern_bytes(&pop->addresses) +
	    pop->capacity * sizeof(*pop->internal);
}

bool
fv_population_is_internal(const struct fv_population *pop, uint32_t number)
{
	return pop->internal[number];
}

const struct fv_raw_addr *
fv_population_address(const struct fv_population *pop, uint32_t number)
{
	assert(number < pop->addresses.count);
	return fv_intern_record(&pop->addresses, number);
}

int
fv_population_publish(const struct fv_population *pop,
    struct fv_mapping *mapping, uint32_t site, size_t first, size_t n,
    struct fv_host *rows, struct fv_err *err)
{
	struct fv_published_addr published[FV_POPULATION_BATCH];
	const struct fv_raw_addr *addr;
	size_t i;

	assert(n <= FV_POPULATION_BATCH);
	assert(n <= pop->addresses.count && first <= pop->addresses.count - n);
	if (n == 0)
		return 0;
	addr = fv_intern_record(&pop->addresses, (uint32_t)first);
	if (fv_mapping_map(mapping, addr, n, published, err) == -1)
		return -1;
	for (i = 0; i < n; i++) {
		memset(&rows[i], 0, sizeof(rows[i]));
		fv_hosts_set_address(&rows[i], &published[i]);
		rows[i].site = site;
		rows[i].address_class = (uint8_t)fv_address_class(&addr[i]);
		rows[i].internal = pop->internal[first + i];
	}
	return 0;
}

void
fv_population_count_unchanged(const struct fv_population *pop,
    const struct fv_mapping *mapping, size_t first, size_t n,
    const struct fv_host *rows, struct fv_population_unchanged *sum)
{
	const struct fv_raw_addr *addr;
	struct fv_prefix_bits a;
	unsigned bits;
	bool whole, same;
	size_t i;

	for (i = 0; i < n; i++) {
		addr = fv_intern_record(&pop->addresses, (uint32_t)(first + i));
		if ((bits = fv_mapping_changed_bits(mapping, addr)) == 0)
			continue;
		/* As the columns have it: 16 octets, in either family. */
		a = fv_prefix_load(addr->octet, 6);
		same = rows[i].address_high == a.high &&
		    rows[i].address_low == a.low;
		whole = bits == FV_PREFIX_IPV4 || bits == FV_PREFIX_IPV6;
		sum->whole += whole && same;
		sum->suffixes += !whole && same;
		if (!whole)
			sum->suffixes_expected +=
			    fv_mapping_fixed_share(mapping, bits);
	}
}

void
fv_population_free(struct fv_population *pop)
{
	if (pop == NULL)
		return;
	if (pop->addresses.record != NULL)
		fv_key_wipe(pop->addresses.record,
		    pop->addresses.count * sizeof(struct fv_raw_addr));
	fv_intern_free(&pop->addresses);
	free(pop->internal);
	free(pop);
}

#include "anonymize/population.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "anonymize/address_class.h"
#include "anonymize/key.h"
#include "anonymize/prefix_bits.h"
#include "base/hash.h"
#include "base/hashmap.h"
#include "base/memory.h"

/*
 * Two maps of numbers.  An entry of an IPv4 address is found by a permutation
 * of its 32 bits, so that it is the address's own and one look is enough; one
 * of an IPv6 address by a hash, and its record is compared.
 *
 * Invariants:
 * 1. Each number below ${count} is in one of the maps, once.
 * 2. internal[i] is set for each of them when the address is first seen, so
 *    that rows can be given a direction without looking at addresses again.
 */
struct fv_population {
	struct fv_hashmap ipv4;
	struct fv_hashmap ipv6;
	struct fv_hash_key key;
	const struct fv_networks *networks; /* NULL: by address class */
	struct fv_raw_addr *address;
	uint8_t *internal;
	size_t count;
	size_t capacity; /* of addresses */
	size_t flags;    /* of internal, likewise */
};

struct fv_population *
fv_population_new(const struct fv_networks *internal, struct fv_err *err)
{
	struct fv_population *pop;

	if ((pop = fv_memory_new(1, sizeof(*pop), err)) == NULL)
		return NULL;
	pop->networks = internal;
	if (fv_hash_key_random(&pop->key, err) == -1 ||
	    fv_hashmap_init(&pop->ipv4, 0, err) == -1 ||
	    fv_hashmap_init(&pop->ipv6, 0, err) == -1) {
		fv_population_free(pop);
		return NULL;
	}
	return pop;
}

/* The map that ${addr} is in. */
static inline const struct fv_hashmap *
map_of(const struct fv_population *pop, const struct fv_raw_addr *addr)
{
	return addr->ip_version == 4 ? &pop->ipv4 : &pop->ipv6;
}

/* What ${addr} is found by in its map. */
static inline uint64_t
hash_of(const struct fv_population *pop, const struct fv_raw_addr *addr)
{
	uint32_t bits;

	if (addr->ip_version != 4)
		return fv_hash_words(&pop->key, addr, sizeof(*addr) / 8);
	memcpy(&bits, addr->octet + 12, sizeof(bits));
	return (uint64_t)fv_hash_permute(&pop->key, bits) << 32;
}

/* The hash of ${addr}, whose entry is on its way then. */
static inline uint64_t
prepare(const struct fv_population *pop, const struct fv_raw_addr *addr)
{
	uint64_t hash = hash_of(pop, addr);

	fv_hashmap_prefetch(map_of(pop, addr), hash);
	return hash;
}

static bool
is_internal(const struct fv_population *pop, const struct fv_raw_addr *addr)
{
	if (pop->networks != NULL)
		return fv_networks_contain(pop->networks, addr);
	return fv_address_class_is_local(fv_address_class(addr));
}

/* Number ${addr}, which is new. */
static int
add(struct fv_population *pop, const struct fv_raw_addr *addr, uint64_t hash,
    uint32_t *number, struct fv_err *err)
{
	struct fv_raw_addr *address;
	uint8_t *internal;

	address = fv_memory_widen(pop->address, &pop->capacity, pop->count + 1,
	    sizeof(*address), FV_POPULATION_LIMIT, err);
	if (address == NULL)
		return -1;
	pop->address = address;
	internal = fv_memory_widen(pop->internal, &pop->flags, pop->count + 1,
	    sizeof(*internal), FV_POPULATION_LIMIT, err);
	if (internal == NULL)
		return -1;
	pop->internal = internal;
	if (fv_hashmap_add(addr->ip_version == 4 ? &pop->ipv4 : &pop->ipv6,
		hash, (uint32_t)pop->count, err) == -1)
		return -1;
	pop->address[pop->count] = *addr;
	pop->internal[pop->count] = is_internal(pop, addr);
	*number = (uint32_t)pop->count++;
	return 0;
}

static inline int
number_of(struct fv_population *pop, const struct fv_raw_addr *addr,
    uint64_t hash, uint32_t *number, struct fv_err *err)
{
	const struct fv_hashmap *map = map_of(pop, addr);
	size_t at = 0;
	uint32_t n;

	while ((n = fv_hashmap_next(map, hash, &at)) != FV_HASHMAP_NONE) {
		if (addr->ip_version == 4 ||
		    fv_raw_addr_equal(&pop->address[n], addr)) {
			*number = n;
			return 0;
		}
	}
	return add(pop, addr, hash, number, err);
}

int
fv_population_number(struct fv_population *pop, const struct fv_raw_addr *addr,
    uint32_t *number, struct fv_err *err)
{
	return number_of(pop, addr, hash_of(pop, addr), number, err);
}

int
fv_population_number_ends(struct fv_population *pop,
    const struct fv_raw_packet *packets, size_t n,
    struct fv_population_ends *ends, struct fv_err *err)
{
	uint64_t hash[FV_POPULATION_PACKETS][2];
	size_t i;

	assert(n <= FV_POPULATION_PACKETS);
	for (i = 0; i < n; i++) {
		fv_raw_packet_fetch_ahead(&packets[i]);
		hash[i][0] = prepare(pop, &packets[i].source);
		hash[i][1] = prepare(pop, &packets[i].destination);
	}
	for (i = 0; i < n; i++)
		if (number_of(pop, &packets[i].source, hash[i][0],
			&ends[i].source, err) == -1 ||
		    number_of(pop, &packets[i].destination, hash[i][1],
			&ends[i].destination, err) == -1)
			return -1;
	return 0;
}

size_t
fv_population_count(const struct fv_population *pop)
{
	return pop->count;
}

size_t
fv_population_bytes(const struct fv_population *pop)
{
	return pop->capacity * sizeof(*pop->address) +
	    pop->flags * sizeof(*pop->internal) + fv_hashmap_bytes(&pop->ipv4) +
	    fv_hashmap_bytes(&pop->ipv6);
}

bool
fv_population_is_internal(const struct fv_population *pop, uint32_t number)
{
	return pop->internal[number];
}

const struct fv_raw_addr *
fv_population_address(const struct fv_population *pop, uint32_t number)
{
	assert(number < pop->count);
	return &pop->address[number];
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
	assert(n <= pop->count && first <= pop->count - n);
	if (n == 0)
		return 0;
	addr = &pop->address[first];
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
		addr = &pop->address[first + i];
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
	if (pop->address != NULL)
		fv_key_wipe(pop->address, pop->count * sizeof(*pop->address));
	fv_hashmap_free(&pop->ipv4);
	fv_hashmap_free(&pop->ipv6);
	free(pop->address);
	free(pop->internal);
	free(pop);
}

#include "anonymize/packet_names.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "anonymize/vlan.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/siphash.h"

/*
 * Direct-mapped memories of what was mapped lately: they bound the memory
 * that a hostile capture can take, and only save time.
 */
enum { ADDRESSES = 1 << 13, MACS = 1 << 10 };

enum { MISSES = FV_PACKET_NAMES_BATCH * FV_PACKET_ADDRESSES };

enum { GROUP = 1, LOCALLY_ADMINISTERED = 2 };

/* What a number is for: each purpose has numbers of its own. */
enum purpose { SEQUENCE = 1, ECHO, DATAGRAM };

struct address {
	struct fv_raw_addr raw; /* ip_version 0: an empty place */
	struct fv_published_addr published;
};

struct mac {
	struct fv_raw_mac raw;
	struct fv_published_mac published;
	bool used;
};

struct fv_packet_names {
	struct fv_mapping *mapping;
	struct fv_hash_key hash;
	struct fv_siphash_key numbers;
	uint8_t mac_subkey[FV_KEY_SIZE];
	uint16_t vlan[FV_VLAN_IDENTIFIERS];
	struct address address[ADDRESSES];
	struct mac mac[MACS];
	size_t misses;
	struct fv_raw_addr miss[MISSES];
	struct fv_published_addr mapped[MISSES];
	struct fv_published_addr *where[MISSES];
};

static uint64_t
be64(const uint8_t *octet)
{
	uint64_t value = 0;
	int i;

	for (i = 0; i < 8; i++)
		value = value << 8 | octet[i];
	return value;
}

/* Everything that is derived from the key. */
static int
derive(struct fv_packet_names *names, const struct fv_key *key,
    const struct fv_mapping_options *mapping, struct fv_err *err)
{
	uint8_t numbers[2 * sizeof(uint64_t)];
	int rc = -1;

	if (fv_key_subkey(key, &mapping->scope, "mac", names->mac_subkey,
		sizeof(names->mac_subkey), err) == 0 &&
	    fv_key_subkey(key, &mapping->scope, "packets", numbers,
		sizeof(numbers), err) == 0 &&
	    fv_vlan_pseudonyms(key, &mapping->scope, names->vlan, err) == 0 &&
	    fv_hash_key_random(&names->hash, err) == 0 &&
	    (names->mapping = fv_mapping_new(key, mapping, err)) != NULL)
		rc = 0;
	names->numbers.word[0] = be64(numbers);
	names->numbers.word[1] = be64(numbers + sizeof(uint64_t));
	fv_key_wipe(numbers, sizeof(numbers));
	return rc;
}

struct fv_packet_names *
fv_packet_names_new(const struct fv_key *key,
    const struct fv_mapping_options *mapping, struct fv_err *err)
{
	struct fv_packet_names *names;

	if ((names = fv_memory_new(1, sizeof(*names), err)) == NULL)
		return NULL;
	if (derive(names, key, mapping, err) == -1) {
		fv_packet_names_free(names);
		return NULL;
	}
	return names;
}

static struct address *
place_of(struct fv_packet_names *names, const struct fv_raw_addr *raw)
{
	uint64_t word[sizeof(*raw) / 8];

	memcpy(word, raw, sizeof(word));
	return &names->address[fv_hash_words(
				   &names->hash, word, sizeof(word) / 8) %
	    ADDRESSES];
}

/* Give ${raw} its name now, or note that it is to be mapped. */
static void
want(struct fv_packet_names *names, const struct fv_raw_addr *raw,
    struct fv_published_addr *published)
{
	const struct address *place = place_of(names, raw);

	if (fv_raw_addr_equal(&place->raw, raw)) {
		*published = place->published;
		return;
	}
	names->miss[names->misses] = *raw;
	names->where[names->misses++] = published;
}

static void
want_of_icmp(struct fv_packet_names *names, const struct fv_raw_transport *t,
    struct fv_packet_named *named)
{
	if (t->kind != FV_TRANSPORT_ICMP && t->kind != FV_TRANSPORT_ICMPV6)
		return;
	if (t->icmp.body == FV_ICMP_GATEWAY || t->icmp.body == FV_ICMP_TARGET ||
	    t->icmp.body == FV_ICMP_REDIRECTION)
		want(names, &t->icmp.first, &named->address[FV_PACKET_FIRST]);
	if (t->icmp.body == FV_ICMP_REDIRECTION)
		want(names, &t->icmp.second, &named->address[FV_PACKET_SECOND]);
}

/* Map all that was wanted, in one batch. */
static int
map_misses(struct fv_packet_names *names, struct fv_err *err)
{
	struct address *place;
	size_t i;

	if (names->misses == 0)
		return 0;
	if (fv_mapping_map(names->mapping, names->miss, names->misses,
		names->mapped, err) == -1)
		return -1;
	for (i = 0; i < names->misses; i++) {
		*names->where[i] = names->mapped[i];
		place = place_of(names, &names->miss[i]);
		place->raw = names->miss[i];
		place->published = names->mapped[i];
	}
	names->misses = 0;
	return 0;
}

/* The pseudonym of ${raw}, from the key. */
static int
make_mac(const struct fv_packet_names *names, const struct fv_raw_mac *raw,
    struct fv_published_mac *published, struct fv_err *err)
{
	uint64_t token;
	int i;

	if (fv_key_token(names->mac_subkey, raw->octet, sizeof(raw->octet),
		&token, err) == -1)
		return -1;
	for (i = 0; i < 6; i++)
		published->octet[i] = (uint8_t)(token >> (56 - 8 * i));
	published->octet[0] &= (uint8_t) ~(GROUP | LOCALLY_ADMINISTERED);
	published->octet[0] |= LOCALLY_ADMINISTERED | (raw->octet[0] & GROUP);
	return 0;
}

static int
give_mac(struct fv_packet_names *names, const struct fv_raw_mac *raw,
    struct fv_published_mac *published, struct fv_err *err)
{
	static const uint8_t broadcast[6] = { 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff };
	uint64_t word = 0;
	struct mac *place;

	if (memcmp(raw->octet, broadcast, sizeof(broadcast)) == 0) {
		memcpy(published->octet, broadcast, sizeof(broadcast));
		return 0;
	}
	memcpy(&word, raw->octet, sizeof(raw->octet));
	place = &names->mac[fv_hash_words(&names->hash, &word, 1) % MACS];
	if (!place->used || memcmp(&place->raw, raw, sizeof(place->raw)) != 0) {
		place->used = false;
		if (make_mac(names, raw, &place->published, err) == -1)
			return -1;
		place->raw = *raw;
		place->used = true;
	}
	*published = place->published;
	return 0;
}

int
fv_packet_names_give(struct fv_packet_names *names,
    const struct fv_raw_layers *layers, size_t n, struct fv_packet_named *named,
    struct fv_err *err)
{
	const struct fv_raw_layers *l;
	struct fv_published_addr *to;
	size_t i;

	assert(n <= FV_PACKET_NAMES_BATCH);
	names->misses = 0;
	for (i = 0; i < n; i++) {
		l = &layers[i];
		to = named[i].address;
		want(names, &l->ip.source, &to[FV_PACKET_SOURCE]);
		want(names, &l->ip.destination, &to[FV_PACKET_DESTINATION]);
		want_of_icmp(names, &l->transport, &named[i]);
		if (l->has_quote) {
			want(names, &l->quoted_ip.source,
			    &to[FV_PACKET_QUOTED_SOURCE]);
			want(names, &l->quoted_ip.destination,
			    &to[FV_PACKET_QUOTED_DESTINATION]);
		}
		if (l->has_ethernet &&
		    (give_mac(names, &l->ethernet.source, &named[i].source_mac,
			 err) == -1 ||
			give_mac(names, &l->ethernet.destination,
			    &named[i].destination_mac, err) == -1))
			return -1;
	}
	return map_misses(names, err);
}

uint16_t
fv_packet_names_vlan(const struct fv_packet_names *names, uint16_t identifier)
{
	return names->vlan[identifier] % FV_VLAN_IDENTIFIERS;
}

/* A keyed number for ${purpose} of two addresses and 56 more bits. */
static uint64_t
number(const struct fv_packet_names *names, enum purpose purpose,
    const struct fv_published_addr *a, const struct fv_published_addr *b,
    uint64_t more)
{
	const uint64_t word[] = {
		(uint64_t)purpose << 56 | (uint64_t)a->ip_version << 48 | more,
		be64(a->octet),
		be64(a->octet + 8),
		be64(b->octet),
		be64(b->octet + 8),
	};

	return fv_siphash_words(&names->numbers, word, FV_COUNT(word),
	    (uint64_t)sizeof(word) << 56);
}

uint32_t
fv_packet_names_sequence(const struct fv_packet_names *names,
    const struct fv_published_addr *source,
    const struct fv_published_addr *destination, uint16_t source_port,
    uint16_t destination_port)
{
	return (uint32_t)number(names, SEQUENCE, source, destination,
	    (uint64_t)source_port << 16 | destination_port);
}

uint16_t
fv_packet_names_echo(const struct fv_packet_names *names,
    const struct fv_published_addr *source,
    const struct fv_published_addr *destination)
{
	bool forth = memcmp(source->octet, destination->octet,
			 sizeof(source->octet)) < 0;

	return (uint16_t)number(names, ECHO, forth ? source : destination,
	    forth ? destination : source, 0);
}

uint32_t
fv_packet_names_datagram(const struct fv_packet_names *names,
    const struct fv_published_addr *source,
    const struct fv_published_addr *destination, uint8_t protocol,
    uint32_t identification)
{
	return (uint32_t)number(names, DATAGRAM, source, destination,
	    (uint64_t)protocol << 32 | identification);
}

void
fv_packet_names_free(struct fv_packet_names *names)
{
	if (names == NULL)
		return;
	fv_mapping_free(names->mapping);
	fv_key_wipe(names, sizeof(*names));
	free(names);
}

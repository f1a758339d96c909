#include "anonymize/publisher.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "anonymize/tunnel.h"
#include "anonymize/vlan.h"
#include "base/intern.h"
#include "base/memory.h"

/* Ceilings far above any site; past them somebody sends nonsense. */
#define DEVICES_LIMIT ((size_t)1 << 26)
#define STACKS_LIMIT ((size_t)1 << 24)

_Static_assert(FV_PUBLISHER_BATCH <= FV_POPULATION_PACKETS,
    "the population takes a batch as a whole");

/* A device as the table of devices keeps it: padded to a word. */
struct device {
	struct fv_raw_mac mac;
	uint8_t zero[2];
};

struct fv_publisher {
	struct fv_population *population;
	struct fv_intern devices;
	struct fv_intern stacks;
	bool guessed; /* no networks were given */
	uint32_t site;
	const struct fv_key *key;
	struct fv_key_scope scope;
	/* Made when the first tag is seen; then none is 0. */
	uint16_t vlan[FV_VLAN_IDENTIFIERS];
	struct fv_tunnel *tunnels; /* NULL until the first that has a name */
};

struct fv_publisher *
fv_publisher_new(const struct fv_networks *internal, uint32_t site,
    const struct fv_key *key, const struct fv_key_scope *scope,
    struct fv_err *err)
{
	struct fv_publisher *pub;

	if ((pub = fv_memory_new(1, sizeof(*pub), err)) == NULL)
		return NULL;
	pub->guessed = internal == NULL;
	pub->site = site;
	pub->key = key;
	pub->scope = *scope;
	if ((pub->population = fv_population_new(internal, err)) == NULL ||
	    fv_intern_init(&pub->devices, sizeof(struct device), DEVICES_LIMIT,
		err) == -1 ||
	    fv_intern_init(&pub->stacks, sizeof(struct fv_stack), STACKS_LIMIT,
		err) == -1) {
		fv_publisher_free(pub);
		return NULL;
	}
	return pub;
}

uint8_t
fv_publisher_initial_ttl(uint8_t ttl)
{
	return ttl <= 32 ? 32 : ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255;
}

/* The record of ${mac}, written as one word (fv_hash_words says why). */
static struct device
device_of(const struct fv_raw_mac *mac)
{
	struct device device;
	uint64_t word;
	uint32_t first;
	uint16_t last;

	memcpy(&first, mac->octet, sizeof(first));
	memcpy(&last, mac->octet + sizeof(first), sizeof(last));
	word = first | (uint64_t)last << 32;
	memcpy(&device, &word, sizeof(device));
	return device;
}

static int
set_device(struct fv_publisher *pub, const struct fv_raw_packet *p,
    struct fv_flow *row, struct fv_err *err)
{
	struct device device;
	uint64_t hash;

	row->source_device = FV_NO_ROW;
	if ((p->has & FV_HAS_SOURCE_MAC) == 0)
		return 0;
	device = device_of(&p->source_mac);
	hash = fv_intern_hash(&pub->devices, &device, sizeof(device) / 8);
	return fv_intern_number(&pub->devices, &device, hash, sizeof(device),
	    &row->source_device, err);
}

static int
set_stack(struct fv_publisher *pub, const struct fv_raw_packet *p,
    struct fv_flow *row, struct fv_err *err)
{
	struct fv_stack stack;
	uint64_t hash;

	row->stack = FV_NO_ROW;
	if ((p->has & FV_HAS_SYN) == 0)
		return 0;
	stack = p->syn;
	stack.ttl = fv_publisher_initial_ttl(p->ttl);
	hash = fv_intern_hash(&pub->stacks, &stack, sizeof(stack) / 8);
	return fv_intern_number(
	    &pub->stacks, &stack, hash, sizeof(stack), &row->stack, err);
}

/* Which rooms share a network stays visible, the provider's numbers do not. */
static int
set_vlan(struct fv_publisher *pub, const struct fv_raw_packet *p,
    struct fv_flow *row, struct fv_err *err)
{
	row->vlan = 0;
	if ((p->has & FV_HAS_VLAN) == 0)
		return 0;
	if (pub->vlan[0] == 0 &&
	    fv_vlan_pseudonyms(pub->key, &pub->scope, pub->vlan, err) == -1)
		return -1;
	row->vlan = pub->vlan[p->vlan % FV_VLAN_IDENTIFIERS];
	return 0;
}

int
fv_publisher_tunnel(struct fv_publisher *pub, const struct fv_raw_packet *p,
    uint32_t *tunnel, struct fv_err *err)
{
	*tunnel = 0;
	if (p->tunnel == 0)
		return 0;
	if (pub->tunnels == NULL &&
	    (pub->tunnels = fv_tunnel_new(pub->key, &pub->scope, err)) == NULL)
		return -1;
	*tunnel =
	    fv_tunnel_pseudonym(pub->tunnels, p->encapsulation, p->tunnel);
	return 0;
}

/* From the label if there is one, else the capture, else the addresses. */
static void
set_direction(const struct fv_publisher *pub,
    const struct fv_publisher_input *input, const struct fv_raw_packet *p,
    struct fv_flow *row)
{
	static const uint8_t by_end[2][2] = {
		{ FV_DIRECTION_TRANSIT, FV_DIRECTION_INBOUND },
		{ FV_DIRECTION_OUTBOUND, FV_DIRECTION_INTERNAL },
	};
	uint8_t side = (uint8_t)input->side;
	bool from, to;

	row->direction_source = FV_DIRECTION_FROM_LABEL;
	if (side == FV_SIDE_BOTH) {
		side = p->side;
		row->direction_source = FV_DIRECTION_FROM_CAPTURE;
	}
	if (side != FV_SIDE_BOTH) {
		row->direction = side == FV_SIDE_OUTBOUND
		    ? FV_DIRECTION_OUTBOUND
		    : FV_DIRECTION_INBOUND;
		return;
	}
	from = fv_population_is_internal(pub->population, row->source);
	to = fv_population_is_internal(pub->population, row->destination);
	if (pub->guessed && !from && !to) {
		/* Nobody said what is inside, and nothing looks like it. */
		row->direction = FV_DIRECTION_UNKNOWN;
		row->direction_source = FV_DIRECTION_FROM_NOTHING;
		return;
	}
	row->direction = by_end[from][to];
	row->direction_source = FV_DIRECTION_FROM_ADDRESS;
}

static int
set_row(struct fv_publisher *pub, const struct fv_publisher_input *input,
    const struct fv_raw_packet *p, struct fv_flow *row, struct fv_err *err)
{
	row->start_time = p->time;
	row->duration = 0;
	row->packets = 1;
	row->bytes = p->bytes;
	row->link_bytes = p->link_bytes;
	row->part = 0;
	row->out_of_order = 0;
	row->capture = input->capture;
	row->source_port = p->source_port;
	row->destination_port = p->destination_port;
	row->protocol = p->protocol;
	row->icmp_type = p->icmp_type;
	row->icmp_code = p->icmp_code;
	row->tcp_flags = p->tcp_flags;
	row->initial_tcp_flags = p->tcp_flags;
	row->fragment = p->fragment;
	row->encapsulation = p->encapsulation;
	row->tunnel = 0;
	row->ttl = fv_publisher_initial_ttl(p->ttl);
	row->end_reason = FV_END_NONE;
	set_direction(pub, input, p, row);
	if (set_vlan(pub, p, row, err) == -1 ||
	    set_device(pub, p, row, err) == -1 ||
	    (p->tunnel != 0 &&
		fv_publisher_tunnel(pub, p, &row->tunnel, err) == -1))
		return -1;
	return set_stack(pub, p, row, err);
}

int
fv_publisher_rows(struct fv_publisher *pub,
    const struct fv_publisher_input *inputs,
    const struct fv_raw_packet *packets, size_t n, struct fv_flow *rows,
    struct fv_err *err)
{
	struct fv_population_ends ends[FV_PUBLISHER_BATCH];
	size_t i;

	assert(n <= FV_PUBLISHER_BATCH);
	if (fv_population_number_ends(pub->population, packets, n, ends, err) ==
	    -1)
		return -1;
	for (i = 0; i < n; i++) {
		rows[i].source = ends[i].source;
		rows[i].destination = ends[i].destination;
		if (set_row(pub, &inputs[packets[i].input], &packets[i],
			&rows[i], err) == -1)
			return -1;
	}
	return 0;
}

size_t
fv_publisher_hosts(const struct fv_publisher *pub)
{
	return fv_population_count(pub->population);
}

size_t
fv_publisher_devices(const struct fv_publisher *pub)
{
	return pub->devices.count;
}

size_t
fv_publisher_stacks(const struct fv_publisher *pub)
{
	return pub->stacks.count;
}

static int
take_host(struct fv_publisher *pub, const struct fv_publisher *from,
    uint32_t number, uint32_t *as, struct fv_err *err)
{
	const struct fv_raw_addr *addr =
	    fv_population_address(from->population, number);

	return fv_population_number(pub->population, addr, as, err);
}

/* Record ${number} of ${from}, of ${size} bytes, as ${in} numbers it. */
static int
take_record(struct fv_intern *in, const struct fv_intern *from, size_t size,
    uint32_t number, uint32_t *as, struct fv_err *err)
{
	const void *record = fv_intern_record(from, number);

	assert(number < from->count);
	return fv_intern_number(
	    in, record, fv_intern_hash(in, record, size / 8), size, as, err);
}

int
fv_publisher_take(struct fv_publisher *pub, const struct fv_publisher *from,
    enum fv_table_id table, uint32_t number, uint32_t *as, struct fv_err *err)
{
	switch (table) {
	case FV_TABLE_HOSTS:
		return take_host(pub, from, number, as, err);
	case FV_TABLE_DEVICES:
		return take_record(&pub->devices, &from->devices,
		    sizeof(struct device), number, as, err);
	case FV_TABLE_STACKS:
		return take_record(&pub->stacks, &from->stacks,
		    sizeof(struct fv_stack), number, as, err);
	default:
		assert(!"a table that flows refer to");
		return -1;
	}
}

int
fv_publisher_host_rows(const struct fv_publisher *pub,
    struct fv_mapping *mapping, size_t first, size_t n, struct fv_host *rows,
    struct fv_err *err)
{
	return fv_population_publish(
	    pub->population, mapping, pub->site, first, n, rows, err);
}

void
fv_publisher_count_unchanged(const struct fv_publisher *pub,
    const struct fv_mapping *mapping, size_t first, size_t n,
    const struct fv_host *rows, struct fv_population_unchanged *sum)
{
	fv_population_count_unchanged(
	    pub->population, mapping, first, n, rows, sum);
}

int
fv_publisher_device_rows(const struct fv_publisher *pub,
    const struct fv_key *key, size_t first, size_t n, struct fv_device *rows,
    struct fv_err *err)
{
	const struct device *device;
	uint8_t subkey[FV_KEY_SIZE];
	size_t i;
	int rc = -1;

	if (fv_key_subkey(
		key, &pub->scope, "mac", subkey, sizeof(subkey), err) == -1)
		goto out;
	for (i = 0; i < n; i++) {
		device = fv_intern_record(&pub->devices, (uint32_t)(first + i));
		memset(&rows[i], 0, sizeof(rows[i]));
		if (fv_key_token(subkey, device->mac.octet,
			sizeof(device->mac.octet), &rows[i].token, err) == -1)
			goto out;
		/* IEEE 802-2014, 8.2: the two low bits of the first octet. */
		rows[i].multicast = device->mac.octet[0] & 1;
		rows[i].locally_administered = device->mac.octet[0] >> 1 & 1;
	}
	rc = 0;
out:
	fv_key_wipe(subkey, sizeof(subkey));
	return rc;
}

void
fv_publisher_stack_rows(const struct fv_publisher *pub, size_t first, size_t n,
    struct fv_stack *rows)
{
	if (n > 0)
		memcpy(rows, fv_intern_record(&pub->stacks, (uint32_t)first),
		    n * sizeof(*rows));
}

void
fv_publisher_free(struct fv_publisher *pub)
{
	if (pub == NULL)
		return;
	fv_population_free(pub->population);
	if (pub->devices.record != NULL)
		fv_key_wipe(pub->devices.record,
		    pub->devices.count * sizeof(struct device));
	fv_intern_free(&pub->devices);
	fv_intern_free(&pub->stacks);
	fv_key_wipe(pub->vlan, sizeof(pub->vlan));
	fv_tunnel_free(pub->tunnels);
	free(pub);
}

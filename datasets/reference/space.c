#include "datasets/reference/space.h"

#include <stddef.h>

#include "base/attributes.h"
#include "datasets/reference/law.h"
#include "datasets/reference/philox.h"
#include "datasets/reference/streams.h"

struct range {
	uint32_t prefix;
	unsigned bits;
};

/* RFC 6890 and its registry, IPv4 special-purpose; and 224/3. */
static const struct range special[] = {
	{ 0x00000000, 8 },                     /* this network */
	{ 0x0a000000, 8 }, { 0x64400000, 10 }, /* shared, RFC 6598 */
	{ 0x7f000000, 8 }, { 0xa9fe0000, 16 }, { 0xac100000, 12 },
	{ 0xc0000000, 24 }, { 0xc0000200, 24 }, /* documentation, RFC 5737 */
	{ 0xc01fc400, 24 },                     /* AS112 */
	{ 0xc034c100, 24 },                     /* AMT */
	{ 0xc0586300, 24 },                     /* 6to4 relays */
	{ 0xc0a80000, 16 }, { 0xc0af3000, 24 },
	{ 0xc6120000, 15 }, /* benchmarks */
	{ 0xc6336400, 24 }, { 0xcb007100, 24 },
	{ 0xe0000000, 3 }, /* multicast and reserved */
};

bool
fv_space_public(uint32_t address)
{
	size_t i;

	for (i = 0; i < FV_COUNT(special); i++)
		if ((address ^ special[i].prefix) >> (32 - special[i].bits) ==
		    0)
			return false;
	return true;
}

/*
 * Four levels at once: the nodes below a prefix of 4 * ${depth} bits are
 * the fifteen of a small tree, and one block has a byte for each.
 */
static uint32_t
descend(uint64_t seed, uint32_t prefix, uint32_t depth, const uint32_t draws[4])
{
	struct fv_philox nodes;
	uint32_t block[4], node = 1, bit, byte;
	int i;

	fv_philox_start(&nodes, seed, FV_STREAM_TREE, prefix, depth);
	fv_philox_block(nodes.counter, nodes.key, block);
	for (i = 0; i < 4; i++) {
		byte = block[node >> 2] >> (8 * (node & 3)) & 0xff;
		bit = draws[i] < fv_law_split((uint8_t)byte);
		node = node << 1 | bit;
	}
	return prefix << 4 | (node & 0xf);
}

uint32_t
fv_space_address(uint64_t seed, uint32_t kind, uint32_t number)
{
	struct fv_philox rng;
	uint32_t draws[4], address, depth;
	int i;

	fv_philox_start(&rng, seed, FV_STREAM_ADDRESS, kind, number);
	do {
		address = 0;
		for (depth = 0; depth < 8; depth++) {
			for (i = 0; i < 4; i++)
				draws[i] = fv_philox_next(&rng);
			address = descend(seed, address, depth, draws);
		}
	} while (!fv_space_public(address));
	return address;
}

uint32_t
fv_space_sweep(uint64_t seed, uint32_t number)
{
	/* A /16 that is public at both ends is so all through, or has a
	 * special /24 inside, where the sweep hops over it. */
	uint32_t block = number >> 16, tries = 0, base, address;

	do {
		base = fv_space_address(seed, UINT32_MAX - block, tries++) &
		    0xffff0000;
		address = base | (number & 0xffff);
	} while (!fv_space_public(base) || !fv_space_public(base | 0xffff));
	return fv_space_public(address) ? address : address ^ 0x8000;
}

#include "anonymize/prefix_tree.h"

#include <assert.h>
#include <stdlib.h>

#include "anonymize/key.h"
#include "base/memory.h"

/* Addresses on their way through the cipher at a time. */
enum { BATCH = 256 };

/*
 * The table of the first levels has as many nodes as 4096 addresses have
 * bits there: where fewer are mapped, it would not pay for itself.
 */
enum { LEVELS = 16, PREFIXES = 1 << LEVELS, WORTH_IT = PREFIXES / LEVELS };

enum { IPV4, IPV6, FAMILIES };

/*
 * Invariant: table[f] is NULL until mapped[f] addresses were WORTH_IT; then
 * entry p has the flips of the first 16 bits of addresses that begin so.
 */
struct fv_prefix_tree {
	const struct fv_prefix_cipher *cipher;
	void *state;
	uint16_t *table[FAMILIES];
	size_t mapped[FAMILIES];
	struct fv_prefix_bits a[BATCH];
	struct fv_prefix_bits flip[BATCH];
};

struct fv_prefix_tree *
fv_prefix_tree_new(
    const struct fv_prefix_cipher *cipher, void *state, struct fv_err *err)
{
	struct fv_prefix_tree *tree;

	if ((tree = fv_memory_new(1, sizeof(*tree), err)) == NULL) {
		cipher->free(state);
		return NULL;
	}
	tree->cipher = cipher;
	tree->state = state;
	return tree;
}

static unsigned
family_of(unsigned version)
{
	assert(version == 4 || version == 6);
	return version == 4 ? IPV4 : IPV6;
}

static unsigned
width_of(unsigned family)
{
	return family == IPV4 ? FV_PREFIX_IPV4 : FV_PREFIX_IPV6;
}

/* Level after level: the flips of all prefixes of ${bits} bits. */
static int
fill_level(struct fv_prefix_tree *tree, uint16_t *table, unsigned bits,
    unsigned width, struct fv_err *err)
{
	const size_t prefixes = (size_t)1 << bits;
	const size_t entries = PREFIXES >> bits; /* that begin with one */
	size_t first, n, i, k;

	for (first = 0; first < prefixes; first += n) {
		n = prefixes - first < BATCH ? prefixes - first : BATCH;
		for (i = 0; i < n; i++)
			tree->a[i] = (struct fv_prefix_bits){
				(uint64_t)(first + i) * entries
				    << (64 - LEVELS),
				0
			};
		if (tree->cipher->flips(tree->state, tree->a, n, bits, bits + 1,
			width, tree->flip, err) == -1)
			return -1;
		for (i = 0; i < n; i++)
			for (k = 0; k < entries; k++)
				table[(first + i) * entries + k] |=
				    (uint16_t)(tree->flip[i].high >>
					(64 - LEVELS));
	}
	return 0;
}

static int
make_table(struct fv_prefix_tree *tree, unsigned family, struct fv_err *err)
{
	uint16_t *table;
	unsigned bits;

	if ((table = fv_memory_new(PREFIXES, sizeof(*table), err)) == NULL)
		return -1;
	for (bits = 0; bits < LEVELS; bits++)
		if (fill_level(tree, table, bits, width_of(family), err) ==
		    -1) {
			free(table);
			return -1;
		}
	tree->table[family] = table;
	return 0;
}

/* Map ${n} addresses of one family, at most BATCH. */
static int
map_run(struct fv_prefix_tree *tree, const struct fv_raw_addr *in, size_t n,
    struct fv_published_addr *out, struct fv_err *err)
{
	const unsigned family = family_of(in[0].ip_version);
	const uint16_t *table;
	size_t i;

	tree->mapped[family] += n;
	if (tree->table[family] == NULL && tree->mapped[family] >= WORTH_IT &&
	    make_table(tree, family, err) == -1)
		return -1;
	table = tree->table[family];
	for (i = 0; i < n; i++)
		tree->a[i] = fv_prefix_load(in[i].octet, in[i].ip_version);
	if (tree->cipher->flips(tree->state, tree->a, n,
		table == NULL ? 0 : LEVELS, width_of(family), width_of(family),
		tree->flip, err) == -1)
		return -1;
	for (i = 0; i < n; i++) {
		if (table != NULL)
			tree->flip[i].high |=
			    (uint64_t)table[tree->a[i].high >> (64 - LEVELS)]
			    << (64 - LEVELS);
		tree->a[i].high ^= tree->flip[i].high;
		tree->a[i].low ^= tree->flip[i].low;
		out[i].ip_version = in[i].ip_version;
		fv_prefix_store(tree->a[i], in[i].ip_version, out[i].octet);
	}
	return 0;
}

int
fv_prefix_tree_map(struct fv_prefix_tree *tree, const struct fv_raw_addr *in,
    size_t n, struct fv_published_addr *out, struct fv_err *err)
{
	size_t first, k;

	for (first = 0; first < n; first = k) {
		for (k = first + 1; k < n && k - first < BATCH; k++)
			if (in[k].ip_version != in[first].ip_version)
				break;
		if (map_run(tree, in + first, k - first, out + first, err) ==
		    -1)
			return -1;
	}
	return 0;
}

/* Undo ${n} pseudonyms of one family, at most BATCH. */
static int
unmap_run(struct fv_prefix_tree *tree, const struct fv_published_addr *in,
    const uint8_t *kept, size_t n, struct fv_raw_addr *out, struct fv_err *err)
{
	const unsigned version = in[0].ip_version;
	const unsigned width = width_of(family_of(version));
	unsigned bit, first = width;
	size_t i;

	for (i = 0; i < n; i++) {
		tree->a[i] = fv_prefix_load(in[i].octet, version);
		if (kept == NULL || kept[i] < first)
			first = kept == NULL ? 0 : kept[i];
	}
	for (bit = first; bit < width; bit++) {
		/* Their first bits are those of the addresses by now. */
		if (tree->cipher->flips(tree->state, tree->a, n, bit, bit + 1,
			width, tree->flip, err) == -1)
			return -1;
		for (i = 0; i < n; i++) {
			if (kept != NULL && bit < kept[i])
				continue;
			tree->a[i].high ^= tree->flip[i].high;
			tree->a[i].low ^= tree->flip[i].low;
		}
	}
	for (i = 0; i < n; i++) {
		out[i] = (struct fv_raw_addr){ { 0 }, (uint8_t)version, { 0 } };
		fv_prefix_store(tree->a[i], version, out[i].octet);
	}
	return 0;
}

int
fv_prefix_tree_unmap(struct fv_prefix_tree *tree,
    const struct fv_published_addr *in, const uint8_t *kept, size_t n,
    struct fv_raw_addr *out, struct fv_err *err)
{
	size_t first, k;

	for (first = 0; first < n; first = k) {
		for (k = first + 1; k < n && k - first < BATCH; k++)
			if (in[k].ip_version != in[first].ip_version)
				break;
		if (unmap_run(tree, in + first,
			kept == NULL ? NULL : kept + first, k - first,
			out + first, err) == -1)
			return -1;
	}
	return 0;
}

void
fv_prefix_tree_free(struct fv_prefix_tree *tree)
{
	unsigned f;

	if (tree == NULL)
		return;
	tree->cipher->free(tree->state);
	for (f = 0; f < FAMILIES; f++) {
		/* Tables and addresses are as good as the key in part. */
		if (tree->table[f] != NULL)
			fv_key_wipe(
			    tree->table[f], PREFIXES * sizeof(*tree->table[f]));
		free(tree->table[f]);
	}
	fv_key_wipe(tree, sizeof(*tree));
	free(tree);
}

#include "anonymize/traces.h"

#include <math.h>
#include <stdlib.h>

#include "anonymize/address_class.h"
#include "anonymize/address_rules.h"
#include "anonymize/key.h"
#include "anonymize/traces_set.h"
#include "base/memory.h"

/*
 * Bits of a filter for each pattern, of which three are set: fewer than one
 * offset in a hundred passes that should not.  Words are powers of two.
 */
enum { FILTER_BITS = 16, FILTER_LEAST = 6, FILTER_MOST = 25 };

/* How far from an address its decoys may lie. */
enum { DECOY_REACH = 65536 };

/* Six deviations: passed by chance once in a thousand million places. */
enum { DEVIATIONS = 6 };

/*
 * Deviations say little of means far below one.  There, one address alone is
 * met in as many places of a thousand as the mean has thousandths: it fails
 * where that is less than one, and else two do.
 */
#define LONE 0.001

bool
fv_traces_is_plain(const uint8_t *bytes, size_t n)
{
	uint8_t met[2] = { 0, 0 };
	size_t i, different = 0;

	for (i = 0; i < n; i++) {
		if (bytes[i] == 0 || (different > 0 && bytes[i] == met[0]) ||
		    (different > 1 && bytes[i] == met[1]))
			continue;
		if (different == 2)
			return false;
		met[different++] = bytes[i];
	}
	return true;
}

bool
fv_traces_names_somebody(const struct fv_raw_addr *addr)
{
	switch (fv_address_class(addr)) {
	case FV_ADDRESS_LOOPBACK:
	case FV_ADDRESS_MULTICAST:
	case FV_ADDRESS_BROADCAST:
	case FV_ADDRESS_UNSPECIFIED:
		return false;
	default:
		return true;
	}
}

/* Room for ${n} keys at a load of a half at most. */
static int
table_init(struct fv_traces_table *table, size_t n, struct fv_err *err)
{
	size_t slots = 16;

	while (slots < 2 * n)
		slots *= 2;
	table->mask = slots - 1;
	if ((table->key = fv_memory_new(slots, sizeof(uint64_t), err)) == NULL)
		return -1;
	table->value = fv_memory_new(slots, sizeof(uint32_t), err);
	return table->value == NULL ? -1 : 0;
}

/* Where ${key} has its value; a new one is 0, to be set by the caller. */
static uint32_t *
table_enter(
    const struct fv_traces *t, struct fv_traces_table *table, uint64_t key)
{
	size_t at = fv_traces_home(t, table, key);

	while (table->value[at] != 0 && table->key[at] != key)
		at = (at + 1) & table->mask;
	if (table->value[at] == 0) {
		table->key[at] = key;
		table->used++;
	}
	return &table->value[at];
}

static int
filter_init(uint64_t **filter, unsigned *shift, size_t n, struct fv_err *err)
{
	unsigned bits = FILTER_LEAST;

	while (bits < FILTER_MOST && (size_t)64 << bits < n * FILTER_BITS)
		bits++;
	*shift = 64 - bits;
	*filter = fv_memory_new((size_t)1 << bits, 8, err);
	return *filter == NULL ? -1 : 0;
}

static void
filter_enter(uint64_t *filter, unsigned shift, const struct fv_hash_key *hash,
    uint32_t first)
{
	uint64_t word,
	    bits = fv_traces_bits(hash->word[3] | 1, first, shift, &word);

	filter[word] |= bits;
}

static void
enter_first(struct fv_traces *t, const uint8_t *bytes)
{
	filter_enter(
	    t->filter, t->filter_shift, &t->hash, fv_traces_load32(bytes));
}

/* One value of four bytes; an original that was a decoy is an original. */
static void
enter_four(struct fv_traces *t, const uint8_t octet[4], bool original)
{
	uint32_t *value = table_enter(t, &t->four, fv_traces_load(octet, 4));
	uint32_t flags = original ? FV_TRACES_ORIGINAL : 0;

	if (fv_traces_is_plain(octet, 4))
		flags |= FV_TRACES_PLAIN;
	if (*value == 0) {
		*value = (t->nfour++ << FV_TRACES_FLAGS | flags) + 1;
		t->noriginals += original;
		if (original)
			t->original[(t->nfour - 1) / 64] |= UINT64_C(1)
			    << ((t->nfour - 1) % 64);
	}
	enter_first(t, octet);
}

static void
reverse(const uint8_t *from, uint8_t *to, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		to[i] = from[n - 1 - i];
}

static void
enter_ipv4(struct fv_traces *t, const uint8_t octet[4], bool original)
{
	uint8_t back[4];

	reverse(octet, back, sizeof(back));
	enter_four(t, octet, original);
	enter_four(t, back, original);
}

/* Bytes of which no chance meeting is to be expected, in both orders. */
static void
enter_long(struct fv_traces *t, struct fv_traces_table *table,
    const uint8_t *octet, size_t n, enum fv_traces_kind kind)
{
	uint8_t back[8];

	reverse(octet, back, n);
	*table_enter(t, table, fv_traces_load(octet, n)) = (uint32_t)kind + 1;
	*table_enter(t, table, fv_traces_load(back, n)) = (uint32_t)kind + 1;
	enter_first(t, octet);
	enter_first(t, back);
}

static bool
is_ipv4_original(const struct fv_traces *t, uint32_t address)
{
	const uint8_t octet[4] = { (uint8_t)(address >> 24),
		(uint8_t)(address >> 16), (uint8_t)(address >> 8),
		(uint8_t)address };
	uint32_t value = fv_traces_find(t, &t->four, fv_traces_load(octet, 4));

	return value != 0 && ((value - 1) & FV_TRACES_ORIGINAL) != 0;
}

/* The nearest addresses that are no originals: 1 up, 1 down, 2 up, ... */
static void
enter_decoys(struct fv_traces *t, const uint8_t octet[4])
{
	uint32_t address = (uint32_t)octet[0] << 24 | (uint32_t)octet[1] << 16 |
	    (uint32_t)octet[2] << 8 | octet[3];
	uint32_t step, near;
	int found = 0;

	for (step = 2; step < DECOY_REACH && found < FV_TRACES_DECOYS; step++) {
		near =
		    (step & 1) == 0 ? address + step / 2 : address - step / 2;
		if (is_ipv4_original(t, near))
			continue;
		enter_ipv4(t,
		    (const uint8_t[4]){ (uint8_t)(near >> 24),
			(uint8_t)(near >> 16), (uint8_t)(near >> 8),
			(uint8_t)near },
		    false);
		found++;
	}
}

/*
 * Halves, for a column holds one.  What has an IPv4 address inside, behind a
 * prefix that is kept, is looked for as that address.
 */
static void
enter_ipv6(struct fv_traces *t, const struct fv_raw_addr *addr)
{
	const uint8_t *octet = addr->octet;
	struct fv_address_rule rule;
	bool plain = true;
	size_t half;

	fv_address_rules_of(addr, &rule);
	if (rule.embedded != 0) {
		enter_ipv4(t, octet + 12, true);
		return;
	}
	for (half = 0; half < 16; half += 8)
		if (!fv_traces_is_plain(octet + half, 8)) {
			plain = false;
			enter_long(
			    t, &t->eight, octet + half, 8, FV_TRACES_IPV6);
		}
	t->count.plain += plain;
}

static void
enter_address(struct fv_traces *t, const struct fv_raw_addr *addr)
{
	if (!fv_traces_names_somebody(addr)) {
		t->count.nobody++;
		return;
	}
	if (addr->ip_version == 4) {
		t->count.ipv4++;
		t->count.plain += fv_traces_is_plain(addr->octet + 12, 4);
		enter_ipv4(t, addr->octet + 12, true);
	} else {
		t->count.ipv6++;
		enter_ipv6(t, addr);
	}
}

/* RFC 4291, appendix A: the MAC around ff:fe, universal bit inverted. */
static void
enter_mac(struct fv_traces *t, const uint8_t mac[6])
{
	const uint8_t eui[8] = { mac[0] ^ 2, mac[1], mac[2], 0xff, 0xfe, mac[3],
		mac[4], mac[5] };

	if ((mac[0] & 1) != 0 || fv_traces_load(mac, 6) == 0) {
		t->count.nobody++;
		return;
	}
	t->count.macs++;
	if (fv_traces_is_plain(mac, 6)) {
		t->count.plain++;
	} else {
		enter_long(t, &t->six, mac, 6, FV_TRACES_MAC);
		enter_long(t, &t->eight, eui, 8, FV_TRACES_EUI64);
	}
}

static void
enter_name(struct fv_traces *t, uint32_t number)
{
	const struct fv_originals_name *name =
	    fv_intern_record(&t->originals->names, number);
	const uint8_t *bytes = (const uint8_t *)name->text;
	uint64_t key = fv_traces_load(bytes, FV_ORIGINALS_NAME_LEAST) |
	    (FV_TRACES_FOLD & UINT64_C(0xffffffffffff));
	uint32_t *value = table_enter(t, &t->word, key);

	t->next_name[number] = *value;
	*value = number + 1;
	filter_enter(t->name_filter, t->name_shift, &t->hash,
	    fv_traces_load32(bytes) | (uint32_t)FV_TRACES_FOLD);
	t->count.names++;
}

static const struct fv_raw_addr *
address_at(const struct fv_intern *in, size_t number)
{
	return fv_intern_record(in, (uint32_t)number);
}

static void
enter_all(struct fv_traces *t)
{
	const struct fv_intern *list[] = { &t->originals->hosts,
		&t->originals->others };
	const struct fv_raw_addr *addr;
	const struct fv_originals_mac *mac;
	size_t i, k;

	for (k = 0; k < FV_COUNT(list); k++)
		for (i = 0; i < list[k]->count; i++) {
			addr = address_at(list[k], i);
			/* What is in both is entered once. */
			if (k == 0 ||
			    !fv_originals_has(list[0], addr, sizeof(*addr)))
				enter_address(t, addr);
		}
	for (k = 0; k < FV_COUNT(list); k++)
		for (i = 0; i < list[k]->count; i++) {
			addr = address_at(list[k], i);
			if (addr->ip_version == 4 &&
			    fv_traces_names_somebody(addr))
				enter_decoys(t, addr->octet + 12);
		}
	for (i = 0; i < t->originals->macs.count; i++) {
		mac = fv_intern_record(&t->originals->macs, (uint32_t)i);
		enter_mac(t, mac->octet);
	}
	for (i = 0; i < t->originals->names.count; i++)
		enter_name(t, (uint32_t)i);
}

struct fv_traces *
fv_traces_new(const struct fv_originals *originals, struct fv_err *err)
{
	size_t addresses = originals->hosts.count + originals->others.count;
	size_t macs = originals->macs.count, names = originals->names.count;
	size_t four = 2 * addresses * (1 + FV_TRACES_DECOYS);
	size_t eight = 4 * addresses + 2 * macs;
	struct fv_traces *t;

	if (four > UINT32_MAX >> FV_TRACES_FLAGS) {
		(void)fv_err_set(err, FV_ELIMIT,
		    "more than %u addresses: audit the captures in parts",
		    (UINT32_MAX >> FV_TRACES_FLAGS) /
			(2 * (1 + FV_TRACES_DECOYS)));
		return NULL;
	}
	if ((t = fv_memory_new(1, sizeof(*t), err)) == NULL)
		return NULL;
	t->originals = originals;
	if (fv_hash_key_random(&t->hash, err) == -1 ||
	    table_init(&t->four, four, err) == -1 ||
	    table_init(&t->six, 2 * macs, err) == -1 ||
	    table_init(&t->eight, eight, err) == -1 ||
	    table_init(&t->word, names, err) == -1 ||
	    filter_init(&t->filter, &t->filter_shift, four + eight + 2 * macs,
		err) == -1 ||
	    filter_init(&t->name_filter, &t->name_shift, names, err) == -1 ||
	    (t->original = fv_memory_new(four / 64 + 1, 8, err)) == NULL ||
	    (t->next_name = fv_memory_new(names, sizeof(uint32_t), err)) ==
		NULL ||
	    (t->forgiven = fv_memory_new(names, sizeof(bool), err)) == NULL) {
		fv_traces_free(t);
		return NULL;
	}
	enter_all(t);
	return t;
}

void
fv_traces_counts(const struct fv_traces *t, struct fv_traces_count *count)
{
	*count = t->count;
}

int
fv_traces_tally_init(const struct fv_traces *t, struct fv_traces_tally *tally,
    struct fv_err *err)
{
	memset(tally, 0, sizeof(*tally));
	tally->seen = fv_memory_new(t->nfour / 64 + 1, 8, err);
	return tally->seen == NULL ? -1 : 0;
}

void
fv_traces_tally_free(struct fv_traces_tally *tally)
{
	free(tally->seen);
	tally->seen = NULL;
}

double
fv_traces_chance(uint64_t searched, uint64_t windows)
{
	return (double)searched * -expm1(-(double)windows / 4294967296.0);
}

double
fv_traces_limit(double mean)
{
	double limit = mean + DEVIATIONS * sqrt(mean);

	return mean >= LONE && limit < 1 ? 1 : limit;
}

void
fv_traces_settle(const struct fv_traces *t, struct fv_traces_tally *tally)
{
	uint32_t decoys = t->nfour - t->noriginals;
	uint64_t met = 0, all = 0;
	double near = 0;
	size_t at;

	for (at = 0; at <= t->nfour / 64; at++) {
		all += (uint64_t)__builtin_popcountll(tally->seen[at]);
		met += (uint64_t)__builtin_popcountll(
		    tally->seen[at] & t->original[at]);
	}
	if (decoys > 0)
		near = (double)(all - met) * t->noriginals / decoys;
	tally->met = met;
	tally->mean = fv_traces_chance(t->noriginals, tally->windows);
	if (tally->mean < near)
		tally->mean = near;
	tally->limit = fv_traces_limit(tally->mean);
}

static void
table_free(struct fv_traces_table *table)
{
	if (table->key != NULL)
		fv_key_wipe(table->key, (table->mask + 1) * sizeof(uint64_t));
	free(table->key);
	free(table->value);
}

void
fv_traces_free(struct fv_traces *t)
{
	if (t == NULL)
		return;
	table_free(&t->four);
	table_free(&t->six);
	table_free(&t->eight);
	table_free(&t->word);
	free(t->original);
	free(t->next_name);
	free(t->forgiven);
	free(t->filter);
	free(t->name_filter);
	free(t);
}

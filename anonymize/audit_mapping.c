#include "anonymize/audit_mapping.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "anonymize/address_class.h"
#include "anonymize/address_rules.h"
#include "base/memory.h"
#include "datasets/hosts.h"

enum { DEVIATIONS = 6, BATCH = 1024, BITS = 128 };

/* An original and its row, to be sorted. */
struct pair {
	uint8_t original[16];
	uint8_t published[16];
	uint32_t row;
	uint8_t version;
	uint8_t space; /* within one, prefixes are kept */
	uint8_t class; /* as published */
	uint8_t kept;  /* leading bits, of 128, that the rule keeps */
};

static void
count(struct fv_audit_rows *rows, uint64_t row)
{
	if (rows->count++ == 0 || row < rows->first)
		rows->first = row;
}

static void
published_octets(const struct fv_host *host, uint8_t octet[16])
{
	int i;

	for (i = 0; i < 8; i++) {
		octet[i] = (uint8_t)(host->address_high >> (56 - 8 * i));
		octet[8 + i] = (uint8_t)(host->address_low >> (56 - 8 * i));
	}
}

/* How many bits two addresses share. */
static unsigned
shared(const uint8_t a[16], const uint8_t b[16])
{
	unsigned i, bits;

	for (i = 0; i < 16 && a[i] == b[i]; i++)
		;
	if (i == 16)
		return 128;
	for (bits = 0; ((a[i] ^ b[i]) << bits & 0x80) == 0; bits++)
		;
	return i * 8 + bits;
}

static int
by_original(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	if (x->space != y->space)
		return x->space < y->space ? -1 : 1;
	return memcmp(x->original, y->original, sizeof(x->original));
}

/* (class, pseudonym) is one to one, in each version of IP. */
static int
by_published(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int rc;

	if (x->version != y->version)
		return x->version < y->version ? -1 : 1;
	if (x->class != y->class)
		return x->class < y->class ? -1 : 1;
	rc = memcmp(x->published, y->published, sizeof(x->published));
	if (rc != 0)
		return rc;
	return x->row < y->row ? -1 : x->row > y->row;
}

static int
by_half(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int rc;

	if (x->version != y->version)
		return x->version < y->version ? -1 : 1;
	rc = memcmp(x->published + 8, y->published + 8, 8);
	if (rc != 0)
		return rc;
	return x->row < y->row ? -1 : x->row > y->row;
}

/* What one row says by itself. */
static void
check_row(const struct fv_raw_addr *original, const struct fv_host *host,
    const struct pair *p, struct fv_audit_mapping *result)
{
	struct fv_published_addr addr = { { 0 }, host->ip_version };
	struct fv_host again;

	memset(&again, 0, sizeof(again));
	memcpy(addr.octet, p->published, sizeof(addr.octet));
	fv_hosts_set_address(&again, &addr);
	if (strncmp(again.address, host->address, sizeof(again.address)) != 0)
		count(&result->texts, p->row);
	if (host->ip_version != original->ip_version ||
	    host->address_class != (uint8_t)fv_address_class(original) ||
	    (host->ip_version == 4 &&
		memcmp(p->original, p->published, 12) != 0))
		count(&result->classes, p->row);
}

/* Where ${p} is mapped, and how much of it may change. */
static void
set_rule(const struct fv_raw_addr *addr, const struct fv_audit_rules *rules,
    struct pair *p)
{
	struct fv_address_rule rule;

	p->version = addr->ip_version;
	p->space = addr->ip_version;
	p->kept = addr->ip_version == 4 ? BITS - 32 : 0;
	if (rules->canonical)
		return;
	fv_address_rules_of(addr, &rule);
	/* Those of one cipher and one shape. */
	p->space =
	    (uint8_t)(rule.space << 4 | rule.embedded << 3 | addr->ip_version);
	p->kept = (uint8_t)(rule.kept + (rule.width == 32 ? BITS - 32 : 0));
}

/* How many are fixed, and how many chance makes. */
struct chance {
	uint64_t met;
	double mean;
	double variance;
};

/* The fixed points of one space: each for itself, and beside another. */
struct fixed {
	struct chance alone;
	struct chance beside;
	bool last; /* the host before is one */
};

static void
add_fixed(struct fixed *fixed, const struct fv_audit_rules *rules,
    const struct pair *p, struct fv_audit_mapping *result)
{
	double one = rules->weak ? 0.75 : 0.5;
	struct chance *chance = &fixed->alone;
	double share = pow(one, BITS - 1 - p->kept) / 2;
	unsigned common;

	if (fixed->last) {
		common = shared(p[-1].original, p->original);
		if (common >= p->kept) {
			chance = &fixed->beside;
			share = pow(one, BITS - 1 - (int)common);
		}
	}
	chance->mean += share;
	chance->variance += share * (1 - share);
	fixed->last = memcmp(p->original, p->published, 16) == 0;
	if (!fixed->last)
		return;
	chance->met++;
	count(&result->fixed, p->row);
}

static bool
settle_chance(const struct chance *chance, struct fv_audit_mapping *result)
{
	double limit = chance->mean + DEVIATIONS * sqrt(chance->variance);

	result->fixed_mean += chance->mean;
	result->fixed_limit += limit;
	return (double)chance->met > limit;
}

static void
settle_fixed(struct fixed *fixed, struct fv_audit_mapping *result)
{
	bool alone = settle_chance(&fixed->alone, result);
	bool beside = settle_chance(&fixed->beside, result);

	result->fixed_over += alone || beside;
	*fixed = (struct fixed){ .last = false };
}

/* In order of originals: neighbours, and fixed points space by space. */
static void
check_neighbours(const struct pair *pair, size_t n,
    const struct fv_audit_rules *rules, struct fv_audit_mapping *result)
{
	struct fixed fixed = { 0 };
	const struct pair *p;
	size_t i;

	for (i = 0; i < n; i++) {
		p = &pair[i];
		if (i > 0 && p[-1].space != p->space)
			settle_fixed(&fixed, result);
		if (i > 0 && p[-1].space == p->space) {
			result->neighbours++;
			if (shared(p[-1].original, p->original) !=
			    shared(p[-1].published, p->published))
				count(&result->prefixes, p->row);
		}
		if (shared(p->original, p->published) < p->kept)
			count(&result->strayed, p->row);
		if (p->kept < BITS)
			add_fixed(&fixed, rules, p, result);
		else
			result->kept++;
	}
	settle_fixed(&fixed, result);
}

/* Hosts of one network that is kept, and so of few possible pseudonyms. */
static void
count_crowds(const struct pair *pair, size_t n, struct fv_audit_mapping *result)
{
	size_t i, first = 0;

	for (i = 1; i <= n; i++) {
		if (i < n && pair[i].version == 4 &&
		    pair[i].space == pair[first].space &&
		    pair[i].kept == pair[first].kept &&
		    shared(pair[i].original, pair[first].original) >=
			pair[first].kept)
			continue;
		if (pair[first].version == 4 && pair[first].kept < BITS)
			result->crowded += (double)(i - first) *
			    (double)(i - first) / exp2(BITS - pair[first].kept);
		first = i;
	}
}

static void
check_twice(const struct pair *pair, size_t n, struct fv_audit_mapping *result)
{
	size_t i;

	for (i = 1; i < n; i++)
		if (pair[i].version == pair[i - 1].version &&
		    pair[i].class == pair[i - 1].class &&
		    memcmp(pair[i].published, pair[i - 1].published, 16) == 0)
			count(&result->twice, pair[i].row);
}

/* Whether all of the last 64 bits may change. */
static bool
changes_half(const struct pair *p)
{
	return p->kept <= 64;
}

/* Halves that chance makes equal once in 2^64 pairs. */
static void
check_halves(const struct pair *pair, size_t n, struct fv_audit_mapping *result)
{
	size_t i;

	for (i = 1; i < n; i++)
		if (pair[i].version == 6 && pair[i - 1].version == 6 &&
		    changes_half(&pair[i]) && changes_half(&pair[i - 1]) &&
		    memcmp(pair[i].published + 8, pair[i - 1].published + 8,
			8) == 0)
			count(&result->halves, pair[i].row);
}

int
fv_audit_mapping_check(const struct fv_raw_addr *original,
    const struct fv_host *rows, size_t n, const struct fv_audit_rules *rules,
    struct fv_audit_mapping *result, struct fv_err *err)
{
	struct pair *pair;
	size_t i;

	memset(result, 0, sizeof(*result));
	result->hosts = n;
	if ((pair = fv_memory_new(n, sizeof(*pair), err)) == NULL)
		return -1;
	for (i = 0; i < n; i++) {
		memcpy(pair[i].original, original[i].octet, 16);
		published_octets(&rows[i], pair[i].published);
		pair[i].row = (uint32_t)i;
		set_rule(&original[i], rules, &pair[i]);
		pair[i].class = rows[i].address_class;
		check_row(&original[i], &rows[i], &pair[i], result);
	}
	qsort(pair, n, sizeof(*pair), by_original);
	check_neighbours(pair, n, rules, result);
	if (n > 0)
		count_crowds(pair, n, result);
	qsort(pair, n, sizeof(*pair), by_published);
	check_twice(pair, n, result);
	qsort(pair, n, sizeof(*pair), by_half);
	check_halves(pair, n, result);
	fv_key_wipe(pair, n * sizeof(*pair));
	free(pair);
	return 0;
}

/* Map what was gathered, and compare. */
static int
compare_mapped(const struct fv_raw_addr *in, const uint32_t *number, size_t n,
    const struct fv_host *rows, struct fv_mapping *m,
    struct fv_audit_mapping *result, struct fv_err *err)
{
	struct fv_published_addr mapped[BATCH];
	uint8_t published[16];
	size_t i;

	if (fv_mapping_map(m, in, n, mapped, err) == -1)
		return -1;
	for (i = 0; i < n; i++) {
		published_octets(&rows[number[i]], published);
		if (memcmp(published, mapped[i].octet, 16) != 0)
			count(&result->keyed, number[i]);
	}
	return 0;
}

int
fv_audit_mapping_key(const struct fv_raw_addr *original,
    const struct fv_host *rows, size_t n, uint32_t site, struct fv_mapping *m,
    struct fv_audit_mapping *result, struct fv_err *err)
{
	struct fv_raw_addr in[BATCH];
	uint32_t number[BATCH];
	size_t i, some = 0;
	int rc = 0;

	for (i = 0; i < n && rc == 0; i++) {
		if (rows[i].site != site)
			continue;
		in[some] = original[i];
		number[some++] = (uint32_t)i;
		if (some < BATCH)
			continue;
		rc = compare_mapped(in, number, some, rows, m, result, err);
		some = 0;
	}
	if (rc == 0)
		rc = compare_mapped(in, number, some, rows, m, result, err);
	fv_key_wipe(in, sizeof(in));
	return rc;
}

/*
 * From the reference implementation's sample (Xu and others, 2002), whose key
 * other tools share, and from draft-denis-ipcrypt, whose key counts up.
 */
static const struct {
	uint8_t key[FV_KEY_SIZE];
	enum fv_mapping_scheme scheme;
	uint8_t original[4];
	uint8_t published[4];
} samples[] = {
#define SAMPLE                                                               \
	{                                                                    \
		21, 34, 23, 141, 51, 164, 207, 128, 19, 10, 91, 22, 73, 144, \
		    125, 16, 216, 152, 143, 131, 121, 121, 101, 39, 98, 87,  \
		    76, 45, 42, 132, 34, 2                                   \
	}
	{ SAMPLE, FV_MAPPING_CRYPTO_PAN, { 128, 11, 68, 132 },
	    { 135, 242, 180, 132 } },
	{ SAMPLE, FV_MAPPING_CRYPTO_PAN, { 129, 118, 74, 4 },
	    { 134, 136, 186, 123 } },
	{ SAMPLE, FV_MAPPING_CRYPTO_PAN, { 130, 132, 252, 244 },
	    { 133, 68, 164, 234 } },
	{ SAMPLE, FV_MAPPING_CRYPTO_PAN, { 141, 223, 7, 43 },
	    { 141, 167, 8, 160 } },
	{ { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba,
	      0x98, 0x76, 0x54, 0x32, 0x10, 0x10, 0x32, 0x54, 0x76, 0x98, 0xba,
	      0xdc, 0xfe, 0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23, 0x01 },
	    FV_MAPPING_IPCRYPT_PFX, { 0, 0, 0, 0 }, { 151, 82, 155, 134 } },
	{ { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba,
	      0x98, 0x76, 0x54, 0x32, 0x10, 0x10, 0x32, 0x54, 0x76, 0x98, 0xba,
	      0xdc, 0xfe, 0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23, 0x01 },
	    FV_MAPPING_IPCRYPT_PFX, { 255, 255, 255, 255 },
	    { 94, 185, 169, 89 } },
	{ { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba,
	      0x98, 0x76, 0x54, 0x32, 0x10, 0x10, 0x32, 0x54, 0x76, 0x98, 0xba,
	      0xdc, 0xfe, 0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23, 0x01 },
	    FV_MAPPING_IPCRYPT_PFX, { 192, 0, 2, 1 }, { 100, 115, 72, 131 } },
	{ { 0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15,
	      0x88, 0x09, 0xcf, 0x4f, 0x3c, 0xa9, 0xf5, 0xba, 0x40, 0xdb, 0x21,
	      0x4c, 0x37, 0x98, 0xf2, 0xe1, 0xc2, 0x34, 0x56, 0x78, 0x9a },
	    FV_MAPPING_IPCRYPT_PFX, { 10, 0, 0, 47 }, { 19, 214, 210, 244 } },
};

static int
test_sample(size_t i, struct fv_err *err)
{
	const struct fv_mapping_options options = { .scheme = samples[i].scheme,
		.canonical = true };
	struct fv_key *key = fv_key_import(samples[i].key, err);
	struct fv_mapping *m = NULL;
	struct fv_published_addr out;
	struct fv_raw_addr in;
	int rc = -1;

	fv_raw_addr_set_ipv4(&in, samples[i].original);
	if (key == NULL || (m = fv_mapping_new(key, &options, err)) == NULL ||
	    fv_mapping_map(m, &in, 1, &out, err) == -1)
		goto out;
	if (memcmp(out.octet + 12, samples[i].published, 4) == 0)
		rc = 0;
	else
		(void)fv_err_set(err, FV_ECRYPTO,
		    "%s does not give published vector %zu",
		    fv_mapping_scheme_name(samples[i].scheme), i + 1);
out:
	fv_mapping_free(m);
	fv_key_free(key);
	return rc;
}

int
fv_audit_mapping_self_test(unsigned *tested, struct fv_err *err)
{
	size_t i;

	*tested = 0;
	for (i = 0; i < FV_COUNT(samples); i++) {
		if (test_sample(i, err) == -1)
			return -1;
		++*tested;
	}
	return 0;
}

#include "anonymize/audit_mapping.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "anonymize/address_class.h"
#include "base/memory.h"
#include "datasets/hosts.h"

enum { DEVIATIONS = 6, BATCH = 1024 };

/* Networks that fixed points are counted by. */
enum { NETWORK_IPV4 = 96 + 16, NETWORK_IPV6 = 64 };

/* An original and its row, to be sorted. */
struct pair {
	uint8_t original[16];
	uint8_t published[16];
	uint32_t row;
	uint8_t space; /* within one, prefixes are kept */
	uint8_t class; /* as published */
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

static int
by_published(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int rc;

	if (x->space != y->space)
		return x->space < y->space ? -1 : 1;
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

	if (x->space != y->space)
		return x->space < y->space ? -1 : 1;
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

static double
fixed_chance(const struct fv_audit_rules *rules, const struct pair *p)
{
	int bits = p->space == 4 ? 32 : 128;

	return rules->weak ? pow(0.75, bits - 1) / 2 : exp2(-bits);
}

/* In order of originals: neighbours, and fixed points by network. */
static void
check_neighbours(const struct pair *pair, size_t n,
    const struct fv_audit_rules *rules, struct fv_audit_mapping *result)
{
	const struct pair *p, *last = NULL;
	unsigned network;
	size_t i;

	for (i = 0; i < n; i++) {
		p = &pair[i];
		if (i > 0 && p[-1].space == p->space) {
			result->neighbours++;
			if (shared(p[-1].original, p->original) !=
			    shared(p[-1].published, p->published))
				count(&result->prefixes, p->row);
		}
		result->fixed_mean += fixed_chance(rules, p);
		if (memcmp(p->original, p->published, 16) != 0)
			continue;
		count(&result->fixed, p->row);
		network = p->space == 4 ? NETWORK_IPV4 : NETWORK_IPV6;
		if (last == NULL || last->space != p->space ||
		    shared(last->original, p->original) < network)
			result->fixed_networks++;
		last = p;
	}
	result->fixed_limit =
	    result->fixed_mean + DEVIATIONS * sqrt(result->fixed_mean);
}

static void
check_twice(const struct pair *pair, size_t n, struct fv_audit_mapping *result)
{
	size_t i;

	for (i = 1; i < n; i++)
		if (pair[i].space == pair[i - 1].space &&
		    memcmp(pair[i].published, pair[i - 1].published, 16) == 0)
			count(&result->twice, pair[i].row);
}

/* Halves that chance makes equal once in 2^64 pairs. */
static void
check_halves(const struct pair *pair, size_t n, struct fv_audit_mapping *result)
{
	size_t i;

	for (i = 1; i < n; i++)
		if (pair[i].space == 6 && pair[i - 1].space == 6 &&
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
		pair[i].space = original[i].ip_version;
		pair[i].class = rows[i].address_class;
		check_row(&original[i], &rows[i], &pair[i], result);
	}
	qsort(pair, n, sizeof(*pair), by_original);
	check_neighbours(pair, n, rules, result);
	qsort(pair, n, sizeof(*pair), by_published);
	check_twice(pair, n, result);
	qsort(pair, n, sizeof(*pair), by_half);
	check_halves(pair, n, result);
	fv_key_wipe(pair, n * sizeof(*pair));
	free(pair);
	return 0;
}

int
fv_audit_mapping_key(const struct fv_raw_addr *original,
    const struct fv_host *rows, size_t n, struct fv_cryptopan *cp,
    struct fv_audit_mapping *result, struct fv_err *err)
{
	struct fv_published_addr mapped[BATCH];
	uint8_t published[16];
	size_t first, i, some;

	for (first = 0; first < n; first += some) {
		some = n - first < BATCH ? n - first : BATCH;
		if (fv_cryptopan_map(cp, original + first, some, mapped, err) ==
		    -1)
			return -1;
		for (i = 0; i < some; i++) {
			published_octets(&rows[first + i], published);
			if (memcmp(published, mapped[i].octet, 16) != 0)
				count(&result->keyed, first + i);
		}
	}
	return 0;
}

/*
 * From the reference implementation's sample (Xu and others, 2002), whose
 * other tools share it: key, and pairs.
 */
static const uint8_t sample_key[FV_KEY_SIZE] = { 21, 34, 23, 141, 51, 164, 207,
	128, 19, 10, 91, 22, 73, 144, 125, 16, 216, 152, 143, 131, 121, 121,
	101, 39, 98, 87, 76, 45, 42, 132, 34, 2 };

static const struct {
	uint8_t original[4];
	uint8_t published[4];
} samples[] = {
	{ { 128, 11, 68, 132 }, { 135, 242, 180, 132 } },
	{ { 129, 118, 74, 4 }, { 134, 136, 186, 123 } },
	{ { 130, 132, 252, 244 }, { 133, 68, 164, 234 } },
	{ { 141, 223, 7, 43 }, { 141, 167, 8, 160 } },
};

int
fv_audit_mapping_self_test(unsigned *tested, struct fv_err *err)
{
	struct fv_key *key = fv_key_import(sample_key, err);
	struct fv_cryptopan *cp = NULL;
	struct fv_published_addr out;
	struct fv_raw_addr in;
	int rc = -1;
	size_t i;

	*tested = 0;
	if (key == NULL || (cp = fv_cryptopan_new(key, err)) == NULL)
		goto out;
	for (i = 0; i < FV_COUNT(samples); i++) {
		fv_raw_addr_set_ipv4(&in, samples[i].original);
		if (fv_cryptopan_map(cp, &in, 1, &out, err) == -1)
			goto out;
		if (memcmp(out.octet + 12, samples[i].published, 4) != 0) {
			(void)fv_err_set(err, FV_ECRYPTO,
			    "the cipher does not give published vector %zu",
			    i + 1);
			goto out;
		}
		++*tested;
	}
	rc = 0;
out:
	fv_cryptopan_free(cp);
	fv_key_free(key);
	return rc;
}

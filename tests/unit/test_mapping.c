#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "anonymize/address_class.h"
#include "anonymize/cryptopan.h"
#include "anonymize/ipcrypt_pfx.h"
#include "anonymize/mapping.h"
#include "anonymize/prefix_bits.h"
#include "tests/unit/addresses.h"
#include "tests/unit/mapping_bed.h"
#include "tests/unit/random.h"

/* Networks of all rules, of each of which 65536 addresses are mapped. */
static const char *const networks[] = { "198.41.0.0", "10.1.0.0", "172.16.0.0",
	"192.168.0.0", "100.64.0.0", "169.254.0.0", "127.0.0.0", "127.44.0.0",
	"0.0.0.0", "255.255.0.0", "224.0.0.0", "239.255.0.0", "233.252.0.0",
	"240.0.0.0", "192.0.0.0", "2001:500::", "2001:db8::", "fd00::",
	"fc00::", "fe80::", "fe80:0:0:1::", "::", "ff02::", "ff02::1:ff00:0",
	"ff02::2:ff12:0",
	"ff3e:30:2001:db8::", "ff7e:140:2001:db8::", "ff15::", "ff02:0:0:1::",
	"2002:c000:201::", "2001:0:c000:201::", "::ffff:198.41.0.0",
	"64:ff9b::198.41.0.0", "64:ff9b::10.0.0.0", "::ffff:127.0.0.0",
	"::ffff:239.0.0.0" };

enum { N = 65536 };
static struct fv_raw_addr in[N], back[N];
static struct fv_published_addr out[N];
static enum fv_address_class class[N];
static bool found[N];

static unsigned
common(const uint8_t *a, const uint8_t *b, unsigned version)
{
	return fv_prefix_common(
	    fv_prefix_load(a, version), fv_prefix_load(b, version));
}

/*
 * Of addresses that stand in order, neighbours of one class that share n bits
 * have pseudonyms that share n, which proves it of all pairs of one class and
 * so that no two are equal.  Returns how many do not.
 */
static size_t
not_preserved(size_t n)
{
	const unsigned none = 1u << 16;
	unsigned last[16];
	size_t i, wrong = 0;
	unsigned c;

	for (c = 0; c < 16; c++)
		last[c] = none;
	for (i = 0; i < n; i++) {
		c = class[i];
		if (last[c] != none)
			wrong += common(in[last[c]].octet, in[i].octet,
				     in[i].ip_version) !=
			    common(out[last[c]].octet, out[i].octet,
				in[i].ip_version);
		last[c] = (unsigned)i;
	}
	return wrong;
}

static size_t
not_undone(struct fv_mapping *m, size_t n)
{
	struct fv_err err;
	size_t i, wrong = 0;

	memset(back, 0x55, n * sizeof(back[0]));
	CU_ASSERT_EQUAL(
	    fv_mapping_unmap(m, out, class, n, back, found, &err), 0);
	for (i = 0; i < n; i++)
		wrong += !found[i] || !fv_raw_addr_equal(&in[i], &back[i]);
	return wrong;
}

/*
 * All 65536 addresses of a network of each rule: prefixes, one to one, and
 * back; in IPv6, one in sixteen goes back, for it takes long.
 */
static void
whole_networks_there_and_back(void)
{
	struct fv_mapping_options options;
	struct fv_mapping *m;
	struct fv_err err;
	unsigned mode;
	size_t i, k, n;

	for (mode = 0; mode < 4; mode++) {
		options = mapping_bed_options(mode);
		m = mapping_bed_of(&options);
		for (k = 0; k < FV_COUNT(networks); k++) {
			/* In one space, one network is like another. */
			if (options.canonical && k % 8 != 0)
				continue;
			for (i = 0; i < N; i++) {
				in[i] = fv_raw_address(networks[k]);
				in[i].octet[14] = (uint8_t)(i >> 8);
				in[i].octet[15] = (uint8_t)i;
				class[i] = fv_address_class(&in[i]);
			}
			CU_ASSERT_EQUAL(fv_mapping_map(m, in, N, out, &err), 0);
			CU_ASSERT_EQUAL(not_preserved(N), 0);
			n = in[0].ip_version == 4 ? N : N / 16;
			CU_ASSERT_EQUAL(not_undone(m, n), 0);
		}
		fv_mapping_free(m);
	}
}

static int
by_address(const void *a, const void *b)
{
	const struct fv_raw_addr *x = a, *y = b;

	if (x->ip_version != y->ip_version)
		return x->ip_version - y->ip_version;
	return memcmp(x->octet, y->octet, sizeof(x->octet));
}

/* Random addresses, many of them in networks with rules of their own. */
static void
random_sets_there_and_back(void)
{
	enum { SET = 4000 };
	struct fv_mapping_options options;
	struct fv_mapping *m;
	struct fv_err err;
	uint64_t random = 31, word[2];
	uint8_t octet[16];
	unsigned mode, keep;
	size_t i, four;

	for (mode = 0; mode < 4; mode++) {
		options = mapping_bed_options(mode);
		m = mapping_bed_of(&options);
		for (i = 0; i < SET; i++) {
			word[0] = fv_random(&random);
			word[1] = fv_random(&random);
			memcpy(octet, word, sizeof(octet));
			in[i] = fv_raw_address(networks[fv_random_below(
			    &random, FV_COUNT(networks))]);
			keep = (unsigned)fv_random_below(&random, 17);
			if (in[i].ip_version == 4)
				keep = 12 + keep / 4;
			memcpy(in[i].octet + keep, octet, 16 - keep);
		}
		qsort(in, SET, sizeof(in[0]), by_address);
		for (i = four = 0; i < SET; i++) {
			class[i] = fv_address_class(&in[i]);
			four += in[i].ip_version == 4;
		}
		CU_ASSERT_TRUE(four > SET / 4 && four < SET * 3 / 4);
		CU_ASSERT_EQUAL(fv_mapping_map(m, in, SET, out, &err), 0);
		CU_ASSERT_EQUAL(not_undone(m, SET), 0);
		/* Each family by itself, for they have no common prefixes. */
		CU_ASSERT_EQUAL(not_preserved(four), 0);
		memmove(in, in + four, (SET - four) * sizeof(in[0]));
		memmove(out, out + four, (SET - four) * sizeof(out[0]));
		memmove(class, class + four, (SET - four) * sizeof(class[0]));
		CU_ASSERT_EQUAL(not_preserved(SET - four), 0);
		fv_mapping_free(m);
	}
}

/* What is in it and what a batch is made of changes no pseudonym. */
static void
batches_make_no_difference(void)
{
	enum { SET = 1500 };
	struct fv_mapping_options options = mapping_bed_options(0);
	struct fv_mapping *m = mapping_bed_of(&options), *alone;
	struct fv_published_addr one;
	struct fv_err err;
	uint64_t random = 32;
	size_t i, wrong = 0;

	alone = mapping_bed_of(&options);
	for (i = 0; i < SET; i++) {
		in[i] = fv_raw_address(
		    networks[fv_random_below(&random, FV_COUNT(networks))]);
		in[i].octet[15] = (uint8_t)fv_random(&random);
	}
	CU_ASSERT_EQUAL(fv_mapping_map(m, in, SET, out, &err), 0);
	for (i = 0; i < SET; i++) {
		CU_ASSERT_EQUAL(
		    fv_mapping_map(alone, &in[i], 1, &one, &err), 0);
		wrong += !mapping_bed_same(one, out[i]);
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_EQUAL(fv_mapping_map(m, in, 0, out, &err), 0);
	fv_mapping_free(m);
	fv_mapping_free(alone);
	fv_mapping_free(NULL);
}

static void
canonical_is_the_bare_tree(void)
{
	static const char *const some[] = { "10.0.0.1", "8.8.8.8", "127.0.0.1",
		"224.0.0.1", "::1", "ff02::1", "::ffff:192.0.2.1",
		"2001:db8::1", "fe80::1" };
	struct fv_key *key = fv_key_of_hex(FV_REFERENCE_KEY);
	struct fv_mapping_options options;
	struct fv_prefix_tree *tree;
	struct fv_published_addr a, b;
	struct fv_mapping *m;
	struct fv_raw_addr addr;
	struct fv_err err;
	unsigned mode;
	size_t i;

	for (mode = 1; mode < 4; mode += 2) {
		options = mapping_bed_options(mode);
		m = mapping_bed_of(&options);
		tree = mode == 1 ? fv_cryptopan_new(fv_key_secret(key), &err)
				 : fv_ipcrypt_pfx_new(fv_key_secret(key), &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(tree);
		for (i = 0; i < FV_COUNT(some); i++) {
			addr = fv_raw_address(some[i]);
			a = mapping_bed_map(m, some[i]);
			CU_ASSERT_EQUAL(
			    fv_prefix_tree_map(tree, &addr, 1, &b, &err), 0);
			CU_ASSERT_TRUE(mapping_bed_same(a, b));
		}
		fv_prefix_tree_free(tree);
		fv_mapping_free(m);
	}
	fv_key_free(key);
}

static void
equal_halves_are_refused_where_they_are_used(void)
{
	struct fv_mapping_options options = mapping_bed_options(3);
	uint8_t secret[FV_KEY_SIZE] = { 0 };
	struct fv_mapping *m;
	struct fv_key *key;
	struct fv_err err;

	key = fv_key_import(secret, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(key);
	CU_ASSERT_PTR_NULL(fv_mapping_new(key, &options, &err));
	CU_ASSERT_EQUAL(err.code, FV_EKEY);
	/* Subkeys of such a key have halves that differ. */
	options.canonical = false;
	m = fv_mapping_new(key, &options, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(m);
	CU_ASSERT_FALSE(mapping_bed_same(mapping_bed_map(m, "198.41.0.4"),
	    mapping_bed_map(m, "198.41.0.5")));
	fv_mapping_free(m);
	fv_key_free(key);
}

/* A pseudonym and a class that no address has are told as such. */
static void
what_stands_for_nothing(void)
{
	struct fv_mapping_options options = mapping_bed_options(0);
	struct fv_mapping *m = mapping_bed_of(&options);
	enum fv_address_class wrong_class[] = { FV_ADDRESS_LINK_LOCAL,
		FV_ADDRESS_PUBLIC };
	struct fv_published_addr published[2];
	struct fv_raw_addr raw[2], zero = { { 0 }, 0, { 0 } };
	bool there[2];
	struct fv_err err;

	published[0] = mapping_bed_map(m, "10.0.0.1");
	published[1] = mapping_bed_map(m, "192.0.2.1"); /* of the same space */
	CU_ASSERT_EQUAL(
	    fv_mapping_unmap(m, published, wrong_class, 2, raw, there, &err),
	    0);
	CU_ASSERT_FALSE(there[0]);
	CU_ASSERT_FALSE(there[1]);
	CU_ASSERT_TRUE(fv_raw_addr_equal(&raw[0], &zero));
	CU_ASSERT_TRUE(fv_raw_addr_equal(&raw[1], &zero));
	wrong_class[0] = FV_ADDRESS_PRIVATE;
	wrong_class[1] = FV_ADDRESS_RESERVED;
	CU_ASSERT_EQUAL(
	    fv_mapping_unmap(m, published, wrong_class, 2, raw, there, &err),
	    0);
	CU_ASSERT_TRUE(there[0] && there[1]);
	fv_mapping_free(m);
}

static void
schemes_have_names(void)
{
	enum fv_mapping_scheme scheme = FV_MAPPING_CRYPTO_PAN;
	struct fv_mapping_options options = { .canonical = false };
	struct fv_key *key = fv_key_of_hex(FV_REFERENCE_KEY);
	char name[300];
	struct fv_err err;

	CU_ASSERT_EQUAL(
	    fv_mapping_scheme_parse("ipcrypt-pfx", &scheme, &err), 0);
	CU_ASSERT_EQUAL(scheme, FV_MAPPING_IPCRYPT_PFX);
	CU_ASSERT_STRING_EQUAL(fv_mapping_scheme_name(scheme), "ipcrypt-pfx");
	CU_ASSERT_EQUAL(
	    fv_mapping_scheme_parse("crypto-pan", &scheme, &err), 0);
	CU_ASSERT_EQUAL(scheme, FV_MAPPING_CRYPTO_PAN);
	CU_ASSERT_EQUAL(
	    fv_mapping_scheme_parse("cryptopan", &scheme, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EUSAGE);
	/* Names have an end. */
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	options.scope.release = name;
	CU_ASSERT_PTR_NULL(fv_mapping_new(key, &options, &err));
	CU_ASSERT_EQUAL(err.code, FV_EUSAGE);
	fv_key_free(key);
}

CU_TestInfo suite_mapping[] = {
	{ "whole networks of each rule, there and back",
	    whole_networks_there_and_back },
	{ "random sets, there and back", random_sets_there_and_back },
	{ "batches make no difference", batches_make_no_difference },
	{ "canonical is the bare tree", canonical_is_the_bare_tree },
	{ "equal halves are refused where they are used",
	    equal_halves_are_refused_where_they_are_used },
	{ "what stands for nothing", what_stands_for_nothing },
	{ "schemes have names", schemes_have_names },
	CU_TEST_INFO_NULL,
};

#include "tests/unit/suites.h"

#include <stdio.h>
#include <string.h>

#include "anonymize/mapping.h"
#include "tests/unit/addresses.h"
#include "tests/unit/mapping_bed.h"
#include "tests/unit/random.h"

/* Which of two mappings agree on an address of each space. */
static void
expect_agreement(const struct fv_mapping_options *a,
    const struct fv_mapping_options *b, bool public, bool local)
{
	static const struct {
		const char *address;
		bool public;
	} some[] = {
		{ "198.41.0.4", true },
		{ "192.0.2.77", true },
		{ "2001:500::77", true },
		{ "2002:c000:201::77", true },
		{ "64:ff9b::198.41.0.4", true },
		{ "10.201.33.77", false },
		{ "192.168.33.77", false },
		{ "169.254.33.77", false },
		{ "fd00::77", false },
		{ "fe80::1234:5678:9abc:def0", false },
		{ "::ffff:10.201.33.77", false },
		{ "239.201.33.77", false },
		{ "ff02::1:ff12:3456", false },
	};
	struct fv_mapping *x = mapping_bed_of(a), *y = mapping_bed_of(b);
	size_t i;

	for (i = 0; i < FV_COUNT(some); i++)
		CU_ASSERT_EQUAL(
		    mapping_bed_same(mapping_bed_map(x, some[i].address),
			mapping_bed_map(y, some[i].address)),
		    some[i].public ? public : local);
	fv_mapping_free(x);
	fv_mapping_free(y);
}

static void
sites_agree_on_what_is_public_alone(void)
{
	struct fv_mapping_options here, there;
	unsigned mode;

	for (mode = 0; mode < 4; mode += 2) {
		here = there = mapping_bed_options(mode);
		expect_agreement(&here, &there, true, true);
		there.scope.site = "hotel-b";
		expect_agreement(&here, &there, true, false);
		there = here;
		there.scope.release = "2026-02";
		expect_agreement(&here, &there, false, false);
		/* Not said is the same as empty. */
		here.scope.release = NULL;
		there.scope.release = "";
		expect_agreement(&here, &there, true, true);
		there.scheme = FV_MAPPING_IPCRYPT_PFX - there.scheme;
		expect_agreement(&here, &there, false, false);
		/* Canonical: neither counts. */
		here = there = mapping_bed_options(mode + 1);
		there.scope.site = "hotel-b";
		there.scope.release = NULL;
		expect_agreement(&here, &there, true, true);
	}
}

/* No prefix of a private address tells of a public one, nor of IPv6. */
static void
spaces_are_apart(void)
{
	struct fv_mapping_options options = mapping_bed_options(0);
	struct fv_mapping *m = mapping_bed_of(&options);
	struct fv_published_addr a, b;
	uint64_t random = 33;
	unsigned i, equal = 0;
	char text[64];

	for (i = 0; i < 400; i++) {
		/* 10.x and 11.x share seven bits; then flips are equal. */
		const unsigned x = (unsigned)fv_random_below(&random, 1 << 24);

		(void)snprintf(text, sizeof(text), "10.%u.%u.%u", x >> 16,
		    x >> 8 & 255, x & 255);
		a = mapping_bed_map(m, text);
		(void)snprintf(text, sizeof(text), "::ffff:10.%u.%u.%u",
		    x >> 16, x >> 8 & 255, x & 255);
		b = mapping_bed_map(m, text);
		/* Inside of IPv6, it is mapped as it is alone. */
		CU_ASSERT_EQUAL(memcmp(a.octet + 12, b.octet + 12, 4), 0);
		(void)snprintf(text, sizeof(text), "239.%u.%u.%u", x >> 16,
		    x >> 8 & 255, x & 255);
		b = mapping_bed_map(m, text);
		equal += memcmp(a.octet + 13, b.octet + 13, 3) == 0;
	}
	CU_ASSERT_TRUE(equal < 4);
	fv_mapping_free(m);
}

static void
what_names_nobody_stays(void)
{
	static const char *const stay[] = { "127.0.0.1", "0.0.0.0",
		"255.255.255.255", "224.0.0.1", "224.0.0.251", "::", "::1",
		"ff02::1", "ff02::2", "ff02::fb", "ff02::1:2", "ff05::101",
		"::ffff:127.0.0.1", "::ffff:224.0.0.251" };
	static const char *const go[] = { "239.255.255.250", "127.200.0.1",
		"ff02::1:ff12:3456", "ff3e:30:2001:db8::1", "198.41.0.4",
		"10.0.0.1", "fe80::1", "::2", "ff02:0:0:1::1",
		"::ffff:198.41.0.4" };
	struct fv_mapping_options options;
	struct fv_published_addr published;
	struct fv_mapping *m;
	struct fv_raw_addr addr;
	unsigned mode;
	size_t i;

	for (mode = 0; mode < 4; mode += 2) {
		options = mapping_bed_options(mode);
		m = mapping_bed_of(&options);
		for (i = 0; i < FV_COUNT(stay); i++) {
			addr = fv_raw_address(stay[i]);
			published = mapping_bed_map(m, stay[i]);
			CU_ASSERT_EQUAL(
			    memcmp(addr.octet, published.octet, 16), 0);
			CU_ASSERT_EQUAL(fv_mapping_changed_bits(m, &addr), 0);
		}
		for (i = 0; i < FV_COUNT(go); i++) {
			addr = fv_raw_address(go[i]);
			published = mapping_bed_map(m, go[i]);
			CU_ASSERT_NOT_EQUAL(
			    memcmp(addr.octet, published.octet, 16), 0);
			CU_ASSERT_TRUE(fv_mapping_changed_bits(m, &addr) > 0);
		}
		fv_mapping_free(m);
		/* In one space, nothing does. */
		options = mapping_bed_options(mode + 1);
		m = mapping_bed_of(&options);
		addr = fv_raw_address("255.255.255.255");
		CU_ASSERT_EQUAL(fv_mapping_changed_bits(m, &addr), 32);
		addr = fv_raw_address("::1");
		CU_ASSERT_EQUAL(fv_mapping_changed_bits(m, &addr), 128);
		fv_mapping_free(m);
	}
}

/* How many addresses of some bits are their own pseudonyms, over many keys. */
static void
fixed_points_are_as_many_as_expected(void)
{
	enum { KEYS = 1500, SET = 64 };
	static struct fv_raw_addr in[SET];
	static struct fv_published_addr out[SET];
	struct fv_mapping_options options;
	struct fv_mapping *m;
	struct fv_err err;
	uint64_t random = 34, word[4];
	uint8_t secret[FV_KEY_SIZE];
	struct fv_key *key;
	unsigned scheme, kept;
	size_t i, k, fixed;
	double expected;

	for (scheme = 0; scheme < 2; scheme++) {
		options = mapping_bed_options(2 * scheme);
		expected = 0;
		for (k = 0, fixed = 0; k < KEYS; k++) {
			for (i = 0; i < 4; i++)
				word[i] = fv_random(&random);
			memcpy(secret, word, sizeof(secret));
			key = fv_key_import(secret, &err);
			CU_ASSERT_PTR_NOT_NULL_FATAL(key);
			m = fv_mapping_new(key, &options, &err);
			CU_ASSERT_PTR_NOT_NULL_FATAL(m);
			for (i = 0; i < SET; i++) {
				/* So near to 127.0.0.1 that few bits change. */
				in[i] = fv_raw_address("127.0.16.0");
				in[i].octet[15] = (uint8_t)fv_random(&random);
				in[i].octet[14] |=
				    (uint8_t)fv_random_below(&random, 16);
				kept = fv_mapping_changed_bits(m, &in[i]);
				expected += fv_mapping_fixed_share(m, kept);
			}
			CU_ASSERT_EQUAL(kept, 12);
			CU_ASSERT_EQUAL(
			    fv_mapping_map(m, in, SET, out, &err), 0);
			for (i = 0; i < SET; i++)
				fixed +=
				    memcmp(in[i].octet, out[i].octet, 16) == 0;
			fv_mapping_free(m);
			fv_key_free(key);
		}
		CU_ASSERT_TRUE((double)fixed > 0.6 * expected);
		CU_ASSERT_TRUE((double)fixed < 1.5 * expected);
	}
}

CU_TestInfo suite_mapping_spaces[] = {
	{ "sites agree on what is public alone",
	    sites_agree_on_what_is_public_alone },
	{ "spaces are apart", spaces_are_apart },
	{ "what names nobody stays, all else goes", what_names_nobody_stays },
	{ "fixed points are as many as expected",
	    fixed_points_are_as_many_as_expected },
	CU_TEST_INFO_NULL,
};

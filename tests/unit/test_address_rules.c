#include "tests/unit/suites.h"

#include <string.h>

#include "anonymize/address_class.h"
#include "anonymize/address_rules.h"
#include "anonymize/prefix_bits.h"
#include "tests/unit/addresses.h"
#include "tests/unit/random.h"

/* An address of each kind, and what the rules are to make of it. */
static const struct {
	const char *address;
	enum fv_address_class class;
	enum fv_address_space space;
	uint8_t kept;
	uint8_t width;
	uint8_t embedded;
} cases[] = {
	{ "198.41.0.4", FV_ADDRESS_PUBLIC, FV_SPACE_IPV4, 0, 32, 0 },
	{ "10.1.2.3", FV_ADDRESS_PRIVATE, FV_SPACE_IPV4_PRIVATE, 8, 32, 0 },
	{ "172.31.2.3", FV_ADDRESS_PRIVATE, FV_SPACE_IPV4_PRIVATE, 12, 32, 0 },
	{ "192.168.2.3", FV_ADDRESS_PRIVATE, FV_SPACE_IPV4_PRIVATE, 16, 32, 0 },
	{ "100.64.2.3", FV_ADDRESS_PRIVATE, FV_SPACE_IPV4_PRIVATE, 10, 32, 0 },
	{ "169.254.2.3", FV_ADDRESS_LINK_LOCAL, FV_SPACE_IPV4_PRIVATE, 16, 32,
	    0 },
	/* Kept up to where they depart from 127.0.0.1 and 0.0.0.0. */
	{ "127.0.0.1", FV_ADDRESS_LOOPBACK, FV_SPACE_IPV4_PRIVATE, 32, 32, 0 },
	{ "127.128.0.1", FV_ADDRESS_LOOPBACK, FV_SPACE_IPV4_PRIVATE, 9, 32, 0 },
	{ "127.0.0.0", FV_ADDRESS_LOOPBACK, FV_SPACE_IPV4_PRIVATE, 32, 32, 0 },
	{ "0.0.0.0", FV_ADDRESS_UNSPECIFIED, FV_SPACE_IPV4_PRIVATE, 32, 32, 0 },
	{ "0.0.1.0", FV_ADDRESS_UNSPECIFIED, FV_SPACE_IPV4_PRIVATE, 24, 32, 0 },
	{ "255.255.255.255", FV_ADDRESS_BROADCAST, FV_SPACE_VERBATIM, 32, 32,
	    0 },
	{ "224.0.0.251", FV_ADDRESS_MULTICAST, FV_SPACE_VERBATIM, 32, 32, 0 },
	{ "232.1.2.3", FV_ADDRESS_MULTICAST, FV_SPACE_IPV4_MULTICAST, 8, 32,
	    0 },
	{ "233.252.0.1", FV_ADDRESS_MULTICAST, FV_SPACE_IPV4_MULTICAST, 8, 32,
	    0 },
	{ "234.192.0.2", FV_ADDRESS_MULTICAST, FV_SPACE_IPV4_MULTICAST, 8, 32,
	    0 },
	{ "239.255.255.250", FV_ADDRESS_MULTICAST, FV_SPACE_IPV4_MULTICAST, 8,
	    32, 0 },
	{ "240.0.0.1", FV_ADDRESS_RESERVED, FV_SPACE_IPV4, 0, 32, 0 },
	{ "192.0.2.1", FV_ADDRESS_RESERVED, FV_SPACE_IPV4, 0, 32, 0 },
	{ "2001:500::1", FV_ADDRESS_PUBLIC, FV_SPACE_IPV6, 0, 128, 0 },
	{ "2001:db8::1", FV_ADDRESS_RESERVED, FV_SPACE_IPV6, 0, 128, 0 },
	{ "fd12:3456::1", FV_ADDRESS_PRIVATE, FV_SPACE_IPV6_PRIVATE, 8, 128,
	    0 },
	{ "fc12:3456::1", FV_ADDRESS_PRIVATE, FV_SPACE_IPV6_PRIVATE, 8, 128,
	    0 },
	{ "fe80::1", FV_ADDRESS_LINK_LOCAL, FV_SPACE_IPV6_PRIVATE, 64, 128, 0 },
	{ "fe80:0:0:1::1", FV_ADDRESS_LINK_LOCAL, FV_SPACE_IPV6_PRIVATE, 64,
	    128, 0 },
	{ "fe90::1", FV_ADDRESS_LINK_LOCAL, FV_SPACE_IPV6_PRIVATE, 12, 128, 0 },
	{ "::", FV_ADDRESS_UNSPECIFIED, FV_SPACE_VERBATIM, 128, 128, 0 },
	{ "::1", FV_ADDRESS_LOOPBACK, FV_SPACE_VERBATIM, 128, 128, 0 },
	{ "ff02::fb", FV_ADDRESS_MULTICAST, FV_SPACE_VERBATIM, 128, 128, 0 },
	{ "ff0e::101", FV_ADDRESS_MULTICAST, FV_SPACE_VERBATIM, 128, 128, 0 },
	{ "ff02::1:ff12:3456", FV_ADDRESS_MULTICAST, FV_SPACE_IPV6_MULTICAST,
	    104, 128, 0 },
	{ "ff02::2:ff12:3456", FV_ADDRESS_MULTICAST, FV_SPACE_IPV6_MULTICAST,
	    104, 128, 0 },
	{ "ff3e:30:2001:db8::1", FV_ADDRESS_MULTICAST, FV_SPACE_IPV6_MULTICAST,
	    16, 128, 0 },
	{ "ff7e:140:2001:db8::1", FV_ADDRESS_MULTICAST, FV_SPACE_IPV6_MULTICAST,
	    16, 128, 0 },
	{ "ff15::1", FV_ADDRESS_MULTICAST, FV_SPACE_IPV6_MULTICAST, 16, 128,
	    0 },
	{ "ff02:0:0:1::1", FV_ADDRESS_RESERVED, FV_SPACE_IPV6, 0, 128, 0 },
	{ "2002:c000:201::1", FV_ADDRESS_TUNNEL, FV_SPACE_IPV6, 0, 128, 0 },
	{ "2001:0:c000:201::1", FV_ADDRESS_TUNNEL, FV_SPACE_IPV6, 0, 128, 0 },
	{ "::ffff:198.41.0.4", FV_ADDRESS_EMBEDDED, FV_SPACE_IPV4, 0, 32, 1 },
	{ "::ffff:192.0.2.1", FV_ADDRESS_EMBEDDED, FV_SPACE_IPV4, 0, 32, 1 },
	{ "64:ff9b::198.41.0.4", FV_ADDRESS_EMBEDDED, FV_SPACE_IPV4, 0, 32, 1 },
	{ "64:ff9b::10.0.0.1", FV_ADDRESS_PRIVATE, FV_SPACE_IPV4_PRIVATE, 8, 32,
	    1 },
	{ "::ffff:127.0.0.1", FV_ADDRESS_LOOPBACK, FV_SPACE_IPV4_PRIVATE, 32,
	    32, 1 },
	{ "::ffff:239.1.1.1", FV_ADDRESS_MULTICAST, FV_SPACE_IPV4_MULTICAST, 8,
	    32, 1 },
	/* Local NAT64 networks have no one form (RFC 8215): as a whole. */
	{ "64:ff9b:1::192.0.2.1", FV_ADDRESS_PUBLIC, FV_SPACE_IPV6, 0, 128, 0 },
	/* Addresses of the shape that RFC 4291 gave up. */
	{ "::192.0.2.1", FV_ADDRESS_PUBLIC, FV_SPACE_IPV6, 0, 128, 0 },
};

static void
the_rule_of_each_kind(void)
{
	struct fv_address_rule rule;
	struct fv_raw_addr addr;
	size_t i;

	for (i = 0; i < FV_COUNT(cases); i++) {
		addr = fv_raw_address(cases[i].address);
		fv_address_rules_of(&addr, &rule);
		CU_ASSERT_EQUAL(rule.class, cases[i].class);
		CU_ASSERT_EQUAL(rule.space, cases[i].space);
		CU_ASSERT_EQUAL(rule.kept, cases[i].kept);
		CU_ASSERT_EQUAL(rule.width, cases[i].width);
		CU_ASSERT_EQUAL(rule.embedded, cases[i].embedded);
		CU_ASSERT_EQUAL(fv_address_class(&addr), cases[i].class);
		/* As a whole, or with bits that are kept: never both. */
		CU_ASSERT_EQUAL(
		    rule.kept == 0, fv_address_rules_is_whole(rule.class));
	}
}

/* Change what ${rule} lets change of ${addr}, at random. */
static struct fv_raw_addr
stir(const struct fv_raw_addr *addr, const struct fv_address_rule *rule,
    uint64_t *random)
{
	const unsigned version = rule->embedded ? 4 : addr->ip_version;
	const struct fv_prefix_bits mask = fv_prefix_mask(rule->kept);
	struct fv_prefix_bits b = fv_prefix_load(addr->octet, version);
	struct fv_raw_addr to = *addr;
	uint8_t octet[16];

	b.high = (b.high & mask.high) | (fv_random(random) & ~mask.high);
	b.low = (b.low & mask.low) | (fv_random(random) & ~mask.low);
	if (version == 4)
		b = (struct fv_prefix_bits){ b.high & fv_prefix_top(32), 0 };
	fv_prefix_store(b, version, octet);
	if (rule->embedded)
		memcpy(to.octet + 12, octet + 12, 4);
	else
		memcpy(to.octet, octet, sizeof(octet));
	return to;
}

/*
 * What makes (class, pseudonym) one to one: whatever becomes of the bits that
 * may change, the rule stays the same, so that no rule's pseudonyms get among
 * those of another, and the way back finds it.
 */
static void
kept_bits_tell_the_rule(void)
{
	enum { ROUNDS = 2000 };
	struct fv_address_rule rule, other, inverse;
	struct fv_published_addr published;
	struct fv_raw_addr addr, stirred;
	uint64_t random = 21;
	size_t i, k, wrong = 0;

	for (i = 0; i < FV_COUNT(cases); i++) {
		addr = fv_raw_address(cases[i].address);
		fv_address_rules_of(&addr, &rule);
		for (k = 0; k < ROUNDS; k++) {
			stirred = stir(&addr, &rule, &random);
			memcpy(published.octet, stirred.octet, 16);
			published.ip_version = stirred.ip_version;
			wrong += !fv_address_rules_inverse(&published,
			    (enum fv_address_class)rule.class, &inverse);
			/* All of one class are mapped as a whole alike. */
			if (rule.kept > 0) {
				fv_address_rules_of(&stirred, &other);
				wrong +=
				    memcmp(&other, &rule, sizeof(rule)) != 0;
			}
			wrong += memcmp(&inverse, &rule, sizeof(rule)) != 0;
		}
	}
	CU_ASSERT_EQUAL(wrong, 0);
}

static void
what_no_address_can_become(void)
{
	static const struct {
		const char *pseudonym;
		enum fv_address_class class;
	} none[] = {
		{ "8.8.8.8", FV_ADDRESS_PRIVATE },
		{ "10.0.0.1", FV_ADDRESS_LINK_LOCAL },
		{ "10.0.0.1", FV_ADDRESS_EMBEDDED },
		{ "10.0.0.1", FV_ADDRESS_TUNNEL },
		{ "255.255.255.254", FV_ADDRESS_BROADCAST },
		{ "2001:db8::1", FV_ADDRESS_EMBEDDED },
		{ "2001:db8::1", FV_ADDRESS_PRIVATE },
		{ "::2", FV_ADDRESS_LOOPBACK },
		{ "ff02:0:0:1::1", FV_ADDRESS_MULTICAST },
	};
	struct fv_published_addr published;
	struct fv_address_rule rule;
	struct fv_raw_addr addr;
	size_t i;

	for (i = 0; i < FV_COUNT(none); i++) {
		addr = fv_raw_address(none[i].pseudonym);
		memcpy(published.octet, addr.octet, 16);
		published.ip_version = addr.ip_version;
		CU_ASSERT_FALSE(
		    fv_address_rules_inverse(&published, none[i].class, &rule));
	}
}

CU_TestInfo suite_address_rules[] = {
	{ "the rule of each kind", the_rule_of_each_kind },
	{ "kept bits tell the rule", kept_bits_tell_the_rule },
	{ "what no address can become", what_no_address_can_become },
	CU_TEST_INFO_NULL,
};

#include "tests/unit/suites.h"

#include <stdio.h>
#include <string.h>

#include "anonymize/networks.h"
#include "tests/unit/addresses.h"

static int
add(struct fv_networks *set, const char *cidr)
{
	struct fv_err err = { FV_OK, "" };
	size_t count = set->count;
	int rc = fv_networks_add(set, cidr, &err);

	CU_ASSERT_EQUAL(set->count, count + (rc == 0));
	CU_ASSERT_EQUAL(err.code, rc == 0 ? FV_OK : FV_EUSAGE);
	return rc;
}

static bool
contains(const struct fv_networks *set, const char *text)
{
	struct fv_raw_addr addr = fv_raw_address(text);

	return fv_networks_contain(set, &addr);
}

/* A network, its first and last address, and the neighbours outside. */
static void
first_last_and_neighbours(void)
{
	static const struct {
		const char *cidr;
		const char *before;
		const char *first;
		const char *last;
		const char *after;
	} cases[] = {
		{ "192.0.2.0/24", "192.0.1.255", "192.0.2.0", "192.0.2.255",
		    "192.0.3.0" },
		{ "198.51.100.128/25", "198.51.100.127", "198.51.100.128",
		    "198.51.100.255", "198.51.101.0" },
		{ "198.18.0.0/15", "198.17.255.255", "198.18.0.0",
		    "198.19.255.255", "198.20.0.0" },
		{ "203.0.113.77", "203.0.113.76", "203.0.113.77",
		    "203.0.113.77", "203.0.113.78" },
		{ "203.0.113.77/32", "203.0.113.76", "203.0.113.77",
		    "203.0.113.77", "203.0.113.78" },
		{ "128.0.0.0/1", "127.255.255.255", "128.0.0.0",
		    "255.255.255.255", NULL },
		{ "0.0.0.0/0", NULL, "0.0.0.0", "255.255.255.255", NULL },
		{ "2001:db8::/32", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
		    "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
		    "2001:db9::" },
		{ "2001:db8::4000/114", "2001:db8::3fff", "2001:db8::4000",
		    "2001:db8::7fff", "2001:db8::8000" },
		{ "2001:db8::1", "2001:db8::", "2001:db8::1", "2001:db8::1",
		    "2001:db8::2" },
		{ "::/0", NULL, "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
		    NULL },
	};
	static struct fv_networks set;
	size_t i;

	for (i = 0; i < FV_COUNT(cases); i++) {
		set.count = 0;
		CU_ASSERT_EQUAL(add(&set, cases[i].cidr), 0);
		CU_ASSERT_TRUE(contains(&set, cases[i].first));
		CU_ASSERT_TRUE(contains(&set, cases[i].last));
		if (cases[i].before != NULL)
			CU_ASSERT_FALSE(contains(&set, cases[i].before));
		if (cases[i].after != NULL)
			CU_ASSERT_FALSE(contains(&set, cases[i].after));
	}
}

static void
any_of_the_set(void)
{
	static struct fv_networks set;

	set.count = 0;
	CU_ASSERT_FALSE(contains(&set, "192.0.2.1"));
	CU_ASSERT_EQUAL(add(&set, "192.0.2.0/24"), 0);
	CU_ASSERT_EQUAL(add(&set, "2001:db8::/32"), 0);
	CU_ASSERT_EQUAL(add(&set, "198.51.100.0/24"), 0);
	CU_ASSERT_TRUE(contains(&set, "192.0.2.1"));
	CU_ASSERT_TRUE(contains(&set, "2001:db8::1"));
	CU_ASSERT_TRUE(contains(&set, "198.51.100.1"));
	CU_ASSERT_FALSE(contains(&set, "203.0.113.1"));
	CU_ASSERT_FALSE(contains(&set, "2001:db9::1"));
}

/* The same bits in the other family are another address. */
static void
families_are_apart(void)
{
	static struct fv_networks set;

	set.count = 0;
	CU_ASSERT_EQUAL(add(&set, "0.0.0.0/0"), 0);
	CU_ASSERT_FALSE(contains(&set, "::ffff:192.0.2.1"));
	CU_ASSERT_FALSE(contains(&set, "::"));
	set.count = 0;
	CU_ASSERT_EQUAL(add(&set, "::/0"), 0);
	CU_ASSERT_FALSE(contains(&set, "192.0.2.1"));
	set.count = 0;
	CU_ASSERT_EQUAL(add(&set, "::ffff:192.0.2.0/120"), 0);
	CU_ASSERT_TRUE(contains(&set, "::ffff:192.0.2.9"));
	CU_ASSERT_FALSE(contains(&set, "192.0.2.9"));
}

static void
what_is_no_network_is_refused(void)
{
	static const char *const bad[] = { "", "/", "/8", "192.0.2.0/",
		"192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/+8", "192.0.2.0/ 24",
		"192.0.2.0/24 ", "192.0.2.0/24/24", "192.0.2.0/0x18",
		"192.0.2/24", "192.0.2.256/32", " 192.0.2.0/24",
		"192.0.2.0 /24", "example", "2001:db8::/129", "2001:db8::/1280",
		"2001:db8:::/32", "fe80::1%eth0", "192.0.2.0/4294967320",
		"2001:0db8:0000:0000:0000:0000:0000:0000:0000:0000:0000/32",
		"1111111111111111111111111111111111111111111111111111111/8" };
	static struct fv_networks set;
	size_t i;

	set.count = 0;
	for (i = 0; i < FV_COUNT(bad); i++)
		CU_ASSERT_EQUAL(add(&set, bad[i]), -1);
}

/* One set bit right behind the prefix, or the last: both are told. */
static void
bits_behind_the_prefix_are_refused(void)
{
	static const char *const bad[] = { "192.0.2.128/24", "192.0.2.1/24",
		"192.0.2.1/31", "128.0.0.0/0", "0.0.0.1/0", "2001:db8::1/127",
		"2001:db8:8000::/32", "2001:db8::1/32", "8000::/0" };
	static struct fv_networks set;
	size_t i;

	set.count = 0;
	for (i = 0; i < FV_COUNT(bad); i++)
		CU_ASSERT_EQUAL(add(&set, bad[i]), -1);
}

static void
the_limit_is_kept(void)
{
	static struct fv_networks set;
	struct fv_err err;
	char text[32];
	int i;

	set.count = 0;
	for (i = 0; i < FV_NETWORKS_LIMIT; i++) {
		(void)snprintf(text, sizeof(text), "192.0.2.%d", i);
		CU_ASSERT_EQUAL(add(&set, text), 0);
	}
	CU_ASSERT_EQUAL(fv_networks_add(&set, "198.51.100.1", &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_ELIMIT);
	CU_ASSERT_EQUAL(set.count, FV_NETWORKS_LIMIT);
	CU_ASSERT_TRUE(contains(&set, "192.0.2.255"));
}

static void
holds_looks_at_so_many_bits(void)
{
	uint8_t a[16], b[16];
	unsigned flipped, bits;

	memset(a, 0x5a, sizeof(a));
	for (flipped = 0; flipped < 128; flipped++) {
		memcpy(b, a, sizeof(b));
		b[flipped / 8] ^= (uint8_t)(0x80 >> flipped % 8);
		for (bits = 0; bits <= 128; bits++)
			CU_ASSERT_EQUAL(
			    fv_networks_holds(a, b, bits), bits <= flipped);
	}
}

CU_TestInfo suite_networks[] = {
	{ "first, last and the neighbours", first_last_and_neighbours },
	{ "any network of the set", any_of_the_set },
	{ "families are apart", families_are_apart },
	{ "what is no network is refused", what_is_no_network_is_refused },
	{ "bits behind the prefix are refused",
	    bits_behind_the_prefix_are_refused },
	{ "the limit is kept", the_limit_is_kept },
	{ "holds looks at so many bits", holds_looks_at_so_many_bits },
	CU_TEST_INFO_NULL,
};

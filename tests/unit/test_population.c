#include "tests/unit/suites.h"

#include <string.h>

#include "anonymize/population.h"
#include "tests/unit/addresses.h"
#include "tests/unit/random.h"

static uint32_t
number_of(struct fv_population *pop, const struct fv_raw_addr *addr)
{
	uint32_t number = UINT32_MAX;
	struct fv_err err;

	CU_ASSERT_EQUAL(fv_population_number(pop, addr, &number, &err), 0);
	return number;
}

static uint32_t
number_of_text(struct fv_population *pop, const char *text)
{
	struct fv_raw_addr addr = fv_raw_address(text);

	return number_of(pop, &addr);
}

static struct fv_population *
population(const struct fv_networks *internal)
{
	struct fv_population *pop;
	struct fv_err err;

	pop = fv_population_new(internal, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(pop);
	return pop;
}

static struct fv_mapping *
reference_mapping(void)
{
	struct fv_key *key = fv_key_of_hex(FV_REFERENCE_KEY);
	const struct fv_mapping_options options = { .canonical = true };
	struct fv_mapping *cp;
	struct fv_err err;

	cp = fv_mapping_new(key, &options, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(cp);
	fv_key_free(key);
	return cp;
}

static void
numbers_follow_first_appearance(void)
{
	struct fv_population *pop = population(NULL);

	CU_ASSERT_EQUAL(fv_population_count(pop), 0);
	CU_ASSERT_EQUAL(number_of_text(pop, "192.0.2.1"), 0);
	CU_ASSERT_EQUAL(number_of_text(pop, "2001:db8::1"), 1);
	CU_ASSERT_EQUAL(number_of_text(pop, "192.0.2.1"), 0);
	CU_ASSERT_EQUAL(number_of_text(pop, "192.0.2.2"), 2);
	CU_ASSERT_EQUAL(number_of_text(pop, "2001:db8::1"), 1);
	CU_ASSERT_EQUAL(fv_population_count(pop), 3);
	fv_population_free(pop);
	fv_population_free(NULL);
}

/* By batches of packets or one by one: the same numbers. */
static void
ends_of_packets_are_numbered_in_their_order(void)
{
	static struct fv_raw_packet packets[FV_POPULATION_PACKETS];
	struct fv_population_ends ends[FV_POPULATION_PACKETS];
	struct fv_population *whole = population(NULL),
			     *single = population(NULL);
	struct fv_raw_addr *addr;
	struct fv_err err;
	size_t i, round, different = 0;
	uint64_t state = 5, r;

	for (round = 0; round < 40; round++) {
		for (i = 0; i < 2 * FV_POPULATION_PACKETS; i++) {
			addr = i % 2 == 0 ? &packets[i / 2].source
					  : &packets[i / 2].destination;
			r = fv_random(&state); /* 8,192 of them, two families */
			memset(addr, 0, sizeof(*addr));
			addr->ip_version = r >> 40 & 1 ? 4 : 6;
			addr->octet[addr->ip_version == 4 ? 13 : 3] = r & 63;
			addr->octet[15] = r >> 8 & 63;
		}
		CU_ASSERT_EQUAL_FATAL(fv_population_number_ends(whole, packets,
					  FV_POPULATION_PACKETS, ends, &err),
		    0);
		for (i = 0; i < FV_POPULATION_PACKETS; i++) {
			different += number_of(single, &packets[i].source) !=
			    ends[i].source;
			different +=
			    number_of(single, &packets[i].destination) !=
			    ends[i].destination;
		}
	}
	CU_ASSERT_EQUAL(different, 0);
	CU_ASSERT_EQUAL(
	    fv_population_count(whole), fv_population_count(single));
	CU_ASSERT(fv_population_count(whole) > 5000);
	for (i = 0; i < fv_population_count(whole); i++)
		different += !fv_raw_addr_equal(
		    fv_population_address(whole, (uint32_t)i),
		    fv_population_address(single, (uint32_t)i));
	CU_ASSERT_EQUAL(different, 0);
	fv_population_free(whole);
	fv_population_free(single);
}

/* Sixteen equal octets, and yet two hosts. */
static void
families_with_equal_bits_are_two_hosts(void)
{
	struct fv_population *pop = population(NULL);
	struct fv_raw_addr four = fv_raw_address("192.0.2.1");
	struct fv_raw_addr six = fv_raw_address("::ffff:192.0.2.1");
	struct fv_mapping *cp = reference_mapping();
	struct fv_host rows[2];
	struct fv_err err;

	CU_ASSERT_EQUAL(memcmp(four.octet, six.octet, 16), 0);
	CU_ASSERT_EQUAL(number_of(pop, &four), 0);
	CU_ASSERT_EQUAL(number_of(pop, &six), 1);
	CU_ASSERT_EQUAL(fv_population_count(pop), 2);
	CU_ASSERT_EQUAL(fv_population_publish(pop, cp, 0, 0, 2, rows, &err), 0);
	CU_ASSERT_EQUAL(rows[0].ip_version, 4);
	CU_ASSERT_EQUAL(rows[1].ip_version, 6);
	CU_ASSERT_EQUAL(rows[0].address_class, FV_ADDRESS_RESERVED);
	CU_ASSERT_EQUAL(rows[1].address_class, FV_ADDRESS_EMBEDDED);
	fv_mapping_free(cp);
	fv_population_free(pop);
}

static void
internal_by_class_where_no_networks_are_given(void)
{
	static const struct {
		const char *address;
		bool internal;
	} cases[] = {
		{ "10.0.0.1", true },
		{ "192.168.255.255", true },
		{ "100.64.0.1", true },
		{ "169.254.1.1", true },
		{ "fd00::1", true },
		{ "fe80::1", true },
		{ "192.0.2.1", false },
		{ "224.0.0.1", false },
		{ "127.0.0.1", false },
		{ "0.0.0.0", false },
		{ "255.255.255.255", false },
		{ "2001:db8::1", false },
		{ "ff02::1", false },
		{ "::ffff:192.0.2.1", false },
		{ "::ffff:10.0.0.1", true },
	};
	struct fv_population *pop = population(NULL);
	size_t i;

	for (i = 0; i < FV_COUNT(cases); i++)
		CU_ASSERT_EQUAL(number_of_text(pop, cases[i].address), i);
	for (i = 0; i < FV_COUNT(cases); i++)
		CU_ASSERT_EQUAL(fv_population_is_internal(pop, (uint32_t)i),
		    cases[i].internal);
	fv_population_free(pop);
}

static void
internal_by_networks_and_nothing_else(void)
{
	static struct fv_networks set;
	struct fv_population *pop;
	struct fv_err err;

	set.count = 0;
	CU_ASSERT_EQUAL(fv_networks_add(&set, "192.0.2.0/24", &err), 0);
	CU_ASSERT_EQUAL(fv_networks_add(&set, "2001:db8::/32", &err), 0);
	pop = population(&set);
	(void)number_of_text(pop, "192.0.2.255");
	(void)number_of_text(pop, "192.0.3.0");
	(void)number_of_text(pop, "2001:db8::1");
	(void)number_of_text(pop, "10.0.0.1");
	CU_ASSERT_TRUE(fv_population_is_internal(pop, 0));
	CU_ASSERT_FALSE(fv_population_is_internal(pop, 1));
	CU_ASSERT_TRUE(fv_population_is_internal(pop, 2));
	CU_ASSERT_FALSE(fv_population_is_internal(pop, 3));
	fv_population_free(pop);
	/* An empty set is a set: nobody is inside. */
	set.count = 0;
	pop = population(&set);
	(void)number_of_text(pop, "10.0.0.1");
	CU_ASSERT_FALSE(fv_population_is_internal(pop, 0));
	fv_population_free(pop);
}

/* Pseudonyms of published vectors; class and side from the original. */
static void
published_rows(void)
{
	static const struct {
		const char *real;
		const char *published;
		uint8_t version;
		uint8_t class;
		uint8_t internal;
	} cases[] = {
		{ "128.11.68.132", "135.242.180.132", 4, FV_ADDRESS_PUBLIC, 0 },
		{ "10.0.0.1", "117.15.0.1", 4, FV_ADDRESS_PRIVATE, 1 },
		{ "255.255.255.255", "206.120.97.255", 4, FV_ADDRESS_BROADCAST,
		    0 },
		{ "::1", "78ff:f001:9fc0:20df:8380:b1f1:704:ed", 6,
		    FV_ADDRESS_LOOPBACK, 0 },
		{ "fd00::1", "cd0f:fc00:603c:2523:fe70:9e71:e80b:fce1", 6,
		    FV_ADDRESS_PRIVATE, 1 },
		{ "ff02::fb", "cef2:fc0c:1fff:dffe:ff8f:de7f:10f9:3fb8", 6,
		    FV_ADDRESS_MULTICAST, 0 },
	};
	struct fv_population *pop = population(NULL);
	struct fv_mapping *cp = reference_mapping();
	struct fv_host rows[FV_COUNT(cases)];
	struct fv_raw_addr expected;
	struct fv_err err;
	uint8_t octet[16];
	size_t i, k;

	for (i = 0; i < FV_COUNT(cases); i++)
		CU_ASSERT_EQUAL(number_of_text(pop, cases[i].real), i);
	memset(rows, 0x77, sizeof(rows));
	CU_ASSERT_EQUAL(
	    fv_population_publish(pop, cp, 7, 0, FV_COUNT(cases), rows, &err),
	    0);
	for (i = 0; i < FV_COUNT(cases); i++) {
		CU_ASSERT_STRING_EQUAL(rows[i].address, cases[i].published);
		CU_ASSERT_EQUAL(rows[i].ip_version, cases[i].version);
		CU_ASSERT_EQUAL(rows[i].address_class, cases[i].class);
		CU_ASSERT_EQUAL(rows[i].internal, cases[i].internal);
		CU_ASSERT_EQUAL(rows[i].site, 7);
		expected = fv_raw_address(cases[i].published);
		for (k = 0; k < 8; k++) {
			octet[k] =
			    (uint8_t)(rows[i].address_high >> (56 - 8 * k));
			octet[8 + k] =
			    (uint8_t)(rows[i].address_low >> (56 - 8 * k));
		}
		CU_ASSERT_EQUAL(memcmp(octet, expected.octet, 16), 0);
	}
	fv_mapping_free(cp);
	fv_population_free(pop);
}

/* Whole batches, parts and none: row i is always host i. */
static void
any_part_of_a_large_population(void)
{
	enum { HOSTS = 5000 };
	static struct fv_host all[HOSTS], part[FV_POPULATION_BATCH];
	struct fv_population *pop = population(NULL);
	struct fv_mapping *cp = reference_mapping();
	struct fv_raw_addr addr = fv_raw_address("198.18.0.0");
	struct fv_published_addr published;
	struct fv_err err;
	uint64_t random = 5;
	size_t i, n, first;
	int wrong = 0;

	for (i = 0; i < HOSTS; i++) {
		addr.octet[12] = i % 3 == 0 ? 10 : 198;
		addr.octet[14] = (uint8_t)(i >> 8);
		addr.octet[15] = (uint8_t)i;
		CU_ASSERT_EQUAL(number_of(pop, &addr), i);
	}
	for (i = 0; i < HOSTS; i += n) {
		n = HOSTS - i < FV_POPULATION_BATCH ? HOSTS - i
						    : FV_POPULATION_BATCH;
		CU_ASSERT_EQUAL(
		    fv_population_publish(pop, cp, 1, i, n, all + i, &err), 0);
	}
	for (i = 0; i < HOSTS; i++) {
		addr.octet[12] = i % 3 == 0 ? 10 : 198;
		addr.octet[14] = (uint8_t)(i >> 8);
		addr.octet[15] = (uint8_t)i;
		CU_ASSERT_EQUAL(
		    fv_mapping_map(cp, &addr, 1, &published, &err), 0);
		wrong +=
		    strcmp(all[i].address, fv_host_of(&published).address) != 0;
		wrong += all[i].internal != (i % 3 == 0);
	}
	for (i = 0; i < 50; i++) {
		first = fv_random_below(&random, HOSTS);
		n = fv_random_below(&random, FV_POPULATION_BATCH + 1);
		n = n > HOSTS - first ? HOSTS - first : n;
		CU_ASSERT_EQUAL(
		    fv_population_publish(pop, cp, 1, first, n, part, &err), 0);
		wrong += memcmp(part, all + first, n * sizeof(*part)) != 0;
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_EQUAL(
	    fv_population_publish(pop, cp, 1, HOSTS, 0, part, &err), 0);
	fv_mapping_free(cp);
	fv_population_free(pop);
}

/* What is kept by rule does not count; what might have changed does. */
static void
addresses_that_are_their_own_pseudonyms(void)
{
	static const char *const some[] = { "127.0.0.1", "255.255.255.255",
		"224.0.0.251", "ff02::fb", "192.168.7.9", "198.41.0.4",
		"2001:500::1", "fe80::7" };
	const struct fv_mapping_options options = { .canonical = false };
	struct fv_key *key = fv_key_of_hex(FV_REFERENCE_KEY);
	struct fv_population *pop = population(NULL);
	struct fv_population_unchanged sum = { 0, 0, 0 };
	struct fv_host rows[FV_COUNT(some)];
	struct fv_published_addr real;
	struct fv_mapping *m;
	struct fv_raw_addr addr;
	struct fv_err err;
	size_t i;

	m = fv_mapping_new(key, &options, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(m);
	for (i = 0; i < FV_COUNT(some); i++)
		(void)number_of_text(pop, some[i]);
	CU_ASSERT_EQUAL(
	    fv_population_publish(pop, m, 0, 0, FV_COUNT(some), rows, &err), 0);
	fv_population_count_unchanged(pop, m, 0, FV_COUNT(some), rows, &sum);
	CU_ASSERT_EQUAL(sum.whole, 0);
	CU_ASSERT_EQUAL(sum.suffixes, 0);
	/* 16 bits of 192.168.7.9 and 64 of fe80::7. */
	CU_ASSERT_DOUBLE_EQUAL(sum.suffixes_expected, 0.00668, 0.00001);
	/* As if the key had left all as they are. */
	for (i = 0; i < FV_COUNT(some); i++) {
		addr = fv_raw_address(some[i]);
		memcpy(real.octet, addr.octet, sizeof(real.octet));
		real.ip_version = addr.ip_version;
		fv_hosts_set_address(&rows[i], &real);
	}
	fv_population_count_unchanged(pop, m, 0, FV_COUNT(some), rows, &sum);
	CU_ASSERT_EQUAL(sum.whole, 2);
	CU_ASSERT_EQUAL(sum.suffixes, 2);
	fv_mapping_free(m);
	fv_key_free(key);
	fv_population_free(pop);
}

/* A scan: all addresses are new. */
static void
an_address_takes_64_bytes_at_most(void)
{
	struct fv_population *pop = population(NULL);
	struct fv_raw_addr addr = fv_raw_address("2001:db8::");
	size_t n, most = 0;

	for (n = 1; n <= 300000; n++) {
		addr.octet[15] = (uint8_t)n;
		addr.octet[14] = (uint8_t)(n >> 8);
		addr.octet[13] = (uint8_t)(n >> 16);
		(void)number_of(pop, &addr);
		if (n >= 8192 && fv_population_bytes(pop) / n > most)
			most = fv_population_bytes(pop) / n;
	}
	CU_ASSERT(most <= 64);
	CU_ASSERT(most >= sizeof(struct fv_raw_addr));
	CU_ASSERT_EQUAL(fv_population_count(pop), 300000);
	fv_population_free(pop);
}

CU_TestInfo suite_population[] = {
	{ "numbers follow first appearance", numbers_follow_first_appearance },
	{ "ends of packets are numbered in their order",
	    ends_of_packets_are_numbered_in_their_order },
	{ "families with equal bits are two hosts",
	    families_with_equal_bits_are_two_hosts },
	{ "internal by class where no networks are given",
	    internal_by_class_where_no_networks_are_given },
	{ "internal by networks, and by nothing else",
	    internal_by_networks_and_nothing_else },
	{ "published rows", published_rows },
	{ "any part of a large population", any_part_of_a_large_population },
	{ "addresses that are their own pseudonyms",
	    addresses_that_are_their_own_pseudonyms },
	{ "an address takes 64 bytes at most",
	    an_address_takes_64_bytes_at_most },
	CU_TEST_INFO_NULL,
};

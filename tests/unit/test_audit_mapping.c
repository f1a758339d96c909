#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "anonymize/address_class.h"
#include "anonymize/audit_mapping.h"
#include "tests/unit/addresses.h"
#include "tests/unit/random.h"

/* A dataset's hosts: originals, and what they are published as. */
enum { HOSTS = 4000 };
static struct fv_raw_addr original[HOSTS];
static struct fv_host row[HOSTS];
static struct fv_audit_mapping found;
static struct fv_audit_rules rules;
static struct fv_mapping_options options;

static bool
is_new(size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (fv_raw_addr_equal(&original[i], &original[n]))
			return false;
	return true;
}

static struct fv_mapping *
mapping(void)
{
	struct fv_key *key = fv_key_of_hex(FV_REFERENCE_KEY);
	struct fv_mapping *m;
	struct fv_err err;

	m = fv_mapping_new(key, &options, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(m);
	fv_key_free(key);
	return m;
}

/*
 * Clustered addresses of both families, mapped as they should be: in one
 * space, or in one for each class.
 */
static void
make_in(bool canonical, enum fv_mapping_scheme scheme)
{
	static struct fv_published_addr mapped[HOSTS];
	uint64_t state = 5;
	struct fv_mapping *m;
	struct fv_err err;
	uint8_t octet[16];
	size_t i, k;

	for (i = 0; i < HOSTS;) {
		for (k = 0; k < 16; k++)
			octet[k] = (uint8_t)fv_random(&state);
		octet[0] = (uint8_t)(i % 3 == 0 ? 10 : 0x20 | (octet[0] & 0xf));
		octet[1] &= 3;
		octet[2] &= 7;
		if (i % 2 == 0)
			fv_raw_addr_set_ipv4(&original[i], octet);
		else
			fv_raw_addr_set_ipv6(&original[i], octet);
		i += is_new(i);
	}
	options =
	    (struct fv_mapping_options){ scheme, canonical, { "a", "b" } };
	rules = (struct fv_audit_rules){ scheme == FV_MAPPING_CRYPTO_PAN,
		canonical };
	m = mapping();
	CU_ASSERT_EQUAL_FATAL(
	    fv_mapping_map(m, original, HOSTS, mapped, &err), 0);
	for (i = 0; i < HOSTS; i++) {
		row[i] = fv_host_of(&mapped[i]);
		row[i].address_class = (uint8_t)fv_address_class(&original[i]);
	}
	fv_mapping_free(m);
}

static void
make(void)
{
	make_in(true, FV_MAPPING_CRYPTO_PAN);
}

static void
check(size_t n)
{
	struct fv_err err;

	CU_ASSERT_EQUAL_FATAL(
	    fv_audit_mapping_check(original, row, n, &rules, &found, &err), 0);
}

/* Publish row ${i} as these bytes. */
static void
publish(size_t i, const uint8_t octet[16])
{
	struct fv_published_addr addr = { { 0 }, row[i].ip_version };
	uint8_t class = row[i].address_class;

	memcpy(addr.octet, octet, 16);
	row[i] = fv_host_of(&addr);
	row[i].address_class = class;
}

static void
octets_of(const struct fv_host *host, uint8_t octet[16])
{
	int i;

	for (i = 0; i < 16; i++)
		octet[i] = (uint8_t)((i < 8 ? host->address_high
					    : host->address_low) >>
		    (56 - 8 * (i % 8)));
}

static void
a_good_mapping_has_no_faults(void)
{
	make();
	check(HOSTS);
	CU_ASSERT_EQUAL(found.hosts, HOSTS);
	CU_ASSERT_EQUAL(found.neighbours, HOSTS - 2); /* of two families */
	CU_ASSERT_EQUAL(found.texts.count, 0);
	CU_ASSERT_EQUAL(found.classes.count, 0);
	CU_ASSERT_EQUAL(found.twice.count, 0);
	CU_ASSERT_EQUAL(found.halves.count, 0);
	CU_ASSERT_EQUAL(found.prefixes.count, 0);
	CU_ASSERT_EQUAL(found.fixed_over, 0);
	CU_ASSERT_EQUAL(found.kept, 0);
	check(1);
	check(0);
	CU_ASSERT_EQUAL(found.neighbours, 0);
}

static void
spaces_of_their_own_have_no_faults_either(void)
{
	static const enum fv_mapping_scheme schemes[] = { FV_MAPPING_CRYPTO_PAN,
		FV_MAPPING_IPCRYPT_PFX };
	size_t i;

	for (i = 0; i < FV_COUNT(schemes); i++) {
		make_in(false, schemes[i]);
		check(HOSTS);
		CU_ASSERT_EQUAL(found.classes.count, 0);
		CU_ASSERT_EQUAL(found.strayed.count, 0);
		CU_ASSERT_EQUAL(found.twice.count, 0);
		CU_ASSERT_EQUAL(found.prefixes.count, 0);
		CU_ASSERT_EQUAL(found.fixed_over, 0);
		/* A third of IPv4 is in 10/8: few, among 2^24. */
		CU_ASSERT(found.crowded > 0.001 && found.crowded < 1);
	}
}

static void
who_leaves_a_network_that_is_kept_is_found(void)
{
	uint8_t octet[16];

	make_in(false, FV_MAPPING_CRYPTO_PAN);
	octets_of(&row[0], octet); /* of 10/8 */
	CU_ASSERT_EQUAL_FATAL(octet[12], 10);
	octet[12] = 11;
	publish(0, octet);
	check(HOSTS);
	CU_ASSERT_EQUAL(found.strayed.count, 1);
	CU_ASSERT_EQUAL(found.strayed.first, 0);
}

static void
two_under_one_address_are_found(void)
{
	uint8_t octet[16];

	make();
	octets_of(&row[10], octet);
	publish(20, octet);
	check(HOSTS);
	CU_ASSERT_EQUAL(found.twice.count, 1);
	CU_ASSERT_EQUAL(found.twice.first, 20);
	CU_ASSERT(found.prefixes.count > 0);
}

/*
 * Any one bit that is changed in a pseudonym is seen, so far as another host
 * shares what is in front of it: here, in IPv4, all of the network's bits.
 */
static void
each_bit_that_neighbours_share_is_checked(void)
{
	uint8_t octet[16];
	unsigned bit;

	make();
	for (bit = 96; bit < 96 + 10; bit++) {
		octets_of(&row[30], octet);
		octet[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
		publish(30, octet);
		check(HOSTS);
		CU_ASSERT(found.prefixes.count >= 1);
		octet[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
		publish(30, octet);
	}
	check(HOSTS);
	CU_ASSERT_EQUAL(found.prefixes.count, 0);
}

/* Pairs compared one by one say the same as neighbours in order. */
static void
neighbours_prove_all_pairs(void)
{
	uint8_t first[16], second[16];
	struct fv_host keep;
	uint64_t state = 9;
	size_t i, k;

	make();
	for (i = 0; i < 50; i++) {
		k = fv_random_below(&state, HOSTS / 2) * 2;
		octets_of(&row[k], first);
		octets_of(&row[(k + 2) % HOSTS], second);
		keep = row[k];
		publish(k, second);
		publish((k + 2) % HOSTS, first);
		check(HOSTS);
		/* To be swapped unseen, they would have to share all but one. */
		CU_ASSERT(found.prefixes.count > 0);
		publish((k + 2) % HOSTS, second);
		row[k] = keep;
	}
	check(HOSTS);
	CU_ASSERT_EQUAL(found.prefixes.count, 0);
}

static void
classes_versions_and_texts_are_compared(void)
{
	make();
	row[7].address_class ^= 1;
	check(HOSTS);
	CU_ASSERT_EQUAL(found.classes.count, 1);
	CU_ASSERT_EQUAL(found.classes.first, 7);
	make();
	row[8].ip_version = 6;
	check(HOSTS);
	CU_ASSERT_EQUAL(found.classes.first, 8);
	make();
	row[9].address[3] ^= 1;
	check(HOSTS);
	CU_ASSERT_EQUAL(found.texts.count, 1);
	CU_ASSERT_EQUAL(found.texts.first, 9);
}

static void
hosts_under_their_own_address_are_counted(void)
{
	make();
	check(HOSTS);
	CU_ASSERT_EQUAL(found.fixed.count, 0);
	/* 2,000 of IPv4, at one in 15,000: one passes, and here two. */
	CU_ASSERT_DOUBLE_EQUAL(found.fixed_mean, 2000 * 6.7e-5, 0.002);
	publish(4, original[4].octet);
	check(HOSTS);
	CU_ASSERT_EQUAL(found.fixed.count, 1);
	CU_ASSERT_EQUAL(found.fixed.first, 4);
	CU_ASSERT_EQUAL(found.fixed_over, 0);
	/* None passes where chance makes one in 2^32. */
	rules.weak = false;
	check(HOSTS);
	CU_ASSERT_EQUAL(found.fixed_over, 1);
	rules.weak = true;
	publish(10, original[10].octet);
	publish(16, original[16].octet);
	publish(22, original[22].octet);
	check(HOSTS);
	CU_ASSERT_EQUAL(found.fixed.count, 4);
	CU_ASSERT_EQUAL(found.fixed_over, 1);
}

/*
 * A network that is fixed brings its hosts along, which are no wonder one by
 * one; but a whole network without a single one that moves is one.
 */
static void
a_whole_network_under_its_own_addresses_is_found(void)
{
	struct fv_err err;
	uint8_t octet[4] = { 192, 168, 1, 0 };
	size_t i;

	make_in(false, FV_MAPPING_CRYPTO_PAN);
	for (i = 0; i < 250; i++) {
		octet[3] = (uint8_t)i;
		fv_raw_addr_set_ipv4(&original[i], octet);
		row[i].ip_version = 4;
		row[i].address_class = FV_ADDRESS_PRIVATE;
		publish(i, original[i].octet);
	}
	CU_ASSERT_EQUAL_FATAL(
	    fv_audit_mapping_check(original, row, 250, &rules, &found, &err),
	    0);
	CU_ASSERT_EQUAL(found.fixed.count, 250);
	CU_ASSERT(found.fixed_mean > 125);
	CU_ASSERT_EQUAL(found.fixed_over, 1);
}

static void
an_equal_host_part_is_found(void)
{
	uint8_t first[16], second[16];

	make();
	octets_of(&row[11], first);
	octets_of(&row[21], second);
	memcpy(second + 8, first + 8, 8);
	publish(21, second);
	check(HOSTS);
	CU_ASSERT_EQUAL(found.halves.count, 1);
	CU_ASSERT_EQUAL(found.halves.first, 21);
}

static void
the_key_shows_what_nothing_else_does(void)
{
	struct fv_mapping *m;
	struct fv_err err;
	uint8_t octet[16];

	make();
	m = mapping();
	octets_of(&row[41], octet);
	octet[15] ^= 1; /* no other host is as near */
	publish(41, octet);
	check(HOSTS);
	CU_ASSERT_EQUAL(found.prefixes.count, 0);
	CU_ASSERT_EQUAL_FATAL(
	    fv_audit_mapping_key(original, row, HOSTS, 0, m, &found, &err), 0);
	CU_ASSERT_EQUAL(found.keyed.count, 1);
	CU_ASSERT_EQUAL(found.keyed.first, 41);
	fv_mapping_free(m);
}

static void
the_cipher_gives_its_vectors(void)
{
	struct fv_err err;
	unsigned tested;

	CU_ASSERT_EQUAL(fv_audit_mapping_self_test(&tested, &err), 0);
	CU_ASSERT_EQUAL(tested, 8);
}

CU_TestInfo suite_audit_mapping[] = {
	{ "a good mapping has no faults", a_good_mapping_has_no_faults },
	{ "spaces of their own have no faults either",
	    spaces_of_their_own_have_no_faults_either },
	{ "who leaves a network that is kept is found",
	    who_leaves_a_network_that_is_kept_is_found },
	{ "two under one address are found", two_under_one_address_are_found },
	{ "each bit that neighbours share is checked",
	    each_bit_that_neighbours_share_is_checked },
	{ "neighbours prove all pairs", neighbours_prove_all_pairs },
	{ "classes, versions and texts are compared",
	    classes_versions_and_texts_are_compared },
	{ "hosts under their own address are counted",
	    hosts_under_their_own_address_are_counted },
	{ "a whole network under its own addresses is found",
	    a_whole_network_under_its_own_addresses_is_found },
	{ "an equal host part is found", an_equal_host_part_is_found },
	{ "the key shows what nothing else does",
	    the_key_shows_what_nothing_else_does },
	{ "the cipher gives its vectors", the_cipher_gives_its_vectors },
	CU_TEST_INFO_NULL,
};

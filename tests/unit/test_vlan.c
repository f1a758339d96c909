#include "tests/unit/suites.h"

#include <string.h>

#include "anonymize/vlan.h"
#include "tests/unit/addresses.h"

static void
fill(const char *hex, uint16_t pseudonym[FV_VLAN_IDENTIFIERS])
{
	struct fv_key *key = fv_key_of_hex(hex);
	struct fv_err err;

	CU_ASSERT_EQUAL_FATAL(
	    fv_vlan_pseudonyms(
		key, &(struct fv_key_scope){ NULL, NULL }, pseudonym, &err),
	    0);
	fv_key_free(key);
}

static void
each_has_one_of_its_own(void)
{
	uint16_t pseudonym[FV_VLAN_IDENTIFIERS];
	uint8_t times[FV_VLAN_IDENTIFIERS + 1] = { 0 };
	size_t i;

	fill(FV_REFERENCE_KEY, pseudonym);
	for (i = 0; i < FV_VLAN_IDENTIFIERS; i++) {
		CU_ASSERT_FATAL(pseudonym[i] <= FV_VLAN_IDENTIFIERS);
		times[pseudonym[i]]++;
	}
	CU_ASSERT_EQUAL(times[0], 0);
	for (i = 1; i <= FV_VLAN_IDENTIFIERS; i++)
		CU_ASSERT_EQUAL(times[i], 1);
}

/* Computed from the definition by another program (HKDF in Python). */
static void
known_pseudonyms(void)
{
	static const uint16_t known[][2] = { { 0, 1974 }, { 1, 2189 },
		{ 2, 1585 }, { 100, 2765 }, { 4094, 2141 }, { 4095, 3390 } };
	uint16_t pseudonym[FV_VLAN_IDENTIFIERS];
	size_t i;

	fill(FV_REFERENCE_KEY, pseudonym);
	for (i = 0; i < FV_COUNT(known); i++)
		CU_ASSERT_EQUAL(pseudonym[known[i][0]], known[i][1]);
}

static void
another_key_gives_others(void)
{
	char hex[] = FV_REFERENCE_KEY;
	uint16_t a[FV_VLAN_IDENTIFIERS], b[FV_VLAN_IDENTIFIERS];
	size_t i, alike = 0;

	fill(hex, a);
	hex[0] = hex[0] == '1' ? '2' : '1';
	fill(hex, b);
	for (i = 0; i < FV_VLAN_IDENTIFIERS; i++)
		alike += a[i] == b[i];
	CU_ASSERT(alike < 20); /* one is expected */
}

CU_TestInfo suite_vlan[] = {
	{ "each VLAN has a pseudonym of its own", each_has_one_of_its_own },
	{ "known pseudonyms of the reference key", known_pseudonyms },
	{ "another key gives other pseudonyms", another_key_gives_others },
	CU_TEST_INFO_NULL,
};

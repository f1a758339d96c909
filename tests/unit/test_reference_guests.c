#include "tests/unit/suites.h"

#include <string.h>

#include "datasets/reference/guests.h"
#include "datasets/reference/space.h"

static void
guests_keep_their_invariants(void)
{
	struct fv_guests *g;
	struct fv_err err;
	unsigned site, i;

	for (site = 0; site < 3; site += 2) { /* an airport has too many */
		g = fv_guests_new(&fv_profile_deck, 11, site, 1, &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(g);
		if (g->nguests < 5000)
			fv_guests_check(g);
		CU_ASSERT(g->nguests > 300);
		for (i = 0; i < 5 && site == 0; i++) {
			CU_ASSERT_EQUAL(g->guest[i].address, g->by_role[i]);
			CU_ASSERT_EQUAL(g->guest[i].arrives, 0);
			CU_ASSERT_EQUAL(g->guest[i].leaves, 30 * FV_GUESTS_DAY);
		}
		fv_guests_free(g);
	}
	fv_guests_free(NULL);
}

static void
the_suspect_may_be_two(void)
{
	struct fv_err err;
	struct fv_guests *g = fv_guests_new(&fv_profile_deck, 11, 0, 2, &err);
	const struct fv_guest *second;

	CU_ASSERT_PTR_NOT_NULL_FATAL(g);
	fv_guests_check(g);
	second = &g->guest[FV_GUESTS_RESIDENTS];
	CU_ASSERT_EQUAL(second->address, g->guest[0].address);
	CU_ASSERT_EQUAL(second->arrives, g->guest[0].leaves);
	CU_ASSERT_EQUAL(second->arrives, 17 * FV_GUESTS_DAY);
	CU_ASSERT_EQUAL(
	    g->profile->manners[g->gadget[second->device].manner].syn,
	    FV_SYN_48);
	fv_guests_free(g);
}

/* Arrivals of a cafe on Saturdays beside those on Sundays: 120 to 82. */
static void
weekdays_differ(void)
{
	struct fv_err err;
	struct fv_guests *g = fv_guests_new(&fv_profile_deck, 11, 2, 1, &err);
	/* The month begins on a Saturday, and ends after five Sundays. */
	unsigned arrivals[7] = { 0 };
	size_t i;

	CU_ASSERT_PTR_NOT_NULL_FATAL(g);
	CU_ASSERT_STRING_EQUAL(g->kind->name, "cafe");
	for (i = 0; i < g->nguests; i++)
		arrivals[(unsigned)g->guest[i].arrives / FV_GUESTS_DAY % 7]++;
	CU_ASSERT(arrivals[0] * 100 > arrivals[1] * 125);
	CU_ASSERT(arrivals[0] * 100 < arrivals[1] * 180);
	fv_guests_free(g);
}

static void
the_same_seed_brings_the_same_guests(void)
{
	struct fv_err err;
	struct fv_guests *a = fv_guests_new(&fv_profile_today, 4, 0, 1, &err);
	struct fv_guests *b = fv_guests_new(&fv_profile_today, 4, 0, 1, &err);
	struct fv_guests *c = fv_guests_new(&fv_profile_today, 5, 0, 1, &err);
	size_t i, local = 0;

	CU_ASSERT_FATAL(a != NULL && b != NULL && c != NULL);
	CU_ASSERT_EQUAL_FATAL(a->npieces, b->npieces);
	CU_ASSERT_EQUAL(
	    memcmp(a->piece, b->piece, a->npieces * sizeof(*a->piece)), 0);
	CU_ASSERT_EQUAL(
	    memcmp(a->gadget, b->gadget, a->ngadgets * sizeof(*a->gadget)), 0);
	CU_ASSERT_NOT_EQUAL(a->npieces, c->npieces);
	for (i = 0; i < a->ngadgets; i++) {
		local += (a->gadget[i].mac[0] & 2) != 0;
		CU_ASSERT_EQUAL(a->gadget[i].mac[0] & 1, 0);
	}
	/* Most devices of today make their addresses up. */
	CU_ASSERT(local > a->ngadgets * 6 / 10 && local < a->ngadgets);
	fv_guests_free(a);
	fv_guests_free(b);
	fv_guests_free(c);
}

static void
far_addresses_are_public_and_uneven(void)
{
	static const uint32_t special[] = { 0x00000001, 0x0a010203, 0x64400001,
		0x647fffff, 0x7f000001, 0xa9fe0101, 0xac1fffff, 0xc0000201,
		0xc0a80101, 0xc6130001, 0xc6336401, 0xcb007101, 0xe00000fb,
		0xffffffff };
	unsigned char seen[1 << 13] = { 0 };
	uint32_t i, a, networks = 0;

	for (i = 0; i < 4000; i++) {
		a = fv_space_address(9, 1, i);
		CU_ASSERT(fv_space_public(a));
		networks += (seen[a >> 19] & 1) == 0;
		seen[a >> 19] |= 1;
	}
	/* Even draws would meet 3,150 of the 8,192 prefixes of 13 bits. */
	CU_ASSERT(networks > 100 && networks < 2200);
	CU_ASSERT_EQUAL(fv_space_address(9, 1, 7), fv_space_address(9, 1, 7));
	CU_ASSERT_NOT_EQUAL(
	    fv_space_address(9, 1, 7), fv_space_address(10, 1, 7));
	for (i = 65000; i < 66000; i++) {
		a = fv_space_sweep(9, i);
		CU_ASSERT(fv_space_public(a));
		if (i != 65536)
			CU_ASSERT_EQUAL(a, fv_space_sweep(9, i - 1) + 1);
	}
	for (i = 0; i < sizeof(special) / sizeof(special[0]); i++)
		CU_ASSERT(!fv_space_public(special[i]));
	CU_ASSERT(fv_space_public(0xdfffffff));
}

CU_TestInfo suite_reference_guests[] = {
	{ "guests keep their invariants", guests_keep_their_invariants },
	{ "the suspect may be two", the_suspect_may_be_two },
	{ "weekdays differ", weekdays_differ },
	{ "the same seed brings the same guests",
	    the_same_seed_brings_the_same_guests },
	{ "far addresses are public and uneven",
	    far_addresses_are_public_and_uneven },
	CU_TEST_INFO_NULL,
};

#include "tests/unit/suites.h"

#include <stdlib.h>

#include "anonymize/publisher.h"
#include "anonymize/tunnel.h"
#include "datasets/flow.h"
#include "tests/unit/addresses.h"

static struct fv_tunnel *
tunnels(const char *hex, const char *site)
{
	struct fv_key *key = fv_key_of_hex(hex);
	struct fv_tunnel *t;
	struct fv_err err;

	t = fv_tunnel_new(key, &(struct fv_key_scope){ site, NULL }, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	fv_key_free(key);
	return t;
}

/* Computed from the definition by another program, in Python. */
static void
known_pseudonyms(void)
{
	static const struct {
		uint8_t kind;
		uint32_t name;
		uint32_t pseudonym;
	} known[] = {
		{ FV_ENCAPSULATION_GRE, 0x1, 0x8e382c33 },
		{ FV_ENCAPSULATION_GRE, 0xffffffff, 0x5e0a8fa8 },
		{ FV_ENCAPSULATION_NVGRE, 0x1001, 0x77cd9d56 },
		{ FV_ENCAPSULATION_VXLAN, 0x1, 0x355c47a6 },
		{ FV_ENCAPSULATION_VXLAN, 0x2, 0xa57f8fa2 },
		{ FV_ENCAPSULATION_VXLAN, 0x1000000, 0xe231eafc },
		{ FV_ENCAPSULATION_GTP_U, 0xc0ffee01, 0xf0636985 },
		{ FV_ENCAPSULATION_L2TP, 0x10001, 0x5dbe3105 },
	};
	struct fv_tunnel *t = tunnels(FV_REFERENCE_KEY, NULL);
	size_t i;

	for (i = 0; i < FV_COUNT(known); i++)
		CU_ASSERT_EQUAL(
		    fv_tunnel_pseudonym(t, known[i].kind, known[i].name),
		    known[i].pseudonym);
	/* From memory, and anew where others took its place in it. */
	for (i = FV_COUNT(known); i-- > 0;)
		CU_ASSERT_EQUAL(
		    fv_tunnel_pseudonym(t, known[i].kind, known[i].name),
		    known[i].pseudonym);
	fv_tunnel_free(t);
	fv_tunnel_free(NULL);
}

static int
by_value(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

/* More names than are remembered; none is its own pseudonym but by chance. */
static void
each_name_has_a_pseudonym_of_its_own(void)
{
	enum { NAMES = 20000 };
	static uint32_t pseudonym[NAMES], sorted[NAMES];
	struct fv_tunnel *t = tunnels(FV_REFERENCE_KEY, NULL);
	uint32_t i;

	for (i = 0; i < NAMES; i++) {
		sorted[i] = pseudonym[i] =
		    fv_tunnel_pseudonym(t, FV_ENCAPSULATION_VXLAN, i + 1);
		CU_ASSERT(pseudonym[i] != 0 && pseudonym[i] != i + 1);
	}
	for (i = 0; i < NAMES; i++)
		CU_ASSERT_EQUAL(
		    fv_tunnel_pseudonym(t, FV_ENCAPSULATION_VXLAN, i + 1),
		    pseudonym[i]);
	qsort(sorted, NAMES, sizeof(*sorted), by_value);
	for (i = 1; i < NAMES; i++)
		CU_ASSERT_NOT_EQUAL(sorted[i], sorted[i - 1]);
	fv_tunnel_free(t);
}

static void
no_name_has_no_pseudonym(void)
{
	struct fv_tunnel *t = tunnels(FV_REFERENCE_KEY, NULL);
	unsigned kind;

	for (kind = 0; kind <= FV_ENCAPSULATION_MPLS; kind++)
		CU_ASSERT_EQUAL(fv_tunnel_pseudonym(t, (uint8_t)kind, 0), 0);
	fv_tunnel_free(t);
}

/* How many of 100 names are alike in both. */
static unsigned
alike(struct fv_tunnel *a, uint8_t kind_a, struct fv_tunnel *b, uint8_t kind_b)
{
	unsigned n = 0;
	uint32_t i;

	for (i = 1; i <= 100; i++)
		n += fv_tunnel_pseudonym(a, kind_a, i) ==
		    fv_tunnel_pseudonym(b, kind_b, i);
	return n;
}

static void
key_site_and_kind_decide(void)
{
	enum { VXLAN = FV_ENCAPSULATION_VXLAN, GRE = FV_ENCAPSULATION_GRE };
	char hex[] = FV_REFERENCE_KEY;
	struct fv_tunnel *a = tunnels(hex, "a"), *same = tunnels(hex, "a");
	struct fv_tunnel *site = tunnels(hex, "b"), *key;

	hex[0] = hex[0] == '1' ? '2' : '1';
	key = tunnels(hex, "a");
	CU_ASSERT_EQUAL(alike(a, VXLAN, same, VXLAN), 100);
	CU_ASSERT_EQUAL(alike(a, VXLAN, a, GRE), 0);
	CU_ASSERT_EQUAL(alike(a, VXLAN, site, VXLAN), 0);
	CU_ASSERT_EQUAL(alike(a, VXLAN, key, VXLAN), 0);
	fv_tunnel_free(a);
	fv_tunnel_free(same);
	fv_tunnel_free(site);
	fv_tunnel_free(key);
}

/* Of the key alone, whatever a publisher saw before. */
static void
publishers_of_one_key_agree(void)
{
	const struct fv_key_scope scope = { "a", NULL };
	const struct fv_publisher_input input = { FV_SIDE_BOTH, 0 };
	struct fv_key *key = fv_key_of_hex(FV_REFERENCE_KEY);
	struct fv_tunnel *t = tunnels(FV_REFERENCE_KEY, "a");
	struct fv_raw_packet p[5] = { 0 };
	struct fv_publisher *pub;
	struct fv_flow row[5];
	struct fv_err err;
	uint32_t tunnel;
	size_t i, k;

	for (k = 0; k < 2; k++) {
		pub = fv_publisher_new(NULL, 0, key, &scope, &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(pub);
		for (i = 0; i < FV_COUNT(p); i++) {
			p[i].source = fv_raw_address("192.0.2.1");
			p[i].destination = fv_raw_address("192.0.2.2");
			p[i].encapsulation = FV_ENCAPSULATION_GTP_U;
			p[i].tunnel = (uint32_t)(k == 0 ? i : 4 - i);
		}
		CU_ASSERT_EQUAL_FATAL(
		    fv_publisher_rows(pub, &input, p, FV_COUNT(p), row, &err),
		    0);
		for (i = 0; i < FV_COUNT(p); i++) {
			CU_ASSERT_EQUAL(row[i].tunnel,
			    fv_tunnel_pseudonym(
				t, FV_ENCAPSULATION_GTP_U, p[i].tunnel));
			CU_ASSERT_EQUAL(
			    fv_publisher_tunnel(pub, &p[i], &tunnel, &err), 0);
			CU_ASSERT_EQUAL(tunnel, row[i].tunnel);
		}
		fv_publisher_free(pub);
	}
	fv_tunnel_free(t);
	fv_key_free(key);
}

CU_TestInfo suite_tunnel[] = {
	{ "known pseudonyms of the reference key", known_pseudonyms },
	{ "each name has a pseudonym of its own",
	    each_name_has_a_pseudonym_of_its_own },
	{ "no name has no pseudonym", no_name_has_no_pseudonym },
	{ "key, site and kind decide", key_site_and_kind_decide },
	{ "publishers of one key agree", publishers_of_one_key_agree },
	CU_TEST_INFO_NULL,
};

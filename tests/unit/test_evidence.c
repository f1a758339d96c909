#include "tests/unit/suites.h"

#include <string.h>

#include "analysis/evidence.h"
#include "base/attributes.h"

enum { NAMES = FV_EVIDENCE_NAMES };

/*
 * What the slides print of their host: ten rows of signatures, TCP and UDP,
 * 36459 that dominates its source ports, and destination ports of which most
 * above 1024 are used with less than ten packets each.  What they print as
 * words stands here as a figure that fits them.
 */
static void
set_slides(struct fv_evidence_value v[NAMES])
{
	const uint64_t syns = 1173 + 914;

	memset(v, 0, NAMES * sizeof(*v));
	/* Pure ACKs to port 80 of 40, 52 and 60 bytes. */
	v[FV_EVIDENCE_acks_per_syn] =
	    (struct fv_evidence_value){ 21005 + 5502 + 430, syns };
	/* RA and FA. */
	v[FV_EVIDENCE_closes_per_syn] =
	    (struct fv_evidence_value){ 1280 + 673, syns };
	v[FV_EVIDENCE_udp] = (struct fv_evidence_value){ 34, 65 + 34 };
	v[FV_EVIDENCE_main_port] = (struct fv_evidence_value){ 1, 2 };
	v[FV_EVIDENCE_destination_port_entropy] =
	    (struct fv_evidence_value){ 76, 100 };
}

static void
the_slides_host_is_a_peer_and_no_scanner(void)
{
	struct fv_evidence_several several;
	struct fv_evidence_verdict v;
	struct fv_evidence_value value[NAMES];

	set_slides(value);
	fv_evidence_weigh(value, &v);
	CU_ASSERT_TRUE(v.known);
	CU_ASSERT_EQUAL(v.best, FV_EVIDENCE_PEER);
	CU_ASSERT_EQUAL(v.veto[FV_EVIDENCE_SCANNER], FV_EVIDENCE_ACKNOWLEDGES);
	CU_ASSERT_EQUAL(v.posterior[FV_EVIDENCE_SCANNER], 0);
	CU_ASSERT(v.posterior[FV_EVIDENCE_PEER] > 900000);
	/* SYNs of 52 and of 48 bytes, and not a word of when. */
	fv_evidence_count_hosts(
	    &(struct fv_evidence_stacks){ .stacks = 2 }, &several);
	CU_ASSERT_EQUAL(several.order, FV_EVIDENCE_UNTIMED);
	CU_ASSERT_FALSE(several.forced);
	CU_ASSERT_STRING_EQUAL(
	    fv_evidence_confidence(several.posterior), "low to medium");
}

static void
a_scan_that_nobody_answers_is_one(void)
{
	struct fv_evidence_verdict v;
	struct fv_evidence_value value[NAMES];

	set_slides(value);
	value[FV_EVIDENCE_acks_per_syn] = (struct fv_evidence_value){ 1, 5 };
	value[FV_EVIDENCE_closes_per_syn] =
	    (struct fv_evidence_value){ 1, 100 };
	value[FV_EVIDENCE_answered] = (struct fv_evidence_value){ 1, 100 };
	value[FV_EVIDENCE_common_prefix] =
	    (struct fv_evidence_value){ 2999, 100 };
	fv_evidence_weigh(value, &v);
	CU_ASSERT_EQUAL(v.veto[FV_EVIDENCE_SCANNER], FV_EVIDENCE_NO_VETO);
	CU_ASSERT_TRUE(v.known);
	CU_ASSERT_EQUAL(v.best, FV_EVIDENCE_SCANNER);
	/* Once contacts answer, 4 more than do not, it is none: at 52. */
	value[FV_EVIDENCE_answered].part = 51;
	fv_evidence_weigh(value, &v);
	CU_ASSERT_EQUAL(v.veto[FV_EVIDENCE_SCANNER], FV_EVIDENCE_NO_VETO);
	value[FV_EVIDENCE_answered].part = 52;
	fv_evidence_weigh(value, &v);
	CU_ASSERT_EQUAL(
	    v.veto[FV_EVIDENCE_SCANNER], FV_EVIDENCE_CONTACTS_ANSWER);
	CU_ASSERT_NOT_EQUAL(v.best, FV_EVIDENCE_SCANNER);
}

static void
without_evidence_nothing_is_known(void)
{
	struct fv_evidence_turn turn[FV_EVIDENCE_TURNS];
	struct fv_evidence_several several;
	struct fv_evidence_verdict v;
	struct fv_evidence_value value[NAMES];
	uint64_t sum = 0;
	size_t c;

	memset(value, 0, sizeof(value));
	fv_evidence_weigh(value, &v);
	CU_ASSERT_FALSE(v.known);
	CU_ASSERT_EQUAL(v.margin, 0);
	CU_ASSERT_EQUAL(v.veto[FV_EVIDENCE_SCANNER], FV_EVIDENCE_NOTHING_KNOWN);
	for (c = 0; c < FV_EVIDENCE_CLASSES; c++)
		sum += v.posterior[c];
	CU_ASSERT_EQUAL(sum, 1000000);
	CU_ASSERT_EQUAL(fv_evidence_turns(value, &v, turn), FV_EVIDENCE_TURNS);
	fv_evidence_count_hosts(
	    &(struct fv_evidence_stacks){ .stacks = 0 }, &several);
	CU_ASSERT_EQUAL(several.posterior, 500000);
	CU_ASSERT_STRING_EQUAL(
	    fv_evidence_confidence(several.posterior), "none");
}

/* Sums are of what is printed, and the facts that turn do what they say. */
static void
what_is_printed_adds_up(void)
{
	struct fv_evidence_turn turn[FV_EVIDENCE_TURNS];
	struct fv_evidence_verdict v, then;
	struct fv_evidence_value value[NAMES];
	int32_t sum;
	size_t c, e, n, i;

	set_slides(value);
	fv_evidence_weigh(value, &v);
	for (c = 0; c < FV_EVIDENCE_CLASSES; c++) {
		for (sum = 0, e = 0; e < FV_EVIDENCE_NAMES; e++)
			sum += v.weight[e][c];
		CU_ASSERT_EQUAL(sum, v.sum[c]);
	}
	n = fv_evidence_turns(value, &v, turn);
	CU_ASSERT_EQUAL_FATAL(n, FV_EVIDENCE_TURNS);
	for (i = 0; i < n; i++) {
		CU_ASSERT(i == 0 || turn[i].nats <= turn[i - 1].nats);
		/* Only what is known stays in the same company. */
		if (value[turn[i].name].whole == 0)
			continue;
		set_slides(value);
		value[turn[i].name] = (struct fv_evidence_value){ turn[i].bin ==
				0
			    ? 0
			    : fv_evidence_edge(turn[i].name, turn[i].bin - 1),
			1000 };
		fv_evidence_weigh(value, &then);
		CU_ASSERT_EQUAL(turn[i].nats,
		    v.margin - (then.sum[v.best] - then.sum[turn[i].to]));
		set_slides(value);
	}
}

static void
values_fall_into_their_bins(void)
{
	enum fv_evidence_name name = FV_EVIDENCE_acks_per_syn;
	struct fv_evidence_value v;
	size_t b;

	for (b = 0; b + 1 < fv_evidence_bins(name); b++) {
		v = (struct fv_evidence_value){ fv_evidence_edge(name, b),
			1000 };
		CU_ASSERT_EQUAL(fv_evidence_bin(name, &v), b + 1);
		v.part--;
		CU_ASSERT_EQUAL(fv_evidence_bin(name, &v), b);
	}
	v = (struct fv_evidence_value){ UINT64_MAX, 1 };
	CU_ASSERT_EQUAL(fv_evidence_bin(name, &v), b);
}

static void
stacks_at_once_are_several_hosts(void)
{
	static const struct {
		struct fv_evidence_stacks s;
		enum fv_evidence_order order;
		bool forced;
	} cases[] = {
		{ { 1, false, true, 10, 0, 1 }, FV_EVIDENCE_ONE_STACK, false },
		{ { 2, false, true, 10, 0, 2 }, FV_EVIDENCE_IN_TURN, false },
		{ { 2, false, true, 10, 0, 3 }, FV_EVIDENCE_ALTERNATING,
		    false },
		{ { 2, false, true, 10, 1, 9 }, FV_EVIDENCE_TOGETHER, false },
		{ { 2, true, true, 10, 1, 9 }, FV_EVIDENCE_TOGETHER, true },
		{ { 2, true, true, 100, 4, 9 }, FV_EVIDENCE_ALTERNATING,
		    false },
	};
	struct fv_evidence_several several;
	uint32_t before = 0;
	size_t i;

	for (i = 0; i < FV_COUNT(cases); i++) {
		fv_evidence_count_hosts(&cases[i].s, &several);
		CU_ASSERT_EQUAL(several.order, cases[i].order);
		CU_ASSERT_EQUAL(several.forced, cases[i].forced);
		/* All but the last speak more for it than the one before. */
		CU_ASSERT(several.posterior > before || i == 5);
		before = several.posterior;
	}
}

CU_TestInfo suite_evidence[] = {
	{ "the slides' host is a peer and no scanner",
	    the_slides_host_is_a_peer_and_no_scanner },
	{ "a scan that nobody answers is one",
	    a_scan_that_nobody_answers_is_one },
	{ "without evidence nothing is known",
	    without_evidence_nothing_is_known },
	{ "what is printed adds up", what_is_printed_adds_up },
	{ "values fall into their bins", values_fall_into_their_bins },
	{ "stacks at once are several hosts",
	    stacks_at_once_are_several_hosts },
	CU_TEST_INFO_NULL,
};

#include "tests/unit/suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/registry.h"
#include "analysis/report_text.h"
#include "datasets/hosts.h"
#include "tests/unit/oracle.h"

enum { HOSTS = 60, PLACES = 4000 };

/* Whether ${a} ranks before ${b} in R15. */
static bool
before(const struct trial *rows, uint32_t a, uint32_t b)
{
	struct oracle_sent x = oracle_sent(rows, a), y = oracle_sent(rows, b);

	if (x.destinations != y.destinations)
		return x.destinations > y.destinations;
	if (x.first != y.first)
		return x.first < y.first;
	return a < b;
}

static size_t
senders(const struct trial *rows)
{
	size_t n = 0;
	uint32_t i;

	for (i = 0; i < rows->context.nhosts; i++)
		n += oracle_sent(rows, i).records > 0;
	return n;
}

static uint64_t
distinct(const struct trial *rows)
{
	bool met[HOSTS] = { false };
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < rows->n; i++)
		if (oracle_outward(rows, i)) {
			n += !met[rows->flow[i].destination];
			met[rows->flow[i].destination] = true;
		}
	return n;
}

static void
check_ranking(const struct trial *rows, const struct fv_result *r)
{
	const struct fv_result_table *t = trial_table(r, "R15", "hosts");
	size_t n = senders(rows), rank, listed = 0;
	struct oracle_sent s;
	uint32_t i, k;

	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	CU_ASSERT_EQUAL(fv_result_rows(t), n);
	CU_ASSERT_EQUAL(fv_result_visible(t), n < 20 ? n : 20);
	oracle_check(r, "R15", "hosts", n);
	oracle_check(r, "R15", "distinct", distinct(rows));
	for (i = 0; i < HOSTS; i++) {
		s = oracle_sent(rows, i);
		for (k = 0, rank = 0; k < HOSTS; k++)
			rank += k != i && oracle_sent(rows, k).records > 0 &&
			    before(rows, k, i);
		if (s.records == 0 || rank >= fv_result_rows(t))
			continue;
		listed++;
		CU_ASSERT_STRING_EQUAL(
		    trial_cell(t, rank, "host")->text, rows->host[i].address);
		CU_ASSERT(trial_cell(t, rank, "destinations")->part ==
		    s.destinations);
		CU_ASSERT(trial_cell(t, rank, "packets")->part == s.packets);
		if (rank == n / 2)
			oracle_check(r, "R15", "median", s.destinations);
	}
	CU_ASSERT_EQUAL(listed, fv_result_rows(t));
}

/* The first of R15 is the one of R16. */
static void
check_suspect(const struct trial *rows, const struct fv_result *ranking)
{
	struct fv_result *r;

	r = trial_run(&fv_targets_analysis, rows, 3, TRIAL_PAIRS, 1);
	oracle_check_host(rows, r, "R16", oracle_suspect(rows));
	CU_ASSERT_STRING_EQUAL(
	    trial_cell(trial_table(ranking, "R15", "hosts"), 0, "host")->text,
	    trial_fact(r, "R16", "host")->text);
	fv_result_free(r);
}

static void
numbers_of_destinations_are_as_a_plain_count_has_them(void)
{
	struct fv_result *r;
	struct trial rows;
	size_t i;

	trial_make(&rows, 1500, HOSTS, 4);
	r = trial_run(&fv_destinations_analysis, &rows, 3, TRIAL_PAIRS, 1);
	check_ranking(&rows, r);
	check_suspect(&rows, r);
	fv_result_free(r);
	/* No host is known to be inside: all sources, and unknown ways. */
	for (i = 0; i < HOSTS; i++)
		rows.host[i].internal = 0;
	r = trial_run(&fv_destinations_analysis, &rows, 3, TRIAL_PAIRS, 1);
	check_ranking(&rows, r);
	check_suspect(&rows, r);
	CU_ASSERT_PTR_NOT_NULL(strstr(trial_section(r, "R15")->note[0],
	    "No host of this dataset is known to be internal"));
	fv_result_free(r);
	trial_free(&rows);
}

/* One host that sends to PLACES addresses of ${address}, in this order. */
static void
make_sender(struct trial *rows, uint32_t (*address)(size_t i))
{
	struct fv_published_addr addr = { .ip_version = 4 };
	uint32_t number;
	size_t i;

	trial_make(rows, PLACES, PLACES + 1, 1);
	for (i = 0; i <= PLACES; i++) {
		memset(&rows->host[i], 0, sizeof(rows->host[i]));
		number = __builtin_bswap32(i < PLACES ? address(i) : 0);
		memset(addr.octet + 10, 0xff, 2);
		memcpy(addr.octet + 12, &number, 4);
		fv_hosts_set_address(&rows->host[i], &addr);
	}
	rows->host[PLACES].internal = 1;
	for (i = 0; i < PLACES; i++) {
		rows->flow[i].start_time = (int64_t)i;
		rows->flow[i].source = PLACES;
		rows->flow[i].destination = (uint32_t)i;
		rows->flow[i].direction = FV_DIRECTION_OUTBOUND;
		rows->flow[i].packets = 1 + i % 5;
	}
}

static uint32_t
in_sequence(size_t i)
{
	return UINT32_C(0xc6120000) + (uint32_t)i; /* 198.18.0.0/15 */
}

static uint32_t
at_random(size_t i)
{
	uint64_t seed = i;

	return (uint32_t)trial_random(&seed);
}

static unsigned
common(uint32_t a, uint32_t b)
{
	unsigned n = 0;

	while (n < 32 && ((a ^ b) >> (31 - n) & 1) == 0)
		n++;
	return n;
}

/* How many prefixes of ${bits} there are, by comparing all with all. */
static uint64_t
prefixes(uint32_t (*address)(size_t i), unsigned bits)
{
	uint64_t n = 0;
	size_t i, k;

	for (i = 0; i < PLACES; i++) {
		for (k = 0; k < i; k++)
			if (common(address(i), address(k)) >= bits)
				break;
		n += k == i;
	}
	return n;
}

static void
check_shape(uint32_t (*address)(size_t i))
{
	static const unsigned level[] = { 16, 24, 28, 32 };
	const struct fv_result_table *t;
	uint64_t sum = 0, near = 0, count[4], in_first = 0;
	struct fv_result *r;
	struct trial rows;
	unsigned bits;
	size_t i;

	make_sender(&rows, address);
	r = trial_run(&fv_targets_analysis, &rows, 3, TRIAL_FORWARD, 1);
	for (i = 1; i < PLACES; i++) {
		bits = common(address(i - 1), address(i));
		sum += bits;
		near += bits >= 24;
	}
	oracle_check(r, "R16", "destinations", PLACES);
	oracle_check(r, "R16", "ipv4", PLACES);
	oracle_check_ratio(r, "R16", "common_prefix", sum, PLACES - 1);
	trial_check_share(trial_fact(r, "R16", "near"), near, PLACES - 1);
	t = trial_table(r, "R16", "prefixes");
	for (i = 0; i < FV_COUNT(level); i++) {
		count[i] = prefixes(address, level[i]);
		CU_ASSERT(trial_cell(t, i, "length")->part == level[i]);
		CU_ASSERT(trial_cell(t, i, "prefixes")->part == count[i]);
	}
	oracle_check(r, "R16", "networks", count[0]);
	trial_check_share(
	    trial_fact(r, "R16", "fill"), count[3], 256 * count[1]);
	t = trial_table(r, "R16", "networks");
	for (i = 0; i < PLACES; i++)
		in_first +=
		    common(address(i),
			address((size_t)trial_cell(t, 0, "first")->part - 1)) >=
		    16;
	CU_ASSERT(trial_cell(t, 0, "destinations")->part == in_first);
	fv_result_free(r);
	trial_free(&rows);
}

static void
a_scan_of_ranges_and_peers_everywhere_differ_in_shape(void)
{
	check_shape(in_sequence);
	check_shape(at_random);
}

/*
 * A mapping that turns each bit by the bits before it, as the anonymization
 * does, changes nothing but labels.
 */
static void
a_prefix_preserving_mapping_changes_no_figure(void)
{
	struct fv_result *r;
	char *before_text, *after_text;
	struct fv_textbuf out = { 0 };
	struct fv_err err;
	struct trial rows;
	size_t i;
	int turn;

	make_sender(&rows, at_random);
	before_text = NULL;
	for (turn = 0; turn < 2; turn++) {
		r = trial_run(&fv_targets_analysis, &rows, 1, TRIAL_FORWARD, 1);
		out = (struct fv_textbuf){ 0 };
		CU_ASSERT_EQUAL_FATAL(
		    fv_report_text_write(r, true, &out, &err), 0);
		after_text = out.bytes;
		fv_result_free(r);
		if (turn == 1)
			break;
		before_text = after_text;
		for (i = 0; i <= PLACES; i++)
			rows.host[i].address_low ^=
			    rows.host[i].address_low >> 1 ^
			    UINT64_C(0xa5a5a5a5a5a5a5a5);
	}
	CU_ASSERT_STRING_EQUAL(before_text, after_text);
	free(before_text);
	free(after_text);
	trial_free(&rows);
}

static void
packets_of_destinations_fall_into_bins(void)
{
	const struct fv_result_table *t;
	struct fv_result *r;
	struct trial rows;

	make_sender(&rows, at_random);
	r = trial_run(&fv_targets_analysis, &rows, 2, TRIAL_FORWARD, 1);
	/* 1, 2, 3, 4 and 5 packets, each to a fifth of them. */
	t = trial_table(r, "R16", "packets");
	CU_ASSERT_EQUAL(fv_result_rows(t), 3);
	CU_ASSERT(trial_cell(t, 0, "destinations")->part == PLACES / 5);
	CU_ASSERT(trial_cell(t, 1, "destinations")->part == 2 * PLACES / 5);
	CU_ASSERT(trial_cell(t, 2, "from")->part == 4);
	CU_ASSERT(trial_cell(t, 2, "to")->part == 7);
	trial_check_share(trial_fact(r, "R17", "top_1"), 5, 3 * PLACES);
	trial_check_share(trial_fact(r, "R17", "top_10"), 50, 3 * PLACES);
	/* 5 and 4 each to a fifth are 9/15; half is 7.5/15. */
	oracle_check(r, "R17", "half", PLACES / 5 + (PLACES / 2) / 4);
	t = trial_table(r, "R17", "destinations");
	/* The first that got five: number 4, in order of appearance. */
	CU_ASSERT_STRING_EQUAL(
	    trial_cell(t, 0, "host")->text, rows.host[4].address);
	fv_result_free(r);
	trial_free(&rows);
}

static void
a_host_that_was_asked_for_takes_the_place_of_the_first(void)
{
	struct fv_result *r;
	struct trial rows;
	uint32_t other;

	trial_make(&rows, 1500, HOSTS, 4);
	for (other = 0; other == oracle_suspect(&rows) ||
	     oracle_sent(&rows, other).records == 0;
	     other++)
		;
	rows.context.focus.asked = true;
	rows.context.focus.suspect = other;
	r = trial_run(&fv_targets_analysis, &rows, 1, TRIAL_FORWARD, 1);
	oracle_check_host(&rows, r, "R16", other);
	CU_ASSERT(trial_fact(r, "R16", "host")->part > 1);
	oracle_check(
	    r, "R16", "destinations", oracle_sent(&rows, other).destinations);
	fv_result_free(r);
	trial_free(&rows);
}

static void
any_split_gives_the_same_bytes(void)
{
	trial_check_laws(&fv_destinations_analysis);
	trial_check_laws(&fv_targets_analysis);
}

/* Which host stands out, by the columns that select alone or by all. */
static struct fv_analysis_focus
selected(const struct trial *rows, bool exactly)
{
	struct fv_analysis_focus focus = { .loudest = FV_NO_ROW,
		.suspect = FV_NO_ROW };
	const struct fv_analysis *a = &fv_destinations_analysis;
	uint32_t source[4], destination[4];
	uint64_t packets[4] = { 1, 1, 1, 1 };
	uint8_t direction[4];
	int64_t start[4];
	struct fv_analysis_batch batch = { .rows = rows->n };
	struct fv_err err;
	void *state;
	size_t i;

	for (i = 0; i < rows->n; i++) {
		source[i] = rows->flow[i].source;
		destination[i] = rows->flow[i].destination;
		direction[i] = rows->flow[i].direction;
		start[i] = rows->flow[i].start_time;
	}
	batch.column[FV_FLOW_SOURCE] = source;
	batch.column[FV_FLOW_DESTINATION] = destination;
	batch.column[FV_FLOW_DIRECTION] = direction;
	batch.column[FV_FLOW_START_TIME] = exactly ? start : NULL;
	batch.column[FV_FLOW_PACKETS] = exactly ? packets : NULL;
	state = a->init(&rows->context, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(state);
	CU_ASSERT_EQUAL(a->add(state, &rows->context, &batch, &err), 0);
	CU_ASSERT_EQUAL(a->select(state, &rows->context, &focus, &err), 0);
	a->free(state);
	return focus;
}

/* Hosts 0 and 1 sent to two others each, host 1 before; host 2 to one. */
static void
hosts_alike_in_destinations_are_told_apart_by_time(void)
{
	static const uint32_t from[] = { 1, 0, 0, 1 };
	static const uint32_t to[] = { 2, 2, 3, 3 };
	struct fv_analysis_focus focus;
	struct trial rows;
	size_t i;

	trial_make(&rows, 4, 4, 1);
	for (i = 0; i < 4; i++) {
		rows.host[i].internal = 1;
		rows.flow[i].source = from[i];
		rows.flow[i].destination = to[i];
		rows.flow[i].start_time = (int64_t)i;
		rows.flow[i].direction = FV_DIRECTION_OUTBOUND;
	}
	focus = selected(&rows, false);
	CU_ASSERT_TRUE(focus.tied);
	focus = selected(&rows, true);
	CU_ASSERT_FALSE(focus.tied);
	CU_ASSERT_EQUAL(focus.suspect, 1);
	CU_ASSERT_EQUAL(focus.suspect_rank, 1);
	/* With a destination more for host 0, no time is needed. */
	rows.flow[3].source = 0;
	rows.flow[3].destination = 1;
	focus = selected(&rows, false);
	CU_ASSERT_FALSE(focus.tied);
	CU_ASSERT_EQUAL(focus.suspect, 0);
	trial_free(&rows);
}

CU_TestInfo suite_destinations[] = {
	{ "numbers of destinations are as a plain count has them",
	    numbers_of_destinations_are_as_a_plain_count_has_them },
	{ "a scan of ranges and peers everywhere differ in shape",
	    a_scan_of_ranges_and_peers_everywhere_differ_in_shape },
	{ "a prefix-preserving mapping changes no figure",
	    a_prefix_preserving_mapping_changes_no_figure },
	{ "packets of destinations fall into bins",
	    packets_of_destinations_fall_into_bins },
	{ "a host that was asked for takes the place of the first",
	    a_host_that_was_asked_for_takes_the_place_of_the_first },
	{ "any split gives the same bytes", any_split_gives_the_same_bytes },
	{ "hosts alike in destinations are told apart by time",
	    hosts_alike_in_destinations_are_told_apart_by_time },
	CU_TEST_INFO_NULL,
};

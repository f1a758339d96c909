#include "tests/unit/suites.h"

#include <string.h>

#include "convert/flow_row.h"
#include "tests/unit/addresses.h"
#include "tests/unit/flow_bed.h"

enum { LINGER = 50, FIN = 1, SYN = 2, RST = 4, ACK = 16 };

static const struct fv_flow_table_options closing = {
	.idle_timeout = IDLE, .active_timeout = ACTIVE, .tcp_linger = LINGER
};

/* A packet of the one flow, with ${flags} and ${sequence}. */
static void
add(struct flow_bed *b, int64_t time, uint8_t flags, uint32_t sequence)
{
	struct fv_raw_packet p = flow_bed_packet(time);

	p.tcp_flags = flags;
	p.tcp_sequence = sequence;
	flow_bed_add(b, &p);
}

/* A packet of the flow with ${port}, of protocol ${protocol}. */
static void
add_port(struct flow_bed *b, int64_t time, uint8_t flags, uint16_t port,
    uint8_t protocol)
{
	struct fv_raw_packet p = flow_bed_packet(time);

	p.tcp_flags = flags;
	p.source_port = port;
	p.protocol = protocol;
	flow_bed_add(b, &p);
}

static void
a_closed_flow_lingers(void)
{
	static const uint8_t close[] = { FIN | ACK, RST };
	struct flow_bed b;
	size_t i;

	for (i = 0; i < FV_COUNT(close); i++) {
		flow_bed_setup_with(&b, &closing);
		add(&b, 0, SYN, 1);
		add(&b, 500, ACK, 2); /* open: more than the linger time */
		add(&b, 600, close[i], 3);
		add(&b, 600 + LINGER - 1, ACK, 4);
		add(&b, 600 + 2 * LINGER - 2, FIN | ACK, 3);
		CU_ASSERT_EQUAL(b.n + fv_flow_table_count(b.table), 1);
		add(&b, 600 + 3 * LINGER - 2, ACK, 4);
		flow_bed_flush(&b);
		CU_ASSERT_EQUAL_FATAL(b.n, 2);
		CU_ASSERT_EQUAL(b.row[0].packets, 5);
		CU_ASSERT_EQUAL(b.row[0].end_reason, FV_END_OF_FLOW);
		CU_ASSERT_EQUAL(b.row[1].packets, 1);
		CU_ASSERT_EQUAL(b.row[1].end_reason, FV_END_FORCED);
		flow_bed_teardown(&b);
	}
}

static void
a_closed_flow_ends_by_the_clock_of_others(void)
{
	struct flow_bed b;

	flow_bed_setup_with(&b, &closing);
	add(&b, 0, FIN, 1);
	add_port(&b, 10, ACK, 7, 6);
	add_port(&b, LINGER - 1, ACK, 8, 6);
	CU_ASSERT_EQUAL(fv_flow_table_count(b.table), 3);
	add_port(&b, LINGER, ACK, 9, 6);
	CU_ASSERT_EQUAL(fv_flow_table_count(b.table), 3);
	/* Flags of what is no TCP mean nothing. */
	add_port(&b, LINGER, FIN, 10, 17);
	add_port(&b, 3 * LINGER, ACK, 10, 17);
	add(&b, 3 * LINGER, FIN, 1);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 6);
	CU_ASSERT_EQUAL(b.row[0].source_port, 40001);
	CU_ASSERT_EQUAL(b.row[0].end_reason, FV_END_OF_FLOW);
	/* What is closed when the captures end was not forced. */
	CU_ASSERT_EQUAL(b.row[1].source_port, 40001);
	CU_ASSERT_EQUAL(b.row[1].end_reason, FV_END_OF_FLOW);
	CU_ASSERT_EQUAL(b.row[5].protocol, 17);
	CU_ASSERT_EQUAL(b.row[5].packets, 2);
	CU_ASSERT_EQUAL(b.row[5].end_reason, FV_END_FORCED);
	flow_bed_teardown(&b);
}

static void
ports_used_anew_are_a_new_flow(void)
{
	struct flow_bed b;

	flow_bed_setup_with(&b, &closing);
	add(&b, 0, SYN, 100);
	add(&b, 1, SYN, 100); /* sent again */
	add(&b, 2, ACK, 101);
	add(&b, 3, FIN, 150);
	add(&b, 4, SYN, 9000); /* closed: in the linger time */
	add(&b, 5, ACK, 9001);
	add(&b, 6, SYN, 70000000); /* open */
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 3);
	CU_ASSERT_EQUAL(b.row[0].packets, 4);
	CU_ASSERT_EQUAL(b.row[0].end_reason, FV_END_OF_FLOW);
	CU_ASSERT_EQUAL(b.row[0].initial_tcp_flags, SYN);
	CU_ASSERT_EQUAL(b.row[1].packets, 2);
	CU_ASSERT_EQUAL(b.row[1].end_reason, FV_END_OF_FLOW);
	CU_ASSERT_EQUAL(b.row[2].packets, 1);
	CU_ASSERT_EQUAL(b.row[2].end_reason, FV_END_FORCED);
	flow_bed_teardown(&b);
}

/* How many flows ${first} and a late SYN of ${syn} are. */
static size_t
flows_of(uint32_t first, uint32_t syn)
{
	struct flow_bed b;
	size_t n;

	flow_bed_setup_with(&b, &closing);
	add(&b, 10, ACK, first);
	add(&b, 5, SYN, syn);
	add(&b, 11, SYN, syn);
	add(&b, 12, ACK, first + 100);
	flow_bed_flush(&b);
	n = b.n;
	flow_bed_teardown(&b);
	return n;
}

static void
a_late_syn_is_told_modulo_two_to_the_32(void)
{
	CU_ASSERT_EQUAL(flows_of(1001, 1000), 1);
	CU_ASSERT_EQUAL(flows_of(5000, 1000), 1);
	CU_ASSERT_EQUAL(flows_of(0, UINT32_MAX), 1);
	CU_ASSERT_EQUAL(flows_of(200, UINT32_MAX - 200), 1);
	CU_ASSERT_EQUAL(flows_of(1000, 1000), 2);
	CU_ASSERT_EQUAL(flows_of(1000, 2000), 2);
	CU_ASSERT_EQUAL(flows_of(1000, UINT32_C(0x80000000)), 2);
	CU_ASSERT_EQUAL(flows_of(0, UINT32_MAX - (1 << 20)), 2);
}

static void
without_linger_no_flag_ends_a_flow(void)
{
	struct flow_bed b;

	flow_bed_setup(&b, IDLE, ACTIVE);
	add(&b, 0, SYN, 100);
	add(&b, 100, FIN, 101);
	add(&b, 900, RST, 5);
	add(&b, 1000, SYN, 7);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 1);
	CU_ASSERT_EQUAL(b.row[0].packets, 4);
	CU_ASSERT_EQUAL(b.row[0].end_reason, FV_END_FORCED);
	flow_bed_teardown(&b);
}

/* Packets without a tag, and of three VLANs, one of them 0. */
static size_t
flows_of_vlans(bool in_key)
{
	struct fv_flow_table_options options = closing;
	struct fv_raw_packet p = flow_bed_packet(0);
	struct flow_bed b;
	size_t n;

	options.vlan_in_key = in_key;
	flow_bed_setup_with(&b, &options);
	flow_bed_add(&b, &p);
	p.has |= FV_HAS_VLAN;
	flow_bed_add(&b, &p);
	p.vlan = 1;
	flow_bed_add(&b, &p);
	p.vlan = 4095;
	flow_bed_add(&b, &p);
	flow_bed_add(&b, &p);
	flow_bed_flush(&b);
	n = b.n;
	flow_bed_teardown(&b);
	return n;
}

static void
vlans_tell_flows_apart_by_choice_alone(void)
{
	CU_ASSERT_EQUAL(flows_of_vlans(false), 1);
	CU_ASSERT_EQUAL(flows_of_vlans(true), 4);
}

/*
 * Of how many flows packets of one tuple are: some of no tunnel, and of two
 * VNIs, and of a key of GRE that is like the first of them.
 */
static size_t
flows_of_tunnels(bool in_key, bool biflow)
{
	struct fv_flow_table_options options = closing;
	struct fv_raw_packet p = flow_bed_packet(0);
	struct flow_bed b;
	size_t n, i;

	options.tunnel_in_key = in_key;
	options.biflow = biflow;
	flow_bed_setup_with(&b, &options);
	flow_bed_add(&b, &p);
	p.encapsulation = FV_ENCAPSULATION_VXLAN;
	for (i = 0; i < 6; i++) {
		p.tunnel = 1 + i % 2;
		flow_bed_add(&b, &p);
	}
	p.encapsulation = FV_ENCAPSULATION_GRE;
	flow_bed_add(&b, &p);
	flow_bed_flush(&b);
	for (n = 0; n < b.n; n++)
		CU_ASSERT_EQUAL(b.row[n].tunnel != 0,
		    b.row[n].encapsulation != FV_ENCAPSULATION_NONE);
	flow_bed_teardown(&b);
	return n;
}

static void
tunnels_tell_flows_apart_by_choice(void)
{
	CU_ASSERT_EQUAL(flows_of_tunnels(false, false), 3);
	CU_ASSERT_EQUAL(flows_of_tunnels(true, false), 4);
	CU_ASSERT_EQUAL(flows_of_tunnels(false, true), 3);
	CU_ASSERT_EQUAL(flows_of_tunnels(true, true), 4);
}

static void
too_many_flows_end_the_most_silent_and_are_counted(void)
{
	struct fv_flow_table_options options = closing;
	struct flow_bed b;

	options.most = 3;
	flow_bed_setup_with(&b, &options);
	add_port(&b, 0, ACK, 1, 6);
	add_port(&b, 1, ACK, 2, 6);
	add_port(&b, 2, FIN, 3, 6);
	add_port(&b, 3, ACK, 1, 6);
	CU_ASSERT_EQUAL(fv_flow_table_evicted(b.table), 0);
	add_port(&b, 4, ACK, 4, 6); /* 3 goes: it is closed */
	add_port(&b, 5, ACK, 5, 6); /* then 2 */
	CU_ASSERT_EQUAL(fv_flow_table_evicted(b.table), 2);
	CU_ASSERT_EQUAL(fv_flow_table_count(b.table), 3);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 5);
	CU_ASSERT_EQUAL(b.row[0].source_port, 3);
	CU_ASSERT_EQUAL(b.row[0].end_reason, FV_END_RESOURCES);
	CU_ASSERT_EQUAL(b.row[1].source_port, 2);
	CU_ASSERT_EQUAL(b.row[1].end_reason, FV_END_RESOURCES);
	CU_ASSERT_EQUAL(b.row[2].source_port, 1);
	CU_ASSERT_EQUAL(b.row[2].packets, 2);
	flow_bed_teardown(&b);
}

/* Parts are counted on, as far as 16 bits go, until silence ends the flow. */
static void
parts_of_a_flow_are_numbered(void)
{
	enum { PARTS = UINT16_MAX + 3 };
	struct flow_bed b;
	int64_t t;

	flow_bed_setup(&b, IDLE, 1);
	for (t = 0; t < PARTS; t++)
		add(&b, t, ACK, 2);
	add(&b, PARTS + IDLE, ACK, 2);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, PARTS + 1);
	for (t = 0; t < PARTS; t++)
		CU_ASSERT_EQUAL(b.row[t].part, t < UINT16_MAX ? t : UINT16_MAX);
	CU_ASSERT_EQUAL(b.row[PARTS].part, 0);
	flow_bed_teardown(&b);
}

/* Sums of what is no length of any frame stay where they are the most. */
static void
lies_about_frames_do_not_add_up(void)
{
	struct fv_raw_packet p = flow_bed_packet(0);
	struct flow_bed b;
	int sign;

	for (sign = -1; sign <= 1; sign += 2) {
		flow_bed_setup(&b, IDLE, ACTIVE);
		p.link_bytes = sign * (FV_FLOW_ROW_LINK_MOST - 10);
		flow_bed_add(&b, &p);
		p.link_bytes = sign * 9;
		flow_bed_add(&b, &p);
		flow_bed_flush(&b);
		CU_ASSERT_EQUAL_FATAL(b.n, 1);
		CU_ASSERT_EQUAL(
		    b.row[0].link_bytes, sign * (FV_FLOW_ROW_LINK_MOST - 1));
		b.n = 0;
		flow_bed_add(&b, &p);
		p.link_bytes = sign * FV_FLOW_ROW_LINK_MOST;
		flow_bed_add(&b, &p);
		flow_bed_flush(&b);
		CU_ASSERT_EQUAL_FATAL(b.n, 1);
		CU_ASSERT_EQUAL(
		    b.row[0].link_bytes, sign * FV_FLOW_ROW_LINK_MOST);
		flow_bed_teardown(&b);
	}
}

/* Each of ${n} flows has one packet: what a scan makes of a table. */
static void
check_memory(bool biflow)
{
	enum { MOST = 10000, PACKETS = 100000 };
	struct fv_flow_table_options options = closing;
	struct fv_raw_packet p = flow_bed_packet(0);
	struct flow_bed b;
	struct fv_err err;
	size_t i, full = 0, wrong = 0;

	options.most = MOST;
	options.biflow = biflow;
	flow_bed_setup_with(&b, &options);
	for (i = 0; i < PACKETS; i++) {
		p.source_port = (uint16_t)i;
		p.destination_port = (uint16_t)(i >> 16);
		wrong += fv_flow_table_add(b.table, &b.input, &p, 1, &err) != 0;
		if (i == MOST)
			full = fv_flow_table_bytes(b.table);
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_EQUAL(fv_flow_table_count(b.table), MOST);
	CU_ASSERT_EQUAL(fv_flow_table_evicted(b.table), PACKETS - MOST);
	CU_ASSERT_EQUAL(fv_flow_table_bytes(b.table), full);
	CU_ASSERT(full <= 200 * (size_t)MOST);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL(b.n, PACKETS);
	flow_bed_teardown(&b);
}

static void
memory_is_bounded_by_the_flows_at_once(void)
{
	check_memory(false);
	check_memory(true);
}

CU_TestInfo suite_flow_table_tcp[] = {
	{ "rule 3: a closed flow lingers", a_closed_flow_lingers },
	{ "rule 3: a closed flow ends by the clock of others",
	    a_closed_flow_ends_by_the_clock_of_others },
	{ "rule 4: ports used anew are a new flow",
	    ports_used_anew_are_a_new_flow },
	{ "rule 5: a late SYN is told modulo 2^32",
	    a_late_syn_is_told_modulo_two_to_the_32 },
	{ "without linger no flag ends a flow",
	    without_linger_no_flag_ends_a_flow },
	{ "rule 13: tunnels of a kind tell flows apart by choice alone",
	    tunnels_tell_flows_apart_by_choice },
	{ "rule 12: VLANs tell flows apart by choice alone",
	    vlans_tell_flows_apart_by_choice_alone },
	{ "rule 6: parts of a flow are numbered",
	    parts_of_a_flow_are_numbered },
	{ "rule 7: lies about frames do not add up",
	    lies_about_frames_do_not_add_up },
	{ "rule 20: too many flows end the most silent, and are counted",
	    too_many_flows_end_the_most_silent_and_are_counted },
	{ "rule 20: memory is bounded by the flows at once",
	    memory_is_bounded_by_the_flows_at_once },
	CU_TEST_INFO_NULL,
};

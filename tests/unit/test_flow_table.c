#include "tests/unit/suites.h"

#include <string.h>

#include "tests/unit/addresses.h"
#include "tests/unit/flow_bed.h"

/* Another flow, told by its source port. */
static struct fv_raw_packet
other(uint16_t port, int64_t time)
{
	struct fv_raw_packet p = flow_bed_packet(time);

	p.source_port = port;
	return p;
}

static void
add_at(struct flow_bed *b, int64_t time)
{
	struct fv_raw_packet p = flow_bed_packet(time);

	flow_bed_add(b, &p);
}

static void
add_other(struct flow_bed *b, uint16_t port, int64_t time)
{
	struct fv_raw_packet p = other(port, time);

	flow_bed_add(b, &p);
}

static void
packets_of_a_tuple_become_one_record(void)
{
	struct flow_bed b;
	struct fv_raw_packet p;

	flow_bed_setup(&b, IDLE, ACTIVE);
	b.input.capture = 4;
	p = flow_bed_packet(50), p.tcp_flags = 0x02, p.bytes = 60;
	flow_bed_add(&b, &p);
	p = flow_bed_packet(70), p.tcp_flags = 0x10, p.ttl = 128;
	flow_bed_add(&b, &p);
	p = flow_bed_packet(70), p.tcp_flags = 0x18;
	flow_bed_add(&b, &p);
	CU_ASSERT_EQUAL(fv_flow_table_count(b.table), 1);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 1);
	CU_ASSERT_EQUAL(b.row[0].start_time, 50);
	CU_ASSERT_EQUAL(b.row[0].duration, 20);
	CU_ASSERT_EQUAL(b.row[0].packets, 3);
	CU_ASSERT_EQUAL(b.row[0].bytes, 260);
	CU_ASSERT_EQUAL(b.row[0].tcp_flags, 0x1a);
	CU_ASSERT_EQUAL(b.row[0].initial_tcp_flags, 0x02);
	CU_ASSERT_EQUAL(b.row[0].ttl, 64);
	CU_ASSERT_EQUAL(b.row[0].capture, 4);
	CU_ASSERT_EQUAL(b.row[0].source_port, 40001);
	CU_ASSERT_EQUAL(b.row[0].destination_port, 443);
	CU_ASSERT_EQUAL(b.row[0].protocol, 6);
	CU_ASSERT_EQUAL(b.row[0].direction, FV_DIRECTION_OUTBOUND);
	CU_ASSERT_EQUAL(b.row[0].end_reason, FV_END_FORCED);
	flow_bed_teardown(&b);
	fv_flow_table_free(NULL);
}

static void
each_part_of_the_tuple_counts(void)
{
	struct fv_raw_packet p[8];
	struct flow_bed b;
	size_t i, round;

	for (i = 0; i < FV_COUNT(p); i++)
		p[i] = flow_bed_packet((int64_t)i);
	p[1].source = fv_raw_address("10.0.0.2");
	p[2].destination = fv_raw_address("192.0.2.2");
	p[3].source_port++;
	p[4].destination_port++;
	p[5].protocol = 17;
	/* The same octets, in the other family. */
	p[6].source = fv_raw_address("::ffff:10.0.0.1");
	p[6].destination = fv_raw_address("::ffff:192.0.2.1");
	/* The way back is a flow of its own. */
	p[7].source = p[0].destination;
	p[7].destination = p[0].source;
	p[7].source_port = 443;
	p[7].destination_port = 40001;
	flow_bed_setup(&b, IDLE, ACTIVE);
	for (round = 0; round < 2; round++)
		for (i = 0; i < FV_COUNT(p); i++)
			flow_bed_add(&b, &p[i]);
	CU_ASSERT_EQUAL(fv_flow_table_count(b.table), FV_COUNT(p));
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, FV_COUNT(p));
	for (i = 0; i < FV_COUNT(p); i++)
		CU_ASSERT_EQUAL(b.row[i].packets, 2);
	flow_bed_teardown(&b);
}

/* The gap decides when the flow is looked up, to the ns. */
static void
idle_at_the_next_packet(void)
{
	struct flow_bed b;

	flow_bed_setup(&b, IDLE, 0);
	add_at(&b, 0);
	add_at(&b, IDLE - 1);
	add_at(&b, IDLE - 1 + IDLE - 1);
	CU_ASSERT_EQUAL(fv_flow_table_count(b.table), 1);
	add_at(&b, IDLE - 1 + IDLE - 1 + IDLE);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 2);
	CU_ASSERT_EQUAL(b.row[0].packets, 3);
	CU_ASSERT_EQUAL(b.row[0].end_reason, FV_END_IDLE);
	CU_ASSERT_EQUAL(b.row[0].duration, 2 * IDLE - 2);
	CU_ASSERT_EQUAL(b.row[1].packets, 1);
	CU_ASSERT_EQUAL(b.row[1].start_time, 3 * IDLE - 2);
	CU_ASSERT_EQUAL(b.row[1].end_reason, FV_END_FORCED);
	flow_bed_teardown(&b);
}

/* And when only others send, also to the ns. */
static void
idle_by_the_clock_of_others(void)
{
	struct flow_bed b;

	flow_bed_setup(&b, IDLE, 0);
	add_other(&b, 1, 0);
	add_other(&b, 2, 1);
	add_other(&b, 3, IDLE - 1);
	CU_ASSERT_EQUAL(fv_flow_table_count(b.table), 3);
	add_other(&b, 3, IDLE);
	CU_ASSERT_EQUAL(fv_flow_table_count(b.table), 2);
	add_other(&b, 3, IDLE + 1);
	CU_ASSERT_EQUAL(fv_flow_table_count(b.table), 1);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 3);
	CU_ASSERT_EQUAL(b.row[0].source_port, 1);
	CU_ASSERT_EQUAL(b.row[0].end_reason, FV_END_IDLE);
	CU_ASSERT_EQUAL(b.row[1].source_port, 2);
	CU_ASSERT_EQUAL(b.row[1].end_reason, FV_END_IDLE);
	CU_ASSERT_EQUAL(b.row[2].source_port, 3);
	CU_ASSERT_EQUAL(b.row[2].end_reason, FV_END_FORCED);
	flow_bed_teardown(&b);
}

/* Many flows that fall idle at once are gone a few packets later. */
static void
a_crowd_of_idle_flows_is_worked_off(void)
{
	struct flow_bed b;
	uint16_t i;

	flow_bed_setup(&b, IDLE, 0);
	for (i = 1; i <= 1000; i++)
		add_other(&b, i, 0);
	for (i = 1; i <= 250; i++)
		add_other(&b, 2000, IDLE);
	CU_ASSERT_EQUAL(fv_flow_table_count(b.table), 1);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 1001);
	for (i = 1; i <= 1000; i++)
		CU_ASSERT_EQUAL(b.row[i - 1].source_port, i);
	flow_bed_teardown(&b);
}

static void
active_before_a_packet_is_added(void)
{
	struct flow_bed b;
	int64_t t;

	flow_bed_setup(&b, IDLE, ACTIVE);
	for (t = 0; t < ACTIVE; t += 500)
		add_at(&b, t);
	add_at(&b, ACTIVE - 1);
	add_at(&b, ACTIVE);
	add_at(&b, ACTIVE + 1);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 2);
	CU_ASSERT_EQUAL(b.row[0].packets, 7);
	CU_ASSERT_EQUAL(b.row[0].duration, ACTIVE - 1);
	CU_ASSERT_EQUAL(b.row[0].end_reason, FV_END_ACTIVE);
	CU_ASSERT_EQUAL(b.row[1].start_time, ACTIVE);
	CU_ASSERT_EQUAL(b.row[1].packets, 2);
	CU_ASSERT_EQUAL(b.row[0].part, 0);
	CU_ASSERT_EQUAL(b.row[1].part, 1);
	flow_bed_teardown(&b);
	/* Off: as long as it likes. */
	flow_bed_setup(&b, IDLE, 0);
	for (t = 0; t < 100 * ACTIVE; t += 500)
		add_at(&b, t);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL(b.n, 1);
	CU_ASSERT_EQUAL(b.row[0].packets, 600);
	flow_bed_teardown(&b);
	/* Both at once: idle, for nothing was sent in between. */
	flow_bed_setup(&b, IDLE, IDLE);
	add_at(&b, 0);
	add_at(&b, IDLE);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL(b.n, 2);
	CU_ASSERT_EQUAL(b.row[0].end_reason, FV_END_IDLE);
	CU_ASSERT_EQUAL(b.row[1].part, 0);
	flow_bed_teardown(&b);
}

/*
 * A packet that comes late and was first: the start and all that is of the
 * first packet become its own; the rest stays.
 */
static void
an_earlier_packet_becomes_the_first(void)
{
	struct fv_raw_packet p;
	struct fv_stack stack;
	struct flow_bed b;

	flow_bed_setup(&b, IDLE, ACTIVE);
	p = flow_bed_packet(500), p.tcp_flags = 0x10, p.ttl = 128;
	flow_bed_add(&b, &p);
	p = flow_bed_packet(700), p.tcp_flags = 0x08;
	flow_bed_add(&b, &p);
	p = flow_bed_packet(400), p.tcp_flags = 0x02, p.bytes = 60;
	p.has |= FV_HAS_SYN | FV_HAS_SOURCE_MAC | FV_HAS_VLAN;
	p.source_mac = (struct fv_raw_mac){ { 2, 0, 0, 0, 0, 1 } };
	p.vlan = 9;
	p.syn = (struct fv_stack){ 2, 60, 1000, 1460, 255, 0 };
	p.fragment = FV_FRAGMENT_FIRST;
	b.input.capture = 2;
	flow_bed_add(&b, &p);
	/* Between first and last: counted, and nothing moves. */
	p = flow_bed_packet(600), p.tcp_flags = 0x01;
	flow_bed_add(&b, &p);
	/* At the very time of the first: that stays the first. */
	p = flow_bed_packet(400), p.tcp_flags = 0x20;
	flow_bed_add(&b, &p);
	CU_ASSERT_EQUAL(fv_flow_table_count(b.table), 1);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 1);
	CU_ASSERT_EQUAL(b.row[0].start_time, 400);
	CU_ASSERT_EQUAL(b.row[0].duration, 300);
	CU_ASSERT_EQUAL(b.row[0].packets, 5);
	CU_ASSERT_EQUAL(b.row[0].link_bytes, 5 * 14);
	CU_ASSERT_EQUAL(b.row[0].out_of_order, 3);
	CU_ASSERT_EQUAL(b.row[0].bytes, 460);
	CU_ASSERT_EQUAL(b.row[0].tcp_flags, 0x3b);
	CU_ASSERT_EQUAL(b.row[0].initial_tcp_flags, 0x02);
	CU_ASSERT_EQUAL(b.row[0].ttl, 64);
	CU_ASSERT_NOT_EQUAL(b.row[0].vlan, 0);
	CU_ASSERT_EQUAL(b.row[0].source_device, 0);
	CU_ASSERT_EQUAL(b.row[0].capture, 2);
	CU_ASSERT_EQUAL(b.row[0].fragment, FV_FRAGMENT_FIRST);
	CU_ASSERT_EQUAL(b.row[0].end_reason, FV_END_FORCED);
	CU_ASSERT_EQUAL_FATAL(b.row[0].stack, 0);
	fv_publisher_stack_rows(b.publisher, 0, 1, &stack);
	CU_ASSERT_EQUAL(stack.mss, 1460);
	flow_bed_teardown(&b);
}

/* Never dropped: one that is too early for the flow begins another. */
static void
a_packet_from_long_before_is_another_flow(void)
{
	struct flow_bed b;

	flow_bed_setup(&b, IDLE, 0);
	add_at(&b, 5000);
	add_at(&b, 5000 - (IDLE - 1));
	CU_ASSERT_EQUAL(fv_flow_table_count(b.table), 1);
	add_at(&b, 5000 - (IDLE - 1) - IDLE);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 2);
	CU_ASSERT_EQUAL(b.row[0].packets, 2);
	CU_ASSERT_EQUAL(b.row[0].duration, IDLE - 1);
	CU_ASSERT_EQUAL(b.row[1].packets, 1);
	CU_ASSERT_EQUAL(b.row[1].start_time, 5000 - 2 * IDLE + 1);
	CU_ASSERT_EQUAL(b.row[1].duration, 0);
	flow_bed_teardown(&b);
}

/* The ends of what 64 bits hold, where differences overflow. */
static void
times_at_both_ends(void)
{
	struct flow_bed b;

	flow_bed_setup(&b, IDLE, ACTIVE);
	add_at(&b, INT64_MIN);
	add_at(&b, INT64_MAX);
	add_at(&b, INT64_MIN);
	add_at(&b, INT64_MAX - IDLE + 1);
	add_at(&b, INT64_MAX);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 4);
	CU_ASSERT_EQUAL(b.row[3].start_time, INT64_MAX - IDLE + 1);
	CU_ASSERT_EQUAL(b.row[3].duration, IDLE - 1);
	CU_ASSERT_EQUAL(b.row[3].packets, 2);
	flow_bed_teardown(&b);
}

static void
later_fragments_are_apart(void)
{
	struct fv_raw_packet p;
	struct flow_bed b;

	flow_bed_setup(&b, IDLE, ACTIVE);
	add_at(&b, 0);
	p = flow_bed_packet(1), p.fragment = FV_FRAGMENT_FIRST;
	flow_bed_add(&b, &p);
	add_at(&b, 2);
	/* Ports 0 of a packet that has them, and of one that has none. */
	p = flow_bed_packet(3), p.source_port = p.destination_port = 0;
	flow_bed_add(&b, &p);
	p.fragment = FV_FRAGMENT_LATER, p.has = 0, p.time = 4;
	flow_bed_add(&b, &p);
	p.time = 5;
	flow_bed_add(&b, &p);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 3);
	CU_ASSERT_EQUAL(b.row[0].packets, 3);
	CU_ASSERT_EQUAL(b.row[0].fragment, FV_FRAGMENT_FIRST);
	CU_ASSERT_EQUAL(b.row[1].packets, 1);
	CU_ASSERT_EQUAL(b.row[1].fragment, FV_FRAGMENT_NONE);
	CU_ASSERT_EQUAL(b.row[2].packets, 2);
	CU_ASSERT_EQUAL(b.row[2].fragment, FV_FRAGMENT_LATER);
	flow_bed_teardown(&b);
}

static void
icmp_types_and_codes_are_apart(void)
{
	static const struct {
		uint8_t protocol;
		uint8_t type;
		uint8_t code;
	} kinds[] = { { 1, 8, 0 }, { 1, 0, 0 }, { 1, 0, 8 }, { 1, 3, 1 },
		{ 1, 3, 3 }, { 58, 128, 0 }, { 58, 129, 0 }, { 58, 1, 4 } };
	struct fv_raw_packet p;
	struct flow_bed b;
	size_t i, round;

	flow_bed_setup(&b, IDLE, ACTIVE);
	for (round = 0; round < 3; round++) {
		for (i = 0; i < FV_COUNT(kinds); i++) {
			p = flow_bed_packet((int64_t)round);
			p.has = FV_HAS_ICMP;
			p.source_port = p.destination_port = 0;
			p.protocol = kinds[i].protocol;
			p.icmp_type = kinds[i].type;
			p.icmp_code = kinds[i].code;
			flow_bed_add(&b, &p);
		}
	}
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, FV_COUNT(kinds));
	for (i = 0; i < FV_COUNT(kinds); i++) {
		CU_ASSERT_EQUAL(b.row[i].packets, 3);
		CU_ASSERT_EQUAL(b.row[i].protocol, kinds[i].protocol);
		CU_ASSERT_EQUAL(b.row[i].icmp_type, kinds[i].type);
		CU_ASSERT_EQUAL(b.row[i].icmp_code, kinds[i].code);
		CU_ASSERT_EQUAL(b.row[i].source_port, 0);
		CU_ASSERT_EQUAL(b.row[i].destination_port, 0);
	}
	flow_bed_teardown(&b);
}

/* What begins earlier by far is not idle by the clock of the last. */
static void
the_clock_goes_back_with_the_packets(void)
{
	struct flow_bed b;

	flow_bed_setup(&b, IDLE, 0);
	add_at(&b, 10000);
	b.input.capture = 1;
	add_at(&b, 0);
	CU_ASSERT_EQUAL(fv_flow_table_count(b.table), 1);
	add_at(&b, 500);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 2);
	CU_ASSERT_EQUAL(b.row[0].start_time, 10000);
	CU_ASSERT_EQUAL(b.row[0].capture, 0);
	CU_ASSERT_EQUAL(b.row[1].start_time, 0);
	CU_ASSERT_EQUAL(b.row[1].packets, 2);
	CU_ASSERT_EQUAL(b.row[1].capture, 1);
	flow_bed_teardown(&b);
	/* One that goes on where the last ended goes on with its flows. */
	flow_bed_setup(&b, IDLE, 0);
	add_at(&b, 10000);
	add_at(&b, 10001);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL(b.n, 1);
	flow_bed_teardown(&b);
}

/* Who sent last ends last; and more flows than the sink takes at once. */
static void
flush_goes_by_the_last_packet(void)
{
	struct flow_bed b;
	uint16_t i;

	flow_bed_setup(&b, IDLE, ACTIVE);
	for (i = 1; i <= 600; i++)
		add_other(&b, i, 10);
	for (i = 1; i <= 600; i += 2)
		add_other(&b, i, 20);
	CU_ASSERT_EQUAL(b.n, 0);
	CU_ASSERT_EQUAL(fv_flow_table_count(b.table), 600);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 600);
	for (i = 0; i < 300; i++) {
		CU_ASSERT_EQUAL(b.row[i].source_port, 2 * i + 2);
		CU_ASSERT_EQUAL(b.row[300 + i].source_port, 2 * i + 1);
	}
	for (i = 0; i < 600; i++)
		CU_ASSERT_EQUAL(b.row[i].end_reason, FV_END_FORCED);
	/* Nothing under way: the sink is left alone. */
	b.calls = 0;
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL(b.calls, 0);
	/* And the table goes on. */
	add_at(&b, 30);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL(b.n, 601);
	flow_bed_teardown(&b);
}

static void
an_error_of_the_sink_comes_back(void)
{
	struct fv_err err = { FV_OK, "" };
	struct fv_raw_packet p;
	struct flow_bed b;
	int64_t t;
	int rc = 0;

	flow_bed_setup(&b, IDLE, ACTIVE);
	b.broken = true;
	for (t = 0; rc == 0 && t < 1000; t++) {
		p = flow_bed_packet(t * IDLE);
		rc = fv_flow_table_add(b.table, &b.input, &p, 1, &err);
	}
	CU_ASSERT_EQUAL(rc, -1);
	CU_ASSERT_STRING_EQUAL(err.text, "no room");
	flow_bed_teardown(&b);
	flow_bed_setup(&b, IDLE, ACTIVE);
	b.broken = true;
	add_at(&b, 0);
	CU_ASSERT_EQUAL(fv_flow_table_flush(b.table, &err), -1);
	flow_bed_teardown(&b);
}

CU_TestInfo suite_flow_table[] = {
	{ "packets of a tuple become one record",
	    packets_of_a_tuple_become_one_record },
	{ "each part of the tuple counts", each_part_of_the_tuple_counts },
	{ "idle at the next packet", idle_at_the_next_packet },
	{ "idle by the clock of others", idle_by_the_clock_of_others },
	{ "a crowd of idle flows is worked off",
	    a_crowd_of_idle_flows_is_worked_off },
	{ "rule 6: active before a packet is added",
	    active_before_a_packet_is_added },
	{ "rule 1: an earlier packet becomes the first",
	    an_earlier_packet_becomes_the_first },
	{ "a packet from long before is another flow",
	    a_packet_from_long_before_is_another_flow },
	{ "times at both ends", times_at_both_ends },
	{ "later fragments are apart", later_fragments_are_apart },
	{ "ICMP types and codes are apart", icmp_types_and_codes_are_apart },
	{ "the clock goes back with the packets",
	    the_clock_goes_back_with_the_packets },
	{ "flush goes by the last packet", flush_goes_by_the_last_packet },
	{ "an error of the sink comes back", an_error_of_the_sink_comes_back },
	CU_TEST_INFO_NULL,
};

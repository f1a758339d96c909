#include "tests/unit/suites.h"

#include <string.h>

#include "tests/unit/addresses.h"
#include "tests/unit/flow_bed.h"

/* RFC 9293, section 3.1. */
enum { FIN = 0x01, SYN = 0x02, RST = 0x04, ACK = 0x10 };

enum { LINGER = 100 };

/* Who sends: the client has 10.0.0.1 and port 40001. */
enum { CLIENT, SERVER };

static void
setup(struct flow_bed *b)
{
	const struct fv_flow_table_options options = { .idle_timeout = IDLE,
		.active_timeout = ACTIVE,
		.tcp_linger = LINGER,
		.biflow = true };

	flow_bed_setup_with(b, &options);
}

static struct fv_raw_packet
packet(int from, int64_t time, uint8_t flags)
{
	struct fv_raw_packet p = flow_bed_packet(time);
	struct fv_raw_addr address = p.source;

	p.tcp_flags = flags;
	if (from == SERVER) {
		p.source = p.destination;
		p.destination = address;
		p.source_port = 443;
		p.destination_port = 40001;
		p.bytes = 1000;
	}
	return p;
}

/* A TCP packet with its numbers; SYN and FIN take one each. */
static struct fv_raw_packet
segment(int from, int64_t time, uint8_t flags, uint32_t sequence, uint32_t ack)
{
	struct fv_raw_packet p = packet(from, time, flags);

	p.tcp_sequence = sequence;
	p.tcp_next = sequence + ((flags & (SYN | FIN)) != 0);
	p.tcp_acknowledged = ack;
	return p;
}

static void
add(struct flow_bed *b, int from, int64_t time, uint8_t flags)
{
	struct fv_raw_packet p = packet(from, time, flags);

	flow_bed_add(b, &p);
}

static void
add_segment(struct flow_bed *b, int from, int64_t time, uint8_t flags,
    uint32_t sequence, uint32_t ack)
{
	struct fv_raw_packet p = segment(from, time, flags, sequence, ack);

	flow_bed_add(b, &p);
}

/* A whole connection of seven packets, from ${time} on. */
static void
connection(struct flow_bed *b, int64_t time, uint32_t isn)
{
	add_segment(b, CLIENT, time, SYN, isn, 0);
	add_segment(b, SERVER, time + 1, SYN | ACK, 7, isn + 1);
	add_segment(b, CLIENT, time + 2, ACK, isn + 1, 8);
	add_segment(b, CLIENT, time + 3, FIN | ACK, isn + 1, 8);
	add_segment(b, SERVER, time + 4, ACK, 8, isn + 2);
	add_segment(b, SERVER, time + 5, FIN | ACK, 8, isn + 2);
	add_segment(b, CLIENT, time + 6, ACK, isn + 2, 9);
}

static void
both_directions_are_one_record(void)
{
	struct flow_bed b;

	setup(&b);
	add(&b, CLIENT, 10, SYN);
	add(&b, SERVER, 20, SYN | ACK);
	add(&b, CLIENT, 30, ACK);
	add(&b, SERVER, 50, ACK);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 1);
	CU_ASSERT_EQUAL(b.row[0].source_port, 40001);
	CU_ASSERT_EQUAL(b.row[0].start_time, 10);
	CU_ASSERT_EQUAL(b.row[0].duration, 20);
	CU_ASSERT_EQUAL(b.row[0].packets, 2);
	CU_ASSERT_EQUAL(b.row[0].bytes, 200);
	CU_ASSERT_EQUAL(b.row[0].initial_tcp_flags, SYN);
	CU_ASSERT_EQUAL(b.row[0].tcp_flags, SYN | ACK);
	CU_ASSERT_EQUAL(b.row[0].direction, FV_DIRECTION_OUTBOUND);
	CU_ASSERT_EQUAL(b.row[0].end_reason, FV_END_FORCED);
	CU_ASSERT_EQUAL(b.reverse[0].reverse_start_time, 20);
	CU_ASSERT_EQUAL(b.reverse[0].reverse_duration, 30);
	CU_ASSERT_EQUAL(b.reverse[0].reverse_packets, 2);
	CU_ASSERT_EQUAL(b.reverse[0].reverse_bytes, 2000);
	CU_ASSERT_EQUAL(b.reverse[0].reverse_tcp_flags, SYN | ACK);
	CU_ASSERT_EQUAL(b.reverse[0].reverse_initial_tcp_flags, SYN | ACK);
	CU_ASSERT_EQUAL(b.reverse[0].biflow_direction, FV_BIFLOW_INITIATOR);
	CU_ASSERT_EQUAL(b.reverse[0].initiator_source, FV_INITIATOR_REQUEST);
	flow_bed_teardown(&b);
}

/* Rule 2: in whatever order the packets of a session come. */
static void
the_initiator_is_found_in_any_order(void)
{
	static const uint8_t order[][4] = { { 0, 1, 2, 3 }, { 0, 2, 1, 3 },
		{ 1, 3, 0, 2 }, { 3, 2, 1, 0 }, { 2, 3, 1, 0 },
		{ 1, 2, 0, 3 } };
	struct fv_raw_packet p[4];
	struct flow_bed b;
	size_t i, k;

	p[0] = segment(CLIENT, 10, SYN, 100, 0);
	p[1] = segment(SERVER, 20, SYN | ACK, 500, 101);
	p[2] = segment(CLIENT, 30, ACK, 101, 501);
	p[3] = segment(SERVER, 40, ACK, 501, 101);
	for (i = 0; i < FV_COUNT(order); i++) {
		setup(&b);
		for (k = 0; k < 4; k++)
			flow_bed_add(&b, &p[order[i][k]]);
		flow_bed_flush(&b);
		CU_ASSERT_EQUAL_FATAL(b.n, 1);
		CU_ASSERT_EQUAL(b.row[0].source_port, 40001);
		CU_ASSERT_EQUAL(b.row[0].start_time, 10);
		CU_ASSERT_EQUAL(b.row[0].duration, 20);
		CU_ASSERT_EQUAL(b.row[0].packets, 2);
		CU_ASSERT_EQUAL(b.row[0].bytes, 200);
		CU_ASSERT_EQUAL(b.row[0].initial_tcp_flags, SYN);
		CU_ASSERT_EQUAL(b.reverse[0].reverse_start_time, 20);
		CU_ASSERT_EQUAL(b.reverse[0].reverse_duration, 20);
		CU_ASSERT_EQUAL(b.reverse[0].reverse_packets, 2);
		CU_ASSERT_EQUAL(b.reverse[0].reverse_bytes, 2000);
		CU_ASSERT_EQUAL(
		    b.reverse[0].reverse_initial_tcp_flags, SYN | ACK);
		CU_ASSERT_EQUAL(
		    b.reverse[0].biflow_direction, FV_BIFLOW_INITIATOR);
		flow_bed_teardown(&b);
	}
}

static void
answers_alone_tell_that_the_destination_began(void)
{
	struct flow_bed b;

	setup(&b);
	add(&b, SERVER, 20, SYN | ACK);
	add(&b, SERVER, 30, ACK);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 1);
	CU_ASSERT_EQUAL(b.row[0].source_port, 443);
	CU_ASSERT_EQUAL(b.row[0].packets, 2);
	CU_ASSERT_EQUAL(b.reverse[0].reverse_packets, 0);
	CU_ASSERT_EQUAL(b.reverse[0].reverse_start_time, 0);
	CU_ASSERT_EQUAL(
	    b.reverse[0].biflow_direction, FV_BIFLOW_REVERSE_INITIATOR);
	CU_ASSERT_EQUAL(b.reverse[0].initiator_source, FV_INITIATOR_ANSWER);
	flow_bed_teardown(&b);
}

static void
without_a_request_the_first_packet_by_time_tells(void)
{
	struct flow_bed b;

	setup(&b);
	add(&b, SERVER, 20, ACK);
	add(&b, CLIENT, 10, ACK);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 1);
	CU_ASSERT_EQUAL(b.row[0].source_port, 40001);
	CU_ASSERT_EQUAL(b.reverse[0].initiator_source, FV_INITIATOR_FIRST);
	flow_bed_teardown(&b);
	/* At once: the higher port. */
	setup(&b);
	add(&b, SERVER, 20, ACK);
	add(&b, CLIENT, 20, ACK);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 1);
	CU_ASSERT_EQUAL(b.row[0].source_port, 443);
	CU_ASSERT_EQUAL(b.reverse[0].initiator_source, FV_INITIATOR_PORT);
	CU_ASSERT_EQUAL(
	    b.reverse[0].biflow_direction, FV_BIFLOW_REVERSE_INITIATOR);
	flow_bed_teardown(&b);
}

/* Rule 3: the last ACK, and what comes late, belong to the connection. */
static void
a_closed_connection_lingers_and_then_ends(void)
{
	struct flow_bed b;

	setup(&b);
	connection(&b, 0, 1000);
	add_segment(&b, SERVER, 6 + LINGER - 1, RST, 9, 0);
	CU_ASSERT_EQUAL(fv_flow_table_count(b.table), 1);
	add_segment(&b, CLIENT, 6 + LINGER - 1 + LINGER, ACK, 1002, 9);
	CU_ASSERT_EQUAL(fv_flow_table_count(b.table), 1);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 2);
	CU_ASSERT_EQUAL(b.row[0].packets, 4);
	CU_ASSERT_EQUAL(b.reverse[0].reverse_packets, 4);
	CU_ASSERT_EQUAL(b.row[0].end_reason, FV_END_OF_FLOW);
	CU_ASSERT_EQUAL(b.row[1].packets, 1);
	CU_ASSERT_EQUAL(b.row[1].end_reason, FV_END_FORCED);
	flow_bed_teardown(&b);
}

/* The clock of others ends it as well, long before the idle timeout. */
static void
a_closed_connection_ends_by_the_clock_of_others(void)
{
	struct fv_raw_packet p;
	struct flow_bed b;

	setup(&b);
	add(&b, CLIENT, 0, ACK);
	add(&b, SERVER, 1, RST);
	p = packet(CLIENT, 1 + LINGER, ACK), p.source_port = 1;
	flow_bed_add(&b, &p);
	CU_ASSERT_EQUAL(fv_flow_table_count(b.table), 1);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 2);
	CU_ASSERT_EQUAL(b.row[0].source_port, 40001);
	CU_ASSERT_EQUAL(b.row[0].end_reason, FV_END_OF_FLOW);
	flow_bed_teardown(&b);
}

static void
one_fin_does_not_end_a_connection(void)
{
	struct flow_bed b;

	setup(&b);
	add_segment(&b, CLIENT, 0, SYN, 10, 0);
	add_segment(&b, SERVER, 1, SYN | ACK, 20, 11);
	add_segment(&b, CLIENT, 2, FIN | ACK, 11, 21);
	/* It is not acknowledged yet, and the other side goes on. */
	add_segment(&b, SERVER, 3, FIN | ACK, 21, 11);
	add_segment(&b, SERVER, 3 + LINGER, ACK, 22, 11);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 1);
	CU_ASSERT_EQUAL(b.row[0].end_reason, FV_END_FORCED);
	flow_bed_teardown(&b);
}

/* Rule 4, before and after the end. */
static void
a_syn_with_another_number_is_another_connection(void)
{
	struct flow_bed b;

	setup(&b);
	connection(&b, 0, 1000);
	connection(&b, 20, 5000);
	/* Sent again, it is the same one. */
	add_segment(&b, CLIENT, 30, SYN, 5000, 0);
	/* And one that was open still. */
	add_segment(&b, CLIENT, 40, SYN, 9000, 0);
	add_segment(&b, CLIENT, 41, SYN, 12000, 0);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 4);
	CU_ASSERT_EQUAL(b.row[0].packets, 4);
	CU_ASSERT_EQUAL(b.row[0].end_reason, FV_END_OF_FLOW);
	CU_ASSERT_EQUAL(b.row[1].packets, 5);
	CU_ASSERT_EQUAL(b.row[1].end_reason, FV_END_OF_FLOW);
	CU_ASSERT_EQUAL(b.row[2].packets, 1);
	CU_ASSERT_EQUAL(b.row[2].end_reason, FV_END_OF_FLOW);
	CU_ASSERT_EQUAL(b.row[3].start_time, 41);
	flow_bed_teardown(&b);
}

static void
both_may_begin_at_once(void)
{
	struct flow_bed b;

	setup(&b);
	add_segment(&b, CLIENT, 0, SYN, 10, 0);
	add_segment(&b, SERVER, 1, SYN, 20, 0);
	add_segment(&b, CLIENT, 2, SYN | ACK, 10, 21);
	add_segment(&b, SERVER, 3, SYN | ACK, 20, 11);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 1);
	CU_ASSERT_EQUAL(b.row[0].source_port, 40001);
	flow_bed_teardown(&b);
}

/* Rule 5. */
static void
sequence_numbers_are_compared_modulo_2_32(void)
{
	struct flow_bed b;

	setup(&b);
	connection(&b, 0, UINT32_MAX - 1);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 1);
	CU_ASSERT_EQUAL(b.row[0].initial_tcp_flags, SYN);
	CU_ASSERT_EQUAL(b.row[0].end_reason, FV_END_OF_FLOW);
	flow_bed_teardown(&b);
}

/* Rule 6: the next part of a session has the same source. */
static void
the_source_stays_when_the_active_timeout_cuts(void)
{
	struct flow_bed b;
	int64_t t;

	setup(&b);
	add(&b, CLIENT, 0, SYN);
	for (t = 900; t < ACTIVE; t += 900)
		add(&b, CLIENT, t, ACK);
	add(&b, SERVER, ACTIVE, ACK);
	add(&b, CLIENT, ACTIVE + 1, ACK);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 2);
	CU_ASSERT_EQUAL(b.row[0].end_reason, FV_END_ACTIVE);
	CU_ASSERT_EQUAL(b.row[1].source_port, 40001);
	CU_ASSERT_EQUAL(b.row[1].start_time, ACTIVE + 1);
	CU_ASSERT_EQUAL(b.reverse[1].reverse_start_time, ACTIVE);
	CU_ASSERT_EQUAL(b.reverse[1].initiator_source, FV_INITIATOR_REQUEST);
	/* Where the answer came first, both ways change places: still part 1. */
	CU_ASSERT_EQUAL(b.row[0].part, 0);
	CU_ASSERT_EQUAL(b.row[1].part, 1);
	flow_bed_teardown(&b);
}

/* Rules 1 and 7: of both ways, whichever comes first and changes places. */
static void
frames_and_disorder_are_counted(void)
{
	struct fv_raw_packet p;
	struct flow_bed b;

	setup(&b);
	p = segment(SERVER, 20, SYN | ACK, 7, 1001), p.link_bytes = 100;
	flow_bed_add(&b, &p);
	p = segment(SERVER, 30, ACK, 8, 1001), p.link_bytes = -7;
	flow_bed_add(&b, &p);
	p = segment(CLIENT, 10, SYN, 1000, 0), p.link_bytes = 18;
	flow_bed_add(&b, &p);
	p = segment(CLIENT, 25, ACK, 1001, 8), p.link_bytes = 18;
	flow_bed_add(&b, &p);
	p = segment(CLIENT, 5, ACK, 1001, 8), p.link_bytes = 20;
	flow_bed_add(&b, &p);
	p = segment(SERVER, 30, ACK, 8, 1001), p.link_bytes = 1;
	flow_bed_add(&b, &p);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 1);
	CU_ASSERT_EQUAL(b.row[0].source_port, 40001);
	CU_ASSERT_EQUAL(b.row[0].link_bytes, 56);
	CU_ASSERT_EQUAL(b.reverse[0].reverse_link_bytes, 94);
	CU_ASSERT_EQUAL(b.row[0].out_of_order, 3);
	flow_bed_teardown(&b);
}

/* Rule 15. */
static void
echoes_pair_by_their_identifier(void)
{
	struct fv_raw_packet p;
	struct flow_bed b;
	int i;

	setup(&b);
	for (i = 0; i < 8; i++) {
		p = packet(i & 1 ? SERVER : CLIENT, i, 0);
		p.protocol = 1;
		p.has = FV_HAS_ICMP;
		p.source_port = p.destination_port = 0;
		p.icmp_type = i & 1 ? 0 : 8;
		p.icmp_identifier = i < 4 ? 1 : 2;
		flow_bed_add(&b, &p);
	}
	/* What is no query has one direction. */
	for (i = 0; i < 2; i++) {
		p = packet(i & 1 ? SERVER : CLIENT, 10 + i, 0);
		p.protocol = 1;
		p.has = FV_HAS_ICMP;
		p.source_port = p.destination_port = 0;
		p.icmp_type = 3;
		flow_bed_add(&b, &p);
	}
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 4);
	for (i = 0; i < 4; i++) {
		CU_ASSERT_EQUAL(b.row[i].packets, i < 2 ? 2 : 1);
		CU_ASSERT_EQUAL(b.reverse[i].reverse_packets, i < 2 ? 2 : 0);
		CU_ASSERT_EQUAL(b.row[i].icmp_type, i < 2 ? 8 : 3);
	}
	CU_ASSERT_EQUAL(b.reverse[0].initiator_source, FV_INITIATOR_REQUEST);
	flow_bed_teardown(&b);
}

/* Rule 12. */
static void
vlans_are_apart_only_when_asked(void)
{
	struct fv_flow_table_options options = {
		.idle_timeout = IDLE, .tcp_linger = LINGER, .biflow = true
	};
	struct fv_raw_packet p;
	struct flow_bed b;
	int asked, i;

	for (asked = 0; asked < 2; asked++) {
		options.vlan_in_key = asked == 1;
		flow_bed_setup_with(&b, &options);
		for (i = 0; i < 3; i++) {
			p = packet(CLIENT, i, ACK);
			p.has |= i > 0 ? FV_HAS_VLAN : 0;
			p.vlan = i > 1 ? 4095 : 0;
			flow_bed_add(&b, &p);
		}
		CU_ASSERT_EQUAL(fv_flow_table_count(b.table), asked ? 3 : 1);
		flow_bed_flush(&b);
		flow_bed_teardown(&b);
	}
}

/* Rule 20: what has ended goes first, then who is idle the longest. */
static void
a_full_table_ends_the_oldest(void)
{
	const struct fv_flow_table_options options = { .idle_timeout = IDLE,
		.tcp_linger = LINGER,
		.most = 3,
		.biflow = true };
	struct fv_raw_packet p;
	struct flow_bed b;
	uint16_t port;

	flow_bed_setup_with(&b, &options);
	for (port = 1; port <= 3; port++) {
		p = packet(CLIENT, port, ACK), p.source_port = port;
		flow_bed_add(&b, &p);
	}
	p = packet(CLIENT, 4, RST), p.source_port = 2;
	flow_bed_add(&b, &p);
	for (port = 4; port <= 5; port++) {
		p = packet(CLIENT, port, ACK), p.source_port = port;
		flow_bed_add(&b, &p);
		CU_ASSERT_EQUAL(fv_flow_table_count(b.table), 3);
	}
	CU_ASSERT_EQUAL(fv_flow_table_evicted(b.table), 2);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 5);
	CU_ASSERT_EQUAL(b.row[0].source_port, 2);
	CU_ASSERT_EQUAL(b.row[0].end_reason, FV_END_RESOURCES);
	CU_ASSERT_EQUAL(b.row[1].source_port, 1);
	CU_ASSERT_EQUAL(b.row[1].end_reason, FV_END_RESOURCES);
	CU_ASSERT_EQUAL(b.row[2].end_reason, FV_END_FORCED);
	flow_bed_teardown(&b);
}

CU_TestInfo suite_biflow[] = {
	{ "frames and disorder are counted", frames_and_disorder_are_counted },
	{ "both directions are one record", both_directions_are_one_record },
	{ "the initiator is found in any order",
	    the_initiator_is_found_in_any_order },
	{ "answers alone tell that the destination began",
	    answers_alone_tell_that_the_destination_began },
	{ "without a request the first packet by time tells",
	    without_a_request_the_first_packet_by_time_tells },
	{ "a closed connection lingers and then ends",
	    a_closed_connection_lingers_and_then_ends },
	{ "a closed connection ends by the clock of others",
	    a_closed_connection_ends_by_the_clock_of_others },
	{ "one FIN does not end a connection",
	    one_fin_does_not_end_a_connection },
	{ "a SYN with another number is another connection",
	    a_syn_with_another_number_is_another_connection },
	{ "both may begin at once", both_may_begin_at_once },
	{ "sequence numbers are compared modulo 2^32",
	    sequence_numbers_are_compared_modulo_2_32 },
	{ "the source stays when the active timeout cuts",
	    the_source_stays_when_the_active_timeout_cuts },
	{ "echoes pair by their identifier", echoes_pair_by_their_identifier },
	{ "VLANs are apart only when asked", vlans_are_apart_only_when_asked },
	{ "a full table ends the oldest", a_full_table_ends_the_oldest },
	CU_TEST_INFO_NULL,
};

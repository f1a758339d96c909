#include "tests/unit/suites.h"

#include "base/attributes.h"
#include "convert/flow_record.h"
#include "tests/unit/flow_bed.h"

/* RFC 9293, section 3.1. */
enum { FIN = 0x01, SYN = 0x02, ACK = 0x10 };

enum { LINGER = 100 };

/* Who sends: the client has port 40001, the server 443. */
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

/* A TCP packet without data; SYN and FIN take a number. */
static void
add(struct flow_bed *b, int from, int64_t time, uint8_t flags,
    uint32_t sequence, uint32_t ack)
{
	struct fv_raw_packet p = flow_bed_packet(time);
	struct fv_raw_addr address = p.source;

	p.tcp_flags = flags;
	p.tcp_sequence = sequence;
	p.tcp_next = sequence + ((flags & (SYN | FIN)) != 0);
	p.tcp_acknowledged = ack;
	if (from == SERVER) {
		p.source = p.destination;
		p.destination = address;
		p.source_port = 443;
		p.destination_port = 40001;
	}
	flow_bed_add(b, &p);
}

/* That record ${n} has this source, and so many packets forth and back. */
static void
expect(struct flow_bed *b, size_t n, uint16_t port, uint64_t packets,
    uint64_t reverse)
{
	CU_ASSERT_FATAL(n < b->n);
	CU_ASSERT_EQUAL(b->row[n].source_port, port);
	CU_ASSERT_EQUAL(b->row[n].packets, packets);
	CU_ASSERT_EQUAL(b->reverse[n].reverse_packets, reverse);
}

/*
 * A server goes on sending to a client that is gone, until that has begun anew
 * from the same port; but a SYN that comes behind its own answer is no other.
 */
static void
a_syn_behind_what_answers_another_begins(void)
{
	/* What the server acknowledged first, and whether the SYN fits. */
	static const struct {
		uint32_t acknowledged;
		bool fits;
	} rows[] = {
		{ 5001, true },
		{ 5000 + FV_FLOW_RECORD_SYN_BEFORE, true },
		{ 5001 + FV_FLOW_RECORD_SYN_BEFORE, false },
		{ 5000, false },
		{ 900, false },
	};
	struct flow_bed b;
	size_t i;

	for (i = 0; i < FV_COUNT(rows); i++) {
		setup(&b);
		add(&b, SERVER, 0, ACK, 70, rows[i].acknowledged);
		add(&b, SERVER, 9, ACK, 80, rows[i].acknowledged + 99);
		add(&b, CLIENT, 20, SYN, 5000, 0);
		flow_bed_flush(&b);
		CU_ASSERT_EQUAL_FATAL(b.n, rows[i].fits ? 1 : 2);
		if (rows[i].fits) {
			expect(&b, 0, 40001, 1, 2);
		} else {
			expect(&b, 0, 443, 2, 0);
			expect(&b, 1, 40001, 1, 0);
		}
		flow_bed_teardown(&b);
	}
}

/* The same, where the server had begun: the client was not heard at all. */
static void
what_was_acknowledged_tells_the_number(void)
{
	struct flow_bed b;

	setup(&b);
	add(&b, SERVER, 0, SYN, 700, 0);
	add(&b, SERVER, 2, ACK, 701, 5001);
	add(&b, CLIENT, 20, SYN, 6000, 0);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 2);
	expect(&b, 0, 443, 2, 0);
	expect(&b, 1, 40001, 1, 0);
	flow_bed_teardown(&b);
}

static void
a_syn_of_who_answered_begins(void)
{
	struct flow_bed b;

	setup(&b);
	add(&b, CLIENT, 0, SYN, 10, 0);
	add(&b, SERVER, 1, SYN | ACK, 20, 11);
	add(&b, CLIENT, 2, ACK, 11, 21);
	/* Its end was not seen. */
	add(&b, SERVER, 30, SYN, 700, 0);
	add(&b, SERVER, 31, SYN, 700, 0);
	add(&b, CLIENT, 32, SYN | ACK, 900, 701);
	/* And back again. */
	add(&b, CLIENT, 60, SYN, 4000, 0);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 3);
	expect(&b, 0, 40001, 2, 1);
	expect(&b, 1, 443, 2, 1);
	expect(&b, 2, 40001, 1, 0);
	flow_bed_teardown(&b);
}

static void
of_two_that_began_at_once_one_begins_again(void)
{
	struct flow_bed b;

	setup(&b);
	add(&b, CLIENT, 20, SYN, 90, 0);
	add(&b, SERVER, 21, SYN, 800, 0);
	add(&b, SERVER, 22, SYN, 800, 0);
	add(&b, SERVER, 23, SYN, 801, 0);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 2);
	expect(&b, 0, 40001, 1, 2);
	expect(&b, 1, 443, 1, 0);
	flow_bed_teardown(&b);
}

/* What begins when a record is old enough to be cut is no part of it. */
static void
what_begins_does_not_go_on_with_what_was(void)
{
	struct flow_bed b;
	int64_t t;

	setup(&b);
	add(&b, CLIENT, 0, SYN, 10, 0);
	add(&b, SERVER, 1, SYN | ACK, 20, 11);
	for (t = 900; t < ACTIVE; t += 900)
		add(&b, CLIENT, t, ACK, 11, 21);
	add(&b, SERVER, ACTIVE, SYN, 700, 0);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 2);
	CU_ASSERT_EQUAL(b.row[0].end_reason, FV_END_OF_FLOW);
	expect(&b, 1, 443, 1, 0);
	CU_ASSERT_EQUAL(b.reverse[1].biflow_direction, FV_BIFLOW_INITIATOR);
	CU_ASSERT_EQUAL(b.reverse[1].initiator_source, FV_INITIATOR_REQUEST);
	flow_bed_teardown(&b);
}

/*
 * Both FINs stand in a record that the active timeout cuts; the next one knows
 * their numbers, high ones, and ends with what acknowledges them.
 */
static void
the_end_may_be_cut(void)
{
	const uint32_t high = 0x90000000;
	struct flow_bed b;

	setup(&b);
	add(&b, CLIENT, 0, SYN, high, 0);
	add(&b, SERVER, 900, SYN | ACK, high, high + 1);
	add(&b, CLIENT, 1800, FIN | ACK, high + 1, high + 1);
	add(&b, SERVER, 2700, FIN | ACK, high + 1, high + 1);
	/* Neither acknowledges a FIN yet. */
	add(&b, CLIENT, ACTIVE, ACK, high + 2, high + 1);
	add(&b, SERVER, ACTIVE + 1, ACK, high + 2, high + 1);
	add(&b, CLIENT, ACTIVE + LINGER + 1, ACK, high + 2, high + 2);
	add(&b, SERVER, ACTIVE + LINGER + 2, ACK, high + 2, high + 2);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, 2);
	CU_ASSERT_EQUAL(b.row[0].end_reason, FV_END_ACTIVE);
	expect(&b, 1, 40001, 2, 2);
	CU_ASSERT_EQUAL(b.row[1].end_reason, FV_END_OF_FLOW);
	flow_bed_teardown(&b);
}

CU_TestInfo suite_flow_session[] = {
	{ "a SYN behind what answers another begins another session",
	    a_syn_behind_what_answers_another_begins },
	{ "what was acknowledged tells the number of who was not heard",
	    what_was_acknowledged_tells_the_number },
	{ "a SYN of who answered begins another session",
	    a_syn_of_who_answered_begins },
	{ "of two that began at once one begins again",
	    of_two_that_began_at_once_one_begins_again },
	{ "what begins does not go on with what was",
	    what_begins_does_not_go_on_with_what_was },
	{ "the end of a session may be cut", the_end_may_be_cut },
	CU_TEST_INFO_NULL,
};

#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "convert/decode.h"
#include "tests/capgen/packet.h"

static struct fv_raw_packet packet;
static uint64_t counter[FV_COUNTERS]; /* of the last frame alone */

/*
 * Decode ${frame}, and check what holds for each: one outcome, which is the
 * one returned, and no counter above 1.  The frame is copied to memory of
 * exactly its size, so that a sanitizer sees a read past it.
 */
static enum fv_counter
decode_frame(const struct fv_frame *frame)
{
	struct fv_frame copy = *frame;
	struct fv_decode_rest rest;
	enum fv_counter outcome;
	uint8_t *bytes;
	int i;

	if ((bytes = malloc(frame->captured + (frame->captured == 0))) == NULL)
		abort();
	memcpy(bytes, frame->bytes, frame->captured);
	copy.bytes = bytes;
	memset(counter, 0, sizeof(counter));
	memset(&packet, 0xa5, sizeof(packet));
	outcome = fv_decode_frame(&copy, &packet, &rest, counter);
	free(bytes);

	CU_ASSERT_EQUAL(counter[FV_COUNT_READ], 1);
	CU_ASSERT_EQUAL(counter[outcome], 1);
	CU_ASSERT_TRUE(fv_counters_balance(counter));
	CU_ASSERT_TRUE(outcome == FV_COUNT_RECORDED ||
	    fv_counter_info[outcome].kind == FV_KIND_REJECTED);
	for (i = 0; i < FV_COUNTERS; i++)
		CU_ASSERT_TRUE(counter[i] <= 1);
	return outcome;
}

static enum fv_counter
decode(const struct fv_packet *p)
{
	struct fv_frame frame = fv_packet_frame(p);

	return decode_frame(&frame);
}

static const uint8_t syn_options[20] = { 2, 4, 0x05, 0xb4, 4, 2, 8, 10, 1, 2, 3,
	4, 0, 0, 0, 0, 1, 3, 3, 7 };
static const uint8_t ip_options[8] = { 0x94, 4, 0, 0, 1, 1, 1, 0 };

static void
build_syn(struct fv_packet *p)
{
	fv_packet_start(p);
	fv_packet_ethernet(p);
	fv_packet_vlan(p, 0x88a8, 5);
	fv_packet_vlan(p, 0x8100, 6);
	fv_packet_ipv4(p,
	    &(struct fv_packet_ip){
		.options = ip_options, .options_length = sizeof(ip_options) });
	fv_packet_tcp(
	    p, 40001, 443, FV_PACKET_SYN, syn_options, sizeof(syn_options));
	fv_packet_finish(p);
}

static void
build_udp(struct fv_packet *p, size_t payload)
{
	fv_packet_start(p);
	fv_packet_ethernet(p);
	fv_packet_ipv4(p, NULL);
	fv_packet_udp(p, 1024, 53);
	fv_packet_payload(p, payload);
	fv_packet_finish(p);
}

static void
build_chain(struct fv_packet *p)
{
	fv_packet_start(p);
	fv_packet_sll(p);
	fv_packet_ipv6(p, NULL);
	fv_packet_extension(p, 0, 8, NULL);
	fv_packet_extension(p, 60, 16, NULL);
	fv_packet_extension(p, 43, 24, NULL);
	fv_packet_fragment(p, 0, 1);
	fv_packet_extension(p, 51, 28, NULL);
	fv_packet_tcp(
	    p, 40001, 443, FV_PACKET_SYN, syn_options, sizeof(syn_options));
	fv_packet_finish(p);
}

static void
build_jumbo(struct fv_packet *p)
{
	fv_packet_start(p);
	fv_packet_sll2(p);
	fv_packet_ipv6(p, NULL);
	fv_packet_jumbo(p, 100000);
	fv_packet_udp(p, 1024, 53);
	fv_packet_finish(p);
	fv_packet_put16(p, p->ip + 4, 0);
	fv_packet_put16(p, p->transport + 4, 0);
}

static void
build_icmp(struct fv_packet *p)
{
	fv_packet_start(p);
	fv_packet_family(p, 0, 30, 0);
	fv_packet_ipv6(p, NULL);
	fv_packet_icmp(p, 129, 0);
	fv_packet_finish(p);
}

static void
every_layer_of_a_packet_is_in_its_record(void)
{
	struct fv_packet p;
	struct fv_frame frame;

	build_syn(&p);
	frame = fv_packet_frame(&p);
	frame.time = 1234567890123456789;
	frame.side = FV_SIDE_INBOUND;
	CU_ASSERT_EQUAL(decode_frame(&frame), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.has,
	    FV_HAS_PORTS | FV_HAS_TCP_FLAGS | FV_HAS_SYN | FV_HAS_SOURCE_MAC |
		FV_HAS_VLAN);
	CU_ASSERT_EQUAL(packet.time, 1234567890123456789);
	CU_ASSERT_EQUAL(packet.side, FV_SIDE_INBOUND);
	CU_ASSERT_EQUAL(packet.vlan, 5);
	CU_ASSERT_EQUAL(packet.bytes, 68);
	CU_ASSERT_EQUAL(packet.source.ip_version, 4);
	CU_ASSERT_EQUAL(packet.protocol, 6);
	CU_ASSERT_EQUAL(packet.ttl, 64);
	CU_ASSERT_EQUAL(packet.destination_port, 443);
	CU_ASSERT_EQUAL(packet.tcp_flags, FV_PACKET_SYN);
	CU_ASSERT_EQUAL(packet.syn.syn_length, 68);
	CU_ASSERT_EQUAL(packet.syn.mss, 1460);
	CU_ASSERT_EQUAL(counter[FV_COUNT_VLAN_TAGGED], 1);
	CU_ASSERT_EQUAL(counter[FV_COUNT_IPV4], 1);
}

static void
facts_that_are_not_there_are_zero(void)
{
	static const struct fv_raw_packet zero;
	struct fv_packet p;

	fv_packet_start(&p);
	fv_packet_raw(&p, 101);
	fv_packet_ipv6(&p, NULL);
	fv_packet_protocol(&p, 89);
	fv_packet_payload(&p, 40);
	fv_packet_finish(&p);
	CU_ASSERT_EQUAL(decode(&p), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.has, 0);
	CU_ASSERT_EQUAL(packet.source_port, 0);
	CU_ASSERT_EQUAL(packet.destination_port, 0);
	CU_ASSERT_EQUAL(packet.vlan, 0);
	CU_ASSERT_EQUAL(packet.icmp_type, 0);
	CU_ASSERT_EQUAL(packet.icmp_code, 0);
	CU_ASSERT_EQUAL(packet.tcp_flags, 0);
	CU_ASSERT_EQUAL(memcmp(&packet.source_mac, &zero.source_mac,
			    sizeof(zero.source_mac)),
	    0);
	CU_ASSERT_EQUAL(memcmp(&packet.syn, &zero.syn, sizeof(zero.syn)), 0);
	CU_ASSERT_EQUAL(counter[FV_COUNT_IPV6], 1);
}

/* What the outcome and the counters must be, whatever is in the packet. */
static void
check_sense(enum fv_counter outcome)
{
	unsigned has = packet.has;

	if (outcome != FV_COUNT_RECORDED) {
		CU_ASSERT_EQUAL(counter[FV_COUNT_IPV4], 0);
		CU_ASSERT_EQUAL(counter[FV_COUNT_IPV6], 0);
		CU_ASSERT_EQUAL(counter[FV_COUNT_TRANSPORT_SHORT], 0);
		return;
	}
	CU_ASSERT_EQUAL(counter[FV_COUNT_IPV4] + counter[FV_COUNT_IPV6], 1);
	CU_ASSERT_TRUE((has & FV_HAS_SYN) == 0 || (packet.tcp_flags & 2) != 0);
	CU_ASSERT_TRUE(
	    (has & FV_HAS_TCP_FLAGS) == 0 || (has & FV_HAS_PORTS) != 0);
	CU_ASSERT_EQUAL(
	    counter[FV_COUNT_VLAN_TAGGED], (has & FV_HAS_VLAN) != 0);
}

static void
cut_at_every_byte_there_is_one_outcome(void)
{
	static void (*const builders[])(struct fv_packet *) = { build_syn,
		build_chain, build_jumbo, build_icmp };
	struct fv_frame frame;
	struct fv_packet p;
	bool whole;
	size_t i;

	for (i = 0; i < FV_COUNT(builders); i++) {
		builders[i](&p);
		frame = fv_packet_frame(&p);
		whole = false;
		for (frame.captured = 0; frame.captured <= frame.length;
		     frame.captured++) {
			enum fv_counter outcome = decode_frame(&frame);

			check_sense(outcome);
			CU_ASSERT_EQUAL(counter[FV_COUNT_CUT_BY_SNAPLEN],
			    frame.captured < frame.length);
			/* More bytes never make a worse packet. */
			CU_ASSERT_TRUE(!whole || outcome == FV_COUNT_RECORDED);
			whole = outcome == FV_COUNT_RECORDED;
		}
		CU_ASSERT_TRUE(whole);
		CU_ASSERT_EQUAL(counter[FV_COUNT_TRANSPORT_SHORT], 0);
	}
}

static void
a_snapshot_length_changes_no_fact(void)
{
	struct fv_raw_packet whole;
	struct fv_frame frame;
	struct fv_packet p;

	build_udp(&p, 1000);
	CU_ASSERT_EQUAL(decode(&p), FV_COUNT_RECORDED);
	whole = packet;
	frame = fv_packet_frame(&p);
	frame.captured = 14 + 20 + 8;
	CU_ASSERT_EQUAL(decode_frame(&frame), FV_COUNT_RECORDED);
	/* Copies are told by as much as was captured of both. */
	CU_ASSERT_EQUAL(memcmp(&whole, &packet, sizeof(whole)), 0);
	CU_ASSERT_EQUAL(counter[FV_COUNT_CUT_BY_SNAPLEN], 1);
	CU_ASSERT_EQUAL(counter[FV_COUNT_TRANSPORT_SHORT], 0);
}

static void
padding_is_never_read_as_a_header(void)
{
	struct fv_packet p;

	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, NULL);
	fv_packet_protocol(&p, 17);
	fv_packet_payload(&p, 3);
	fv_packet_finish(&p);
	fv_packet_pad(&p, 60);
	CU_ASSERT_EQUAL(decode(&p), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.bytes, 23);
	CU_ASSERT_EQUAL(packet.has, FV_HAS_SOURCE_MAC);
	CU_ASSERT_EQUAL(counter[FV_COUNT_TRANSPORT_SHORT], 1);
	/* Where the original takes padding for the missing bytes. */
	CU_ASSERT_EQUAL(counter[FV_COUNT_SLIDES_INCOMPLETE], 0);
	p.length = p.end;
	CU_ASSERT_EQUAL(decode(&p), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(counter[FV_COUNT_SLIDES_INCOMPLETE], 1);
}

static void
an_fcs_is_never_read_as_data(void)
{
	struct fv_frame frame;
	struct fv_packet p;

	build_udp(&p, 0);
	fv_packet_put16(&p, p.ip + 2, 0); /* so that all data are the packet */
	frame = fv_packet_frame(&p);
	CU_ASSERT_EQUAL(decode_frame(&frame), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.bytes, 28);
	frame.fcs_length = 4;
	CU_ASSERT_EQUAL(decode_frame(&frame), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.bytes, 24);
	CU_ASSERT_TRUE((packet.has & FV_HAS_PORTS) != 0);
	frame.captured = frame.length = 14 + 20 + 6;
	CU_ASSERT_EQUAL(decode_frame(&frame), FV_COUNT_RECORDED);
	CU_ASSERT_FALSE((packet.has & FV_HAS_PORTS) != 0);
	frame.length = 14 + 20 + 8; /* cut: the bytes there are all data */
	CU_ASSERT_EQUAL(decode_frame(&frame), FV_COUNT_RECORDED);
	CU_ASSERT_TRUE((packet.has & FV_HAS_PORTS) != 0);
	frame.captured = frame.length = 3; /* less than the FCS itself */
	CU_ASSERT_EQUAL(decode_frame(&frame), FV_COUNT_LINK_SHORT);
}

static void
offload_takes_the_length_from_the_wire(void)
{
	struct fv_frame frame;
	struct fv_packet p;

	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	fv_packet_vlan(&p, 0x8100, 5);
	fv_packet_ipv4(&p, NULL);
	fv_packet_tcp(&p, 40001, 443, FV_PACKET_ACK, NULL, 0);
	fv_packet_finish(&p);
	fv_packet_put16(&p, p.ip + 2, 0);
	frame = fv_packet_frame(&p);
	frame.length = 70018;
	frame.fcs_length = 4;
	CU_ASSERT_EQUAL(decode_frame(&frame), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.bytes, 70018 - 18 - 4);
	CU_ASSERT_EQUAL(counter[FV_COUNT_SEGMENTATION_OFFLOAD], 1);
	/* A record whose length is below what it holds. */
	frame.length = 20;
	frame.fcs_length = 0;
	CU_ASSERT_EQUAL(decode_frame(&frame), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.bytes, 40);
	CU_ASSERT_EQUAL(counter[FV_COUNT_CUT_BY_SNAPLEN], 0);
}

static void
a_later_fragment_has_no_ports_and_is_not_short(void)
{
	const struct fv_packet_ip later = { .offset = 3 };
	struct fv_packet p;

	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, &later);
	fv_packet_udp(&p, 1024, 53);
	fv_packet_finish(&p);
	CU_ASSERT_EQUAL(decode(&p), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.has, FV_HAS_SOURCE_MAC);
	CU_ASSERT_EQUAL(packet.fragment, FV_FRAGMENT_LATER);
	CU_ASSERT_EQUAL(counter[FV_COUNT_FRAGMENT_LATER], 1);
	CU_ASSERT_EQUAL(counter[FV_COUNT_FRAGMENT_FIRST], 0);
	CU_ASSERT_EQUAL(counter[FV_COUNT_TRANSPORT_SHORT], 0);
}

static void
notes_on_the_record_are_counted_whatever_it_holds(void)
{
	struct fv_packet p;
	struct fv_frame frame;

	build_udp(&p, 0);
	frame = fv_packet_frame(&p);
	frame.link_type = 9999;
	frame.notes = FV_FRAME_WITHOUT_TIME | FV_FRAME_TIME_CLAMPED |
	    FV_FRAME_TIME_FRACTION;
	frame.captured--;
	CU_ASSERT_EQUAL(decode_frame(&frame), FV_COUNT_LINK_UNSUPPORTED);
	CU_ASSERT_EQUAL(counter[FV_COUNT_WITHOUT_TIME], 1);
	CU_ASSERT_EQUAL(counter[FV_COUNT_TIME_CLAMPED], 1);
	CU_ASSERT_EQUAL(counter[FV_COUNT_TIME_FRACTION], 1);
	CU_ASSERT_EQUAL(counter[FV_COUNT_CUT_BY_SNAPLEN], 1);
}

CU_TestInfo suite_decode[] = {
	{ "every layer of a packet is in its record",
	    every_layer_of_a_packet_is_in_its_record },
	{ "facts that are not there are zero",
	    facts_that_are_not_there_are_zero },
	{ "cut at every byte there is one outcome",
	    cut_at_every_byte_there_is_one_outcome },
	{ "a snapshot length changes no fact",
	    a_snapshot_length_changes_no_fact },
	{ "padding is never read as a header",
	    padding_is_never_read_as_a_header },
	{ "an FCS is never read as data", an_fcs_is_never_read_as_data },
	{ "offload takes the length from the wire",
	    offload_takes_the_length_from_the_wire },
	{ "a later fragment has no ports, and is not short",
	    a_later_fragment_has_no_ports_and_is_not_short },
	{ "notes on the record are counted, whatever it holds",
	    notes_on_the_record_are_counted_whatever_it_holds },
	CU_TEST_INFO_NULL,
};

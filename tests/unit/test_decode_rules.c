#include "tests/unit/suites.h"

#include <string.h>

#include "convert/decode.h"
#include "convert/decoder.h"
#include "tests/capgen/wrapping.h"

/*
 * What a converter must get right, rule by rule, where decoding is concerned;
 * each rule names a fault that tools in use have.  The numbers are those of
 * docs/architecture.md.
 */
static struct fv_raw_packet packet;
static uint64_t counter[FV_COUNTERS];

static enum fv_counter
decode_frame(const struct fv_frame *frame)
{
	struct fv_decode_rest rest;

	memset(counter, 0, sizeof(counter));
	return fv_decode_frame(frame, &packet, &rest, counter);
}

static enum fv_counter
decode(const struct fv_packet *p)
{
	struct fv_frame frame = fv_packet_frame(p);

	return decode_frame(&frame);
}

static void
build(struct fv_packet *p, int version, uint16_t port)
{
	fv_packet_start(p);
	fv_packet_ethernet(p);
	if (version == 4)
		fv_packet_ipv4(p, NULL);
	else
		fv_packet_ipv6(p, NULL);
	fv_packet_tcp(p, 40001, port, FV_PACKET_ACK, NULL, 0);
	fv_packet_finish(p);
}

static void
bytes_are_the_ip_length(void)
{
	struct fv_packet p;
	int version;

	for (version = 4; version <= 6; version += 2) {
		build(&p, version, 443);
		fv_packet_pad(&p, 200);
		CU_ASSERT_EQUAL(decode(&p), FV_COUNT_RECORDED);
		CU_ASSERT_EQUAL(packet.bytes, version == 4 ? 40 : 60);
		CU_ASSERT_EQUAL((int64_t)packet.bytes + packet.link_bytes,
		    (int64_t)p.length);
		CU_ASSERT_EQUAL(counter[FV_COUNT_SEGMENTATION_OFFLOAD], 0);
	}
}

static void
a_length_of_0_is_taken_from_the_wire(void)
{
	struct fv_packet p;
	struct fv_frame frame;
	int version;

	for (version = 4; version <= 6; version += 2) {
		build(&p, version, 443);
		fv_packet_put16(&p, p.ip + (version == 4 ? 2 : 4), 0);
		frame = fv_packet_frame(&p);
		frame.length = 14 + 65200;
		CU_ASSERT_EQUAL(decode_frame(&frame), FV_COUNT_RECORDED);
		CU_ASSERT_EQUAL(packet.bytes, 65200);
		CU_ASSERT_EQUAL(packet.link_bytes, 14);
		CU_ASSERT_EQUAL(packet.destination_port, 443);
		CU_ASSERT_EQUAL(counter[FV_COUNT_SEGMENTATION_OFFLOAD], 1);
	}
}

/* What frames have besides: never an FCS, and less than nothing if need be. */
static void
frames_are_as_long_as_on_the_wire(void)
{
	struct fv_packet p;
	struct fv_frame frame;

	build(&p, 4, 443);
	fv_packet_pad(&p, 64);
	frame = fv_packet_frame(&p);
	frame.fcs_length = 4;
	CU_ASSERT_EQUAL(decode_frame(&frame), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.bytes, 40);
	CU_ASSERT_EQUAL(40 + packet.link_bytes, (int64_t)p.length - 4);

	frame = fv_packet_frame(&p);
	frame.captured = 14 + 40;
	frame.length = 1500; /* a part was captured, and what was not counts */
	CU_ASSERT_EQUAL(decode_frame(&frame), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(40 + packet.link_bytes, 1500);

	build(&p, 4, 443);
	fv_packet_put16(&p, p.ip + 2, 1000); /* more than there was */
	CU_ASSERT_EQUAL(decode(&p), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.bytes, 1000);
	CU_ASSERT_EQUAL(1000 + packet.link_bytes, (int64_t)p.length);
}

static void
a_snapshot_of_the_headers_is_a_whole_packet(void)
{
	struct fv_packet p;
	struct fv_frame frame;

	build(&p, 4, 443);
	fv_packet_payload(&p, 1400);
	fv_packet_finish(&p);
	frame = fv_packet_frame(&p);
	frame.captured = 54;
	CU_ASSERT_EQUAL(decode_frame(&frame), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.bytes, 1440);
	CU_ASSERT_EQUAL(packet.tcp_flags, FV_PACKET_ACK);
	CU_ASSERT_EQUAL(counter[FV_COUNT_TRANSPORT_SHORT], 0);
	CU_ASSERT_EQUAL(counter[FV_COUNT_SLIDES_INCOMPLETE], 0);
}

static void
each_field_that_cannot_be_has_a_counter(void)
{
	struct fv_packet p;
	uint8_t first;

	build(&p, 4, 443);
	for (first = 0; first < 0x45; first++) {
		fv_packet_put8(&p, p.ip, first);
		CU_ASSERT_EQUAL(decode(&p),
		    first >> 4 == 4 ? FV_COUNT_IP_HEADER_LENGTH
				    : FV_COUNT_IP_VERSION);
	}
	fv_packet_put8(&p, p.ip, 0x46);
	fv_packet_put16(&p, p.ip + 2, 23);
	CU_ASSERT_EQUAL(decode(&p), FV_COUNT_IP_TOTAL_LENGTH);
	build(&p, 6, 443);
	fv_packet_put8(&p, p.ip, 0x45);
	CU_ASSERT_EQUAL(decode(&p), FV_COUNT_IP_VERSION);
	build(&p, 4, 443);
	fv_packet_put8(&p, p.transport + 12, 0x40);
	CU_ASSERT_EQUAL(decode(&p), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(counter[FV_COUNT_TCP_OFFSET], 1);
	fv_packet_start(&p);
	fv_packet_raw(&p, 101);
	fv_packet_ipv4(&p, NULL);
	fv_packet_udp(&p, 1, 2);
	fv_packet_finish(&p);
	fv_packet_put16(&p, p.transport + 4, 7);
	CU_ASSERT_EQUAL(decode(&p), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(counter[FV_COUNT_UDP_LENGTH], 1);
}

static void
tiny_fragments_are_counted(void)
{
	static const struct {
		uint16_t offset;
		uint8_t protocol;
		size_t length;
		uint64_t tiny;
	} parts[] = { { 0, 6, 16, 1 }, { 0, 6, 24, 0 }, { 1, 6, 8, 1 },
		{ 3, 6, 8, 0 }, { 0, 17, 8, 0 }, { 1, 17, 8, 0 } };
	struct fv_packet_ip ip = { .more = 1 };
	struct fv_packet p;
	size_t i;

	for (i = 0; i < FV_COUNT(parts); i++) {
		ip.offset = parts[i].offset;
		fv_packet_start(&p);
		fv_packet_ethernet(&p);
		fv_packet_ipv4(&p, &ip);
		fv_packet_protocol(&p, parts[i].protocol);
		fv_packet_payload(&p, parts[i].length);
		fv_packet_finish(&p);
		CU_ASSERT_EQUAL(decode(&p), FV_COUNT_RECORDED);
		CU_ASSERT_EQUAL(counter[FV_COUNT_FRAGMENT_TINY], parts[i].tiny);
	}
}

static void
an_atomic_fragment_is_none(void)
{
	struct fv_packet p;

	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	fv_packet_ipv6(&p, NULL);
	fv_packet_fragment(&p, 0, 0);
	fv_packet_udp(&p, 40001, 443);
	fv_packet_finish(&p);
	CU_ASSERT_EQUAL(decode(&p), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.fragment, FV_FRAGMENT_NONE);
	CU_ASSERT_EQUAL(packet.destination_port, 443);
	CU_ASSERT_EQUAL(counter[FV_COUNT_FRAGMENT_FIRST], 0);
	CU_ASSERT_EQUAL(counter[FV_COUNT_FRAGMENT_TINY], 0);
}

static void
every_link_type_gives_the_same_packet(void)
{
	struct fv_packet p;
	size_t i;

	for (i = 0; i < fv_wrapping_links_count; i++) {
		fv_wrapping_start(&p, &fv_wrapping_links[i]);
		fv_packet_ipv4(&p, NULL);
		fv_packet_udp(&p, 40001, 53);
		fv_packet_finish(&p);
		CU_ASSERT_EQUAL(decode(&p), FV_COUNT_RECORDED);
		CU_ASSERT_EQUAL(packet.bytes, 28);
		CU_ASSERT_EQUAL(packet.source_port, 40001);
		CU_ASSERT_EQUAL(packet.destination_port, 53);
		CU_ASSERT_EQUAL(packet.source.octet[15], 1);
		CU_ASSERT_EQUAL(counter[FV_COUNT_LINK_UNSUPPORTED], 0);
	}
}

static void
what_is_not_ip_is_counted_by_kind(void)
{
	static const struct {
		uint16_t ethertype;
		enum fv_counter outcome;
	} kinds[] = { { 0x0806, FV_COUNT_ARP }, { 0x88cc, FV_COUNT_LLDP },
		{ 0x888e, FV_COUNT_EAPOL }, { 0x9000, FV_COUNT_LOOPBACK },
		{ 0x8863, FV_COUNT_PPPOE }, { 0x8137, FV_COUNT_IPX },
		{ 0x88b7, FV_COUNT_NOT_IP } };
	struct fv_packet p;
	size_t i;

	for (i = 0; i < FV_COUNT(kinds); i++) {
		fv_packet_start(&p);
		fv_packet_ethernet(&p);
		fv_packet_ethertype(&p, kinds[i].ethertype);
		fv_packet_payload(&p, 46);
		CU_ASSERT_EQUAL(decode(&p), kinds[i].outcome);
		CU_ASSERT_EQUAL(counter[FV_COUNT_SLIDES_NOT_IPV4], 1);
	}
}

static void
icmp_has_its_type_and_code_and_no_ports(void)
{
	struct fv_packet p;
	int version;

	for (version = 4; version <= 6; version += 2) {
		fv_packet_start(&p);
		fv_packet_raw(&p, 101);
		if (version == 4)
			fv_packet_ipv4(&p, NULL);
		else
			fv_packet_ipv6(&p, NULL);
		fv_packet_icmp(&p, 3, 13);
		fv_packet_finish(&p);
		CU_ASSERT_EQUAL(decode(&p), FV_COUNT_RECORDED);
		CU_ASSERT_EQUAL(packet.icmp_type, 3);
		CU_ASSERT_EQUAL(packet.icmp_code, 13);
		CU_ASSERT_EQUAL(packet.has, FV_HAS_ICMP);
		CU_ASSERT_EQUAL(packet.destination_port, 0);
	}
}

static void
a_packet_ends_in_one_counter_wherever_it_is_cut(void)
{
	struct fv_packet p;
	struct fv_frame frame;
	size_t i;

	for (i = 0; i < fv_wrapping_links_count; i++) {
		fv_wrapping_start(&p, &fv_wrapping_links[i]);
		fv_packet_ipv4(&p, NULL);
		fv_packet_tcp(&p, 1, 2, FV_PACKET_SYN, NULL, 0);
		fv_packet_finish(&p);
		frame = fv_packet_frame(&p);
		for (frame.captured = 0; frame.captured <= frame.length;
		     frame.captured++) {
			enum fv_counter outcome = decode_frame(&frame);

			CU_ASSERT_EQUAL(counter[outcome], 1);
			CU_ASSERT_EQUAL(counter[FV_COUNT_READ], 1);
			CU_ASSERT_TRUE(fv_counters_balance(counter));
		}
	}
}

static void
no_port_is_special(void)
{
	struct fv_raw_packet first;
	struct fv_packet p;
	unsigned port;

	build(&p, 4, 0);
	CU_ASSERT_EQUAL(decode(&p), FV_COUNT_RECORDED);
	first = packet;
	for (port = 1; port <= UINT16_MAX; port++) {
		fv_packet_put16(&p, p.transport + 2, (uint16_t)port);
		(void)decode(&p);
		first.destination_port = (uint16_t)port;
		if (memcmp(&first, &packet, sizeof(first)) != 0)
			break;
	}
	CU_ASSERT_EQUAL(port, UINT16_MAX + 1U);
}

CU_TestInfo suite_decode_rules[] = {
	{ "rule 7: bytes are the IP length, never padding",
	    bytes_are_the_ip_length },
	{ "rule 7: frames are as long as on the wire",
	    frames_are_as_long_as_on_the_wire },
	{ "rule 7: a length of 0 is taken from the wire, and counted",
	    a_length_of_0_is_taken_from_the_wire },
	{ "rule 8: a snapshot of the headers is a whole packet",
	    a_snapshot_of_the_headers_is_a_whole_packet },
	{ "rule 9: each field that cannot be has a counter",
	    each_field_that_cannot_be_has_a_counter },
	{ "rule 10: tiny fragments are counted", tiny_fragments_are_counted },
	{ "rule 10: an atomic fragment is none", an_atomic_fragment_is_none },
	{ "rule 11: every link type gives the same packet",
	    every_link_type_gives_the_same_packet },
	{ "rule 14: what is not IP is counted by kind",
	    what_is_not_ip_is_counted_by_kind },
	{ "rule 15: ICMP has its type and code, and no ports",
	    icmp_has_its_type_and_code_and_no_ports },
	{ "rule 22: a packet ends in one counter, wherever it is cut",
	    a_packet_ends_in_one_counter_wherever_it_is_cut },
	{ "rule 23: no port is special", no_port_is_special },
	CU_TEST_INFO_NULL,
};

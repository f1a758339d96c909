#include "tests/unit/suites.h"

#include <string.h>

#include "convert/decode_transport.h"
#include "tests/capgen/packet.h"

/* What a read of a transport header gave. */
static struct fv_raw_packet packet;
static uint64_t counter[FV_COUNTERS];

/* Read the first ${captured} bytes of the transport header of ${p}. */
static void
read_cut(const struct fv_packet *p, size_t captured, bool jumbogram)
{
	struct fv_cursor in = fv_cursor_over(p->bytes + p->transport, captured);

	memset(counter, 0, sizeof(counter));
	memset(&packet, 0, sizeof(packet));
	packet.protocol = p->bytes[p->ip + 9];
	packet.bytes = p->end - p->ip;
	fv_decode_transport_read(&in, jumbogram, &packet, counter);
}

static void
read_whole(const struct fv_packet *p)
{
	read_cut(p, p->length - p->transport, false);
}

static void
build_tcp(
    struct fv_packet *p, uint8_t flags, const void *options, size_t length)
{
	fv_packet_start(p);
	fv_packet_ipv4(p, NULL);
	fv_packet_tcp(p, 40001, 443, flags, options, length);
	fv_packet_finish(p);
}

static void
build_udp(struct fv_packet *p)
{
	fv_packet_start(p);
	fv_packet_ipv4(p, NULL);
	fv_packet_udp(p, 40001, 53);
	fv_packet_finish(p);
}

static void
tcp_ports_and_all_eight_flags(void)
{
	struct fv_packet p;

	build_tcp(&p, 0xfd, NULL, 0); /* all but SYN */
	read_whole(&p);
	CU_ASSERT_EQUAL(packet.has, FV_HAS_PORTS | FV_HAS_TCP_FLAGS);
	CU_ASSERT_EQUAL(packet.source_port, 40001);
	CU_ASSERT_EQUAL(packet.destination_port, 443);
	CU_ASSERT_EQUAL(packet.tcp_flags, 0xfd);
	CU_ASSERT_EQUAL(packet.syn.window, 0);
	CU_ASSERT_EQUAL(counter[FV_COUNT_TRANSPORT_SHORT], 0);
	CU_ASSERT_EQUAL(counter[FV_COUNT_TCP_OFFSET], 0);
}

static void
tcp_cut_before_its_flags_is_short(void)
{
	struct fv_packet p;
	size_t n;

	build_tcp(&p, FV_PACKET_SYN, NULL, 0);
	for (n = 0; n <= 20; n++) {
		read_cut(&p, n, false);
		CU_ASSERT_EQUAL(packet.has,
		    (n >= 4 ? FV_HAS_PORTS : 0) |
			(n >= 14 ? FV_HAS_TCP_FLAGS : 0) |
			(n >= 20 ? FV_HAS_SYN : 0));
		CU_ASSERT_EQUAL(packet.source_port, n >= 4 ? 40001 : 0);
		CU_ASSERT_EQUAL(
		    counter[FV_COUNT_TRANSPORT_SHORT], n < 14 ? 1 : 0);
	}
}

static void
a_tcp_offset_below_5_is_noted(void)
{
	struct fv_packet p;
	uint8_t offset;

	build_tcp(&p, FV_PACKET_SYN, NULL, 0);
	for (offset = 0; offset < 5; offset++) {
		fv_packet_put8(&p, p.transport + 12, (uint8_t)(offset << 4));
		read_whole(&p);
		CU_ASSERT_EQUAL(counter[FV_COUNT_TCP_OFFSET], 1);
		CU_ASSERT_EQUAL(packet.has, FV_HAS_PORTS | FV_HAS_TCP_FLAGS);
		CU_ASSERT_EQUAL(packet.tcp_flags, FV_PACKET_SYN);
	}
	fv_packet_put8(&p, p.transport + 12, 0x50);
	read_whole(&p);
	CU_ASSERT_EQUAL(counter[FV_COUNT_TCP_OFFSET], 0);
}

static void
syn_options_make_a_signature(void)
{
	/* MSS 1460, SACK permitted, timestamps, NOP, window scale 7. */
	static const uint8_t options[20] = { 2, 4, 0x05, 0xb4, 4, 2, 8, 10, 1,
		2, 3, 4, 0, 0, 0, 0, 1, 3, 3, 7 };
	struct fv_packet p;

	build_tcp(&p, FV_PACKET_SYN | FV_PACKET_ACK, options, sizeof(options));
	read_whole(&p);
	CU_ASSERT_EQUAL(
	    packet.has, FV_HAS_PORTS | FV_HAS_TCP_FLAGS | FV_HAS_SYN);
	CU_ASSERT_EQUAL(packet.syn.option_layout, 0x0204080103000000);
	CU_ASSERT_EQUAL(packet.syn.syn_length, 60);
	CU_ASSERT_EQUAL(packet.syn.window, 64240);
	CU_ASSERT_EQUAL(packet.syn.mss, 1460);
	CU_ASSERT_EQUAL(packet.syn.window_scale, 7);
	CU_ASSERT_EQUAL(packet.syn.ttl, 0);
}

static void
a_syn_without_options_says_so(void)
{
	struct fv_packet p;

	build_tcp(&p, FV_PACKET_SYN, NULL, 0);
	read_whole(&p);
	CU_ASSERT_TRUE((packet.has & FV_HAS_SYN) != 0);
	CU_ASSERT_EQUAL(packet.syn.option_layout, 0);
	CU_ASSERT_EQUAL(packet.syn.mss, 0);
	CU_ASSERT_EQUAL(packet.syn.window_scale, FV_TCP_NO_WINDOW_SCALE);
	CU_ASSERT_EQUAL(packet.syn.syn_length, 40);
}

static void
a_syn_with_options_cut_has_no_signature(void)
{
	static const uint8_t options[8] = { 2, 4, 0x05, 0xb4, 1, 3, 3, 7 };
	struct fv_packet p;
	size_t n;

	build_tcp(&p, FV_PACKET_SYN, options, sizeof(options));
	for (n = 14; n <= 28; n++) {
		read_cut(&p, n, false);
		CU_ASSERT_EQUAL(counter[FV_COUNT_TRANSPORT_SHORT], 0);
		CU_ASSERT_EQUAL((packet.has & FV_HAS_SYN) != 0, n == 28);
		CU_ASSERT_EQUAL(packet.syn.window, n == 28 ? 64240 : 0);
	}
}

static void
a_layout_tells_eight_options_and_reads_them_all(void)
{
	/* Nine NOPs, and an MSS that is the tenth option. */
	static const uint8_t options[16] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4,
		0x02, 0x18 };
	struct fv_packet p;

	build_tcp(&p, FV_PACKET_SYN, options, sizeof(options));
	read_whole(&p);
	CU_ASSERT_EQUAL(packet.syn.option_layout, 0x0101010101010101);
	CU_ASSERT_EQUAL(packet.syn.mss, 536);
}

static void
options_end_at_their_end(void)
{
	static const uint8_t options[12] = { 4, 2, 0, 2, 4, 5, 0xb4, 3, 3, 7 };
	struct fv_packet p;

	build_tcp(&p, FV_PACKET_SYN, options, sizeof(options));
	read_whole(&p);
	CU_ASSERT_EQUAL(packet.syn.option_layout, 0x0400000000000000);
	CU_ASSERT_EQUAL(packet.syn.mss, 0);
}

static void
malformed_options_end_the_reading(void)
{
	static const struct {
		uint8_t options[12];
		uint64_t layout;
		uint16_t mss;
		uint8_t window_scale;
	} bad[] = {
		/* a length of 0, of 1, and past the header */
		{ { 2, 4, 2, 24, 254, 0, 3, 3, 7 }, 0x02fe000000000000, 536,
		    255 },
		{ { 2, 4, 2, 24, 254, 1, 3, 3, 7 }, 0x02fe000000000000, 536,
		    255 },
		{ { 2, 4, 2, 24, 254, 9, 3, 3, 7 }, 0x02fe000000000000, 536,
		    255 },
		/* a kind without a length */
		{ { 2, 4, 2, 24, 1, 1, 1, 1, 1, 1, 1, 3 }, 0x0201010101010101,
		    536, 255 },
		/* a known kind of another size: stepped over, not read */
		{ { 2, 3, 9, 3, 4, 9, 9, 3, 3, 7 }, 0x0203030000000000, 0, 7 },
	};
	struct fv_packet p;
	size_t i;

	for (i = 0; i < FV_COUNT(bad); i++) {
		build_tcp(&p, FV_PACKET_SYN, bad[i].options, 12);
		read_whole(&p);
		CU_ASSERT_TRUE((packet.has & FV_HAS_SYN) != 0);
		CU_ASSERT_EQUAL(packet.syn.option_layout, bad[i].layout);
		CU_ASSERT_EQUAL(packet.syn.mss, bad[i].mss);
		CU_ASSERT_EQUAL(packet.syn.window_scale, bad[i].window_scale);
	}
}

static void
the_syn_length_does_not_wrap(void)
{
	struct fv_packet p;
	struct fv_cursor in;

	build_tcp(&p, FV_PACKET_SYN, NULL, 0);
	in = fv_cursor_over(p.bytes + p.transport, 20);
	memset(&packet, 0, sizeof(packet));
	packet.protocol = 6;
	packet.bytes = 65536 + 40;
	fv_decode_transport_read(&in, true, &packet, counter);
	CU_ASSERT_EQUAL(packet.syn.syn_length, 65535);
}

static void
udp_ports_and_length(void)
{
	struct fv_packet p;
	size_t n;

	build_udp(&p);
	read_whole(&p);
	CU_ASSERT_EQUAL(packet.has, FV_HAS_PORTS);
	CU_ASSERT_EQUAL(packet.source_port, 40001);
	CU_ASSERT_EQUAL(packet.destination_port, 53);
	CU_ASSERT_EQUAL(counter[FV_COUNT_UDP_LENGTH], 0);
	fv_packet_put16(&p, p.transport + 4, 7);
	for (n = 0; n <= 8; n++) {
		read_cut(&p, n, false);
		CU_ASSERT_EQUAL(packet.has, n >= 4 ? FV_HAS_PORTS : 0);
		CU_ASSERT_EQUAL(
		    counter[FV_COUNT_TRANSPORT_SHORT], n < 4 ? 1 : 0);
		CU_ASSERT_EQUAL(counter[FV_COUNT_UDP_LENGTH], n >= 6 ? 1 : 0);
	}
}

static void
a_udp_length_of_0_is_valid_in_a_jumbogram_alone(void)
{
	struct fv_packet p;

	build_udp(&p);
	fv_packet_put16(&p, p.transport + 4, 0);
	read_cut(&p, 8, false);
	CU_ASSERT_EQUAL(counter[FV_COUNT_UDP_LENGTH], 1);
	read_cut(&p, 8, true);
	CU_ASSERT_EQUAL(counter[FV_COUNT_UDP_LENGTH], 0);
	fv_packet_put16(&p, p.transport + 4, 1);
	read_cut(&p, 8, true);
	CU_ASSERT_EQUAL(counter[FV_COUNT_UDP_LENGTH], 1);
}

static void
other_protocols_with_ports(void)
{
	static const uint8_t protocols[] = { 33, 132, 136 };
	struct fv_packet p;
	size_t i, n;

	fv_packet_start(&p);
	fv_packet_ipv4(&p, NULL);
	fv_packet_sctp(&p, 2905, 3868);
	fv_packet_finish(&p);
	for (i = 0; i < FV_COUNT(protocols); i++) {
		fv_packet_put8(&p, p.ip + 9, protocols[i]);
		for (n = 0; n <= 12; n++) {
			read_cut(&p, n, false);
			CU_ASSERT_EQUAL(packet.has, n >= 4 ? FV_HAS_PORTS : 0);
			CU_ASSERT_EQUAL(packet.source_port, n >= 4 ? 2905 : 0);
			CU_ASSERT_EQUAL(
			    packet.destination_port, n >= 4 ? 3868 : 0);
			CU_ASSERT_EQUAL(
			    counter[FV_COUNT_TRANSPORT_SHORT], n < 4 ? 1 : 0);
		}
	}
}

static void
icmp_of_both_versions(void)
{
	static const uint8_t protocols[] = { 1, 58 };
	struct fv_packet p;
	size_t i, n;

	fv_packet_start(&p);
	fv_packet_ipv4(&p, NULL);
	fv_packet_icmp(&p, 3, 13);
	fv_packet_finish(&p);
	for (i = 0; i < FV_COUNT(protocols); i++) {
		fv_packet_put8(&p, p.ip + 9, protocols[i]);
		for (n = 0; n <= 8; n++) {
			read_cut(&p, n, false);
			CU_ASSERT_EQUAL(packet.has, n >= 2 ? FV_HAS_ICMP : 0);
			CU_ASSERT_EQUAL(packet.icmp_type, n >= 2 ? 3 : 0);
			CU_ASSERT_EQUAL(packet.icmp_code, n >= 2 ? 13 : 0);
			CU_ASSERT_EQUAL(
			    counter[FV_COUNT_TRANSPORT_SHORT], n < 2 ? 1 : 0);
		}
	}
}

static void
any_other_protocol_is_just_its_number(void)
{
	static const uint8_t protocols[] = { 0, 2, 4, 41, 47, 50, 51, 59, 89,
		255 };
	struct fv_packet p;
	size_t i;

	build_udp(&p);
	for (i = 0; i < FV_COUNT(protocols); i++) {
		fv_packet_put8(&p, p.ip + 9, protocols[i]);
		read_cut(&p, 0, false);
		CU_ASSERT_EQUAL(counter[FV_COUNT_TRANSPORT_SHORT], 0);
		read_whole(&p);
		CU_ASSERT_EQUAL(packet.has, 0);
		CU_ASSERT_EQUAL(packet.source_port, 0);
	}
}

CU_TestInfo suite_decode_transport[] = {
	{ "TCP ports and all eight flags", tcp_ports_and_all_eight_flags },
	{ "TCP cut before its flags is short",
	    tcp_cut_before_its_flags_is_short },
	{ "a TCP offset below 5 is noted", a_tcp_offset_below_5_is_noted },
	{ "SYN options make a signature", syn_options_make_a_signature },
	{ "a SYN without options says so", a_syn_without_options_says_so },
	{ "a SYN with options cut has no signature",
	    a_syn_with_options_cut_has_no_signature },
	{ "a layout tells eight options, and all are read",
	    a_layout_tells_eight_options_and_reads_them_all },
	{ "options end at their end", options_end_at_their_end },
	{ "malformed options end the reading",
	    malformed_options_end_the_reading },
	{ "the SYN length does not wrap", the_syn_length_does_not_wrap },
	{ "UDP ports and length", udp_ports_and_length },
	{ "a UDP length of 0 is valid in a jumbogram alone",
	    a_udp_length_of_0_is_valid_in_a_jumbogram_alone },
	{ "other protocols with ports", other_protocols_with_ports },
	{ "ICMP of both versions", icmp_of_both_versions },
	{ "any other protocol is just its number",
	    any_other_protocol_is_just_its_number },
	CU_TEST_INFO_NULL,
};

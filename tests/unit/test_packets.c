#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "anonymize/vlan.h"
#include "convert/decode.h"
#include "tests/unit/addresses.h"
#include "tests/unit/packet_bed.h"

enum { ETHERNET = 14, IPV4 = 20, IPV6 = 40 };

static struct fv_packet_bed bed, other;
static struct fv_packet p, q;

/* The same facts for the flow decoder, before and after. */
static void
agree_on(const struct fv_frame *before)
{
	uint64_t counter[2][FV_COUNTERS] = { { 0 } };
	struct fv_raw_packet packet[2];
	struct fv_decode_rest rest;
	struct fv_frame after = *before;

	fv_packet_bed_frame(&bed, before, false);
	after.bytes = bed.bytes;
	after.captured = (uint32_t)bed.captured;
	after.length = (uint32_t)bed.length;
	after.fcs_length = 0;
	CU_ASSERT_EQUAL(fv_decode_frame(before, &packet[0], &rest, counter[0]),
	    FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(fv_decode_frame(&after, &packet[1], &rest, counter[1]),
	    FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet[0].bytes, packet[1].bytes);
	CU_ASSERT_EQUAL(packet[0].has, packet[1].has);
	CU_ASSERT_EQUAL(packet[0].protocol, packet[1].protocol);
	CU_ASSERT_EQUAL(packet[0].source_port, packet[1].source_port);
	CU_ASSERT_EQUAL(packet[0].destination_port, packet[1].destination_port);
	CU_ASSERT_EQUAL(packet[0].tcp_flags, packet[1].tcp_flags);
	CU_ASSERT_EQUAL(packet[0].icmp_type, packet[1].icmp_type);
	CU_ASSERT_EQUAL(packet[0].icmp_code, packet[1].icmp_code);
	CU_ASSERT_EQUAL(packet[0].fragment, packet[1].fragment);
	CU_ASSERT_EQUAL(packet[0].syn.mss, packet[1].syn.mss);
	CU_ASSERT_EQUAL(packet[0].syn.window, packet[1].syn.window);
	CU_ASSERT_EQUAL(packet[0].syn.window_scale, packet[1].syn.window_scale);
	CU_ASSERT_EQUAL(packet[0].syn.syn_length, packet[1].syn.syn_length);
	CU_ASSERT_EQUAL(counter[0][FV_COUNT_TRANSPORT_SHORT],
	    counter[1][FV_COUNT_TRANSPORT_SHORT]);
	CU_ASSERT_TRUE(bed.captured <= before->captured);
	CU_ASSERT_EQUAL(bed.length, before->length);
}

/* Agree on ${p} captured whole, and cut at every byte of its headers. */
static void
agree_at_each_cut(void)
{
	struct fv_frame frame = fv_packet_frame(&p);
	size_t least = p.transport;

	for (; frame.captured >= least; frame.captured--)
		agree_on(&frame);
}

static void
each_transport_is_the_same_to_the_flow_decoder(void)
{
	static const uint8_t options[] = { 2, 4, 5, 180, 1, 3, 3, 7, 4, 2, 8,
		10, 1, 2, 3, 4, 5, 6, 7, 8 };
	unsigned version;

	for (version = 4; version <= 6; version += 2) {
		fv_packet_bed_begin(&p, version);
		fv_packet_tcp(
		    &p, 40001, 443, FV_PACKET_SYN, options, sizeof(options));
		fv_packet_payload(&p, 11);
		fv_packet_finish(&p);
		agree_at_each_cut();
		fv_packet_bed_begin(&p, version);
		fv_packet_udp(&p, 40001, 53);
		fv_packet_payload(&p, 11);
		fv_packet_finish(&p);
		agree_at_each_cut();
		fv_packet_bed_begin(&p, version);
		fv_packet_icmp(&p, version == 4 ? 8 : 128, 0);
		fv_packet_payload(&p, 11);
		fv_packet_finish(&p);
		agree_at_each_cut();
		fv_packet_bed_begin(&p, version);
		fv_packet_sctp(&p, 40001, 2905);
		fv_packet_finish(&p);
		agree_at_each_cut();
	}
}

static void
an_ipv4_header_says_what_it_said_and_no_more(void)
{
	const struct fv_packet_ip ip = { .ttl = 57, .id = 0x1234 };

	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, &ip);
	fv_packet_tcp(&p, 40001, 443, FV_PACKET_ACK, NULL, 0);
	fv_packet_payload(&p, 100);
	fv_packet_finish(&p);
	fv_packet_put8(&p, p.ip + 1, 0xb9);    /* EF and ECN 1 */
	fv_packet_put16(&p, p.ip + 6, 0xc000); /* reserved, DF */
	fv_packet_bed_pass(&bed, &p);
	CU_ASSERT_EQUAL(fv_packet_bed_16(&bed, ETHERNET), 0x4501);
	CU_ASSERT_EQUAL(fv_packet_bed_16(&bed, ETHERNET + 2), 140);
	CU_ASSERT_EQUAL(fv_packet_bed_16(&bed, ETHERNET + 4), 0);
	CU_ASSERT_EQUAL(fv_packet_bed_16(&bed, ETHERNET + 6), 0x4000);
	CU_ASSERT_EQUAL(fv_packet_bed_16(&bed, ETHERNET + 8), 64 << 8 | 6);
	CU_ASSERT_EQUAL(bed.captured, ETHERNET + IPV4 + 20);
	CU_ASSERT_EQUAL(bed.length, ETHERNET + 140);
	bed.captured = ETHERNET + IPV4;
	CU_ASSERT_EQUAL(fv_packet_bed_sum(&bed, ETHERNET, 0), 0);
}

static void
an_ipv6_header_says_what_it_said_and_no_more(void)
{
	fv_packet_bed_begin(&p, 6);
	fv_packet_udp(&p, 40001, 53);
	fv_packet_finish(&p);
	fv_packet_put32(&p, p.ip, 0x6b712345);
	fv_packet_put8(&p, p.ip + 7, 250);
	fv_packet_bed_pass(&bed, &p);
	CU_ASSERT_EQUAL(fv_packet_bed_32(&bed, ETHERNET), 0x60300000);
	CU_ASSERT_EQUAL(fv_packet_bed_16(&bed, ETHERNET + 4), 8);
	CU_ASSERT_EQUAL(fv_packet_bed_16(&bed, ETHERNET + 6), 17 << 8 | 255);
}

static void
addresses_are_those_of_the_mapping(void)
{
	uint8_t octet[16];

	fv_packet_bed_begin(&p, 4);
	fv_packet_udp(&p, 40001, 53);
	fv_packet_finish(&p);
	fv_packet_bed_pass(&bed, &p);
	fv_packet_bed_published("192.0.2.1", octet);
	CU_ASSERT_EQUAL(memcmp(bed.bytes + ETHERNET + 12, octet + 12, 4), 0);
	fv_packet_bed_published("198.51.100.2", octet);
	CU_ASSERT_EQUAL(memcmp(bed.bytes + ETHERNET + 16, octet + 12, 4), 0);
	fv_packet_bed_begin(&p, 6);
	fv_packet_udp(&p, 40001, 53);
	fv_packet_finish(&p);
	fv_packet_bed_pass(&bed, &p);
	fv_packet_bed_published("2001:db8::1", octet);
	CU_ASSERT_EQUAL(memcmp(bed.bytes + ETHERNET + 8, octet, 16), 0);
	fv_packet_bed_published("2001:db8:1::2", octet);
	CU_ASSERT_EQUAL(memcmp(bed.bytes + ETHERNET + 24, octet, 16), 0);
}

static void
checksums_are_right_for_a_payload_of_zeros(void)
{
	unsigned version;
	size_t ip, n;

	for (version = 4; version <= 6; version += 2) {
		ip = version == 4 ? IPV4 : IPV6;
		for (n = 0; n < 4; n++) {
			fv_packet_bed_begin(&p, version);
			fv_packet_tcp(&p, 1, 2, FV_PACKET_ACK, NULL, 0);
			fv_packet_payload(&p, n);
			fv_packet_finish(&p);
			fv_packet_bed_pass(&bed, &p);
			CU_ASSERT_EQUAL(
			    fv_packet_bed_sum(&bed, ETHERNET + ip,
				fv_packet_bed_pseudo(&bed, version, ETHERNET, 6,
				    (uint32_t)(20 + n))),
			    0);
			fv_packet_bed_begin(&p, version);
			fv_packet_icmp(&p, version == 4 ? 8 : 128, 0);
			fv_packet_payload(&p, n);
			fv_packet_finish(&p);
			fv_packet_bed_pass(&bed, &p);
			CU_ASSERT_EQUAL(
			    fv_packet_bed_sum(&bed, ETHERNET + ip,
				version == 4
				    ? 0
				    : fv_packet_bed_pseudo(&bed, 6, ETHERNET,
					  58, (uint32_t)(8 + n))),
			    0);
		}
	}
	fv_packet_bed_begin(&p, 4);
	fv_packet_udp(&p, 1, 2);
	fv_packet_finish(&p);
	fv_packet_bed_pass(&bed, &p);
	CU_ASSERT_EQUAL(fv_packet_bed_16(&bed, ETHERNET + IPV4 + 6), 0);
	fv_packet_bed_begin(&p, 6);
	fv_packet_udp(&p, 1, 2);
	fv_packet_payload(&p, 5);
	fv_packet_finish(&p);
	fv_packet_bed_pass(&bed, &p);
	CU_ASSERT_NOT_EQUAL(fv_packet_bed_16(&bed, ETHERNET + IPV6 + 6), 0);
	CU_ASSERT_EQUAL(fv_packet_bed_sum(&bed, ETHERNET + IPV6,
			    fv_packet_bed_pseudo(&bed, 6, ETHERNET, 17, 13)),
	    0);
}

static void
sequence_numbers_move_together_and_each_flow_by_itself(void)
{
	uint32_t forth[2], next[2], back[2], strange[2];

	fv_packet_bed_segment(NULL, false, 40001, 443, 1000, 5000, forth);
	fv_packet_bed_segment(NULL, false, 40001, 443, 1100, 5000, next);
	CU_ASSERT_EQUAL(next[0] - forth[0], 100);
	CU_ASSERT_EQUAL(next[1], forth[1]);
	CU_ASSERT_NOT_EQUAL(forth[0], 1000);
	fv_packet_bed_segment(NULL, true, 443, 40001, 5000, 1100, back);
	CU_ASSERT_EQUAL(back[0], forth[1]);
	CU_ASSERT_EQUAL(back[1], next[0]);
	fv_packet_bed_segment(NULL, false, 40002, 443, 1000, 5000, strange);
	CU_ASSERT_NOT_EQUAL(strange[0], forth[0]);
	CU_ASSERT_NOT_EQUAL(strange[1], forth[1]);
	fv_packet_bed_segment(&(struct fv_packet_ip){ .source = 9 }, false,
	    40001, 443, 1000, 5000, strange);
	CU_ASSERT_NOT_EQUAL(strange[0], forth[0]);
	CU_ASSERT_NOT_EQUAL(strange[1], forth[1]);
}

static void
macs_are_local_tokens_and_groups_stay_groups(void)
{
	static const uint8_t broadcast[6] = { 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff };

	fv_packet_bed_begin(&p, 4);
	fv_packet_udp(&p, 1, 2);
	fv_packet_finish(&p);
	fv_packet_bed_pass(&bed, &p);
	CU_ASSERT_EQUAL(bed.bytes[0] & 3, 2);
	CU_ASSERT_EQUAL(bed.bytes[6] & 3, 2);
	CU_ASSERT_NOT_EQUAL(memcmp(bed.bytes, bed.bytes + 6, 6), 0);
	q = p;
	fv_packet_put8(&q, 0, 0x01);
	fv_packet_bed_pass(&other, &q);
	CU_ASSERT_EQUAL(other.bytes[0] & 3, 3);
	CU_ASSERT_NOT_EQUAL(memcmp(other.bytes + 1, bed.bytes + 1, 5), 0);
	CU_ASSERT_EQUAL(memcmp(other.bytes + 6, bed.bytes + 6, 6), 0);
	memcpy(q.bytes, broadcast, 6);
	fv_packet_bed_pass(&other, &q);
	CU_ASSERT_EQUAL(memcmp(other.bytes, broadcast, 6), 0);
}

static void
vlan_tags_keep_their_places_and_lose_their_names(void)
{
	static const struct fv_key_scope scope = { NULL, NULL };
	uint16_t pseudonym[FV_VLAN_IDENTIFIERS];
	struct fv_key *key = fv_key_of_hex(FV_REFERENCE_KEY);
	struct fv_err err;

	if (fv_vlan_pseudonyms(key, &scope, pseudonym, &err) == -1)
		abort();
	fv_key_free(key);
	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	fv_packet_vlan(&p, 0x88a8, 0xf007);
	fv_packet_vlan(&p, 0x8100, 0x3123);
	fv_packet_ipv4(&p, NULL);
	fv_packet_udp(&p, 1, 2);
	fv_packet_finish(&p);
	fv_packet_bed_pass(&bed, &p);
	CU_ASSERT_EQUAL(fv_packet_bed_16(&bed, 12), 0x88a8);
	CU_ASSERT_EQUAL(fv_packet_bed_16(&bed, 14), pseudonym[7] & 0xfff);
	CU_ASSERT_EQUAL(fv_packet_bed_16(&bed, 16), 0x8100);
	CU_ASSERT_EQUAL(fv_packet_bed_16(&bed, 18), pseudonym[0x123] & 0xfff);
	CU_ASSERT_EQUAL(fv_packet_bed_16(&bed, 20), 0x0800);
	agree_at_each_cut();
}

static void
other_links_and_those_asked_for_begin_with_ip(void)
{
	struct fv_frame frame;

	fv_packet_start(&p);
	fv_packet_sll(&p);
	fv_packet_ipv4(&p, NULL);
	fv_packet_udp(&p, 1, 2);
	fv_packet_finish(&p);
	fv_packet_bed_pass(&bed, &p);
	CU_ASSERT_FALSE(bed.ethernet);
	CU_ASSERT_EQUAL(bed.bytes[0], 0x45);
	CU_ASSERT_EQUAL(bed.length, 28);
	fv_packet_bed_begin(&p, 4);
	fv_packet_udp(&p, 1, 2);
	fv_packet_finish(&p);
	frame = fv_packet_frame(&p);
	fv_packet_bed_frame(&bed, &frame, true);
	CU_ASSERT_FALSE(bed.ethernet);
	CU_ASSERT_EQUAL(bed.captured, 28);
	CU_ASSERT_EQUAL(bed.length, 28);
}

static void
fragments_of_one_datagram_stay_together(void)
{
	const struct fv_packet_ip ip[] = {
		{ .id = 0x1234, .more = 1 },
		{ .id = 0x1234, .offset = 185 },
		{ .id = 0x1235, .more = 1 },
	};
	uint16_t id[3];
	size_t i;

	for (i = 0; i < 3; i++) {
		fv_packet_start(&p);
		fv_packet_ethernet(&p);
		fv_packet_ipv4(&p, &ip[i]);
		fv_packet_udp(&p, 1, 2);
		fv_packet_payload(&p, 100);
		fv_packet_finish(&p);
		fv_packet_bed_pass(&bed, &p);
		id[i] = fv_packet_bed_16(&bed, ETHERNET + 4);
		CU_ASSERT_EQUAL(fv_packet_bed_16(&bed, ETHERNET + 6),
		    (ip[i].more ? 0x2000 : 0) | ip[i].offset);
		CU_ASSERT_EQUAL(bed.captured,
		    ETHERNET + IPV4 + (ip[i].offset == 0 ? 8U : 0));
	}
	CU_ASSERT_EQUAL(id[0], id[1]);
	CU_ASSERT_NOT_EQUAL(id[0], id[2]);
	CU_ASSERT_NOT_EQUAL(id[0], 0x1234);
}

static void
ipv6_extensions_keep_their_kinds_and_lengths(void)
{
	static const uint8_t alert[6] = { 5, 2, 0, 0, 1, 0 };
	struct fv_frame frame;

	fv_packet_bed_begin(&p, 6);
	fv_packet_extension(&p, 0, 8, alert);
	fv_packet_extension(&p, 60, 24, NULL);
	fv_packet_extension(&p, 43, 24, NULL);
	fv_packet_extension(&p, 51, 16, NULL);
	fv_packet_fragment(&p, 0, 1);
	fv_packet_tcp(&p, 40001, 443, FV_PACKET_ACK, NULL, 0);
	fv_packet_finish(&p);
	frame = fv_packet_frame(&p);
	agree_on(&frame);
	CU_ASSERT_EQUAL(fv_packet_bed_32(&bed, ETHERNET + 40), 0x3c000502);
	CU_ASSERT_EQUAL(bed.bytes[ETHERNET + 48], 43);
	CU_ASSERT_EQUAL(fv_packet_bed_32(&bed, ETHERNET + 72), 0x3302fe00);
	CU_ASSERT_EQUAL(bed.captured, p.length);
}

static void
jumbograms_keep_their_length(void)
{
	struct fv_frame frame;

	fv_packet_bed_begin(&p, 6);
	fv_packet_jumbo(&p, 70000);
	fv_packet_udp(&p, 1, 2);
	fv_packet_finish(&p);
	fv_packet_put16(&p, p.ip + 4, 0);
	frame = fv_packet_frame(&p);
	frame.length = 70054;
	agree_on(&frame);
	CU_ASSERT_EQUAL(fv_packet_bed_32(&bed, ETHERNET + 44), 70000);
}

CU_TestInfo suite_packets[] = {
	{ "each transport is the same to the flow decoder",
	    each_transport_is_the_same_to_the_flow_decoder },
	{ "an IPv4 header says what it said and no more",
	    an_ipv4_header_says_what_it_said_and_no_more },
	{ "an IPv6 header says what it said and no more",
	    an_ipv6_header_says_what_it_said_and_no_more },
	{ "addresses are those of the mapping",
	    addresses_are_those_of_the_mapping },
	{ "checksums are right for a payload of zeros",
	    checksums_are_right_for_a_payload_of_zeros },
	{ "sequence numbers move together, and each flow by itself",
	    sequence_numbers_move_together_and_each_flow_by_itself },
	{ "MACs are local tokens, and groups stay groups",
	    macs_are_local_tokens_and_groups_stay_groups },
	{ "VLAN tags keep their places and lose their names",
	    vlan_tags_keep_their_places_and_lose_their_names },
	{ "other links, and those asked for, begin with IP",
	    other_links_and_those_asked_for_begin_with_ip },
	{ "fragments of one datagram stay together",
	    fragments_of_one_datagram_stay_together },
	{ "IPv6 extensions keep their kinds and lengths",
	    ipv6_extensions_keep_their_kinds_and_lengths },
	{ "jumbograms keep their length", jumbograms_keep_their_length },
	CU_TEST_INFO_NULL,
};

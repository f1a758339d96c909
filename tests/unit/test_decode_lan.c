#include "tests/unit/suites.h"

#include <string.h>

#include "base/attributes.h"
#include "convert/decode.h"
#include "convert/decode_link.h"
#include "convert/filter.h"
#include "tests/capgen/packet.h"
#include "tests/capgen/wrapping.h"

static struct fv_raw_packet packet;
static uint64_t counter[FV_COUNTERS];

/* Decode IPv4 with UDP behind ${n} bytes of a header of ${link_type}. */
static enum fv_counter
decode(uint32_t link_type, const uint8_t *header, size_t n)
{
	struct fv_decode_rest rest;
	struct fv_frame frame;
	struct fv_packet p;

	fv_packet_start(&p);
	fv_packet_raw(&p, link_type);
	fv_packet_header(&p, 0, 0, header, n);
	fv_packet_ipv4(&p, NULL);
	fv_packet_udp(&p, 1024, 53);
	fv_packet_finish(&p);
	fv_packet_payload(&p, 20); /* padding: all of an IPv6 header is there */
	frame = fv_packet_frame(&p);
	memset(counter, 0, sizeof(counter));
	return fv_decode_frame(&frame, &packet, &rest, counter);
}

static void
fddi_frames_are_counted_by_kind(void)
{
	static const struct {
		uint8_t control;
		uint8_t llc[3];
		enum fv_counter outcome;
	} kinds[] = {
		{ 0x50, { 6, 6, 3 }, FV_COUNT_RECORDED },
		{ 0x57, { 6, 6, 3 }, FV_COUNT_RECORDED }, /* a priority */
		{ 0xd0, { 6, 6, 3 }, FV_COUNT_RECORDED }, /* synchronous */
		{ 0x50, { 0x42, 0x42, 3 }, FV_COUNT_STP },
		{ 0x50, { 0x12, 0x12, 3 }, FV_COUNT_LLC },
		{ 0x10, { 6, 6, 3 }, FV_COUNT_NOT_IP }, /* 16-bit addresses */
		{ 0x80, { 6, 6, 3 }, FV_COUNT_NOT_IP }, /* a token */
		{ 0x41, { 6, 6, 3 }, FV_COUNT_NOT_IP }, /* of a station */
		{ 0xc2, { 6, 6, 3 }, FV_COUNT_NOT_IP }, /* of the ring */
	};
	uint8_t header[16] = { 0 };
	size_t i;

	for (i = 0; i < FV_COUNT(kinds); i++) {
		header[0] = kinds[i].control;
		header[12] = 9; /* the sender's last byte */
		memcpy(header + 13, kinds[i].llc, 3);
		CU_ASSERT_EQUAL(decode(10, header, 16), kinds[i].outcome);
		CU_ASSERT_EQUAL(counter[FV_COUNT_SLIDES_NOT_IPV4],
		    kinds[i].outcome != FV_COUNT_RECORDED);
	}
	header[0] = 0x50;
	CU_ASSERT_EQUAL(decode(10, header, 16), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.source_mac.octet[5], 9);
}

static void
arcnet_protocols_of_both_rfcs(void)
{
	static const struct {
		uint8_t code;
		enum fv_counter outcome;
		bool split; /* RFC 1201, which can split a packet */
	} codes[] = {
		{ 212, FV_COUNT_RECORDED, true },
		{ 240, FV_COUNT_RECORDED, false },
		{ 196, FV_COUNT_IP_VERSION, true }, /* for IPv6 */
		{ 213, FV_COUNT_ARP, true }, { 214, FV_COUNT_ARP, true },
		{ 241, FV_COUNT_ARP, false }, { 250, FV_COUNT_IPX, true },
		{ 221, FV_COUNT_NOT_IP, true },  /* AppleTalk */
		{ 128, FV_COUNT_NOT_IP, false }, /* diagnostics */
	};
	uint8_t header[8] = { 1, 2 };
	size_t i;

	for (i = 0; i < FV_COUNT(codes); i++) {
		memset(header + 2, 0, 6);
		header[2] = codes[i].code;
		CU_ASSERT_EQUAL(decode(7, header, codes[i].split ? 6 : 3),
		    codes[i].outcome);
		memset(header + 2, 0, 6);
		header[4] = codes[i].code;
		CU_ASSERT_EQUAL(decode(129, header, codes[i].split ? 8 : 5),
		    codes[i].outcome);
		CU_ASSERT_EQUAL(packet.has & FV_HAS_SOURCE_MAC, 0);
	}
}

static void
a_later_piece_on_arcnet_is_no_packet(void)
{
	uint8_t header[8] = { 1, 2, 212, 0, 0, 7 };
	unsigned split;

	for (split = 0; split < 255; split++) {
		header[3] = (uint8_t)split;
		CU_ASSERT_EQUAL(decode(7, header, 6),
		    split == 0 || split % 2 == 1 ? FV_COUNT_RECORDED
						 : FV_COUNT_NOT_IP);
	}
}

/* A header of PKTAP, with these fields in front. */
static void
make_pktap(uint8_t header[124], uint8_t length, uint8_t follows, uint8_t link)
{
	memset(header, 0, 124);
	header[0] = length;
	header[4] = follows;
	header[8] = link;
	header[12] = 'e';
}

static void
pktap_is_followed_to_its_packet(void)
{
	uint8_t header[124 + 108];

	make_pktap(header, 108, 1, 12);
	CU_ASSERT_EQUAL(decode(258, header, 108), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.destination_port, 53);
	CU_ASSERT_EQUAL(packet.bytes, 28);
	make_pktap(header, 124, 1, 228); /* a later, longer header */
	CU_ASSERT_EQUAL(decode(258, header, 124), FV_COUNT_RECORDED);
	make_pktap(header, 108, 0, 12); /* no packet follows */
	CU_ASSERT_EQUAL(decode(258, header, 108), FV_COUNT_NOT_IP);
	make_pktap(header, 104, 1, 12);
	CU_ASSERT_EQUAL(decode(258, header, 108), FV_COUNT_LINK_SHORT);
	make_pktap(header, 200, 1, 12); /* longer than all there is */
	CU_ASSERT_EQUAL(decode(258, header, 108), FV_COUNT_LINK_SHORT);
	make_pktap(header, 108, 1, 147);
	CU_ASSERT_EQUAL(decode(258, header, 108), FV_COUNT_LINK_UNSUPPORTED);
	/* One in another, by each of its names, and PPI. */
	make_pktap(header, 108, 1, 2);
	header[9] = 1;
	make_pktap(header + 108, 108, 1, 12);
	CU_ASSERT_EQUAL(decode(258, header, 216), FV_COUNT_LINK_UNSUPPORTED);
	make_pktap(header, 108, 1, 149);
	CU_ASSERT_EQUAL(decode(258, header, 108), FV_COUNT_LINK_UNSUPPORTED);
	make_pktap(header, 108, 1, 192);
	CU_ASSERT_EQUAL(decode(258, header, 108), FV_COUNT_LINK_UNSUPPORTED);
}

static void
a_private_link_type_is_pktap_only_if_it_looks_so(void)
{
	uint8_t header[124];

	make_pktap(header, 108, 1, 12);
	CU_ASSERT_EQUAL(decode(149, header, 108), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(decode(148, header, 108), FV_COUNT_LINK_UNSUPPORTED);
	header[12] = 0;
	CU_ASSERT_EQUAL(decode(149, header, 108), FV_COUNT_LINK_UNSUPPORTED);
	make_pktap(header, 107, 1, 12);
	CU_ASSERT_EQUAL(decode(149, header, 108), FV_COUNT_LINK_UNSUPPORTED);
	make_pktap(header, 108, 2, 12);
	CU_ASSERT_EQUAL(decode(149, header, 108), FV_COUNT_LINK_UNSUPPORTED);
	make_pktap(header, 108, 1, 12);
	header[11] = 1;
	CU_ASSERT_EQUAL(decode(149, header, 108), FV_COUNT_LINK_UNSUPPORTED);
	make_pktap(header, 108, 1, 12);
	header[1] = 8; /* 2,156 bytes */
	CU_ASSERT_EQUAL(decode(149, header, 108), FV_COUNT_LINK_UNSUPPORTED);
}

/*
 * libpcap agrees that these are IP, and UDP to that port.  Of ARCNET it knows
 * one header alone, that of RFC 1201, and of FDDI the addresses.
 */
static void
libpcap_sees_the_same_packet(void)
{
	struct fv_filter *filter;
	struct fv_packet p;
	struct fv_frame frame;
	struct fv_err err;
	const char *name;
	size_t i, n = 0;

	filter = fv_filter_new("ip and udp dst port 53", &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(filter);
	for (i = 0; i < fv_wrapping_links_count; i++) {
		name = fv_wrapping_links[i].name;
		if (strcmp(name, "FDDI") != 0 && strcmp(name, "ARCNET") != 0 &&
		    strcmp(name, "ARCNET, Linux") != 0)
			continue;
		fv_wrapping_start(&p, &fv_wrapping_links[i]);
		fv_packet_ipv4(&p, NULL);
		fv_packet_udp(&p, 1024, 53);
		fv_packet_finish(&p);
		frame = fv_packet_frame(&p);
		CU_ASSERT_EQUAL(fv_filter_keeps(filter, &frame, &err), 1);
		n++;
	}
	CU_ASSERT_EQUAL(n, 3);
	fv_filter_free(filter);
}

CU_TestInfo suite_decode_lan[] = {
	{ "FDDI frames are counted by kind", fddi_frames_are_counted_by_kind },
	{ "ARCNET protocols of both RFCs", arcnet_protocols_of_both_rfcs },
	{ "a later piece on ARCNET is no packet",
	    a_later_piece_on_arcnet_is_no_packet },
	{ "PKTAP is followed to its packet", pktap_is_followed_to_its_packet },
	{ "a private link type is PKTAP only if it looks so",
	    a_private_link_type_is_pktap_only_if_it_looks_so },
	{ "libpcap sees the same packet", libpcap_sees_the_same_packet },
	CU_TEST_INFO_NULL,
};

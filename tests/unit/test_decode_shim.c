#include "tests/unit/suites.h"

#include <string.h>

#include "convert/decode_link.h"
#include "convert/decode_shim.h"
#include "tests/capgen/packet.h"

static struct fv_raw_packet packet;
static struct fv_decode_link said;
static size_t left;

/* Follow the headers at ${bytes}, the first of them a ${protocol}. */
static enum fv_counter
follow(uint16_t protocol, const void *bytes, size_t length)
{
	struct fv_cursor in = fv_cursor_over(bytes, length);
	enum fv_counter outcome;

	memset(&packet, 0, sizeof(packet));
	memset(&said, 0, sizeof(said));
	outcome = fv_decode_shim_read(protocol, &in, &packet, &said);
	left = fv_cursor_left(&in);
	return outcome;
}

/* ${labels} labels, the last with the bottom bit, then ${first}. */
static enum fv_counter
follow_labels(int labels, uint32_t label, uint8_t first)
{
	struct fv_packet p;
	int i;

	fv_packet_start(&p);
	fv_packet_payload(&p, 4UL * (size_t)labels + 40);
	for (i = 0; i < labels; i++)
		fv_packet_put32(&p, 4UL * (size_t)i,
		    label << 12 | (i == labels - 1 ? 0x140 : 0x40));
	fv_packet_put8(&p, 4UL * (size_t)labels, first);
	return follow(FV_PROTOCOL_MPLS, p.bytes, p.length);
}

static void
labels_are_followed_to_the_bottom(void)
{
	CU_ASSERT_EQUAL(follow_labels(1, 100, 0x45), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(said.ip_version, 4);
	CU_ASSERT_EQUAL(left, 40);
	CU_ASSERT_EQUAL(follow_labels(16, 100, 0x60), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(said.ip_version, 6);
	CU_ASSERT_EQUAL(left, 40);
	CU_ASSERT_EQUAL(follow_labels(17, 100, 0x45), FV_COUNT_MPLS_DEEP);
	/* OAM, and the channel of a pseudowire, carry no packets. */
	CU_ASSERT_EQUAL(follow_labels(1, 13, 0x45), FV_COUNT_MPLS);
	CU_ASSERT_EQUAL(follow_labels(1, 14, 0x45), FV_COUNT_MPLS);
	CU_ASSERT_EQUAL(follow_labels(1, 100, 0x10), FV_COUNT_MPLS);
	/* A header of 12 bytes is not IPv4's: a MAC that begins so. */
	CU_ASSERT_EQUAL(follow_labels(1, 100, 0x43), FV_COUNT_NOT_IP);
	CU_ASSERT_TRUE((packet.has & FV_HAS_SOURCE_MAC) != 0);
}

static void
llc_is_told_by_kind(void)
{
	static const struct {
		uint8_t bytes[8];
		enum fv_counter outcome;
	} kinds[] = {
		{ { 0x42, 0x42, 3 }, FV_COUNT_STP },
		{ { 0xaa, 0xaa, 3, 0, 0, 0x0c, 0x01, 0x0b }, FV_COUNT_STP },
		{ { 0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0x00 }, FV_COUNT_CDP },
		{ { 0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0x04 }, FV_COUNT_CDP },
		{ { 0xaa, 0xaa, 3, 0, 0, 0, 0x88, 0xcc }, FV_COUNT_LLDP },
		{ { 0xaa, 0xaa, 3, 0, 0, 0, 0x08, 0x06 }, FV_COUNT_ARP },
		{ { 0xaa, 0xaa, 3, 0, 0, 0, 0x00, 0x26 }, FV_COUNT_NOT_IP },
		{ { 0xaa, 0xaa, 3, 0x12, 0x34, 0x56, 8, 0 }, FV_COUNT_NOT_IP },
		{ { 0xaa, 0xaa, 0, 0, 0, 0, 8, 0 }, FV_COUNT_LLC },
		{ { 0xe0, 0xe0, 3 }, FV_COUNT_IPX },
		{ { 0xf0, 0xf0, 3 }, FV_COUNT_IPX },
		{ { 0xfe, 0xfe, 3, 0x83 }, FV_COUNT_OSI },
		{ { 0x7e, 0x7e, 3 }, FV_COUNT_LLC },
		{ { 0x06, 0x06, 3, 0x45 }, FV_COUNT_RECORDED },
		{ { 0xaa, 0xaa, 3, 0, 0, 0, 0x08, 0x00 }, FV_COUNT_RECORDED },
	};
	size_t i;

	for (i = 0; i < FV_COUNT(kinds); i++)
		CU_ASSERT_EQUAL(follow(FV_PROTOCOL_LLC, kinds[i].bytes, 8),
		    kinds[i].outcome);
}

static void
ppp_is_told_by_kind(void)
{
	static const struct {
		uint8_t bytes[6];
		enum fv_counter outcome;
	} kinds[] = {
		{ { 0xff, 3, 0xc0, 0x21 }, FV_COUNT_PPP_CONTROL }, /* LCP */
		{ { 0x80, 0x21 }, FV_COUNT_PPP_CONTROL },          /* IPCP */
		{ { 0xc2, 0x23 }, FV_COUNT_PPP_CONTROL },          /* CHAP */
		{ { 0x00, 0xfd }, FV_COUNT_PPP_OTHER }, /* compressed */
		{ { 0xfd }, FV_COUNT_PPP_OTHER },
		{ { 0x00, 0x2d }, FV_COUNT_PPP_OTHER },
		{ { 0x3d }, FV_COUNT_PPP_OTHER },
		{ { 0x2b }, FV_COUNT_IPX },
		{ { 0x00, 0x23 }, FV_COUNT_OSI },
		{ { 0x8f, 0, 0x80, 0x35 }, FV_COUNT_PPP_CONTROL },
		{ { 0x0f, 0, 0x20, 0 }, FV_COUNT_CDP },
		{ { 0x8f, 0, 0xfe, 0xfe }, FV_COUNT_OSI },
		{ { 0x57, 0x60 }, FV_COUNT_RECORDED },
	};
	static const uint8_t session[] = { 0x11, 0, 0, 1, 0, 4, 0, 0x21, 0x45,
		0, 9, 9 };
	uint8_t other[sizeof(session)];
	size_t i;

	for (i = 0; i < FV_COUNT(kinds); i++)
		CU_ASSERT_EQUAL(follow(FV_PROTOCOL_PPP, kinds[i].bytes, 6),
		    kinds[i].outcome);
	/* PPPoE gives a length, behind which is padding. */
	CU_ASSERT_EQUAL(
	    follow(0x8864, session, sizeof(session)), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(left, 2);
	memcpy(other, session, sizeof(other));
	other[1] = 0xa7;
	CU_ASSERT_EQUAL(follow(0x8864, other, sizeof(other)), FV_COUNT_PPPOE);
	other[0] = 0x21;
	CU_ASSERT_EQUAL(
	    follow(0x8864, other, sizeof(other)), FV_COUNT_PPP_OTHER);
}

static void
headers_in_headers_have_an_end(void)
{
	static const uint8_t wire[] = { 0, 1, 1, 64, 0, 0, 0, 0, 9, 9, 9, 9, 9,
		9, 8, 8, 8, 8, 8, 8, 0x88, 0x47 };
	struct fv_packet p;
	int i;

	fv_packet_start(&p);
	for (i = 0; i < 3; i++)
		fv_packet_header(&p, 0, 0, wire, sizeof(wire));
	fv_packet_payload(&p, 4);
	fv_packet_put32(&p, p.length - 4, 0x1140);
	fv_packet_ipv4(&p, NULL);
	CU_ASSERT_EQUAL(
	    follow(FV_PROTOCOL_MPLS, p.bytes, p.length), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(left, 20);
	fv_packet_start(&p);
	for (i = 0; i < 5; i++)
		fv_packet_header(&p, 0, 0, wire, sizeof(wire));
	CU_ASSERT_EQUAL(
	    follow(FV_PROTOCOL_MPLS, p.bytes, p.length), FV_COUNT_LINK_DEEP);
}

CU_TestInfo suite_decode_shim[] = {
	{ "labels are followed to the bottom",
	    labels_are_followed_to_the_bottom },
	{ "LLC is told by kind", llc_is_told_by_kind },
	{ "PPP is told by kind", ppp_is_told_by_kind },
	{ "headers in headers have an end", headers_in_headers_have_an_end },
	CU_TEST_INFO_NULL,
};

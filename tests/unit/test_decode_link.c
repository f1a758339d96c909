#include "tests/unit/suites.h"

#include <stdio.h>
#include <string.h>

#include "convert/decode_link.h"
#include "tests/capgen/packet.h"
#include "tests/capgen/wrapping.h"

static struct fv_raw_packet packet;
static unsigned version;
static struct fv_decode_link said;
static size_t left; /* behind the link headers */

/* Read the link header of the first ${length} bytes of ${p}. */
static enum fv_counter
read_cut(const struct fv_packet *p, size_t length)
{
	struct fv_cursor in = fv_cursor_over(p->bytes, length);
	enum fv_counter outcome;

	memset(&packet, 0, sizeof(packet));
	memset(&said, 0xa5, sizeof(said));
	outcome = fv_decode_link_read(p->link_type, &in, &packet, &said);
	version = said.ip_version;
	left = fv_cursor_left(&in);
	return outcome;
}

static enum fv_counter
read_whole(const struct fv_packet *p)
{
	return read_cut(p, p->length);
}

/* The outcome of an Ethernet frame with ${tags} and then ${ethertype}. */
static enum fv_counter
ethernet_outcome(int tags, uint16_t ethertype)
{
	struct fv_packet p;

	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	while (tags-- > 0)
		fv_packet_vlan(&p, 0x8100, 7);
	fv_packet_ethertype(&p, ethertype);
	fv_packet_payload(&p, 46);
	return read_whole(&p);
}

static bool
has_our_mac(void)
{
	static const uint8_t mac[6] = { 0, 0, 0x5e, 0, 0x53, 1 };

	return (packet.has & FV_HAS_SOURCE_MAC) != 0 &&
	    memcmp(packet.source_mac.octet, mac, sizeof(mac)) == 0;
}

static void
ethernet_names_ip_and_its_sender(void)
{
	CU_ASSERT_EQUAL(ethernet_outcome(0, 0x0800), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(version, 4);
	CU_ASSERT_EQUAL(left, 46);
	CU_ASSERT_TRUE(has_our_mac());
	CU_ASSERT_EQUAL(packet.has, FV_HAS_SOURCE_MAC);
	CU_ASSERT_EQUAL(ethernet_outcome(0, 0x86dd), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(version, 6);
}

static void
a_zero_or_multicast_mac_is_still_one(void)
{
	struct fv_packet p;

	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	fv_packet_ethertype(&p, 0x0800);
	memset(p.bytes + 6, 0, 6);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.has, FV_HAS_SOURCE_MAC);
	memset(p.bytes + 6, 0xff, 6);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.has, FV_HAS_SOURCE_MAC);
	CU_ASSERT_EQUAL(packet.source_mac.octet[5], 0xff);
}

static void
what_is_not_ip_is_counted_by_kind(void)
{
	static const struct {
		uint16_t ethertype;
		enum fv_counter outcome;
	} kinds[] = {
		{ 0x0806, FV_COUNT_ARP },
		{ 0x8035, FV_COUNT_ARP },
		{ 0x0000, FV_COUNT_LLC_SHORT },
		{ 0x0002, FV_COUNT_LLC_SHORT },
		{ 0x0026, FV_COUNT_LLC },
		{ 0x05dc, FV_COUNT_LLC },
		{ 0x05ff, FV_COUNT_LLC },
		{ 0x0600, FV_COUNT_NOT_IP },
		{ 0x88cc, FV_COUNT_LLDP },
		{ 0x888e, FV_COUNT_EAPOL },
		{ 0x88c7, FV_COUNT_EAPOL },
		{ 0x8137, FV_COUNT_IPX },
		{ 0x2000, FV_COUNT_CDP },
		{ 0x8863, FV_COUNT_PPPOE },
		{ 0x9000, FV_COUNT_LOOPBACK },
		{ 0x88b7, FV_COUNT_NOT_IP },
	};
	size_t i;

	/* Behind a tag they are the same. */
	for (i = 0; i < FV_COUNT(kinds); i++) {
		CU_ASSERT_EQUAL(
		    ethernet_outcome(0, kinds[i].ethertype), kinds[i].outcome);
		CU_ASSERT_EQUAL(
		    ethernet_outcome(1, kinds[i].ethertype), kinds[i].outcome);
	}
}

static void
the_outermost_of_stacked_tags_is_the_vlan(void)
{
	static const uint16_t tag[] = { 0x88a8, 0x8100, 0x9100, 0x9200 };
	struct fv_packet p;
	uint16_t i;

	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	for (i = 0; i < FV_COUNT(tag); i++)
		fv_packet_vlan(&p, tag[i], (uint16_t)(0xf123 + i));
	fv_packet_ipv6(&p, NULL);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(version, 6);
	CU_ASSERT_EQUAL(packet.vlan, 0x123);
	CU_ASSERT_EQUAL(packet.has, FV_HAS_SOURCE_MAC | FV_HAS_VLAN);
	CU_ASSERT_EQUAL(left, 40);
}

static void
a_priority_tag_is_vlan_0(void)
{
	struct fv_packet p;

	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	fv_packet_vlan(&p, 0x8100, 0xe000);
	fv_packet_ipv4(&p, NULL);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.vlan, 0);
	CU_ASSERT_TRUE((packet.has & FV_HAS_VLAN) != 0);
}

static void
tags_are_followed_to_the_limit_and_no_further(void)
{
	CU_ASSERT_EQUAL(
	    ethernet_outcome(FV_VLAN_TAGS_LIMIT, 0x0800), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(ethernet_outcome(FV_VLAN_TAGS_LIMIT + 1, 0x0800),
	    FV_COUNT_VLAN_DEEP);
}

static void
a_cut_tag_is_short_and_names_no_vlan(void)
{
	struct fv_packet p;
	size_t n;

	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	fv_packet_vlan(&p, 0x8100, 7);
	fv_packet_ipv4(&p, NULL);
	for (n = 0; n < 14; n++)
		CU_ASSERT_EQUAL(read_cut(&p, n), FV_COUNT_LINK_SHORT);
	for (; n < 18; n++) {
		CU_ASSERT_EQUAL(read_cut(&p, n), FV_COUNT_VLAN_SHORT);
		CU_ASSERT_EQUAL(packet.has, FV_HAS_SOURCE_MAC);
	}
	CU_ASSERT_EQUAL(read_cut(&p, n), FV_COUNT_RECORDED);
}

/* ${cooked} is one of fv_packet_sll and fv_packet_sll2. */
static void
check_cooked(void (*cooked)(struct fv_packet *), size_t length, size_t hardware,
    size_t protocol, size_t address_length)
{
	struct fv_packet p;
	size_t n;

	fv_packet_start(&p);
	cooked(&p);
	fv_packet_vlan(&p, 0x8100, 9);
	fv_packet_ipv4(&p, NULL);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(version, 4);
	CU_ASSERT_EQUAL(left, 20);
	CU_ASSERT_EQUAL(packet.vlan, 9);
	CU_ASSERT_TRUE(has_our_mac());
	for (n = 0; n < length; n++)
		CU_ASSERT_EQUAL(read_cut(&p, n), FV_COUNT_LINK_SHORT);

	/* An address of another length, as of a tunnel, is no MAC. */
	fv_packet_put8(&p, address_length, 4);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.has, FV_HAS_VLAN);
	fv_packet_put8(&p, address_length, 0);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.has, FV_HAS_VLAN);

	fv_packet_put16(&p, protocol, 0x0806);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_ARP);
	fv_packet_put16(&p, protocol, 4); /* 802.2 */
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_LLC);
	fv_packet_put16(&p, protocol, 1); /* 802.3 */
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_IPX);
	fv_packet_put16(&p, protocol, 0x000c); /* CAN */
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_NOT_IP);
	fv_packet_put16(&p, protocol, 0x0800);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
	fv_packet_put16(&p, hardware, 824); /* netlink, family 0x0800 */
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_NOT_IP);
	fv_packet_put16(&p, hardware, 770); /* frame relay */
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_NOT_IP);
}

static void
linux_cooked_headers_of_both_versions(void)
{
	check_cooked(fv_packet_sll, 16, 2, 14, 5);
	check_cooked(fv_packet_sll2, 20, 8, 0, 11);
}

static void
families_of_every_system_in_either_order(void)
{
	static const struct {
		uint32_t family;
		unsigned version;
	} families[] = { { 2, 4 }, { 10, 6 }, { 24, 6 }, { 28, 6 }, { 30, 6 } };
	static const uint32_t link[] = { FV_LINK_NULL, FV_LINK_LOOP };
	struct fv_packet p;
	size_t i;

	for (i = 0; i < 4 * FV_COUNT(families); i++) {
		fv_packet_start(&p);
		fv_packet_family(
		    &p, link[i % 2], families[i / 4].family, i / 2 % 2);
		fv_packet_payload(&p, 3);
		CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
		CU_ASSERT_EQUAL(version, families[i / 4].version);
		CU_ASSERT_EQUAL(left, 3);
		CU_ASSERT_EQUAL(packet.has, 0);
		CU_ASSERT_EQUAL(read_cut(&p, 3), FV_COUNT_LINK_SHORT);
	}
	fv_packet_start(&p);
	fv_packet_family(&p, FV_LINK_NULL, 7, 1); /* AF_OSI, say */
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_NOT_IP);
	fv_packet_put32(&p, 0, 0x02000002); /* a family in neither order */
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_NOT_IP);
}

static void
raw_link_types_promise_what_they_know(void)
{
	static const struct {
		uint32_t link_type;
		unsigned version;
	} raw[] = { { 12, 0 }, { 14, 0 }, { 101, 0 }, { 228, 4 }, { 229, 6 } };
	struct fv_packet p;
	size_t i;

	for (i = 0; i < FV_COUNT(raw); i++) {
		fv_packet_start(&p);
		fv_packet_raw(&p, raw[i].link_type);
		CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
		CU_ASSERT_EQUAL(version, raw[i].version);
		CU_ASSERT_EQUAL(packet.has, 0);
	}
}

static void
other_link_types_are_not_guessed(void)
{
	static const uint32_t others[] = { 2, 6, 13, 107, 147, 251, 9999 };
	struct fv_packet p;
	size_t i;

	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, NULL);
	for (i = 0; i < FV_COUNT(others); i++) {
		p.link_type = others[i];
		CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_LINK_UNSUPPORTED);
	}
}

/* Whether ${why} says that a header was cut. */
static bool
is_short(enum fv_counter why)
{
	return why == FV_COUNT_LINK_SHORT || why == FV_COUNT_VLAN_SHORT ||
	    why == FV_COUNT_MPLS_SHORT || why == FV_COUNT_PPP_SHORT ||
	    why == FV_COUNT_LLC_SHORT;
}

/* Too little to know whether the private link type is used for PKTAP. */
static bool
is_private(uint32_t link_type, enum fv_counter outcome)
{
	return link_type == FV_LINK_USER2 &&
	    outcome == FV_COUNT_LINK_UNSUPPORTED;
}

/* Two pairs of headers are cut in their last bytes to what means another. */
static void
every_link_header_leads_to_ip(void)
{
	const struct fv_wrapping_link *link;
	enum fv_counter outcome;
	struct fv_packet p;
	size_t i, n;

	for (i = 0; i < fv_wrapping_links_count; i++) {
		link = &fv_wrapping_links[i];
		fv_wrapping_start(&p, link);
		fv_packet_ipv4(&p, NULL);
		outcome = read_whole(&p);
		if (outcome != FV_COUNT_RECORDED || left != 20)
			(void)printf("%s: %d, %zu left\n", link->name,
			    (int)outcome, left);
		CU_ASSERT_EQUAL(outcome, FV_COUNT_RECORDED);
		CU_ASSERT_EQUAL(left, 20);
		CU_ASSERT_EQUAL(version, link->link_type == 101 ? 0 : 4);
		CU_ASSERT_EQUAL(has_our_mac(), link->has_mac != 0);
		for (n = 0; n < p.ip; n++) {
			outcome = read_cut(&p, n);
			CU_ASSERT(is_short(outcome) ||
			    is_private(link->link_type, outcome) ||
			    (outcome == FV_COUNT_RECORDED && left == 0));
		}
	}
	CU_ASSERT(i > 30);
}

static void
an_unknown_ethertype_is_told(void)
{
	CU_ASSERT_EQUAL(ethernet_outcome(1, 0x88b7), FV_COUNT_NOT_IP);
	CU_ASSERT_EQUAL(said.ethertype, 0x88b7);
	CU_ASSERT_EQUAL(ethernet_outcome(0, 0x0806), FV_COUNT_ARP);
	CU_ASSERT_EQUAL(said.ethertype, 0);
}

CU_TestInfo suite_decode_link[] = {
	{ "Ethernet names IP and its sender",
	    ethernet_names_ip_and_its_sender },
	{ "a zero or multicast MAC is still one",
	    a_zero_or_multicast_mac_is_still_one },
	{ "what is not IP is counted by kind",
	    what_is_not_ip_is_counted_by_kind },
	{ "the outermost of stacked tags is the VLAN",
	    the_outermost_of_stacked_tags_is_the_vlan },
	{ "a priority tag is VLAN 0", a_priority_tag_is_vlan_0 },
	{ "tags are followed to the limit and no further",
	    tags_are_followed_to_the_limit_and_no_further },
	{ "a cut tag is short and names no VLAN",
	    a_cut_tag_is_short_and_names_no_vlan },
	{ "Linux cooked headers of both versions",
	    linux_cooked_headers_of_both_versions },
	{ "families of every system, in either order",
	    families_of_every_system_in_either_order },
	{ "raw link types promise what they know",
	    raw_link_types_promise_what_they_know },
	{ "other link types are not guessed",
	    other_link_types_are_not_guessed },
	{ "every link header leads to IP", every_link_header_leads_to_ip },
	{ "an unknown EtherType is told", an_unknown_ethertype_is_told },
	CU_TEST_INFO_NULL,
};

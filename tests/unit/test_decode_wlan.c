#include "tests/unit/suites.h"

#include <string.h>

#include "convert/decode.h"
#include "tests/capgen/packet.h"

static struct fv_raw_packet packet;
static uint64_t counter[FV_COUNTERS];

/* Decode ${p} behind ${link_type}. */
static enum fv_counter
decode(const struct fv_packet *p, uint32_t link_type)
{
	struct fv_frame frame = fv_packet_frame(p);
	struct fv_decode_rest rest;

	frame.link_type = link_type;
	memset(counter, 0, sizeof(counter));
	return fv_decode_frame(&frame, &packet, &rest, counter);
}

/* A frame of ${control} with room for every field, and IPv4 as LLC says. */
static void
build(struct fv_packet *p, uint16_t control, size_t header)
{
	static const uint8_t snap[8] = { 0xaa, 0xaa, 3, 0, 0, 0, 8, 0 };

	fv_packet_start(p);
	fv_packet_header(p, 0, 0, NULL, header);
	fv_packet_put8(p, 0, (uint8_t)control);
	fv_packet_put8(p, 1, (uint8_t)(control >> 8));
	fv_packet_header(p, 0, 0, snap, sizeof(snap));
	fv_packet_ipv4(p, NULL);
	fv_packet_udp(p, 1024, 53);
	fv_packet_finish(p);
}

static void
frames_are_counted_by_kind(void)
{
	static const struct {
		uint16_t control;
		enum fv_counter outcome;
	} kinds[] = {
		{ 0x0080, FV_COUNT_WLAN_MANAGEMENT }, /* beacon */
		{ 0x40d0, FV_COUNT_WLAN_MANAGEMENT }, /* protected action */
		{ 0x00d4, FV_COUNT_WLAN_CONTROL },    /* ACK */
		{ 0x0048, FV_COUNT_WLAN_EMPTY },
		{ 0x4108, FV_COUNT_WLAN_PROTECTED },
		{ 0x000c, FV_COUNT_WLAN_OTHER }, /* an extension */
		{ 0x0009, FV_COUNT_WLAN_OTHER }, /* version 1 */
		{ 0x0008, FV_COUNT_RECORDED },
	};
	struct fv_packet p;
	size_t i;

	for (i = 0; i < FV_COUNT(kinds); i++) {
		build(&p, kinds[i].control, 24);
		CU_ASSERT_EQUAL(decode(&p, 105), kinds[i].outcome);
		CU_ASSERT_EQUAL(counter[FV_COUNT_SLIDES_NOT_IPV4],
		    kinds[i].outcome != FV_COUNT_RECORDED);
	}
	build(&p, 0x00c8, 26); /* QoS without data */
	CU_ASSERT_EQUAL(decode(&p, 105), FV_COUNT_WLAN_EMPTY);
}

static void
headers_have_their_real_lengths(void)
{
	static const struct {
		uint16_t control;
		size_t header;
	} forms[] = { { 0x0008, 24 }, { 0x0308, 30 }, { 0x0088, 26 },
		{ 0x0388, 32 }, { 0x8088, 30 }, { 0x8388, 36 },
		/* Without QoS the bit means order, and no HT control. */
		{ 0x8008, 24 } };
	struct fv_packet p;
	size_t i;

	for (i = 0; i < FV_COUNT(forms); i++) {
		build(&p, forms[i].control, forms[i].header);
		CU_ASSERT_EQUAL(decode(&p, 105), FV_COUNT_RECORDED);
		CU_ASSERT_EQUAL(packet.destination_port, 53);
	}
}

static void
a_later_fragment_of_802_11_is_told(void)
{
	struct fv_packet p;

	build(&p, 0x0008, 24);
	fv_packet_put8(&p, 22, 0xf0); /* a sequence number alone */
	CU_ASSERT_EQUAL(decode(&p, 105), FV_COUNT_RECORDED);
	fv_packet_put8(&p, 22, 0xf1);
	CU_ASSERT_EQUAL(decode(&p, 105), FV_COUNT_WLAN_FRAGMENT);
}

static void
of_an_aggregate_the_first_packet_is_read(void)
{
	static const uint8_t mac[6] = { 9, 9, 9, 9, 9, 9 };
	struct fv_packet p;

	/* 26 bytes of header, 14 of the first packet's own. */
	build(&p, 0x0088, 40);
	fv_packet_put8(&p, 24, 0x80);
	memcpy(p.bytes + 32, mac, sizeof(mac));
	fv_packet_put16(&p, 38, 8 + 28);
	CU_ASSERT_EQUAL(decode(&p, 105), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.destination_port, 53);
	CU_ASSERT_EQUAL(memcmp(packet.source_mac.octet, mac, 6), 0);
	CU_ASSERT_EQUAL(counter[FV_COUNT_WLAN_AGGREGATED], 0);
	fv_packet_payload(&p, 14 + 8 + 28);
	CU_ASSERT_EQUAL(decode(&p, 105), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(counter[FV_COUNT_WLAN_AGGREGATED], 1);
}

/* A header of radiotap with flags that say ${flags}, before ${p}. */
static void
put_radiotap(struct fv_packet *p, uint8_t flags)
{
	const uint8_t radiotap[9] = { 0, 0, 9, 0, 2, 0, 0, 0, flags };

	memmove(p->bytes + sizeof(radiotap), p->bytes, p->length);
	memcpy(p->bytes, radiotap, sizeof(radiotap));
	p->length += sizeof(radiotap);
}

static void
an_fcs_that_radiotap_tells_is_no_data(void)
{
	struct fv_packet p;

	build(&p, 0x0008, 24);
	fv_packet_put16(&p, p.ip + 2, 0); /* all that is there is the packet */
	fv_packet_payload(&p, 4);
	put_radiotap(&p, 0);
	CU_ASSERT_EQUAL(decode(&p, 127), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.bytes, 32);
	fv_packet_put8(&p, 8, 0x10);
	CU_ASSERT_EQUAL(decode(&p, 127), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.bytes, 28);
}

static void
an_fcs_that_ppi_tells_is_no_data(void)
{
	/* An aggregation extension, then 802.11-Common with an FCS. */
	static const uint8_t ppi[] = { 0, 0, 36, 0, 105, 0, 0, 0, 8, 0, 4, 0, 0,
		0, 0, 0, 2, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0,
		0, 0 };
	struct fv_packet p;

	build(&p, 0x0008, 24);
	fv_packet_put16(&p, p.ip + 2, 0);
	fv_packet_payload(&p, 4);
	memmove(p.bytes + sizeof(ppi), p.bytes, p.length);
	memcpy(p.bytes, ppi, sizeof(ppi));
	p.length += sizeof(ppi);
	CU_ASSERT_EQUAL(decode(&p, 192), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.bytes, 28);
	fv_packet_put8(&p, 28, 0);
	CU_ASSERT_EQUAL(decode(&p, 192), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.bytes, 32);
}

static void
wrappers_do_not_wrap_wrappers(void)
{
	static const uint8_t inside[] = { 192, 127, 119, 163, 251 };
	uint8_t ppi[8] = { 0, 0, 8, 0, 0, 0, 0, 0 };
	struct fv_packet p;
	size_t i;

	for (i = 0; i < FV_COUNT(inside); i++) {
		ppi[4] = inside[i];
		fv_packet_start(&p);
		fv_packet_header(&p, 0, 0, ppi, sizeof(ppi));
		fv_packet_payload(&p, 100);
		CU_ASSERT_EQUAL(decode(&p, 192), FV_COUNT_LINK_UNSUPPORTED);
	}
}

static void
a_header_that_claims_too_much_is_short(void)
{
	struct fv_packet p;

	build(&p, 0x0008, 24);
	put_radiotap(&p, 0);
	fv_packet_put8(&p, 3, 9);
	CU_ASSERT_EQUAL(decode(&p, 127), FV_COUNT_LINK_SHORT);
	fv_packet_put8(&p, 3, 0);
	fv_packet_put8(&p, 2, 7); /* less than itself */
	CU_ASSERT_EQUAL(decode(&p, 127), FV_COUNT_LINK_SHORT);
	CU_ASSERT_EQUAL(decode(&p, 119), FV_COUNT_LINK_SHORT);
}

CU_TestInfo suite_decode_wlan[] = {
	{ "frames are counted by kind", frames_are_counted_by_kind },
	{ "headers have their real lengths", headers_have_their_real_lengths },
	{ "a later fragment of 802.11 is told",
	    a_later_fragment_of_802_11_is_told },
	{ "of an aggregate the first packet is read",
	    of_an_aggregate_the_first_packet_is_read },
	{ "an FCS that radiotap tells is no data",
	    an_fcs_that_radiotap_tells_is_no_data },
	{ "an FCS that PPI tells is no data",
	    an_fcs_that_ppi_tells_is_no_data },
	{ "wrappers do not wrap wrappers", wrappers_do_not_wrap_wrappers },
	{ "a header that claims too much is short",
	    a_header_that_claims_too_much_is_short },
	CU_TEST_INFO_NULL,
};

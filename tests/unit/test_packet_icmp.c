#include "tests/unit/suites.h"

#include <string.h>

#include "tests/unit/addresses.h"
#include "tests/unit/packet_bed.h"

enum { ETHERNET = 14, IPV4 = 20, IPV6 = 40 };

static struct fv_packet_bed bed;
static struct fv_packet p;

/* ${p} is an ICMP error of that type about a TCP packet the other way. */
static void
quote(unsigned version, uint8_t type, uint8_t code)
{
	fv_packet_bed_begin(&p, version);
	fv_packet_icmp(&p, type, code);
	if (version == 4)
		fv_packet_ipv4(&p, NULL);
	else
		fv_packet_ipv6(&p, NULL);
	fv_packet_tcp(&p, 40001, 443, FV_PACKET_ACK, NULL, 0);
	fv_packet_finish(&p);
	fv_packet_put32(&p, p.transport + 4, 1000);
	fv_packet_bed_pass(&bed, &p);
}

static void
a_quoted_packet_is_told_as_it_is_told_itself(void)
{
	uint32_t number[2];
	unsigned version;
	size_t header;

	fv_packet_bed_segment(NULL, false, 40001, 443, 1000, 0, number);
	for (version = 4; version <= 6; version += 2) {
		header = version == 4 ? IPV4 : IPV6;
		quote(version, version == 4 ? 3 : 1, 1);
		CU_ASSERT_EQUAL(bed.captured, ETHERNET + 2 * header + 16);
		CU_ASSERT_EQUAL(memcmp(bed.bytes + ETHERNET + header - 8,
				    bed.bytes + bed.captured - 16, 8),
		    0);
		CU_ASSERT_EQUAL(fv_packet_bed_32(&bed, bed.captured - 8),
		    UINT32_C(40001) << 16 | 443);
		if (version == 4)
			CU_ASSERT_EQUAL(
			    fv_packet_bed_32(&bed, bed.captured - 4),
			    number[0]);
		CU_ASSERT_EQUAL(
		    fv_packet_bed_sum(&bed, ETHERNET + header,
			version == 4
			    ? 0
			    : fv_packet_bed_pseudo(&bed, 6, ETHERNET, 58,
				  (uint32_t)(p.length - ETHERNET - IPV6))),
		    0);
	}
}

static void
the_mtu_of_an_error_is_kept_and_extensions_are_not(void)
{
	fv_packet_bed_begin(&p, 4);
	fv_packet_icmp(&p, 3, 4);
	fv_packet_finish(&p);
	fv_packet_put32(&p, p.transport + 4, 0x001105dc);
	fv_packet_bed_pass(&bed, &p);
	CU_ASSERT_EQUAL(fv_packet_bed_32(&bed, ETHERNET + IPV4 + 4), 1500);
	fv_packet_put8(&p, p.transport + 1, 1);
	fv_packet_bed_pass(&bed, &p);
	CU_ASSERT_EQUAL(fv_packet_bed_32(&bed, ETHERNET + IPV4 + 4), 0);
	fv_packet_bed_begin(&p, 6);
	fv_packet_icmp(&p, 2, 0);
	fv_packet_finish(&p);
	fv_packet_put32(&p, p.transport + 4, 1280);
	fv_packet_bed_pass(&bed, &p);
	CU_ASSERT_EQUAL(fv_packet_bed_32(&bed, ETHERNET + IPV6 + 4), 1280);
}

static void
gateways_and_neighbours_are_mapped(void)
{
	static const uint8_t gateway[4] = { 192, 0, 2, 254 };
	uint8_t octet[16];
	struct fv_raw_addr target = fv_raw_address("2001:db8::77");

	fv_packet_bed_begin(&p, 4);
	fv_packet_icmp(&p, 5, 1);
	fv_packet_finish(&p);
	memcpy(p.bytes + p.transport + 4, gateway, 4);
	fv_packet_bed_pass(&bed, &p);
	fv_packet_bed_published("192.0.2.254", octet);
	CU_ASSERT_EQUAL(
	    memcmp(bed.bytes + ETHERNET + IPV4 + 4, octet + 12, 4), 0);
	fv_packet_bed_published("2001:db8::77", octet);
	fv_packet_bed_begin(&p, 6);
	fv_packet_icmp(&p, 136, 0);
	fv_packet_payload(&p, 16 + 8);
	fv_packet_finish(&p);
	fv_packet_put32(&p, p.transport + 4, 0xffffffff);
	memcpy(p.bytes + p.transport + 8, target.octet, 16);
	fv_packet_bed_pass(&bed, &p);
	CU_ASSERT_EQUAL(
	    fv_packet_bed_32(&bed, ETHERNET + IPV6 + 4), 0xe0000000);
	CU_ASSERT_EQUAL(memcmp(bed.bytes + ETHERNET + IPV6 + 8, octet, 16), 0);
	CU_ASSERT_EQUAL(bed.captured, ETHERNET + IPV6 + 24);
	fv_packet_bed_begin(&p, 6);
	fv_packet_icmp(&p, 137, 0);
	fv_packet_payload(&p, 32);
	fv_packet_finish(&p);
	memcpy(p.bytes + p.transport + 24, target.octet, 16);
	fv_packet_bed_pass(&bed, &p);
	CU_ASSERT_EQUAL(memcmp(bed.bytes + ETHERNET + IPV6 + 24, octet, 16), 0);
}

static void
an_echo_and_its_reply_have_one_identifier(void)
{
	uint16_t id;

	fv_packet_bed_begin(&p, 4);
	fv_packet_icmp(&p, 8, 0);
	fv_packet_finish(&p);
	fv_packet_put32(&p, p.transport + 4, 0x12340007);
	fv_packet_bed_pass(&bed, &p);
	id = fv_packet_bed_16(&bed, ETHERNET + IPV4 + 4);
	CU_ASSERT_NOT_EQUAL(id, 0x1234);
	CU_ASSERT_EQUAL(fv_packet_bed_16(&bed, ETHERNET + IPV4 + 6), 7);
	fv_packet_put8(&p, p.transport, 0);
	fv_packet_bed_turn(&p);
	fv_packet_bed_pass(&bed, &p);
	CU_ASSERT_EQUAL(fv_packet_bed_16(&bed, ETHERNET + IPV4 + 4), id);
}

CU_TestInfo suite_packet_icmp[] = {
	{ "a quoted packet is told as it is told itself",
	    a_quoted_packet_is_told_as_it_is_told_itself },
	{ "the MTU of an error is kept, and extensions are not",
	    the_mtu_of_an_error_is_kept_and_extensions_are_not },
	{ "gateways and neighbours are mapped",
	    gateways_and_neighbours_are_mapped },
	{ "an echo and its reply have one identifier",
	    an_echo_and_its_reply_have_one_identifier },
	CU_TEST_INFO_NULL,
};

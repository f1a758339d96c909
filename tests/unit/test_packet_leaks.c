#include "tests/unit/suites.h"

#include <string.h>

#include "tests/unit/packet_bed.h"
#include "tests/unit/packet_places.h"

/*
 * A mark is planted in each place where an identity can hide, and none of
 * its bytes may be in the packet that is built.  Each plant is first looked
 * for in the packet that goes in, so that a case cannot pass by planting
 * nothing.
 */
static struct fv_packet p;
static struct fv_packet_bed bed;

static void
try_places(const struct fv_packet_place *place)
{
	const uint8_t *mark = fv_packet_mark;
	size_t size = sizeof(fv_packet_mark);
	bool there;

	for (; place->name != NULL; place++) {
		fv_packet_start(&p);
		place->build(&p);
		fv_packet_finish(&p);
		if (place->finished != NULL)
			place->finished(&p);
		there = fv_packet_bed_holds(p.bytes, p.length, mark, size);
		CU_assertImplementation(there, __LINE__, place->name,
		    "is where nothing was planted", "", CU_FALSE);
		fv_packet_bed_pass(&bed, &p);
		there =
		    fv_packet_bed_holds(bed.bytes, bed.captured, mark, size);
		CU_assertImplementation(bed.captured > 0 && !there, __LINE__,
		    place->name, "leaks", "", CU_FALSE);
	}
}

static void
nothing_planted_in_a_packet_comes_out(void)
{
	try_places(fv_packet_places);
}

static void
nothing_planted_in_icmp_comes_out(void)
{
	try_places(fv_packet_places_icmp);
}

/* Fields too narrow for a mark: whatever they hold, the packet is the same. */
static void
narrow_fields_change_nothing(void)
{
	static const struct {
		const char *name;
		size_t at;
		uint8_t value;
	} fields[] = {
		{ "VLAN priority", 14, 0xf0 },
		{ "DSCP", 19, 0xfc },
		{ "IPv4 identification", 22, 0x5a },
		{ "IPv4 identification, low", 23, 0x5a },
		{ "reserved flag of IPv4", 24, 0x80 },
		{ "IPv4 checksum", 28, 0x5a },
		{ "TTL of the same class", 26, 50 },
		{ "reserved bits of TCP", 50, 0x5e },
		{ "TCP checksum", 54, 0x5a },
		{ "urgent pointer", 56, 0x5a },
		{ "urgent pointer, low", 57, 0x5a },
	};
	struct fv_packet_bed plain;
	size_t i;

	for (i = 0; i < FV_COUNT(fields); i++) {
		fv_packet_start(&p);
		fv_packet_ethernet(&p);
		fv_packet_vlan(&p, 0x8100, 7);
		fv_packet_ipv4(&p, NULL);
		fv_packet_tcp(&p, 1, 2, FV_PACKET_ACK, NULL, 0);
		fv_packet_finish(&p);
		fv_packet_bed_pass(&plain, &p);
		CU_ASSERT_NOT_EQUAL(p.bytes[fields[i].at], fields[i].value);
		fv_packet_put8(&p, fields[i].at, fields[i].value);
		fv_packet_bed_pass(&bed, &p);
		CU_assertImplementation(plain.captured == bed.captured &&
			memcmp(plain.bytes, bed.bytes, bed.captured) == 0,
		    __LINE__, fields[i].name, "changes", "the packet",
		    CU_FALSE);
	}
}

CU_TestInfo suite_packet_leaks[] = {
	{ "nothing planted in a packet comes out",
	    nothing_planted_in_a_packet_comes_out },
	{ "nothing planted in ICMP comes out",
	    nothing_planted_in_icmp_comes_out },
	{ "narrow fields change nothing", narrow_fields_change_nothing },
	CU_TEST_INFO_NULL,
};

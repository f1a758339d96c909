#include "tests/unit/suites.h"

#include <stdio.h>
#include <string.h>

#include "convert/decode.h"
#include "tests/capgen/packet.h"

static uint64_t counter[FV_COUNTERS]; /* of all frames so far */

static void
decode_frame(const struct fv_frame *frame)
{
	struct fv_raw_packet packet;
	struct fv_decode_rest rest;

	(void)fv_decode_frame(frame, &packet, &rest, counter);
}

static void
decode(const struct fv_packet *p)
{
	struct fv_frame frame = fv_packet_frame(p);

	decode_frame(&frame);
}

static void
build_udp(struct fv_packet *p, const struct fv_packet_ip *ip)
{
	fv_packet_start(p);
	fv_packet_ethernet(p);
	fv_packet_ipv4(p, ip);
	fv_packet_udp(p, 1024, 53);
	fv_packet_finish(p);
}

/* Packets that are recorded, each with something to be noted. */
static void
decode_notable(void)
{
	const struct fv_packet_ip first = { .more = 1 },
				  later = { .offset = 3 };
	struct fv_frame frame;
	struct fv_packet p;

	build_udp(&p, &first);
	decode(&p);
	build_udp(&p, &later);
	decode(&p);
	build_udp(&p, NULL);
	frame = fv_packet_frame(&p);
	frame.notes = FV_FRAME_WITHOUT_TIME | FV_FRAME_TIME_CLAMPED |
	    FV_FRAME_TIME_FRACTION;
	frame.captured = 14 + 20 + 3;
	decode_frame(&frame);
	frame.link_type = 9999;
	decode_frame(&frame);
	fv_packet_put16(&p, p.ip + 2, 0);
	decode(&p);
	fv_packet_start(&p);
	fv_packet_raw(&p, 101);
	fv_packet_ipv6(&p, NULL);
	fv_packet_extension(&p, 60, 8, NULL);
	fv_packet_udp(&p, 1024, 53);
	fv_packet_finish(&p);
	decode(&p);
	frame = fv_packet_frame(&p);
	frame.captured = 44;
	decode_frame(&frame);
}

/* An Ethernet frame of ${ethertype} behind ${tags}, cut to ${captured}. */
static void
decode_kind(uint16_t ethertype, int tags, uint32_t captured)
{
	struct fv_frame frame;
	struct fv_packet p;

	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	while (tags-- > 0)
		fv_packet_vlan(&p, 0x8100, 5);
	fv_packet_ethertype(&p, ethertype);
	fv_packet_payload(&p, 46);
	frame = fv_packet_frame(&p);
	if (captured != 0)
		frame.captured = captured;
	decode_frame(&frame);
}

/* Frames that end in each of the counters that tests above do not reach. */
static void
decode_broken(void)
{
	struct fv_packet p;
	int n;

	build_udp(&p, NULL);
	fv_packet_put8(&p, p.ip, 0x44);
	decode(&p);
	fv_packet_put8(&p, p.ip, 0x65);
	decode(&p);
	fv_packet_put8(&p, p.ip, 0x45);
	fv_packet_put16(&p, p.ip + 2, 19);
	decode(&p);
	build_udp(&p, NULL);
	fv_packet_put16(&p, p.transport + 4, 7);
	decode(&p);
	fv_packet_start(&p);
	fv_packet_raw(&p, 101);
	fv_packet_ipv4(&p, NULL);
	fv_packet_tcp(&p, 1, 2, FV_PACKET_SYN, NULL, 0);
	fv_packet_finish(&p);
	fv_packet_put8(&p, p.transport + 12, 0x40);
	decode(&p);
	fv_packet_start(&p);
	fv_packet_raw(&p, 229);
	fv_packet_ipv6(&p, NULL);
	for (n = 0; n < 20; n++)
		fv_packet_extension(&p, 60, 8, NULL);
	fv_packet_finish(&p);
	decode(&p);
}

/* An Ethernet frame of ${type} with ${bytes} behind it. */
static void
decode_bytes(uint16_t type, const uint8_t *bytes, size_t length)
{
	struct fv_packet p;

	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	fv_packet_header(&p, type, 0, bytes, length);
	decode(&p);
}

/* Shims that hold no IP, or are cut, or stand in each other. */
static void
decode_shims(void)
{
	static const struct {
		uint16_t type;
		uint8_t bytes[8];
		size_t length;
	} shims[] = {
		{ 0x8847, { 0, 1, 1 }, 3 },
		{ 0x8847, { 0, 0, 0xd1, 64 }, 4 },
		{ 0x8864, { 0x11, 0, 0, 1, 0, 1 }, 6 },
		{ 0x8864, { 0x11, 0, 0, 1, 0, 2, 0xc0, 0x21 }, 8 },
		{ 0x8864, { 0x11, 0, 0, 1, 0, 2, 0x00, 0xfd }, 8 },
		{ 0x0003, { 0x42, 0x42, 3 }, 3 },
		{ 0x0003, { 0xfe, 0xfe, 3 }, 3 },
		{ 0x0003, { 0xe0, 0xe0, 3 }, 3 },
		{ 0x0002, { 0xaa, 0xaa }, 2 },
		{ 0x0008, { 0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0 }, 8 },
	};
	struct fv_packet p;
	size_t i;

	for (i = 0; i < FV_COUNT(shims); i++)
		decode_bytes(shims[i].type, shims[i].bytes, shims[i].length);
	/* 25 labels without a bottom, and Ethernet in Ethernet. */
	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	fv_packet_header(&p, 0x8847, 0, NULL, 100);
	decode(&p);
	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	for (i = 0; i < 9; i++) {
		fv_packet_ethertype(&p, 0x6558);
		fv_packet_ethernet(&p);
	}
	decode(&p);
}

/* Frames of 802.11 that carry no packet; the last is an aggregate. */
static void
decode_wlan(void)
{
	static const uint8_t control[] = { 0x80, 0xd4, 0x48, 0x0c, 0x08, 0x08,
		0x88 };
	struct fv_packet p;
	size_t i;

	for (i = 0; i < FV_COUNT(control); i++) {
		fv_packet_start(&p);
		fv_packet_raw(&p, 105);
		fv_packet_header(&p, 0, 0, NULL, 80);
		fv_packet_put8(&p, 0, control[i]);
		if (i == 4)
			fv_packet_put8(&p, 1, 0x40);
		if (i == 5)
			fv_packet_put8(&p, 22, 1);
		if (i == 6)
			fv_packet_put8(&p, 24, 0x80);
		decode(&p);
	}
}

/* A fragment that is none of a transport header. */
static void
decode_tiny(void)
{
	const struct fv_packet_ip first = { .more = 1 };
	struct fv_packet p;

	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, &first);
	fv_packet_protocol(&p, 6);
	fv_packet_payload(&p, 8);
	fv_packet_finish(&p);
	decode(&p);
}

/* Those that take more than one frame, or a decoder with a choice. */
static bool
is_of_the_decoder(int i)
{
	switch (i) {
	case FV_COUNT_BEFORE_WINDOW:
	case FV_COUNT_AFTER_WINDOW:
	case FV_COUNT_FILTERED:
	case FV_COUNT_DUPLICATES_DROPPED:
	case FV_COUNT_DUPLICATES:
	case FV_COUNT_TIME_DISORDER:
	case FV_COUNT_DROPPED_BY_TAP:
	case FV_COUNT_FRAGMENT_JOINED:
	case FV_COUNT_FRAGMENT_ORPHAN:
	case FV_COUNT_FRAGMENT_OVERLAP:
	case FV_COUNT_FRAGMENT_EVICTED:
	case FV_COUNT_TUNNELLED:
	case FV_COUNT_TUNNEL_RECORDS:
	case FV_COUNT_TUNNEL_SHORT:
	case FV_COUNT_TUNNEL_MALFORMED:
	case FV_COUNT_TUNNEL_NOT_IP:
	case FV_COUNT_TUNNEL_DEEP:
	case FV_COUNT_TUNNEL_TRANSPORT:
		return true;
	default:
		return fv_counter_info[i].kind == FV_KIND_FAULT;
	}
}

static void
every_counter_is_reached(void)
{
	static const uint16_t kinds[] = { 0x0806, 0x0026, 0x88cc, 0x888e,
		0x8863, 0x9000, 0x88b7 };
	size_t i;

	memset(counter, 0, sizeof(counter));
	decode_notable();
	for (i = 0; i < FV_COUNT(kinds); i++)
		decode_kind(kinds[i], 0, 0);
	decode_kind(0x0800, 12, 0);
	decode_kind(0x0800, 1, 16);
	decode_kind(0x0800, 0, 10);
	decode_kind(0x0800, 0, 0);
	decode_kind(0x0800, 0, 20);
	decode_broken();
	decode_shims();
	decode_wlan();
	decode_tiny();
	for (i = 0; i < FV_COUNTERS; i++) {
		if (counter[i] == 0 && !is_of_the_decoder((int)i))
			(void)printf("%s\n", fv_counter_info[i].column);
		CU_ASSERT_TRUE(counter[i] > 0 || is_of_the_decoder((int)i));
	}
}

CU_TestInfo suite_decode_counters[] = {
	{ "rule 22: every counter is reached", every_counter_is_reached },
	CU_TEST_INFO_NULL,
};

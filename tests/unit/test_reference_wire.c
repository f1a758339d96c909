#include "tests/unit/suites.h"

#include <netinet/in.h>
#include <string.h>

#include "datasets/reference/wire.h"

static const struct fv_manner manners[] = {
	{ .ttl = 128, .syn = FV_SYN_48, .mss = 1460 },
	{ .ttl = 128, .syn = FV_SYN_52, .mss = 1460 },
	{ .ttl = 64, .syn = FV_SYN_60, .mss = 1460 },
	{ .ttl = 64, .syn = FV_SYN_64, .mss = 1460 },
};

static struct fv_wire_path
make_path(unsigned layout)
{
	return (struct fv_wire_path){ .manner = &manners[layout],
		.near = 0x0a010020,
		.far = 0xc6336407,
		.gateway = 0x0a010001,
		.ttl = { 50, 128 },
		.layout = { FV_SYN_52, (uint8_t)layout },
		.stamps = layout >= FV_SYN_60,
		.scales = layout != FV_SYN_48,
		.near_mac = { 0, 1, 2, 3, 4, 5 } };
}

static uint32_t
get16(const uint8_t *at)
{
	return (uint32_t)at[0] << 8 | at[1];
}

/* The two checksums of an IPv4 frame, the second with its pseudo-header. */
static bool
sums_are_right(const uint8_t *frame)
{
	const uint8_t *ip = frame + 14;
	size_t header = (size_t)(ip[0] & 15) * 4, n = get16(ip + 2) - header;
	uint32_t sum = 0;

	if (fv_wire_fold(fv_wire_sum(0, ip, header)) != 0)
		return false;
	if (ip[9] == IPPROTO_TCP || ip[9] == IPPROTO_UDP)
		sum = fv_wire_sum(ip[9] + (uint32_t)n, ip + 12, 8);
	else if (ip[9] != IPPROTO_ICMP && ip[9] != IPPROTO_IGMP)
		return true;
	return fv_wire_fold(fv_wire_sum(sum, ip + header, n)) == 0;
}

static void
checksum_is_the_example_of_rfc_1071(void)
{
	static const uint8_t bytes[] = { 0, 1, 0xf2, 3, 0xf4, 0xf5, 0xf6,
		0xf7 };

	CU_ASSERT_EQUAL(
	    fv_wire_fold(fv_wire_sum(0, bytes, 8)), (uint16_t)~0xddf2);
}

static void
syn_and_ack_lengths_tell_the_stack(void)
{
	static const uint32_t syn[] = { 48, 52, 60, 64 };
	static const uint32_t ack[] = { 40, 40, 52, 52 };
	struct fv_talk t = {
		.protocol = IPPROTO_TCP, .near_port = 50000, .far_port = 80
	};
	struct fv_event e = { .out = true };
	uint8_t frame[FV_WIRE_FRAME];
	struct fv_wire_path path;
	unsigned i;

	for (i = 0; i < 4; i++) {
		path = make_path(i);
		e.flags = FV_TALK_SYN;
		(void)fv_wire_frame(&path, &t, &e, 1, frame);
		CU_ASSERT_EQUAL(get16(frame + 16), syn[i]);
		CU_ASSERT(sums_are_right(frame));
		e.flags = FV_TALK_ACK;
		CU_ASSERT(fv_wire_frame(&path, &t, &e, 1, frame) >= 60);
		CU_ASSERT_EQUAL(get16(frame + 16), ack[i]);
		CU_ASSERT(sums_are_right(frame));
	}
	path = make_path(FV_SYN_52);
	for (e.sacks = 1; e.sacks <= 2; e.sacks++) {
		(void)fv_wire_frame(&path, &t, &e, 1, frame);
		CU_ASSERT_EQUAL(get16(frame + 16), e.sacks == 1 ? 52 : 60);
		CU_ASSERT(sums_are_right(frame));
	}
}

static void
every_kind_of_packet_sums_up(void)
{
	static const struct {
		uint8_t protocol, shape, content;
		uint16_t length;
	} kind[] = {
		{ IPPROTO_TCP, FV_SHAPE_DOWNLOAD, FV_CONTENT_FILLER, 1460 },
		{ IPPROTO_UDP, FV_SHAPE_STREAM, FV_CONTENT_FILLER, 33 },
		{ IPPROTO_UDP, FV_SHAPE_REQUEST, FV_CONTENT_DNS, 300 },
		{ IPPROTO_UDP, FV_SHAPE_REQUEST, FV_CONTENT_NTP, 48 },
		{ IPPROTO_UDP, FV_SHAPE_REQUEST, FV_CONTENT_DHCP, 300 },
		{ IPPROTO_UDP, FV_SHAPE_ANNOUNCE, FV_CONTENT_SSDP, 120 },
		{ IPPROTO_UDP, FV_SHAPE_ANNOUNCE, FV_CONTENT_NETBIOS, 50 },
		{ IPPROTO_UDP, FV_SHAPE_STREAM, FV_CONTENT_WIREGUARD, 333 },
		{ IPPROTO_ICMP, FV_SHAPE_ECHO, FV_CONTENT_FILLER, 32 },
		{ IPPROTO_ICMP, FV_SHAPE_UNREACHABLE, FV_CONTENT_FILLER, 28 },
		{ IPPROTO_IGMP, FV_SHAPE_MEMBERSHIP, FV_CONTENT_FILLER, 0 },
		{ IPPROTO_GRE, FV_SHAPE_STREAM, FV_CONTENT_GRE, 700 },
		{ IPPROTO_ESP, FV_SHAPE_STREAM, FV_CONTENT_ESP, 700 },
		{ IPPROTO_IPV6, FV_SHAPE_TUNNEL6, FV_CONTENT_FILLER, 0 },
	};
	struct fv_wire_path path = make_path(FV_SYN_52);
	uint8_t frame[FV_WIRE_FRAME];
	struct fv_event e = { .flags = FV_TALK_ACK };
	struct fv_talk t;
	size_t i, n;
	int out;

	for (i = 0; i < sizeof(kind) / sizeof(kind[0]); i++)
		for (out = 0; out < 2; out++) {
			t = (struct fv_talk){ .protocol = kind[i].protocol,
				.shape = kind[i].shape,
				.content = kind[i].content,
				.near_port = 1025,
				.far_port = 53 };
			e.out = out != 0;
			e.length = kind[i].length;
			n = fv_wire_frame(&path, &t, &e, 77, frame);
			CU_ASSERT(sums_are_right(frame));
			CU_ASSERT_EQUAL(frame[14 + 9], kind[i].protocol);
			CU_ASSERT(n >= 60 && n >= 14u + get16(frame + 16));
			/* Addresses run with the direction. */
			if (kind[i].protocol != IPPROTO_IGMP)
				CU_ASSERT_EQUAL(
				    frame[14 + (out ? 12 : 16)], 10);
		}
}

static void
fragments_carry_one_checksum_together(void)
{
	struct fv_wire_path path = make_path(FV_SYN_52);
	struct fv_talk t = {
		.protocol = IPPROTO_UDP, .near_port = 5000, .far_port = 6000
	};
	struct fv_event e = {
		.out = true, .whole = 2008, .length = 1480, .more = true
	};
	uint8_t first[FV_WIRE_FRAME], second[FV_WIRE_FRAME], all[2008];
	uint32_t sum;

	(void)fv_wire_frame(&path, &t, &e, 5, first);
	e.offset = 1480;
	e.length = 528;
	e.more = false;
	(void)fv_wire_frame(&path, &t, &e, 6, second);
	CU_ASSERT_EQUAL(get16(first + 18), get16(second + 18));
	CU_ASSERT_EQUAL(get16(first + 20), 0x2000);
	CU_ASSERT_EQUAL(get16(second + 20), 1480 / 8);
	memcpy(all, first + 34, 1480);
	memcpy(all + 1480, second + 34, 528);
	sum = fv_wire_sum(IPPROTO_UDP + 2008, first + 26, 8);
	CU_ASSERT_EQUAL(fv_wire_fold(fv_wire_sum(sum, all, 2008)), 0);
}

CU_TestInfo suite_reference_wire[] = {
	{ "the checksum is the example of RFC 1071",
	    checksum_is_the_example_of_rfc_1071 },
	{ "SYN and ACK lengths tell the stack",
	    syn_and_ack_lengths_tell_the_stack },
	{ "every kind of packet sums up", every_kind_of_packet_sums_up },
	{ "fragments carry one checksum together",
	    fragments_carry_one_checksum_together },
	CU_TEST_INFO_NULL,
};

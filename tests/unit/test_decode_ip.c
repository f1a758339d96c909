#include "tests/unit/suites.h"

#include <string.h>

#include "convert/decode_ip.h"
#include "tests/capgen/packet.h"

/* What a read of a packet of IP alone gave. */
static struct fv_raw_packet packet;
static struct fv_decode_ip ip;
static size_t left; /* for the transport */

/* Read ${p}, of which ${captured} bytes are there, as IP ${version}. */
static enum fv_counter
read_cut(const struct fv_packet *p, size_t captured, unsigned version)
{
	struct fv_cursor in = fv_cursor_over(p->bytes, captured);
	enum fv_counter outcome;

	memset(&packet, 0, sizeof(packet));
	outcome = fv_decode_ip_read(&in, version, p->length, &packet, &ip);
	left = fv_cursor_left(&in);
	return outcome;
}

static enum fv_counter
read_whole(const struct fv_packet *p)
{
	return read_cut(p, p->length, 0);
}

static void
build_ipv4(struct fv_packet *p, const struct fv_packet_ip *head)
{
	fv_packet_start(p);
	fv_packet_ipv4(p, head);
	fv_packet_udp(p, 1024, 53);
	fv_packet_payload(p, 10);
	fv_packet_finish(p);
}

static void
build_ipv6(struct fv_packet *p)
{
	fv_packet_start(p);
	fv_packet_ipv6(p, NULL);
	fv_packet_udp(p, 1024, 53);
	fv_packet_payload(p, 10);
	fv_packet_finish(p);
}

static const struct fv_packet_ip hosts_77_to_88 = {
	.source = 77, .destination = 88, .ttl = 61
};

static void
ipv4_facts_stand_where_rfc_791_says(void)
{
	static const uint8_t source[4] = { 192, 0, 2, 77 };
	static const uint8_t destination[4] = { 198, 51, 100, 88 };
	struct fv_raw_addr from, to;
	struct fv_packet p;

	build_ipv4(&p, &hosts_77_to_88);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
	fv_raw_addr_set_ipv4(&from, source);
	fv_raw_addr_set_ipv4(&to, destination);
	CU_ASSERT_TRUE(fv_raw_addr_equal(&packet.source, &from));
	CU_ASSERT_TRUE(fv_raw_addr_equal(&packet.destination, &to));
	CU_ASSERT_EQUAL(packet.bytes, 38);
	CU_ASSERT_EQUAL(packet.protocol, 17);
	CU_ASSERT_EQUAL(packet.ttl, 61);
	CU_ASSERT_EQUAL(packet.has, 0);
	CU_ASSERT_FALSE(ip.offload);
	CU_ASSERT_FALSE(ip.jumbogram);
	CU_ASSERT_EQUAL(left, 18);
}

static void
ipv4_options_are_stepped_over(void)
{
	static const uint8_t alert[40] = { 0x94, 4 };
	const struct fv_packet_ip head = { .options = alert,
		.options_length = sizeof(alert) };
	struct fv_packet p;
	size_t n;

	build_ipv4(&p, &head);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.bytes, 78);
	CU_ASSERT_EQUAL(left, 18);
	for (n = 0; n < 60; n++)
		CU_ASSERT_EQUAL(read_cut(&p, n, 4), FV_COUNT_IP_SHORT);
	CU_ASSERT_EQUAL(read_cut(&p, 60, 4), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.bytes, 78);
	CU_ASSERT_EQUAL(left, 0);
}

static void
a_wrong_version_is_rejected(void)
{
	struct fv_packet p;

	build_ipv4(&p, NULL);
	CU_ASSERT_EQUAL(read_cut(&p, p.length, 4), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(read_cut(&p, p.length, 6), FV_COUNT_IP_SHORT);
	fv_packet_payload(&p, 10);
	CU_ASSERT_EQUAL(read_cut(&p, p.length, 6), FV_COUNT_IP_VERSION);
	fv_packet_put8(&p, 0, 0x55);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_IP_VERSION);
	CU_ASSERT_EQUAL(read_cut(&p, p.length, 4), FV_COUNT_IP_VERSION);
	CU_ASSERT_EQUAL(read_cut(&p, 0, 0), FV_COUNT_IP_SHORT);
	build_ipv6(&p);
	CU_ASSERT_EQUAL(read_cut(&p, p.length, 6), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(read_cut(&p, p.length, 4), FV_COUNT_IP_VERSION);
}

static void
ipv4_lengths_that_contradict_are_rejected(void)
{
	struct fv_packet p;
	uint8_t words;

	build_ipv4(&p, NULL);
	for (words = 0; words < 5; words++) {
		fv_packet_put8(&p, 0, 0x40 | words);
		CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_IP_HEADER_LENGTH);
	}
	fv_packet_put8(&p, 0, 0x46);
	fv_packet_put16(&p, 2, 23);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_IP_TOTAL_LENGTH);
	fv_packet_put16(&p, 2, 24);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(left, 0);
	fv_packet_put16(&p, 2, 1);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_IP_TOTAL_LENGTH);
}

static void
bytes_behind_the_packet_do_not_count(void)
{
	struct fv_packet p;

	build_ipv4(&p, NULL);
	fv_packet_pad(&p, 100);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.bytes, 38);
	CU_ASSERT_EQUAL(left, 18);
	build_ipv6(&p);
	fv_packet_pad(&p, 100);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.bytes, 58);
	CU_ASSERT_EQUAL(left, 18);
}

static void
a_length_of_0_is_taken_from_the_wire(void)
{
	struct fv_packet p;

	build_ipv4(&p, NULL);
	fv_packet_put16(&p, 2, 0);
	CU_ASSERT_EQUAL(read_cut(&p, 30, 4), FV_COUNT_RECORDED);
	CU_ASSERT_TRUE(ip.offload);
	CU_ASSERT_EQUAL(packet.bytes, 38);
	CU_ASSERT_EQUAL(left, 10);
	build_ipv6(&p);
	fv_packet_put16(&p, 4, 0);
	CU_ASSERT_EQUAL(read_cut(&p, 50, 6), FV_COUNT_RECORDED);
	CU_ASSERT_TRUE(ip.offload);
	CU_ASSERT_FALSE(ip.jumbogram);
	CU_ASSERT_EQUAL(packet.bytes, 58);
	CU_ASSERT_EQUAL(left, 10);
}

static void
ipv4_fragments_are_told_by_flag_and_offset(void)
{
	static const struct {
		uint16_t flags_and_offset;
		uint8_t fragment;
	} cases[] = {
		{ 0x0000, FV_FRAGMENT_NONE },
		{ 0xc000, FV_FRAGMENT_NONE }, /* reserved; don't fragment */
		{ 0x2000, FV_FRAGMENT_FIRST },
		{ 0x2064, FV_FRAGMENT_LATER },
		{ 0x1000, FV_FRAGMENT_LATER },
		{ 0x1fff, FV_FRAGMENT_LATER },
	};
	struct fv_packet p;
	size_t i;

	build_ipv4(&p, NULL);
	for (i = 0; i < FV_COUNT(cases); i++) {
		fv_packet_put16(&p, 6, cases[i].flags_and_offset);
		CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
		CU_ASSERT_EQUAL(packet.fragment, cases[i].fragment);
		CU_ASSERT_EQUAL(packet.protocol, 17);
	}
}

static void
ipv6_facts_stand_where_rfc_8200_says(void)
{
	static const uint8_t source[16] = { 0x20, 1, 13, 0xb8, [15] = 77 };
	static const uint8_t destination[16] = { 0x20, 1, 13, 0xb8, 0,
		1, [15] = 88 };
	struct fv_raw_addr from, to;
	struct fv_packet p;

	fv_packet_start(&p);
	fv_packet_ipv6(&p, &hosts_77_to_88);
	fv_packet_protocol(&p, 89);
	fv_packet_payload(&p, 24);
	fv_packet_finish(&p);
	CU_ASSERT_EQUAL(read_cut(&p, 39, 6), FV_COUNT_IP_SHORT);
	CU_ASSERT_EQUAL(read_cut(&p, 40, 6), FV_COUNT_RECORDED);
	fv_raw_addr_set_ipv6(&from, source);
	fv_raw_addr_set_ipv6(&to, destination);
	CU_ASSERT_TRUE(fv_raw_addr_equal(&packet.source, &from));
	CU_ASSERT_TRUE(fv_raw_addr_equal(&packet.destination, &to));
	CU_ASSERT_EQUAL(packet.bytes, 64);
	CU_ASSERT_EQUAL(packet.protocol, 89);
	CU_ASSERT_EQUAL(packet.ttl, 61);
}

/* Every kind that is followed, each of a length of its own. */
static void
build_chain(struct fv_packet *p)
{
	fv_packet_start(p);
	fv_packet_ipv6(p, NULL);
	fv_packet_extension(p, 0, 8, NULL);
	fv_packet_extension(p, 60, 16, NULL);
	fv_packet_extension(p, 43, 24, NULL);
	fv_packet_fragment(p, 0, 0);
	fv_packet_extension(p, 51, 28, NULL); /* not a multiple of eight */
	fv_packet_extension(p, 135, 32, NULL);
	fv_packet_extension(p, 139, 40, NULL);
	fv_packet_extension(p, 140, 48, NULL);
	fv_packet_udp(p, 1024, 53);
	fv_packet_finish(p);
}

static void
every_extension_header_is_followed(void)
{
	struct fv_packet p;
	size_t n;

	build_chain(&p);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.protocol, 17);
	CU_ASSERT_EQUAL(left, 8);
	CU_ASSERT_EQUAL(packet.bytes, p.length);
	CU_ASSERT_EQUAL(packet.fragment, FV_FRAGMENT_NONE);
	for (n = 40; n < p.length - 8; n++)
		CU_ASSERT_EQUAL(
		    read_cut(&p, n, 6), FV_COUNT_IPV6_EXTENSION_SHORT);
	for (; n <= p.length; n++)
		CU_ASSERT_EQUAL(read_cut(&p, n, 6), FV_COUNT_RECORDED);
	/* What is captured behind the packet does not help. */
	fv_packet_put16(&p, 4, 200);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_IPV6_EXTENSION_SHORT);
}

static void
a_chain_is_followed_to_the_limit_and_no_further(void)
{
	struct fv_packet p;
	int n;

	fv_packet_start(&p);
	fv_packet_ipv6(&p, NULL);
	for (n = 0; n < FV_IPV6_EXTENSIONS_LIMIT; n++)
		fv_packet_extension(&p, 60, 8, NULL);
	fv_packet_udp(&p, 1024, 53);
	fv_packet_finish(&p);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.protocol, 17);
	fv_packet_put8(&p, p.transport - 8, 60);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_IPV6_EXTENSION_DEEP);
}

static void
esp_and_no_next_header_end_a_chain(void)
{
	static const uint8_t ends[] = { 50, 59, 253 };
	struct fv_packet p;
	size_t i;

	for (i = 0; i < FV_COUNT(ends); i++) {
		fv_packet_start(&p);
		fv_packet_ipv6(&p, NULL);
		fv_packet_extension(&p, 60, 8, NULL);
		fv_packet_protocol(&p, ends[i]);
		fv_packet_payload(&p, 16);
		fv_packet_finish(&p);
		CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
		CU_ASSERT_EQUAL(packet.protocol, ends[i]);
		CU_ASSERT_EQUAL(left, 16);
	}
}

static void
an_empty_packet_is_not_offload(void)
{
	struct fv_packet p;

	fv_packet_start(&p);
	fv_packet_ipv6(&p, NULL);
	fv_packet_protocol(&p, 59);
	fv_packet_finish(&p);
	fv_packet_pad(&p, 46);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
	CU_ASSERT_FALSE(ip.offload);
	CU_ASSERT_EQUAL(packet.bytes, 40);
	CU_ASSERT_EQUAL(left, 0);
}

/* A fragment whose header says that a chain goes on behind it. */
static void
build_fragment(struct fv_packet *p, uint16_t offset, int more)
{
	fv_packet_start(p);
	fv_packet_ipv6(p, NULL);
	fv_packet_extension(p, 0, 8, NULL);
	fv_packet_fragment(p, offset, more);
	fv_packet_extension(p, 60, 8, NULL);
	fv_packet_udp(p, 1024, 53);
	fv_packet_finish(p);
}

static void
ipv6_fragments_are_told_by_flag_and_offset(void)
{
	struct fv_packet p;

	build_fragment(&p, 0, 0);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.fragment, FV_FRAGMENT_NONE);
	CU_ASSERT_EQUAL(packet.protocol, 17);
	build_fragment(&p, 0, 1);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.fragment, FV_FRAGMENT_FIRST);
	CU_ASSERT_EQUAL(packet.protocol, 17);
	CU_ASSERT_EQUAL(left, 8);
	build_fragment(&p, 1, 1);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.fragment, FV_FRAGMENT_LATER);
	CU_ASSERT_EQUAL(packet.protocol, 60);
	build_fragment(&p, 0x1fff, 0);
	CU_ASSERT_EQUAL(read_cut(&p, 56, 6), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.fragment, FV_FRAGMENT_LATER);
	CU_ASSERT_EQUAL(packet.protocol, 60);
	CU_ASSERT_EQUAL(read_cut(&p, 55, 6), FV_COUNT_IPV6_EXTENSION_SHORT);
}

static void
an_atomic_fragment_does_not_undo_a_first_one(void)
{
	struct fv_packet p;

	fv_packet_start(&p);
	fv_packet_ipv6(&p, NULL);
	fv_packet_fragment(&p, 0, 1);
	fv_packet_fragment(&p, 0, 0);
	fv_packet_udp(&p, 1024, 53);
	fv_packet_finish(&p);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.fragment, FV_FRAGMENT_FIRST);
}

static void
build_jumbo(struct fv_packet *p, uint32_t length)
{
	fv_packet_start(p);
	fv_packet_ipv6(p, NULL);
	fv_packet_jumbo(p, length);
	fv_packet_udp(p, 1024, 53);
	fv_packet_payload(p, 30);
	fv_packet_finish(p);
	fv_packet_put16(p, 4, 0);
}

static void
a_jumbogram_says_its_length_in_an_option(void)
{
	struct fv_packet p;

	build_jumbo(&p, 100000);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
	CU_ASSERT_TRUE(ip.jumbogram);
	CU_ASSERT_FALSE(ip.offload);
	CU_ASSERT_EQUAL(packet.bytes, 100040);
	CU_ASSERT_EQUAL(packet.protocol, 17);
	CU_ASSERT_EQUAL(left, 38);
	build_jumbo(&p, 65536);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
	CU_ASSERT_TRUE(ip.jumbogram);
}

static void
a_jumbo_option_is_found_behind_padding(void)
{
	/* Pad1, PadN of one byte, router alert, jumbo payload. */
	static const uint8_t options[14] = { 0, 1, 1, 0, 5, 2, 0, 0, 0xc2, 4, 0,
		1, 0, 0 };
	struct fv_packet p;

	fv_packet_start(&p);
	fv_packet_ipv6(&p, NULL);
	fv_packet_extension(&p, 0, 16, options);
	fv_packet_udp(&p, 1024, 53);
	fv_packet_finish(&p);
	fv_packet_put16(&p, 4, 0);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
	CU_ASSERT_TRUE(ip.jumbogram);
	CU_ASSERT_EQUAL(packet.bytes, 65576);
	fv_packet_put8(&p, 44, 200); /* the PadN runs past the options */
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
	CU_ASSERT_TRUE(ip.offload);
}

static void
a_jumbo_option_that_is_not_valid_is_ignored(void)
{
	struct fv_packet p;

	/* Too small to need the option. */
	build_jumbo(&p, 65535);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
	CU_ASSERT_FALSE(ip.jumbogram);
	CU_ASSERT_TRUE(ip.offload);
	CU_ASSERT_EQUAL(packet.bytes, p.length);
	/* Beside a payload length. */
	build_jumbo(&p, 100000);
	fv_packet_put16(&p, 4, (uint16_t)(p.length - 40));
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
	CU_ASSERT_FALSE(ip.jumbogram);
	CU_ASSERT_FALSE(ip.offload);
	CU_ASSERT_EQUAL(packet.bytes, p.length);
	/* Of another size. */
	build_jumbo(&p, 100000);
	fv_packet_put8(&p, 43, 3);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
	CU_ASSERT_TRUE(ip.offload);
}

static void
a_jumbo_option_not_captured_is_short(void)
{
	struct fv_packet p;
	size_t n;

	build_jumbo(&p, 100000);
	for (n = 40; n < 48; n++)
		CU_ASSERT_EQUAL(
		    read_cut(&p, n, 6), FV_COUNT_IPV6_EXTENSION_SHORT);
	CU_ASSERT_EQUAL(read_cut(&p, n, 6), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(packet.bytes, 100040);
}

CU_TestInfo suite_decode_ip[] = {
	{ "IPv4 facts stand where RFC 791 says",
	    ipv4_facts_stand_where_rfc_791_says },
	{ "IPv4 options are stepped over", ipv4_options_are_stepped_over },
	{ "a wrong version is rejected", a_wrong_version_is_rejected },
	{ "IPv4 lengths that contradict are rejected",
	    ipv4_lengths_that_contradict_are_rejected },
	{ "bytes behind the packet do not count",
	    bytes_behind_the_packet_do_not_count },
	{ "a length of 0 is taken from the wire",
	    a_length_of_0_is_taken_from_the_wire },
	{ "IPv4 fragments are told by flag and offset",
	    ipv4_fragments_are_told_by_flag_and_offset },
	{ "IPv6 facts stand where RFC 8200 says",
	    ipv6_facts_stand_where_rfc_8200_says },
	{ "every extension header is followed",
	    every_extension_header_is_followed },
	{ "a chain is followed to the limit and no further",
	    a_chain_is_followed_to_the_limit_and_no_further },
	{ "ESP and No Next Header end a chain",
	    esp_and_no_next_header_end_a_chain },
	{ "an empty packet is not offload", an_empty_packet_is_not_offload },
	{ "IPv6 fragments are told by flag and offset",
	    ipv6_fragments_are_told_by_flag_and_offset },
	{ "an atomic fragment does not undo a first one",
	    an_atomic_fragment_does_not_undo_a_first_one },
	{ "a jumbogram says its length in an option",
	    a_jumbogram_says_its_length_in_an_option },
	{ "a jumbo option is found behind padding",
	    a_jumbo_option_is_found_behind_padding },
	{ "a jumbo option that is not valid is ignored",
	    a_jumbo_option_that_is_not_valid_is_ignored },
	{ "a jumbo option not captured is short",
	    a_jumbo_option_not_captured_is_short },
	CU_TEST_INFO_NULL,
};

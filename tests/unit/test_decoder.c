#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "cli/decode_tree.h"
#include "convert/decoder.h"
#include "convert/fragments.h"
#include "tests/capgen/wrapping.h"

static struct fv_decoder *decoder;
static uint64_t counter[FV_COUNTERS];
static struct fv_raw_packet packet[FV_DECODER_PACKETS];

static void
start(enum fv_tunnels tunnels, bool fragment_ports)
{
	const struct fv_decoder_options options = { .tunnels = tunnels,
		.fragment_ports = fragment_ports };
	struct fv_err err;

	decoder = fv_decoder_new(&options, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(decoder);
	memset(counter, 0, sizeof(counter));
}

static int
feed_at(const struct fv_packet *p, int64_t time)
{
	struct fv_frame frame = fv_packet_frame(p);
	enum fv_counter outcome;
	struct fv_err err;
	int n;

	frame.time = time;
	n = fv_decoder_read(decoder, &frame, packet, &outcome, counter, &err);
	CU_ASSERT_TRUE(fv_counters_balance(counter));
	return n;
}

static int
feed(const struct fv_packet *p)
{
	return feed_at(p, 0);
}

/* UDP in ${depth} GRE tunnels, which come from hosts 10, 11, ... */
static void
build(struct fv_packet *p, int depth)
{
	static const uint8_t gre[4] = { 0, 0, 8, 0 };
	struct fv_packet_ip ip = { 0 };
	int i;

	fv_packet_start(p);
	fv_packet_ethernet(p);
	for (i = 0; i <= depth; i++) {
		ip.source = (uint8_t)(10 + i);
		if (i > 0)
			fv_packet_header(p, 0, 47, gre, sizeof(gre));
		fv_packet_ipv4(p, &ip);
	}
	fv_packet_udp(p, 40001, 443);
	fv_packet_finish(p);
}

static void
of_a_tunnel_the_outer_packet_is_recorded_by_default(void)
{
	struct fv_packet p;

	start(FV_TUNNELS_OUTER, false);
	build(&p, 2);
	CU_ASSERT_EQUAL(feed(&p), 1);
	CU_ASSERT_EQUAL(packet[0].source.octet[15], 10);
	CU_ASSERT_EQUAL(packet[0].protocol, 47);
	CU_ASSERT_EQUAL(packet[0].encapsulation, FV_ENCAPSULATION_NONE);
	CU_ASSERT_EQUAL(counter[FV_COUNT_TUNNELLED], 0);
	fv_decoder_free(decoder);
}

static void
or_the_innermost(void)
{
	struct fv_packet p;

	start(FV_TUNNELS_INNER, false);
	build(&p, 2);
	CU_ASSERT_EQUAL(feed(&p), 1);
	CU_ASSERT_EQUAL(packet[0].source.octet[15], 12);
	CU_ASSERT_EQUAL(packet[0].protocol, 17);
	CU_ASSERT_EQUAL(packet[0].encapsulation, FV_ENCAPSULATION_GRE);
	CU_ASSERT_EQUAL(counter[FV_COUNT_RECORDED], 1);
	CU_ASSERT_EQUAL(counter[FV_COUNT_TUNNELLED], 1);
	CU_ASSERT_EQUAL(counter[FV_COUNT_TUNNEL_RECORDS], 0);
	build(&p, 0);
	CU_ASSERT_EQUAL(feed(&p), 1);
	CU_ASSERT_EQUAL(packet[0].encapsulation, FV_ENCAPSULATION_NONE);
	CU_ASSERT_EQUAL(counter[FV_COUNT_TUNNELLED], 1);
	fv_decoder_free(decoder);
}

static void
or_both_and_the_counters_still_add_up(void)
{
	struct fv_packet p;
	int i;

	start(FV_TUNNELS_BOTH, false);
	build(&p, 2);
	CU_ASSERT_EQUAL(feed(&p), 3);
	for (i = 0; i < 3; i++) {
		CU_ASSERT_EQUAL(packet[i].source.octet[15], 10 + i);
		CU_ASSERT(packet[i].bytes > 0);
	}
	CU_ASSERT_EQUAL(packet[0].encapsulation, FV_ENCAPSULATION_NONE);
	CU_ASSERT_EQUAL(packet[2].encapsulation, FV_ENCAPSULATION_GRE);
	CU_ASSERT_EQUAL(counter[FV_COUNT_READ], 1);
	CU_ASSERT_EQUAL(counter[FV_COUNT_RECORDED], 1);
	CU_ASSERT_EQUAL(counter[FV_COUNT_IPV4], 1);
	CU_ASSERT_EQUAL(counter[FV_COUNT_TUNNEL_RECORDS], 2);
	fv_decoder_free(decoder);
}

static void
tunnels_are_followed_to_the_limit_and_no_further(void)
{
	struct fv_packet p;

	start(FV_TUNNELS_BOTH, false);
	build(&p, FV_TUNNELS_LIMIT);
	CU_ASSERT_EQUAL(feed(&p), FV_TUNNELS_LIMIT + 1);
	CU_ASSERT_EQUAL(counter[FV_COUNT_TUNNEL_DEEP], 0);
	build(&p, FV_TUNNELS_LIMIT + 1);
	CU_ASSERT_EQUAL(feed(&p), FV_TUNNELS_LIMIT + 1);
	CU_ASSERT_EQUAL(counter[FV_COUNT_TUNNEL_DEEP], 1);
	CU_ASSERT_EQUAL(counter[FV_COUNT_TUNNELLED], 2);
	fv_decoder_free(decoder);
}

static void
what_cannot_be_read_is_recorded_as_its_tunnel(void)
{
	struct fv_packet p;

	start(FV_TUNNELS_INNER, false);
	build(&p, 1);
	fv_packet_put16(&p, 14 + 20 + 2, 0x0806);
	CU_ASSERT_EQUAL(feed(&p), 1);
	CU_ASSERT_EQUAL(packet[0].protocol, 47);
	CU_ASSERT_EQUAL(counter[FV_COUNT_TUNNEL_NOT_IP], 1);
	CU_ASSERT_EQUAL(counter[FV_COUNT_TUNNELLED], 1);
	CU_ASSERT_EQUAL(counter[FV_COUNT_RECORDED], 1);
	fv_decoder_free(decoder);
}

/* A packet is counted once, however many in it are wrong; others are not. */
static void
transport_in_tunnels_is_checked(void)
{
	struct fv_packet p;

	start(FV_TUNNELS_BOTH, false);
	build(&p, 2);
	CU_ASSERT_EQUAL(feed(&p), 3);
	CU_ASSERT_EQUAL(counter[FV_COUNT_TUNNEL_TRANSPORT], 0);
	/* The length of UDP stands in the last four bytes but two. */
	fv_packet_put16(&p, p.length - 4, 7);
	CU_ASSERT_EQUAL(feed(&p), 3);
	CU_ASSERT_EQUAL(counter[FV_COUNT_TUNNEL_TRANSPORT], 1);
	CU_ASSERT_EQUAL(counter[FV_COUNT_UDP_LENGTH], 0);
	build(&p, 0);
	fv_packet_put16(&p, p.length - 4, 7);
	CU_ASSERT_EQUAL(feed(&p), 1);
	CU_ASSERT_EQUAL(counter[FV_COUNT_TUNNEL_TRANSPORT], 1);
	CU_ASSERT_EQUAL(counter[FV_COUNT_UDP_LENGTH], 1);
	fv_decoder_free(decoder);
}

/* Fragment ${n} of a UDP packet: 8 bytes each, or GRE when ${inside}. */
static void
build_fragment(struct fv_packet *p, uint16_t n, bool inside)
{
	static const uint8_t gre[4] = { 0, 0, 8, 0 };
	const struct fv_packet_ip ip = { .id = 5, .offset = n, .more = 1 };

	fv_packet_start(p);
	fv_packet_ethernet(p);
	if (inside) {
		fv_packet_ipv4(p, NULL);
		fv_packet_header(p, 0, 47, gre, sizeof(gre));
	}
	fv_packet_ipv4(p, &ip);
	if (n == 0)
		fv_packet_udp(p, 40001, 443);
	else {
		fv_packet_protocol(p, 17);
		fv_packet_payload(p, 8);
	}
	fv_packet_finish(p);
}

static void
fragments_get_ports_when_asked_to(void)
{
	struct fv_packet p;
	int inside;

	for (inside = 0; inside < 2; inside++) {
		start(inside ? FV_TUNNELS_INNER : FV_TUNNELS_OUTER, true);
		build_fragment(&p, 2, inside);
		CU_ASSERT_EQUAL(feed(&p), 0);
		build_fragment(&p, 0, inside);
		CU_ASSERT_EQUAL(feed(&p), 1);
		CU_ASSERT_EQUAL(packet[0].fragment, FV_FRAGMENT_FIRST);
		CU_ASSERT_EQUAL(fv_decoder_ready(decoder), 1);
		CU_ASSERT_EQUAL(fv_decoder_take(decoder, packet, 4), 1);
		CU_ASSERT_EQUAL(packet[0].destination_port, 443);
		build_fragment(&p, 1, inside);
		CU_ASSERT_EQUAL(feed(&p), 1);
		CU_ASSERT_EQUAL(packet[0].destination_port, 443);
		CU_ASSERT_EQUAL(counter[FV_COUNT_FRAGMENT_JOINED], 2);
		CU_ASSERT_EQUAL(counter[FV_COUNT_RECORDED], 3);
		fv_decoder_free(decoder);
	}
	start(FV_TUNNELS_OUTER, false);
	build_fragment(&p, 2, false);
	CU_ASSERT_EQUAL(feed(&p), 1);
	CU_ASSERT_EQUAL(packet[0].has, FV_HAS_SOURCE_MAC);
	fv_decoder_free(decoder);
}

static void
what_is_held_back_goes_on_in_time_and_at_the_end(void)
{
	struct fv_packet p;

	start(FV_TUNNELS_OUTER, true);
	build_fragment(&p, 1, false);
	CU_ASSERT_EQUAL(feed_at(&p, 0), 0);
	build(&p, 0);
	CU_ASSERT_EQUAL(feed_at(&p, FV_FRAGMENTS_LIFETIME), 1);
	CU_ASSERT_EQUAL(fv_decoder_ready(decoder), 0);
	CU_ASSERT_EQUAL(feed_at(&p, FV_FRAGMENTS_LIFETIME + 1), 1);
	CU_ASSERT_EQUAL(fv_decoder_ready(decoder), 1);
	CU_ASSERT_EQUAL(fv_decoder_take(decoder, packet, 4), 1);
	CU_ASSERT_EQUAL(packet[0].time, 0);
	build_fragment(&p, 1, false);
	CU_ASSERT_EQUAL(feed_at(&p, FV_FRAGMENTS_LIFETIME + 2), 0);
	fv_decoder_end(decoder, counter);
	CU_ASSERT_EQUAL(fv_decoder_take(decoder, packet, 4), 1);
	CU_ASSERT_EQUAL(counter[FV_COUNT_FRAGMENT_ORPHAN], 2);
	fv_decoder_free(decoder);
}

static void
ports_of_an_outer_first_fragment_are_kept_when_the_inner_is_recorded(void)
{
	const struct fv_packet_ip first = { .id = 5, .more = 1 };
	const struct fv_packet_ip later = { .id = 5, .offset = 9 };
	struct fv_packet p;

	start(FV_TUNNELS_INNER, true);
	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, &first);
	fv_wrapping_put(&p, &fv_wrapping_tunnels[14], NULL); /* VXLAN */
	fv_packet_udp(&p, 40001, 443);
	fv_packet_finish(&p);
	CU_ASSERT_EQUAL(feed(&p), 1);
	CU_ASSERT_EQUAL(packet[0].encapsulation, FV_ENCAPSULATION_VXLAN);
	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, &later);
	fv_packet_protocol(&p, 17);
	fv_packet_payload(&p, 8);
	fv_packet_finish(&p);
	CU_ASSERT_EQUAL(feed(&p), 1);
	CU_ASSERT_EQUAL(packet[0].destination_port, 4789);
	fv_decoder_free(decoder);
}

static void
ethertypes_are_counted_by_value(void)
{
	char text[FV_ETHERTYPES_TEXT];
	struct fv_packet p;
	unsigned i, j;

	start(FV_TUNNELS_OUTER, false);
	fv_decoder_ethertypes(decoder, text);
	CU_ASSERT_STRING_EQUAL(text, "");
	for (i = 0; i < 100; i++) {
		fv_packet_start(&p);
		fv_packet_ethernet(&p);
		fv_packet_ethertype(&p, (uint16_t)(0x88b7 + i));
		fv_packet_payload(&p, 46);
		for (j = 0; j < (i == 3 ? 5U : i == 2 ? 4U : 1U); j++)
			CU_ASSERT_EQUAL(feed(&p), 0);
	}
	fv_decoder_ethertypes(decoder, text);
	CU_ASSERT_PTR_NOT_NULL(memchr(text, 0, sizeof(text)));
	CU_ASSERT_EQUAL(
	    strncmp(text, "0x88ba 5, 0x88b9 4, 0x88b7 1, 0x88b8 1, ", 40), 0);
	fv_decoder_free(decoder);
}

static void
each_reason_stands_in_the_decode_tree_once(void)
{
	int i;

	for (i = 0; i < FV_COUNTERS; i++)
		if (fv_counter_info[i].kind == FV_KIND_REJECTED ||
		    fv_counter_info[i].kind == FV_KIND_SLIDES)
			CU_ASSERT_EQUAL(
			    fv_decode_tree_has((enum fv_counter)i), 1);
	CU_ASSERT_EQUAL(fv_decode_tree_has(FV_COUNT_TUNNEL_DEEP), 1);
	CU_ASSERT_EQUAL(fv_decode_tree_has(FV_COUNT_FAULTS), 0);
}

CU_TestInfo suite_decoder[] = {
	{ "rule 13: of a tunnel the outer packet is recorded by default",
	    of_a_tunnel_the_outer_packet_is_recorded_by_default },
	{ "rule 13: or the innermost", or_the_innermost },
	{ "rule 13: or both, and the counters still add up",
	    or_both_and_the_counters_still_add_up },
	{ "rule 13: tunnels are followed to the limit and no further",
	    tunnels_are_followed_to_the_limit_and_no_further },
	{ "rule 13: what cannot be read is recorded as its tunnel",
	    what_cannot_be_read_is_recorded_as_its_tunnel },
	{ "rule 9: transport in tunnels is checked, too",
	    transport_in_tunnels_is_checked },
	{ "rule 10: fragments get ports when asked to",
	    fragments_get_ports_when_asked_to },
	{ "rule 10: what is held back goes on in time and at the end",
	    what_is_held_back_goes_on_in_time_and_at_the_end },
	{ "ports of an outer first fragment are kept when the inner is recorded",
	    ports_of_an_outer_first_fragment_are_kept_when_the_inner_is_recorded },
	{ "rule 14: EtherTypes are counted by value",
	    ethertypes_are_counted_by_value },
	{ "rule 22: each reason stands in the decode tree once",
	    each_reason_stands_in_the_decode_tree_once },
	CU_TEST_INFO_NULL,
};

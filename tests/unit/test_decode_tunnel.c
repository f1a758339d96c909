#include "tests/unit/suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "convert/decode.h"
#include "tests/capgen/wrapping.h"

static struct fv_raw_packet outer, inner;
static uint64_t counter[FV_COUNTERS], spare[FV_COUNTERS];

/* What the tunnel in the first ${captured} bytes of ${p} carries. */
static enum fv_counter
read_cut(const struct fv_packet *p, size_t captured)
{
	struct fv_frame frame = fv_packet_frame(p);
	struct fv_decode_rest rest;
	enum fv_counter outcome;
	uint8_t *copy;

	if ((copy = malloc(captured + 1)) == NULL)
		abort();
	memcpy(copy, p->bytes, captured);
	frame.bytes = copy;
	frame.captured = (uint32_t)captured;
	memset(counter, 0, sizeof(counter));
	memset(&inner, 0, sizeof(inner));
	outcome = fv_decode_frame(&frame, &outer, &rest, counter);
	if (outcome == FV_COUNT_RECORDED)
		outcome = fv_decode_inner(&outer, &rest, &inner, spare);
	free(copy);
	return outcome;
}

static enum fv_counter
read_whole(const struct fv_packet *p)
{
	return read_cut(p, p->length);
}

/* UDP from port 40001 to 443 in ${tunnel}, behind IP of ${version}. */
static void
build(struct fv_packet *p, const struct fv_wrapping_tunnel *tunnel, int version)
{
	const struct fv_packet_ip ip = { .source = 77, .ttl = 33 };

	fv_packet_start(p);
	fv_packet_ethernet(p);
	fv_packet_vlan(p, 0x8100, 9);
	if (version == 4)
		fv_packet_ipv4(p, NULL);
	else
		fv_packet_ipv6(p, NULL);
	fv_wrapping_put(p, tunnel, &ip);
	fv_packet_udp(p, 40001, 443);
	fv_packet_payload(p, 100);
	fv_packet_finish(p);
}

static void
check_inner(const struct fv_wrapping_tunnel *tunnel)
{
	unsigned version = tunnel->inside == FV_INSIDE_IPV6 ? 6 : 4;

	CU_ASSERT_EQUAL(inner.encapsulation, tunnel->encapsulation);
	CU_ASSERT_EQUAL(inner.tunnel, tunnel->tunnel);
	CU_ASSERT_EQUAL(inner.source.ip_version, version);
	CU_ASSERT_EQUAL(inner.source.octet[15], 77);
	CU_ASSERT_EQUAL(inner.ttl, 33);
	CU_ASSERT_EQUAL(inner.bytes, version == 6 ? 148 : 128);
	CU_ASSERT_EQUAL(inner.protocol, 17);
	CU_ASSERT_EQUAL(inner.source_port, 40001);
	CU_ASSERT_EQUAL(inner.destination_port, 443);
	CU_ASSERT_EQUAL(inner.vlan, 9);
	CU_ASSERT_EQUAL(
	    inner.has, FV_HAS_PORTS | FV_HAS_VLAN | FV_HAS_SOURCE_MAC);
}

static void
every_tunnel_leads_to_its_packet(void)
{
	const struct fv_wrapping_tunnel *tunnel;
	enum fv_counter outcome;
	struct fv_packet p;
	size_t i;
	int version;

	for (i = 0; i < fv_wrapping_tunnels_count; i++) {
		tunnel = &fv_wrapping_tunnels[i];
		for (version = 4; version <= 6; version += 2) {
			build(&p, tunnel, version);
			outcome = read_whole(&p);
			if (outcome != FV_COUNT_RECORDED)
				(void)printf(
				    "%s: %d\n", tunnel->name, (int)outcome);
			CU_ASSERT_EQUAL(outcome, FV_COUNT_RECORDED);
			check_inner(tunnel);
			CU_ASSERT_EQUAL(outer.encapsulation, 0);
			CU_ASSERT_EQUAL(outer.tunnel, 0);
			CU_ASSERT_EQUAL(counter[FV_COUNT_TRANSPORT_SHORT], 0);
		}
	}
	CU_ASSERT(i > 20);
}

/* The packet inside VXLAN is itself a tunnel, of ${tunnel}. */
static void
build_nested(struct fv_packet *p, const struct fv_wrapping_tunnel *tunnel)
{
	fv_packet_start(p);
	fv_packet_ethernet(p);
	fv_packet_ipv4(p, NULL);
	fv_wrapping_put(p, &fv_wrapping_tunnels[14], NULL); /* VXLAN */
	fv_wrapping_put(p, tunnel, NULL);
	fv_packet_udp(p, 40001, 443);
	fv_packet_finish(p);
}

static void
the_identifier_is_that_of_the_innermost_tunnel(void)
{
	const struct fv_wrapping_tunnel *tunnel;
	struct fv_raw_packet first, second;
	struct fv_decode_rest rest;
	struct fv_frame frame;
	struct fv_packet p;
	size_t i;

	for (i = 0; i < fv_wrapping_tunnels_count; i++) {
		tunnel = &fv_wrapping_tunnels[i];
		build_nested(&p, tunnel);
		frame = fv_packet_frame(&p);
		CU_ASSERT_EQUAL(fv_decode_frame(&frame, &outer, &rest, counter),
		    FV_COUNT_RECORDED);
		CU_ASSERT_EQUAL(fv_decode_inner(&outer, &rest, &first, spare),
		    FV_COUNT_RECORDED);
		CU_ASSERT_EQUAL(first.tunnel, 0x123456 + 1);
		CU_ASSERT_EQUAL(fv_decode_inner(&first, &rest, &second, spare),
		    FV_COUNT_RECORDED);
		CU_ASSERT_EQUAL(second.encapsulation, tunnel->encapsulation);
		CU_ASSERT_EQUAL(second.tunnel, tunnel->tunnel);
	}
}

static void
a_tunnel_that_is_cut_is_short(void)
{
	const struct fv_wrapping_tunnel *tunnel;
	enum fv_counter outcome;
	struct fv_packet p;
	size_t i, n;

	for (i = 0; i < fv_wrapping_tunnels_count; i++) {
		tunnel = &fv_wrapping_tunnels[i];
		build(&p, tunnel, 4);
		/* From the end of the outer IP header to that of the inner. */
		for (n = 18 + 20; n < p.transport; n++) {
			outcome = read_cut(&p, n);
			/* FV_COUNTERS: no ports yet, so no tunnel. */
			CU_ASSERT(outcome == FV_COUNT_TUNNEL_SHORT ||
			    (n < 18 + 20 + 8 && outcome == FV_COUNTERS));
		}
		for (; n < p.length; n++)
			CU_ASSERT_EQUAL(read_cut(&p, n), FV_COUNT_RECORDED);
	}
}

/* The outcome with byte ${at} of the tunnel's header set to ${value}. */
static enum fv_counter
with_byte(const char *name, size_t at, uint8_t value)
{
	struct fv_packet p;
	size_t i;

	for (i = 0; i < fv_wrapping_tunnels_count; i++)
		if (strcmp(fv_wrapping_tunnels[i].name, name) == 0)
			break;
	CU_ASSERT_FATAL(i < fv_wrapping_tunnels_count);
	build(&p, &fv_wrapping_tunnels[i], 4);
	if (fv_wrapping_tunnels[i].destination_port != 0)
		at += 8;
	fv_packet_put8(&p, 18 + 20 + at, value);
	return read_whole(&p);
}

static void
what_is_no_tunnel_or_malformed_is_told(void)
{
	static const struct {
		const char *name;
		size_t at;
		uint8_t value;
		enum fv_counter outcome;
	} changes[] = {
		/* Nothing but a port says so: an ordinary packet. */
		{ "VXLAN", 0, 0x00, FV_COUNTERS },
		{ "GTP-U", 0, 0x10, FV_COUNTERS },
		{ "GTP-U", 0, 0x50, FV_COUNTERS },
		{ "Teredo", 0, 0x45, FV_COUNTERS },
		{ "L2TP", 1, 0x03, FV_COUNTERS },
		/* Its control, and what it carries besides IP. */
		{ "GTP-U", 1, 1, FV_COUNT_TUNNEL_NOT_IP },
		{ "L2TP", 0, 0x80, FV_COUNT_TUNNEL_NOT_IP },
		{ "L2TP", 9, 0x23, FV_COUNT_TUNNEL_NOT_IP },
		{ "Geneve", 1, 0x80, FV_COUNT_TUNNEL_NOT_IP },
		{ "GRE", 2, 0x88, FV_COUNT_TUNNEL_NOT_IP },
		{ "GRE", 2, 0x00, FV_COUNT_TUNNEL_NOT_IP },
		{ "PPTP", 0, 0x20, FV_COUNT_TUNNEL_NOT_IP },
		{ "VXLAN-GPE, IPv4", 3, 4, FV_COUNT_TUNNEL_NOT_IP },
		{ "VXLAN", 8 + 12, 0x90, FV_COUNT_TUNNEL_NOT_IP },
		/* Versions that nobody has written down, and nonsense. */
		{ "GRE", 1, 2, FV_COUNT_TUNNEL_MALFORMED },
		{ "PPTP", 0, 0x10, FV_COUNT_TUNNEL_MALFORMED },
		{ "Geneve", 0, 0x40, FV_COUNT_TUNNEL_MALFORMED },
		{ "VXLAN-GPE, IPv4", 0, 0x3c, FV_COUNT_TUNNEL_MALFORMED },
		{ "GTP-U, extensions", 12, 0, FV_COUNT_TUNNEL_MALFORMED },
		{ "IPv4 in IP", 0, 0x65, FV_COUNT_TUNNEL_MALFORMED },
		{ "IPv4 in IP", 0, 0x44, FV_COUNT_TUNNEL_MALFORMED },
		{ "IPv6 in IP", 0, 0x45, FV_COUNT_TUNNEL_MALFORMED },
	};
	size_t i;

	for (i = 0; i < FV_COUNT(changes); i++) {
		enum fv_counter outcome =
		    with_byte(changes[i].name, changes[i].at, changes[i].value);

		if (outcome != changes[i].outcome)
			(void)printf("%s, byte %zu: %d\n", changes[i].name,
			    changes[i].at, (int)outcome);
		CU_ASSERT_EQUAL(outcome, changes[i].outcome);
	}
}

static void
the_sender_in_a_tunnel_of_ethernet_is_the_inner_one(void)
{
	struct fv_packet p;

	build(&p, &fv_wrapping_tunnels[14], 4); /* VXLAN */
	p.bytes[18 + 20 + 8 + 8 + 6 + 5] = 0x99;
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(outer.source_mac.octet[5], 1);
	CU_ASSERT_EQUAL(inner.source_mac.octet[5], 0x99);
}

static void
offload_in_a_tunnel_takes_what_the_outer_packet_leaves(void)
{
	struct fv_packet p;

	build(&p, &fv_wrapping_tunnels[0], 4);
	fv_packet_pad(&p, p.length + 10);
	fv_packet_put16(&p, p.ip + 2, 0);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNT_RECORDED);
	CU_ASSERT_EQUAL(inner.bytes, 128);
	CU_ASSERT_EQUAL(counter[FV_COUNT_SEGMENTATION_OFFLOAD], 0);
}

static void
later_fragments_are_no_tunnels(void)
{
	const struct fv_packet_ip later = { .offset = 1 };
	struct fv_packet p;

	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, &later);
	fv_packet_ipv4(&p, NULL);
	fv_packet_finish(&p);
	CU_ASSERT_EQUAL(read_whole(&p), FV_COUNTERS);
}

CU_TestInfo suite_decode_tunnel[] = {
	{ "every tunnel leads to its packet",
	    every_tunnel_leads_to_its_packet },
	{ "rule 13: the identifier is that of the innermost tunnel",
	    the_identifier_is_that_of_the_innermost_tunnel },
	{ "a tunnel that is cut is short", a_tunnel_that_is_cut_is_short },
	{ "what is no tunnel, or malformed, is told",
	    what_is_no_tunnel_or_malformed_is_told },
	{ "the sender in a tunnel of Ethernet is the inner one",
	    the_sender_in_a_tunnel_of_ethernet_is_the_inner_one },
	{ "offload in a tunnel takes what the outer packet leaves",
	    offload_in_a_tunnel_takes_what_the_outer_packet_leaves },
	{ "later fragments are no tunnels", later_fragments_are_no_tunnels },
	CU_TEST_INFO_NULL,
};

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/attributes.h"
#include "convert/decode.h"
#include "tests/capgen/packet.h"

/*
 * How long fv_decode_frame takes for a packet, in ns of processor time: the
 * best of several passes over frames as a header-only capture of a hotspot
 * holds them, each cut behind its headers, in one array.  Prints one line
 * per kind of frame and one for the mixture; "mixture" is an average over
 * frames in an order that a branch predictor does not learn.
 */
enum { FRAMES = 65536, PASSES = 20, SLOT = 128 };

static const uint8_t syn_options[20] = { 2, 4, 0x05, 0xb4, 4, 2, 8, 10, 1, 2, 3,
	4, 0, 0, 0, 0, 1, 3, 3, 7 };
static const uint8_t timestamps[12] = { 1, 1, 8, 10 };

static void
build_ack(struct fv_packet *p)
{
	fv_packet_ethernet(p);
	fv_packet_ipv4(p, NULL);
	fv_packet_tcp(p, 40001, 443, FV_PACKET_ACK, NULL, 0);
}

static void
build_timestamps(struct fv_packet *p)
{
	fv_packet_ethernet(p);
	fv_packet_ipv4(p, NULL);
	fv_packet_tcp(
	    p, 443, 40001, FV_PACKET_ACK, timestamps, sizeof(timestamps));
}

static void
build_syn(struct fv_packet *p)
{
	fv_packet_ethernet(p);
	fv_packet_ipv4(p, NULL);
	fv_packet_tcp(
	    p, 40001, 443, FV_PACKET_SYN, syn_options, sizeof(syn_options));
}

static void
build_dns(struct fv_packet *p)
{
	fv_packet_ethernet(p);
	fv_packet_ipv4(p, NULL);
	fv_packet_udp(p, 40001, 53);
}

static void
build_vlan(struct fv_packet *p)
{
	fv_packet_ethernet(p);
	fv_packet_vlan(p, 0x8100, 7);
	fv_packet_ipv4(p, NULL);
	fv_packet_udp(p, 40001, 443);
}

static void
build_ipv6(struct fv_packet *p)
{
	fv_packet_ethernet(p);
	fv_packet_ipv6(p, NULL);
	fv_packet_tcp(p, 40001, 443, FV_PACKET_ACK, NULL, 0);
}

static void
build_mld(struct fv_packet *p)
{
	fv_packet_ethernet(p);
	fv_packet_ipv6(p, NULL);
	fv_packet_extension(p, 0, 8, NULL);
	fv_packet_icmp(p, 143, 0);
}

static void
build_ping(struct fv_packet *p)
{
	fv_packet_ethernet(p);
	fv_packet_ipv4(p, NULL);
	fv_packet_icmp(p, 8, 0);
}

static void
build_arp(struct fv_packet *p)
{
	fv_packet_ethernet(p);
	fv_packet_ethertype(p, 0x0806);
	fv_packet_payload(p, 28);
}

/* The kinds, and how many in a hundred of the mixture. */
static const struct {
	const char *name;
	void (*build)(struct fv_packet *);
	unsigned share;
} kinds[] = {
	{ "Ethernet/IPv4/TCP", build_ack, 35 },
	{ "Ethernet/IPv4/TCP, timestamps", build_timestamps, 17 },
	{ "Ethernet/IPv4/TCP SYN, options", build_syn, 6 },
	{ "Ethernet/IPv4/UDP", build_dns, 20 },
	{ "Ethernet/802.1Q/IPv4/UDP", build_vlan, 5 },
	{ "Ethernet/IPv6/TCP", build_ipv6, 10 },
	{ "Ethernet/IPv6/hop-by-hop/ICMPv6", build_mld, 2 },
	{ "Ethernet/IPv4/ICMP", build_ping, 3 },
	{ "Ethernet/ARP", build_arp, 2 },
};

static uint8_t bytes[FRAMES][SLOT];
static struct fv_frame frames[FRAMES];

/* Put a packet of ${kind} into frame ${n}, with ports of its own. */
static void
fill(size_t n, size_t kind)
{
	static struct fv_packet p;

	fv_packet_start(&p);
	kinds[kind].build(&p);
	fv_packet_finish(&p);
	if (p.transport != 0)
		fv_packet_put16(&p, p.transport, (uint16_t)n);
	if (p.length > SLOT)
		abort();
	__builtin_memcpy(bytes[n], p.bytes, p.length);
	frames[n] = fv_packet_frame(&p);
	frames[n].bytes = bytes[n];
	frames[n].length += 400;
}

static double
now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

/* The best ns per frame of all passes. */
static double
measure(void)
{
	uint64_t counter[FV_COUNTERS] = { 0 };
	struct fv_decode_rest rest;
	struct fv_raw_packet packet;
	double best = 0, took;
	int pass, n;

	for (pass = 0; pass < PASSES; pass++) {
		took = now();
		for (n = 0; n < FRAMES; n++)
			(void)fv_decode_frame(
			    &frames[n], &packet, &rest, counter);
		took = (now() - took) / FRAMES;
		if (pass == 0 || took < best)
			best = took;
	}
	if (counter[FV_COUNT_READ] != (uint64_t)FRAMES * PASSES ||
	    !fv_counters_balance(counter))
		abort();
	return best;
}

int
main(void)
{
	uint32_t random = 1;
	size_t kind, n;

	for (kind = 0; kind < FV_COUNT(kinds); kind++) {
		for (n = 0; n < FRAMES; n++)
			fill(n, kind);
		(void)printf(
		    "decode\t%s\t%.1f ns\n", kinds[kind].name, measure());
	}
	for (n = 0; n < FRAMES; n++) {
		unsigned draw;

		random = random * 1664525 + 1013904223;
		draw = (random >> 16) % 100;
		for (kind = 0; draw >= kinds[kind].share; kind++)
			draw -= kinds[kind].share;
		fill(n, kind);
	}
	(void)printf("decode\tmixture\t%.1f ns\n", measure());
	return 0;
}

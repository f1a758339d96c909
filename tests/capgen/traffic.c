#include "tests/capgen/traffic.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/attributes.h"
#include "tests/capgen/packet.h"
#include "tests/capgen/wrapping.h"

enum { INSIDE_HOSTS = 100, OUTSIDE_HOSTS = 60000, ETHERNET_HEADER = 14 };

#define START INT64_C(1262304000000000000) /* 2010-01-01 */

/* xorshift64*: Vigna, "An experimental exploration", 2016. */
static uint64_t
draw(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(0x2545f4914f6cdd1d);
}

/* The headers that all packets of a flow share. */
struct flow {
	uint8_t bytes[96];
	uint32_t length;
};

/* Headers of a flow between two hosts, in one direction of the two. */
static void
make_flow(struct flow *flow, uint64_t *state)
{
	static const uint16_t services[] = { 80, 443, 22, 53, 4204, 36459 };
	uint64_t r = draw(state);
	uint32_t inside = 0x0a090000 | (uint32_t)(r % INSIDE_HOSTS + 10);
	uint32_t outside = 0xc6120000 | (uint32_t)((r >> 8) % OUTSIDE_HOSTS);
	uint16_t port = (uint16_t)(49152 + (r >> 24) % 16384);
	uint16_t service = services[(r >> 40) % FV_COUNT(services)];
	bool out = (r >> 48 & 1) != 0, udp = service == 53;
	struct fv_packet p;

	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, NULL);
	if (udp)
		fv_packet_udp(&p, out ? port : service, out ? service : port);
	else
		fv_packet_tcp(&p, out ? port : service, out ? service : port,
		    FV_PACKET_ACK, NULL, 0);
	fv_packet_put32(&p, p.ip + 12, out ? inside : outside);
	fv_packet_put32(&p, p.ip + 16, out ? outside : inside);
	fv_packet_finish(&p);
	flow->length = (uint32_t)p.length;
	memcpy(flow->bytes, p.bytes, p.length);
}

void
fv_traffic_flows(struct fv_capfile *file, uint64_t packets, uint32_t flows)
{
	uint64_t state = 1, i;
	struct flow *flow = calloc(flows, sizeof(*flow)), *f;
	uint32_t n, length;

	if (flow == NULL)
		abort();
	for (n = 0; n < flows; n++)
		make_flow(&flow[n], &state);
	fv_capfile_pcap(file, &(struct fv_capfile_pcap){ FV_CAPFILE_PCAP });
	for (i = 0; i < packets; i++) {
		f = &flow[draw(&state) % flows];
		length = f->length + (uint32_t)(draw(&state) % 1400);
		/* The IP total length, behind Ethernet and two bytes of IP. */
		f->bytes[16] = (uint8_t)((length - ETHERNET_HEADER) >> 8);
		f->bytes[17] = (uint8_t)(length - ETHERNET_HEADER);
		/* Ten microseconds apart: 2 million packets take 20 s. */
		fv_capfile_frame(file, START + (int64_t)i * 10000, f->bytes,
		    f->length, length);
	}
	free(flow);
}

/* Put ${p} into ${file}, a millisecond after the one before. */
static void
put(struct fv_capfile *file, struct fv_packet *p, int *count)
{
	fv_capfile_frame(file, START + INT64_C(1000000) * (*count)++, p->bytes,
	    (uint32_t)p->length, (uint32_t)p->length);
}

/* A packet of TCP (with a SYN and its options) or of UDP. */
static void
start_packet(struct fv_packet *p, bool ipv6, int tags)
{
	int i;

	fv_packet_start(p);
	fv_packet_ethernet(p);
	for (i = 0; i < tags; i++)
		fv_packet_vlan(
		    p, i == 0 ? 0x88a8 : 0x8100, (uint16_t)(100 + i));
	if (ipv6)
		fv_packet_ipv6(p, NULL);
	else
		fv_packet_ipv4(p, NULL);
}

static void
put_recorded(struct fv_capfile *file, int *count)
{
	static const uint8_t syn[] = { 2, 4, 5, 180, 1, 3, 3, 8, 1, 1, 4, 2 };
	struct fv_packet_ip fragment = { .offset = 185 };
	struct fv_packet p;
	int i;

	for (i = 0; i < 6; i++) {
		start_packet(&p, i >= 3, i % 3);
		fv_packet_tcp(&p, 50000, 443, FV_PACKET_SYN, syn, sizeof(syn));
		fv_packet_finish(&p);
		put(file, &p, count);
		start_packet(&p, i >= 3, i % 3);
		fv_packet_udp(&p, 50001, 53);
		fv_packet_payload(&p, 30);
		fv_packet_finish(&p);
		put(file, &p, count);
		start_packet(&p, i >= 3, i % 3);
		fv_packet_icmp(&p, i >= 3 ? 128 : 8, 0);
		fv_packet_finish(&p);
		put(file, &p, count);
	}
	start_packet(&p, false, 0);
	fv_packet_sctp(&p, 50002, 2905);
	fv_packet_finish(&p);
	put(file, &p, count);
	start_packet(&p, false, 0);
	fv_packet_protocol(&p, 47);
	fv_packet_payload(&p, 8);
	fv_packet_finish(&p);
	put(file, &p, count);
	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, &fragment);
	fv_packet_protocol(&p, 17);
	fv_packet_payload(&p, 100);
	fv_packet_finish(&p);
	put(file, &p, count);
}

static void
put_rejected(struct fv_capfile *file, int *count)
{
	static const uint16_t ethertypes[] = { 0x0806, 0x88cc, 0x888e, 0x8847,
		0x8864, 0x88f7, 0x0026 };
	struct fv_packet p;
	size_t i;

	for (i = 0; i < FV_COUNT(ethertypes); i++) {
		fv_packet_start(&p);
		fv_packet_ethernet(&p);
		fv_packet_ethertype(&p, ethertypes[i]);
		fv_packet_pad(&p, 60);
		put(file, &p, count);
	}
	start_packet(&p, false, 0);
	fv_packet_udp(&p, 1, 2);
	fv_packet_finish(&p);
	fv_packet_put8(&p, p.ip, 0x44); /* header of 16 bytes */
	put(file, &p, count);
	fv_packet_put8(&p, p.ip, 0x65); /* version 6 behind 0x0800 */
	put(file, &p, count);
	p.length = p.ip + 12; /* a header cut short */
	put(file, &p, count);
	p.length = 9; /* not even Ethernet */
	put(file, &p, count);
}

void
fv_traffic_mixed(struct fv_capfile *file)
{
	int count = 0;

	fv_capfile_pcap(file, &(struct fv_capfile_pcap){ FV_CAPFILE_PCAP });
	put_recorded(file, &count);
	put_rejected(file, &count);
}

void
fv_traffic_links(struct fv_capfile *file)
{
	struct fv_capfile_interface interface = { .snapshot_length = 65535 };
	struct fv_packet p;
	uint32_t i;

	(void)fv_capfile_section(file, false);
	for (i = 0; i < fv_wrapping_links_count; i++) {
		interface.link_type = (uint16_t)fv_wrapping_links[i].link_type;
		(void)fv_capfile_interface(file, &interface);
	}
	for (i = 0; i < fv_wrapping_links_count; i++) {
		fv_wrapping_start(&p, &fv_wrapping_links[i]);
		fv_packet_ipv4(&p, NULL);
		fv_packet_udp(&p, 40001, 53);
		fv_packet_finish(&p);
		(void)fv_capfile_enhanced(file,
		    &(struct fv_capfile_packet){ .interface = i,
			.ticks = (uint64_t)START / 1000 + i,
			.bytes = p.bytes,
			.captured = (uint32_t)p.length,
			.length = (uint32_t)p.length });
	}
}

/* Fragment ${offset} of UDP packet ${id}. */
static void
put_fragment(struct fv_capfile *file, uint16_t id, uint16_t offset, int *count)
{
	const struct fv_packet_ip ip = {
		.id = id, .offset = offset, .more = offset < 2
	};
	struct fv_packet p;

	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, &ip);
	if (offset == 0)
		fv_packet_udp(&p, 40002, 2049);
	else {
		fv_packet_protocol(&p, 17);
		fv_packet_payload(&p, 8);
	}
	fv_packet_finish(&p);
	put(file, &p, count);
}

void
fv_traffic_tunnels(struct fv_capfile *file)
{
	const struct fv_packet_ip ip = { .source = 77 };
	struct fv_packet p;
	int count = 0;
	size_t i;

	fv_capfile_pcap(file, &(struct fv_capfile_pcap){ FV_CAPFILE_PCAP });
	for (i = 0; i < fv_wrapping_tunnels_count; i++) {
		fv_packet_start(&p);
		fv_packet_ethernet(&p);
		if (i % 2 == 0)
			fv_packet_ipv4(&p, NULL);
		else
			fv_packet_ipv6(&p, NULL);
		fv_wrapping_put(&p, &fv_wrapping_tunnels[i], &ip);
		fv_packet_udp(&p, 40001, 443);
		fv_packet_finish(&p);
		put(file, &p, &count);
	}
	put_fragment(file, 5, 2, &count);
	put_fragment(file, 5, 0, &count);
	put_fragment(file, 5, 1, &count);
	put_fragment(file, 6, 1, &count);
}

#include "datasets/reference/wire.h"

#include <assert.h>
#include <netinet/in.h>
#include <string.h>

#include "datasets/reference/bytes.h"
#include "datasets/reference/filler.h"
#include "datasets/reference/law.h"
#include "datasets/reference/streams.h"

enum {
	ETHERNET = 14,
	IPV4 = 20,
	IPV6 = 40,
	UDP = 8,
	LEAST = 60, /* Ethernet's shortest frame, without its checksum */
	ALERT = 4   /* the router alert option, RFC 2113 */
};

uint32_t
fv_wire_sum(uint32_t sum, const uint8_t *bytes, size_t n)
{
	uint64_t wide = sum;
	size_t i;

	for (i = 0; i + 1 < n; i += 2)
		wide += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	if (i < n)
		wide += (uint32_t)bytes[i] << 8;
	wide = (wide & 0xffffffff) + (wide >> 32);
	return (uint32_t)wide;
}

uint16_t
fv_wire_fold(uint32_t sum)
{
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* What the far side's stack offers in its own SYNs, by chance. */
static uint8_t
far_layout(uint32_t draw)
{
	static const uint8_t layout[8] = { FV_SYN_48, FV_SYN_48, FV_SYN_52,
		FV_SYN_52, FV_SYN_52, FV_SYN_60, FV_SYN_60, FV_SYN_64 };

	return layout[draw % 8];
}

void
fv_wire_open(struct fv_wire_path *path, const struct fv_guests *guests,
    const struct fv_talk *talk)
{
	static const uint8_t initial[4] = { 64, 64, 128, 255 };
	const struct fv_gadget *gadget = &guests->gadget[talk->gadget];
	const struct fv_guest *guest = &guests->guest[gadget->guest];
	struct fv_philox rng;
	uint32_t draw;
	uint8_t client;

	/* A stream by the far address, under the one seed of all sites. */
	fv_philox_start(&rng, 0, FV_STREAM_FAR, talk->far, talk->ipv6);
	draw = fv_philox_next(&rng);
	path->manner = &guests->profile->manners[gadget->manner];
	path->near = fv_guests_ipv4(guests, talk->address);
	path->far = talk->far;
	path->gateway = fv_guests_gateway(guests);
	path->site = (uint8_t)guests->site;
	path->rtt = (uint32_t)fv_law_lognormal(&rng, 60000, 600);
	path->ident = (uint16_t)(draw >> 16) ^ (uint16_t)talk->number;
	memcpy(path->near_mac, gadget->mac, sizeof(path->near_mac));
	path->ttl[1] = (uint8_t)(path->manner->ttl - guest->router);
	path->ttl[0] = (uint8_t)(initial[draw & 3] -
	    fv_law_between(&rng, 6, 22) - guest->router);
	path->layout[1] = talk->own_syn ? talk->syn : path->manner->syn;
	path->layout[0] = far_layout(draw >> 4);
	client = path->layout[!talk->outside];
	path->stamps = client >= FV_SYN_60 &&
	    (talk->outside ? path->layout[1] >= FV_SYN_60
			   : (draw >> 8 & 7) != 0);
	path->scales = client != FV_SYN_48;
	path->window[1] = path->manner->window;
	path->window[0] = (draw >> 12 & 1) != 0 ? 5840 : 65535;
	path->segment = (uint16_t)(path->manner->mss - (path->stamps ? 12 : 0) -
	    (talk->ipv6 ? 20 : 0));
}

void
fv_wire_near_ipv6(unsigned site, uint32_t near, uint8_t address[16])
{
	memset(address, 0, 16);
	memcpy(address, "\x20\x01\x0d\xb8", 4);
	address[5] = (uint8_t)(site + 1);
	fv_bytes_put32(address + 12, near);
}

void
fv_wire_far_ipv6(uint32_t far, uint8_t address[16])
{
	memset(address, 0, 16);
	memcpy(address, "\x20\x01\x0d\xb8\xff\xff", 6);
	fv_bytes_put32(address + 12, far);
}

uint32_t
fv_wire_ipv6(uint8_t *at, const uint8_t source[16],
    const uint8_t destination[16], uint8_t next, uint8_t hops, size_t length)
{
	memset(at, 0, 8);
	at[0] = 0x60;
	fv_bytes_put16(at + 4, (uint32_t)length);
	at[6] = next;
	at[7] = hops;
	memcpy(at + 8, source, 16);
	memcpy(at + 24, destination, 16);
	return fv_wire_sum(next + (uint32_t)length, at + 8, 32);
}

struct ipv4 {
	uint32_t source;
	uint32_t destination;
	uint16_t ident;
	uint16_t fragment; /* flags and offset, as they are sent */
	uint8_t ttl;
	uint8_t protocol;
	bool alert;
};

/* Write a header for ${length} bytes; returns its own length. */
static size_t
put_ipv4(uint8_t *at, const struct ipv4 *ip, size_t length)
{
	size_t n = IPV4 + (ip->alert ? ALERT : 0);

	at[0] = (uint8_t)(0x40 | n / 4);
	at[1] = ip->alert ? 0xc0 : 0;
	fv_bytes_put16(at + 2, (uint32_t)(n + length));
	fv_bytes_put16(at + 4, ip->ident);
	fv_bytes_put16(at + 6, ip->fragment);
	at[8] = ip->ttl;
	at[9] = ip->protocol;
	fv_bytes_put16(at + 10, 0);
	fv_bytes_put32(at + 12, ip->source);
	fv_bytes_put32(at + 16, ip->destination);
	if (ip->alert)
		fv_bytes_put32(at + 20, 0x94040000);
	fv_bytes_put16(at + 10, fv_wire_fold(fv_wire_sum(0, at, n)));
	return n;
}

static uint32_t
pseudo_sum(const struct ipv4 *ip, size_t length)
{
	return (ip->source >> 16) + (ip->source & 0xffff) +
	    (ip->destination >> 16) + (ip->destination & 0xffff) +
	    ip->protocol + (uint32_t)length;
}

static size_t
put_udp(const struct fv_talk *t, const struct fv_event *e, uint8_t *at)
{
	size_t n = UDP +
	    fv_filler_write(t->content, e->out, e->seq + t->number * 64,
		e->whole > 0 ? e->whole - UDP : e->length, at + UDP);

	fv_bytes_put16(at, e->out ? t->near_port : t->far_port);
	fv_bytes_put16(at + 2, e->out ? t->far_port : t->near_port);
	fv_bytes_put16(at + 4, (uint32_t)n);
	fv_bytes_put16(at + 6, 0);
	return n;
}

/* RFC 792: echo, or port unreachable about a datagram of the other side. */
static size_t
put_icmp(const struct fv_wire_path *path, const struct fv_talk *t,
    const struct fv_event *e, uint8_t *at)
{
	struct ipv4 about = { .ttl = 47, .protocol = IPPROTO_UDP };
	size_t n = 8;

	memset(at, 0, n);
	if (t->shape == FV_SHAPE_ECHO) {
		at[0] = e->out != t->outside ? 8 : 0;
		fv_bytes_put16(at + 4, path->ident);
		fv_bytes_put16(at + 6, e->seq);
		n += fv_filler_write(t->content, e->out, 0, e->length, at + n);
	} else {
		at[0] = 3;
		at[1] = e->out ? 3 : 1 + 2 * (uint8_t)(t->number & 1);
		about.source = e->out ? path->far : path->near;
		about.destination = e->out ? path->near : path->far;
		about.ident = path->ident;
		n += put_ipv4(at + n, &about, UDP + 32);
		fv_bytes_put16(at + n, e->out ? t->far_port : t->near_port);
		fv_bytes_put16(at + n + 2, e->out ? t->near_port : t->far_port);
		fv_bytes_put16(at + n + 4, UDP + 32);
		fv_bytes_put16(at + n + 6, 0); /* RFC 768: none was made */
		n += UDP;
	}
	fv_bytes_put16(at + 2, fv_wire_fold(fv_wire_sum(0, at, n)));
	return n;
}

/*
 * RFC 2236: a report about a group, or a query to all or to one host.  To
 * 224.0.0.22 it is a report of RFC 3376, 4.2, with one record or two.
 */
static size_t
put_igmp(const struct fv_wire_path *path, const struct fv_event *e, uint8_t *at)
{
	static const uint32_t group[2] = { 0xeffffffa, 0xe00000fb };
	bool third = e->out && path->far == FV_WIRE_REPORTS;
	size_t records = third ? 1 + (size_t)(e->time / 1000 & 1) : 0, i;
	size_t n = 8 + 8 * records;

	memset(at, 0, n);
	at[0] = third ? 0x22 : e->out ? 0x16 : 0x11;
	at[1] = e->out ? 0 : 100;
	if (e->out && !third)
		fv_bytes_put32(at + 4, path->far);
	for (i = 0; i < records; i++) {
		at[8 + 8 * i] = 4; /* the mode changes to exclude nothing */
		fv_bytes_put32(at + 12 + 8 * i, group[i]);
	}
	at[7] = third ? (uint8_t)records : at[7];
	fv_bytes_put16(at + 2, fv_wire_fold(fv_wire_sum(0, at, n)));
	return n;
}

/* PPTP's GRE (RFC 2637 4.1) around a compressed PPP frame. */
static size_t
put_gre(const struct fv_talk *t, const struct fv_event *e, uint8_t *at)
{
	size_t n = e->length < 8 ? 8 : e->length;

	fv_bytes_put32(at, 0x3001880b);
	fv_bytes_put16(at + 4, (uint32_t)n);
	fv_bytes_put16(at + 6, t->number & 0xffff);
	fv_bytes_put32(at + 8, e->seq);
	(void)fv_filler_write(t->content, e->out, e->seq, n, at + 12);
	at[12] = 0xfd; /* RFC 1962: a compressed datagram */
	return 12 + n;
}

/* RFC 4213: IPv6 in IPv4; inside, a router solicitation (RFC 4861). */
static size_t
put_tunnel6(uint8_t *at)
{
	static const uint8_t source[16] = { 0xfe, 0x80, [12] = 192, 0, 2, 1 };
	static const uint8_t routers[16] = { 0xff, 0x02, [15] = 2 };
	uint32_t sum =
	    fv_wire_ipv6(at, source, routers, IPPROTO_ICMPV6, 255, 8);

	memset(at + IPV6, 0, 8);
	at[IPV6] = 133;
	fv_bytes_put16(
	    at + IPV6 + 2, fv_wire_fold(fv_wire_sum(sum, at + IPV6, 8)));
	return IPV6 + 8;
}

/* What stands behind the IP header, with its own checksum still open. */
static size_t
put_inner(const struct fv_wire_path *path, const struct fv_talk *t,
    const struct fv_event *e, uint8_t *at)
{
	switch (t->protocol) {
	case IPPROTO_TCP:
		return fv_wire_tcp(path, t, e, at);
	case IPPROTO_UDP:
		return put_udp(t, e, at);
	case IPPROTO_ICMP:
		return put_icmp(path, t, e, at);
	case IPPROTO_IGMP:
		return put_igmp(path, e, at);
	case IPPROTO_GRE:
		return put_gre(t, e, at);
	case IPPROTO_IPV6:
		return put_tunnel6(at);
	default:
		return fv_filler_write(
		    t->content, e->out, e->seq, e->length, at);
	}
}

static void
close_checksum(const struct fv_talk *t, uint32_t pseudo, uint8_t *at, size_t n)
{
	size_t where = t->protocol == IPPROTO_TCP ? 16 : 6;
	uint16_t sum;

	if (t->protocol != IPPROTO_TCP && t->protocol != IPPROTO_UDP)
		return;
	sum = fv_wire_fold(fv_wire_sum(pseudo, at, n));
	/* RFC 768: zero would mean that there is none. */
	if (sum == 0 && t->protocol == IPPROTO_UDP)
		sum = 0xffff;
	fv_bytes_put16(at + where, sum);
}

static size_t
put_packet4(const struct fv_wire_path *path, const struct fv_talk *t,
    const struct fv_event *e, uint16_t ident, uint8_t *at)
{
	struct ipv4 ip = { .protocol = t->protocol, .ident = ident };
	uint8_t inner[FV_FILLER_MOST + 128];
	size_t n = put_inner(path, t, e, inner), header;

	ip.source = e->out ? path->near : path->far;
	ip.destination = e->out ? path->far : path->near;
	ip.ttl = path->ttl[e->out];
	if (ip.destination >> 28 == 0xe || t->protocol == IPPROTO_IGMP)
		ip.ttl = 1;
	if (t->protocol == IPPROTO_IGMP) {
		ip.alert = true;
		if (!e->out) {
			ip.source = path->gateway;
			if (!t->outside)
				ip.destination = INADDR_ALLHOSTS_GROUP;
		}
	}
	close_checksum(t, pseudo_sum(&ip, n), inner, n);
	if (e->whole > 0) {
		ip.ident = (uint16_t)(path->ident + e->seq);
		ip.fragment =
		    (uint16_t)(e->offset / 8 | (e->more ? 0x2000 : 0));
		n = e->length;
	} else if (t->protocol == IPPROTO_TCP) {
		ip.fragment = 0x4000; /* do not fragment: path MTU discovery */
	}
	header = put_ipv4(at, &ip, n);
	memcpy(at + header, inner + e->offset, n);
	return header + n;
}

static size_t
put_packet6(const struct fv_wire_path *path, const struct fv_talk *t,
    const struct fv_event *e, uint8_t *at)
{
	uint8_t near[16], far[16];
	size_t n = put_inner(path, t, e, at + IPV6);
	uint32_t pseudo;

	fv_wire_near_ipv6(path->site, path->near, near);
	fv_wire_far_ipv6(path->far, far);
	pseudo = fv_wire_ipv6(at, e->out ? near : far, e->out ? far : near,
	    t->protocol, path->ttl[e->out], n);
	close_checksum(t, pseudo, at + IPV6, n);
	return IPV6 + n;
}

static void
put_ethernet(const struct fv_wire_path *path, const struct fv_talk *t,
    const struct fv_event *e, uint8_t *frame)
{
	uint32_t to = e->out ? path->far : path->near;

	memcpy(frame, e->out ? fv_guests_gateway_mac : path->near_mac, 6);
	memcpy(frame + 6, e->out ? path->near_mac : fv_guests_gateway_mac, 6);
	fv_bytes_put16(frame + 12, t->ipv6 ? 0x86dd : 0x0800);
	if (t->ipv6)
		return;
	if (t->protocol == IPPROTO_IGMP && !e->out && !t->outside)
		to = INADDR_ALLHOSTS_GROUP;
	if (to >> 28 == 0xe) { /* RFC 1112 6.4 */
		fv_bytes_put16(frame, 0x0100);
		fv_bytes_put32(frame + 2, 0x5e000000 | (to & 0x7fffff));
	} else if ((to & 0xffff) == 0xffff && to >> 16 == path->gateway >> 16) {
		memset(frame, 0xff, 6);
	}
}

size_t
fv_wire_frame(const struct fv_wire_path *path, const struct fv_talk *talk,
    const struct fv_event *event, uint16_t ident, uint8_t frame[FV_WIRE_FRAME])
{
	uint8_t *at = frame + ETHERNET;
	size_t n;

	put_ethernet(path, talk, event, frame);
	if (talk->protocol == FV_PROFILE_NOT_IP)
		n = fv_wire_link(path, talk, event, frame);
	else if (talk->ipv6)
		n = put_packet6(path, talk, event, at);
	else
		n = put_packet4(path, talk, event, ident, at);
	n += ETHERNET;
	assert(n <= FV_WIRE_FRAME);
	if (n < LEAST) {
		memset(frame + n, 0, LEAST - n);
		n = LEAST;
	}
	return n;
}

#include "anonymize/packet_frame.h"

#include <assert.h>
#include <string.h>

#include "anonymize/packet_transport.h"
#include "anonymize/packet_pen.h"
#include "anonymize/publisher.h"

enum {
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_IPV6 = 0x86dd,
	IPV4_HEADER = 20,
	IPV4_DONT_FRAGMENT = 0x4000,
	IPV4_MORE_FRAGMENTS = 0x2000,
	OPTION_NOP = 1,
	OPTION_ALERT = 148, /* RFC 2113 */
	OPTION_ALERT_LENGTH = 4
};

/* IPv6 next headers, options and what a routing header becomes. */
enum {
	NEXT_HOP_BY_HOP = 0,
	NEXT_ROUTING = 43,
	NEXT_FRAGMENT = 44,
	NEXT_AUTHENTICATION = 51,
	NEXT_DESTINATION = 60,
	OPTION6_PADN = 1,
	OPTION6_PADN_MOST = 2 + 255,
	OPTION6_ALERT = 5, /* RFC 2711 */
	OPTION6_ALERT_SIZE = 2,
	OPTION6_JUMBO = 0xc2, /* RFC 2675 */
	OPTION6_JUMBO_SIZE = 4,
	ROUTING_EXPERIMENT = 254 /* RFC 4727: for no use that is known */
};

static void
write_ethernet(struct fv_pen *pen, const struct fv_packet_names *names,
    const struct fv_raw_layers *layers, const struct fv_packet_named *named)
{
	const struct fv_raw_ethernet *e = &layers->ethernet;
	unsigned i;

	fv_pen_bytes(pen, named->destination_mac.octet,
	    sizeof(named->destination_mac.octet));
	fv_pen_bytes(
	    pen, named->source_mac.octet, sizeof(named->source_mac.octet));
	for (i = 0; i < e->ntags; i++) {
		fv_pen_put16(pen, e->tag[i].ethertype);
		fv_pen_put16(
		    pen, fv_packet_names_vlan(names, e->tag[i].identifier));
	}
	fv_pen_put16(pen,
	    layers->ip.source.ip_version == 4 ? ETHERTYPE_IPV4
					      : ETHERTYPE_IPV6);
}

/* The identification of a fragment; that of a whole datagram means nothing
 * (RFC 6864), and would count what its sender sends. */
static uint32_t
identification(
    const struct fv_packet_names *names, const struct fv_packet_ends *ends)
{
	const struct fv_raw_ip *ip = ends->ip;

	return fv_packet_names_datagram(names, ends->source, ends->destination,
	    ip->protocol, ip->identification);
}

/* IPv4 options: nothing, but where it may be seen that routers look. */
static void
write_options(struct fv_pen *pen, const struct fv_raw_ip *ip)
{
	uint8_t *options = pen->at;
	size_t n = ip->options_length;

	fv_pen_fill(pen, OPTION_NOP, n);
	if (ip->end_at < n)
		memset(options + ip->end_at, 0, n - ip->end_at);
	if (ip->alert_at != FV_LAYERS_NOWHERE &&
	    (size_t)ip->alert_at + OPTION_ALERT_LENGTH <= n) {
		memset(options + ip->alert_at, 0, OPTION_ALERT_LENGTH);
		options[ip->alert_at] = OPTION_ALERT;
		options[ip->alert_at + 1] = OPTION_ALERT_LENGTH;
	}
}

static void
write_ipv4(struct fv_pen *pen, const struct fv_packet_names *names,
    const struct fv_packet_ends *ends)
{
	const struct fv_raw_ip *ip = ends->ip;
	uint8_t *header = pen->at;
	size_t length = IPV4_HEADER + (size_t)ip->options_length;
	bool fragment = ip->offset != 0 || ip->more_fragments;

	fv_pen_put8(pen, (unsigned)(4 << 4 | length / 4));
	fv_pen_put8(pen, ip->ecn);
	fv_pen_put16(pen, ip->length);
	fv_pen_put16(
	    pen, fragment ? identification(names, ends) & UINT16_MAX : 0);
	fv_pen_put16(pen,
	    ip->offset | (ip->more_fragments ? IPV4_MORE_FRAGMENTS : 0) |
		(ip->dont_fragment ? IPV4_DONT_FRAGMENT : 0));
	fv_pen_put8(pen, fv_publisher_initial_ttl(ip->ttl));
	fv_pen_put8(pen, ip->protocol);
	fv_pen_put16(pen, 0);
	fv_pen_bytes(pen, ends->source->octet + 12, 4);
	fv_pen_bytes(pen, ends->destination->octet + 12, 4);
	write_options(pen, ip);
	fv_pen_set16(
	    header + 10, fv_pen_checksum(fv_pen_sum(0, header, length)));
}

/* ${n} bytes of options of IPv6 that say nothing. */
static void
write_padding(struct fv_pen *pen, size_t n)
{
	size_t one;

	while (n > 1) {
		one = n < OPTION6_PADN_MOST ? n : OPTION6_PADN_MOST;
		fv_pen_put8(pen, OPTION6_PADN);
		fv_pen_put8(pen, (unsigned)(one - 2));
		fv_pen_fill(pen, 0, one - 2);
		n -= one;
	}
	fv_pen_fill(pen, 0, n);
}

/* The options of a hop-by-hop header, in ${n} bytes. */
static void
write_hop_by_hop(struct fv_pen *pen, const struct fv_raw_ip *ip, size_t n)
{
	if (ip->jumbo != 0 && n >= 2 + OPTION6_JUMBO_SIZE) {
		fv_pen_put8(pen, OPTION6_JUMBO);
		fv_pen_put8(pen, OPTION6_JUMBO_SIZE);
		fv_pen_put32(pen, ip->jumbo);
		n -= 2 + OPTION6_JUMBO_SIZE;
	}
	if (ip->router_alert && n >= 2 + OPTION6_ALERT_SIZE) {
		fv_pen_put8(pen, OPTION6_ALERT);
		fv_pen_put8(pen, OPTION6_ALERT_SIZE);
		fv_pen_fill(pen, 0, OPTION6_ALERT_SIZE);
		n -= 2 + OPTION6_ALERT_SIZE;
	}
	write_padding(pen, n);
}

/*
 * What fragment header ${i} says.  Should there be several, facts of the
 * datagram stand in the last: those before it cannot have had an offset.
 */
static void
write_fragment(struct fv_pen *pen, const struct fv_packet_names *names,
    const struct fv_packet_ends *ends, unsigned i)
{
	const struct fv_raw_ip *ip = ends->ip;

	for (i++; i < ip->extensions; i++)
		if (ip->extension[i].kind == NEXT_FRAGMENT) {
			fv_pen_put16(pen, 0);
			fv_pen_put32(pen, 0);
			return;
		}
	fv_pen_put16(
	    pen, (unsigned)ip->offset << 3 | (ip->more_fragments ? 1U : 0));
	fv_pen_put32(pen, identification(names, ends));
}

/* Extension header ${i}: its kind, its length, and nothing in it. */
static void
write_extension(struct fv_pen *pen, const struct fv_packet_names *names,
    const struct fv_packet_ends *ends, unsigned i)
{
	const struct fv_raw_ip *ip = ends->ip;
	const struct fv_raw_extension *e = &ip->extension[i];
	size_t n = ((size_t)e->length + 1) * 8 - 2;

	fv_pen_put8(pen,
	    i + 1U < ip->extensions ? ip->extension[i + 1].kind : ip->protocol);
	fv_pen_put8(pen, e->length);
	switch (e->kind) {
	case NEXT_FRAGMENT:
		write_fragment(pen, names, ends, i);
		break;
	case NEXT_HOP_BY_HOP:
		if (i == 0)
			write_hop_by_hop(pen, ip, n);
		else
			write_padding(pen, n);
		break;
	case NEXT_DESTINATION:
		write_padding(pen, n);
		break;
	case NEXT_ROUTING:
		fv_pen_put8(pen, ROUTING_EXPERIMENT);
		fv_pen_fill(pen, 0, n - 1);
		break;
	case NEXT_AUTHENTICATION:
		fv_pen_fill(pen, 0, ((size_t)e->length + 2) * 4 - 2);
		break;
	default:
		fv_pen_fill(pen, 0, n);
		break;
	}
}

static void
write_ipv6(struct fv_pen *pen, const struct fv_packet_names *names,
    const struct fv_packet_ends *ends)
{
	const struct fv_raw_ip *ip = ends->ip;
	unsigned i;

	fv_pen_put32(pen, UINT32_C(6) << 28 | (uint32_t)ip->ecn << 20);
	fv_pen_put16(pen, ip->length);
	fv_pen_put8(
	    pen, ip->extensions > 0 ? ip->extension[0].kind : ip->protocol);
	fv_pen_put8(pen, fv_publisher_initial_ttl(ip->ttl));
	fv_pen_bytes(pen, ends->source->octet, 16);
	fv_pen_bytes(pen, ends->destination->octet, 16);
	for (i = 0; i < ip->extensions; i++)
		write_extension(pen, names, ends, i);
}

static void
write_ip(struct fv_pen *pen, const struct fv_packet_names *names,
    const struct fv_packet_ends *ends)
{
	if (ends->ip->source.ip_version == 4)
		write_ipv4(pen, names, ends);
	else
		write_ipv6(pen, names, ends);
}

/* What an ICMP error is about: its IP header, and eight bytes more. */
static void
write_quote(struct fv_pen *pen, const struct fv_packet_names *names,
    const struct fv_raw_layers *layers, const struct fv_packet_named *named)
{
	const struct fv_packet_ends ends = {
		&layers->quoted_ip,
		&named->address[FV_PACKET_QUOTED_SOURCE],
		&named->address[FV_PACKET_QUOTED_DESTINATION],
	};
	const struct fv_raw_transport *t = &layers->quoted_transport;
	uint8_t *transport;

	write_ip(pen, names, &ends);
	transport = pen->at;
	fv_packet_transport_write(pen, names, &ends, t, NULL);
	pen->at = transport + t->captured;
	fv_packet_transport_finish(transport, pen->at, &ends, t);
}

size_t
fv_packet_frame_build(const struct fv_packet_names *names,
    const struct fv_raw_layers *layers, const struct fv_packet_named *named,
    bool ethernet, uint8_t *bytes)
{
	const struct fv_packet_ends ends = {
		&layers->ip,
		&named->address[FV_PACKET_SOURCE],
		&named->address[FV_PACKET_DESTINATION],
	};
	struct fv_pen pen = { bytes };
	uint8_t *transport;

	if (ethernet)
		write_ethernet(&pen, names, layers, named);
	write_ip(&pen, names, &ends);
	transport = pen.at;
	fv_packet_transport_write(
	    &pen, names, &ends, &layers->transport, named);
	assert(
	    (size_t)(pen.at - bytes) <= layers->reach + FV_PACKET_FRAME_SLACK);
	pen.at = transport + layers->transport.captured;
	if (layers->has_quote)
		write_quote(&pen, names, layers, named);
	fv_packet_transport_finish(
	    transport, pen.at, &ends, &layers->transport);
	assert((size_t)(pen.at - bytes) <= layers->reach);
	return (size_t)(pen.at - bytes);
}

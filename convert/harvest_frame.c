#include "convert/harvest_frame.h"

#include <string.h>

#include "convert/decode_link.h"

/* EtherTypes, and what an EtherType is not. */
enum {
	TYPE_IPV4 = 0x0800,
	TYPE_ARP = 0x0806,
	TYPE_RARP = 0x8035,
	TYPE_VLAN = 0x8100,
	TYPE_BRIDGE = 0x6558, /* Ethernet in GRE or GENEVE */
	TYPE_IPV6 = 0x86dd,
	TYPE_MPLS = 0x8847,
	TYPE_PPPOE = 0x8864,
	TYPE_VLAN_SERVICE = 0x88a8,
	TYPE_LLDP = 0x88cc,
	TYPE_LEAST = 0x0600
};

enum {
	PROTOCOL_ICMP = 1,
	PROTOCOL_IPV4 = 4,
	PROTOCOL_TCP = 6,
	PROTOCOL_UDP = 17,
	PROTOCOL_IPV6 = 41,
	PROTOCOL_GRE = 47,
	PROTOCOL_ICMPV6 = 58
};

void
fv_harvest_ipv4(struct fv_harvest_sink *sink, struct fv_cursor *in)
{
	struct fv_raw_addr addr;
	uint8_t octet[4];

	if (sink->failed || !fv_take_bytes(in, 4, octet))
		return;
	fv_raw_addr_set_ipv4(&addr, octet);
	sink->failed =
	    fv_originals_other(sink->originals, &addr, &sink->err) == -1;
}

void
fv_harvest_ipv6(struct fv_harvest_sink *sink, struct fv_cursor *in)
{
	struct fv_raw_addr addr;
	uint8_t octet[16];

	if (sink->failed || !fv_take_bytes(in, 16, octet))
		return;
	fv_raw_addr_set_ipv6(&addr, octet);
	sink->failed =
	    fv_originals_other(sink->originals, &addr, &sink->err) == -1;
}

void
fv_harvest_mac(struct fv_harvest_sink *sink, struct fv_cursor *in)
{
	uint8_t octet[6];

	if (!sink->failed && fv_take_bytes(in, 6, octet))
		sink->failed =
		    fv_originals_mac(sink->originals, octet, &sink->err) == -1;
}

void
fv_harvest_name(struct fv_harvest_sink *sink, struct fv_cursor *in, size_t n)
{
	struct fv_cursor part;

	if (n > fv_cursor_left(in))
		n = fv_cursor_left(in);
	if (fv_take_part(in, n, &part) && !sink->failed)
		sink->failed = fv_originals_name(sink->originals,
				   (const char *)part.at, n, &sink->err) == -1;
}

/* RFC 826, with the lengths of Ethernet and IPv4. */
static void
harvest_arp(struct fv_harvest_sink *sink, struct fv_cursor in)
{
	if (!fv_take_skip(&in, 8))
		return;
	fv_harvest_mac(sink, &in);
	fv_harvest_ipv4(sink, &in);
	fv_harvest_mac(sink, &in);
	fv_harvest_ipv4(sink, &in);
}

static void
harvest_protocol(struct fv_harvest_sink *sink, uint16_t type,
    struct fv_cursor in, unsigned depth)
{
	uint32_t label;
	uint16_t next;

	if (depth > FV_HARVEST_DEPTH)
		return;
	switch (type) {
	case TYPE_IPV4:
	case TYPE_IPV6:
		fv_harvest_ip(sink, in, depth);
		return;
	case TYPE_ARP:
	case TYPE_RARP:
		harvest_arp(sink, in);
		return;
	case TYPE_VLAN:
	case TYPE_VLAN_SERVICE:
		if (fv_take_skip(&in, 2) && fv_take_be16(&in, &next))
			harvest_protocol(sink, next, in, depth + 1);
		return;
	case TYPE_MPLS:
		while (fv_take_be32(&in, &label))
			if ((label & 0x100) != 0)
				break;
		fv_harvest_ip(sink, in, depth + 1);
		return;
	case TYPE_PPPOE: /* a header of six bytes, then PPP's protocol */
		if (fv_take_skip(&in, 8))
			fv_harvest_ip(sink, in, depth + 1);
		return;
	case TYPE_BRIDGE:
		fv_harvest_ethernet(sink, in, depth + 1);
		return;
	case TYPE_LLDP:
		fv_harvest_lldp(sink, in);
		return;
	default:
		if (type < TYPE_LEAST)
			fv_harvest_cdp(sink, in);
	}
}

void
fv_harvest_ethernet(
    struct fv_harvest_sink *sink, struct fv_cursor in, unsigned depth)
{
	uint16_t type;

	fv_harvest_mac(sink, &in);
	fv_harvest_mac(sink, &in);
	if (depth <= FV_HARVEST_DEPTH && fv_take_be16(&in, &type))
		harvest_protocol(sink, type, in, depth);
}

/* RFC 791: record route and both source routes, and timestamps' addresses. */
static void
harvest_options(struct fv_harvest_sink *sink, struct fv_cursor in)
{
	struct fv_cursor body;
	uint8_t kind, size, flag = 0;

	while (fv_take_u8(&in, &kind) && kind != 0) {
		if (kind == 1)
			continue;
		if (!fv_take_u8(&in, &size) || size < 2 ||
		    !fv_take_part(&in, size - 2U, &body))
			return;
		if (kind == 7 || kind == 131 || kind == 137) {
			(void)fv_take_skip(&body, 1);
			while (fv_cursor_left(&body) >= 4)
				fv_harvest_ipv4(sink, &body);
		} else if (kind == 68 && fv_take_skip(&body, 1) &&
		    fv_take_u8(&body, &flag) && (flag & 0xf) != 0) {
			while (fv_cursor_left(&body) >= 4) {
				fv_harvest_ipv4(sink, &body);
				(void)fv_take_skip(&body, 4);
			}
		}
	}
}

static void
harvest_ipv4(struct fv_harvest_sink *sink, struct fv_cursor in, unsigned depth)
{
	uint8_t version = 0, protocol = 0;
	struct fv_cursor options;
	uint16_t fragment = 0;
	size_t length;

	if (!fv_take_u8(&in, &version) || !fv_take_skip(&in, 5) ||
	    !fv_take_be16(&in, &fragment) || !fv_take_skip(&in, 1) ||
	    !fv_take_u8(&in, &protocol) || !fv_take_skip(&in, 2))
		return;
	fv_harvest_ipv4(sink, &in);
	fv_harvest_ipv4(sink, &in);
	length = (version & 0xfU) * 4;
	if (length < 20 || !fv_take_part(&in, length - 20, &options))
		return;
	harvest_options(sink, options);
	if ((fragment & 0x1fff) == 0)
		fv_harvest_transport(sink, protocol, in, depth + 1);
}

/* An extension header's options: the home address (RFC 6275, 6.3). */
static void
harvest_home(struct fv_harvest_sink *sink, struct fv_cursor in)
{
	struct fv_cursor body;
	uint8_t type, size;

	while (fv_take_u8(&in, &type)) {
		if (type == 0)
			continue;
		if (!fv_take_u8(&in, &size) || !fv_take_part(&in, size, &body))
			return;
		/* Others of such a length are taken for addresses, too. */
		while (fv_cursor_left(&body) >= 16)
			fv_harvest_ipv6(sink, &body);
	}
}

/* Routing headers of any type: addresses behind eight bytes. */
static void
harvest_route(struct fv_harvest_sink *sink, struct fv_cursor in)
{
	(void)fv_take_skip(&in, 6);
	while (fv_cursor_left(&in) >= 16)
		fv_harvest_ipv6(sink, &in);
}

static void
harvest_ipv6(struct fv_harvest_sink *sink, struct fv_cursor in, unsigned depth)
{
	uint8_t next = 0, after, words;
	struct fv_cursor body;
	uint16_t offset;
	int count;

	if (!fv_take_skip(&in, 6) || !fv_take_u8(&in, &next) ||
	    !fv_take_skip(&in, 1))
		return;
	fv_harvest_ipv6(sink, &in);
	fv_harvest_ipv6(sink, &in);
	for (count = 0; count < FV_HARVEST_DEPTH; count++) {
		if (next == 44) {
			if (!fv_take_u8(&in, &after) || !fv_take_skip(&in, 1) ||
			    !fv_take_be16(&in, &offset) ||
			    !fv_take_skip(&in, 4) || (offset & 0xfff8) != 0)
				return;
			next = after;
			continue;
		}
		if (next != 0 && next != 43 && next != 60 && next != 51 &&
		    next != 135)
			break;
		if (!fv_take_u8(&in, &after) || !fv_take_u8(&in, &words) ||
		    !fv_take_part(&in,
			next == 51 ? words * 4U + 6 : words * 8U + 6, &body))
			return;
		if (next == 43)
			harvest_route(sink, body);
		else if (next != 51)
			harvest_home(sink, body);
		next = after;
	}
	fv_harvest_transport(sink, next, in, depth + 1);
}

void
fv_harvest_ip(struct fv_harvest_sink *sink, struct fv_cursor in, unsigned depth)
{
	struct fv_cursor ahead = in;
	uint8_t version;

	if (depth > FV_HARVEST_DEPTH || !fv_take_u8(&ahead, &version))
		return;
	if (version >> 4 == 4)
		harvest_ipv4(sink, in, depth);
	else if (version >> 4 == 6)
		harvest_ipv6(sink, in, depth);
}

/* RFC 2784 and 2890: optional words, then an EtherType's payload. */
static void
harvest_gre(struct fv_harvest_sink *sink, struct fv_cursor in, unsigned depth)
{
	uint16_t flags, type;
	size_t skip;

	if (!fv_take_be16(&in, &flags) || !fv_take_be16(&in, &type))
		return;
	skip = ((flags & 0x8000) != 0 ? 4U : 0) +
	    ((flags & 0x2000) != 0 ? 4U : 0) + ((flags & 0x1000) != 0 ? 4U : 0);
	if (fv_take_skip(&in, skip))
		harvest_protocol(sink, type, in, depth);
}

/* RFC 8684, 3.4.1: MPTCP tells of more addresses. */
static void
harvest_tcp(struct fv_harvest_sink *sink, struct fv_cursor in)
{
	struct fv_cursor options, body;
	uint8_t offset = 0, kind, size, subtype;

	if (!fv_take_skip(&in, 12) || !fv_take_u8(&in, &offset) ||
	    !fv_take_skip(&in, 7) || offset >> 4 < 5 ||
	    !fv_take_part(&in, (offset >> 4) * 4U - 20, &options))
		return;
	while (fv_take_u8(&options, &kind) && kind != 0) {
		if (kind == 1)
			continue;
		if (!fv_take_u8(&options, &size) || size < 2 ||
		    !fv_take_part(&options, size - 2U, &body))
			break;
		if (kind != 30 || !fv_take_u8(&body, &subtype) ||
		    subtype >> 4 != 3 || !fv_take_skip(&body, 1))
			continue;
		if (fv_cursor_left(&body) >= 16)
			fv_harvest_ipv6(sink, &body);
		else
			fv_harvest_ipv4(sink, &body);
	}
	fv_harvest_stream(sink, in);
}

void
fv_harvest_transport(struct fv_harvest_sink *sink, uint8_t protocol,
    struct fv_cursor in, unsigned depth)
{
	uint16_t source, destination;

	if (depth > FV_HARVEST_DEPTH)
		return;
	switch (protocol) {
	case PROTOCOL_ICMP:
		fv_harvest_icmp(sink, in, depth);
		break;
	case PROTOCOL_ICMPV6:
		fv_harvest_icmpv6(sink, in, depth);
		break;
	case PROTOCOL_IPV4:
	case PROTOCOL_IPV6:
		fv_harvest_ip(sink, in, depth);
		break;
	case PROTOCOL_GRE:
		harvest_gre(sink, in, depth);
		break;
	case PROTOCOL_TCP:
		harvest_tcp(sink, in);
		break;
	case PROTOCOL_UDP:
		if (fv_take_be16(&in, &source) &&
		    fv_take_be16(&in, &destination) && fv_take_skip(&in, 4))
			fv_harvest_udp(sink, source, destination, in, depth);
		break;
	default:
		break;
	}
}

/*
 * Any other link: its headers as the converter reads them, which is not to be
 * relied on (a frame that it does not understand may be IP all the same), but
 * finds what stands behind.
 */
static void
harvest_behind(struct fv_harvest_sink *sink, const struct fv_frame *frame)
{
	struct fv_cursor in = fv_cursor_over(frame->bytes, frame->captured);
	struct fv_cursor mac, whole = in;
	struct fv_raw_packet packet = { 0 };
	struct fv_decode_link link;
	enum fv_counter outcome;

	outcome = fv_decode_link_read(frame->link_type, &in, &packet, &link);
	if ((packet.has & FV_HAS_SOURCE_MAC) != 0) {
		mac = fv_cursor_over(
		    &packet.source_mac, sizeof(struct fv_raw_mac));
		fv_harvest_mac(sink, &mac);
	}
	if (outcome == FV_COUNT_RECORDED)
		fv_harvest_ip(sink, in, 0);
	else if (outcome == FV_COUNT_ARP)
		harvest_arp(sink, in);
	else if (outcome == FV_COUNT_NOT_IP && link.ethertype != 0)
		harvest_protocol(sink, link.ethertype, in, 0);
	else
		fv_harvest_ip(sink, whole, 0);
}

void
fv_harvest_frame(struct fv_harvest_sink *sink, const struct fv_frame *frame)
{
	struct fv_cursor in = fv_cursor_over(frame->bytes, frame->captured);
	uint16_t type, size;

	switch (frame->link_type) {
	case FV_LINK_ETHERNET:
		fv_harvest_ethernet(sink, in, 0);
		break;
	case FV_LINK_SLL:
		if (fv_take_skip(&in, 4) && fv_take_be16(&in, &size)) {
			if (size == 6)
				fv_harvest_mac(sink, &in);
			if (fv_take_skip(&in, size == 6 ? 2 : 8) &&
			    fv_take_be16(&in, &type))
				harvest_protocol(sink, type, in, 0);
		}
		break;
	case FV_LINK_SLL2:
		if (fv_take_be16(&in, &type) && fv_take_skip(&in, 9) &&
		    fv_take_skip(&in, 1)) {
			fv_harvest_mac(sink, &in);
			if (fv_take_skip(&in, 2))
				harvest_protocol(sink, type, in, 0);
		}
		break;
	case FV_LINK_NULL:
	case FV_LINK_LOOP:
		if (fv_take_skip(&in, 4))
			fv_harvest_ip(sink, in, 0);
		break;
	default:
		harvest_behind(sink, frame);
	}
}

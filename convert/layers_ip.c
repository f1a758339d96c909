#include "convert/layers_ip.h"

#include "convert/ip_header.h"

enum { ECN = 3 };

/* Options of IPv4 (RFC 791, RFC 2113) and of IPv6 (RFC 8200, 2675, 2711). */
enum {
	OPTION_END = 0,
	OPTION_NOP = 1,
	OPTION_ALERT = 148,
	OPTION_ALERT_LENGTH = 4,
	OPTION_LENGTH_LEAST = 2,
	OPTION6_PAD1 = 0,
	OPTION6_ALERT = 5,
	OPTION6_ALERT_SIZE = 2,
	OPTION6_JUMBO = 0xc2
};

/*
 * How much of what a length field promises was on the wire.  A packet whose
 * field says more than the frame has is a shorter one to those who check
 * its sum; 0 leaves it to the frame.
 */
static uint64_t
on_wire(uint64_t promised, uint64_t wire)
{
	return promised == 0 || promised > wire ? wire : promised;
}

/* Where the two IPv4 options lie that are written again. */
static void
read_options(struct fv_cursor options, struct fv_raw_ip *ip)
{
	size_t all = fv_cursor_left(&options), at;
	uint8_t kind, length;

	while (fv_take_u8(&options, &kind)) {
		at = all - fv_cursor_left(&options) - 1;
		if (kind == OPTION_END) {
			ip->end_at = (uint8_t)at;
			return;
		}
		if (kind == OPTION_NOP)
			continue;
		if (!fv_take_u8(&options, &length) ||
		    length < OPTION_LENGTH_LEAST ||
		    !fv_take_skip(&options, length - 2U))
			return;
		if (kind == OPTION_ALERT && length == OPTION_ALERT_LENGTH)
			ip->alert_at = (uint8_t)at;
	}
}

/* RFC 791, section 3.1. */
static bool
read_ipv4(
    struct fv_cursor *in, uint64_t wire, struct fv_raw_ip *ip, uint32_t *reach)
{
	uint8_t version = 0, service = 0, octet[4] = { 0 };
	uint16_t identification = 0, flags = 0;
	struct fv_cursor head, options;
	unsigned length;

	if (!fv_take_part(in, FV_IPV4_HEADER, &head))
		return false;
	/* Twenty bytes are there, so none of these can say no. */
	(void)fv_take_u8(&head, &version);
	(void)fv_take_u8(&head, &service);
	(void)fv_take_be16(&head, &ip->length);
	(void)fv_take_be16(&head, &identification);
	(void)fv_take_be16(&head, &flags);
	(void)fv_take_u8(&head, &ip->ttl);
	(void)fv_take_u8(&head, &ip->protocol);
	(void)fv_take_skip(&head, 2);
	(void)fv_take_bytes(&head, sizeof(octet), octet);
	fv_raw_addr_set_ipv4(&ip->source, octet);
	(void)fv_take_bytes(&head, sizeof(octet), octet);
	fv_raw_addr_set_ipv4(&ip->destination, octet);

	length = (version & 0xfU) * 4;
	if (version >> 4 != 4 || length < FV_IPV4_HEADER ||
	    (ip->length != 0 && ip->length < length) ||
	    !fv_take_part(in, length - FV_IPV4_HEADER, &options))
		return false;
	ip->ecn = service & ECN;
	ip->offset = flags & FV_IPV4_OFFSET;
	ip->more_fragments = (flags & FV_IPV4_MORE_FRAGMENTS) != 0;
	ip->dont_fragment = (flags & FV_IPV4_DONT_FRAGMENT) != 0;
	ip->identification = identification;
	ip->options_length = (uint8_t)(length - FV_IPV4_HEADER);
	ip->end_at = ip->alert_at = FV_LAYERS_NOWHERE;
	ip->extensions = 0;
	if (length > FV_IPV4_HEADER)
		read_options(options, ip);
	if (ip->length != 0)
		fv_cursor_limit(in, ip->length - length);
	ip->payload = on_wire(ip->length, wire) - length;
	*reach += length;
	return true;
}

/* A chain of extension headers that is not whole. */
#define BROKEN SIZE_MAX

/* Whether ${next} is an extension header that names what follows it. */
static bool
is_extension(uint8_t next)
{
	return next == FV_NEXT_HOP_BY_HOP || next == FV_NEXT_ROUTING ||
	    next == FV_NEXT_FRAGMENT || next == FV_NEXT_AUTHENTICATION ||
	    next == FV_NEXT_DESTINATION || next == FV_NEXT_MOBILITY ||
	    next == FV_NEXT_HIP || next == FV_NEXT_SHIM6;
}

/* The two hop-by-hop options that are written again. */
static void
read_hop_by_hop(struct fv_cursor options, struct fv_raw_ip *ip)
{
	struct fv_cursor value;
	uint8_t type, size;
	uint32_t length;

	while (fv_take_u8(&options, &type)) {
		if (type == OPTION6_PAD1)
			continue;
		if (!fv_take_u8(&options, &size) ||
		    !fv_take_part(&options, size, &value))
			return;
		if (type == OPTION6_ALERT && size == OPTION6_ALERT_SIZE)
			ip->router_alert = true;
		else if (type == OPTION6_JUMBO && size == sizeof(length) &&
		    fv_take_be32(&value, &length) && length > UINT16_MAX)
			ip->jumbo = length;
	}
}

/* RFC 8200, section 4.5. */
static bool
read_fragment(struct fv_cursor *in, uint8_t *next, struct fv_raw_ip *ip)
{
	uint16_t offset;
	uint8_t after;

	if (!fv_take_u8(in, &after) || !fv_take_skip(in, 1) ||
	    !fv_take_be16(in, &offset) ||
	    !fv_take_be32(in, &ip->identification))
		return false;
	ip->offset = offset >> 3;
	ip->more_fragments |= (offset & FV_IPV6_MORE_FRAGMENTS) != 0;
	*next = after;
	return true;
}

/* Any other extension header: its length, and jumbo and alert if it can. */
static bool
read_extension(struct fv_cursor *in, uint8_t *next, bool first,
    struct fv_raw_extension *extension, struct fv_raw_ip *ip)
{
	struct fv_cursor body;
	uint8_t after;
	size_t length;

	if (!fv_take_u8(in, &after) || !fv_take_u8(in, &extension->length))
		return false;
	if (*next == FV_NEXT_AUTHENTICATION)
		length = ((size_t)extension->length + 2) * 4;
	else
		length = ((size_t)extension->length + 1) * 8;
	if (!fv_take_part(in, length - 2, &body))
		return false;
	if (*next == FV_NEXT_HOP_BY_HOP && first)
		read_hop_by_hop(body, ip);
	*next = after;
	return true;
}

/* Returns the bytes that the chain takes, or BROKEN. */
static size_t
read_chain(struct fv_cursor *in, uint8_t next, struct fv_raw_ip *ip)
{
	size_t all = fv_cursor_left(in);
	struct fv_raw_extension *extension;
	bool whole;

	for (ip->extensions = 0; is_extension(next) && ip->offset == 0;
	     ip->extensions++) {
		if (ip->extensions == FV_LAYERS_EXTENSIONS)
			return BROKEN;
		extension = &ip->extension[ip->extensions];
		*extension = (struct fv_raw_extension){ next, 0 };
		if (next == FV_NEXT_FRAGMENT)
			whole = read_fragment(in, &next, ip);
		else
			whole = read_extension(
			    in, &next, ip->extensions == 0, extension, ip);
		if (!whole)
			return BROKEN;
	}
	ip->protocol = next;
	return all - fv_cursor_left(in);
}

/* RFC 8200, section 3. */
static bool
read_ipv6(
    struct fv_cursor *in, uint64_t wire, struct fv_raw_ip *ip, uint32_t *reach)
{
	uint8_t next = 0, octet[16] = { 0 };
	struct fv_cursor head;
	uint16_t first = 0;
	uint64_t behind;
	size_t chain;

	if (!fv_take_part(in, FV_IPV6_HEADER, &head))
		return false;
	/* Forty bytes are there, so none of these can say no. */
	(void)fv_take_be16(&head, &first);
	(void)fv_take_skip(&head, 2);
	(void)fv_take_be16(&head, &ip->length);
	(void)fv_take_u8(&head, &next);
	(void)fv_take_u8(&head, &ip->ttl);
	(void)fv_take_bytes(&head, sizeof(octet), octet);
	fv_raw_addr_set_ipv6(&ip->source, octet);
	(void)fv_take_bytes(&head, sizeof(octet), octet);
	fv_raw_addr_set_ipv6(&ip->destination, octet);

	ip->ecn = first >> 4 & ECN;
	ip->offset = 0;
	ip->more_fragments = ip->dont_fragment = ip->router_alert = false;
	ip->identification = ip->jumbo = 0;
	ip->options_length = 0;
	if (first >> 12 != 6)
		return false;
	if (ip->length != 0 || next == FV_NEXT_NONE)
		fv_cursor_limit(in, ip->length);
	if ((chain = read_chain(in, next, ip)) == BROKEN)
		return false;
	if (ip->length == 0 && next != FV_NEXT_NONE)
		behind = on_wire(ip->jumbo, wire - FV_IPV6_HEADER);
	else
		behind = on_wire(ip->length, wire - FV_IPV6_HEADER);
	ip->payload = behind < chain ? 0 : behind - chain;
	fv_cursor_limit(in, ip->payload);
	*reach += (uint32_t)(FV_IPV6_HEADER + chain);
	return true;
}

bool
fv_layers_ip_read(
    struct fv_cursor *in, uint64_t wire, struct fv_raw_ip *ip, uint32_t *reach)
{
	struct fv_cursor ahead = *in;
	uint8_t first;

	if (!fv_take_u8(&ahead, &first))
		return false;
	switch (first >> 4) {
	case 4:
		return read_ipv4(in, wire, ip, reach);
	case 6:
		return read_ipv6(in, wire, ip, reach);
	default:
		return false;
	}
}

#include "convert/decode_ip.h"

#include "convert/ip_header.h"

enum {
	OPTION_PAD1 = 0,
	OPTION_JUMBO = 0xc2 /* RFC 2675, section 2 */
};

/* RFC 791, section 3.1. */
static enum fv_counter
read_ipv4(struct fv_cursor *in, uint64_t wire, struct fv_raw_packet *packet,
    struct fv_decode_ip *ip)
{
	uint8_t version = 0, source[4] = { 0 }, destination[4] = { 0 };
	uint16_t total = 0, flags = 0, id = 0;
	struct fv_cursor head;
	unsigned length;

	if (!fv_take_part(in, FV_IPV4_HEADER, &head))
		return FV_COUNT_IP_SHORT;
	/* Twenty bytes are there, so none of these can say no. */
	(void)fv_take_u8(&head, &version);
	(void)fv_take_skip(&head, 1);
	(void)fv_take_be16(&head, &total);
	(void)fv_take_be16(&head, &id);
	(void)fv_take_be16(&head, &flags);
	(void)fv_take_u8(&head, &packet->ttl);
	(void)fv_take_u8(&head, &packet->protocol);
	(void)fv_take_skip(&head, 2);
	(void)fv_take_bytes(&head, sizeof(source), source);
	(void)fv_take_bytes(&head, sizeof(destination), destination);

	if (version >> 4 != 4)
		return FV_COUNT_IP_VERSION;
	length = (version & 0xfU) * 4;
	if (length < FV_IPV4_HEADER)
		return FV_COUNT_IP_HEADER_LENGTH;
	if (total != 0 && total < length)
		return FV_COUNT_IP_TOTAL_LENGTH;
	if (!fv_take_skip(in, length - FV_IPV4_HEADER))
		return FV_COUNT_IP_SHORT;

	fv_raw_addr_set_ipv4(&packet->source, source);
	fv_raw_addr_set_ipv4(&packet->destination, destination);
	ip->offload = total == 0;
	packet->bytes = ip->offload ? wire : total;
	if (!ip->offload)
		fv_cursor_limit(in, total - length);
	if ((flags & (FV_IPV4_OFFSET | FV_IPV4_MORE_FRAGMENTS)) != 0) {
		packet->fragment = (flags & FV_IPV4_OFFSET) != 0
		    ? FV_FRAGMENT_LATER
		    : FV_FRAGMENT_FIRST;
		ip->fragment = (struct fv_decode_fragment){ id,
			8U * (flags & FV_IPV4_OFFSET), packet->bytes - length,
			(flags & FV_IPV4_MORE_FRAGMENTS) != 0 };
	}
	return FV_COUNT_RECORDED;
}

/* Whether ${next} is an extension header that names what follows it. */
static bool
is_extension(uint8_t next)
{
	switch (next) {
	case FV_NEXT_HOP_BY_HOP:
	case FV_NEXT_ROUTING:
	case FV_NEXT_FRAGMENT:
	case FV_NEXT_AUTHENTICATION:
	case FV_NEXT_DESTINATION:
	case FV_NEXT_MOBILITY:
	case FV_NEXT_HIP:
	case FV_NEXT_SHIM6:
		return true;
	default:
		return false;
	}
}

/*
 * RFC 8200, section 4.5.  An atomic fragment, which is the whole packet
 * (RFC 6946), is not a fragment.
 */
static bool
take_fragment(struct fv_cursor *in, uint8_t *next, uint8_t *fragment,
    struct fv_decode_fragment *part)
{
	uint16_t offset;
	uint8_t after;

	if (!fv_take_u8(in, &after) || !fv_take_skip(in, 1) ||
	    !fv_take_be16(in, &offset) || !fv_take_be32(in, &part->id))
		return false;
	part->offset = offset & FV_IPV6_OFFSET;
	part->more = (offset & FV_IPV6_MORE_FRAGMENTS) != 0;
	if ((offset & FV_IPV6_OFFSET) != 0)
		*fragment = FV_FRAGMENT_LATER;
	else if ((offset & FV_IPV6_MORE_FRAGMENTS) != 0)
		*fragment = FV_FRAGMENT_FIRST;
	*next = after;
	return true;
}

/*
 * Take the extension header of kind ${*next}, its content as ${body}, and
 * the kind of the one behind it.  The second byte is a length: that of AH
 * in words of four bytes less two (RFC 4302, section 2.2), that of all
 * others in words of eight less one.
 */
static bool
take_extension(struct fv_cursor *in, uint8_t *next, struct fv_cursor *body)
{
	uint8_t after, words;
	size_t length;

	if (!fv_take_u8(in, &after) || !fv_take_u8(in, &words))
		return false;
	if (*next == FV_NEXT_AUTHENTICATION)
		length = ((size_t)words + 2) * 4;
	else
		length = ((size_t)words + 1) * 8;
	if (!fv_take_part(in, length - 2, body))
		return false;
	*next = after;
	return true;
}

/*
 * The length in the jumbo payload option among hop-by-hop ${options}, or 0.
 * One that a payload length could have held is not valid (RFC 2675, section
 * 3), and is as good as none.
 */
static uint32_t
jumbo_length(struct fv_cursor options)
{
	uint8_t type, size;
	uint32_t length;

	while (fv_take_u8(&options, &type)) {
		if (type == OPTION_PAD1)
			continue;
		if (!fv_take_u8(&options, &size))
			return 0;
		if (type == OPTION_JUMBO && size == sizeof(length))
			return fv_take_be32(&options, &length) &&
				length > UINT16_MAX
			    ? length
			    : 0;
		if (!fv_take_skip(&options, size))
			return 0;
	}
	return 0;
}

/* Follow the extension headers from ${next} to the transport's. */
static enum fv_counter
take_chain(struct fv_cursor *in, uint8_t next, struct fv_raw_packet *packet,
    struct fv_decode_fragment *part)
{
	const uint8_t *start = in->at;
	struct fv_cursor body;
	uint64_t before;
	int count;

	for (count = 0; is_extension(next); count++) {
		if (count == FV_IPV6_EXTENSIONS_LIMIT)
			return FV_COUNT_IPV6_EXTENSION_DEEP;
		if (next == FV_NEXT_FRAGMENT) {
			if (!take_fragment(in, &next, &packet->fragment, part))
				return FV_COUNT_IPV6_EXTENSION_SHORT;
			before = FV_IPV6_HEADER + (uint64_t)(in->at - start);
			part->length =
			    packet->bytes < before ? 0 : packet->bytes - before;
			if (packet->fragment == FV_FRAGMENT_LATER)
				break;
		} else if (!take_extension(in, &next, &body))
			return FV_COUNT_IPV6_EXTENSION_SHORT;
	}
	packet->protocol = next;
	return FV_COUNT_RECORDED;
}

/*
 * Settle the length of an IPv6 packet with ${payload} bytes behind the
 * header, the first of them a ${next} header, and limit ${in} to it.  A
 * payload length of 0 is a jumbogram when a hop-by-hop option says so, an
 * empty packet when no header follows, and else what a capture sees of a
 * packet that the network card has yet to cut into segments.
 */
static void
settle_length(struct fv_cursor *in, uint8_t next, uint16_t payload,
    uint64_t wire, struct fv_raw_packet *packet, struct fv_decode_ip *ip)
{
	struct fv_cursor ahead = *in, options;
	uint32_t jumbo = 0;
	uint8_t kind = next;

	if (payload == 0 && kind == FV_NEXT_HOP_BY_HOP &&
	    take_extension(&ahead, &kind, &options))
		jumbo = jumbo_length(options);
	ip->jumbogram = jumbo != 0;
	ip->offload = payload == 0 && jumbo == 0 && next != FV_NEXT_NONE;
	if (ip->offload) {
		packet->bytes = wire;
		return;
	}
	if (jumbo == 0)
		jumbo = payload;
	packet->bytes = (uint64_t)FV_IPV6_HEADER + jumbo;
	fv_cursor_limit(in, jumbo);
}

/* RFC 8200, section 3. */
static enum fv_counter
read_ipv6(struct fv_cursor *in, uint64_t wire, struct fv_raw_packet *packet,
    struct fv_decode_ip *ip)
{
	uint8_t version = 0, next = 0, source[16] = { 0 };
	uint8_t destination[16] = { 0 };
	struct fv_cursor head;
	uint16_t payload = 0;

	if (!fv_take_part(in, FV_IPV6_HEADER, &head))
		return FV_COUNT_IP_SHORT;
	/* Forty bytes are there, so none of these can say no. */
	(void)fv_take_u8(&head, &version);
	(void)fv_take_skip(&head, 3);
	(void)fv_take_be16(&head, &payload);
	(void)fv_take_u8(&head, &next);
	(void)fv_take_u8(&head, &packet->ttl);
	(void)fv_take_bytes(&head, sizeof(source), source);
	(void)fv_take_bytes(&head, sizeof(destination), destination);

	if (version >> 4 != 6)
		return FV_COUNT_IP_VERSION;
	fv_raw_addr_set_ipv6(&packet->source, source);
	fv_raw_addr_set_ipv6(&packet->destination, destination);
	settle_length(in, next, payload, wire, packet, ip);
	return take_chain(in, next, packet, &ip->fragment);
}

enum fv_counter
fv_decode_ip_read(struct fv_cursor *in, unsigned version, uint64_t wire,
    struct fv_raw_packet *packet, struct fv_decode_ip *ip)
{
	struct fv_cursor ahead = *in;
	uint8_t first;

	ip->offload = ip->jumbogram = false;
	if (version == 0) {
		if (!fv_take_u8(&ahead, &first))
			return FV_COUNT_IP_SHORT;
		version = first >> 4;
	}
	switch (version) {
	case 4:
		return read_ipv4(in, wire, packet, ip);
	case 6:
		return read_ipv6(in, wire, packet, ip);
	default:
		return FV_COUNT_IP_VERSION;
	}
}

#include "convert/decode_tunnel.h"

#include "convert/decode_gre.h"
#include "convert/decode_link.h"

/* IANA "Assigned Internet Protocol Numbers". */
enum {
	PROTOCOL_IPV4 = 4,
	PROTOCOL_UDP = 17,
	PROTOCOL_IPV6 = 41,
	PROTOCOL_GRE = 47,
	PROTOCOL_MPLS = 137
};

/* IANA "Service Name and Transport Protocol Port Number Registry". */
enum {
	PORT_L2TP = 1701,
	PORT_GTP_U = 2152,
	PORT_TEREDO = 3544,
	PORT_VXLAN = 4789,
	PORT_VXLAN_GPE = 4790,
	PORT_GENEVE = 6081,
	PORT_MPLS = 6635,
	PORT_VXLAN_LINUX = 8472 /* from before the registration */
};

enum { UDP_HEADER = 8 };

/* RFC 7348, section 5; draft-ietf-nvo3-vxlan-gpe, section 3. */
enum {
	VXLAN_IDENTIFIER = 0x08,
	GPE_VERSION = 0x30,
	GPE_PROTOCOL = 0x04,
	GPE_IPV4 = 1,
	GPE_IPV6 = 2,
	GPE_ETHERNET = 3
};

/* RFC 8926, section 3.4. */
enum { GENEVE_VERSION = 0xc0, GENEVE_OPTIONS = 0x3f, GENEVE_CONTROL = 0x80 };

/* 3GPP TS 29.281, section 5. */
enum {
	GTP_VERSION = 0xe0,
	GTP_VERSION_1 = 0x20,
	GTP_NOT_PRIME = 0x10,
	GTP_OPTIONAL = 0x07,  /* any of them: four bytes more */
	GTP_EXTENSION = 0x04, /* the last of which names a header */
	GTP_PACKET = 255
};

/* RFC 4380, section 5.1.1. */
enum { TEREDO_AUTHENTICATION = 1, TEREDO_ORIGIN = 0, TEREDO_VERSION = 6 };

/* RFC 2661, section 3.1. */
enum {
	L2TP_CONTROL = 0x8000,
	L2TP_LENGTH = 0x4000,
	L2TP_SEQUENCE = 0x0800,
	L2TP_OFFSET = 0x0200,
	L2TP_VERSION = 0x000f,
	L2TP_VERSION_2 = 2
};

bool
fv_decode_tunnel_may(const struct fv_raw_packet *packet)
{
	switch (packet->protocol) {
	case PROTOCOL_IPV4:
	case PROTOCOL_IPV6:
	case PROTOCOL_GRE:
	case PROTOCOL_MPLS:
		return true;
	case PROTOCOL_UDP:
		break;
	default:
		return false;
	}
	switch (packet->destination_port) {
	case PORT_L2TP:
	case PORT_GTP_U:
	case PORT_TEREDO:
	case PORT_VXLAN:
	case PORT_VXLAN_GPE:
	case PORT_GENEVE:
	case PORT_MPLS:
	case PORT_VXLAN_LINUX:
		return true;
	default:
		break;
	}
	return packet->source_port == PORT_L2TP ||
	    packet->source_port == PORT_GTP_U ||
	    packet->source_port == PORT_TEREDO;
}

/* VNIs are the upper 24 bits of a word (RFC 7348, RFC 8926). */
enum { VNI_SHIFT = 8 };

static enum fv_decode_tunnel_found
take_vxlan(struct fv_cursor *in, bool extended, struct fv_decode_tunnel *tunnel)
{
	uint16_t *protocol = &tunnel->protocol;
	uint8_t flags, next;
	uint32_t vni;

	if (!fv_take_u8(in, &flags) || !fv_take_skip(in, 2) ||
	    !fv_take_u8(in, &next) || !fv_take_be32(in, &vni))
		return FV_TUNNEL_CUT;
	if ((flags & VXLAN_IDENTIFIER) == 0)
		return FV_TUNNEL_NONE;
	tunnel->name = fv_decode_tunnel_name(vni >> VNI_SHIFT);
	*protocol = FV_PROTOCOL_ETHERNET;
	if (!extended)
		return FV_TUNNEL_ONE;
	if ((flags & GPE_VERSION) != 0)
		return FV_TUNNEL_MALFORMED;
	if ((flags & GPE_PROTOCOL) == 0 || next == GPE_ETHERNET)
		return FV_TUNNEL_ONE;
	*protocol = next == GPE_IPV4 ? FV_PROTOCOL_IPV4
	    : next == GPE_IPV6       ? FV_PROTOCOL_IPV6
				     : FV_PROTOCOL_OTHER;
	return FV_TUNNEL_ONE;
}

static enum fv_decode_tunnel_found
take_geneve(struct fv_cursor *in, struct fv_decode_tunnel *tunnel)
{
	uint8_t options, flags;
	uint32_t vni;

	if (!fv_take_u8(in, &options) || !fv_take_u8(in, &flags) ||
	    !fv_take_be16(in, &tunnel->protocol) || !fv_take_be32(in, &vni) ||
	    !fv_take_skip(in, 4UL * (options & GENEVE_OPTIONS)))
		return FV_TUNNEL_CUT;
	tunnel->name = fv_decode_tunnel_name(vni >> VNI_SHIFT);
	if ((options & GENEVE_VERSION) != 0)
		return FV_TUNNEL_MALFORMED;
	return (flags & GENEVE_CONTROL) != 0 ? FV_TUNNEL_CONTROL
					     : FV_TUNNEL_ONE;
}

/* Extension headers: length in words, content, the type of the next. */
static enum fv_decode_tunnel_found
take_gtp_extensions(struct fv_cursor *in, uint8_t next)
{
	uint8_t words;

	while (next != 0) {
		if (!fv_take_u8(in, &words))
			return FV_TUNNEL_CUT;
		if (words == 0)
			return FV_TUNNEL_MALFORMED;
		if (!fv_take_skip(in, 4UL * words - 2) ||
		    !fv_take_u8(in, &next))
			return FV_TUNNEL_CUT;
	}
	return FV_TUNNEL_ONE;
}

static enum fv_decode_tunnel_found
take_gtp(struct fv_cursor *in, struct fv_decode_tunnel *tunnel)
{
	uint8_t flags, type, next = 0;
	uint16_t length;

	if (!fv_take_u8(in, &flags) || !fv_take_u8(in, &type) ||
	    !fv_take_be16(in, &length) || !fv_take_be32(in, &tunnel->name))
		return FV_TUNNEL_CUT;
	if ((flags & GTP_VERSION) != GTP_VERSION_1 ||
	    (flags & GTP_NOT_PRIME) == 0)
		return FV_TUNNEL_NONE;
	if (type != GTP_PACKET)
		return FV_TUNNEL_CONTROL;
	fv_cursor_limit(in, length);
	if ((flags & GTP_OPTIONAL) != 0 &&
	    (!fv_take_skip(in, 3) || !fv_take_u8(in, &next)))
		return FV_TUNNEL_CUT;
	tunnel->protocol = FV_PROTOCOL_IP;
	if ((flags & GTP_EXTENSION) == 0)
		return FV_TUNNEL_ONE;
	return take_gtp_extensions(in, next);
}

/* Authentication: lengths of client and value, both, nonce, confirmation. */
static bool
take_teredo_authentication(struct fv_cursor *in)
{
	uint8_t client, value;

	return fv_take_u8(in, &client) && fv_take_u8(in, &value) &&
	    fv_take_skip(in, (size_t)client + value + 8 + 1);
}

/* Only a packet whose version is 6 in the end is Teredo. */
static enum fv_decode_tunnel_found
take_teredo(struct fv_cursor *in, uint16_t *protocol)
{
	struct fv_cursor ahead = *in;
	uint16_t indicator;
	uint8_t first;

	if (!fv_take_be16(&ahead, &indicator))
		return FV_TUNNEL_CUT;
	if (indicator == TEREDO_AUTHENTICATION) {
		if (!take_teredo_authentication(&ahead))
			return FV_TUNNEL_CUT;
		*in = ahead;
		if (!fv_take_be16(&ahead, &indicator))
			return FV_TUNNEL_CUT;
	}
	if (indicator == TEREDO_ORIGIN) {
		if (!fv_take_skip(&ahead, 6))
			return FV_TUNNEL_CUT;
		*in = ahead;
	}
	ahead = *in;
	if (!fv_take_u8(&ahead, &first))
		return FV_TUNNEL_CUT;
	*protocol = FV_PROTOCOL_IPV6;
	return first >> 4 == TEREDO_VERSION ? FV_TUNNEL_ONE : FV_TUNNEL_NONE;
}

static enum fv_decode_tunnel_found
take_l2tp(struct fv_cursor *in, struct fv_decode_tunnel *tunnel)
{
	uint16_t flags, length, offset;

	if (!fv_take_be16(in, &flags))
		return FV_TUNNEL_CUT;
	if ((flags & L2TP_VERSION) != L2TP_VERSION_2)
		return FV_TUNNEL_NONE;
	if ((flags & L2TP_CONTROL) != 0)
		return FV_TUNNEL_CONTROL;
	if ((flags & L2TP_LENGTH) != 0) {
		if (!fv_take_be16(in, &length))
			return FV_TUNNEL_CUT;
		if (length < 4)
			return FV_TUNNEL_MALFORMED;
		fv_cursor_limit(in, length - 4U);
	}
	if (!fv_take_be32(in, &tunnel->name) ||
	    ((flags & L2TP_SEQUENCE) != 0 && !fv_take_skip(in, 4)))
		return FV_TUNNEL_CUT;
	if ((flags & L2TP_OFFSET) != 0 &&
	    (!fv_take_be16(in, &offset) || !fv_take_skip(in, offset)))
		return FV_TUNNEL_CUT;
	tunnel->protocol = FV_PROTOCOL_PPP;
	return FV_TUNNEL_ONE;
}

/* What ${port} of UDP carries, with ${in} behind the UDP header. */
static enum fv_decode_tunnel_found
take_by_port(
    uint16_t port, struct fv_cursor *in, struct fv_decode_tunnel *tunnel)
{
	switch (port) {
	case PORT_VXLAN:
	case PORT_VXLAN_LINUX:
	case PORT_VXLAN_GPE:
		tunnel->encapsulation = FV_ENCAPSULATION_VXLAN;
		return take_vxlan(in, port == PORT_VXLAN_GPE, tunnel);
	case PORT_GENEVE:
		tunnel->encapsulation = FV_ENCAPSULATION_GENEVE;
		return take_geneve(in, tunnel);
	case PORT_GTP_U:
		tunnel->encapsulation = FV_ENCAPSULATION_GTP_U;
		return take_gtp(in, tunnel);
	case PORT_TEREDO:
		tunnel->encapsulation = FV_ENCAPSULATION_TEREDO;
		return take_teredo(in, &tunnel->protocol);
	case PORT_L2TP:
		tunnel->encapsulation = FV_ENCAPSULATION_L2TP;
		return take_l2tp(in, tunnel);
	case PORT_MPLS:
		tunnel->encapsulation = FV_ENCAPSULATION_MPLS;
		tunnel->protocol = FV_PROTOCOL_MPLS;
		return FV_TUNNEL_ONE;
	default:
		return FV_TUNNEL_NONE;
	}
}

/* Tunnels that answer from the port they were asked at have it either way. */
static enum fv_decode_tunnel_found
take_udp(const struct fv_raw_packet *packet, struct fv_cursor *in,
    struct fv_decode_tunnel *tunnel)
{
	enum fv_decode_tunnel_found found;
	struct fv_cursor again;

	if (!fv_take_skip(in, UDP_HEADER))
		return FV_TUNNEL_NONE;
	again = *in;
	found = take_by_port(packet->destination_port, in, tunnel);
	if (found != FV_TUNNEL_NONE)
		return found;
	*in = again;
	tunnel->name = 0;
	switch (packet->source_port) {
	case PORT_GTP_U:
	case PORT_TEREDO:
	case PORT_L2TP:
		return take_by_port(packet->source_port, in, tunnel);
	default:
		return FV_TUNNEL_NONE;
	}
}

enum fv_decode_tunnel_found
fv_decode_tunnel_read(const struct fv_raw_packet *packet, struct fv_cursor *in,
    struct fv_decode_tunnel *tunnel)
{
	tunnel->name = 0;
	switch (packet->protocol) {
	case PROTOCOL_IPV4:
		tunnel->encapsulation = FV_ENCAPSULATION_IPV4_IN_IP;
		tunnel->protocol = FV_PROTOCOL_IPV4;
		return FV_TUNNEL_ONE;
	case PROTOCOL_IPV6:
		tunnel->encapsulation = FV_ENCAPSULATION_IPV6_IN_IP;
		tunnel->protocol = FV_PROTOCOL_IPV6;
		return FV_TUNNEL_ONE;
	case PROTOCOL_MPLS:
		tunnel->encapsulation = FV_ENCAPSULATION_MPLS;
		tunnel->protocol = FV_PROTOCOL_MPLS;
		return FV_TUNNEL_ONE;
	case PROTOCOL_GRE:
		return fv_decode_gre_read(in, tunnel);
	case PROTOCOL_UDP:
		return take_udp(packet, in, tunnel);
	default:
		return FV_TUNNEL_NONE;
	}
}

#include "convert/decode_gre.h"

#include "convert/decode_link.h"

/* RFC 2784, RFC 2890, RFC 1701, and RFC 2637 for version 1. */
enum {
	GRE_CHECKSUM = 0x8000,
	GRE_ROUTING = 0x4000,
	GRE_KEY = 0x2000,
	GRE_SEQUENCE = 0x1000,
	GRE_ACKNOWLEDGMENT = 0x0080,
	GRE_VERSION = 0x0007,
	VERSION_PPTP = 1
};

/* What GRE carries: EtherTypes and a few of its own. */
enum {
	TYPE_ETHERNET = 0x6558,
	TYPE_WCCP = 0x883e,
	TYPE_ERSPAN = 0x88be,  /* types I and II */
	TYPE_ERSPAN_3 = 0x22eb /* type III */
};

/* RFC 7637, section 3.2: VSID, and 8 bits of FlowID. */
enum { VSID_SHIFT = 8 };

enum {
	ERSPAN_2_HEADER = 8,
	ERSPAN_3_HEADER = 12,
	ERSPAN_3_OPTIONAL = 8,
	ERSPAN_SESSION = 0x03ff, /* of the second half word */
	WCCP_REDIRECT = 4
};

/* RFC 1701: source routes, the last of which is all zero. */
static bool
take_routes(struct fv_cursor *in)
{
	uint16_t family;
	uint8_t length;

	do {
		if (!fv_take_be16(in, &family) || !fv_take_skip(in, 1) ||
		    !fv_take_u8(in, &length) || !fv_take_skip(in, length))
			return false;
	} while (family != 0 || length != 0);
	return true;
}

/* The fields that ${flags} announce.  ${key} is 0 when there is none. */
static bool
take_fields(struct fv_cursor *in, uint16_t flags, uint32_t *key)
{
	*key = 0;
	if ((flags & (GRE_CHECKSUM | GRE_ROUTING)) != 0 && !fv_take_skip(in, 4))
		return false;
	if ((flags & GRE_KEY) != 0 && !fv_take_be32(in, key))
		return false;
	if ((flags & GRE_SEQUENCE) != 0 && !fv_take_skip(in, 4))
		return false;
	return (flags & GRE_ROUTING) == 0 || take_routes(in);
}

/* RFC 2637, section 4.1: a packet without data only acknowledges. */
static enum fv_decode_tunnel_found
take_pptp(struct fv_cursor *in, uint16_t flags, struct fv_decode_tunnel *tunnel)
{
	uint16_t length, call;

	if ((flags & GRE_KEY) == 0)
		return FV_TUNNEL_MALFORMED;
	if (!fv_take_be16(in, &length) || !fv_take_be16(in, &call) ||
	    ((flags & GRE_SEQUENCE) != 0 && !fv_take_skip(in, 4)) ||
	    ((flags & GRE_ACKNOWLEDGMENT) != 0 && !fv_take_skip(in, 4)))
		return FV_TUNNEL_CUT;
	if ((flags & GRE_SEQUENCE) == 0 || length == 0)
		return FV_TUNNEL_CONTROL;
	fv_cursor_limit(in, length);
	tunnel->encapsulation = FV_ENCAPSULATION_PPTP;
	tunnel->name = fv_decode_tunnel_name(call);
	tunnel->protocol = FV_PROTOCOL_PPP;
	return FV_TUNNEL_ONE;
}

/* Mirrored Ethernet frames behind a header that GRE's flags and type tell. */
static enum fv_decode_tunnel_found
take_erspan(struct fv_cursor *in, uint16_t flags, uint16_t type,
    struct fv_decode_tunnel *tunnel)
{
	uint16_t session;
	uint8_t last;

	tunnel->encapsulation = FV_ENCAPSULATION_ERSPAN;
	tunnel->protocol = FV_PROTOCOL_ETHERNET;
	tunnel->name = 0;
	/* Type I: frames behind GRE itself. */
	if (type != TYPE_ERSPAN_3 && (flags & GRE_SEQUENCE) == 0)
		return FV_TUNNEL_ONE;
	if (!fv_take_skip(in, 2) || !fv_take_be16(in, &session))
		return FV_TUNNEL_CUT;
	tunnel->name = fv_decode_tunnel_name(session & ERSPAN_SESSION);
	if (type != TYPE_ERSPAN_3)
		return fv_take_skip(in, ERSPAN_2_HEADER - 4) ? FV_TUNNEL_ONE
							     : FV_TUNNEL_CUT;
	if (!fv_take_skip(in, ERSPAN_3_HEADER - 5) || !fv_take_u8(in, &last) ||
	    ((last & 1) != 0 && !fv_take_skip(in, ERSPAN_3_OPTIONAL)))
		return FV_TUNNEL_CUT;
	return FV_TUNNEL_ONE;
}

/* WCCP of version 2 puts four bytes before IPv4, which cannot begin so. */
static void
skip_redirect(struct fv_cursor *in)
{
	struct fv_cursor ahead = *in;
	uint8_t first;

	if (fv_take_u8(&ahead, &first) && first >> 4 != 4)
		(void)fv_take_skip(in, WCCP_REDIRECT);
}

enum fv_decode_tunnel_found
fv_decode_gre_read(struct fv_cursor *in, struct fv_decode_tunnel *tunnel)
{
	uint16_t flags, type;

	if (!fv_take_be16(in, &flags) || !fv_take_be16(in, &type))
		return FV_TUNNEL_CUT;
	if ((flags & GRE_VERSION) == VERSION_PPTP)
		return take_pptp(in, flags, tunnel);
	if ((flags & GRE_VERSION) != 0)
		return FV_TUNNEL_MALFORMED;
	if (!take_fields(in, flags, &tunnel->name))
		return FV_TUNNEL_CUT;
	tunnel->encapsulation = FV_ENCAPSULATION_GRE;
	switch (type) {
	case TYPE_ETHERNET:
		tunnel->protocol = FV_PROTOCOL_ETHERNET;
		if ((flags & (GRE_CHECKSUM | GRE_KEY | GRE_SEQUENCE)) ==
		    GRE_KEY) {
			tunnel->encapsulation = FV_ENCAPSULATION_NVGRE;
			tunnel->name =
			    fv_decode_tunnel_name(tunnel->name >> VSID_SHIFT);
		}
		return FV_TUNNEL_ONE;
	case TYPE_ERSPAN:
	case TYPE_ERSPAN_3:
		return take_erspan(in, flags, type, tunnel);
	case TYPE_WCCP:
		skip_redirect(in);
		tunnel->protocol = FV_PROTOCOL_IPV4;
		return FV_TUNNEL_ONE;
	default:
		/* 0 is a keepalive of Cisco's. */
		tunnel->protocol =
		    type < FV_ETHERTYPE_LEAST ? FV_PROTOCOL_OTHER : type;
		return FV_TUNNEL_ONE;
	}
}

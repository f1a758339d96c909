#include "convert/decode_ppp.h"

#include "convert/decode_link.h"

/* IANA "PPP DLL Protocol Numbers". */
enum {
	PPP_IPV4 = 0x0021,
	PPP_OSI = 0x0023,
	PPP_IPX = 0x002b,
	PPP_BRIDGING = 0x0031,
	PPP_VJ_COMPRESSED = 0x002d, /* RFC 1144 */
	PPP_VJ_UNCOMPRESSED = 0x002f,
	PPP_MULTILINK = 0x003d,
	PPP_IPV6 = 0x0057,
	PPP_MPLS = 0x0281,
	PPP_MPLS_MULTICAST = 0x0283,
	PPP_CONTROL_LEAST = 0x8000, /* network control, LCP and the like */
	PPP_CDP = 0x0207
};

/* RFC 1662 and Cisco's HDLC: what a frame may begin with. */
enum {
	HDLC_ADDRESS = 0xff,
	HDLC_CONTROL = 0x03,
	CISCO_UNICAST = 0x0f,
	CISCO_BROADCAST = 0x8f,
	CISCO_KEEPALIVE = 0x8035 /* SLARP */
};

enum { PPPOE_VERSION_AND_TYPE = 0x11, PPPOE_SESSION_DATA = 0 };

/* The protocol of PPP ${number}, or why nothing can be read behind it. */
static enum fv_counter
protocol_of(uint16_t number, uint16_t *protocol)
{
	switch (number) {
	case PPP_IPV4:
		*protocol = FV_PROTOCOL_IPV4;
		return FV_COUNT_RECORDED;
	case PPP_IPV6:
		*protocol = FV_PROTOCOL_IPV6;
		return FV_COUNT_RECORDED;
	case PPP_MPLS:
	case PPP_MPLS_MULTICAST:
		*protocol = FV_PROTOCOL_MPLS;
		return FV_COUNT_RECORDED;
	case PPP_OSI:
		return FV_COUNT_OSI;
	case PPP_IPX:
		return FV_COUNT_IPX;
	case PPP_CDP:
		return FV_COUNT_CDP;
	case PPP_BRIDGING:
	case PPP_VJ_COMPRESSED:
	case PPP_VJ_UNCOMPRESSED:
	case PPP_MULTILINK:
		return FV_COUNT_PPP_OTHER;
	default:
		return number >= PPP_CONTROL_LEAST ? FV_COUNT_PPP_CONTROL
						   : FV_COUNT_PPP_OTHER;
	}
}

enum fv_counter
fv_decode_ppp_hdlc(struct fv_cursor *in, uint16_t *protocol)
{
	uint16_t type;

	if (!fv_take_skip(in, 2) || !fv_take_be16(in, &type))
		return FV_COUNT_PPP_SHORT;
	if (type == CISCO_KEEPALIVE)
		return FV_COUNT_PPP_CONTROL;
	/* IS-IS and its like stand behind an LLC header or without one. */
	if (type == 0xfefe)
		return FV_COUNT_OSI;
	*protocol = type < FV_ETHERTYPE_LEAST ? FV_PROTOCOL_OTHER : type;
	return FV_COUNT_RECORDED;
}

enum fv_counter
fv_decode_ppp_frame(struct fv_cursor *in, uint16_t *protocol)
{
	struct fv_cursor ahead = *in;
	uint8_t first, second;
	uint16_t number;

	if (!fv_take_u8(&ahead, &first))
		return FV_COUNT_PPP_SHORT;
	/* None of these is a number that PPP may compress to one byte. */
	if (first == CISCO_UNICAST || first == CISCO_BROADCAST ||
	    first == HDLC_ADDRESS) {
		if (!fv_take_u8(&ahead, &second))
			return FV_COUNT_PPP_SHORT;
		if (first != HDLC_ADDRESS && second == 0)
			return fv_decode_ppp_hdlc(in, protocol);
		if (first == HDLC_ADDRESS && second == HDLC_CONTROL)
			*in = ahead;
	}
	/* A number of one byte is odd, the first of two is even. */
	if (!fv_take_u8(in, &first))
		return FV_COUNT_PPP_SHORT;
	number = first;
	if ((first & 1) == 0) {
		if (!fv_take_u8(in, &second))
			return FV_COUNT_PPP_SHORT;
		number = (uint16_t)(first << 8 | second);
	}
	return protocol_of(number, protocol);
}

enum fv_counter
fv_decode_ppp_session(struct fv_cursor *in, uint16_t *protocol)
{
	uint8_t version, code;
	uint16_t length;

	if (!fv_take_u8(in, &version) || !fv_take_u8(in, &code) ||
	    !fv_take_skip(in, 2) || !fv_take_be16(in, &length))
		return FV_COUNT_PPP_SHORT;
	if (version != PPPOE_VERSION_AND_TYPE)
		return FV_COUNT_PPP_OTHER;
	if (code != PPPOE_SESSION_DATA)
		return FV_COUNT_PPPOE;
	fv_cursor_limit(in, length);
	return fv_decode_ppp_frame(in, protocol);
}

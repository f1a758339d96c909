#include "convert/decode_lan.h"

#include "convert/decode_shim.h"

/* Frame control of FDDI: addresses of 48 bits, and LLC behind them. */
enum { FDDI_KIND = 0x70, FDDI_LLC = 0x50 };

/*
 * System codes of ARCNET: RFC 1201, section 4, RFC 2497 and RFC 1051; those
 * of others are in linux/if_arcnet.h.
 */
enum {
	ARCNET_IPV6 = 196,
	ARCNET_IP = 212,
	ARCNET_ARP = 213,
	ARCNET_RARP = 214,
	ARCNET_IP_1051 = 240,
	ARCNET_ARP_1051 = 241,
	ARCNET_IPX = 250
};

/* RFC 1201, section 3: the split flag. */
enum {
	SPLIT_NO = 0,
	SPLIT_FIRST = 1, /* the bit that the first of several pieces has */
	SPLIT_EXCEPTION = 255
};

enum { ETHERTYPE_ARP = 0x0806, ETHERTYPE_RARP = 0x8035 };

enum fv_counter
fv_decode_lan_fddi(struct fv_cursor *in, struct fv_decode_link_header *header)
{
	uint8_t control;

	if (!fv_take_u8(in, &control) ||
	    !fv_take_skip(in, sizeof(struct fv_raw_mac)) ||
	    !fv_take_bytes(
		in, sizeof(struct fv_raw_mac), header->source_mac.octet))
		return FV_COUNT_LINK_SHORT;
	header->protocol = FV_PROTOCOL_OTHER;
	if ((control & FDDI_KIND) != FDDI_LLC)
		return FV_COUNT_RECORDED; /* a token, or news of the ring */
	header->has_source_mac = true;
	return fv_decode_shim_link_llc(in, header);
}

static uint16_t
arcnet_protocol(uint8_t code)
{
	switch (code) {
	case ARCNET_IP:
	case ARCNET_IP_1051:
		return FV_PROTOCOL_IPV4;
	case ARCNET_IPV6:
		return FV_PROTOCOL_IPV6;
	case ARCNET_ARP:
	case ARCNET_ARP_1051:
		return ETHERTYPE_ARP;
	case ARCNET_RARP:
		return ETHERTYPE_RARP;
	case ARCNET_IPX:
		return FV_PROTOCOL_IPX;
	default:
		return FV_PROTOCOL_OTHER;
	}
}

/*
 * RFC 1201, sections 3.2 and 3.3: the split flag and a sequence number.  A
 * packet whose length no frame can have is an exception: it has padding in
 * front of them, and its system code once more.
 */
static bool
take_split(struct fv_cursor *in, struct fv_decode_link_header *header)
{
	uint8_t split;

	if (!fv_take_u8(in, &split))
		return false;
	if (split == SPLIT_EXCEPTION &&
	    (!fv_take_skip(in, 3) || !fv_take_u8(in, &split)))
		return false;
	if (split != SPLIT_NO && (split & SPLIT_FIRST) == 0)
		header->protocol = FV_PROTOCOL_OTHER;
	return fv_take_skip(in, 2);
}

bool
fv_decode_lan_arcnet(struct fv_cursor *in, bool linux_header,
    struct fv_decode_link_header *header)
{
	uint8_t code;

	if (!fv_take_skip(in, linux_header ? 4 : 2) || !fv_take_u8(in, &code))
		return false;
	header->protocol = arcnet_protocol(code);
	switch (code) {
	case ARCNET_IP_1051:
	case ARCNET_ARP_1051:
		return true;
	default:
		return header->protocol == FV_PROTOCOL_OTHER ||
		    take_split(in, header);
	}
}

#include "convert/decode_link.h"

#include "convert/decode_lan.h"
#include "convert/decode_log.h"
#include "convert/decode_pktap.h"
#include "convert/decode_ppp.h"
#include "convert/decode_shim.h"
#include "convert/decode_wlan.h"

/* Linux cooked captures: linux/if_ether.h and linux/if_arp.h. */
enum {
	COOKED_ADDRESS = 8, /* bytes kept for the sender's address */
	COOKED_802_3 = 1,   /* Novell's 802.3 without 802.2 */
	COOKED_802_2 = 4,
	ARPHRD_FRAD = 770,   /* frame relay: the protocol means nothing */
	ARPHRD_NETLINK = 824 /* a netlink family in place of the protocol */
};

/*
 * What follows a length field of 802.3 that says ${length}: an LLC header,
 * but for Novell's raw frames, whose checksum is never used and all ones.
 */
static uint16_t
take_length(struct fv_cursor *in, uint16_t length)
{
	struct fv_cursor ahead = *in;
	uint16_t first;

	fv_cursor_limit(in, length);
	if (fv_take_be16(&ahead, &first) && first == UINT16_MAX)
		return FV_PROTOCOL_IPX;
	return FV_PROTOCOL_LLC;
}

/* Inline, as nearly every frame is Ethernet. */
static inline bool
take_ethernet(struct fv_cursor *in, struct fv_decode_link_header *header)
{
	struct fv_cursor eth;
	uint16_t type = 0;

	if (!fv_take_part(in, 14, &eth))
		return false;
	/* Fourteen bytes are there, so none of these can say no. */
	(void)fv_take_skip(&eth, sizeof(struct fv_raw_mac));
	(void)fv_take_bytes(
	    &eth, sizeof(struct fv_raw_mac), header->source_mac.octet);
	(void)fv_take_be16(&eth, &type);
	header->has_source_mac = true;
	header->protocol =
	    type < FV_ETHERTYPE_LEAST ? take_length(in, type) : type;
	return true;
}

bool
fv_decode_link_ethernet(
    struct fv_cursor *in, struct fv_decode_link_header *header)
{
	return take_ethernet(in, header);
}

/* The protocol of a cooked header, which is an EtherType only sometimes. */
static uint16_t
cooked_protocol(uint16_t hardware, uint16_t protocol)
{
	if (hardware == ARPHRD_NETLINK || hardware == ARPHRD_FRAD)
		return FV_PROTOCOL_OTHER;
	if (protocol >= FV_ETHERTYPE_LEAST)
		return protocol;
	if (protocol == COOKED_802_2)
		return FV_PROTOCOL_LLC;
	if (protocol == COOKED_802_3)
		return FV_PROTOCOL_IPX;
	return FV_PROTOCOL_OTHER;
}

/*
 * The sender's address of a cooked header, in a field of eight bytes.  Of
 * the lengths that occur, six is that of an EUI-48 and of nothing else.
 */
static bool
take_cooked_mac(
    struct fv_cursor *in, unsigned length, struct fv_decode_link_header *header)
{
	uint8_t address[COOKED_ADDRESS];

	if (!fv_take_bytes(in, sizeof(address), address))
		return false;
	if (length == sizeof(header->source_mac)) {
		header->has_source_mac = true;
		__builtin_memcpy(header->source_mac.octet, address,
		    sizeof(header->source_mac));
	}
	return true;
}

/* LINKTYPE_LINUX_SLL: type, hardware, address length, address, protocol. */
static bool
take_sll(struct fv_cursor *in, struct fv_decode_link_header *header)
{
	uint16_t hardware, length, protocol;

	if (!fv_take_skip(in, 2) || !fv_take_be16(in, &hardware) ||
	    !fv_take_be16(in, &length) ||
	    !take_cooked_mac(in, length, header) ||
	    !fv_take_be16(in, &protocol))
		return false;
	header->protocol = cooked_protocol(hardware, protocol);
	return true;
}

/*
 * LINKTYPE_LINUX_SLL2: protocol, two bytes reserved, interface, hardware,
 * type, address length, address.
 */
static bool
take_sll2(struct fv_cursor *in, struct fv_decode_link_header *header)
{
	uint16_t hardware, protocol;
	uint8_t length;

	if (!fv_take_be16(in, &protocol) || !fv_take_skip(in, 6) ||
	    !fv_take_be16(in, &hardware) || !fv_take_skip(in, 1) ||
	    !fv_take_u8(in, &length) || !take_cooked_mac(in, length, header))
		return false;
	header->protocol = cooked_protocol(hardware, protocol);
	return true;
}

/*
 * LINKTYPE_NULL and LINKTYPE_LOOP: an address family of four bytes.  NULL
 * has it in the order of the machine that captured, LOOP in network order,
 * and captures of either are found with both.  All families are small, so
 * the order shows.
 */
static bool
take_family(struct fv_cursor *in, struct fv_decode_link_header *header)
{
	uint32_t family;

	if (!fv_take_be32(in, &family))
		return false;
	if (family > UINT16_MAX)
		family = __builtin_bswap32(family);
	header->protocol = fv_decode_log_family(family);
	return true;
}

/* A point-to-point link, whose header names what follows in its own way. */
static enum fv_counter
take_point_to_point(
    uint32_t link_type, struct fv_cursor *in, uint16_t *protocol)
{
	enum fv_counter outcome;

	switch (link_type) {
	case FV_LINK_PPP_ETHER:
		outcome = fv_decode_ppp_session(in, protocol);
		break;
	case FV_LINK_C_HDLC:
		outcome = fv_decode_ppp_hdlc(in, protocol);
		break;
	default:
		outcome = fv_decode_ppp_frame(in, protocol);
		break;
	}
	return outcome == FV_COUNT_PPP_SHORT ? FV_COUNT_LINK_SHORT : outcome;
}

/* Link types that are no more than a few bytes, or none. */
static enum fv_counter
take_other(uint32_t link_type, struct fv_cursor *in,
    struct fv_decode_link_header *header)
{
	bool whole = true;

	switch (link_type) {
	case FV_LINK_SLL:
		whole = take_sll(in, header);
		break;
	case FV_LINK_SLL2:
		whole = take_sll2(in, header);
		break;
	case FV_LINK_NULL:
	case FV_LINK_LOOP:
		whole = take_family(in, header);
		break;
	case FV_LINK_PFLOG:
		whole = fv_decode_log_pflog(in, header);
		break;
	case FV_LINK_NFLOG:
		whole = fv_decode_log_nflog(in, header);
		break;
	case FV_LINK_FDDI:
		return fv_decode_lan_fddi(in, header);
	case FV_LINK_ARCNET:
	case FV_LINK_ARCNET_LINUX:
		whole = fv_decode_lan_arcnet(
		    in, link_type == FV_LINK_ARCNET_LINUX, header);
		break;
	case FV_LINK_RAW_BSD:
	case FV_LINK_RAW_OPENBSD:
	case FV_LINK_RAW:
		header->protocol = FV_PROTOCOL_IP;
		break;
	case FV_LINK_IPV4:
		header->protocol = FV_PROTOCOL_IPV4;
		break;
	case FV_LINK_IPV6:
		header->protocol = FV_PROTOCOL_IPV6;
		break;
	case FV_LINK_MPLS:
		header->protocol = FV_PROTOCOL_MPLS;
		break;
	case FV_LINK_PPP:
	case FV_LINK_PPP_SERIAL:
	case FV_LINK_PPP_ETHER:
	case FV_LINK_C_HDLC:
		return take_point_to_point(link_type, in, &header->protocol);
	case FV_LINK_WLAN:
	case FV_LINK_PRISM:
	case FV_LINK_RADIOTAP:
	case FV_LINK_AVS:
	case FV_LINK_PPI:
		return fv_decode_wlan_header(link_type, in, header);
	case FV_LINK_PKTAP:
	case FV_LINK_USER2:
		return fv_decode_pktap_header(link_type, in, header);
	default:
		return FV_COUNT_LINK_UNSUPPORTED;
	}
	return whole ? FV_COUNT_RECORDED : FV_COUNT_LINK_SHORT;
}

enum fv_counter
fv_decode_link_header(uint32_t link_type, struct fv_cursor *in,
    struct fv_decode_link_header *header)
{
	header->has_source_mac = false;
	header->aggregated = false;
	header->fcs_length = 0;
	if (__builtin_expect(link_type == FV_LINK_ETHERNET, 1))
		return take_ethernet(in, header) ? FV_COUNT_RECORDED
						 : FV_COUNT_LINK_SHORT;
	return take_other(link_type, in, header);
}

enum fv_counter
fv_decode_link_read(uint32_t link_type, struct fv_cursor *in,
    struct fv_raw_packet *packet, struct fv_decode_link *link)
{
	struct fv_decode_link_header header;
	enum fv_counter outcome;

	*link = (struct fv_decode_link){ 0 };
	outcome = fv_decode_link_header(link_type, in, &header);
	link->fcs_length = header.fcs_length;
	link->aggregated = header.aggregated;
	if (outcome != FV_COUNT_RECORDED)
		return outcome;
	if (header.has_source_mac) {
		packet->source_mac = header.source_mac;
		packet->has |= FV_HAS_SOURCE_MAC;
	}
	switch (header.protocol) {
	case FV_PROTOCOL_IPV4:
		link->ip_version = 4;
		return FV_COUNT_RECORDED;
	case FV_PROTOCOL_IPV6:
		link->ip_version = 6;
		return FV_COUNT_RECORDED;
	default:
		return fv_decode_shim_read(header.protocol, in, packet, link);
	}
}

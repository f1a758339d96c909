#include "convert/decode_link.h"

/* EtherTypes: IEEE 802 numbers, registered at IANA. */
enum {
	ETHERTYPE_LEAST = 0x0600, /* below it the field is a length */
	ETHERTYPE_ARP = 0x0806,
	ETHERTYPE_RARP = 0x8035,
	ETHERTYPE_VLAN = 0x8100, /* 802.1Q */
	ETHERTYPE_MPLS = 0x8847,
	ETHERTYPE_MPLS_MULTICAST = 0x8848,
	ETHERTYPE_PPPOE_DISCOVERY = 0x8863,
	ETHERTYPE_PPPOE_SESSION = 0x8864,
	ETHERTYPE_EAPOL = 0x888e,
	ETHERTYPE_VLAN_SERVICE = 0x88a8, /* 802.1ad */
	ETHERTYPE_EAPOL_PREAUTHENTICATION = 0x88c7,
	ETHERTYPE_LLDP = 0x88cc,
	ETHERTYPE_VLAN_9100 = 0x9100, /* stacks from before 802.1ad */
	ETHERTYPE_VLAN_9200 = 0x9200
};

/* Address families in NULL and LOOP headers; AF_INET6 differs by system. */
enum {
	FAMILY_INET = 2,
	FAMILY_INET6_LINUX = 10,
	FAMILY_INET6_BSD = 24, /* NetBSD, OpenBSD, BSD/OS; Npcap */
	FAMILY_INET6_FREEBSD = 28,
	FAMILY_INET6_DARWIN = 30
};

/* Linux cooked captures: linux/if_ether.h and linux/if_arp.h. */
enum {
	COOKED_ADDRESS = 8, /* bytes kept for the sender's address */
	COOKED_802_3 = 1,   /* Novell's 802.3 without 802.2 */
	COOKED_802_2 = 4,
	ARPHRD_FRAD = 770,    /* frame relay: the protocol means nothing */
	ARPHRD_NETLINK = 824, /* a netlink family in place of the protocol */
	VLAN_IDENTIFIER = 0x0fff
};

static bool
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
	header->protocol = type < ETHERTYPE_LEAST ? FV_PROTOCOL_LLC : type;
	return true;
}

/* The protocol of a cooked header, which is an EtherType only sometimes. */
static uint16_t
cooked_protocol(uint16_t hardware, uint16_t protocol)
{
	if (hardware == ARPHRD_NETLINK || hardware == ARPHRD_FRAD)
		return FV_PROTOCOL_OTHER;
	if (protocol >= ETHERTYPE_LEAST)
		return protocol;
	if (protocol == COOKED_802_2 || protocol == COOKED_802_3)
		return FV_PROTOCOL_LLC;
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
	switch (family) {
	case FAMILY_INET:
		header->protocol = FV_PROTOCOL_IPV4;
		break;
	case FAMILY_INET6_LINUX:
	case FAMILY_INET6_BSD:
	case FAMILY_INET6_FREEBSD:
	case FAMILY_INET6_DARWIN:
		header->protocol = FV_PROTOCOL_IPV6;
		break;
	default:
		header->protocol = FV_PROTOCOL_OTHER;
		break;
	}
	return true;
}

enum fv_counter
fv_decode_link_header(uint32_t link_type, struct fv_cursor *in,
    struct fv_decode_link_header *header)
{
	bool whole = true;

	header->has_source_mac = false;
	switch (link_type) {
	case FV_LINK_ETHERNET:
		whole = take_ethernet(in, header);
		break;
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
	default:
		return FV_COUNT_LINK_UNSUPPORTED;
	}
	return whole ? FV_COUNT_RECORDED : FV_COUNT_LINK_SHORT;
}

static bool
is_vlan(uint16_t protocol)
{
	return protocol == ETHERTYPE_VLAN ||
	    protocol == ETHERTYPE_VLAN_SERVICE ||
	    protocol == ETHERTYPE_VLAN_9100 || protocol == ETHERTYPE_VLAN_9200;
}

/*
 * Follow VLAN tags to the ${protocol} behind them.  The outermost names the
 * VLAN of ${packet}: it is the one that the tapped network itself gave.
 */
static enum fv_counter
take_tags(
    struct fv_cursor *in, uint16_t *protocol, struct fv_raw_packet *packet)
{
	uint16_t control, type;
	int tags;

	for (tags = 0; is_vlan(*protocol); tags++) {
		if (tags == FV_VLAN_TAGS_LIMIT)
			return FV_COUNT_VLAN_DEEP;
		if (!fv_take_be16(in, &control) || !fv_take_be16(in, &type))
			return FV_COUNT_VLAN_SHORT;
		if (tags == 0) {
			packet->vlan = control & VLAN_IDENTIFIER;
			packet->has |= FV_HAS_VLAN;
		}
		*protocol = type < ETHERTYPE_LEAST ? FV_PROTOCOL_LLC : type;
	}
	return FV_COUNT_RECORDED;
}

/* In which counter a frame of ${protocol} ends that is not IP. */
static enum fv_counter
not_ip(uint16_t protocol)
{
	switch (protocol) {
	case ETHERTYPE_ARP:
	case ETHERTYPE_RARP:
		return FV_COUNT_ARP;
	case FV_PROTOCOL_LLC:
		return FV_COUNT_LLC;
	case ETHERTYPE_LLDP:
		return FV_COUNT_LLDP;
	case ETHERTYPE_EAPOL:
	case ETHERTYPE_EAPOL_PREAUTHENTICATION:
		return FV_COUNT_EAPOL;
	case ETHERTYPE_MPLS:
	case ETHERTYPE_MPLS_MULTICAST:
		return FV_COUNT_MPLS;
	case ETHERTYPE_PPPOE_DISCOVERY:
	case ETHERTYPE_PPPOE_SESSION:
		return FV_COUNT_PPPOE;
	default:
		return FV_COUNT_NOT_IP;
	}
}

enum fv_counter
fv_decode_link_read(uint32_t link_type, struct fv_cursor *in,
    struct fv_raw_packet *packet, unsigned *ip_version)
{
	struct fv_decode_link_header header;
	enum fv_counter outcome;

	outcome = fv_decode_link_header(link_type, in, &header);
	if (outcome != FV_COUNT_RECORDED)
		return outcome;
	if (header.has_source_mac) {
		packet->source_mac = header.source_mac;
		packet->has |= FV_HAS_SOURCE_MAC;
	}
	outcome = take_tags(in, &header.protocol, packet);
	if (outcome != FV_COUNT_RECORDED)
		return outcome;
	switch (header.protocol) {
	case FV_PROTOCOL_IPV4:
		*ip_version = 4;
		return FV_COUNT_RECORDED;
	case FV_PROTOCOL_IPV6:
		*ip_version = 6;
		return FV_COUNT_RECORDED;
	case FV_PROTOCOL_IP:
		*ip_version = 0;
		return FV_COUNT_RECORDED;
	default:
		return not_ip(header.protocol);
	}
}

#include "convert/decode_shim.h"

#include "convert/decode_ppp.h"

/* EtherTypes: IEEE 802 numbers, registered at IANA. */
enum {
	ETHERTYPE_ARP = 0x0806,
	ETHERTYPE_CDP_HDLC = 0x2000, /* CDP on Cisco's HDLC */
	ETHERTYPE_BRIDGING = 0x6558, /* Ethernet, as GRE numbers it */
	ETHERTYPE_RARP = 0x8035,
	ETHERTYPE_VLAN = 0x8100, /* 802.1Q */
	ETHERTYPE_IPX = 0x8137,
	ETHERTYPE_IPX_NOVELL = 0x8138,
	ETHERTYPE_MPLS_MULTICAST = 0x8848,
	ETHERTYPE_PPPOE_DISCOVERY = 0x8863,
	ETHERTYPE_PPPOE_SESSION = 0x8864,
	ETHERTYPE_LLC = 0x8870, /* 802.3 frames that are too long for one */
	ETHERTYPE_PPP = 0x880b,
	ETHERTYPE_EAPOL = 0x888e,
	ETHERTYPE_VLAN_SERVICE = 0x88a8, /* 802.1ad */
	ETHERTYPE_EAPOL_PREAUTHENTICATION = 0x88c7,
	ETHERTYPE_LLDP = 0x88cc,
	ETHERTYPE_LOOPBACK = 0x9000,
	ETHERTYPE_VLAN_9100 = 0x9100, /* stacks from before 802.1ad */
	ETHERTYPE_VLAN_9200 = 0x9200
};

/* LLC service access points, and organisations of SNAP. */
enum {
	SAP_STP = 0x42,
	SAP_IP = 0x06, /* RFC 948 */
	SAP_SNAP = 0xaa,
	SAP_IPX = 0xe0,
	SAP_NETBIOS = 0xf0,
	SAP_OSI = 0xfe,
	UNNUMBERED = 0x03, /* control of a single byte */
	ORGANISATION_ETHERTYPES = 0x000000,
	ORGANISATION_CISCO = 0x00000c,
	ORGANISATION_BRIDGE = 0x0000f8, /* IEEE 802.1H */
	ORGANISATION_802_1 = 0x0080c2,
	CISCO_UDLD = 0x0111,
	CISCO_PVST = 0x010b,
	CISCO_CDP = 0x2000,
	CISCO_VTP = 0x2003,
	CISCO_DTP = 0x2004,
	BRIDGED_ETHERNET = 0x0001, /* RFC 2684: with FCS */
	BRIDGED_ETHERNET_BARE = 0x0007
};

enum {
	VLAN_IDENTIFIER = 0x0fff,
	LABEL_BOTTOM = 0x100,
	LABEL_SHIFT = 12,
	LABEL_ROUTER_ALERT = 1,
	LABEL_GAL = 13, /* RFC 5586: what follows is OAM */
	LABEL_OAM = 14, /* RFC 3429 */
	NIBBLE_PSEUDOWIRE = 0,
	NIBBLE_CHANNEL = 1, /* RFC 4385: OAM of a pseudowire */
	IPV4_WORDS_LEAST = 5
};

/* What was met on the way. */
struct walk {
	struct fv_raw_packet *packet;
	int tags;
};

/* Follow one VLAN tag.  The outermost names the VLAN of the packet. */
static enum fv_counter
take_tag(struct fv_cursor *in, uint16_t *protocol, struct walk *walk)
{
	uint16_t control, type;

	if (walk->tags == FV_VLAN_TAGS_LIMIT)
		return FV_COUNT_VLAN_DEEP;
	if (!fv_take_be16(in, &control) || !fv_take_be16(in, &type))
		return FV_COUNT_VLAN_SHORT;
	if (walk->tags++ == 0 && (walk->packet->has & FV_HAS_VLAN) == 0) {
		walk->packet->vlan = control & VLAN_IDENTIFIER;
		walk->packet->has |= FV_HAS_VLAN;
	}
	*protocol = type;
	if (type < FV_ETHERTYPE_LEAST) {
		*protocol = FV_PROTOCOL_LLC;
		fv_cursor_limit(in, type);
	}
	return FV_COUNT_RECORDED;
}

/* Cisco's protocols behind its organisation code. */
static uint16_t
cisco_protocol(uint16_t type)
{
	switch (type) {
	case CISCO_CDP:
	case CISCO_VTP:
	case CISCO_DTP:
	case CISCO_UDLD:
		return FV_PROTOCOL_CDP;
	case CISCO_PVST:
		return FV_PROTOCOL_STP;
	default:
		return FV_PROTOCOL_OTHER;
	}
}

/* RFC 1042: organisation and type behind an LLC header. */
static bool
take_snap(struct fv_cursor *in, uint16_t *protocol)
{
	uint8_t high;
	uint16_t low, type;

	if (!fv_take_u8(in, &high) || !fv_take_be16(in, &low) ||
	    !fv_take_be16(in, &type))
		return false;
	switch ((uint32_t)high << 16 | low) {
	case ORGANISATION_ETHERTYPES:
	case ORGANISATION_BRIDGE:
		*protocol =
		    type < FV_ETHERTYPE_LEAST ? FV_PROTOCOL_OTHER : type;
		break;
	case ORGANISATION_CISCO:
		*protocol = cisco_protocol(type);
		break;
	case ORGANISATION_802_1:
		*protocol =
		    type == BRIDGED_ETHERNET || type == BRIDGED_ETHERNET_BARE
		    ? FV_PROTOCOL_ETHERNET
		    : FV_PROTOCOL_OTHER;
		break;
	default:
		*protocol = FV_PROTOCOL_OTHER;
		break;
	}
	return true;
}

bool
fv_decode_shim_llc(struct fv_cursor *in, uint16_t *protocol)
{
	uint8_t destination, source, control;

	if (!fv_take_u8(in, &destination) || !fv_take_u8(in, &source) ||
	    !fv_take_u8(in, &control))
		return false;
	*protocol = FV_PROTOCOL_LLC; /* of no kind that is known */
	if (destination == SAP_SNAP && source == SAP_SNAP &&
	    control == UNNUMBERED)
		return take_snap(in, protocol);
	if (destination == SAP_IP && source == SAP_IP && control == UNNUMBERED)
		*protocol = FV_PROTOCOL_IPV4;
	else if (destination == SAP_STP)
		*protocol = FV_PROTOCOL_STP;
	else if (destination == SAP_IPX || destination == SAP_NETBIOS)
		*protocol = FV_PROTOCOL_IPX;
	else if (destination == SAP_OSI)
		*protocol = FV_PROTOCOL_OSI;
	return true;
}

enum fv_counter
fv_decode_shim_link_llc(
    struct fv_cursor *in, struct fv_decode_link_header *header)
{
	uint16_t protocol;

	if (!fv_decode_shim_llc(in, &protocol))
		return FV_COUNT_LINK_SHORT;
	if (protocol == FV_PROTOCOL_LLC)
		return FV_COUNT_LLC;
	header->protocol = protocol;
	return FV_COUNT_RECORDED;
}

/*
 * What stands behind the bottom of a label stack.  Nothing says so; routers
 * look at the first bits, as we do (RFC 4928).  An IP version is believed
 * with a header length that IPv4 can have.  Behind a zero is a pseudowire's
 * control word (RFC 4448), and else a pseudowire's Ethernet without one.
 */
static uint16_t
below_labels(struct fv_cursor *in)
{
	struct fv_cursor ahead = *in;
	uint8_t first;

	if (!fv_take_u8(&ahead, &first))
		return FV_PROTOCOL_IP; /* which then is cut */
	switch (first >> 4) {
	case 4:
		if ((first & 0xf) >= IPV4_WORDS_LEAST)
			return FV_PROTOCOL_IPV4;
		return FV_PROTOCOL_ETHERNET;
	case 6:
		return FV_PROTOCOL_IPV6;
	case NIBBLE_PSEUDOWIRE:
		(void)fv_take_skip(in, 4);
		return FV_PROTOCOL_ETHERNET;
	case NIBBLE_CHANNEL:
		return FV_PROTOCOL_OTHER;
	default:
		return FV_PROTOCOL_ETHERNET;
	}
}

/* RFC 3032, section 2.1: a stack of labels to its bottom. */
static enum fv_counter
take_labels(struct fv_cursor *in, uint16_t *protocol)
{
	uint32_t entry;
	int labels;

	for (labels = 0; labels < FV_MPLS_LABELS_LIMIT; labels++) {
		if (!fv_take_be32(in, &entry))
			return FV_COUNT_MPLS_SHORT;
		if ((entry & LABEL_BOTTOM) == 0)
			continue;
		switch (entry >> LABEL_SHIFT) {
		case LABEL_GAL:
		case LABEL_OAM:
			return FV_COUNT_MPLS;
		default:
			*protocol = below_labels(in);
			return *protocol == FV_PROTOCOL_OTHER
			    ? FV_COUNT_MPLS
			    : FV_COUNT_RECORDED;
		}
	}
	return FV_COUNT_MPLS_DEEP;
}

/* In which counter a frame ends whose last header names ${protocol}. */
static enum fv_counter
not_ip(uint16_t protocol, struct fv_decode_link *link)
{
	switch (protocol) {
	case ETHERTYPE_ARP:
	case ETHERTYPE_RARP:
		return FV_COUNT_ARP;
	case FV_PROTOCOL_LLC:
		return FV_COUNT_LLC;
	case FV_PROTOCOL_STP:
		return FV_COUNT_STP;
	case FV_PROTOCOL_CDP:
	case ETHERTYPE_CDP_HDLC:
		return FV_COUNT_CDP;
	case FV_PROTOCOL_OSI:
		return FV_COUNT_OSI;
	case FV_PROTOCOL_IPX:
	case ETHERTYPE_IPX:
	case ETHERTYPE_IPX_NOVELL:
		return FV_COUNT_IPX;
	case FV_PROTOCOL_CONTROL:
		return FV_COUNT_PPP_CONTROL;
	case ETHERTYPE_LLDP:
		return FV_COUNT_LLDP;
	case ETHERTYPE_EAPOL:
	case ETHERTYPE_EAPOL_PREAUTHENTICATION:
		return FV_COUNT_EAPOL;
	case ETHERTYPE_LOOPBACK:
		return FV_COUNT_LOOPBACK;
	case ETHERTYPE_PPPOE_DISCOVERY:
		return FV_COUNT_PPPOE;
	default:
		if (protocol >= FV_ETHERTYPE_LEAST)
			link->ethertype = protocol;
		return FV_COUNT_NOT_IP;
	}
}

/* An Ethernet frame within another. */
static enum fv_counter
take_ethernet(struct fv_cursor *in, uint16_t *protocol, struct walk *walk)
{
	struct fv_decode_link_header header;

	if (!fv_decode_link_ethernet(in, &header))
		return FV_COUNT_LINK_SHORT;
	walk->packet->source_mac = header.source_mac;
	walk->packet->has |= FV_HAS_SOURCE_MAC;
	*protocol = header.protocol;
	return FV_COUNT_RECORDED;
}

/*
 * Take the header that ${*protocol} names and say in ${*protocol} what is
 * behind it.  Returns FV_COUNT_RECORDED, or why there is nothing behind it.
 */
static enum fv_counter
take_header(struct fv_cursor *in, uint16_t *protocol, struct walk *walk,
    struct fv_decode_link *link)
{
	switch (*protocol) {
	case ETHERTYPE_VLAN:
	case ETHERTYPE_VLAN_SERVICE:
	case ETHERTYPE_VLAN_9100:
	case ETHERTYPE_VLAN_9200:
		return take_tag(in, protocol, walk);
	case ETHERTYPE_LLC:
	case FV_PROTOCOL_LLC:
		if (!fv_decode_shim_llc(in, protocol))
			return FV_COUNT_LLC_SHORT;
		return *protocol == FV_PROTOCOL_LLC ? FV_COUNT_LLC
						    : FV_COUNT_RECORDED;
	case FV_PROTOCOL_MPLS:
	case ETHERTYPE_MPLS_MULTICAST:
		return take_labels(in, protocol);
	case ETHERTYPE_PPPOE_SESSION:
		return fv_decode_ppp_session(in, protocol);
	case FV_PROTOCOL_PPP:
	case ETHERTYPE_PPP:
		return fv_decode_ppp_frame(in, protocol);
	case FV_PROTOCOL_ETHERNET:
	case ETHERTYPE_BRIDGING:
		return take_ethernet(in, protocol, walk);
	default:
		return not_ip(*protocol, link);
	}
}

enum fv_counter
fv_decode_shim_read(uint16_t protocol, struct fv_cursor *in,
    struct fv_raw_packet *packet, struct fv_decode_link *link)
{
	struct walk walk = { packet, 0 };
	enum fv_counter outcome;
	int headers = 0;

	for (;;) {
		switch (protocol) {
		case FV_PROTOCOL_IPV4:
			link->ip_version = 4;
			return FV_COUNT_RECORDED;
		case FV_PROTOCOL_IPV6:
			link->ip_version = 6;
			return FV_COUNT_RECORDED;
		case FV_PROTOCOL_IP:
			link->ip_version = 0;
			return FV_COUNT_RECORDED;
		default:
			break;
		}
		/* Tags have a limit of their own. */
		if (headers - walk.tags == FV_LINK_HEADERS_LIMIT)
			return FV_COUNT_LINK_DEEP;
		headers++;
		outcome = take_header(in, &protocol, &walk, link);
		if (outcome != FV_COUNT_RECORDED)
			return outcome;
	}
}

#ifndef CONVERT_DECODE_LINK_H
#define CONVERT_DECODE_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "anonymize/raw.h"
#include "base/cursor.h"
#include "datasets/counters.h"

/*
 * Link headers, from the first byte of a frame to its IP header.  Here are
 * the common ones; rare ones are in decode_shim, decode_ppp, decode_log,
 * decode_wlan, decode_lan and decode_pktap.
 */

/* The link types that are decoded: tcpdump.org/linktypes.html. */
enum fv_decode_link_type {
	FV_LINK_NULL = 0,
	FV_LINK_ETHERNET = 1,
	FV_LINK_ARCNET = 7, /* as BSD writes it */
	FV_LINK_PPP = 9,
	FV_LINK_FDDI = 10,
	FV_LINK_RAW_BSD = 12,     /* DLT_RAW, as some systems number it */
	FV_LINK_RAW_OPENBSD = 14, /* and OpenBSD */
	FV_LINK_PPP_SERIAL = 50,
	FV_LINK_PPP_ETHER = 51, /* a PPPoE session */
	FV_LINK_RAW = 101,
	FV_LINK_C_HDLC = 104,
	FV_LINK_WLAN = 105,
	FV_LINK_LOOP = 108,
	FV_LINK_SLL = 113,
	FV_LINK_PFLOG = 117,
	FV_LINK_PRISM = 119,
	FV_LINK_RADIOTAP = 127,
	FV_LINK_ARCNET_LINUX = 129,
	FV_LINK_USER2 = 149, /* PKTAP, if it looks like it */
	FV_LINK_AVS = 163,
	FV_LINK_PPI = 192,
	FV_LINK_MPLS = 219,
	FV_LINK_IPV4 = 228,
	FV_LINK_IPV6 = 229,
	FV_LINK_NFLOG = 239,
	FV_LINK_PKTAP = 258,
	FV_LINK_SLL2 = 276
};

/*
 * What a link header says comes next: an EtherType (IEEE 802 numbers, all
 * at 0x0600 and above), or one of the first, which no EtherType is.
 */
enum fv_decode_link_protocol {
	FV_PROTOCOL_OTHER = 0, /* anything that is not IP */
	FV_PROTOCOL_IP = 1,    /* IP, of the version that its first bits tell */
	FV_PROTOCOL_LLC = 2,   /* IEEE 802.2, behind a length field */
	FV_PROTOCOL_IPX = 3,   /* Novell's 802.3 without 802.2 */
	FV_PROTOCOL_PPP = 4,   /* RFC 1661: framing or protocol field */
	FV_PROTOCOL_ETHERNET = 5, /* a whole Ethernet frame without FCS */
	FV_PROTOCOL_CDP = 6,      /* CDP, VTP, DTP or UDLD */
	FV_PROTOCOL_STP = 7,      /* a spanning tree */
	FV_PROTOCOL_OSI = 8,
	FV_PROTOCOL_CONTROL = 9, /* of a PPP or HDLC link */
	FV_PROTOCOL_IPV4 = 0x0800,
	FV_PROTOCOL_MPLS = 0x8847,
	FV_PROTOCOL_IPV6 = 0x86dd
};

/* EtherTypes begin here; below it the field of 802.3 is a length. */
#define FV_ETHERTYPE_LEAST 0x0600

/* The header of the link itself, without VLAN tags. */
struct fv_decode_link_header {
	uint16_t protocol; /* enum fv_decode_link_protocol or an EtherType */
	bool has_source_mac;
	bool aggregated;    /* 802.11: more packets follow in the frame */
	uint8_t fcs_length; /* bytes of FCS that the header says end it */
	struct fv_raw_mac source_mac;
};

/* What the link headers of a frame say besides the facts of the packet. */
struct fv_decode_link {
	uint8_t ip_version; /* that is promised; 0: either */
	uint8_t fcs_length;
	bool aggregated;
	uint16_t ethertype; /* of a frame that ends in NOT_IP; 0: none */
};

/*
 * The most VLAN tags that are followed.  IEEE 802.1ad stacks two, and four
 * are seen in the wild; the rest is room, and an end to hostile stacks.
 */
#define FV_VLAN_TAGS_LIMIT 8

/*
 * The most MPLS labels of a stack: providers push three or four, entropy
 * labels (RFC 6790) double that.
 */
#define FV_MPLS_LABELS_LIMIT 16

/*
 * The most headers between the link's own and IP: PPPoE in a pseudowire in
 * MPLS behind LLC is five.
 */
#define FV_LINK_HEADERS_LIMIT 8

/*
 * fv_decode_link_header(link_type, in, header):
 * Take the header of a ${link_type} frame from ${in} into ${header}, and
 * leave ${in} behind it, before any VLAN tag.
 * Returns FV_COUNT_RECORDED when that went well, or why the frame is none
 * that carries a packet: FV_COUNT_LINK_SHORT, FV_COUNT_LINK_UNSUPPORTED,
 * or a reason of 802.11 or PPP.
 */
enum fv_counter fv_decode_link_header(uint32_t link_type, struct fv_cursor *in,
    struct fv_decode_link_header *header);

/*
 * fv_decode_link_read(link_type, in, packet, link):
 * Take the headers of a ${link_type} frame and of all that is between it
 * and IP from ${in}, and leave ${in} at the IP header; note source MAC and
 * VLAN in ${packet}, and the rest in ${link}.
 * Returns FV_COUNT_RECORDED when IP follows, or why it does not.
 */
enum fv_counter fv_decode_link_read(uint32_t link_type, struct fv_cursor *in,
    struct fv_raw_packet *packet, struct fv_decode_link *link);

/* Take an Ethernet header (IEEE 802.3); false when it is cut. */
bool fv_decode_link_ethernet(
    struct fv_cursor *in, struct fv_decode_link_header *header);

#endif

#ifndef CONVERT_DECODE_LINK_H
#define CONVERT_DECODE_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "anonymize/raw.h"
#include "base/cursor.h"
#include "datasets/counters.h"

/*
 * Link headers, from the first byte of a frame to its IP header.
 */

/* The link types that are decoded: tcpdump.org/linktypes.html. */
enum fv_decode_link_type {
	FV_LINK_NULL = 0,
	FV_LINK_ETHERNET = 1,
	FV_LINK_RAW_BSD = 12,     /* DLT_RAW, as some systems number it */
	FV_LINK_RAW_OPENBSD = 14, /* and OpenBSD */
	FV_LINK_RAW = 101,
	FV_LINK_LOOP = 108,
	FV_LINK_SLL = 113,
	FV_LINK_IPV4 = 228,
	FV_LINK_IPV6 = 229,
	FV_LINK_SLL2 = 276
};

/*
 * What a link header says comes next: an EtherType (IEEE 802 numbers, all
 * at 0x0600 and above), or one of the first three, which no EtherType is.
 */
enum fv_decode_link_protocol {
	FV_PROTOCOL_OTHER = 0, /* anything that is not IP */
	FV_PROTOCOL_IP = 1,    /* IP, of the version that its first bits tell */
	FV_PROTOCOL_LLC = 2,   /* IEEE 802.2, behind a length field */
	FV_PROTOCOL_IPV4 = 0x0800,
	FV_PROTOCOL_IPV6 = 0x86dd
};

/* The header of the link itself, without VLAN tags. */
struct fv_decode_link_header {
	uint16_t protocol; /* enum fv_decode_link_protocol or an EtherType */
	bool has_source_mac;
	struct fv_raw_mac source_mac;
};

/*
 * The most VLAN tags that are followed.  IEEE 802.1ad stacks two, and four
 * are seen in the wild; the rest is room, and an end to hostile stacks.
 */
#define FV_VLAN_TAGS_LIMIT 8

/*
 * fv_decode_link_header(link_type, in, header):
 * Take the header of a ${link_type} frame from ${in} into ${header}, and
 * leave ${in} behind it, before any VLAN tag.
 * Returns FV_COUNT_RECORDED when that went well, or FV_COUNT_LINK_SHORT or
 * FV_COUNT_LINK_UNSUPPORTED.
 */
enum fv_counter fv_decode_link_header(uint32_t link_type, struct fv_cursor *in,
    struct fv_decode_link_header *header);

/*
 * fv_decode_link_read(link_type, in, packet, ip_version):
 * Take the header of a ${link_type} frame and its VLAN tags from ${in}, and
 * leave ${in} at the IP header; note source MAC and VLAN in ${packet}, and
 * in ${ip_version} the version that the link promises, or 0 for either.
 * Returns FV_COUNT_RECORDED when IP follows, or why it does not.
 */
enum fv_counter fv_decode_link_read(uint32_t link_type, struct fv_cursor *in,
    struct fv_raw_packet *packet, unsigned *ip_version);

#endif

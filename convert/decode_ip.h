#ifndef CONVERT_DECODE_IP_H
#define CONVERT_DECODE_IP_H

#include <stdbool.h>
#include <stdint.h>

#include "anonymize/raw.h"
#include "base/cursor.h"
#include "datasets/counters.h"

/*
 * IP headers: IPv4 with options (RFC 791), IPv6 with extension headers
 * (RFC 8200, RFC 4302, RFC 6275, RFC 7401, RFC 5533) and jumbograms
 * (RFC 2675).
 */

/*
 * The most IPv6 extension headers that are followed.  RFC 8200, section
 * 4.1, has places for seven in a packet, and mobility, HIP or shim6 make
 * one more.  More than that is an attack on whoever walks them.
 */
#define FV_IPV6_EXTENSIONS_LIMIT 8

/* Which part of which packet a fragment is; of fragments alone. */
struct fv_decode_fragment {
	uint32_t id;
	uint32_t offset; /* bytes */
	uint64_t length; /* bytes */
	bool more;       /* it is not the last */
};

/* What the header says besides the facts of the packet. */
struct fv_decode_ip {
	bool offload; /* its length is 0: segmentation offload */
	struct fv_decode_fragment fragment;
	bool jumbogram; /* its length stands in a jumbo payload option */
};

/*
 * fv_decode_ip_read(in, version, wire, packet, ip):
 * Take the IP header from ${in}, and the IPv6 extension headers behind it,
 * into ${packet} (addresses, bytes, protocol, ttl, fragment) and ${ip}.
 * The link header promised IP ${version}, 0 for either, and ${wire} bytes
 * on the wire from here to the end of the frame: the length of a packet
 * that gives none itself.  The caller has made sure that ${wire} is no less
 * than what ${in} holds.  Leaves ${in} at the transport header, and never
 * with bytes from behind the IP packet, such as Ethernet padding.
 *
 * The protocol of a later IPv6 fragment is the fragment header's next
 * header, as nothing behind it can be read.  ESP and No Next Header end a
 * chain and are its protocol.  An IPv6 fragment's length is without the
 * extension headers before it.  ip->fragment is set for fragments alone.
 * Returns FV_COUNT_RECORDED when all that was there, or why it was not.
 */
enum fv_counter fv_decode_ip_read(struct fv_cursor *in, unsigned version,
    uint64_t wire, struct fv_raw_packet *packet, struct fv_decode_ip *ip);

#endif

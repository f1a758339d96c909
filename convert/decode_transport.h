#ifndef CONVERT_DECODE_TRANSPORT_H
#define CONVERT_DECODE_TRANSPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "anonymize/raw.h"
#include "base/cursor.h"
#include "datasets/counters.h"

/*
 * Transport headers: ports of TCP (RFC 9293), UDP (RFC 768), UDP-Lite
 * (RFC 3828), SCTP (RFC 9260) and DCCP (RFC 4340); flags and SYN options of
 * TCP; type and code of ICMP (RFC 792) and ICMPv6 (RFC 4443).  Any other
 * protocol is just its number.
 */

/*
 * How many TCP options a layout (struct fv_stack) tells: one byte each, the
 * kind of the first option in the most significant byte.  Real SYNs have
 * five to eight.  The end-of-options kind is 0, so a layout does not tell
 * it from nothing.
 */
#define FV_TCP_LAYOUT_OPTIONS 8

/* A window scale that the SYN does not have (struct fv_stack). */
#define FV_TCP_NO_WINDOW_SCALE 255

/*
 * fv_decode_transport_read(in, unsaid, packet, counter):
 * Take the header of packet->protocol from ${in}, which ends where the IP
 * packet ends, into ${packet}, and count TRANSPORT_SHORT, TCP_OFFSET and
 * UDP_LENGTH.  In a packet whose length is ${unsaid} in its IP header, a
 * jumbogram (RFC 2675, section 4) or one that the network card has yet to cut
 * up, a UDP length of 0 is valid.  Not for later fragments, which have no such header.
 *
 * tcp_next is still short of the length of the packet from its transport header
 * on.
 *
 * FV_HAS_SYN is set when the whole TCP header was there.  Reading of its
 * options ends at the first that is malformed; what came before counts,
 * and its kind is still in the layout.  syn_length is packet->bytes, at
 * most UINT16_MAX.
 */
void fv_decode_transport_read(struct fv_cursor *in, bool unsaid,
    struct fv_raw_packet *packet, uint64_t counter[FV_COUNTERS]);

#endif

#ifndef CONVERT_DECODE_SHIM_H
#define CONVERT_DECODE_SHIM_H

#include <stdint.h>

#include "anonymize/raw.h"
#include "base/cursor.h"
#include "convert/decode_link.h"
#include "datasets/counters.h"

/*
 * What may stand between a link header and IP: VLAN tags (IEEE 802.1Q and
 * 802.1ad), LLC and SNAP (IEEE 802.2, RFC 1042), MPLS (RFC 3032) with
 * Ethernet pseudowires (RFC 4448), PPPoE sessions (RFC 2516) and PPP.
 */

/*
 * fv_decode_shim_read(protocol, in, packet, link):
 * Follow the headers that begin with ${protocol} (as in struct
 * fv_decode_link_header) from ${in} to the IP header, and leave ${in}
 * there; note the outermost VLAN in ${packet}, the IP version and an
 * unknown EtherType in ${link}.
 * Returns FV_COUNT_RECORDED when IP follows, or why it does not.
 */
enum fv_counter fv_decode_shim_read(uint16_t protocol, struct fv_cursor *in,
    struct fv_raw_packet *packet, struct fv_decode_link *link);

/*
 * fv_decode_shim_llc(in, protocol):
 * Take an LLC header, and SNAP behind it, and say in ${protocol} what comes
 * next.  Returns false when it was cut.
 */
bool fv_decode_shim_llc(struct fv_cursor *in, uint16_t *protocol);

/*
 * fv_decode_shim_link_llc(in, header):
 * The same at the end of a link's header, for ${header}'s protocol.  Returns
 * FV_COUNT_RECORDED, or why nothing follows.
 */
enum fv_counter fv_decode_shim_link_llc(
    struct fv_cursor *in, struct fv_decode_link_header *header);

#endif

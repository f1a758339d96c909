#ifndef ANONYMIZE_PACKET_TRANSPORT_H
#define ANONYMIZE_PACKET_TRANSPORT_H

#include "anonymize/packet_names.h"
#include "anonymize/packet_pen.h"
#include "anonymize/raw_layers.h"

/*
 * Transport headers of header-only packets.  For packet_frame.c alone.
 */

/* An IP header and who its addresses are now. */
struct fv_packet_ends {
	const struct fv_raw_ip *ip;
	const struct fv_published_addr *source;
	const struct fv_published_addr *destination;
};

/*
 * fv_packet_transport_write(pen, names, ends, transport, named):
 * Write the whole header, also where the capture had a part of it; the
 * caller cuts it.  Checksums are 0.  ${named} has the addresses in the body
 * of an ICMP message; NULL for a quoted one, which has none.
 */
void fv_packet_transport_write(struct fv_pen *pen,
    const struct fv_packet_names *names, const struct fv_packet_ends *ends,
    const struct fv_raw_transport *transport,
    const struct fv_packet_named *named);

/*
 * fv_packet_transport_finish(from, to, ends, transport):
 * Set the checksum of the header at ${from}, with all that is written of
 * the packet ending at ${to}: right for the packet as if all that is not
 * written were zeros.  UDP over IPv4 has none (RFC 768).
 */
void fv_packet_transport_finish(uint8_t *from, const uint8_t *to,
    const struct fv_packet_ends *ends,
    const struct fv_raw_transport *transport);

#endif

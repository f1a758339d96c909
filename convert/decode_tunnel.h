#ifndef CONVERT_DECODE_TUNNEL_H
#define CONVERT_DECODE_TUNNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "anonymize/raw.h"
#include "base/cursor.h"

/*
 * Tunnels, from the header behind IP or UDP to what they carry:
 *
 *	IP in IP	IPv4 and IPv6, protocols 4 and 41 (RFC 2003, 2473, 4213)
 *	GRE		RFC 2784, 2890 and 1701 with routing; WCCP
 *	NVGRE		RFC 7637
 *	PPTP		GRE of version 1 (RFC 2637)
 *	ERSPAN		types I, II and III (draft-foschiano-erspan-03)
 *	VXLAN		RFC 7348, port 8472 of Linux, VXLAN-GPE on port 4790
 *	Geneve		RFC 8926
 *	GTP-U		3GPP TS 29.281, with extension headers
 *	Teredo		RFC 4380, with authentication and origin
 *	L2TP		RFC 2661, data messages of version 2
 *	MPLS		protocol 137 (RFC 4023) and UDP (RFC 7510)
 *
 * Ports alone make no tunnel: what follows UDP must look like one.
 *
 * A tunnel's identifier is the VNI of VXLAN and Geneve, the VSID of NVGRE
 * without its FlowID, the key of GRE, the call of PPTP, the session of ERSPAN
 * (type I has none), the TEID of GTP-U, or tunnel and session of L2TP.  IP in
 * IP, Teredo and MPLS have none.
 */

enum fv_decode_tunnel_found {
	FV_TUNNEL_NONE,     /* an ordinary packet */
	FV_TUNNEL_ONE,      /* a tunnel, and its header was taken */
	FV_TUNNEL_CONTROL,  /* a tunnel's packet that carries no other */
	FV_TUNNEL_CUT,      /* its header was not captured whole */
	FV_TUNNEL_MALFORMED /* or of a version that is not known */
};

struct fv_decode_tunnel {
	uint8_t encapsulation; /* enum fv_encapsulation */
	uint16_t protocol;     /* of what it carries, as in a link header */
	uint32_t name;         /* tunnel of struct fv_raw_packet */
};

/*
 * fv_decode_tunnel_name(identifier):
 * The name of a tunnel whose identifier has 24 bits at most, and may be 0.
 * Those of 32 bits are names themselves: GTP-U and L2TP have no tunnel 0, and
 * a key of GRE that is 0 is taken for none.
 */
static inline uint32_t
fv_decode_tunnel_name(uint32_t identifier)
{
	return identifier + 1;
}

/*
 * fv_decode_tunnel_may(packet):
 * Whether ${packet} may be a tunnel, by its protocol and ports.
 */
bool fv_decode_tunnel_may(const struct fv_raw_packet *packet);

/*
 * fv_decode_tunnel_read(packet, in, tunnel):
 * Take the header of a tunnel from ${in}, which stands behind the IP header
 * of ${packet}, and leave it at what the tunnel carries.  ${tunnel} is set
 * with FV_TUNNEL_ONE; ${in} is at no known place with any other result.
 */
enum fv_decode_tunnel_found fv_decode_tunnel_read(
    const struct fv_raw_packet *packet, struct fv_cursor *in,
    struct fv_decode_tunnel *tunnel);

#endif

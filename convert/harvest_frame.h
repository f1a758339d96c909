#ifndef CONVERT_HARVEST_FRAME_H
#define CONVERT_HARVEST_FRAME_H

#include <stdbool.h>

#include "anonymize/originals.h"
#include "base/cursor.h"
#include "base/err.h"
#include "convert/capture.h"

/*
 * The second reader: finds addresses and names in the places where identities
 * are known to leak, in headers and behind them.  It wants to find, not to be
 * right: what looks like an address in such a place is taken for one.  It
 * shares no code with the decoder whose work it helps to check.
 *
 * Ethernet, cooked and raw links; VLAN, MPLS, PPPoE; ARP, LLDP and CDP; IP with
 * its options and extension headers; ICMP and ICMPv6 with what they quote and
 * advertise; IP, GRE, VXLAN, GENEVE, GTP-U and Teredo tunnels; addresses in
 * MPTCP options; DHCP, DNS and mDNS, TLS server names and HTTP hosts.
 *
 * The first failure to keep something sticks.
 */
struct fv_harvest_sink {
	struct fv_originals *originals;
	bool failed;
	struct fv_err err; /* why */
};

/* Headers in headers are followed this deep. */
#define FV_HARVEST_DEPTH 8

/* All in ${frame}. */
void fv_harvest_frame(
    struct fv_harvest_sink *sink, const struct fv_frame *frame);

/* An IP packet, of either version, ${depth} headers down. */
void fv_harvest_ip(
    struct fv_harvest_sink *sink, struct fv_cursor in, unsigned depth);

/* A frame from its Ethernet header on. */
void fv_harvest_ethernet(
    struct fv_harvest_sink *sink, struct fv_cursor in, unsigned depth);

/* Behind an IP header: ${protocol} and what follows it. */
void fv_harvest_transport(struct fv_harvest_sink *sink, uint8_t protocol,
    struct fv_cursor in, unsigned depth);

/* ICMP and ICMPv6 messages, and what they quote and advertise. */
void fv_harvest_icmp(
    struct fv_harvest_sink *sink, struct fv_cursor in, unsigned depth);
void fv_harvest_icmpv6(
    struct fv_harvest_sink *sink, struct fv_cursor in, unsigned depth);

/* What applications say: by the ports of UDP and TCP. */
void fv_harvest_udp(struct fv_harvest_sink *sink, uint16_t source,
    uint16_t destination, struct fv_cursor in, unsigned depth);
void fv_harvest_stream(struct fv_harvest_sink *sink, struct fv_cursor in);

/* LLDP and CDP: names and addresses of the tapped network's equipment. */
void fv_harvest_lldp(struct fv_harvest_sink *sink, struct fv_cursor in);
void fv_harvest_cdp(struct fv_harvest_sink *sink, struct fv_cursor in);

/* What pcapng says beside packets: a fv_capture_watcher; arg is the sink. */
void fv_harvest_block(
    void *sink, uint32_t type, bool big, struct fv_cursor body);

/* Keep one thing; the next so many bytes of ${in}, if they are there. */
void fv_harvest_ipv4(struct fv_harvest_sink *sink, struct fv_cursor *in);
void fv_harvest_ipv6(struct fv_harvest_sink *sink, struct fv_cursor *in);
void fv_harvest_mac(struct fv_harvest_sink *sink, struct fv_cursor *in);
void fv_harvest_name(
    struct fv_harvest_sink *sink, struct fv_cursor *in, size_t n);

#endif

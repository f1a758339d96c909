#ifndef ANONYMIZE_RAW_LAYERS_H
#define ANONYMIZE_RAW_LAYERS_H

#include <stdbool.h>
#include <stdint.h>

#include "anonymize/raw.h"

/*
 * The headers of a packet as facts, layer by layer: all that a header-only
 * packet is built from (anonymize/packets.h), and all that crosses the
 * first wall for it.  There is no pointer to captured bytes here, and no
 * field that can hold bytes of unknown meaning: what has no place in these
 * structs cannot be written.
 *
 * Lengths of headers are kept, so that what follows keeps its place; what
 * filled them is not, but for the facts named here.
 *
 * Nothing here is ever written to a file, a message or a log.
 */

#define FV_LAYERS_TAGS 8       /* VLAN tags: see FV_VLAN_TAGS_LIMIT */
#define FV_LAYERS_EXTENSIONS 8 /* IPv6: see FV_IPV6_EXTENSIONS_LIMIT */

/* Where an option lies that is not there. */
#define FV_LAYERS_NOWHERE 255

/* A VLAN tag.  Priority and drop eligibility are not read. */
struct fv_raw_tag {
	uint16_t ethertype; /* the tag's own: 0x8100, 0x88a8, ... */
	uint16_t identifier;
};

/* The Ethernet header. */
struct fv_raw_ethernet {
	struct fv_raw_mac destination;
	struct fv_raw_mac source;
	uint8_t ntags;
	struct fv_raw_tag tag[FV_LAYERS_TAGS];
};

/* An IPv6 extension header: what it is, and how long. */
struct fv_raw_extension {
	uint8_t kind;   /* its number: what the header before it names */
	uint8_t length; /* as its second byte says it, in its own unit */
};

/*
 * An IP header.  Of IPv4 options there is only how long they are all, and
 * where two of them lie that say nothing of anybody; of IPv6 options, two
 * likewise.
 */
struct fv_raw_ip {
	struct fv_raw_addr source; /* its ip_version is the header's */
	struct fv_raw_addr destination;
	uint64_t payload; /* bytes behind this header and its extensions */
	uint32_t identification; /* of the datagram; fragments alone */
	uint32_t jumbo;          /* IPv6: jumbo payload length, or 0 */
	uint16_t length;         /* the length field as it stands there */
	uint16_t offset;         /* of a fragment, in units of 8 bytes */
	bool more_fragments;
	bool dont_fragment; /* IPv4 */
	uint8_t ecn;        /* two bits: RFC 3168 */
	uint8_t ttl;
	uint8_t protocol;       /* the transport's, behind extensions */
	uint8_t options_length; /* IPv4: 0 to 40, a multiple of 4 */
	uint8_t end_at;         /* IPv4: of End of Options, or NOWHERE */
	uint8_t alert_at;       /* IPv4: of Router Alert, or NOWHERE */
	bool router_alert;      /* IPv6: among hop-by-hop options */
	uint8_t extensions;     /* IPv6: how many */
	struct fv_raw_extension extension[FV_LAYERS_EXTENSIONS];
};

/* A TCP header (RFC 9293). */
struct fv_raw_tcp {
	uint32_t sequence;
	uint32_t acknowledgment;
	uint16_t window;
	uint16_t mss;
	uint8_t words; /* data offset, as it stands there */
	uint8_t flags;
	uint8_t window_scale;
	uint8_t options_length; /* bytes of options that were there */
	/* Where in the options these lie; FV_LAYERS_NOWHERE: not there. */
	uint8_t end_at;
	uint8_t mss_at;
	uint8_t window_scale_at;
	uint8_t sack_permitted_at;
};

/* What the four bytes behind an ICMP checksum hold, and what follows them. */
enum fv_raw_icmp_body {
	FV_ICMP_NOTHING,    /* not read: the header ends with its checksum */
	FV_ICMP_ECHO,       /* identifier, number */
	FV_ICMP_UNUSED,     /* zeros */
	FV_ICMP_NUMBER,     /* number: an MTU, or a pointer of ICMPv6 */
	FV_ICMP_POINTER,    /* number, in the first byte */
	FV_ICMP_GATEWAY,    /* first: an IPv4 address */
	FV_ICMP_TARGET,     /* number: flags of RFC 4861; then first */
	FV_ICMP_REDIRECTION /* zeros; then first and second */
};

/* An ICMP or ICMPv6 header. */
struct fv_raw_icmp {
	uint32_t number;
	uint16_t identifier;
	uint8_t type;
	uint8_t code;
	uint8_t body; /* enum fv_raw_icmp_body */
	struct fv_raw_addr first;
	struct fv_raw_addr second;
};

/* Which transport header was read. */
enum fv_raw_transport_kind {
	FV_TRANSPORT_NONE,  /* nothing behind the IP header is written */
	FV_TRANSPORT_PORTS, /* ports alone: SCTP, DCCP, UDP-Lite */
	FV_TRANSPORT_TCP,
	FV_TRANSPORT_UDP,
	FV_TRANSPORT_ICMP,
	FV_TRANSPORT_ICMPV6
};

/* A transport header, of which the capture had a beginning. */
struct fv_raw_transport {
	uint8_t kind;     /* enum fv_raw_transport_kind */
	uint8_t captured; /* bytes of the header that were there */
	uint16_t source_port;
	uint16_t destination_port;
	uint16_t udp_length;
	struct fv_raw_tcp tcp;
	struct fv_raw_icmp icmp;
};

/* A packet, from the outside in. */
struct fv_raw_layers {
	int64_t time;         /* ns since 1970-01-01 UTC */
	uint64_t length;      /* bytes on the wire from the IP header on */
	uint32_t link_length; /* and before it */
	uint32_t reach;       /* no built frame is longer than this */
	bool has_ethernet;
	bool has_quote; /* an ICMP error quotes what it is about */
	struct fv_raw_ethernet ethernet;
	struct fv_raw_ip ip;
	struct fv_raw_transport transport;
	struct fv_raw_ip quoted_ip;
	struct fv_raw_transport quoted_transport;
};

#endif

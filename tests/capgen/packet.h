#ifndef TESTS_CAPGEN_PACKET_H
#define TESTS_CAPGEN_PACKET_H

#include <stddef.h>
#include <stdint.h>

#include "convert/capture.h"

/*
 * Packets for tests, built layer by layer from the outside in:
 *
 *	fv_packet_start(&p);
 *	fv_packet_ethernet(&p);
 *	fv_packet_vlan(&p, 0x8100, 7);
 *	fv_packet_ipv4(&p, NULL);
 *	fv_packet_tcp(&p, 40000, 443, FV_PACKET_SYN, NULL, 0);
 *	fv_packet_payload(&p, 100);
 *	fv_packet_finish(&p);
 *
 * Each layer names itself in the one around it (EtherType, protocol, next
 * header), and finishing fills in lengths and checksums.  To make a field
 * wrong, write over it afterwards: fv_packet_put16(&p, p.ip + 2, 0).
 *
 * Addresses are those of documentation: 192.0.2.0/24 to 198.51.100.0/24,
 * 2001:db8::/48 to 2001:db8:1::/48, and MACs in 00:00:5e:00:53:00/40
 * (RFC 5737, 3849, 7042).  Payload is the letter x.
 *
 * Misuse (too many bytes or layers) is an assert.
 */
#define FV_PACKET_BYTES 4096
#define FV_PACKET_LAYERS 24

enum fv_packet_tcp_flags {
	FV_PACKET_FIN = 0x01,
	FV_PACKET_SYN = 0x02,
	FV_PACKET_RST = 0x04,
	FV_PACKET_PSH = 0x08,
	FV_PACKET_ACK = 0x10
};

struct fv_packet_layer {
	size_t at;   /* where it begins */
	size_t next; /* its field that names the next layer; 0: it has none */
	uint8_t kind;
	uint8_t width; /* of that field in bytes; 2 takes EtherTypes */
};

struct fv_packet {
	uint8_t bytes[FV_PACKET_BYTES];
	size_t length;
	uint32_t link_type; /* LINKTYPE_ value, by the first layer */
	size_t ip;          /* where the last IP header begins */
	size_t transport;   /* where the last transport header begins */
	size_t end;         /* of the IP packet: padding lies behind */
	struct fv_packet_layer layer[FV_PACKET_LAYERS];
	int layers;
};

/* What an IP header says; all zero is an ordinary packet. */
struct fv_packet_ip {
	uint8_t source;         /* host number in its network; 0 means 1 */
	uint8_t destination;    /* likewise; 0 means 2 */
	uint8_t ttl;            /* 0 means 64 */
	uint16_t id;            /* IPv4 */
	uint16_t offset;        /* IPv4 fragment offset, in units of 8 */
	int more;               /* IPv4: more fragments follow */
	const uint8_t *options; /* IPv4; a multiple of four bytes */
	size_t options_length;
};

/* An empty packet; to be first. */
void fv_packet_start(struct fv_packet *p);

/* Link headers. */
void fv_packet_ethernet(struct fv_packet *p);
void fv_packet_vlan(struct fv_packet *p, uint16_t ethertype, uint16_t control);
void fv_packet_sll(struct fv_packet *p);
void fv_packet_sll2(struct fv_packet *p);
/* NULL or LOOP, with the family in big- or little-endian order. */
void fv_packet_family(
    struct fv_packet *p, uint32_t link_type, uint32_t family, int big);
/* No header at all. */
void fv_packet_raw(struct fv_packet *p, uint32_t link_type);

/*
 * A header of any other kind, as its ${length} bytes: ${ethertype} and
 * ${protocol} are its name in the header around it.  It does not name what
 * comes next, unless its bytes do.
 */
void fv_packet_header(struct fv_packet *p, uint16_t ethertype, uint8_t protocol,
    const void *bytes, size_t length);

/* Name ${ethertype} in the link header, for what is not IP. */
void fv_packet_ethertype(struct fv_packet *p, uint16_t ethertype);

/* IP headers; ${ip} may be NULL. */
void fv_packet_ipv4(struct fv_packet *p, const struct fv_packet_ip *ip);
void fv_packet_ipv6(struct fv_packet *p, const struct fv_packet_ip *ip);

/*
 * An IPv6 extension header of ${kind} and ${length} bytes in all, filled
 * with ${body} (length - 2 bytes) or, when that is NULL, with zeros.
 */
void fv_packet_extension(
    struct fv_packet *p, uint8_t kind, size_t length, const uint8_t *body);
/* The IPv6 fragment header; ${offset} in units of 8. */
void fv_packet_fragment(struct fv_packet *p, uint16_t offset, int more);
/* Hop-by-hop options that say that ${length} bytes follow the IP header. */
void fv_packet_jumbo(struct fv_packet *p, uint32_t length);

/* Transport headers. */
void fv_packet_tcp(struct fv_packet *p, uint16_t source_port,
    uint16_t destination_port, uint8_t flags, const uint8_t *options,
    size_t options_length);
void fv_packet_udp(
    struct fv_packet *p, uint16_t source_port, uint16_t destination_port);
void fv_packet_sctp(
    struct fv_packet *p, uint16_t source_port, uint16_t destination_port);
/* ICMP behind IPv4, ICMPv6 behind IPv6. */
void fv_packet_icmp(struct fv_packet *p, uint8_t type, uint8_t code);
/* Any other protocol, by number: only names it. */
void fv_packet_protocol(struct fv_packet *p, uint8_t protocol);

void fv_packet_payload(struct fv_packet *p, size_t length);

/* Fill in the lengths and checksums of every layer. */
void fv_packet_finish(struct fv_packet *p);

/* Behind a finished packet: zeros up to ${length}, as Ethernet pads to 60. */
void fv_packet_pad(struct fv_packet *p, size_t length);

/* Write over bytes, in network order. */
void fv_packet_put8(struct fv_packet *p, size_t at, uint8_t value);
void fv_packet_put16(struct fv_packet *p, size_t at, uint16_t value);
void fv_packet_put32(struct fv_packet *p, size_t at, uint32_t value);

/* The whole of ${p} as a captured frame; the bytes stay those of ${p}. */
struct fv_frame fv_packet_frame(const struct fv_packet *p);

#endif

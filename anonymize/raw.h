#ifndef ANONYMIZE_RAW_H
#define ANONYMIZE_RAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "datasets/flow.h"

/*
 * What crosses the first wall: header facts of one packet, and no pointer
 * to its bytes.  And what the second wall keeps in: raw addresses have
 * types of their own, which nothing outside anonymize/ turns into the
 * published ones (datasets/hosts.h).
 *
 * Nothing here is ever written to a file, a message or a log.
 */

/*
 * A real IP address: 16 bytes in network order, an IPv4 address in the last
 * four behind ::ffff:0:0/96 (RFC 4291, 2.5.5.2).  ip_version tells it from
 * an IPv6 address of that shape; the padding is zero, so that the struct
 * can be hashed and compared as three words.
 */
struct fv_raw_addr {
	uint8_t octet[16];
	uint8_t ip_version; /* 4 or 6 */
	uint8_t zero[7];
};

/* A real link-layer address (EUI-48). */
struct fv_raw_mac {
	uint8_t octet[6];
};

/* Which of the optional facts a packet has. */
enum fv_raw_has {
	FV_HAS_PORTS = 1,       /* source_port, destination_port */
	FV_HAS_ICMP = 2,        /* icmp_type, icmp_code */
	FV_HAS_TCP_FLAGS = 4,   /* tcp_flags, tcp_sequence */
	FV_HAS_SYN = 8,         /* syn: TCP header with SYN, options read */
	FV_HAS_SOURCE_MAC = 16, /* source_mac */
	FV_HAS_VLAN = 32,       /* vlan */
	FV_HAS_FIRST = 64       /* later fragment: ports and all of its first */
};

/* A decoded packet.  Fields whose FV_HAS_ bit is not set are zero. */
struct fv_raw_packet {
	struct fv_raw_addr source;
	struct fv_raw_addr destination;
	int64_t time;       /* ns since 1970-01-01 UTC */
	uint64_t bytes;     /* IP total length, as RFC 791 and 8200 define it */
	int64_t link_bytes; /* of its frame on the wire, besides bytes */
	uint16_t source_port;
	uint16_t destination_port;
	uint16_t vlan;    /* VLAN identifier (12 bits) of the outermost tag */
	uint8_t has;      /* FV_HAS_ bits */
	uint8_t protocol; /* the transport's, behind IPv6 extensions */
	uint8_t icmp_type;
	uint8_t icmp_code;
	uint8_t tcp_flags;
	uint8_t fragment; /* enum fv_fragment */
	uint8_t ttl;      /* as captured */
	uint8_t side;     /* enum fv_side: what the capture says */
	struct fv_raw_mac source_mac;
	uint8_t encapsulation; /* enum fv_encapsulation */
	uint16_t input;        /* which of several (fv_publisher_rows) */
	struct fv_stack syn;   /* syn.ttl is left 0 */

	/* What tells flows of one tuple apart; never published. */
	uint32_t tcp_sequence; /* FV_HAS_TCP_FLAGS: of the first byte */
	uint32_t tcp_next;     /* and of what follows the last, or FIN */
	union {
		uint32_t tcp_acknowledged; /* as it is, if it counts or not */
		uint16_t icmp_identifier;  /* FV_HAS_ICMP: bytes 5 and 6 */
	};

	/*
	 * How the header of its tunnel names the tunnel: an identifier of up
	 * to 24 bits and 1, or one of 32 bits; 0: by nothing.
	 */
	uint32_t tunnel;
};

_Static_assert(sizeof(struct fv_raw_packet) == 128, "two cache lines");

/*
 * Make all of ${packet} zero.  In two halves: compilers make a few stores of
 * each, and of the whole a string instruction that takes longer to begin.
 */
static inline void
fv_raw_packet_clear(struct fv_raw_packet *packet)
{
	const size_t half = 64;

	__builtin_memset(packet, 0, half);
	__builtin_memset((char *)packet + half, 0, sizeof(*packet) - half);
}

/*
 * Ask the memory for what lies eight packets behind ${packet}, of an array or
 * not: where another thread has read them, they are in its cache.
 */
static inline void
fv_raw_packet_fetch_ahead(const struct fv_raw_packet *packet)
{
	const size_t ahead = 1024;

	__builtin_prefetch((const char *)packet + ahead);
	__builtin_prefetch((const char *)packet + ahead + 64);
}

/*
 * fv_raw_addr_set_ipv4(addr, octet), fv_raw_addr_set_ipv6(addr, octet):
 * Make ${addr} the address of those 4 or 16 bytes in network order.
 */
static inline void
fv_raw_addr_set_ipv4(struct fv_raw_addr *addr, const uint8_t octet[4])
{
	*addr = (struct fv_raw_addr){ { 0 }, 4, { 0 } };
	addr->octet[10] = addr->octet[11] = 0xff;
	__builtin_memcpy(addr->octet + 12, octet, 4);
}

static inline void
fv_raw_addr_set_ipv6(struct fv_raw_addr *addr, const uint8_t octet[16])
{
	*addr = (struct fv_raw_addr){ { 0 }, 6, { 0 } };
	__builtin_memcpy(addr->octet, octet, 16);
}

static inline bool
fv_raw_addr_equal(const struct fv_raw_addr *a, const struct fv_raw_addr *b)
{
	return __builtin_memcmp(a, b, sizeof(*a)) == 0;
}

#endif

#ifndef DATASETS_FLOW_H
#define DATASETS_FLOW_H

#include <stdint.h>

/*
 * The nouns: one struct per table of a dataset, as it is published.  What a
 * field means, its unit and its range stand in the column schema
 * (datasets/schema.c); the codes stand here.  Integers only, so that any
 * reader opens them.
 *
 * Rows point to rows of other tables by number; FV_NO_ROW says that there
 * is none.
 */
#define FV_NO_ROW UINT32_MAX

/* direction: seen from the tapped network. */
enum fv_direction {
	FV_DIRECTION_UNKNOWN = 0,
	FV_DIRECTION_OUTBOUND = 1,
	FV_DIRECTION_INBOUND = 2,
	FV_DIRECTION_INTERNAL = 3, /* both ends inside */
	FV_DIRECTION_TRANSIT = 4   /* neither end inside */
};

/* direction_source: how the direction was learnt. */
enum fv_direction_source {
	FV_DIRECTION_FROM_NOTHING = 0,
	FV_DIRECTION_FROM_LABEL = 1,   /* --inbound, --outbound */
	FV_DIRECTION_FROM_CAPTURE = 2, /* direction flags in the capture */
	FV_DIRECTION_FROM_ADDRESS = 3  /* which ends are internal */
};

/* fragment: RFC 791, RFC 8200 section 4.5. */
enum fv_fragment {
	FV_FRAGMENT_NONE = 0,
	FV_FRAGMENT_FIRST = 1, /* offset 0, more to come */
	FV_FRAGMENT_LATER = 2  /* offset > 0: no ports of its own */
};

/* encapsulation: the tunnel that the packets came in, the innermost one. */
enum fv_encapsulation {
	FV_ENCAPSULATION_NONE = 0,
	FV_ENCAPSULATION_IPV4_IN_IP = 1, /* RFC 2003, RFC 2473 */
	FV_ENCAPSULATION_IPV6_IN_IP = 2, /* RFC 4213, RFC 2473 */
	FV_ENCAPSULATION_GRE = 3,        /* RFC 2784, RFC 2890 */
	FV_ENCAPSULATION_PPTP = 4,       /* RFC 2637 */
	FV_ENCAPSULATION_NVGRE = 5,      /* RFC 7637 */
	FV_ENCAPSULATION_ERSPAN = 6,     /* draft-foschiano-erspan */
	FV_ENCAPSULATION_VXLAN = 7,      /* RFC 7348 */
	FV_ENCAPSULATION_GENEVE = 8,     /* RFC 8926 */
	FV_ENCAPSULATION_GTP_U = 9,      /* 3GPP TS 29.281 */
	FV_ENCAPSULATION_TEREDO = 10,    /* RFC 4380 */
	FV_ENCAPSULATION_L2TP = 11,      /* RFC 2661 */
	FV_ENCAPSULATION_MPLS = 12       /* RFC 4023, RFC 7510 */
};

/* end_reason: the values of IPFIX flowEndReason (RFC 5102, 5.11.3). */
enum fv_end_reason {
	FV_END_NONE = 0, /* a record of one packet; nothing ended */
	FV_END_IDLE = 1,
	FV_END_ACTIVE = 2,
	FV_END_OF_FLOW = 3,
	FV_END_FORCED = 4, /* the captures ended */
	FV_END_RESOURCES = 5
};

/* What a flow record counts; a root attribute of the dataset. */
enum fv_record_mode {
	FV_RECORDS_PRIMITIVE = 0, /* one record per packet */
	FV_RECORDS_UNIFLOW = 1,   /* one per direction of a 5-tuple */
	FV_RECORDS_BIFLOW = 2     /* one for both (RFC 5103) */
};

/* A row of /flows. */
struct fv_flow {
	int64_t start_time;
	int64_t duration;
	uint64_t packets;
	uint64_t bytes;
	int64_t link_bytes;
	uint32_t source;
	uint32_t destination;
	uint32_t stack;
	uint32_t source_device;
	uint32_t capture;
	uint32_t tunnel;
	uint32_t out_of_order;
	uint16_t source_port;
	uint16_t destination_port;
	uint16_t vlan;
	uint16_t part;
	uint8_t protocol;
	uint8_t icmp_type;
	uint8_t icmp_code;
	uint8_t tcp_flags;
	uint8_t initial_tcp_flags;
	uint8_t direction;
	uint8_t direction_source;
	uint8_t fragment;
	uint8_t ttl;
	uint8_t end_reason;
	uint8_t encapsulation;
};

/*
 * biflow_direction: the values of IPFIX biflowDirection (RFC 5103, 6.3), which
 * tell who is the source of a record.
 */
enum fv_biflow_direction {
	FV_BIFLOW_ARBITRARY = 0,
	FV_BIFLOW_INITIATOR = 1,         /* the source began */
	FV_BIFLOW_REVERSE_INITIATOR = 2, /* the destination began */
	FV_BIFLOW_PERIMETER = 3          /* not used here */
};

/* initiator_source: how it was learnt who began. */
enum fv_initiator_source {
	FV_INITIATOR_FIRST = 0,  /* who sent first, by time */
	FV_INITIATOR_PORT = 1,   /* both at once: the higher port */
	FV_INITIATOR_ANSWER = 2, /* SYN-ACK or reply: who is answered */
	FV_INITIATOR_REQUEST = 3 /* SYN or request: who sent it */
};

/* What a row of /flows has besides in a dataset of biflows. */
struct fv_flow_reverse {
	int64_t reverse_start_time;
	int64_t reverse_duration;
	uint64_t reverse_packets;
	uint64_t reverse_bytes;
	int64_t reverse_link_bytes;
	uint8_t reverse_tcp_flags;
	uint8_t reverse_initial_tcp_flags;
	uint8_t biflow_direction;
	uint8_t initiator_source;
};

/* A row of /flows of biflows: what the source sent, and what came back. */
struct fv_biflow {
	struct fv_flow forward;
	struct fv_flow_reverse reverse;
};

/* address_class of a host, decided before the address is mapped. */
enum fv_address_class {
	FV_ADDRESS_PUBLIC = 0,
	FV_ADDRESS_PRIVATE = 1,    /* RFC 1918, RFC 6598, RFC 4193 */
	FV_ADDRESS_LINK_LOCAL = 2, /* RFC 3927, RFC 4291 */
	FV_ADDRESS_LOOPBACK = 3,
	FV_ADDRESS_MULTICAST = 4,   /* RFC 5771, RFC 4291 */
	FV_ADDRESS_BROADCAST = 5,   /* 255.255.255.255 */
	FV_ADDRESS_UNSPECIFIED = 6, /* 0.0.0.0/8 and :: */
	FV_ADDRESS_RESERVED = 7,    /* documentation, benchmarks, class E */
	FV_ADDRESS_EMBEDDED = 8,    /* IPv4 in IPv6: v4-mapped, NAT64 */
	FV_ADDRESS_TUNNEL = 9       /* 6to4 (RFC 3056), Teredo (RFC 4380) */
};

/* Long enough for any IPv6 address as text, NUL padded. */
#define FV_ADDRESS_TEXT 40

/* A row of /hosts: one published address. */
struct fv_host {
	uint64_t address_high;
	uint64_t address_low;
	uint32_t site;
	uint8_t ip_version;
	uint8_t address_class;
	uint8_t internal;
	char address[FV_ADDRESS_TEXT];
};

/* A row of /devices: one pseudonymous link-layer address. */
struct fv_device {
	uint64_t token;
	uint8_t locally_administered;
	uint8_t multicast;
};

/* A row of /stacks: what the first SYN of a TCP conversation looks like. */
struct fv_stack {
	uint64_t option_layout; /* option kinds in order, a byte each */
	uint16_t syn_length;    /* IP total length */
	uint16_t window;
	uint16_t mss;         /* 0: no such option */
	uint8_t window_scale; /* 255: no such option */
	uint8_t ttl;          /* initial class, as in fv_flow */
};

/* A row of /sites. */
#define FV_SITE_TEXT 64
struct fv_site {
	char name[FV_SITE_TEXT];
	char kind[FV_SITE_TEXT];
};

#endif

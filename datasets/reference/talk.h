#ifndef DATASETS_REFERENCE_TALK_H
#define DATASETS_REFERENCE_TALK_H

#include <stdbool.h>
#include <stdint.h>

#include "datasets/reference/profile.h"

/* How a TCP conversation ends. */
enum fv_close {
	FV_CLOSE_DRAWN,  /* by chance, among those that the counts allow */
	FV_CLOSE_CLIENT, /* FIN from the client first */
	FV_CLOSE_SERVER, /* FIN from the server first */
	FV_CLOSE_ABORT,  /* RST and ACK from the client */
	FV_CLOSE_REFUSE  /* RST and ACK from the server */
};

/*
 * A conversation before it has packets: who, when, and exactly how many
 * packets it must have each way.  "Near" is inside the site, "far" outside;
 * out is from near to far.
 */
struct fv_talk {
	int64_t start; /* microseconds since the month's first midnight */
	int64_t end;   /* of its last packet; set when it is played */
	const char *application;
	uint32_t out;
	uint32_t in;
	uint32_t number; /* of the address's day: names its random stream */
	uint32_t cell;   /* whose parameters it has; keeps numbers apart */
	uint32_t gadget;
	uint32_t far; /* IPv4; with ipv6, the low word behind 2001:db8::/96 */
	uint16_t address;
	uint16_t near_port;
	uint16_t far_port;
	uint16_t length_out[2];
	uint16_t length_in[2];
	uint8_t protocol;
	uint8_t shape;
	uint8_t content;
	uint8_t close;
	bool ipv6;
	bool outside; /* the client is the far side */
	bool stale;   /* the near side has forgotten it: R to each packet */
	bool counts;  /* near_port is the gadget's next one */
	bool own_syn; /* SYNs have the layout "syn", not the gadget's */
	uint8_t syn;
	/*
	 * The suspicious host's web: the listener's packets, one by one; or,
	 * of a stale talk, the one with the handshake.
	 */
	bool exact;
	uint16_t requests;
	uint16_t sacks1; /* ACKs of 52 bytes: one block */
	uint16_t sacks2; /* ACKs of 60 bytes: two blocks */
};

/* A packet before it has bytes. */
struct fv_event {
	int64_t time;   /* microseconds, as above */
	int64_t heard;  /* when its sender last heard; for timestamps */
	uint32_t order; /* ties in time keep the order of making */
	uint32_t talk;
	uint32_t seq; /* TCP; or the number of an echo, a datagram */
	uint32_t ack;
	uint32_t block[2][2]; /* SACK: left and right edge, latest first */
	uint16_t length;      /* of the payload; of a fragment, its part */
	uint16_t whole;       /* of a fragment: the datagram, with UDP header */
	uint16_t offset;      /* of a fragment, in bytes */
	uint8_t flags;        /* TCP */
	uint8_t sacks;        /* blocks: 0 to 2 */
	bool out;
	bool more; /* fragments follow */
};

/* TCP flags (RFC 9293, 3.1). */
enum {
	FV_TALK_FIN = 0x01,
	FV_TALK_SYN = 0x02,
	FV_TALK_RST = 0x04,
	FV_TALK_PSH = 0x08,
	FV_TALK_ACK = 0x10
};

#endif

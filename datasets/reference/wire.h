#ifndef DATASETS_REFERENCE_WIRE_H
#define DATASETS_REFERENCE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "datasets/reference/guests.h"
#include "datasets/reference/talk.h"

/* The longest frame: Ethernet and an IP packet of 1500 bytes. */
#define FV_WIRE_FRAME 1514

/* Where reports of IGMP version 3 go (RFC 3376, 4.2.14). */
#define FV_WIRE_REPORTS 0xe0000016u

/* The link, the addresses and the two stacks of a talk. */
struct fv_wire_path {
	const struct fv_manner *manner; /* of the near side */
	uint32_t near;
	uint32_t far;
	uint32_t gateway;
	uint32_t rtt; /* microseconds */
	uint16_t segment;
	uint16_t ident; /* for what numbers its packets by itself */
	uint8_t near_mac[6];
	uint8_t ttl[2]; /* [1] of what goes out */
	uint16_t window[2];
	uint8_t layout[2]; /* of SYNs */
	bool stamps;       /* both sides put timestamps in */
	bool scales;
	uint8_t site;
};

/*
 * fv_wire_open(path, guests, talk):
 * Fill ${path} for ${talk}: what is not the near device's own follows from
 * the far address alone, so it is the same in each talk with it.
 */
void fv_wire_open(struct fv_wire_path *path, const struct fv_guests *guests,
    const struct fv_talk *talk);

/*
 * fv_wire_frame(path, talk, event, ident, frame):
 * Write the Ethernet frame of ${event}, checksums and padding to 60 bytes
 * included, with the IPv4 identification ${ident}.  Returns its length.
 */
size_t fv_wire_frame(const struct fv_wire_path *path,
    const struct fv_talk *talk, const struct fv_event *event, uint16_t ident,
    uint8_t frame[FV_WIRE_FRAME]);

/*
 * The IPv6 addresses of a site's inside address ${near} and of the far
 * address ${far}, both of which stand for IPv4 addresses in host order.
 */
void fv_wire_near_ipv6(unsigned site, uint32_t near, uint8_t address[16]);
void fv_wire_far_ipv6(uint32_t far, uint8_t address[16]);

/* The Internet checksum (RFC 1071) of ${n} bytes, added to ${sum}. */
uint32_t fv_wire_sum(uint32_t sum, const uint8_t *bytes, size_t n);
uint16_t fv_wire_fold(uint32_t sum);

/* For wire_tcp.c: a segment, its checksum left open; returns its length. */
size_t fv_wire_tcp(const struct fv_wire_path *path, const struct fv_talk *talk,
    const struct fv_event *event, uint8_t *at);

/* For wire_link.c: what is not IPv4; returns the length behind Ethernet. */
size_t fv_wire_link(const struct fv_wire_path *path, const struct fv_talk *talk,
    const struct fv_event *event, uint8_t *frame);

/* For wire_link.c: an IPv6 header, and the sum of its pseudo-header. */
uint32_t fv_wire_ipv6(uint8_t *at, const uint8_t source[16],
    const uint8_t destination[16], uint8_t next, uint8_t hops, size_t length);

#endif

#ifndef TESTS_UNIT_PACKET_PLACES_H
#define TESTS_UNIT_PACKET_PLACES_H

#include <stdint.h>

#include "tests/capgen/packet.h"

/*
 * Every place in a packet where an identity can hide: the leak register, as
 * far as packets go, each as a packet with a mark planted there.
 */
struct fv_packet_place {
	const char *name; /* NULL ends a table */
	void (*build)(struct fv_packet *p);
	/* What is done behind the finished packet, or NULL. */
	void (*finished)(struct fv_packet *p);
};

extern const uint8_t fv_packet_mark[16];

/* In link headers, IP, TCP and tunnels; and in ICMP. */
extern const struct fv_packet_place fv_packet_places[];
extern const struct fv_packet_place fv_packet_places_icmp[];

/* An option of ${kind} and ${length} in all, filled with the mark, and
 * no-operations up to 40 bytes. */
void fv_packet_place_option(uint8_t at[40], uint8_t kind, uint8_t length);

#endif

#ifndef TESTS_CAPGEN_WRAPPING_H
#define TESTS_CAPGEN_WRAPPING_H

#include <stddef.h>
#include <stdint.h>

#include "tests/capgen/packet.h"

/*
 * All that an IP packet may come wrapped in, a row each: headers of links,
 * byte by byte, and tunnels.
 */

/* Headers that end where IPv4 begins. */
struct fv_wrapping_link {
	const char *name;
	uint32_t link_type;
	const uint8_t *bytes;
	size_t length;
	int has_mac; /* the sender's is 00:00:5e:00:53:01 */
};

extern const struct fv_wrapping_link fv_wrapping_links[];
extern const size_t fv_wrapping_links_count;

/* What a tunnel carries. */
enum fv_wrapping_inside { FV_INSIDE_IPV4, FV_INSIDE_IPV6, FV_INSIDE_ETHERNET };

/* A tunnel: behind IP ${protocol}, and UDP when there is a ${port}. */
struct fv_wrapping_tunnel {
	const char *name;
	uint8_t encapsulation; /* enum fv_encapsulation */
	uint8_t protocol;
	uint16_t source_port;
	uint16_t destination_port;
	const uint8_t *bytes;
	size_t length;
	enum fv_wrapping_inside inside;
	uint32_t tunnel; /* its identifier, as in struct fv_raw_packet */
};

extern const struct fv_wrapping_tunnel fv_wrapping_tunnels[];
extern const size_t fv_wrapping_tunnels_count;

/* Begin a packet with the headers of ${link}; IPv4 is to follow. */
void fv_wrapping_start(
    struct fv_packet *p, const struct fv_wrapping_link *link);

/*
 * Put the header of ${tunnel} behind an IP header, and all that it carries up
 * to an IP header, to which ${ip} goes.
 */
void fv_wrapping_put(struct fv_packet *p,
    const struct fv_wrapping_tunnel *tunnel, const struct fv_packet_ip *ip);

#endif

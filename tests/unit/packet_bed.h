#ifndef TESTS_UNIT_PACKET_BED_H
#define TESTS_UNIT_PACKET_BED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "anonymize/packets.h"
#include "convert/layers.h"
#include "tests/capgen/packet.h"

/*
 * A packet on its way through: decoded to layers, built again.  The key is
 * that of the reference sample of Crypto-PAn.
 */
struct fv_packet_bed {
	struct fv_raw_layers layers;
	uint8_t bytes[FV_PACKET_BYTES]; /* what was built */
	size_t captured;
	uint64_t length;
	bool ethernet;
};

/*
 * fv_packet_bed_frame(bed, frame, without_link), ..._pass(bed, packet):
 * Send ${frame}, or all of ${packet}, through.  One that is not decoded
 * fails the test that asked, and leaves nothing built.
 */
void fv_packet_bed_frame(
    struct fv_packet_bed *bed, const struct fv_frame *frame, bool without_link);
void fv_packet_bed_pass(struct fv_packet_bed *bed, const struct fv_packet *p);

/* 16 or 32 bits at ${at} of what was built. */
uint16_t fv_packet_bed_16(const struct fv_packet_bed *bed, size_t at);
uint32_t fv_packet_bed_32(const struct fv_packet_bed *bed, size_t at);

/*
 * fv_packet_bed_holds(bytes, n, mark, size):
 * Whether any four successive bytes of ${mark} are in ${bytes}, as they are
 * or in reverse.
 */
bool fv_packet_bed_holds(
    const uint8_t *bytes, size_t n, const uint8_t *mark, size_t size);

/*
 * fv_packet_bed_sum(bed, from, pseudo):
 * The Internet checksum over what was built from byte ${from} on, with the
 * sum ${pseudo} before: 0 when it is right.
 */
uint16_t fv_packet_bed_sum(
    const struct fv_packet_bed *bed, size_t from, uint32_t pseudo);

/* What the pseudo header of the packet at byte ${ip} adds to that sum. */
uint32_t fv_packet_bed_pseudo(const struct fv_packet_bed *bed, unsigned version,
    size_t ip, uint32_t protocol, uint32_t length);

/* Begin ${p} with Ethernet and IP of that version. */
void fv_packet_bed_begin(struct fv_packet *p, unsigned version);

/* What the address ${text} is mapped to: 16 bytes, IPv4 in the last four. */
void fv_packet_bed_published(const char *text, uint8_t octet[16]);

/* Change source and destination of the last IP header of ${p}, an IPv4. */
void fv_packet_bed_turn(struct fv_packet *p);

/*
 * The two numbers that come of ${sequence} and ${acknowledgment} in a TCP
 * segment between those ports, behind IPv4 header ${ip}, whose addresses
 * change places when ${back}.
 */
void fv_packet_bed_segment(const struct fv_packet_ip *ip, bool back,
    uint16_t from, uint16_t to, uint32_t sequence, uint32_t acknowledgment,
    uint32_t number[2]);

#endif

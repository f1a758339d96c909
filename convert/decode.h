#ifndef CONVERT_DECODE_H
#define CONVERT_DECODE_H

#include <stdbool.h>
#include <stdint.h>

#include "anonymize/raw.h"
#include "base/cursor.h"
#include "convert/capture.h"
#include "convert/decode_ip.h"
#include "datasets/counters.h"

/*
 * A frame as facts, and nothing kept from one frame to the next: what needs
 * a memory is in convert/decoder.h.
 */

/* The most tunnels in each other that are followed; real ones are two. */
#define FV_TUNNELS_LIMIT 8

/* What the headers of a frame say besides the facts of the packet. */
struct fv_decode_rest {
	struct fv_cursor in; /* behind the IP header */
	uint64_t wire;       /* bytes on the wire from there to its end */
	struct fv_decode_fragment fragment; /* of fragments alone */
	uint64_t likeness;  /* by convert/duplicates; copies agree in it */
	uint16_t ethertype; /* of a frame that ends in NOT_IP; 0: none */
};

/*
 * fv_decode_frame(frame, packet, rest, counter):
 * Read the headers of ${frame} into ${packet}, and count: READ, exactly one
 * of RECORDED and the REJECTED counters, and the NOTE and SLIDES counters
 * that apply (but those that one frame cannot show, or that tell of
 * tunnels).  A property of headers that were not reached is not counted:
 * notes on the frame and its VLAN tag are of packets read, notes on IP and
 * transport of packets recorded.
 * Returns the counter in which the packet ended: FV_COUNT_RECORDED when
 * ${packet} is whole, and then ${rest} is set for fv_decode_inner; else the
 * rejection, and ${packet} means nothing, nor of ${rest} all but ethertype.
 */
enum fv_counter fv_decode_frame(const struct fv_frame *frame,
    struct fv_raw_packet *packet, struct fv_decode_rest *rest,
    uint64_t counter[FV_COUNTERS]);

/*
 * fv_decode_inner(outer, rest, inner, spare):
 * Read the packet that ${outer} carries in a tunnel into ${inner}, and set
 * ${rest}, which is what was said of ${outer}, for the next one.  What
 * ${inner} has of the link is that of ${outer}, but where a tunnel carries
 * Ethernet frames: then the sender's address is that of the inner frame.
 * Notes on ${inner} are counted in ${spare}, as those of a frame are of its
 * outermost packet.
 * Returns FV_COUNT_RECORDED when there is one; FV_COUNTERS when ${outer} is
 * no tunnel; or why there is none: a TUNNEL counter, which the caller adds
 * to.
 */
enum fv_counter fv_decode_inner(const struct fv_raw_packet *outer,
    struct fv_decode_rest *rest, struct fv_raw_packet *inner,
    uint64_t spare[FV_COUNTERS]);

#endif

#ifndef ANONYMIZE_PACKET_FRAME_H
#define ANONYMIZE_PACKET_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "anonymize/packet_names.h"
#include "anonymize/raw_layers.h"

/*
 * The bytes of one header-only packet.  For packets.c alone.
 */

/* Room that a frame needs past its reach: a whole TCP header. */
#define FV_PACKET_FRAME_SLACK 64

/*
 * fv_packet_frame_build(names, layers, named, ethernet, bytes):
 * Build the packet of ${layers} with the names ${named} at ${bytes}, where
 * there is room for layers->reach + FV_PACKET_FRAME_SLACK; with its
 * Ethernet header when ${ethernet}.  Returns how many bytes it is.
 */
size_t fv_packet_frame_build(const struct fv_packet_names *names,
    const struct fv_raw_layers *layers, const struct fv_packet_named *named,
    bool ethernet, uint8_t *bytes);

#endif

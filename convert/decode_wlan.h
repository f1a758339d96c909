#ifndef CONVERT_DECODE_WLAN_H
#define CONVERT_DECODE_WLAN_H

#include <stdint.h>

#include "base/cursor.h"
#include "convert/decode_link.h"
#include "datasets/counters.h"

/*
 * Wireless LAN: IEEE 802.11 frames, and the headers that drivers put before
 * them (radiotap.org, Prism, AVS, PPI) to tell how a frame was received.
 */

/*
 * fv_decode_wlan_header(link_type, in, header):
 * As fv_decode_link_header, for FV_LINK_WLAN, PRISM, RADIOTAP, AVS and PPI.
 * The header of a data frame includes its LLC and SNAP headers, as nothing
 * before them names what follows.  Of an aggregate (A-MSDU) the first
 * packet is taken.
 * Returns FV_COUNT_RECORDED, FV_COUNT_LINK_SHORT, a WLAN counter, or, for a
 * link type within PPI that is not decoded, FV_COUNT_LINK_UNSUPPORTED.
 */
enum fv_counter fv_decode_wlan_header(uint32_t link_type, struct fv_cursor *in,
    struct fv_decode_link_header *header);

#endif

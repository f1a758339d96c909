#ifndef CONVERT_DECODE_PPP_H
#define CONVERT_DECODE_PPP_H

#include <stdint.h>

#include "base/cursor.h"
#include "datasets/counters.h"

/*
 * Point-to-point links: PPP (RFC 1661, RFC 1662), PPPoE sessions (RFC
 * 2516), and Cisco's HDLC, which puts EtherTypes where PPP has numbers of
 * its own.
 */

/*
 * fv_decode_ppp_frame(in, protocol):
 * Take a PPP header, with or without HDLC's address and control, or a
 * header of Cisco's HDLC in its place, and say in ${protocol} (as in struct
 * fv_decode_link_header) what comes next.
 * Returns FV_COUNT_RECORDED, FV_COUNT_PPP_SHORT, FV_COUNT_PPP_CONTROL, or
 * FV_COUNT_PPP_OTHER.
 */
enum fv_counter fv_decode_ppp_frame(struct fv_cursor *in, uint16_t *protocol);

/*
 * fv_decode_ppp_session(in, protocol):
 * The same behind the header of a PPPoE session, and limit ${in} to the
 * length that it gives.
 */
enum fv_counter fv_decode_ppp_session(struct fv_cursor *in, uint16_t *protocol);

/* fv_decode_ppp_hdlc(in, protocol): the same of Cisco's HDLC. */
enum fv_counter fv_decode_ppp_hdlc(struct fv_cursor *in, uint16_t *protocol);

#endif

#ifndef CONVERT_DECODE_PKTAP_H
#define CONVERT_DECODE_PKTAP_H

#include "base/cursor.h"
#include "convert/decode_link.h"
#include "datasets/counters.h"

/*
 * Apple's PKTAP: packets of several interfaces of one machine, each behind
 * what the system says of it, such as the process, of which nothing is read,
 * and its link type.  LINKTYPE_PKTAP, and before it had that LINKTYPE_USER2,
 * which may be anybody's: there, a header that is no PKTAP is refused.
 */

/*
 * fv_decode_pktap_header(link_type, in, header):
 * fv_decode_link_header for such a ${link_type}.  A packet that is itself
 * PKTAP or PPI is not followed, so that nothing nests without end.
 */
enum fv_counter fv_decode_pktap_header(uint32_t link_type, struct fv_cursor *in,
    struct fv_decode_link_header *header);

#endif

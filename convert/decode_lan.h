#ifndef CONVERT_DECODE_LAN_H
#define CONVERT_DECODE_LAN_H

#include <stdbool.h>

#include "base/cursor.h"
#include "convert/decode_link.h"
#include "datasets/counters.h"

/*
 * Local networks from before Ethernet was everywhere.
 */

/*
 * fv_decode_lan_fddi(in, header):
 * fv_decode_link_header of FDDI (ISO 9314-2; RFC 1390): frame control, two
 * addresses, and LLC.  Systems differ in the order of an address's bits and
 * captures do not tell it, so the sender's is as it stands.
 */
enum fv_counter fv_decode_lan_fddi(
    struct fv_cursor *in, struct fv_decode_link_header *header);

/*
 * fv_decode_lan_arcnet(in, linux_header, header):
 * The same of ARCNET: a byte each for sender and receiver, a packet offset where
 * ${linux_header}, and a protocol of RFC 1201 or RFC 1051.  RFC 1201 cuts
 * packets into pieces, of which the first is read; later ones have no IP
 * header and are FV_PROTOCOL_OTHER.  Returns false when the header was cut.
 */
bool fv_decode_lan_arcnet(struct fv_cursor *in, bool linux_header,
    struct fv_decode_link_header *header);

#endif

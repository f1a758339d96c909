#ifndef CONVERT_DECODE_LOG_H
#define CONVERT_DECODE_LOG_H

#include <stdbool.h>

#include "base/cursor.h"
#include "convert/decode_link.h"

/*
 * Packets as a firewall logs them, behind what it says of them: OpenBSD's
 * pf (LINKTYPE_PFLOG) and Linux' netfilter (LINKTYPE_NFLOG).  Each takes
 * the header from ${in} into ${header}, as fv_decode_link_header does, and
 * returns false when it was cut.
 */
bool fv_decode_log_pflog(
    struct fv_cursor *in, struct fv_decode_link_header *header);
bool fv_decode_log_nflog(
    struct fv_cursor *in, struct fv_decode_link_header *header);

/* What an address family of any system says comes next. */
uint16_t fv_decode_log_family(uint32_t family);

#endif

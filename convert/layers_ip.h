#ifndef CONVERT_LAYERS_IP_H
#define CONVERT_LAYERS_IP_H

#include <stdbool.h>
#include <stdint.h>

#include "anonymize/raw_layers.h"
#include "base/cursor.h"

/*
 * fv_layers_ip_read(in, wire, ip, reach):
 * Take an IP header and the extension headers behind it from ${in} into
 * ${ip}, leave ${in} at the transport header and limit it to the packet; as
 * fv_decode_ip_read does, which says what ${wire} is.  Adds to ${*reach} the
 * bytes that the headers take.  Returns false when they are not whole or
 * not IP.
 */
bool fv_layers_ip_read(
    struct fv_cursor *in, uint64_t wire, struct fv_raw_ip *ip, uint32_t *reach);

#endif

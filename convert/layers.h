#ifndef CONVERT_LAYERS_H
#define CONVERT_LAYERS_H

#include <stdbool.h>

#include "anonymize/raw_layers.h"
#include "convert/capture.h"

/*
 * fv_layers_read(frame, layers):
 * Read the headers of ${frame} into ${layers}: all of them down to the
 * transport's, and those that an ICMP error quotes.  ${frame} must be one
 * that fv_decode_frame records, and is read by the same rules; tunnels are
 * not entered.  Returns false, and ${layers} means nothing, for any other.
 *
 * The Ethernet header is read where nothing but VLAN tags stands between it
 * and the IP header.
 */
bool fv_layers_read(const struct fv_frame *frame, struct fv_raw_layers *layers);

#endif

#ifndef CONVERT_LAYERS_TRANSPORT_H
#define CONVERT_LAYERS_TRANSPORT_H

#include "anonymize/raw_layers.h"
#include "base/cursor.h"

/* The most that is read of a transport header that an ICMP error quotes. */
#define FV_LAYERS_QUOTED 8

/*
 * fv_layers_transport_read(in, ip, transport):
 * Take from ${in} what is there of the transport header of the packet with
 * header ${ip}, into ${transport}; not for later fragments.  In an ICMP
 * error that was whole so far, ${in} is left at what it quotes.
 */
void fv_layers_transport_read(struct fv_cursor *in, const struct fv_raw_ip *ip,
    struct fv_raw_transport *transport);

/* Whether an ICMP header of this body and type is followed by a quote. */
bool fv_layers_transport_quotes(const struct fv_raw_transport *transport);

#endif

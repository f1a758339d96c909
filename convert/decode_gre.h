#ifndef CONVERT_DECODE_GRE_H
#define CONVERT_DECODE_GRE_H

#include "base/cursor.h"
#include "convert/decode_tunnel.h"

/*
 * fv_decode_gre_read(in, tunnel):
 * As fv_decode_tunnel_read, for GRE and all that is built on it.
 */
enum fv_decode_tunnel_found fv_decode_gre_read(
    struct fv_cursor *in, struct fv_decode_tunnel *tunnel);

#endif

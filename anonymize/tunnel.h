#ifndef ANONYMIZE_TUNNEL_H
#define ANONYMIZE_TUNNEL_H

#include <stdint.h>

#include "anonymize/key.h"
#include "base/attributes.h"
#include "base/err.h"

/*
 * Pseudonyms of tunnels.  What a tunnel's header calls it (a VNI, a key, a
 * TEID) is the name of a tenant or a subscriber.  It is replaced by a
 * permutation of 1 to 2^32 - 1 that only the key tells, one for each kind of
 * tunnel, so that the same tunnel has the same pseudonym in all datasets of
 * a key, a site and a release, and these can be merged.  Two tunnels of a
 * kind never have the same; those of two kinds may.  0 stays 0: no name.
 *
 * The permutation is a balanced Feistel network of 32 bits and
 * FV_TUNNEL_ROUNDS rounds, as in NIST SP 800-38G, whose round function is 16
 * bits of SipHash-2-4 of round, kind and half, under what fv_key_subkey gives
 * for "tunnel"; what would become 0 goes through it once more.  Never change
 * any of it: pseudonyms would change.
 */
#define FV_TUNNEL_ROUNDS 12

struct fv_tunnel;

/*
 * fv_tunnel_new(key, scope, err):
 * What maps names of tunnels under ${key} within ${scope}.  Returns NULL with
 * ${err} set.
 */
struct fv_tunnel *fv_tunnel_new(const struct fv_key *key,
    const struct fv_key_scope *scope, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_tunnel_pseudonym(tunnel, kind, name):
 * The pseudonym of ${name} (as in struct fv_raw_packet) among tunnels of
 * ${kind}, an enum fv_encapsulation.  0 of 0.
 */
uint32_t fv_tunnel_pseudonym(
    struct fv_tunnel *tunnel, uint8_t kind, uint32_t name);

/* Wipe and free ${tunnel} (or NULL). */
void fv_tunnel_free(struct fv_tunnel *tunnel);

#endif

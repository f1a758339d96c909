#ifndef ANONYMIZE_CRYPTOPAN_H
#define ANONYMIZE_CRYPTOPAN_H

#include <stddef.h>

#include "anonymize/key.h"
#include "anonymize/raw.h"
#include "base/attributes.h"
#include "base/err.h"
#include "datasets/hosts.h"

/*
 * Crypto-PAn: prefix-preserving pseudonyms for IP addresses, one to one
 * (J. Xu, J. Fan, M. Ammar, S. Moon: Prefix-Preserving IP Address
 * Anonymization, ICNP 2002), in the canonical form that published vectors
 * share:
 *
 *	K = key[0..16), P = AES-128_K(key[16..32))
 *	f_i = first bit of AES-128_K(a[0..i) || P[i..128))
 *	a'[i] = a[i] xor f_i,	for i in 0..31 (IPv4) or 0..127 (IPv6)
 *
 * IPv4 and IPv6 use one construction and one key.  Two addresses that share
 * their first n bits, and no more, are mapped to two that do likewise.
 *
 * One object belongs to one thread at a time.
 */
struct fv_cryptopan;

/* What datasets call it. */
#define FV_CRYPTOPAN_NAME "crypto-pan"

/*
 * fv_cryptopan_new(key, err):
 * A mapping under ${key}, whose secret is expanded into the cipher's own
 * state; ${key} may be freed.  Returns NULL with ${err} set.
 */
struct fv_cryptopan *fv_cryptopan_new(
    const struct fv_key *key, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_cryptopan_map(cp, in, n, out, err):
 * Map ${n} addresses of either family, many to a call of the cipher.  On
 * error ${out} must not be used.  Returns 0, or -1 with ${err} set.
 */
int fv_cryptopan_map(struct fv_cryptopan *cp, const struct fv_raw_addr *in,
    size_t n, struct fv_published_addr *out, struct fv_err *err) FV_MUST_CHECK;

/* Wipe and free ${cp} (or NULL). */
void fv_cryptopan_free(struct fv_cryptopan *cp);

#endif

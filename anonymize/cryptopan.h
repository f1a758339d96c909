#ifndef ANONYMIZE_CRYPTOPAN_H
#define ANONYMIZE_CRYPTOPAN_H

#include "anonymize/key.h"
#include "anonymize/prefix_tree.h"

/*
 * Crypto-PAn: prefix-preserving pseudonyms for IP addresses (J. Xu, J. Fan,
 * M. Ammar, S. Moon: Prefix-Preserving IP Address Anonymization, ICNP 2002),
 * in the canonical form that published vectors share:
 *
 *	K = secret[0..16), P = AES-128_K(secret[16..32))
 *	f_i = first bit of AES-128_K(a[0..i) || P[i..128))
 *
 * IPv4 and IPv6 use one construction: under one secret, the flips of a
 * 32-bit prefix are the same in both families.
 *
 * It has a structural weakness (docs/privacy.md): wherever bit i of the
 * address equals bit i of the pad, inputs i and i + 1 are one block, and
 * f_i = f_(i+1).
 */
#define FV_CRYPTOPAN_NAME "crypto-pan"

/*
 * fv_cryptopan_new(secret, err):
 * The mapping under ${secret}, which stays the caller's to wipe.  Returns
 * NULL with ${err} set.
 */
struct fv_prefix_tree *fv_cryptopan_new(
    const uint8_t secret[FV_KEY_SIZE], struct fv_err *err) FV_MUST_CHECK;

#endif

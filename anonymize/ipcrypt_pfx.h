#ifndef ANONYMIZE_IPCRYPT_PFX_H
#define ANONYMIZE_IPCRYPT_PFX_H

#include "anonymize/key.h"
#include "anonymize/prefix_tree.h"

/*
 * ipcrypt-pfx: prefix-preserving encryption of IP addresses (F. Denis:
 * Methods for IP Address Encryption and Obfuscation, IETF draft-denis-
 * ipcrypt, "ipcrypt-pfx").
 *
 *	K1 = secret[0..16), K2 = secret[16..32), which must differ
 *	f_i = last bit of AES-128_K1(B_i) xor AES-128_K2(B_i)
 *	B_i = a delimiting 1, and behind it the first i bits of the address
 *
 * An IPv6 address is 128 bits behind the 1; an IPv4 address is 32 bits behind
 * 1, 80 zeros and 16 ones, so the families share no block.  All blocks of an
 * address differ, and the sum of two permutations is closer to a random
 * function than one: it costs four times what Crypto-PAn does here, and lacks
 * its weakness.
 */
#define FV_IPCRYPT_PFX_NAME "ipcrypt-pfx"

/*
 * fv_ipcrypt_pfx_new(secret, err):
 * The mapping under ${secret}, which stays the caller's to wipe.  Returns
 * NULL with ${err} set; FV_EKEY when its halves are equal, for then it would
 * change nothing.
 */
struct fv_prefix_tree *fv_ipcrypt_pfx_new(
    const uint8_t secret[FV_KEY_SIZE], struct fv_err *err) FV_MUST_CHECK;

#endif

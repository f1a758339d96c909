#ifndef ANONYMIZE_KEY_WRAP_H
#define ANONYMIZE_KEY_WRAP_H

#include <stddef.h>
#include <stdint.h>

#include "anonymize/key.h"
#include "base/attributes.h"
#include "base/err.h"

/*
 * A key at rest under a passphrase: scrypt (RFC 7914) makes of it the key of
 * AES-256-GCM (NIST SP 800-38D), which enciphers the 32 bytes and vouches
 * for the header in front of them.
 */
#define FV_KEY_WRAP_SALT 16
#define FV_KEY_WRAP_NONCE 12
#define FV_KEY_WRAP_BYTES (FV_KEY_SIZE + 16) /* and the tag */

/*
 * Cost: N is two to the power of this, r is 8 and p is 1.  17 takes 128 MiB
 * and some half of a second.  A file that asks for less is not ours, one
 * that asks for more would make us ask for memory without a bound.
 */
#define FV_KEY_WRAP_COST 17
#define FV_KEY_WRAP_COST_MIN 15
#define FV_KEY_WRAP_COST_MAX 20

struct fv_key_wrapped {
	unsigned cost;
	uint8_t salt[FV_KEY_WRAP_SALT];
	uint8_t nonce[FV_KEY_WRAP_NONCE];
	uint8_t bytes[FV_KEY_WRAP_BYTES];
};

/*
 * fv_key_wrap_begin(wrapped, err):
 * A new cost, salt and nonce, for the header to name.  Returns 0, or -1
 * with ${err} set.
 */
int fv_key_wrap_begin(
    struct fv_key_wrapped *wrapped, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_key_wrap_seal(wrapped, secret, passphrase, header, n, err),
 * fv_key_wrap_open(wrapped, secret, passphrase, header, n, err):
 * Encipher ${secret} into ${wrapped->bytes}, and the way back, with the ${n}
 * bytes at ${header} authenticated.  Return 0, or -1 with ${err} set: FV_EKEY
 * when the passphrase is another, or anything was changed, which cannot be
 * told apart.
 */
int fv_key_wrap_seal(struct fv_key_wrapped *wrapped,
    const uint8_t secret[FV_KEY_SIZE],
    const struct fv_key_passphrase *passphrase, const char *header, size_t n,
    struct fv_err *err) FV_MUST_CHECK;
int fv_key_wrap_open(const struct fv_key_wrapped *wrapped,
    uint8_t secret[FV_KEY_SIZE], const struct fv_key_passphrase *passphrase,
    const char *header, size_t n, struct fv_err *err) FV_MUST_CHECK;

#endif

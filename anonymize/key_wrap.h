#ifndef ANONYMIZE_KEY_WRAP_H
#define ANONYMIZE_KEY_WRAP_H

#include <stddef.h>
#include <stdint.h>

#include "anonymize/key.h"
#include "base/attributes.h"
#include "base/err.h"

/*
 * A secret shut away under a passphrase: scrypt (RFC 7914) makes a key of
 * the passphrase, and AES-256-GCM (NIST SP 800-38D) keeps the secret and the
 * header of its file with it.  Salt and nonce are fresh each time.
 */

#define FV_KEY_WRAP_SALT 16
#define FV_KEY_WRAP_NONCE 12
#define FV_KEY_WRAP_SEALED (FV_KEY_SIZE + 16) /* and the tag of GCM */

/* Memory that scrypt may take when a file says how much: 128 r N bytes. */
#define FV_KEY_WRAP_MEMORY (UINT64_C(256) << 20)

/* What scrypt costs: N a power of two, r the block, p the repetitions. */
struct fv_key_wrap {
	uint32_t n;
	uint32_t r;
	uint32_t p;
	uint8_t salt[FV_KEY_WRAP_SALT];
	uint8_t nonce[FV_KEY_WRAP_NONCE];
};

/*
 * fv_key_wrap_fresh(wrap, err):
 * Fill in salt and nonce.  Returns 0, or -1 with ${err} set.
 */
int fv_key_wrap_fresh(
    struct fv_key_wrap *wrap, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_key_wrap_check(wrap, err):
 * Whether these costs may be paid: N a power of two from 2^10 to 2^20, r to
 * 32, p to 4, all within FV_KEY_WRAP_MEMORY.  Returns 0, or -1 with ${err}
 * set (FV_EKEY).
 */
int fv_key_wrap_check(
    const struct fv_key_wrap *wrap, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_key_wrap_seal(wrap, pass, header, n, secret, sealed, err):
 * Encrypt ${secret}, so that it opens only with the same ${n} bytes of
 * ${header}.  Returns 0, or -1 with ${err} set.
 */
int fv_key_wrap_seal(const struct fv_key_wrap *wrap,
    const struct fv_passphrase *pass, const char *header, size_t n,
    const uint8_t secret[FV_KEY_SIZE], uint8_t sealed[FV_KEY_WRAP_SEALED],
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_key_wrap_open(wrap, pass, header, n, sealed, secret, err):
 * The way back; takes as long and as much memory as ${wrap} says.  Returns
 * 0, or -1 with ${err} set, FV_EKEY when the passphrase is not the one or a
 * byte was changed: the cipher cannot tell which.
 */
int fv_key_wrap_open(const struct fv_key_wrap *wrap,
    const struct fv_passphrase *pass, const char *header, size_t n,
    const uint8_t sealed[FV_KEY_WRAP_SEALED], uint8_t secret[FV_KEY_SIZE],
    struct fv_err *err) FV_MUST_CHECK;

#endif

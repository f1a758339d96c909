#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * SHA-256 or SHA-512 (FIPS 180-4) of bytes that come in pieces.  One object
 * belongs to one thread at a time.
 */
struct fv_digest;

#define FV_DIGEST_SIZE 32
#define FV_DIGEST_TEXT (2 * FV_DIGEST_SIZE + 1)

/* Bytes of a SHA-512. */
#define FV_DIGEST_LONG 64

/* A SHA-256 of nothing yet, and a SHA-512.  Return NULL with ${err} set. */
struct fv_digest *fv_digest_new(struct fv_err *err) FV_MUST_CHECK;
struct fv_digest *fv_digest_new_long(struct fv_err *err) FV_MUST_CHECK;

/* Add ${n} bytes.  Returns 0, or -1 with ${err} set. */
int fv_digest_add(struct fv_digest *digest, const void *bytes, size_t n,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_digest_value(digest, value, err):
 * Write the digest of all that was added to ${value}, FV_DIGEST_SIZE bytes
 * or FV_DIGEST_LONG; no more can be added after.  Returns 0, or -1 with
 * ${err} set.
 */
int fv_digest_value(
    struct fv_digest *digest, uint8_t *value, struct fv_err *err) FV_MUST_CHECK;

void fv_digest_free(struct fv_digest *digest);

/*
 * fv_digest_once(bytes, n, value, err):
 * The SHA-256 of ${n} bytes that are all there.  Returns 0, or -1 with
 * ${err} set.
 */
int fv_digest_once(const void *bytes, size_t n, uint8_t value[FV_DIGEST_SIZE],
    struct fv_err *err) FV_MUST_CHECK;

/* ${n} bytes as lower-case hex with a final NUL: 2 n + 1 characters. */
void fv_digest_hex(const uint8_t *bytes, size_t n, char *text);

#endif

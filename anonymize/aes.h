#ifndef ANONYMIZE_AES_H
#define ANONYMIZE_AES_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * AES-128, block by block (FIPS 197; ECB of NIST SP 800-38A), as a function
 * from 16 bytes to 16 bytes for constructions that use it so.
 */
struct fv_aes;

#define FV_AES_BLOCK 16
#define FV_AES_KEY 16

/*
 * fv_aes_new(key, err):
 * The cipher under ${key}, which stays the caller's to wipe.  Returns NULL
 * with ${err} set.
 */
struct fv_aes *fv_aes_new(
    const uint8_t key[FV_AES_KEY], struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_aes_encrypt(aes, in, blocks, out, err):
 * Encipher ${blocks} blocks at ${in} into ${out}, which may be ${in}.  One
 * call for many blocks is ten times as fast as one for each.  Returns 0, or
 * -1 with ${err} set, when ${out} must not be used.
 */
int fv_aes_encrypt(struct fv_aes *aes, const uint8_t *in, size_t blocks,
    uint8_t *out, struct fv_err *err) FV_MUST_CHECK;

/* Wipe and free ${aes} (or NULL). */
void fv_aes_free(struct fv_aes *aes);

#endif

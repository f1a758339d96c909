#ifndef DATASETS_SIGNATURE_TWIN_H
#define DATASETS_SIGNATURE_TWIN_H

#include <stddef.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/signature.h"

/*
 * The same signature and key in the words of other tools, for receivers who
 * have one of them and not openssl(1).  Both tools number their keys with 8
 * random bytes; ours are the first of the key's fingerprint, so that the
 * same key always has the same number.  Texts are the caller's to free;
 * NULL is returned with ${err} set.
 */

/* What the files are called, behind the name of what is signed. */
#define FV_SIGNATURE_TWIN_MINISIGN ".minisig"
#define FV_SIGNATURE_TWIN_SIGNIFY ".sig.signify"

/*
 * fv_signature_twin_public(public, err):
 * The public key for `minisign -V -p` and `signify -V -p`.
 */
char *fv_signature_twin_public(
    const struct fv_signature_public *public, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_signature_twin_signify(key, message, n, err):
 * The signature for `signify -V -x`: the one of fv_signature_sign.
 */
char *fv_signature_twin_signify(const struct fv_signature_key *key,
    const void *message, size_t n, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_signature_twin_minisign(key, message, n, comment, err):
 * The signature for `minisign -V`: over the BLAKE2b-512 digest (RFC 7693)
 * of the message, as minisign has made them since version 0.10, and a
 * second one over it and ${comment}, one line of text that minisign shows.
 */
char *fv_signature_twin_minisign(const struct fv_signature_key *key,
    const void *message, size_t n, const char *comment,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_signature_twin_check(suffix, public, message, n, text, length, err):
 * Whether the ${length} bytes of ${text} are, to the last one, what is made
 * above for the twin of that ${suffix}, over ${n} bytes of ${message} and by
 * the owner of ${public}; minisign's comment may be any line.  For receivers
 * of a release, where nothing else covers the twins.
 * Returns 0, or -1 with ${err} set.
 */
int fv_signature_twin_check(const char *suffix,
    const struct fv_signature_public *public, const void *message, size_t n,
    const char *text, size_t length, struct fv_err *err) FV_MUST_CHECK;

#endif

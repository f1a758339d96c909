#ifndef DATASETS_SIGNATURE_H
#define DATASETS_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * Ed25519 (RFC 8032) over small files, such as the tag manifest of a bag:
 * who made a release.  Keys are kept so that openssl(1) reads them:
 * private ones as unencrypted PKCS#8 in PEM (RFC 8410), in a file closed to
 * others; public ones as PEM, as 64 hexadecimal digits, or in the two lines
 * of minisign(1) and signify(1), whose key files are the same.
 *
 * A signature says nothing unless the receiver has the public key, or its
 * fingerprint, by another way than the release itself: see fv_signature_pin.
 */
#define FV_SIGNATURE_SIZE 64
#define FV_SIGNATURE_KEY_SIZE 32

/* What a bag calls the files of its signature; the key is a convenience for
 * those who pin a fingerprint, and proves nothing by itself. */
#define FV_SIGNATURE_SUFFIX ".sig"
#define FV_SIGNATURE_PUBLIC_NAME "signing-key.pem"

/* The public half. */
struct fv_signature_public {
	uint8_t bytes[FV_SIGNATURE_KEY_SIZE];
};

/* The private half: it lives in one place, and is wiped when freed. */
struct fv_signature_key;

/*
 * fv_signature_key_create(path, err):
 * Write a new random private key to the new file ${path}, mode 0600.
 * Returns 0, or -1 with ${err} set and no file left.
 */
int fv_signature_key_create(const char *path, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_signature_key_open(path, err), fv_signature_key_read(fd, err),
 * fv_signature_key_parse(text, length, err):
 * The private key in a file (refused unless it is this user's alone, see
 * base/secret.h), behind a descriptor, or in PEM ${text}, which the caller
 * wipes.  Returns NULL with ${err} set; no message quotes the key.
 */
struct fv_signature_key *fv_signature_key_open(
    const char *path, struct fv_err *err) FV_MUST_CHECK;
struct fv_signature_key *fv_signature_key_read(
    int fd, struct fv_err *err) FV_MUST_CHECK;
struct fv_signature_key *fv_signature_key_parse(
    const char *text, size_t length, struct fv_err *err) FV_MUST_CHECK;

/* The public half of ${key}; it belongs to it. */
const struct fv_signature_public *fv_signature_key_public(
    const struct fv_signature_key *key);

/* Wipe and free ${key} (or NULL). */
void fv_signature_key_free(struct fv_signature_key *key);

/*
 * fv_signature_sign(key, message, n, signature, err):
 * Sign ${n} bytes, which are in memory whole: Ed25519 goes over them twice.
 * The same key and bytes give the same signature.
 * Returns 0, or -1 with ${err} set.
 */
int fv_signature_sign(const struct fv_signature_key *key, const void *message,
    size_t n, uint8_t signature[FV_SIGNATURE_SIZE],
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_signature_verify(public, message, n, signature, length, err):
 * Whether the ${length} bytes ${signature} are the owner's of ${public} over
 * ${n} bytes of ${message}.  Returns 0 when they are, or -1 with ${err} set:
 * FV_EFORMAT when they are not (also when ${length} is wrong), FV_ECRYPTO
 * when it could not be found out.
 */
int fv_signature_verify(const struct fv_signature_public *public,
    const void *message, size_t n, const void *signature, size_t length,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_signature_public_parse(text, length, public, err),
 * fv_signature_public_open(path, public, err):
 * The public key in ${text}, or in the file ${path} (where any regular file
 * will do: it is no secret), in whichever of the three forms.  A private
 * key is refused, by that name.  Returns 0, or -1 with ${err} set; messages
 * of the second begin with the path.
 */
int fv_signature_public_parse(const char *text, size_t length,
    struct fv_signature_public *public, struct fv_err *err) FV_MUST_CHECK;
int fv_signature_public_open(const char *path,
    struct fv_signature_public *public, struct fv_err *err) FV_MUST_CHECK;

/* The key as PEM text, to be freed; NULL with ${err} set. */
char *fv_signature_public_pem(
    const struct fv_signature_public *public, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_signature_fingerprint(public, text, err):
 * What people compare over the telephone: "sha256:" and, in hex, the SHA-256
 * of the 32 bytes of the key.  Returns 0, or -1 with ${err} set.
 */
#define FV_SIGNATURE_FINGERPRINT_TEXT 72
int fv_signature_fingerprint(const struct fv_signature_public *public,
    char text[FV_SIGNATURE_FINGERPRINT_TEXT], struct fv_err *err) FV_MUST_CHECK;

/*
 * What a receiver knows of the one key that he accepts, from elsewhere: the
 * key, or its fingerprint.
 */
struct fv_signature_pin {
	bool is_key;
	struct fv_signature_public key;                  /* if is_key */
	char fingerprint[FV_SIGNATURE_FINGERPRINT_TEXT]; /* always */
};

/*
 * fv_signature_pin_open(word, pin, err):
 * The pin that ${word} is: "sha256:" and 64 hexadecimal digits, a key of 64
 * hexadecimal digits, or else the path of a file that holds one of the two,
 * or a public key in any form.  Returns 0, or -1 with ${err} set.
 */
int fv_signature_pin_open(const char *word, struct fv_signature_pin *pin,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_signature_pin_check(pin, offered, err):
 * Whether ${offered}, a key from an untrusted place, is the pinned one.  A
 * pin that is a key needs no offer: use its key.  Returns 0 when it is, or
 * -1 with ${err} set (FV_EKEY, with both fingerprints).
 */
int fv_signature_pin_check(const struct fv_signature_pin *pin,
    const struct fv_signature_public *offered,
    struct fv_err *err) FV_MUST_CHECK;

#endif

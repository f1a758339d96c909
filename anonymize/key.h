#ifndef ANONYMIZE_KEY_H
#define ANONYMIZE_KEY_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * The custodian's secret: 32 random bytes, never derived from a passphrase
 * (a published dataset would be an oracle for guessing it).  It lives in
 * one place in memory, locked and kept out of core dumps where the system
 * allows, and is wiped when freed.
 *
 * A key file is text:
 *
 *	flowveil-key: 1
 *	id: 32 hexadecimal digits
 *	created: YYYY-MM-DD
 *	kdf: none
 *	cipher: none
 *	key: 44 characters of base64 (RFC 4648)
 *
 * The id is HKDF-SHA256 (RFC 5869) of the secret, so it is safe to publish,
 * and it is checked each time the key is read.
 */
struct fv_key;

#define FV_KEY_SIZE 32
#define FV_KEY_ID_SIZE 16
#define FV_KEY_ID_TEXT (2 * FV_KEY_ID_SIZE + 1)

/* A key file is some 200 bytes; what is longer is not one. */
#define FV_KEY_FILE_LIMIT 4096

/*
 * fv_key_create(path, created, err):
 * Write a new random key to the new file ${path}, mode 0600, through
 * neither an existing file nor a symbolic link; ${created} is the date to
 * write in it (FV_EUSAGE when it is none).  Returns 0, or -1 with ${err} set
 * and no file left.
 */
int fv_key_create(
    const char *path, const char *created, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_key_open(path, err):
 * Read the key file at ${path}: a regular file (no symbolic link), owned by
 * this user, closed to all others; else it is refused.  Returns NULL with
 * ${err} set.
 */
struct fv_key *fv_key_open(const char *path, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_key_read(fd, err):
 * Read a key file's text from the open descriptor ${fd}, to its end.
 * Returns NULL with ${err} set.
 */
struct fv_key *fv_key_read(int fd, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_key_parse(text, length, err):
 * The key that a key file with this text holds.  The caller wipes ${text}.
 * Returns NULL with ${err} set; no message quotes the text.
 */
struct fv_key *fv_key_parse(
    const char *text, size_t length, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_key_import(secret, err):
 * A key of these 32 bytes, which stay the caller's to wipe.  Returns NULL
 * with ${err} set.
 */
struct fv_key *fv_key_import(
    const uint8_t secret[FV_KEY_SIZE], struct fv_err *err) FV_MUST_CHECK;

/* The key's id as text, and its date ("" if unknown); they belong to it. */
const char *fv_key_id(const struct fv_key *key);
const char *fv_key_created(const struct fv_key *key);

/* The secret itself, for the cipher; it belongs to ${key}. */
const uint8_t *fv_key_secret(const struct fv_key *key);

/*
 * fv_key_derive(key, salt, info, out, n, err):
 * ${n} bytes of HKDF-SHA256 (RFC 5869) with the secret as input keying
 * material.  Returns 0, or -1 with ${err} set.
 */
int fv_key_derive(const struct fv_key *key, const char *salt, const char *info,
    uint8_t *out, size_t n, struct fv_err *err) FV_MUST_CHECK;

/*
 * Whom a subkey is for.  Names that differ give subkeys that have nothing to
 * do with each other; NULL and "" both mean: for all sites, all releases.
 */
struct fv_key_scope {
	const char *site;
	const char *release;
};

/* The longest name of a site or a release that subkeys are derived for. */
#define FV_KEY_SCOPE_LIMIT 255

/*
 * fv_key_subkey(key, scope, purpose, out, n, err):
 * ${n} bytes for one purpose ("ip4", "mac", ...) within ${scope}: HKDF-SHA256
 * with the salt "flowveil/1|site=SITE|release=RELEASE" and ${purpose} as
 * info.  In the names '|' is written %7C and '%' is written %25, so that no
 * two scopes have one salt.  Never change any of it: pseudonyms would change.
 * Returns 0, or -1 with ${err} set (FV_EUSAGE when a name is too long).
 */
int fv_key_subkey(const struct fv_key *key, const struct fv_key_scope *scope,
    const char *purpose, uint8_t *out, size_t n,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_key_token(subkey, bytes, n, token, err):
 * The first 8 bytes, big-endian, of HMAC-SHA256 (RFC 2104) of ${n} bytes
 * under a derived ${subkey}: a pseudonym that only its holder can compute.
 * Returns 0, or -1 with ${err} set.
 */
int fv_key_token(const uint8_t subkey[FV_KEY_SIZE], const uint8_t *bytes,
    size_t n, uint64_t *token, struct fv_err *err) FV_MUST_CHECK;

/* Overwrite ${n} bytes in a way that no optimizer removes. */
void fv_key_wipe(void *bytes, size_t n);

/* Wipe and free ${key} (or NULL). */
void fv_key_free(struct fv_key *key);

#endif

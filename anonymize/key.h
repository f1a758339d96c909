#ifndef ANONYMIZE_KEY_H
#define ANONYMIZE_KEY_H

#include <stdbool.h>
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
 * A key file is text.  In clear:
 *
 *	flowveil-key: 1
 *	id: 32 hexadecimal digits
 *	created: YYYY-MM-DD
 *	kdf: none
 *	cipher: none
 *	key: 32 bytes in base64 (RFC 4648)
 *
 * and wrapped under a passphrase (key_wrap.h):
 *
 *	flowveil-key: 2
 *	id: 32 hexadecimal digits
 *	created: YYYY-MM-DD
 *	kdf: scrypt N r p, and 16 bytes of salt in base64
 *	cipher: aes-256-gcm, and 12 bytes of nonce in base64
 *	key: 32 bytes and their tag in base64
 *	sum: the first 16 hexadecimal digits of SHA-256 of all lines above
 *
 * where the first five lines are authenticated with the key.  The sum is no
 * protection; it tells a damaged file from a wrong passphrase.
 *
 * The id is HKDF-SHA256 (RFC 5869) of the secret, so it is safe to publish,
 * and it is checked each time the key is read.
 */
struct fv_key;

#define FV_KEY_SIZE 32
#define FV_KEY_ID_SIZE 16
#define FV_KEY_ID_TEXT (2 * FV_KEY_ID_SIZE + 1)
#define FV_KEY_CREATED_TEXT 16

/* A key file is some 300 bytes; what is longer is not one. */
#define FV_KEY_FILE_LIMIT 4096

/* The passphrase of a wrapped key, which the caller wipes. */
struct fv_passphrase {
	const char *bytes;
	size_t length;
};

/* Characters of the shortest passphrase that a key is wrapped under. */
#define FV_KEY_PASSPHRASE_LEAST 12

/*
 * What scrypt costs when a key is wrapped: N = 2^17, r = 8 (128 MiB), p = 1,
 * about half a second, once for each run and for each guess.
 */
#define FV_KEY_WRAP_LOG_N 17

/* What a key file says in clear. */
struct fv_key_facts {
	char id[FV_KEY_ID_TEXT];
	char created[FV_KEY_CREATED_TEXT];
	bool wrapped;
};

/* A new key of random bytes, in memory only.  NULL with ${err} set. */
struct fv_key *fv_key_random(struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_key_save(key, created, pass, log_n, path, err):
 * Write ${key} to the new file ${path}, mode 0600, through neither an
 * existing file nor a symbolic link: in clear when ${pass} is NULL, else
 * wrapped with N = 2^${log_n}.  ${created} is the date to write in it.
 * Returns 0, or -1 with ${err} set and no file left: FV_EUSAGE when the date
 * is none, FV_EKEY when the passphrase is too short.
 */
int fv_key_save(const struct fv_key *key, const char *created,
    const struct fv_passphrase *pass, unsigned log_n, const char *path,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_key_load(path, text, length, err):
 * Read the text of the key file at ${path} into ${text}, of
 * FV_KEY_FILE_LIMIT + 1 bytes, which the caller wipes either way: a regular
 * file (no symbolic link), owned by this user, closed to all others; else it
 * is refused.  Returns 0, or -1 with ${err} set.
 */
int fv_key_load(const char *path, char *text, size_t *length,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_key_inspect(text, length, facts, err):
 * What a key file with this text says in clear; takes no passphrase, and
 * checks what can be checked without.  Returns 0, or -1 with ${err} set; no
 * message quotes the text.
 */
int fv_key_inspect(const char *text, size_t length, struct fv_key_facts *facts,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_key_parse(text, length, pass, err):
 * The key that a key file with this text holds; ${pass} is for a wrapped
 * one, and NULL for one in clear.  The caller wipes ${text}.  Returns NULL
 * with ${err} set (FV_EKEY), also when ${pass} is missing or is too much; no
 * message quotes the text.
 */
struct fv_key *fv_key_parse(const char *text, size_t length,
    const struct fv_passphrase *pass, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_key_import(secret, err):
 * A key of these 32 bytes, which stay the caller's to wipe.  Returns NULL
 * with ${err} set.
 */
struct fv_key *fv_key_import(
    const uint8_t secret[FV_KEY_SIZE], struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_key_import_text(text, length, err):
 * A key made elsewhere: 32 raw bytes, or 64 hexadecimal digits with or
 * without 0x before and a line end after.  What nobody can have drawn at
 * random is refused: few different bytes, equal halves (Crypto-PAn's cipher
 * key and pad), bytes in even steps.  The caller wipes ${text}.  Returns
 * NULL with ${err} set (FV_EKEY).
 */
struct fv_key *fv_key_import_text(
    const char *text, size_t length, struct fv_err *err) FV_MUST_CHECK;

/* Whether all bytes of ${key} are printable: typed by a person, not drawn. */
bool fv_key_is_typed(const struct fv_key *key);

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

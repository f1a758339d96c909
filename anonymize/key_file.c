#include "anonymize/key_internal.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "anonymize/key_wrap.h"
#include "base/digest.h"
#include "base/secret.h"

/* The most bytes that a line holds in base64, and how long they are so. */
enum { BYTES_MOST = FV_KEY_WRAP_SEALED, BASE64_MOST = 64 };

/* Hexadecimal digits of the sum. */
enum { SUM_DIGITS = 16 };

/* Whether ${text} has the shape YYYY-MM-DD. */
static bool
is_date(const char *text)
{
	static const char shape[] = "0000-00-00";
	size_t i;

	if (strlen(text) != strlen(shape))
		return false;
	for (i = 0; i < strlen(shape); i++)
		if (shape[i] == '-' ? text[i] != '-'
				    : text[i] < '0' || text[i] > '9')
			return false;
	return true;
}

/* Whether ${text} is an id: it will be printed. */
static bool
is_id(const char *text)
{
	return strlen(text) == FV_KEY_ID_TEXT - 1 &&
	    strspn(text, "0123456789abcdef") == FV_KEY_ID_TEXT - 1;
}

/* ${n} bytes in base64 with a final NUL. */
static void
encode(const uint8_t *bytes, size_t n, char text[BASE64_MOST + 1])
{
	(void)EVP_EncodeBlock((unsigned char *)text, bytes, (int)n);
}

/*
 * The ${n} bytes that ${base64} stands for.  Only the one text that the
 * bytes are written as will do (RFC 4648, 3.5), so that no damage goes
 * unnoticed: the decoder alone steps over white space, and over bits that
 * are left.
 */
static bool
decode(const char *base64, uint8_t *bytes, size_t n)
{
	uint8_t decoded[BYTES_MOST];
	char again[BASE64_MOST + 1];
	size_t length = (n + 2) / 3 * 4;
	bool same;

	if (strlen(base64) != length ||
	    EVP_DecodeBlock(decoded, (const unsigned char *)base64,
		(int)length) != (int)(length / 4 * 3))
		return false;
	encode(decoded, n, again);
	if ((same = memcmp(again, base64, length) == 0))
		memcpy(bytes, decoded, n);
	fv_key_wipe(decoded, sizeof(decoded));
	fv_key_wipe(again, sizeof(again));
	return same;
}

/* The sum over ${n} bytes of ${text}. */
static int
sum_of(const char *text, size_t n, char sum[SUM_DIGITS + 1], struct fv_err *err)
{
	uint8_t digest[FV_DIGEST_SIZE];

	if (fv_digest_once(text, n, digest, err) == -1)
		return -1;
	fv_digest_hex(digest, SUM_DIGITS / 2, sum);
	return 0;
}

/* The key file's text for ${key} in clear; how long it is. */
static size_t
format_clear(
    const struct fv_key *key, const char *created, char *text, size_t size)
{
	char base64[BASE64_MOST + 1];
	int n;

	encode(key->secret, FV_KEY_SIZE, base64);
	n = snprintf(text, size,
	    "flowveil-key: 1\nid: %s\ncreated: %s\nkdf: none\n"
	    "cipher: none\nkey: %s\n",
	    key->id, created, base64);
	fv_key_wipe(base64, sizeof(base64));
	return (size_t)n;
}

/* The key file's text for ${key} wrapped; how long it is, in ${length}. */
static int
format_wrapped(const struct fv_key *key, const char *created,
    const struct fv_passphrase *pass, unsigned log_n, char *text, size_t size,
    size_t *length, struct fv_err *err)
{
	struct fv_key_wrap wrap = { .n = UINT32_C(1) << log_n, .r = 8, .p = 1 };
	uint8_t sealed[FV_KEY_WRAP_SEALED];
	char salt[BASE64_MOST + 1], nonce[BASE64_MOST + 1];
	char base64[BASE64_MOST + 1], sum[SUM_DIGITS + 1];
	size_t n;

	if (fv_key_wrap_fresh(&wrap, err) == -1)
		return -1;
	encode(wrap.salt, sizeof(wrap.salt), salt);
	encode(wrap.nonce, sizeof(wrap.nonce), nonce);
	n = (size_t)snprintf(text, size,
	    "flowveil-key: 2\nid: %s\ncreated: %s\n"
	    "kdf: scrypt %" PRIu32 " %" PRIu32 " %" PRIu32 " %s\n"
	    "cipher: aes-256-gcm %s\n",
	    key->id, created, wrap.n, wrap.r, wrap.p, salt, nonce);
	if (fv_key_wrap_seal(&wrap, pass, text, n, key->secret, sealed, err) ==
	    -1)
		return -1;
	encode(sealed, sizeof(sealed), base64);
	n += (size_t)snprintf(text + n, size - n, "key: %s\n", base64);
	if (sum_of(text, n, sum, err) == -1)
		return -1;
	*length = n + (size_t)snprintf(text + n, size - n, "sum: %s\n", sum);
	return 0;
}

struct fv_key *
fv_key_random(struct fv_err *err)
{
	uint8_t secret[FV_KEY_SIZE];
	struct fv_key *key = NULL;

	if (RAND_priv_bytes(secret, sizeof(secret)) == 1)
		key = fv_key_import(secret, err);
	else
		(void)fv_err_set(err, FV_ECRYPTO, "no random bytes for a key");
	fv_key_wipe(secret, sizeof(secret));
	return key;
}

int
fv_key_save(const struct fv_key *key, const char *created,
    const struct fv_passphrase *pass, unsigned log_n, const char *path,
    struct fv_err *err)
{
	char text[FV_KEY_FILE_LIMIT];
	size_t n = 0;
	int rc = 0;

	if (!is_date(created))
		return fv_err_set(err, FV_EUSAGE,
		    "'%s' is not a date: write it as 2026-01-31", created);
	if (pass != NULL && pass->length < FV_KEY_PASSPHRASE_LEAST)
		return fv_err_set(err, FV_EKEY,
		    "the passphrase is shorter than %d characters: whoever "
		    "gets hold of the file would guess it (six random words "
		    "are a good one)",
		    FV_KEY_PASSPHRASE_LEAST);
	if (pass == NULL)
		n = format_clear(key, created, text, sizeof(text));
	else
		rc = format_wrapped(
		    key, created, pass, log_n, text, sizeof(text), &n, err);
	if (rc == 0)
		rc = fv_secret_create(path, text, n, err);
	fv_key_wipe(text, sizeof(text));
	return rc;
}

int
fv_key_load(const char *path, char *text, size_t *length, struct fv_err *err)
{
	int fd, rc;

	fd = fv_secret_open(path, "make one with 'flowveil key new'", err);
	if (fd == -1)
		return -1;
	rc = fv_secret_read(fd, text, FV_KEY_FILE_LIMIT + 1, length, err);
	if (rc == -1)
		(void)fv_err_within(err, "%s", path);
	(void)close(fd);
	return rc;
}

/* One "name: value" line; the value is copied, cut at ${size} - 1. */
static bool
take_line(const char **at, const char *end, const char *name, char *value,
    size_t size)
{
	const char *line = *at;
	const char *stop = memchr(line, '\n', (size_t)(end - line));
	size_t n = strlen(name);

	if (stop == NULL || (size_t)(stop - line) < n + 2 ||
	    memcmp(line, name, n) != 0 || memcmp(line + n, ": ", 2) != 0)
		return false;
	line += n + 2;
	if ((size_t)(stop - line) >= size ||
	    memchr(line, '\0', (size_t)(stop - line)) != NULL)
		return false;
	memcpy(value, line, (size_t)(stop - line));
	value[stop - line] = '\0';
	*at = stop + 1;
	return true;
}

/* What the lines of a key file hold. */
struct lines {
	char version[8];
	char id[FV_KEY_ID_TEXT];
	char created[FV_KEY_CREATED_TEXT];
	char kdf[64];
	char cipher[64];
	char base64[BASE64_MOST + 1];
	char sum[SUM_DIGITS + 1];
	bool wrapped;
	size_t header; /* bytes before the line of the key */
};

/* The lines one by one; what only a wrapped key has comes last. */
static int
take_lines(const char *text, size_t length, struct lines *l, struct fv_err *err)
{
	const struct {
		const char *name;
		char *value;
		size_t size;
	} line[] = {
		{ "flowveil-key", l->version, sizeof(l->version) },
		{ "id", l->id, sizeof(l->id) },
		{ "created", l->created, sizeof(l->created) },
		{ "kdf", l->kdf, sizeof(l->kdf) },
		{ "cipher", l->cipher, sizeof(l->cipher) },
		{ "key", l->base64, sizeof(l->base64) },
		{ "sum", l->sum, sizeof(l->sum) },
	};
	const char *at = text, *end = text + length;
	size_t i, n = FV_COUNT(line);

	for (i = 0; i < n; i++) {
		if (line[i].value == l->base64)
			l->header = (size_t)(at - text);
		if (!take_line(
			&at, end, line[i].name, line[i].value, line[i].size))
			return fv_err_set(err, FV_EKEY,
			    i == 0 ? "not a flowveil key file: line %zu should "
				     "say '%s: ...'"
				   : "damaged or cut off: line %zu of a key "
				     "file should say '%s: ...'",
			    i + 1, line[i].name);
		if (i > 0)
			continue;
		l->wrapped = strcmp(l->version, "2") == 0;
		if (!l->wrapped && strcmp(l->version, "1") != 0)
			return fv_err_set(err, FV_EKEY,
			    "a key file of a version that this flowveil "
			    "does not read");
		n -= l->wrapped ? 0 : 1;
	}
	if (at != end)
		return fv_err_set(err, FV_EKEY,
		    "not a flowveil key file: more than %zu lines", n);
	return 0;
}

/* Take "TEXT " off the front of ${at}. */
static bool
take_word(const char **at, const char *text)
{
	size_t n = strlen(text);

	if (strncmp(*at, text, n) != 0 || (*at)[n] != ' ')
		return false;
	*at += n + 1;
	return true;
}

/* Take a number and a space, in the one way that we write it. */
static bool
take_number(const char **at, uint32_t *value)
{
	char *end;
	unsigned long number;

	if (**at < '1' || **at > '9')
		return false;
	number = strtoul(*at, &end, 10);
	if (*end != ' ' || end - *at > 9)
		return false;
	*value = (uint32_t)number;
	*at = end + 1;
	return true;
}

/* How the key is wrapped, from the lines that say so. */
static int
take_wrap(const struct lines *l, struct fv_key_wrap *wrap, struct fv_err *err)
{
	const char *kdf = l->kdf, *cipher = l->cipher;

	if (!take_word(&kdf, "scrypt") || !take_number(&kdf, &wrap->n) ||
	    !take_number(&kdf, &wrap->r) || !take_number(&kdf, &wrap->p) ||
	    !decode(kdf, wrap->salt, sizeof(wrap->salt)) ||
	    !take_word(&cipher, "aes-256-gcm") ||
	    !decode(cipher, wrap->nonce, sizeof(wrap->nonce)))
		return fv_err_set(err, FV_EKEY,
		    "wrapped in a way that this flowveil does not read");
	return fv_key_wrap_check(wrap, err);
}

/* Take the file apart as far as goes without a passphrase. */
static int
take_file(const char *text, size_t length, struct lines *l,
    struct fv_key_wrap *wrap, struct fv_err *err)
{
	char sum[SUM_DIGITS + 1];
	size_t tail;

	if (take_lines(text, length, l, err) == -1)
		return -1;
	if (!is_id(l->id))
		return fv_err_set(err, FV_EKEY,
		    "damaged: line 2 of the key file is not an id");
	if (!is_date(l->created))
		return fv_err_set(err, FV_EKEY,
		    "damaged: line 3 of the key file is not a date");
	if (!l->wrapped) {
		if (strcmp(l->kdf, "none") == 0 &&
		    strcmp(l->cipher, "none") == 0)
			return 0;
		return fv_err_set(err, FV_EKEY,
		    "wrapped in a way that this flowveil does not read");
	}
	tail = strlen("sum: \n") + strlen(l->sum);
	if (sum_of(text, length - tail, sum, err) == -1)
		return -1;
	if (strcmp(sum, l->sum) != 0)
		return fv_err_set(err, FV_EKEY,
		    "the sum in the last line does not match: the file is "
		    "damaged");
	return take_wrap(l, wrap, err);
}

/* The secret in clear, checked against the id. */
static struct fv_key *
from_clear(const struct lines *l, struct fv_err *err)
{
	uint8_t secret[FV_KEY_SIZE];
	struct fv_key *key = NULL;

	if (decode(l->base64, secret, sizeof(secret)))
		key = fv_key_import(secret, err);
	else
		(void)fv_err_set(err, FV_EKEY,
		    "damaged: line 6 of the key file is not 32 bytes of "
		    "base64");
	fv_key_wipe(secret, sizeof(secret));
	return key;
}

static struct fv_key *
from_wrapped(const struct lines *l, const struct fv_key_wrap *wrap,
    const char *text, const struct fv_passphrase *pass, struct fv_err *err)
{
	uint8_t sealed[FV_KEY_WRAP_SEALED], secret[FV_KEY_SIZE];
	struct fv_key *key = NULL;

	if (!decode(l->base64, sealed, sizeof(sealed)))
		(void)fv_err_set(err, FV_EKEY,
		    "damaged: line 6 of the key file is not 48 bytes of "
		    "base64");
	else if (fv_key_wrap_open(
		     wrap, pass, text, l->header, sealed, secret, err) == 0)
		key = fv_key_import(secret, err);
	fv_key_wipe(secret, sizeof(secret));
	return key;
}

int
fv_key_inspect(const char *text, size_t length, struct fv_key_facts *facts,
    struct fv_err *err)
{
	struct fv_key_wrap wrap;
	struct fv_key *key;
	struct lines l = { 0 };
	int rc = take_file(text, length, &l, &wrap, err);

	if (rc == 0 && !l.wrapped) {
		key = fv_key_parse(text, length, NULL, err);
		rc = key == NULL ? -1 : 0;
		fv_key_free(key);
	}
	if (rc == 0) {
		memcpy(facts->id, l.id, sizeof(facts->id));
		memcpy(facts->created, l.created, sizeof(facts->created));
		facts->wrapped = l.wrapped;
	}
	fv_key_wipe(&l, sizeof(l));
	return rc;
}

struct fv_key *
fv_key_parse(const char *text, size_t length, const struct fv_passphrase *pass,
    struct fv_err *err)
{
	struct fv_key_wrap wrap;
	struct fv_key *key = NULL;
	struct lines l = { 0 };

	if (take_file(text, length, &l, &wrap, err) == -1)
		goto out;
	if (l.wrapped && pass == NULL) {
		(void)fv_err_set(err, FV_EKEY,
		    "wrapped under a passphrase: say with --passphrase where "
		    "that is");
		goto out;
	}
	if (!l.wrapped && pass != NULL) {
		(void)fv_err_set(err, FV_EKEY,
		    "not wrapped: it opens without any passphrase, so leave "
		    "--passphrase out (or make a wrapped key)");
		goto out;
	}
	key = l.wrapped ? from_wrapped(&l, &wrap, text, pass, err)
			: from_clear(&l, err);
	if (key == NULL)
		goto out;
	if (strcmp(key->id, l.id) != 0) {
		(void)fv_err_set(err, FV_EKEY,
		    "the key does not match its id: the file is damaged");
		fv_key_free(key);
		key = NULL;
		goto out;
	}
	memcpy(key->created, l.created, sizeof(key->created));
out:
	fv_key_wipe(&l, sizeof(l));
	return key;
}

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "anonymize/key_internal.h"

/* The longest text of bytes here, and what the decoder may write more. */
enum { BASE64_TEXT = 64, BASE64_MORE = 3 };

/* Base64 of n bytes, without the NUL. */
#define BASE64(n) (((n) + 2) / 3 * 4)

_Static_assert(BASE64(FV_KEY_WRAP_BYTES) <= BASE64_TEXT, "all of them fit");

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

/*
 * The ${n} bytes that ${base64} stands for.  Only the one text that the bytes
 * are written as will do (RFC 4648, 3.5), so that no damage goes unnoticed:
 * the decoder alone steps over white space, and over bits that are left.
 */
static bool
decode(const char *base64, uint8_t *bytes, size_t n)
{
	const unsigned char *text = (const unsigned char *)base64;
	unsigned char again[BASE64_TEXT + 1];
	unsigned char there[BASE64_TEXT / 4 * 3 + BASE64_MORE];
	bool same = false;

	if (strlen(base64) == BASE64(n) &&
	    EVP_DecodeBlock(there, text, (int)BASE64(n)) ==
		(int)BASE64(n) / 4 * 3) {
		(void)EVP_EncodeBlock(again, there, (int)n);
		same = memcmp(again, text, BASE64(n)) == 0;
		memcpy(bytes, there, n);
		fv_key_wipe(again, sizeof(again));
	}
	fv_key_wipe(there, sizeof(there));
	return same;
}

/* The lines in front of the key. */
static int
format_header(const struct fv_key *key, const char *created,
    const struct fv_key_wrapped *w, char text[FV_KEY_HEADER_TEXT])
{
	char salt[BASE64_TEXT + 1], nonce[BASE64_TEXT + 1];

	if (w == NULL)
		return snprintf(text, FV_KEY_HEADER_TEXT,
		    "flowveil-key: 1\nid: %s\ncreated: %s\nkdf: none\n"
		    "cipher: none\n",
		    key->id, created);
	(void)EVP_EncodeBlock((unsigned char *)salt, w->salt, FV_KEY_WRAP_SALT);
	(void)EVP_EncodeBlock(
	    (unsigned char *)nonce, w->nonce, FV_KEY_WRAP_NONCE);
	return snprintf(text, FV_KEY_HEADER_TEXT,
	    "flowveil-key: 1\nid: %s\ncreated: %s\n"
	    "kdf: scrypt N=%lu r=8 p=1 salt=%s\n"
	    "cipher: aes-256-gcm nonce=%s\n",
	    key->id, created, 1UL << w->cost, salt, nonce);
}

static int
check_passphrase(const struct fv_key_passphrase *p, struct fv_err *err)
{
	if (p->n >= FV_KEY_PASSPHRASE_LEAST)
		return 0;
	return fv_err_set(err, FV_EUSAGE,
	    "the passphrase has %zu characters; with fewer than %d it would "
	    "be found by trying",
	    p->n, FV_KEY_PASSPHRASE_LEAST);
}

int
fv_key_format(const struct fv_key *key, const char *created,
    const struct fv_key_passphrase *passphrase, char *text, size_t *n,
    struct fv_err *err)
{
	char header[FV_KEY_HEADER_TEXT], base64[BASE64_TEXT + 1];
	struct fv_key_wrapped w;
	int length;

	if (!is_date(created))
		return fv_err_set(err, FV_EUSAGE,
		    "'%s' is not a date: write it as 2026-01-31", created);
	if (passphrase == NULL) {
		(void)format_header(key, created, NULL, header);
		(void)EVP_EncodeBlock(
		    (unsigned char *)base64, fv_key_secret(key), FV_KEY_SIZE);
	} else {
		if (check_passphrase(passphrase, err) == -1 ||
		    fv_key_wrap_begin(&w, err) == -1)
			return -1;
		(void)format_header(key, created, &w, header);
		if (fv_key_wrap_seal(&w, fv_key_secret(key), passphrase, header,
			strlen(header), err) == -1)
			return -1;
		(void)EVP_EncodeBlock(
		    (unsigned char *)base64, w.bytes, FV_KEY_WRAP_BYTES);
	}
	length =
	    snprintf(text, FV_KEY_FILE_LIMIT, "%skey: %s\n", header, base64);
	fv_key_wipe(base64, sizeof(base64));
	*n = (size_t)length;
	return 0;
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
	char kdf[96];
	char cipher[64];
	char base64[BASE64_TEXT + 1];
};

static int
take_lines(const char *text, size_t length, struct lines *l,
    const char **key_line, struct fv_err *err)
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
	};
	const char *at = text, *end = text + length;
	size_t i;

	for (i = 0; i < FV_COUNT(line); i++) {
		*key_line = at;
		if (!take_line(
			&at, end, line[i].name, line[i].value, line[i].size))
			return fv_err_set(err, FV_EKEY,
			    "not a flowveil key file: line %zu should say "
			    "'%s: ...'",
			    i + 1, line[i].name);
		if (i == 0 && strcmp(l->version, "1") != 0)
			return fv_err_set(err, FV_EKEY,
			    "a key file of a version that this flowveil "
			    "does not read");
	}
	if (at != end)
		return fv_err_set(err, FV_EKEY,
		    "not a flowveil key file: more than %zu lines", i);
	if (!is_date(l->created))
		return fv_err_set(err, FV_EKEY,
		    "not a flowveil key file: line 3 is not a date");
	return 0;
}

/* How the key is wrapped; only what format_header writes will do. */
static bool
read_wrapping(const struct lines *l, struct fv_key_wrapped *w)
{
	static const char nonce[] = "aes-256-gcm nonce=";
	char start[64];
	size_t n;

	for (w->cost = FV_KEY_WRAP_COST_MIN; w->cost <= FV_KEY_WRAP_COST_MAX;
	     w->cost++) {
		n = (size_t)snprintf(start, sizeof(start),
		    "scrypt N=%lu r=8 p=1 salt=", 1UL << w->cost);
		if (strncmp(l->kdf, start, n) == 0)
			return decode(l->kdf + n, w->salt, sizeof(w->salt)) &&
			    strncmp(l->cipher, nonce, strlen(nonce)) == 0 &&
			    decode(l->cipher + strlen(nonce), w->nonce,
				sizeof(w->nonce));
	}
	return false;
}

/* A key that a passphrase has to unlock. */
static struct fv_key *
parse_wrapped(
    const struct lines *l, const char *header, size_t n, struct fv_err *err)
{
	struct fv_key *key;

	if ((key = fv_key_new(err)) == NULL)
		return NULL;
	key->locked = true;
	memcpy(key->id, l->id, sizeof(key->id));
	if (n >= sizeof(key->header) || !read_wrapping(l, &key->wrapped)) {
		(void)fv_err_set(err, FV_EKEY,
		    "wrapped in a way that this flowveil does not read");
	} else if (!decode(l->base64, key->wrapped.bytes,
		       sizeof(key->wrapped.bytes))) {
		(void)fv_err_set(err, FV_EKEY,
		    "not a flowveil key file: line 6 is not %d bytes of base64",
		    FV_KEY_WRAP_BYTES);
	} else {
		memcpy(key->header, header, n);
		return key;
	}
	fv_key_free(key);
	return NULL;
}

static struct fv_key *
parse_plain(const struct lines *l, struct fv_err *err)
{
	uint8_t secret[FV_KEY_SIZE];
	struct fv_key *key = NULL;

	if (!decode(l->base64, secret, sizeof(secret)))
		(void)fv_err_set(err, FV_EKEY,
		    "not a flowveil key file: line 6 is not 32 bytes of base64");
	else if ((key = fv_key_import(secret, err)) != NULL &&
	    strcmp(key->id, l->id) != 0) {
		(void)fv_err_set(err, FV_EKEY,
		    "the key does not match its id: the file is damaged");
		fv_key_free(key);
		key = NULL;
	}
	fv_key_wipe(secret, sizeof(secret));
	return key;
}

struct fv_key *
fv_key_parse(const char *text, size_t length, struct fv_err *err)
{
	const char *key_line = text;
	struct fv_key *key = NULL;
	struct lines l = { 0 };

	if (take_lines(text, length, &l, &key_line, err) == 0) {
		if (strcmp(l.kdf, "none") == 0 && strcmp(l.cipher, "none") == 0)
			key = parse_plain(&l, err);
		else
			key = parse_wrapped(
			    &l, text, (size_t)(key_line - text), err);
	}
	if (key != NULL)
		memcpy(key->created, l.created, sizeof(key->created));
	fv_key_wipe(&l, sizeof(l));
	return key;
}

/* 64 hexadecimal digits. */
static bool
read_hex(const char *text, size_t n, uint8_t secret[FV_KEY_SIZE])
{
	int high, low;
	size_t i;

	if (n > 0 && text[n - 1] == '\n')
		n--;
	if (n >= 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		text += 2;
		n -= 2;
	}
	if (n != 2 * (size_t)FV_KEY_SIZE)
		return false;
	for (i = 0; i < FV_KEY_SIZE; i++) {
		high = OPENSSL_hexchar2int((unsigned char)text[2 * i]);
		low = OPENSSL_hexchar2int((unsigned char)text[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		secret[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

struct fv_key *
fv_key_import_bytes(const char *bytes, size_t n, struct fv_err *err)
{
	static const char start[] = "flowveil-key:";
	uint8_t secret[FV_KEY_SIZE];
	struct fv_key *key = NULL;

	if (n > strlen(start) && memcmp(bytes, start, strlen(start)) == 0)
		return fv_key_parse(bytes, n, err);
	if (n == FV_KEY_SIZE)
		memcpy(secret, bytes, n);
	else if (!read_hex(bytes, n, secret)) {
		(void)fv_err_set(err, FV_EKEY,
		    "not a key: %zu bytes, where 32 bytes, 64 hexadecimal "
		    "digits or a key file are read",
		    n);
		return NULL;
	}
	if (memcmp(secret, secret + 1, FV_KEY_SIZE - 1) == 0)
		(void)fv_err_set(
		    err, FV_EKEY, "not a key: all of its bytes are the same");
	else
		key = fv_key_import(secret, err);
	fv_key_wipe(secret, sizeof(secret));
	return key;
}

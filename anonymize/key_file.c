#include "anonymize/key_internal.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "base/secret.h"

/* 32 bytes in base64, and the three that the decoder may write more. */
enum { BASE64_TEXT = 44, BASE64_BYTES = 33 };

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

/* The key file's text for ${key} into ${text}; how long it is. */
static int
format(const struct fv_key *key, const char *created, char *text, size_t size)
{
	char base64[BASE64_TEXT + 1];
	int n;

	(void)EVP_EncodeBlock(
	    (unsigned char *)base64, key->secret, FV_KEY_SIZE);
	n = snprintf(text, size,
	    "flowveil-key: 1\nid: %s\ncreated: %s\nkdf: none\n"
	    "cipher: none\nkey: %s\n",
	    key->id, created, base64);
	fv_key_wipe(base64, sizeof(base64));
	return n;
}

static struct fv_key *
random_key(struct fv_err *err)
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
fv_key_create(const char *path, const char *created, struct fv_err *err)
{
	char text[FV_KEY_FILE_LIMIT];
	struct fv_key *key;
	int n, rc;

	if (!is_date(created))
		return fv_err_set(err, FV_EUSAGE,
		    "'%s' is not a date: write it as 2026-01-31", created);
	if ((key = random_key(err)) == NULL)
		return -1;
	n = format(key, created, text, sizeof(text));
	rc = fv_secret_create(path, text, (size_t)n, err);
	fv_key_wipe(text, sizeof(text));
	fv_key_free(key);
	return rc;
}

struct fv_key *
fv_key_open(const char *path, struct fv_err *err)
{
	struct fv_key *key;
	int fd;

	fd = fv_secret_open(path, "make one with 'flowveil key new'", err);
	if (fd == -1)
		return NULL;
	if ((key = fv_key_read(fd, err)) == NULL)
		(void)fv_err_within(err, "%s", path);
	(void)close(fd);
	return key;
}

struct fv_key *
fv_key_read(int fd, struct fv_err *err)
{
	char text[FV_KEY_FILE_LIMIT + 1];
	struct fv_key *key = NULL;
	size_t used;

	if (fv_secret_read(fd, text, sizeof(text), &used, err) == 0)
		key = fv_key_parse(text, used, err);
	fv_key_wipe(text, sizeof(text));
	return key;
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
	char kdf[16];
	char cipher[32];
	char base64[BASE64_TEXT + 1];
};

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
	};
	const char *at = text, *end = text + length;
	size_t i;

	for (i = 0; i < FV_COUNT(line); i++) {
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
	if (strcmp(l->kdf, "none") != 0 || strcmp(l->cipher, "none") != 0)
		return fv_err_set(err, FV_EKEY,
		    "wrapped in a way that this flowveil does not read");
	return 0;
}

/*
 * The 32 bytes that ${base64} stands for.  Only the one text that the bytes
 * are written as will do (RFC 4648, 3.5), so that no damage goes unnoticed:
 * the decoder alone steps over white space, and over bits that are left.
 */
static bool
decode(const char *base64, uint8_t secret[BASE64_BYTES])
{
	const unsigned char *text = (const unsigned char *)base64;
	unsigned char again[BASE64_TEXT + 1];
	bool same;

	if (strlen(base64) != BASE64_TEXT ||
	    EVP_DecodeBlock(secret, text, BASE64_TEXT) != BASE64_BYTES)
		return false;
	(void)EVP_EncodeBlock(again, secret, FV_KEY_SIZE);
	same = memcmp(again, text, BASE64_TEXT) == 0;
	fv_key_wipe(again, sizeof(again));
	return same;
}

struct fv_key *
fv_key_parse(const char *text, size_t length, struct fv_err *err)
{
	uint8_t secret[BASE64_BYTES];
	struct fv_key *key = NULL;
	struct lines l = { 0 };

	if (take_lines(text, length, &l, err) == -1)
		goto out;
	if (!decode(l.base64, secret)) {
		(void)fv_err_set(err, FV_EKEY,
		    "not a flowveil key file: line 6 is not 32 bytes of base64");
		goto out;
	}
	if ((key = fv_key_import(secret, err)) == NULL)
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
	fv_key_wipe(secret, sizeof(secret));
	fv_key_wipe(&l, sizeof(l));
	return key;
}

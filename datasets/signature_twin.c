#include "datasets/signature_twin.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/memory.h"

enum { KEY_NUMBER = 8, BLAKE2B = 64 };

#define COMMENT "untrusted comment: signature with a flowveil signing key\n"
#define TRUSTED "trusted comment: "

/* What stands before a key or a signature; minisign calls hashed ones ED. */
struct head {
	uint8_t algorithm[2];
	uint8_t number[KEY_NUMBER];
};

/* ${n} bytes of base64: the text, and a NUL. */
#define BASE64_TEXT(n) (((n) + 2) / 3 * 4 + 1)

static int
make_head(struct head *head, const char *algorithm,
    const struct fv_signature_public *public, struct fv_err *err)
{
	char text[FV_SIGNATURE_FINGERPRINT_TEXT];
	const char *hex;
	unsigned value;
	size_t i;

	if (fv_signature_fingerprint(public, text, err) == -1)
		return -1;
	hex = strchr(text, ':') + 1;
	memcpy(head->algorithm, algorithm, sizeof(head->algorithm));
	for (i = 0; i < KEY_NUMBER; i++) {
		(void)sscanf(hex + 2 * i, "%2x", &value);
		head->number[i] = (uint8_t)value;
	}
	return 0;
}

/* The base64 of a head and ${n} bytes, at most a signature, into ${text}. */
static void
encode(const struct head *head, const uint8_t *bytes, size_t n,
    char text[BASE64_TEXT(sizeof(struct head) + FV_SIGNATURE_SIZE)])
{
	uint8_t all[sizeof(*head) + FV_SIGNATURE_SIZE];

	memcpy(all, head, sizeof(*head));
	memcpy(all + sizeof(*head), bytes, n);
	(void)EVP_EncodeBlock(
	    (unsigned char *)text, all, (int)(sizeof(*head) + n));
}

static char *
no_memory(struct fv_err *err)
{
	(void)fv_err_set(err, FV_EMEMORY, "out of memory");
	return NULL;
}

char *
fv_signature_twin_public(
    const struct fv_signature_public *public, struct fv_err *err)
{
	char line[BASE64_TEXT(sizeof(struct head) + FV_SIGNATURE_SIZE)];
	struct head head;
	char *text;

	if (make_head(&head, "Ed", public, err) == -1)
		return NULL;
	encode(&head, public->bytes, sizeof(public->bytes), line);
	if (asprintf(&text,
		"untrusted comment: flowveil public signing key\n%s\n",
		line) == -1)
		return no_memory(err);
	return text;
}

static char *
signify_text(const struct fv_signature_public *public,
    const uint8_t signature[FV_SIGNATURE_SIZE], struct fv_err *err)
{
	char line[BASE64_TEXT(sizeof(struct head) + FV_SIGNATURE_SIZE)];
	struct head head;
	char *text;

	if (make_head(&head, "Ed", public, err) == -1)
		return NULL;
	encode(&head, signature, FV_SIGNATURE_SIZE, line);
	if (asprintf(&text, COMMENT "%s\n", line) == -1)
		return no_memory(err);
	return text;
}

char *
fv_signature_twin_signify(const struct fv_signature_key *key,
    const void *message, size_t n, struct fv_err *err)
{
	uint8_t signature[FV_SIGNATURE_SIZE];

	if (fv_signature_sign(key, message, n, signature, err) == -1)
		return NULL;
	return signify_text(fv_signature_key_public(key), signature, err);
}

/*
 * What minisign's second signature covers: the first one and the comment of
 * ${n} bytes.  To be freed; NULL with ${err} set.
 */
static uint8_t *
join(const uint8_t signature[FV_SIGNATURE_SIZE], const char *comment, size_t n,
    struct fv_err *err)
{
	uint8_t *all = fv_memory_new(FV_SIGNATURE_SIZE + n, 1, err);

	if (all != NULL) {
		memcpy(all, signature, FV_SIGNATURE_SIZE);
		memcpy(all + FV_SIGNATURE_SIZE, comment, n);
	}
	return all;
}

static int
hash_message(
    const void *message, size_t n, uint8_t hash[BLAKE2B], struct fv_err *err)
{
	if (EVP_Digest(message, n, hash, NULL, EVP_blake2b512(), NULL) != 1)
		return fv_err_set(err, FV_ECRYPTO, "BLAKE2b failed");
	return 0;
}

/* The comment has ${n} bytes. */
static char *
minisign_text(const struct fv_signature_public *public,
    const uint8_t signature[FV_SIGNATURE_SIZE], const char *comment, size_t n,
    const uint8_t global[FV_SIGNATURE_SIZE], struct fv_err *err)
{
	char line[BASE64_TEXT(sizeof(struct head) + FV_SIGNATURE_SIZE)];
	char last[BASE64_TEXT(FV_SIGNATURE_SIZE)];
	struct head head;
	char *text;

	if (make_head(&head, "ED", public, err) == -1)
		return NULL;
	encode(&head, signature, FV_SIGNATURE_SIZE, line);
	(void)EVP_EncodeBlock((unsigned char *)last, global, FV_SIGNATURE_SIZE);
	if (asprintf(&text, COMMENT "%s\n" TRUSTED "%.*s\n%s\n", line, (int)n,
		comment, last) == -1)
		return no_memory(err);
	return text;
}

char *
fv_signature_twin_minisign(const struct fv_signature_key *key,
    const void *message, size_t n, const char *comment, struct fv_err *err)
{
	uint8_t hash[BLAKE2B], signature[FV_SIGNATURE_SIZE];
	uint8_t global[FV_SIGNATURE_SIZE], *all = NULL;
	size_t length = strlen(comment);
	char *text = NULL;

	if (hash_message(message, n, hash, err) == 0 &&
	    fv_signature_sign(key, hash, sizeof(hash), signature, err) == 0 &&
	    (all = join(signature, comment, length, err)) != NULL &&
	    fv_signature_sign(
		key, all, FV_SIGNATURE_SIZE + length, global, err) == 0)
		text = minisign_text(fv_signature_key_public(key), signature,
		    comment, length, global, err);
	free(all);
	return text;
}

/* The signature at the end of what a line of base64 stands for. */
static bool
decode(const char *line, size_t n, size_t before,
    uint8_t signature[FV_SIGNATURE_SIZE])
{
	uint8_t all[sizeof(struct head) + FV_SIGNATURE_SIZE + 3];

	if (n != BASE64_TEXT(before + FV_SIGNATURE_SIZE) - 1 ||
	    EVP_DecodeBlock(all, (const unsigned char *)line, (int)n) == -1)
		return false;
	memcpy(signature, all + before, FV_SIGNATURE_SIZE);
	return true;
}

/* The next line of ${*text}, without its end; false when there is none. */
static bool
take_line(const char **text, size_t *left, const char **line, size_t *n)
{
	const char *end = memchr(*text, '\n', *left);

	if (end == NULL)
		return false;
	*line = *text;
	*n = (size_t)(end - *text);
	*left -= *n + 1;
	*text = end + 1;
	return true;
}

/* A twin taken apart: what it must be made of, to be made again. */
struct parts {
	uint8_t signature[FV_SIGNATURE_SIZE];
	uint8_t global[FV_SIGNATURE_SIZE];
	const char *comment;
	size_t comment_length;
};

static bool
take_apart(const char *text, size_t left, bool minisign, struct parts *p)
{
	const char *line;
	size_t n;

	if (!take_line(&text, &left, &line, &n) ||
	    !take_line(&text, &left, &line, &n) ||
	    !decode(line, n, sizeof(struct head), p->signature))
		return false;
	if (!minisign)
		return true;
	if (!take_line(&text, &left, &line, &n) || n < strlen(TRUSTED) ||
	    n > INT_MAX)
		return false;
	p->comment = line + strlen(TRUSTED);
	p->comment_length = n - strlen(TRUSTED);
	return take_line(&text, &left, &line, &n) &&
	    decode(line, n, 0, p->global);
}

/* Whether the signatures of a twin are this key's. */
static int
check_minisign(const struct fv_signature_public *public, const void *message,
    size_t n, const struct parts *p, struct fv_err *err)
{
	uint8_t hash[BLAKE2B], *all;
	int rc;

	if (hash_message(message, n, hash, err) == -1 ||
	    fv_signature_verify(public, hash, sizeof(hash), p->signature,
		FV_SIGNATURE_SIZE, err) == -1 ||
	    (all = join(p->signature, p->comment, p->comment_length, err)) ==
		NULL)
		return -1;
	rc = fv_signature_verify(public, all,
	    FV_SIGNATURE_SIZE + p->comment_length, p->global, FV_SIGNATURE_SIZE,
	    err);
	free(all);
	return rc;
}

int
fv_signature_twin_check(const char *suffix,
    const struct fv_signature_public *public, const void *message, size_t n,
    const char *text, size_t length, struct fv_err *err)
{
	bool minisign = strcmp(suffix, FV_SIGNATURE_TWIN_MINISIGN) == 0;
	struct parts p = { .comment = "" };
	char *again;
	int rc;

	if (!take_apart(text, length, minisign, &p))
		return fv_err_set(
		    err, FV_EFORMAT, "is not a signature as it was made");
	rc = minisign ? check_minisign(public, message, n, &p, err)
		      : fv_signature_verify(public, message, n, p.signature,
			    FV_SIGNATURE_SIZE, err);
	if (rc == -1)
		return -1;
	again = minisign ? minisign_text(public, p.signature, p.comment,
			       p.comment_length, p.global, err)
			 : signify_text(public, p.signature, err);
	if (again == NULL)
		return -1;
	/* Comments are not signed, nor are the last bits of base64. */
	if (strlen(again) != length || memcmp(again, text, length) != 0)
		rc = fv_err_set(err, FV_EFORMAT,
		    "is a signature by that key, but was changed, or made by "
		    "another program");
	free(again);
	return rc;
}

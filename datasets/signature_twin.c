#include "datasets/signature_twin.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/memory.h"

enum { KEY_NUMBER = 8, BLAKE2B = 64 };

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

char *
fv_signature_twin_signify(const struct fv_signature_key *key,
    const void *message, size_t n, struct fv_err *err)
{
	char line[BASE64_TEXT(sizeof(struct head) + FV_SIGNATURE_SIZE)];
	uint8_t signature[FV_SIGNATURE_SIZE];
	struct head head;
	char *text;

	if (make_head(&head, "Ed", fv_signature_key_public(key), err) == -1 ||
	    fv_signature_sign(key, message, n, signature, err) == -1)
		return NULL;
	encode(&head, signature, sizeof(signature), line);
	if (asprintf(&text,
		"untrusted comment: signature with a flowveil signing key\n"
		"%s\n",
		line) == -1)
		return no_memory(err);
	return text;
}

/* The signature that covers ${signature} and the comment, as base64. */
static int
sign_comment(const struct fv_signature_key *key,
    const uint8_t signature[FV_SIGNATURE_SIZE], const char *comment,
    char text[BASE64_TEXT(FV_SIGNATURE_SIZE)], struct fv_err *err)
{
	size_t n = strlen(comment);
	uint8_t global[FV_SIGNATURE_SIZE];
	uint8_t *all;
	int rc;

	all = fv_memory_new(FV_SIGNATURE_SIZE + n, 1, err);
	if (all == NULL)
		return -1;
	memcpy(all, signature, FV_SIGNATURE_SIZE);
	memcpy(all + FV_SIGNATURE_SIZE, comment, n);
	rc = fv_signature_sign(key, all, FV_SIGNATURE_SIZE + n, global, err);
	if (rc == 0)
		(void)EVP_EncodeBlock(
		    (unsigned char *)text, global, FV_SIGNATURE_SIZE);
	free(all);
	return rc;
}

char *
fv_signature_twin_minisign(const struct fv_signature_key *key,
    const void *message, size_t n, const char *comment, struct fv_err *err)
{
	char line[BASE64_TEXT(sizeof(struct head) + FV_SIGNATURE_SIZE)];
	char last[BASE64_TEXT(FV_SIGNATURE_SIZE)];
	uint8_t hash[BLAKE2B], signature[FV_SIGNATURE_SIZE];
	struct head head;
	char *text;

	if (EVP_Digest(message, n, hash, NULL, EVP_blake2b512(), NULL) != 1) {
		(void)fv_err_set(err, FV_ECRYPTO, "BLAKE2b failed");
		return NULL;
	}
	if (make_head(&head, "ED", fv_signature_key_public(key), err) == -1 ||
	    fv_signature_sign(key, hash, sizeof(hash), signature, err) == -1 ||
	    sign_comment(key, signature, comment, last, err) == -1)
		return NULL;
	encode(&head, signature, sizeof(signature), line);
	if (asprintf(&text,
		"untrusted comment: signature with a flowveil signing key\n"
		"%s\ntrusted comment: %s\n%s\n",
		line, comment, last) == -1)
		return no_memory(err);
	return text;
}

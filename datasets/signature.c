#include "datasets/signature.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/memory.h"
#include "base/secret.h"

struct fv_signature_key {
	EVP_PKEY *pair;
	struct fv_signature_public public;
};

/*
 * Given in place of OpenSSL's own, which asks at the terminal: a key that
 * wants a passphrase is refused, by FV_EKEY and not by a prompt.
 */
static int
no_passphrase(char *text, int size, int writing, void *asked)
{
	(void)text;
	(void)size;
	(void)writing;
	*(bool *)asked = true;
	return -1;
}

/* Take ${pair}, which becomes the key's, also when this fails. */
static struct fv_signature_key *
adopt(EVP_PKEY *pair, struct fv_err *err)
{
	struct fv_signature_key *key = NULL;
	size_t n = FV_SIGNATURE_KEY_SIZE;

	if (EVP_PKEY_get_id(pair) != EVP_PKEY_ED25519) {
		(void)fv_err_set(err, FV_EKEY,
		    "is a private key, but not of Ed25519; make one with "
		    "'flowveil key new --signing'");
	} else if ((key = fv_memory_new(1, sizeof(*key), err)) != NULL) {
		if (EVP_PKEY_get_raw_public_key(pair, key->public.bytes, &n) ==
		    1) {
			key->pair = pair;
			return key;
		}
		(void)fv_err_set(err, FV_ECRYPTO, "has no public half");
		free(key);
	}
	EVP_PKEY_free(pair);
	return NULL;
}

struct fv_signature_key *
fv_signature_key_parse(const char *text, size_t length, struct fv_err *err)
{
	BIO *bio = NULL;
	EVP_PKEY *pair = NULL;
	bool asked = false;

	if (length <= INT_MAX)
		bio = BIO_new_mem_buf(text, (int)length);
	if (bio != NULL)
		pair =
		    PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, &asked);
	BIO_free(bio);
	ERR_clear_error();
	if (pair != NULL)
		return adopt(pair, err);
	(void)fv_err_set(err, FV_EKEY,
	    asked ? "is protected by a passphrase, which cannot be asked for "
		    "here; give the key as fd:NUMBER from the program that "
		    "unlocks it"
		  : "holds no private key in PEM; make one with 'flowveil key "
		    "new --signing'");
	return NULL;
}

struct fv_signature_key *
fv_signature_key_read(int fd, struct fv_err *err)
{
	char text[FV_SECRET_LIMIT];
	struct fv_signature_key *key = NULL;
	size_t length;

	if (fv_secret_read(fd, text, sizeof(text), &length, err) == 0)
		key = fv_signature_key_parse(text, length, err);
	fv_secret_wipe(text, sizeof(text));
	return key;
}

struct fv_signature_key *
fv_signature_key_open(const char *path, struct fv_err *err)
{
	struct fv_signature_key *key;
	int fd;

	fd = fv_secret_open(
	    path, "make one with 'flowveil key new --signing'", err);
	if (fd == -1)
		return NULL;
	if ((key = fv_signature_key_read(fd, err)) == NULL)
		(void)fv_err_within(err, "%s", path);
	(void)close(fd);
	return key;
}

int
fv_signature_key_create(const char *path, struct fv_err *err)
{
	EVP_PKEY *pair;
	BIO *bio;
	char *text;
	long n;
	int rc = -1;

	pair = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	bio = BIO_new(BIO_s_secmem());
	if (pair == NULL || bio == NULL ||
	    PEM_write_bio_PKCS8PrivateKey(
		bio, pair, NULL, NULL, 0, NULL, NULL) != 1)
		(void)fv_err_set(err, FV_ECRYPTO, "no key could be made");
	else if ((n = BIO_get_mem_data(bio, &text)) > 0)
		rc = fv_secret_create(path, text, (size_t)n, err);
	BIO_free(bio);
	EVP_PKEY_free(pair);
	return rc;
}

const struct fv_signature_public *
fv_signature_key_public(const struct fv_signature_key *key)
{
	return &key->public;
}

void
fv_signature_key_free(struct fv_signature_key *key)
{
	if (key == NULL)
		return;
	EVP_PKEY_free(key->pair); /* which wipes it */
	free(key);
}

int
fv_signature_sign(const struct fv_signature_key *key, const void *message,
    size_t n, uint8_t signature[FV_SIGNATURE_SIZE], struct fv_err *err)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t length = FV_SIGNATURE_SIZE;
	int rc = 0;

	if (context == NULL ||
	    EVP_DigestSignInit(context, NULL, NULL, NULL, key->pair) != 1 ||
	    EVP_DigestSign(context, signature, &length, message, n) != 1 ||
	    length != FV_SIGNATURE_SIZE)
		rc = fv_err_set(err, FV_ECRYPTO, "signing failed");
	EVP_MD_CTX_free(context);
	return rc;
}

int
fv_signature_verify(const struct fv_signature_public *public,
    const void *message, size_t n, const void *signature, size_t length,
    struct fv_err *err)
{
	EVP_MD_CTX *context = NULL;
	EVP_PKEY *key;
	int rc = -1;

	if (length != FV_SIGNATURE_SIZE)
		return fv_err_set(err, FV_EFORMAT,
		    "is not a signature: it has %zu bytes, not %d", length,
		    FV_SIGNATURE_SIZE);
	key = EVP_PKEY_new_raw_public_key(
	    EVP_PKEY_ED25519, NULL, public->bytes, FV_SIGNATURE_KEY_SIZE);
	if (key == NULL || (context = EVP_MD_CTX_new()) == NULL ||
	    EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) != 1)
		(void)fv_err_set(err, FV_ECRYPTO, "Ed25519 is not available");
	else if (EVP_DigestVerify(context, signature, length, message, n) != 1)
		(void)fv_err_set(err, FV_EFORMAT,
		    "the signature is not this key's over these bytes");
	else
		rc = 0;
	ERR_clear_error();
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	return rc;
}

char *
fv_signature_public_pem(
    const struct fv_signature_public *public, struct fv_err *err)
{
	BIO *bio = BIO_new(BIO_s_mem());
	EVP_PKEY *key;
	char *bytes, *text = NULL;
	long n;

	key = EVP_PKEY_new_raw_public_key(
	    EVP_PKEY_ED25519, NULL, public->bytes, FV_SIGNATURE_KEY_SIZE);
	if (key != NULL && bio != NULL && PEM_write_bio_PUBKEY(bio, key) == 1 &&
	    (n = BIO_get_mem_data(bio, &bytes)) > 0)
		text = strndup(bytes, (size_t)n);
	if (text == NULL)
		(void)fv_err_set(err, FV_ECRYPTO, "key not written as PEM");
	EVP_PKEY_free(key);
	BIO_free(bio);
	return text;
}

#include "anonymize/key_wrap.h"

#include <assert.h>
#include <limits.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

enum { SCRYPT_R = 8, SCRYPT_P = 1 };

int
fv_key_wrap_begin(struct fv_key_wrapped *w, struct fv_err *err)
{
	*w = (struct fv_key_wrapped){ .cost = FV_KEY_WRAP_COST };
	if (RAND_bytes(w->salt, sizeof(w->salt)) != 1 ||
	    RAND_bytes(w->nonce, sizeof(w->nonce)) != 1)
		return fv_err_set(
		    err, FV_ECRYPTO, "no random bytes to wrap a key");
	return 0;
}

/* The cipher's key; wiped by the caller. */
static int
derive(const struct fv_key_wrapped *w, const struct fv_key_passphrase *p,
    uint8_t key[FV_KEY_SIZE], struct fv_err *err)
{
	/* OSSL_PARAM wants pointers to what it will not change. */
	union {
		const void *in;
		void *out;
	} text = { .in = p->text }, salt = { .in = w->salt };
	uint64_t n = UINT64_C(1) << w->cost;
	/* 128 N r bytes (RFC 7914, section 2), and some for the rest. */
	uint64_t most = 128 * n * SCRYPT_R + (UINT64_C(1) << 20);
	uint32_t r = SCRYPT_R, parallel = SCRYPT_P;
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_octet_string(
		    OSSL_KDF_PARAM_PASSWORD, text.out, p->n),
		OSSL_PARAM_construct_octet_string(
		    OSSL_KDF_PARAM_SALT, salt.out, sizeof(w->salt)),
		OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
		OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_R, &r),
		OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_P, &parallel),
		OSSL_PARAM_construct_uint64(
		    OSSL_KDF_PARAM_SCRYPT_MAXMEM, &most),
		OSSL_PARAM_construct_end(),
	};
	EVP_KDF_CTX *context = NULL;
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "SCRYPT", NULL);
	int rc = -1;

	assert(
	    w->cost >= FV_KEY_WRAP_COST_MIN && w->cost <= FV_KEY_WRAP_COST_MAX);
	if (kdf != NULL && (context = EVP_KDF_CTX_new(kdf)) != NULL &&
	    EVP_KDF_derive(context, key, FV_KEY_SIZE, params) == 1)
		rc = 0;
	else
		(void)fv_err_set(err, FV_ECRYPTO,
		    "scrypt failed; it wants %llu MiB of memory",
		    (unsigned long long)(most >> 20));
	EVP_KDF_CTX_free(context);
	EVP_KDF_free(kdf);
	return rc;
}

/* AES-256-GCM, begun with its key and the header. */
static EVP_CIPHER_CTX *
begin(const struct fv_key_wrapped *w, const uint8_t key[FV_KEY_SIZE],
    const char *header, size_t n, int enciphers, struct fv_err *err)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	int done;

	assert(n <= INT_MAX);
	if (context != NULL &&
	    EVP_CipherInit_ex(context, EVP_aes_256_gcm(), NULL, key, w->nonce,
		enciphers) == 1 &&
	    EVP_CipherUpdate(context, NULL, &done,
		(const unsigned char *)header, (int)n) == 1)
		return context;
	EVP_CIPHER_CTX_free(context);
	(void)fv_err_set(err, FV_ECRYPTO, "AES-256-GCM failed");
	return NULL;
}

int
fv_key_wrap_seal(struct fv_key_wrapped *w, const uint8_t secret[FV_KEY_SIZE],
    const struct fv_key_passphrase *passphrase, const char *header, size_t n,
    struct fv_err *err)
{
	uint8_t key[FV_KEY_SIZE];
	EVP_CIPHER_CTX *context = NULL;
	int done, rc = -1;

	if (derive(w, passphrase, key, err) == 0 &&
	    (context = begin(w, key, header, n, 1, err)) != NULL) {
		if (EVP_CipherUpdate(
			context, w->bytes, &done, secret, FV_KEY_SIZE) == 1 &&
		    EVP_CipherFinal_ex(context, w->bytes + done, &done) == 1 &&
		    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG,
			FV_KEY_WRAP_BYTES - FV_KEY_SIZE,
			w->bytes + FV_KEY_SIZE) == 1)
			rc = 0;
		else
			(void)fv_err_set(err, FV_ECRYPTO, "AES-256-GCM failed");
	}
	EVP_CIPHER_CTX_free(context);
	fv_key_wipe(key, sizeof(key));
	return rc;
}

int
fv_key_wrap_open(const struct fv_key_wrapped *w, uint8_t secret[FV_KEY_SIZE],
    const struct fv_key_passphrase *passphrase, const char *header, size_t n,
    struct fv_err *err)
{
	uint8_t key[FV_KEY_SIZE], tag[FV_KEY_WRAP_BYTES - FV_KEY_SIZE];
	EVP_CIPHER_CTX *context = NULL;
	int done, rc = -1;

	__builtin_memcpy(tag, w->bytes + FV_KEY_SIZE, sizeof(tag));
	if (derive(w, passphrase, key, err) == 0 &&
	    (context = begin(w, key, header, n, 0, err)) != NULL) {
		if (EVP_CipherUpdate(
			context, secret, &done, w->bytes, FV_KEY_SIZE) == 1 &&
		    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG,
			sizeof(tag), tag) == 1 &&
		    EVP_CipherFinal_ex(context, secret + done, &done) == 1)
			rc = 0;
		else
			(void)fv_err_set(err, FV_EKEY,
			    "the passphrase is not that of this key, or the "
			    "file is damaged");
	}
	if (rc == -1)
		fv_key_wipe(secret, FV_KEY_SIZE);
	EVP_CIPHER_CTX_free(context);
	fv_key_wipe(key, sizeof(key));
	return rc;
}

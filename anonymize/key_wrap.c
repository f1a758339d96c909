#include "anonymize/key_wrap.h"

#include <stdbool.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

/* Bounds for what a file says.  Below the least, N is no protection at all;
 * above the most, opening a file would stop the machine. */
enum { N_LEAST = 1 << 10, N_MOST = 1 << 20, R_MOST = 32, P_MOST = 4 };

enum { TAG = FV_KEY_WRAP_SEALED - FV_KEY_SIZE };

int
fv_key_wrap_fresh(struct fv_key_wrap *wrap, struct fv_err *err)
{
	if (RAND_bytes(wrap->salt, sizeof(wrap->salt)) != 1 ||
	    RAND_bytes(wrap->nonce, sizeof(wrap->nonce)) != 1)
		return fv_err_set(
		    err, FV_ECRYPTO, "no random bytes to wrap a key with");
	return 0;
}

int
fv_key_wrap_check(const struct fv_key_wrap *wrap, struct fv_err *err)
{
	if (wrap->n < N_LEAST || wrap->n > N_MOST ||
	    (wrap->n & (wrap->n - 1)) != 0 || wrap->r < 1 || wrap->r > R_MOST ||
	    wrap->p < 1 || wrap->p > P_MOST ||
	    UINT64_C(128) * wrap->r * wrap->n > FV_KEY_WRAP_MEMORY)
		return fv_err_set(err, FV_EKEY,
		    "the scrypt parameters of this key file are out of "
		    "bounds: N a power of two from 1024 to 1048576, r to %d, "
		    "p to %d, and no more than %u MiB",
		    R_MOST, P_MOST, (unsigned)(FV_KEY_WRAP_MEMORY >> 20));
	return 0;
}

/* The key that scrypt makes of the passphrase; the caller wipes it. */
static int
stretch(const struct fv_key_wrap *wrap, const struct fv_passphrase *pass,
    uint8_t kek[32], struct fv_err *err)
{
	/* OSSL_PARAM wants pointers to what it will not change. */
	union {
		const void *in;
		void *out;
	} password = { .in = pass->bytes }, salt = { .in = wrap->salt };
	uint64_t n = wrap->n, memory = 2 * FV_KEY_WRAP_MEMORY;
	uint32_t r = wrap->r, p = wrap->p;
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_octet_string(
		    OSSL_KDF_PARAM_PASSWORD, password.out, pass->length),
		OSSL_PARAM_construct_octet_string(
		    OSSL_KDF_PARAM_SALT, salt.out, sizeof(wrap->salt)),
		OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
		OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_R, &r),
		OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_P, &p),
		OSSL_PARAM_construct_uint64(
		    OSSL_KDF_PARAM_SCRYPT_MAXMEM, &memory),
		OSSL_PARAM_construct_end(),
	};
	EVP_KDF_CTX *context = NULL;
	EVP_KDF *kdf;
	int rc = -1;

	if (fv_key_wrap_check(wrap, err) == -1)
		return -1;
	if ((kdf = EVP_KDF_fetch(NULL, "SCRYPT", NULL)) != NULL &&
	    (context = EVP_KDF_CTX_new(kdf)) != NULL &&
	    EVP_KDF_derive(context, kek, 32, params) == 1)
		rc = 0;
	else
		(void)fv_err_set(err, FV_ECRYPTO,
		    "scrypt failed: it needs %u MiB of memory",
		    (unsigned)((UINT64_C(128) * r * n >> 20) + 1));
	EVP_KDF_CTX_free(context);
	EVP_KDF_free(kdf);
	return rc;
}

static bool
encrypt(EVP_CIPHER_CTX *c, const struct fv_key_wrap *wrap, const uint8_t *kek,
    const char *header, size_t n, const uint8_t *secret, uint8_t *sealed)
{
	int done;

	return EVP_EncryptInit_ex(
		   c, EVP_aes_256_gcm(), NULL, kek, wrap->nonce) == 1 &&
	    EVP_EncryptUpdate(
		c, NULL, &done, (const unsigned char *)header, (int)n) == 1 &&
	    EVP_EncryptUpdate(c, sealed, &done, secret, FV_KEY_SIZE) == 1 &&
	    done == FV_KEY_SIZE &&
	    EVP_EncryptFinal_ex(c, sealed + FV_KEY_SIZE, &done) == 1 &&
	    EVP_CIPHER_CTX_ctrl(
		c, EVP_CTRL_GCM_GET_TAG, TAG, sealed + FV_KEY_SIZE) == 1;
}

static bool
decrypt(EVP_CIPHER_CTX *c, const struct fv_key_wrap *wrap, const uint8_t *kek,
    const char *header, size_t n, const uint8_t *sealed, uint8_t *secret)
{
	uint8_t tag[TAG], rest[16];
	int done;

	memcpy(tag, sealed + FV_KEY_SIZE, sizeof(tag));
	return EVP_DecryptInit_ex(
		   c, EVP_aes_256_gcm(), NULL, kek, wrap->nonce) == 1 &&
	    EVP_DecryptUpdate(
		c, NULL, &done, (const unsigned char *)header, (int)n) == 1 &&
	    EVP_DecryptUpdate(c, secret, &done, sealed, FV_KEY_SIZE) == 1 &&
	    done == FV_KEY_SIZE &&
	    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, TAG, tag) == 1 &&
	    EVP_DecryptFinal_ex(c, rest, &done) == 1;
}

int
fv_key_wrap_seal(const struct fv_key_wrap *wrap,
    const struct fv_passphrase *pass, const char *header, size_t n,
    const uint8_t secret[FV_KEY_SIZE], uint8_t sealed[FV_KEY_WRAP_SEALED],
    struct fv_err *err)
{
	EVP_CIPHER_CTX *c = NULL;
	uint8_t kek[32];
	int rc = -1;

	if (stretch(wrap, pass, kek, err) == -1)
		goto out;
	if ((c = EVP_CIPHER_CTX_new()) != NULL &&
	    encrypt(c, wrap, kek, header, n, secret, sealed))
		rc = 0;
	else
		(void)fv_err_set(err, FV_ECRYPTO, "AES-256-GCM failed");
out:
	EVP_CIPHER_CTX_free(c);
	fv_key_wipe(kek, sizeof(kek));
	return rc;
}

int
fv_key_wrap_open(const struct fv_key_wrap *wrap,
    const struct fv_passphrase *pass, const char *header, size_t n,
    const uint8_t sealed[FV_KEY_WRAP_SEALED], uint8_t secret[FV_KEY_SIZE],
    struct fv_err *err)
{
	EVP_CIPHER_CTX *c = NULL;
	uint8_t kek[32];
	int rc = -1;

	if (stretch(wrap, pass, kek, err) == -1)
		goto out;
	if ((c = EVP_CIPHER_CTX_new()) == NULL) {
		(void)fv_err_set(err, FV_ECRYPTO, "AES-256-GCM failed");
		goto out;
	}
	if (decrypt(c, wrap, kek, header, n, sealed, secret)) {
		rc = 0;
	} else {
		/* What came out before the tag was checked is no secret. */
		fv_key_wipe(secret, FV_KEY_SIZE);
		(void)fv_err_set(err, FV_EKEY,
		    "the passphrase does not open this key (or somebody "
		    "changed the file)");
	}
out:
	EVP_CIPHER_CTX_free(c);
	fv_key_wipe(kek, sizeof(kek));
	return rc;
}

#include "anonymize/key.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "anonymize/key_internal.h"
#include "base/digest.h"

/* Of the id: never change it, or datasets no longer name their key. */
static const char ID_SALT[] = "flowveil/1";
static const char ID_INFO[] = "key-id";

/* Locked pages that core dumps leave out; small: keys are 32 bytes. */
enum { SECURE_HEAP = 32768, SECURE_MIN = 32 };

struct fv_key *
fv_key_import(const uint8_t secret[FV_KEY_SIZE], struct fv_err *err)
{
	uint8_t id[FV_KEY_ID_SIZE];
	struct fv_key *key;

	/*
	 * Where pages cannot be locked, OpenSSL falls back to plain memory:
	 * worse, but no reason to refuse.
	 */
	if (!CRYPTO_secure_malloc_initialized())
		(void)CRYPTO_secure_malloc_init(SECURE_HEAP, SECURE_MIN);
	if ((key = OPENSSL_secure_zalloc(sizeof(*key))) == NULL) {
		(void)fv_err_set(err, FV_EMEMORY, "no memory for a key");
		return NULL;
	}
	memcpy(key->secret, secret, sizeof(key->secret));
	if (fv_key_derive(key, ID_SALT, ID_INFO, id, sizeof(id), err) == -1) {
		fv_key_free(key);
		return NULL;
	}
	fv_digest_hex(id, sizeof(id), key->id);
	return key;
}

const char *
fv_key_id(const struct fv_key *key)
{
	return key->id;
}

const char *
fv_key_created(const struct fv_key *key)
{
	return key->created;
}

const uint8_t *
fv_key_secret(const struct fv_key *key)
{
	return key->secret;
}

int
fv_key_derive(const struct fv_key *key, const char *salt, const char *info,
    uint8_t *out, size_t n, struct fv_err *err)
{
	/* OSSL_PARAM wants pointers to what it will not change. */
	union {
		const void *in;
		void *out;
	} secret = { .in = key->secret }, s = { .in = salt },
	  i = { .in = info };
	char hash[] = "SHA256";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(
		    OSSL_KDF_PARAM_DIGEST, hash, 0),
		OSSL_PARAM_construct_octet_string(
		    OSSL_KDF_PARAM_KEY, secret.out, FV_KEY_SIZE),
		OSSL_PARAM_construct_octet_string(
		    OSSL_KDF_PARAM_SALT, s.out, strlen(salt)),
		OSSL_PARAM_construct_octet_string(
		    OSSL_KDF_PARAM_INFO, i.out, strlen(info)),
		OSSL_PARAM_construct_end(),
	};
	EVP_KDF_CTX *context = NULL;
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	int rc = -1;

	if (kdf != NULL && (context = EVP_KDF_CTX_new(kdf)) != NULL &&
	    EVP_KDF_derive(context, out, n, params) == 1)
		rc = 0;
	else
		(void)fv_err_set(err, FV_ECRYPTO, "HKDF-SHA256 failed");
	EVP_KDF_CTX_free(context);
	EVP_KDF_free(kdf);
	return rc;
}

/* Append ${text} at ${at}; where the next goes. */
static char *
append(char *at, const char *text)
{
	size_t n = strlen(text);

	memcpy(at, text, n);
	return at + n;
}

/* Append ${name}, in which no '|' is left; NULL if it is too long. */
static char *
append_name(char *at, const char *name)
{
	if (name == NULL)
		return at;
	if (strlen(name) > FV_KEY_SCOPE_LIMIT)
		return NULL;
	for (; *name != '\0'; name++)
		if (*name == '|')
			at = append(at, "%7C");
		else if (*name == '%')
			at = append(at, "%25");
		else
			*at++ = *name;
	return at;
}

int
fv_key_subkey(const struct fv_key *key, const struct fv_key_scope *scope,
    const char *purpose, uint8_t *out, size_t n, struct fv_err *err)
{
	char salt[sizeof("flowveil/1|site=|release=") +
	    2 * 3 * FV_KEY_SCOPE_LIMIT];
	char *at = append(salt, "flowveil/1|site=");

	if ((at = append_name(at, scope->site)) == NULL)
		return fv_err_set(err, FV_EUSAGE,
		    "the site's name is longer than %d bytes",
		    FV_KEY_SCOPE_LIMIT);
	at = append(at, "|release=");
	if ((at = append_name(at, scope->release)) == NULL)
		return fv_err_set(err, FV_EUSAGE,
		    "the release's name is longer than %d bytes",
		    FV_KEY_SCOPE_LIMIT);
	*at = '\0';
	return fv_key_derive(key, salt, purpose, out, n, err);
}

int
fv_key_token(const uint8_t subkey[FV_KEY_SIZE], const uint8_t *bytes, size_t n,
    uint64_t *token, struct fv_err *err)
{
	uint8_t mac[FV_DIGEST_SIZE];
	size_t i, length;

	if (EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, subkey, FV_KEY_SIZE,
		bytes, n, mac, sizeof(mac), &length) == NULL)
		return fv_err_set(err, FV_ECRYPTO, "HMAC-SHA256 failed");
	*token = 0;
	for (i = 0; i < sizeof(*token); i++)
		*token = *token << 8 | mac[i];
	return 0;
}

void
fv_key_wipe(void *bytes, size_t n)
{
	OPENSSL_cleanse(bytes, n);
}

void
fv_key_free(struct fv_key *key)
{
	OPENSSL_secure_clear_free(key, sizeof(*key));
}

#include "base/digest.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#include <openssl/evp.h>

#include "base/memory.h"

struct fv_digest {
	EVP_MD_CTX *context;
	bool closed; /* its value was asked for */
};

static struct fv_digest *
new_digest(const EVP_MD *kind, const char *name, struct fv_err *err)
{
	struct fv_digest *d;

	if ((d = fv_memory_new(1, sizeof(*d), err)) == NULL)
		return NULL;
	d->context = EVP_MD_CTX_new();
	if (d->context == NULL ||
	    EVP_DigestInit_ex(d->context, kind, NULL) != 1) {
		(void)fv_err_set(err, FV_ECRYPTO, "%s is not available", name);
		fv_digest_free(d);
		return NULL;
	}
	return d;
}

struct fv_digest *
fv_digest_new(struct fv_err *err)
{
	return new_digest(EVP_sha256(), "SHA-256", err);
}

struct fv_digest *
fv_digest_new_long(struct fv_err *err)
{
	return new_digest(EVP_sha512(), "SHA-512", err);
}

int
fv_digest_add(
    struct fv_digest *d, const void *bytes, size_t n, struct fv_err *err)
{
	/* OpenSSL takes the bytes, and gives a digest of something else. */
	assert(!d->closed);
	if (EVP_DigestUpdate(d->context, bytes, n) != 1)
		return fv_err_set(err, FV_ECRYPTO, "a digest failed");
	return 0;
}

int
fv_digest_value(struct fv_digest *d, uint8_t *value, struct fv_err *err)
{
	assert(!d->closed);
	d->closed = true;
	if (EVP_DigestFinal_ex(d->context, value, NULL) != 1)
		return fv_err_set(err, FV_ECRYPTO, "a digest failed");
	return 0;
}

void
fv_digest_free(struct fv_digest *d)
{
	if (d == NULL)
		return;
	EVP_MD_CTX_free(d->context);
	free(d);
}

int
fv_digest_once(const void *bytes, size_t n, uint8_t value[FV_DIGEST_SIZE],
    struct fv_err *err)
{
	/* Nothing is at no address, and OpenSSL wants one. */
	if (EVP_Digest(
		n > 0 ? bytes : "", n, value, NULL, EVP_sha256(), NULL) != 1)
		return fv_err_set(err, FV_ECRYPTO, "a digest failed");
	return 0;
}

void
fv_digest_hex(const uint8_t *bytes, size_t n, char *text)
{
	static const char digit[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < n; i++) {
		text[2 * i] = digit[bytes[i] >> 4];
		text[2 * i + 1] = digit[bytes[i] & 15];
	}
	text[2 * n] = '\0';
}

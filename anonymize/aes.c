#include "anonymize/aes.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>

#include <openssl/evp.h>

#include "base/memory.h"

struct fv_aes {
	EVP_CIPHER_CTX *context; /* holds the round keys; wiped when freed */
};

struct fv_aes *
fv_aes_new(const uint8_t key[FV_AES_KEY], struct fv_err *err)
{
	struct fv_aes *aes;

	if ((aes = fv_memory_new(1, sizeof(*aes), err)) == NULL)
		return NULL;
	aes->context = EVP_CIPHER_CTX_new();
	if (aes->context == NULL ||
	    EVP_EncryptInit_ex(
		aes->context, EVP_aes_128_ecb(), NULL, key, NULL) != 1 ||
	    EVP_CIPHER_CTX_set_padding(aes->context, 0) != 1) {
		(void)fv_err_set(err, FV_ECRYPTO, "AES-128 is not available");
		fv_aes_free(aes);
		return NULL;
	}
	return aes;
}

int
fv_aes_encrypt(struct fv_aes *aes, const uint8_t *in, size_t blocks,
    uint8_t *out, struct fv_err *err)
{
	int length = 0;

	assert(blocks <= INT_MAX / FV_AES_BLOCK);
	if (EVP_EncryptUpdate(aes->context, out, &length, in,
		(int)(blocks * FV_AES_BLOCK)) != 1 ||
	    (size_t)length != blocks * FV_AES_BLOCK)
		return fv_err_set(err, FV_ECRYPTO, "AES-128 failed");
	return 0;
}

void
fv_aes_free(struct fv_aes *aes)
{
	if (aes == NULL)
		return;
	EVP_CIPHER_CTX_free(aes->context);
	free(aes);
}

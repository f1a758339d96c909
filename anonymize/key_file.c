#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "anonymize/key_internal.h"
#include "base/secret.h"

struct fv_key *
fv_key_random(struct fv_err *err)
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
fv_key_save(const struct fv_key *key, const char *path, const char *created,
    const struct fv_key_passphrase *passphrase, struct fv_err *err)
{
	char text[FV_KEY_FILE_LIMIT];
	size_t n = 0;
	int rc;

	rc = fv_key_format(key, created, passphrase, text, &n, err);
	if (rc == 0)
		rc = fv_secret_create(path, text, n, err);
	fv_key_wipe(text, sizeof(text));
	return rc;
}

int
fv_key_create(const char *path, const char *created, struct fv_err *err)
{
	struct fv_key *key = fv_key_random(err);
	int rc = -1;

	if (key != NULL)
		rc = fv_key_save(key, path, created, NULL, err);
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

#include "anonymize/key_internal.h"

#include <stdbool.h>
#include <string.h>

/* Of 32 random bytes, fewer than these are different once in 10^16 keys. */
enum { DIFFERENT_LEAST = 16 };

/* The value of a hexadecimal digit, or -1. */
static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* ${text} without 0x before it and one line end after it. */
static void
trim(const char **text, size_t *length)
{
	if (*length > 0 && (*text)[*length - 1] == '\n')
		--*length;
	if (*length > 0 && (*text)[*length - 1] == '\r')
		--*length;
	if (*length >= 2 && (*text)[0] == '0' &&
	    ((*text)[1] == 'x' || (*text)[1] == 'X')) {
		*text += 2;
		*length -= 2;
	}
}

static bool
is_hex(const char *text, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		if (digit(text[i]) == -1)
			return false;
	return true;
}

static bool
from_hex(const char *text, size_t length, uint8_t secret[FV_KEY_SIZE])
{
	size_t i;

	trim(&text, &length);
	if (length != 2 * FV_KEY_SIZE || !is_hex(text, length))
		return false;
	for (i = 0; i < FV_KEY_SIZE; i++)
		secret[i] =
		    (uint8_t)(digit(text[2 * i]) << 4 | digit(text[2 * i + 1]));
	return true;
}

static bool
is_weak(const uint8_t secret[FV_KEY_SIZE])
{
	bool seen[256] = { false };
	unsigned different = 0, even = 0;
	size_t i;

	for (i = 0; i < FV_KEY_SIZE; i++) {
		different += !seen[secret[i]];
		seen[secret[i]] = true;
		if (i >= 2)
			even += (uint8_t)(secret[i] - secret[i - 1]) ==
			    (uint8_t)(secret[1] - secret[0]);
	}
	fv_key_wipe(seen, sizeof(seen));
	return different < DIFFERENT_LEAST || even == FV_KEY_SIZE - 2 ||
	    memcmp(secret, secret + FV_KEY_SIZE / 2, FV_KEY_SIZE / 2) == 0;
}

struct fv_key *
fv_key_import_text(const char *text, size_t length, struct fv_err *err)
{
	uint8_t secret[FV_KEY_SIZE];
	struct fv_key *key = NULL;

	/* 32 hexadecimal digits are no raw bytes but half a key. */
	if (length == FV_KEY_SIZE && !is_hex(text, length))
		memcpy(secret, text, FV_KEY_SIZE);
	else if (!from_hex(text, length, secret)) {
		(void)fv_err_set(err, FV_EKEY,
		    "not a key to import: it takes 32 raw bytes, or 64 "
		    "hexadecimal digits and no more than a line end");
		goto out;
	}
	if (is_weak(secret)) {
		(void)fv_err_set(err, FV_EKEY,
		    "too regular to be a random key: anyone could guess it "
		    "(make one with 'flowveil key new')");
		goto out;
	}
	key = fv_key_import(secret, err);
out:
	fv_key_wipe(secret, sizeof(secret));
	return key;
}

bool
fv_key_is_typed(const struct fv_key *key)
{
	size_t i;

	for (i = 0; i < FV_KEY_SIZE; i++)
		if (key->secret[i] < 0x20 || key->secret[i] > 0x7e)
			return false;
	return true;
}

#ifndef TESTS_UNIT_KEY_TEXT_H
#define TESTS_UNIT_KEY_TEXT_H

#include <stdbool.h>
#include <string.h>

#include "base/err.h"

/* The bytes 0 to 31, and what is known of a key made of them. */
#define SECRET_HEX \
	"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define SECRET_BASE64 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define SECRET_ID "1a9c93d578a4198121ded7d90e9eeeef"

#define KEY_FILE                                                    \
	"flowveil-key: 1\nid: " SECRET_ID "\ncreated: 2026-01-31\n" \
	"kdf: none\ncipher: none\nkey: " SECRET_BASE64 "\n"

enum { KEY_FILE_SIZE = sizeof(KEY_FILE) - 1 };

#define WRAPPED_PASSPHRASE "six random words are a good one"

/* The same secret wrapped, by hashlib of Python's standard library and by
 * python3-cryptography; N is the least that is read, to be fast. */
#define WRAPPED_FILE                                                              \
	"flowveil-key: 2\n"                                                       \
	"id: 1a9c93d578a4198121ded7d90e9eeeef\n"                                  \
	"created: 2026-01-31\n"                                                   \
	"kdf: scrypt 1024 8 1 oKGio6SlpqeoqaqrrK2urw==\n"                         \
	"cipher: aes-256-gcm wMHCw8TFxsfIycrL\n"                                  \
	"key: KJmezTq4rePJ89x9l+eA5Le1FKSkgBlmYXD9CfreuA4sr4a+7X7MieL80J0xUHQb\n" \
	"sum: 3f55bb8f44bca1b8\n"

enum { WRAPPED_FILE_SIZE = sizeof(WRAPPED_FILE) - 1 };

/* No message may quote a secret, however it is written. */
static inline bool
tells_nothing(const struct fv_err *err)
{
	return strstr(err->text, SECRET_BASE64) == NULL &&
	    strstr(err->text, "AAECAwQF") == NULL &&
	    strstr(err->text, "GBkaGxwd") == NULL &&
	    strstr(err->text, "0001020304") == NULL;
}

#endif

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

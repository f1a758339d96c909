#ifndef ANONYMIZE_KEY_INTERNAL_H
#define ANONYMIZE_KEY_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "anonymize/key.h"
#include "anonymize/key_wrap.h"

#define FV_KEY_CREATED_TEXT 16

/* The lines of a key file in front of the key: at most some 250 bytes. */
#define FV_KEY_HEADER_TEXT 512

/*
 * What a key is, for key.c (what it does), key_text.c (what a file of it
 * says) and key_file.c (how it is kept).  As long as it is locked, secret is
 * not there, and the id is what the file says.
 */
struct fv_key {
	uint8_t secret[FV_KEY_SIZE];
	char id[FV_KEY_ID_TEXT];
	char created[FV_KEY_CREATED_TEXT];
	bool locked;
	struct fv_key_wrapped wrapped;
	char header[FV_KEY_HEADER_TEXT]; /* what the wrapping vouches for */
};

/* A key of nothing yet, in secure memory; NULL with ${err} set. */
struct fv_key *fv_key_new(struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_key_format(key, created, passphrase, text, n, err):
 * The key file's text into ${text}, of FV_KEY_FILE_LIMIT bytes, and how long
 * it is; wrapped unless ${passphrase} is NULL.  The caller wipes it.
 * Returns 0, or -1 with ${err} set.
 */
int fv_key_format(const struct fv_key *key, const char *created,
    const struct fv_key_passphrase *passphrase, char *text, size_t *n,
    struct fv_err *err) FV_MUST_CHECK;

#endif

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "anonymize/key.h"

/*
 * Any bytes are read as a key file, and as a key to import.  What is taken
 * for a key says the same of itself each time.  No passphrase is tried: that
 * is half a second of scrypt, and what it opens is authenticated.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A promise was broken: end in a way that every fuzzer sees. */
static void
must(int held)
{
	if (!held)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct fv_key_facts facts;
	struct fv_err err = { FV_OK, "" };
	struct fv_key *key;
	int rc = fv_key_inspect(text, size, &facts, &err);

	must(rc == 0 || (err.code != FV_OK && err.text[0] != '\0'));
	key = fv_key_parse(text, size, NULL, &err);
	must((key != NULL) == (rc == 0 && !facts.wrapped));
	if (key != NULL) {
		must(strcmp(fv_key_id(key), facts.id) == 0);
		must(strcmp(fv_key_created(key), facts.created) == 0);
	}
	fv_key_free(key);
	key = fv_key_import_text(text, size, &err);
	must(key == NULL || size == FV_KEY_SIZE || size >= 2 * FV_KEY_SIZE);
	fv_key_free(key);
	return 0;
}

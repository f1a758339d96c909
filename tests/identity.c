/*
 * A Crypto-PAn that changes nothing.  Linked in place of the real one, it
 * makes a command that publishes addresses as they are, and exists for one
 * test: reports must not move when addresses are mapped.  It is fed with
 * made-up captures alone, is never installed, and nothing else links it.
 */
#include "anonymize/cryptopan.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct fv_cryptopan {
	char nothing;
};

struct fv_cryptopan *
fv_cryptopan_new(const struct fv_key *key, struct fv_err *err)
{
	(void)key;
	return fv_memory_new(1, sizeof(struct fv_cryptopan), err);
}

int
fv_cryptopan_map(struct fv_cryptopan *cp, const struct fv_raw_addr *in,
    size_t n, struct fv_published_addr *out, struct fv_err *err)
{
	size_t i;

	(void)cp;
	(void)err;
	for (i = 0; i < n; i++) {
		memcpy(out[i].octet, in[i].octet, sizeof(out[i].octet));
		out[i].ip_version = in[i].ip_version;
	}
	return 0;
}

void
fv_cryptopan_free(struct fv_cryptopan *cp)
{
	free(cp);
}

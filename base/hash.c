#include "base/hash.h"

#include <errno.h>
#include <sys/random.h>

int
fv_hash_key_random(struct fv_hash_key *key, struct fv_err *err)
{
	/* Up to 256 bytes come whole or not at all: getrandom(2). */
	if (getrandom(key, sizeof(*key), 0) != (ssize_t)sizeof(*key))
		return fv_err_system(err, errno, "random source");
	return 0;
}

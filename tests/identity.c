/*
 * A mapping that changes nothing.  Linked in place of the real one, it
 * makes a command that publishes addresses as they are, and exists for one
 * test: reports must not move when addresses are mapped.  It is fed with
 * made-up captures alone, is never installed, and nothing else links it.
 */
#include "anonymize/mapping.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct fv_mapping {
	char nothing;
};

const char *
fv_mapping_scheme_name(enum fv_mapping_scheme scheme)
{
	(void)scheme;
	return "none";
}

int
fv_mapping_scheme_parse(
    const char *name, enum fv_mapping_scheme *scheme, struct fv_err *err)
{
	(void)name;
	(void)err;
	*scheme = FV_MAPPING_CRYPTO_PAN;
	return 0;
}

struct fv_mapping *
fv_mapping_new(const struct fv_key *key,
    const struct fv_mapping_options *options, struct fv_err *err)
{
	(void)key;
	(void)options;
	return fv_memory_new(1, sizeof(struct fv_mapping), err);
}

int
fv_mapping_map(struct fv_mapping *m, const struct fv_raw_addr *in, size_t n,
    struct fv_published_addr *out, struct fv_err *err)
{
	size_t i;

	(void)m;
	(void)err;
	for (i = 0; i < n; i++) {
		memcpy(out[i].octet, in[i].octet, sizeof(out[i].octet));
		out[i].ip_version = in[i].ip_version;
	}
	return 0;
}

int
fv_mapping_unmap(struct fv_mapping *m, const struct fv_published_addr *in,
    const enum fv_address_class *class, size_t n, struct fv_raw_addr *out,
    bool *found, struct fv_err *err)
{
	(void)m;
	(void)in;
	(void)class;
	(void)err;
	memset(out, 0, n * sizeof(*out));
	memset(found, 0, n * sizeof(*found));
	return 0;
}

/* As if all were kept, which is no news here. */
unsigned
fv_mapping_changed_bits(
    const struct fv_mapping *m, const struct fv_raw_addr *addr)
{
	(void)m;
	(void)addr;
	return 0;
}

double
fv_mapping_fixed_share(const struct fv_mapping *m, unsigned bits)
{
	(void)m;
	(void)bits;
	return 0;
}

void
fv_mapping_free(struct fv_mapping *m)
{
	free(m);
}

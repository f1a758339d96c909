#ifndef ANONYMIZE_MAPPING_H
#define ANONYMIZE_MAPPING_H

#include <stdbool.h>
#include <stddef.h>

#include "anonymize/key.h"
#include "anonymize/raw.h"
#include "base/attributes.h"
#include "base/err.h"
#include "datasets/flow.h"
#include "datasets/hosts.h"

/*
 * The mapping of addresses to pseudonyms, as one release has it: a scheme,
 * and spaces that are mapped apart from each other (address_rules.h), each
 * under a subkey of its own.  What is public has one mapping in all of a
 * release, what is private one for each site.
 *
 * (class, pseudonym) is one to one, the pseudonym alone is not: a private
 * address and a public one may have the same.
 *
 * Canonical: one space for all addresses, each changed as a whole under the
 * key's own 32 bytes, as other tools of the scheme do it.
 *
 * One object belongs to one thread at a time.
 */
struct fv_mapping;

enum fv_mapping_scheme { FV_MAPPING_CRYPTO_PAN, FV_MAPPING_IPCRYPT_PFX };

struct fv_mapping_options {
	enum fv_mapping_scheme scheme;
	bool canonical;
	struct fv_key_scope scope; /* not looked at when canonical */
};

/* The scheme's name, as options and datasets have it. */
const char *fv_mapping_scheme_name(enum fv_mapping_scheme scheme);

/*
 * fv_mapping_scheme_parse(name, scheme, err):
 * The scheme of that name.  Returns 0, or -1 with ${err} set (FV_EUSAGE).
 */
int fv_mapping_scheme_parse(const char *name, enum fv_mapping_scheme *scheme,
    struct fv_err *err) FV_MUST_CHECK;

/* What datasets say of the spaces: address_spaces is one of these. */
#define FV_MAPPING_SPACES_APART "by class"
#define FV_MAPPING_SPACES_ONE "one"

/*
 * fv_mapping_new(key, options, err):
 * A mapping under ${key}; both arguments may go.  Subkeys are derived when
 * the first address of their space comes, from a copy of the key that is
 * wiped with the mapping.  Returns NULL with ${err} set.
 */
struct fv_mapping *fv_mapping_new(const struct fv_key *key,
    const struct fv_mapping_options *options, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_mapping_map(m, in, n, out, err):
 * Map ${n} addresses of any family and class; in batches it is fastest.
 * Returns 0, or -1 with ${err} set, when ${out} must not be used.
 */
int fv_mapping_map(struct fv_mapping *m, const struct fv_raw_addr *in, size_t n,
    struct fv_published_addr *out, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_mapping_unmap(m, in, class, n, out, found, err):
 * The addresses of ${class}[i] whose pseudonyms are ${in}.  ${found}[i] says
 * whether there is one; ${out}[i] is zeros if not.  Returns 0, or -1 with
 * ${err} set.
 */
int fv_mapping_unmap(struct fv_mapping *m, const struct fv_published_addr *in,
    const enum fv_address_class *class, size_t n, struct fv_raw_addr *out,
    bool *found, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_mapping_changed_bits(m, addr):
 * How many bits of ${addr} the mapping may change: 0 when it is kept.
 */
unsigned fv_mapping_changed_bits(
    const struct fv_mapping *m, const struct fv_raw_addr *addr);

/*
 * fv_mapping_fixed_share(m, bits):
 * How probable it is that an address is its own pseudonym if ${bits} of its
 * bits may change: 2^-bits, but (3/4)^(bits - 1) / 2 for Crypto-PAn, whose
 * successive flips are equal in three cases of four.
 */
double fv_mapping_fixed_share(const struct fv_mapping *m, unsigned bits);

/* Wipe and free ${m} (or NULL). */
void fv_mapping_free(struct fv_mapping *m);

#endif

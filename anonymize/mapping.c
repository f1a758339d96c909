#include "anonymize/mapping.h"

#include <stdlib.h>
#include <string.h>

#include "anonymize/address_class.h"
#include "anonymize/address_rules.h"
#include "anonymize/cryptopan.h"
#include "anonymize/ipcrypt_pfx.h"
#include "anonymize/prefix_bits.h"
#include "anonymize/prefix_tree.h"
#include "base/memory.h"

/* Addresses that are sorted by space at a time. */
enum { BATCH = 256 };

/* A release's or a site's name, and the NUL. */
enum { SCOPE_TEXT = FV_KEY_SCOPE_LIMIT + 1 };

static const struct {
	const char *name;
	struct fv_prefix_tree *(*start)(
	    const uint8_t secret[FV_KEY_SIZE], struct fv_err *err);
} schemes[] = {
	[FV_MAPPING_CRYPTO_PAN] = { FV_CRYPTOPAN_NAME, fv_cryptopan_new },
	[FV_MAPPING_IPCRYPT_PFX] = { FV_IPCRYPT_PFX_NAME, fv_ipcrypt_pfx_new },
};

/* Purpose of each space's subkey, and whether it is the site's alone. */
static const struct {
	const char *purpose;
	bool of_site;
} spaces[FV_SPACES] = {
	[FV_SPACE_VERBATIM] = { NULL, false },
	[FV_SPACE_IPV4] = { "ip4", false },
	[FV_SPACE_IPV6] = { "ip6", false },
	[FV_SPACE_IPV4_PRIVATE] = { "ip4-private", true },
	[FV_SPACE_IPV6_PRIVATE] = { "ip6-private", true },
	[FV_SPACE_IPV4_MULTICAST] = { "ip4-multicast", true },
	[FV_SPACE_IPV6_MULTICAST] = { "ip6-multicast", true },
};

/*
 * Invariants: tree[FV_SPACE_VERBATIM] is the one tree when canonical, and
 * else NULL; the others are NULL until their first address.
 */
struct fv_mapping {
	enum fv_mapping_scheme scheme;
	bool canonical;
	struct fv_key *key; /* NULL when canonical: no subkeys are wanted */
	char site[SCOPE_TEXT];
	char release[SCOPE_TEXT];
	struct fv_prefix_tree *tree[FV_SPACES];
	struct fv_address_rule rule[BATCH];
	uint16_t from[BATCH]; /* place of the addresses below among all */
	uint8_t kept[BATCH];
	struct fv_raw_addr raw[BATCH];
	struct fv_published_addr published[BATCH];
};

const char *
fv_mapping_scheme_name(enum fv_mapping_scheme scheme)
{
	return schemes[scheme].name;
}

int
fv_mapping_scheme_parse(
    const char *name, enum fv_mapping_scheme *scheme, struct fv_err *err)
{
	size_t i;

	for (i = 0; i < FV_COUNT(schemes); i++)
		if (strcmp(schemes[i].name, name) == 0) {
			*scheme = (enum fv_mapping_scheme)i;
			return 0;
		}
	return fv_err_set(err, FV_EUSAGE,
	    "'%s' is no scheme: crypto-pan or ipcrypt-pfx", name);
}

static int
set_scope(
    char to[SCOPE_TEXT], const char *text, const char *what, struct fv_err *err)
{
	const size_t n = text == NULL ? 0 : strlen(text);

	if (n >= SCOPE_TEXT)
		return fv_err_set(err, FV_EUSAGE,
		    "the name of the %s is longer than %d characters", what,
		    SCOPE_TEXT - 1);
	memcpy(to, n == 0 ? "" : text, n + 1);
	return 0;
}

struct fv_mapping *
fv_mapping_new(const struct fv_key *key,
    const struct fv_mapping_options *options, struct fv_err *err)
{
	struct fv_mapping *m;

	if ((m = fv_memory_new(1, sizeof(*m), err)) == NULL)
		return NULL;
	m->scheme = options->scheme;
	m->canonical = options->canonical;
	if (set_scope(m->site, options->scope.site, "site", err) == -1 ||
	    set_scope(m->release, options->scope.release, "release", err) == -1)
		goto fail;
	if (m->canonical)
		m->tree[FV_SPACE_VERBATIM] =
		    schemes[m->scheme].start(fv_key_secret(key), err);
	else
		m->key = fv_key_import(fv_key_secret(key), err);
	if (m->tree[FV_SPACE_VERBATIM] != NULL || m->key != NULL)
		return m;
fail:
	fv_mapping_free(m);
	return NULL;
}

/* The tree of ${space}, made when it is first wanted. */
static struct fv_prefix_tree *
tree_of(struct fv_mapping *m, unsigned space, struct fv_err *err)
{
	const struct fv_key_scope scope = {
		spaces[space].of_site ? m->site : NULL, m->release
	};
	uint8_t secret[FV_KEY_SIZE];

	if (m->tree[space] == NULL &&
	    fv_key_subkey(m->key, &scope, spaces[space].purpose, secret,
		sizeof(secret), err) == 0)
		m->tree[space] = schemes[m->scheme].start(secret, err);
	fv_key_wipe(secret, sizeof(secret));
	return m->tree[space];
}

/* What of ${addr} the rule is about, as an address of its own. */
static void
cut_out(const uint8_t octet[16], uint8_t version,
    const struct fv_address_rule *rule, struct fv_raw_addr *to)
{
	*to =
	    (struct fv_raw_addr){ { 0 }, rule->embedded ? 4 : version, { 0 } };
	memcpy(to->octet, octet, sizeof(to->octet));
	if (rule->embedded)
		fv_raw_addr_set_ipv4(to, octet + 12);
}

/* Put ${mapped} back into ${octet}, with the bits that are kept. */
static void
put_back(uint8_t octet[16], const struct fv_address_rule *rule,
    const struct fv_raw_addr *was, const struct fv_published_addr *mapped)
{
	const struct fv_prefix_bits mask = fv_prefix_mask(rule->kept);
	const struct fv_prefix_bits a =
	    fv_prefix_load(was->octet, was->ip_version);
	struct fv_prefix_bits b =
	    fv_prefix_load(mapped->octet, mapped->ip_version);
	uint8_t whole[16];

	b.high = (a.high & mask.high) | (b.high & ~mask.high);
	b.low = (a.low & mask.low) | (b.low & ~mask.low);
	fv_prefix_store(b, was->ip_version, whole);
	if (rule->embedded)
		memcpy(octet + 12, whole + 12, 4);
	else
		memcpy(octet, whole, sizeof(whole));
}

/* Those of ${n} addresses that belong to ${space}. */
static int
map_space(struct fv_mapping *m, unsigned space, const struct fv_raw_addr *in,
    size_t n, struct fv_published_addr *out, struct fv_err *err)
{
	struct fv_prefix_tree *tree;
	size_t i, k, count = 0;

	for (i = 0; i < n; i++)
		if (m->rule[i].space == space) {
			cut_out(in[i].octet, in[i].ip_version, &m->rule[i],
			    &m->raw[count]);
			m->from[count++] = (uint16_t)i;
		}
	if ((tree = tree_of(m, space, err)) == NULL ||
	    fv_prefix_tree_map(tree, m->raw, count, m->published, err) == -1)
		return -1;
	for (k = 0; k < count; k++) {
		i = m->from[k];
		memcpy(out[i].octet, in[i].octet, sizeof(out[i].octet));
		out[i].ip_version = in[i].ip_version;
		put_back(
		    out[i].octet, &m->rule[i], &m->raw[k], &m->published[k]);
	}
	return 0;
}

static int
map_batch(struct fv_mapping *m, const struct fv_raw_addr *in, size_t n,
    struct fv_published_addr *out, struct fv_err *err)
{
	unsigned space, seen = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		fv_address_rules_of(&in[i], &m->rule[i]);
		seen |= 1u << m->rule[i].space;
		if (m->rule[i].space == FV_SPACE_VERBATIM) {
			memcpy(out[i].octet, in[i].octet, sizeof(out[i].octet));
			out[i].ip_version = in[i].ip_version;
		}
	}
	for (space = FV_SPACE_VERBATIM + 1; space < FV_SPACES; space++)
		if ((seen >> space & 1) != 0 &&
		    map_space(m, space, in, n, out, err) == -1)
			return -1;
	return 0;
}

int
fv_mapping_map(struct fv_mapping *m, const struct fv_raw_addr *in, size_t n,
    struct fv_published_addr *out, struct fv_err *err)
{
	size_t first, count;

	if (m->canonical)
		return fv_prefix_tree_map(
		    m->tree[FV_SPACE_VERBATIM], in, n, out, err);
	for (first = 0; first < n; first += count) {
		count = n - first < BATCH ? n - first : BATCH;
		if (map_batch(m, in + first, count, out + first, err) == -1)
			return -1;
	}
	return 0;
}

/* As map_space, the other way. */
static int
unmap_space(struct fv_mapping *m, unsigned space,
    const struct fv_published_addr *in, size_t n, struct fv_raw_addr *out,
    struct fv_err *err)
{
	struct fv_prefix_tree *tree;
	struct fv_raw_addr inner;
	size_t i, k, count = 0;

	for (i = 0; i < n; i++)
		if (m->rule[i].space == space) {
			cut_out(
			    in[i].octet, in[i].ip_version, &m->rule[i], &inner);
			memcpy(m->published[count].octet, inner.octet,
			    sizeof(inner.octet));
			m->published[count].ip_version = inner.ip_version;
			m->kept[count] = m->rule[i].kept;
			m->from[count++] = (uint16_t)i;
		}
	if (count == 0)
		return 0;
	if ((tree = tree_of(m, space, err)) == NULL ||
	    fv_prefix_tree_unmap(
		tree, m->published, m->kept, count, m->raw, err) == -1)
		return -1;
	for (k = 0; k < count; k++) {
		i = m->from[k];
		memcpy(out[i].octet, in[i].octet, sizeof(out[i].octet));
		if (m->rule[i].embedded)
			memcpy(out[i].octet + 12, m->raw[k].octet + 12, 4);
		else
			out[i] = m->raw[k];
	}
	return 0;
}

static int
unmap_batch(struct fv_mapping *m, const struct fv_published_addr *in,
    const enum fv_address_class *class, size_t n, struct fv_raw_addr *out,
    bool *found, struct fv_err *err)
{
	unsigned space;
	size_t i;

	for (i = 0; i < n; i++) {
		out[i] = (struct fv_raw_addr){ { 0 }, in[i].ip_version, { 0 } };
		found[i] =
		    fv_address_rules_inverse(&in[i], class[i], &m -> rule[i]);
		if (!found[i] || m->rule[i].space == FV_SPACE_VERBATIM) {
			memcpy(out[i].octet, in[i].octet, sizeof(in[i].octet));
			m->rule[i].space = FV_SPACE_VERBATIM;
		}
	}
	for (space = FV_SPACE_VERBATIM + 1; space < FV_SPACES; space++)
		if (unmap_space(m, space, in, n, out, err) == -1)
			return -1;
	return 0;
}

/* What came out must be of the class, or nothing has that pseudonym. */
static void
check_class(const enum fv_address_class *class, size_t n,
    struct fv_raw_addr *out, bool *found)
{
	size_t i;

	for (i = 0; i < n; i++) {
		found[i] = found[i] && fv_address_class(&out[i]) == class[i];
		if (!found[i])
			memset(&out[i], 0, sizeof(out[i]));
	}
}

int
fv_mapping_unmap(struct fv_mapping *m, const struct fv_published_addr *in,
    const enum fv_address_class *class, size_t n, struct fv_raw_addr *out,
    bool *found, struct fv_err *err)
{
	size_t first, count, i;
	int rc;

	for (first = 0; first < n; first += count) {
		count = n - first < BATCH ? n - first : BATCH;
		if (m->canonical) {
			rc = fv_prefix_tree_unmap(m->tree[FV_SPACE_VERBATIM],
			    in + first, NULL, count, out + first, err);
			for (i = first; i < first + count; i++)
				found[i] = true;
		} else {
			rc = unmap_batch(m, in + first, class + first, count,
			    out + first, found + first, err);
		}
		if (rc == -1)
			return -1;
	}
	check_class(class, n, out, found);
	return 0;
}

unsigned
fv_mapping_changed_bits(
    const struct fv_mapping *m, const struct fv_raw_addr *addr)
{
	struct fv_address_rule rule;

	if (m->canonical)
		return addr->ip_version == 4 ? FV_PREFIX_IPV4 : FV_PREFIX_IPV6;
	fv_address_rules_of(addr, &rule);
	return (unsigned)rule.width - rule.kept;
}

double
fv_mapping_fixed_share(const struct fv_mapping *m, unsigned bits)
{
	const double equal = m->scheme == FV_MAPPING_CRYPTO_PAN ? 0.75 : 0.5;
	double share = bits == 0 ? 1 : 0.5;

	while (bits-- > 1)
		share *= equal;
	return share;
}

void
fv_mapping_free(struct fv_mapping *m)
{
	unsigned space;

	if (m == NULL)
		return;
	for (space = 0; space < FV_SPACES; space++)
		fv_prefix_tree_free(m->tree[space]);
	fv_key_free(m->key);
	fv_key_wipe(m, sizeof(*m));
	free(m);
}

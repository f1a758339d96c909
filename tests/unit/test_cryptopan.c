#include "tests/unit/suites.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "anonymize/cryptopan.h"
#include "base/digest.h"
#include "tests/unit/addresses.h"
#include "tests/unit/random.h"

static struct fv_prefix_tree *
mapping_of(const char *hex)
{
	struct fv_key *key = fv_key_of_hex(hex);
	struct fv_prefix_tree *cp;
	struct fv_err err;

	cp = fv_cryptopan_new(fv_key_secret(key), &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(cp);
	/* The contract: the key may go. */
	fv_key_free(key);
	return cp;
}

static void
map(struct fv_prefix_tree *cp, const struct fv_raw_addr *in, size_t n,
    struct fv_published_addr *out)
{
	struct fv_err err;

	memset(out, 0xaa, n * sizeof(*out));
	CU_ASSERT_EQUAL(fv_prefix_tree_map(cp, in, n, out, &err), 0);
}

static struct fv_published_addr
map_one(struct fv_prefix_tree *cp, const char *text)
{
	struct fv_raw_addr in = fv_raw_address(text);
	struct fv_published_addr out;

	map(cp, &in, 1, &out);
	return out;
}

static bool
same(const struct fv_published_addr *a, const struct fv_published_addr *b)
{
	return a->ip_version == b->ip_version &&
	    memcmp(a->octet, b->octet, sizeof(a->octet)) == 0;
}

/* A random address of family ${version}. */
static struct fv_raw_addr
random_address(uint64_t *random, int version)
{
	struct fv_raw_addr addr;
	uint64_t word[2];
	uint8_t octet[16];

	word[0] = fv_random(random);
	word[1] = fv_random(random);
	memcpy(octet, word, sizeof(octet));
	if (version == 4) {
		fv_raw_addr_set_ipv4(&addr, octet);
	} else {
		fv_raw_addr_set_ipv6(&addr, octet);
	}
	return addr;
}

/* The pseudonym as inet_pton reads it: text forms are not at stake here. */
static bool
is_pseudonym(const struct fv_published_addr *out, const char *text)
{
	struct fv_raw_addr expected = fv_raw_address(text);

	return out->ip_version == expected.ip_version &&
	    memcmp(out->octet, expected.octet, sizeof(out->octet)) == 0;
}

static void
published_vectors_and_special_addresses(void)
{
	enum { PUBLISHED = 144, SPECIAL = 28 };
	char line[256], key[65], in[64], out[64];
	struct fv_published_addr published;
	struct fv_prefix_tree *cp;
	int version, read = 0, of_version[7] = { 0 };
	FILE *file = fopen("tests/vectors/cryptopan.tsv", "r");

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		if (line[0] == '#')
			continue;
		CU_ASSERT_EQUAL_FATAL(
		    sscanf(line, "%64s %d %63s %63s", key, &version, in, out),
		    4);
		cp = mapping_of(key);
		published = map_one(cp, in);
		CU_ASSERT_EQUAL(published.ip_version, version);
		CU_ASSERT_TRUE(is_pseudonym(&published, out));
		fv_prefix_tree_free(cp);
		/* The special ones come last, under the reference key. */
		if (read >= PUBLISHED)
			CU_ASSERT_STRING_EQUAL(key, FV_REFERENCE_KEY);
		read++;
		of_version[version]++;
	}
	(void)fclose(file);
	CU_ASSERT_EQUAL(read, PUBLISHED + SPECIAL);
	CU_ASSERT_EQUAL(of_version[4], 108 + 14);
	CU_ASSERT_EQUAL(of_version[6], 36 + 14);
}

static void
digest_of_many_ipv4(void)
{
	enum { N = 20000 };
	static struct fv_raw_addr in[N];
	static struct fv_published_addr out[N];
	struct fv_prefix_tree *cp = mapping_of(FV_REFERENCE_KEY);
	struct fv_digest *digest;
	struct fv_err err;
	uint8_t octet[4], value[FV_DIGEST_SIZE];
	char text[FV_DIGEST_TEXT];
	uint32_t i, n;

	for (i = 0; i < N; i++) {
		n = htonl(i * UINT32_C(2654435761));
		memcpy(octet, &n, sizeof(octet));
		fv_raw_addr_set_ipv4(&in[i], octet);
	}
	map(cp, in, N, out);
	digest = fv_digest_new(&err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(digest);
	for (i = 0; i < N; i++)
		CU_ASSERT_EQUAL(
		    fv_digest_add(digest, out[i].octet + 12, 4, &err), 0);
	CU_ASSERT_EQUAL(fv_digest_value(digest, value, &err), 0);
	fv_digest_hex(value, sizeof(value), text);
	CU_ASSERT_STRING_EQUAL(text,
	    "5e26b0a6d44f7be9afa12188573e9d91"
	    "297d51c1110e691b18d95be09f47f26c");
	fv_digest_free(digest);
	fv_prefix_tree_free(cp);
}

static void
digest_of_many_ipv6(void)
{
	enum { N = 2000 };
	static struct fv_raw_addr in[N];
	static struct fv_published_addr out[N];
	struct fv_prefix_tree *cp = mapping_of(FV_REFERENCE_KEY);
	struct fv_digest *digest;
	struct fv_err err;
	uint8_t value[FV_DIGEST_SIZE];
	char text[FV_DIGEST_TEXT];
	uint32_t i, n;

	for (i = 0; i < N; i++) {
		n = htonl(i);
		digest = fv_digest_new(&err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(digest);
		CU_ASSERT_EQUAL(fv_digest_add(digest, &n, sizeof(n), &err), 0);
		CU_ASSERT_EQUAL(fv_digest_value(digest, value, &err), 0);
		fv_digest_free(digest);
		fv_raw_addr_set_ipv6(&in[i], value);
	}
	map(cp, in, N, out);
	digest = fv_digest_new(&err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(digest);
	for (i = 0; i < N; i++)
		CU_ASSERT_EQUAL(
		    fv_digest_add(digest, out[i].octet, 16, &err), 0);
	CU_ASSERT_EQUAL(fv_digest_value(digest, value, &err), 0);
	fv_digest_hex(value, sizeof(value), text);
	CU_ASSERT_STRING_EQUAL(text,
	    "f1d6c1cdfa4053e7cc6cc4055087c86c"
	    "506e3ce675ac4fdea638efb037d86dd1");
	fv_digest_free(digest);
	fv_prefix_tree_free(cp);
}

/* What tools that go by the same name make of the first vector. */
static void
not_what_the_variants_give(void)
{
	static const char *const variants[] = {
		"64.10.195.135",  /* the pad is not encrypted */
		"78.122.118.128", /* the pad is rotated */
		"184.78.111.36",  /* last bits of host-order words */
	};
	struct fv_prefix_tree *cp = mapping_of(FV_REFERENCE_KEY);
	struct fv_published_addr out = map_one(cp, "128.11.68.132");
	size_t i;

	CU_ASSERT_TRUE(is_pseudonym(&out, "135.242.180.132"));
	for (i = 0; i < FV_COUNT(variants); i++)
		CU_ASSERT_FALSE(is_pseudonym(&out, variants[i]));
	fv_prefix_tree_free(cp);
}

/* How many leading bits two addresses of ${width} bits share. */
static unsigned
common_prefix(const uint8_t *a, const uint8_t *b, unsigned width)
{
	unsigned bit = 0;

	a += 16 - width / 8;
	b += 16 - width / 8;
	while (bit < width &&
	    ((a[bit / 8] ^ b[bit / 8]) >> (7 - bit % 8) & 1) == 0)
		bit++;
	return bit;
}

static void
prefixes_are_preserved_at_every_bit(void)
{
	struct fv_prefix_tree *cp = mapping_of(FV_REFERENCE_KEY);
	struct fv_published_addr out[2];
	struct fv_raw_addr in[2];
	uint64_t random = 3;
	unsigned bit, width, i;
	int version, round;

	for (version = 4; version <= 6; version += 2) {
		width = version == 4 ? 32 : 128;
		for (round = 0; round < 20; round++) {
			for (bit = 0; bit < width; bit++) {
				/* Equal to bit - 1, other in bit, any after. */
				in[0] = random_address(&random, version);
				in[1] = random_address(&random, version);
				for (i = 0; i <= bit; i++) {
					uint8_t mask = (uint8_t)(0x80 >> i % 8);
					unsigned at = 16 - width / 8 + i / 8;
					uint8_t same_bit =
					    in[0].octet[at] & mask;

					in[1].octet[at] &= (uint8_t)~mask;
					in[1].octet[at] |= i < bit
					    ? same_bit
					    : same_bit ^ mask;
				}
				map(cp, in, 2, out);
				CU_ASSERT_EQUAL(common_prefix(out[0].octet,
						    out[1].octet, width),
				    bit);
			}
		}
	}
	fv_prefix_tree_free(cp);
}

/* One, batches of any size, or both families in any order: all the same. */
static void
batches_make_no_difference(void)
{
	enum { N = 1000 };
	static const size_t sizes[] = { 1, 2, 3, 4, 5, 15, 16, 17, 33, N };
	static struct fv_raw_addr in[N];
	static struct fv_published_addr one[N], out[N];
	struct fv_prefix_tree *cp = mapping_of(FV_REFERENCE_KEY);
	uint64_t random = 4;
	size_t i, k, n;
	int mix, wrong = 0;

	for (mix = 0; mix < 4; mix++) {
		for (i = 0; i < N; i++) {
			/* All IPv4, all IPv6, by turns, by chance. */
			bool four = mix == 0 || (mix == 2 && i % 2 == 0) ||
			    (mix == 3 && fv_random_below(&random, 2) == 0);

			in[i] = random_address(&random, four ? 4 : 6);
			map(cp, &in[i], 1, &one[i]);
			wrong += one[i].ip_version != in[i].ip_version;
		}
		for (k = 0; k < FV_COUNT(sizes); k++) {
			memset(out, 0, sizeof(out));
			for (i = 0; i < N; i += n) {
				n = N - i < sizes[k] ? N - i : sizes[k];
				map(cp, &in[i], n, &out[i]);
			}
			for (i = 0; i < N; i++)
				wrong += !same(&one[i], &out[i]);
		}
	}
	CU_ASSERT_EQUAL(wrong, 0);
	map(cp, in, 0, out);
	fv_prefix_tree_free(cp);
	fv_prefix_tree_free(NULL);
}

static int
compare(const void *a, const void *b)
{
	const struct fv_published_addr *x = a, *y = b;

	return memcmp(x->octet, y->octet, sizeof(x->octet));
}

/* A whole /16 and a whole run of /112, where a loss would be seen first. */
static void
one_to_one(void)
{
	enum { N = 65536 };
	static struct fv_raw_addr in[N];
	static struct fv_published_addr out[N];
	static const char *const networks[] = { "198.18.0.0",
		"2001:db8::", "0.0.0.0", "ffff:ffff:ffff:ffff::" };
	struct fv_prefix_tree *cp = mapping_of(FV_REFERENCE_KEY);
	size_t i, k, equal = 0;

	for (k = 0; k < FV_COUNT(networks); k++) {
		for (i = 0; i < N; i++) {
			in[i] = fv_raw_address(networks[k]);
			in[i].octet[14] = (uint8_t)(i >> 8);
			in[i].octet[15] = (uint8_t)i;
		}
		map(cp, in, N, out);
		qsort(out, N, sizeof(out[0]), compare);
		for (i = 1; i < N; i++)
			equal += same(&out[i - 1], &out[i]);
	}
	CU_ASSERT_EQUAL(equal, 0);
	fv_prefix_tree_free(cp);
}

/* An IPv6 address of v4-mapped shape is mapped as what it is: 128 bits. */
static void
v4_mapped_shape_is_not_ipv4(void)
{
	struct fv_prefix_tree *cp = mapping_of(FV_REFERENCE_KEY);
	struct fv_published_addr four = map_one(cp, "192.0.2.1");
	struct fv_published_addr six = map_one(cp, "::ffff:192.0.2.1");

	CU_ASSERT_EQUAL(four.ip_version, 4);
	CU_ASSERT_EQUAL(six.ip_version, 6);
	CU_ASSERT_NOT_EQUAL(memcmp(four.octet, six.octet, 16), 0);
	CU_ASSERT_EQUAL(four.octet[10] & four.octet[11], 0xff);
	fv_prefix_tree_free(cp);
}

static void
both_halves_of_the_key_count(void)
{
	char hex[] = FV_REFERENCE_KEY;
	struct fv_prefix_tree *cp = mapping_of(hex), *other;
	struct fv_published_addr a = map_one(cp, "2001:db8::1"), b;
	size_t i;

	for (i = 0; i < 64; i += 7) {
		hex[i] = hex[i] == '0' ? '1' : '0';
		other = mapping_of(hex);
		b = map_one(other, "2001:db8::1");
		CU_ASSERT_FALSE(same(&a, &b));
		fv_prefix_tree_free(other);
		hex[i] = FV_REFERENCE_KEY[i];
	}
	fv_prefix_tree_free(cp);
}

CU_TestInfo suite_cryptopan[] = {
	{ "published vectors and special addresses",
	    published_vectors_and_special_addresses },
	{ "the digest of many IPv4 addresses", digest_of_many_ipv4 },
	{ "the digest of many IPv6 addresses", digest_of_many_ipv6 },
	{ "not what the variants give", not_what_the_variants_give },
	{ "prefixes are preserved at every bit",
	    prefixes_are_preserved_at_every_bit },
	{ "batches make no difference", batches_make_no_difference },
	{ "one to one", one_to_one },
	{ "an IPv6 address of v4-mapped shape is not IPv4",
	    v4_mapped_shape_is_not_ipv4 },
	{ "both halves of the key count", both_halves_of_the_key_count },
	CU_TEST_INFO_NULL,
};

#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "anonymize/aes.h"
#include "anonymize/cryptopan.h"
#include "anonymize/ipcrypt_pfx.h"
#include "anonymize/prefix_bits.h"
#include "tests/unit/addresses.h"
#include "tests/unit/random.h"

/* Both ciphers, and what each makes of the structure below. */
static const struct {
	struct fv_prefix_tree *(*start)(
	    const uint8_t secret[FV_KEY_SIZE], struct fv_err *err);
	double equal; /* share of successive flips that are equal */
} ciphers[] = {
	{ fv_cryptopan_new, 0.75 },
	{ fv_ipcrypt_pfx_new, 0.5 },
};

static struct fv_prefix_tree *
tree_of(size_t cipher, uint64_t *random)
{
	struct fv_prefix_tree *tree;
	uint64_t word[4];
	uint8_t secret[FV_KEY_SIZE];
	struct fv_err err;
	size_t i;

	for (i = 0; i < 4; i++)
		word[i] = fv_random(random);
	memcpy(secret, word, sizeof(secret));
	tree = ciphers[cipher].start(secret, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(tree);
	return tree;
}

static struct fv_raw_addr
random_address(uint64_t *random, int version)
{
	struct fv_raw_addr addr;
	uint64_t word[2];
	uint8_t octet[16];

	word[0] = fv_random(random);
	word[1] = fv_random(random);
	memcpy(octet, word, sizeof(octet));
	if (version == 4)
		fv_raw_addr_set_ipv4(&addr, octet);
	else
		fv_raw_addr_set_ipv6(&addr, octet);
	return addr;
}

static void
map(struct fv_prefix_tree *tree, const struct fv_raw_addr *in, size_t n,
    struct fv_published_addr *out)
{
	struct fv_err err;

	CU_ASSERT_EQUAL(fv_prefix_tree_map(tree, in, n, out, &err), 0);
}

/* Few addresses are mapped without the table, many with it. */
static void
the_table_makes_no_difference(void)
{
	enum { N = 12000, FEW = 100 };
	static struct fv_raw_addr in[N];
	static struct fv_published_addr out[N];
	struct fv_published_addr few[FEW];
	struct fv_prefix_tree *tree;
	uint64_t random = 11, again;
	size_t cipher, i, wrong = 0;

	for (cipher = 0; cipher < FV_COUNT(ciphers); cipher++) {
		again = random;
		tree = tree_of(cipher, &random);
		for (i = 0; i < N; i++)
			in[i] = random_address(&random, i % 2 == 0 ? 4 : 6);
		map(tree, in, N, out);
		fv_prefix_tree_free(tree);
		tree = tree_of(cipher, &again);
		map(tree, in + N - FEW, FEW, few);
		for (i = 0; i < FEW; i++)
			wrong += memcmp(few[i].octet, out[N - FEW + i].octet,
				     16) != 0;
		fv_prefix_tree_free(tree);
	}
	CU_ASSERT_EQUAL(wrong, 0);
}

static void
what_was_mapped_comes_back(void)
{
	enum { N = 6000 };
	static struct fv_raw_addr in[N], back[N];
	static struct fv_published_addr out[N];
	struct fv_prefix_tree *tree;
	struct fv_err err;
	uint64_t random = 12;
	size_t cipher, i, wrong = 0;

	for (cipher = 0; cipher < FV_COUNT(ciphers); cipher++) {
		tree = tree_of(cipher, &random);
		for (i = 0; i < N; i++)
			in[i] = random_address(
			    &random, fv_random_below(&random, 2) == 0 ? 4 : 6);
		map(tree, in, N, out);
		memset(back, 0x55, sizeof(back));
		CU_ASSERT_EQUAL(
		    fv_prefix_tree_unmap(tree, out, NULL, N, back, &err), 0);
		for (i = 0; i < N; i++)
			wrong += !fv_raw_addr_equal(&in[i], &back[i]);
		fv_prefix_tree_free(tree);
	}
	CU_ASSERT_EQUAL(wrong, 0);
}

/* Leading bits that were put back do not hinder the way back. */
static void
kept_bits_are_taken_as_they_are(void)
{
	enum { N = 2000 };
	static struct fv_raw_addr in[N], back[N];
	static struct fv_published_addr out[N];
	static uint8_t kept[N];
	struct fv_prefix_bits a, b, mask;
	struct fv_prefix_tree *tree;
	struct fv_err err;
	uint64_t random = 13;
	size_t cipher, i, wrong = 0;

	for (cipher = 0; cipher < FV_COUNT(ciphers); cipher++) {
		tree = tree_of(cipher, &random);
		for (i = 0; i < N; i++)
			in[i] = random_address(&random, i < N / 2 ? 4 : 6);
		map(tree, in, N, out);
		for (i = 0; i < N; i++) {
			kept[i] = (uint8_t)fv_random_below(
			    &random, i < N / 2 ? 33 : 129);
			mask = fv_prefix_mask(kept[i]);
			a = fv_prefix_load(in[i].octet, in[i].ip_version);
			b = fv_prefix_load(out[i].octet, in[i].ip_version);
			b.high = (a.high & mask.high) | (b.high & ~mask.high);
			b.low = (a.low & mask.low) | (b.low & ~mask.low);
			fv_prefix_store(b, in[i].ip_version, out[i].octet);
		}
		CU_ASSERT_EQUAL(
		    fv_prefix_tree_unmap(tree, out, kept, N, back, &err), 0);
		for (i = 0; i < N; i++)
			wrong += !fv_raw_addr_equal(&in[i], &back[i]);
		fv_prefix_tree_free(tree);
	}
	CU_ASSERT_EQUAL(wrong, 0);
}

/* How often flip i + 1 is flip i over many keys and addresses. */
static double
share_of_equal_flips(size_t cipher, int version)
{
	enum { KEYS = 60, N = 200 };
	struct fv_published_addr out[N];
	struct fv_raw_addr in[N];
	struct fv_prefix_bits a, b;
	struct fv_prefix_tree *tree;
	uint64_t random = 14, equal = 0, all = 0;
	size_t key, i;

	for (key = 0; key < KEYS; key++) {
		tree = tree_of(cipher, &random);
		for (i = 0; i < N; i++)
			in[i] = random_address(&random, version);
		map(tree, in, N, out);
		for (i = 0; i < N; i++) {
			/* Bit i of each is the flip; 1: the next differs. */
			a = fv_prefix_load(in[i].octet, (unsigned)version);
			b = fv_prefix_load(out[i].octet, (unsigned)version);
			a.high ^= b.high;
			a.high = (a.high ^ a.high << 1) & fv_prefix_top(31);
			equal += 31u - (unsigned)__builtin_popcountll(a.high);
			all += 31;
		}
		fv_prefix_tree_free(tree);
	}
	return (double)equal / (double)all;
}

/*
 * The structural weakness that docs/privacy.md tells of, in figures: two
 * successive flips of Crypto-PAn are equal in three cases of four, for they
 * come of one block in every second.
 */
static void
successive_flips(void)
{
	size_t cipher;
	int version;
	double share;

	for (cipher = 0; cipher < FV_COUNT(ciphers); cipher++)
		for (version = 4; version <= 6; version += 2) {
			share = share_of_equal_flips(cipher, version);
			CU_ASSERT_DOUBLE_EQUAL(
			    share, ciphers[cipher].equal, 0.01);
		}
}

/* The pad of Crypto-PAn, which only who has the key should know. */
static struct fv_prefix_bits
pad_of(const uint8_t secret[FV_KEY_SIZE])
{
	uint8_t block[FV_AES_BLOCK];
	struct fv_aes *aes;
	struct fv_err err;

	aes = fv_aes_new(secret, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(aes);
	CU_ASSERT_EQUAL(
	    fv_aes_encrypt(aes, secret + FV_AES_KEY, 1, block, &err), 0);
	fv_aes_free(aes);
	return fv_prefix_load(block, 6);
}

/*
 * What that gives away: where the flips of one pair of address and pseudonym
 * change, the pad's bit is other than the address's, for certain.  One known
 * pair tells a quarter of the first 31 bits of the pad, ten tell 28 or 29.
 */
static void
bits_of_the_pad_that_pairs_reveal(void)
{
	enum { KEYS = 300, PAIRS = 10 };
	struct fv_published_addr out[PAIRS];
	struct fv_raw_addr in[PAIRS];
	struct fv_prefix_bits a, b, pad;
	struct fv_prefix_tree *tree;
	uint64_t random = 15, word[4], known;
	unsigned after[PAIRS] = { 0 };
	uint8_t secret[FV_KEY_SIZE];
	size_t key, i, wrong = 0;
	struct fv_err err;

	for (key = 0; key < KEYS; key++) {
		for (i = 0; i < 4; i++)
			word[i] = fv_random(&random);
		memcpy(secret, word, sizeof(secret));
		pad = pad_of(secret);
		tree = fv_cryptopan_new(secret, &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(tree);
		for (i = 0; i < PAIRS; i++)
			in[i] = random_address(&random, 4);
		map(tree, in, PAIRS, out);
		for (i = 0, known = 0; i < PAIRS; i++) {
			a = fv_prefix_load(in[i].octet, 4);
			b = fv_prefix_load(out[i].octet, 4);
			b.high ^= a.high;
			b.high = (b.high ^ b.high << 1) & fv_prefix_top(31);
			wrong += ((pad.high ^ ~a.high) & b.high) != 0;
			known |= b.high;
			after[i] += (unsigned)__builtin_popcountll(known);
		}
		fv_prefix_tree_free(tree);
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_DOUBLE_EQUAL((double)after[0] / KEYS, 31 * 0.25, 0.5);
	CU_ASSERT_DOUBLE_EQUAL((double)after[PAIRS - 1] / KEYS, 28.5, 0.7);
}

static void
no_addresses_are_no_work(void)
{
	uint64_t random = 16;
	struct fv_prefix_tree *tree = tree_of(0, &random);

	map(tree, NULL, 0, NULL);
	fv_prefix_tree_free(tree);
	fv_prefix_tree_free(NULL);
}

CU_TestInfo suite_prefix_tree[] = {
	{ "the table makes no difference", the_table_makes_no_difference },
	{ "what was mapped comes back", what_was_mapped_comes_back },
	{ "kept bits are taken as they are", kept_bits_are_taken_as_they_are },
	{ "successive flips are equal in 3/4 and 1/2 of cases",
	    successive_flips },
	{ "bits of the pad that known pairs reveal",
	    bits_of_the_pad_that_pairs_reveal },
	{ "no addresses are no work", no_addresses_are_no_work },
	CU_TEST_INFO_NULL,
};

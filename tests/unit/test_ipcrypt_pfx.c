#include "tests/unit/suites.h"

#include <stdio.h>
#include <string.h>

#include "anonymize/ipcrypt_pfx.h"
#include "tests/unit/addresses.h"

static struct fv_prefix_tree *
tree_of(const char *hex)
{
	struct fv_key *key = fv_key_of_hex(hex);
	struct fv_prefix_tree *tree;
	struct fv_err err;

	tree = fv_ipcrypt_pfx_new(fv_key_secret(key), &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(tree);
	fv_key_free(key);
	return tree;
}

static struct fv_published_addr
map_one(struct fv_prefix_tree *tree, const char *text)
{
	struct fv_raw_addr in = fv_raw_address(text);
	struct fv_published_addr out;
	struct fv_err err;

	memset(&out, 0xaa, sizeof(out));
	CU_ASSERT_EQUAL(fv_prefix_tree_map(tree, &in, 1, &out, &err), 0);
	return out;
}

static void
published_vectors(void)
{
	char line[256], key[65], in[64], out[64];
	struct fv_published_addr published;
	struct fv_prefix_tree *tree;
	struct fv_raw_addr expected, back;
	struct fv_err err;
	int version, read = 0;
	FILE *file = fopen("tests/vectors/ipcrypt_pfx.tsv", "r");

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		if (line[0] == '#')
			continue;
		CU_ASSERT_EQUAL_FATAL(
		    sscanf(line, "%64s %d %63s %63s", key, &version, in, out),
		    4);
		tree = tree_of(key);
		published = map_one(tree, in);
		expected = fv_raw_address(out);
		CU_ASSERT_EQUAL(published.ip_version, version);
		CU_ASSERT_EQUAL(memcmp(published.octet, expected.octet, 16), 0);
		CU_ASSERT_EQUAL(fv_prefix_tree_unmap(
				    tree, &published, NULL, 1, &back, &err),
		    0);
		expected = fv_raw_address(in);
		CU_ASSERT_TRUE(fv_raw_addr_equal(&back, &expected));
		fv_prefix_tree_free(tree);
		read++;
	}
	(void)fclose(file);
	CU_ASSERT_EQUAL(read, 16);
}

static void
equal_halves_of_the_key_are_refused(void)
{
	uint8_t secret[FV_KEY_SIZE];
	struct fv_prefix_tree *tree;
	struct fv_err err;

	memset(secret, 7, sizeof(secret));
	CU_ASSERT_PTR_NULL(fv_ipcrypt_pfx_new(secret, &err));
	CU_ASSERT_EQUAL(err.code, FV_EKEY);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "halves"));
	secret[31] ^= 1;
	tree = fv_ipcrypt_pfx_new(secret, &err);
	CU_ASSERT_PTR_NOT_NULL(tree);
	fv_prefix_tree_free(tree);
}

/* The same leading bits in both families, and no flips in common. */
static void
families_are_apart(void)
{
	struct fv_prefix_tree *tree = tree_of(FV_REFERENCE_KEY);
	uint8_t octet[16];
	struct fv_raw_addr in[2];
	struct fv_published_addr out[2];
	struct fv_err err;
	unsigned i, same = 0;

	for (i = 0; i < 256; i++) {
		memset(octet, 0, sizeof(octet));
		octet[0] = (uint8_t)i;
		octet[1] = (uint8_t)(i * 7);
		octet[2] = (uint8_t)(i * 31);
		octet[3] = (uint8_t)(i * 101);
		fv_raw_addr_set_ipv4(&in[0], octet);
		fv_raw_addr_set_ipv6(&in[1], octet);
		CU_ASSERT_EQUAL(fv_prefix_tree_map(tree, in, 2, out, &err), 0);
		same += memcmp(out[0].octet + 12, out[1].octet, 4) == 0;
	}
	CU_ASSERT_EQUAL(same, 0);
	fv_prefix_tree_free(tree);
}

CU_TestInfo suite_ipcrypt_pfx[] = {
	{ "published vectors, there and back", published_vectors },
	{ "equal halves of the key are refused",
	    equal_halves_of_the_key_are_refused },
	{ "families are apart", families_are_apart },
	CU_TEST_INFO_NULL,
};

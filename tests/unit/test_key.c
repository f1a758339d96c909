#include "tests/unit/suites.h"

#include <stdbool.h>
#include <string.h>

#include "anonymize/key.h"
#include "base/digest.h"
#include "tests/unit/addresses.h"
#include "tests/unit/key_text.h"

static void
subkeys_are_hkdf_sha256(void)
{
	static const struct {
		const char *info;
		const char *okm;
	} cases[] = {
		{ "ip4",
		    "6cf0a93e70463de93c2e94fd2fc7308f"
		    "c837eeaeca05e560338d77e9c720ab11" },
		{ "ip6",
		    "58b4c332100e830a10821790b1ec0d83"
		    "58d7ac6205882989fd912f1f000d1530" },
		{ "ip-private",
		    "df8b4ecdf78cf034432fa810906715f8"
		    "7c917e6060b5ba7155a352ba6c5f830c" },
		{ "mac",
		    "ba59e1be3f2c99c010ceb491560f91e2"
		    "bed7931b781e0eafab53e0581b1dbfa3" },
		{ "port",
		    "6a5807892cc9e0ff436ac51dff2fd850"
		    "d308d0c501880bba621c7a160b3ac6e8" },
		{ "time",
		    "c29c213d513107e987bdb43b9b20d80c"
		    "0ae209dfc3822c7c51105828b7f8c6a7" },
		{ "shuffle",
		    "54c181e2651a49edc0fbb3ad1657c7bf"
		    "e5c38971dee9d4b5d0fda41b8958eeec" },
		{ "kcv",
		    "085adf4b0c5eb85453538938fc299c39"
		    "e7dd0ac61a02e030c5dd53eea465881e" },
	};
	struct fv_key *key = fv_key_of_hex(SECRET_HEX);
	struct fv_err err;
	uint8_t out[80];
	char text[161];
	size_t i;

	for (i = 0; i < FV_COUNT(cases); i++) {
		CU_ASSERT_EQUAL(
		    fv_key_derive(key,
			"noc-release/v1|site=hotel-a|release=2026-01",
			cases[i].info, out, 32, &err),
		    0);
		fv_digest_hex(out, 32, text);
		CU_ASSERT_STRING_EQUAL(text, cases[i].okm);
	}
	/* More than two blocks, and nothing for salt and info: by hmac of
	 * Python's standard library. */
	CU_ASSERT_EQUAL(fv_key_derive(key, "salt", "info", out, 80, &err), 0);
	fv_digest_hex(out, 80, text);
	CU_ASSERT_STRING_EQUAL(text,
	    "64cc2a23b7a1da4310420350405fdf5d"
	    "632cb9bda3700d753e96cbcfeb81d449"
	    "6259e7075d6da9d2c3255e8bdc4de030"
	    "b56bfb17845e036d962918c0a2ff6cac"
	    "48215a8469a3106bafe4ed9634ba2c75");
	CU_ASSERT_EQUAL(fv_key_derive(key, "", "", out, 32, &err), 0);
	fv_digest_hex(out, 32, text);
	CU_ASSERT_STRING_EQUAL(text,
	    "37ad29109f43265287804b674e2653d0"
	    "a513718907f97fca97c95bded8104bbf");
	fv_key_free(key);
}

static bool
subkey_is(const struct fv_key *key, const char *site, const char *release,
    const char *salt)
{
	const struct fv_key_scope scope = { site, release };
	uint8_t subkey[32], derived[32];
	struct fv_err err;

	return fv_key_subkey(key, &scope, "ip4", subkey, 32, &err) == 0 &&
	    fv_key_derive(key, salt, "ip4", derived, 32, &err) == 0 &&
	    memcmp(subkey, derived, 32) == 0;
}

/* Never changes, or a key no longer gives the pseudonyms that it gave. */
static void
subkeys_are_of_one_site_and_release(void)
{
	struct fv_key *key = fv_key_of_hex(SECRET_HEX);
	const struct fv_key_scope scope = { "hotel-a", "2026-01" };
	uint8_t subkey[32];
	char text[65];
	struct fv_err err;

	/* By hmac of Python's standard library. */
	CU_ASSERT_EQUAL(fv_key_subkey(key, &scope, "ip4", subkey, 32, &err), 0);
	fv_digest_hex(subkey, 32, text);
	CU_ASSERT_STRING_EQUAL(text,
	    "7b3820792805a4a94f91cab58a51f0ca"
	    "62a9ee7949a7b3db27199218b0523bd8");
	CU_ASSERT_TRUE(subkey_is(key, "hotel-a", "2026-01",
	    "flowveil/1|site=hotel-a|release=2026-01"));
	CU_ASSERT_TRUE(subkey_is(key, NULL, "r", "flowveil/1|site=|release=r"));
	CU_ASSERT_TRUE(subkey_is(key, "", NULL, "flowveil/1|site=|release="));
	fv_key_free(key);
}

static void
no_two_scopes_share_a_salt(void)
{
	struct fv_key *key = fv_key_of_hex(SECRET_HEX);
	char longest[FV_KEY_SCOPE_LIMIT + 2];
	const struct fv_key_scope site = { longest, "" };
	const struct fv_key_scope release = { "", longest };
	uint8_t subkey[32];
	struct fv_err err;

	CU_ASSERT_TRUE(subkey_is(key, "a|release=b", "c",
	    "flowveil/1|site=a%7Crelease=b|release=c"));
	CU_ASSERT_TRUE(subkey_is(
	    key, "a%7Cb", "100%", "flowveil/1|site=a%257Cb|release=100%25"));
	/* The longest name, each letter of it written as three. */
	memset(longest, '|', sizeof(longest));
	longest[FV_KEY_SCOPE_LIMIT] = '\0';
	CU_ASSERT_EQUAL(fv_key_subkey(key, &site, "ip4", subkey, 32, &err), 0);
	longest[FV_KEY_SCOPE_LIMIT] = '|';
	longest[FV_KEY_SCOPE_LIMIT + 1] = '\0';
	CU_ASSERT_EQUAL(fv_key_subkey(key, &site, "ip4", subkey, 32, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EUSAGE);
	CU_ASSERT_EQUAL(
	    fv_key_subkey(key, &release, "ip4", subkey, 32, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EUSAGE);
	fv_key_free(key);
}

/* RFC 5869, 2.3: there is no more than 255 times the digest's length. */
static void
more_than_hkdf_has_is_an_error(void)
{
	struct fv_key *key = fv_key_of_hex(SECRET_HEX);
	struct fv_err err = { FV_OK, "" };
	static uint8_t out[255 * 32 + 1];

	CU_ASSERT_EQUAL(
	    fv_key_derive(key, "s", "i", out, sizeof(out) - 1, &err), 0);
	CU_ASSERT_EQUAL(
	    fv_key_derive(key, "s", "i", out, sizeof(out), &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_ECRYPTO);
	fv_key_free(key);
}

static void
tokens_are_hmac_sha256(void)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 };
	uint8_t subkey[FV_KEY_SIZE], bytes[100];
	struct fv_err err;
	uint64_t token = 0;
	size_t i;

	for (i = 0; i < sizeof(subkey); i++)
		subkey[i] = (uint8_t)i;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)i;
	CU_ASSERT_EQUAL(fv_key_token(subkey, mac, 6, &token, &err), 0);
	CU_ASSERT_EQUAL(token, UINT64_C(0x07a342996ad1e3bd));
	CU_ASSERT_EQUAL(fv_key_token(subkey, bytes, 0, &token, &err), 0);
	CU_ASSERT_EQUAL(token, UINT64_C(0xd38b42096d80f45f));
	CU_ASSERT_EQUAL(fv_key_token(subkey, bytes, 100, &token, &err), 0);
	CU_ASSERT_EQUAL(token, UINT64_C(0xa0b85e511189b13c));
}

/* Never changes, or datasets no longer name their key. */
static void
the_id_of_a_known_secret(void)
{
	struct fv_key *key = fv_key_of_hex(SECRET_HEX);
	uint8_t expected[FV_KEY_SIZE];
	size_t i;

	for (i = 0; i < sizeof(expected); i++)
		expected[i] = (uint8_t)i;
	CU_ASSERT_STRING_EQUAL(fv_key_id(key), SECRET_ID);
	CU_ASSERT_STRING_EQUAL(fv_key_created(key), "");
	CU_ASSERT_EQUAL(
	    memcmp(fv_key_secret(key), expected, sizeof(expected)), 0);
	fv_key_free(key);
	fv_key_free(NULL);
}

static void
a_file_text_is_read(void)
{
	struct fv_key *key;
	struct fv_err err;

	key = fv_key_parse(KEY_FILE, KEY_FILE_SIZE, NULL, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(key);
	CU_ASSERT_STRING_EQUAL(fv_key_id(key), SECRET_ID);
	CU_ASSERT_STRING_EQUAL(fv_key_created(key), "2026-01-31");
	CU_ASSERT_EQUAL(fv_key_secret(key)[31], 31);
	fv_key_free(key);
}

static bool
is_refused(const char *text, size_t n)
{
	struct fv_err err = { FV_OK, "" };
	struct fv_key *key = fv_key_parse(text, n, NULL, &err);
	bool refused = key == NULL;

	if (refused) {
		CU_ASSERT_EQUAL(err.code, FV_EKEY);
		CU_ASSERT_TRUE(tells_nothing(&err));
	}
	fv_key_free(key);
	return refused;
}

static void
any_change_of_a_byte_is_noticed(void)
{
	static const char wrong[] = { '\0', '\n', '\r', ' ', '=', 'A', 'B', '0',
		'1', 'f', ':', '\x7f', '\xff' };
	const char *date = strstr(KEY_FILE, "2026-01-31");
	char text[KEY_FILE_SIZE];
	size_t at, k, unnoticed = 0;

	for (at = 0; at < KEY_FILE_SIZE; at++) {
		/* Another date is as good a date. */
		if (at >= (size_t)(date - KEY_FILE) &&
		    at < (size_t)(date - KEY_FILE) + 10)
			continue;
		for (k = 0; k < sizeof(wrong); k++) {
			memcpy(text, KEY_FILE, sizeof(text));
			if (text[at] == wrong[k])
				continue;
			text[at] = wrong[k];
			unnoticed += !is_refused(text, sizeof(text));
		}
		for (k = 0; k < 8; k++) {
			memcpy(text, KEY_FILE, sizeof(text));
			text[at] = (char)(text[at] ^ 1 << k);
			unnoticed += !is_refused(text, sizeof(text));
		}
	}
	CU_ASSERT_EQUAL(unnoticed, 0);
}

static void
every_truncation_is_refused(void)
{
	size_t n;

	for (n = 0; n < KEY_FILE_SIZE; n++)
		CU_ASSERT_TRUE(is_refused(KEY_FILE, n));
}

static void
wrong_lines_are_refused(void)
{
#define BEGIN "flowveil-key: 1\n"
#define ID "id: " SECRET_ID "\n"
#define DATE "created: 2026-01-31\n"
#define PLAIN "kdf: none\ncipher: none\n"
#define KEY "key: " SECRET_BASE64 "\n"
	static const char *const texts[] = {
		"flowveil-key: 2\n" ID DATE PLAIN KEY,
		"flowveil-key: 11\n" ID DATE PLAIN KEY,
		"flowveil-key:1\n" ID DATE PLAIN KEY,
		"\n" BEGIN ID DATE PLAIN KEY,
		"\xef\xbb\xbf" BEGIN ID DATE PLAIN KEY,
		BEGIN "id: 00000000000000000000000000000000\n" DATE PLAIN KEY,
		BEGIN "id: " SECRET_ID "0\n" DATE PLAIN KEY,
		BEGIN "id: \n" DATE PLAIN KEY,
		BEGIN ID "created: \n" PLAIN KEY,
		BEGIN ID "created: yesterday\n" PLAIN KEY,
		BEGIN ID "created: 2026-1-31\n" PLAIN KEY,
		BEGIN ID "created: 2026-01-311\n" PLAIN KEY,
		BEGIN ID "created: 20260-1-31\n" PLAIN KEY,
		BEGIN ID DATE "kdf: scrypt\ncipher: none\n" KEY,
		BEGIN ID DATE "kdf: none\ncipher: aes-256-gcm\n" KEY,
		BEGIN ID DATE "cipher: none\nkdf: none\n" KEY,
		BEGIN DATE ID PLAIN KEY,
		BEGIN ID DATE PLAIN "key: \n",
		BEGIN ID DATE PLAIN "key: AAECAwQFBgcICQoLDA0ODw==\n",
		BEGIN ID DATE PLAIN "key: " SECRET_HEX "\n",
		/* 33 bytes; and white space that decoders step over */
		BEGIN ID DATE PLAIN
		"key: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g\n",
		BEGIN ID DATE PLAIN "key:  " SECRET_BASE64 "\n",
		BEGIN ID DATE PLAIN "key: " SECRET_BASE64 " \n",
		/* the same bytes, written otherwise: RFC 4648, 3.5 */
		BEGIN ID DATE PLAIN
		"key: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=\n",
		BEGIN ID DATE PLAIN KEY "\n",
		BEGIN ID DATE PLAIN KEY KEY,
		BEGIN ID DATE PLAIN KEY "note: mine\n",
		BEGIN ID DATE PLAIN KEY "x",
		"flowveil-key: 1\r\nid: " SECRET_ID "\r\n"
		"created: 2026-01-31\r\nkdf: none\r\ncipher: none\r\n"
		"key: " SECRET_BASE64 "\r\n",
	};
	size_t i;

	CU_ASSERT_STRING_EQUAL(BEGIN ID DATE PLAIN KEY, KEY_FILE);
	for (i = 0; i < FV_COUNT(texts); i++)
		CU_ASSERT_TRUE(is_refused(texts[i], strlen(texts[i])));
}

static void
wiped_bytes_are_zero(void)
{
	uint8_t bytes[40];
	size_t i;

	memset(bytes, 0x5a, sizeof(bytes));
	fv_key_wipe(bytes, 32);
	for (i = 0; i < sizeof(bytes); i++)
		CU_ASSERT_EQUAL(bytes[i], i < 32 ? 0 : 0x5a);
}

CU_TestInfo suite_key[] = {
	{ "subkeys are HKDF-SHA256", subkeys_are_hkdf_sha256 },
	{ "subkeys are of one site and release",
	    subkeys_are_of_one_site_and_release },
	{ "no two scopes share a salt", no_two_scopes_share_a_salt },
	{ "more than HKDF has is an error", more_than_hkdf_has_is_an_error },
	{ "tokens are HMAC-SHA256", tokens_are_hmac_sha256 },
	{ "the id of a known secret", the_id_of_a_known_secret },
	{ "a file's text is read", a_file_text_is_read },
	{ "any change of a byte is noticed", any_change_of_a_byte_is_noticed },
	{ "every truncation is refused", every_truncation_is_refused },
	{ "wrong lines are refused", wrong_lines_are_refused },
	{ "wiped bytes are zero", wiped_bytes_are_zero },
	CU_TEST_INFO_NULL,
};

#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "datasets/signature.h"
#include "datasets/signature_twin.h"
#include "tests/unit/scratch.h"

/*
 * RFC 8032, section 7.1, test 2: the secret as PKCS#8 (RFC 8410), the public
 * key, the message 72, and its signature.
 */
static const char PRIVATE[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7\n"
    "-----END PRIVATE KEY-----\n";
static const char PUBLIC_HEX[] =
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
static const uint8_t MESSAGE[] = { 0x72 };
static const uint8_t SIGNATURE[FV_SIGNATURE_SIZE] = { 0x92, 0xa0, 0x09, 0xa9,
	0xf0, 0xd4, 0xca, 0xb8, 0x72, 0x0e, 0x82, 0x0b, 0x5f, 0x64, 0x25, 0x40,
	0xa2, 0xb2, 0x7b, 0x54, 0x16, 0x50, 0x3f, 0x8f, 0xb3, 0x76, 0x22, 0x23,
	0xeb, 0xdb, 0x69, 0xda, 0x08, 0x5a, 0xc1, 0xe4, 0x3e, 0x15, 0x99, 0x6e,
	0x45, 0x8f, 0x36, 0x13, 0xd0, 0xf1, 0x1d, 0x8c, 0x38, 0x7b, 0x2e, 0xae,
	0xb4, 0x30, 0x2a, 0xee, 0xb0, 0x0d, 0x29, 0x16, 0x12, 0xbb, 0x0c,
	0x00 };

static struct fv_signature_key *
rfc_key(void)
{
	struct fv_signature_key *key;
	struct fv_err err;

	key = fv_signature_key_parse(PRIVATE, strlen(PRIVATE), &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(key);
	return key;
}

static void
signatures_are_those_of_rfc_8032(void)
{
	struct fv_signature_key *key = rfc_key();
	struct fv_signature_public public;
	uint8_t signature[FV_SIGNATURE_SIZE];
	struct fv_err err;

	CU_ASSERT_EQUAL(
	    fv_signature_sign(key, MESSAGE, sizeof(MESSAGE), signature, &err),
	    0);
	CU_ASSERT_EQUAL(memcmp(signature, SIGNATURE, sizeof(signature)), 0);
	CU_ASSERT_EQUAL(fv_signature_public_parse(
			    PUBLIC_HEX, strlen(PUBLIC_HEX), &public, &err),
	    0);
	CU_ASSERT_EQUAL(
	    memcmp(&public, fv_signature_key_public(key), sizeof(public)), 0);
	CU_ASSERT_EQUAL(fv_signature_verify(&public, MESSAGE, sizeof(MESSAGE),
			    SIGNATURE, sizeof(SIGNATURE), &err),
	    0);
	fv_signature_key_free(key);
}

/* Every bit of message, signature and key counts. */
static void
any_changed_bit_is_refused(void)
{
	struct fv_signature_public public;
	uint8_t signature[FV_SIGNATURE_SIZE], message[sizeof(MESSAGE)];
	struct fv_err err;
	unsigned bit;

	CU_ASSERT_EQUAL_FATAL(fv_signature_public_parse(PUBLIC_HEX,
				  strlen(PUBLIC_HEX), &public, &err),
	    0);
	for (bit = 0; bit < 8 * sizeof(signature); bit++) {
		memcpy(signature, SIGNATURE, sizeof(signature));
		signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CU_ASSERT_EQUAL(
		    fv_signature_verify(&public, MESSAGE, sizeof(MESSAGE),
			signature, sizeof(signature), &err),
		    -1);
	}
	for (bit = 0; bit < 8 * sizeof(message); bit++) {
		memcpy(message, MESSAGE, sizeof(message));
		message[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CU_ASSERT_EQUAL(
		    fv_signature_verify(&public, message, sizeof(message),
			SIGNATURE, sizeof(SIGNATURE), &err),
		    -1);
		CU_ASSERT_EQUAL(err.code, FV_EFORMAT);
	}
	for (bit = 0; bit < 8 * sizeof(public); bit++) {
		public.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CU_ASSERT_EQUAL(
		    fv_signature_verify(&public, MESSAGE, sizeof(MESSAGE),
			SIGNATURE, sizeof(SIGNATURE), &err),
		    -1);
		public.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	CU_ASSERT_EQUAL(fv_signature_verify(&public, MESSAGE, sizeof(MESSAGE),
			    SIGNATURE, sizeof(SIGNATURE) - 1, &err),
	    -1);
	CU_ASSERT_EQUAL(fv_signature_verify(&public, MESSAGE, sizeof(MESSAGE),
			    SIGNATURE, sizeof(SIGNATURE), &err),
	    0);
}

static void
a_public_key_is_read_in_every_form_it_is_written_in(void)
{
	struct fv_signature_key *key = rfc_key();
	const struct fv_signature_public *public = fv_signature_key_public(key);
	struct fv_signature_public again;
	struct fv_err err;
	char *text[3], hex[128];
	size_t i;

	(void)snprintf(hex, sizeof(hex), " %s\r\n", PUBLIC_HEX);
	text[0] = fv_signature_public_pem(public, &err);
	text[1] = fv_signature_twin_public(public, &err);
	text[2] = strdup(hex);
	for (i = 0; i < 3; i++) {
		CU_ASSERT_PTR_NOT_NULL_FATAL(text[i]);
		memset(&again, 0, sizeof(again));
		CU_ASSERT_EQUAL(fv_signature_public_parse(
				    text[i], strlen(text[i]), &again, &err),
		    0);
		CU_ASSERT_EQUAL(memcmp(public, &again, sizeof(again)), 0);
		/* Cut short, it is none. */
		CU_ASSERT_EQUAL(fv_signature_public_parse(
				    text[i], strlen(text[i]) - 4, &again, &err),
		    -1);
		CU_ASSERT_EQUAL(err.code, FV_EKEY);
		free(text[i]);
	}
	CU_ASSERT_EQUAL(
	    fv_signature_public_parse(PRIVATE, strlen(PRIVATE), &again, &err),
	    -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "private key"));
	fv_signature_key_free(key);
}

static void
a_new_key_is_closed_to_others_and_read_back(void)
{
	struct fv_signature_key *key, *other;
	struct fv_scratch s;
	struct fv_err err;
	struct stat st;

	fv_scratch_make(&s);
	CU_ASSERT_EQUAL(
	    fv_signature_key_create(fv_scratch_path(&s, "a"), &err), 0);
	CU_ASSERT_EQUAL(
	    fv_signature_key_create(fv_scratch_path(&s, "b"), &err), 0);
	CU_ASSERT_EQUAL(
	    fv_signature_key_create(fv_scratch_path(&s, "a"), &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EEXIST);
	CU_ASSERT_EQUAL(stat(fv_scratch_path(&s, "a"), &st), 0);
	CU_ASSERT_EQUAL(st.st_mode & 0777, 0600);
	key = fv_signature_key_open(fv_scratch_path(&s, "a"), &err);
	other = fv_signature_key_open(fv_scratch_path(&s, "b"), &err);
	CU_ASSERT_FATAL(key != NULL && other != NULL);
	CU_ASSERT_NOT_EQUAL(
	    memcmp(fv_signature_key_public(key), fv_signature_key_public(other),
		FV_SIGNATURE_KEY_SIZE),
	    0);
	fv_signature_key_free(key);
	fv_signature_key_free(other);
	CU_ASSERT_EQUAL(chmod(fv_scratch_path(&s, "a"), 0640), 0);
	CU_ASSERT_PTR_NULL(
	    fv_signature_key_open(fv_scratch_path(&s, "a"), &err));
	CU_ASSERT_EQUAL(err.code, FV_EKEY);
	CU_ASSERT_PTR_NULL(
	    fv_signature_key_open(fv_scratch_path(&s, "none"), &err));
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "key new --signing"));
	fv_scratch_remove(&s);
}

/* An Ed448 key, one that wants a passphrase, and noise. */
static void
what_is_no_signing_key_is_refused_without_a_question(void)
{
	static const char ed448[] =
	    "-----BEGIN PRIVATE KEY-----\n"
	    "MEcCAQAwBQYDK2VxBDsEOa8f3jmrAq8i4fXDNTgKr4UcWICtadp9Z/RkK0kfk+XK\n"
	    "op21lDQ2cLIrLnKZum8Zx0AFUY/4/49jgQ==\n"
	    "-----END PRIVATE KEY-----\n";
	static const char locked[] =
	    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
	    "MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAg28LyY3jYhxAICCAAw\n"
	    "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEAQIEEPhj4zx7bf7RTZvwQBPhDEEEQNv5\n"
	    "wd7HjyCa6vw2cF0dLArR1JVqMx79Ujm8mMaRLA6Prlh8W5imkm7wcKYiHrgcbUGl\n"
	    "REff3cW2pu4e1t6lt2M=\n"
	    "-----END ENCRYPTED PRIVATE KEY-----\n";
	static const char *const text[] = { ed448, locked, "", "noise",
		PUBLIC_HEX };
	struct fv_err err;
	size_t i;

	for (i = 0; i < FV_COUNT(text); i++) {
		CU_ASSERT_PTR_NULL(
		    fv_signature_key_parse(text[i], strlen(text[i]), &err));
		CU_ASSERT_EQUAL(err.code, FV_EKEY);
	}
}

static void
a_pin_is_a_key_a_fingerprint_or_a_file(void)
{
	char print[FV_SIGNATURE_FINGERPRINT_TEXT];
	struct fv_signature_public public, other;
	struct fv_signature_pin pin;
	struct fv_scratch s;
	struct fv_err err;
	const char *path;

	fv_scratch_make(&s);
	CU_ASSERT_EQUAL_FATAL(fv_signature_public_parse(PUBLIC_HEX,
				  strlen(PUBLIC_HEX), &public, &err),
	    0);
	other = public;
	other.bytes[31] ^= 1;
	/* sha256sum of the 32 bytes, by another program. */
	CU_ASSERT_EQUAL(fv_signature_fingerprint(&public, print, &err), 0);
	CU_ASSERT_STRING_EQUAL(print,
	    "sha256:"
	    "39f713d0a644253f04529421b9f51b9b08979d08295959c4f3990ee617f5139f");
	CU_ASSERT_EQUAL(fv_signature_pin_open(PUBLIC_HEX, &pin, &err), 0);
	CU_ASSERT(pin.is_key);
	CU_ASSERT_STRING_EQUAL(pin.fingerprint, print);
	CU_ASSERT_EQUAL(fv_signature_pin_open(print, &pin, &err), 0);
	CU_ASSERT(!pin.is_key);
	CU_ASSERT_EQUAL(fv_signature_pin_check(&pin, &public, &err), 0);
	CU_ASSERT_EQUAL(fv_signature_pin_check(&pin, &other, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EKEY);
	path = fv_scratch_file(&s, "print", print, strlen(print), 0644);
	CU_ASSERT_EQUAL(fv_signature_pin_open(path, &pin, &err), 0);
	CU_ASSERT_EQUAL(fv_signature_pin_check(&pin, &public, &err), 0);
	path = fv_scratch_file(&s, "hex", PUBLIC_HEX, 64, 0644);
	CU_ASSERT_EQUAL(fv_signature_pin_open(path, &pin, &err), 0);
	CU_ASSERT(pin.is_key);
	print[30] = 'x';
	CU_ASSERT_EQUAL(fv_signature_pin_open(print, &pin, &err), -1);
	CU_ASSERT_EQUAL(
	    fv_signature_pin_open(fv_scratch_path(&s, "none"), &pin, &err), -1);
	CU_ASSERT_EQUAL(fv_signature_pin_open(s.directory, &pin, &err), -1);
	fv_scratch_remove(&s);
}

CU_TestInfo suite_signature[] = {
	{ "signatures are those of RFC 8032",
	    signatures_are_those_of_rfc_8032 },
	{ "any changed bit is refused", any_changed_bit_is_refused },
	{ "a public key is read in every form it is written in",
	    a_public_key_is_read_in_every_form_it_is_written_in },
	{ "a new key is closed to others and read back",
	    a_new_key_is_closed_to_others_and_read_back },
	{ "what is no signing key is refused without a question",
	    what_is_no_signing_key_is_refused_without_a_question },
	{ "a pin is a key, a fingerprint or a file",
	    a_pin_is_a_key_a_fingerprint_or_a_file },
	CU_TEST_INFO_NULL,
};

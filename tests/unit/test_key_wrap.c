#include "tests/unit/suites.h"

#include <stdio.h>
#include <string.h>

#include "anonymize/key.h"
#include "anonymize/key_ledger.h"
#include "anonymize/key_wrap.h"
#include "tests/unit/scratch.h"

static const struct fv_key_passphrase right = { "correct horse", 13 };
static const struct fv_key_passphrase wrong = { "correct hoarse", 14 };

/* 32 bytes that are a key, in the forms in which one comes. */
#define HEX "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static struct fv_key *
import(const char *text, size_t n)
{
	struct fv_err err;

	return fv_key_import_bytes(text, n, &err);
}

static struct fv_key *
known_key(void)
{
	struct fv_key *key = import(HEX, strlen(HEX));

	CU_ASSERT_PTR_NOT_NULL_FATAL(key);
	return key;
}

static void
a_wrapped_key_is_locked_until_its_passphrase_comes(void)
{
	struct fv_key *key = known_key(), *read;
	struct fv_scratch s;
	struct fv_err err;

	fv_scratch_make(&s);
	CU_ASSERT_EQUAL_FATAL(fv_key_save(key, fv_scratch_path(&s, "k"),
				  "2026-02-28", &right, &err),
	    0);
	read = fv_key_open(fv_scratch_path(&s, "k"), &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(read);
	CU_ASSERT_TRUE(fv_key_is_locked(read));
	CU_ASSERT_STRING_EQUAL(fv_key_id(read), fv_key_id(key));
	CU_ASSERT_STRING_EQUAL(fv_key_created(read), "2026-02-28");
	CU_ASSERT_EQUAL(fv_key_unlock(read, &wrong, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EKEY);
	CU_ASSERT_TRUE(fv_key_is_locked(read));
	CU_ASSERT_EQUAL(fv_key_unlock(read, &right, &err), 0);
	CU_ASSERT_FALSE(fv_key_is_locked(read));
	CU_ASSERT_EQUAL(
	    memcmp(fv_key_secret(read), fv_key_secret(key), FV_KEY_SIZE), 0);
	fv_key_free(read);
	fv_key_free(key);
	fv_scratch_remove(&s);
}

/* The text of a wrapped key file, in ${text}; how long it is. */
static size_t
wrapped_text(char text[FV_KEY_FILE_LIMIT])
{
	struct fv_key *key = known_key();
	struct fv_scratch s;
	struct fv_err err;
	long n;

	fv_scratch_make(&s);
	CU_ASSERT_EQUAL_FATAL(fv_key_save(key, fv_scratch_path(&s, "k"),
				  "2026-02-28", &right, &err),
	    0);
	n = fv_scratch_read(&s, "k", text, FV_KEY_FILE_LIMIT);
	CU_ASSERT_FATAL(n > 0);
	fv_key_free(key);
	fv_scratch_remove(&s);
	return (size_t)n;
}

/* Any header byte that was changed keeps the key from being unlocked. */
static void
the_header_is_authenticated(void)
{
	char text[FV_KEY_FILE_LIMIT], *date;
	struct fv_key *key;
	struct fv_err err;
	size_t n = wrapped_text(text);

	date = strstr(text, "created: 2026-02-28");
	CU_ASSERT_PTR_NOT_NULL_FATAL(date);
	date[strlen("created: 2026-02-2")] = '7';
	key = fv_key_parse(text, n, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(key);
	CU_ASSERT_EQUAL(fv_key_unlock(key, &right, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EKEY);
	fv_key_free(key);
}

/* A file that asks for other costs, or is cut, is refused before any work. */
static void
what_is_not_written_so_is_refused(void)
{
	static const char *const from[] = { "N=131072", "N=131072", "r=8",
		"p=1", "aes-256-gcm", "salt=" };
	static const char *const to[] = { "N=999999", "N=131073", "r=9", "p=2",
		"aes-256-ccm", "sale=" };
	char text[FV_KEY_FILE_LIMIT], *at;
	struct fv_key *key;
	struct fv_err err;
	size_t i, n;

	n = wrapped_text(text);
	for (i = 0; i < FV_COUNT(from); i++) {
		at = strstr(text, from[i]);
		CU_ASSERT_PTR_NOT_NULL_FATAL(at);
		memcpy(at, to[i], strlen(to[i]));
		CU_ASSERT_PTR_NULL(fv_key_parse(text, n, &err));
		CU_ASSERT_EQUAL(err.code, FV_EKEY);
		memcpy(at, from[i], strlen(from[i]));
	}
	for (i = 0; i < n; i++)
		CU_ASSERT_PTR_NULL(fv_key_parse(text, i, &err));
	key = fv_key_parse(text, n, &err);
	CU_ASSERT_PTR_NOT_NULL(key);
	fv_key_free(key);
}

static void
a_short_passphrase_does_not_wrap(void)
{
	static const struct fv_key_passphrase shorter = { "elevenchars", 11 };
	struct fv_key *key = known_key();
	struct fv_scratch s;
	struct fv_err err;

	fv_scratch_make(&s);
	CU_ASSERT_EQUAL(fv_key_save(key, fv_scratch_path(&s, "k"), "2026-02-28",
			    &shorter, &err),
	    -1);
	CU_ASSERT_EQUAL(err.code, FV_EUSAGE);
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 0);
	fv_key_free(key);
	fv_scratch_remove(&s);
}

/* RFC 7914, section 12, has the vector; at r = 8, p = 1 only its last fits. */
static void
scrypt_and_the_cipher_give_back_what_went_in(void)
{
	uint8_t secret[FV_KEY_SIZE], back[FV_KEY_SIZE];
	struct fv_key_wrapped w;
	struct fv_err err;
	size_t i;

	for (i = 0; i < sizeof(secret); i++)
		secret[i] = (uint8_t)(7 * i);
	CU_ASSERT_EQUAL_FATAL(fv_key_wrap_begin(&w, &err), 0);
	w.cost = FV_KEY_WRAP_COST_MIN;
	CU_ASSERT_EQUAL(
	    fv_key_wrap_seal(&w, secret, &right, "head", 4, &err), 0);
	CU_ASSERT_NOT_EQUAL(memcmp(w.bytes, secret, sizeof(secret)), 0);
	CU_ASSERT_EQUAL(fv_key_wrap_open(&w, back, &right, "head", 4, &err), 0);
	CU_ASSERT_EQUAL(memcmp(back, secret, sizeof(secret)), 0);
	CU_ASSERT_EQUAL(
	    fv_key_wrap_open(&w, back, &right, "heat", 4, &err), -1);
	for (i = 0; i < sizeof(w.bytes); i += 11) {
		w.bytes[i] ^= 1;
		CU_ASSERT_EQUAL(
		    fv_key_wrap_open(&w, back, &right, "head", 4, &err), -1);
		w.bytes[i] ^= 1;
	}
}

static void
keys_from_elsewhere_are_taken_in_three_forms(void)
{
	static const char raw[] =
	    "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f"
	    "\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f";
	static const char same[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	struct fv_key *key = known_key(), *other[4];
	size_t i;

	other[0] = import(raw, FV_KEY_SIZE);
	other[1] = import(HEX "\n", strlen(HEX) + 1);
	other[2] = import("0x" HEX, strlen(HEX) + 2);
	other[3] = import("0X" HEX "\n", strlen(HEX) + 3);
	for (i = 0; i < FV_COUNT(other); i++) {
		CU_ASSERT_PTR_NOT_NULL_FATAL(other[i]);
		CU_ASSERT_STRING_EQUAL(fv_key_id(other[i]), fv_key_id(key));
		fv_key_free(other[i]);
	}
	fv_key_free(key);
	CU_ASSERT_PTR_NULL(import(raw, FV_KEY_SIZE - 1));
	CU_ASSERT_PTR_NULL(import(HEX, strlen(HEX) - 1));
	CU_ASSERT_PTR_NULL(import(HEX "0", strlen(HEX) + 1));
	CU_ASSERT_PTR_NULL(import("g" HEX, strlen(HEX)));
	CU_ASSERT_PTR_NULL(import("", 0));
	CU_ASSERT_PTR_NULL(import(same, FV_KEY_SIZE));
}

static void
a_destroyed_key_is_gone_and_in_the_ledger(void)
{
	char line[256] = "";
	struct fv_scratch s;
	struct fv_key *key;
	struct fv_err err;
	char id[FV_KEY_ID_TEXT], path[2][256];

	fv_scratch_make(&s);
	(void)snprintf(
	    path[0], sizeof(path[0]), "%s", fv_scratch_path(&s, "k"));
	(void)snprintf(
	    path[1], sizeof(path[1]), "%s", fv_scratch_path(&s, "l"));
	CU_ASSERT_EQUAL_FATAL(fv_key_create(path[0], "2026-01-02", &err), 0);
	key = fv_key_open(path[0], &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(key);
	(void)snprintf(id, sizeof(id), "%s", fv_key_id(key));
	fv_key_free(key);
	CU_ASSERT_EQUAL(
	    fv_key_ledger_destroy(path[0], path[1],
		"00000000000000000000000000000000", "2026-03-04", &err),
	    -1);
	CU_ASSERT_EQUAL(fv_key_ledger_destroy(
			    path[0], "/nowhere/l", id, "2026-03-04", &err),
	    -1);
	key = fv_key_open(path[0], &err);
	CU_ASSERT_PTR_NOT_NULL(key);
	fv_key_free(key);
	CU_ASSERT_EQUAL(
	    fv_key_ledger_destroy(path[0], path[1], id, "2026-03-04", &err), 0);
	CU_ASSERT_PTR_NULL(fv_key_open(path[0], &err));
	CU_ASSERT(fv_scratch_read(&s, "l", line, sizeof(line)) > 0);
	CU_ASSERT_EQUAL(strncmp(line, id, strlen(id)), 0);
	CU_ASSERT_STRING_EQUAL(
	    line + strlen(id), " created 2026-01-02 destroyed 2026-03-04\n");
	fv_scratch_remove(&s);
}

/* Two scopes, or two purposes, never share a subkey, whatever the names. */
static void
subkeys_are_of_one_scope_and_purpose(void)
{
	static const struct fv_key_scope scope[] = { { "a", "b" }, { "b", "a" },
		{ "a", NULL }, { NULL, "a" }, { NULL, NULL },
		{ "a|release=b", NULL }, { "a", "b" } };
	struct fv_key *key = known_key();
	uint8_t sub[FV_COUNT(scope)][FV_KEY_SIZE];
	struct fv_err err;
	size_t i, k;

	for (i = 0; i < FV_COUNT(scope); i++)
		CU_ASSERT_EQUAL(fv_key_subkey(key, &scope[i],
				    i == FV_COUNT(scope) - 1 ? "mac" : "ip4",
				    sub[i], sizeof(sub[i]), &err),
		    0);
	for (i = 0; i < FV_COUNT(scope); i++)
		for (k = 0; k < i; k++)
			CU_ASSERT_NOT_EQUAL(
			    memcmp(sub[i], sub[k], sizeof(sub[i])), 0);
	fv_key_free(key);
}

CU_TestInfo suite_key_wrap[] = {
	{ "a wrapped key is locked until its passphrase comes",
	    a_wrapped_key_is_locked_until_its_passphrase_comes },
	{ "the header is authenticated", the_header_is_authenticated },
	{ "what is not written so is refused",
	    what_is_not_written_so_is_refused },
	{ "a short passphrase does not wrap",
	    a_short_passphrase_does_not_wrap },
	{ "scrypt and the cipher give back what went in",
	    scrypt_and_the_cipher_give_back_what_went_in },
	{ "keys from elsewhere are taken in three forms",
	    keys_from_elsewhere_are_taken_in_three_forms },
	{ "a destroyed key is gone and in the ledger",
	    a_destroyed_key_is_gone_and_in_the_ledger },
	{ "subkeys are of one scope and purpose",
	    subkeys_are_of_one_scope_and_purpose },
	CU_TEST_INFO_NULL,
};

#include "tests/unit/suites.h"

#include <stdio.h>
#include <string.h>

#include "anonymize/key.h"
#include "anonymize/key_wrap.h"
#include "base/digest.h"
#include "tests/unit/key_text.h"
#include "tests/unit/scratch.h"

/* The least that is read, so that the tests do not take as long as guessing
 * should. */
enum { LOG_N = 10 };

static const struct fv_passphrase right = { WRAPPED_PASSPHRASE,
	sizeof(WRAPPED_PASSPHRASE) - 1 };
static const struct fv_passphrase wrong = { "six random words are a bad one",
	30 };

static struct fv_key *
open_wrapped(const char *text, size_t n, const struct fv_passphrase *pass,
    struct fv_err *err)
{
	struct fv_key *key;

	*err = (struct fv_err){ FV_OK, "" };
	key = fv_key_parse(text, n, pass, err);
	if (key == NULL) {
		CU_ASSERT_EQUAL(err->code, FV_EKEY);
		CU_ASSERT_TRUE(tells_nothing(err));
		CU_ASSERT_PTR_NULL(strstr(err->text, "random words"));
	}
	return key;
}

/* Give ${text} the sum that belongs to it, as who tampers would. */
static void
mend_sum(char *text, size_t n)
{
	size_t body = n - strlen("sum: 0123456789abcdef\n");
	uint8_t digest[FV_DIGEST_SIZE];
	char hex[17];
	struct fv_err err;

	CU_ASSERT_EQUAL(fv_digest_once(text, body, digest, &err), 0);
	fv_digest_hex(digest, 8, hex);
	memcpy(text + body + 5, hex, 16);
}

static void
another_implementations_file_opens(void)
{
	struct fv_key_facts facts;
	struct fv_err err;
	struct fv_key *key;
	size_t i;

	key = open_wrapped(WRAPPED_FILE, WRAPPED_FILE_SIZE, &right, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(key);
	for (i = 0; i < FV_KEY_SIZE; i++)
		CU_ASSERT_EQUAL(fv_key_secret(key)[i], i);
	CU_ASSERT_STRING_EQUAL(fv_key_id(key), SECRET_ID);
	CU_ASSERT_STRING_EQUAL(fv_key_created(key), "2026-01-31");
	fv_key_free(key);
	CU_ASSERT_EQUAL(
	    fv_key_inspect(WRAPPED_FILE, WRAPPED_FILE_SIZE, &facts, &err), 0);
	CU_ASSERT_STRING_EQUAL(facts.id, SECRET_ID);
	CU_ASSERT_STRING_EQUAL(facts.created, "2026-01-31");
	CU_ASSERT_TRUE(facts.wrapped);
}

static void
what_is_wrapped_is_unwrapped(void)
{
	struct fv_scratch s;
	char text[2][FV_KEY_FILE_LIMIT + 1];
	struct fv_key *key, *again;
	struct fv_err err;
	size_t n[2] = { 0, 0 }, i;
	char base64[] = SECRET_BASE64;

	fv_scratch_make(&s);
	key = fv_key_parse(KEY_FILE, KEY_FILE_SIZE, NULL, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(key);
	for (i = 0; i < 2; i++) {
		const char *name = i == 0 ? "a" : "b";

		CU_ASSERT_EQUAL(fv_key_save(key, "2026-02-28", &right, LOG_N,
				    fv_scratch_path(&s, name), &err),
		    0);
		CU_ASSERT_EQUAL(fv_key_load(fv_scratch_path(&s, name), text[i],
				    &n[i], &err),
		    0);
		again = open_wrapped(text[i], n[i], &right, &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(again);
		CU_ASSERT_EQUAL(memcmp(fv_key_secret(again), fv_key_secret(key),
				    FV_KEY_SIZE),
		    0);
		fv_key_free(again);
		text[i][n[i]] = '\0';
		CU_ASSERT_PTR_NULL(strstr(text[i], base64));
		CU_ASSERT_PTR_NOT_NULL(
		    strstr(text[i], "kdf: scrypt 1024 8 1 "));
	}
	/* Salt, nonce, and so all of the key's line, are never used twice. */
	for (i = 0; i < 3; i++) {
		const char *at[] = { "kdf: scrypt 1024 8 1 ",
			"cipher: aes-256-gcm ", "\nkey: " };
		const char *a = strstr(text[0], at[i]) + strlen(at[i]);
		const char *b = strstr(text[1], at[i]) + strlen(at[i]);

		CU_ASSERT_NOT_EQUAL(memcmp(a, b, 16), 0);
	}
	fv_key_free(key);
	fv_scratch_remove(&s);
}

static void
a_passphrase_is_the_right_one_or_none(void)
{
	static const struct fv_passphrase longer = { WRAPPED_PASSPHRASE " ",
		sizeof(WRAPPED_PASSPHRASE) };
	static const struct fv_passphrase shorter = { WRAPPED_PASSPHRASE,
		sizeof(WRAPPED_PASSPHRASE) - 2 };
	static const struct fv_passphrase empty = { "", 0 };
	const struct fv_passphrase *const others[] = { &wrong, &longer,
		&shorter, &empty };
	struct fv_err err;
	size_t i;

	for (i = 0; i < FV_COUNT(others); i++) {
		CU_ASSERT_PTR_NULL(open_wrapped(
		    WRAPPED_FILE, WRAPPED_FILE_SIZE, others[i], &err));
		CU_ASSERT_PTR_NOT_NULL(
		    strstr(err.text, "passphrase does not open"));
	}
	CU_ASSERT_PTR_NULL(
	    open_wrapped(WRAPPED_FILE, WRAPPED_FILE_SIZE, NULL, &err));
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "--passphrase"));
	CU_ASSERT_PTR_NULL(open_wrapped(KEY_FILE, KEY_FILE_SIZE, &right, &err));
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "not wrapped"));
}

/* By accident: the sum tells, whatever the passphrase. */
static void
any_damage_is_called_damage(void)
{
	char text[WRAPPED_FILE_SIZE];
	struct fv_key_facts facts;
	struct fv_err err;
	size_t at, n, k, unnoticed = 0;

	for (at = 0; at < sizeof(text); at++)
		for (k = 0; k < 8; k++) {
			memcpy(text, WRAPPED_FILE, sizeof(text));
			text[at] = (char)(text[at] ^ 1 << k);
			unnoticed += fv_key_inspect(
					 text, sizeof(text), &facts, &err) == 0;
		}
	CU_ASSERT_EQUAL(unnoticed, 0);
	for (n = 0; n < WRAPPED_FILE_SIZE; n++) {
		CU_ASSERT_PTR_NULL(open_wrapped(WRAPPED_FILE, n, &right, &err));
		CU_ASSERT_TRUE(strstr(err.text, "cut off") != NULL || n < 16);
	}
}

/* On purpose: the sum is mended, and still no byte of it can be changed. */
static void
the_header_is_authenticated(void)
{
	static const struct {
		const char *from;
		const char *to;
	} cases[] = {
		{ "2026-01-31", "2026-01-30" },
		{ "id: 1", "id: 2" },
		{ "1024 8 1", "2048 8 1" },
		{ "1024 8 1", "1024 4 1" },
		{ "1024 8 1", "1024 8 2" },
	};
	char text[WRAPPED_FILE_SIZE + 1];
	const char *line, *end;
	struct fv_err err;
	size_t i, opened = 0;

	for (i = 0; i < FV_COUNT(cases); i++) {
		memcpy(text, WRAPPED_FILE, sizeof(text));
		memcpy(strstr(text, cases[i].from), cases[i].to,
		    strlen(cases[i].to));
		mend_sum(text, WRAPPED_FILE_SIZE);
		CU_ASSERT_PTR_NULL(
		    open_wrapped(text, WRAPPED_FILE_SIZE, &right, &err));
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "changed the file"));
	}
	/* Salt, nonce, key and tag: each letter of them. */
	line = strstr(WRAPPED_FILE, "kdf: ");
	end = strstr(WRAPPED_FILE, "sum: ");
	for (i = (size_t)(line - WRAPPED_FILE);
	     i < (size_t)(end - WRAPPED_FILE); i++) {
		memcpy(text, WRAPPED_FILE, sizeof(text));
		text[i] = text[i] == 'Q' ? 'g' : 'Q';
		mend_sum(text, WRAPPED_FILE_SIZE);
		opened +=
		    open_wrapped(text, WRAPPED_FILE_SIZE, &right, &err) != NULL;
	}
	CU_ASSERT_EQUAL(opened, 0);
}

/* A file from a stranger must not eat the machine. */
static void
costs_are_bounded(void)
{
	static const struct {
		uint32_t n, r, p;
		bool allowed;
	} cases[] = {
		{ 1 << 17, 8, 1, true },
		{ 1 << 18, 8, 1, true },
		{ 1 << 20, 2, 4, true },
		{ 1 << 10, 8, 1, true },
		{ 1 << 19, 8, 1, false }, /* 512 MiB */
		{ 1 << 21, 1, 1, false },
		{ 1 << 9, 8, 1, false },
		{ (1 << 17) + 1, 8, 1, false },
		{ 1 << 17, 0, 1, false },
		{ 1 << 10, 33, 1, false },
		{ 1 << 17, 8, 0, false },
		{ 1 << 17, 8, 5, false },
		{ 0, 8, 1, false },
		{ UINT32_C(1) << 31, 32, 1, false },
	};
	static const char *const written[] = { "2097152 8 1", "1024 8 9",
		"0 8 1", "01024 8 1", "-1024 8 1", "+1024 8 1", "1024  8 1",
		"4294968320 8 1", "1024 8", "99999999999999999999 8 1" };
	char text[FV_KEY_FILE_LIMIT], *at;
	struct fv_err err;
	size_t i, n;

	for (i = 0; i < FV_COUNT(cases); i++) {
		const struct fv_key_wrap wrap = {
			.n = cases[i].n, .r = cases[i].r, .p = cases[i].p
		};

		CU_ASSERT_EQUAL(
		    fv_key_wrap_check(&wrap, &err), cases[i].allowed ? 0 : -1);
	}
	for (i = 0; i < FV_COUNT(written); i++) {
		memcpy(text, WRAPPED_FILE, WRAPPED_FILE_SIZE + 1);
		at = strstr(text, "1024 8 1");
		n = strlen(written[i]);
		memmove(at + n, at + 8, strlen(at + 8) + 1);
		memcpy(at, written[i], n);
		mend_sum(text, strlen(text));
		CU_ASSERT_PTR_NULL(
		    open_wrapped(text, strlen(text), &right, &err));
		CU_ASSERT_PTR_NULL(strstr(err.text, "passphrase"));
	}
}

static void
a_short_passphrase_wraps_nothing(void)
{
	static const struct fv_passphrase brief = { "eleven char", 11 };
	struct fv_scratch s;
	struct fv_err err = { FV_OK, "" };
	struct fv_key *key = fv_key_random(&err);

	fv_scratch_make(&s);
	CU_ASSERT_PTR_NOT_NULL_FATAL(key);
	CU_ASSERT_EQUAL(fv_key_save(key, "2026-02-28", &brief, LOG_N,
			    fv_scratch_path(&s, "k"), &err),
	    -1);
	CU_ASSERT_EQUAL(err.code, FV_EKEY);
	CU_ASSERT_PTR_NULL(strstr(err.text, "eleven char"));
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 0);
	fv_key_free(key);
	fv_scratch_remove(&s);
}

CU_TestInfo suite_key_wrap[] = {
	{ "another implementation's file opens",
	    another_implementations_file_opens },
	{ "what is wrapped is unwrapped", what_is_wrapped_is_unwrapped },
	{ "a passphrase is the right one, or none will do",
	    a_passphrase_is_the_right_one_or_none },
	{ "any damage is called damage", any_damage_is_called_damage },
	{ "the header is authenticated", the_header_is_authenticated },
	{ "costs are bounded", costs_are_bounded },
	{ "a short passphrase wraps nothing",
	    a_short_passphrase_wraps_nothing },
	CU_TEST_INFO_NULL,
};

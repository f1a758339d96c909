#include "tests/unit/suites.h"

#include <stdio.h>
#include <string.h>

#include "anonymize/key.h"

/* Drawn once; it protects nothing. */
#define HEX "8f1c3e5a7092b4d6f81a2c4e6072941b3d5f7193b5d7f91b3c5e7f82a4c6e80a"

static bool
is_imported(const char *text, size_t n)
{
	struct fv_err err = { FV_OK, "" };
	struct fv_key *key = fv_key_import_text(text, n, &err);
	bool imported = key != NULL;

	if (imported) {
		CU_ASSERT_EQUAL(fv_key_secret(key)[0], 0x8f);
		CU_ASSERT_EQUAL(fv_key_secret(key)[31], 0x0a);
		CU_ASSERT_FALSE(fv_key_is_typed(key));
	} else {
		CU_ASSERT_EQUAL(err.code, FV_EKEY);
		CU_ASSERT_PTR_NULL(strstr(err.text, "8f1c3e"));
	}
	fv_key_free(key);
	return imported;
}

static void
bytes_and_digits_are_imported(void)
{
	static const char *const texts[] = { HEX, HEX "\n", HEX "\r\n",
		"0x" HEX, "0X" HEX "\n",
		"8F1C3E5A7092B4D6F81A2C4E6072941B"
		"3D5F7193B5D7F91B3C5E7F82A4C6E80A" };
	/* Raw bytes end as they like: this one in a line end's byte. */
	uint8_t raw[32];
	size_t i;

	for (i = 0; i < FV_COUNT(texts); i++)
		CU_ASSERT_TRUE(is_imported(texts[i], strlen(texts[i])));
	for (i = 0; i < 32; i++)
		(void)sscanf(&HEX[2 * i], "%2hhx", &raw[i]);
	CU_ASSERT_EQUAL(raw[31], '\n');
	CU_ASSERT_TRUE(is_imported((const char *)raw, 32));
}

static void
anything_else_is_refused(void)
{
	static const char *const texts[] = { "", "\n", "0x", HEX "0", HEX " ",
		" " HEX, HEX "\n\n", "x" HEX, "0x0x" HEX, "#" HEX,
		"gf1c3e5a7092b4d6f81a2c4e6072941b"
		"3d5f7193b5d7f91b3c5e7f82a4c6e80a" };
	size_t i;

	for (i = 0; i < FV_COUNT(texts); i++)
		CU_ASSERT_FALSE(is_imported(texts[i], strlen(texts[i])));
	for (i = 0; i < strlen(HEX); i++)
		CU_ASSERT_FALSE(is_imported(HEX, i));
}

static void
what_is_not_random_is_refused(void)
{
	uint8_t raw[4][32];
	size_t i;

	for (i = 0; i < 32; i++) {
		raw[0][i] = 0x5a;                             /* one byte */
		raw[1][i] = (uint8_t)(250 + 3 * i);           /* even steps */
		raw[2][i] = (uint8_t)(i % 16 * (i % 16) + 3); /* halves */
		raw[3][i] = (uint8_t)(i * i % 7);             /* few */
	}
	for (i = 0; i < 4; i++)
		CU_ASSERT_FALSE(is_imported((const char *)raw[i], 32));
}

static void
typed_text_is_told(void)
{
	struct fv_err err;
	struct fv_key *key =
	    fv_key_import_text("The quick brown fox jumps over it", 32, &err);

	CU_ASSERT_PTR_NOT_NULL_FATAL(key);
	CU_ASSERT_TRUE(fv_key_is_typed(key));
	fv_key_free(key);
}

CU_TestInfo suite_key_import[] = {
	{ "bytes and digits are imported", bytes_and_digits_are_imported },
	{ "anything else is refused", anything_else_is_refused },
	{ "what is not random is refused", what_is_not_random_is_refused },
	{ "typed text is told", typed_text_is_told },
	CU_TEST_INFO_NULL,
};

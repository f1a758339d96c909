#include "tests/unit/suites.h"

#include <string.h>

#include "base/digest.h"

/* The hex digest of ${n} bytes, ${times} times over, in ${piece}s. */
static void
digest_of(const char *bytes, size_t n, size_t piece, size_t times,
    char text[FV_DIGEST_TEXT])
{
	struct fv_digest *d;
	struct fv_err err;
	uint8_t value[FV_DIGEST_SIZE];
	size_t at, some;

	d = fv_digest_new(&err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(d);
	for (; times > 0; times--) {
		for (at = 0; at < n; at += some) {
			some = n - at < piece ? n - at : piece;
			CU_ASSERT_EQUAL(
			    fv_digest_add(d, bytes + at, some, &err), 0);
		}
	}
	CU_ASSERT_EQUAL(fv_digest_value(d, value, &err), 0);
	fv_digest_hex(value, sizeof(value), text);
	fv_digest_free(d);
	fv_digest_free(NULL);
}

/* The examples of FIPS 180 (NIST: Secure Hashing, example values). */
static void
published_vectors(void)
{
	static const char two_blocks[] =
	    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
	char text[FV_DIGEST_TEXT];
	size_t piece;

	digest_of("", 0, 1, 1, text);
	CU_ASSERT_STRING_EQUAL(text,
	    "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855");
	for (piece = 1; piece <= 3; piece++) {
		digest_of("abc", 3, piece, 1, text);
		CU_ASSERT_STRING_EQUAL(text,
		    "ba7816bf8f01cfea414140de5dae2223"
		    "b00361a396177a9cb410ff61f20015ad");
	}
	for (piece = 1; piece <= 56; piece++) {
		digest_of(two_blocks, 56, piece, 1, text);
		CU_ASSERT_STRING_EQUAL(text,
		    "248d6a61d20638b8e5c026930c3e6039"
		    "a33ce45964ff2167f6ecedd419db06c1");
	}
}

static void
a_million_in_pieces(void)
{
	static char as[1000];
	static const size_t pieces[] = { 1000, 999, 64, 63, 7 };
	char text[FV_DIGEST_TEXT];
	size_t i;

	memset(as, 'a', sizeof(as));
	for (i = 0; i < FV_COUNT(pieces); i++) {
		digest_of(as, sizeof(as), pieces[i], 1000, text);
		CU_ASSERT_STRING_EQUAL(text,
		    "cdc76e5c9914fb9281a1c7e284d73e67"
		    "f1809a48a497200e046d39ccc7112cd0");
	}
}

static void
hex_is_lower_case_and_ends(void)
{
	static const uint8_t bytes[] = { 0x00, 0x9a, 0xff, 0x0f, 0xf0 };
	char text[12];

	memset(text, 'x', sizeof(text));
	fv_digest_hex(bytes, sizeof(bytes), text);
	CU_ASSERT_STRING_EQUAL(text, "009aff0ff0");
	CU_ASSERT_EQUAL(text[11], 'x');
	fv_digest_hex(bytes, 0, text);
	CU_ASSERT_STRING_EQUAL(text, "");
}

CU_TestInfo suite_digest[] = {
	{ "the published vectors", published_vectors },
	{ "a million in pieces", a_million_in_pieces },
	{ "hex is lower case and ends", hex_is_lower_case_and_ends },
	CU_TEST_INFO_NULL,
};

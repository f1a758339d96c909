#include "tests/unit/suites.h"

#include "base/siphash.h"

/* The example of the paper, appendix A: key 00..0f, input 00..0e. */
static void
the_paper_s_example_comes_out(void)
{
	const struct fv_siphash_key key = { { UINT64_C(0x0706050403020100),
	    UINT64_C(0x0f0e0d0c0b0a0908) } };
	const uint64_t word = UINT64_C(0x0706050403020100);

	CU_ASSERT_EQUAL(
	    fv_siphash_words(&key, &word, 1, UINT64_C(0x0f0e0d0c0b0a0908)),
	    UINT64_C(0xa129ca6149be45e5));
}

static void
every_bit_of_key_and_input_counts(void)
{
	struct fv_siphash_key key = { { 1, 2 } }, other;
	uint64_t word[2] = { 3, 4 }, first;
	int i;

	first = fv_siphash_words(&key, word, 2, 5);
	for (i = 0; i < 128; i++) {
		other = key;
		other.word[i / 64] ^= UINT64_C(1) << i % 64;
		CU_ASSERT_NOT_EQUAL(
		    fv_siphash_words(&other, word, 2, 5), first);
		word[i / 64] ^= UINT64_C(1) << i % 64;
		CU_ASSERT_NOT_EQUAL(fv_siphash_words(&key, word, 2, 5), first);
		word[i / 64] ^= UINT64_C(1) << i % 64;
	}
}

CU_TestInfo suite_siphash[] = {
	{ "the paper's example comes out", the_paper_s_example_comes_out },
	{ "every bit of key and input counts",
	    every_bit_of_key_and_input_counts },
	CU_TEST_INFO_NULL,
};

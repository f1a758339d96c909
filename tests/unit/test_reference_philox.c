#include "tests/unit/suites.h"

#include <string.h>

#include "datasets/reference/philox.h"

/* The known answers that the authors publish with Random123. */
static const struct {
	uint32_t counter[4], key[2], out[4];
} answers[] = {
	{ { 0, 0, 0, 0 }, { 0, 0 },
	    { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
	{ { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
	    { 0xffffffff, 0xffffffff },
	    { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
	{ { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 },
	    { 0xa4093822, 0x299f31d0 },
	    { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
};

static void
blocks_are_the_published_ones(void)
{
	uint32_t out[4];
	size_t i;

	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		fv_philox_block(answers[i].counter, answers[i].key, out);
		CU_ASSERT_EQUAL(memcmp(out, answers[i].out, sizeof(out)), 0);
	}
}

static void
streams_begin_anywhere_and_differ(void)
{
	struct fv_philox a, b;
	int i, same = 0;

	fv_philox_start(&a, 7, 1, 2, 3);
	for (i = 0; i < 8; i++)
		(void)fv_philox_next(&a);
	fv_philox_start(&b, 7, 1, 2, 3);
	b.counter[0] = 2; /* the third block, without the first two */
	for (i = 0; i < 16; i++)
		CU_ASSERT_EQUAL(fv_philox_next(&a), fv_philox_next(&b));
	fv_philox_start(&a, 7, 1, 2, 3);
	fv_philox_start(&b, 7, 1, 3, 2);
	for (i = 0; i < 64; i++)
		same += fv_philox_next(&a) == fv_philox_next(&b);
	CU_ASSERT_EQUAL(same, 0);
}

CU_TestInfo suite_reference_philox[] = {
	{ "blocks are the published ones", blocks_are_the_published_ones },
	{ "streams begin anywhere, and differ",
	    streams_begin_anywhere_and_differ },
	CU_TEST_INFO_NULL,
};

#include "tests/unit/suites.h"

#include <string.h>

#include "base/buffer.h"

static void
integers_in_both_orders(void)
{
	static const unsigned char expected[] = { 0x04, 0x03, 0x02, 0x01, 0x01,
		0x02, 0x01, 0x02, 0x03, 0x04, 0x01, 0x02, 0x03, 0x04, 0x05,
		0x06, 0x07, 0x08, 0xff };
	struct fv_buffer b = { .limit = 100 };
	struct fv_err err;

	fv_buffer_le32(&b, 0x01020304);
	fv_buffer_be16(&b, 0x0102);
	fv_buffer_be32(&b, 0x01020304);
	fv_buffer_be64(&b, 0x0102030405060708);
	fv_buffer_byte(&b, 0xff);
	fv_buffer_add(&b, NULL, 0);
	CU_ASSERT_EQUAL(fv_buffer_done(&b, &err), 0);
	CU_ASSERT_EQUAL_FATAL(b.length, sizeof(expected));
	CU_ASSERT_EQUAL(memcmp(b.at, expected, sizeof(expected)), 0);
	fv_buffer_free(&b);
	CU_ASSERT_PTR_NULL(b.at);
	CU_ASSERT_EQUAL(b.limit, 100);
}

static void
what_is_there_stays_while_they_grow(void)
{
	struct fv_buffer b = { .limit = 100000 };
	struct fv_err err;
	unsigned i;

	for (i = 0; i < 50000; i++)
		fv_buffer_byte(&b, i % 251);
	CU_ASSERT_EQUAL(fv_buffer_done(&b, &err), 0);
	CU_ASSERT_EQUAL_FATAL(b.length, 50000);
	for (i = 0; i < 50000 && b.at[i] == i % 251; i++)
		;
	CU_ASSERT_EQUAL(i, 50000);
	fv_buffer_free(&b);
}

static void
the_limit_holds_and_the_failure_sticks(void)
{
	struct fv_buffer b = { .limit = 10 };
	struct fv_err err;

	fv_buffer_add(&b, "0123456789", 10);
	CU_ASSERT_EQUAL(fv_buffer_done(&b, &err), 0);
	fv_buffer_byte(&b, 1);
	CU_ASSERT_PTR_NULL(fv_buffer_room(&b, 0));
	CU_ASSERT_EQUAL(b.length, 10);
	CU_ASSERT_EQUAL(fv_buffer_done(&b, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_ELIMIT);
	fv_buffer_free(&b);
}

CU_TestInfo suite_buffer[] = {
	{ "integers in both orders", integers_in_both_orders },
	{ "what is there stays while they grow",
	    what_is_there_stays_while_they_grow },
	{ "the limit holds, and the failure sticks",
	    the_limit_holds_and_the_failure_sticks },
	CU_TEST_INFO_NULL,
};

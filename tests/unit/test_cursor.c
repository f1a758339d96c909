#include "tests/unit/suites.h"

#include <string.h>

#include "base/cursor.h"

static const uint8_t bytes[] = { 0x81, 0x42, 0xf3, 0x04, 0x95, 0x06, 0xa7, 0x08,
	0xb9 };

static void
takes_copy_and_step(void)
{
	struct fv_cursor c = fv_cursor_over(bytes, sizeof(bytes));
	uint8_t u8 = 0, three[3] = { 0 };
	uint16_t u16 = 0;

	CU_ASSERT_EQUAL(fv_cursor_left(&c), 9);
	CU_ASSERT_TRUE(fv_take_u8(&c, &u8));
	CU_ASSERT_EQUAL(u8, 0x81);
	CU_ASSERT_TRUE(fv_take_be16(&c, &u16));
	CU_ASSERT_EQUAL(u16, 0x42f3);
	CU_ASSERT_TRUE(fv_take_skip(&c, 2));
	CU_ASSERT_TRUE(fv_take_bytes(&c, 3, three));
	CU_ASSERT_EQUAL(memcmp(three, bytes + 5, 3), 0);
	CU_ASSERT_EQUAL(fv_cursor_left(&c), 1);
	CU_ASSERT_TRUE(fv_take_skip(&c, 1));
	CU_ASSERT_TRUE(fv_take_skip(&c, 0));
	CU_ASSERT_FALSE(fv_take_skip(&c, 1));
	CU_ASSERT_FALSE(fv_take_u8(&c, &u8));
}

static void
integers_in_both_orders(void)
{
	struct fv_cursor c;
	uint16_t u16 = 0;
	uint32_t u32 = 0;
	uint64_t u64 = 0;

#define AT_START(take) (c = fv_cursor_over(bytes, sizeof(bytes)), (take))
	CU_ASSERT_TRUE(AT_START(fv_take_le16(&c, &u16)));
	CU_ASSERT_EQUAL(u16, 0x4281);
	CU_ASSERT_TRUE(AT_START(fv_take_be32(&c, &u32)));
	CU_ASSERT_EQUAL(u32, 0x8142f304);
	CU_ASSERT_TRUE(AT_START(fv_take_le32(&c, &u32)));
	CU_ASSERT_EQUAL(u32, 0x04f34281);
	CU_ASSERT_TRUE(AT_START(fv_take_16(&c, true, &u16)));
	CU_ASSERT_EQUAL(u16, 0x8142);
	CU_ASSERT_TRUE(AT_START(fv_take_16(&c, false, &u16)));
	CU_ASSERT_EQUAL(u16, 0x4281);
	CU_ASSERT_TRUE(AT_START(fv_take_32(&c, true, &u32)));
	CU_ASSERT_EQUAL(u32, 0x8142f304);
	CU_ASSERT_TRUE(AT_START(fv_take_32(&c, false, &u32)));
	CU_ASSERT_EQUAL(u32, 0x04f34281);
	CU_ASSERT_TRUE(AT_START(fv_take_64(&c, true, &u64)));
	CU_ASSERT_EQUAL(u64, 0x8142f3049506a708);
	CU_ASSERT_TRUE(AT_START(fv_take_64(&c, false, &u64)));
	CU_ASSERT_EQUAL(u64, 0x08a7069504f34281);
	CU_ASSERT_EQUAL(fv_cursor_left(&c), 1);
#undef AT_START
}

/* One byte short of each: no, no step, and the result as it was. */
static void
short_takes_leave_all_alone(void)
{
	struct fv_cursor c, part = { NULL, NULL };
	uint8_t out[9] = { 0x11 };
	uint16_t u16 = 0x1111;
	uint32_t u32 = 0x1111;
	uint64_t u64 = 0x1111;

#define SHORT_BY_ONE(need, take)                              \
	do {                                                  \
		c = fv_cursor_over(bytes, (need)-1);          \
		CU_ASSERT_FALSE(take);                        \
		CU_ASSERT_PTR_EQUAL(c.at, bytes);             \
		CU_ASSERT_PTR_EQUAL(c.end, bytes + (need)-1); \
	} while (0)
	SHORT_BY_ONE(1, fv_take_u8(&c, out));
	SHORT_BY_ONE(2, fv_take_be16(&c, &u16));
	SHORT_BY_ONE(2, fv_take_le16(&c, &u16));
	SHORT_BY_ONE(4, fv_take_be32(&c, &u32));
	SHORT_BY_ONE(4, fv_take_le32(&c, &u32));
	SHORT_BY_ONE(8, fv_take_64(&c, true, &u64));
	SHORT_BY_ONE(8, fv_take_64(&c, false, &u64));
	SHORT_BY_ONE(9, fv_take_bytes(&c, 9, out));
	SHORT_BY_ONE(5, fv_take_skip(&c, 5));
	SHORT_BY_ONE(5, fv_take_skip(&c, SIZE_MAX));
	SHORT_BY_ONE(5, fv_take_part(&c, 5, &part));
	SHORT_BY_ONE(5, fv_take_part(&c, SIZE_MAX, &part));
#undef SHORT_BY_ONE
	CU_ASSERT_EQUAL(out[0], 0x11);
	CU_ASSERT_EQUAL(u16, 0x1111);
	CU_ASSERT_EQUAL(u32, 0x1111);
	CU_ASSERT_EQUAL(u64, 0x1111);
	CU_ASSERT_PTR_NULL(part.at);
}

static void
parts_and_limits(void)
{
	struct fv_cursor c = fv_cursor_over(bytes, sizeof(bytes)), part;
	uint32_t u32;

	CU_ASSERT_TRUE(fv_take_part(&c, 3, &part));
	CU_ASSERT_EQUAL(fv_cursor_left(&part), 3);
	CU_ASSERT_EQUAL(fv_cursor_left(&c), 6);
	CU_ASSERT_PTR_EQUAL(part.at, bytes);
	CU_ASSERT_FALSE(fv_take_be32(&part, &u32));
	CU_ASSERT_TRUE(fv_take_be32(&c, &u32));
	CU_ASSERT_EQUAL(u32, 0x049506a7);

	fv_cursor_limit(&c, 3);
	CU_ASSERT_EQUAL(fv_cursor_left(&c), 2);
	fv_cursor_limit(&c, SIZE_MAX);
	CU_ASSERT_EQUAL(fv_cursor_left(&c), 2);
	fv_cursor_limit(&c, 1);
	CU_ASSERT_EQUAL(fv_cursor_left(&c), 1);
	CU_ASSERT_PTR_EQUAL(c.at, bytes + 7);
	fv_cursor_limit(&c, 0);
	CU_ASSERT_EQUAL(fv_cursor_left(&c), 0);
}

CU_TestInfo suite_cursor[] = {
	{ "takes copy and step", takes_copy_and_step },
	{ "integers in both byte orders", integers_in_both_orders },
	{ "short takes leave all alone", short_takes_leave_all_alone },
	{ "parts and limits", parts_and_limits },
	CU_TEST_INFO_NULL,
};

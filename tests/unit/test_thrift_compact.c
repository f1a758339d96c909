#include "tests/unit/suites.h"

#include <string.h>

#include "datasets/thrift_compact.h"

/* By hand from the protocol's specification. */
static void
expect(struct fv_buffer *b, const unsigned char *expected, size_t n)
{
	struct fv_err err;

	CU_ASSERT_EQUAL(fv_buffer_done(b, &err), 0);
	CU_ASSERT_EQUAL_FATAL(b->length, n);
	CU_ASSERT_EQUAL(memcmp(b->at, expected, n), 0);
	fv_buffer_free(b);
}

static void
varints_take_seven_bits_a_byte(void)
{
	static const unsigned char expected[] = { 0x00, 0x7f, 0x80, 0x01, 0xac,
		0x02, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0x01 };
	struct fv_buffer b = { .limit = 100 };

	fv_thrift_varint(&b, 0);
	fv_thrift_varint(&b, 127);
	fv_thrift_varint(&b, 128);
	fv_thrift_varint(&b, 300);
	fv_thrift_varint(&b, UINT64_MAX);
	expect(&b, expected, sizeof(expected));
}

static void
fields_hold_step_and_type(void)
{
	static const unsigned char expected[] = { 0x15,
		0x02,                               /* 1: i32 1, zigzag 2 */
		0x15, 0x01,                         /* 2: i32 -1, zigzag 1 */
		0x36, 0x80, 0x02,                   /* 5: i64 128, zigzag 256 */
		0x13, 0xf8,                         /* 6: i8 -8, as it is */
		0x14, 0x03,                         /* 7: i16 -2 */
		0x11,                               /* 8: true */
		0x12,                               /* 9: false */
		0x18, 0x02, 'a', 'b',               /* 10: binary */
		0xf5, 0xfe, 0xff, 0xff, 0xff, 0x0f, /* 25: i32 INT32_MAX */
		0x00 };
	struct fv_buffer b = { .limit = 100 };
	struct fv_thrift t;

	fv_thrift_begin(&t, &b);
	fv_thrift_i32(&t, 1, 1);
	fv_thrift_i32(&t, 2, -1);
	fv_thrift_i64(&t, 5, 128);
	fv_thrift_i8(&t, 6, -8);
	fv_thrift_i16(&t, 7, -2);
	fv_thrift_bool(&t, 8, 1);
	fv_thrift_bool(&t, 9, 0);
	fv_thrift_text(&t, 10, "ab");
	fv_thrift_i32(&t, 25, INT32_MAX);
	fv_thrift_end(&t);
	expect(&b, expected, sizeof(expected));
}

static void
structs_and_lists_nest(void)
{
	static const unsigned char expected[] = { 0x2c, /* 2: struct */
		0x15, 0x0a, 0x00,                       /* its 1: i32 5 */
		0x15, 0x0c, /* 3: i32 6: ids go on where they were */
		0x19, 0x25, 0x02, 0x04,             /* 4: list of 2 i32: 1, 2 */
		0x19, 0x18, 0x01, 'x',              /* 5: list of 1 binary */
		0x19, 0x2c, 0x11, 0x00, 0x11, 0x00, /* 6: list of 2 structs */
		0x00 };
	struct fv_buffer b = { .limit = 100 };
	struct fv_thrift t;
	int i;

	fv_thrift_begin(&t, &b);
	fv_thrift_struct(&t, 2);
	fv_thrift_i32(&t, 1, 5);
	fv_thrift_end(&t);
	fv_thrift_i32(&t, 3, 6);
	fv_thrift_list(&t, 4, FV_THRIFT_I32, 2);
	fv_thrift_element_i32(&t, 1);
	fv_thrift_element_i32(&t, 2);
	fv_thrift_list(&t, 5, FV_THRIFT_BINARY, 1);
	fv_thrift_element_text(&t, "x");
	fv_thrift_list(&t, 6, FV_THRIFT_STRUCT, 2);
	for (i = 0; i < 2; i++) {
		fv_thrift_element_struct(&t);
		fv_thrift_bool(&t, 1, 1);
		fv_thrift_end(&t);
	}
	fv_thrift_end(&t);
	expect(&b, expected, sizeof(expected));
}

static void
long_lists_say_how_long_apart(void)
{
	static const unsigned char expected[] = { 0x19, 0xf5, 0x0f, 0x19, 0xf5,
		0xac, 0x02, 0x19, 0xe5 };
	struct fv_buffer b = { .limit = 100 };
	struct fv_thrift t;

	fv_thrift_begin(&t, &b);
	fv_thrift_list(&t, 1, FV_THRIFT_I32, 15);
	fv_thrift_list(&t, 2, FV_THRIFT_I32, 300);
	fv_thrift_list(&t, 3, FV_THRIFT_I32, 14);
	expect(&b, expected, sizeof(expected));
}

CU_TestInfo suite_thrift_compact[] = {
	{ "varints take seven bits a byte", varints_take_seven_bits_a_byte },
	{ "fields hold step and type", fields_hold_step_and_type },
	{ "structs and lists nest", structs_and_lists_nest },
	{ "long lists say how long apart", long_lists_say_how_long_apart },
	CU_TEST_INFO_NULL,
};

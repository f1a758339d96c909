#include "datasets/thrift_compact.h"

#include <assert.h>
#include <string.h>

/* Type codes of fields. */
enum {
	TYPE_TRUE = 1,
	TYPE_FALSE = 2,
	TYPE_I8 = 3,
	TYPE_I16 = 4,
	TYPE_I32 = FV_THRIFT_I32,
	TYPE_I64 = 6,
	TYPE_BINARY = FV_THRIFT_BINARY,
	TYPE_LIST = 9,
	TYPE_STRUCT = FV_THRIFT_STRUCT
};

/* The longest step, and list, that fit the half byte beside the type. */
enum { SHORT = 15 };

void
fv_thrift_varint(struct fv_buffer *out, uint64_t value)
{
	unsigned char byte[10];
	size_t n = 0;

	for (; value >= 0x80; value >>= 7)
		byte[n++] = (unsigned char)(value | 0x80);
	byte[n++] = (unsigned char)value;
	fv_buffer_add(out, byte, n);
}

/* Zigzag: small numbers of either sign become small. */
static void
add_integer(struct fv_buffer *out, int64_t value)
{
	fv_thrift_varint(
	    out, (uint64_t)value << 1 ^ (value < 0 ? ~UINT64_C(0) : 0));
}

static void
add_binary(struct fv_buffer *out, const void *bytes, size_t n)
{
	fv_thrift_varint(out, n);
	fv_buffer_add(out, bytes, n);
}

static void
field(struct fv_thrift *t, unsigned id, unsigned type)
{
	unsigned *last = &t->last[t->depth];

	assert(id > *last && id - *last <= SHORT);
	fv_buffer_byte(t->out, (id - *last) << 4 | type);
	*last = id;
}

static void
deeper(struct fv_thrift *t)
{
	assert(t->depth + 1 < FV_THRIFT_DEPTH);
	t->last[++t->depth] = 0;
}

void
fv_thrift_begin(struct fv_thrift *t, struct fv_buffer *out)
{
	*t = (struct fv_thrift){ .out = out };
}

void
fv_thrift_struct(struct fv_thrift *t, unsigned id)
{
	field(t, id, TYPE_STRUCT);
	deeper(t);
}

void
fv_thrift_element_struct(struct fv_thrift *t)
{
	deeper(t);
}

void
fv_thrift_end(struct fv_thrift *t)
{
	fv_buffer_byte(t->out, 0);
	if (t->depth > 0)
		t->depth--;
}

void
fv_thrift_bool(struct fv_thrift *t, unsigned id, int value)
{
	field(t, id, value ? TYPE_TRUE : TYPE_FALSE);
}

void
fv_thrift_i8(struct fv_thrift *t, unsigned id, int8_t value)
{
	field(t, id, TYPE_I8);
	fv_buffer_byte(t->out, (unsigned char)value);
}

void
fv_thrift_i16(struct fv_thrift *t, unsigned id, int16_t value)
{
	field(t, id, TYPE_I16);
	add_integer(t->out, value);
}

void
fv_thrift_i32(struct fv_thrift *t, unsigned id, int32_t value)
{
	field(t, id, TYPE_I32);
	add_integer(t->out, value);
}

void
fv_thrift_i64(struct fv_thrift *t, unsigned id, int64_t value)
{
	field(t, id, TYPE_I64);
	add_integer(t->out, value);
}

void
fv_thrift_binary(struct fv_thrift *t, unsigned id, const void *bytes, size_t n)
{
	field(t, id, TYPE_BINARY);
	add_binary(t->out, bytes, n);
}

void
fv_thrift_text(struct fv_thrift *t, unsigned id, const char *text)
{
	fv_thrift_binary(t, id, text, strlen(text));
}

void
fv_thrift_list(
    struct fv_thrift *t, unsigned id, enum fv_thrift_type type, size_t n)
{
	field(t, id, TYPE_LIST);
	if (n < SHORT) {
		fv_buffer_byte(t->out, (unsigned)n << 4 | type);
	} else {
		fv_buffer_byte(t->out, SHORT << 4 | type);
		fv_thrift_varint(t->out, n);
	}
}

void
fv_thrift_element_i32(struct fv_thrift *t, int32_t value)
{
	add_integer(t->out, value);
}

void
fv_thrift_element_text(struct fv_thrift *t, const char *text)
{
	add_binary(t->out, text, strlen(text));
}

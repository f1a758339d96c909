#include "base/buffer.h"

#include <stdlib.h>

#include "base/memory.h"

unsigned char *
fv_buffer_room(struct fv_buffer *b, size_t n)
{
	unsigned char *grown;

	if (b->err.code != FV_OK)
		return NULL;
	if (b->capacity - b->length >= n)
		return b->at + b->length;
	if (n > b->limit - b->length) {
		(void)fv_err_set(&b->err, FV_ELIMIT,
		    "more than the %zu bytes that fit", b->limit);
		return NULL;
	}
	grown = fv_memory_grow(
	    b->at, &b->capacity, b->length + n, 1, b->limit, &b->err);
	if (grown == NULL)
		return NULL;
	b->at = grown;
	return b->at + b->length;
}

void
fv_buffer_add(struct fv_buffer *b, const void *from, size_t n)
{
	unsigned char *to = fv_buffer_room(b, n);

	if (to == NULL || n == 0)
		return;
	memcpy(to, from, n);
	b->length += n;
}

void
fv_buffer_byte(struct fv_buffer *b, unsigned value)
{
	unsigned char byte = (unsigned char)value;

	fv_buffer_add(b, &byte, 1);
}

/* The ${n} low bytes of ${value}, lowest first. */
static void
add_le(struct fv_buffer *b, uint64_t value, size_t n)
{
	unsigned char byte[8];
	size_t i;

	for (i = 0; i < n; i++)
		byte[i] = (unsigned char)(value >> 8 * i);
	fv_buffer_add(b, byte, n);
}

/* The same, highest first. */
static void
add_be(struct fv_buffer *b, uint64_t value, size_t n)
{
	unsigned char byte[8];
	size_t i;

	for (i = 0; i < n; i++)
		byte[i] = (unsigned char)(value >> 8 * (n - 1 - i));
	fv_buffer_add(b, byte, n);
}

void
fv_buffer_le32(struct fv_buffer *b, uint32_t value)
{
	add_le(b, value, sizeof(value));
}

void
fv_buffer_be16(struct fv_buffer *b, uint16_t value)
{
	add_be(b, value, sizeof(value));
}

void
fv_buffer_be32(struct fv_buffer *b, uint32_t value)
{
	add_be(b, value, sizeof(value));
}

void
fv_buffer_be64(struct fv_buffer *b, uint64_t value)
{
	add_be(b, value, sizeof(value));
}

int
fv_buffer_done(const struct fv_buffer *b, struct fv_err *err)
{
	if (b->err.code == FV_OK)
		return 0;
	*err = b->err;
	return -1;
}

void
fv_buffer_free(struct fv_buffer *b)
{
	free(b->at);
	*b = (struct fv_buffer){ .limit = b->limit };
}

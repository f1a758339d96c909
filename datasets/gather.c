#include "datasets/gather.h"

#include <string.h>

/*
 * Copy a field of ${n} rows, ${stride} bytes apart, to a column.  The size
 * is a constant where this is inlined: a load and a store per row.
 */
static inline void
gather(unsigned char *restrict out, const unsigned char *restrict in,
    size_t size, size_t stride, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		memcpy(out + i * size, in + i * stride, size);
}

/* Text up to its NUL; what lies behind it stays here. */
static void
gather_text(unsigned char *out, const unsigned char *in, size_t size,
    size_t stride, size_t n)
{
	size_t i, length;

	for (i = 0; i < n; i++, out += size, in += stride) {
		length = strnlen((const char *)in, size);
		memcpy(out, in, length);
		memset(out + length, 0, size - length);
	}
}

void
fv_gather_column(const struct fv_table *table, const struct fv_column *c,
    const void *rows, size_t n, unsigned char *out)
{
	const unsigned char *in = (const unsigned char *)rows + c->offset;

	switch (c->type) {
	case FV_U8:
		gather(out, in, 1, table->row_size, n);
		break;
	case FV_U16:
		gather(out, in, 2, table->row_size, n);
		break;
	case FV_U32:
		gather(out, in, 4, table->row_size, n);
		break;
	case FV_U64:
	case FV_I64:
		gather(out, in, 8, table->row_size, n);
		break;
	case FV_TEXT:
		gather_text(out, in, c->size, table->row_size, n);
		break;
	}
}

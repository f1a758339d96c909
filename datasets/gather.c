#include "datasets/gather.h"

#include <stdint.h>
#include <string.h>

/*
 * Copy a field of ${n} rows, ${stride} bytes apart, to a column.  The size
 * is a constant where this is inlined: a load and a store per row.
 */
static inline void
copy(unsigned char *restrict out, const unsigned char *restrict in, size_t size,
    size_t stride, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		memcpy(out + i * size, in + i * stride, size);
}

/* Text up to its NUL; what lies behind it stays here. */
static void
copy_text(unsigned char *out, const unsigned char *in, size_t size,
    size_t stride, size_t n)
{
	size_t i, length;

	for (i = 0; i < n; i++, out += size, in += stride) {
		length = strnlen((const char *)in, size);
		memcpy(out, in, length);
		memset(out + length, 0, size - length);
	}
}

static void
copy_column(unsigned char *out, const unsigned char *in,
    const struct fv_column *column, size_t stride, size_t n)
{
	switch (column->type) {
	case FV_U8:
		copy(out, in, 1, stride, n);
		break;
	case FV_U16:
		copy(out, in, 2, stride, n);
		break;
	case FV_U32:
		copy(out, in, 4, stride, n);
		break;
	case FV_U64:
	case FV_I64:
		copy(out, in, 8, stride, n);
		break;
	case FV_TEXT:
		copy_text(out, in, column->size, stride, n);
		break;
	}
}

/* Whether a field of all rows is ${value}; to be inlined, as copy. */
static inline bool
is_all(const unsigned char *value, const unsigned char *in, size_t size,
    size_t stride, size_t n)
{
	uint64_t wanted = 0, found = 0, different = 0;
	size_t i;

	memcpy(&wanted, value, size);
	for (i = 0; i < n; i++) {
		memcpy(&found, in + i * stride, size);
		different |= found ^ wanted;
	}
	return different == 0;
}

static bool
column_is_all(const unsigned char *value, const unsigned char *in,
    const struct fv_column *column, size_t stride, size_t n)
{
	switch (column->type) {
	case FV_U8:
		return is_all(value, in, 1, stride, n);
	case FV_U16:
		return is_all(value, in, 2, stride, n);
	case FV_U32:
		return is_all(value, in, 4, stride, n);
	case FV_U64:
	case FV_I64:
		return is_all(value, in, 8, stride, n);
	case FV_TEXT:
		break;
	}
	return false;
}

void
fv_gathered_begin(struct fv_gathered *g, const struct fv_table *table,
    const struct fv_column *column, unsigned char *values)
{
	*g = (struct fv_gathered){
		.table = table,
		.column = column,
		.values = values,
		.one_value = column->type != FV_TEXT,
	};
}

const unsigned char *
fv_gathered_values(struct fv_gathered *g)
{
	if (!g->one_value)
		return g->values;
	/* A stride of nothing: the same value again and again. */
	if (g->n > 0)
		copy_column(g->values, g->value, g->column, 0, g->n);
	g->one_value = false;
	return g->values;
}

void
fv_gathered_add(struct fv_gathered *g, const void *rows, size_t n)
{
	const unsigned char *in =
	    (const unsigned char *)rows + g->column->offset;
	const size_t size = g->column->size, stride = g->table->row_size;

	if (n == 0)
		return;
	if (g->n == 0 && g->one_value)
		memcpy(g->value, in, size);
	if (g->one_value && column_is_all(g->value, in, g->column, stride, n)) {
		g->n += n;
		return;
	}
	(void)fv_gathered_values(g);
	copy_column(g->values + g->n * size, in, g->column, stride, n);
	g->n += n;
}

#include "datasets/parquet_rle.h"

#include "datasets/thrift_compact.h"

/* Values of a group of packed bits; shorter runs are not worth their own. */
enum { GROUP = 8 };

unsigned
fv_parquet_rle_width(uint32_t count)
{
	unsigned width = 1;

	while (width < 32 && (count - 1) >> width != 0)
		width++;
	return width;
}

static void
add_run(struct fv_buffer *out, uint32_t value, size_t n, unsigned width)
{
	unsigned i;

	fv_thrift_varint(out, (uint64_t)n << 1);
	for (i = 0; i < width; i += 8)
		fv_buffer_byte(out, value >> i & 0xff);
}

/* ${n} values, filled up to whole groups with zeros. */
static void
add_packed(
    struct fv_buffer *out, const uint32_t *values, size_t n, unsigned width)
{
	size_t i, groups = (n + GROUP - 1) / GROUP;
	uint64_t bits = 0;
	unsigned filled = 0;
	unsigned char *to;

	if (n == 0)
		return;
	fv_thrift_varint(out, (uint64_t)groups << 1 | 1);
	/* A group of eight values has as many bytes as a value has bits. */
	if ((to = fv_buffer_room(out, groups * width)) == NULL)
		return;
	out->length += groups * width;
	for (i = 0; i < groups * GROUP; i++) {
		if (i < n)
			bits |= (uint64_t)values[i] << filled;
		for (filled += width; filled >= 8; filled -= 8) {
			*to++ = (unsigned char)bits;
			bits >>= 8;
		}
	}
}

void
fv_parquet_rle(
    struct fv_buffer *out, const uint32_t *values, size_t n, unsigned width)
{
	size_t packed = 0; /* where the values begin that are to be packed */
	size_t at = 0, end, fill;

	while (at < n) {
		for (end = at + 1; end < n && values[end] == values[at]; end++)
			;
		/* What the last group before the run takes of it. */
		fill = (GROUP - (at - packed) % GROUP) % GROUP;
		if (end - at >= fill + GROUP) {
			add_packed(
			    out, values + packed, at + fill - packed, width);
			add_run(out, values[at], end - at - fill, width);
			packed = end;
		}
		at = end;
	}
	add_packed(out, values + packed, n - packed, width);
}

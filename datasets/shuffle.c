#include "datasets/shuffle.h"

#include <stdint.h>
#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "columns are hashed and written from memory as little-endian"
#endif

/*
 * Values per block.  A block of constant length is what compilers turn into
 * vector code without being told, and all its planes fit the first cache.
 */
enum { BLOCK = 64 };

/*
 * One block of values of a known size.  A shift and a narrowing store per
 * plane; the loop over the planes unrolls, as ${size} is a constant where
 * these are inlined.
 */
#define DEFINE_SPLIT(name, type)                                      \
	static inline void name(const unsigned char *restrict values, \
	    size_t rows, unsigned char *restrict planes)              \
	{                                                             \
		type v[BLOCK];                                        \
		size_t b, i;                                          \
                                                                      \
		memcpy(v, values, sizeof(v));                         \
		for (b = 0; b < sizeof(type); b++)                    \
			for (i = 0; i < BLOCK; i++)                   \
				planes[b * rows + i] =                \
				    (unsigned char)(v[i] >> 8 * b);   \
	}

#define DEFINE_JOIN(name, type)                                           \
	static inline void name(const unsigned char *restrict planes,     \
	    size_t rows, unsigned char *restrict values)                  \
	{                                                                 \
		type v[BLOCK] = { 0 };                                    \
		size_t b, i;                                              \
                                                                          \
		for (b = 0; b < sizeof(type); b++)                        \
			for (i = 0; i < BLOCK; i++)                       \
				v[i] |= (type)((type)planes[b * rows + i] \
				    << 8 * b);                            \
		memcpy(values, v, sizeof(v));                             \
	}

DEFINE_SPLIT(split_2, uint16_t)
DEFINE_SPLIT(split_4, uint32_t)
DEFINE_SPLIT(split_8, uint64_t)
DEFINE_JOIN(join_2, uint16_t)
DEFINE_JOIN(join_4, uint32_t)
DEFINE_JOIN(join_8, uint64_t)

/*
 * Any size and number: text, and the ends of the others.  Plane by plane
 * within a block: planes lie a power of two apart, and stores that hop from
 * one to the next fall into one set of the cache.
 */
static void
split_any(const unsigned char *restrict values, size_t size, size_t n,
    size_t rows, unsigned char *restrict planes)
{
	size_t at, b, end, i;

	for (at = 0; at < n; at = end) {
		end = n - at < BLOCK ? n : at + BLOCK;
		for (b = 0; b < size; b++)
			for (i = at; i < end; i++)
				planes[b * rows + i] = values[i * size + b];
	}
}

static void
join_any(const unsigned char *restrict planes, size_t size, size_t n,
    size_t rows, unsigned char *restrict values)
{
	size_t b, i;

	for (i = 0; i < n; i++)
		for (b = 0; b < size; b++)
			values[i * size + b] = planes[b * rows + i];
}

void
fv_shuffle(const void *values, size_t size, size_t n, size_t rows, void *planes)
{
	const unsigned char *in = values;
	unsigned char *out = planes;
	size_t b, i = 0;

	switch (size) {
	case 1:
		memcpy(out, in, n);
		i = n;
		break;
	case 2:
		for (; i + BLOCK <= n; i += BLOCK)
			split_2(in + 2 * i, rows, out + i);
		break;
	case 4:
		for (; i + BLOCK <= n; i += BLOCK)
			split_4(in + 4 * i, rows, out + i);
		break;
	case 8:
		for (; i + BLOCK <= n; i += BLOCK)
			split_8(in + 8 * i, rows, out + i);
		break;
	default:
		break;
	}
	split_any(in + size * i, size, n - i, rows, out + i);
	if (n < rows)
		for (b = 0; b < size; b++)
			memset(out + b * rows + n, 0, rows - n);
}

void
fv_shuffle_undo(const void *planes, size_t size, size_t rows, size_t first,
    size_t n, void *values)
{
	const unsigned char *in = (const unsigned char *)planes + first;
	unsigned char *out = values;
	size_t i = 0;

	switch (size) {
	case 1:
		memcpy(out, in, n);
		i = n;
		break;
	case 2:
		for (; i + BLOCK <= n; i += BLOCK)
			join_2(in + i, rows, out + 2 * i);
		break;
	case 4:
		for (; i + BLOCK <= n; i += BLOCK)
			join_4(in + i, rows, out + 4 * i);
		break;
	case 8:
		for (; i + BLOCK <= n; i += BLOCK)
			join_8(in + i, rows, out + 8 * i);
		break;
	default:
		break;
	}
	join_any(in + i, size, n - i, rows, out + size * i);
}

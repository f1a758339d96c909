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

/*
 * The other way: sixteen values at a time, in registers.  Bytes of the first
 * half of the planes and of the second are interleaved; as many such rounds
 * as it takes to double one byte to a value put every byte in its place (a
 * perfect shuffle is a rotation of the bits of an index).
 */
enum { LANES = 16 };
typedef unsigned char lanes __attribute__((vector_size(LANES)));

static inline lanes
low_halves(lanes a, lanes b)
{
	return __builtin_shufflevector(
	    a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

static inline lanes
high_halves(lanes a, lanes b)
{
	return __builtin_shufflevector(
	    a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

/* ${size} is 2, 4 or 8, and a constant where this is inlined. */
static inline void
join(const unsigned char *restrict planes, size_t size, size_t rows,
    unsigned char *restrict values)
{
	lanes from[8], to[8];
	size_t b, round;

	for (b = 0; b < size; b++)
		memcpy(&from[b], planes + b * rows, LANES);
	for (round = 1; round < size; round *= 2) {
		for (b = 0; b < size / 2; b++) {
			to[2 * b] = low_halves(from[b], from[b + size / 2]);
			to[2 * b + 1] =
			    high_halves(from[b], from[b + size / 2]);
		}
		memcpy(from, to, size * LANES);
	}
	memcpy(values, from, size * LANES);
}

DEFINE_SPLIT(split_2, uint16_t)
DEFINE_SPLIT(split_4, uint32_t)
DEFINE_SPLIT(split_8, uint64_t)

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
		for (; i + LANES <= n; i += LANES)
			join(in + i, 2, rows, out + 2 * i);
		break;
	case 4:
		for (; i + LANES <= n; i += LANES)
			join(in + i, 4, rows, out + 4 * i);
		break;
	case 8:
		for (; i + LANES <= n; i += LANES)
			join(in + i, 8, rows, out + 8 * i);
		break;
	default:
		break;
	}
	join_any(in + i, size, n - i, rows, out + size * i);
}

#include "datasets/chunk.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <libdeflate.h>

#include "base/memory.h"
#include "datasets/deflate.h"
#include "datasets/flow.h"
#include "datasets/schema.h"
#include "datasets/shuffle.h"
#include "datasets/sparse.h"

_Static_assert(
    FV_SITE_TEXT <= FV_CHUNK_VALUE_MAX && FV_ADDRESS_TEXT <= FV_CHUNK_VALUE_MAX,
    "a text column is not wider than a coder's scratch memory");

/* What a chunk of zeros became, to be copied; no longer one is kept. */
enum { ZEROS_MOST = 32768 };

/* How chunks are packed; and what others have packed. */
enum { USUAL, TIGHT, FOREIGN, WAYS };

struct zeros {
	unsigned char *packed; /* NULL: not met yet */
	size_t length;
};

struct fv_chunk_coder {
	unsigned char *planes; /* a chunk of the widest column, shuffled */
	struct libdeflate_decompressor *decompressor;
	struct fv_deflate *deflate;          /* NULL: not needed yet */
	struct fv_sparse *sparse;            /* likewise */
	struct libdeflate_compressor *tight; /* for times */
	/*
	 * By the size of values.  Most columns of /captures count what did
	 * not happen, and half a megabyte of zeros takes a while to deflate,
	 * and to inflate again.
	 */
	struct zeros zeros[WAYS][FV_CHUNK_VALUE_MAX + 1];
};

struct fv_chunk_coder *
fv_chunk_coder_new(struct fv_err *err)
{
	struct fv_chunk_coder *coder;

	if ((coder = fv_memory_new(1, sizeof(*coder), err)) == NULL)
		return NULL;
	coder->planes =
	    fv_memory_pages((size_t)FV_CHUNK_ROWS * FV_CHUNK_VALUE_MAX, err);
	if (coder->planes == NULL)
		goto fail;
	if ((coder->decompressor = libdeflate_alloc_decompressor()) == NULL ||
	    (coder->tight = libdeflate_alloc_compressor(1)) == NULL)
		goto memory;
	return coder;
memory:
	(void)fv_err_set(err, FV_EMEMORY, "out of memory");
fail:
	fv_chunk_coder_free(coder);
	return NULL;
}

void
fv_chunk_coder_free(struct fv_chunk_coder *coder)
{
	size_t size;
	int way;

	if (coder == NULL)
		return;
	for (way = 0; way < WAYS; way++)
		for (size = 0; size <= FV_CHUNK_VALUE_MAX; size++)
			free(coder->zeros[way][size].packed);
	fv_deflate_free(coder->deflate);
	fv_sparse_free(coder->sparse);
	libdeflate_free_decompressor(coder->decompressor);
	libdeflate_free_compressor(coder->tight);
	free(coder->planes);
	free(coder);
}

size_t
fv_chunk_bound(size_t size)
{
	return fv_deflate_bound(size * FV_CHUNK_ROWS);
}

/* The planes of ${n} values, in a chunk of zeros. */
static const unsigned char *
planes_of(
    struct fv_chunk_coder *coder, const void *values, size_t size, size_t n)
{
	assert(n <= FV_CHUNK_ROWS && size <= FV_CHUNK_VALUE_MAX);
	if (size == 1 && n == FV_CHUNK_ROWS)
		return values; /* its only plane */
	fv_shuffle(values, size, n, FV_CHUNK_ROWS, coder->planes);
	return coder->planes;
}

static bool
is_zero(const unsigned char *bytes, size_t n)
{
	return n == 0 ||
	    (bytes[0] == 0 && memcmp(bytes, bytes + 1, n - 1) == 0);
}

/* Keep a packed chunk of zeros, in place of the one before. */
static int
keep_zeros(
    struct zeros *zeros, const void *packed, size_t length, struct fv_err *err)
{
	if (length > ZEROS_MOST)
		return 0;
	free(zeros->packed);
	if ((zeros->packed = fv_memory_new(length, 1, err)) == NULL)
		return -1;
	memcpy(zeros->packed, packed, length);
	zeros->length = length;
	return 0;
}

/* Who only reads needs none of it. */
static int
prepare(struct fv_chunk_coder *coder, struct fv_err *err)
{
	if (coder->deflate == NULL &&
	    (coder->deflate = fv_deflate_new(err)) == NULL)
		return -1;
	if (coder->sparse == NULL &&
	    (coder->sparse = fv_sparse_new(err)) == NULL)
		return -1;
	return 0;
}

/* Shuffle and deflate, in one of two ways; returns 0 where that fails. */
static size_t
shuffle_and_deflate(struct fv_chunk_coder *coder, int way, const void *values,
    size_t size, size_t n, void *packed)
{
	const unsigned char *planes = planes_of(coder, values, size, n);

	return way == TIGHT
	    ? libdeflate_zlib_compress(coder->tight, planes,
		  size * FV_CHUNK_ROWS, packed, fv_chunk_bound(size))
	    : fv_deflate_zlib(
		  coder->deflate, planes, size * FV_CHUNK_ROWS, packed);
}

static int
pack(struct fv_chunk_coder *coder, int way, const void *values, size_t size,
    size_t n, void *packed, size_t *length, struct fv_err *err)
{
	struct zeros *zeros = &coder->zeros[way][size];
	bool zero = is_zero(values, size * n);

	if (zero && zeros->packed != NULL) {
		memcpy(packed, zeros->packed, zeros->length);
		*length = zeros->length;
		return 0;
	}
	if (prepare(coder, err) == -1)
		return -1;
	*length = 0;
	if (n <= FV_SPARSE_ROWS && !zero)
		*length = fv_sparse_pack(
		    coder->sparse, coder->deflate, values, size, n, packed);
	if (*length == 0)
		*length =
		    shuffle_and_deflate(coder, way, values, size, n, packed);
	if (*length == 0)
		return fv_err_set(err, FV_ELIMIT, "cannot be deflated");
	return zero ? keep_zeros(zeros, packed, *length, err) : 0;
}

int
fv_chunk_pack(struct fv_chunk_coder *coder, const void *values, size_t size,
    size_t n, void *packed, size_t *length, struct fv_err *err)
{
	return pack(coder, USUAL, values, size, n, packed, length, err);
}

int
fv_chunk_pack_tight(struct fv_chunk_coder *coder, const void *values,
    size_t size, size_t n, void *packed, size_t *length, struct fv_err *err)
{
	return pack(coder, TIGHT, values, size, n, packed, length, err);
}

/* Whether ${packed} is a chunk of zeros that was met before. */
static bool
is_known_zero(const struct zeros *zeros, const void *packed, size_t length)
{
	return zeros->packed != NULL && zeros->length == length &&
	    memcmp(zeros->packed, packed, length) == 0;
}

static int
inflate_planes(struct fv_chunk_coder *coder, const void *packed, size_t length,
    size_t size, void *planes, struct fv_err *err)
{
	size_t used = 0;

	/* Without a place for its length, the result must be just as long. */
	switch (libdeflate_zlib_decompress_ex(coder->decompressor, packed,
	    length, planes, size * FV_CHUNK_ROWS, &used, NULL)) {
	case LIBDEFLATE_SUCCESS:
		if (used == length)
			return 0;
		return fv_err_set(
		    err, FV_EFORMAT, "bytes behind the end of its data");
	case LIBDEFLATE_SHORT_OUTPUT:
		return fv_err_set(err, FV_EFORMAT, "holds too few values");
	case LIBDEFLATE_INSUFFICIENT_SPACE:
		return fv_err_set(err, FV_EFORMAT, "holds too many values");
	case LIBDEFLATE_BAD_DATA:
	default:
		return fv_err_set(
		    err, FV_EFORMAT, "its compressed data are damaged");
	}
}

int
fv_chunk_inflate(struct fv_chunk_coder *coder, const void *packed,
    size_t length, size_t size, void *planes, struct fv_err *err)
{
	struct zeros *zeros = &coder->zeros[FOREIGN][size];

	assert(size <= FV_CHUNK_VALUE_MAX);
	if (is_known_zero(zeros, packed, length)) {
		memset(planes, 0, size * FV_CHUNK_ROWS);
		return 0;
	}
	if (inflate_planes(coder, packed, length, size, planes, err) == -1)
		return -1;
	/* Only so few bytes can be nothing but zeros. */
	if (length <= size * FV_CHUNK_ROWS / 128 &&
	    is_zero(planes, size * FV_CHUNK_ROWS))
		return keep_zeros(zeros, packed, length, err);
	return 0;
}

size_t
fv_chunk_begins(struct fv_chunk_coder *coder, const void *bytes, size_t n)
{
	size_t used = 0, made = 0;

	if (libdeflate_zlib_decompress_ex(coder->decompressor, bytes, n,
		coder->planes, (size_t)FV_CHUNK_ROWS * FV_CHUNK_VALUE_MAX,
		&used, &made) != LIBDEFLATE_SUCCESS)
		return 0;
	return used;
}

void
fv_chunk_values(
    const void *planes, size_t size, size_t first, size_t n, void *values)
{
	assert(first <= FV_CHUNK_ROWS && n <= FV_CHUNK_ROWS - first);
	fv_shuffle_undo(planes, size, FV_CHUNK_ROWS, first, n, values);
}

int
fv_chunk_unpack(struct fv_chunk_coder *coder, const void *packed, size_t length,
    size_t size, size_t first, size_t n, void *values, struct fv_err *err)
{
	if (fv_chunk_inflate(coder, packed, length, size, coder->planes, err) ==
	    -1)
		return -1;
	fv_chunk_values(coder->planes, size, first, n, values);
	return 0;
}

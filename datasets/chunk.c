#include "datasets/chunk.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <libdeflate.h>
#ifndef FV_WITHOUT_ISAL
#include <isa-l/igzip_lib.h>
#endif

#include "base/memory.h"
#include "datasets/flow.h"
#include "datasets/schema.h"
#include "datasets/shuffle.h"

_Static_assert(
    FV_SITE_TEXT <= FV_CHUNK_VALUE_MAX && FV_ADDRESS_TEXT <= FV_CHUNK_VALUE_MAX,
    "a text column is not wider than a coder's scratch memory");

struct fv_chunk_coder {
	unsigned char *planes; /* a chunk of the widest column, shuffled */
	struct libdeflate_decompressor *decompressor;
#ifndef FV_WITHOUT_ISAL
	struct isal_zstream stream;
	uint8_t level_buf[ISAL_DEF_LVL1_DEFAULT];
#else
	struct libdeflate_compressor *compressor;
#endif
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
	if ((coder->decompressor = libdeflate_alloc_decompressor()) == NULL)
		goto memory;
#ifdef FV_WITHOUT_ISAL
	if ((coder->compressor = libdeflate_alloc_compressor(1)) == NULL)
		goto memory;
#endif
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
	if (coder == NULL)
		return;
#ifdef FV_WITHOUT_ISAL
	libdeflate_free_compressor(coder->compressor);
#endif
	libdeflate_free_decompressor(coder->decompressor);
	free(coder->planes);
	free(coder);
}

size_t
fv_chunk_bound(size_t size)
{
	size_t bytes = size * FV_CHUNK_ROWS;

	/*
	 * Deflate falls back on stored blocks of at most 65,535 bytes with
	 * five bytes of header each (RFC 1951, 3.2.4); libdeflate and ISA-L
	 * end a block earlier at times, and none of them below 5,000.  The
	 * rest is the zlib frame and room to flush.
	 */
	return bytes + bytes / 5000 * 5 + 256;
}

#ifndef FV_WITHOUT_ISAL
static size_t
deflate_planes(struct fv_chunk_coder *coder, const unsigned char *planes,
    size_t bytes, void *packed, size_t room)
{
	struct isal_zstream *stream = &coder->stream;

	isal_deflate_stateless_init(stream);
	stream->level = 1;
	stream->level_buf = coder->level_buf;
	stream->level_buf_size = sizeof(coder->level_buf);
	stream->gzip_flag = IGZIP_ZLIB;
	stream->flush = NO_FLUSH;
	stream->end_of_stream = 1;
	/* The pointer is not const, but what it points to is only read. */
	memcpy(&stream->next_in, &planes, sizeof(planes));
	stream->avail_in = (uint32_t)bytes;
	stream->next_out = packed;
	stream->avail_out = (uint32_t)room;
	if (isal_deflate_stateless(stream) != COMP_OK)
		return 0;
	return stream->total_out;
}
#else
static size_t
deflate_planes(struct fv_chunk_coder *coder, const unsigned char *planes,
    size_t bytes, void *packed, size_t room)
{
	return libdeflate_zlib_compress(
	    coder->compressor, planes, bytes, packed, room);
}
#endif

int
fv_chunk_pack(struct fv_chunk_coder *coder, const void *values, size_t size,
    size_t n, void *packed, size_t *length, struct fv_err *err)
{
	const unsigned char *planes = coder->planes;

	assert(n <= FV_CHUNK_ROWS && size <= FV_CHUNK_VALUE_MAX);
	if (size == 1 && n == FV_CHUNK_ROWS)
		planes = values; /* its only plane */
	else
		fv_shuffle(values, size, n, FV_CHUNK_ROWS, coder->planes);
	*length = deflate_planes(
	    coder, planes, size * FV_CHUNK_ROWS, packed, fv_chunk_bound(size));
	if (*length == 0)
		return fv_err_set(err, FV_ELIMIT, "cannot be deflated");
	return 0;
}

int
fv_chunk_inflate(struct fv_chunk_coder *coder, const void *packed,
    size_t length, size_t size, void *planes, struct fv_err *err)
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
	assert(size <= FV_CHUNK_VALUE_MAX);
	if (fv_chunk_inflate(coder, packed, length, size, coder->planes, err) ==
	    -1)
		return -1;
	fv_chunk_values(coder->planes, size, first, n, values);
	return 0;
}

#ifndef DATASETS_CHUNK_H
#define DATASETS_CHUNK_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * One chunk of one column, as it lies in the file: the bytes of its
 * FV_CHUNK_ROWS values, shuffled and then deflated in a zlib frame (RFC
 * 1950), which is what the filters 2 and 1 of HDF5 make and undo.  A chunk
 * is always whole: rows that are not there yet are zero bytes.
 *
 *	values   a0 a1 a2 a3 b0 b1 b2 b3 ...      little-endian, size 4
 *	planes   a0 b0 ... a1 b1 ... a2 b2 ... a3 b3 ...
 *
 * Deflated by datasets/deflate.h; inflated by libdeflate, which is the
 * fastest at that.
 *
 * A coder holds the scratch memory; one coder belongs to one thread at a
 * time.
 */
struct fv_chunk_coder;

/* No value of a column is wider; see FV_SITE_TEXT. */
#define FV_CHUNK_VALUE_MAX 64

/*
 * fv_chunk_coder_new(err):
 * A coder for columns of any width.  Its memory is touched only as far as
 * the widths that it meets need it.  Returns NULL with ${err} set.
 */
struct fv_chunk_coder *fv_chunk_coder_new(struct fv_err *err) FV_MUST_CHECK;

void fv_chunk_coder_free(struct fv_chunk_coder *coder);

/* The most bytes that a packed chunk of values of ${size} bytes can have. */
size_t fv_chunk_bound(size_t size);

/*
 * fv_chunk_pack(coder, values, size, n, packed, length, err):
 * Pack ${n} values of ${size} bytes at ${values}, in this machine's order
 * and at most FV_CHUNK_ROWS, into ${packed}, which has room for
 * fv_chunk_bound(size) bytes, and say in ${length} how many it took.  The
 * same values give the same bytes.  Returns 0, or -1 with ${err} set.
 * fv_chunk_pack_tight packs smaller and slower: for times, which are a
 * third of a file, and which libdeflate makes a sixth smaller than igzip;
 * nothing else is worth it.
 */
int fv_chunk_pack(struct fv_chunk_coder *coder, const void *values, size_t size,
    size_t n, void *packed, size_t *length, struct fv_err *err) FV_MUST_CHECK;
int fv_chunk_pack_tight(struct fv_chunk_coder *coder, const void *values,
    size_t size, size_t n, void *packed, size_t *length,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_chunk_inflate(coder, packed, length, size, planes, err):
 * Inflate a packed chunk into its byte planes: FV_CHUNK_ROWS times ${size}
 * bytes at ${planes}.  Returns 0, or -1 with ${err} set to FV_EFORMAT when
 * it is broken or not as long as a chunk has to be.
 */
int fv_chunk_inflate(struct fv_chunk_coder *coder, const void *packed,
    size_t length, size_t size, void *planes, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_chunk_begins(coder, bytes, n):
 * How many of the ${n} bytes are a whole zlib stream with a good checksum, of
 * any values: to find chunks that no column has.  0 when there is none.
 */
size_t fv_chunk_begins(
    struct fv_chunk_coder *coder, const void *bytes, size_t n);

/*
 * fv_chunk_values(planes, size, first, n, values):
 * Put together ${n} values from row ${first} of a chunk on.
 */
void fv_chunk_values(
    const void *planes, size_t size, size_t first, size_t n, void *values);

/*
 * fv_chunk_unpack(coder, packed, length, size, first, n, values, err):
 * fv_chunk_inflate into the coder's own memory, then fv_chunk_values.
 * Returns 0, or -1 with ${err} set.
 */
int fv_chunk_unpack(struct fv_chunk_coder *coder, const void *packed,
    size_t length, size_t size, size_t first, size_t n, void *values,
    struct fv_err *err) FV_MUST_CHECK;

#endif

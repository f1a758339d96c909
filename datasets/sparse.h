#ifndef DATASETS_SPARSE_H
#define DATASETS_SPARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/deflate.h"

/*
 * Chunks of few rows: all but the first bytes of each plane are zeros
 * (datasets/chunk.h), and most tables of most datasets have no other chunk.
 * The run of zeros is deflated once for each number of rows, and the bytes
 * before it are stored as they are (RFC 1951, 3.2.4), so that such a chunk is
 * made some hundred times as fast as by a deflater that walks over it.
 */
struct fv_sparse;

/* So many rows are few: stored, they take no more than deflate saves. */
#define FV_SPARSE_ROWS 64

/* Returns NULL with ${err} set. */
struct fv_sparse *fv_sparse_new(struct fv_err *err) FV_MUST_CHECK;

void fv_sparse_free(struct fv_sparse *sparse);

/*
 * fv_sparse_pack(sparse, deflate, values, size, n, packed):
 * Pack ${n} values of ${size} bytes, 1 to FV_SPARSE_ROWS of them, as
 * fv_chunk_pack does.  Returns how many bytes that took; 0 when ${deflate} is
 * of a kind that makes no parts (fv_deflate_part).
 */
size_t fv_sparse_pack(struct fv_sparse *sparse, struct fv_deflate *deflate,
    const void *values, size_t size, size_t n, void *packed);

#endif

#ifndef DATASETS_COLUMN_DIGEST_H
#define DATASETS_COLUMN_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/digest.h"
#include "base/err.h"

/*
 * The digest of a column: SHA-256 (FIPS 180-4) of the SHA-256 of each chunk's
 * values, one after the other, as bytes.  A chunk's values are its rows that
 * are there, uncompressed.  So the digest depends on values alone, chunks may
 * be digested in any order and by any thread, and who copies a chunk without
 * reading it copies its digest.
 *
 * All zero is a column without rows.
 */
struct fv_column_digest {
	uint8_t (*chunks)[FV_DIGEST_SIZE];
	size_t n;
	size_t capacity;
};

/* Chunks of one column: 2^34 rows, and 8 MiB of digests. */
#define FV_COLUMN_DIGEST_LIMIT ((size_t)1 << 18)

/*
 * fv_column_digest_add(column, chunk, err):
 * Add the digest of the next chunk.  Returns 0, or -1 with ${err} set.
 */
int fv_column_digest_add(struct fv_column_digest *column,
    const uint8_t chunk[FV_DIGEST_SIZE], struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_column_digest_text(column, text, err):
 * The digest of all chunks so far, in lower-case hex.  Returns 0, or -1
 * with ${err} set.
 */
int fv_column_digest_text(const struct fv_column_digest *column,
    char text[FV_DIGEST_TEXT], struct fv_err *err) FV_MUST_CHECK;

/* Give back its memory. */
void fv_column_digest_clear(struct fv_column_digest *column);

#endif

#ifndef DATASETS_FETCH_H
#define DATASETS_FETCH_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hdf5.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/column_digest.h"

/*
 * Chunks of columns out of an HDF5 file, for the reader, from several
 * threads at once.
 *
 * Locks: that of HDF5 (fv_container_enter); idle around the list of scratch
 * memory that no thread is using.  Nothing is locked while one of them is
 * held; a column's own lock is taken before them.
 */
struct fv_fetch_scratch;

struct fv_fetch {
	pthread_mutex_t idle;
	struct fv_fetch_scratch *scratch;
};

/*
 * A column, and the chunk that was last read in part: a caller that walks
 * in steps of its own inflates each chunk once.
 */
struct fv_fetch_column {
	hid_t dataset;
	size_t size;          /* bytes of a value */
	pthread_mutex_t lock; /* of what follows */
	unsigned char *planes;
	uint64_t cached; /* number of the chunk in planes, plus 1; 0: none */
};

void fv_fetch_init(struct fv_fetch *fetch);
void fv_fetch_end(struct fv_fetch *fetch);

/* A column without a dataset yet; and close its dataset, if it has one. */
void fv_fetch_column_init(struct fv_fetch_column *column, size_t size);
void fv_fetch_column_end(struct fv_fetch_column *column);

/*
 * fv_fetch_rows(fetch, column, chunk, first, n, keep, values, err):
 * Put rows [first, first + n) of chunk ${chunk} into ${values}; ${keep} the
 * chunk for the next call when more of it will be asked for.
 * Returns 0, or -1 with ${err} set.
 */
int fv_fetch_rows(struct fv_fetch *fetch, struct fv_fetch_column *column,
    uint64_t chunk, size_t first, size_t n, bool keep, void *values,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_fetch_chunk(fetch, column, chunk, n, packed, length, values, err):
 * Put the first ${n} rows of chunk ${chunk} into ${values}, and the chunk as
 * it lies in the file, found whole, into ${packed}, which has room for
 * fv_chunk_bound of a value's size; it has ${length} bytes.
 * Returns 0, or -1 with ${err} set.
 */
int fv_fetch_chunk(struct fv_fetch *fetch, struct fv_fetch_column *column,
    uint64_t chunk, size_t n, void *packed, size_t *length, void *values,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_fetch_packed(column, chunk, packed, length, err):
 * The chunk as it lies in the file, not looked at.
 * Returns 0, or -1 with ${err} set.
 */
int fv_fetch_packed(struct fv_fetch_column *column, uint64_t chunk,
    void *packed, size_t *length, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_fetch_digest(column, text, digest, n, err):
 * What is stored as the digest of the column, and of its ${n} chunks: added
 * to ${digest}.  Returns 0, or -1 with ${err} set.
 */
int fv_fetch_digest(const struct fv_fetch_column *column,
    char text[FV_DIGEST_TEXT], struct fv_column_digest *digest, size_t n,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_fetch_text(column, name):
 * A text attribute of the column, to be freed, or NULL.
 */
char *fv_fetch_text(const struct fv_fetch_column *column, const char *name);

#endif

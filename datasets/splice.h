#ifndef DATASETS_SPLICE_H
#define DATASETS_SPLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/digest.h"
#include "base/err.h"
#include "datasets/schema.h"

/*
 * Fills a table column by column from another source than rows: from the
 * columns of other datasets.  The chunks come out as if the same rows had
 * been given to fv_packing_append, byte for byte, whatever the number of
 * threads; a chunk that the source has already packed is taken as it is.
 *
 * Each column is a chain of jobs of its own: take values, digest, pack; the
 * caller's thread writes a chunk and starts the next job of the column.
 */
struct fv_splice;
struct fv_packing;

/* A chunk as it lies in a file: room for fv_chunk_bound bytes. */
struct fv_splice_chunk {
	void *packed;
	size_t length; /* 0: the source did not leave one */
	bool digested; /* with its digest; then its values are not looked at */
	uint8_t digest[FV_DIGEST_SIZE]; /* datasets/column_digest.h */
};

/*
 * A source of columns.  take puts ${n} values of ${column} from row ${first}
 * of the source on into ${values}.  With ${chunk} not NULL they are to be a
 * whole chunk of the output: where the source has one with these values, it
 * may leave it there, and with its digest need not give the values.  Called from several threads at once, in order of
 * rows for each column.  Returns 0, or -1 with ${err} set.
 */
struct fv_splice_source {
	int (*take)(void *context, size_t column, uint64_t first, size_t n,
	    void *values, struct fv_splice_chunk *chunk, struct fv_err *err);
	void *context;
};

/*
 * fv_splice_new(packing, table, threads, err):
 * Begin to fill ${table} of ${packing}, which has no rows yet and gets none
 * in another way.  Returns NULL with ${err} set.
 */
struct fv_splice *fv_splice_new(struct fv_packing *packing,
    enum fv_table_id table, unsigned threads, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_splice_rows(splice, source, n, err):
 * Append rows 0 to ${n} - 1 of ${source}, which is not used any more after.
 * Returns 0, or -1 with ${err} set; then only free is allowed.
 */
int fv_splice_rows(struct fv_splice *splice,
    const struct fv_splice_source *source, uint64_t n,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_splice_finish(splice, err):
 * Write the chunks that are not full.  Returns 0, or -1 with ${err} set.
 */
int fv_splice_finish(
    struct fv_splice *splice, struct fv_err *err) FV_MUST_CHECK;

void fv_splice_free(struct fv_splice *splice);

#endif

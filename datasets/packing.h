#ifndef DATASETS_PACKING_H
#define DATASETS_PACKING_H

#include <stddef.h>
#include <stdint.h>

#include <hdf5.h>

#include "base/attributes.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/workers.h"
#include "datasets/column_digest.h"
#include "datasets/schema.h"

/*
 * The tables of a file while they are written: rows in, compressed
 * chunks of columns out.  For the writer, which owns the file.  Callers
 * hold HDF5's printing off (datasets/container.h).
 */
struct fv_packing;

/*
 * fv_packing_new(file, format, threads, workers, err):
 * Make every table of ${format}, empty, in ${file}, to be packed by
 * ${threads} threads, those of ${workers} or, where that is NULL, of a pool of
 * its own.  Returns NULL with ${err} set.
 */
struct fv_packing *fv_packing_new(hid_t file, const struct fv_format *format,
    unsigned threads, struct fv_workers *workers,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_packing_append(packing, table, rows, n, err):
 * As fv_writer_append.
 */
int fv_packing_append(struct fv_packing *packing, unsigned table,
    const void *rows, size_t n, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_packing_complete(packing, table, err):
 * ${table} gets no more rows: its last ones are packed while the caller does
 * other things, and stand in the file where they would have stood.  Returns
 * 0, or -1 with ${err} set.
 */
int fv_packing_complete(struct fv_packing *packing, unsigned table,
    struct fv_err *err) FV_MUST_CHECK;

uint64_t fv_packing_rows(const struct fv_packing *packing, unsigned table);

/*
 * fv_packing_schema(packing, table),
 * fv_packing_lend(packing, table, column, dataset, digest),
 * fv_packing_settle(packing, table, rows, err):
 * For a table that somebody else fills, chunk by chunk (datasets/splice.h):
 * what columns it has; where chunks and their digests go; and, before the last chunks are
 * written there, how many rows it has.  Row groups of other tables that were
 * complete before are then in the file.  Such a table gets no rows in
 * another way.  Returns 0, or -1 with ${err} set.
 */
const struct fv_table *fv_packing_schema(
    const struct fv_packing *packing, unsigned table);
void fv_packing_lend(const struct fv_packing *packing, unsigned table,
    size_t column, hid_t *dataset, struct fv_column_digest **digest);
int fv_packing_settle(struct fv_packing *packing, unsigned table, uint64_t rows,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_packing_finish(packing, content, err):
 * Write the rows that are left, the digest of each column and NROWS of
 * each table, and add to ${content} what the content digest is made of.
 * Returns 0, or -1 with ${err} set.
 */
int fv_packing_finish(struct fv_packing *packing, struct fv_digest *content,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_packing_close(packing):
 * Let the threads end and close what is open in the file.  Returns -1 when
 * HDF5 failed to; its error stack says why.  fv_packing_free calls it too.
 */
int fv_packing_close(struct fv_packing *packing);

void fv_packing_free(struct fv_packing *packing);

#endif

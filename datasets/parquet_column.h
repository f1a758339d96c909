#ifndef DATASETS_PARQUET_COLUMN_H
#define DATASETS_PARQUET_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/err.h"
#include "datasets/chunk.h"
#include "datasets/export_plan.h"

/*
 * The values of one column in one row group, as the pages of Parquet: with a
 * dictionary where that is smaller, plain otherwise, a page for each chunk
 * of rows.  An encoder holds the memory for that, some 13 bytes for each
 * row of a group; it belongs to one thread at a time.
 */
struct fv_parquet_encoder;

/* Type of parquet.thrift. */
enum fv_parquet_physical {
	FV_PARQUET_INT32 = 1,
	FV_PARQUET_INT64 = 2,
	FV_PARQUET_BYTE_ARRAY = 6
};

/* Rows of a group at most: what an encoder holds stays below 300 MB. */
#define FV_PARQUET_GROUP_ROWS (16 << 20)

/* A value as statistics have it: plain, without the length of a text. */
struct fv_parquet_bound {
	unsigned char bytes[FV_CHUNK_VALUE_MAX];
	size_t n;
};

/* What the footer tells of a column chunk; places are from its beginning. */
struct fv_parquet_column {
	uint64_t values; /* rows of the group */
	uint64_t nulls;
	uint64_t unpacked; /* bytes with headers, before compression */
	uint64_t packed;
	bool has_dictionary; /* its page comes first, at 0 */
	uint64_t data_at;
	bool has_range; /* some value is not null */
	struct fv_parquet_bound least;
	struct fv_parquet_bound most;
};

/* How values of ${column} are stored. */
enum fv_parquet_physical fv_parquet_physical(
    const struct fv_export_column *column);

/*
 * fv_parquet_encoder_new(rows, err):
 * An encoder for row groups of up to ${rows} rows, at most
 * FV_PARQUET_GROUP_ROWS.  Returns NULL with ${err} set.
 */
struct fv_parquet_encoder *fv_parquet_encoder_new(
    size_t rows, struct fv_err *err) FV_MUST_CHECK;
void fv_parquet_encoder_free(struct fv_parquet_encoder *encoder);

/*
 * fv_parquet_encode(encoder, plan, column, first, n, out, chunk, err):
 * Read the ${n} values of column number ${column} from row ${first} on, put
 * their pages into ${out}, in place of what was there, and describe them in
 * ${chunk}.  The same values give the same bytes.
 * Returns 0, or -1 with ${err} set.
 */
int fv_parquet_encode(struct fv_parquet_encoder *encoder,
    const struct fv_export_plan *plan, size_t column, uint64_t first, size_t n,
    struct fv_buffer *out, struct fv_parquet_column *chunk,
    struct fv_err *err) FV_MUST_CHECK;

#endif

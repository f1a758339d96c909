#ifndef DATASETS_PARQUET_FOOTER_H
#define DATASETS_PARQUET_FOOTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/err.h"
#include "datasets/export_plan.h"
#include "datasets/parquet_column.h"

/*
 * The end of a Parquet file: what columns there are, where their pages lie,
 * and what the dataset says of itself (parquet.thrift, FileMetaData).
 *
 * The schema is flat.  Unsigned integers are INT32 or INT64 with their
 * width; times are TIMESTAMP(NANOS, UTC), or INT64 where ${utc_times} is not
 * set; other int64 are INT64; texts are STRING.  Columns that may be null are
 * OPTIONAL, all others REQUIRED.  Key-value metadata holds the root
 * attributes that the format knows (fv_schema_attributes), "table", and for
 * each column that was anonymized how, in the words of RFC 6235.
 */
struct fv_parquet_footer {
	const struct fv_export_plan *plan;
	bool utc_times;
	struct fv_buffer groups; /* RowGroup structs, one after the other */
	size_t ngroups;
	uint64_t rows;
};

/* Begin; fv_parquet_footer_free ends it, also a zeroed one. */
void fv_parquet_footer_init(struct fv_parquet_footer *footer,
    const struct fv_export_plan *plan, bool utc_times);
void fv_parquet_footer_free(struct fv_parquet_footer *footer);

/*
 * fv_parquet_footer_group(footer, columns, at, rows, err):
 * Add a row group of ${rows} rows, whose column chunks ${columns}, one for
 * each column of the plan, lie one after the other from byte ${at} of the
 * file on.  Returns 0, or -1 with ${err} set.
 */
int fv_parquet_footer_group(struct fv_parquet_footer *footer,
    const struct fv_parquet_column *columns, uint64_t at, uint64_t rows,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_parquet_footer_finish(footer, out, err):
 * Append FileMetaData, its length and the magic number to ${out}.
 * Returns 0, or -1 with ${err} set.
 */
int fv_parquet_footer_finish(struct fv_parquet_footer *footer,
    struct fv_buffer *out, struct fv_err *err) FV_MUST_CHECK;

#endif

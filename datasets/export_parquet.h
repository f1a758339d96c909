#ifndef DATASETS_EXPORT_PARQUET_H
#define DATASETS_EXPORT_PARQUET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/export_plan.h"
#include "datasets/export_rows.h"

/*
 * Parquet files, by a writer of our own: Debian 12 has no C library for
 * them.  Flat, version-1 data pages, codec GZIP, which every reader has;
 * types, nulls and metadata as datasets/parquet_footer.h says.
 *
 *	Apache Parquet format: parquet.thrift, Encodings.md, Compression.md
 */
#define FV_EXPORT_PARQUET_ROWS (1 << 20)

struct fv_export_parquet_options {
	unsigned threads;  /* see fv_workers_new */
	size_t group_rows; /* rows of a row group: FV_EXPORT_PARQUET_ROWS, at
			      most FV_PARQUET_GROUP_ROWS */
	bool utc_times;    /* as timestamps; else as nanoseconds */
	struct fv_export_progress progress;
};

/*
 * fv_export_parquet(plan, options, sink, arg, err):
 * Hand a Parquet file with the rows of ${plan} to ${sink}, called with
 * ${arg} in this thread, in order.  Columns are encoded side by side; the
 * bytes do not depend on the number of threads.  Memory for each thread: 17
 * bytes for each row of a group, and twice that while compressing.
 * Returns 0, or -1 with ${err} set.
 */
int fv_export_parquet(const struct fv_export_plan *plan,
    const struct fv_export_parquet_options *options, fv_export_sink *sink,
    void *arg, struct fv_err *err) FV_MUST_CHECK;

#endif

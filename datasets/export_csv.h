#ifndef DATASETS_EXPORT_CSV_H
#define DATASETS_EXPORT_CSV_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/export_plan.h"
#include "datasets/export_rows.h"

/*
 * Comma-separated values (RFC 4180): a line of column names, then a line
 * for each row.
 *
 * - Numbers are decimal and exact.  Times are nanoseconds, or with
 *   ${iso_times} as in 2008-11-01T00:00:01.255840000Z, with nine digits.
 * - Null is nothing between commas; an empty text is "".
 * - A text with a comma or a quote stands in quotes, and quotes in it are
 *   doubled.  No text has a line break (fv_utf8_cleanse), so lines are rows,
 *   whatever program counts them.
 * - Lines end with a line feed: sort(1), uniq(1) and awk(1) take a carriage
 *   return for data.  With ${crlf} they end as RFC 4180 has it.
 */
struct fv_export_csv_options {
	unsigned threads; /* see fv_workers_new */
	bool crlf;
	bool iso_times;
	struct fv_export_progress progress;
};

/*
 * fv_export_csv(plan, options, sink, arg, err):
 * Hand the rows of ${plan} as text to ${sink}, called with ${arg} in this
 * thread, in order and in large pieces.  The text does not depend on the
 * number of threads.  Memory: some 10 MB a thread, and what the plan holds.
 * Returns 0, or -1 with ${err} set.
 */
int fv_export_csv(const struct fv_export_plan *plan,
    const struct fv_export_csv_options *options, fv_export_sink *sink,
    void *arg, struct fv_err *err) FV_MUST_CHECK;

#endif

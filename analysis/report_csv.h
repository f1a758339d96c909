#ifndef ANALYSIS_REPORT_CSV_H
#define ANALYSIS_REPORT_CSV_H

#include <stdbool.h>

#include "analysis/result.h"
#include "analysis/textbuf.h"
#include "base/attributes.h"
#include "base/err.h"

/*
 * Tables and figures as CSV (RFC 4180): lines end in CRLF, the first has the
 * columns' names, and a value is quoted where it has a comma, a quote or a
 * line's end in it.
 *
 * Numbers are plain and exact.  A share and a ratio are two columns, NAME and
 * NAME_whole, whose quotient it is; a duration is in nanoseconds; a host with
 * masked labels is its rank.  A cell with nothing in it is empty.
 */

/*
 * fv_report_csv_table(table, mask_labels, out, err):
 * Append ${table} to ${out}.  Returns 0, or -1 with ${err} set.
 */
int fv_report_csv_table(const struct fv_result_table *table, bool mask_labels,
    struct fv_textbuf *out, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_report_csv_figure(figure, out, err):
 * Append the points of ${figure}, which has its own, to ${out}: a column for
 * each axis.  Returns 0, or -1 with ${err} set.
 */
int fv_report_csv_figure(const struct fv_result_figure *figure,
    struct fv_textbuf *out, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_report_csv_facts(result, mask_labels, out, err):
 * Append the facts of all sections: section, name, value, whole, slides.
 * Returns 0, or -1 with ${err} set.
 */
int fv_report_csv_facts(const struct fv_result *result, bool mask_labels,
    struct fv_textbuf *out, struct fv_err *err) FV_MUST_CHECK;

#endif

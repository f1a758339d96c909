#ifndef ANALYSIS_REPORT_HTML_H
#define ANALYSIS_REPORT_HTML_H

#include <stdbool.h>

#include "analysis/result.h"
#include "analysis/textbuf.h"
#include "base/attributes.h"
#include "base/err.h"

/* Rows of one table that a page has room for; the rest is in the JSON. */
#define FV_REPORT_HTML_ROWS 200

/*
 * fv_report_html_write(result, mask_labels, out, err):
 * Append ${result} to ${out} as one page of HTML that needs nothing else: the
 * main findings, the figures beside the slides', and each result with its
 * figures and tables.  It holds its own style sheet, script and Chart.js, and
 * a policy under which a browser loads and runs nothing but them.  Without
 * scripts all numbers of the tables are there.  With ${mask_labels} a host is
 * its rank alone.  The same result gives the same bytes.
 * Returns 0, or -1 with ${err} set.
 */
int fv_report_html_write(const struct fv_result *result, bool mask_labels,
    struct fv_textbuf *out, struct fv_err *err) FV_MUST_CHECK;

#endif

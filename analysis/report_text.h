#ifndef ANALYSIS_REPORT_TEXT_H
#define ANALYSIS_REPORT_TEXT_H

#include <stdbool.h>

#include "analysis/result.h"
#include "analysis/textbuf.h"
#include "base/attributes.h"
#include "base/err.h"

/* Columns of a page. */
#define FV_REPORT_TEXT_WIDTH 80

/*
 * fv_report_text_write(result, mask_labels, out, err):
 * Append ${result} to ${out} as text for a page of eighty columns: numbers
 * to the right, in groups of three; bytes with three digits and a decimal
 * unit (exact numbers are in the JSON); bars where a column asks for them
 * and the page has room.  With ${mask_labels} a host is named by its rank,
 * not by its address.  The same result gives the same bytes.
 * Returns 0, or -1 with ${err} set.
 */
int fv_report_text_write(const struct fv_result *result, bool mask_labels,
    struct fv_textbuf *out, struct fv_err *err) FV_MUST_CHECK;

#endif

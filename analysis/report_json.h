#ifndef ANALYSIS_REPORT_JSON_H
#define ANALYSIS_REPORT_JSON_H

#include <stdbool.h>

#include "analysis/result.h"
#include "analysis/textbuf.h"
#include "base/attributes.h"
#include "base/err.h"

/* What "format" says; docs/report.schema.json describes it. */
#define FV_REPORT_JSON_FORMAT "flowveil-report 1.0"

/*
 * fv_report_json_write(result, mask_labels, out, err):
 * Append ${result} to ${out} as one JSON document (RFC 8259) that
 * docs/report.schema.json describes.  Keys stand in a fixed order, integers
 * are exact (one past 2^63 - 1 is a string of digits), and a share is its
 * part, its whole and its percentage.  With ${mask_labels} a host is its
 * rank alone.  The same result gives the same bytes.
 * Returns 0, or -1 with ${err} set.
 */
int fv_report_json_write(const struct fv_result *result, bool mask_labels,
    struct fv_textbuf *out, struct fv_err *err) FV_MUST_CHECK;

#endif

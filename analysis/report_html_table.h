#ifndef ANALYSIS_REPORT_HTML_TABLE_H
#define ANALYSIS_REPORT_HTML_TABLE_H

#include <stdbool.h>

#include "analysis/result.h"
#include "analysis/textbuf.h"

/* Tables of report.html: what is there without scripts. */

/* Append the facts of ${section}, beside what the slides print for them. */
void fv_report_html_facts(
    const struct fv_result_section *section, bool mask, struct fv_textbuf *out);

/*
 * Append ${table} of ${section}: what people are shown, then what they can
 * open, up to FV_REPORT_HTML_ROWS, then where the rest is.
 */
void fv_report_html_table(const struct fv_result_section *section,
    const struct fv_result_table *table, bool mask, struct fv_textbuf *out);

/* Append all figures that the slides print, beside ours, and whether they
 * are the same. */
void fv_report_html_slides(
    const struct fv_result *result, bool mask, struct fv_textbuf *out);

#endif

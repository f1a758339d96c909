#ifndef ANALYSIS_REPORT_FINDINGS_H
#define ANALYSIS_REPORT_FINDINGS_H

#include <stdbool.h>

#include "analysis/result.h"
#include "analysis/textbuf.h"

/*
 * The main findings of a report in sentences, and its figures beside those
 * that the slides print.
 */

/* How a value compares with what the slides print for it. */
enum fv_report_match {
	FV_REPORT_UNJUDGED, /* words, which a reader compares */
	FV_REPORT_SAME,     /* the same, to the slides' decimals */
	FV_REPORT_DIFFERS
};

/*
 * fv_report_findings_match(cell, slides):
 * Compare ${cell} with what the slides print: "65 %" or "1700", to as many
 * decimals as they give; "none", "less than 10", "most" (more than half) and
 * "double"; other words are not judged.
 */
enum fv_report_match fv_report_findings_match(
    const struct fv_result_cell *cell, const char *slides);

/* The fact ${name} of the section ${id}; NULL if there is none. */
const struct fv_result_fact *fv_report_findings_fact(
    const struct fv_result *result, const char *id, const char *name);

/*
 * fv_report_findings_html(result, mask, out):
 * Append a list of sentences, each about what the report found; one that
 * needs a value that the report does not have is left out.
 */
void fv_report_findings_html(
    const struct fv_result *result, bool mask, struct fv_textbuf *out);

#endif

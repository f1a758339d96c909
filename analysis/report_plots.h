#ifndef ANALYSIS_REPORT_PLOTS_H
#define ANALYSIS_REPORT_PLOTS_H

#include <stdbool.h>

#include "analysis/report_charts.h"
#include "analysis/textbuf.h"
#include "base/attributes.h"
#include "base/err.h"

/*
 * Figures for papers: what report.html draws, as data and a script for gnuplot
 * (5.2 or later) that makes an SVG of it.  NAME is that of the section and of
 * what is drawn: R18-all_source_ports.
 */

/* Room for a NAME; longer ones are cut. */
#define FV_REPORT_PLOTS_NAME 128

void fv_report_plots_name(
    const struct fv_report_chart *chart, char name[FV_REPORT_PLOTS_NAME]);

/*
 * fv_report_plots_data(result, chart, mask_labels, out, err):
 * Append the data of ${chart}: columns with spaces between, a comment with
 * their names in front; bars with their rank, length and quoted label.
 * Returns 0, or -1 with ${err} set.
 */
int fv_report_plots_data(const struct fv_result *result,
    const struct fv_report_chart *chart, bool mask_labels,
    struct fv_textbuf *out, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_report_plots_script(result, chart, out, err):
 * Append the script, which reads NAME.dat and writes NAME.svg, both where
 * gnuplot is run.  Returns 0, or -1 with ${err} set.
 */
int fv_report_plots_script(const struct fv_result *result,
    const struct fv_report_chart *chart, struct fv_textbuf *out,
    struct fv_err *err) FV_MUST_CHECK;

#endif

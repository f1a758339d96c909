#ifndef ANALYSIS_REPORT_CHARTS_H
#define ANALYSIS_REPORT_CHARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/result.h"
#include "analysis/textbuf.h"

/*
 * What is drawn of a result: its figures, and as bars those of its tables that
 * have a column worth it.  The page and the plots draw the same.
 */
struct fv_report_chart {
	const struct fv_result_section *section;
	const struct fv_result_figure *figure; /* points, density; or NULL */
	const struct fv_result_table *table;   /* bars; or NULL */
	size_t column;                         /* of the table: how long */
	bool log;
};

/* More of a section than this are not drawn. */
#define FV_REPORT_CHARTS_LIMIT 16

/*
 * fv_report_charts_of(section, charts):
 * Write to ${charts} what is drawn of ${section}, in order.  Returns how many.
 */
size_t fv_report_charts_of(const struct fv_result_section *section,
    struct fv_report_chart charts[FV_REPORT_CHARTS_LIMIT]);

/* Where among all charts of ${result} those of the section ${id} begin. */
size_t fv_report_charts_number(const struct fv_result *result, const char *id);

/* The name and the title of what ${chart} draws. */
const char *fv_report_charts_name(const struct fv_report_chart *chart);
const char *fv_report_charts_title(const struct fv_report_chart *chart);

/*
 * fv_report_charts_label(chart, row, mask, out):
 * Append what the bar of ${row} is called: the words of its leading columns.
 */
void fv_report_charts_label(const struct fv_report_chart *chart, size_t row,
    bool mask, struct fv_textbuf *out);

/*
 * fv_report_charts_length(chart, row):
 * How long the bar of ${row} is: a share in percent, else as it is.
 */
double fv_report_charts_length(const struct fv_report_chart *chart, size_t row);

/*
 * fv_report_charts_json(result, mask, out):
 * Append all charts of ${result} as a JSON array that may stand in a script
 * element, for report.js: of points, each x as the difference to the one
 * before, which is how 60,000 ports stay small.
 */
void fv_report_charts_json(
    const struct fv_result *result, bool mask, struct fv_textbuf *out);

#endif

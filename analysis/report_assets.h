#ifndef ANALYSIS_REPORT_ASSETS_H
#define ANALYSIS_REPORT_ASSETS_H

#include <stddef.h>

/*
 * What report.html carries in itself: our style sheet and script, and Chart.js
 * with its licence.  The build turns the files into arrays
 * (analysis/embed.py), so that the command needs no file but itself.
 */
struct fv_report_asset {
	const char *bytes; /* UTF-8, and a NUL behind */
	size_t length;
};

extern const struct fv_report_asset fv_report_assets_style;   /* report.css */
extern const struct fv_report_asset fv_report_assets_script;  /* report.js */
extern const struct fv_report_asset fv_report_assets_chart;   /* Chart.js */
extern const struct fv_report_asset fv_report_assets_licence; /* its own */

#endif

#ifndef CLI_REPORT_FILES_H
#define CLI_REPORT_FILES_H

#include <stdbool.h>

#include "analysis/result.h"
#include "base/attributes.h"
#include "base/err.h"

/*
 * fv_report_files_write(result, directory, mask_labels, plots, err):
 * Write ${result} into the new ${directory}: report.html, report.json,
 * report.txt, and in tables/ each table and figure as CSV.  With ${plots} also
 * plots/: data, a script for gnuplot and an SVG of each figure.
 * Returns 0, or -1 with ${err} set and nothing left behind.
 */
int fv_report_files_write(const struct fv_result *result, const char *directory,
    bool mask_labels, bool plots, struct fv_err *err) FV_MUST_CHECK;

#endif

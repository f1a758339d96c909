#ifndef CLI_GNUPLOT_H
#define CLI_GNUPLOT_H

#include <stddef.h>

#include "base/attributes.h"
#include "base/err.h"

/* gnuplot, a program that may be installed beside ours. */

/* Whether it is: 0, or -1 with ${err} set, which says how to get it. */
int fv_gnuplot_find(struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_gnuplot_run(directory, scripts, n, err):
 * Run the ${n} scripts, files of ${directory}, there, one after the other and
 * without the user's own settings.  What it prints is not shown.
 * Returns 0, or -1 with ${err} set.
 */
int fv_gnuplot_run(const char *directory, const char *const *scripts, size_t n,
    struct fv_err *err) FV_MUST_CHECK;

#endif

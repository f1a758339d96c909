#ifndef DATASETS_EXPORT_CELL_H
#define DATASETS_EXPORT_CELL_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/export_plan.h"

/*
 * Single values as CSV has them (datasets/export_csv.h says how).  Each
 * function writes at ${to} and returns the place behind.
 */

/* Bytes of 2008-11-01T00:00:01.255840000Z. */
#define FV_EXPORT_CELL_TIME 30

/* The day that was written last, to be zeroed at first: most times share it. */
struct fv_export_cell_day {
	int64_t day; /* since 1970-01-01, plus 1; 0: none yet */
	char text[16];
	size_t length;
};

char *fv_export_cell_time(char *to, int64_t ns, struct fv_export_cell_day *day);

/* The most bytes that a text of ${n} bytes takes. */
static inline size_t
fv_export_cell_bound(size_t n)
{
	return 2 * n + 2;
}

/* A text of ${n} bytes, in quotes where it must be. */
char *fv_export_cell_text(char *to, const char *text, size_t n);

/*
 * fv_export_cell_entries(entries, cells, err):
 * Make ${cells} the cells of all ${entries}, the caller's to free (at and
 * bytes), with the same slack.  Returns 0, or -1 with ${err} set.
 */
int fv_export_cell_entries(const struct fv_export_entries *entries,
    struct fv_export_entries *cells, struct fv_err *err) FV_MUST_CHECK;

#endif

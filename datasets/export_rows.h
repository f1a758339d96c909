#ifndef DATASETS_EXPORT_ROWS_H
#define DATASETS_EXPORT_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/export_plan.h"

/*
 * Values of one column of an export: room for FV_CHUNK_ROWS.  One object
 * belongs to one thread at a time.
 */
struct fv_export_values {
	void *values;     /* by the column's form, type and size */
	uint8_t *valid;   /* 1: there, 0: null, and the value is 0; NULL when
			     the column is not nullable */
	size_t nulls;     /* of the last reading */
	uint32_t *number; /* scratch: what the own column says */
};

/*
 * fv_export_values_init(values, column, err):
 * Make room in ${values} for ${column}.  Returns 0, or -1 with ${err} set;
 * fv_export_values_free is allowed after either, and on zeroed memory.
 */
int fv_export_values_init(struct fv_export_values *values,
    const struct fv_export_column *column, struct fv_err *err) FV_MUST_CHECK;
void fv_export_values_free(struct fv_export_values *values);

/*
 * fv_export_read(plan, column, first, n, values, err):
 * Read the ${n} values, at most FV_CHUNK_ROWS, of column ${column} from row
 * ${first} on.  Several threads may read of one plan at once; whole chunks
 * are the fast way (fv_reader_column).
 * Returns 0, or -1 with ${err} set (FV_EFORMAT when a row number refers to
 * a row that is not there).
 */
int fv_export_read(const struct fv_export_plan *plan, size_t column,
    uint64_t first, size_t n, struct fv_export_values *values,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * Where an export goes: takes ${n} bytes behind those it has.  Returns 0, or
 * -1 with ${err} set.
 */
typedef int fv_export_sink(
    void *arg, const void *bytes, size_t n, struct fv_err *err);

/* Told now and then how many rows are done; ${function} may be NULL. */
struct fv_export_progress {
	void (*function)(void *arg, uint64_t rows, uint64_t total);
	void *arg;
};

#endif

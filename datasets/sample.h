#ifndef DATASETS_SAMPLE_H
#define DATASETS_SAMPLE_H

#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * fv_sample_write(from, to, rows, taken, err):
 * Write to the new file ${to} a dataset of the first ${rows} records (or
 * all, when there are fewer) of the dataset ${from}, and say in ${taken} how
 * many that are.  Its other tables are the beginnings of those of ${from},
 * as far as the records refer to them, so that row numbers are the same in
 * both; /captures and /sites are whole.  The same dataset gives the same
 * bytes.  Returns 0, or -1 with ${err} set.
 */
int fv_sample_write(const char *from, const char *to, uint64_t rows,
    uint64_t *taken, struct fv_err *err) FV_MUST_CHECK;

/* Records that a sample has unless told otherwise: opens anywhere at once. */
#define FV_SAMPLE_ROWS 10000

#endif

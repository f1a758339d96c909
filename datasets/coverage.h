#ifndef DATASETS_COVERAGE_H
#define DATASETS_COVERAGE_H

#include <stddef.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/counters.h"
#include "datasets/writer.h"

/*
 * fv_coverage_write(writer, captures, n, err):
 * Set the root attributes time_coverage_start and time_coverage_end: the
 * first and the last packet of the ${n} captures.  Neither is set when none
 * recorded a packet.  Returns 0, or -1 with ${err} set.
 */
int fv_coverage_write(struct fv_writer *writer,
    const struct fv_capture_row *captures, size_t n,
    struct fv_err *err) FV_MUST_CHECK;

#endif

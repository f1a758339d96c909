#ifndef TESTS_UNIT_CAPTURE_OUTCOME_H
#define TESTS_UNIT_CAPTURE_OUTCOME_H

#include <stddef.h>

#include "convert/capture.h"
#include "tests/capgen/capcases.h"

/*
 * fv_capture_outcome(cap, err, text, size):
 * Read ${cap} to its end and give it back, and write what was seen to
 * ${text} in the words of capcases.h; NULL means that it did not open, for
 * the reason in ${err}.  Checks too that frames hold bytes that count up,
 * that calls after the end say so again and that the whole file was read.
 */
void fv_capture_outcome(
    struct fv_capture *cap, const struct fv_err *err, char *text, size_t size);

/* Run each of ${rows} from a file and through a slow pipe; CUnit asserts. */
void fv_capture_outcome_rows(const struct fv_capcase *rows);

#endif

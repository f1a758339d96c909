#ifndef DATASETS_REFERENCE_TAP_H
#define DATASETS_REFERENCE_TAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/reference/reference.h"

/*
 * A capture being written: Ethernet, microseconds, little endian.
 */
struct fv_tap;

/*
 * fv_tap_new(path, options, err):
 * Begin the capture that is to become ${path}, in the options' format,
 * compression and snapshot length.  Returns NULL with ${err} set.
 */
struct fv_tap *fv_tap_new(const char *path,
    const struct fv_reference_options *options,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_tap_write(tap, time, frame, length, err):
 * Append the frame of ${length} bytes that passed at ${time}, microseconds
 * since 1970.  Returns 0, or -1 with ${err} set.
 */
int fv_tap_write(struct fv_tap *tap, int64_t time, const uint8_t *frame,
    size_t length, struct fv_err *err) FV_MUST_CHECK;

/* Finish and take the name.  Returns 0, or -1 with ${err} set. */
int fv_tap_commit(struct fv_tap *tap, struct fv_err *err) FV_MUST_CHECK;

/* Free ${tap} (or NULL); removes what was not committed. */
void fv_tap_free(struct fv_tap *tap);

#endif

#ifndef DATASETS_SINK_H
#define DATASETS_SINK_H

#include <hdf5.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * A file driver of HDF5 that writes to a descriptor we hold open.
 *
 * HDF5 1.10 cannot let go of a file that it fails to write: closing fails,
 * what is left is flushed once more when the process exits, and that
 * crashes.  So it is never told.  When a write fails, the driver remembers
 * the system's reason, and from then on takes every byte and writes none;
 * the file closes like any other, and the caller asks fv_sink_failure
 * before it believes in it.
 */
struct fv_sink;

/*
 * fv_sink_new(fd, err):
 * A driver for the empty file ${fd}, which stays the caller's and must stay
 * open as long as HDF5 has the file open.  Returns NULL with ${err} set.
 */
struct fv_sink *fv_sink_new(int fd, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_sink_use(sink, access):
 * Make file access properties open with ${sink}; the name of the file is
 * then not looked at.  Returns a negative number when HDF5 fails.
 */
herr_t fv_sink_use(struct fv_sink *sink, hid_t access);

/* From now on, take every byte and write none: nobody wants the file. */
void fv_sink_discard(struct fv_sink *sink);

/* The errno of the first write that failed, or 0. */
int fv_sink_failure(const struct fv_sink *sink);

/* Free ${sink} (or NULL), after the file was closed. */
void fv_sink_free(struct fv_sink *sink);

#endif

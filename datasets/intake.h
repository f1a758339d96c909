#ifndef DATASETS_INTAKE_H
#define DATASETS_INTAKE_H

#include <stdint.h>

#include <hdf5.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * A file driver of HDF5 that reads a descriptor which is open already: what
 * was checked is what is read, whatever the name stands for by now, and a
 * process that may open nothing can read with it.
 */
struct fv_intake;

/*
 * fv_intake_new(fd, size, err):
 * A driver for the ${size} bytes of the file ${fd}, which stays the
 * caller's and must stay open as long as HDF5 has the file open.  Returns
 * NULL with ${err} set.
 */
struct fv_intake *fv_intake_new(
    int fd, uint64_t size, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_intake_use(intake, access):
 * Make file access properties open with ${intake}; the name of the file is
 * then not looked at.  Returns a negative number when HDF5 fails.
 */
herr_t fv_intake_use(struct fv_intake *intake, hid_t access);

/* Free ${intake} (or NULL), after the file was closed. */
void fv_intake_free(struct fv_intake *intake);

#endif

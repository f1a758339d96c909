#ifndef DATASETS_VERIFY_SCRATCH_H
#define DATASETS_VERIFY_SCRATCH_H

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/bag_files.h"
#include "datasets/verify_bag.h"

/*
 * fv_verify_scratch_take(files, file, manifests, directory, err):
 * The bytes of ${file}, which the walk over ${files} is at, where HDF5 can
 * seek in them: its own descriptor in a directory; out of an archive, a copy
 * in memory when it is small, else in a file without a name in ${directory}.
 * On the way they are compared with ${manifests} once more, so that what is
 * opened is what was signed.
 * Returns a descriptor for reading, the caller's, or -1 with ${err} set.
 */
int fv_verify_scratch_take(struct fv_bag_files *files,
    const struct fv_bag_file *file, const struct fv_verify_manifests *manifests,
    const char *directory, struct fv_err *err) FV_MUST_CHECK;

#endif

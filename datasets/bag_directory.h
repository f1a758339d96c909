#ifndef DATASETS_BAG_DIRECTORY_H
#define DATASETS_BAG_DIRECTORY_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * The regular files below a directory, in order of name, for
 * datasets/bag_files.h.  No link is followed: each part of each name is
 * opened from the one before.
 */
struct fv_bag_directory;

/* The directory ${fd}, which becomes its own.  NULL with ${err} set. */
struct fv_bag_directory *fv_bag_directory_new(
    int fd, struct fv_err *err) FV_MUST_CHECK;

void fv_bag_directory_free(struct fv_bag_directory *directory);

/* How many files there are, and the name of one. */
size_t fv_bag_directory_count(const struct fv_bag_directory *directory);
const char *fv_bag_directory_name(
    const struct fv_bag_directory *directory, size_t file);

/*
 * fv_bag_directory_open(directory, file, size, err):
 * Open a file and tell its size.  Returns a descriptor, the caller's, or -1
 * with ${err} set.
 */
int fv_bag_directory_open(const struct fv_bag_directory *directory, size_t file,
    uint64_t *size, struct fv_err *err) FV_MUST_CHECK;

#endif

#ifndef CONVERT_INPUTS_H
#define CONVERT_INPUTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * The files behind the names that a command line gives: a file, standard
 * input, or all files of a directory and of those in it.
 *
 * Names that were not typed, of files in a directory, are told to nobody,
 * for they may say who made the capture: a place is "DIR, file 3", where
 * files are counted in the order of their names' bytes.
 */

/* Folders in folders are followed this deep. */
#define FV_INPUTS_FOLDERS 16

/*
 * Takes a file at ${path}, which people know as ${label}; in a ${folder} it
 * need not be a capture.  Returns 0, or -1 with ${err} set, which ends the
 * walk.
 */
typedef int fv_inputs_file(void *arg, const char *path, const char *label,
    bool folder, struct fv_err *err);

/*
 * fv_inputs_each(path, file, arg, err):
 * Call ${file} for each file behind ${path}; "-", standard input, is one.
 * Returns 0, or -1 with ${err} set.
 */
int fv_inputs_each(const char *path, fv_inputs_file *file, void *arg,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_inputs_size(path):
 * The bytes of all files behind ${path}, or 0 if that cannot be told.
 */
uint64_t fv_inputs_size(const char *path);

/* Whether ${path} can be opened more than once, from its beginning. */
bool fv_inputs_again(const char *path);

#endif

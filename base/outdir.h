#ifndef BASE_OUTDIR_H
#define BASE_OUTDIR_H

#include <stddef.h>

#include "base/attributes.h"
#include "base/err.h"
#include "base/outfile.h"

/*
 * An output of several files: a directory that appears under its name only
 * when all of them are in it.  Until then it is a hidden directory of a
 * random name beside it.
 */
struct fv_outdir;

/*
 * fv_outdir_new(path, err):
 * Begin a directory that is to become ${path}, a name that must not exist.
 * Returns NULL with ${err} set.
 */
struct fv_outdir *fv_outdir_new(
    const char *path, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_outdir_path(dir):
 * The temporary directory's name, for what opens its files by name.  It
 * belongs to ${dir}.
 */
const char *fv_outdir_path(const struct fv_outdir *dir);

/*
 * fv_outdir_write(dir, name, bytes, n, err):
 * Write a file ${name} of ${n} bytes, in folders as fv_outdir_file makes
 * them.  Returns 0, or -1 with ${err} set.
 */
int fv_outdir_write(struct fv_outdir *dir, const char *name, const void *bytes,
    size_t n, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_outdir_file(dir, name, err):
 * Begin a file ${name} to write and commit as any output; folders that
 * ${name} begins with ("a/b/c") are made.  To be freed before ${dir}.
 * Returns NULL with ${err} set.
 */
struct fv_outfile *fv_outdir_file(
    struct fv_outdir *dir, const char *name, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_outdir_commit(dir, err):
 * Take the real name.  Returns 0, or -1 with ${err} set, also when the name
 * has been taken meanwhile.  ${dir} stays to be freed.
 */
int fv_outdir_commit(struct fv_outdir *dir, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_outdir_remove(path):
 * Remove the directory ${path}, that was committed before, and all that is
 * in it: for outputs of which another failed.
 */
void fv_outdir_remove(const char *path);

/* Remove what was not committed, and free ${dir} (or NULL). */
void fv_outdir_free(struct fv_outdir *dir);

#endif

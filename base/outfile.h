#ifndef BASE_OUTFILE_H
#define BASE_OUTFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * An output that appears under its name only when it is whole.  Until then
 * it is a hidden file of a random name in the same directory; a signal or a
 * fault removes it, and even SIGKILL leaves nothing under the real name.
 */
struct fv_outfile;

/*
 * fv_outfile_new(path, replace, err):
 * Begin an output that is to become ${path}.  Unless ${replace}, a file of
 * that name must not exist, now or when the output is committed; with it,
 * a regular file or a symbolic link (not what it points to) is replaced, and
 * nothing else: no device, for one, that the superuser could do without.
 * Returns NULL with ${err} set; nothing is left on disk then.
 */
struct fv_outfile *fv_outfile_new(
    const char *path, bool replace, struct fv_err *err) FV_MUST_CHECK;

/* The name that ${out} is to take, for messages. */
const char *fv_outfile_name(const struct fv_outfile *out);

/*
 * fv_outfile_path(out), fv_outfile_fd(out):
 * The temporary file's name, for a library that opens by name, and its
 * descriptor, open for reading and writing.  Both belong to ${out}.
 */
const char *fv_outfile_path(const struct fv_outfile *out);
int fv_outfile_fd(const struct fv_outfile *out);

/*
 * fv_outfile_write(out, bytes, n, err):
 * Append ${n} bytes.  Returns 0, or -1 with ${err} set.
 */
int fv_outfile_write(struct fv_outfile *out, const void *bytes, size_t n,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_outfile_commit(out, err):
 * Flush to the disk, take the real name, and flush the directory.
 * Returns 0, or -1 with ${err} set and the output removed, also when
 * another file has taken the name meanwhile.  ${out} stays to be freed.
 */
int fv_outfile_commit(struct fv_outfile *out, struct fv_err *err) FV_MUST_CHECK;

/* Remove the output unless it was committed, and free ${out} (or NULL). */
void fv_outfile_free(struct fv_outfile *out);

/*
 * fv_outfile_abandon_all():
 * Remove the temporary file of every output that is still open.  Safe to
 * call from a signal handler, as the last thing before the process ends.
 */
void fv_outfile_abandon_all(void);

#endif

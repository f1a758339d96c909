#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stddef.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * Small files that hold a secret, kept by the rules of ssh(1): a key that
 * others may read is no key any more.  No message quotes what they hold.
 */

/* Longer than any key file or PEM key is; what passes it is neither. */
#define FV_SECRET_LIMIT 16384

/*
 * fv_secret_create(path, text, n, err):
 * Write ${n} bytes to the new file ${path}, mode 0600 whatever the umask,
 * through neither an existing file nor a symbolic link.
 * Returns 0, or -1 with ${err} set and no file left.
 */
int fv_secret_create(const char *path, const char *text, size_t n,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_secret_open(path, hint, err):
 * Open ${path} for reading: a regular file (no symbolic link), owned by this
 * user, closed to all others; else it is refused.  ${hint} says in messages
 * how to make one when there is none.
 * Returns the descriptor, the caller's to close, or -1 with ${err} set.
 */
int fv_secret_open(
    const char *path, const char *hint, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_secret_read(fd, text, size, length, err):
 * Read ${fd} to its end into ${text}, of ${size} bytes, and say in
 * ${length} how many came.  Returns 0, or -1 with ${err} set: FV_EKEY when
 * there are ${size} bytes or more.  The caller wipes ${text} either way.
 */
int fv_secret_read(int fd, char *text, size_t size, size_t *length,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_secret_remove(path, err):
 * Overwrite the file ${path} with zeros, where it may be written, and remove
 * it.  It must be as fv_secret_open wants it, and have no further name: a
 * hard link would keep it.  Returns 0, or -1 with ${err} set and the file
 * still there.
 */
int fv_secret_remove(const char *path, struct fv_err *err) FV_MUST_CHECK;

/* Overwrite ${n} bytes in a way that no optimizer removes. */
void fv_secret_wipe(void *bytes, size_t n);

#endif

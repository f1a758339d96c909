#ifndef ANONYMIZE_KEY_DESTROY_H
#define ANONYMIZE_KEY_DESTROY_H

#include "base/attributes.h"
#include "base/err.h"

/*
 * fv_key_destroy(path, id, ledger, today, err):
 * Overwrite and remove the key file at ${path}, if its id is ${id}, and
 * append to the file ${ledger} one line that says so:
 *
 *	TODAY destroyed ID created YYYY-MM-DD wrapped|clear
 *
 * ${ledger} is made with mode 0600 if there is none, and opened before
 * anything is removed; it must be a regular file of this user that nobody
 * else may write.  The line is written by one call and reaches the disk
 * before this returns.  A key file with a further name (hard link) is
 * refused, since under that it would go on.  What was overwritten may still
 * be there: solid-state disks and copying file systems write elsewhere.
 * Returns 0, or -1 with ${err} set; then the key is untouched, unless the
 * message begins with "destroyed, but".
 */
int fv_key_destroy(const char *path, const char *id, const char *ledger,
    const char *today, struct fv_err *err) FV_MUST_CHECK;

#endif

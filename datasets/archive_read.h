#ifndef DATASETS_ARCHIVE_READ_H
#define DATASETS_ARCHIVE_READ_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * The regular files of an archive that others sent, from first to last, for
 * datasets/bag_files.h.  libarchive reads it in a child process
 * (base/sandbox.h), with tar and zip, gzip and zstd enabled and nothing
 * else, and hands names and bytes through a pipe: nothing is unpacked.
 */
struct fv_archive_read;

/* Bytes that fv_archive_read_bytes gives at most. */
#define FV_ARCHIVE_READ_BLOCK 65536

/* Names are cut here; a caller that allows shorter ones only sees it. */
#define FV_ARCHIVE_READ_NAME 1024

/* Whether the child is to send the bytes of the file ${name}. */
typedef int fv_archive_read_want(const char *name, int part);

/*
 * fv_archive_read_new(fd, size, want, part, err):
 * Begin with the archive of ${size} bytes in ${fd}, which stays the caller's
 * and is read by position.  ${want} is asked with ${part}.
 * Returns NULL with ${err} set.
 */
struct fv_archive_read *fv_archive_read_new(int fd, uint64_t size,
    fv_archive_read_want *want, int part, struct fv_err *err) FV_MUST_CHECK;

void fv_archive_read_free(struct fv_archive_read *archive);

/*
 * fv_archive_read_next(archive, name, size, err):
 * Go on to the next file, past what is left of this one.  Returns 1 with its
 * name, which may be anything, and the size that is told for it; 0 at the
 * end; or -1 with ${err} set.
 */
int fv_archive_read_next(struct fv_archive_read *archive,
    char name[FV_ARCHIVE_READ_NAME], uint64_t *size,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_archive_read_bytes(archive, bytes, n, err):
 * The next bytes of this file.  Returns 1, 0 at its end, or -1 with ${err}
 * set.
 */
int fv_archive_read_bytes(struct fv_archive_read *archive, const void **bytes,
    size_t *n, struct fv_err *err) FV_MUST_CHECK;

#endif

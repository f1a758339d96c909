#ifndef DATASETS_ARCHIVE_H
#define DATASETS_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * Writes an archive of regular files, streamed: nothing but one buffer is
 * held, however large they are.  The bytes depend on the files' names,
 * contents and one time alone: no owner, no mode of the file system, no
 * clock.  A ZIP archive keeps its times in the zone of the process, so for
 * equal bytes the program sets TZ to UTC before.
 */
enum fv_archive_kind {
	FV_ARCHIVE_NONE, /* not the name of an archive */
	FV_ARCHIVE_TAR,  /* POSIX pax, as little of it as needed */
	FV_ARCHIVE_TAR_GZIP,
	FV_ARCHIVE_TAR_ZSTD,
	FV_ARCHIVE_ZIP /* entries are stored: datasets are deflated already */
};

/* What the ending of ${path} asks for: .tar, .tar.gz, .tar.zst, .zip. */
enum fv_archive_kind fv_archive_kind(const char *path);

/* Where that ending begins; the end of ${path} when it has none. */
const char *fv_archive_ending(const char *path);

struct fv_archive;

/*
 * fv_archive_new(path, replace, mtime, err):
 * Begin the archive that is to become ${path}, all of whose files bear the
 * time ${mtime} (seconds since 1970).  Returns NULL with ${err} set.
 */
struct fv_archive *fv_archive_new(const char *path, bool replace, int64_t mtime,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_archive_begin(archive, name, size, err):
 * Begin a file of ${size} bytes, all of which must come with
 * fv_archive_write before the next begins.  ${name} is relative and has no
 * "..".  Returns 0, or -1 with ${err} set.
 */
int fv_archive_begin(struct fv_archive *archive, const char *name,
    uint64_t size, struct fv_err *err) FV_MUST_CHECK;
int fv_archive_write(struct fv_archive *archive, const void *bytes, size_t n,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_archive_commit(archive, err):
 * End the archive, flush it to the disk and take the name.  Returns 0, or
 * -1 with ${err} set and no archive.  ${archive} stays to be freed.
 */
int fv_archive_commit(
    struct fv_archive *archive, struct fv_err *err) FV_MUST_CHECK;

/* Free ${archive} (or NULL); removes what was not committed. */
void fv_archive_free(struct fv_archive *archive);

#endif

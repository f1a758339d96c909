#ifndef DATASETS_BAG_FILES_H
#define DATASETS_BAG_FILES_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * The files of a received bag, one after the other: those below a directory,
 * or those in an archive, which is not unpacked.  Only regular files and
 * directories may be there, with names that fv_bag_name_check allows; names
 * are told without the bag's own directory.
 *
 * An archive can be read from its beginning to its end only, so whoever
 * needs the files in another order goes over them again.
 */
struct fv_bag_files;

/* Which files one wants to read; others are named, and give no bytes. */
enum fv_bag_part {
	FV_BAG_TAG_FILES, /* all that is not payload */
	FV_BAG_ALL_FILES,
	FV_BAG_DATASETS /* payload whose name ends in .h5 */
};

struct fv_bag_file {
	const char *name; /* valid until the next file */
	uint64_t size;
};

/*
 * fv_bag_files_open(path, err):
 * The files of the directory or the archive (tar, tar.gz, tar.zst or zip)
 * at ${path}.  Returns NULL with ${err} set.
 */
struct fv_bag_files *fv_bag_files_open(
    const char *path, struct fv_err *err) FV_MUST_CHECK;

void fv_bag_files_free(struct fv_bag_files *files);

/* "directory", or "archive". */
const char *fv_bag_files_kind(const struct fv_bag_files *files);

/*
 * fv_bag_files_begin(files, part, err):
 * Begin at the first file, this time with the bytes of ${part}.
 * Returns 0, or -1 with ${err} set.
 */
int fv_bag_files_begin(struct fv_bag_files *files, enum fv_bag_part part,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_bag_files_next(files, file, err):
 * Go on to the next file.  Returns 1 with ${file} filled, 0 at the end, or
 * -1 with ${err} set: an archive that is cut off, names that may not be,
 * more files than FV_BAG_FILES, or more bytes than an archive of such a size
 * can have for honest reasons (see FV_BAG_FILES_RATIO).
 */
int fv_bag_files_next(struct fv_bag_files *files, struct fv_bag_file *file,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_bag_files_read(files, bytes, n, err):
 * Bytes of the file that was told last: ${n} of them at ${bytes}, valid
 * until the next call.  Returns 1, 0 at its end, or -1 with ${err} set, also
 * when it has not as many bytes as were told.
 */
int fv_bag_files_read(struct fv_bag_files *files, const void **bytes, size_t *n,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_bag_files_fd(files):
 * The descriptor of the file that was told last, and belongs to ${files};
 * -1 in an archive, where it has none.
 */
int fv_bag_files_fd(const struct fv_bag_files *files);

/*
 * An archive may hold so many times its own bytes, and so many more: the
 * compressed columns of a dataset shrink by a hundredth, texts to a tenth.
 */
#define FV_BAG_FILES_RATIO 100
#define FV_BAG_FILES_SLACK ((uint64_t)64 << 20)

#endif

#ifndef DATASETS_DOOR_H
#define DATASETS_DOOR_H

#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/reader.h"
#include "datasets/schema.h"
#include "datasets/structure.h"

/*
 * The one door by which datasets come in that others may have sent.  HDF5
 * crashes on some files that were made to crash it, so each file is first
 * read to its last structure in a child process that may do nothing but
 * read it (base/sandbox.h); only what came through there is opened in this
 * process, through the same descriptor, so that no other file can take its
 * name meanwhile.  Bytes of an open file that somebody changes in between
 * are not seen: who can write the file can do so.
 *
 * It forks: no other thread may be at work, whatever it does, for the child
 * would wait for ever for a lock that such a thread held (see base/sandbox.h).
 */

/*
 * fv_door_open(path, err):
 * Check the structure of the dataset at ${path} in a child process, and
 * open it.  Costs some milliseconds, and some more for each thousand chunks.
 * Use it in place of fv_reader_open wherever a dataset may be foreign.
 * Returns NULL with ${err} set, as fv_reader_open does: without the path.
 */
struct fv_reader *fv_door_open(
    const char *path, struct fv_err *err) FV_MUST_CHECK;

/*
 * What a file was when it came in: where a caller opens it again later, at
 * a time when it may not fork.
 */
struct fv_door_pass {
	uint64_t device;
	uint64_t inode;
	uint64_t size;
	int64_t modified; /* ns */
	int64_t changed;  /* ns; nobody but the kernel sets it */
};

/*
 * fv_door_admit(path, pass, err):
 * Check the structure of the dataset at ${path} as fv_door_open does, do not
 * open it, and fill ${pass}.  Returns 0, or -1 with ${err} set, without the
 * path.
 */
int fv_door_admit(const char *path, struct fv_door_pass *pass,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_door_reopen(path, pass, err):
 * Open the dataset at ${path} that was admitted with ${pass}: without a
 * child, so other threads may run.  Returns NULL with ${err} set, without
 * the path, also when the file is another or was changed meanwhile.
 */
struct fv_reader *fv_door_reopen(const char *path,
    const struct fv_door_pass *pass, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_door_open_file(path, size, err):
 * Open the regular file ${path} for reading, and tell its size.  Returns a
 * descriptor, or -1 with ${err} set, without the path.
 */
int fv_door_open_file(
    const char *path, uint64_t *size, struct fv_err *err) FV_MUST_CHECK;

/* What was found in a dataset. */
struct fv_door_found {
	struct fv_structure structure;
	uint64_t rows[FV_TABLES];
};

/*
 * fv_door_structure(fd, size, found, err):
 * In a child process: whether the ${size} bytes of the file ${fd} are built
 * as a dataset (datasets/structure.h), and have the tables and columns of
 * one.  Fills ${found}.  Returns 0, or -1 with ${err} set.
 */
int fv_door_structure(int fd, uint64_t size, struct fv_door_found *found,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_door_content(fd, size, err):
 * In a child process, after fv_door_structure: whether every row number
 * refers to a row that is there, and every column has its digest.  Reads
 * all rows.  Returns 0, or -1 with ${err} set.
 */
int fv_door_content(int fd, uint64_t size, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_door_look(fd, size, found, err), fv_door_read(fd, size, err):
 * What the two do in the child, done here: for tests and fuzzers, which have
 * a child of their own.
 */
int fv_door_look(int fd, uint64_t size, struct fv_door_found *found,
    struct fv_err *err) FV_MUST_CHECK;
int fv_door_read(int fd, uint64_t size, struct fv_err *err) FV_MUST_CHECK;

#endif

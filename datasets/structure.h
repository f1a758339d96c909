#ifndef DATASETS_STRUCTURE_H
#define DATASETS_STRUCTURE_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * What a dataset may be built of, and nothing else: an allow-list over the
 * structures of HDF5, far narrower than what HDF5 opens.  It keeps out what
 * reads other files (links, external storage, virtual layouts), what needs
 * code that nobody expects (filters, odd types), and what would make a
 * reader ask for absurd amounts of memory.  Tables and columns that the
 * schema does not know are allowed, if they are built like those it knows.
 *
 * A file that was made to do harm may do it while it is checked: HDF5 itself
 * reads it.  Foreign files are therefore checked in a child process, by
 * datasets/door.h, which is what callers want.
 */

/* Named limits; a dataset of ours stays far below each. */
#define FV_STRUCTURE_TABLES 64
#define FV_STRUCTURE_COLUMNS 256    /* of one table */
#define FV_STRUCTURE_ATTRIBUTES 512 /* of one object */
#define FV_STRUCTURE_NAME 64        /* characters of a name */
#define FV_STRUCTURE_VALUES 1024    /* of one attribute */
#define FV_STRUCTURE_TEXT 256       /* bytes of a text column's value */

/* What was looked at. */
struct fv_structure {
	uint64_t tables;
	uint64_t columns;
	uint64_t chunks;
	uint64_t attributes;
};

/*
 * fv_structure_begins(head, n, size, err):
 * Whether the first ${n} bytes of a file of ${size} bytes are those of an
 * HDF5 file of the one kind that the writer makes (HDF5 File Format
 * Specification, II.A: superblock version 2, no user block, no extension),
 * which is not longer than the file is.  Needs FV_STRUCTURE_HEAD bytes, and
 * no HDF5.  Returns 0, or -1 with ${err} set.
 */
#define FV_STRUCTURE_HEAD 48
int fv_structure_begins(const uint8_t *head, size_t n, uint64_t size,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_structure_check(fd, size, about, err):
 * Whether all of the ${size} bytes of the open file ${fd} are built as they
 * may be, every chunk of every column included; values are not looked at.
 * Cost: each object's header, and a search in a B-tree for each chunk.
 * Returns 0 with ${about} filled, or -1 with ${err} set.
 */
int fv_structure_check(int fd, uint64_t size, struct fv_structure *about,
    struct fv_err *err) FV_MUST_CHECK;

#endif

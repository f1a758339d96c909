#ifndef CONVERT_UNPACK_INTERNAL_H
#define CONVERT_UNPACK_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <archive.h>
#include <archive_entry.h>

#include "base/attributes.h"
#include "base/err.h"
#include "convert/gunzip.h"
#include "convert/stream.h"

/* An unpacker, as unpack.c and unpack_rest.c share it. */
struct fv_unpack {
	struct archive *archive;  /* NULL: of gzip there is the other */
	struct fv_gunzip *gunzip; /* NULL: libarchive reads it */
	struct fv_stream packed;
	uint8_t *block;      /* what is handed to libarchive, of a pipe */
	size_t ahead_given;  /* bytes of packed.ahead that it has had */
	const uint8_t *last; /* what it was handed last, of a pipe */
	size_t nlast;
	uint64_t handed; /* bytes in all, those included */
	_Atomic uint64_t consumed;
	bool members; /* an archive, not one compressed file */
	bool ended;
	off_t start;      /* where it begins; -1: it cannot seek */
	unsigned headers; /* of members, directories too */
	struct fv_err without_directory; /* why not; FV_OK: there is one */
	struct archive_entry *found;     /* behind what was lost; NULL: none */

	/* The member under way; its thread alone uses archive meanwhile. */
	bool running;
	pthread_t thread;
	int to; /* the pipe's end that is written to */
	uint8_t *buffer;
	struct fv_err fault; /* FV_OK while none was met */
};

/* Bytes that are read, and unpacked, at a time. */
#define FV_UNPACK_BLOCK (1 << 18)

/* The next block of what is packed, into u->block: as read(2). */
ssize_t fv_unpack_read(struct fv_unpack *u);

/*
 * fv_unpack_check_rest(u, err):
 * After libarchive saw the end of all members: whether there is something
 * behind it, or fewer were found than there are.  Returns 0, or -1 with
 * ${err} set (FV_EFORMAT).
 */
int fv_unpack_check_rest(struct fv_unpack *u, struct fv_err *err) FV_MUST_CHECK;

#endif

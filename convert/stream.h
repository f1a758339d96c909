#ifndef CONVERT_STREAM_H
#define CONVERT_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * A file or pipe that is about to be read, with its first bytes looked at:
 * what kind of thing it is shows there, and a pipe cannot be wound back.
 *
 * Invariant: the bytes are ahead[0..nahead), and then what read(2) gives.
 */
enum { FV_STREAM_AHEAD = 512 };

struct fv_stream {
	int fd; /* owned by who holds the stream; -1: closed or given away */
	size_t nahead;
	uint8_t ahead[FV_STREAM_AHEAD];
};

/*
 * fv_stream_open(stream, path, err),
 * fv_stream_open_fd(stream, fd, err):
 * Open the file at ${path}, or standard input for "-"; or take over the open
 * descriptor ${fd}, which is closed if this fails.  Returns 0, or -1 with
 * ${err} set (FV_EIO): there is none, it may not be read, or is a directory.
 */
int fv_stream_open(struct fv_stream *stream, const char *path,
    struct fv_err *err) FV_MUST_CHECK;
int fv_stream_open_fd(
    struct fv_stream *stream, int fd, struct fv_err *err) FV_MUST_CHECK;

/*
 * Whether it is compressed, or an archive, of a kind that convert/unpack
 * opens: gzip, bzip2, xz, zstd, lz4, tar, zip.
 */
bool fv_stream_is_packed(const struct fv_stream *stream);

/* Close what has not been given away. */
void fv_stream_close(struct fv_stream *stream);

#endif

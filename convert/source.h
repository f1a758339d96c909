#ifndef CONVERT_SOURCE_H
#define CONVERT_SOURCE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/cursor.h"
#include "base/err.h"
#include "convert/stream.h"

/*
 * A window on the bytes of a file, from its beginning to its end, once:
 * a plain file, a pipe or standard input.  The window holds whatever is
 * asked for in one piece, so that parsers never meet a seam.
 *
 * read(2) into one block that stays in the processor's cache comes within 5 %
 * of mmap(2), for headers alone and for full-size packets, and a disk that
 * fails is then an error and no signal.  The block begins on a page, since the
 * kernel copies more than twice as slowly to elsewhere.
 * Having another thread read the next block cost a fifth more, as all that
 * is parsed then comes from another processor's cache.
 *
 * Invariants:
 * 1. rest lies within window, and rest.end - window <= capacity.
 * 2. end_offset is the place in the file of the byte at rest.end.
 * 3. kept is NULL or lies within window, at rest.at or before it, with all
 *    bytes of the file between them.
 */
struct fv_source {
	struct fv_cursor rest; /* what was read and not stepped over */
	uint64_t end_offset;
	const uint8_t *kept; /* where fv_source_rewind goes back to */
	uint8_t *window;
	size_t capacity;
	int fd;
	bool ended; /* nothing comes after rest */
};

/* Bytes that one read(2) asks for: they stay in the second-level cache. */
#define FV_SOURCE_BLOCK ((size_t)256 * 1024)

/*
 * The most that can be asked for in one piece: the longest pcapng block
 * that is believed, which is libpcap's limit too.
 */
#define FV_SOURCE_LIMIT ((size_t)16 * 1024 * 1024)

/*
 * fv_source_open(path, err):
 * Open the file at ${path}, or standard input for "-".  Returns NULL with
 * ${err} set (FV_EIO) when there is none, when it may not be read or when
 * it is a directory; the text leaves the path to the caller.
 */
struct fv_source *fv_source_open(
    const char *path, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_source_open_fd(fd, err):
 * The same for the open descriptor ${fd}, from where it stands; offsets
 * count from there.  ${fd} is the source's from now on, and closed if this
 * fails.
 */
struct fv_source *fv_source_open_fd(int fd, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_source_open_stream(stream, err):
 * The same for ${stream}, from its first byte.  Its descriptor is the
 * source's from now on, whatever is returned.
 */
struct fv_source *fv_source_open_stream(
    struct fv_stream *stream, struct fv_err *err) FV_MUST_CHECK;

/* Close the file and give back the window. */
void fv_source_free(struct fv_source *src);

/* The slow way of fv_source_has: read on, and grow the window if need be. */
int fv_source_fill(
    struct fv_source *src, size_t n, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_source_has(src, n, err):
 * Make the next ${n} <= FV_SOURCE_LIMIT bytes stand in one piece at
 * ${src->rest}.  What was there before moves, so pointers into it end.
 * Returns 1 when they do; 0 when the file ends before, and then all that
 * is left stands there; -1 with ${err} set when it cannot be read.
 */
static inline FV_MUST_CHECK int
fv_source_has(struct fv_source *src, size_t n, struct fv_err *err)
{
	if (__builtin_expect(fv_cursor_left(&src->rest) >= n, 1))
		return 1;
	return fv_source_fill(src, n, err);
}

/* The place in the file of the next byte. */
static inline uint64_t
fv_source_offset(const struct fv_source *src)
{
	return src->end_offset - fv_cursor_left(&src->rest);
}

/* A cursor over the next ${n} bytes, or over as many as stand there. */
static inline struct fv_cursor
fv_source_peek(const struct fv_source *src, size_t n)
{
	struct fv_cursor c = src->rest;

	fv_cursor_limit(&c, n);
	return c;
}

/*
 * Step over ${n} bytes that fv_source_has said are there.  They stay where
 * they are until it is asked again.
 */
static inline void
fv_source_step(struct fv_source *src, size_t n)
{
	bool stepped = fv_take_skip(&src->rest, n);

	assert(stepped);
	(void)stepped;
}

/*
 * fv_source_keep(src, at):
 * Let ${at}, at or before the next byte in one piece with it, be where
 * fv_source_rewind goes back to; NULL to forget.  It lasts while no more than
 * FV_SOURCE_KEPT bytes are stepped over.
 */
static inline void
fv_source_keep(struct fv_source *src, const uint8_t *at)
{
	src->kept = at;
}

#define FV_SOURCE_KEPT ((size_t)1024 * 1024)

/* Go back to where was kept, if it is; bytes are then there again. */
void fv_source_rewind(struct fv_source *src);

/*
 * fv_source_skip_zeros(src, err):
 * Step over all zero bytes from here on, but for three before a byte that is
 * not zero, with which a big-endian number may begin there.  Returns 1 at the
 * end of the file, 0 before such a byte, -1 with ${err} set.
 */
int fv_source_skip_zeros(
    struct fv_source *src, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_source_skip_all(src, err):
 * Step over all that is left.  Returns 0, or -1 with ${err} set.
 */
int fv_source_skip_all(struct fv_source *src, struct fv_err *err) FV_MUST_CHECK;

#endif

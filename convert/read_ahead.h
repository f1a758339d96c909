#ifndef CONVERT_READ_AHEAD_H
#define CONVERT_READ_AHEAD_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "base/workers.h"

/*
 * A plain file block by block, each read by whoever of a pool has time while
 * the one before it is parsed: copying a block from the page cache takes as
 * long as parsing full-size packets does.
 *
 * Two windows go to and fro: one is the parser's, and into the other the next
 * block is read, behind room for what the parser has left of its own.
 */
struct fv_read_ahead;

/* Bytes of a block, and of the room before it. */
#define FV_READ_AHEAD_BLOCK ((size_t)1024 * 1024)
#define FV_READ_AHEAD_ROOM ((size_t)256 * 1024)

/* Bytes that a window has at least. */
#define FV_READ_AHEAD_WINDOW (FV_READ_AHEAD_ROOM + FV_READ_AHEAD_BLOCK)

/*
 * fv_read_ahead_new(workers, fd, err):
 * For the descriptor ${fd}, from where it stands; both must live as long.
 * Nothing is read yet.  Returns NULL with ${err} set.
 */
struct fv_read_ahead *fv_read_ahead_new(
    struct fv_workers *workers, int fd, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_read_ahead_next(ahead, block, n, err):
 * Wait for the next block: ${*n} bytes at ${*block}, with FV_READ_AHEAD_ROOM
 * bytes of room before them.  Returns 1; 0 at the end of the file, or -1 with
 * ${err} set when it cannot be read.
 */
int fv_read_ahead_next(struct fv_read_ahead *ahead, uint8_t **block, size_t *n,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_read_ahead_swap(ahead, window):
 * Take over the window of that block, of FV_READ_AHEAD_WINDOW bytes or more,
 * and give ${window}, of as many, in its place.  Returns its begin.
 */
uint8_t *fv_read_ahead_swap(struct fv_read_ahead *ahead, uint8_t *window);

/* Read on, into the window that is there now: that block's, or the other. */
void fv_read_ahead_go_on(struct fv_read_ahead *ahead);

/* Wait for what is being read, and free ${ahead} (or NULL). */
void fv_read_ahead_free(struct fv_read_ahead *ahead);

#endif

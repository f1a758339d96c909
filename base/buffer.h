#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * A buffer of bytes that grows.  What adds to it returns nothing: the first
 * failure sticks, later calls do nothing, and fv_buffer_done says so once,
 * at the end.  A zeroed struct is empty, with a limit still to be set.
 *
 * Invariant: length <= capacity <= limit.
 */
struct fv_buffer {
	unsigned char *at;
	size_t length;
	size_t capacity;
	size_t limit;      /* of capacity; the owner's, with a reason */
	struct fv_err err; /* code is FV_OK until something failed */
};

/*
 * fv_buffer_room(buffer, n):
 * Make room for ${n} more bytes, and return where they begin: the caller
 * writes up to ${n} there, and adds to length what it wrote.  NULL after a
 * failure.
 */
unsigned char *fv_buffer_room(struct fv_buffer *buffer, size_t n);

/* Append ${n} bytes, or one. */
void fv_buffer_add(struct fv_buffer *buffer, const void *from, size_t n);
void fv_buffer_byte(struct fv_buffer *buffer, unsigned value);

/*
 * Append an integer of 32 bits, lowest byte first (le), or of 16, 32 or 64
 * with the highest first (be).
 */
void fv_buffer_le32(struct fv_buffer *buffer, uint32_t value);
void fv_buffer_be16(struct fv_buffer *buffer, uint16_t value);
void fv_buffer_be32(struct fv_buffer *buffer, uint32_t value);
void fv_buffer_be64(struct fv_buffer *buffer, uint64_t value);

/*
 * fv_buffer_done(buffer, err):
 * Whether all that was added is there: 0, or -1 with ${err} set.
 */
int fv_buffer_done(
    const struct fv_buffer *buffer, struct fv_err *err) FV_MUST_CHECK;

/* Give back the bytes; ${buffer} is empty then, and keeps its limit. */
void fv_buffer_free(struct fv_buffer *buffer);

#endif

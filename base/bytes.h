#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * Bytes that grow.  What adds to them returns nothing: the first failure
 * sticks, later calls do nothing, and fv_bytes_done says so once, at the
 * end.  A zeroed struct is empty, with a limit still to be set.
 *
 * Invariant: length <= capacity <= limit.
 */
struct fv_bytes {
	unsigned char *at;
	size_t length;
	size_t capacity;
	size_t limit;      /* of capacity; the owner's, with a reason */
	struct fv_err err; /* code is FV_OK until something failed */
};

/*
 * fv_bytes_room(bytes, n):
 * Make room for ${n} more bytes, and return where they begin: the caller
 * writes up to ${n} there, and adds to length what it wrote.  NULL after a
 * failure.
 */
unsigned char *fv_bytes_room(struct fv_bytes *bytes, size_t n);

/* Append ${n} bytes, or one. */
void fv_bytes_add(struct fv_bytes *bytes, const void *from, size_t n);
void fv_bytes_byte(struct fv_bytes *bytes, unsigned value);

/* Append an integer of 32 or 64 bits, lowest byte first (le), or of 16, 32
 * or 64 with the highest first (be). */
void fv_bytes_le32(struct fv_bytes *bytes, uint32_t value);
void fv_bytes_le64(struct fv_bytes *bytes, uint64_t value);
void fv_bytes_be16(struct fv_bytes *bytes, uint16_t value);
void fv_bytes_be32(struct fv_bytes *bytes, uint32_t value);
void fv_bytes_be64(struct fv_bytes *bytes, uint64_t value);

/*
 * fv_bytes_done(bytes, err):
 * Whether all that was added is there: 0, or -1 with ${err} set.
 */
int fv_bytes_done(
    const struct fv_bytes *bytes, struct fv_err *err) FV_MUST_CHECK;

/* Give back the bytes; ${bytes} is empty then, and keeps its limit. */
void fv_bytes_free(struct fv_bytes *bytes);

#endif

#ifndef BASE_CURSOR_H
#define BASE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A place in a stretch of bytes, and its end.  All that decoders know of
 * captured bytes comes through here: a take either has the bytes, copies
 * them out and steps past them, or says no and leaves the cursor alone.
 * The bytes belong to whoever made the cursor.
 *
 * Invariant: at <= end, both within the same object.
 */
struct fv_cursor {
	const uint8_t *at;
	const uint8_t *end;
};

/* A cursor over ${length} bytes at ${bytes}. */
static inline struct fv_cursor
fv_cursor_over(const void *bytes, size_t length)
{
	const uint8_t *at = bytes;

	return (struct fv_cursor){ at, at + length };
}

/* How many bytes are left. */
static inline size_t
fv_cursor_left(const struct fv_cursor *c)
{
	return (size_t)(c->end - c->at);
}

/* Step over ${n} bytes; false, and no step, when fewer are left. */
static inline bool
fv_take_skip(struct fv_cursor *c, size_t n)
{
	if (fv_cursor_left(c) < n)
		return false;
	c->at += n;
	return true;
}

/* Split the next ${n} bytes off as a cursor of their own. */
static inline bool
fv_take_part(struct fv_cursor *c, size_t n, struct fv_cursor *part)
{
	if (fv_cursor_left(c) < n)
		return false;
	*part = (struct fv_cursor){ c->at, c->at + n };
	c->at += n;
	return true;
}

/* Forget all but the next ${n} bytes; no effect when fewer are left. */
static inline void
fv_cursor_limit(struct fv_cursor *c, size_t n)
{
	if (fv_cursor_left(c) > n)
		c->end = c->at + n;
}

/* Copy the next ${n} bytes to ${out}. */
static inline bool
fv_take_bytes(struct fv_cursor *c, size_t n, void *out)
{
	if (fv_cursor_left(c) < n)
		return false;
	__builtin_memcpy(out, c->at, n);
	c->at += n;
	return true;
}

static inline bool
fv_take_u8(struct fv_cursor *c, uint8_t *value)
{
	return fv_take_bytes(c, sizeof(*value), value);
}

/*
 * The next integer in big-endian (be, network) or little-endian (le) order.
 * Written with shifts, which compilers turn into one load on any machine.
 */
static inline bool
fv_take_be16(struct fv_cursor *c, uint16_t *value)
{
	uint8_t b[2];

	if (!fv_take_bytes(c, sizeof(b), b))
		return false;
	*value = (uint16_t)(b[0] << 8 | b[1]);
	return true;
}

static inline bool
fv_take_be32(struct fv_cursor *c, uint32_t *value)
{
	uint8_t b[4];

	if (!fv_take_bytes(c, sizeof(b), b))
		return false;
	*value = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
	    (uint32_t)b[2] << 8 | b[3];
	return true;
}

static inline bool
fv_take_le16(struct fv_cursor *c, uint16_t *value)
{
	uint8_t b[2];

	if (!fv_take_bytes(c, sizeof(b), b))
		return false;
	*value = (uint16_t)(b[1] << 8 | b[0]);
	return true;
}

static inline bool
fv_take_le32(struct fv_cursor *c, uint32_t *value)
{
	uint8_t b[4];

	if (!fv_take_bytes(c, sizeof(b), b))
		return false;
	*value = (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 |
	    (uint32_t)b[1] << 8 | b[0];
	return true;
}

/* The next integer in the order that the file itself was written in. */
static inline bool
fv_take_16(struct fv_cursor *c, bool big, uint16_t *value)
{
	return big ? fv_take_be16(c, value) : fv_take_le16(c, value);
}

static inline bool
fv_take_32(struct fv_cursor *c, bool big, uint32_t *value)
{
	return big ? fv_take_be32(c, value) : fv_take_le32(c, value);
}

static inline bool
fv_take_64(struct fv_cursor *c, bool big, uint64_t *value)
{
	uint32_t first, second;

	if (fv_cursor_left(c) < 8)
		return false;
	if (!fv_take_32(c, big, &first) || !fv_take_32(c, big, &second))
		return false;
	*value = big ? (uint64_t)first << 32 | second
		     : (uint64_t)second << 32 | first;
	return true;
}

#endif

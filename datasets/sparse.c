#include "datasets/sparse.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "datasets/schema.h"

/* Zeros of a plane, deflated; some 200 bytes. */
enum { TAIL_MOST = 1024 };

/* What Adler-32 counts by (RFC 1950, 8.2). */
enum { ADLER = 65521 };

struct tail {
	size_t length; /* 0: not met yet */
	unsigned char bytes[TAIL_MOST];
};

struct fv_sparse {
	struct tail tail[FV_SPARSE_ROWS + 1]; /* by rows before it */
};

/* A stream under way, and the checksum of what it holds. */
struct stream {
	unsigned char *at;
	uint32_t a, b;
};

struct fv_sparse *
fv_sparse_new(struct fv_err *err)
{
	return fv_memory_new(1, sizeof(struct fv_sparse), err);
}

void
fv_sparse_free(struct fv_sparse *sparse)
{
	free(sparse);
}

/* The zeros behind ${rows} rows; ${room} is that of a chunk. */
static const struct tail *
find_tail(struct fv_sparse *sparse, struct fv_deflate *deflate, size_t rows,
    unsigned char *room)
{
	static unsigned char zeros[FV_CHUNK_ROWS]; /* never written */
	struct tail *tail = &sparse->tail[rows];
	size_t n;

	if (tail->length > 0)
		return tail;
	n = fv_deflate_part(deflate, zeros, FV_CHUNK_ROWS - rows, room);
	if (n == 0 || n > sizeof(tail->bytes))
		return NULL;
	memcpy(tail->bytes, room, n);
	tail->length = n;
	return tail;
}

static void
put_byte(struct stream *s, unsigned byte)
{
	*s->at++ = (unsigned char)byte;
}

/* The begin of a stored block, which must be where a byte begins. */
static void
put_stored(struct stream *s, bool last, size_t n)
{
	put_byte(s, last);
	put_byte(s, n & 0xff);
	put_byte(s, (unsigned)n >> 8);
	put_byte(s, ~n & 0xff);
	put_byte(s, (unsigned)~n >> 8 & 0xff);
}

/* One plane: byte ${p} of each value, and the zeros behind. */
static void
put_plane(struct stream *s, const unsigned char *values, size_t size, size_t n,
    size_t p, const struct tail *tail)
{
	size_t i;

	put_stored(s, false, n);
	for (i = 0; i < n; i++) {
		put_byte(s, values[i * size + p]);
		s->a = (s->a + values[i * size + p]) % ADLER;
		s->b = (s->b + s->a) % ADLER;
	}
	memcpy(s->at, tail->bytes, tail->length);
	s->at += tail->length;
	s->b =
	    (uint32_t)((s->b + (uint64_t)s->a * (FV_CHUNK_ROWS - n)) % ADLER);
}

size_t
fv_sparse_pack(struct fv_sparse *sparse, struct fv_deflate *deflate,
    const void *values, size_t size, size_t n, void *packed)
{
	struct stream s = { packed, 1, 0 };
	const struct tail *tail;
	size_t p;

	assert(n > 0 && n <= FV_SPARSE_ROWS);
	if ((tail = find_tail(sparse, deflate, n, packed)) == NULL)
		return 0;
	put_byte(&s, 0x78); /* a window of 32 KiB, made fast: RFC 1950, 2.2 */
	put_byte(&s, 0x01);
	for (p = 0; p < size; p++)
		put_plane(&s, values, size, n, p, tail);
	put_stored(&s, true, 0);
	put_byte(&s, s.b >> 8);
	put_byte(&s, s.b & 0xff);
	put_byte(&s, s.a >> 8);
	put_byte(&s, s.a & 0xff);
	return (size_t)(s.at - (unsigned char *)packed);
}

#include "datasets/deflate.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#ifdef FV_WITHOUT_ISAL
#include <libdeflate.h>
#else
#include <isa-l/igzip_lib.h>
#endif

#include "base/memory.h"

size_t
fv_deflate_bound(size_t n)
{
	/*
	 * Deflate falls back on stored blocks of at most 65,535 bytes with
	 * five bytes of header each (RFC 1951, 3.2.4); libdeflate and ISA-L
	 * end a block earlier at times, and none of them below 5,000.  The
	 * rest is the zlib frame and room to flush.
	 */
	return n + n / 5000 * 5 + 256;
}

#ifdef FV_WITHOUT_ISAL

struct fv_deflate {
	struct libdeflate_compressor *compressor;
};

struct fv_deflate *
fv_deflate_new(struct fv_err *err)
{
	struct fv_deflate *d;

	if ((d = fv_memory_new(1, sizeof(*d), err)) == NULL)
		return NULL;
	if ((d->compressor = libdeflate_alloc_compressor(1)) == NULL) {
		(void)fv_err_set(err, FV_EMEMORY, "out of memory");
		free(d);
		return NULL;
	}
	return d;
}

void
fv_deflate_free(struct fv_deflate *d)
{
	if (d == NULL)
		return;
	libdeflate_free_compressor(d->compressor);
	free(d);
}

size_t
fv_deflate_zlib(struct fv_deflate *d, const void *bytes, size_t n, void *out)
{
	assert(n >= FV_DEFLATE_LEAST);
	return libdeflate_zlib_compress(
	    d->compressor, bytes, n, out, fv_deflate_bound(n));
}

uint32_t
fv_deflate_slot(const unsigned char bytes[4])
{
	return bytes[0];
}

bool
fv_deflate_strays(const struct fv_deflate *d, uint32_t slot)
{
	(void)d;
	(void)slot;
	return false;
}

#else

/*
 * The assembly of igzip (seen in 2.30, igzip_icf_body_h1_gr_bt) enters
 * position 2 of its input in the hash table under the hash of a register
 * that still holds the address of the stream, not data.  This stray slot
 * then says 2, where it would say 0 as all slots do at first; and a slot
 * stands for every position that is the same modulo the window.  Where it
 * is the slot of data at such a position, or of those at position 1, later
 * matches with them come and go with the address, and the output with it:
 * once in some thousand chunks, under address randomisation.  In any other
 * slot the stray entry changes nothing, as equal data have equal slots.
 *
 * So there are several streams, with addresses that hash differently, and
 * the first is taken whose stray slot is none of these.  A chunk has two
 * such positions in 32 KiB of the table's 8,192 slots, so that the second
 * stream is seldom needed, and the third once in millions.
 */
enum { STREAMS = 8 };

/* Two streams never have the same address but for its last 16 bits. */
_Static_assert(sizeof(struct isal_zstream) > 1 << 16,
    "streams in an array differ in what is hashed of their addresses");

struct fv_deflate {
	struct isal_zstream streams[STREAMS];
	uint8_t level_buf[ISAL_DEF_LVL1_DEFAULT];
};

struct fv_deflate *
fv_deflate_new(struct fv_err *err)
{
	/* Only the stream that is used most is ever touched, as a rule. */
	return fv_memory_new(1, sizeof(struct fv_deflate), err);
}

void
fv_deflate_free(struct fv_deflate *d)
{
	free(d);
}

/* CRC-32C of a word, from 0: what the crc32 instruction makes of it. */
static uint32_t
slot_of(uint32_t word)
{
	int i;

	for (i = 0; i < 32; i++)
		word = word >> 1 ^ (word & 1 ? 0x82f63b78 : 0);
	return word % IGZIP_LVL1_HASH_SIZE;
}

uint32_t
fv_deflate_slot(const unsigned char bytes[4])
{
	return slot_of((uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 |
	    (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24);
}

static uint32_t
stray_slot(const struct isal_zstream *stream)
{
	return slot_of((uint32_t)((uintptr_t)stream >> 16));
}

bool
fv_deflate_strays(const struct fv_deflate *d, uint32_t slot)
{
	return stray_slot(&d->streams[0]) == slot;
}

/* Whether the stray slot of ${stream} is one that matters for ${bytes}. */
static bool
disturbs(
    const struct isal_zstream *stream, const unsigned char *bytes, size_t n)
{
	uint32_t stray = stray_slot(stream);
	size_t at;

	if (fv_deflate_slot(bytes + 1) == stray)
		return true;
	for (at = 0; at + 6 <= n; at += ISAL_DEF_HIST_SIZE)
		if (fv_deflate_slot(bytes + at) == stray ||
		    fv_deflate_slot(bytes + at + 2) == stray)
			return true;
	return false;
}

static struct isal_zstream *
choose(struct fv_deflate *d, const unsigned char *bytes, size_t n)
{
	size_t i;

	for (i = 0; i + 1 < STREAMS; i++)
		if (!disturbs(&d->streams[i], bytes, n))
			break;
	return &d->streams[i];
}

/*
 * The assembly of igzip (seen in 2.30) returns with the upper halves of
 * vector registers in use.  Until they are cleared, many processors run all
 * SSE code of the thread slower, ours and the C library's: what the caller
 * does between two chunks then takes half as long again.
 */
#ifdef __x86_64__
__attribute__((target("avx"))) static void
clear_uppers(void)
{
	__builtin_ia32_vzeroupper();
}
#endif

static void
leave_assembly(void)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx"))
		clear_uppers();
#endif
}

size_t
fv_deflate_zlib(struct fv_deflate *d, const void *bytes, size_t n, void *out)
{
	struct isal_zstream *stream = choose(d, bytes, n);
	int rc;

	assert(n >= FV_DEFLATE_LEAST && n <= UINT32_MAX);
	isal_deflate_stateless_init(stream);
	stream->level = 1;
	stream->level_buf = d->level_buf;
	stream->level_buf_size = sizeof(d->level_buf);
	stream->gzip_flag = IGZIP_ZLIB;
	stream->flush = NO_FLUSH;
	stream->end_of_stream = 1;
	/* The pointer is not const, but what it points to is only read. */
	memcpy(&stream->next_in, &bytes, sizeof(bytes));
	stream->avail_in = (uint32_t)n;
	stream->next_out = out;
	stream->avail_out = (uint32_t)fv_deflate_bound(n);
	rc = isal_deflate_stateless(stream);
	leave_assembly();
	return rc == COMP_OK ? stream->total_out : 0;
}

#endif

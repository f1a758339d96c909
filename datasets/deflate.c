#include "datasets/deflate.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

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

size_t
fv_deflate_part(struct fv_deflate *d, const void *bytes, size_t n, void *out)
{
	(void)d;
	(void)bytes;
	(void)n;
	(void)out;
	return 0;
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
 * then says 2, where it would say 0 as all slots do at first; and what a
 * slot says stands for every position that is the same modulo 65,536.  Where
 * data have that slot as their first, a match comes or goes with the address,
 * and the output with it: once in some ten thousand chunks, under address
 * randomisation.
 *
 * So all streams lie at addresses with one stray slot, each at one of its
 * own.  What is hashed is an address without its last 16 bits, by the CRC-32C
 * from 0, which is linear: slot(x ^ y) = slot(x) ^ slot(y).  Of each of these
 * the slot is 0, so that the slot of PLACE and any sum of them is PLACE's.
 * They are multiples of 4, which makes 256 KiB of room.
 */
static const uint32_t slotless[] = { 0x302c, 0x1d5d8, 0x21e30, 0x45c38, 0x8d828,
	0x1005d0, 0x200ba0, 0x401740, 0x801eac, 0x1000d74, 0x2001ae8,
	0x40005fc };

/* Far from where programs, libraries and sanitizers lie. */
#define PLACE ((uintptr_t)0x200000000000)

enum { PLACES = 1 << FV_COUNT(slotless), ROOM = 1 << 18 };

_Static_assert(sizeof(struct isal_zstream) <= ROOM, "a stream has room");

struct fv_deflate {
	struct isal_zstream *stream;
	uint8_t level_buf[ISAL_DEF_LVL1_DEFAULT];
};

/* Address ${n}. */
static uintptr_t
place(unsigned n)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i < FV_COUNT(slotless); i++)
		if ((n >> i & 1) != 0)
			sum ^= slotless[i];
	return PLACE | (uintptr_t)sum << 16;
}

/* A stream at the first address where nothing is. */
static struct isal_zstream *
new_stream(struct fv_err *err)
{
	unsigned n;
	void *at, *p;

	for (n = 0; n < PLACES; n++) {
		at = (void *)place(n);
		p = mmap(at, sizeof(struct isal_zstream),
		    PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
		if (p == at)
			return p;
		if (p != MAP_FAILED)
			(void)munmap(p, sizeof(struct isal_zstream));
		else if (errno != EEXIST)
			break;
	}
	(void)fv_err_set(err, FV_EMEMORY,
	    "no memory where a deflater must be (%u places tried)", n);
	return NULL;
}

struct fv_deflate *
fv_deflate_new(struct fv_err *err)
{
	struct fv_deflate *d;

	if ((d = fv_memory_new(1, sizeof(*d), err)) == NULL)
		return NULL;
	if ((d->stream = new_stream(err)) == NULL) {
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
	(void)munmap(d->stream, sizeof(*d->stream));
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
	return stray_slot(d->stream) == slot;
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

/* Deflate in a ${frame} of igzip's; not ${whole}, to where a byte ends. */
static size_t
deflate_bytes(struct fv_deflate *d, const void *bytes, size_t n, void *out,
    uint16_t frame, bool whole)
{
	struct isal_zstream *stream = d->stream;
	int rc;

	assert(n >= FV_DEFLATE_LEAST && n <= UINT32_MAX);
	isal_deflate_stateless_init(stream);
	stream->level = 1;
	stream->level_buf = d->level_buf;
	stream->level_buf_size = sizeof(d->level_buf);
	stream->gzip_flag = frame;
	stream->flush = whole ? NO_FLUSH : FULL_FLUSH;
	stream->end_of_stream = whole;
	/* The pointer is not const, but what it points to is only read. */
	memcpy(&stream->next_in, &bytes, sizeof(bytes));
	stream->avail_in = (uint32_t)n;
	stream->next_out = out;
	stream->avail_out = (uint32_t)fv_deflate_bound(n);
	rc = isal_deflate_stateless(stream);
	leave_assembly();
	return rc == COMP_OK ? stream->total_out : 0;
}

size_t
fv_deflate_zlib(struct fv_deflate *d, const void *bytes, size_t n, void *out)
{
	return deflate_bytes(d, bytes, n, out, IGZIP_ZLIB, true);
}

size_t
fv_deflate_part(struct fv_deflate *d, const void *bytes, size_t n, void *out)
{
	return deflate_bytes(d, bytes, n, out, IGZIP_DEFLATE, false);
}

#endif

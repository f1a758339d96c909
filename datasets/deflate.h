#ifndef DATASETS_DEFLATE_H
#define DATASETS_DEFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * A deflater: bytes into a zlib stream (RFC 1950), by ISA-L igzip at its
 * level 1, or by libdeflate at its level 1 where FV_WITHOUT_ISAL is
 * defined.  The same bytes give the same stream, whatever was deflated
 * before and wherever the deflater lies in memory.  One deflater belongs to
 * one thread at a time.
 */
struct fv_deflate;

/* At most some thousand at a time.  Returns NULL with ${err} set. */
struct fv_deflate *fv_deflate_new(struct fv_err *err) FV_MUST_CHECK;

void fv_deflate_free(struct fv_deflate *deflate);

/* The most bytes that ${n} bytes can become. */
size_t fv_deflate_bound(size_t n);

/*
 * fv_deflate_zlib(deflate, bytes, n, out):
 * Deflate ${n} bytes, at least FV_DEFLATE_LEAST and less than 4 GiB, to
 * ${out}, which has room for fv_deflate_bound(n).  Returns how many bytes
 * that are, or 0 when the library fails.
 */
#define FV_DEFLATE_LEAST 8
size_t fv_deflate_zlib(
    struct fv_deflate *deflate, const void *bytes, size_t n, void *out);

/*
 * fv_deflate_part(deflate, bytes, n, out):
 * Deflate as much as that, to ${out} as before, to a part of a stream: it
 * begins and ends where a byte does, has no frame and no last block, and
 * refers to nothing before it.  Returns how many bytes that are; 0 when the
 * library fails or makes no parts (libdeflate).
 */
size_t fv_deflate_part(
    struct fv_deflate *deflate, const void *bytes, size_t n, void *out);

/*
 * fv_deflate_slot(bytes), fv_deflate_strays(deflate, slot):
 * For tests, of what deflate.c says of igzip: the slot of the hash table
 * for four bytes, and whether ${deflate} has it as its stray slot.
 */
uint32_t fv_deflate_slot(const unsigned char bytes[4]);
bool fv_deflate_strays(const struct fv_deflate *deflate, uint32_t slot);

#endif

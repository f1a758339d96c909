#ifndef CONVERT_GUNZIP_H
#define CONVERT_GUNZIP_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * gzip (RFC 1952) as a stream, by ISA-L: members one behind the other, with
 * zeros between and behind them or without, each held against its checksum.
 *
 * libarchive reads gzip too, but gives nothing of the last 64 KiB before a
 * fault, so that of a short capture that was cut there is nothing left, and
 * looks at no checksum.
 */
struct fv_gunzip;

/* The next bytes of the file, as read(2) tells of them. */
typedef ssize_t fv_gunzip_input(void *arg, const uint8_t **bytes);

/* Returns NULL with ${err} set. */
struct fv_gunzip *fv_gunzip_new(
    fv_gunzip_input *input, void *arg, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_gunzip_read(g, out, n, err):
 * Unpack up to ${n} > 0 bytes to ${out}.  Returns how many; 0 at the end; -1
 * with ${err} set (FV_EFORMAT, with the place in the file): then all that
 * stands before the fault has been given, and nothing comes after it.  A
 * checksum that is wrong is told at the end, behind what follows.
 */
ssize_t fv_gunzip_read(
    struct fv_gunzip *g, void *out, size_t n, struct fv_err *err) FV_MUST_CHECK;

/* How many bytes of the file are unpacked, or nearly. */
uint64_t fv_gunzip_consumed(const struct fv_gunzip *g);

void fv_gunzip_free(struct fv_gunzip *g);

#endif

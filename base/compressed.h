#ifndef BASE_COMPRESSED_H
#define BASE_COMPRESSED_H

#include <stddef.h>

#include "base/attributes.h"
#include "base/err.h"
#include "base/outfile.h"

/*
 * A stream of bytes into an output, compressed as the output's name asks:
 * "flows.csv.gz" is gzip, "flows.csv" plain.  The same bytes in give the
 * same bytes out, whenever and wherever: no time, no name, one thread.
 */
struct fv_compressed;

enum fv_compression {
	FV_COMPRESSION_NONE,
	FV_COMPRESSION_GZIP,  /* .gz: RFC 1952 */
	FV_COMPRESSION_BZIP2, /* .bz2 */
	FV_COMPRESSION_XZ,    /* .xz: slow, small, 32 MiB of memory */
	FV_COMPRESSION_ZSTD,  /* .zst: RFC 8878; fast and small */
	FV_COMPRESSION_LZ4,   /* .lz4: the frame format; fastest */
	FV_COMPRESSIONS
};

/* What the last ending of ${name} asks for; FV_COMPRESSION_NONE for others. */
enum fv_compression fv_compression_of(const char *name);

/* The ending of such names, with its dot: ".gz"; "" for plain bytes. */
const char *fv_compression_ending(enum fv_compression compression);

/*
 * fv_compressed_new(out, compression, err):
 * Begin a stream into ${out}, which stays the caller's: to be committed
 * after fv_compressed_finish, and freed after the stream.  Nobody else writes
 * to it meanwhile.  Returns NULL with ${err} set; FV_EUSAGE when the
 * libarchive at hand was built without that compression.
 */
struct fv_compressed *fv_compressed_new(struct fv_outfile *out,
    enum fv_compression compression, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_compressed_write(stream, bytes, n, err):
 * Append ${n} bytes.  They are gathered, so small pieces are cheap.
 * Returns 0, or -1 with ${err} set, which names the output; then only
 * fv_compressed_free is allowed.
 */
int fv_compressed_write(struct fv_compressed *stream, const void *bytes,
    size_t n, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_compressed_finish(stream, err):
 * Write what is left and the stream's end, which an empty stream has too.
 * Call it once, and then nothing but fv_compressed_free.  Returns 0, or -1
 * with ${err} set.
 */
int fv_compressed_finish(
    struct fv_compressed *stream, struct fv_err *err) FV_MUST_CHECK;

/* Free ${stream} (or NULL); an unfinished one writes no more. */
void fv_compressed_free(struct fv_compressed *stream);

#endif

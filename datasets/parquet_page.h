#ifndef DATASETS_PARQUET_PAGE_H
#define DATASETS_PARQUET_PAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/err.h"

/*
 * Pages of a Parquet column: a header in Thrift (parquet.thrift,
 * PageHeader), and the body as a gzip member (RFC 1952, codec GZIP), with
 * its CRC-32 in the header.  One packer belongs to one thread at a time.
 */
struct fv_parquet_page_packer;

/* Encoding and PageType of parquet.thrift. */
enum fv_parquet_encoding {
	FV_PARQUET_PLAIN = 0,
	FV_PARQUET_RLE = 3,
	FV_PARQUET_RLE_DICTIONARY = 8
};
enum fv_parquet_page { FV_PARQUET_DATA = 0, FV_PARQUET_DICTIONARY_PAGE = 2 };

struct fv_parquet_page_packer *fv_parquet_page_packer_new(
    struct fv_err *err) FV_MUST_CHECK;
void fv_parquet_page_packer_free(struct fv_parquet_page_packer *packer);

/*
 * fv_parquet_page_add(packer, kind, encoding, values, body, out, unpacked,
 *     err):
 * Append a page of ${values} values, nulls among them, with that ${body},
 * less than 2 GiB, to ${out}, and add to ${unpacked} the bytes that it would
 * have without compression.
 * Returns 0, or -1 with ${err} set.
 */
int fv_parquet_page_add(struct fv_parquet_page_packer *packer,
    enum fv_parquet_page kind, enum fv_parquet_encoding encoding,
    uint32_t values, const struct fv_buffer *body, struct fv_buffer *out,
    uint64_t *unpacked, struct fv_err *err) FV_MUST_CHECK;

#endif

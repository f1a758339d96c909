#ifndef DATASETS_COLUMN_PACKER_H
#define DATASETS_COLUMN_PACKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/digest.h"
#include "base/err.h"
#include "datasets/chunk.h"
#include "datasets/coders.h"
#include "datasets/gather.h"
#include "datasets/schema.h"

/*
 * Makes the chunks of one column: packs and digests them.  A third of the
 * columns of a capture hold one value for thousands of rows (a protocol's
 * unused fields, a side, a count of 1); such a chunk is remembered, and the
 * next of that value is copied, which changes no byte of the result.
 *
 * One job at a time uses a packer.
 */
struct fv_column_packer {
	const struct fv_column *schema;
	bool known; /* what follows is of a chunk of one value */
	size_t n;   /* its rows */
	unsigned char value[FV_CHUNK_VALUE_MAX];
	size_t length;
	uint8_t digest[FV_DIGEST_SIZE];
	unsigned char *packed; /* FV_COLUMN_PACKER_KEPT bytes, or NULL */
};

/* Bytes of the longest chunk that is remembered; those meant have some 600. */
#define FV_COLUMN_PACKER_KEPT 4096

/* Begin with ${schema}; and give back its memory. */
void fv_column_packer_init(
    struct fv_column_packer *packer, const struct fv_column *schema);
void fv_column_packer_clear(struct fv_column_packer *packer);

/*
 * fv_column_packer_chunk(packer, coders, values, n, packed, length, digest,
 *     err):
 * Pack the chunk of ${n} > 0 ${values}, into ${packed} as fv_chunk_pack does,
 * and put the digest of the values into ${digest}.  Returns 0, or -1 with
 * ${err} set.
 */
int fv_column_packer_chunk(struct fv_column_packer *packer,
    struct fv_coders *coders, const void *values, size_t n, void *packed,
    size_t *length, uint8_t digest[FV_DIGEST_SIZE],
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_column_packer_gathered(packer, coders, gathered, packed, length, digest,
 *     err):
 * The same of the values in ${gathered}, which need not be written out where
 * all are the one that is remembered.
 */
int fv_column_packer_gathered(struct fv_column_packer *packer,
    struct fv_coders *coders, struct fv_gathered *gathered, void *packed,
    size_t *length, uint8_t digest[FV_DIGEST_SIZE],
    struct fv_err *err) FV_MUST_CHECK;

#endif

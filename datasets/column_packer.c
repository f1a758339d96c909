#include "datasets/column_packer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void
fv_column_packer_init(
    struct fv_column_packer *packer, const struct fv_column *schema)
{
	*packer = (struct fv_column_packer){ .schema = schema };
}

void
fv_column_packer_clear(struct fv_column_packer *packer)
{
	free(packer->packed);
	packer->packed = NULL;
	packer->known = false;
}

/* Whether all values are the first one: each is like the one before. */
static bool
is_one_value(const unsigned char *values, size_t size, size_t n)
{
	return memcmp(values, values + size, size * (n - 1)) == 0;
}

/* Times are worth it (datasets/chunk.h). */
static bool
is_tight(const struct fv_column *schema)
{
	return fv_schema_is_clock(schema) ||
	    (schema->type == FV_I64 && strcmp(schema->units, "ns") == 0);
}

static int
pack(const struct fv_column_packer *packer, struct fv_coders *coders,
    const void *values, size_t n, void *packed, size_t *length,
    uint8_t digest[FV_DIGEST_SIZE], struct fv_err *err)
{
	const struct fv_column *schema = packer->schema;
	struct fv_chunk_coder *coder;
	int rc;

	if (fv_digest_once(values, n * schema->size, digest, err) == -1)
		return -1;
	coder = fv_coders_take(coders);
	rc = (is_tight(schema) ? fv_chunk_pack_tight : fv_chunk_pack)(
	    coder, values, schema->size, n, packed, length, err);
	fv_coders_give(coders, coder);
	return rc;
}

static int
remember(struct fv_column_packer *packer, const void *values, size_t n,
    const void *packed, size_t length, const uint8_t digest[FV_DIGEST_SIZE],
    struct fv_err *err)
{
	packer->known = false;
	if (length > FV_COLUMN_PACKER_KEPT)
		return 0;
	if (packer->packed == NULL &&
	    (packer->packed = fv_memory_new(FV_COLUMN_PACKER_KEPT, 1, err)) ==
		NULL)
		return -1;
	packer->n = n;
	memcpy(packer->value, values, packer->schema->size);
	packer->length = length;
	memcpy(packer->digest, digest, sizeof(packer->digest));
	memcpy(packer->packed, packed, length);
	packer->known = true;
	return 0;
}

/* Give what is remembered, if it is ${n} times ${value}. */
static bool
recall(const struct fv_column_packer *packer, const void *value, size_t n,
    void *packed, size_t *length, uint8_t digest[FV_DIGEST_SIZE])
{
	if (!packer->known || packer->n != n ||
	    memcmp(packer->value, value, packer->schema->size) != 0)
		return false;
	memcpy(packed, packer->packed, packer->length);
	memcpy(digest, packer->digest, sizeof(packer->digest));
	*length = packer->length;
	return true;
}

int
fv_column_packer_chunk(struct fv_column_packer *packer,
    struct fv_coders *coders, const void *values, size_t n, void *packed,
    size_t *length, uint8_t digest[FV_DIGEST_SIZE], struct fv_err *err)
{
	size_t size = packer->schema->size;

	assert(n > 0 && size <= sizeof(packer->value));
	if (!is_one_value(values, size, n))
		return pack(
		    packer, coders, values, n, packed, length, digest, err);
	if (recall(packer, values, n, packed, length, digest))
		return 0;
	if (pack(packer, coders, values, n, packed, length, digest, err) == -1)
		return -1;
	return remember(packer, values, n, packed, *length, digest, err);
}

int
fv_column_packer_gathered(struct fv_column_packer *packer,
    struct fv_coders *coders, struct fv_gathered *gathered, void *packed,
    size_t *length, uint8_t digest[FV_DIGEST_SIZE], struct fv_err *err)
{
	if (gathered->one_value &&
	    recall(
		packer, gathered->value, gathered->n, packed, length, digest))
		return 0;
	return fv_column_packer_chunk(packer, coders,
	    fv_gathered_values(gathered), gathered->n, packed, length, digest,
	    err);
}

#include "datasets/parquet_page.h"

#include <assert.h>
#include <stdlib.h>

#include <libdeflate.h>

#include "base/memory.h"
#include "datasets/thrift_compact.h"

/* libdeflate's fastest: the encodings have done most of the work. */
enum { LEVEL = 1 };

/* No header comes near. */
enum { HEADER_LIMIT = 256 };

struct fv_parquet_page_packer {
	struct libdeflate_compressor *compressor;
	struct fv_buffer header;
};

struct fv_parquet_page_packer *
fv_parquet_page_packer_new(struct fv_err *err)
{
	struct fv_parquet_page_packer *p;

	if ((p = fv_memory_new(1, sizeof(*p), err)) == NULL)
		return NULL;
	p->header.limit = HEADER_LIMIT;
	if ((p->compressor = libdeflate_alloc_compressor(LEVEL)) == NULL) {
		(void)fv_err_set(err, FV_EMEMORY, "out of memory");
		free(p);
		return NULL;
	}
	return p;
}

void
fv_parquet_page_packer_free(struct fv_parquet_page_packer *p)
{
	if (p == NULL)
		return;
	libdeflate_free_compressor(p->compressor);
	fv_buffer_free(&p->header);
	free(p);
}

/* PageHeader; ids and codes are those of parquet.thrift. */
static void
make_header(struct fv_buffer *header, enum fv_parquet_page kind,
    enum fv_parquet_encoding encoding, uint32_t values, size_t unpacked,
    const unsigned char *packed, size_t n)
{
	struct fv_thrift t;

	header->length = 0;
	fv_thrift_begin(&t, header);
	fv_thrift_i32(&t, 1, (int32_t)kind);
	fv_thrift_i32(&t, 2, (int32_t)unpacked);
	fv_thrift_i32(&t, 3, (int32_t)n);
	fv_thrift_i32(&t, 4, (int32_t)libdeflate_crc32(0, packed, n));
	fv_thrift_struct(&t, kind == FV_PARQUET_DATA ? 5 : 7);
	fv_thrift_i32(&t, 1, (int32_t)values);
	fv_thrift_i32(&t, 2, (int32_t)encoding);
	if (kind == FV_PARQUET_DATA) {
		fv_thrift_i32(&t, 3, FV_PARQUET_RLE); /* definition levels */
		fv_thrift_i32(&t, 4, FV_PARQUET_RLE); /* repetition levels */
	}
	fv_thrift_end(&t);
	fv_thrift_end(&t);
}

int
fv_parquet_page_add(struct fv_parquet_page_packer *p, enum fv_parquet_page kind,
    enum fv_parquet_encoding encoding, uint32_t values,
    const struct fv_buffer *body, struct fv_buffer *out, uint64_t *unpacked,
    struct fv_err *err)
{
	size_t n, bound;
	unsigned char *to;

	if (fv_buffer_done(body, err) == -1)
		return -1;
	assert(body->length <= INT32_MAX);
	/* The header goes before, but tells of what comes after. */
	bound = libdeflate_gzip_compress_bound(p->compressor, body->length);
	if ((to = fv_buffer_room(out, HEADER_LIMIT + bound)) == NULL)
		return fv_buffer_done(out, err);
	n = libdeflate_gzip_compress(
	    p->compressor, body->at, body->length, to + HEADER_LIMIT, bound);
	assert(n > 0 && n <= INT32_MAX);
	make_header(&p->header, kind, encoding, values, body->length,
	    to + HEADER_LIMIT, n);
	if (fv_buffer_done(&p->header, err) == -1)
		return -1;
	memcpy(to, p->header.at, p->header.length);
	memmove(to + p->header.length, to + HEADER_LIMIT, n);
	out->length += p->header.length + n;
	*unpacked += p->header.length + body->length;
	return 0;
}

#include "datasets/fetch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "datasets/chunk.h"
#include "datasets/container.h"
#include "datasets/schema.h"

/* What one thread needs while it reads a chunk. */
struct fv_fetch_scratch {
	struct fv_fetch_scratch *next;
	struct fv_chunk_coder *coder;
	unsigned char *packed;
};

static void
free_scratch(struct fv_fetch_scratch *s)
{
	if (s == NULL)
		return;
	fv_chunk_coder_free(s->coder);
	free(s->packed);
	free(s);
}

/* Scratch memory; made anew only when all there is is in use. */
static struct fv_fetch_scratch *
take_scratch(struct fv_fetch *f, struct fv_err *err)
{
	struct fv_fetch_scratch *s;

	(void)pthread_mutex_lock(&f->idle);
	if ((s = f->scratch) != NULL)
		f->scratch = s->next;
	(void)pthread_mutex_unlock(&f->idle);
	if (s != NULL)
		return s;
	if ((s = fv_memory_new(1, sizeof(*s), err)) == NULL)
		return NULL;
	s->packed = fv_memory_pages(fv_chunk_bound(FV_CHUNK_VALUE_MAX), err);
	if (s->packed == NULL || (s->coder = fv_chunk_coder_new(err)) == NULL) {
		free_scratch(s);
		return NULL;
	}
	return s;
}

static void
give_scratch(struct fv_fetch *f, struct fv_fetch_scratch *s)
{
	(void)pthread_mutex_lock(&f->idle);
	s->next = f->scratch;
	f->scratch = s;
	(void)pthread_mutex_unlock(&f->idle);
}

/* Read a chunk as it lies in the file; called with HDF5 quiet and locked. */
static int
read_locked(hid_t dataset, size_t size, uint64_t chunk, unsigned char *packed,
    size_t *length, struct fv_err *err)
{
	const hsize_t offset = chunk * FV_CHUNK_ROWS;
	hsize_t stored = 0;
	uint32_t skipped = 0;

	if (H5Dget_chunk_storage_size(dataset, &offset, &stored) < 0)
		return fv_container_fault(err, "cannot be read");
	if (stored == 0)
		return fv_err_set(err, FV_EFORMAT, "was never written");
	if (stored > fv_chunk_bound(size))
		return fv_err_set(err, FV_EFORMAT,
		    "%" PRIu64 " bytes are more than it can have",
		    (uint64_t)stored);
	if (H5Dread_chunk(dataset, H5P_DEFAULT, &offset, &skipped, packed) < 0)
		return fv_container_fault(err, "cannot be read");
	if (skipped != 0)
		return fv_err_set(
		    err, FV_EFORMAT, "was stored without its filters");
	*length = (size_t)stored;
	return 0;
}

static int
read_packed(hid_t dataset, size_t size, uint64_t chunk, unsigned char *packed,
    size_t *length, struct fv_err *err)
{
	struct fv_container_printing printing;
	int rc;

	fv_container_enter(&printing);
	rc = read_locked(dataset, size, chunk, packed, length, err);
	fv_container_leave(&printing);
	return rc;
}

/* Rows [first, first + n) of a chunk, not kept. */
static int
fetch_once(struct fv_fetch *f, struct fv_fetch_column *c, uint64_t chunk,
    size_t first, size_t n, void *values, struct fv_err *err)
{
	struct fv_fetch_scratch *s;
	size_t length = 0;
	int rc;

	if ((s = take_scratch(f, err)) == NULL)
		return -1;
	rc = read_packed(c->dataset, c->size, chunk, s->packed, &length, err);
	if (rc == 0)
		rc = fv_chunk_unpack(s->coder, s->packed, length, c->size,
		    first, n, values, err);
	give_scratch(f, s);
	return rc;
}

int
fv_fetch_chunk(struct fv_fetch *f, struct fv_fetch_column *c, uint64_t chunk,
    size_t n, void *packed, size_t *length, void *values, struct fv_err *err)
{
	struct fv_fetch_scratch *s;
	int rc;

	if ((s = take_scratch(f, err)) == NULL)
		return -1;
	rc = read_packed(c->dataset, c->size, chunk, packed, length, err);
	if (rc == 0)
		rc = fv_chunk_unpack(
		    s->coder, packed, *length, c->size, 0, n, values, err);
	give_scratch(f, s);
	return rc;
}

int
fv_fetch_packed(struct fv_fetch_column *c, uint64_t chunk, void *packed,
    size_t *length, struct fv_err *err)
{
	return read_packed(c->dataset, c->size, chunk, packed, length, err);
}

/* Have ${chunk} in the column's cache; called with the column's lock. */
static int
fill_cache(struct fv_fetch *f, struct fv_fetch_column *c, uint64_t chunk,
    struct fv_err *err)
{
	struct fv_fetch_scratch *s;
	size_t length = 0;
	int rc;

	if (c->cached == chunk + 1)
		return 0;
	c->cached = 0;
	if (c->planes == NULL)
		c->planes = fv_memory_pages(c->size * FV_CHUNK_ROWS, err);
	if (c->planes == NULL || (s = take_scratch(f, err)) == NULL)
		return -1;
	rc = read_packed(c->dataset, c->size, chunk, s->packed, &length, err);
	if (rc == 0)
		rc = fv_chunk_inflate(
		    s->coder, s->packed, length, c->size, c->planes, err);
	if (rc == 0)
		c->cached = chunk + 1;
	give_scratch(f, s);
	return rc;
}

int
fv_fetch_rows(struct fv_fetch *f, struct fv_fetch_column *c, uint64_t chunk,
    size_t first, size_t n, bool keep, void *values, struct fv_err *err)
{
	int rc;

	if (!keep)
		return fetch_once(f, c, chunk, first, n, values, err);
	(void)pthread_mutex_lock(&c->lock);
	if ((rc = fill_cache(f, c, chunk, err)) == 0)
		fv_chunk_values(c->planes, c->size, first, n, values);
	(void)pthread_mutex_unlock(&c->lock);
	return rc;
}

char *
fv_fetch_text(const struct fv_fetch_column *c, const char *name)
{
	struct fv_container_printing printing;
	char *text;

	fv_container_enter(&printing);
	text = fv_container_text(c->dataset, name);
	fv_container_leave(&printing);
	return text;
}

/* The digests of ${n} chunks, in one piece of memory. */
static int
fetch_chunk_digests(const struct fv_fetch_column *c,
    struct fv_column_digest *digest, size_t n, struct fv_err *err)
{
	struct fv_container_printing printing;
	void *chunks;
	bool found;

	chunks = fv_memory_grow(digest->chunks, &digest->capacity, n,
	    sizeof(*digest->chunks), FV_COLUMN_DIGEST_LIMIT, err);
	if (chunks == NULL)
		return -1;
	digest->chunks = chunks;
	fv_container_enter(&printing);
	found = fv_container_codes(c->dataset, FV_CONTAINER_CHUNKS,
	    digest->chunks[0], n * sizeof(*digest->chunks));
	fv_container_leave(&printing);
	if (!found)
		return fv_err_set(err, FV_EFORMAT,
		    "lacks the digests of its chunks (" FV_CONTAINER_CHUNKS
		    ")");
	digest->n = n;
	return 0;
}

int
fv_fetch_digest(const struct fv_fetch_column *c, char text[FV_DIGEST_TEXT],
    struct fv_column_digest *digest, size_t n, struct fv_err *err)
{
	char *stored = fv_fetch_text(c, FV_CONTAINER_DIGEST);
	bool good = stored != NULL && strlen(stored) == FV_DIGEST_TEXT - 1;

	if (good)
		memcpy(text, stored, FV_DIGEST_TEXT);
	free(stored);
	if (!good)
		return fv_err_set(err, FV_EFORMAT,
		    "lacks its digest (" FV_CONTAINER_DIGEST ")");
	return n > 0 ? fetch_chunk_digests(c, digest, n, err) : 0;
}

void
fv_fetch_init(struct fv_fetch *f)
{
	(void)pthread_mutex_init(&f->idle, NULL);
	f->scratch = NULL;
}

void
fv_fetch_end(struct fv_fetch *f)
{
	struct fv_fetch_scratch *s;

	while ((s = f->scratch) != NULL) {
		f->scratch = s->next;
		free_scratch(s);
	}
	(void)pthread_mutex_destroy(&f->idle);
}

void
fv_fetch_column_init(struct fv_fetch_column *c, size_t size)
{
	c->dataset = H5I_INVALID_HID;
	c->size = size;
	(void)pthread_mutex_init(&c->lock, NULL);
	c->planes = NULL;
	c->cached = 0;
}

void
fv_fetch_column_end(struct fv_fetch_column *c)
{
	if (c->dataset >= 0)
		(void)H5Dclose(c->dataset);
	(void)pthread_mutex_destroy(&c->lock);
	free(c->planes);
}

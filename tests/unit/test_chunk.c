#include "tests/unit/suites.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/chunk.h"
#include "datasets/deflate.h"
#include "datasets/schema.h"
#include "datasets/shuffle.h"
#include "tests/unit/rows.h"

/* Widths of columns: integers, and both texts. */
static const size_t widths[] = { 1, 2, 4, 8, 40, 64 };

/* Ways to fill a chunk, from what deflates best to what does not. */
enum fill { ZEROS, SAME, RISING, NOISE, FILLS };

static void
fill(unsigned char *values, size_t n, size_t size, enum fill how)
{
	uint64_t v = 0;
	size_t i, j;

	for (i = 0; i < n; i++)
		for (j = 0; j < size; j++) {
			if (how == SAME)
				v = 0x1122334455667788;
			else if (how == RISING)
				v = i * 1000;
			else if (how == NOISE)
				v = rows_mix(i * size + j);
			values[i * size + j] =
			    (unsigned char)(v >> 8 * (j % 8));
		}
}

/* The shuffle as the format document defines it. */
static void
shuffle_plainly(const unsigned char *values, size_t size, size_t n, size_t rows,
    unsigned char *planes)
{
	size_t i, b;

	memset(planes, 0, size * rows);
	for (i = 0; i < n; i++)
		for (b = 0; b < size; b++)
			planes[b * rows + i] = values[i * size + b];
}

static void
shuffle_and_back_for_every_width_and_length(void)
{
	static const size_t lengths[] = { 0, 1, 63, 64, 65, 127, 128, 200 };
	unsigned char values[200 * 64], planes[256 * 64], expected[256 * 64];
	unsigned char back[200 * 64];
	size_t i, j, first;

	for (i = 0; i < FV_COUNT(widths); i++)
		for (j = 0; j < FV_COUNT(lengths); j++) {
			fill(values, lengths[j], widths[i], NOISE);
			memset(planes, 0xee, sizeof(planes));
			fv_shuffle(values, widths[i], lengths[j], 256, planes);
			shuffle_plainly(
			    values, widths[i], lengths[j], 256, expected);
			CU_ASSERT_EQUAL(
			    memcmp(planes, expected, widths[i] * 256), 0);
			for (first = 0; first <= lengths[j]; first += 21) {
				memset(back, 0xee, sizeof(back));
				fv_shuffle_undo(planes, widths[i], 256, first,
				    lengths[j] - first, back);
				CU_ASSERT_EQUAL(
				    memcmp(back, values + first * widths[i],
					(lengths[j] - first) * widths[i]),
				    0);
			}
		}
}

struct room {
	struct fv_chunk_coder *coder;
	unsigned char *values;
	unsigned char *back;
	unsigned char *packed;
	unsigned char *planes;
	size_t bound;
	struct fv_err err;
};

static void
begin(struct room *r)
{
	const size_t bytes = (size_t)FV_CHUNK_ROWS * FV_CHUNK_VALUE_MAX;

	r->bound = fv_chunk_bound(FV_CHUNK_VALUE_MAX);
	r->coder = fv_chunk_coder_new(&r->err);
	r->values = malloc(bytes);
	r->back = malloc(bytes);
	r->packed = malloc(r->bound);
	r->planes = malloc(bytes);
	CU_ASSERT_FATAL(r->coder != NULL && r->values != NULL &&
	    r->back != NULL && r->packed != NULL && r->planes != NULL);
}

static void
end(struct room *r)
{
	fv_chunk_coder_free(r->coder);
	free(r->values);
	free(r->back);
	free(r->packed);
	free(r->planes);
}

static void
chunks_come_back_and_fit_their_bound(void)
{
	static const size_t lengths[] = { 1, 1000, FV_CHUNK_ROWS };
	struct room r;
	size_t i, j, length, n;
	enum fill how;

	begin(&r);
	for (i = 0; i < FV_COUNT(widths); i++)
		for (how = ZEROS; how < FILLS; how++)
			for (j = 0; j < FV_COUNT(lengths); j++) {
				n = lengths[j];
				fill(r.values, n, widths[i], how);
				CU_ASSERT_EQUAL(
				    fv_chunk_pack(r.coder, r.values, widths[i],
					n, r.packed, &length, &r.err),
				    0);
				CU_ASSERT(length <= fv_chunk_bound(widths[i]));
				CU_ASSERT_EQUAL(
				    fv_chunk_unpack(r.coder, r.packed, length,
					widths[i], n / 3, n - n / 3, r.back,
					&r.err),
				    0);
				CU_ASSERT_EQUAL(
				    memcmp(r.back, r.values + n / 3 * widths[i],
					(n - n / 3) * widths[i]),
				    0);
			}
	end(&r);
}

/* The planes, whatever the way in: what HDF5's own filters would see. */
static void
inflating_gives_the_shuffled_planes(void)
{
	struct room r;
	size_t i, length;

	begin(&r);
	for (i = 0; i < FV_COUNT(widths); i++) {
		fill(r.values, 60000, widths[i], RISING);
		CU_ASSERT_EQUAL_FATAL(
		    fv_chunk_pack(r.coder, r.values, widths[i], 60000, r.packed,
			&length, &r.err),
		    0);
		CU_ASSERT_EQUAL(fv_chunk_inflate(r.coder, r.packed, length,
				    widths[i], r.back, &r.err),
		    0);
		shuffle_plainly(
		    r.values, widths[i], 60000, FV_CHUNK_ROWS, r.planes);
		CU_ASSERT_EQUAL(
		    memcmp(r.back, r.planes, widths[i] * FV_CHUNK_ROWS), 0);
	}
	end(&r);
}

/* Few rows are packed in a way of their own (datasets/sparse.h). */
static void
few_rows_give_the_shuffled_planes(void)
{
	static const size_t lengths[] = { 64, 1, 2, 3, 17, 63, 65, 1 };
	struct room r, other;
	size_t i, j, n, length, again;
	enum fill how;

	begin(&r);
	for (i = 0; i < FV_COUNT(widths); i++)
		for (j = 0; j < FV_COUNT(lengths); j++) {
			how = j % 2 == 0 ? NOISE : RISING;
			n = lengths[j];
			fill(r.values, n, widths[i], how);
			r.values[n * widths[i] - 1] |= 1; /* not only zeros */
			shuffle_plainly(
			    r.values, widths[i], n, FV_CHUNK_ROWS, r.planes);
			CU_ASSERT_EQUAL_FATAL(
			    fv_chunk_pack(r.coder, r.values, widths[i], n,
				r.packed, &length, &r.err),
			    0);
			CU_ASSERT(length < widths[i] * (n + 400) + 16);
			CU_ASSERT_EQUAL(fv_chunk_inflate(r.coder, r.packed,
					    length, widths[i], r.back, &r.err),
			    0);
			CU_ASSERT_EQUAL(
			    memcmp(r.back, r.planes, widths[i] * FV_CHUNK_ROWS),
			    0);
			/* Another coder, which packed nothing before. */
			begin(&other);
			CU_ASSERT_EQUAL_FATAL(
			    fv_chunk_pack(other.coder, r.values, widths[i], n,
				other.packed, &again, &r.err),
			    0);
			CU_ASSERT_EQUAL_FATAL(length, again);
			CU_ASSERT_EQUAL(
			    memcmp(r.packed, other.packed, length), 0);
			end(&other);
		}
	end(&r);
}

static void
packed_tight_it_comes_back_and_is_the_same_each_time(void)
{
	size_t length, again;
	unsigned char *twice;
	struct room r;

	begin(&r);
	twice = malloc(r.bound);
	CU_ASSERT_PTR_NOT_NULL_FATAL(twice);
	fill(r.values, 50000, 8, RISING);
	CU_ASSERT_EQUAL(fv_chunk_pack_tight(r.coder, r.values, 8, 50000,
			    r.packed, &length, &r.err),
	    0);
	CU_ASSERT_EQUAL(fv_chunk_unpack(r.coder, r.packed, length, 8, 0, 50000,
			    r.back, &r.err),
	    0);
	CU_ASSERT_EQUAL(memcmp(r.back, r.values, (size_t)50000 * 8), 0);
	CU_ASSERT_EQUAL(fv_chunk_pack_tight(
			    r.coder, r.values, 8, 50000, twice, &again, &r.err),
	    0);
	CU_ASSERT_EQUAL_FATAL(again, length);
	CU_ASSERT_EQUAL(memcmp(twice, r.packed, length), 0);
	free(twice);
	end(&r);
}

/* Jobs share coders: what one packed before must not show. */
static void
bytes_do_not_depend_on_what_was_packed_before(void)
{
	struct room r;
	unsigned char *again;
	size_t i, length, first = 0;
	enum fill before;

	begin(&r);
	again = malloc(r.bound);
	CU_ASSERT_PTR_NOT_NULL_FATAL(again);
	for (before = ZEROS; before < FILLS; before++) {
		for (i = 0; i < FV_COUNT(widths); i++) {
			fill(r.values, FV_CHUNK_ROWS, widths[i], before);
			CU_ASSERT_EQUAL(
			    fv_chunk_pack(r.coder, r.values, widths[i],
				FV_CHUNK_ROWS, again, &length, &r.err),
			    0);
			fill(r.values, 50000, 8, RISING);
			CU_ASSERT_EQUAL(fv_chunk_pack(r.coder, r.values, 8,
					    50000, again, &length, &r.err),
			    0);
			if (first == 0) {
				first = length;
				memcpy(r.packed, again, length);
			}
			CU_ASSERT_EQUAL(length, first);
			CU_ASSERT_EQUAL(memcmp(again, r.packed, first), 0);
		}
	}
	free(again);
	end(&r);
}

/*
 * Bytes of which a deflater finds another match at 256 than others would,
 * because its stray slot is the one for them (datasets/deflate.c).
 */
static void
aim_at(const struct fv_deflate *deflate, unsigned char *bytes)
{
	uint32_t word;

	memset(bytes, 0, FV_CHUNK_ROWS);
	for (word = 1; word < 1 << 20; word++) {
		memcpy(bytes, &word, sizeof(word));
		if (fv_deflate_strays(deflate, fv_deflate_slot(bytes)))
			break;
	}
	for (word = 4; word < 1000; word++)
		bytes[word] = (unsigned char)rows_mix(word);
	memcpy(bytes + 256, bytes, sizeof(word));
	memcpy(bytes + 400, bytes, sizeof(word));
}

static void
bytes_do_not_depend_on_addresses(void)
{
	enum { DEFLATERS = 40 };
	struct fv_deflate *deflate[DEFLATERS];
	struct room r;
	size_t i, j, length, first;

	begin(&r);
	for (i = 0; i < DEFLATERS; i++) {
		deflate[i] = fv_deflate_new(&r.err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(deflate[i]);
	}
	for (i = 0; i < DEFLATERS; i++) {
		aim_at(deflate[i], r.values);
		CU_ASSERT(
		    fv_deflate_strays(deflate[0], fv_deflate_slot(r.values)));
		first = fv_deflate_zlib(
		    deflate[i], r.values, FV_CHUNK_ROWS, r.packed);
		CU_ASSERT(first > 0);
		for (j = 0; j < DEFLATERS; j++) {
			length = fv_deflate_zlib(
			    deflate[j], r.values, FV_CHUNK_ROWS, r.back);
			CU_ASSERT_EQUAL(length, first);
			CU_ASSERT_EQUAL(memcmp(r.back, r.packed, first), 0);
		}
	}
	for (i = 0; i < DEFLATERS; i++)
		fv_deflate_free(deflate[i]);
	end(&r);
}

static void
damaged_chunks_are_refused(void)
{
	struct room r;
	size_t i, length, n;

	begin(&r);
	fill(r.values, FV_CHUNK_ROWS, 2, RISING);
	CU_ASSERT_EQUAL(fv_chunk_pack(r.coder, r.values, 2, FV_CHUNK_ROWS,
			    r.packed, &length, &r.err),
	    0);
	/* Adler-32 covers every byte that comes out, the header itself. */
	for (i = 0; i < length; i += length / 97) {
		r.packed[i] ^= 0x10;
		CU_ASSERT_EQUAL(fv_chunk_inflate(r.coder, r.packed, length, 2,
				    r.planes, &r.err),
		    -1);
		CU_ASSERT_EQUAL(r.err.code, FV_EFORMAT);
		r.packed[i] ^= 0x10;
	}
	for (n = 0; n < length; n += length / 13)
		CU_ASSERT_EQUAL(
		    fv_chunk_inflate(r.coder, r.packed, n, 2, r.planes, &r.err),
		    -1);
	/* Whole and sound, but of another width. */
	CU_ASSERT_EQUAL(
	    fv_chunk_inflate(r.coder, r.packed, length, 1, r.planes, &r.err),
	    -1);
	CU_ASSERT_STRING_EQUAL(r.err.text, "holds too many values");
	CU_ASSERT_EQUAL(
	    fv_chunk_inflate(r.coder, r.packed, length, 4, r.planes, &r.err),
	    -1);
	CU_ASSERT_STRING_EQUAL(r.err.text, "holds too few values");
	end(&r);
}

static void
bytes_behind_the_stream_are_refused(void)
{
	struct room r;
	size_t length;

	begin(&r);
	fill(r.values, FV_CHUNK_ROWS, 1, SAME);
	CU_ASSERT_EQUAL(fv_chunk_pack(r.coder, r.values, 1, FV_CHUNK_ROWS,
			    r.packed, &length, &r.err),
	    0);
	r.packed[length] = 0;
	CU_ASSERT_EQUAL(fv_chunk_inflate(
			    r.coder, r.packed, length + 1, 1, r.planes, &r.err),
	    -1);
	end(&r);
}

CU_TestInfo suite_chunk[] = {
	{ "shuffle and back for every width and length",
	    shuffle_and_back_for_every_width_and_length },
	{ "chunks come back and fit their bound",
	    chunks_come_back_and_fit_their_bound },
	{ "inflating gives the shuffled planes",
	    inflating_gives_the_shuffled_planes },
	{ "few rows give the shuffled planes",
	    few_rows_give_the_shuffled_planes },
	{ "bytes do not depend on what was packed before",
	    bytes_do_not_depend_on_what_was_packed_before },
	{ "bytes do not depend on addresses",
	    bytes_do_not_depend_on_addresses },
	{ "damaged chunks are refused", damaged_chunks_are_refused },
	{ "bytes behind the stream are refused",
	    bytes_behind_the_stream_are_refused },
	{ "packed tight, it comes back and is the same each time",
	    packed_tight_it_comes_back_and_is_the_same_each_time },
	CU_TEST_INFO_NULL,
};

#include "datasets/parquet_column.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "datasets/export_rows.h"
#include "datasets/parquet_dictionary.h"
#include "datasets/parquet_page.h"
#include "datasets/parquet_rle.h"

/* A page's size is a signed 32-bit number. */
#define BODY_LIMIT ((size_t)INT32_MAX)

struct fv_parquet_encoder {
	size_t rows;
	struct fv_export_values values; /* of one chunk */
	uint64_t *number; /* values that are not null, of all the group */
	uint32_t *code;   /* their numbers in the dictionary */
	uint8_t *valid;   /* by row of the group: 1 there, 0 null */
	uint32_t level[FV_CHUNK_ROWS];
	struct fv_parquet_dictionary *dictionary;
	/* By entry: its number in the group's dictionary, plus 1. */
	uint32_t *local;
	size_t nlocal;
	uint32_t *order; /* the entries by that number */
	struct fv_buffer body;
	struct fv_parquet_page_packer *packer;
};

/* What is being encoded. */
struct work {
	struct fv_parquet_encoder *encoder;
	const struct fv_export_plan *plan;
	size_t number;
	const struct fv_export_column *column;
	uint64_t first;
	size_t n;
	struct fv_buffer *out;
	struct fv_parquet_column *chunk;
};

enum fv_parquet_physical
fv_parquet_physical(const struct fv_export_column *c)
{
	if (c->form != FV_EXPORT_NUMBER)
		return FV_PARQUET_BYTE_ARRAY;
	return c->type == FV_U64 || c->type == FV_I64 ? FV_PARQUET_INT64
						      : FV_PARQUET_INT32;
}

static size_t
width_of(const struct fv_export_column *c)
{
	return fv_parquet_physical(c) == FV_PARQUET_INT64 ? 8 : 4;
}

struct fv_parquet_encoder *
fv_parquet_encoder_new(size_t rows, struct fv_err *err)
{
	/* Room for values of any column. */
	const struct fv_export_column any = { .size = FV_CHUNK_VALUE_MAX,
		.nullable = true };
	struct fv_parquet_encoder *e;

	assert(rows <= FV_PARQUET_GROUP_ROWS);
	if ((e = fv_memory_new(1, sizeof(*e), err)) == NULL)
		return NULL;
	e->rows = rows;
	e->body.limit = BODY_LIMIT;
	e->number = fv_memory_pages(rows * sizeof(*e->number), err);
	e->code = fv_memory_pages(rows * sizeof(*e->code), err);
	e->valid = fv_memory_pages(rows, err);
	e->order = fv_memory_pages(rows * sizeof(*e->order), err);
	if (e->number == NULL || e->code == NULL || e->valid == NULL ||
	    e->order == NULL ||
	    fv_export_values_init(&e->values, &any, err) == -1 ||
	    (e->dictionary = fv_parquet_dictionary_new(err)) == NULL ||
	    (e->packer = fv_parquet_page_packer_new(err)) == NULL) {
		fv_parquet_encoder_free(e);
		return NULL;
	}
	return e;
}

void
fv_parquet_encoder_free(struct fv_parquet_encoder *e)
{
	if (e == NULL)
		return;
	fv_export_values_free(&e->values);
	free(e->number);
	free(e->code);
	free(e->valid);
	free(e->order);
	free(e->local);
	fv_parquet_dictionary_free(e->dictionary);
	fv_parquet_page_packer_free(e->packer);
	fv_buffer_free(&e->body);
	free(e);
}

/* How many rows from row ${at} of the group on are in one chunk. */
static size_t
piece_at(const struct work *w, size_t at)
{
	size_t to_end =
	    FV_CHUNK_ROWS - (size_t)((w->first + at) % FV_CHUNK_ROWS);

	return w->n - at < to_end ? w->n - at : to_end;
}

static int
read_piece(const struct work *w, size_t at, size_t n, struct fv_err *err)
{
	return fv_export_read(
	    w->plan, w->number, w->first + at, n, &w->encoder->values, err);
}

/* value[i] of the piece, as 64 bits, behind those there are. */
#define WIDEN(type)                                                 \
	do {                                                        \
		const type *value = (const type *)e->values.values; \
		for (i = 0; i < n; i++)                             \
			if (!nullable || e->values.valid[i])        \
				*to++ = (uint64_t)value[i];         \
	} while (0)

/* Gather the ${n} values that were just read; returns how many are not null. */
static size_t
gather(const struct work *w, size_t n, uint64_t *to)
{
	struct fv_parquet_encoder *e = w->encoder;
	bool nullable = w->column->nullable;
	const uint64_t *from = to;
	size_t i;

	switch (w->column->size) {
	case 1:
		WIDEN(uint8_t);
		break;
	case 2:
		WIDEN(uint16_t);
		break;
	case 4:
		WIDEN(uint32_t);
		break;
	default:
		WIDEN(uint64_t);
		break;
	}
	return (size_t)(to - from);
}

/* Read all the group: e->number, e->valid; returns how many are not null. */
static int
read_group(const struct work *w, size_t *count, struct fv_err *err)
{
	struct fv_parquet_encoder *e = w->encoder;
	size_t at, n;

	*count = 0;
	for (at = 0; at < w->n; at += n) {
		n = piece_at(w, at);
		if (read_piece(w, at, n, err) == -1)
			return -1;
		if (w->column->nullable)
			memcpy(e->valid + at, e->values.valid, n);
		*count += gather(w, n, e->number + *count);
	}
	w->chunk->nulls = w->n - *count;
	return 0;
}

/* Numbers as plain encoding has them: lowest byte first. */
static void
add_numbers(
    struct fv_buffer *out, const uint64_t *value, size_t n, size_t width)
{
	unsigned char *to;
	size_t i, k;

	if ((to = fv_buffer_room(out, n * width)) == NULL)
		return;
	out->length += n * width;
	for (i = 0; i < n; i++)
		for (k = 0; k < width; k++)
			*to++ = (unsigned char)(value[i] >> 8 * k);
}

static void
add_text(struct fv_buffer *out, const char *text, size_t n)
{
	fv_buffer_le32(out, (uint32_t)n);
	fv_buffer_add(out, text, n);
}

/* Entry ${i}: its bytes and how many. */
static const char *
entry(const struct fv_export_column *c, uint64_t i, size_t *n)
{
	*n = (size_t)(c->entries->at[i + 1] - c->entries->at[i]);
	return c->entries->bytes + c->entries->at[i];
}

static void
set_bound(struct fv_parquet_bound *b, const void *bytes, size_t n)
{
	assert(n <= sizeof(b->bytes));
	memcpy(b->bytes, bytes, n);
	b->n = n;
}

/* Texts are ordered byte by byte. */
static bool
is_before(const void *a, size_t na, const void *b, size_t nb)
{
	int order = memcmp(a, b, na < nb ? na : nb);

	return order < 0 || (order == 0 && na < nb);
}

static void
widen_text_range(struct fv_parquet_column *chunk, const char *text, size_t n)
{
	if (!chunk->has_range ||
	    is_before(text, n, chunk->least.bytes, chunk->least.n))
		set_bound(&chunk->least, text, n);
	if (!chunk->has_range ||
	    is_before(chunk->most.bytes, chunk->most.n, text, n))
		set_bound(&chunk->most, text, n);
	chunk->has_range = true;
}

/* The range of ${n} numbers. */
static void
set_range(const struct work *w, const uint64_t *value, size_t n)
{
	/* Signed numbers in the order of unsigned ones, and back. */
	uint64_t flip = w->column->type == FV_I64 ? UINT64_C(1) << 63 : 0;
	uint64_t least = UINT64_MAX, most = 0;
	unsigned char bytes[8];
	size_t i;

	if (n == 0)
		return;
	for (i = 0; i < n; i++) {
		if ((value[i] ^ flip) < least)
			least = value[i] ^ flip;
		if ((value[i] ^ flip) > most)
			most = value[i] ^ flip;
	}
	w->chunk->has_range = true;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)((least ^ flip) >> 8 * i);
	set_bound(&w->chunk->least, bytes, width_of(w->column));
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)((most ^ flip) >> 8 * i);
	set_bound(&w->chunk->most, bytes, width_of(w->column));
}

/* Begin the body of a data page with the levels of ${n} rows from ${valid}. */
static void
begin_body(const struct work *w, const uint8_t *valid, size_t n)
{
	struct fv_parquet_encoder *e = w->encoder;
	uint32_t length;
	size_t i;

	e->body.length = 0;
	if (!w->column->nullable)
		return;
	for (i = 0; i < n; i++)
		e->level[i] = valid[i];
	fv_buffer_le32(&e->body, 0); /* how long the levels are: known below */
	fv_parquet_rle(&e->body, e->level, n, 1);
	if (e->body.length < sizeof(length))
		return; /* out of memory, as the page will say */
	length = (uint32_t)(e->body.length - sizeof(length));
	for (i = 0; i < sizeof(length); i++)
		e->body.at[i] = (unsigned char)(length >> 8 * i);
}

static int
add_page(const struct work *w, enum fv_parquet_page kind,
    enum fv_parquet_encoding encoding, size_t values, struct fv_err *err)
{
	return fv_parquet_page_add(w->encoder->packer, kind, encoding,
	    (uint32_t)values, &w->encoder->body, w->out, &w->chunk->unpacked,
	    err);
}

/* The pages of all rows; with ${width} bits of dictionary, or 0: plain. */
static int
add_data_pages(const struct work *w, unsigned width, struct fv_err *err)
{
	struct fv_parquet_encoder *e = w->encoder;
	size_t at, n, i, there, from = 0, length;
	const char *text;

	w->chunk->data_at = w->out->length;
	for (at = 0; at < w->n; at += n) {
		n = piece_at(w, at);
		begin_body(w, e->valid + at, n);
		for (there = n, i = 0; w->column->nullable && i < n; i++)
			there -= e->valid[at + i] == 0;
		if (width > 0) {
			fv_buffer_byte(&e->body, width);
			fv_parquet_rle(&e->body, e->code + from, there, width);
		} else if (w->column->form == FV_EXPORT_NUMBER) {
			add_numbers(&e->body, e->number + from, there,
			    width_of(w->column));
		} else {
			for (i = 0; i < there; i++) {
				text = entry(
				    w->column, e->number[from + i], &length);
				add_text(&e->body, text, length);
			}
		}
		if (add_page(w, FV_PARQUET_DATA,
			width > 0 ? FV_PARQUET_RLE_DICTIONARY
				  : FV_PARQUET_PLAIN,
			n, err) == -1)
			return -1;
		from += there;
	}
	return 0;
}

/* Numbers, with a dictionary if that is smaller. */
static int
encode_numbers(const struct work *w, struct fv_err *err)
{
	struct fv_parquet_encoder *e = w->encoder;
	size_t n, width = width_of(w->column);
	unsigned bits = 0;
	const uint64_t *value;
	uint32_t count;

	if (read_group(w, &n, err) == -1)
		return -1;
	if (n > 0 &&
	    fv_parquet_dictionary_make(e->dictionary, e->number, n, e->code)) {
		value = fv_parquet_dictionary_values(e->dictionary, &count);
		set_range(w, value, count);
		bits = fv_parquet_rle_width(count);
		if (count * width + n * bits / 8 >= n * width)
			bits = 0;
	} else {
		set_range(w, e->number, n);
	}
	if (bits > 0) {
		w->chunk->has_dictionary = true;
		e->body.length = 0;
		add_numbers(&e->body, value, count, width);
		if (add_page(w, FV_PARQUET_DICTIONARY_PAGE, FV_PARQUET_PLAIN,
			count, err) == -1)
			return -1;
	}
	return add_data_pages(w, bits, err);
}

/* Number the ${n} entries of the group; returns how many there are. */
static int
number_entries(
    const struct work *w, size_t n, uint32_t *count, struct fv_err *err)
{
	struct fv_parquet_encoder *e = w->encoder;
	size_t i, total = w->column->entries->count;
	uint32_t *local, k = 0;

	if (total > e->nlocal) {
		local = fv_memory_grow(e->local, &e->nlocal, total,
		    sizeof(*local), SIZE_MAX / sizeof(*local), err);
		if (local == NULL)
			return -1;
		e->local = local;
	}
	for (i = 0; i < n; i++) {
		if (e->local[e->number[i]] == 0) {
			e->order[k] = (uint32_t)e->number[i];
			e->local[e->number[i]] = ++k;
		}
		e->code[i] = e->local[e->number[i]] - 1;
	}
	for (i = 0; i < k; i++)
		e->local[e->order[i]] = 0;
	*count = k;
	return 0;
}

/* Texts by number: with a dictionary, unless most differ. */
static int
encode_entries(const struct work *w, struct fv_err *err)
{
	struct fv_parquet_encoder *e = w->encoder;
	uint32_t i, count = 0;
	unsigned bits = 0;
	size_t n, length;
	const char *text;

	if (read_group(w, &n, err) == -1 ||
	    number_entries(w, n, &count, err) == -1)
		return -1;
	if (count > 0 && count <= n / 2 + 1)
		bits = fv_parquet_rle_width(count);
	e->body.length = 0;
	for (i = 0; i < count; i++) {
		text = entry(w->column, e->order[i], &length);
		widen_text_range(w->chunk, text, length);
		if (bits > 0)
			add_text(&e->body, text, length);
	}
	if (bits > 0) {
		w->chunk->has_dictionary = true;
		if (add_page(w, FV_PARQUET_DICTIONARY_PAGE, FV_PARQUET_PLAIN,
			count, err) == -1)
			return -1;
	}
	return add_data_pages(w, bits, err);
}

/* Texts of the table's own: each row's is its own, so none are shared. */
static int
encode_texts(const struct work *w, struct fv_err *err)
{
	struct fv_parquet_encoder *e = w->encoder;
	size_t at, n, i, length, size = w->column->size;
	const char *text;

	for (at = 0; at < w->n; at += n) {
		n = piece_at(w, at);
		if (read_piece(w, at, n, err) == -1)
			return -1;
		begin_body(w, e->values.valid, n);
		text = e->values.values;
		for (i = 0; i < n; i++, text += size) {
			length = strnlen(text, size);
			widen_text_range(w->chunk, text, length);
			add_text(&e->body, text, length);
		}
		if (add_page(w, FV_PARQUET_DATA, FV_PARQUET_PLAIN, n, err) ==
		    -1)
			return -1;
	}
	return 0;
}

int
fv_parquet_encode(struct fv_parquet_encoder *e,
    const struct fv_export_plan *plan, size_t column, uint64_t first, size_t n,
    struct fv_buffer *out, struct fv_parquet_column *chunk, struct fv_err *err)
{
	const struct work w = { .encoder = e,
		.plan = plan,
		.number = column,
		.column = &plan->column[column],
		.first = first,
		.n = n,
		.out = out,
		.chunk = chunk };
	int rc;

	assert(n <= e->rows);
	*chunk = (struct fv_parquet_column){ .values = n };
	out->length = 0;
	switch (w.column->form) {
	case FV_EXPORT_NUMBER:
		rc = encode_numbers(&w, err);
		break;
	case FV_EXPORT_ENTRY:
		rc = encode_entries(&w, err);
		break;
	default:
		rc = encode_texts(&w, err);
		break;
	}
	chunk->packed = out->length;
	return rc;
}

#include "datasets/renumber_captures.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/hashmap.h"
#include "base/intern.h"
#include "base/memory.h"
#include "datasets/info.h"
#include "datasets/renumber.h"

_Static_assert(sizeof(struct fv_capture_row) % 8 == 0,
    "rows of /captures are compared word by word");

/* What makes captures of a series one. */
struct series_key {
	char name[16];
	uint64_t capture;
};

/* Which dataset a capture came with, and its row there. */
struct origin {
	const char *name;
	uint32_t row;
};

struct fv_renumber_captures {
	struct fv_intern series; /* struct series_key */
	uint32_t *series_row;    /* by its number */
	size_t series_capacity;
	struct fv_hash_key hash;
	struct fv_hashmap index;
	struct fv_capture_row *rows;
	struct origin *origins;
	size_t n, capacity, origins_capacity;
};

struct fv_renumber_captures *
fv_renumber_captures_new(struct fv_err *err)
{
	struct fv_renumber_captures *r;

	if ((r = fv_memory_new(1, sizeof(*r), err)) == NULL)
		return NULL;
	if (fv_hash_key_random(&r->hash, err) == -1 ||
	    fv_hashmap_init(&r->index, 0, err) == -1 ||
	    fv_intern_init(&r->series, sizeof(struct series_key),
		FV_RENUMBER_CAPTURES_LIMIT, err) == -1) {
		fv_renumber_captures_free(r);
		return NULL;
	}
	return r;
}

/*
 * Whether the capture came with another dataset already: the same site,
 * side, times and counters are no accident once a packet was recorded.
 */
static int
check_new(const struct fv_renumber_captures *r,
    const struct fv_capture_row *row, const char *name, uint64_t number,
    uint64_t hash, struct fv_err *err)
{
	char first[FV_INFO_TIME];
	size_t at = 0;
	uint32_t n;

	if (row->counter[FV_COUNT_RECORDED] == 0)
		return 0;
	while ((n = fv_hashmap_next(&r->index, hash, &at)) != FV_HASHMAP_NONE) {
		if (r->origins[n].name == name ||
		    memcmp(&r->rows[n], row, sizeof(*row)) != 0)
			continue;
		fv_info_time(row->first_time, first);
		return fv_err_set(err, FV_EFORMAT,
		    "capture %" PRIu64 ", whose first packet is of %s, is "
		    "capture %" PRIu32 " of %s too; leave one of the two out",
		    number, first, r->origins[n].row, r->origins[n].name);
	}
	return 0;
}

static int
enter_capture(struct fv_renumber_captures *r, const struct fv_capture_row *row,
    const char *name, uint64_t number, struct fv_err *err)
{
	uint64_t words[sizeof(*row) / 8], hash;
	void *grown;

	memcpy(words, row, sizeof(words));
	hash = fv_hash_words(&r->hash, words, FV_COUNT(words));
	if (check_new(r, row, name, number, hash, err) == -1)
		return -1;
	grown = fv_memory_grow(r->rows, &r->capacity, r->n + 1, sizeof(*row),
	    FV_RENUMBER_CAPTURES_LIMIT, err);
	if (grown == NULL)
		return -1;
	r->rows = grown;
	grown = fv_memory_grow(r->origins, &r->origins_capacity, r->n + 1,
	    sizeof(*r->origins), FV_RENUMBER_CAPTURES_LIMIT, err);
	if (grown == NULL)
		return -1;
	r->origins = grown;
	if (fv_hashmap_add(&r->index, hash, (uint32_t)r->n, err) == -1)
		return -1;
	r->rows[r->n] = *row;
	r->origins[r->n++] = (struct origin){ name, (uint32_t)number };
	return 0;
}

/*
 * Add what a later dataset of a series counts of a capture to its row.  What
 * the capture says of itself, the last one knows best.
 */
static void
join_captures(struct fv_capture_row *into, const struct fv_capture_row *later)
{
	struct fv_capture_row row = *later;
	bool before = into->counter[FV_COUNT_RECORDED] > 0;
	bool after = later->counter[FV_COUNT_RECORDED] > 0;

	fv_counters_add(row.counter, into->counter);
	if (row.ethertypes[0] == '\0')
		memcpy(
		    row.ethertypes, into->ethertypes, sizeof(row.ethertypes));
	if (before && (!after || into->first_time < row.first_time))
		row.first_time = into->first_time;
	if (before && (!after || into->last_time > row.last_time))
		row.last_time = into->last_time;
	if (into->step_back > row.step_back)
		row.step_back = into->step_back;
	*into = row;
}

/*
 * The capture that is number ${number} of ${series}: new, or known from a
 * dataset before.
 */
static int
enter_series(struct fv_renumber_captures *r, const struct fv_capture_row *row,
    const struct fv_series *series, const char *name, uint64_t number,
    uint32_t *as, struct fv_err *err)
{
	struct series_key key = { .capture = series->first_capture + number };
	size_t before = r->series.count;
	uint64_t hash;
	uint32_t n;
	void *grown;

	memcpy(key.name, series->name, sizeof(key.name));
	hash = fv_intern_hash(&r->series, &key, sizeof(key) / 8);
	if (fv_intern_number(&r->series, &key, hash, sizeof(key), &n, err) ==
	    -1)
		return -1;
	if (r->series.count == before) {
		*as = r->series_row[n];
		join_captures(&r->rows[*as], row);
		return 0;
	}
	grown = fv_memory_grow(r->series_row, &r->series_capacity, before + 1,
	    sizeof(*r->series_row), FV_RENUMBER_CAPTURES_LIMIT, err);
	if (grown == NULL)
		return -1;
	r->series_row = grown;
	r->series_row[n] = *as = (uint32_t)r->n;
	return enter_capture(r, row, name, number, err);
}

int
fv_renumber_captures_add(struct fv_renumber_captures *r,
    const struct fv_capture_row *row, const struct fv_series *series,
    const char *name, uint64_t number, uint32_t *as, struct fv_err *err)
{
	*as = (uint32_t)r->n;
	return series->name[0] == '\0'
	    ? enter_capture(r, row, name, number, err)
	    : enter_series(r, row, series, name, number, as, err);
}

const struct fv_capture_row *
fv_renumber_captures_rows(const struct fv_renumber_captures *r, size_t *n)
{
	*n = r->n;
	return r->rows;
}

void
fv_renumber_captures_free(struct fv_renumber_captures *r)
{
	if (r == NULL)
		return;
	fv_hashmap_free(&r->index);
	fv_intern_free(&r->series);
	free(r->rows);
	free(r->origins);
	free(r->series_row);
	free(r);
}

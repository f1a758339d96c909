#include "convert/capture_rows.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* More captures than this are for datasets of their own. */
enum { CAPTURES_LIMIT = 1 << 20 };

static int
make_room(struct fv_capture_rows *rows, size_t n, struct fv_err *err)
{
	void *grown;

	grown = fv_memory_grow(rows->row, &rows->capacity, n,
	    sizeof(*rows->row), CAPTURES_LIMIT, err);
	if (grown == NULL)
		return fv_err_within(err, "captures");
	rows->row = grown;
	grown = fv_memory_grow(rows->before, &rows->before_capacity, n,
	    sizeof(*rows->before), CAPTURES_LIMIT, err);
	if (grown == NULL)
		return fv_err_within(err, "captures");
	rows->before = grown;
	return 0;
}

int
fv_capture_rows_put(struct fv_capture_rows *rows, uint32_t number,
    const struct fv_capture_row *total, struct fv_err *err)
{
	struct fv_capture_row *row;
	size_t at = number - rows->first;
	int i;

	assert(number >= rows->first);
	if (at >= rows->n) {
		if (make_room(rows, at + 1, err) == -1)
			return -1;
		memset(rows->row + rows->n, 0,
		    (at + 1 - rows->n) * sizeof(*rows->row));
		memset(rows->before + rows->n, 0,
		    (at + 1 - rows->n) * sizeof(*rows->before));
		rows->n = at + 1;
	}
	row = &rows->row[at];
	*row = *total;
	for (i = 0; i < FV_COUNTERS; i++)
		row->counter[i] -= rows->before[at][i];
	if (row->counter[FV_COUNT_RECORDED] == 0)
		row->first_time = row->last_time = 0;
	return 0;
}

void
fv_capture_rows_part(struct fv_capture_rows *rows, uint32_t keep)
{
	size_t gone = keep - rows->first, i;

	assert(keep >= rows->first);
	if (gone > rows->n)
		gone = rows->n;
	rows->n -= gone;
	rows->first = keep;
	memmove(rows->row, rows->row + gone, rows->n * sizeof(*rows->row));
	memmove(
	    rows->before, rows->before + gone, rows->n * sizeof(*rows->before));
	for (i = 0; i < rows->n; i++) {
		fv_counters_add(rows->before[i], rows->row[i].counter);
		memset(rows->row[i].counter, 0, sizeof(rows->row[i].counter));
		memset(rows->row[i].ethertypes, 0,
		    sizeof(rows->row[i].ethertypes));
		rows->row[i].first_time = rows->row[i].last_time = 0;
	}
}

void
fv_capture_rows_free(struct fv_capture_rows *rows)
{
	free(rows->row);
	free(rows->before);
	memset(rows, 0, sizeof(*rows));
}

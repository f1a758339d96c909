#include "convert/quarantine.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/compressed.h"
#include "base/digits.h"
#include "base/memory.h"
#include "base/outfile.h"
#include "datasets/export_cell.h"

static const char head[] = "capture,packet,offset,time,captured_length,"
			   "wire_length,fate,reason\n";

/* Five numbers, a time, a fate and a reason; names of columns are shorter. */
enum { REASON_MOST = 64, ROW_MOST = 5 * FV_DIGITS_MAX + 2 * REASON_MOST };

static_assert(ROW_MOST > 5 * FV_DIGITS_MAX + FV_EXPORT_CELL_TIME + REASON_MOST +
	    sizeof("recorded,,,,,,,\n"),
    "a row fits");

struct fv_quarantine {
	struct fv_outfile *out;
	struct fv_compressed *stream;
	struct fv_export_cell_day day;
	bool live;
};

const enum fv_counter fv_quarantine_notes[FV_QUARANTINE_NOTES] = {
	FV_COUNT_TUNNEL_SHORT,
	FV_COUNT_TUNNEL_MALFORMED,
	FV_COUNT_TUNNEL_DEEP,
	FV_COUNT_TUNNEL_TRANSPORT,
	FV_COUNT_TRANSPORT_SHORT,
	FV_COUNT_TCP_OFFSET,
	FV_COUNT_UDP_LENGTH,
};

bool
fv_quarantine_rejects(enum fv_counter outcome)
{
	switch (outcome) {
	case FV_COUNT_BEFORE_WINDOW:
	case FV_COUNT_AFTER_WINDOW:
	case FV_COUNT_FILTERED:
	case FV_COUNT_DUPLICATES_DROPPED:
		return false;
	default:
		return fv_counter_info[outcome].kind == FV_KIND_REJECTED;
	}
}

struct fv_quarantine *
fv_quarantine_new(
    const struct fv_quarantine_options *options, struct fv_err *err)
{
	struct fv_quarantine *q;

	if ((q = fv_memory_new(1, sizeof(*q), err)) == NULL)
		return NULL;
	q->live = options->live;
	if ((q->out = fv_outfile_new(options->path, options->replace, err)) !=
		NULL &&
	    (q->stream = fv_compressed_new(
		 q->out, fv_compression_of(options->path), err)) != NULL &&
	    fv_compressed_write(q->stream, head, strlen(head), err) == 0)
		return q;
	fv_quarantine_free(q);
	return NULL;
}

int
fv_quarantine_add(struct fv_quarantine *q,
    const struct fv_quarantine_place *place, struct fv_err *err)
{
	const char *reason = fv_counter_info[place->reason].column;
	const char *fate = place->recorded ? ",recorded," : ",rejected,";
	char row[ROW_MOST], *to;

	to = fv_digits_u32(row, place->capture);
	*to++ = ',';
	to = fv_digits_u64(to, place->packet);
	*to++ = ',';
	if (!q->live)
		to = fv_digits_u64(to, place->offset);
	*to++ = ',';
	if (place->has_time)
		to = fv_export_cell_time(to, place->time, &q->day);
	*to++ = ',';
	to = fv_digits_u32(to, place->captured);
	*to++ = ',';
	to = fv_digits_u32(to, place->length);
	to = stpcpy(to, fate);
	/* A name of a column: letters, digits and underscores. */
	to = stpncpy(to, reason, REASON_MOST);
	*to++ = '\n';
	return fv_compressed_write(q->stream, row, (size_t)(to - row), err);
}

int
fv_quarantine_finish(struct fv_quarantine *q, struct fv_err *err)
{
	return fv_compressed_finish(q->stream, err);
}

int
fv_quarantine_commit(struct fv_quarantine *q, struct fv_err *err)
{
	return fv_outfile_commit(q->out, err);
}

void
fv_quarantine_free(struct fv_quarantine *q)
{
	if (q == NULL)
		return;
	fv_compressed_free(q->stream);
	fv_outfile_free(q->out);
	free(q);
}

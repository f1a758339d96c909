#include "analysis/scan.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/join.h"
#include "base/memory.h"
#include "base/workers.h"
#include "datasets/reader.h"

/* Columns that refer to tables whose rows are not joined. */
#define NOT_JOINED \
	(FV_ANALYSIS_COLUMN(STACK) | FV_ANALYSIS_COLUMN(SOURCE_DEVICE))

/* A dataset, and where its rows lie among all. */
struct source {
	const char *path;
	struct fv_reader *reader;
	uint64_t rows;
	uint64_t chunks_before; /* chunks of the datasets before */
	uint32_t *host;         /* common number of each of its hosts */
	size_t nhosts;
	uint32_t captures_before;
	size_t ncaptures;
};

struct scan {
	const struct fv_scan_options *options;
	struct source *source;
	size_t nsources;
	struct fv_join *join;
	uint32_t columns; /* that some analysis asks for */
	uint64_t chunks;
	uint64_t rows;
	_Atomic uint64_t next; /* chunk to be read */
	_Atomic bool stop;     /* something failed */
	pthread_mutex_t lock;  /* of what follows */
	uint64_t rows_done;
};

/* A thread's own: buffers, states, and how it went. */
struct worker {
	struct scan *scan;
	void *buffer[FV_FLOW_COLUMNS];
	void **state;                  /* one for each analysis */
	fv_result_wide packets, bytes; /* of its rows, to see that they fit */
	uint64_t failed_chunk;
	bool failed;
	struct fv_err err;
	struct fv_job job;
};

static const struct fv_table *
flows(void)
{
	return &fv_schema_tables[FV_TABLE_FLOWS];
}

static bool
wanted(const struct scan *s, size_t column)
{
	return (s->columns >> column & 1) != 0;
}

/* What a record counts, from the attribute that the converter sets. */
static enum fv_analysis_records
records_of(struct fv_reader *reader)
{
	const char *mode = fv_reader_text(reader, "record_mode");

	if (mode != NULL && strcmp(mode, "primitive") == 0)
		return FV_ANALYSIS_RECORDS_PRIMITIVE;
	if (mode != NULL && strcmp(mode, "uniflow") == 0)
		return FV_ANALYSIS_RECORDS_UNIFLOW;
	return FV_ANALYSIS_RECORDS_UNKNOWN;
}

/* Open one dataset and join what it refers to. */
static int
open_source(struct scan *s, struct source *src, struct fv_err *err)
{
	struct fv_host *hosts = NULL;
	struct fv_capture_row *captures = NULL;
	struct fv_site *sites = NULL;
	struct fv_join_part part;
	int rc = -1;

	if ((src->reader = fv_reader_open(src->path, err)) == NULL)
		goto out;
	src->rows = fv_reader_rows(src->reader, FV_TABLE_FLOWS);
	src->nhosts = fv_reader_rows(src->reader, FV_TABLE_HOSTS);
	src->ncaptures = fv_reader_rows(src->reader, FV_TABLE_CAPTURES);
	if (src->nhosts > FV_JOIN_HOSTS_LIMIT ||
	    src->ncaptures > FV_JOIN_CAPTURES_LIMIT) {
		(void)fv_err_set(err, FV_ELIMIT,
		    "more than %zu hosts or %zu captures", FV_JOIN_HOSTS_LIMIT,
		    FV_JOIN_CAPTURES_LIMIT);
		goto out;
	}
	hosts = fv_reader_table(src->reader, FV_TABLE_HOSTS, err);
	if (hosts == NULL)
		goto out;
	captures = fv_reader_table(src->reader, FV_TABLE_CAPTURES, err);
	if (captures == NULL)
		goto out;
	sites = fv_reader_table(src->reader, FV_TABLE_SITES, err);
	if (sites == NULL)
		goto out;
	src->host = fv_memory_new(src->nhosts, sizeof(*src->host), err);
	if (src->host == NULL)
		goto out;
	part =
	    (struct fv_join_part){ hosts, src->nhosts, captures, src->ncaptures,
		    sites, fv_reader_rows(src->reader, FV_TABLE_SITES),
		    fv_reader_text(src->reader, "key_id"),
		    records_of(src->reader) };
	src->captures_before = (uint32_t)fv_join_context(s->join)->ncaptures;
	rc = fv_join_add(s->join, &part, src->host, err);
out:
	free(hosts);
	free(captures);
	free(sites);
	return rc == 0 ? 0 : fv_err_within(err, "%s", src->path);
}

static int
open_all(struct scan *s, const char *const *paths, struct fv_err *err)
{
	struct source *src;
	size_t i;

	for (i = 0; i < s->nsources; i++) {
		src = &s->source[i];
		src->path = paths[i];
		if (open_source(s, src, err) == -1)
			return -1;
		src->chunks_before = s->chunks;
		s->chunks +=
		    src->rows / FV_CHUNK_ROWS + (src->rows % FV_CHUNK_ROWS > 0);
		s->rows += src->rows;
	}
	return 0;
}

/* Numbers of a table's rows: all below ${limit}, then turned to common. */
static int
check_numbers(const uint32_t *number, size_t n, size_t limit,
    const char *column, struct fv_err *err)
{
	uint32_t largest = 0;
	size_t i;

	for (i = 0; i < n; i++)
		largest = number[i] > largest ? number[i] : largest;
	if (n > 0 && largest >= limit)
		return fv_err_set(err, FV_EFORMAT,
		    "flows/%s: row %" PRIu32 " of a table of %zu", column,
		    largest, limit);
	return 0;
}

static int
check_directions(const uint8_t *direction, size_t n, struct fv_err *err)
{
	uint8_t largest = 0;
	size_t i;

	for (i = 0; i < n; i++)
		largest = direction[i] > largest ? direction[i] : largest;
	if (largest >= FV_ANALYSIS_DIRECTIONS)
		return fv_err_set(err, FV_EFORMAT,
		    "flows/direction: code %u is none", (unsigned)largest);
	return 0;
}

/* The sum of a column of a chunk, which 128 bits hold whatever is in it. */
static fv_result_wide
sum_of(const uint64_t *value, size_t n)
{
	fv_result_wide sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		sum += value[i];
	return sum;
}

/* Check the rows in the worker's buffers, and make numbers common. */
static int
check_rows(
    struct worker *w, const struct source *src, size_t n, struct fv_err *err)
{
	static const size_t ends[] = { FV_FLOW_SOURCE, FV_FLOW_DESTINATION };
	uint32_t *number;
	size_t i, k;

	for (k = 0; k < FV_COUNT(ends); k++) {
		if (!wanted(w->scan, ends[k]))
			continue;
		number = w->buffer[ends[k]];
		if (check_numbers(number, n, src->nhosts,
			flows()->columns[ends[k]].name, err) == -1)
			return -1;
		for (i = 0; i < n; i++)
			number[i] = src->host[number[i]];
	}
	if (wanted(w->scan, FV_FLOW_CAPTURE)) {
		number = w->buffer[FV_FLOW_CAPTURE];
		if (check_numbers(number, n, src->ncaptures, "capture", err) ==
		    -1)
			return -1;
		for (i = 0; i < n; i++)
			number[i] += src->captures_before;
	}
	if (wanted(w->scan, FV_FLOW_DIRECTION) &&
	    check_directions(w->buffer[FV_FLOW_DIRECTION], n, err) == -1)
		return -1;
	if (wanted(w->scan, FV_FLOW_PACKETS))
		w->packets += sum_of(w->buffer[FV_FLOW_PACKETS], n);
	if (wanted(w->scan, FV_FLOW_BYTES))
		w->bytes += sum_of(w->buffer[FV_FLOW_BYTES], n);
	return 0;
}

static void
report_progress(struct scan *s, size_t rows)
{
	if (s->options->progress == NULL)
		return;
	(void)pthread_mutex_lock(&s->lock);
	s->rows_done += rows;
	s->options->progress(s->options->progress_arg, s->rows_done, s->rows);
	(void)pthread_mutex_unlock(&s->lock);
}

/* Read a chunk and hand it to every analysis. */
static int
scan_chunk(struct worker *w, const struct source *src, uint64_t first,
    struct fv_err *err)
{
	const struct fv_scan_options *o = w->scan->options;
	const struct fv_analysis_context *context =
	    fv_join_context(w->scan->join);
	struct fv_analysis_batch batch = { .rows = FV_CHUNK_ROWS }, part;
	size_t c, i;

	if (src->rows - first < batch.rows)
		batch.rows = (size_t)(src->rows - first);
	for (c = 0; c < FV_FLOW_COLUMNS; c++) {
		if (!wanted(w->scan, c))
			continue;
		if (fv_reader_column(src->reader, FV_TABLE_FLOWS, c, first,
			batch.rows, w->buffer[c], err) == -1)
			return -1;
		batch.column[c] = w->buffer[c];
	}
	if (check_rows(w, src, batch.rows, err) == -1)
		return -1;
	for (i = 0; i < o->nanalyses; i++) {
		part = batch;
		for (c = 0; c < FV_FLOW_COLUMNS; c++)
			if ((o->analyses[i]->columns >> c & 1) == 0)
				part.column[c] = NULL;
		if (part.rows > 0 && o->analyses[i]->columns != 0 &&
		    o->analyses[i]->add(w->state[i], context, &part, err) == -1)
			return -1;
	}
	report_progress(w->scan, batch.rows);
	return 0;
}

/* A thread: take chunks until there are none left, or one failed. */
static void
work(void *arg)
{
	struct worker *w = arg;
	struct scan *s = w->scan;
	const struct source *src;
	uint64_t chunk;

	while (!atomic_load(&s->stop)) {
		chunk = atomic_fetch_add(&s->next, 1);
		if (chunk >= s->chunks)
			break;
		src = &s->source[s->nsources - 1];
		while (src->chunks_before > chunk)
			src--;
		if (scan_chunk(w, src,
			(chunk - src->chunks_before) * FV_CHUNK_ROWS,
			&w->err) == 0)
			continue;
		(void)fv_err_within(&w->err, "%s", src->path);
		w->failed = true;
		w->failed_chunk = chunk;
		atomic_store(&s->stop, true);
	}
}

static void
free_worker(struct worker *w)
{
	const struct fv_scan_options *o = w->scan->options;
	size_t i;

	for (i = 0; i < FV_FLOW_COLUMNS; i++)
		free(w->buffer[i]);
	for (i = 0; w->state != NULL && i < o->nanalyses; i++)
		o->analyses[i]->free(w->state[i]);
	free(w->state);
}

static int
init_worker(struct worker *w, struct scan *s, struct fv_err *err)
{
	const struct fv_scan_options *o = s->options;
	size_t i;

	w->scan = s;
	w->job = (struct fv_job){ .run = work, .arg = w };
	w->state = fv_memory_new(o->nanalyses, sizeof(*w->state), err);
	if (w->state == NULL)
		return -1;
	for (i = 0; i < o->nanalyses; i++) {
		w->state[i] =
		    o->analyses[i]->init(fv_join_context(s->join), err);
		if (w->state[i] == NULL)
			return fv_err_within(
			    err, "analysis %s", o->analyses[i]->name);
	}
	for (i = 0; i < FV_FLOW_COLUMNS; i++) {
		if (!wanted(s, i))
			continue;
		w->buffer[i] =
		    fv_memory_new(FV_CHUNK_ROWS, flows()->columns[i].size, err);
		if (w->buffer[i] == NULL)
			return -1;
	}
	return 0;
}

/* Run the workers; the failure of the first chunk that failed is told. */
static int
run(struct scan *s, struct worker *w, size_t n, struct fv_err *err)
{
	const struct worker *bad = NULL;
	struct fv_workers *pool;
	size_t i;

	if ((pool = fv_workers_new((unsigned)n, err)) == NULL)
		return -1;
	for (i = 0; i < n; i++)
		fv_workers_start(pool, &w[i].job);
	for (i = 0; i < n; i++)
		fv_workers_wait(pool, &w[i].job);
	fv_workers_free(pool);
	for (i = 0; i < n; i++)
		if (w[i].failed &&
		    (bad == NULL || w[i].failed_chunk < bad->failed_chunk))
			bad = &w[i];
	if (bad == NULL)
		return 0;
	assert(atomic_load(&s->stop));
	*err = bad->err;
	return -1;
}

/*
 * Merge all states into the first worker's.  Every sum that an analysis
 * makes is of some rows, so none wrapped if these two did not.
 */
static int
merge(struct scan *s, struct worker *w, size_t n, struct fv_err *err)
{
	const struct fv_scan_options *o = s->options;
	size_t i, k;

	for (k = 1; k < n; k++) {
		w[0].packets += w[k].packets;
		w[0].bytes += w[k].bytes;
	}
	if (w[0].packets > UINT64_MAX || w[0].bytes > UINT64_MAX)
		return fv_err_set(err, FV_EFORMAT,
		    "flows/%s: the sum of all rows does not fit 64 bits",
		    w[0].packets > UINT64_MAX ? "packets" : "bytes");
	for (k = 1; k < n; k++)
		for (i = 0; i < o->nanalyses; i++)
			if (o->analyses[i]->merge(w[0].state[i], w[k].state[i],
				fv_join_context(s->join), err) == -1)
				return -1;
	return 0;
}

static void
put_population(const struct scan *s, struct fv_result *r)
{
	const struct fv_analysis_context *c = fv_join_context(s->join);
	static const char *const records[] = {
		[FV_ANALYSIS_RECORDS_UNKNOWN] = "not stated, or mixed",
		[FV_ANALYSIS_RECORDS_PRIMITIVE] = "one packet",
		[FV_ANALYSIS_RECORDS_UNIFLOW] = "packets of a flow, one way",
	};

	fv_result_section(r, "R00", "The Data",
	    "What this report was made from. Addresses are pseudonyms; one "
	    "address is not one person.");
	fv_result_fact(r, "records", "Flow records", NULL);
	fv_result_count(r, s->rows);
	fv_result_fact(r, "record_mode", "A record counts", "one packet");
	fv_result_text(r, "%s", records[c->records]);
	fv_result_fact(r, "hosts", "Addresses", NULL);
	fv_result_count(r, c->nhosts);
	fv_result_fact(r, "captures", "Captures", NULL);
	fv_result_count(r, c->ncaptures);
	fv_result_fact(r, "sites", "Sites", NULL);
	fv_result_count(r, c->nsites);
	if (c->records != FV_ANALYSIS_RECORDS_PRIMITIVE)
		fv_result_note(r,
		    "The slides' flows are single packets. Where a record "
		    "counts more, compare shares of packets with theirs, not "
		    "shares of records.");
}

/* Scan what is open, and write the findings. */
static int
scan_all(struct scan *s, struct fv_result *result, struct fv_err *err)
{
	const struct fv_scan_options *o = s->options;
	size_t i, n = o->threads < 1 ? 1 : o->threads;
	struct worker *w;
	int rc = -1;

	if (n > FV_SCAN_THREADS_LIMIT)
		n = FV_SCAN_THREADS_LIMIT;
	if (s->columns == 0) /* nothing to read */
		s->chunks = 0;
	if (n > s->chunks)
		n = s->chunks == 0 ? 1 : (size_t)s->chunks;
	if ((w = fv_memory_new(n, sizeof(*w), err)) == NULL)
		return -1;
	for (i = 0; i < n; i++)
		w[i].scan = s;
	for (i = 0; i < n; i++)
		if (init_worker(&w[i], s, err) == -1)
			goto out;
	if (run(s, w, n, err) == -1 || merge(s, w, n, err) == -1)
		goto out;
	put_population(s, result);
	for (i = 0; i < o->nanalyses; i++)
		if (o->analyses[i]->finish(w[0].state[i],
			fv_join_context(s->join), result, err) == -1)
			goto out;
	rc = fv_result_done(result, err);
out:
	for (i = 0; i < n; i++)
		free_worker(&w[i]);
	free(w);
	return rc;
}

int
fv_scan_datasets(const char *const *paths, size_t n,
    const struct fv_scan_options *options, struct fv_result *result,
    struct fv_err *err)
{
	struct scan s = { .options = options, .nsources = n };
	size_t i;
	int rc = -1;

	for (i = 0; i < options->nanalyses; i++)
		s.columns |= options->analyses[i]->columns;
	assert((s.columns & NOT_JOINED) == 0);
	(void)pthread_mutex_init(&s.lock, NULL);
	if ((s.source = fv_memory_new(n, sizeof(*s.source), err)) == NULL)
		goto out;
	if ((s.join = fv_join_new(err)) == NULL)
		goto out;
	if (open_all(&s, paths, err) == 0)
		rc = scan_all(&s, result, err);
out:
	for (i = 0; s.source != NULL && i < n; i++) {
		fv_reader_free(s.source[i].reader);
		free(s.source[i].host);
	}
	free(s.source);
	fv_join_free(s.join);
	(void)pthread_mutex_destroy(&s.lock);
	return rc;
}

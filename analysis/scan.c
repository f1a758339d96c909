#include "analysis/scan.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/dropped.h"
#include "analysis/host_changes.h"
#include "analysis/lanes.h"
#include "analysis/the_data.h"
#include "analysis/registry.h"
#include "analysis/sources.h"
#include "analysis/destination_sets.h"
#include "analysis/units.h"
#include "base/memory.h"
#include "base/workers.h"

/* Rows are read up to four times, each time for other analyses. */
enum reading { UNITS, FIRST, AGAIN, CLOSER, NEVER };

struct scan {
	const struct fv_scan_options *options;
	struct fv_sources *sources;
	struct fv_analysis_context context;

	/* Those of options first, then whom they need. */
	const struct fv_analysis **analysis;
	size_t nanalyses;
	void **state; /* one for each, of all rows; NULL until it was read */
	bool twice;   /* there is a second reading */

	/*
	 * Destinations are needed for nothing but to choose a host: sets of
	 * bits try first, and then, if need be, all rows are read again.
	 */
	bool quick;

	struct fv_analysis_context addresses; /* before there are units */
	struct fv_units *units;               /* NULL: hosts are addresses */

	enum reading reading;
	uint32_t columns;      /* that some analysis of this reading asks for */
	_Atomic uint64_t next; /* chunk to be read */
	_Atomic bool stop;     /* something failed */
	pthread_mutex_t lock;  /* of what follows */
	uint64_t rows_done;
};

/* A thread's own: buffers, states, and how it went. */
struct worker {
	struct scan *scan;
	void *buffer[FV_FLOW_COLUMNS];
	void **state;                  /* one for each of this reading */
	fv_result_wide packets, bytes; /* of its rows, to see that they fit */
	uint64_t failed_chunk;
	bool failed;
	struct fv_err err;
	struct fv_job job;
};

static enum reading
reading_of(const struct scan *s, const struct fv_analysis *a)
{
	if (fv_dropped_stops(a, &s->context))
		return NEVER;
	if (s->options->segments && a == &fv_host_changes_analysis)
		return UNITS;
	if (a == &fv_destination_sets_analysis && !s->quick)
		return NEVER;
	if (a == &fv_destinations_analysis && s->quick)
		return AGAIN;
	return a->closer ? CLOSER : FIRST;
}

static size_t
threads_of(const struct scan *s)
{
	unsigned n = s->options->threads < 1 ? 1 : s->options->threads;

	return n > FV_SCAN_THREADS_LIMIT ? FV_SCAN_THREADS_LIMIT : n;
}

static bool
wanted(const struct scan *s, size_t column)
{
	return (s->columns >> column & 1) != 0;
}

static void
report_progress(struct scan *s, size_t rows)
{
	uint64_t readings =
	    1u + s->twice + s->options->segments + s->context.focus.undecided;

	if (s->options->progress == NULL)
		return;
	(void)pthread_mutex_lock(&s->lock);
	s->rows_done += rows;
	s->options->progress(s->options->progress_arg, s->rows_done,
	    fv_sources_rows(s->sources) * readings);
	(void)pthread_mutex_unlock(&s->lock);
}

/* Hand ${batch} to every analysis that is of this reading. */
static int
add_batch(
    struct worker *w, const struct fv_analysis_batch *batch, struct fv_err *err)
{
	const struct scan *s = w->scan;
	struct fv_analysis_batch part;
	size_t c, i;

	for (i = 0; i < s->nanalyses; i++) {
		if (w->state[i] == NULL || s->analysis[i]->columns == 0)
			continue;
		part = *batch;
		for (c = 0; c < FV_FLOW_COLUMNS; c++)
			if ((s->analysis[i]->columns >> c & 1) == 0)
				part.column[c] = NULL;
		if (s->analysis[i]->add(w->state[i], &s->context, &part, err) ==
		    -1)
			return fv_err_within(
			    err, "analysis %s", s->analysis[i]->name);
	}
	return 0;
}

static bool
names_hosts(size_t column)
{
	return column == FV_FLOW_SOURCE || column == FV_FLOW_DESTINATION;
}

/* Read a chunk and hand it to the analyses. */
static int
scan_chunk(struct worker *w, uint64_t chunk, struct fv_err *err)
{
	struct fv_analysis_batch batch = { .rows = 0 };
	const struct scan *s = w->scan;
	size_t c;

	if (fv_sources_read(s->sources, chunk, s->columns, w->buffer,
		&batch.rows, err) == -1)
		return -1;
	for (c = 0; c < FV_FLOW_COLUMNS; c++)
		batch.column[c] = w->buffer[c];
	for (c = FV_FLOW_COLUMNS; s->units != NULL && c-- > 0;)
		if (wanted(s, c) && names_hosts(c))
			fv_units_map(s->units, w->buffer[FV_FLOW_START_TIME],
			    w->buffer[c], batch.rows);
	if (wanted(s, FV_FLOW_PACKETS))
		w->packets +=
		    fv_lanes_sum(w->buffer[FV_FLOW_PACKETS], batch.rows);
	if (wanted(s, FV_FLOW_BYTES))
		w->bytes += fv_lanes_sum(w->buffer[FV_FLOW_BYTES], batch.rows);
	if (batch.rows > 0 && add_batch(w, &batch, err) == -1)
		return -1;
	report_progress(w->scan, batch.rows);
	return 0;
}

/* A thread: take chunks until there are none left, or one failed. */
static void
work(void *arg)
{
	struct worker *w = arg;
	struct scan *s = w->scan;
	uint64_t chunk;

	while (!atomic_load(&s->stop)) {
		chunk = atomic_fetch_add(&s->next, 1);
		if (chunk >= fv_sources_chunks(s->sources))
			break;
		if (scan_chunk(w, chunk, &w->err) == 0)
			continue;
		w->failed = true;
		w->failed_chunk = chunk;
		atomic_store(&s->stop, true);
	}
}

static void
free_states(const struct scan *s, void **state)
{
	size_t i;

	for (i = 0; state != NULL && i < s->nanalyses; i++)
		s->analysis[i]->free(state[i]);
	free(state);
}

static void
free_worker(struct worker *w)
{
	size_t i;

	for (i = 0; i < FV_FLOW_COLUMNS; i++)
		free(w->buffer[i]);
	free_states(w->scan, w->state);
}

static int
init_worker(struct worker *w, struct scan *s, struct fv_err *err)
{
	const struct fv_column *columns =
	    fv_schema_tables[FV_TABLE_FLOWS].columns;
	const struct fv_analysis *a;
	size_t i;

	w->job = (struct fv_job){ .run = work, .arg = w };
	w->state = fv_memory_new(s->nanalyses, sizeof(*w->state), err);
	if (w->state == NULL)
		return -1;
	for (i = 0; i < s->nanalyses; i++) {
		a = s->analysis[i];
		if (reading_of(s, a) != s->reading)
			continue;
		if ((w->state[i] = a->init(&s->context, err)) == NULL)
			return fv_err_within(err, "analysis %s", a->name);
	}
	for (i = 0; i < FV_FLOW_COLUMNS; i++) {
		if (!wanted(s, i))
			continue;
		w->buffer[i] =
		    fv_memory_new(FV_CHUNK_ROWS, columns[i].size, err);
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
		for (i = 0; i < s->nanalyses; i++)
			if (w[0].state[i] != NULL &&
			    s->analysis[i]->merge(w[0].state[i], w[k].state[i],
				&s->context, err) == -1)
				return fv_err_within(
				    err, "analysis %s", s->analysis[i]->name);
	return 0;
}

/* Read all rows once, for the analyses of s->reading. */
static int
read_rows(struct scan *s, struct fv_err *err)
{
	uint64_t chunks = fv_sources_chunks(s->sources);
	size_t i, n = threads_of(s);
	struct worker *w;
	int rc = -1;

	s->columns = 0;
	for (i = 0; i < s->nanalyses; i++)
		if (reading_of(s, s->analysis[i]) == s->reading)
			s->columns |= s->analysis[i]->columns;
	if (s->units != NULL && s->columns != 0)
		s->columns |= FV_ANALYSIS_COLUMN(START_TIME);
	if (s->columns == 0) /* nothing to read */
		chunks = 0;
	atomic_store(&s->next, fv_sources_chunks(s->sources) - chunks);
	if (n > chunks)
		n = chunks == 0 ? 1 : (size_t)chunks;
	s->context.room =
	    fv_ledger_share(s->options->scratch, s->options->memory, n);
	if ((w = fv_memory_new(n, sizeof(*w), err)) == NULL)
		return -1;
	for (i = 0; i < n; i++)
		w[i].scan = s;
	for (i = 0; i < n; i++)
		if (init_worker(&w[i], s, err) == -1)
			goto out;
	if (run(s, w, n, err) == -1 || merge(s, w, n, err) == -1)
		goto out;
	for (i = 0; i < s->nanalyses; i++) {
		if (w[0].state[i] == NULL)
			continue;
		s->state[i] = w[0].state[i];
		w[0].state[i] = NULL;
	}
	rc = 0;
out:
	for (i = 0; i < n; i++)
		free_worker(&w[i]);
	free(w);
	return rc;
}

/* Find the hosts that the second reading looks at. */
static int
select_hosts(struct scan *s, struct fv_err *err)
{
	struct fv_analysis_focus focus = s->context.focus;
	size_t i;
	int rc = 0;

	for (i = 0; i < s->nanalyses && rc == 0; i++)
		if (s->analysis[i]->select != NULL && s->state[i] != NULL)
			rc = s->analysis[i]->select(
			    s->state[i], &s->context, &focus, err);
	s->context.focus = focus;
	return rc;
}

/* Find them by times, too, if it takes that. */
static int
select_again(struct scan *s, struct fv_err *err)
{
	if (!s->context.focus.undecided)
		return 0;
	s->reading = AGAIN;
	return read_rows(s, err) == -1 ? -1 : select_hosts(s, err);
}

/* Find the segments that take the place of addresses. */
static int
read_units(struct scan *s, struct fv_err *err)
{
	size_t i;

	s->reading = UNITS;
	if (read_rows(s, err) == -1)
		return -1;
	for (i = 0; i < s->nanalyses; i++)
		if (reading_of(s, s->analysis[i]) == UNITS)
			s->units =
			    fv_units_new(fv_host_changes_visits(s->state[i]),
				&s->context, err);
	if (s->units == NULL)
		return -1;
	fv_units_enter(s->units, &s->context);
	return 0;
}

/* Write what analysis number ${i} found, or why it could not look. */
static int
finish(struct scan *s, size_t i, struct fv_result *result, struct fv_err *err)
{
	const struct fv_analysis *a = s->analysis[i];
	enum reading reading = reading_of(s, a);

	if (reading == NEVER) {
		fv_dropped_put(a, &s->context, result);
		return 0;
	}
	if (a->finish == NULL)
		return 0;
	return a->finish(s->state[i],
	    reading == UNITS ? &s->addresses : &s->context, result, err);
}

/* Scan what is open, and write the findings. */
static int
scan_all(struct scan *s, struct fv_result *result, struct fv_err *err)
{
	size_t i;

	s->context = *fv_sources_context(s->sources);
	s->context.dropped = fv_sources_dropped(s->sources);
	s->context.policy = fv_sources_policy(s->sources);
	s->context.focus = (struct fv_analysis_focus){ .loudest = FV_NO_ROW,
		.suspect = FV_NO_ROW,
		.asked = s->options->host != NULL };
	s->addresses = s->context;
	if (s->options->segments && read_units(s, err) == -1)
		return -1;
	s->quick = fv_destination_sets_are_enough(s->options->analyses,
	    s->options->nanalyses, &s->context,
	    fv_ledger_share(NULL, s->options->memory, threads_of(s)).bytes);
	s->reading = FIRST;
	if (s->options->host != NULL &&
	    fv_analysis_find(&s->context, s->options->host,
		&s->context.focus.suspect, err) == -1)
		return -1;
	if (read_rows(s, err) == -1 || select_hosts(s, err) == -1 ||
	    select_again(s, err) == -1)
		return -1;
	s->reading = CLOSER;
	if (s->twice && read_rows(s, err) == -1)
		return -1;
	fv_the_data_put(&s->context, s->addresses.nhosts,
	    fv_sources_rows(s->sources), result);
	for (i = 0; i < s->options->nanalyses; i++)
		if (finish(s, i, result, err) == -1)
			return -1;
	if (fv_result_done(result, err) == -1)
		return -1;
	fv_result_sort(result);
	return 0;
}

/* Add ${analysis} to those that are run, unless it is there. */
static void
enlist(struct scan *s, const struct fv_analysis *analysis)
{
	size_t i;

	for (i = 0; i < s->nanalyses; i++)
		if (s->analysis[i] == analysis)
			return;
	s->analysis[s->nanalyses++] = analysis;
	s->twice |= analysis->closer;
}

/* Which analyses to run: those asked for, and whom they need. */
static int
plan(struct scan *s, struct fv_err *err)
{
	const struct fv_scan_options *o = s->options;
	size_t i, k, most = o->nanalyses * (1 + FV_ANALYSIS_NEEDS) + 2;

	s->analysis = fv_memory_new(most, sizeof(*s->analysis), err);
	s->state = fv_memory_new(most, sizeof(*s->state), err);
	if (s->analysis == NULL || s->state == NULL)
		return -1;
	for (i = 0; i < o->nanalyses; i++)
		enlist(s, o->analyses[i]);
	assert(s->nanalyses == o->nanalyses);
	for (i = 0; i < o->nanalyses; i++)
		for (k = 0; k < FV_ANALYSIS_NEEDS; k++)
			if (o->analyses[i]->needs[k] != NULL)
				enlist(s, o->analyses[i]->needs[k]);
	enlist(s, &fv_destination_sets_analysis); /* if it is quick */
	if (o->segments)
		enlist(s, &fv_host_changes_analysis);
	return 0;
}

int
fv_scan_datasets(const char *const *paths, size_t n,
    const struct fv_scan_options *options, struct fv_result *result,
    struct fv_err *err)
{
	struct scan s = { .options = options };
	int rc = -1;

	(void)pthread_mutex_init(&s.lock, NULL);
	if (plan(&s, err) == 0 &&
	    (s.sources = fv_sources_open(paths, n, err)) != NULL)
		rc = scan_all(&s, result, err);
	free(s.context.focus.turn);
	fv_units_free(s.units);
	fv_sources_free(s.sources);
	free_states(&s, s.state);
	free(s.analysis);
	(void)pthread_mutex_destroy(&s.lock);
	return rc;
}

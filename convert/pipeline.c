#include "convert/pipeline.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "anonymize/publisher.h"
#include "anonymize/succession.h"
#include "base/memory.h"
#include "convert/flow_table.h"
#include "convert/quarantine.h"
#include "convert/shard.h"
#include "convert/shard_folder.h"
#include "convert/shard_series.h"

struct pipeline {
	const struct fv_pipeline_options *options;
	const struct fv_key *key;
	const char *output;
	struct fv_pipeline_summary *summary;
	struct fv_workers *workers; /* of reading and writing; NULL: none */
	struct fv_shard *shard;
	struct fv_flow_table *table; /* NULL in primitive mode */
	struct fv_reading_result read;
	struct fv_quarantine *quarantine; /* NULL: not asked for */
	uint64_t accounted; /* packets in records of shards that are done */
	/* Of several datasets. */
	struct fv_shard_folder *folder; /* NULL: there is one */
	struct fv_series series;        /* number: of the one under way */
	bool there;                     /* it was, before */
	struct fv_flow rows[FV_PUBLISHER_BATCH];
};

/* What is under way in the table when a dataset ends. */
struct under_way {
	uint64_t packets;
	uint32_t first_capture; /* or UINT32_MAX */
	uint32_t shift;         /* of captures' numbers */
	struct fv_succession *succession;
};

/* Where finished records go, in all modes. */
static int
put_rows(void *context, const struct fv_flow *rows,
    const struct fv_flow_reverse *reverse, size_t n, struct fv_err *err)
{
	struct pipeline *p = context;

	return fv_shard_put(p->shard, rows, reverse, n, err);
}

static int
pass_packets(void *arg, const struct fv_publisher_input *inputs,
    const struct fv_raw_packet *packets, size_t n, struct fv_err *err)
{
	struct pipeline *p = arg;

	if (p->table != NULL)
		return fv_flow_table_add(p->table, inputs, packets, n, err);
	if (fv_publisher_rows(fv_shard_publisher(p->shard), inputs, packets, n,
		p->rows, err) == -1)
		return -1;
	return put_rows(p, p->rows, NULL, n, err);
}

static int
list_fault(
    void *arg, const struct fv_quarantine_place *place, struct fv_err *err)
{
	struct pipeline *p = arg;

	return fv_quarantine_add(p->quarantine, place, err);
}

static int
end_capture(void *arg, bool alone, struct fv_err *err)
{
	struct pipeline *p = arg;

	if (p->table == NULL || !p->options->cut_flows || !alone)
		return 0;
	return fv_flow_table_flush(p->table, err);
}

/* Begin the dataset that is next. */
static struct fv_shard *
next_shard(struct pipeline *p, struct fv_err *err)
{
	const char *path = p->output;

	if (p->folder != NULL)
		path = fv_shard_folder_part(
		    p->folder, p->series.number, &p->there);
	return fv_shard_new(
	    p->there ? NULL : path, p->key, p->options, p->workers, err);
}

/* The first time that a packet was recorded; 0 when none was. */
static int64_t
first_time(const struct fv_capture_rows *captures)
{
	int64_t first = INT64_MAX;
	size_t i;

	for (i = 0; i < captures->n; i++)
		if (captures->row[i].counter[FV_COUNT_RECORDED] > 0 &&
		    captures->row[i].first_time < first)
			first = captures->row[i].first_time;
	return first == INT64_MAX ? 0 : first;
}

/* What has come with the dataset that ends, and goes with it. */
static void
sum_up(struct pipeline *p, const struct fv_capture_rows *captures,
    const struct fv_shard_rows *rows)
{
	struct fv_pipeline_summary *s = p->summary;
	size_t i;

	for (i = 0; i < captures->n; i++)
		fv_counters_add(s->counter, captures->row[i].counter);
	s->captures = captures->first + captures->n;
	s->shards++;
	s->kept += p->there;
	s->flows += rows->flows;
	s->hosts += rows->hosts;
	s->devices += rows->devices;
	s->unchanged.whole += rows->unchanged.whole;
	s->unchanged.suffixes += rows->unchanged.suffixes;
	s->unchanged.suffixes_expected += rows->unchanged.suffixes_expected;
}

/* The dataset that would come next was there before: is it the same? */
static int
compare_shard(struct pipeline *p, const struct fv_capture_rows *captures,
    struct fv_shard_rows *rows, struct fv_err *err)
{
	struct fv_reader *reader;
	bool there;
	int rc = -1;

	reader = fv_shard_folder_open(p->folder, p->series.number, err);
	if (reader != NULL)
		rc = fv_shard_compare(
		    p->shard, reader, captures, &p->series, rows, err);
	fv_reader_free(reader);
	if (rc == -1)
		(void)fv_err_within(err, "%s",
		    fv_shard_folder_part(p->folder, p->series.number, &there));
	return rc;
}

/*
 * Finish the dataset under way, of which the last record is in; ${packets}
 * were given that have no record yet.
 */
static int
finish_shard(struct pipeline *p, const struct fv_reading_result *read,
    uint64_t packets, bool last, struct fv_err *err)
{
	const struct fv_capture_rows *captures = &read->captures;
	struct fv_shard_rows rows;
	int rc;

	p->accounted += fv_shard_packets(p->shard);
	if (p->accounted + packets != read->packets)
		return fv_err_set(err, FV_ELIMIT,
		    "internal error: %" PRIu64 " packets recorded, but the "
		    "flow records count %" PRIu64,
		    read->packets, p->accounted + packets);
	if (p->folder == NULL) {
		rc = fv_shard_commit(p->shard, captures, NULL, &rows, err);
	} else {
		if (p->series.number == 0 &&
		    fv_shard_series_name(p->options, p->key,
			first_time(captures), p->series.name, err) == -1)
			return -1;
		p->series.first_capture = captures->first;
		p->series.last = last;
		rc = p->there ? compare_shard(p, captures, &rows, err)
			      : fv_shard_commit(
				    p->shard, captures, &p->series, &rows, err);
	}
	if (rc == 0)
		sum_up(p, captures, &rows);
	return rc;
}

static void
look_at(void *arg, struct fv_flow *row, uint64_t packets)
{
	struct under_way *u = arg;

	u->packets += packets;
	if (row->capture < u->first_capture)
		u->first_capture = row->capture;
}

static void
mark(void *arg, struct fv_flow *row, uint64_t packets)
{
	(void)packets;
	fv_succession_mark(((struct under_way *)arg)->succession, row);
}

static void
change(void *arg, struct fv_flow *row, uint64_t packets)
{
	const struct under_way *u = arg;

	(void)packets;
	fv_succession_change(u->succession, row);
	row->capture -= u->shift;
}

/* Let the flows under way go on in ${next}. */
static int
hand_over(struct pipeline *p, struct fv_shard *next, struct under_way *u,
    struct fv_err *err)
{
	int rc = -1;

	u->succession = fv_succession_new(
	    fv_shard_publisher(p->shard), fv_shard_publisher(next), err);
	if (u->succession == NULL)
		return -1;
	fv_flow_table_visit(p->table, mark, u);
	if (fv_succession_number(u->succession, err) == 0) {
		fv_flow_table_visit(p->table, change, u);
		fv_flow_table_publish(p->table, fv_shard_publisher(next));
		rc = 0;
	}
	fv_succession_free(u->succession);
	return rc;
}

/* One dataset ends and another begins. */
static int
change_shard(void *arg, const struct fv_reading_result *read, uint32_t *keep,
    struct fv_err *err)
{
	struct under_way u = { .first_capture = UINT32_MAX };
	uint32_t first = read->captures.first;
	struct pipeline *p = arg;
	struct fv_shard *next;

	if (p->table != NULL) {
		if (fv_flow_table_deliver(p->table, err) == -1)
			return -1;
		fv_flow_table_visit(p->table, look_at, &u);
		if (u.first_capture < *keep - first)
			*keep = first + u.first_capture;
		u.shift = *keep - first;
	}
	if (finish_shard(p, read, u.packets, false, err) == -1)
		return -1;
	p->series.number++;
	if ((next = next_shard(p, err)) == NULL)
		return -1;
	if (p->table != NULL && hand_over(p, next, &u, err) == -1) {
		fv_shard_free(next);
		return -1;
	}
	fv_shard_free(p->shard);
	p->shard = next;
	return 0;
}

/* The last packet is in. */
static int
finish(struct pipeline *p, struct fv_err *err)
{
	if (p->table != NULL && fv_flow_table_flush(p->table, err) == -1)
		return -1;
	if (p->quarantine != NULL &&
	    fv_quarantine_finish(p->quarantine, err) == -1)
		return -1;
	if (finish_shard(p, &p->read, 0, true, err) == -1)
		return -1;
	if (p->quarantine != NULL &&
	    fv_quarantine_commit(p->quarantine, err) == -1)
		return fv_err_within(err, "the dataset is whole, but");
	if (p->table != NULL)
		p->summary->evicted = fv_flow_table_evicted(p->table);
	return 0;
}

static int
start_quarantine(struct pipeline *p, const struct fv_reading_input *input,
    struct fv_err *err)
{
	const struct fv_quarantine_options list = {
		.path = p->options->quarantine,
		.replace = p->options->replace,
		.live = input->live,
	};

	if (list.path == NULL)
		return 0;
	if (p->folder == NULL && strcmp(list.path, p->output) == 0)
		return fv_err_set(
		    err, FV_EUSAGE, "-o and --quarantine name the same file");
	p->quarantine = fv_quarantine_new(&list, err);
	return p->quarantine == NULL ? -1 : 0;
}

static int
start(struct pipeline *p, struct fv_err *err)
{
	const struct fv_pipeline_options *options = p->options;
	const struct fv_flow_table_options flows = {
		.idle_timeout = options->idle_timeout,
		.active_timeout = options->active_timeout,
		.tcp_linger = options->tcp_linger,
		.most = options->max_flows,
		.biflow = options->records == FV_RECORDS_BIFLOW,
		.vlan_in_key = options->vlan_in_key,
		.tunnel_in_key = options->tunnel_in_key,
	};

	/* Datasets that are there come in before any thread is at work. */
	if (options->shards != NULL &&
	    (p->folder = fv_shard_folder_new(
		 p->output, options->shards->resume, err)) == NULL)
		return -1;
	if (options->threads > 1 &&
	    (p->workers = fv_workers_new(options->threads, err)) == NULL)
		return -1;
	if ((p->shard = next_shard(p, err)) == NULL)
		return -1;
	if (options->records == FV_RECORDS_PRIMITIVE)
		return 0;
	p->table = fv_flow_table_new(
	    &flows, fv_shard_publisher(p->shard), put_rows, p, err);
	return p->table == NULL ? -1 : 0;
}

int
fv_pipeline_run(const struct fv_reading_input *inputs, size_t n,
    const struct fv_key *key, const char *output,
    const struct fv_pipeline_options *options,
    const struct fv_listener *listener, struct fv_pipeline_summary *summary,
    struct fv_err *err)
{
	struct fv_reading_sink sink = { .packets = pass_packets,
		.ended = end_capture,
		.part = change_shard };
	struct fv_reading_options reading = options->reading;
	struct pipeline *p;
	int rc = -1;

	memset(summary, 0, sizeof(*summary));
	if ((p = fv_memory_new(1, sizeof(*p), err)) == NULL)
		return -1;
	p->options = options;
	p->key = key;
	p->output = output;
	p->summary = summary;
	summary->sharded = options->shards != NULL;
	sink.arg = p;
	reading.parts = options->shards != NULL;
	reading.part_length = reading.parts ? options->shards->length : 0;
	if (options->quarantine != NULL)
		sink.fault = list_fault;
	if (start(p, err) == -1 || start_quarantine(p, inputs, err) == -1)
		goto out;
	reading.workers = p->workers;
	if (fv_reading_run(
		inputs, n, &reading, listener, &sink, &p->read, err) == 0)
		rc = finish(p, err);
out:
	fv_flow_table_free(p->table);
	fv_shard_free(p->shard);
	fv_quarantine_free(p->quarantine); /* which may be in the folder */
	fv_shard_folder_free(p->folder);
	fv_workers_free(p->workers);
	fv_reading_free(&p->read);
	free(p);
	return rc;
}

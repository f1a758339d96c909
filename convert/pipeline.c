#include "convert/pipeline.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "anonymize/population.h"
#include "anonymize/publisher.h"
#include "base/memory.h"
#include "convert/capture.h"
#include "convert/decode.h"
#include "convert/duplicates.h"
#include "convert/filter.h"
#include "convert/flow_table.h"
#include "convert/linktype.h"
#include "convert/provenance.h"
#include "convert/timeline.h"
#include "datasets/site.h"
#include "datasets/writer.h"

/* How many packets between two reports of progress. */
enum { PROGRESS_PACKETS = 65536 };

/* A dataset has one site until datasets are merged. */
enum { SITE = 0 };

/* More captures than this are for datasets of their own. */
enum { CAPTURES_LIMIT = 1 << 20 };

struct pipeline {
	const struct fv_pipeline_options *options;
	const struct fv_pipeline_listener *listener;
	struct fv_writer *writer;
	struct fv_publisher *publisher;
	struct fv_flow_table *table; /* NULL in primitive mode */
	struct fv_capture_row *captures;
	size_t ncaptures, captures_capacity;
	struct fv_timeline *timeline;
	struct fv_filter *filter; /* NULL: none */
	bool selects;             /* not all packets are wanted */
	uint64_t recorded;        /* packets that went in */
	uint64_t accounted;       /* packets that the rows written count */
	uint64_t unchanged;       /* hosts mapped to themselves */
	/* Of the captures under way, by slot. */
	struct fv_publisher_input inputs[FV_TIMELINE_OPEN];
	uint32_t undecoded[FV_TIMELINE_OPEN]; /* last such link type */
	struct fv_duplicates seen[FV_TIMELINE_OPEN];
	size_t npackets;
	struct fv_raw_packet packets[FV_PUBLISHER_BATCH];
	struct fv_flow rows[FV_PUBLISHER_BATCH];
};

/* Where finished records go, in both modes. */
static int
write_rows(
    void *context, const struct fv_flow *rows, size_t n, struct fv_err *err)
{
	struct pipeline *p = context;
	size_t i;

	for (i = 0; i < n; i++)
		p->accounted += rows[i].packets;
	return fv_writer_append(p->writer, FV_TABLE_FLOWS, rows, n, err);
}

/* Pass the packets gathered so far on. */
static int
pass_batch(struct pipeline *p, struct fv_err *err)
{
	size_t n = p->npackets;

	p->npackets = 0;
	p->recorded += n;
	if (p->table != NULL)
		return fv_flow_table_add(
		    p->table, p->inputs, p->packets, n, err);
	if (fv_publisher_rows(
		p->publisher, p->inputs, p->packets, n, p->rows, err) == -1)
		return -1;
	return write_rows(p, p->rows, n, err);
}

static void
tell_progress(const struct pipeline *p)
{
	if (p->listener->progress != NULL)
		p->listener->progress(p->listener->context,
		    fv_timeline_position(p->timeline), p->recorded);
}

/* Note the time of a recorded packet in its capture's row. */
static void
note_time(struct fv_capture_row *row, const struct fv_raw_packet *packet)
{
	if (row->counter[FV_COUNT_RECORDED] == 1) {
		row->first_time = row->last_time = packet->time;
		return;
	}
	if (packet->time < row->first_time)
		row->first_time = packet->time;
	if (packet->time > row->last_time)
		row->last_time = packet->time;
}

static void
note_fault(void *arg, const struct fv_err *why)
{
	const struct pipeline *p = arg;

	if (p->listener->fault != NULL)
		p->listener->fault(p->listener->context, why->text);
}

static void
note_skipped(void *arg, const struct fv_err *why)
{
	const struct pipeline *p = arg;
	struct fv_err text = *why;

	(void)fv_err_within(&text, "passed by");
	if (p->listener->note != NULL)
		p->listener->note(p->listener->context, text.text);
}

/* Say which link type kept packets of the capture out of the dataset. */
static void
note_undecoded(const struct pipeline *p, const struct fv_timeline_leg *leg)
{
	uint64_t n = leg->row.counter[FV_COUNT_LINK_UNSUPPORTED];
	uint32_t link_type = p->undecoded[leg->slot];
	struct fv_err text;

	if (n == 0 || p->listener->note == NULL)
		return;
	(void)fv_err_set(&text, FV_OK,
	    "%s: %" PRIu64 " packets of link type %" PRIu32
	    " (%s, %s) are counted, but not decoded",
	    leg->label, n, link_type, fv_linktype_name(link_type),
	    fv_linktype_description(link_type));
	p->listener->note(p->listener->context, text.text);
}

/* The row of capture ${number}; NULL with ${err} set. */
static struct fv_capture_row *
capture_row(struct pipeline *p, uint32_t number, struct fv_err *err)
{
	void *grown = fv_memory_grow(p->captures, &p->captures_capacity,
	    (size_t)number + 1, sizeof(*p->captures), CAPTURES_LIMIT, err);

	if (grown == NULL) {
		(void)fv_err_within(err, "captures");
		return NULL;
	}
	p->captures = grown;
	if (p->ncaptures <= number)
		p->ncaptures = (size_t)number + 1;
	return &p->captures[number];
}

/* A capture has given its last frame, and another may take its slot. */
static int
end_capture(void *arg, const struct fv_timeline_leg *leg, bool alone,
    struct fv_err *err)
{
	struct pipeline *p = arg;
	struct fv_capture_row *row;

	if (pass_batch(p, err) == -1)
		return -1;
	if (p->table != NULL && p->options->cut_flows && alone &&
	    fv_flow_table_flush(p->table, err) == -1)
		return -1;
	p->seen[leg->slot] = (struct fv_duplicates){ .next = 0 };
	note_undecoded(p, leg);
	tell_progress(p);
	if (!fv_counters_balance(leg->row.counter))
		return fv_err_set(err, FV_ELIMIT,
		    "%s: internal error: the counters do not add up",
		    leg->label);
	if ((row = capture_row(p, leg->number, err)) == NULL)
		return -1;
	*row = leg->row;
	row->site = SITE;
	return 0;
}

/*
 * Whether the packet of ${leg} that was decoded is a copy of one just before
 * it, and to be left out; it is counted in any case.
 */
static bool
drop_duplicate(struct pipeline *p, struct fv_timeline_leg *leg)
{
	const struct fv_raw_packet *packet = &p->packets[p->npackets];
	uint64_t *counter = leg->row.counter;

	if (!fv_duplicates_seen(
		&p->seen[leg->slot], packet->likeness, packet->time))
		return false;
	if (!p->options->drop_duplicates) {
		counter[FV_COUNT_DUPLICATES]++;
		return false;
	}
	counter[FV_COUNT_RECORDED]--;
	counter[packet->source.ip_version == 4 ? FV_COUNT_IPV4
					       : FV_COUNT_IPV6]--;
	counter[FV_COUNT_DUPLICATES_DROPPED]++;
	return true;
}

/* Take in a packet of ${leg} that was decoded to where the next one goes. */
static int
take_packet(struct pipeline *p, struct fv_timeline_leg *leg, struct fv_err *err)
{
	struct fv_raw_packet *packet = &p->packets[p->npackets];

	note_time(&leg->row, packet);
	packet->input = (uint16_t)leg->slot;
	p->inputs[leg->slot].side = leg->side;
	p->inputs[leg->slot].capture = leg->number;
	return ++p->npackets < FV_PUBLISHER_BATCH ? 0 : pass_batch(p, err);
}

/*
 * Count a frame that a window or the filter rejects.  Returns 1 when it is
 * wanted, 0 when it was counted, -1 with ${err} set.
 */
static int
select_frame(struct pipeline *p, const struct fv_frame *frame,
    struct fv_timeline_leg *leg, struct fv_err *err)
{
	const struct fv_pipeline_options *o = p->options;
	enum fv_counter why = FV_COUNTERS;
	int rc;

	if (o->from != NULL && frame->time < *o->from)
		why = FV_COUNT_BEFORE_WINDOW;
	else if (o->to != NULL && frame->time >= *o->to)
		why = FV_COUNT_AFTER_WINDOW;
	else if (p->filter != NULL) {
		if ((rc = fv_filter_keeps(p->filter, frame, err)) == -1)
			return fv_err_within(err, "%s", leg->label);
		if (rc == 0)
			why = FV_COUNT_FILTERED;
	}
	if (why == FV_COUNTERS)
		return 1;
	leg->row.counter[FV_COUNT_READ]++;
	leg->row.counter[why]++;
	return 0;
}

static int
convert_frames(struct pipeline *p, struct fv_err *err)
{
	const struct fv_frame *frame;
	struct fv_timeline_leg *leg;
	enum fv_counter outcome;
	uint64_t told = 0;
	int rc;

	while ((rc = fv_timeline_next(p->timeline, &leg, &frame, err)) == 1) {
		if (p->selects &&
		    (rc = select_frame(p, frame, leg, err)) != 1) {
			if (rc == -1)
				return -1;
			continue;
		}
		outcome = fv_decode_frame(
		    frame, &p->packets[p->npackets], leg->row.counter);
		if (outcome == FV_COUNT_LINK_UNSUPPORTED)
			p->undecoded[leg->slot] = frame->link_type;
		if (outcome != FV_COUNT_RECORDED || drop_duplicate(p, leg))
			continue;
		if (take_packet(p, leg, err) == -1)
			return -1;
		if (p->recorded - told >= PROGRESS_PACKETS) {
			told = p->recorded;
			tell_progress(p);
		}
	}
	if (rc == -1)
		return -1;
	return pass_batch(p, err);
}

static int
write_hosts(struct pipeline *p, const struct fv_key *key, struct fv_err *err)
{
	struct fv_host rows[FV_POPULATION_BATCH];
	size_t first, n, total = fv_publisher_hosts(p->publisher);
	struct fv_cryptopan *cp;
	int rc = -1;

	if ((cp = fv_cryptopan_new(key, err)) == NULL)
		return -1;
	for (first = 0; first < total; first += n) {
		n = total - first < FV_POPULATION_BATCH ? total - first
							: FV_POPULATION_BATCH;
		if (fv_publisher_host_rows(
			p->publisher, cp, first, n, rows, err) == -1 ||
		    fv_writer_append(p->writer, FV_TABLE_HOSTS, rows, n, err) ==
			-1)
			goto out;
		p->unchanged +=
		    fv_publisher_unchanged(p->publisher, first, n, rows);
	}
	rc = 0;
out:
	fv_cryptopan_free(cp);
	return rc;
}

static int
write_devices(struct pipeline *p, const struct fv_key *key, struct fv_err *err)
{
	size_t n = fv_publisher_devices(p->publisher);
	struct fv_device *rows;
	int rc = -1;

	if ((rows = fv_memory_new(n, sizeof(*rows), err)) == NULL)
		return -1;
	if (fv_publisher_device_rows(p->publisher, key, 0, n, rows, err) == 0)
		rc =
		    fv_writer_append(p->writer, FV_TABLE_DEVICES, rows, n, err);
	free(rows);
	return rc;
}

static int
write_stacks(struct pipeline *p, struct fv_err *err)
{
	size_t n = fv_publisher_stacks(p->publisher);
	struct fv_stack *rows;
	int rc;

	if ((rows = fv_memory_new(n, sizeof(*rows), err)) == NULL)
		return -1;
	fv_publisher_stack_rows(p->publisher, 0, n, rows);
	rc = fv_writer_append(p->writer, FV_TABLE_STACKS, rows, n, err);
	free(rows);
	return rc;
}

static int
write_site(struct pipeline *p, struct fv_err *err)
{
	struct fv_site site;

	if (fv_site_set(&site, p->options->site, p->options->site_kind, err) ==
	    -1)
		return -1;
	return fv_writer_append(p->writer, FV_TABLE_SITES, &site, 1, err);
}

/* All that can be written only once the last packet is in. */
static int
finish(
    struct pipeline *p, size_t n, const struct fv_key *key, struct fv_err *err)
{
	if (p->table != NULL && fv_flow_table_flush(p->table, err) == -1)
		return -1;
	if (p->accounted != p->recorded)
		return fv_err_set(err, FV_ELIMIT,
		    "internal error: %" PRIu64 " packets recorded, but the "
		    "flow records count %" PRIu64,
		    p->recorded, p->accounted);
	if (write_hosts(p, key, err) == -1 ||
	    write_devices(p, key, err) == -1 || write_stacks(p, err) == -1 ||
	    write_site(p, err) == -1 ||
	    fv_writer_append(
		p->writer, FV_TABLE_CAPTURES, p->captures, n, err) == -1 ||
	    fv_provenance_write(
		p->writer, p->options, key, p->captures, n, err) == -1)
		return -1;
	return fv_writer_commit(p->writer, err);
}

static struct pipeline *
start(const char *output, const struct fv_key *key,
    const struct fv_pipeline_options *options,
    const struct fv_pipeline_listener *listener, struct fv_err *err)
{
	const struct fv_writer_options writer = { options->threads,
		options->replace };
	const struct fv_flow_table_options flows = { options->idle_timeout,
		options->active_timeout };
	const struct fv_timeline_options timeline = {
		.offset = { [FV_SIDE_INBOUND] = options->inbound_offset,
		    [FV_SIDE_OUTBOUND] = options->outbound_offset },
		.stops_at_damage = options->stop_at_damage,
	};
	struct fv_timeline_listener events = { note_fault, note_skipped,
		end_capture, NULL };
	struct pipeline *p;

	if ((p = fv_memory_new(1, sizeof(*p), err)) == NULL)
		return NULL;
	p->options = options;
	p->listener = listener;
	events.arg = p;
	p->selects = options->from != NULL || options->to != NULL ||
	    options->filter != NULL;
	/* The name first: it is the likeliest to be refused. */
	if ((p->writer = fv_writer_new(output, &writer, err)) != NULL &&
	    (p->publisher = fv_publisher_new(
		 options->internal, SITE, key, err)) != NULL &&
	    (options->filter == NULL ||
		(p->filter = fv_filter_new(options->filter, err)) != NULL) &&
	    (p->timeline = fv_timeline_new(&timeline, &events, err)) != NULL &&
	    (options->records == FV_RECORDS_PRIMITIVE ||
		(p->table = fv_flow_table_new(
		     &flows, p->publisher, write_rows, p, err)) != NULL))
		return p;
	fv_writer_free(p->writer);
	fv_publisher_free(p->publisher);
	fv_timeline_free(p->timeline);
	fv_filter_free(p->filter);
	free(p->captures);
	free(p);
	return NULL;
}

int
fv_pipeline_run(const struct fv_pipeline_input *inputs, size_t n,
    const struct fv_key *key, const char *output,
    const struct fv_pipeline_options *options,
    const struct fv_pipeline_listener *listener,
    struct fv_pipeline_summary *summary, struct fv_err *err)
{
	struct pipeline *p;
	size_t i;
	int rc = -1;

	memset(summary, 0, sizeof(*summary));
	if ((p = start(output, key, options, listener, err)) == NULL)
		return -1;
	for (i = 0; i < n; i++)
		if (fv_timeline_add(
			p->timeline, inputs[i].path, inputs[i].side, err) == -1)
			goto out;
	if (fv_timeline_start(p->timeline, err) == -1 ||
	    convert_frames(p, err) == -1)
		goto out;
	if (finish(p, p->ncaptures, key, err) == -1)
		goto out;
	for (i = 0; i < p->ncaptures; i++)
		fv_counters_add(summary->counter, p->captures[i].counter);
	summary->captures = p->ncaptures;
	summary->flows = fv_writer_rows(p->writer, FV_TABLE_FLOWS);
	summary->hosts = fv_writer_rows(p->writer, FV_TABLE_HOSTS);
	summary->unchanged = p->unchanged;
	summary->devices = fv_writer_rows(p->writer, FV_TABLE_DEVICES);
	rc = 0;
out:
	fv_timeline_free(p->timeline);
	fv_filter_free(p->filter);
	fv_writer_free(p->writer);
	fv_flow_table_free(p->table);
	fv_publisher_free(p->publisher);
	free(p->captures);
	/* The last batch of packets has real addresses. */
	fv_key_wipe(p->packets, sizeof(p->packets));
	free(p);
	return rc;
}

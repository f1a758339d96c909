#include "convert/pipeline.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "anonymize/policy_apply.h"
#include "anonymize/publisher.h"
#include "base/memory.h"
#include "convert/capture.h"
#include "convert/decoder.h"
#include "convert/dimensions.h"
#include "convert/flow_table.h"
#include "convert/inputs.h"
#include "convert/linktype.h"
#include "convert/provenance.h"
#include "datasets/site.h"
#include "datasets/variant.h"
#include "datasets/writer.h"

/* How many batches of packets between two reports of progress. */
enum { PROGRESS_BATCHES = 256 };

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
	struct fv_policy_apply *policy;
	struct fv_variant *variant; /* what the policy does to each column */
	struct fv_capture_row *captures;
	size_t ncaptures, captures_capacity;
	struct fv_decoder *decoder; /* of the capture under way */
	uint64_t recorded;          /* packets that went in */
	uint64_t accounted;         /* packets that the rows written count */
	struct fv_population_unchanged unchanged;
	uint64_t bytes_before; /* of the files that are done */
	size_t npackets;
	/* A batch, and what one more frame may add to it. */
	struct fv_raw_packet packets[FV_PUBLISHER_BATCH + FV_DECODER_PACKETS];
	struct fv_flow rows[FV_PUBLISHER_BATCH];
	struct fv_flow published[FV_PUBLISHER_BATCH];
};

/* Where finished records go, in both modes. */
static int
write_rows(
    void *context, const struct fv_flow *rows, size_t n, struct fv_err *err)
{
	struct pipeline *p = context;
	size_t i, part;

	for (i = 0; i < n; i++)
		p->accounted += rows[i].packets;
	if (fv_policy_apply_is_idle(p->policy))
		return fv_writer_append(
		    p->writer, FV_TABLE_FLOWS, rows, n, err);
	for (i = 0; i < n; i += part) {
		part = n - i < FV_PUBLISHER_BATCH ? n - i : FV_PUBLISHER_BATCH;
		if (fv_policy_apply_flows(
			p->policy, rows + i, part, p->published, err) == -1 ||
		    fv_writer_append(p->writer, FV_TABLE_FLOWS, p->published,
			part, err) == -1)
			return -1;
	}
	return 0;
}

/* Pass ${n} packets on, a batch at most. */
static int
pass(struct pipeline *p, const struct fv_publisher_input *input,
    const struct fv_raw_packet *packets, size_t n, struct fv_err *err)
{
	p->recorded += n;
	if (p->table != NULL)
		return fv_flow_table_add(p->table, input, packets, n, err);
	if (fv_publisher_rows(p->publisher, input, packets, n, p->rows, err) ==
	    -1)
		return -1;
	return write_rows(p, p->rows, n, err);
}

/* Pass the packets gathered so far on. */
static int
pass_batch(struct pipeline *p, const struct fv_publisher_input *input,
    struct fv_err *err)
{
	size_t first, n, all = p->npackets;

	p->npackets = 0;
	for (first = 0; first < all; first += n) {
		n = all - first < FV_PUBLISHER_BATCH ? all - first
						     : FV_PUBLISHER_BATCH;
		if (pass(p, input, p->packets + first, n, err) == -1)
			return -1;
	}
	return 0;
}

/* Gather the fragments that the decoder held back and that may go on. */
static int
gather_fragments(struct pipeline *p, const struct fv_publisher_input *input,
    struct fv_err *err)
{
	while (fv_decoder_ready(p->decoder) > 0) {
		if (p->npackets >= FV_PUBLISHER_BATCH &&
		    pass_batch(p, input, err) == -1)
			return -1;
		p->npackets += fv_decoder_take(p->decoder,
		    p->packets + p->npackets, FV_PUBLISHER_BATCH - p->npackets);
	}
	return 0;
}

static void
tell_progress(const struct pipeline *p, const struct fv_capture *capture,
    const struct fv_inputs_place *place)
{
	if (p->listener->progress != NULL)
		p->listener->progress(p->listener->context,
		    fv_inputs_position(place, capture), p->recorded);
}

/* Note the time of a recorded packet in its capture's row. */
static void
note_time(struct fv_capture_row *row, int64_t time)
{
	if (row->counter[FV_COUNT_RECORDED] == 1) {
		row->first_time = row->last_time = time;
		return;
	}
	if (time < row->first_time)
		row->first_time = time;
	if (time > row->last_time)
		row->last_time = time;
}

static void
note_fault(struct pipeline *p, struct fv_capture_row *row, const char *path,
    struct fv_err *err)
{
	row->counter[FV_COUNT_FAULTS]++;
	if (p->listener->fault == NULL)
		return;
	(void)fv_err_within(err, "%s", path);
	p->listener->fault(p->listener->context, err->text);
}

/*
 * The next frame, with damage on the way counted.  Returns 1 with a frame,
 * 0 at the end, -1 with ${err} set when reading itself failed.
 */
static int
next_frame(struct pipeline *p, struct fv_capture *capture,
    struct fv_capture_row *row, const char *path, struct fv_frame *frame,
    struct fv_err *err)
{
	int rc;

	while ((rc = fv_capture_next(capture, frame, err)) == -1) {
		if (err->code != FV_EFORMAT)
			return -1;
		note_fault(p, row, path, err);
	}
	return rc;
}

/* Say which link type kept packets of the capture out of the dataset. */
static void
note_undecoded(const struct pipeline *p, const struct fv_capture_row *row,
    const char *path)
{
	uint64_t n = row->counter[FV_COUNT_LINK_UNSUPPORTED];
	uint32_t undecoded = fv_decoder_undecoded(p->decoder);
	struct fv_err text;

	if (n == 0 || p->listener->note == NULL)
		return;
	(void)fv_err_set(&text, FV_OK,
	    "%s: %" PRIu64 " packets of link type %" PRIu32
	    " (%s, %s) are counted, but not decoded",
	    path, n, undecoded, fv_linktype_name(undecoded),
	    fv_linktype_description(undecoded));
	p->listener->note(p->listener->context, text.text);
}

static int
convert_frames(struct pipeline *p, struct fv_capture *capture,
    const struct fv_publisher_input *input, const struct fv_inputs_place *place,
    struct fv_err *err)
{
	struct fv_capture_row *row = &p->captures[input->capture];
	enum fv_counter outcome;
	struct fv_frame frame;
	int64_t before = INT64_MIN;
	uint64_t batches = 0;
	int rc, n;

	while ((rc = next_frame(p, capture, row, place->label, &frame, err)) ==
	    1) {
		if (frame.time < before)
			row->counter[FV_COUNT_TIME_DISORDER]++;
		before = frame.time;
		n = fv_decoder_read(p->decoder, &frame,
		    p->packets + p->npackets, &outcome, row->counter, err);
		if (n == -1)
			return -1;
		if (outcome == FV_COUNT_RECORDED)
			note_time(row, frame.time);
		p->npackets += (size_t)n;
		if (fv_decoder_ready(p->decoder) > 0 &&
		    gather_fragments(p, input, err) == -1)
			return -1;
		if (p->npackets < FV_PUBLISHER_BATCH)
			continue;
		if (pass_batch(p, input, err) == -1)
			return -1;
		if (++batches % PROGRESS_BATCHES == 0)
			tell_progress(p, capture, place);
	}
	if (rc == -1)
		return -1;
	fv_decoder_end(p->decoder, row->counter);
	if (gather_fragments(p, input, err) == -1)
		return -1;
	return pass_batch(p, input, err);
}

/* The row of one more capture; NULL with ${err} set. */
static struct fv_capture_row *
add_capture(struct pipeline *p, struct fv_err *err)
{
	void *grown = fv_memory_grow(p->captures, &p->captures_capacity,
	    p->ncaptures + 1, sizeof(*p->captures), CAPTURES_LIMIT, err);

	if (grown == NULL) {
		(void)fv_err_within(err, "captures");
		return NULL;
	}
	p->captures = grown;
	return &p->captures[p->ncaptures++];
}

/* A named input under way. */
struct reading {
	struct pipeline *pipeline;
	enum fv_side side;
};

/*
 * Whether each packet that was read is counted once, and each that is
 * recorded went on: the row's counters, and ${passed} packets of it.
 */
static bool
adds_up(const struct fv_capture_row *row, uint64_t passed)
{
	return fv_counters_balance(row->counter) &&
	    row->counter[FV_COUNT_RECORDED] +
		row->counter[FV_COUNT_TUNNEL_RECORDS] ==
	    passed;
}

static int
convert_capture(void *arg, struct fv_capture *capture,
    const struct fv_inputs_place *place, struct fv_err *err)
{
	const struct reading *reading = arg;
	struct pipeline *p = reading->pipeline;
	struct fv_publisher_input input = { reading->side, 0 };
	const struct fv_capture_info *info;
	struct fv_capture_row *row;
	uint64_t before = p->recorded;

	fv_decoder_free(p->decoder);
	p->decoder = fv_decoder_new(&p->options->decoder, err);
	if (p->decoder == NULL || (row = add_capture(p, err)) == NULL)
		return -1;
	input.capture = (uint32_t)(p->ncaptures - 1);
	if (p->table != NULL)
		fv_flow_table_next_capture(p->table);
	if (convert_frames(p, capture, &input, place, err) == -1)
		return err->code == FV_EMEMORY
		    ? -1
		    : fv_err_within(err, "%s", place->label);
	if (p->table != NULL && p->options->cut_flows &&
	    fv_flow_table_flush(p->table, err) == -1)
		return -1;
	tell_progress(p, capture, place);
	note_undecoded(p, row, place->label);
	info = fv_capture_about(capture);
	row->site = SITE;
	row->side = (uint8_t)reading->side;
	row->link_type = info->link_type;
	row->snapshot_length = info->snapshot_length;
	row->interfaces = info->interfaces;
	row->counter[FV_COUNT_BYTES_SKIPPED] = info->bytes_skipped;
	fv_decoder_ethertypes(p->decoder, row->ethertypes);
	if (!adds_up(row, p->recorded - before))
		return fv_err_set(err, FV_ELIMIT,
		    "%s: internal error: the counters do not add up",
		    place->label);
	if (p->listener->capture != NULL)
		p->listener->capture(p->listener->context, place->label, row);
	return 0;
}

/* What the last capture was packed in is damaged behind it. */
static void
note_damage(void *arg, const struct fv_err *why)
{
	const struct pipeline *p = ((const struct reading *)arg)->pipeline;

	p->captures[p->ncaptures - 1].counter[FV_COUNT_FAULTS]++;
	if (p->listener->fault != NULL)
		p->listener->fault(p->listener->context, why->text);
}

static void
note_skipped(void *arg, const struct fv_err *why)
{
	const struct pipeline *p = ((const struct reading *)arg)->pipeline;
	struct fv_err text = *why;

	(void)fv_err_within(&text, "passed by");
	if (p->listener->note != NULL)
		p->listener->note(p->listener->context, text.text);
}

static int
convert_input(
    struct pipeline *p, const struct fv_pipeline_input *in, struct fv_err *err)
{
	struct reading reading = { p, in->side };
	const struct fv_inputs_listener listener = { convert_capture,
		note_damage, note_skipped, &reading, NULL };

	return fv_inputs_walk(in->path, &p->bytes_before, &listener, err);
}

/* All that can be written only once the last packet is in. */
static int
finish(
    struct pipeline *p, size_t n, const struct fv_key *key, struct fv_err *err)
{
	const struct fv_dimensions dimensions = { p->writer, p->publisher,
		p->policy, p->options, key, &p->unchanged };

	if (p->table != NULL && fv_flow_table_flush(p->table, err) == -1)
		return -1;
	if (p->accounted != p->recorded)
		return fv_err_set(err, FV_ELIMIT,
		    "internal error: %" PRIu64 " packets recorded, but the "
		    "flow records count %" PRIu64,
		    p->recorded, p->accounted);
	fv_policy_apply_captures(p->policy, p->captures, n);
	if (fv_dimensions_write(&dimensions, err) == -1 ||
	    fv_writer_append(
		p->writer, FV_TABLE_CAPTURES, p->captures, n, err) == -1 ||
	    fv_provenance_write(
		p->writer, p->options, key, p->captures, n, err) == -1)
		return -1;
	return fv_writer_commit(p->writer, err);
}

/* What the dataset is to say of its columns. */
static struct fv_variant *
columns_of(const struct fv_policy *policy, struct fv_err *err)
{
	struct fv_policy_words words;
	struct fv_variant *v;
	size_t i, j;

	if ((v = fv_variant_new(err)) == NULL)
		return NULL;
	for (i = 0; i < FV_TABLES; i++)
		for (j = 0; j < fv_schema_tables[i].ncolumns; j++) {
			fv_policy_words(policy, (enum fv_table_id)i, j, &words);
			if (fv_variant_set(v, (enum fv_table_id)i, j,
				words.technique, words.stability,
				words.parameters, err) == -1) {
				fv_variant_free(v);
				return NULL;
			}
		}
	return v;
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
	const struct fv_key_scope scope = { options->site,
		options->mapping.scope.release };
	struct pipeline *p;

	if ((p = fv_memory_new(1, sizeof(*p), err)) == NULL)
		return NULL;
	p->options = options;
	p->listener = listener;
	/* The name first: it is the likeliest to be refused. */
	if ((p->variant = columns_of(options->policy, err)) != NULL &&
	    (p->writer = fv_writer_new_format(output,
		 fv_variant_format(p->variant), &writer, err)) != NULL &&
	    (p->publisher = fv_publisher_new(
		 options->internal, SITE, key, &scope, err)) != NULL &&
	    (p->policy = fv_policy_apply_new(
		 options->policy, key, &scope, p->publisher, err)) != NULL &&
	    (options->records == FV_RECORDS_PRIMITIVE ||
		(p->table = fv_flow_table_new(
		     &flows, p->publisher, write_rows, p, err)) != NULL))
		return p;
	fv_writer_free(p->writer);
	fv_variant_free(p->variant);
	fv_policy_apply_free(p->policy);
	fv_publisher_free(p->publisher);
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
		if (convert_input(p, &inputs[i], err) == -1)
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
	fv_writer_free(p->writer);
	fv_variant_free(p->variant);
	fv_flow_table_free(p->table);
	fv_policy_apply_free(p->policy);
	fv_publisher_free(p->publisher);
	fv_decoder_free(p->decoder);
	free(p->captures);
	/* The last batch of packets has real addresses. */
	fv_key_wipe(p->packets, sizeof(p->packets));
	free(p);
	return rc;
}

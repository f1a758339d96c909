#include "convert/packet_pipeline.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/workers.h"
#include "convert/decode.h"
#include "convert/inputs.h"
#include "convert/layers.h"
#include "convert/linktype.h"
#include "convert/packet_writer.h"

/* How many batches of packets between two reports of progress. */
enum { PROGRESS_BATCHES = 128 };

/* Batches under way beyond one for each thread, so that none has to wait. */
enum { BATCHES_AHEAD = 2 };

/* A batch of packets: filled by the reader, then built by a worker. */
struct batch {
	struct fv_job job;
	struct fv_packets *builder; /* its own: no two threads share one */
	size_t n;
	bool started; /* and not written yet */
	int rc;
	struct fv_err err;
	struct fv_packets_output output;
	struct fv_raw_layers layers[FV_PACKETS_BATCH];
};

/*
 * Batches are a ring: ${filling} takes packets, those behind it were
 * started, the oldest of them next in the ring.
 */
struct road {
	const struct fv_pipeline_listener *listener;
	struct fv_packet_pipeline_summary *summary;
	struct fv_packet_writer *writer;
	struct fv_workers *workers;
	struct batch *batch;
	size_t nbatches;
	size_t filling;
	uint64_t passed;               /* batches */
	uint64_t before;               /* bytes of the files that are done */
	uint64_t counter[FV_COUNTERS]; /* of the capture under way */
	uint32_t undecoded; /* the last link type that was not decoded */
};

static void
build_batch(void *arg)
{
	struct batch *b = arg;

	b->rc =
	    fv_packets_build(b->builder, b->layers, b->n, &b->output, &b->err);
}

/* Write ${b} once it is built; one that was never started is empty. */
static int
write_batch(struct road *r, struct batch *b, struct fv_err *err)
{
	if (!b->started)
		return 0;
	fv_workers_wait(r->workers, &b->job);
	b->started = false;
	b->n = 0;
	if (b->rc == -1) {
		*err = b->err;
		return -1;
	}
	return fv_packet_writer_add(r->writer, &b->output, err);
}

/* Have the batch that was filled built, and make the next one ready. */
static int
pass_batch(struct road *r, struct fv_err *err)
{
	struct batch *b = &r->batch[r->filling];

	if (b->n > 0) {
		b->started = true;
		fv_workers_start(r->workers, &b->job);
	}
	r->passed++;
	r->filling = (r->filling + 1) % r->nbatches;
	return write_batch(r, &r->batch[r->filling], err);
}

/* Write all that is under way, oldest first. */
static int
drain(struct road *r, struct fv_err *err)
{
	size_t i;

	for (i = 0; i < r->nbatches; i++)
		if (pass_batch(r, err) == -1)
			return -1;
	return 0;
}

static void
tell_progress(const struct road *r, const struct fv_capture *capture,
    const struct fv_inputs_place *place)
{
	if (r->listener->progress != NULL)
		r->listener->progress(r->listener->context,
		    fv_inputs_position(place, capture),
		    r->summary->counter[FV_COUNT_RECORDED] +
			r->counter[FV_COUNT_RECORDED]);
}

/*
 * The next frame, with damage on the way counted and told.  Returns 1 with a
 * frame, 0 at the end, -1 with ${err} set when reading itself failed.
 */
static int
next_frame(struct road *r, struct fv_capture *capture, const char *label,
    struct fv_frame *frame, struct fv_err *err)
{
	int rc;

	while ((rc = fv_capture_next(capture, frame, err)) == -1) {
		if (err->code != FV_EFORMAT)
			return -1;
		r->counter[FV_COUNT_FAULTS]++;
		(void)fv_err_within(err, "%s", label);
		if (r->listener->fault != NULL)
			r->listener->fault(r->listener->context, err->text);
	}
	return rc;
}

/* Decode ${frame} into the batch that is filled, if it is to be written. */
static void
add_frame(struct road *r, const struct fv_frame *frame)
{
	struct batch *b = &r->batch[r->filling];
	struct fv_decode_rest rest;
	struct fv_raw_packet packet;
	enum fv_counter outcome;

	outcome = fv_decode_frame(frame, &packet, &rest, r->counter);
	if (outcome == FV_COUNT_LINK_UNSUPPORTED)
		r->undecoded = frame->link_type;
	if (outcome != FV_COUNT_RECORDED)
		return;
	if (fv_layers_read(frame, &b->layers[b->n])) {
		b->n++;
		return;
	}
	/* The two decoders follow the same rules; should they differ, the
	 * packet is left out, and counted as such. */
	r->counter[FV_COUNT_RECORDED]--;
	r->counter[FV_COUNT_NOT_IP]++;
}

static int
add_frames(struct road *r, struct fv_capture *capture,
    const struct fv_inputs_place *place, struct fv_err *err)
{
	struct fv_frame frame;
	int64_t before = INT64_MIN;
	int rc;

	while ((rc = next_frame(r, capture, place->label, &frame, err)) == 1) {
		if (frame.time < before)
			r->counter[FV_COUNT_TIME_DISORDER]++;
		before = frame.time;
		add_frame(r, &frame);
		if (r->batch[r->filling].n < FV_PACKETS_BATCH)
			continue;
		if (pass_batch(r, err) == -1)
			return -1;
		if (r->passed % PROGRESS_BATCHES == 0)
			tell_progress(r, capture, place);
	}
	return rc;
}

/* Say which link type kept packets of the capture out. */
static void
note_undecoded(const struct road *r, const char *label)
{
	uint64_t n = r->counter[FV_COUNT_LINK_UNSUPPORTED];
	struct fv_err text;

	if (n == 0 || r->listener->note == NULL)
		return;
	(void)fv_err_set(&text, FV_OK,
	    "%s: %" PRIu64 " packets of link type %" PRIu32
	    " (%s, %s) are counted, but not decoded",
	    label, n, r->undecoded, fv_linktype_name(r->undecoded),
	    fv_linktype_description(r->undecoded));
	r->listener->note(r->listener->context, text.text);
}

static int
add_capture(void *arg, struct fv_capture *capture,
    const struct fv_inputs_place *place, struct fv_err *err)
{
	struct road *r = arg;

	memset(r->counter, 0, sizeof(r->counter));
	if (add_frames(r, capture, place, err) == -1)
		return err->code == FV_EIO || err->code == FV_EFORMAT
		    ? fv_err_within(err, "%s", place->label)
		    : -1;
	tell_progress(r, capture, place);
	note_undecoded(r, place->label);
	r->counter[FV_COUNT_BYTES_SKIPPED] =
	    fv_capture_about(capture)->bytes_skipped;
	if (!fv_counters_balance(r->counter))
		return fv_err_set(err, FV_ELIMIT,
		    "%s: internal error: the counters do not add up",
		    place->label);
	fv_counters_add(r->summary->counter, r->counter);
	memset(r->counter, 0, sizeof(r->counter));
	r->summary->captures++;
	return 0;
}

/* What the last capture was packed in is damaged behind it. */
static void
note_damage(void *arg, const struct fv_err *why)
{
	const struct road *r = arg;

	r->summary->counter[FV_COUNT_FAULTS]++;
	if (r->listener->fault != NULL)
		r->listener->fault(r->listener->context, why->text);
}

static void
note_skipped(void *arg, const struct fv_err *why)
{
	const struct road *r = arg;
	struct fv_err text = *why;

	(void)fv_err_within(&text, "passed by");
	if (r->listener->note != NULL)
		r->listener->note(r->listener->context, text.text);
}

static void
close_road(struct road *r)
{
	size_t i;

	/* First the threads, which may still be at work on a batch. */
	fv_workers_free(r->workers);
	for (i = 0; r->batch != NULL && i < r->nbatches; i++) {
		fv_packets_free(r->batch[i].builder);
		fv_packets_output_free(&r->batch[i].output);
	}
	/* Decoded packets have real addresses. */
	if (r->batch != NULL)
		fv_key_wipe(r->batch, r->nbatches * sizeof(*r->batch));
	free(r->batch);
	fv_packet_writer_free(r->writer);
}

static int
open_road(struct road *r, const struct fv_key *key, const char *output,
    const struct fv_packet_pipeline_options *options, struct fv_err *err)
{
	struct batch *b;
	size_t i;

	r->nbatches =
	    options->threads > 1 ? options->threads + BATCHES_AHEAD : 1;
	/* The name first: it is the likeliest to be refused. */
	if ((r->writer = fv_packet_writer_new(output, options->replace, err)) ==
		NULL ||
	    (r->workers = fv_workers_new(options->threads, err)) == NULL ||
	    (r->batch = fv_memory_new(r->nbatches, sizeof(*r->batch), err)) ==
		NULL)
		return -1;
	for (i = 0; i < r->nbatches; i++) {
		b = &r->batch[i];
		b->job = (struct fv_job){ .run = build_batch, .arg = b };
		b->builder = fv_packets_new(key, &options->packets, err);
		if (b->builder == NULL)
			return -1;
	}
	return 0;
}

int
fv_packet_pipeline_run(const char *const *inputs, size_t n,
    const struct fv_key *key, const char *output,
    const struct fv_packet_pipeline_options *options,
    const struct fv_pipeline_listener *listener,
    struct fv_packet_pipeline_summary *summary, struct fv_err *err)
{
	struct road r = { .listener = listener, .summary = summary };
	const struct fv_inputs_listener walker = { .capture = add_capture,
		.damage = note_damage,
		.skipped = note_skipped,
		.arg = &r };
	size_t i;
	int rc = -1;

	memset(summary, 0, sizeof(*summary));
	if (open_road(&r, key, output, options, err) == -1)
		goto out;
	for (i = 0; i < n; i++)
		if (fv_inputs_walk(inputs[i], &r.before, &walker, err) == -1)
			goto out;
	if (drain(&r, err) == -1 ||
	    fv_packet_writer_commit(r.writer, err) == -1)
		goto out;
	summary->bytes = fv_packet_writer_bytes(r.writer);
	rc = 0;
out:
	close_road(&r);
	return rc;
}

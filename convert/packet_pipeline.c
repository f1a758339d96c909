#include "convert/packet_pipeline.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/workers.h"
#include "convert/decode.h"
#include "convert/layers.h"
#include "convert/packet_writer.h"
#include "convert/timeline.h"

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
	const struct fv_listener *listener;
	struct fv_packet_pipeline_summary *summary;
	struct fv_packet_writer *writer;
	struct fv_workers *workers;
	struct batch *batch;
	size_t nbatches;
	size_t filling;
	struct fv_timeline *timeline;
	uint64_t passed;                      /* batches */
	uint32_t undecoded[FV_TIMELINE_OPEN]; /* last such link type, by slot */
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
tell_progress(const struct road *r)
{
	fv_listener_progress(
	    r->listener, r->timeline, r->passed * FV_PACKETS_BATCH);
}

/* Decode ${frame} into the batch that is filled, if it is to be written. */
static void
add_frame(
    struct road *r, struct fv_timeline_leg *leg, const struct fv_frame *frame)
{
	struct batch *b = &r->batch[r->filling];
	uint64_t *counter = leg->row.counter;
	struct fv_decode_rest rest;
	struct fv_raw_packet packet;
	enum fv_counter outcome;

	outcome = fv_decode_frame(frame, &packet, &rest, counter);
	if (outcome == FV_COUNT_LINK_UNSUPPORTED)
		r->undecoded[leg->slot] = frame->link_type;
	if (outcome != FV_COUNT_RECORDED)
		return;
	if (fv_layers_read(frame, &b->layers[b->n])) {
		b->n++;
		return;
	}
	/* The two decoders follow the same rules; should they differ, the
	 * packet is left out, and counted as such. */
	counter[FV_COUNT_RECORDED]--;
	counter[FV_COUNT_NOT_IP]++;
}

static int
add_frames(struct road *r, struct fv_err *err)
{
	const struct fv_frame *frame;
	struct fv_timeline_leg *leg;
	int rc;

	while ((rc = fv_timeline_next(r->timeline, &leg, &frame, err)) == 1) {
		add_frame(r, leg, frame);
		if (r->batch[r->filling].n < FV_PACKETS_BATCH)
			continue;
		if (pass_batch(r, err) == -1)
			return -1;
		if (r->passed % PROGRESS_BATCHES == 0)
			tell_progress(r);
	}
	return rc == 0 ? drain(r, err) : -1;
}

static int
end_capture(
    void *arg, struct fv_timeline_leg *leg, bool alone, struct fv_err *err)
{
	struct road *r = arg;

	(void)alone;
	tell_progress(r);
	fv_listener_undecoded(r->listener, leg, r->undecoded[leg->slot]);
	if (!fv_counters_balance(leg->row.counter))
		return fv_err_set(err, FV_ELIMIT,
		    "%s: internal error: the counters do not add up",
		    leg->label);
	fv_counters_add(r->summary->counter, leg->row.counter);
	r->summary->captures++;
	return 0;
}

static void
note_fault(void *arg, const struct fv_err *why)
{
	fv_listener_fault(((const struct road *)arg)->listener, why);
}

static void
note_skipped(void *arg, const struct fv_err *why)
{
	fv_listener_skipped(((const struct road *)arg)->listener, why);
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
	fv_timeline_free(r->timeline);
	fv_packet_writer_free(r->writer);
}

static int
open_road(struct road *r, const struct fv_key *key, const char *output,
    const struct fv_packet_pipeline_options *options, struct fv_err *err)
{
	const struct fv_timeline_options timeline = { .offset = { 0 } };
	const struct fv_timeline_listener events = { .fault = note_fault,
		.skipped = note_skipped,
		.ended = end_capture,
		.arg = r };
	struct batch *b;
	size_t i;

	r->nbatches =
	    options->threads > 1 ? options->threads + BATCHES_AHEAD : 1;
	/* The name first: it is the likeliest to be refused. */
	if ((r->writer = fv_packet_writer_new(output, options->replace, err)) ==
		NULL ||
	    (r->timeline = fv_timeline_new(&timeline, &events, err)) == NULL ||
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
fv_packet_pipeline_run(const struct fv_reading_input *inputs, size_t n,
    const struct fv_key *key, const char *output,
    const struct fv_packet_pipeline_options *options,
    const struct fv_listener *listener,
    struct fv_packet_pipeline_summary *summary, struct fv_err *err)
{
	struct road r = { .listener = listener, .summary = summary };
	size_t i;
	int rc = -1;

	memset(summary, 0, sizeof(*summary));
	if (open_road(&r, key, output, options, err) == -1)
		goto out;
	for (i = 0; i < n; i++)
		if (fv_timeline_add(r.timeline, inputs[i].path, inputs[i].label,
			inputs[i].side, err) == -1)
			goto out;
	if (fv_timeline_start(r.timeline, err) == -1 ||
	    add_frames(&r, err) == -1 ||
	    fv_packet_writer_commit(r.writer, err) == -1)
		goto out;
	summary->bytes = fv_packet_writer_bytes(r.writer);
	rc = 0;
out:
	close_road(&r);
	return rc;
}

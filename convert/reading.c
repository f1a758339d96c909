#include "convert/reading.h"

#include <stdlib.h>
#include <string.h>

#include "anonymize/key.h"
#include "base/memory.h"
#include "convert/reading_faults.h"
#include "convert/timeline.h"

/* How many packets between two reports of progress. */
enum { PROGRESS_PACKETS = 65536 };

/*
 * Packets that are read before they are given: enough that handing them to
 * another thread costs little, few enough to stay in the cache.
 */
enum { AHEAD = 8 * FV_PUBLISHER_BATCH };

/*
 * So far can reading get ahead while threads have other things to do: a job
 * that packs a column takes a millisecond or two, as long as it takes to read
 * these.
 */
enum { BATCHES = 12 };

/* Packets of several captures, in order. */
struct batch {
	struct reading *reading;
	struct fv_job job;
	struct batch *before; /* in turn; itself where it is the only one */
	struct batch *next;
	int rc; /* of the last time that it was given */
	struct fv_err err;
	size_t n;
	size_t most; /* that were ever in it */
	/* A batch, and what one more frame may add to it. */
	struct fv_raw_packet packets[AHEAD + FV_DECODER_PACKETS];
};

/*
 * Packets are read into one batch while those of others are given.  Whatever
 * is of a capture's slot changes only when none is under way.
 */
struct reading {
	const struct fv_reading_options *options;
	const struct fv_listener *listener;
	const struct fv_reading_sink *sink;
	struct fv_reading_result *result;
	struct fv_timeline *timeline;
	struct fv_selection *selection; /* NULL: all frames */
	/* Of the captures under way, by slot. */
	struct fv_publisher_input inputs[FV_TIMELINE_OPEN];
	struct fv_decoder *decoder[FV_TIMELINE_OPEN];
	uint64_t given[FV_TIMELINE_OPEN];   /* packets */
	uint64_t earlier[FV_TIMELINE_OPEN]; /* recorded, in parts before */
	bool part_begun;                    /* the first one */
	bool part_is_over;                  /* when another frame comes */
	bool live;        /* there is one capture, and it is */
	int64_t part_end; /* the first time that is not in it */
	uint64_t told;    /* packets at the last progress */
	size_t batches;   /* in use: one, or all */
	struct batch *filling;
	struct batch batch[BATCHES];
};

static void
tell_progress(struct reading *r)
{
	r->told = r->result->packets;
	fv_listener_progress(r->listener, r->timeline, r->told);
}

/*
 * A job: give the packets of a batch, as many at a time as may be.  It runs
 * behind that of the batch before, and not once that one has failed.
 */
static void
give_batch(void *arg)
{
	struct batch *b = arg;
	const struct reading *r = b->reading;
	size_t first, n;

	b->rc = b->before->rc;
	if (b->rc == -1)
		b->err = b->before->err;
	for (first = 0; first < b->n && b->rc == 0; first += n) {
		n = b->n - first < FV_PUBLISHER_BATCH ? b->n - first
						      : FV_PUBLISHER_BATCH;
		b->rc = r->sink->packets(
		    r->sink->arg, r->inputs, b->packets + first, n, &b->err);
	}
	b->n = 0;
}

/* Wait until ${b} is given, if it is on its way. */
static int
wait_for(struct reading *r, struct batch *b, struct fv_err *err)
{
	if (r->options->workers != NULL)
		fv_workers_wait(r->options->workers, &b->job);
	if (b->rc == -1)
		*err = b->err;
	return b->rc;
}

/* Have the packets gathered so far given, and go on with another batch. */
static int
pass_batch(struct reading *r, struct fv_err *err)
{
	struct batch *b = r->filling;

	r->result->packets += b->n;
	if (b->n > b->most)
		b->most = b->n;
	if (r->options->workers == NULL)
		give_batch(b);
	else
		fv_workers_start_after(
		    r->options->workers, &b->job, &b->before->job);
	r->filling = b->next;
	return wait_for(r, r->filling, err);
}

/* Wait for all batches that are on their way. */
static int
wait_for_all(struct reading *r, struct fv_err *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < r->batches; i++)
		if (wait_for(r, &r->batch[i], err) == -1)
			rc = -1;
	return rc;
}

/* Have all packets given. */
static int
drain(struct reading *r, struct fv_err *err)
{
	return pass_batch(r, err) == -1 ? -1 : wait_for_all(r, err);
}

/* Say of ${n} packets that were put behind the others which capture's. */
static void
gather(struct reading *r, uint32_t slot, size_t n)
{
	struct fv_raw_packet *packet = r->filling->packets + r->filling->n;
	size_t i;

	for (i = 0; i < n; i++)
		packet[i].input = (uint16_t)slot;
	r->filling->n += n;
	r->given[slot] += n;
}

/* Gather the fragments that a decoder held back and that may go on. */
static int
gather_fragments(struct reading *r, uint32_t slot, struct fv_err *err)
{
	struct fv_decoder *decoder = r->decoder[slot];

	struct batch *b;

	while (fv_decoder_ready(decoder) > 0) {
		if (r->filling->n >= AHEAD && pass_batch(r, err) == -1)
			return -1;
		b = r->filling;
		gather(r, slot,
		    fv_decoder_take(decoder, b->packets + b->n, AHEAD - b->n));
	}
	return 0;
}

/*
 * Note the time of a recorded packet in its capture's row; ${earlier} were
 * recorded in parts before.
 */
static void
note_time(struct fv_capture_row *row, uint64_t earlier, int64_t time)
{
	if (row->counter[FV_COUNT_RECORDED] == earlier + 1) {
		row->first_time = row->last_time = time;
		return;
	}
	if (time < row->first_time)
		row->first_time = time;
	if (time > row->last_time)
		row->last_time = time;
}

/*
 * Whether ${frame} is of another part than the frames before.  One that is
 * behind the part by more than it is long shows that a clock ran ahead (see
 * convert/flow_table.h): what follows is measured by it.
 */
static bool
ends_part(struct reading *r, const struct fv_frame *frame)
{
	int64_t length = r->options->part_length, time = frame->time, left;
	bool begun = r->part_begun, ahead;

	r->part_begun = true;
	if (length == 0) {
		ahead = r->part_is_over;
		r->part_is_over = false;
		return begun && ahead;
	}
	if ((frame->notes & FV_FRAME_WITHOUT_TIME) != 0)
		return false;
	ahead = time >= r->part_end;
	if (!ahead &&
	    (uint64_t)r->part_end - (uint64_t)time <= 2 * (uint64_t)length)
		return false;
	left = length - (time % length + length) % length;
	r->part_end = time > INT64_MAX - left ? INT64_MAX : time + left;
	return begun && ahead;
}

/* End the part that is under way; the next begins with the next frame. */
static int
end_part(struct reading *r, struct fv_err *err)
{
	struct fv_capture_rows *rows = &r->result->captures;
	const struct fv_timeline_leg *leg;
	uint32_t slot, keep = fv_timeline_begun(r->timeline);

	if (drain(r, err) == -1)
		return -1;
	for (slot = 0; slot < FV_TIMELINE_OPEN; slot++) {
		leg = fv_timeline_under_way(r->timeline, slot);
		if (leg == NULL)
			continue;
		if (leg->number < keep)
			keep = leg->number;
		if (leg->row.counter[FV_COUNT_READ] == 0)
			continue; /* it is of the next part */
		if (fv_capture_rows_put(rows, leg->number, &leg->row, err) ==
		    -1)
			return -1;
		r->earlier[slot] = leg->row.counter[FV_COUNT_RECORDED];
	}
	if (r->sink->part(r->sink->arg, r->result, &keep, err) == -1)
		return -1;
	fv_capture_rows_part(rows, keep);
	for (slot = 0; slot < FV_TIMELINE_OPEN; slot++)
		if ((leg = fv_timeline_under_way(r->timeline, slot)) != NULL)
			r->inputs[slot].capture = leg->number - keep;
	return 0;
}

/*
 * No frame from before ${time} follows: a part that ended by then need not
 * wait for the next.  Which frames it has is the same.
 */
static int
pass_time(struct reading *r, int64_t time, struct fv_err *err)
{
	if (!r->options->parts || r->options->part_length == 0 ||
	    !r->part_begun || time < r->part_end)
		return 0;
	r->part_begun = false;
	return end_part(r, err);
}

/* Take in ${frame}, the next one of ${leg}. */
static int
take_frame(struct reading *r, struct fv_timeline_leg *leg,
    const struct fv_frame *frame, struct fv_err *err)
{
	struct fv_decoder *decoder = r->decoder[leg->slot];
	struct fv_capture_row *row = &leg->row;
	struct fv_raw_packet *to;
	enum fv_counter outcome;
	int n;

	if ((frame->notes & FV_FRAME_CLOCK) != 0)
		return pass_time(r, frame->time, err);
	if (r->options->parts && ends_part(r, frame) && end_part(r, err) == -1)
		return -1;
	if (r->sink->frame != NULL)
		r->sink->frame(r->sink->arg, frame);
	if (r->selection != NULL &&
	    (n = fv_selection_takes(r->selection, frame, row->counter, err)) !=
		1)
		return n == 0 ? 0 : fv_err_within(err, "%s", leg->label);
	to = r->filling->packets + r->filling->n;
	n = r->sink->fault == NULL
	    ? fv_decoder_read(decoder, frame, to, &outcome, row->counter, err)
	    : fv_reading_faults_decode(
		  decoder, leg, frame, r->sink, to, &outcome, err);
	if (n == -1)
		return -1;
	if (outcome == FV_COUNT_RECORDED)
		note_time(row, r->earlier[leg->slot], frame->time);
	if (r->given[leg->slot] == 0) {
		r->inputs[leg->slot].side = leg->side;
		r->inputs[leg->slot].capture =
		    leg->number - r->result->captures.first;
	}
	gather(r, leg->slot, (size_t)n);
	if (fv_decoder_ready(decoder) > 0 &&
	    gather_fragments(r, leg->slot, err) == -1)
		return -1;
	if (r->filling->n < AHEAD)
		return 0;
	if (pass_batch(r, err) == -1)
		return -1;
	if (r->result->packets - r->told >= PROGRESS_PACKETS)
		tell_progress(r);
	return 0;
}

static int
take_frames(struct reading *r, struct fv_err *err)
{
	const struct fv_frame *frame;
	struct fv_timeline_leg *leg;
	int rc;

	while ((rc = fv_timeline_next(r->timeline, &leg, &frame, err)) == 1)
		if (take_frame(r, leg, frame, err) == -1)
			return -1;
	return rc == 0 ? drain(r, err) : -1;
}

static void
on_fault(void *arg, const struct fv_err *why)
{
	fv_listener_fault(((const struct reading *)arg)->listener, why);
}

static void
on_skipped(void *arg, const struct fv_err *why)
{
	fv_listener_skipped(((const struct reading *)arg)->listener, why);
}

static void
on_named(void *arg, const char *path)
{
	const struct reading *r = arg;

	if (r->sink->named != NULL)
		r->sink->named(r->sink->arg, path);
}

static int
on_begun(void *arg, const struct fv_timeline_leg *leg,
    struct fv_capture *capture, struct fv_err *err)
{
	struct reading *r = arg;

	r->decoder[leg->slot] = fv_decoder_new(&r->options->decoder, err);
	if (r->decoder[leg->slot] == NULL)
		return -1;
	r->given[leg->slot] = r->earlier[leg->slot] = 0;
	if (r->live)
		fv_capture_tell_time(capture);
	if (r->sink->begun != NULL)
		r->sink->begun(r->sink->arg, capture);
	return 0;
}

/*
 * Whether each packet that was read is counted once, and each that is
 * recorded went on: the row's counters, and ${given} packets of it.
 */
static bool
adds_up(const struct fv_capture_row *row, uint64_t given)
{
	return fv_counters_balance(row->counter) &&
	    row->counter[FV_COUNT_RECORDED] +
		row->counter[FV_COUNT_TUNNEL_RECORDS] ==
	    given;
}

/* A capture has given its last frame, and another may take its slot. */
static int
on_ended(void *arg, struct fv_timeline_leg *leg, bool alone, struct fv_err *err)
{
	struct reading *r = arg;
	struct fv_decoder *decoder = r->decoder[leg->slot];

	fv_decoder_end(decoder, leg->row.counter);
	if (gather_fragments(r, leg->slot, err) == -1 || drain(r, err) == -1)
		return -1;
	if (!adds_up(&leg->row, r->given[leg->slot]))
		return fv_err_set(err, FV_ELIMIT,
		    "%s: internal error: the counters do not add up",
		    leg->label);
	fv_decoder_ethertypes(decoder, leg->row.ethertypes);
	r->part_is_over = alone;
	if (fv_capture_rows_put(
		&r->result->captures, leg->number, &leg->row, err) == -1 ||
	    (r->sink->ended != NULL &&
		r->sink->ended(r->sink->arg, alone, err) == -1))
		return -1;
	tell_progress(r);
	fv_listener_undecoded(r->listener, leg, fv_decoder_undecoded(decoder));
	if (r->listener->capture != NULL)
		r->listener->capture(
		    r->listener->context, leg->label, leg->number, &leg->row);
	fv_decoder_free(decoder);
	r->decoder[leg->slot] = NULL;
	return 0;
}

/* The last packets have real addresses, and so have those behind them. */
static void
forget_packets(struct reading *r)
{
	struct batch *b;
	size_t i, n;

	for (i = 0; i < r->batches; i++) {
		b = &r->batch[i];
		n = (b->n > b->most ? b->n : b->most) + FV_DECODER_PACKETS;
		if (n > FV_COUNT(b->packets))
			n = FV_COUNT(b->packets);
		fv_key_wipe(b->packets, n * sizeof(b->packets[0]));
	}
}

int
fv_reading_run(const struct fv_reading_input *inputs, size_t n,
    const struct fv_reading_options *options,
    const struct fv_listener *listener, const struct fv_reading_sink *sink,
    struct fv_reading_result *result, struct fv_err *err)
{
	const struct fv_timeline_options timeline = {
		.offset = { [FV_SIDE_INBOUND] = options->inbound_offset,
		    [FV_SIDE_OUTBOUND] = options->outbound_offset },
		.stops_at_damage = options->stop_at_damage,
	};
	struct fv_timeline_listener events = { on_fault, on_skipped, on_named,
		on_begun, on_ended, NULL };
	struct fv_err late;
	struct reading *r;
	size_t i;
	int rc = -1;

	memset(result, 0, sizeof(*result));
	if ((r = fv_memory_new(1, sizeof(*r), err)) == NULL)
		return -1;
	r->options = options;
	r->listener = listener;
	r->sink = sink;
	r->result = result;
	r->filling = r->batch;
	r->live = n == 1 && inputs[0].live;
	r->batches = options->workers == NULL ? 1 : BATCHES;
	for (i = 0; i < r->batches; i++) {
		r->batch[i].reading = r;
		r->batch[i].next = &r->batch[(i + 1) % r->batches];
		r->batch[i].next->before = &r->batch[i];
		r->batch[i].job.run = give_batch;
		r->batch[i].job.arg = &r->batch[i];
	}
	events.arg = r;
	if (fv_selection_new(&options->selection, &r->selection, err) == -1 ||
	    (r->timeline = fv_timeline_new(&timeline, &events, err)) == NULL)
		goto out;
	for (i = 0; i < n; i++)
		if (fv_timeline_add(r->timeline, inputs[i].path,
			inputs[i].label, inputs[i].side, err) == -1)
			goto out;
	if (fv_timeline_start(r->timeline, err) == 0)
		rc = take_frames(r, err);
out:
	/* First the threads, which may still be at work on batches. */
	(void)wait_for_all(r, &late);
	fv_timeline_free(r->timeline);
	fv_selection_free(r->selection);
	for (i = 0; i < FV_TIMELINE_OPEN; i++)
		fv_decoder_free(r->decoder[i]);
	forget_packets(r);
	free(r);
	return rc;
}

void
fv_reading_free(struct fv_reading_result *result)
{
	fv_capture_rows_free(&result->captures);
	memset(result, 0, sizeof(*result));
}

#include "convert/timeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "convert/timeline_files.h"
#include "convert/track.h"

/* No number yet. */
#define NOT_BEGUN UINT32_MAX

/* Where a frame stands in the sequence. */
struct place {
	int64_t time;
	uint64_t rank; /* among files, for frames of the same time */
};

/* A file that is open, with its next frame at hand. */
struct head {
	struct place at;
	struct fv_timeline *timeline;
	struct fv_timeline_leg leg;
	struct fv_track *track;
	struct fv_capture *capture;
	struct fv_frame frame;
	int64_t newest; /* time of a frame of the capture so far */
	int64_t offset;
	bool met; /* leg is a capture that has not ended */
};

/*
 * Invariants:
 * 1. open[0..nopen) are the open files, and those but current are the heap
 *    heap[0..nheap), earliest first.
 * 2. files from waiting on are not opened yet, earliest first.
 * 3. Every file that waits, and every head of the heap, is at or behind
 *    limit, which is the earliest of them.
 */
struct fv_timeline {
	struct fv_timeline_options options;
	struct fv_timeline_listener listener;
	struct head *current;
	struct place limit;
	struct fv_timeline_files files;
	size_t waiting;
	uint32_t begun;      /* captures that have a number */
	uint32_t under_way;  /* of them, those that have not ended */
	uint64_t bytes_done; /* of files that are closed */
	size_t nopen, nheap;
	struct head *open[FV_TIMELINE_OPEN]; /* by slot; NULL: free */
	struct head *heap[FV_TIMELINE_OPEN];
};

static const struct place at_the_end = { INT64_MAX, UINT64_MAX };

static inline bool
is_before(const struct place *a, const struct place *b)
{
	return a->time != b->time ? a->time < b->time : a->rank < b->rank;
}

struct fv_timeline *
fv_timeline_new(const struct fv_timeline_options *options,
    const struct fv_timeline_listener *listener, struct fv_err *err)
{
	struct fv_timeline *tl;

	if ((tl = fv_memory_new(1, sizeof(*tl), err)) == NULL)
		return NULL;
	tl->options = *options;
	tl->listener = *listener;
	tl->limit = at_the_end;
	return tl;
}

int
fv_timeline_add(struct fv_timeline *tl, const char *path, const char *label,
    enum fv_side side, struct fv_err *err)
{
	return fv_timeline_files_add(&tl->files, path, label, side, err);
}

int
fv_timeline_start(struct fv_timeline *tl, struct fv_err *err)
{
	return fv_timeline_files_sort(&tl->files, tl->options.offset,
	    tl->listener.skipped, tl->listener.arg, err);
}

static void
tell_fault(struct head *h, const struct fv_err *why)
{
	const struct fv_timeline_listener *l = &h->timeline->listener;

	h->leg.row.counter[FV_COUNT_FAULTS]++;
	if (l->fault != NULL)
		l->fault(l->arg, why);
}

/* What the capture is packed in is damaged behind it. */
static void
on_damage(void *arg, const struct fv_err *why)
{
	tell_fault(arg, why);
}

static void
on_skipped(void *arg, const struct fv_err *why)
{
	const struct fv_timeline_listener *l =
	    &((struct head *)arg)->timeline->listener;

	if (l->skipped != NULL)
		l->skipped(l->arg, why);
}

/* Give the capture of ${h} its number. */
static void
give_number(struct fv_timeline *tl, struct head *h)
{
	h->leg.number = tl->begun++;
	tl->under_way++;
}

/* Prepare ${h} for the capture that it has come to. */
static int
begin_capture(struct head *h, struct fv_err *err)
{
	const struct fv_timeline_listener *l = &h->timeline->listener;
	struct fv_timeline_leg *leg = &h->leg;

	memset(&leg->row, 0, sizeof(leg->row));
	leg->label = fv_track_label(h->track);
	leg->number = NOT_BEGUN;
	leg->row.side = (uint8_t)leg->side;
	leg->row.clock_offset = h->offset;
	h->newest = INT64_MIN;
	h->met = true;
	if (h->timeline->options.stops_at_damage)
		fv_capture_stop_at_damage(h->capture);
	return l->begun == NULL ? 0 : l->begun(l->arg, leg, h->capture, err);
}

/* Say in the row of ${h} what its capture says of itself. */
static void
describe(struct head *h)
{
	const struct fv_capture_info *info = fv_capture_about(h->capture);
	struct fv_capture_row *row = &h->leg.row;

	row->link_type = info->link_type;
	row->snapshot_length = info->snapshot_length;
	row->interfaces = info->interfaces;
	row->counter[FV_COUNT_BYTES_SKIPPED] = info->bytes_skipped;
	row->counter[FV_COUNT_RESUMED] = info->resumed;
	row->counter[FV_COUNT_DROPPED_BY_TAP] = info->dropped;
}

/*
 * Step from the capture of ${h} that is at its end, or from none, to the
 * next in its file.  Returns 1 with one, 0 at the end of the file, -1 with
 * ${err} set.
 */
static int
next_capture(struct fv_timeline *tl, struct head *h, struct fv_err *err)
{
	struct fv_timeline_leg ended = { .label = NULL };
	char label[FV_ERR_TEXT];
	bool met = h->met;
	int rc;

	if (met) {
		describe(h);
		(void)snprintf(label, sizeof(label), "%s", h->leg.label);
	}
	rc = fv_track_next(h->track, &h->capture, err);
	if (rc == -1 || !met)
		goto out;
	if (h->leg.number == NOT_BEGUN)
		give_number(tl, h);
	tl->under_way--;
	h->met = false;
	ended = h->leg;
	ended.label = label;
	if (tl->listener.ended != NULL &&
	    tl->listener.ended(
		tl->listener.arg, &ended, tl->under_way == 0, err) == -1)
		return -1;
out:
	return rc == 1 && begin_capture(h, err) == -1 ? -1 : rc;
}

/*
 * Bring the next frame of ${h} to hand.  Returns 1; 0 at the end of its
 * file; -1 with ${err} set.
 */
static int
advance(struct fv_timeline *tl, struct head *h, struct fv_err *err)
{
	struct fv_capture_row *row = &h->leg.row;
	int rc;

	for (;;) {
		if (!h->met)
			rc = 0;
		else
			rc = fv_capture_next(h->capture, &h->frame, err);
		if (rc == 1)
			break;
		if (rc == -1 && err->code != FV_EFORMAT)
			return fv_err_within(err, "%s", h->leg.label);
		if (rc == -1) {
			(void)fv_err_within(err, "%s", h->leg.label);
			tell_fault(h, err);
		} else if ((rc = next_capture(tl, h, err)) != 1) {
			return rc;
		}
	}
	if (h->offset != 0)
		fv_timeline_files_move(&h->frame, h->offset);
	h->at.time = h->frame.time;
	if ((h->frame.notes & FV_FRAME_CLOCK) != 0)
		return 1;
	if (h->at.time >= h->newest) {
		h->newest = h->at.time;
	} else if ((h->frame.notes & FV_FRAME_WITHOUT_TIME) == 0) {
		row->counter[FV_COUNT_TIME_DISORDER]++;
		if (h->newest - h->at.time > row->step_back)
			row->step_back = h->newest - h->at.time;
	}
	return 1;
}

static void
close_head(struct fv_timeline *tl, struct head *h)
{
	tl->bytes_done += fv_track_position(h->track);
	tl->open[h->leg.slot] = NULL;
	tl->nopen--;
	fv_track_free(h->track);
	free(h);
}

static void
push(struct fv_timeline *tl, struct head *h)
{
	size_t i = tl->nheap++, up;

	for (; i > 0; i = up) {
		up = (i - 1) / 2;
		if (is_before(&tl->heap[up]->at, &h->at))
			break;
		tl->heap[i] = tl->heap[up];
	}
	tl->heap[i] = h;
}

static struct head *
pop(struct fv_timeline *tl)
{
	struct head *top = tl->heap[0], *last = tl->heap[--tl->nheap];
	size_t i = 0, down;

	while ((down = 2 * i + 1) < tl->nheap) {
		if (down + 1 < tl->nheap &&
		    is_before(&tl->heap[down + 1]->at, &tl->heap[down]->at))
			down++;
		if (is_before(&last->at, &tl->heap[down]->at))
			break;
		tl->heap[i] = tl->heap[down];
		i = down;
	}
	tl->heap[i] = last;
	return top;
}

/* Where the next file that waits begins. */
static struct place
place_of_waiting(const struct fv_timeline *tl)
{
	if (tl->waiting == tl->files.count)
		return at_the_end;
	return (struct place){ tl->files.file[tl->waiting].first,
		fv_timeline_files_rank(&tl->files, tl->waiting) };
}

/* Open the file that waits, and put it where its first frame belongs. */
static int
open_file(struct fv_timeline *tl, struct fv_err *err)
{
	struct fv_timeline_file *f = &tl->files.file[tl->waiting];
	struct fv_track_listener listener = { on_damage, on_skipped, NULL };
	struct head *h;
	uint32_t slot = 0;
	int rc;

	if (tl->nopen == FV_TIMELINE_OPEN)
		return fv_err_set(err, FV_ELIMIT,
		    "%s: more than %d captures overlap in time: convert them "
		    "in parts and merge these ('flowveil dataset merge')",
		    f->label, FV_TIMELINE_OPEN);
	while (tl->open[slot] != NULL)
		slot++;
	if ((h = fv_memory_new(1, sizeof(*h), err)) == NULL)
		return -1;
	h->timeline = tl;
	h->at.rank = fv_timeline_files_rank(&tl->files, tl->waiting);
	h->leg.side = f->side;
	h->leg.slot = slot;
	h->leg.number = NOT_BEGUN;
	h->offset = tl->options.offset[f->side];
	listener.arg = h;
	h->track = fv_track_new(f->path, f->label, f->folder, &listener, err);
	if (h->track == NULL) {
		free(h);
		return -1;
	}
	tl->open[slot] = h;
	tl->nopen++;
	tl->waiting++;
	if (tl->listener.named != NULL)
		tl->listener.named(tl->listener.arg, f->path);
	if ((rc = advance(tl, h, err)) == -1)
		return -1;
	if (fv_track_captures(h->track) == 0 &&
	    (!f->folder || tl->files.count == 1))
		return fv_timeline_files_nothing(
		    &tl->files.named[f->named], err);
	fv_timeline_files_opened(f);
	if (rc == 1)
		push(tl, h);
	else
		close_head(tl, h);
	return 0;
}

/* The earliest of the open files goes on, up to limit. */
static int
change(struct fv_timeline *tl, struct fv_err *err)
{
	struct place waiting = place_of_waiting(tl);

	while (tl->waiting < tl->files.count &&
	    (tl->nheap == 0 || is_before(&waiting, &tl->heap[0]->at))) {
		if (open_file(tl, err) == -1)
			return -1;
		waiting = place_of_waiting(tl);
	}
	if (tl->nheap == 0)
		return 0;
	tl->current = pop(tl);
	tl->limit = waiting;
	if (tl->nheap > 0 && is_before(&tl->heap[0]->at, &waiting))
		tl->limit = tl->heap[0]->at;
	return 1;
}

int
fv_timeline_next(struct fv_timeline *tl, struct fv_timeline_leg **leg,
    const struct fv_frame **frame, struct fv_err *err)
{
	struct head *h = tl->current;
	int rc;

	if (h != NULL) {
		if ((rc = advance(tl, h, err)) == -1)
			return -1;
		if (rc == 0 || !is_before(&h->at, &tl->limit)) {
			tl->current = NULL;
			if (rc == 0)
				close_head(tl, h);
			else
				push(tl, h);
		}
	}
	if (tl->current == NULL) {
		if ((rc = change(tl, err)) != 1)
			return rc;
		h = tl->current;
	}
	if (h->leg.number == NOT_BEGUN)
		give_number(tl, h);
	*leg = &h->leg;
	*frame = &h->frame;
	return 1;
}

const struct fv_timeline_leg *
fv_timeline_under_way(struct fv_timeline *tl, uint32_t slot)
{
	struct head *h = tl->open[slot];

	if (h == NULL || !h->met || h->leg.number == NOT_BEGUN)
		return NULL;
	describe(h);
	return &h->leg;
}

uint32_t
fv_timeline_begun(const struct fv_timeline *tl)
{
	return tl->begun;
}

uint64_t
fv_timeline_position(const struct fv_timeline *tl)
{
	uint64_t position = tl->bytes_done;
	size_t i;

	for (i = 0; i < FV_TIMELINE_OPEN; i++)
		if (tl->open[i] != NULL)
			position += fv_track_position(tl->open[i]->track);
	return position;
}

void
fv_timeline_free(struct fv_timeline *tl)
{
	size_t i;

	if (tl == NULL)
		return;
	for (i = 0; i < FV_TIMELINE_OPEN; i++)
		if (tl->open[i] != NULL)
			close_head(tl, tl->open[i]);
	fv_timeline_files_free(&tl->files);
	free(tl);
}

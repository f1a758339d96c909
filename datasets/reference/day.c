#include "datasets/reference/day.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "datasets/reference/law.h"
#include "datasets/reference/script.h"
#include "datasets/reference/streams.h"
#include "datasets/reference/talks.h"
#include "datasets/reference/tap.h"
#include "datasets/reference/truth.h"
#include "datasets/reference/wire.h"

#define SECOND INT64_C(1000000)

/* A talk that has packets in the window, and how they travel. */
struct shown {
	struct fv_talk talk;
	struct fv_wire_path path;
};

struct fv_day {
	const struct fv_reference_options *options;
	uint64_t window;
	struct fv_script script;
	struct fv_talks talks;
	struct fv_event *event;
	size_t nevents, event_room;
	struct shown *shown;
	size_t nshown, shown_room;
	uint16_t *ident; /* by gadget: what its counter says */
	size_t ident_room;
	/* While a day is written: */
	const struct fv_plan *plan;
	unsigned number;
	int64_t from, to;      /* the window */
	struct fv_tap *tap[2]; /* [1] outbound */
	struct fv_truth *truth;
};

struct fv_day *
fv_day_new(const struct fv_reference_options *options, uint64_t window,
    struct fv_err *err)
{
	struct fv_day *d = fv_memory_new(1, sizeof(*d), err);

	if (d == NULL)
		return NULL;
	d->options = options;
	d->window = window;
	if (fv_script_init(&d->script, err) == 0)
		return d;
	fv_day_free(d);
	return NULL;
}

void
fv_day_free(struct fv_day *d)
{
	if (d == NULL)
		return;
	fv_script_free(&d->script);
	fv_talks_free(&d->talks);
	free(d->event);
	free(d->shown);
	free(d->ident);
	free(d);
}

int
fv_day_path(const struct fv_plan *plan, const char *directory, const char *what,
    int day, const char *suffix, char path[FV_DAY_PATH], struct fv_err *err)
{
	time_t when =
	    (time_t)(plan->profile->start + (int64_t)day * FV_GUESTS_DAY);
	char date[16] = "";
	struct tm tm;
	int n;

	if (day >= 0 && gmtime_r(&when, &tm) != NULL)
		(void)strftime(date, sizeof(date), "-%Y-%m-%d", &tm);
	n = snprintf(path, FV_DAY_PATH, "%s/%s-%02u-%s%s.%s", directory,
	    plan->guests->kind->name,
	    plan->guests->site / (unsigned)plan->profile->nkinds + 1, what,
	    date, suffix);
	if (n < 0 || n >= FV_DAY_PATH)
		return fv_err_set(
		    err, FV_EUSAGE, "%s: the name is too long", directory);
	return 0;
}

static int
tell_truth(struct fv_day *d, const struct fv_talk *t, struct fv_err *err)
{
	int64_t zero = d->plan->profile->start * SECOND;
	struct fv_truth_conversation row = { .start = (zero + t->start) * 1000,
		.end = (zero + t->end) * 1000,
		.near_port = t->near_port,
		.far_port = t->far_port,
		.protocol = t->protocol,
		.client_inside = !t->outside,
		.packets_out = t->out,
		.packets_in = t->in,
		.user = d->plan->guests->gadget[t->gadget].guest,
		.device = t->gadget };

	fv_truth_ipv4(
	    fv_guests_ipv4(d->plan->guests, t->address), row.near_address);
	if (t->ipv6)
		(void)snprintf(row.far_address, sizeof(row.far_address),
		    "2001:db8:ffff::%x:%x", t->far >> 16, t->far & 0xffff);
	else
		fv_truth_ipv4(t->far, row.far_address);
	(void)snprintf(
	    row.application, sizeof(row.application), "%s", t->application);
	return fv_truth_append(d->truth, &row, err);
}

/* Keep the script's events that fall into the window, and the talk. */
static int
show(struct fv_day *d, const struct fv_talk *talk,
    const struct fv_wire_path *path, struct fv_err *err)
{
	const struct fv_event *from = d->script.event;
	size_t n = d->script.n, i;
	struct fv_event *e;
	bool used = false;
	void *p;

	p = fv_memory_grow(d->event, &d->event_room, d->nevents + n,
	    sizeof(*d->event), UINT32_MAX, err);
	if (p == NULL)
		return -1;
	d->event = p;
	p = fv_memory_grow(d->shown, &d->shown_room, d->nshown + 1,
	    sizeof(*d->shown), UINT32_MAX, err);
	if (p == NULL)
		return -1;
	d->shown = p;
	for (i = 0; i < n; i++) {
		if (talk->start + from[i].time < d->from ||
		    talk->start + from[i].time >= d->to)
			continue;
		e = &d->event[d->nevents];
		*e = from[i];
		e->time += talk->start;
		e->heard += talk->start;
		e->talk = (uint32_t)d->nshown;
		e->order = (uint32_t)d->nevents++;
		used = true;
	}
	if (used)
		d->shown[d->nshown++] =
		    (struct shown){ .talk = *talk, .path = *path };
	return 0;
}

/*
 * Play one talk.  It ends with its day: a start that is too late moves
 * forward, and what lasts longer than a day can hold is pressed together.
 */
static int
play(struct fv_day *d, struct fv_talk *t, struct fv_err *err)
{
	int64_t midnight = (int64_t)(d->number + 1) * FV_GUESTS_DAY * SECOND;
	struct fv_wire_path path;
	struct fv_philox rng;
	int64_t lasts;

	fv_philox_start(&rng, d->plan->guests->seed, FV_STREAM_TALK,
	    d->number * d->plan->profile->addresses + t->address, t->number);
	fv_wire_open(&path, d->plan->guests, t);
	fv_script_play(&d->script, t, &rng, path.rtt, path.segment);
	if (d->script.n == 0)
		return 0;
	fv_script_fit(&d->script, FV_SCRIPT_LONGEST);
	lasts = d->script.event[d->script.n - 1].time;
	if (t->start + lasts >= midnight - SECOND)
		t->start = midnight - SECOND - lasts - 1;
	t->end = t->start + lasts;
	t->start += d->script.event[0].time;
	if (d->from == midnight - FV_GUESTS_DAY * SECOND &&
	    tell_truth(d, t, err) == -1)
		return -1;
	t->start -= d->script.event[0].time;
	return show(d, t, &path, err);
}

static int
compare_event(const void *a, const void *b)
{
	const struct fv_event *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

/* The identification field, as the sender's stack fills it in. */
static uint16_t
next_ident(struct fv_day *d, const struct shown *s, const struct fv_event *e)
{
	uint32_t hash = ((uint32_t)e->time ^ s->path.far) * 2654435761u;

	if (!e->out)
		return (uint16_t)(hash >> 16);
	switch (s->path.manner->ident) {
	case FV_IDENT_COUNTER:
		return d->ident[s->talk.gadget]++;
	case FV_IDENT_RANDOM:
		return (uint16_t)(hash >> 16);
	case FV_IDENT_ZERO:
		break;
	}
	return 0;
}

static int
write_window(struct fv_day *d, struct fv_err *err)
{
	int64_t zero = d->plan->profile->start * SECOND;
	uint8_t frame[FV_WIRE_FRAME];
	const struct fv_event *e;
	const struct shown *s;
	size_t i, n;

	if (d->nevents > 0)
		qsort(d->event, d->nevents, sizeof(*d->event), compare_event);
	for (i = 0; i < d->nevents; i++) {
		e = &d->event[i];
		s = &d->shown[e->talk];
		n = fv_wire_frame(
		    &s->path, &s->talk, e, next_ident(d, s, e), frame);
		if (fv_tap_write(
			d->tap[e->out], zero + e->time, frame, n, err) == -1)
			return -1;
	}
	return 0;
}

static int
make_window(struct fv_day *d, struct fv_err *err)
{
	unsigned address;
	size_t i;

	d->nevents = d->nshown = 0;
	for (address = 0; address < d->plan->profile->addresses; address++) {
		if (fv_talks_fill(
			&d->talks, d->plan, d->number, address, err) == -1)
			return -1;
		for (i = 0; i < d->talks.n; i++)
			if (play(d, &d->talks.talk[i], err) == -1)
				return -1;
	}
	return write_window(d, err);
}

static int
start_idents(struct fv_day *d, struct fv_err *err)
{
	size_t n = d->plan->guests->ngadgets, i;
	void *p = fv_memory_grow(
	    d->ident, &d->ident_room, n, sizeof(*d->ident), UINT32_MAX, err);

	if (p == NULL)
		return -1;
	d->ident = p;
	for (i = 0; i < n; i++)
		d->ident[i] =
		    (uint16_t)((i * 40503 + d->number) * 2654435761u >> 16);
	return 0;
}

static int
open_outputs(struct fv_day *d, const char *directory, struct fv_err *err)
{
	static const char *const what[] = { "inbound", "outbound" };
	char path[FV_DAY_PATH], suffix[16];
	int i;

	(void)snprintf(suffix, sizeof(suffix), "%s%s",
	    d->options->format == FV_REFERENCE_PCAPNG ? "pcapng" : "pcap",
	    fv_compression_ending(d->options->compression));
	for (i = 0; i < 2; i++)
		if (fv_day_path(d->plan, directory, what[i], (int)d->number,
			suffix, path, err) == -1 ||
		    (d->tap[i] = fv_tap_new(path, d->options, err)) == NULL)
			return -1;
	if (fv_day_path(d->plan, directory, "truth-conversations",
		(int)d->number, "csv", path, err) == -1)
		return -1;
	d->truth = fv_truth_new(
	    path, FV_TRUTH_CONVERSATIONS, d->options->replace, err);
	return d->truth == NULL ? -1 : 0;
}

int
fv_day_write(struct fv_day *d, const struct fv_plan *plan, unsigned number,
    const char *directory, struct fv_err *err)
{
	int64_t length = FV_GUESTS_DAY * SECOND, midnight = number * length;
	int64_t windows, i;
	int rc = -1;

	d->plan = plan;
	d->number = number;
	windows = (int64_t)(fv_plan_packets(plan, number) / d->window) + 1;
	if (open_outputs(d, directory, err) == -1 || start_idents(d, err) == -1)
		goto out;
	for (i = 0; i < windows; i++) {
		d->from = midnight + length * i / windows;
		d->to = midnight + length * (i + 1) / windows;
		if (make_window(d, err) == -1)
			goto out;
	}
	if (fv_tap_commit(d->tap[0], err) == -1 ||
	    fv_tap_commit(d->tap[1], err) == -1 ||
	    fv_truth_commit(d->truth, err) == -1)
		goto out;
	rc = 0;
out:
	fv_tap_free(d->tap[0]);
	fv_tap_free(d->tap[1]);
	fv_truth_free(d->truth);
	d->tap[0] = d->tap[1] = NULL;
	d->truth = NULL;
	return rc;
}

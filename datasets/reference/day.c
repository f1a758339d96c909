#include "datasets/reference/day.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "datasets/reference/law.h"
#include "datasets/reference/mishap.h"
#include "datasets/reference/script.h"
#include "datasets/reference/streams.h"
#include "datasets/reference/talks.h"
#include "datasets/reference/tap.h"
#include "datasets/reference/wire.h"

#define SECOND INT64_C(1000000)

/* For the names of captures. */
enum { PATH_ROOM = 4096 };

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
	struct fv_day_told *told;
	size_t ntold, told_room;
	uint16_t *ident; /* by gadget: what its counter says */
	size_t ident_room;
	/* While a day is written: */
	const struct fv_plan *plan;
	unsigned number;
	int64_t from, to;      /* the window */
	struct fv_tap *tap[2]; /* [1] outbound; NULL: only played */
	struct fv_mishap mishap[2];
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
	free(d->told);
	free(d->ident);
	free(d);
}

void
fv_day_site(const struct fv_guests *guests, char name[FV_DAY_SITE])
{
	(void)snprintf(name, FV_DAY_SITE, "%s-%02u", guests->kind->name,
	    guests->site / (unsigned)guests->profile->nkinds + 1);
}

static int
set_path(const struct fv_day *d, const char *directory, const char *what,
    char path[PATH_ROOM], struct fv_err *err)
{
	time_t when = (time_t)(d->plan->profile->start +
	    (int64_t)d->number * FV_GUESTS_DAY);
	char date[16] = "", site[FV_DAY_SITE];
	struct tm tm;
	int n;

	if (gmtime_r(&when, &tm) != NULL)
		(void)strftime(date, sizeof(date), "%Y-%m-%d", &tm);
	fv_day_site(d->plan->guests, site);
	n = snprintf(path, PATH_ROOM, "%s/%s-%s-%s.%s%s", directory, site, what,
	    date, d->options->format == FV_REFERENCE_PCAPNG ? "pcapng" : "pcap",
	    fv_compression_ending(d->options->compression));
	if (n < 0 || n >= PATH_ROOM)
		return fv_err_set(
		    err, FV_EUSAGE, "%s: the name is too long", directory);
	return 0;
}

/* Note ${t} for the truth. */
static int
tell(struct fv_day *d, const struct fv_talk *t, struct fv_err *err)
{
	void *p;

	p = fv_memory_grow(d->told, &d->told_room, d->ntold + 1,
	    sizeof(*d->told), UINT32_MAX, err);
	if (p == NULL)
		return -1;
	d->told = p;
	d->told[d->ntold++] = (struct fv_day_told){ .start = t->start,
		.end = t->end,
		.application = t->application,
		.far = t->far,
		.out = t->out,
		.in = t->in,
		.gadget = t->gadget,
		.address = t->address,
		.near_port = t->near_port,
		.far_port = t->far_port,
		.protocol = t->protocol,
		.ipv6 = t->ipv6,
		.outside = t->outside };
	return 0;
}

const struct fv_day_told *
fv_day_told(const struct fv_day *d, size_t *n)
{
	*n = d->ntold;
	return d->told;
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
 * Play one talk.  It ends with its day and with its guest's stay: a start
 * that is too late moves forward, and what lasts longer than these can hold
 * is pressed together.
 */
static int
play(struct fv_day *d, struct fv_talk *t, struct fv_err *err)
{
	const struct fv_guests *g = d->plan->guests;
	const struct fv_guest *guest = &g->guest[g->gadget[t->gadget].guest];
	int64_t midnight = (int64_t)(d->number + 1) * FV_GUESTS_DAY * SECOND;
	int64_t begins = midnight - FV_GUESTS_DAY * SECOND;
	int64_t ends = midnight - SECOND, lasts, most;
	struct fv_wire_path path;
	struct fv_philox rng;

	if (guest->arrives * SECOND > begins)
		begins = guest->arrives * SECOND;
	if (guest->leaves * SECOND < ends)
		ends = guest->leaves * SECOND;

	fv_philox_start(&rng, g->seed, FV_STREAM_TALK,
	    d->number * d->plan->profile->addresses + t->address, t->number);
	fv_wire_open(&path, g, t);
	fv_script_play(&d->script, t, &rng, path.rtt, path.segment);
	if (d->script.n == 0)
		return 0;
	/* To fit may add a microsecond to each event. */
	most = ends - begins - 1 - (int64_t)d->script.n;
	fv_script_fit(
	    &d->script, most < FV_SCRIPT_LONGEST ? most : FV_SCRIPT_LONGEST);
	lasts = d->script.event[d->script.n - 1].time;
	if (t->start + lasts >= ends)
		t->start = ends - lasts - 1;
	t->end = t->start + lasts;
	t->start += d->script.event[0].time;
	if (d->from == midnight - FV_GUESTS_DAY * SECOND &&
	    tell(d, t, err) == -1)
		return -1;
	if (d->tap[0] == NULL)
		return 0;
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
		if (fv_mishap_write(&d->mishap[e->out], zero + e->time, frame,
			n, err) == -1)
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
	char path[PATH_ROOM];
	int i;

	for (i = 0; i < 2; i++) {
		if (set_path(d, directory, what[i], path, err) == -1 ||
		    (d->tap[i] = fv_tap_new(path, d->options, err)) == NULL)
			return -1;
		fv_mishap_begin(&d->mishap[i], d->options, d->tap[i],
		    d->plan->guests->seed, d->number, i == 1);
	}
	return start_idents(d, err);
}

static int
write_windows(struct fv_day *d, struct fv_err *err)
{
	int64_t length = FV_GUESTS_DAY * SECOND, midnight = d->number * length;
	int64_t windows, i;

	windows =
	    (int64_t)(fv_plan_packets(d->plan, d->number) / d->window) + 1;
	for (i = 0; i < windows; i++) {
		d->from = midnight + length * i / windows;
		d->to = midnight + length * (i + 1) / windows;
		if (make_window(d, err) == -1)
			return -1;
	}
	for (i = 0; i < 2; i++)
		if (fv_mishap_end(&d->mishap[i], err) == -1 ||
		    fv_tap_commit(d->tap[i], err) == -1)
			return -1;
	return 0;
}

int
fv_day_write(struct fv_day *d, const struct fv_plan *plan, unsigned number,
    const char *directory, struct fv_err *err)
{
	int rc;

	d->plan = plan;
	d->number = number;
	d->ntold = 0;
	if (directory == NULL) {
		/* A window without packets, from midnight on. */
		d->from = d->to = number * FV_GUESTS_DAY * SECOND;
		return make_window(d, err);
	}
	rc = open_outputs(d, directory, err);
	if (rc == 0)
		rc = write_windows(d, err);
	fv_tap_free(d->tap[0]);
	fv_tap_free(d->tap[1]);
	d->tap[0] = d->tap[1] = NULL;
	return rc;
}

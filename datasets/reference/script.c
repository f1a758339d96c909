#include "datasets/reference/script.h"

#include <assert.h>
#include <netinet/in.h>
#include <stdlib.h>

#include "base/memory.h"
#include "datasets/reference/law.h"

enum {
	BEAT = 20000,        /* a voice packet each 20 ms */
	SECOND = 1000000,    /* all times are in microseconds */
	FRAGMENT_FILL = 1480 /* a full Ethernet frame behind the IP header */
};

int
fv_script_init(struct fv_script *s, struct fv_err *err)
{
	s->event = fv_memory_new(FV_SCRIPT_EVENTS, sizeof(*s->event), err);
	return s->event == NULL ? -1 : 0;
}

void
fv_script_free(struct fv_script *s)
{
	free(s->event);
	s->event = NULL;
}

struct fv_event *
fv_script_add(struct fv_script *s, bool out, uint32_t length, int64_t gap)
{
	struct fv_event *e;

	assert(s->n < FV_SCRIPT_EVENTS);
	s->now += gap < 1 ? 1 : gap;
	e = &s->event[s->n++];
	*e = (struct fv_event){ .time = s->now,
		.out = out,
		.length = (uint16_t)length,
		.heard = s->end[out].heard };
	s->end[!out].heard = s->now;
	s->last_out = out;
	return e;
}

static uint32_t
draw_length(struct fv_script *s, bool out)
{
	const uint16_t *range = out ? s->talk->length_out : s->talk->length_in;

	return fv_law_between(s->rng, range[0], range[1]);
}

/* How long ${out}'s side takes to answer what the other side sent. */
static int64_t
answer_gap(struct fv_script *s, bool out)
{
	if (out)
		return 200 + fv_law_below(s->rng, 2500);
	return s->rtt + fv_law_below(s->rng, s->rtt / 4 + 500);
}

/* Requests, each with its answer; what has no partner stands alone. */
static void
play_requests(struct fv_script *s, int64_t pause)
{
	uint32_t out = s->talk->out, in = s->talk->in;
	uint32_t n = out > in ? out : in, i, number = 0;
	bool first = !s->talk->outside;
	struct fv_event *e;

	for (i = 0; i < n; i++) {
		if (i < (first ? out : in)) {
			e = fv_script_add(s, first, draw_length(s, first),
			    (int64_t)fv_law_exponential(
				s->rng, (uint64_t)(i == 0 ? 1 : pause)));
			e->seq = ++number;
		}
		if (i < (first ? in : out)) {
			e = fv_script_add(s, !first, draw_length(s, !first),
			    answer_gap(s, !first));
			e->seq = number;
		}
	}
}

/* Both directions in the ratio of their counts, evenly mixed. */
static void
play_stream(struct fv_script *s)
{
	uint64_t out = s->talk->out, in = s->talk->in, i, outs = 0;
	uint64_t all = out + in, beat;
	bool is_out;

	beat = all == 0 ? BEAT : BEAT * (out > in ? out : in) / all;
	for (i = 0; i < all; i++) {
		/* The ${i}-th goes out when the count of them falls behind. */
		is_out = (i + 1) * out / all > outs || all - i == out - outs;
		if (is_out && outs == out)
			is_out = false;
		outs += is_out;
		fv_script_add(s, is_out, draw_length(s, is_out),
		    (int64_t)(beat / 2 + fv_law_below(s->rng, (uint32_t)beat)))
		    ->seq = (uint32_t)i;
	}
}

/* Datagrams of two fragments, and one of three if the count is odd. */
static void
play_fragments(struct fv_script *s, bool out, uint32_t count)
{
	uint32_t pieces, length, offset, number = 0;
	struct fv_event *e;

	for (; count > 0; count -= pieces) {
		pieces = count == 3 || count == 1 ? count : 2;
		length = draw_length(s, out) + 8 + (pieces - 2) * FRAGMENT_FILL;
		for (offset = 0; offset < length; offset += FRAGMENT_FILL) {
			e = fv_script_add(s, out,
			    length - offset > FRAGMENT_FILL ? FRAGMENT_FILL
							    : length - offset,
			    offset == 0 ? BEAT : 150);
			e->offset = (uint16_t)offset;
			e->more = length - offset > FRAGMENT_FILL;
			e->seq = number;
			e->whole = (uint16_t)length;
		}
		number++;
	}
}

static void
play_announcements(struct fv_script *s, int64_t pause)
{
	uint32_t i, length = draw_length(s, true);

	for (i = 0; i < s->talk->out; i++)
		fv_script_add(s, true, length,
		    pause + fv_law_below(s->rng, (uint32_t)pause / 10 + 1))
		    ->seq = 1;
	for (i = 0; i < s->talk->in; i++)
		fv_script_add(s, false, length,
		    pause + fv_law_below(s->rng, (uint32_t)pause / 10 + 1))
		    ->seq = 2;
}

static void
play_other(struct fv_script *s)
{
	switch ((enum fv_shape)s->talk->shape) {
	case FV_SHAPE_STREAM:
		play_stream(s);
		break;
	case FV_SHAPE_FRAGMENTS:
		play_fragments(s, true, s->talk->out);
		play_fragments(s, false, s->talk->in);
		break;
	case FV_SHAPE_ANNOUNCE:
	case FV_SHAPE_EAPOL:
	case FV_SHAPE_BRIDGE:
		play_announcements(s, 750 * 1000);
		break;
	case FV_SHAPE_MEMBERSHIP:
	case FV_SHAPE_NEIGHBOUR:
		play_announcements(s, 4 * SECOND);
		break;
	case FV_SHAPE_ECHO:
		play_requests(s, SECOND);
		break;
	default:
		play_requests(s, 3 * SECOND);
		break;
	}
}

void
fv_script_play(struct fv_script *s, const struct fv_talk *talk,
    struct fv_philox *rng, uint32_t rtt, uint16_t segment)
{
	s->n = 0;
	s->now = -1;
	s->talk = talk;
	s->rng = rng;
	s->rtt = rtt;
	s->segment = segment;
	s->last_out = !talk->outside;
	s->end[0] = s->end[1] = (struct fv_script_end){ 0 };
	if (talk->protocol == IPPROTO_TCP)
		fv_script_tcp(s);
	else
		play_other(s);
}

void
fv_script_fit(struct fv_script *s, int64_t most)
{
	int64_t last = s->n == 0 ? 0 : s->event[s->n - 1].time;
	size_t i;

	if (last <= most)
		return;
	/* Order survives because most is far above the number of events. */
	for (i = 0; i < s->n; i++) {
		s->event[i].time =
		    s->event[i].time / 1000 * most / (last / 1000 + 1) +
		    (int64_t)i;
		s->event[i].heard =
		    s->event[i].heard / 1000 * most / (last / 1000 + 1);
	}
}

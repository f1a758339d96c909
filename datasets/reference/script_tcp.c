#include <assert.h>

#include "datasets/reference/law.h"
#include "datasets/reference/script.h"

enum {
	FIN = FV_TALK_FIN,
	SYN = FV_TALK_SYN,
	RST = FV_TALK_RST,
	PSH = FV_TALK_PSH,
	ACK = FV_TALK_ACK,
	SECOND = 1000000
};

/*
 * The packets between handshake and close.  The talker sends data; the
 * listener sends requests (data) and ACKs.  Each ACK has a new segment
 * before it, so none is a duplicate unless a loss makes it one.
 */
struct middle {
	bool listener; /* true: near */
	uint32_t requests;
	uint32_t plain;
	uint32_t sacks1;
	uint32_t sacks2;
	uint32_t segments; /* the talker's, with what is sent again */
	int64_t think;     /* microseconds before a request, median */
};

/* ${part} of ${whole} that falls to the ${i}-th of ${n}: exact in sum. */
static uint32_t
portion(uint32_t whole, uint32_t i, uint32_t n)
{
	return (
	    uint32_t)((uint64_t)whole * (i + 1) / n - (uint64_t)whole * i / n);
}

static int64_t
gap_before(struct fv_script *s, bool out)
{
	if (out == s->last_out)
		return 60 + fv_law_below(s->rng, 900);
	if (out)
		return 150 + fv_law_below(s->rng, 2500);
	return s->rtt + fv_law_below(s->rng, s->rtt / 8 + 300);
}

/* Send one segment that is new: it takes its place in the sequence. */
static struct fv_event *
send_new(
    struct fv_script *s, bool out, uint8_t flags, uint32_t length, int64_t gap)
{
	struct fv_script_end *from = &s->end[out], *to = &s->end[!out];
	struct fv_event *e = fv_script_add(s, out, length, gap);

	e->flags = flags;
	e->seq = from->next;
	e->ack = (flags & ACK) != 0 ? from->want : 0;
	from->next += length + ((flags & (SYN | FIN)) != 0);
	to->want = from->next;
	return e;
}

static uint32_t
draw_data(struct fv_script *s, bool out)
{
	const uint16_t *range = out ? s->talk->length_out : s->talk->length_in;
	uint32_t length = fv_law_between(s->rng, range[0], range[1]);

	if (length == 0)
		length = 1;
	return length < s->segment ? length : s->segment;
}

static void
send_segment(struct fv_script *s, bool out, bool last)
{
	uint32_t length = draw_data(s, out);

	/* The end of an answer is seldom a full segment. */
	if (last && length == s->segment)
		length = fv_law_between(s->rng, 40, length);
	send_new(s, out, last ? ACK | PSH : ACK, length, gap_before(s, out));
}

/*
 * A segment is lost between the tap and the listener: the tap sees it, the
 * listener does not.  What comes after is acknowledged selectively (RFC
 * 2018) until the segment is sent again: ${ones} times with one block, and
 * after a second loss ${twos} times with two.
 */
static void
lose(struct fv_script *s, bool listener, uint32_t ones, uint32_t twos)
{
	bool talker = !listener;
	struct fv_script_end *hears = &s->end[listener];
	uint32_t hole[2] = { 0, 0 }, length[2] = { 0, 0 }, i;
	struct fv_event *e;

	for (i = 0; i < ones + twos; i++) {
		if (i == 0 || i == ones) {
			hole[i != 0] = s->end[talker].next;
			length[i != 0] = s->segment;
			send_new(
			    s, talker, ACK, s->segment, gap_before(s, talker));
		}
		send_new(s, talker, ACK, s->segment, gap_before(s, talker));
		hears->want = hole[0];
		e = send_new(s, listener, ACK, 0, gap_before(s, listener));
		e->sacks = i < ones ? 1 : 2;
		e->block[0][0] = hole[i >= ones] + s->segment;
		e->block[0][1] = s->end[talker].next;
		e->block[1][0] = hole[0] + s->segment;
		e->block[1][1] = hole[1];
	}
	for (i = 0; i < 2 && length[i] > 0; i++) {
		e = fv_script_add(
		    s, talker, length[i], gap_before(s, talker) + s->rtt);
		e->flags = ACK;
		e->seq = hole[i];
		e->ack = s->end[talker].want;
	}
	hears->want = s->end[talker].next;
}

/* What such losses cost the talker: one segment per ACK, and the holes. */
static uint32_t
loss_cost(uint32_t ones, uint32_t twos)
{
	return ones == 0 ? 0 : ones + twos + (twos == 0 ? 2 : 4);
}

/*
 * The ${i}-th of ${n} rounds: a request and what follows until the next.
 * ${extra} are the talker's segments beyond one for each plain ACK.
 */
static void
play_round(struct fv_script *s, const struct middle *m, uint32_t extra,
    uint32_t i, uint32_t n)
{
	uint32_t plain = portion(m->plain, i, n), burst, j, k;
	bool listener = m->listener;
	int64_t gap;

	extra = portion(extra, i, n);
	if (m->requests > 0) {
		gap = gap_before(s, listener);
		if (i > 0)
			gap += (int64_t)fv_law_lognormal(
			    s->rng, (uint64_t)m->think, 1300);
		send_new(s, listener, ACK | PSH, draw_data(s, listener), gap);
	}
	for (j = 0; j < plain; j++) {
		burst = 1 + portion(extra, j, plain);
		for (k = 0; k < burst; k++)
			send_segment(
			    s, !listener, j + 1 == plain && k + 1 == burst);
		send_new(s, listener, ACK, 0, gap_before(s, listener));
	}
	if (plain == 0)
		for (j = 0; j < extra; j++)
			send_segment(s, !listener, j + 1 == extra);
}

static void
play_middle(struct fv_script *s, const struct middle *m)
{
	uint32_t n = m->requests > 0 ? m->requests : 1, i;
	uint32_t need = m->plain + loss_cost(m->sacks1, m->sacks2);

	assert(m->segments >= need && (m->sacks1 > 0 || m->sacks2 == 0));
	for (i = 0; i < n; i++) {
		play_round(s, m, m->segments - need, i, n);
		if (i == n / 2 && m->sacks1 > 0)
			lose(s, m->listener, m->sacks1, m->sacks2);
	}
}

static void
play_close(struct fv_script *s, bool client, enum fv_close close)
{
	bool first = close == FV_CLOSE_CLIENT ? client : !client;

	if (close == FV_CLOSE_ABORT || close == FV_CLOSE_REFUSE) {
		bool out = close == FV_CLOSE_ABORT ? client : !client;

		send_new(s, out, RST | ACK, 0, gap_before(s, out));
		return;
	}
	send_new(s, first, FIN | ACK, 0, gap_before(s, first) + 20000);
	send_new(s, !first, FIN | ACK, 0, gap_before(s, !first));
	send_new(s, first, ACK, 0, gap_before(s, first));
}

/* Which packets a close takes from client and server. */
static const uint8_t close_cost[][2] = {
	[FV_CLOSE_CLIENT] = { 2, 1 },
	[FV_CLOSE_SERVER] = { 1, 2 },
	[FV_CLOSE_ABORT] = { 1, 0 },
	[FV_CLOSE_REFUSE] = { 0, 1 },
};

static enum fv_close
choose_close(struct fv_script *s, uint32_t client, uint32_t server)
{
	static const uint8_t chance[] = {
		[FV_CLOSE_CLIENT] = 45,
		[FV_CLOSE_SERVER] = 30,
		[FV_CLOSE_ABORT] = 20,
		[FV_CLOSE_REFUSE] = 5,
	};
	uint32_t at = fv_law_below(s->rng, 100);
	enum fv_close c = FV_CLOSE_CLIENT;

	if (s->talk->close != FV_CLOSE_DRAWN)
		return (enum fv_close)s->talk->close;
	while (at >= chance[c])
		at -= chance[c++];
	if (client >= close_cost[c][0] && server >= close_cost[c][1])
		return c;
	return FV_CLOSE_ABORT;
}

/* Attempts that do not become connections. */
static bool
play_attempt(struct fv_script *s, bool client, uint32_t c, uint32_t v)
{
	struct fv_script_end *to = &s->end[!client], *from = &s->end[client];
	struct fv_event *e;
	uint32_t i, isn = from->next;
	bool knocks =
	    s->talk->shape == FV_SHAPE_KNOCK || v == 0 || (c == 1 && v == 1);

	if (!knocks && c >= 3)
		return false;
	for (i = 0; i < (knocks ? c : 1); i++) {
		from->next = isn;
		send_new(s, client, SYN, 0, (int64_t)i * 3 * SECOND);
		if (knocks && i < v) {
			to->next = 0;
			send_new(
			    s, !client, RST | ACK, 0, gap_before(s, !client));
		}
	}
	if (knocks)
		return true;
	for (i = 0; i < v; i++) {
		e = send_new(s, !client, SYN | ACK, 0,
		    gap_before(s, !client) + (int64_t)i * 3 * SECOND);
		if (i + 1 < v)
			s->end[!client].next = e->seq;
	}
	if (c == 2)
		send_new(s, client, RST, 0, gap_before(s, client));
	return true;
}

/*
 * The near side has forgotten the connection: R to each keep-alive.  The
 * numbers are the same in each such talk with this far side; the first one
 * (exact) has the handshake, for which it has one packet more out and two
 * more in.
 */
static void
play_stale(struct fv_script *s)
{
	const struct fv_talk *t = s->talk;
	uint32_t begun = t->exact, i;
	struct fv_event *e;

	s->end[0].next = t->far * 2654435761u;
	s->end[1].next = ~s->end[0].next;
	if (begun) {
		send_new(s, false, SYN, 0, 1);
		send_new(s, true, SYN | ACK, 0, gap_before(s, true));
		send_new(s, false, ACK, 0, gap_before(s, false));
	} else {
		s->end[0].next++;
		s->end[1].next++;
	}
	for (i = 2 * begun; i < t->in; i++) {
		e = fv_script_add(s, false, 0, 75 * SECOND);
		e->flags = ACK;
		e->seq = s->end[0].next;
		e->ack = s->end[1].next;
		if (i >= t->out + begun)
			continue;
		/* RFC 9293, 3.10.7.1: the sequence number is the other's ACK. */
		e = fv_script_add(s, true, 0, gap_before(s, true));
		e->flags = RST;
		e->seq = s->end[1].next;
	}
}

static struct middle
plan_middle(struct fv_script *s, uint32_t client, uint32_t server)
{
	const struct fv_talk *t = s->talk;
	bool upload = t->shape == FV_SHAPE_UPLOAD;
	uint32_t listens = upload ? server : client;
	struct middle m = { .listener = upload == t->outside,
		.segments = upload ? client : server,
		.think = 1500000 };

	if (t->exact) {
		m.requests = t->requests;
		m.sacks1 = t->sacks1;
		m.sacks2 = t->sacks2;
		m.plain = listens - m.requests - m.sacks1 - m.sacks2;
		return m;
	}
	if (t->shape == FV_SHAPE_INTERACTIVE) {
		m.requests = (listens + 1) / 2;
		m.think = 350000;
	} else {
		m.requests = upload ? listens / 20 : 1 + listens / 14;
	}
	if (m.requests > listens)
		m.requests = listens;
	m.plain = listens - m.requests;
	if (m.plain > m.segments) {
		m.plain = m.segments;
		m.requests = listens - m.plain;
	}
	if (t->shape != FV_SHAPE_INTERACTIVE && m.plain >= 10 &&
	    m.segments >= m.plain + 2 && fv_law_chance(s->rng, 120)) {
		m.sacks1 = fv_law_between(s->rng, 2, m.plain < 20 ? 4 : 8);
		m.plain -= m.sacks1;
	}
	return m;
}

void
fv_script_tcp(struct fv_script *s)
{
	const struct fv_talk *t = s->talk;
	bool client = !t->outside;
	uint32_t c = client ? t->out : t->in, v = client ? t->in : t->out;
	struct middle m;
	enum fv_close close;

	s->end[0].next = fv_philox_next(s->rng);
	s->end[1].next = fv_philox_next(s->rng);
	if (t->stale) {
		play_stale(s);
		return;
	}
	if (play_attempt(s, client, c, v))
		return;
	send_new(s, client, SYN, 0, 1);
	send_new(s, !client, SYN | ACK, 0, gap_before(s, !client));
	send_new(s, client, ACK, 0, gap_before(s, client));
	c -= 2;
	v -= 1;
	close = choose_close(s, c, v);
	c -= close_cost[close][0];
	v -= close_cost[close][1];
	m = plan_middle(s, c, v);
	play_middle(s, &m);
	play_close(s, client, close);
}

#include "datasets/reference/suspect_plan.h"

#include <assert.h>
#include <netinet/in.h>

#include "datasets/reference/quota.h"
#include "datasets/reference/space.h"
#include "datasets/reference/streams.h"
#include "datasets/reference/wire.h"

enum {
	LISTENS = 36459,
	STALE_PORT = 65209,
	SSDP_LENGTH = 33, /* 61 bytes with IP and UDP */
	/* Kinds of far addresses, beyond any service's number. */
	KIND_PEER = 1000,
	KIND_STALE,
	SWEEP_UDP = 1024 << 16 /* far from where the TCP sweep gets to */
};

#define HOUR INT64_C(3600000000)

/* Where a day's talks are put, one after the other. */
struct page {
	const struct fv_suspect *suspect;
	struct fv_philox rng;
	struct fv_talk *talk;
	size_t n;
	unsigned day;
	int64_t midnight;
};

/* The ${i}-th of ${n} talks that are spread from ${from} to ${to}. */
static struct fv_talk *
next_talk(struct page *p, uint32_t i, uint32_t n, int64_t from, int64_t to)
{
	const struct fv_suspect *s = p->suspect;
	struct fv_talk *t = &p->talk[p->n];
	int64_t step = (to - from) / n;

	*t = (struct fv_talk){ .number = (uint32_t)p->n,
		.cell = UINT32_MAX,
		.gadget = s->gadget[p->day >= s->change],
		.address = s->address,
		.near_port = LISTENS,
		.own_syn = true,
		.syn = p->day < s->change ? FV_SYN_52 : FV_SYN_48,
		.start = p->midnight + from + i * step +
		    (int64_t)((uint64_t)fv_philox_next(&p->rng) *
			    (uint64_t)step >>
			32) };
	p->n++;
	return t;
}

static void
set_lengths(
    struct fv_talk *t, uint16_t out0, uint16_t out1, uint16_t in0, uint16_t in1)
{
	t->length_out[0] = out0;
	t->length_out[1] = out1;
	t->length_in[0] = in0;
	t->length_in[1] = in1;
}

/* Each peer has an address and a port of its own, all ports different. */
static uint16_t
peer_port(uint32_t number)
{
	uint32_t at = (uint32_t)((uint64_t)number * 41771 % 64511);

	while (fv_profile_watched((uint16_t)(1025 + at)))
		at = (at + 1) % 64511;
	return (uint16_t)(1025 + at);
}

static void
web_talks(struct page *p)
{
	const struct fv_suspect *s = p->suspect;
	uint32_t n = fv_suspect_webs(s, p->day), k = 0;
	struct fv_talk *t;
	size_t i;

	for (i = 0; i < s->nweb; i++) {
		if (s->web[i].day != p->day)
			continue;
		t = next_talk(p, k++, n, 8 * HOUR, 24 * HOUR);
		fv_suspect_web_talk(&s->web[i], s->month, &p->rng, t);
		t->counts = true;
	}
}

static void
peer_datagrams(struct page *p)
{
	const struct fv_suspect *s = p->suspect;
	uint32_t from = fv_quota_part(s->peers, p->day, s->days);
	uint32_t to = fv_quota_part(s->peers, p->day + 1, s->days), i;
	bool scans = s->kind == FV_REFERENCE_SCANNER;
	struct fv_talk *t;

	for (i = from; i < to; i++) {
		t = next_talk(
		    p, i - from, to - from, scans ? 15 * HOUR : 0, 24 * HOUR);
		t->application = scans ? "scan" : "peer-to-peer";
		t->protocol = IPPROTO_UDP;
		t->shape = FV_SHAPE_REQUEST;
		t->far = scans ? fv_space_sweep(s->month, SWEEP_UDP + i)
			       : fv_space_address(s->month, KIND_PEER, i);
		t->far_port = peer_port(i);
		t->out = fv_quota_part(s->udp[1], i + 1, s->peers) -
		    fv_quota_part(s->udp[1], i, s->peers);
		t->in = fv_quota_part(s->udp[0], i + 1, s->peers) -
		    fv_quota_part(s->udp[0], i, s->peers);
		set_lengths(t, 18, 100, 18, 400);
	}
}

/* Complete connections, with sizes as uneven as a lognormal law makes them. */
static void
peer_connections(struct page *p)
{
	const struct fv_suspect *s = p->suspect;
	struct fv_suspect_connections c = fv_suspect_connect(s, p->day);
	uint32_t n = c.outgoing + c.incoming, i, peer, sum = 0, before, turn;
	uint32_t known = fv_quota_part(s->peers, p->day + 1, s->days);
	uint32_t out = fv_suspect_part(s, s->tcp[1], p->day);
	uint32_t in = fv_suspect_part(s, s->tcp[0], p->day);
	struct fv_philox sizes;
	struct fv_talk *t;

	assert(n == 0 || (out >= 4 * n && in >= 3 * n));
	fv_philox_start(&sizes, s->seed, FV_STREAM_SUSPECT_PEER, p->day, 0);
	for (i = 0; i < n; i++)
		sum += fv_suspect_web_weight(&sizes);
	fv_philox_start(&sizes, s->seed, FV_STREAM_SUSPECT_PEER, p->day, 0);
	for (i = 0, before = 0; i < n; i++) {
		uint32_t after = before + fv_suspect_web_weight(&sizes);

		t = next_talk(p, i, n, 0, 24 * HOUR);
		turn = fv_quota_part(c.outgoing, i + 1, n) -
		    fv_quota_part(c.outgoing, i, n);
		peer = fv_law_below(&p->rng, known);
		t->application = "peer-to-peer";
		t->protocol = IPPROTO_TCP;
		t->shape = FV_SHAPE_INTERACTIVE;
		t->far = fv_space_address(s->month, KIND_PEER, peer);
		t->far_port = peer_port(turn ? peer : fv_philox_next(&p->rng));
		t->outside = turn == 0;
		t->counts = turn != 0;
		t->out = 4 + fv_quota_part(out - 4 * n, after, sum) -
		    fv_quota_part(out - 4 * n, before, sum);
		t->in = 3 + fv_quota_part(in - 3 * n, after, sum) -
		    fv_quota_part(in - 3 * n, before, sum);
		set_lengths(t, 20, 130, 20, 700);
		before = after;
	}
}

/* Address after address: refused, or not answered at all. */
static void
scan_connections(struct page *p)
{
	const struct fv_suspect *s = p->suspect;
	struct fv_suspect_connections c = fv_suspect_connect(s, p->day);
	uint32_t out = fv_suspect_part(s, s->tcp[1], p->day) - c.refused, i,
		 number;
	struct fv_talk *t;
	bool refused;

	for (i = 0; i < c.outgoing; i++) {
		number = s->first[p->day] + i;
		t = next_talk(p, i, c.outgoing, 0, 15 * HOUR);
		refused = fv_quota_part(c.refused, i + 1, c.outgoing) !=
		    fv_quota_part(c.refused, i, c.outgoing);
		t->application = "scan";
		t->protocol = IPPROTO_TCP;
		t->shape = FV_SHAPE_KNOCK;
		t->far = fv_space_sweep(s->month, number);
		t->far_port = peer_port(number);
		t->counts = true;
		t->in = refused;
		t->out = refused ? 1 : out < 3 ? out : 3;
		if (!refused)
			out -= t->out;
	}
}

/*
 * A peer that holds on to a connection which this host has forgotten; the
 * handshake is on the first day.
 */
static void
stale_talks(struct page *p)
{
	const struct fv_suspect *s = p->suspect;
	struct fv_talk *t = next_talk(p, 0, 1, 1 * HOUR, 20 * HOUR);

	t->application = "peer-to-peer";
	t->protocol = IPPROTO_TCP;
	t->stale = true;
	t->outside = true;
	t->far = fv_space_address(s->month, KIND_STALE, 0);
	t->far_port = STALE_PORT;
	t->exact = p->day == 0;
	t->out =
	    fv_suspect_part(s, FV_SUSPECT_STALE, p->day) + (t->exact ? 1 : 0);
	t->in =
	    fv_suspect_part(s, FV_SUSPECT_STALE, p->day) + (t->exact ? 2 : 0);
}

/* Small talk of the local network and of ICMP, a few times a day. */
static void
small_talks(struct page *p)
{
	static const struct {
		uint8_t protocol, shape;
		const char *application;
		uint32_t far;
	} kind[] = {
		{ IPPROTO_UDP, FV_SHAPE_ANNOUNCE, "ssdp-like", 0xeffffffa },
		{ IPPROTO_IGMP, FV_SHAPE_MEMBERSHIP, "membership", 0xeffffffa },
		{ IPPROTO_IGMP, FV_SHAPE_MEMBERSHIP, "membership",
		    FV_WIRE_REPORTS },
		{ IPPROTO_IGMP, FV_SHAPE_MEMBERSHIP, "membership", 0 },
		{ IPPROTO_ICMP, FV_SHAPE_ECHO, "echo", 0 },
		{ IPPROTO_ICMP, FV_SHAPE_UNREACHABLE, "unreachable", 0 },
	};
	const struct fv_suspect *s = p->suspect;
	const uint32_t month[FV_COUNT(kind)][2] = { { FV_SUSPECT_SSDP, 0 },
		{ s->igmp[1] / 2, 0 }, { s->igmp[1] - s->igmp[1] / 2, 0 },
		{ 0, s->igmp[0] }, { s->echo[1], s->echo[0] },
		{ s->unreachable[1], s->unreachable[0] } };
	struct fv_talk *t;
	size_t i;

	for (i = 0; i < FV_COUNT(kind); i++) {
		t = next_talk(p, 0, 1, HOUR, 23 * HOUR);
		t->application = kind[i].application;
		t->protocol = kind[i].protocol;
		t->shape = kind[i].shape;
		t->out = fv_suspect_part(s, month[i][0], p->day);
		t->in = fv_suspect_part(s, month[i][1], p->day);
		t->outside = t->out == 0;
		t->far = kind[i].far;
		set_lengths(t, 32, 32, 32, 32);
		if (t->protocol == IPPROTO_UDP) {
			t->far_port = 1900;
			set_lengths(t, SSDP_LENGTH, SSDP_LENGTH, 1, 1);
		}
		if (t->protocol == IPPROTO_IGMP && t->outside)
			t->far = fv_guests_gateway(s->guests);
		if (t->protocol == IPPROTO_ICMP) {
			t->far =
			    fv_space_address(s->month, KIND_PEER, p->day * 40);
			t->far_port = peer_port(p->day * 40);
		}
	}
}

void
fv_suspect_day(const struct fv_suspect *s, unsigned day, struct fv_talk *talk)
{
	struct page p = { .suspect = s,
		.talk = talk,
		.day = day,
		.midnight = (int64_t)day * 24 * HOUR };

	fv_philox_start(&p.rng, s->seed, FV_STREAM_SUSPECT_DAY, day, 0);
	web_talks(&p);
	peer_datagrams(&p);
	if (s->kind == FV_REFERENCE_SCANNER)
		scan_connections(&p);
	else
		peer_connections(&p);
	stale_talks(&p);
	small_talks(&p);
	assert(p.n == fv_suspect_talks(s, day));
}

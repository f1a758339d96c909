#include "datasets/reference/talks.h"

#include <netinet/in.h>
#include <stdlib.h>

#include "base/memory.h"
#include "datasets/reference/law.h"
#include "datasets/reference/quota.h"
#include "datasets/reference/script.h"
#include "datasets/reference/space.h"
#include "datasets/reference/streams.h"
#include "datasets/reference/wire.h"

#define SECOND INT64_C(1000000)

enum {
	FAVOURITES = 16,       /* of each guest and service */
	FAVOURITE_SHARE = 220, /* in a thousand */
	TCP_LEAST = 7          /* packets of a whole conversation */
};

/* Addresses of the local network that a service is for, by its port. */
static const struct {
	uint16_t port;
	uint32_t address; /* 0: the network's own broadcast address */
} groups[] = {
	{ 137, 0 },
	{ 1900, 0xeffffffa },
	{ 5353, 0xe00000fb },
	{ 5355, 0xe00000fc },
};

static bool
whole(const struct fv_service *s)
{
	return s->protocol == IPPROTO_TCP && s->shape != FV_SHAPE_KNOCK;
}

/*
 * Packets, in the greater direction, of the next conversation when ${left}
 * are left; what remains after it is none or enough for another.
 */
static uint32_t
next_size(struct fv_philox *rng, const struct fv_service *s, uint32_t left)
{
	uint32_t least = s->shape == FV_SHAPE_FRAGMENTS ? 2
	    : whole(s) && s->typical > TCP_LEAST        ? TCP_LEAST
							: 1;
	uint64_t size = s->typical;

	if (size > 3)
		size = fv_law_lognormal(rng, size, 900);
	if (size < least)
		size = least;
	if (size > FV_SCRIPT_CUT)
		size = FV_SCRIPT_CUT;
	return left < size + least ? left : (uint32_t)size;
}

static uint64_t
piece_weight(const struct fv_guests *g, const struct fv_service *s,
    const struct fv_piece *piece, unsigned plus)
{
	unsigned persona = g->guest[g->gadget[piece->gadget].guest].persona;

	return (uint64_t)((s->hosts > 0 ? 1u : s->like[persona]) + plus) *
	    (piece->ends - piece->begins);
}

/* The device of whoever had ${address} first. */
static uint32_t
any_gadget(const struct fv_guests *g, unsigned address)
{
	size_t i;

	for (i = 0; i + 1 < g->nguests; i++)
		if (g->guest[i].address == address)
			break;
	return g->guest[i].device;
}

/*
 * When it starts, and which device of those behind the address has it: in
 * a session, the more likely the longer it is and the more its guest likes
 * the service.
 */
static void
set_start(struct fv_talk *t, const struct fv_guests *g,
    const struct fv_service *s, unsigned day, struct fv_philox *rng)
{
	const struct fv_piece *piece;
	size_t n = fv_guests_pieces(g, day, t->address, &piece), i;
	uint64_t sum = 0, at, where = fv_philox_next(rng);
	unsigned plus = 0;

	t->start = (int64_t)day * FV_GUESTS_DAY * SECOND;
	for (i = 0; i < n; i++)
		sum += piece_weight(g, s, &piece[i], plus);
	if (sum == 0) /* nobody there likes it, so all do alike */
		for (plus = 1, i = 0; i < n; i++)
			sum += piece_weight(g, s, &piece[i], plus);
	if (sum == 0) {
		t->gadget = any_gadget(g, t->address);
		t->start += (int64_t)(FV_GUESTS_DAY * SECOND * where >> 32);
		return;
	}
	at = sum * (fv_philox_next(rng) >> 4) >> 28;
	for (i = 0; at >= piece_weight(g, s, &piece[i], plus); i++)
		at -= piece_weight(g, s, &piece[i], plus);
	t->gadget = piece[i].gadget;
	t->start += piece[i].begins * SECOND +
	    (int64_t)((piece[i].ends - piece[i].begins) * (uint64_t)SECOND *
		    where >>
		32);
}

/* A port that a stranger chose, and that nobody counts. */
static uint16_t
free_port(uint32_t draw)
{
	uint32_t port = 1025 + draw % 64511;

	while (fv_profile_watched((uint16_t)port))
		port = port == 65535 ? 1025 : port + 1;
	return (uint16_t)port;
}

/* The group or the gateway that a service of the local network talks to. */
static bool
set_local(struct fv_talk *t, const struct fv_guests *g,
    const struct fv_service *s, struct fv_philox *rng)
{
	static const uint32_t memberships[] = { 0xeffffffa, 0xe00000fb,
		FV_WIRE_REPORTS };
	size_t i;

	if (s->protocol == IPPROTO_IGMP) {
		t->far = memberships[fv_law_below(rng, 3)];
		return true;
	}
	if (s->protocol == FV_PROFILE_NOT_IP || s->content == FV_CONTENT_DHCP) {
		t->far = fv_guests_gateway(g);
		return true;
	}
	if (s->shape != FV_SHAPE_ANNOUNCE)
		return false;
	for (i = 0; i < FV_COUNT(groups); i++)
		if (groups[i].port == s->port)
			t->far = groups[i].address;
	if (t->far == 0)
		t->far = fv_guests_gateway(g) | 0xffff;
	return true;
}

/* The far side: one of the guest's favourites, or anything popular. */
static void
set_far(struct fv_talk *t, const struct fv_plan *plan,
    const struct fv_service *s, struct fv_philox *rng)
{
	const struct fv_guests *g = plan->guests;
	uint32_t kind = (uint32_t)(s - plan->profile->services), rank;
	struct fv_philox own;

	if (!set_local(t, g, s, rng)) {
		rank = fv_law_zipf(rng, s->destinations);
		if (s->destinations >= 10 * FAVOURITES &&
		    fv_law_chance(rng, FAVOURITE_SHARE)) {
			fv_philox_start(&own, g->seed, FV_STREAM_FAVOURITE,
			    g->gadget[t->gadget].guest,
			    kind * FAVOURITES + fv_law_below(rng, FAVOURITES));
			rank = fv_law_zipf(&own, s->destinations);
		}
		t->far = fv_space_address(plan->seed, kind, rank);
		t->ipv6 = fv_law_chance(rng, s->ipv6 * 10u);
	}
	t->far_port = s->port;
	if (t->outside)
		t->far_port = free_port(fv_philox_next(rng));
	else if (s->port == 0)
		t->far_port = free_port(t->far * 2654435761u >> 8);
	t->near_port = s->near;
	if (s->protocol == IPPROTO_ICMP)
		t->near_port = free_port(fv_philox_next(rng));
	t->counts = t->near_port == 0 &&
	    (s->protocol == IPPROTO_TCP || s->protocol == IPPROTO_UDP);
}

static struct fv_talk *
add_talk(struct fv_talks *talks, size_t n, struct fv_err *err)
{
	void *p = fv_memory_grow(talks->talk, &talks->room, talks->n + n,
	    sizeof(*talks->talk), FV_TALKS_MOST, err);

	if (p == NULL)
		return NULL;
	talks->talk = p;
	talks->n += n;
	return talks->talk + talks->n - n;
}

static int
add_cell(struct fv_talks *talks, const struct fv_plan *plan, uint32_t number,
    unsigned day, struct fv_err *err)
{
	const struct fv_cell *cell = &plan->cell[number];
	const struct fv_service *s = &plan->profile->services[cell->service];
	struct fv_portion all = fv_plan_portion(plan, number, day);
	uint32_t major = all.out > all.in ? all.out : all.in, upto, size;
	struct fv_philox rng;
	struct fv_talk *t;

	fv_philox_start(&rng, plan->guests->seed, FV_STREAM_CELL, number, day);
	for (upto = 0; upto < major; upto += size) {
		size = next_size(&rng, s, major - upto);
		if ((t = add_talk(talks, 1, err)) == NULL)
			return -1;
		*t = (struct fv_talk){ .application = s->name,
			.cell = number,
			.number = (uint32_t)talks->n,
			.address = cell->address,
			.protocol = s->protocol,
			.shape = s->shape,
			.content = s->content,
			.outside = s->shape == FV_SHAPE_KNOCK,
			.out = fv_quota_part(all.out, upto + size, major) -
			    fv_quota_part(all.out, upto, major),
			.in = fv_quota_part(all.in, upto + size, major) -
			    fv_quota_part(all.in, upto, major),
			.length_out = { s->length_out[0], s->length_out[1] },
			.length_in = { s->length_in[0], s->length_in[1] } };
		set_start(t, plan->guests, s, day, &rng);
		set_far(t, plan, s, &rng);
	}
	return 0;
}

static int
compare_talk(const void *a, const void *b)
{
	const struct fv_talk *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->cell != y->cell)
		return x->cell < y->cell ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

/*
 * Ephemeral ports in order of start.  A device starts afresh each day, at a
 * place of its own, so that a day needs nothing of the day before.
 */
static void
set_port(
    struct fv_talk *t, const struct fv_guests *g, unsigned day, uint16_t *count)
{
	const struct fv_manner *m =
	    &g->profile->manners[g->gadget[t->gadget].manner];
	uint32_t range = (uint32_t)m->port_high - m->port_low + 1, draw;
	uint16_t port;

	do {
		draw = (t->gadget * 31 + day) * 2654435761u;
		if (!m->port_counts)
			draw += (*count + 1u) * 2246822519u;
		draw ^= draw >> 15;
		if (m->port_counts)
			draw = draw % range + *count;
		(*count)++;
		port = (uint16_t)(m->port_low + draw % range);
	} while (fv_profile_watched(port));
	t->near_port = port;
}

static int
set_ports(struct fv_talks *talks, const struct fv_plan *plan, unsigned day,
    unsigned address, struct fv_err *err)
{
	const struct fv_guests *g = plan->guests;
	bool suspect =
	    plan->suspect != NULL && address == g->by_role[FV_ROLE_SUSPECT];
	uint32_t n = suspect ? fv_suspect_first(plan->suspect, day) : 0;
	uint16_t *count = fv_memory_new(g->ngadgets, sizeof(*count), err);
	struct fv_talk *t;
	size_t i;

	if (count == NULL)
		return -1;
	for (i = 0; i < talks->n; i++) {
		t = &talks->talk[i];
		t->number = (uint32_t)i;
		if (!t->counts)
			continue;
		if (suspect)
			t->near_port = fv_suspect_port(n++);
		else
			set_port(t, g, day, &count[t->gadget]);
	}
	free(count);
	return 0;
}

int
fv_talks_fill(struct fv_talks *talks, const struct fv_plan *plan, unsigned day,
    unsigned address, struct fv_err *err)
{
	struct fv_talk *t;
	uint32_t cell;

	talks->n = 0;
	for (cell = plan->first[address]; cell < plan->first[address + 1];
	     cell++)
		if (add_cell(talks, plan, cell, day, err) == -1)
			return -1;
	if (plan->suspect != NULL &&
	    address == plan->guests->by_role[FV_ROLE_SUSPECT]) {
		t = add_talk(talks, fv_suspect_talks(plan->suspect, day), err);
		if (t == NULL)
			return -1;
		fv_suspect_day(plan->suspect, day, t);
	}
	if (talks->n > 0)
		qsort(
		    talks->talk, talks->n, sizeof(*talks->talk), compare_talk);
	return set_ports(talks, plan, day, address, err);
}

void
fv_talks_free(struct fv_talks *talks)
{
	free(talks->talk);
	talks->talk = NULL;
	talks->n = talks->room = 0;
}

#include "datasets/reference/pieces.h"

#include <stdlib.h>

#include "base/memory.h"
#include "datasets/reference/law.h"
#include "datasets/reference/streams.h"

/* Add a session of ${guest}, in as many pieces as it has midnights. */
static int
add_session(struct fv_guests *g, uint32_t gadget, int32_t begins, int32_t ends,
    struct fv_err *err)
{
	const struct fv_guest *guest = &g->guest[g->gadget[gadget].guest];
	struct fv_piece *piece;
	int32_t day, stop;
	void *p;

	if (ends > guest->leaves)
		ends = guest->leaves;
	for (; begins + FV_PIECES_LEAST <= ends; begins = stop) {
		day = begins / FV_GUESTS_DAY;
		stop = (day + 1) * FV_GUESTS_DAY;
		if (stop > ends)
			stop = ends;
		if (stop - begins < FV_PIECES_LEAST)
			continue;
		p = fv_memory_grow(g->piece, &g->piece_room, g->npieces + 1,
		    sizeof(*g->piece), 64 * (size_t)FV_GUESTS_MOST, err);
		if (p == NULL)
			return -1;
		g->piece = p;
		piece = &g->piece[g->npieces++];
		piece->day = (uint16_t)day;
		piece->address = guest->address;
		piece->gadget = gadget;
		piece->begins = (uint32_t)(begins - day * FV_GUESTS_DAY);
		piece->ends = (uint32_t)(stop - day * FV_GUESTS_DAY);
	}
	return 0;
}

/* All sessions of a guest: the first on arrival, then gap by gap. */
static int
add_sessions(struct fv_guests *g, uint32_t number, struct fv_err *err)
{
	const struct fv_guest *guest = &g->guest[number];
	struct fv_philox rng;
	int32_t now = guest->arrives, length, hour;
	uint32_t gadget;

	fv_philox_start(&rng, g->seed, FV_STREAM_SESSIONS, number, 0);
	while (now < guest->leaves) {
		length = 120 +
		    (int32_t)fv_law_lognormal(&rng, g->kind->session, 900);
		gadget = guest->device + fv_law_below(&rng, guest->devices);
		hour = now / 3600 % 24;
		/* Few are up at night; the first session always happens. */
		if (now == guest->arrives || hour < 1 || hour > 6 ||
		    fv_law_chance(&rng, 150))
			if (add_session(g, gadget, now, now + length, err) ==
			    -1)
				return -1;
		now += length + 300 +
		    (int32_t)fv_law_lognormal(&rng, g->kind->gap, 1200);
	}
	return 0;
}

int
fv_pieces_compare(const void *a, const void *b)
{
	const struct fv_piece *x = a, *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	if (x->begins != y->begins)
		return x->begins < y->begins ? -1 : 1;
	return (x->gadget > y->gadget) - (x->gadget < y->gadget);
}

static int
index_pieces(struct fv_guests *g, struct fv_err *err)
{
	size_t slots = (size_t)g->profile->days * g->profile->addresses;
	size_t i, slot;

	qsort(g->piece, g->npieces, sizeof(*g->piece), fv_pieces_compare);
	g->first = fv_memory_new(slots + 1, sizeof(*g->first), err);
	if (g->first == NULL)
		return -1;
	for (i = 0; i < g->npieces; i++) {
		slot = (size_t)g->piece[i].day * g->profile->addresses +
		    g->piece[i].address;
		g->first[slot + 1]++;
	}
	for (slot = 0; slot < slots; slot++)
		g->first[slot + 1] += g->first[slot];
	return 0;
}

int
fv_pieces_fill(struct fv_guests *g, struct fv_err *err)
{
	uint32_t i;

	for (i = 0; i < g->nguests; i++)
		if (add_sessions(g, i, err) == -1)
			return -1;
	return index_pieces(g, err);
}

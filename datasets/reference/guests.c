#include "datasets/reference/guests.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "datasets/reference/law.h"
#include "datasets/reference/pieces.h"
#include "datasets/reference/streams.h"
#include "datasets/reference/suspect_web.h"

enum {
	WARM_UP = 8 /* days of arrivals before the month */
};

/* A multicast-free, locally administered address: no vendor's. */
const uint8_t fv_guests_gateway_mac[6] = { 0x02, 0, 0, 0, 0, 0x01 };

/* The residents, by role: they have the address all month. */
static const uint8_t resident_persona[FV_GUESTS_RESIDENTS] = {
	FV_PERSONA_SHARER, /* the suspicious host */
	FV_PERSONA_GAMER,  /* the loudest */
	FV_PERSONA_CALLER,
	FV_PERSONA_CALLER,
	FV_PERSONA_CALLER,
};

static unsigned
pick(struct fv_philox *rng, const uint8_t *weight, unsigned n)
{
	uint32_t sum = 0, at;
	unsigned i;

	for (i = 0; i < n; i++)
		sum += weight[i];
	at = fv_law_below(rng, sum);
	for (i = 0; at >= weight[i]; i++)
		at -= weight[i];
	return i;
}

static unsigned
pick_manner(struct fv_philox *rng, const struct fv_profile *p, unsigned persona)
{
	uint32_t sum = 0, at;
	unsigned i;

	for (i = 0; i < p->nmanners; i++)
		sum += p->manners[i].share[persona];
	at = fv_law_below(rng, sum);
	for (i = 0; at >= p->manners[i].share[persona]; i++)
		at -= p->manners[i].share[persona];
	return i;
}

static void
draw_mac(struct fv_philox *rng, uint32_t random_percent, uint8_t mac[6])
{
	uint32_t high = fv_philox_next(rng), low = fv_philox_next(rng);

	memcpy(mac + 2, &low, sizeof(low));
	mac[1] = (uint8_t)high;
	/* RFC 7844, RFC 9542: the local bit tells a made-up address. */
	mac[0] = (uint8_t)(high >> 8) & 0xfc;
	if (fv_law_chance(rng, random_percent * 10))
		mac[0] |= 0x02;
}

/* Add a stay and its devices, all from the guest's own stream. */
static int
add_guest(struct fv_guests *g, unsigned address, int32_t arrives,
    int32_t leaves, int persona, struct fv_err *err)
{
	struct fv_philox rng;
	struct fv_guest *guest;
	struct fv_gadget *gadget;
	uint8_t mac[6];
	unsigned i;
	void *p;

	p = fv_memory_grow(g->guest, &g->guest_room, g->nguests + 1,
	    sizeof(*g->guest), FV_GUESTS_MOST, err);
	if (p == NULL)
		return -1;
	g->guest = p;
	guest = &g->guest[g->nguests];
	fv_philox_start(
	    &rng, g->seed, FV_STREAM_GUEST, (uint32_t)g->nguests, 0);
	guest->arrives = arrives;
	guest->leaves = leaves;
	guest->address = (uint16_t)address;
	guest->persona = persona >= 0
	    ? (uint8_t)persona
	    : (uint8_t)pick(&rng, g->profile->personas, FV_PERSONAS);
	guest->router =
	    persona < 0 && fv_law_chance(&rng, g->kind->routers * 10u);
	guest->devices =
	    guest->router ? (uint8_t)fv_law_between(&rng, 2, 3) : 1;
	guest->device = (uint32_t)g->ngadgets;
	p = fv_memory_grow(g->gadget, &g->gadget_room,
	    g->ngadgets + guest->devices, sizeof(*g->gadget),
	    3 * (size_t)FV_GUESTS_MOST, err);
	if (p == NULL)
		return -1;
	g->gadget = p;
	draw_mac(&rng, guest->router ? 0 : g->profile->random_macs, mac);
	for (i = 0; i < guest->devices; i++) {
		gadget = &g->gadget[g->ngadgets++];
		gadget->guest = (uint32_t)g->nguests;
		gadget->manner =
		    (uint8_t)pick_manner(&rng, g->profile, guest->persona);
		memcpy(gadget->mac, mac, sizeof(mac));
	}
	g->nguests++;
	return 0;
}

/*
 * The address that the site's DHCP server gives: the one that was free for
 * longest, the lowest, or the one that this device hashes to.
 */
static int
lease(const struct fv_guests *g, int32_t now, uint32_t device)
{
	unsigned n = g->profile->addresses, i, at;
	int best = -1;

	for (i = 0; i < n; i++) {
		at = g->kind->policy == FV_LEASE_STICKY ? (device + i) % n : i;
		if (g->last_left[at] > now)
			continue;
		if (g->kind->policy != FV_LEASE_OLDEST)
			return (int)at;
		if (best == -1 || g->last_left[at] < g->last_left[best])
			best = (int)at;
	}
	return best;
}

static int32_t
draw_stay(struct fv_philox *rng, const struct fv_site_kind *kind, int32_t now)
{
	uint64_t length;
	int32_t leaves, morning;

	if (kind->law == FV_STAY_PARETO)
		length = fv_law_pareto(
		    rng, kind->stay, kind->stay_longest, kind->shape);
	else
		length = fv_law_lognormal(rng, kind->stay, kind->shape);
	if (length > kind->stay_longest)
		length = kind->stay_longest;
	leaves = now + (int32_t)length;
	if (kind->stay < FV_GUESTS_DAY)
		return leaves;
	/* Who stays for nights checks out in a morning, 7:00 to 11:00. */
	morning = leaves - leaves % FV_GUESTS_DAY +
	    (int32_t)fv_law_between(rng, 7 * 3600, 11 * 3600);
	return morning > now + 4 * 3600 ? morning : morning + FV_GUESTS_DAY;
}

static int
compare_time(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

/* Monday is 0; ${day} of the month may lie before it. */
static unsigned
weekday(const struct fv_profile *p, int day)
{
	/* 1970 began on a Thursday. */
	return (unsigned)((p->start / FV_GUESTS_DAY + day + 3) % 7);
}

/* The guests who come on ${day}, which may lie before the month. */
static int
arrivals(struct fv_guests *g, int day, struct fv_err *err)
{
	int32_t end = (int32_t)g->profile->days * FV_GUESTS_DAY;
	int32_t *time, leaves;
	struct fv_philox rng;
	uint32_t i, n, hour, device;
	int address, rc = 0;

	fv_philox_start(
	    &rng, g->seed, FV_STREAM_ARRIVALS, (uint32_t)(day + WARM_UP), 0);
	n = fv_law_between(
	    &rng, g->kind->arrivals * 3 / 4, g->kind->arrivals * 5 / 4);
	n = n * g->kind->days[weekday(g->profile, day)] / 100;
	if ((time = fv_memory_new(n, sizeof(*time), err)) == NULL)
		return -1;
	for (i = 0; i < n; i++) {
		hour = pick(&rng, g->kind->hours, 24);
		time[i] = day * FV_GUESTS_DAY +
		    (int32_t)(hour * 3600 + fv_law_below(&rng, 3600));
	}
	qsort(time, n, sizeof(*time), compare_time);
	for (i = 0; i < n && rc == 0; i++) {
		leaves = draw_stay(&rng, g->kind, time[i]);
		device = fv_philox_next(&rng) >> 8;
		if ((address = lease(g, time[i], device)) == -1)
			continue; /* full house */
		/* Housekeeping, or the lease's end, before the next one. */
		g->last_left[address] = leaves + 120;
		if (leaves <= FV_PIECES_LEAST ||
		    time[i] >= end - FV_PIECES_LEAST)
			continue;
		rc = add_guest(g, (unsigned)address, time[i] < 0 ? 0 : time[i],
		    leaves > end ? end : leaves, -1, err);
	}
	free(time);
	return rc;
}

static int
give_roles(struct fv_guests *g, struct fv_err *err)
{
	struct fv_philox rng;
	unsigned n = g->profile->addresses, i, j;
	uint16_t keep;

	if ((g->by_role = fv_memory_new(n, sizeof(*g->by_role), err)) == NULL)
		return -1;
	for (i = 0; i < n; i++)
		g->by_role[i] = (uint16_t)i;
	fv_philox_start(&rng, g->seed, FV_STREAM_ROLES, 0, 0);
	for (i = n; i > 1; i--) {
		j = fv_law_below(&rng, i);
		keep = g->by_role[i - 1];
		g->by_role[i - 1] = g->by_role[j];
		g->by_role[j] = keep;
	}
	return 0;
}

/* The suspicious host's SYNs are printed: no other stack makes them. */
static void
set_suspect_manner(struct fv_guests *g, enum fv_syn_layout syn)
{
	uint8_t i;

	for (i = 0; i < g->profile->nmanners; i++)
		if (g->profile->manners[i].syn == syn)
			g->gadget[g->ngadgets - 1].manner = i;
}

/* Those who stay all month, and perhaps a second user for the suspect. */
static int
add_residents(struct fv_guests *g, int32_t end, struct fv_err *err)
{
	int32_t change =
	    (int32_t)fv_suspect_web_change(g->profile->days) * FV_GUESTS_DAY;
	unsigned i;

	for (i = 0; i < FV_GUESTS_RESIDENTS; i++) {
		g->last_left[g->by_role[i]] = end + FV_GUESTS_DAY;
		if (add_guest(g, g->by_role[i], 0, end, resident_persona[i],
			err) == -1)
			return -1;
		if (i == FV_ROLE_SUSPECT)
			set_suspect_manner(g, FV_SYN_52);
	}
	if (g->suspect_users < 2)
		return 0;
	g->guest[FV_ROLE_SUSPECT].leaves = change;
	if (add_guest(g, g->by_role[FV_ROLE_SUSPECT], change, end,
		resident_persona[FV_ROLE_SUSPECT], err) == -1)
		return -1;
	set_suspect_manner(g, FV_SYN_48);
	return 0;
}

static int
populate(struct fv_guests *g, struct fv_err *err)
{
	int32_t end = (int32_t)g->profile->days * FV_GUESTS_DAY;
	unsigned n = g->profile->addresses, i;
	bool *seen;
	int day, rc = 0;

	if (g->residents && add_residents(g, end, err) == -1)
		return -1;
	for (day = -WARM_UP; day < (int)g->profile->days; day++)
		if (arrivals(g, day, err) == -1)
			return -1;
	/* An address that the policy never gave out gets one late guest. */
	if ((seen = fv_memory_new(n, sizeof(*seen), err)) == NULL)
		return -1;
	for (i = 0; i < g->nguests; i++)
		seen[g->guest[i].address] = true;
	for (i = 0; i < n && rc == 0; i++)
		if (!seen[i])
			rc = add_guest(g, i, end / 2, end / 2 + 7200, -1, err);
	free(seen);
	return rc == 0 ? fv_pieces_fill(g, err) : -1;
}

struct fv_guests *
fv_guests_new(const struct fv_profile *profile, uint64_t seed, unsigned site,
    unsigned suspect_users, struct fv_err *err)
{
	struct fv_guests *g;
	struct fv_philox rng;
	unsigned i;

	if ((g = fv_memory_new(1, sizeof(*g), err)) == NULL)
		return NULL;
	fv_philox_start(&rng, seed, FV_STREAM_SITE, site, 0);
	g->seed = fv_philox_next(&rng);
	g->seed |= (uint64_t)fv_philox_next(&rng) << 32;
	g->profile = profile;
	g->kind = &profile->kinds[site % profile->nkinds];
	g->site = site;
	g->suspect_users = suspect_users;
	g->residents = profile->suspect && site == 0;
	g->last_left =
	    fv_memory_new(profile->addresses, sizeof(*g->last_left), err);
	if (g->last_left == NULL)
		goto fail;
	for (i = 0; i < profile->addresses; i++)
		g->last_left[i] = -(WARM_UP + 1) * FV_GUESTS_DAY;
	if (give_roles(g, err) == -1 || populate(g, err) == -1)
		goto fail;
	return g;
fail:
	fv_guests_free(g);
	return NULL;
}

void
fv_guests_free(struct fv_guests *g)
{
	if (g == NULL)
		return;
	free(g->guest);
	free(g->gadget);
	free(g->piece);
	free(g->first);
	free(g->by_role);
	free(g->last_left);
	free(g);
}

size_t
fv_guests_pieces(const struct fv_guests *g, unsigned day, unsigned address,
    const struct fv_piece **pieces)
{
	size_t slot = (size_t)day * g->profile->addresses + address;

	*pieces = g->piece + g->first[slot];
	return g->first[slot + 1] - g->first[slot];
}

uint32_t
fv_guests_ipv4(const struct fv_guests *g, unsigned address)
{
	/* 10.SITE.0.0/16, the first addresses left to the site itself. */
	return 10u << 24 | (g->site + 1) << 16 | (address + 10);
}

uint32_t
fv_guests_gateway(const struct fv_guests *g)
{
	return 10u << 24 | (g->site + 1) << 16 | 1;
}

void
fv_guests_check(const struct fv_guests *g)
{
	const struct fv_piece *piece;
	const struct fv_guest *guest, *other;
	size_t i, j, n;
	unsigned day, address;

	for (i = 0; i < g->nguests; i++)
		for (j = i + 1; j < g->nguests; j++) {
			guest = &g->guest[i];
			other = &g->guest[j];
			assert(guest->address != other->address ||
			    guest->leaves <= other->arrives ||
			    other->leaves <= guest->arrives);
		}
	for (i = 1; i < g->npieces; i++)
		assert(fv_pieces_compare(&g->piece[i - 1], &g->piece[i]) <= 0);
	for (address = 0; address < g->profile->addresses; address++) {
		n = 0;
		for (day = 0; day < g->profile->days; day++)
			n += fv_guests_pieces(g, day, address, &piece);
		assert(n > 0);
	}
}

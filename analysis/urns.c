#include "analysis/urns.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/nats.h"
#include "base/memory.h"
#include "datasets/flow.h"

#define LARGE 1e200

struct fv_urns {
	const struct fv_segments_session *session;
	size_t n;
	size_t *drawn;  /* by the sessions before k, in all */
	size_t *first;  /* what session k drew, and another session of its */
	uint32_t *id;   /* host: id[first[k]] up to id[first[k + 1]] */
	double *rarity; /* of a destination: votes of all over its own */
	size_t nids;
	uint32_t *stack; /* of a session, from 0; or FV_NO_ROW */
	double *share;   /* of a stack, among sessions */
	size_t nstacks;
	double concentration, stack_concentration;
	uint32_t *count; /* of the run at hand: of ids, then of stacks */
	double *rise;    /* rise[m]: of ln(1 + i/A), for i below m, the sum */
	size_t risen;    /* how far */
	double *weight;  /* of k to k + l: weight[k * LONGEST + l] */
};

/* A session knows a destination. */
struct draw {
	uint32_t destination;
	uint32_t session;
};

static int
by_destination(const void *a, const void *b)
{
	const struct draw *x = a, *y = b;

	if (x->destination != y->destination)
		return x->destination < y->destination ? -1 : 1;
	return x->session < y->session ? -1 : x->session > y->session;
}

static int
by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* Leave in ${draw} only what two sessions or more know; how much it is. */
static size_t
drop_lone(struct draw *draw, size_t n)
{
	size_t i, to, kept = 0;

	for (i = 0; i < n; i = to) {
		for (to = i;
		     to < n && draw[to].destination == draw[i].destination;
		     to++)
			;
		if (to - i < 2)
			continue;
		memmove(draw + kept, draw + i, (to - i) * sizeof(*draw));
		kept += to - i;
	}
	return kept;
}

/* Whether draws ${a} and ${b} are of one destination by one host. */
static bool
together(const struct fv_urns *u, const struct draw *a, const struct draw *b)
{
	return a->destination == b->destination &&
	    u->session[a->session].host == u->session[b->session].host;
}

/* Whether the host of ${draw}[i] draws its destination in other sessions. */
static bool
is_again(const struct fv_urns *u, const struct draw *draw, size_t n, size_t i)
{
	return (i > 0 && together(u, &draw[i - 1], &draw[i])) ||
	    (i + 1 < n && together(u, &draw[i], &draw[i + 1]));
}

/* Make counts of sessions, each one place ahead, sums of those before. */
static void
add_up(size_t *count, size_t n)
{
	size_t k;

	for (k = 0; k < n; k++)
		count[k + 1] += count[k];
}

/* Number the destinations of ${draw}, which stand together. */
static int
number_draws(
    struct fv_urns *u, const struct draw *draw, size_t n, struct fv_err *err)
{
	double vote, votes = 0;
	size_t *fill, i, k;
	uint32_t id = 0;

	u->id = fv_memory_new(n, sizeof(*u->id), err);
	u->rarity = fv_memory_new(n, sizeof(*u->rarity), err);
	u->first = fv_memory_new(u->n + 1, sizeof(*u->first), err);
	u->drawn = fv_memory_new(u->n + 1, sizeof(*u->drawn), err);
	fill = fv_memory_new(u->n + 1, sizeof(*fill), err);
	if (u->id == NULL || u->rarity == NULL || u->first == NULL ||
	    u->drawn == NULL || fill == NULL) {
		free(fill);
		return -1;
	}
	for (i = 0; i < n; i++) {
		u->drawn[draw[i].session + 1]++;
		u->first[draw[i].session + 1] += is_again(u, draw, n, i);
	}
	add_up(u->drawn, u->n);
	add_up(u->first, u->n);
	memcpy(fill, u->first, (u->n + 1) * sizeof(*fill));
	for (i = 0; i < n; i++) {
		if (i > 0 && draw[i].destination != draw[i - 1].destination)
			id++;
		/* Each session has one vote, however much it drew. */
		k = draw[i].session;
		if (is_again(u, draw, n, i))
			u->id[fill[k]++] = id;
		vote = 1 / (double)(u->drawn[k + 1] - u->drawn[k]);
		u->rarity[id] += vote;
		votes += vote;
	}
	u->nids = n == 0 ? 0 : id + 1;
	for (i = 0; i < u->nids; i++)
		u->rarity[i] = votes / u->rarity[i];
	free(fill);
	return 0;
}

static int
number_destinations(struct fv_urns *u, struct fv_err *err)
{
	const struct fv_segments_session *s = u->session;
	size_t draws = 0, i, k, n = 0;
	struct draw *draw;
	int rc;

	for (k = 0; k < u->n; k++)
		draws += s[k].ndestinations;
	if ((draw = fv_memory_new(draws, sizeof(*draw), err)) == NULL)
		return -1;
	for (k = 0; k < u->n; k++)
		for (i = 0; i < s[k].ndestinations; i++)
			draw[n++] =
			    (struct draw){ s[k].destination[i], (uint32_t)k };
	qsort(draw, n, sizeof(*draw), by_destination);
	rc = number_draws(u, draw, drop_lone(draw, n), err);
	free(draw);
	return rc;
}

/* Number the stacks, and how often each is a session's. */
static int
number_stacks(struct fv_urns *u, struct fv_err *err)
{
	uint32_t *sorted, *at;
	size_t i, n = 0, seen = 0;

	u->stack = fv_memory_new(u->n, sizeof(*u->stack), err);
	u->share = fv_memory_new(u->n, sizeof(*u->share), err);
	sorted = fv_memory_new(u->n, sizeof(*sorted), err);
	if (u->stack == NULL || u->share == NULL || sorted == NULL) {
		free(sorted);
		return -1;
	}
	for (i = 0; i < u->n; i++)
		if (u->session[i].stack != FV_NO_ROW)
			sorted[seen++] = u->session[i].stack;
	qsort(sorted, seen, sizeof(*sorted), by_number);
	for (i = 0; i < seen; i++)
		if (n == 0 || sorted[n - 1] != sorted[i])
			sorted[n++] = sorted[i];
	for (i = 0; i < u->n; i++) {
		u->stack[i] = FV_NO_ROW;
		if (u->session[i].stack == FV_NO_ROW)
			continue;
		at = bsearch(&u->session[i].stack, sorted, n, sizeof(*sorted),
		    by_number);
		u->stack[i] = (uint32_t)(at - sorted);
		u->share[u->stack[i]] += 1.0 / (double)seen;
	}
	u->nstacks = n;
	free(sorted);
	return 0;
}

static int
allocate(struct fv_urns *u, struct fv_err *err)
{
	size_t k, draws = 0, most = 0;

	for (k = 0; k < u->n; k++) {
		draws = (fv_urns_first(u, k) ? 0 : draws) + u->drawn[k + 1] -
		    u->drawn[k];
		most = draws > most ? draws : most;
	}
	u->count = fv_memory_new(u->nids + u->nstacks, sizeof(*u->count), err);
	u->rise = fv_memory_new(most + 1, sizeof(*u->rise), err);
	u->weight =
	    fv_memory_new(u->n * FV_SEGMENTS_LONGEST, sizeof(*u->weight), err);
	return u->count == NULL || u->rise == NULL || u->weight == NULL ? -1
									: 0;
}

struct fv_urns *
fv_urns_new(
    const struct fv_segments_session *session, size_t n, struct fv_err *err)
{
	struct fv_urns *u;

	if ((u = fv_memory_new(1, sizeof(*u), err)) == NULL)
		return NULL;
	u->session = session;
	u->n = n;
	u->stack_concentration = 0.3;
	if (number_destinations(u, err) == -1 || number_stacks(u, err) == -1 ||
	    allocate(u, err) == -1) {
		fv_urns_free(u);
		return NULL;
	}
	return u;
}

size_t
fv_urns_destinations(const struct fv_urns *u)
{
	return u->nids;
}

bool
fv_urns_first(const struct fv_urns *u, size_t k)
{
	return k == 0 || u->session[k].host != u->session[k - 1].host;
}

size_t
fv_urns_reach(const struct fv_urns *u, size_t k)
{
	size_t l = 1;

	while (
	    l < FV_SEGMENTS_LONGEST && k + l < u->n && !fv_urns_first(u, k + l))
		l++;
	return l;
}

/* A run, as far as it goes. */
struct run {
	size_t drawn;
	uint32_t stacks;
	struct fv_urns_parts weight;
};

/* Take session ${k} into ${r}. */
static void
take(struct fv_urns *u, struct run *r, size_t k)
{
	size_t i, draws = u->drawn[k + 1] - u->drawn[k];
	uint32_t *count, stack = u->stack[k];
	double base, product = 1;

	for (i = u->first[k]; i < u->first[k + 1]; i++) {
		count = &u->count[u->id[i]];
		if (*count > 0)
			product *=
			    1 + *count * u->rarity[u->id[i]] / u->concentration;
		(*count)++;
		/* One logarithm for many: no factor is above 2^64. */
		if (product > LARGE) {
			r->weight.destinations += fv_nats_ln(product);
			product = 1;
		}
	}
	r->weight.destinations += fv_nats_ln(product);
	r->weight.destinations -= u->rise[r->drawn + draws] - u->rise[r->drawn];
	r->drawn += draws;
	if (stack == FV_NO_ROW)
		return;
	count = &u->count[u->nids + stack];
	base = u->stack_concentration * u->share[stack];
	r->weight.stack += fv_nats_ln((base + *count) /
	    ((u->stack_concentration + r->stacks) * u->share[stack]));
	(*count)++;
	r->stacks++;
}

/* Make the counts of sessions ${from} to ${to} zero again. */
static void
forget(struct fv_urns *u, size_t from, size_t to)
{
	size_t i, k;

	for (k = from; k < to; k++) {
		for (i = u->first[k]; i < u->first[k + 1]; i++)
			u->count[u->id[i]] = 0;
		if (u->stack[k] != FV_NO_ROW)
			u->count[u->nids + u->stack[k]] = 0;
	}
}

void
fv_urns_set_stacks(struct fv_urns *u, double concentration)
{
	u->stack_concentration = concentration;
}

/* Have rise[] for ${draws} draws at a concentration. */
static void
set_concentration(struct fv_urns *u, double concentration, size_t draws)
{
	if (u->concentration != concentration) {
		u->concentration = concentration;
		u->risen = 0;
	}
	for (; u->risen < draws; u->risen++)
		u->rise[u->risen + 1] = u->rise[u->risen] +
		    fv_nats_ln(1 + (double)u->risen / concentration);
}

size_t
fv_urns_sessions(const struct fv_urns *u, size_t first)
{
	size_t n = 1;

	while (first + n < u->n && !fv_urns_first(u, first + n))
		n++;
	return n;
}

void
fv_urns_fill(struct fv_urns *u, size_t first, double concentration)
{
	size_t k, l, n, end = first + fv_urns_sessions(u, first);
	struct run r;

	set_concentration(u, concentration, u->drawn[end] - u->drawn[first]);
	for (k = first; k < end; k++) {
		r = (struct run){ .drawn = 0 };
		n = fv_urns_reach(u, k);
		for (l = 0; l < n; l++) {
			take(u, &r, k + l);
			u->weight[k * FV_SEGMENTS_LONGEST + l] =
			    r.weight.destinations + r.weight.stack;
		}
		forget(u, k, k + n);
	}
}

const double *
fv_urns_weights(const struct fv_urns *u, size_t k)
{
	return u->weight + k * FV_SEGMENTS_LONGEST;
}

struct fv_urns_parts
fv_urns_parts(struct fv_urns *u, size_t from, size_t to, double concentration)
{
	struct run r = { .drawn = 0 };
	size_t k;

	set_concentration(u, concentration, u->drawn[to] - u->drawn[from]);
	for (k = from; k < to; k++)
		take(u, &r, k);
	forget(u, from, to);
	return r.weight;
}

void
fv_urns_free(struct fv_urns *u)
{
	if (u == NULL)
		return;
	free(u->drawn);
	free(u->first);
	free(u->id);
	free(u->rarity);
	free(u->stack);
	free(u->share);
	free(u->count);
	free(u->rise);
	free(u->weight);
	free(u);
}

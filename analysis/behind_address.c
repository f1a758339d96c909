/*
 * R28c: several devices behind one address at the same time, as behind a
 * router or a tethered phone: TCP/IP stacks that take turns there.
 *
 * Two stacks that are seen one after the other are a change of hosts (R27);
 * two whose first and last SYNs interleave within half an hour are two
 * devices.
 */
#include <stdlib.h>

#include "analysis/insiders.h"
#include "analysis/registry.h"
#include "analysis/tally.h"
#include "base/memory.h"

#define HALF (30 * FV_INSIDERS_MINUTE)

enum { SYN = 2, ACK = 16, TOP = 10, MOST = 8 };

/* Half hours of a stack behind an address; some 50 bytes: 800 MiB. */
#ifndef BEHIND_LIMIT /* tests have a lower one */
#define BEHIND_LIMIT ((size_t)1 << 24)
#endif

/* The words of a value. */
enum { FIRST, LAST, SYNS, VALUE_WORDS };

struct state {
	struct fv_insiders in;
	uint32_t *class;      /* of each stack: the lowest number like it */
	struct fv_tally seen; /* by unit and half hour, and class */
	uint64_t syns, unknown;
	bool full;
};

static void
state_free(void *state)
{
	struct state *s = state;

	if (s == NULL)
		return;
	fv_insiders_free(&s->in);
	fv_tally_free(&s->seen);
	free(s->class);
	free(s);
}

/* A stack and its number, to find those that are alike. */
struct kin {
	struct fv_stack stack;
	uint32_t number;
};

/* By what a device keeps: not by its window, which varies by program. */
static int
by_signature(const struct kin *x, const struct kin *y)
{
	const struct fv_stack *a = &x->stack, *b = &y->stack;

	if (a->option_layout != b->option_layout)
		return a->option_layout < b->option_layout ? -1 : 1;
	if (a->syn_length != b->syn_length)
		return a->syn_length < b->syn_length ? -1 : 1;
	if (a->mss != b->mss)
		return a->mss < b->mss ? -1 : 1;
	if (a->window_scale != b->window_scale)
		return a->window_scale < b->window_scale ? -1 : 1;
	return a->ttl < b->ttl ? -1 : a->ttl > b->ttl;
}

static int
by_kin(const void *a, const void *b)
{
	const struct kin *x = a, *y = b;
	int order = by_signature(x, y);

	return order != 0 ? order : x->number < y->number ? -1 : 1;
}

static int
classify(
    struct state *s, const struct fv_analysis_context *c, struct fv_err *err)
{
	struct kin *kin;
	size_t i, first = 0;

	s->class = fv_memory_new(c->nstacks, sizeof(*s->class), err);
	kin = fv_memory_new(c->nstacks, sizeof(*kin), err);
	if (s->class == NULL || kin == NULL) {
		free(kin);
		return -1;
	}
	for (i = 0; i < c->nstacks; i++)
		kin[i] = (struct kin){ c->stacks[i], (uint32_t)i };
	qsort(kin, c->nstacks, sizeof(*kin), by_kin);
	for (i = 0; i < c->nstacks; i++) {
		if (by_signature(&kin[first], &kin[i]) != 0)
			first = i;
		s->class[kin[i].number] = kin[first].number;
	}
	free(kin);
	return 0;
}

static void *
init(const struct fv_analysis_context *context, struct fv_err *err)
{
	struct state *s;

	if ((s = fv_memory_new(1, sizeof(*s), err)) == NULL)
		return NULL;
	if (fv_insiders_init(&s->in, context, err) == -1 ||
	    fv_tally_init(&s->seen, 2, VALUE_WORDS, BEHIND_LIMIT, err) == -1 ||
	    classify(s, context, err) == -1) {
		state_free(s);
		return NULL;
	}
	return s;
}

static int
see(struct state *s, const uint64_t *key, const uint64_t *seen,
    struct fv_err *err)
{
	uint64_t *value;

	value =
	    fv_tally_at(&s->seen, key, fv_tally_hash(&s->seen, key, 2), 2, err);
	if (value == NULL) {
		if (err->code != FV_ELIMIT)
			return fv_err_within(err, "stacks of addresses");
		fv_tally_free(&s->seen);
		s->full = true;
		return 0;
	}
	if (seen[FIRST] > value[FIRST])
		value[FIRST] = seen[FIRST];
	if (seen[LAST] > value[LAST])
		value[LAST] = seen[LAST];
	value[SYNS] += seen[SYNS];
	return 0;
}

static int
add(void *state, const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	const int64_t *start = batch->column[FV_FLOW_START_TIME];
	const uint32_t *source = batch->column[FV_FLOW_SOURCE];
	const uint32_t *stack = batch->column[FV_FLOW_STACK];
	const uint8_t *flags = batch->column[FV_FLOW_INITIAL_TCP_FLAGS];
	const uint8_t *direction = batch->column[FV_FLOW_DIRECTION];
	uint64_t key[2], seen[VALUE_WORDS];
	struct state *s = state;
	uint32_t unit;
	size_t i;

	(void)context;
	for (i = 0; i < batch->rows; i++) {
		if ((flags[i] & (SYN | ACK)) != SYN ||
		    direction[i] != FV_DIRECTION_OUTBOUND ||
		    (unit = s->in.number[source[i]]) == FV_NO_ROW)
			continue;
		s->syns++;
		s->unknown += stack[i] == FV_NO_ROW;
		if (stack[i] == FV_NO_ROW || s->full)
			continue;
		key[0] =
		    fv_insiders_key(unit, fv_insiders_period(start[i], HALF));
		key[1] = s->class[stack[i]];
		seen[FIRST] = fv_analysis_earliness(start[i]);
		seen[LAST] = fv_insiders_lateness(start[i]);
		seen[SYNS] = 1;
		if (see(s, key, seen, err) == -1)
			return -1;
	}
	return 0;
}

static int
merge(void *into, const void *from, const struct fv_analysis_context *context,
    struct fv_err *err)
{
	const struct state *f = from;
	struct state *s = into;
	const uint64_t *key;
	size_t i;

	(void)context;
	s->syns += f->syns;
	s->unknown += f->unknown;
	if (f->full) {
		fv_tally_free(&s->seen);
		s->full = true;
	}
	for (i = 0; i < f->seen.count && !s->full; i++) {
		key = fv_tally_key(&f->seen, i);
		if (see(s, key, key + 2, err) == -1)
			return -1;
	}
	return 0;
}

/* A stack in a half hour of a unit. */
struct turn {
	uint64_t key;
	uint64_t class;
	int64_t first, last;
};

static int
by_key(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->class < y->class ? -1 : x->class > y->class;
}

/* What was found of an address. */
struct address {
	uint32_t unit;
	int64_t first;       /* its first SYN */
	size_t most;         /* stacks at a time */
	uint64_t halves;     /* half hours with a SYN */
	uint64_t shared;     /* of them, with several stacks that interleave */
	uint64_t days, last; /* days with one; the last was key ${last} */
};

/* Most half hours that are shared first. */
static int
by_sharing(const void *a, const void *b)
{
	const struct address *x = a, *y = b;

	if (x->shared != y->shared)
		return x->shared > y->shared ? -1 : 1;
	if (x->most != y->most)
		return x->most > y->most ? -1 : 1;
	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return x->unit < y->unit ? -1 : x->unit > y->unit;
}

/*
 * How many of the ${n} stacks of a half hour are there at one time: the most
 * that the time of some first SYN lies within, from first to last.
 */
static size_t
at_once(const struct turn *t, size_t n)
{
	size_t i, k, now, most = 0;

	for (i = 0; i < n; i++) {
		for (k = now = 0; k < n; k++)
			now += t[k].first <= t[i].first &&
			    (k == i || t[k].last > t[i].first);
		most = now > most ? now : most;
	}
	return most;
}

/* All that was found. */
struct finding {
	struct turn *turn;
	size_t n;
	struct address *address;
	uint64_t halves[MOST + 1]; /* by stacks at once; the last: or more */
	uint64_t busiest, busiest_devices; /* half hour with most addresses */
};

static void
survey_address(struct finding *f, size_t from, size_t to)
{
	uint32_t unit = fv_insiders_unit(f->turn[from].key);
	struct address *a = &f->address[unit];
	size_t i, end, most;
	uint64_t day;

	a->first = INT64_MAX;
	for (i = from; i < to; i++)
		if (f->turn[i].first < a->first)
			a->first = f->turn[i].first;
	for (i = from; i < to; i = end) {
		for (end = i; end < to; end++)
			if (f->turn[end].key != f->turn[i].key)
				break;
		most = at_once(f->turn + i, end - i);
		a->most = most > a->most ? most : a->most;
		a->halves++;
		f->halves[most > MOST ? MOST : most]++;
		if (most < 2)
			continue;
		a->shared++;
		day = fv_insiders_key(unit,
		    fv_insiders_period(fv_insiders_when(f->turn[i].key), 48));
		a->days += a->days == 0 || a->last != day;
		a->last = day;
	}
}

static int
survey(const struct state *s, struct finding *f, struct fv_err *err)
{
	const uint64_t *key;
	size_t i, to;

	f->n = s->seen.count;
	f->turn = fv_memory_new(f->n, sizeof(*f->turn), err);
	f->address = fv_memory_new(s->in.n, sizeof(*f->address), err);
	if (f->turn == NULL || f->address == NULL)
		return -1;
	for (i = 0; i < s->in.n; i++)
		f->address[i].unit = (uint32_t)i;
	for (i = 0; i < f->n; i++) {
		key = fv_tally_key(&s->seen, i);
		f->turn[i] = (struct turn){ key[0], key[1],
			fv_insiders_time(~key[2 + FIRST]),
			fv_insiders_time(key[2 + LAST]) };
	}
	qsort(f->turn, f->n, sizeof(*f->turn), by_key);
	for (i = 0; i < f->n; i = to) {
		for (to = i; to < f->n; to++)
			if (fv_insiders_unit(f->turn[to].key) !=
			    fv_insiders_unit(f->turn[i].key))
				break;
		survey_address(f, i, to);
	}
	return 0;
}

static void
put_addresses(const struct state *s, const struct finding *f,
    const struct fv_analysis_context *c, struct fv_result *r)
{
	const struct address *a = f->address;
	size_t i, n = 0;

	fv_result_table(
	    r, "addresses", "Addresses with several devices behind");
	fv_result_column(
	    r, "host", "address", FV_RESULT_HOST, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "most", "devices, at least", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "halves", "half hours", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(r, "shared", "of them shared", FV_RESULT_COUNT,
	    FV_RESULT_BAR_LINEAR);
	fv_result_column(
	    r, "days", "on days", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	while (n < s->in.n && a[n].shared > 0)
		n++;
	fv_result_shown(r, TOP, n);
	for (i = 0; i < n && i < FV_RESULT_ROWS_KEPT; i++) {
		fv_analysis_host(r, c, i + 1, s->in.host[a[i].unit]);
		fv_result_count(r, a[i].most);
		fv_result_count(r, a[i].halves);
		fv_result_count(r, a[i].shared);
		fv_result_count(r, a[i].days);
	}
}

static void
put(const struct state *s, struct finding *f,
    const struct fv_analysis_context *c, struct fv_result *r)
{
	uint64_t any = 0, shared = 0, devices = 0, halves = 0;
	size_t i;

	for (i = 0; i < s->in.n; i++) {
		any += f->address[i].halves > 0;
		shared += f->address[i].shared > 0;
	}
	for (i = 1; i <= MOST; i++) {
		halves += f->halves[i];
		devices += i * f->halves[i];
	}
	fv_result_fact(
	    r, "addresses", "Addresses that opened connections", NULL);
	fv_result_count(r, any);
	fv_result_fact(r, "shared", "with several devices at a time", NULL);
	fv_result_count(r, shared);
	fv_result_fact(r, "halves", "Half hours of an address", NULL);
	fv_result_count(r, halves);
	fv_result_fact(r, "shared_halves", "with several devices", NULL);
	fv_analysis_share(r, halves - f->halves[1], halves);
	fv_result_fact(
	    r, "devices", "Devices for each active address, at least", NULL);
	fv_result_ratio(r, devices, halves, 3);
	fv_result_table(
	    r, "at_once", "Devices behind an address in half an hour");
	fv_result_column(r, "devices", "devices, at least", FV_RESULT_NUMBER,
	    FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "halves", "half hours", FV_RESULT_COUNT, FV_RESULT_BAR_LOG);
	fv_result_column(
	    r, "share", "share", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	for (i = 1; i <= MOST; i++) {
		if (f->halves[i] == 0)
			continue;
		fv_result_number(r, i);
		fv_result_count(r, f->halves[i]);
		fv_analysis_share(r, f->halves[i], halves);
	}
	qsort(f->address, s->in.n, sizeof(*f->address), by_sharing);
	put_addresses(s, f, c, r);
	fv_result_note(r,
	    "Devices are told apart by their first packets of TCP: the class "
	    "of the initial TTL, length, option layout, MSS and window scale. "
	    "They are there at a time when one's SYNs lie between "
	    "another's within half an hour; one after the other is a change "
	    "of hosts (R27), and not counted.");
	fv_result_note(r,
	    "These are lower bounds: devices of one kind look alike, and one "
	    "that only uses UDP is not seen. They are no proof either: one "
	    "device with a virtual machine has two stacks. TTLs are kept by "
	    "class, so a TTL that a router lowered by one cannot be told.");
}

static int
finish(const void *state, const struct fv_analysis_context *c,
    struct fv_result *r, struct fv_err *err)
{
	const struct state *s = state;
	struct finding f = { .n = 0 };
	int rc = -1;

	fv_result_section(r, "R28c",
	    "What would you do? Devices behind an address",
	    "Internal addresses behind which several TCP/IP stacks take turns "
	    "within half an hour: how wrong it is to take an address for a "
	    "user.");
	if (fv_insiders_missing(&s->in, c, r))
		return 0;
	if (s->full) {
		fv_result_note(r,
		    "Limit reached: more than %zu half hours of a stack behind "
		    "an address, so this result is left out. Report on fewer "
		    "datasets at a time.",
		    BEHIND_LIMIT);
		return 0;
	}
	if (s->syns == s->unknown) {
		fv_result_note(r,
		    s->syns == 0
			? "No internal address is known to have opened a TCP "
			  "connection, so there are no stacks to compare."
			: "The stacks of the connections are not in these data "
			  "(a policy may have dropped them), so this result is "
			  "left out.");
		return 0;
	}
	if (survey(s, &f, err) == 0) {
		put(s, &f, c, r);
		rc = 0;
	}
	free(f.turn);
	free(f.address);
	return rc;
}

const struct fv_analysis fv_behind_address_analysis = {
	.ids = "R28c",
	.name = "behind_address",
	.description = "How many devices are behind an address at a time, by "
		       "their TCP/IP stacks.",
	.columns = FV_ANALYSIS_COLUMN(START_TIME) | FV_ANALYSIS_COLUMN(SOURCE) |
	    FV_ANALYSIS_COLUMN(DIRECTION) | FV_ANALYSIS_COLUMN(STACK) |
	    FV_ANALYSIS_COLUMN(INITIAL_TCP_FLAGS),
	.init = init,
	.add = add,
	.merge = merge,
	.finish = finish,
	.free = state_free,
};

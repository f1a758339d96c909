#include "analysis/visits.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "datasets/hosts.h"

enum { SYN = 2, ACK = 16, AHEAD = 32 };

/* Words of a key; destinations that are not public are all one. */
enum { WHERE, WHAT, KEY_WORDS };
#define NOT_PUBLIC ((uint64_t)FV_NO_ROW)

/* Values of a visit, so that the larger one is kept. */
enum { FIRST, LAST, VISIT_WORDS };

/* Times as unsigned numbers in the same order. */
static uint64_t
lateness(int64_t time)
{
	return (uint64_t)time ^ (uint64_t)1 << 63;
}

static int64_t
time_of_lateness(uint64_t lateness)
{
	return (int64_t)(lateness ^ (uint64_t)1 << 63);
}

/* Host above, slot below: 64 bits of nanoseconds have 2^24 slots. */
static uint64_t
where(uint32_t host, int64_t time)
{
	return (uint64_t)host << 32 | lateness(time) / FV_VISITS_SLOT;
}

int
fv_visits_init(struct fv_visits *s, struct fv_err *err)
{
	*s = (struct fv_visits){ .full = false };
	if (fv_tally_init(
		&s->visits, KEY_WORDS, VISIT_WORDS, FV_VISITS_LIMIT, err) == -1)
		return -1;
	return fv_tally_init(&s->stacks, KEY_WORDS, 1, FV_VISITS_LIMIT, err);
}

void
fv_visits_free(struct fv_visits *s)
{
	fv_tally_free(&s->visits);
	fv_tally_free(&s->stacks);
}

/* There is too much; then it does not matter which part of it is kept. */
static void
fill(struct fv_visits *s)
{
	fv_visits_free(s);
	s->full = true;
}

/* Whether a failure is the limit, with which the state is full. */
static int
past_limit(struct fv_visits *s, struct fv_err *err)
{
	if (err->code != FV_ELIMIT)
		return fv_err_within(err, "sessions");
	fill(s);
	return 0;
}

static int
visit(struct fv_visits *s, const uint64_t *key, uint64_t hash, uint64_t first,
    uint64_t last, struct fv_err *err)
{
	uint64_t *value;

	value = fv_tally_at(&s->visits, key, hash, KEY_WORDS, err);
	if (value == NULL)
		return past_limit(s, err);
	if (first > value[FIRST])
		value[FIRST] = first;
	if (last > value[LAST])
		value[LAST] = last;
	return 0;
}

static int
count_stack(struct fv_visits *s, const uint64_t *key, uint64_t times,
    struct fv_err *err)
{
	uint64_t *value;

	value = fv_tally_at(&s->stacks, key,
	    fv_tally_hash(&s->stacks, key, KEY_WORDS), KEY_WORDS, err);
	if (value == NULL)
		return past_limit(s, err);
	*value += times;
	return 0;
}

/* Rows that are looked up together, so that memory is asked for ahead. */
struct some {
	uint64_t key[AHEAD][KEY_WORDS];
	uint64_t hash[AHEAD];
	uint64_t first[AHEAD], last[AHEAD];
	size_t n;
};

static int
visit_some(struct fv_visits *s, struct some *some, struct fv_err *err)
{
	size_t i;

	for (i = 0; i < some->n; i++)
		fv_tally_prefetch_entry(&s->visits, some->hash[i]);
	for (i = 0; i < some->n && !s->full; i++)
		if (visit(s, some->key[i], some->hash[i], some->first[i],
			some->last[i], err) == -1)
			return -1;
	some->n = 0;
	return 0;
}

/* When a record ends; no time is later than the last there is. */
static int64_t
end_of(int64_t start, int64_t duration)
{
	int64_t end;

	if (duration < 0 || __builtin_add_overflow(start, duration, &end))
		return start;
	return end;
}

int
fv_visits_add(struct fv_visits *s, const struct fv_analysis_context *c,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	const int64_t *start = batch->column[FV_FLOW_START_TIME];
	const int64_t *duration = batch->column[FV_FLOW_DURATION];
	const uint32_t *source = batch->column[FV_FLOW_SOURCE];
	const uint32_t *destination = batch->column[FV_FLOW_DESTINATION];
	const uint32_t *stack = batch->column[FV_FLOW_STACK];
	const uint8_t *flags = batch->column[FV_FLOW_INITIAL_TCP_FLAGS];
	const uint8_t *direction = batch->column[FV_FLOW_DIRECTION];
	struct some some = { .n = 0 };
	uint64_t *key, by_stack[KEY_WORDS];
	size_t i;

	for (i = 0; i < batch->rows && !s->full; i++) {
		if (direction[i] != FV_DIRECTION_OUTBOUND ||
		    !c->hosts[source[i]].internal)
			continue;
		key = some.key[some.n];
		key[WHERE] = where(source[i], start[i]);
		key[WHAT] =
		    fv_hosts_is_public(c->hosts[destination[i]].address_class)
		    ? destination[i]
		    : NOT_PUBLIC;
		some.first[some.n] = fv_analysis_earliness(start[i]);
		some.last[some.n] = lateness(end_of(start[i], duration[i]));
		some.hash[some.n] = fv_tally_hash(&s->visits, key, KEY_WORDS);
		fv_tally_prefetch(&s->visits, some.hash[some.n]);
		if ((flags[i] & (SYN | ACK)) == SYN && stack[i] != FV_NO_ROW) {
			by_stack[WHERE] = key[WHERE];
			by_stack[WHAT] = stack[i];
			if (count_stack(s, by_stack, 1, err) == -1)
				return -1;
		}
		if (++some.n == AHEAD && !s->full &&
		    visit_some(s, &some, err) == -1)
			return -1;
	}
	return s->full ? 0 : visit_some(s, &some, err);
}

int
fv_visits_merge(
    struct fv_visits *into, const struct fv_visits *from, struct fv_err *err)
{
	const uint64_t *key;
	size_t i;

	if (from->full)
		fill(into);
	for (i = 0; i < from->visits.count && !into->full; i++) {
		key = fv_tally_key(&from->visits, i);
		if (visit(into, key,
			fv_tally_hash(&into->visits, key, KEY_WORDS),
			key[KEY_WORDS + FIRST], key[KEY_WORDS + LAST],
			err) == -1)
			return -1;
	}
	for (i = 0; i < from->stacks.count && !into->full; i++) {
		key = fv_tally_key(&from->stacks, i);
		if (count_stack(into, key, key[KEY_WORDS], err) == -1)
			return -1;
	}
	return 0;
}

/* A tally's entry; all of them are put in order of their keys. */
struct entry {
	uint64_t where, what, value[VISIT_WORDS];
};

static int
by_key(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->where != y->where)
		return x->where < y->where ? -1 : 1;
	return x->what < y->what ? -1 : x->what > y->what;
}

static struct entry *
sorted(const struct fv_tally *t, struct fv_err *err)
{
	const uint64_t *key;
	struct entry *e;
	size_t i;

	if ((e = fv_memory_new(t->count, sizeof(*e), err)) == NULL)
		return NULL;
	for (i = 0; i < t->count; i++) {
		key = fv_tally_key(t, i);
		e[i] = (struct entry){ .where = key[WHERE], .what = key[WHAT] };
		memcpy(e[i].value, key + KEY_WORDS,
		    (t->words - KEY_WORDS) * sizeof(*key));
	}
	qsort(e, t->count, sizeof(*e), by_key);
	return e;
}

static int
by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* What is being cut: the visits, and the stacks beside them. */
struct cutter {
	const struct entry *visit, *stack;
	size_t nvisits, nstacks;
	size_t at_stack;  /* the first that is not behind us */
	uint64_t *counts; /* scratch: how often a session shows each stack */
	struct fv_visits_list *list;
	size_t used; /* of its destinations */
};

/* Where the entries of one host and slot end. */
static size_t
end_of_slot(const struct cutter *c, size_t from)
{
	size_t to = from;

	while (to < c->nvisits && c->visit[to].where == c->visit[from].where)
		to++;
	return to;
}

/* The stack that slots ${from} to ${to} show most; of equals the first. */
static uint32_t
stack_of(struct cutter *c, uint64_t from, uint64_t to)
{
	uint64_t most = 0, stacks = 0;
	uint32_t stack = FV_NO_ROW;
	size_t i, begin;

	while (c->at_stack < c->nstacks && c->stack[c->at_stack].where < from)
		c->at_stack++;
	begin = c->at_stack;
	for (i = begin; i < c->nstacks && c->stack[i].where <= to; i++) {
		c->counts[c->stack[i].what] += c->stack[i].value[0];
		stacks++;
	}
	for (i = begin; i < begin + stacks; i++) {
		if (c->counts[c->stack[i].what] > most ||
		    (c->counts[c->stack[i].what] == most &&
			c->stack[i].what < stack)) {
			most = c->counts[c->stack[i].what];
			stack = (uint32_t)c->stack[i].what;
		}
	}
	for (i = begin; i < begin + stacks; i++)
		c->counts[c->stack[i].what] = 0;
	return stack;
}

/* Make the entries ${from} up to ${to} a session. */
static void
put_session(
    struct cutter *c, size_t from, size_t to, int64_t begin, int64_t end)
{
	struct fv_segments_session *s = &c->list->session[c->list->n++];
	uint32_t *destination = c->list->destination + c->used;
	size_t i, n = 0, kept = 0;

	for (i = from; i < to; i++)
		if (c->visit[i].what != NOT_PUBLIC)
			destination[n++] = (uint32_t)c->visit[i].what;
	qsort(destination, n, sizeof(*destination), by_number);
	for (i = 0; i < n; i++)
		if (kept == 0 || destination[kept - 1] != destination[i])
			destination[kept++] = destination[i];
	c->used += kept;
	*s = (struct fv_segments_session){
		.host = (uint32_t)(c->visit[from].where >> 32),
		.begin = begin,
		.end = end,
		.stack =
		    stack_of(c, c->visit[from].where, c->visit[to - 1].where),
		.destination = destination,
		.ndestinations = kept,
	};
}

/* Whether a new session begins with what was first seen at ${first}. */
static bool
cuts(const struct cutter *c, size_t from, size_t at, int64_t begin, int64_t end,
    int64_t first)
{
	if (c->visit[at].where >> 32 != c->visit[from].where >> 32)
		return true;
	/* Times of any dataset may differ by more than 63 bits hold. */
	return (first > end &&
		   (uint64_t)first - (uint64_t)end > FV_VISITS_SLOT) ||
	    (first > begin &&
		(uint64_t)first - (uint64_t)begin > FV_VISITS_LONGEST);
}

static void
cut(struct cutter *c)
{
	int64_t begin = 0, end = 0, first, last;
	uint64_t earliest, latest;
	size_t i, k, to, from = 0;

	for (i = 0; i < c->nvisits; i = to) {
		to = end_of_slot(c, i);
		earliest = latest = 0;
		for (k = i; k < to; k++) {
			if (c->visit[k].value[FIRST] > earliest)
				earliest = c->visit[k].value[FIRST];
			if (c->visit[k].value[LAST] > latest)
				latest = c->visit[k].value[LAST];
		}
		first = time_of_lateness(~earliest);
		last = time_of_lateness(latest);
		if (i > 0 && cuts(c, from, i, begin, end, first)) {
			put_session(c, from, i, begin, end);
			from = i;
		}
		if (i == from) {
			begin = first;
			end = last;
		}
		end = last > end ? last : end;
	}
	if (c->nvisits > 0)
		put_session(c, from, c->nvisits, begin, end);
}

int
fv_visits_cut(
    const struct fv_visits *s, struct fv_visits_list *list, struct fv_err *err)
{
	struct entry *visit = NULL, *stack = NULL;
	struct cutter c = { .list = list };
	uint64_t stacks = 0;
	size_t i;
	int rc = -1;

	*list = (struct fv_visits_list){ .n = 0 };
	visit = sorted(&s->visits, err);
	stack = sorted(&s->stacks, err);
	if (visit == NULL || stack == NULL)
		goto out;
	for (i = 0; i < s->stacks.count; i++)
		if (stack[i].what >= stacks)
			stacks = stack[i].what + 1;
	c.visit = visit;
	c.nvisits = s->visits.count;
	c.stack = stack;
	c.nstacks = s->stacks.count;
	c.counts = fv_memory_new((size_t)stacks, sizeof(*c.counts), err);
	/* No more sessions than slots, nor destinations than visits. */
	list->session = fv_memory_new(c.nvisits, sizeof(*list->session), err);
	list->destination =
	    fv_memory_new(c.nvisits, sizeof(*list->destination), err);
	if (c.counts == NULL || list->session == NULL ||
	    list->destination == NULL)
		goto out;
	cut(&c);
	rc = 0;
out:
	free(visit);
	free(stack);
	free(c.counts);
	if (rc == -1)
		fv_visits_list_free(list);
	return rc;
}

void
fv_visits_list_free(struct fv_visits_list *list)
{
	free(list->session);
	free(list->destination);
	*list = (struct fv_visits_list){ .n = 0 };
}

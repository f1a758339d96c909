#include "convert/flow_table.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/hashmap.h"
#include "base/memory.h"
#include "convert/flow_count.h"
#include "convert/flow_key.h"
#include "convert/flow_session.h"

/* Idle flows ended per packet: enough to keep up, too few to stall. */
enum { EXPIRE_PER_PACKET = 4 };

/* Rows handed to the sink at a time. */
enum { SINK_BATCH = 256 };

#define NOBODY UINT32_MAX

/* A flow under way: two cache lines. */
struct record {
	struct fv_flow_key key;
	uint32_t older; /* in order of the last packet's arrival */
	uint32_t newer; /* or the next free record */
	uint64_t hash;
	struct fv_flow row;
};

/* Flows in the order of their last packets' arrival. */
struct age {
	uint32_t oldest;
	uint32_t newest;
};

/* Flows that go on, and TCP flows that have ended and linger. */
enum { OPEN, CLOSED, AGES };

/*
 * Invariants (fv_flow_table_check):
 * 1. The age lists from oldest to newest hold each flow once, and the map
 *    holds each of them once; together with the free list they are all the
 *    records below used.
 * 2. row.packets >= 1 and row.duration >= 0 in each flow.
 */
struct fv_flow_table {
	struct fv_flow_table_options options;
	struct fv_publisher *publisher;
	fv_flow_sink *sink;
	void *context;
	struct fv_hash_key hash_key;
	struct fv_hashmap map;
	struct record *record;
	size_t capacity;
	size_t used;
	struct fv_flow_session *session; /* by record; NULL: not of biflows */
	size_t session_capacity;
	struct age age[AGES];
	uint32_t free;
	unsigned how;  /* enum fv_flow_key_how */
	int64_t clock; /* the latest packet, but see set_clock */
	uint64_t evicted;
	size_t nrows;
	struct fv_flow rows[SINK_BATCH];
	struct fv_flow_reverse reverse[SINK_BATCH];
};

/* A packet on its way into the table. */
struct arrival {
	const struct fv_publisher_input *inputs;
	const struct fv_raw_packet *p;
	struct fv_flow_key key;
	uint64_t hash;
	unsigned side;
};

struct fv_flow_table *
fv_flow_table_new(const struct fv_flow_table_options *options,
    struct fv_publisher *publisher, fv_flow_sink *sink, void *context,
    struct fv_err *err)
{
	struct fv_flow_table *t;

	assert(options->idle_timeout > 0 && options->active_timeout >= 0);
	assert(!options->biflow || options->tcp_linger > 0);
	if ((t = fv_memory_new(1, sizeof(*t), err)) == NULL)
		return NULL;
	t->options = *options;
	t->publisher = publisher;
	t->sink = sink;
	t->context = context;
	if (t->options.max_flows == 0 ||
	    t->options.max_flows > FV_FLOW_TABLE_LIMIT)
		t->options.max_flows = FV_FLOW_TABLE_LIMIT;
	t->how = (options->biflow ? FV_FLOW_KEY_BOTH : 0) |
	    (options->vlan_in_key ? FV_FLOW_KEY_VLAN : 0);
	t->age[OPEN] = t->age[CLOSED] = (struct age){ NOBODY, NOBODY };
	t->free = NOBODY;
	t->clock = INT64_MIN;
	if (fv_hash_key_random(&t->hash_key, err) == -1 ||
	    fv_hashmap_init(&t->map, 0, err) == -1) {
		fv_flow_table_free(t);
		return NULL;
	}
	return t;
}

static int
deliver(struct fv_flow_table *t, struct fv_err *err)
{
	size_t n = t->nrows;

	t->nrows = 0;
	return n == 0 ? 0
		      : t->sink(t->context, t->rows,
			    t->options.biflow ? t->reverse : NULL, n, err);
}

/* Which of the lists flow ${n} is in. */
static struct age *
age_of(struct fv_flow_table *t, uint32_t n)
{
	return &t->age[t->options.biflow && t->session[n].closed ? CLOSED
								 : OPEN];
}

static void
unlink_age(struct fv_flow_table *t, struct age *age, const struct record *r)
{
	if (r->older == NOBODY)
		age->oldest = r->newer;
	else
		t->record[r->older].newer = r->newer;
	if (r->newer == NOBODY)
		age->newest = r->older;
	else
		t->record[r->newer].older = r->older;
}

static void
link_newest(struct fv_flow_table *t, struct age *age, uint32_t n)
{
	struct record *r = &t->record[n];

	r->older = age->newest;
	r->newer = NOBODY;
	if (age->newest == NOBODY)
		age->oldest = n;
	else
		t->record[age->newest].newer = n;
	age->newest = n;
}

/* End flow ${n}: its row goes out, its record becomes free. */
static int
end(struct fv_flow_table *t, uint32_t n, enum fv_end_reason reason,
    struct fv_err *err)
{
	struct record *r = &t->record[n];

	if (t->options.biflow) {
		if (t->session[n].closed)
			reason = FV_END_OF_FLOW;
		fv_flow_session_publish(
		    &t->session[n], &r->row, &t->reverse[t->nrows]);
	}
	r->row.end_reason = (uint8_t)reason;
	t->rows[t->nrows++] = r->row;
	fv_hashmap_remove(&t->map, r->hash, n);
	unlink_age(t, age_of(t, n), r);
	r->newer = t->free;
	t->free = n;
	return t->nrows == SINK_BATCH ? deliver(t, err) : 0;
}

static int64_t
first_time(const struct fv_flow_table *t, uint32_t n)
{
	const struct fv_flow *row = &t->record[n].row;

	return t->options.biflow ? fv_flow_session_first(&t->session[n], row)
				 : row->start_time;
}

static int64_t
last_time(const struct fv_flow_table *t, uint32_t n)
{
	const struct fv_flow *row = &t->record[n].row;

	return t->options.biflow ? fv_flow_session_last(&t->session[n], row)
				 : row->start_time + row->duration;
}

/* ${b} - ${a} where ${b} >= ${a}, without overflow. */
static uint64_t
span(int64_t a, int64_t b)
{
	return (uint64_t)b - (uint64_t)a;
}

/* The silence that ends flow ${n}. */
static uint64_t
patience(const struct fv_flow_table *t, uint32_t n)
{
	return (uint64_t)(t->options.biflow && t->session[n].closed
		? t->options.tcp_linger
		: t->options.idle_timeout);
}

/*
 * Why flow ${n} must end before packet ${a} is added; FV_END_NONE
 * when it need not.  A packet from long before the flow (the captures were
 * not in order) is as far from it as one from long after.
 */
static enum fv_end_reason
must_end(const struct fv_flow_table *t, uint32_t n, const struct arrival *a)
{
	uint64_t active = (uint64_t)t->options.active_timeout;
	int64_t first = first_time(t, n), last = last_time(t, n);
	int64_t time = a->p->time;

	if (time > last && span(last, time) >= patience(t, n))
		return FV_END_IDLE;
	if (time < first &&
	    span(time, first) >= (uint64_t)t->options.idle_timeout)
		return FV_END_IDLE;
	if (active != 0 && time > first && span(first, time) >= active)
		return FV_END_ACTIVE;
	if (t->options.biflow &&
	    fv_flow_session_renewed(
		&t->session[n], &t->record[n].row, a->p, a->side))
		return FV_END_OF_FLOW;
	return FV_END_NONE;
}

/* End the oldest flows that the clock has left behind, a few at a time. */
static int
expire(struct fv_flow_table *t, struct fv_err *err)
{
	uint32_t n;
	int64_t last;
	int i, left = EXPIRE_PER_PACKET;

	for (i = t->options.biflow ? CLOSED : OPEN; i >= OPEN; i--)
		for (; left > 0 && (n = t->age[i].oldest) != NOBODY; left--) {
			last = last_time(t, n);
			if (t->clock <= last ||
			    span(last, t->clock) < patience(t, n))
				break;
			if (end(t, n, FV_END_IDLE, err) == -1)
				return -1;
		}
	return 0;
}

/*
 * Let the clock follow a packet of ${time}.  One that is behind by as much as
 * ends a flow shows that the clock was not its own: by it, every flow that
 * begins now would be idle at once.
 */
static void
set_clock(struct fv_flow_table *t, int64_t time)
{
	if (time > t->clock ||
	    span(time, t->clock) >= (uint64_t)t->options.idle_timeout)
		t->clock = time;
}

static uint32_t
find(
    const struct fv_flow_table *t, const struct fv_flow_key *key, uint64_t hash)
{
	size_t at = 0;
	uint32_t n;

	while ((n = fv_hashmap_next(&t->map, hash, &at)) != FV_HASHMAP_NONE)
		if (memcmp(&t->record[n].key, key, sizeof(*key)) == 0)
			return n;
	return NOBODY;
}

/* A record from the free list, or a new one. */
static int
take_record(struct fv_flow_table *t, uint32_t *n, struct fv_err *err)
{
	struct fv_flow_session *sessions;
	struct record *grown;

	if (t->free != NOBODY) {
		*n = t->free;
		t->free = t->record[*n].newer;
		return 0;
	}
	grown = fv_memory_grow(t->record, &t->capacity, t->used + 1,
	    sizeof(*grown), FV_FLOW_TABLE_LIMIT, err);
	if (grown == NULL)
		return fv_err_within(err, "flow table");
	t->record = grown;
	if (t->options.biflow) {
		sessions = fv_memory_grow(t->session, &t->session_capacity,
		    t->used + 1, sizeof(*sessions), FV_FLOW_TABLE_LIMIT, err);
		if (sessions == NULL)
			return fv_err_within(err, "flow table");
		t->session = sessions;
	}
	*n = (uint32_t)t->used++;
	return 0;
}

/* Make room for one flow: what has ended goes first, then who is idle. */
static int
evict(struct fv_flow_table *t, struct fv_err *err)
{
	uint32_t n = t->age[CLOSED].oldest;

	if (t->map.used < t->options.max_flows)
		return 0;
	if (n == NOBODY) {
		n = t->age[OPEN].oldest;
		t->evicted++;
	}
	return end(t, n, FV_END_RESOURCES, err);
}

/* ${before}: the session that this one goes on with, or NULL. */
static int
begin(struct fv_flow_table *t, const struct arrival *a,
    const struct fv_flow_session *before, struct fv_err *err)
{
	struct record *r;
	uint32_t n = NOBODY;

	if (evict(t, err) == -1 || take_record(t, &n, err) == -1 ||
	    fv_hashmap_add(&t->map, a->hash, n, err) == -1)
		return -1;
	r = &t->record[n];
	r->key = a->key;
	r->hash = a->hash;
	if (before != NULL)
		fv_flow_session_resume(&t->session[n], a->p, a->side, before);
	else if (t->options.biflow)
		fv_flow_session_begin(&t->session[n], a->p, a->side);
	link_newest(t, age_of(t, n), n);
	return fv_publisher_rows(
	    t->publisher, a->inputs, a->p, 1, &r->row, err);
}

static int
update(struct fv_flow_table *t, uint32_t n, const struct arrival *a,
    struct fv_err *err)
{
	struct record *r = &t->record[n];
	struct age *before = age_of(t, n), *age = before;

	if (!t->options.biflow) {
		if (fv_flow_count_one(
			t->publisher, a->inputs, a->p, &r->row, err) == -1)
			return -1;
	} else {
		if (fv_flow_count_either(t->publisher, a->inputs, a->p, a->side,
			&t->session[n], &r->row, err) == -1)
			return -1;
		age = age_of(t, n);
	}
	if (age != before || age->newest != n) {
		unlink_age(t, before, r);
		link_newest(t, age, n);
	}
	return 0;
}

static int
add(struct fv_flow_table *t, const struct arrival *a, struct fv_err *err)
{
	const struct fv_flow_session *before = NULL;
	struct fv_flow_session last;
	enum fv_end_reason reason;
	uint32_t n = find(t, &a->key, a->hash);

	if (n != NOBODY && (reason = must_end(t, n, a)) != FV_END_NONE) {
		if (reason == FV_END_ACTIVE && t->options.biflow &&
		    !t->session[n].closed) {
			last = t->session[n];
			before = &last;
		}
		if (end(t, n, reason, err) == -1)
			return -1;
		n = NOBODY;
	}
	if ((n != NOBODY ? update(t, n, a, err) : begin(t, a, before, err)) ==
	    -1)
		return -1;
	set_clock(t, a->p->time);
	return expire(t, err);
}

int
fv_flow_table_add(struct fv_flow_table *t,
    const struct fv_publisher_input *inputs,
    const struct fv_raw_packet *packets, size_t n, struct fv_err *err)
{
	struct arrival a[FV_PUBLISHER_BATCH];
	size_t i, at;
	uint32_t number;

	assert(n <= FV_PUBLISHER_BATCH);
	/* Three sweeps, so that memory is asked for before it is needed. */
	for (i = 0; i < n; i++) {
		a[i].inputs = inputs;
		a[i].p = &packets[i];
		a[i].side = fv_flow_key_of(&packets[i], t->how, &a[i].key);
		a[i].hash = fv_hash_words(
		    &t->hash_key, a[i].key.word, FV_FLOW_KEY_WORDS);
		fv_hashmap_prefetch(&t->map, a[i].hash);
	}
	for (i = 0; i < n; i++) {
		at = 0;
		number = fv_hashmap_next(&t->map, a[i].hash, &at);
		if (number != FV_HASHMAP_NONE) {
			__builtin_prefetch(&t->record[number]);
			__builtin_prefetch(&t->record[number].row, 1);
			if (t->options.biflow)
				__builtin_prefetch(&t->session[number], 1);
		}
	}
	for (i = 0; i < n; i++)
		if (add(t, &a[i], err) == -1)
			return -1;
	return 0;
}

int
fv_flow_table_flush(struct fv_flow_table *t, struct fv_err *err)
{
	int i;

	for (i = CLOSED; i >= OPEN; i--)
		while (t->age[i].oldest != NOBODY)
			if (end(t, t->age[i].oldest, FV_END_FORCED, err) == -1)
				return -1;
	return deliver(t, err);
}

uint64_t
fv_flow_table_evicted(const struct fv_flow_table *t)
{
	return t->evicted;
}

size_t
fv_flow_table_count(const struct fv_flow_table *t)
{
	return t->map.used;
}

void
fv_flow_table_check(const struct fv_flow_table *t)
{
	const struct record *r;
	size_t flows = 0, unused = 0;
	uint32_t n, older;
	int i;

	fv_hashmap_check(&t->map);
	assert(t->map.used <= t->options.max_flows);
	for (i = 0; i < AGES; i++) {
		older = NOBODY;
		for (n = t->age[i].oldest; n != NOBODY;
		     older = n, n = r->newer) {
			r = &t->record[n];
			assert(r->older == older);
			assert(r->row.packets >= 1 && r->row.duration >= 0);
			assert(find(t, &r->key, r->hash) == n);
			assert(!t->options.biflow ||
			    t->session[n].closed == (i == CLOSED));
			flows++;
		}
		assert(t->age[i].newest == older);
	}
	for (n = t->free; n != NOBODY; n = t->record[n].newer)
		unused++;
	assert(flows == t->map.used && flows + unused == t->used);
}

void
fv_flow_table_free(struct fv_flow_table *t)
{
	if (t == NULL)
		return;
	fv_hashmap_free(&t->map);
	/* The keys hold real addresses. */
	if (t->record != NULL)
		fv_key_wipe(t->record, t->used * sizeof(*t->record));
	free(t->record);
	free(t->session);
	free(t);
}

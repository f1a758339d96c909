#include "convert/flow_table.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/hashmap.h"
#include "base/memory.h"

/* IANA protocol numbers whose type and code tell flows apart. */
enum { ICMP = 1, ICMPV6 = 58 };

/* Idle flows ended per packet: enough to keep up, too few to stall. */
enum { EXPIRE_PER_PACKET = 4 };

/* Rows handed to the sink at a time. */
enum { SINK_BATCH = 256 };

#define NOBODY UINT32_MAX

enum { KEY_WORDS = 5 };

/* What makes packets one flow, as words: addresses, then the rest packed. */
struct key {
	uint64_t word[KEY_WORDS];
};

/* A flow under way: two cache lines. */
struct record {
	struct key key;
	uint32_t older; /* in order of the last packet's arrival */
	uint32_t newer; /* or the next free record */
	uint64_t hash;
	struct fv_flow row;
};

/*
 * Invariants (fv_flow_table_check):
 * 1. The age list from oldest to newest holds each flow once, and the map
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
	uint32_t oldest;
	uint32_t newest;
	uint32_t free;
	int64_t clock; /* the latest packet, but see set_clock */
	size_t nrows;
	struct fv_flow rows[SINK_BATCH];
};

struct fv_flow_table *
fv_flow_table_new(const struct fv_flow_table_options *options,
    struct fv_publisher *publisher, fv_flow_sink *sink, void *context,
    struct fv_err *err)
{
	struct fv_flow_table *t;

	assert(options->idle_timeout > 0 && options->active_timeout >= 0);
	if ((t = fv_memory_new(1, sizeof(*t), err)) == NULL)
		return NULL;
	t->options = *options;
	t->publisher = publisher;
	t->sink = sink;
	t->context = context;
	t->oldest = t->newest = t->free = NOBODY;
	t->clock = INT64_MIN;
	if (fv_hash_key_random(&t->hash_key, err) == -1 ||
	    fv_hashmap_init(&t->map, 0, err) == -1) {
		fv_flow_table_free(t);
		return NULL;
	}
	return t;
}

static struct key
key_of(const struct fv_raw_packet *p)
{
	struct key key;
	uint16_t source = p->source_port, destination = p->destination_port;
	/* Those that were joined to their first are packets of its flow. */
	bool later =
	    p->fragment == FV_FRAGMENT_LATER && (p->has & FV_HAS_FIRST) == 0;

	if (p->protocol == ICMP || p->protocol == ICMPV6)
		destination = (uint16_t)(p->icmp_type << 8 | p->icmp_code);
	memcpy(&key.word[0], p->source.octet, 16);
	memcpy(&key.word[2], p->destination.octet, 16);
	key.word[4] = (uint64_t)source << 48 | (uint64_t)destination << 32 |
	    (uint64_t)p->encapsulation << 24 | (uint64_t)p->protocol << 16 |
	    (uint64_t)p->source.ip_version << 8 | later;
	return key;
}

static int
deliver(struct fv_flow_table *t, struct fv_err *err)
{
	size_t n = t->nrows;

	t->nrows = 0;
	return n == 0 ? 0 : t->sink(t->context, t->rows, n, err);
}

static void
unlink_age(struct fv_flow_table *t, const struct record *r)
{
	if (r->older == NOBODY)
		t->oldest = r->newer;
	else
		t->record[r->older].newer = r->newer;
	if (r->newer == NOBODY)
		t->newest = r->older;
	else
		t->record[r->newer].older = r->older;
}

static void
link_newest(struct fv_flow_table *t, uint32_t n)
{
	struct record *r = &t->record[n];

	r->older = t->newest;
	r->newer = NOBODY;
	if (t->newest == NOBODY)
		t->oldest = n;
	else
		t->record[t->newest].newer = n;
	t->newest = n;
}

/* End flow ${n}: its row goes out, its record becomes free. */
static int
end(struct fv_flow_table *t, uint32_t n, enum fv_end_reason reason,
    struct fv_err *err)
{
	struct record *r = &t->record[n];

	r->row.end_reason = (uint8_t)reason;
	t->rows[t->nrows++] = r->row;
	fv_hashmap_remove(&t->map, r->hash, n);
	unlink_age(t, r);
	r->newer = t->free;
	t->free = n;
	return t->nrows == SINK_BATCH ? deliver(t, err) : 0;
}

static int64_t
last_time(const struct record *r)
{
	return r->row.start_time + r->row.duration;
}

/* ${b} - ${a} where ${b} >= ${a}, without overflow. */
static uint64_t
span(int64_t a, int64_t b)
{
	return (uint64_t)b - (uint64_t)a;
}

/*
 * Why flow ${r} must end before a packet of ${time} is added; FV_END_NONE
 * when it need not.  A packet from long before the flow (the captures were
 * not in order) is as far from it as one from long after.
 */
static enum fv_end_reason
must_end(const struct fv_flow_table *t, const struct record *r, int64_t time)
{
	uint64_t idle = (uint64_t)t->options.idle_timeout;
	uint64_t active = (uint64_t)t->options.active_timeout;

	if (time > last_time(r) && span(last_time(r), time) >= idle)
		return FV_END_IDLE;
	if (time < r->row.start_time && span(time, r->row.start_time) >= idle)
		return FV_END_IDLE;
	if (active != 0 && time > r->row.start_time &&
	    span(r->row.start_time, time) >= active)
		return FV_END_ACTIVE;
	return FV_END_NONE;
}

/* End the oldest flows that the clock has left behind, a few at a time. */
static int
expire(struct fv_flow_table *t, struct fv_err *err)
{
	const struct record *r;
	int i;

	for (i = 0; i < EXPIRE_PER_PACKET && t->oldest != NOBODY; i++) {
		r = &t->record[t->oldest];
		if (t->clock <= last_time(r) ||
		    span(last_time(r), t->clock) <
			(uint64_t)t->options.idle_timeout)
			return 0;
		if (end(t, t->oldest, FV_END_IDLE, err) == -1)
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
find(const struct fv_flow_table *t, const struct key *key, uint64_t hash)
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
	*n = (uint32_t)t->used++;
	return 0;
}

static int
begin(struct fv_flow_table *t, const struct fv_publisher_input *inputs,
    const struct fv_raw_packet *p, const struct key *key, uint64_t hash,
    struct fv_err *err)
{
	struct record *r;
	uint32_t n = NOBODY;

	if (take_record(t, &n, err) == -1 ||
	    fv_hashmap_add(&t->map, hash, n, err) == -1)
		return -1;
	r = &t->record[n];
	r->key = *key;
	r->hash = hash;
	link_newest(t, n);
	return fv_publisher_rows(t->publisher, inputs, p, 1, &r->row, err);
}

/*
 * ${p} came late and is earlier than the first packet of ${row}: it takes
 * its place in all that is kept of the first packet only.
 */
static int
precede(struct fv_flow_table *t, const struct fv_publisher_input *inputs,
    const struct fv_raw_packet *p, struct fv_flow *row, struct fv_err *err)
{
	struct fv_flow first;

	if (fv_publisher_rows(t->publisher, inputs, p, 1, &first, err) == -1)
		return -1;
	first.duration = row->duration + (row->start_time - p->time);
	first.packets += row->packets;
	first.bytes += row->bytes;
	first.tcp_flags |= row->tcp_flags;
	if (row->fragment == FV_FRAGMENT_FIRST)
		first.fragment = FV_FRAGMENT_FIRST;
	*row = first;
	return 0;
}

static void
follow(const struct fv_raw_packet *p, struct record *r)
{
	struct fv_flow *row = &r->row;

	if (p->time > last_time(r))
		row->duration = p->time - row->start_time;
	row->packets++;
	row->bytes += p->bytes;
	row->tcp_flags |= p->tcp_flags;
	if (p->fragment == FV_FRAGMENT_FIRST)
		row->fragment = FV_FRAGMENT_FIRST;
}

static int
update(struct fv_flow_table *t, uint32_t n,
    const struct fv_publisher_input *inputs, const struct fv_raw_packet *p,
    struct fv_err *err)
{
	struct record *r = &t->record[n];

	if (p->time >= r->row.start_time)
		follow(p, r);
	else if (precede(t, inputs, p, &r->row, err) == -1)
		return -1;
	if (t->newest != n) {
		unlink_age(t, r);
		link_newest(t, n);
	}
	return 0;
}

static int
add(struct fv_flow_table *t, const struct fv_publisher_input *inputs,
    const struct fv_raw_packet *p, const struct key *key, uint64_t hash,
    struct fv_err *err)
{
	enum fv_end_reason reason;
	uint32_t n = find(t, key, hash);

	if (n != NOBODY &&
	    (reason = must_end(t, &t->record[n], p->time)) != FV_END_NONE) {
		if (end(t, n, reason, err) == -1)
			return -1;
		n = NOBODY;
	}
	if ((n != NOBODY ? update(t, n, inputs, p, err)
			 : begin(t, inputs, p, key, hash, err)) == -1)
		return -1;
	set_clock(t, p->time);
	return expire(t, err);
}

int
fv_flow_table_add(struct fv_flow_table *t,
    const struct fv_publisher_input *inputs,
    const struct fv_raw_packet *packets, size_t n, struct fv_err *err)
{
	struct key key[FV_PUBLISHER_BATCH];
	uint64_t hash[FV_PUBLISHER_BATCH];
	size_t i, at;
	uint32_t number;

	assert(n <= FV_PUBLISHER_BATCH);
	/* Three sweeps, so that memory is asked for before it is needed. */
	for (i = 0; i < n; i++) {
		key[i] = key_of(&packets[i]);
		hash[i] = fv_hash_words(&t->hash_key, key[i].word, KEY_WORDS);
		fv_hashmap_prefetch(&t->map, hash[i]);
	}
	for (i = 0; i < n; i++) {
		at = 0;
		number = fv_hashmap_next(&t->map, hash[i], &at);
		if (number != FV_HASHMAP_NONE) {
			__builtin_prefetch(&t->record[number]);
			__builtin_prefetch(&t->record[number].row, 1);
		}
	}
	for (i = 0; i < n; i++)
		if (add(t, inputs, &packets[i], &key[i], hash[i], err) == -1)
			return -1;
	return 0;
}

int
fv_flow_table_flush(struct fv_flow_table *t, struct fv_err *err)
{
	while (t->oldest != NOBODY)
		if (end(t, t->oldest, FV_END_FORCED, err) == -1)
			return -1;
	return deliver(t, err);
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
	uint32_t n, older = NOBODY;

	fv_hashmap_check(&t->map);
	for (n = t->oldest; n != NOBODY; older = n, n = r->newer) {
		r = &t->record[n];
		assert(r->older == older);
		assert(r->row.packets >= 1 && r->row.duration >= 0);
		assert(find(t, &r->key, r->hash) == n);
		flows++;
	}
	assert(t->newest == older);
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
	free(t);
}

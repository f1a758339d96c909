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
#include "convert/flow_record.h"
#include "convert/flow_row.h"
#include "convert/flow_session.h"
#include "convert/flow_table_internal.h"

enum { TCP = 6 };
enum { FIN = 1, SYN = 2, RST = 4 };

/* Flows ended of each list per packet: enough to keep up, too few to stall. */
enum { EXPIRE_PER_PACKET = 4 };

/* A packet on its way into the table. */
struct arrival {
	const struct fv_publisher_input *inputs;
	const struct fv_raw_packet *p;
	struct fv_flow_key key;
	uint64_t hash;
	uint32_t tunnel; /* its pseudonym; of use if it is in the key */
	unsigned side;
};

struct fv_flow_table *
fv_flow_table_new(const struct fv_flow_table_options *options,
    struct fv_publisher *publisher, fv_flow_sink *sink, void *context,
    struct fv_err *err)
{
	struct fv_flow_table *t;

	assert(options->idle_timeout > 0 && options->active_timeout >= 0);
	assert(
	    options->tcp_linger >= 0 && options->most <= FV_FLOW_TABLE_LIMIT);
	if ((t = fv_memory_new(1, sizeof(*t), err)) == NULL)
		return NULL;
	t->options = *options;
	t->publisher = publisher;
	t->sink = sink;
	t->context = context;
	if (t->options.most == 0)
		t->options.most = FV_FLOW_TABLE_LIMIT;
	t->timeout[FV_FLOW_LIST_OPEN] = t->timeout[FV_FLOW_LIST_CLOSED] =
	    options->idle_timeout;
	if (options->tcp_linger != 0 &&
	    options->tcp_linger < options->idle_timeout)
		t->timeout[FV_FLOW_LIST_CLOSED] = options->tcp_linger;
	t->list[FV_FLOW_LIST_OPEN] = t->list[FV_FLOW_LIST_CLOSED] =
	    (struct fv_flow_list){ FV_FLOW_NOBODY, FV_FLOW_NOBODY };
	t->how = (options->biflow ? FV_FLOW_KEY_BOTH : 0) |
	    (options->vlan_in_key ? FV_FLOW_KEY_VLAN : 0);
	t->free = FV_FLOW_NOBODY;
	t->clock = INT64_MIN;
	if (fv_hash_key_random(&t->hash_key, err) == -1 ||
	    fv_hashmap_init(&t->map, 0, err) == -1) {
		fv_flow_table_free(t);
		return NULL;
	}
	fv_hashmap_bound(&t->map, t->options.most);
	return t;
}

int
fv_flow_table_deliver(struct fv_flow_table *t, struct fv_err *err)
{
	size_t n = t->nrows;

	t->nrows = 0;
	return n == 0 ? 0
		      : t->sink(t->context, t->rows,
			    t->options.biflow ? t->reverse : NULL, n, err);
}

/* Which list a flow belongs to. */
static uint8_t
list_of(const struct fv_flow_table *t, const struct fv_flow_record *r)
{
	if (t->options.tcp_linger == 0 || r->row.protocol != TCP)
		return FV_FLOW_LIST_OPEN;
	return (t->options.biflow ? t->session[r - t->record].closed
				  : (r->row.tcp_flags & (FIN | RST)) != 0)
	    ? FV_FLOW_LIST_CLOSED
	    : FV_FLOW_LIST_OPEN;
}

static void
link_newest(struct fv_flow_table *t, uint32_t n)
{
	const struct fv_flow_record *r = &t->record[n];

	t->link[n].list = list_of(t, r) & 1;
	fv_flow_record_append(&t->list[t->link[n].list], t->link, n);
}

/* Inline, as each packet needs it. */
static inline uint64_t
hash_of(const struct fv_flow_table *t, const struct fv_flow_key *key)
{
	return fv_hash_words(&t->hash_key, key->word, FV_FLOW_KEY_WORDS);
}

/*
 * The ${hash} of a key with ${tunnel} in it.  Records have that in their rows,
 * for it is the same of all packets of a flow; only here it is asked for.
 */
static uint64_t
hash_with(const struct fv_flow_table *t, uint64_t hash, uint32_t tunnel)
{
	return fv_hash_fold(hash ^ tunnel, t->hash_key.word[2] | 1);
}

/* The hash under which the map has ${r}. */
static uint64_t
hash_of_record(const struct fv_flow_table *t, const struct fv_flow_record *r)
{
	uint64_t hash = hash_of(t, &r->key);

	return t->options.tunnel_in_key ? hash_with(t, hash, r->row.tunnel)
					: hash;
}

/* The row of flow ${n} goes out, its record becomes free. */
static int
give_out(struct fv_flow_table *t, uint32_t n, enum fv_end_reason reason,
    struct fv_err *err)
{
	struct fv_flow_record *r = &t->record[n];

	if (t->options.biflow)
		fv_flow_session_publish(
		    &t->session[n], &r->row, &t->reverse[t->nrows]);
	r->row.end_reason = (uint8_t)reason;
	t->rows[t->nrows++] = r->row;
	fv_flow_record_unlink(&t->list[t->link[n].list], t->link, n);
	t->link[n].newer = t->free;
	t->free = n;
	return t->nrows == FV_FLOW_TABLE_BATCH ? fv_flow_table_deliver(t, err)
					       : 0;
}

static int
end(struct fv_flow_table *t, uint32_t n, enum fv_end_reason reason,
    struct fv_err *err)
{
	fv_hashmap_remove(&t->map, hash_of_record(t, &t->record[n]), n);
	return give_out(t, n, reason, err);
}

/* Why a flow ends that nothing more is heard of. */
static enum fv_end_reason
silence(const struct fv_flow_table *t, uint32_t n)
{
	return t->link[n].list == FV_FLOW_LIST_CLOSED ? FV_END_OF_FLOW
						      : FV_END_IDLE;
}

/* Whether ${a} begins what has the ports of flow ${n} anew. */
static bool
is_renewed(const struct fv_flow_table *t, uint32_t n, const struct arrival *a)
{
	if ((a->p->tcp_flags & SYN) == 0 || t->options.tcp_linger == 0)
		return false;
	return t->options.biflow
	    ? fv_flow_session_renewed(
		  &t->session[n], &t->record[n].row, a->p, a->side)
	    : !fv_flow_record_is_its_syn(&t->begin[n], a->p);
}

/*
 * Why flow ${n} must end before ${a} is added; FV_END_NONE when it need
 * not, and then ${late} says whether a packet of it was later.  A packet from
 * long before the flow (the captures were not in order) is as far from it as
 * one from long after.
 */
static enum fv_end_reason
must_end(const struct fv_flow_table *t, uint32_t n, const struct arrival *a,
    bool *late)
{
	uint64_t idle = (uint64_t)t->options.idle_timeout;
	uint64_t active = (uint64_t)t->options.active_timeout;
	int64_t time = a->p->time, first, last;

	fv_flow_session_times(
	    fv_flow_table_session(t, n), &t->record[n].row, &first, &last);
	*late = time < last;
	if (time > last &&
	    fv_flow_row_span(last, time) >=
		(uint64_t)t->timeout[t->link[n].list])
		return silence(t, n);
	if (time < first && fv_flow_row_span(time, first) >= idle)
		return silence(t, n);
	if (is_renewed(t, n, a)) /* and does not go on with it */
		return FV_END_OF_FLOW;
	if (time <= first || fv_flow_row_span(first, time) < active)
		return FV_END_NONE;
	return active != 0 ? FV_END_ACTIVE : FV_END_NONE;
}

/* End the oldest flows of a list that the clock left behind, a few. */
static int
expire_list(struct fv_flow_table *t, int list, struct fv_err *err)
{
	uint32_t n;
	int i;

	for (i = 0; i < EXPIRE_PER_PACKET && fv_flow_table_is_due(t, list);
	     i++) {
		n = t->list[list].oldest;
		if (end(t, n, silence(t, n), err) == -1)
			return -1;
	}
	return 0;
}

/* Mostly there is none, and no call to find that out. */
static int
expire(struct fv_flow_table *t, struct fv_err *err)
{
	if (fv_flow_table_is_due(t, FV_FLOW_LIST_CLOSED) &&
	    expire_list(t, FV_FLOW_LIST_CLOSED, err) == -1)
		return -1;
	return fv_flow_table_is_due(t, FV_FLOW_LIST_OPEN)
	    ? expire_list(t, FV_FLOW_LIST_OPEN, err)
	    : 0;
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
	    fv_flow_row_span(time, t->clock) >=
		(uint64_t)t->options.idle_timeout)
		t->clock = time;
}

static uint32_t
find(const struct fv_flow_table *t, const struct arrival *a)
{
	size_t at = 0;
	uint32_t n;

	while ((n = fv_hashmap_next(&t->map, a->hash, &at)) != FV_HASHMAP_NONE)
		if (memcmp(&t->record[n].key, &a->key, sizeof(a->key)) == 0 &&
		    (!t->options.tunnel_in_key ||
			t->record[n].row.tunnel == a->tunnel))
			return n;
	return FV_FLOW_NOBODY;
}

/* End the flow that was silent longest, so that another has room. */
static int
evict(struct fv_flow_table *t, struct fv_err *err)
{
	int list = t->list[FV_FLOW_LIST_CLOSED].oldest != FV_FLOW_NOBODY
	    ? FV_FLOW_LIST_CLOSED
	    : FV_FLOW_LIST_OPEN;

	t->evicted++;
	return end(t, t->list[list].oldest, FV_END_RESOURCES, err);
}

/* A record from the free list, or a new one. */
static int
take_record(struct fv_flow_table *t, uint32_t *n, struct fv_err *err)
{

	if (t->map.used >= t->options.most && evict(t, err) == -1)
		return -1;
	if (t->free != FV_FLOW_NOBODY) {
		*n = t->free;
		t->free = t->link[*n].newer;
		return 0;
	}
	if (fv_flow_table_grow(t, err) == -1)
		return -1;
	*n = (uint32_t)t->used++;
	return 0;
}

static void
note_begin(struct fv_flow_table *t, uint32_t n, const struct fv_raw_packet *p)
{
	t->begin[n] = (struct fv_flow_begin){ p->tcp_sequence,
		(p->tcp_flags & SYN) != 0 };
}

/*
 * ${part} of a flow; ${before} is its session in the part before it, NULL when
 * there is none.
 */
static int
begin(struct fv_flow_table *t, const struct arrival *a, uint16_t part,
    const struct fv_flow_session *before, struct fv_err *err)
{
	struct fv_flow_record *r;
	uint32_t n = FV_FLOW_NOBODY;

	if (take_record(t, &n, err) == -1 ||
	    fv_hashmap_add(&t->map, a->hash, n, err) == -1)
		return -1;
	r = &t->record[n];
	r->key = a->key;
	if (fv_publisher_rows(t->publisher, a->inputs, a->p, 1, &r->row, err) ==
	    -1)
		return -1;
	r->row.part = part;
	if (before != NULL)
		fv_flow_session_resume(&t->session[n], a->p, a->side, before);
	else if (t->options.biflow)
		fv_flow_session_begin(&t->session[n], a->p, a->side);
	else
		note_begin(t, n, a->p);
	link_newest(t, n);
	return 0;
}

static int
update(struct fv_flow_table *t, uint32_t n, const struct arrival *a, bool late,
    struct fv_err *err)
{
	struct fv_flow_record *r = &t->record[n];
	unsigned list;

	if (late && r->row.out_of_order < UINT32_MAX)
		r->row.out_of_order++;
	if ((t->options.biflow
		    ? fv_flow_count_either(t->publisher, a->inputs, a->p,
			  a->side, &t->session[n], &r->row, err)
		    : fv_flow_count_one(
			  t->publisher, a->inputs, a->p, &r->row, err)) == -1)
		return -1;
	if ((a->p->tcp_flags & SYN) != 0 && !t->options.biflow)
		note_begin(t, n, a->p);
	list = t->link[n].list;
	if (t->list[list].newest != n || list_of(t, r) != list) {
		fv_flow_record_unlink(&t->list[list], t->link, n);
		link_newest(t, n);
	}
	return 0;
}

static uint16_t
next_part(const struct fv_flow *row)
{
	return row->part < UINT16_MAX ? row->part + 1 : UINT16_MAX;
}

static int
add(struct fv_flow_table *t, const struct arrival *a, struct fv_err *err)
{
	const struct fv_flow_session *before = NULL;
	struct fv_flow_session last;
	enum fv_end_reason reason;
	uint32_t n = find(t, a);
	uint16_t part = 0;
	bool late = false;

	if (n != FV_FLOW_NOBODY &&
	    (reason = must_end(t, n, a, &late)) != FV_END_NONE) {
		if (reason == FV_END_ACTIVE)
			part = next_part(&t->record[n].row);
		if (reason == FV_END_ACTIVE && t->options.biflow) {
			last = t->session[n];
			before = &last;
		}
		if (end(t, n, reason, err) == -1)
			return -1;
		n = FV_FLOW_NOBODY;
	}
	if ((n != FV_FLOW_NOBODY ? update(t, n, a, late, err)
				 : begin(t, a, part, before, err)) == -1)
		return -1;
	set_clock(t, a->p->time);
	return expire(t, err);
}

/* Put its tunnel into the key of ${a}. */
static int
add_tunnel(struct fv_flow_table *t, struct arrival *a, struct fv_err *err)
{
	if (fv_publisher_tunnel(t->publisher, a->p, &a->tunnel, err) == -1)
		return -1;
	a->hash = hash_with(t, a->hash, a->tunnel);
	return 0;
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
		fv_raw_packet_fetch_ahead(&packets[i]);
		a[i].inputs = inputs;
		a[i].p = &packets[i];
		a[i].side = fv_flow_key_of(&packets[i], t->how, &a[i].key);
		a[i].hash = hash_of(t, &a[i].key);
		if (t->options.tunnel_in_key && add_tunnel(t, &a[i], err) == -1)
			return -1;
		fv_hashmap_prefetch(&t->map, a[i].hash);
	}
	for (i = 0; i < n; i++) {
		at = 0;
		number = fv_hashmap_next(&t->map, a[i].hash, &at);
		if (number == FV_HASHMAP_NONE)
			continue;
		__builtin_prefetch(&t->record[number]);
		__builtin_prefetch(&t->record[number].row, 1);
		if (t->options.biflow)
			__builtin_prefetch(&t->session[number], 1);
	}
	for (i = 0; i < n; i++)
		if (add(t, &a[i], err) == -1)
			return -1;
	return 0;
}

int
fv_flow_table_flush(struct fv_flow_table *t, struct fv_err *err)
{
	uint32_t n;

	/* Of the map, all at once: one by one, each is somewhere else. */
	fv_hashmap_clear(&t->map);
	while ((n = t->list[FV_FLOW_LIST_CLOSED].oldest) != FV_FLOW_NOBODY)
		if (give_out(t, n, FV_END_OF_FLOW, err) == -1)
			return -1;
	while ((n = t->list[FV_FLOW_LIST_OPEN].oldest) != FV_FLOW_NOBODY)
		if (give_out(t, n, FV_END_FORCED, err) == -1)
			return -1;
	return fv_flow_table_deliver(t, err);
}

/* Assert what holds of a list; returns how many flows it has. */
static size_t
check_list(const struct fv_flow_table *t, int list)
{
	const struct fv_flow_record *r;
	uint32_t n, older = FV_FLOW_NOBODY;
	struct arrival a;
	size_t flows = 0;

	for (n = t->list[list].oldest; n != FV_FLOW_NOBODY;
	     older = n, n = t->link[n].newer) {
		r = &t->record[n];
		assert(t->link[n].older == older && t->link[n].list == list);
		assert(list_of(t, r) == list);
		assert(r->row.packets >= 1 && r->row.duration >= 0);
		a = (struct arrival){ .key = r->key,
			.hash = hash_of_record(t, r),
			.tunnel = r->row.tunnel };
		assert(find(t, &a) == n);
		flows++;
	}
	assert(t->list[list].newest == older);
	return flows;
}

void
fv_flow_table_check(const struct fv_flow_table *t)
{
	size_t flows, unused = 0;
	uint32_t n;

	fv_hashmap_check(&t->map);
	flows = check_list(t, FV_FLOW_LIST_OPEN) +
	    check_list(t, FV_FLOW_LIST_CLOSED);
	for (n = t->free; n != FV_FLOW_NOBODY; n = t->link[n].newer)
		unused++;
	assert(flows == t->map.used && flows + unused == t->used);
}

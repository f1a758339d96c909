/*
 * Which channels are worth a closer look: what an internal host sent to one
 * port of one public destination, opened often enough and over time enough
 * to be a beacon, where not everyone does so.  For analyses of the second
 * reading, which keep their times; it has no result.
 */
#include <stdlib.h>

#include "analysis/channels.h"
#include "analysis/ledger.h"
#include "analysis/registry.h"
#include "base/memory.h"

enum { TCP = 6, UDP = 17, SYN = 2, ACK = 16 };

/* Key: who and whom; which port and protocol.  Values; maxima but the first. */
enum { ENDS, WHICH, KEY_WORDS };
enum { OPENINGS, EARLIEST, LATEST, VALUE_WORDS };

/* What a host is to us; bits. */
enum { JUDGED = 1, PUBLIC = 2 };

/* Rows that are looked up together, so that memory is asked for ahead. */
enum { AHEAD = 32 };

struct state {
	bool inside_known;
	uint8_t *role; /* of each host */
	struct fv_ledger channels;
};

static void
state_free(void *state)
{
	struct state *s = state;

	if (s == NULL)
		return;
	fv_ledger_free(&s->channels);
	free(s->role);
	free(s);
}

static void *
init(const struct fv_analysis_context *context, struct fv_err *err)
{
	struct state *s;
	size_t i;

	if ((s = fv_memory_new(1, sizeof(*s), err)) == NULL)
		return NULL;
	s->inside_known = fv_analysis_inside_known(context);
	s->role = fv_memory_new(context->nhosts, 1, err);
	if (fv_ledger_init(&s->channels, KEY_WORDS, VALUE_WORDS,
		1 << EARLIEST | 1 << LATEST, &context->room, err) == -1 ||
	    s->role == NULL) {
		state_free(s);
		return NULL;
	}
	for (i = 0; i < context->nhosts; i++) {
		if (!s->inside_known || context->hosts[i].internal)
			s->role[i] |= JUDGED;
		if (context->hosts[i].address_class == FV_ADDRESS_PUBLIC)
			s->role[i] |= PUBLIC;
	}
	return s;
}

struct some {
	uint64_t key[AHEAD][KEY_WORDS], hash[AHEAD];
	int64_t start[AHEAD];
	size_t n;
};

/* Enter them. */
static int
enter(struct state *s, struct some *some, struct fv_err *err)
{
	uint64_t *value, when;
	size_t i;

	for (i = 0; i < some->n; i++)
		fv_tally_prefetch_entry(&s->channels.tally, some->hash[i]);
	for (i = 0; i < some->n; i++) {
		value = fv_ledger_at(
		    &s->channels, some->key[i], some->hash[i], KEY_WORDS, err);
		if (value == NULL)
			return fv_err_within(err, "channels");
		value[OPENINGS]++;
		when = fv_analysis_earliness(some->start[i]);
		if (when > value[EARLIEST])
			value[EARLIEST] = when;
		when = fv_channels_lateness(some->start[i]);
		if (when > value[LATEST])
			value[LATEST] = when;
	}
	some->n = 0;
	return 0;
}

static int
add(void *state, const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	const int64_t *start = batch->column[FV_FLOW_START_TIME];
	const uint32_t *source = batch->column[FV_FLOW_SOURCE];
	const uint32_t *destination = batch->column[FV_FLOW_DESTINATION];
	const uint16_t *port = batch->column[FV_FLOW_DESTINATION_PORT];
	const uint8_t *protocol = batch->column[FV_FLOW_PROTOCOL];
	const uint8_t *initial = batch->column[FV_FLOW_INITIAL_TCP_FLAGS];
	const uint8_t *direction = batch->column[FV_FLOW_DIRECTION];
	struct some some = { .n = 0 };
	struct state *s = state;
	uint64_t *key;
	size_t i;

	(void)context;
	for (i = 0; i < batch->rows; i++) {
		if (!fv_channels_opens(protocol[i], initial[i], port[i]) ||
		    !fv_analysis_outward(direction[i], s->inside_known) ||
		    (s->role[source[i]] & JUDGED) == 0 ||
		    (s->role[destination[i]] & PUBLIC) == 0)
			continue;
		key = some.key[some.n];
		key[ENDS] = fv_channels_ends(source[i], destination[i]);
		key[WHICH] = fv_channels_which(port[i], protocol[i]);
		some.start[some.n] = start[i];
		some.hash[some.n] =
		    fv_tally_hash(&s->channels.tally, key, KEY_WORDS);
		fv_tally_prefetch(&s->channels.tally, some.hash[some.n]);
		if (++some.n == AHEAD && enter(s, &some, err) == -1)
			return -1;
	}
	return enter(s, &some, err);
}

static int
merge(void *into, const void *from, const struct fv_analysis_context *context,
    struct fv_err *err)
{
	const struct state *f = from;
	struct state *s = into;

	(void)context;
	if (fv_ledger_merge(&s->channels, &f->channels, err) == -1)
		return fv_err_within(err, "channels");
	return 0;
}

/* While channels are looked through. */
struct choice {
	bool *sends;     /* of each host: it opened a channel */
	bool *candidate; /* of each host: a channel that qualifies goes to it */
	uint32_t *users; /* of each host: how many hosts have one to it */
	uint64_t senders;
	struct fv_ledger pairs; /* destination and source, to count users */
	struct fv_analysis_channel *channel;
	size_t n;
	uint64_t left, popular;
	struct fv_err *err;
	bool failed;
};

/* Whether an entry was opened often enough, and over time enough. */
static bool
qualifies(const uint64_t *entry)
{
	const uint64_t *value = entry + KEY_WORDS;

	return value[OPENINGS] >= FV_CHANNELS_LEAST &&
	    value[LATEST] - ~value[EARLIEST] >=
	    (uint64_t)(FV_CHANNELS_LEAST - 1) * FV_CHANNELS_APART;
}

static void
note_ends(void *arg, const uint64_t *entry)
{
	uint32_t source = (uint32_t)(entry[ENDS] >> 32);
	struct choice *c = arg;

	c->senders += !c->sends[source];
	c->sends[source] = true;
	c->candidate[(uint32_t)entry[ENDS]] |= qualifies(entry);
}

static void
note_user(void *arg, const uint64_t *entry)
{
	struct choice *c = arg;
	const uint64_t key = entry[ENDS] << 32 | entry[ENDS] >> 32;

	if (c->failed || !c->candidate[(uint32_t)entry[ENDS]])
		return;
	c->failed =
	    fv_ledger_at(&c->pairs, &key,
		fv_tally_hash(&c->pairs.tally, &key, 1), 1, c->err) == NULL;
}

static void
count_user(void *arg, const uint64_t *pair)
{
	struct choice *c = arg;

	c->users[*pair >> 32]++;
}

/* Most openings first, then the earliest, then by number. */
static int
by_openings(const void *a, const void *b)
{
	const struct fv_analysis_channel *x = a, *y = b;

	if (x->openings != y->openings)
		return x->openings > y->openings ? -1 : 1;
	if (x->first != y->first)
		return x->first > y->first ? -1 : 1;
	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	if (x->destination != y->destination)
		return x->destination < y->destination ? -1 : 1;
	if (x->port != y->port)
		return x->port < y->port ? -1 : 1;
	return x->protocol < y->protocol ? -1 : x->protocol > y->protocol;
}

/* Keep the first of those that were taken. */
static void
cut(struct choice *c)
{
	qsort(c->channel, c->n, sizeof(*c->channel), by_openings);
	if (c->n > FV_CHANNELS_LIMIT)
		c->n = FV_CHANNELS_LIMIT;
}

static void
take(void *arg, const uint64_t *entry)
{
	uint32_t destination = (uint32_t)entry[ENDS];
	const uint64_t *value = entry + KEY_WORDS;
	struct choice *c = arg;

	if (!qualifies(entry))
		return;
	if (fv_channels_popular(c->users[destination], c->senders)) {
		c->popular++;
		return;
	}
	c->left++;
	if (c->n == 2 * FV_CHANNELS_LIMIT)
		cut(c);
	c->channel[c->n++] = (struct fv_analysis_channel){
		.source = (uint32_t)(entry[ENDS] >> 32),
		.destination = destination,
		.port = (uint16_t)(entry[WHICH] >> 8),
		.protocol = (uint8_t)entry[WHICH],
		.openings = value[OPENINGS],
		.first = value[EARLIEST],
	};
}

static int
look_through(const struct state *s, const struct fv_analysis_context *context,
    struct choice *c, struct fv_err *err)
{
	c->sends = fv_memory_new(context->nhosts, sizeof(*c->sends), err);
	c->candidate =
	    fv_memory_new(context->nhosts, sizeof(*c->candidate), err);
	c->users = fv_memory_new(context->nhosts, sizeof(*c->users), err);
	c->channel =
	    fv_memory_new(2 * FV_CHANNELS_LIMIT, sizeof(*c->channel), err);
	if (c->sends == NULL || c->candidate == NULL || c->users == NULL ||
	    c->channel == NULL ||
	    fv_ledger_each(&s->channels, note_ends, c, err) == -1 ||
	    fv_ledger_each(&s->channels, note_user, c, err) == -1 ||
	    c->failed || fv_ledger_each(&c->pairs, count_user, c, err) == -1 ||
	    fv_ledger_each(&s->channels, take, c, err) == -1)
		return -1;
	cut(c);
	c->left -= c->n;
	return 0;
}

static int
choose(const void *state, const struct fv_analysis_context *context,
    struct fv_analysis_focus *focus, struct fv_err *err)
{
	struct choice c = { .err = err };
	int rc;

	if (fv_ledger_init(&c.pairs, 1, 1, 0, &context->room, err) == -1)
		return -1;
	rc = look_through(state, context, &c, err);
	if (rc == 0) {
		free(focus->channel);
		focus->channel = c.channel;
		focus->channels = c.n;
		focus->channels_left = c.left;
		focus->channels_popular = c.popular;
		c.channel = NULL;
	}
	fv_ledger_free(&c.pairs);
	free(c.sends);
	free(c.candidate);
	free(c.users);
	free(c.channel);
	return rc;
}

static int
finish(const void *state, const struct fv_analysis_context *context,
    struct fv_result *result, struct fv_err *err)
{
	(void)state;
	(void)context;
	(void)result;
	(void)err;
	return 0;
}

const struct fv_analysis fv_channels_analysis = {
	.ids = "",
	.name = "channels",
	.description = "Which channels hosts open again and again.",
	.columns = FV_CHANNELS_COLUMNS,
	.init = init,
	.add = add,
	.merge = merge,
	.select = choose,
	.finish = finish,
	.free = state_free,
};

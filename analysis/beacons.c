/*
 * R28d2: what internal hosts do like clockwork: beacons of malware, and of
 * mail, updates and push services.
 *
 * Regularity is told in the manner of RITA: by the skewness of quartiles
 * (Bowley) and the median absolute deviation of what lies between contacts,
 * and of their bytes.
 */
#include <stdlib.h>

#include "analysis/channels.h"
#include "analysis/registry.h"
#include "analysis/regularity.h"
#include "analysis/tally.h"
#include "base/memory.h"

enum { UDP = 17, TOP = 15 };

/*
 * A beacon's least score, in thousandths, and that of its times alone: else
 * equal bytes would make a beacon of times of chance.
 */
enum { SCORE = 800 };

/* Channel above, slot of FV_CHANNELS_APART below; and what is kept of it. */
enum { FIRST, LAST, BYTES, VALUE_WORDS };

/* What a host is to us; bits. */
enum { SENDS = 1, RECEIVES = 2 };

/*
 * The most slots with something sent in them, of all channels; some 60 bytes
 * for each: 500 MiB.  All channels of a month at once would have more, but
 * they are seldom open.
 */
#ifndef BEACONS_LIMIT /* tests have a lower one */
#define BEACONS_LIMIT ((size_t)1 << 23)
#endif

struct state {
	bool inside_known;
	uint8_t *role;          /* of each host */
	struct fv_tally number; /* of channels, by their key */
	struct fv_tally slots;
	bool full;
};

static void
state_free(void *state)
{
	struct state *s = state;

	if (s == NULL)
		return;
	fv_tally_free(&s->number);
	fv_tally_free(&s->slots);
	free(s->role);
	free(s);
}

/* Number the channels. */
static int
number_all(
    struct state *s, const struct fv_analysis_focus *f, struct fv_err *err)
{
	const struct fv_analysis_channel *c;
	uint64_t key[2], *value;
	size_t i;

	for (i = 0; i < f->channels; i++) {
		c = &f->channel[i];
		key[0] = fv_channels_ends(c->source, c->destination);
		key[1] = fv_channels_which(c->port, c->protocol);
		value = fv_tally_enter(
		    &s->number, key, fv_tally_hash(&s->number, key, 2), err);
		if (value == NULL)
			return -1;
		*value = i;
		s->role[c->source] |= SENDS;
		s->role[c->destination] |= RECEIVES;
	}
	return 0;
}

static void *
init(const struct fv_analysis_context *context, struct fv_err *err)
{
	struct state *s;

	if ((s = fv_memory_new(1, sizeof(*s), err)) == NULL)
		return NULL;
	s->inside_known = fv_analysis_inside_known(context);
	s->role = fv_memory_new(context->nhosts, 1, err);
	if (s->role == NULL ||
	    fv_tally_init(&s->number, 2, 1, FV_CHANNELS_LIMIT, err) == -1 ||
	    fv_tally_init(&s->slots, 1, VALUE_WORDS, BEACONS_LIMIT, err) ==
		-1 ||
	    number_all(s, &context->focus, err) == -1) {
		state_free(s);
		return NULL;
	}
	return s;
}

static int
enter(struct state *s, uint64_t key, uint64_t first, uint64_t last,
    uint64_t bytes, struct fv_err *err)
{
	uint64_t *value;

	if (s->full)
		return 0;
	value = fv_tally_at(
	    &s->slots, &key, fv_tally_hash(&s->slots, &key, 1), 1, err);
	if (value == NULL) {
		if (err->code != FV_ELIMIT)
			return fv_err_within(err, "beacons");
		/* It does not matter which part of too much is kept. */
		fv_tally_free(&s->slots);
		s->full = true;
		return 0;
	}
	if (first > value[FIRST])
		value[FIRST] = first;
	if (last > value[LAST])
		value[LAST] = last;
	value[BYTES] += bytes;
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
	const uint64_t *bytes = batch->column[FV_FLOW_BYTES];
	const uint8_t *direction = batch->column[FV_FLOW_DIRECTION];
	struct state *s = state;
	uint64_t key[2], when;
	const uint64_t *number;
	bool opens;
	size_t i;

	(void)context;
	for (i = 0; i < batch->rows; i++) {
		if ((s->role[source[i]] & SENDS) == 0 ||
		    (s->role[destination[i]] & RECEIVES) == 0 ||
		    !fv_analysis_outward(direction[i], s->inside_known))
			continue;
		key[0] = fv_channels_ends(source[i], destination[i]);
		key[1] = fv_channels_which(port[i], protocol[i]);
		number = fv_tally_find(
		    &s->number, key, fv_tally_hash(&s->number, key, 2), 2);
		if (number == NULL)
			continue;
		opens = fv_channels_opens(protocol[i], initial[i], port[i]);
		when = fv_channels_lateness(start[i]);
		if (enter(s, *number << 32 | when / FV_CHANNELS_APART,
			opens ? ~when : 0, opens ? when : 0, bytes[i],
			err) == -1)
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
	if (f->full) {
		fv_tally_free(&s->slots);
		s->full = true;
	}
	for (i = 0; i < f->slots.count && !s->full; i++) {
		key = fv_tally_key(&f->slots, i);
		if (enter(s, *key, key[1 + FIRST], key[1 + LAST],
			key[1 + BYTES], err) == -1)
			return -1;
	}
	return 0;
}

/* A slot, in order of channel and time. */
struct slot {
	uint64_t key, value[VALUE_WORDS];
};

static int
by_key(const void *a, const void *b)
{
	const struct slot *x = a, *y = b;

	return x->key < y->key ? -1 : x->key > y->key;
}

/* A channel that was measured. */
struct beacon {
	size_t channel;
	uint64_t contacts, score;
	struct fv_regularity time, bytes;
	uint64_t last; /* lateness of the last opening so far */
};

struct survey {
	struct slot *slot;
	size_t nslots;
	uint64_t *interval, *bytes, *scratch; /* of one channel */
	struct beacon *beacon;
	size_t measured, n; /* beacons come first */
};

static bool
is_beacon(const struct beacon *b)
{
	return b->score >= SCORE && b->time.score >= SCORE;
}

/* Beacons first; the best score, then most contacts, then as channels are. */
static int
by_score(const void *a, const void *b)
{
	const struct beacon *x = a, *y = b;

	if (is_beacon(x) != is_beacon(y))
		return is_beacon(x) ? -1 : 1;
	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	if (x->contacts != y->contacts)
		return x->contacts > y->contacts ? -1 : 1;
	return x->channel < y->channel ? -1 : x->channel > y->channel;
}

/*
 * Cut the slots ${from} up to ${to}, of one channel, into contacts, and
 * measure them.  No silence of FV_CHANNELS_APART fits between two openings
 * of one slot, so contacts come out as from the records in order of time.
 */
static void
measure(struct survey *v, size_t from, size_t to)
{
	struct beacon b = { .channel = (size_t)(v->slot[from].key >> 32) };
	uint64_t n = 0, begin = 0, first;
	const uint64_t *value;
	size_t i;

	for (i = from; i < to; i++) {
		value = v->slot[i].value;
		first = ~value[FIRST];
		if (value[FIRST] != 0 &&
		    (n == 0 || first - b.last >= FV_CHANNELS_APART)) {
			if (n > 0)
				v->interval[n - 1] = first - begin;
			begin = first;
			v->bytes[n++] = 0;
		}
		if (value[FIRST] != 0)
			b.last = value[LAST];
		if (n > 0)
			v->bytes[n - 1] += value[BYTES];
	}
	if (n < FV_CHANNELS_LEAST)
		return;
	b.contacts = n;
	b.time = fv_regularity_measure(v->interval, (size_t)n - 1, v->scratch);
	b.bytes = fv_regularity_measure(v->bytes, (size_t)n, v->scratch);
	b.score = (b.time.score + b.bytes.score) / 2;
	v->beacon[v->measured++] = b;
}

static int
survey(const struct state *s, size_t channels, struct survey *v,
    struct fv_err *err)
{
	const uint64_t *key;
	size_t i, to;

	v->nslots = s->slots.count;
	v->slot = fv_memory_new(v->nslots, sizeof(*v->slot), err);
	v->interval = fv_memory_new(v->nslots, sizeof(*v->interval), err);
	v->bytes = fv_memory_new(v->nslots, sizeof(*v->bytes), err);
	v->scratch = fv_memory_new(v->nslots, sizeof(*v->scratch), err);
	v->beacon = fv_memory_new(channels, sizeof(*v->beacon), err);
	if (v->slot == NULL || v->interval == NULL || v->bytes == NULL ||
	    v->scratch == NULL || v->beacon == NULL)
		return -1;
	for (i = 0; i < v->nslots; i++) {
		key = fv_tally_key(&s->slots, i);
		v->slot[i] = (struct slot){ *key,
			{ key[1 + FIRST], key[1 + LAST], key[1 + BYTES] } };
	}
	qsort(v->slot, v->nslots, sizeof(*v->slot), by_key);
	for (i = 0; i < v->nslots; i = to) {
		for (to = i; to < v->nslots; to++)
			if (v->slot[to].key >> 32 != v->slot[i].key >> 32)
				break;
		measure(v, i, to);
	}
	qsort(v->beacon, v->measured, sizeof(*v->beacon), by_score);
	while (v->n < v->measured && is_beacon(&v->beacon[v->n]))
		v->n++;
	return 0;
}

static void
put_columns(struct fv_result *r)
{
	fv_result_column(r, "host", "host", FV_RESULT_HOST, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "destination", "to", FV_RESULT_HOST, FV_RESULT_NO_BAR);
	fv_result_column(r, "over", "over", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(r, "port", "port", FV_RESULT_NUMBER, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "contacts", "times", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "interval", "every", FV_RESULT_DURATION, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "bytes", "bytes", FV_RESULT_BYTES, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "score", "score", FV_RESULT_RATIO, FV_RESULT_NO_BAR);
}

/* A host's rank in the table: hosts are numbered as they are met in it. */
static size_t
rank_of(uint32_t *rank, uint32_t *met, uint32_t host)
{
	if (rank[host] == 0)
		rank[host] = ++*met;
	return rank[host];
}

static int
put_beacons(const struct survey *v, const struct fv_analysis_context *c,
    struct fv_result *r, struct fv_err *err)
{
	const struct fv_analysis_channel *channel;
	const struct beacon *b;
	uint32_t *rank, met = 0;
	size_t i;

	rank = fv_memory_new(c->nhosts, sizeof(*rank), err);
	if (rank == NULL)
		return -1;
	fv_result_table(r, "beacons", "Beacons, the most regular first");
	put_columns(r);
	fv_result_shown(r, TOP, v->n);
	for (i = 0; i < v->n && i < FV_RESULT_ROWS_KEPT; i++) {
		b = &v->beacon[i];
		channel = &c->focus.channel[b->channel];
		fv_analysis_host(r, c, rank_of(rank, &met, channel->source),
		    channel->source);
		fv_analysis_host(r, c,
		    rank_of(rank, &met, channel->destination),
		    channel->destination);
		fv_result_text(
		    r, "%s", channel->protocol == UDP ? "UDP" : "TCP");
		fv_result_number(r, channel->port);
		fv_result_count(r, b->contacts);
		fv_result_duration(r, b->time.median);
		fv_result_bytes(r, b->bytes.median);
		fv_result_ratio(r, b->score, FV_REGULARITY_ONE, 2);
	}
	free(rank);
	return 0;
}

static void
put_facts(const struct survey *v, const struct fv_analysis_focus *f,
    struct fv_result *r)
{
	fv_result_fact(r, "beacons", "Beacons", NULL);
	fv_result_count(r, v->n);
	fv_result_fact(r, "measured", "of channels with 24 contacts", NULL);
	fv_result_count(r, v->measured);
	fv_result_fact(r, "channels", "of channels looked at", NULL);
	fv_result_count(r, f->channels);
	fv_result_fact(r, "popular", "Left out: to popular destinations", NULL);
	fv_result_count(r, f->channels_popular);
	fv_result_fact(r, "left", "Left out: too many to look at", NULL);
	fv_result_count(r, f->channels_left);
}

static void
put_notes(const struct state *s, const struct fv_analysis_focus *f,
    struct fv_result *r)
{
	fv_result_note(r,
	    "A channel is what one host sends to one port of one public "
	    "destination over TCP or UDP; a contact begins with a SYN or a "
	    "datagram that comes a minute or more after the one before. "
	    "'every' and 'bytes' are medians. The score is the mean of four: "
	    "1 less the size of Bowley's skewness, and 1 less the median "
	    "absolute deviation over the median, of intervals and of bytes "
	    "sent. A beacon scores 0.8 or more, with and without the bytes, "
	    "and has %d contacts or more.",
	    FV_CHANNELS_LEAST);
	fv_result_note(r,
	    "Destinations are popular that several hosts, and more than one "
	    "in %d of those that opened channels, have channels to. What is "
	    "left is regular, no more: mail, updates and push services are. "
	    "Malware that waits for times of chance is not.",
	    FV_CHANNELS_POPULAR);
	if (f->channels_left > 0)
		fv_result_note(r,
		    "There are more channels than the %zu that are looked at: "
		    "those with most SYNs and datagrams. Report on fewer "
		    "datasets at a time.",
		    FV_CHANNELS_LIMIT);
	if (!s->inside_known)
		fv_result_note(r,
		    "No host of this dataset is known to be internal. In "
		    "place of the internal hosts these are all sources of "
		    "records that are outbound or of unknown direction.");
}

static int
finish(const void *state, const struct fv_analysis_context *c,
    struct fv_result *r, struct fv_err *err)
{
	const struct state *s = state;
	struct survey v = { .n = 0 };
	int rc = 0;

	fv_result_section(r, "R28d2", "If you had access to this data: beacons",
	    "Which internal hosts come back to one destination and port at "
	    "regular intervals with regular bytes.");
	if (s->full) {
		fv_result_note(r,
		    "There are more than %zu minutes of one channel, too many "
		    "to keep; beacons were not looked for. Report on fewer "
		    "datasets at a time.",
		    BEACONS_LIMIT);
		return 0;
	}
	if (c->focus.channels == 0) {
		fv_result_note(r,
		    "No internal host is known to have sent %d SYNs or "
		    "datagrams, over %d minutes or more, to one port of a "
		    "public destination that few others use.",
		    FV_CHANNELS_LEAST, FV_CHANNELS_LEAST - 1);
		return 0;
	}
	rc = survey(s, c->focus.channels, &v, err);
	if (rc == 0) {
		put_facts(&v, &c->focus, r);
		if (v.n > 0)
			rc = put_beacons(&v, c, r, err);
		put_notes(s, &c->focus, r);
	}
	free(v.slot);
	free(v.interval);
	free(v.bytes);
	free(v.scratch);
	free(v.beacon);
	return rc;
}

const struct fv_analysis fv_beacons_analysis = {
	.ids = "R28d2",
	.name = "beacons",
	.description = "What internal hosts do like clockwork.",
	.columns = FV_CHANNELS_COLUMNS | FV_ANALYSIS_COLUMN(BYTES),
	.closer = true,
	.needs = { &fv_channels_analysis },
	.init = init,
	.add = add,
	.merge = merge,
	.finish = finish,
	.free = state_free,
};

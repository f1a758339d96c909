/*
 * R28e: connections that come back like clockwork: beacons of malware, and
 * of every update, mail and push client.
 *
 * Regularity is told as RITA does: by the skewness of quartiles (Bowley) and
 * the median absolute deviation of what lies between contacts.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/insiders.h"
#include "analysis/registry.h"
#include "analysis/regularity.h"
#include "analysis/tally.h"
#include "base/memory.h"
#include "datasets/hosts.h"

enum { TCP = 6, UDP = 17, SYN = 2, ACK = 16, TOP = 15 };

/* Contacts are told apart by minutes, those over UDP by so many. */
enum { STREAM_MINUTES = 5 };

/* What a beacon is: thousandths, contacts, nanoseconds. */
enum { SCORE = 800, CONTACTS = 24 };
#define SPAN_LEAST (6 * FV_INSIDERS_HOUR)

/* Far addresses that more than one in so many addresses use are not told. */
enum { POPULAR_PART = 10, POPULAR_LEAST = 3 };

/* Minutes of a contact; some 60 bytes: 1 GiB. */
#ifndef BEACONS_LIMIT /* tests have a lower one */
#define BEACONS_LIMIT ((size_t)1 << 24)
#endif

/* Key: who and when; to whom, which port and protocol. */
enum { WHEN, WHOM, KEY_WORDS };

/* The words of a minute's value. */
enum { FIRST, BYTES, VALUE_WORDS };

struct state {
	struct fv_insiders in;
	struct fv_tally minutes;
	uint64_t (*recent)[KEY_WORDS]; /* of each unit: what it had last */
	uint32_t *entry;
	bool *any; /* of each unit: it sent something */
	bool full;
};

static void
state_free(void *state)
{
	struct state *s = state;

	if (s == NULL)
		return;
	fv_insiders_free(&s->in);
	fv_tally_free(&s->minutes);
	free(s->recent);
	free(s->entry);
	free(s->any);
	free(s);
}

static void *
init(const struct fv_analysis_context *context, struct fv_err *err)
{
	struct state *s;
	size_t i;

	if ((s = fv_memory_new(1, sizeof(*s), err)) == NULL)
		return NULL;
	if (fv_insiders_init(&s->in, context, err) == -1 ||
	    fv_tally_init(
		&s->minutes, KEY_WORDS, VALUE_WORDS, BEACONS_LIMIT, err) == -1)
		goto fail;
	s->recent = fv_memory_new(s->in.n, sizeof(*s->recent), err);
	s->entry = fv_memory_new(s->in.n, sizeof(*s->entry), err);
	s->any = fv_memory_new(s->in.n, sizeof(*s->any), err);
	if (s->recent == NULL || s->entry == NULL || s->any == NULL)
		goto fail;
	for (i = 0; i < s->in.n; i++)
		s->recent[i][WHEN] = UINT64_MAX;
	return s;
fail:
	state_free(s);
	return NULL;
}

/* The value of ${key}; NULL at the limit, or with ${err} set. */
static uint64_t *
value_of(struct state *s, const uint64_t *key, struct fv_err *err)
{
	uint32_t unit = fv_insiders_unit(key[WHEN]);
	struct fv_tally *t = &s->minutes;
	uint64_t *value;

	if (s->recent[unit][WHEN] == key[WHEN] &&
	    s->recent[unit][WHOM] == key[WHOM])
		return t->entry + s->entry[unit] * t->words + KEY_WORDS;
	value = fv_tally_at(
	    t, key, fv_tally_hash(t, key, KEY_WORDS), KEY_WORDS, err);
	if (value == NULL)
		return NULL;
	memcpy(s->recent[unit], key, sizeof(s->recent[unit]));
	s->entry[unit] = (uint32_t)((size_t)(value - t->entry) / t->words);
	return value;
}

static int
enter(struct state *s, const uint64_t *key, uint64_t first, uint64_t bytes,
    struct fv_err *err)
{
	uint64_t *value = value_of(s, key, err);

	if (value == NULL) {
		if (err->code != FV_ELIMIT)
			return fv_err_within(err, "contacts");
		fv_tally_free(&s->minutes);
		s->full = true;
		return 0;
	}
	if (first > value[FIRST])
		value[FIRST] = first;
	value[BYTES] += bytes;
	return 0;
}

static int
add(void *state, const struct fv_analysis_context *c,
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
	uint64_t key[KEY_WORDS];
	uint32_t unit;
	size_t i;

	for (i = 0; i < batch->rows && !s->full; i++) {
		if (direction[i] != FV_DIRECTION_OUTBOUND ||
		    (unit = s->in.number[source[i]]) == FV_NO_ROW)
			continue;
		s->any[unit] = true;
		if (protocol[i] == TCP ? (initial[i] & (SYN | ACK)) != SYN
				       : protocol[i] != UDP || port[i] == 0)
			continue;
		if (!fv_hosts_is_public(c->hosts[destination[i]].address_class))
			continue;
		key[WHEN] = fv_insiders_key(
		    unit, fv_insiders_period(start[i], FV_INSIDERS_MINUTE));
		key[WHOM] = (uint64_t)destination[i] << 32 |
		    (uint64_t)port[i] << 8 | protocol[i];
		if (enter(s, key, fv_analysis_earliness(start[i]), bytes[i],
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
	for (i = 0; i < s->in.n; i++)
		s->any[i] |= f->any[i];
	if (f->full) {
		fv_tally_free(&s->minutes);
		s->full = true;
	}
	for (i = 0; i < f->minutes.count && !s->full; i++) {
		key = fv_tally_key(&f->minutes, i);
		if (enter(s, key, key[KEY_WORDS + FIRST],
			key[KEY_WORDS + BYTES], err) == -1)
			return -1;
	}
	return 0;
}

/* A minute with a contact; sorted by far end, then unit, then time. */
struct contact {
	uint64_t whom;
	uint32_t unit;
	int64_t time;
	uint64_t bytes;
};

static int
by_pair(const void *a, const void *b)
{
	const struct contact *x = a, *y = b;

	if (x->whom != y->whom)
		return x->whom < y->whom ? -1 : 1;
	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	return x->time < y->time ? -1 : x->time > y->time;
}

/* One that comes back. */
struct beacon {
	uint64_t whom;
	uint32_t unit;
	size_t contacts;
	int64_t first;
	uint64_t interval; /* median */
	uint64_t span;
	uint64_t score; /* thousandths */
};

/* All that was found. */
struct finding {
	struct contact *contact;
	size_t n;
	uint64_t *value, *other; /* scratch */
	struct beacon *beacon;
	size_t nbeacons, capacity;
	uint64_t pairs, often, popular;
	size_t active; /* units */
};

/* Highest score first. */
static int
by_score(const void *a, const void *b)
{
	const struct beacon *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	if (x->contacts != y->contacts)
		return x->contacts > y->contacts ? -1 : 1;
	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	return x->whom < y->whom ? -1 : x->whom > y->whom;
}

/* Contacts ${from} up to ${to} are one address's with one far end. */
static int
judge(struct finding *f, size_t from, size_t to, bool sizes, struct fv_err *err)
{
	const struct contact *c = f->contact;
	bool udp = (c[from].whom & 255) == UDP;
	struct beacon b = { .whom = c[from].whom, .unit = c[from].unit };
	int64_t least = udp ? STREAM_MINUTES * FV_INSIDERS_MINUTE : 0;
	uint64_t median;
	size_t i, n = 0;
	void *grown;

	for (i = from + 1; i < to; i++)
		if (c[i].time - c[i - 1].time >= least)
			f->value[n++] = (uint64_t)(c[i].time - c[i - 1].time);
	b.contacts = n + 1;
	b.first = c[from].time;
	b.span = (uint64_t)(c[to - 1].time - c[from].time);
	f->often += b.contacts >= CONTACTS;
	if (b.contacts < CONTACTS || b.span < (uint64_t)SPAN_LEAST)
		return 0;
	b.score = fv_regularity(f->value, n, f->other, &b.interval);
	/* Equal bytes alone would make a beacon of times of chance. */
	if (b.score < SCORE)
		return 0;
	if (sizes) {
		for (i = from; i < to; i++)
			f->value[i - from] = c[i].bytes;
		b.score +=
		    fv_regularity(f->value, to - from, f->other, &median);
		b.score /= 2;
	}
	if (b.score < SCORE)
		return 0;
	grown = fv_memory_grow(f->beacon, &f->capacity, f->nbeacons + 1,
	    sizeof(*f->beacon), BEACONS_LIMIT, err);
	if (grown == NULL)
		return -1;
	f->beacon = grown;
	f->beacon[f->nbeacons++] = b;
	return 0;
}

/* Contacts ${from} up to ${to} are all of one far address. */
static int
judge_far(struct finding *f, size_t from, size_t to, uint32_t *met,
    uint32_t turn, bool sizes, struct fv_err *err)
{
	size_t i, end, users = 0, pairs = 0;
	bool popular;

	for (i = from; i < to; i++) {
		users += met[f->contact[i].unit] != turn;
		met[f->contact[i].unit] = turn;
		pairs += i == from ||
		    f->contact[i].unit != f->contact[i - 1].unit ||
		    f->contact[i].whom != f->contact[i - 1].whom;
	}
	f->pairs += pairs;
	popular = users >= POPULAR_LEAST && users * POPULAR_PART > f->active;
	f->popular += popular;
	for (i = from; i < to && !popular; i = end) {
		for (end = i; end < to; end++)
			if (f->contact[end].unit != f->contact[i].unit ||
			    f->contact[end].whom != f->contact[i].whom)
				break;
		if (judge(f, i, end, sizes, err) == -1)
			return -1;
	}
	return 0;
}

static int
survey(const struct state *s, struct finding *f, bool sizes, struct fv_err *err)
{
	uint32_t *met = NULL, turn = 0;
	const uint64_t *key;
	size_t i, to;
	int rc = -1;

	f->n = s->minutes.count;
	f->contact = fv_memory_new(f->n, sizeof(*f->contact), err);
	f->value = fv_memory_new(f->n, sizeof(*f->value), err);
	f->other = fv_memory_new(f->n, sizeof(*f->other), err);
	met = fv_memory_new(s->in.n, sizeof(*met), err);
	if (f->contact == NULL || f->value == NULL || f->other == NULL ||
	    met == NULL)
		goto out;
	for (i = 0; i < s->in.n; i++)
		f->active += s->any[i];
	for (i = 0; i < f->n; i++) {
		key = fv_tally_key(&s->minutes, i);
		f->contact[i] =
		    (struct contact){ key[WHOM], fv_insiders_unit(key[WHEN]),
			    fv_insiders_time(~key[KEY_WORDS + FIRST]),
			    key[KEY_WORDS + BYTES] };
	}
	qsort(f->contact, f->n, sizeof(*f->contact), by_pair);
	for (i = 0; i < f->n; i = to) {
		for (to = i; to < f->n; to++)
			if (f->contact[to].whom >> 32 !=
			    f->contact[i].whom >> 32)
				break;
		if (judge_far(f, i, to, met, ++turn, sizes, err) == -1)
			goto out;
	}
	if (f->nbeacons > 0)
		qsort(f->beacon, f->nbeacons, sizeof(*f->beacon), by_score);
	rc = 0;
out:
	free(met);
	return rc;
}

static void
put_beacons(const struct state *s, const struct finding *f,
    const struct fv_analysis_context *c, struct fv_result *r)
{
	const struct beacon *b;
	struct fv_analysis_ranks ranks = { .n = 0 };
	size_t i, host, far;

	fv_result_table(r, "beacons", "The most regular");
	fv_result_column(
	    r, "host", "address", FV_RESULT_HOST, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "peer", "far address", FV_RESULT_HOST, FV_RESULT_NO_BAR);
	fv_result_column(r, "port", "port", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "contacts", "times", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "interval", "every", FV_RESULT_DURATION, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "span", "during", FV_RESULT_DURATION, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "score", "score", FV_RESULT_RATIO, FV_RESULT_NO_BAR);
	fv_result_shown(r, TOP, f->nbeacons);
	for (i = 0; i < f->nbeacons && i < FV_RESULT_ROWS_KEPT; i++) {
		b = &f->beacon[i];
		host = s->in.host[b->unit];
		far = (size_t)(b->whom >> 32);
		fv_analysis_host(r, c, fv_analysis_rank(&ranks, host), host);
		fv_analysis_host(r, c, fv_analysis_rank(&ranks, far), far);
		fv_result_text(r, "%s %u",
		    (b->whom & 255) == UDP ? "UDP" : "TCP",
		    (unsigned)(b->whom >> 8 & 0xffff));
		fv_result_count(r, b->contacts);
		fv_result_duration(r, b->interval);
		fv_result_duration(r, b->span);
		fv_result_ratio(r, b->score, FV_REGULARITY_WHOLE, 2);
	}
}

static void
put(const struct state *s, const struct finding *f, bool sizes,
    const struct fv_analysis_context *c, struct fv_result *r)
{
	fv_result_fact(r, "beacons", "Beacons", NULL);
	fv_result_count(r, f->nbeacons);
	fv_result_fact(r, "pairs", "of pairs of address and far port", NULL);
	fv_result_count(r, f->pairs);
	fv_result_fact(r, "often", "Pairs with 24 contacts or more", NULL);
	fv_result_count(r, f->often);
	fv_result_fact(r, "popular", "Popular far addresses left out", NULL);
	fv_result_count(r, f->popular);
	put_beacons(s, f, c, r);
	fv_result_note(r,
	    "A contact is a SYN or a datagram to one far address and port; "
	    "several within a minute are one, and over UDP those less than %d "
	    "minutes apart, so that a call is not a beacon. The score is the "
	    "mean of 1 less Bowley's skewness and of 1 less the median "
	    "absolute deviation over the median, of the intervals%s.",
	    STREAM_MINUTES,
	    sizes ? ", and of the same of the bytes"
		  : "; a record here is one packet, so the bytes of a contact "
		    "are not known");
	fv_result_note(r,
	    "A beacon has a score of 0.8 (its intervals alone, too), %d "
	    "contacts and 6 hours, or more. "
	    "Far addresses that more than a tenth of the active addresses "
	    "use are left out. What is left is regular, and no more: mail, "
	    "updates and push services are, and malware that waits for a time "
	    "of chance is not.",
	    CONTACTS);
}

static int
finish(const void *state, const struct fv_analysis_context *c,
    struct fv_result *r, struct fv_err *err)
{
	const struct state *s = state;
	bool sizes = c->records == FV_ANALYSIS_RECORDS_UNIFLOW;
	struct finding f = { .n = 0 };
	int rc = -1;

	fv_result_section(r, "R28e", "What would you do? Beacons",
	    "Which internal addresses come back to one far address and port "
	    "at regular intervals.");
	if (fv_insiders_missing(&s->in, c, r))
		return 0;
	if (s->full) {
		fv_result_note(r,
		    "Limit reached: more than %zu minutes of a contact, so "
		    "this result is left out. Report on fewer datasets at a "
		    "time.",
		    BEACONS_LIMIT);
		return 0;
	}
	if (s->minutes.count == 0) {
		fv_result_note(r,
		    "No internal address is known to have contacted a public "
		    "address over TCP or UDP.");
		return 0;
	}
	if (survey(s, &f, sizes, err) == 0) {
		put(s, &f, sizes, c, r);
		rc = 0;
	}
	free(f.contact);
	free(f.value);
	free(f.other);
	free(f.beacon);
	return rc;
}

const struct fv_analysis fv_beacons_analysis = {
	.ids = "R28e",
	.name = "beacons",
	.description = "Which connections come back like clockwork.",
	.columns = FV_ANALYSIS_COLUMN(START_TIME) | FV_ANALYSIS_COLUMN(SOURCE) |
	    FV_ANALYSIS_COLUMN(DESTINATION) |
	    FV_ANALYSIS_COLUMN(DESTINATION_PORT) |
	    FV_ANALYSIS_COLUMN(PROTOCOL) | FV_ANALYSIS_COLUMN(BYTES) |
	    FV_ANALYSIS_COLUMN(INITIAL_TCP_FLAGS) |
	    FV_ANALYSIS_COLUMN(DIRECTION),
	.init = init,
	.add = add,
	.merge = merge,
	.finish = finish,
	.free = state_free,
};

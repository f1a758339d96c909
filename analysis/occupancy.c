/*
 * R28a: how many addresses are active when, and for how long.
 *
 * What an address did is kept by half hours: when it first and last sent, to
 * the nanosecond, and in which five minutes.  No silence of more than half an
 * hour fits between two records of one half hour, so sessions come out as
 * from the rows in order of time.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/insiders.h"
#include "analysis/occupancy.h"
#include "analysis/registry.h"
#include "analysis/tally.h"
#include "base/memory.h"

#define HALF (30 * FV_INSIDERS_MINUTE)

enum { FIVES = 6, DAY_HOURS = 24 };

/* Half hours of one address each; some 50 bytes: 400 MiB. */
#ifndef OCCUPANCY_LIMIT /* tests have a lower one */
#define OCCUPANCY_LIMIT ((size_t)1 << 23)
#endif
/* Five minutes from the first to the last, times sites: 64 MiB. */
#define CURVE_LIMIT ((size_t)1 << 24)
/* A record that lasts longer is of this length: none should. */
#define RECORD_LONGEST FV_INSIDERS_DAY

/* The words of a tally's value. */
enum { FIRST, LAST, BITS, VALUE_WORDS };

struct state {
	struct fv_insiders in;
	struct fv_tally halves; /* by unit and half hour */
	uint64_t *recent;       /* of each unit: the key it had last */
	uint32_t *entry;        /* and its number in the tally */
	bool full;
};

static void
state_free(void *state)
{
	struct state *s = state;

	if (s == NULL)
		return;
	fv_insiders_free(&s->in);
	fv_tally_free(&s->halves);
	free(s->recent);
	free(s->entry);
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
	    fv_tally_init(&s->halves, 1, VALUE_WORDS, OCCUPANCY_LIMIT, err) ==
		-1)
		goto fail;
	s->recent = fv_memory_new(s->in.n, sizeof(*s->recent), err);
	s->entry = fv_memory_new(s->in.n, sizeof(*s->entry), err);
	if (s->recent == NULL || s->entry == NULL)
		goto fail;
	for (i = 0; i < s->in.n; i++)
		s->recent[i] = UINT64_MAX; /* of no unit */
	return s;
fail:
	state_free(s);
	return NULL;
}

/* The value of ${key}; NULL at the limit, or with ${err} set. */
static uint64_t *
value_of(struct state *s, uint64_t key, struct fv_err *err)
{
	uint32_t unit = fv_insiders_unit(key);
	struct fv_tally *t = &s->halves;
	uint64_t *value;

	if (s->recent[unit] == key)
		return t->entry + s->entry[unit] * t->words + 1;
	value = fv_tally_at(t, &key, fv_tally_hash(t, &key, 1), 1, err);
	if (value == NULL)
		return NULL;
	s->recent[unit] = key;
	s->entry[unit] = (uint32_t)((size_t)(value - t->entry) / t->words);
	return value;
}

static int
enter(struct state *s, uint64_t key, uint64_t first, uint64_t last,
    uint64_t bits, struct fv_err *err)
{
	uint64_t *value = value_of(s, key, err);

	if (value == NULL) {
		if (err->code != FV_ELIMIT)
			return fv_err_within(err, "half hours");
		fv_tally_free(&s->halves);
		s->full = true;
		return 0;
	}
	if (first > value[FIRST])
		value[FIRST] = first;
	if (last > value[LAST])
		value[LAST] = last;
	value[BITS] |= bits;
	return 0;
}

/* The five minutes of the half hour ${half} that ${from} to ${to} touch. */
static uint64_t
bits_of(int64_t half, int64_t from, int64_t to)
{
	int64_t a = fv_insiders_period(from, FV_OCCUPANCY_FIVE) - half * FIVES;
	int64_t b = fv_insiders_period(to, FV_OCCUPANCY_FIVE) - half * FIVES;

	return (UINT64_C(2) << b) - (UINT64_C(1) << a);
}

/* ${unit} sent from ${start} to ${end}. */
static int
active(struct state *s, uint32_t unit, int64_t start, int64_t end,
    struct fv_err *err)
{
	int64_t half = fv_insiders_period(start, HALF), from = start, to;

	for (; from <= end && !s->full; half++, from = to + 1) {
		to = end;
		if (fv_insiders_period(end, HALF) > half)
			to = (half + 1) * HALF - 1;
		if (enter(s, fv_insiders_key(unit, half),
			fv_analysis_earliness(from), fv_insiders_lateness(to),
			bits_of(half, from, to), err) == -1)
			return -1;
		if (to == INT64_MAX)
			break;
	}
	return 0;
}

static int
add(void *state, const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	const int64_t *start = batch->column[FV_FLOW_START_TIME];
	const int64_t *duration = batch->column[FV_FLOW_DURATION];
	const uint32_t *source = batch->column[FV_FLOW_SOURCE];
	const uint8_t *direction = batch->column[FV_FLOW_DIRECTION];
	struct state *s = state;
	uint32_t unit;
	int64_t lasts;
	size_t i;

	(void)context;
	for (i = 0; i < batch->rows && !s->full; i++) {
		if (direction[i] != FV_DIRECTION_OUTBOUND ||
		    (unit = s->in.number[source[i]]) == FV_NO_ROW)
			continue;
		lasts =
		    duration[i] > RECORD_LONGEST ? RECORD_LONGEST : duration[i];
		if (active(s, unit, start[i], fv_insiders_end(start[i], lasts),
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
		fv_tally_free(&s->halves);
		s->full = true;
	}
	for (i = 0; i < f->halves.count && !s->full; i++) {
		key = fv_tally_key(&f->halves, i);
		if (enter(s, *key, key[1 + FIRST], key[1 + LAST], key[1 + BITS],
			err) == -1)
			return -1;
	}
	return 0;
}

/* A half hour of a unit. */
struct half {
	uint64_t key;
	int64_t first, last;
	uint64_t bits;
};

struct finding {
	struct half *half;
	size_t n;
	struct fv_occupancy o;
};

static int
by_key(const void *a, const void *b)
{
	const struct half *x = a, *y = b;

	return x->key < y->key ? -1 : x->key > y->key;
}

static int
by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Sort the half hours; and from when to when they are. */
static int
sort_halves(const struct state *s, struct finding *f, struct fv_err *err)
{
	int64_t low = INT64_MAX, high = INT64_MIN, when;
	const uint64_t *key;
	size_t i;

	f->n = s->halves.count;
	if ((f->half = fv_memory_new(f->n, sizeof(*f->half), err)) == NULL)
		return -1;
	for (i = 0; i < f->n; i++) {
		key = fv_tally_key(&s->halves, i);
		f->half[i] =
		    (struct half){ *key, fv_insiders_time(~key[1 + FIRST]),
			    fv_insiders_time(key[1 + LAST]), key[1 + BITS] };
		when = fv_insiders_when(*key);
		low = when < low ? when : low;
		high = when > high ? when : high;
	}
	qsort(f->half, f->n, sizeof(*f->half), by_key);
	f->o.from = fv_insiders_period(low, 2);
	f->o.hours = (size_t)(fv_insiders_period(high, 2) + 1 - f->o.from);
	f->o.day = fv_insiders_period(f->o.from, DAY_HOURS);
	f->o.ndays = (size_t)(fv_insiders_period(
				  fv_insiders_period(high, 2), DAY_HOURS) -
	    f->o.day + 1);
	return 0;
}

static void
finding_free(struct finding *f)
{
	size_t i;

	for (i = 0; f->o.site != NULL && i < f->o.nsites; i++) {
		free(f->o.site[i].length);
		free(f->o.site[i].curve);
		free(f->o.site[i].starts);
		free(f->o.site[i].day);
	}
	free(f->o.site);
	free(f->half);
}

/* Which of the sites of ${f} a unit is at. */
static struct fv_occupancy_site *
site_of(const struct state *s, const struct fv_analysis_context *c,
    const struct finding *f, uint32_t unit)
{
	uint32_t site = c->hosts[s->in.host[unit]].site;

	return &f->o.site[site < f->o.nsites ? site : 0];
}

static int
make_sites(const struct state *s, struct finding *f,
    const struct fv_analysis_context *c, struct fv_err *err)
{
	size_t hours = f->o.hours, i;
	struct fv_occupancy_site *t;

	f->o.nsites = c->nsites == 0 ? 1 : c->nsites;
	if ((f->o.site = fv_memory_new(f->o.nsites, sizeof(*f->o.site), err)) ==
	    NULL)
		return -1;
	/* No more sessions than half hours. */
	for (i = 0; i < f->n; i++)
		site_of(s, c, f, fv_insiders_unit(f->half[i].key))->sessions++;
	for (i = 0; i < f->o.nsites; i++) {
		t = &f->o.site[i];
		t->length =
		    fv_memory_new((size_t)t->sessions, sizeof(*t->length), err);
		t->sessions = 0;
		t->curve =
		    fv_memory_new(hours * 2 * FIVES, sizeof(*t->curve), err);
		t->starts = fv_memory_new(hours, sizeof(*t->starts), err);
		t->day = fv_memory_new(f->o.ndays, sizeof(*t->day), err);
		if (t->length == NULL || t->curve == NULL ||
		    t->starts == NULL || t->day == NULL)
			return -1;
	}
	return 0;
}

static struct fv_occupancy_day *
day_of(const struct finding *f, struct fv_occupancy_site *t, int64_t time)
{
	return &t->day[fv_insiders_period(time, FV_INSIDERS_DAY) - f->o.day];
}

/* Cut the half hours ${from} to ${to}, of one unit, into sessions. */
static void
cut(const struct finding *f, struct fv_occupancy_site *t, size_t from,
    size_t to)
{
	int64_t begin = f->half[from].first, end = f->half[from].last, day;
	int64_t before = INT64_MIN;
	size_t i, b;

	for (i = from; i < to; i++) {
		const struct half *h = &f->half[i];
		size_t at = (size_t)(fv_insiders_when(h->key) - 2 * f->o.from);

		for (b = 0; b < FIVES; b++)
			t->curve[at * FIVES + b] += h->bits >> b & 1;
		t->active += (uint64_t)__builtin_popcountll(h->bits);
		day = fv_insiders_period(h->first, FV_INSIDERS_DAY);
		if (day != before)
			day_of(f, t, h->first)->addresses++;
		before = day;
		if (h->first > end && h->first - end > HALF) {
			t->length[t->sessions++] = (uint64_t)(end - begin);
			begin = h->first;
		}
		if (i == from || begin == h->first) {
			t->starts[at / 2]++;
			day_of(f, t, h->first)->sessions++;
		}
		end = h->last > end ? h->last : end;
	}
	t->length[t->sessions++] = (uint64_t)(end - begin);
	t->addresses++;
}

/* The highest points of the curve of ${t}. */
static void
find_peaks(const struct finding *f, struct fv_occupancy_site *t)
{
	size_t i, fives = f->o.hours * 2 * FIVES;
	struct fv_occupancy_day *d;
	int64_t time;

	for (i = 0; i < fives; i++) {
		time = f->o.from * FV_INSIDERS_HOUR +
		    (int64_t)i * FV_OCCUPANCY_FIVE;
		d = day_of(f, t, time);
		if (t->curve[i] > d->peak)
			d->peak = t->curve[i];
		if (t->curve[i] > t->peak)
			t->peak = t->curve[i];
	}
	qsort(t->length, t->sessions, sizeof(*t->length), by_size);
}

static void
survey(const struct state *s, const struct fv_analysis_context *c,
    struct finding *f)
{
	uint32_t unit;
	size_t i, to;

	for (i = 0; i < f->n; i = to) {
		unit = fv_insiders_unit(f->half[i].key);
		for (to = i; to < f->n; to++)
			if (fv_insiders_unit(f->half[to].key) != unit)
				break;
		cut(f, site_of(s, c, f, unit), i, to);
	}
	for (i = 0; i < f->o.nsites; i++)
		find_peaks(f, &f->o.site[i]);
}

static int
finish(const void *state, const struct fv_analysis_context *c,
    struct fv_result *r, struct fv_err *err)
{
	const struct state *s = state;
	struct finding f = { .n = 0 };
	int rc = -1;

	fv_result_section(r, "R28a",
	    "What would you do? Occupancy and sessions",
	    "How many internal addresses are active over the day and over the "
	    "days, and how long their sessions are; by what they send outward.");
	if (fv_insiders_missing(&s->in, c, r))
		return 0;
	if (s->full) {
		fv_result_note(r,
		    "Limit reached: more than %zu half hours of an address "
		    "each, so this result is left out. Report on fewer "
		    "datasets at a time.",
		    OCCUPANCY_LIMIT);
		return 0;
	}
	if (s->halves.count == 0) {
		fv_result_note(r,
		    "No record is known to be sent outward by an internal "
		    "address.");
		return 0;
	}
	if (sort_halves(s, &f, err) == -1)
		goto out;
	if (f.o.hours * 2 * FIVES * (c->nsites + 1) > CURVE_LIMIT) {
		fv_result_note(r,
		    "Limit reached: from the first record to the last are %zu "
		    "hours, too many for a curve, so this result is left out.",
		    f.o.hours);
		rc = 0;
		goto out;
	}
	if (make_sites(s, &f, c, err) == -1)
		goto out;
	survey(s, c, &f);
	fv_occupancy_put(&f.o, c, r);
	rc = 0;
out:
	finding_free(&f);
	return rc;
}

const struct fv_analysis fv_occupancy_analysis = {
	.ids = "R28a",
	.name = "occupancy",
	.description = "How many addresses are active when, and for how long.",
	.columns = FV_ANALYSIS_COLUMN(START_TIME) |
	    FV_ANALYSIS_COLUMN(DURATION) | FV_ANALYSIS_COLUMN(SOURCE) |
	    FV_ANALYSIS_COLUMN(DIRECTION),
	.init = init,
	.add = add,
	.merge = merge,
	.finish = finish,
	.free = state_free,
};

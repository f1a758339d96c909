/*
 * R15: how many destinations each host sent to.  R16 and R17: how those of
 * the one with most of them lie together, and how packets spread over them.
 *
 * Prefixes are what the mapping of addresses keeps, so the common prefix of
 * two addresses may be looked at; their order and their distance may not.
 */
#include <stdlib.h>

#include "analysis/destination_shape.h"
#include "analysis/ledger.h"
#include "analysis/registry.h"
#include "base/memory.h"

enum { TOP = 20 };

/* Rows that are looked up together, so that memory is asked for ahead. */
enum { AHEAD = 32 };

/* Of a pair of host and destination: the words of its value. */
enum { PACKETS, EARLIEST, VALUE_WORDS };

struct state {
	bool inside_known;
	uint8_t *sends; /* of each host: whether it is one of those ranked */
	struct fv_ledger pairs; /* by host << 32 | destination */
};

static void
state_free(void *state)
{
	struct state *s = state;

	if (s == NULL)
		return;
	free(s->sends);
	fv_ledger_free(&s->pairs);
	free(s);
}

static void *
init(const struct fv_analysis_context *context, struct fv_err *err)
{
	struct state *s;
	size_t i;

	if ((s = fv_memory_new(1, sizeof(*s), err)) == NULL)
		return NULL;
	s->sends = fv_memory_new(context->nhosts, 1, err);
	if (s->sends == NULL ||
	    fv_ledger_init(&s->pairs, 1, VALUE_WORDS, 1 << EARLIEST,
		&context->room, err) == -1) {
		state_free(s);
		return NULL;
	}
	s->inside_known = fv_analysis_inside_known(context);
	for (i = 0; i < context->nhosts; i++)
		s->sends[i] = !s->inside_known || context->hosts[i].internal;
	return s;
}

static int
count(struct state *s, uint64_t key, uint64_t hash, uint64_t packets,
    uint64_t when, struct fv_err *err)
{
	uint64_t *value = fv_ledger_at(&s->pairs, &key, hash, 1, err);

	if (value == NULL)
		return fv_err_within(err, "pairs of host and destination");
	value[PACKETS] += packets;
	if (when > value[EARLIEST])
		value[EARLIEST] = when;
	return 0;
}

/* Rows ${from} up to ${to} of ${batch}, at most AHEAD of them. */
static int
add_rows(struct state *s, const struct fv_analysis_batch *batch, size_t from,
    size_t to, struct fv_err *err)
{
	const int64_t *start = batch->column[FV_FLOW_START_TIME];
	const uint32_t *source = batch->column[FV_FLOW_SOURCE];
	const uint32_t *destination = batch->column[FV_FLOW_DESTINATION];
	const uint8_t *direction = batch->column[FV_FLOW_DIRECTION];
	const uint64_t *packets = batch->column[FV_FLOW_PACKETS];
	uint64_t key[AHEAD], hash[AHEAD];
	size_t row[AHEAD], i, n = 0;

	for (i = from; i < to; i++) {
		if (!fv_analysis_outward(direction[i], s->inside_known) ||
		    !s->sends[source[i]])
			continue;
		row[n] = i;
		key[n] = (uint64_t)source[i] << 32 | destination[i];
		hash[n] = fv_tally_hash(&s->pairs.tally, &key[n], 1);
		fv_tally_prefetch(&s->pairs.tally, hash[n]);
		n++;
	}
	for (i = 0; i < n; i++)
		fv_tally_prefetch_entry(&s->pairs.tally, hash[i]);
	for (i = 0; i < n; i++)
		if (count(s, key[i], hash[i], packets[row[i]],
			fv_analysis_earliness(start[row[i]]), err) == -1)
			return -1;
	return 0;
}

static int
add(void *state, const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	size_t i, to;

	(void)context;
	for (i = 0; i < batch->rows; i = to) {
		to = batch->rows - i < AHEAD ? batch->rows : i + AHEAD;
		if (add_rows(state, batch, i, to, err) == -1)
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

	(void)context;
	if (fv_ledger_merge(&s->pairs, &f->pairs, err) == -1)
		return fv_err_within(err, "pairs of host and destination");
	return 0;
}

/* A host in the ranking. */
struct ranked {
	uint64_t destinations;
	uint64_t packets;
	uint64_t first;
	size_t host;
};

struct ranking {
	struct ranked *host; /* those that sent, most destinations first */
	size_t n;
	uint64_t distinct; /* destinations of all together */
};

/* Most destinations first, then who sent earlier, then the number. */
static int
by_destinations(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->destinations != y->destinations)
		return x->destinations < y->destinations ? 1 : -1;
	if (x->first != y->first)
		return x->first < y->first ? 1 : -1;
	return x->host < y->host ? -1 : x->host > y->host;
}

/* While the pairs are looked through. */
struct ranking_under_way {
	struct ranked *host; /* by number */
	uint8_t *met;        /* of each host: whether it was a destination */
	uint64_t distinct;
};

static void
rank_pair(void *arg, const uint64_t *pair)
{
	struct ranking_under_way *w = arg;
	struct ranked *h = &w->host[*pair >> 32];

	h->destinations++;
	h->packets += pair[1 + PACKETS];
	if (pair[1 + EARLIEST] > h->first)
		h->first = pair[1 + EARLIEST];
	w->distinct += w->met[(uint32_t)*pair] == 0;
	w->met[(uint32_t)*pair] = 1;
}

static int
rank(const struct state *s, const struct fv_analysis_context *c,
    struct ranking *k, struct fv_err *err)
{
	struct ranking_under_way w = { .met = NULL };
	size_t i, n = 0;
	int rc = -1;

	*k = (struct ranking){ .host = NULL };
	w.host = fv_memory_new(c->nhosts, sizeof(*w.host), err);
	if (w.host == NULL ||
	    (w.met = fv_memory_new(c->nhosts, 1, err)) == NULL ||
	    fv_ledger_each(&s->pairs, rank_pair, &w, err) == -1)
		goto out;
	for (i = 0; i < c->nhosts; i++) {
		if (w.host[i].destinations == 0)
			continue;
		w.host[n] = w.host[i];
		w.host[n++].host = i;
	}
	if (n > 0)
		qsort(w.host, n, sizeof(*w.host), by_destinations);
	*k = (struct ranking){ w.host, n, w.distinct };
	rc = 0;
out:
	free(w.met);
	if (rc == -1)
		free(w.host);
	return rc;
}

/* The suspect is the first of R15, unless it was asked for. */
static int
choose(const void *state, const struct fv_analysis_context *c,
    struct fv_analysis_focus *focus, struct fv_err *err)
{
	struct ranking k;
	size_t i;

	if (rank(state, c, &k, err) == -1)
		return -1;
	if (!focus->asked && k.n > 0)
		focus->suspect = (uint32_t)k.host[0].host;
	/* One that sent nothing comes behind all that did. */
	for (i = 0; i < k.n && k.host[i].host != focus->suspect; i++)
		;
	focus->suspect_rank = i + 1;
	free(k.host);
	return 0;
}

static void
put_facts(const struct ranking *k, struct fv_result *r)
{
	uint64_t median;

	fv_result_fact(r, "hosts", "Hosts that sent any", "100");
	fv_result_count(r, k->n);
	fv_result_fact(
	    r, "distinct", "Destinations of all of them together", NULL);
	fv_result_count(r, k->distinct);
	if (k->n == 0)
		return;
	/* The lower median, which is a host's value whatever n is. */
	median = k->host[k->n / 2].destinations;
	fv_result_fact(r, "largest", "Most destinations of one host", NULL);
	fv_result_count(r, k->host[0].destinations);
	fv_result_fact(r, "second", "of the next", NULL);
	fv_result_count(r, k->n > 1 ? k->host[1].destinations : 0);
	fv_result_fact(r, "median", "Median destinations", NULL);
	fv_result_count(r, median);
	fv_result_fact(r, "spike", "Most, in medians", "substantial spikes");
	fv_result_ratio(r, k->host[0].destinations, median, 1);
}

static void
put_hosts(const struct ranking *k, const struct fv_analysis_context *c,
    struct fv_result *r)
{
	size_t i;

	fv_result_table(r, "hosts", "Hosts by number of destinations");
	fv_result_column(r, "rank", "rank", FV_RESULT_NUMBER, FV_RESULT_NO_BAR);
	fv_result_column(r, "host", "host", FV_RESULT_HOST, FV_RESULT_NO_BAR);
	fv_result_column(r, "destinations", "destinations", FV_RESULT_COUNT,
	    FV_RESULT_BAR_LINEAR);
	fv_result_column(
	    r, "packets", "packets", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_shown(r, TOP, k->n);
	for (i = 0; i < FV_RESULT_ROWS_KEPT && i < k->n; i++) {
		fv_result_number(r, i + 1);
		fv_analysis_host(r, c, i + 1, k->host[i].host);
		fv_result_count(r, k->host[i].destinations);
		fv_result_count(r, k->host[i].packets);
	}
}

static void
put_numbers(const struct state *s, const struct ranking *k,
    const struct fv_analysis_context *c, struct fv_result *r)
{
	fv_result_section(r, "R15",
	    "Number of Destination by Host Shows Substantial Spikes",
	    "Distinct addresses that each internal host sent outbound "
	    "records to; equal hosts in the order in which they began.");
	put_facts(k, r);
	if (k->n > 0)
		put_hosts(k, c, r);
	if (!s->inside_known)
		fv_result_note(r,
		    "No host of this dataset is known to be internal. In "
		    "place of the internal hosts these are all sources of "
		    "records that are outbound or of unknown direction.");
}

/* The destinations of the suspect. */
struct listing {
	uint32_t host;
	struct fv_destination *destination; /* NULL while they are counted */
	size_t n;
};

static void
list_pair(void *arg, const uint64_t *pair)
{
	struct listing *l = arg;

	if (*pair >> 32 != l->host)
		return;
	if (l->destination != NULL)
		l->destination[l->n] = (struct fv_destination){ (uint32_t)*pair,
			pair[1 + PACKETS], pair[1 + EARLIEST] };
	l->n++;
}

/* List them in ${l}, to be freed.  Returns 0, or -1 with ${err} set. */
static int
list(
    const struct state *s, uint32_t host, struct listing *l, struct fv_err *err)
{
	*l = (struct listing){ .host = host };
	if (fv_ledger_each(&s->pairs, list_pair, l, err) == -1)
		return -1;
	l->destination = fv_memory_new(l->n, sizeof(*l->destination), err);
	if (l->destination == NULL)
		return -1;
	l->n = 0;
	if (fv_ledger_each(&s->pairs, list_pair, l, err) == -1) {
		free(l->destination);
		return -1;
	}
	return 0;
}

static int
finish(const void *state, const struct fv_analysis_context *c,
    struct fv_result *r, struct fv_err *err)
{
	struct listing l;
	struct ranking k;
	int rc;

	if (rank(state, c, &k, err) == -1)
		return -1;
	put_numbers(state, &k, c, r);
	free(k.host);
	if (list(state, c->focus.suspect, &l, err) == -1)
		return -1;
	rc = fv_destination_shape(l.destination, l.n, c, r, err);
	free(l.destination);
	return rc;
}

const struct fv_analysis fv_destinations_analysis = {
	.ids = "R15 R16 R17",
	.name = "destinations",
	.description = "How many destinations each host sent to, and how "
		       "those of the one with most lie together.",
	.columns = FV_ANALYSIS_COLUMN(START_TIME) | FV_ANALYSIS_COLUMN(SOURCE) |
	    FV_ANALYSIS_COLUMN(DESTINATION) | FV_ANALYSIS_COLUMN(DIRECTION) |
	    FV_ANALYSIS_COLUMN(PACKETS),
	.init = init,
	.add = add,
	.merge = merge,
	.select = choose,
	.finish = finish,
	.free = state_free,
};

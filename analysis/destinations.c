/*
 * R15: how many destinations each host sent to, and so which one is looked at
 * closely.
 */
#include <stdlib.h>

#include "analysis/reach.h"
#include "analysis/registry.h"
#include "base/memory.h"

enum { TOP = 20 };

/* What a host sent outward. */
struct sent {
	uint64_t packets;
	uint64_t first; /* fv_analysis_earliness */
};

struct state {
	bool inside_known;
	bool *sends;       /* of each host: whether it is one of those ranked */
	struct sent *sent; /* of each host */
	struct fv_reach reach;
};

static void
state_free(void *state)
{
	struct state *s = state;

	if (s == NULL)
		return;
	free(s->sends);
	free(s->sent);
	fv_reach_free(&s->reach);
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
	s->sends = fv_memory_new(context->nhosts, sizeof(*s->sends), err);
	s->sent = fv_memory_new(context->nhosts, sizeof(*s->sent), err);
	if (s->sends == NULL || s->sent == NULL)
		goto fail;
	for (i = 0; i < context->nhosts; i++)
		s->sends[i] = !s->inside_known || context->hosts[i].internal;
	if (fv_reach_init(
		&s->reach, s->sends, context->nhosts, &context->room, err) == 0)
		return s;
fail:
	state_free(s);
	return NULL;
}

/* Rows ${from} up to ${to} of ${batch}, at most FV_REACH_BATCH of them. */
static int
add_rows(struct state *s, const struct fv_analysis_batch *batch, size_t from,
    size_t to, struct fv_err *err)
{
	const int64_t *start = batch->column[FV_FLOW_START_TIME];
	const uint32_t *source = batch->column[FV_FLOW_SOURCE];
	const uint32_t *destination = batch->column[FV_FLOW_DESTINATION];
	const uint8_t *direction = batch->column[FV_FLOW_DIRECTION];
	const uint64_t *packets = batch->column[FV_FLOW_PACKETS];
	uint64_t pair[FV_REACH_BATCH], when;
	struct sent *sent;
	size_t i, n = 0;

	for (i = from; i < to; i++) {
		if (!fv_analysis_outward(direction[i], s->inside_known) ||
		    !s->sends[source[i]])
			continue;
		pair[n++] = (uint64_t)source[i] << 32 | destination[i];
		if (start == NULL) /* this is to select only */
			continue;
		sent = &s->sent[source[i]];
		when = fv_analysis_earliness(start[i]);
		sent->packets += packets[i];
		if (when > sent->first)
			sent->first = when;
	}
	if (fv_reach_add(&s->reach, pair, n, err) == -1)
		return fv_err_within(err, "pairs of host and destination");
	return 0;
}

static int
add(void *state, const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	size_t i, to;

	(void)context;
	for (i = 0; i < batch->rows; i = to) {
		to = batch->rows - i < FV_REACH_BATCH ? batch->rows
						      : i + FV_REACH_BATCH;
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
	size_t i;

	for (i = 0; i < context->nhosts; i++) {
		s->sent[i].packets += f->sent[i].packets;
		if (f->sent[i].first > s->sent[i].first)
			s->sent[i].first = f->sent[i].first;
	}
	if (fv_reach_merge(&s->reach, &f->reach, err) == -1)
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

static int
rank(const struct state *s, const struct fv_analysis_context *c,
    struct ranking *k, struct fv_err *err)
{
	uint64_t *count;
	size_t i;
	int rc = -1;

	*k = (struct ranking){ .host = NULL };
	count = fv_memory_new(c->nhosts, sizeof(*count), err);
	if (count == NULL ||
	    (k->host = fv_memory_new(c->nhosts, sizeof(*k->host), err)) ==
		NULL ||
	    fv_reach_count(&s->reach, count, &k->distinct, err) == -1)
		goto out;
	for (i = 0; i < c->nhosts; i++)
		if (count[i] > 0)
			k->host[k->n++] = (struct ranked){ count[i],
				s->sent[i].packets, s->sent[i].first, i };
	if (k->n > 0)
		qsort(k->host, k->n, sizeof(*k->host), by_destinations);
	rc = 0;
out:
	free(count);
	if (rc == -1)
		free(k->host);
	return rc;
}

/*
 * Whether host ${i} of the ranking has its place by its number alone: it
 * began when one beside it did, as far as that is known.
 */
static bool
is_tied(const struct ranking *k, size_t i)
{
	return i < k->n && k->host[i].first == 0 &&
	    ((i > 0 &&
		 k->host[i - 1].destinations == k->host[i].destinations) ||
		(i + 1 < k->n &&
		    k->host[i + 1].destinations == k->host[i].destinations));
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
	focus->tied = is_tied(&k, i);
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

static int
finish(const void *state, const struct fv_analysis_context *c,
    struct fv_result *r, struct fv_err *err)
{
	struct ranking k;

	if (rank(state, c, &k, err) == -1)
		return -1;
	put_numbers(state, &k, c, r);
	free(k.host);
	return 0;
}

const struct fv_analysis fv_destinations_analysis = {
	.ids = "R15",
	.name = "destinations",
	.description = "How many destinations each host sent to.",
	.columns = FV_ANALYSIS_COLUMN(START_TIME) | FV_ANALYSIS_COLUMN(SOURCE) |
	    FV_ANALYSIS_COLUMN(DESTINATION) | FV_ANALYSIS_COLUMN(DIRECTION) |
	    FV_ANALYSIS_COLUMN(PACKETS),
	.selecting = FV_ANALYSIS_COLUMN(SOURCE) |
	    FV_ANALYSIS_COLUMN(DESTINATION) | FV_ANALYSIS_COLUMN(DIRECTION),
	.init = init,
	.add = add,
	.merge = merge,
	.select = choose,
	.finish = finish,
	.free = state_free,
};

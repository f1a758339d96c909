/*
 * R06 and R07: how unevenly hosts send.  R06 is the slides' picture with a
 * logarithmic axis, R07 the one with a linear axis.
 */
#include <stdlib.h>

#include "analysis/registry.h"
#include "base/memory.h"

enum { TOP = 20, TOP_LINEAR = 10 };

/* What a host sent: in outbound records, and in all others. */
enum { OUTBOUND, OTHER, SENT };

/*
 * Of one host.  first is the earliest start_time, as fv_analysis_earliness
 * has it.
 */
struct sent {
	struct fv_analysis_weight weight[SENT];
	uint64_t first[SENT];
};

_Static_assert(sizeof(struct sent) == 64, "a host is one cache line");

/* No more hosts than this: 4 GiB for each thread, were all of them sent. */
#define HOSTS_LIMIT ((size_t)1 << 26)

/* Not touched until a host sends, so pages of silent hosts cost nothing. */
struct state {
	struct sent *host;
};

static void
state_free(void *state)
{
	struct state *s = state;

	if (s == NULL)
		return;
	free(s->host);
	free(s);
}

static void *
init(const struct fv_analysis_context *context, struct fv_err *err)
{
	struct state *s;

	if (context->nhosts > HOSTS_LIMIT) {
		(void)fv_err_set(err, FV_ELIMIT,
		    "%zu hosts exceed the limit of %zu", context->nhosts,
		    HOSTS_LIMIT);
		return NULL;
	}
	if ((s = fv_memory_new(1, sizeof(*s), err)) == NULL)
		return NULL;
	s->host = fv_memory_new(context->nhosts, sizeof(*s->host), err);
	if (s->host == NULL) {
		state_free(s);
		return NULL;
	}
	return s;
}

static int
add(void *state, const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	const int64_t *start = batch->column[FV_FLOW_START_TIME];
	const uint32_t *source = batch->column[FV_FLOW_SOURCE];
	const uint8_t *direction = batch->column[FV_FLOW_DIRECTION];
	const uint64_t *packets = batch->column[FV_FLOW_PACKETS];
	const uint64_t *bytes = batch->column[FV_FLOW_BYTES];
	const struct state *s = state;
	struct sent *sent;
	uint64_t when;
	size_t i, way;

	(void)context;
	(void)err;
	for (i = 0; i < batch->rows; i++) {
		sent = &s->host[source[i]];
		way = direction[i] == FV_DIRECTION_OUTBOUND ? OUTBOUND : OTHER;
		fv_analysis_weigh(&sent->weight[way], packets[i], bytes[i]);
		when = fv_analysis_earliness(start[i]);
		if (when > sent->first[way])
			sent->first[way] = when;
	}
	return 0;
}

static int
merge(void *into, const void *from, const struct fv_analysis_context *context,
    struct fv_err *err)
{
	const struct state *s = into, *f = from;
	size_t i, way;

	(void)err;
	for (i = 0; i < context->nhosts; i++)
		for (way = 0; way < SENT; way++) {
			if (f->host[i].weight[way].records == 0)
				continue;
			fv_analysis_sum(
			    &s->host[i].weight[way], &f->host[i].weight[way]);
			if (f->host[i].first[way] > s->host[i].first[way])
				s->host[i].first[way] = f->host[i].first[way];
		}
	return 0;
}

/* A host in the ranking. */
struct ranked {
	struct fv_analysis_weight weight;
	uint64_t first;
	size_t host;
};

/* Which hosts are ranked, and by what they sent where. */
enum population {
	INTERNAL_OUTBOUND, /* internal hosts, outbound records */
	ANY_OUTBOUND,      /* no internal host is known: whoever sent them */
	ANY_ALL            /* no record is known to be outbound */
};

struct ranking {
	enum population population;
	struct ranked *host; /* those that sent, most bytes first */
	size_t n;
	struct fv_analysis_weight all; /* of the ranked hosts */
	struct fv_analysis_weight outbound;
	size_t outsiders; /* sent outbound records, but are not internal */
	struct fv_analysis_weight outside;
	size_t silent; /* internal, and sent no outbound record */
};

/* Most bytes first, then who sent earlier, then the number. */
static int
by_bytes(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->weight.bytes != y->weight.bytes)
		return x->weight.bytes < y->weight.bytes ? 1 : -1;
	if (x->first != y->first)
		return x->first < y->first ? 1 : -1;
	return x->host < y->host ? -1 : x->host > y->host;
}

/* Decide on the population; first the sums that decide it. */
static void
survey(const struct state *s, const struct fv_analysis_context *c,
    struct ranking *k)
{
	const struct fv_analysis_weight *w;
	size_t i;

	for (i = 0; i < c->nhosts; i++) {
		w = &s->host[i].weight[OUTBOUND];
		fv_analysis_sum(&k->outbound, w);
		if (c->hosts[i].internal) {
			k->silent += w->records == 0;
		} else if (w->records > 0) {
			k->outsiders++;
			fv_analysis_sum(&k->outside, w);
		}
	}
	if (k->outbound.records == 0)
		k->population = ANY_ALL;
	else if (k->outbound.records == k->outside.records)
		k->population = ANY_OUTBOUND;
	else
		k->population = INTERNAL_OUTBOUND;
}

static int
rank(const struct state *s, const struct fv_analysis_context *c,
    struct ranking *k, struct fv_err *err)
{
	const struct sent *sent;
	struct ranked h;
	size_t i, capacity = 0;
	void *grown;

	survey(s, c, k);
	for (i = 0; i < c->nhosts; i++) {
		sent = &s->host[i];
		if (k->population == INTERNAL_OUTBOUND && !c->hosts[i].internal)
			continue;
		h = (struct ranked){ sent->weight[OUTBOUND],
			sent->first[OUTBOUND], i };
		if (k->population == ANY_ALL)
			h = (struct ranked){ sent->weight[OTHER],
				sent->first[OTHER], i };
		if (h.weight.records == 0)
			continue;
		grown = fv_memory_grow(k->host, &capacity, k->n + 1,
		    sizeof(*k->host), HOSTS_LIMIT, err);
		if (grown == NULL)
			return -1;
		k->host = grown;
		k->host[k->n++] = h;
		fv_analysis_sum(&k->all, &h.weight);
	}
	if (k->n > 0)
		qsort(k->host, k->n, sizeof(*k->host), by_bytes);
	return 0;
}

/* Bytes of the ${n} hosts that sent most. */
static uint64_t
top_bytes(const struct ranking *k, size_t n)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < n && i < k->n; i++)
		sum += k->host[i].weight.bytes;
	return sum;
}

static fv_result_wide
common_divisor(fv_result_wide a, fv_result_wide b)
{
	fv_result_wide rest;

	while (b != 0) {
		rest = a % b;
		a = b;
		b = rest;
	}
	return a;
}

/*
 * The Gini coefficient of the bytes of n hosts, x_1 >= ... >= x_n:
 *
 *	((n + 1) sum x_i - 2 sum i x_i) / (n sum x_i)
 *
 * 0 when all send the same, (n - 1) / n when one sends all.  Exact, and in
 * lowest terms; n is at most 2^26 and the sum below 2^64, so 128 bits hold
 * each product.
 */
static void
gini(const struct ranking *k, fv_result_wide *part, fv_result_wide *whole)
{
	fv_result_wide weighted = 0, divisor;
	size_t i;

	for (i = 0; i < k->n; i++)
		weighted += (fv_result_wide)(i + 1) * k->host[i].weight.bytes;
	*part = (fv_result_wide)(k->n + 1) * k->all.bytes - 2 * weighted;
	*whole = (fv_result_wide)k->n * k->all.bytes;
	if ((divisor = common_divisor(*part, *whole)) > 1) {
		*part /= divisor;
		*whole /= divisor;
	}
}

/* How many of the hosts that sent most carry half of the bytes. */
static size_t
carry_half(const struct ranking *k)
{
	uint64_t sum = 0, half = k->all.bytes - k->all.bytes / 2;
	size_t n = 0;

	while (n < k->n && sum < half)
		sum += k->host[n++].weight.bytes;
	return n;
}

static const char *
records_ranked(const struct ranking *k)
{
	return k->population == ANY_ALL ? "all records" : "outbound records";
}

static void
put_population(const struct ranking *k, struct fv_result *r)
{
	if (k->population == ANY_ALL)
		fv_result_note(r,
		    "No record of this dataset is known to be outbound. In "
		    "place of the slides' population these are the source "
		    "hosts of all records, inside and outside.");
	if (k->population == ANY_OUTBOUND)
		fv_result_note(r,
		    "No host that sent outbound records is marked internal. "
		    "In place of the internal hosts these are all sources of "
		    "outbound records.");
	if (k->population == INTERNAL_OUTBOUND && k->outsiders > 0)
		fv_result_note(r,
		    "Outbound records of sources that are not marked internal "
		    "are left out: misconfigured or forged addresses, or "
		    "internal networks that the conversion was not told.");
}

static void
put_facts(const struct ranking *k, struct fv_result *r)
{
	uint64_t median;

	fv_result_fact(r, "records", "Records counted", NULL);
	fv_result_text(r, "%s", records_ranked(k));
	fv_result_fact(r, "hosts", "Hosts that sent any", "100");
	fv_result_count(r, k->n);
	if (k->population == INTERNAL_OUTBOUND) {
		fv_result_fact(
		    r, "silent_hosts", "Internal hosts that sent none", NULL);
		fv_result_count(r, k->silent);
		fv_result_fact(
		    r, "other_sources", "Sources not marked internal", NULL);
		fv_result_count(r, k->outsiders);
		fv_result_fact(r, "other_bytes_share",
		    "their share of outbound bytes", NULL);
		fv_result_share(r, k->outside.bytes, k->outbound.bytes,
		    fv_result_fine(k->outside.bytes, k->outbound.bytes));
	}
	fv_result_fact(r, "bytes", "Bytes they sent", NULL);
	fv_result_bytes(r, k->all.bytes);
	if (k->n == 0)
		return;
	/* The lower median, which is a host's value whatever n is. */
	median = k->host[k->n / 2].weight.bytes;
	fv_result_fact(r, "largest", "Most bytes of one host", NULL);
	fv_result_bytes(r, k->host[0].weight.bytes);
	fv_result_fact(r, "median", "Median bytes", NULL);
	fv_result_bytes(r, median);
	fv_result_fact(r, "smallest", "Fewest bytes", NULL);
	fv_result_bytes(r, k->host[k->n - 1].weight.bytes);
}

static void
put_table(const struct ranking *k, const struct fv_analysis_context *c,
    size_t top, enum fv_result_bar bar, const char *title, struct fv_result *r)
{
	const struct fv_analysis_weight *w;
	size_t i;

	fv_result_table(r, "hosts", title);
	fv_result_column(r, "rank", "rank", FV_RESULT_NUMBER, FV_RESULT_NO_BAR);
	fv_result_column(r, "host", "host", FV_RESULT_HOST, FV_RESULT_NO_BAR);
	fv_result_column(r, "bytes", "bytes", FV_RESULT_BYTES, bar);
	fv_result_column(
	    r, "share", "share", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	if (bar == FV_RESULT_BAR_LOG)
		fv_result_column(
		    r, "packets", "packets", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_shown(r, top, k->n);
	for (i = 0; i < FV_RESULT_ROWS_KEPT && i < k->n; i++) {
		w = &k->host[i].weight;
		fv_result_number(r, i + 1);
		fv_analysis_host(r, c, i + 1, k->host[i].host);
		fv_result_bytes(r, w->bytes);
		fv_result_share(r, w->bytes, k->all.bytes,
		    fv_result_fine(w->bytes, k->all.bytes));
		if (bar == FV_RESULT_BAR_LOG)
			fv_result_count(r, w->packets);
	}
}

static void
put_linear(const struct ranking *k, const struct fv_analysis_context *c,
    struct fv_result *r)
{
	fv_result_wide part, whole;

	fv_result_section(r, "R07", "Obvious in a Linear Scale",
	    "How much of the bytes of R06 the few largest hosts carry; "
	    "shares are of the bytes of all hosts ranked there.");
	fv_result_fact(r, "top_1", "The largest host", NULL);
	fv_result_share(r, top_bytes(k, 1), k->all.bytes, 2);
	fv_result_fact(r, "top_10", "The ten largest", NULL);
	fv_result_share(r, top_bytes(k, 10), k->all.bytes, 2);
	fv_result_fact(r, "half", "Hosts that carry half of all", NULL);
	fv_result_count(r, carry_half(k));
	gini(k, &part, &whole);
	fv_result_fact(
	    r, "gini", "Gini coefficient (0 even, 1 one host)", NULL);
	fv_result_ratio(r, part, whole, 4);
	if (k->n > 0)
		put_table(k, c, TOP_LINEAR, FV_RESULT_BAR_LINEAR,
		    "Hosts by bytes sent, linear scale", r);
}

/* The loudest host is the first of R06. */
static int
choose(const void *state, const struct fv_analysis_context *c,
    struct fv_analysis_focus *focus, struct fv_err *err)
{
	struct ranking k = { 0 };
	int rc = rank(state, c, &k, err);

	if (rc == 0 && k.n > 0)
		focus->loudest = (uint32_t)k.host[0].host;
	free(k.host);
	return rc;
}

static int
finish(const void *state, const struct fv_analysis_context *c,
    struct fv_result *r, struct fv_err *err)
{
	struct ranking k = { 0 };
	int rc = -1;

	if (rank(state, c, &k, err) == -1)
		goto out;
	fv_result_section(r, "R06",
	    "Outbound Bytes by Host Show Large Variations",
	    "Bytes that each host sent (IP total length), by rank; equal "
	    "hosts in the order in which they began.");
	put_facts(&k, r);
	if (k.n > 0)
		put_table(&k, c, TOP, FV_RESULT_BAR_LOG,
		    "Hosts by bytes sent, logarithmic scale", r);
	put_population(&k, r);
	put_linear(&k, c, r);
	rc = 0;
out:
	free(k.host);
	return rc;
}

const struct fv_analysis fv_volumes_analysis = {
	.ids = "R06 R07",
	.name = "volumes",
	.description = "How many bytes each internal host sent, and how "
		       "unevenly.",
	.columns = FV_ANALYSIS_COLUMN(START_TIME) | FV_ANALYSIS_COLUMN(SOURCE) |
	    FV_ANALYSIS_COLUMN(DIRECTION) | FV_ANALYSIS_COLUMN(PACKETS) |
	    FV_ANALYSIS_COLUMN(BYTES),
	.init = init,
	.add = add,
	.merge = merge,
	.select = choose,
	.finish = finish,
	.free = state_free,
};

/*
 * R27: when the host behind an address changes, by segmentation of its
 * sessions.
 */
#include "analysis/host_changes.h"

#include <stdlib.h>

#include "analysis/registry.h"
#include "analysis/visits.h"
#include "base/memory.h"

enum { SHOWN = 20, THOUSAND = 1000 };

/* A silence that many take for a change of hosts: the rule to beat. */
#define LONG_GAP INT64_C(43200000000000)

struct state {
	struct fv_visits sessions;
};

static void
state_free(void *state)
{
	struct state *s = state;

	if (s == NULL)
		return;
	fv_visits_free(&s->sessions);
	free(s);
}

const struct fv_visits *
fv_host_changes_visits(const void *state)
{
	return &((const struct state *)state)->sessions;
}

static void *
init(const struct fv_analysis_context *context, struct fv_err *err)
{
	struct state *s;

	(void)context;
	if ((s = fv_memory_new(1, sizeof(*s), err)) == NULL)
		return NULL;
	if (fv_visits_init(&s->sessions, err) == -1) {
		state_free(s);
		return NULL;
	}
	return s;
}

static int
add(void *state, const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	struct state *s = state;

	return fv_visits_add(&s->sessions, context, batch, err);
}

static int
merge(void *into, const void *from, const struct fv_analysis_context *context,
    struct fv_err *err)
{
	struct state *i = into;
	const struct state *f = from;

	(void)context;
	return fv_visits_merge(&i->sessions, &f->sessions, err);
}

/* An address: its sessions are first up to first + n of the list. */
struct address {
	int64_t begin;
	uint32_t host;
	size_t first, n, segments;
};

/* What was found. */
struct finding {
	struct fv_visits_list list;
	struct fv_segments_boundary *boundary; /* before each session */
	struct fv_segments_fit fit;
	struct address *address; /* in the order in which they begin */
	size_t naddresses, segments, likeliest, long_gaps;
};

static int
by_begin(const void *a, const void *b)
{
	const struct address *x = a, *y = b;

	if (x->begin != y->begin)
		return x->begin < y->begin ? -1 : 1;
	return x->host < y->host ? -1 : x->host > y->host;
}

/* Sum ${f} up, by address and in all. */
static int
sum_up(struct finding *f, struct fv_err *err)
{
	const struct fv_segments_session *s = f->list.session;
	struct address *a = NULL;
	size_t k;

	f->address = fv_memory_new(f->list.n, sizeof(*f->address), err);
	if (f->address == NULL)
		return -1;
	for (k = 0; k < f->list.n; k++) {
		if (a == NULL || s[k].host != a->host) {
			a = &f->address[f->naddresses++];
			*a = (struct address){ s[k].begin, s[k].host, k, 0, 0 };
		} else {
			f->long_gaps +=
			    fv_segments_gap(&s[k - 1], &s[k]) > LONG_GAP;
		}
		a->n++;
		a->segments += f->boundary[k].begins;
		f->segments += f->boundary[k].begins;
		f->likeliest += f->boundary[k].likeliest;
	}
	qsort(f->address, f->naddresses, sizeof(*f->address), by_begin);
	return 0;
}

static void
put_share(struct fv_result *r, const char *name, const char *label,
    uint32_t millionths)
{
	fv_result_fact(r, name, label, NULL);
	fv_result_share(r, millionths, FV_SEGMENTS_MILLION, 1);
}

static void
put_facts(const struct finding *f, struct fv_result *r)
{
	size_t boundaries = f->list.n - f->naddresses;

	fv_result_fact(
	    r, "addresses", "Internal addresses that sent any", "100");
	fv_result_count(r, f->naddresses);
	fv_result_fact(r, "sessions", "Sessions of them", NULL);
	fv_result_count(r, f->list.n);
	fv_result_fact(
	    r, "segments", "Hosts behind them, one after another", NULL);
	fv_result_count(r, f->segments);
	fv_result_fact(r, "changes", "Changes of hosts", NULL);
	fv_result_count(r, f->segments - f->naddresses);
	fv_result_fact(r, "boundaries", "of places between sessions", NULL);
	fv_result_count(r, boundaries);
	put_share(
	    r, "threshold", "taken from a probability of", f->fit.threshold);
	put_share(r, "precision", "expected to be right", f->fit.precision);
	put_share(r, "recall", "expected share of all changes", f->fit.recall);
	fv_result_fact(
	    r, "likeliest", "Changes in the likeliest segmentation", NULL);
	fv_result_count(r, f->likeliest - f->naddresses);
	fv_result_fact(r, "long_gaps", "Silences of more than 12 hours", NULL);
	fv_result_count(r, f->long_gaps);
	put_share(r, "rate", "Fitted: rate of changes", f->fit.rate);
	fv_result_fact(
	    r, "concentration", "concentration of destinations", NULL);
	fv_result_count(r, f->fit.concentration);
	fv_result_fact(
	    r, "destinations", "from destinations known to several", NULL);
	fv_result_count(r, f->fit.destinations);
}

static void
put_addresses(const struct finding *f, const struct fv_analysis_context *c,
    struct fv_result *r)
{
	const struct address *a;
	size_t i;

	fv_result_table(r, "addresses", "Addresses, in the order they begin");
	fv_result_column(r, "rank", "rank", FV_RESULT_NUMBER, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "host", "address", FV_RESULT_HOST, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "sessions", "sessions", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "segments", "hosts", FV_RESULT_COUNT, FV_RESULT_BAR_LINEAR);
	fv_result_shown(r, SHOWN, f->naddresses);
	for (i = 0; i < f->naddresses; i++) {
		a = &f->address[i];
		fv_result_number(r, i + 1);
		fv_analysis_host(r, c, i + 1, a->host);
		fv_result_count(r, a->n);
		fv_result_count(r, a->segments);
	}
}

/* Sessions ${from} up to ${to} of ${a}, number ${rank}, as a segment. */
static void
put_segment(const struct finding *f, const struct fv_analysis_context *c,
    size_t rank, size_t number, size_t from, size_t to, struct fv_result *r)
{
	const struct fv_segments_session *s = f->list.session;
	const struct fv_segments_boundary *b = &f->boundary[from];

	fv_analysis_host(r, c, rank, s[from].host);
	fv_result_number(r, number);
	fv_result_duration(
	    r, (uint64_t)s[from].begin - (uint64_t)f->address[0].begin);
	fv_result_duration(
	    r, (uint64_t)s[to - 1].end - (uint64_t)s[from].begin);
	if (number == 1) {
		fv_result_none(r);
		fv_result_none(r);
		fv_result_none(r);
		fv_result_none(r);
		return;
	}
	fv_result_share(r, b->posterior, FV_SEGMENTS_MILLION, 0);
	fv_result_signed_ratio(r, b->gap, THOUSAND, 1);
	fv_result_signed_ratio(r, b->stack, THOUSAND, 1);
	fv_result_signed_ratio(r, b->destinations, THOUSAND, 1);
}

static void
put_segments(const struct finding *f, const struct fv_analysis_context *c,
    struct fv_result *r)
{
	const struct address *a;
	size_t i, k, to, number;

	fv_result_table(r, "segments", "Segments: one host each");
	fv_result_column(
	    r, "host", "address", FV_RESULT_HOST, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "segment", "no.", FV_RESULT_NUMBER, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "begins", "begins after", FV_RESULT_DURATION, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "lasts", "lasts", FV_RESULT_DURATION, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "probability", "prob.", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	fv_result_column(r, "gap", "gap", FV_RESULT_RATIO, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "stack", "stack", FV_RESULT_RATIO, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "destinations", "dest.", FV_RESULT_RATIO, FV_RESULT_NO_BAR);
	/* All of them are kept: each is a finding. */
	fv_result_shown(r, SHOWN, f->segments);
	for (i = 0; i < f->naddresses; i++) {
		a = &f->address[i];
		number = 1;
		for (k = a->first; k < a->first + a->n; k = to) {
			to = k + 1;
			while (to < a->first + a->n && !f->boundary[to].begins)
				to++;
			put_segment(f, c, i + 1, number++, k, to, r);
		}
	}
}

static void
put_finding(const struct finding *f, const struct fv_analysis_context *c,
    struct fv_result *r)
{
	put_facts(f, r);
	put_addresses(f, c, r);
	put_segments(f, c, r);
	fv_result_note(r,
	    "The probability is of a change where the segment begins, over "
	    "all ways to cut the address's sessions. Gap, stack and dest. are "
	    "what speaks for the change, in nats (3 nats are odds of 20 to 1); "
	    "below 0, against: the silence before it with the hour of the day, "
	    "the TCP/IP stack, and the destinations that come again.");
	fv_result_note(r,
	    "A host is not a user, and hosts that are behind one address at "
	    "the same time are not told apart here. All is inferred: the "
	    "data say who had an address at no point. How often it is right "
	    "was measured on a synthetic month only (docs/analyses.md).");
}

static int
finish(const void *state, const struct fv_analysis_context *c,
    struct fv_result *r, struct fv_err *err)
{
	const struct state *s = state;
	struct finding f = { .segments = 0 };
	int rc = -1;

	fv_result_section(r, "R27", "How to tell when host changes?",
	    "Sessions of each internal address, cut by silences of more than "
	    "30 minutes in what it sends out, and cut into segments of one "
	    "host each.");
	if (s->sessions.full) {
		fv_result_note(r,
		    "There are more than %zu pairs of half an hour of one "
		    "address and a destination; they were not kept, so "
		    "changes were not looked for. Report on fewer datasets at "
		    "a time.",
		    FV_VISITS_LIMIT);
		return 0;
	}
	if (fv_visits_cut(&s->sessions, &f.list, err) == -1)
		return -1;
	if (f.list.n == 0) {
		fv_result_note(r,
		    "No record is known to be of an internal host that sent "
		    "it outward, so there is no address to look at.");
		rc = 0;
		goto out;
	}
	if (f.list.n > FV_SEGMENTS_SESSIONS) {
		fv_result_note(r,
		    "There are %zu sessions, more than the %zu that changes "
		    "are looked for in. Report on fewer datasets at a time.",
		    f.list.n, FV_SEGMENTS_SESSIONS);
		rc = 0;
		goto out;
	}
	f.boundary = fv_memory_new(f.list.n, sizeof(*f.boundary), err);
	if (f.boundary == NULL ||
	    fv_segments_find(
		f.list.session, f.list.n, f.boundary, &f.fit, err) == -1 ||
	    sum_up(&f, err) == -1)
		goto out;
	put_finding(&f, c, r);
	rc = 0;
out:
	fv_visits_list_free(&f.list);
	free(f.boundary);
	free(f.address);
	return rc;
}

const struct fv_analysis fv_host_changes_analysis = {
	.ids = "R27",
	.name = "host_changes",
	.description = "When the host behind an address changes.",
	.columns = FV_VISITS_COLUMNS,
	.init = init,
	.add = add,
	.merge = merge,
	.finish = finish,
	.free = state_free,
};

/*
 * R28d: internal addresses that look for victims: many first contacts over
 * TCP, few of them answered.
 *
 * Threshold random walk: Jung, Paxson, Berger, Balakrishnan, "Fast portscan
 * detection using sequential hypothesis testing" (2004), for addresses
 * inside that contact those outside.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "analysis/insiders.h"
#include "analysis/registry.h"
#include "analysis/tally.h"
#include "base/memory.h"

enum { TCP = 6, FIN = 1, SYN = 2, ACK = 16, TOP = 10 };

/*
 * A first contact is answered with probability .8 if it is benign and .2 if
 * it is not, so each moves the odds by a factor of 4; decisions at 99 to 1
 * (false alarms .01, detection .99) need 4 steps.
 */
enum { STEPS = 4 };

/* An address is called a scanner from so many contacts on... */
enum { CONTACTS = 32 };
/* ...with fewer of them answered than one in so many. */
enum { ANSWERED_PART = 5 };

/* Pairs of an address and a peer; some 50 bytes: 1.6 GiB. */
#ifndef SCANNERS_LIMIT /* tests have a lower one */
#define SCANNERS_LIMIT ((size_t)1 << 25)
#endif

/* The words of a pair's value. */
enum { ASKED, ANSWERED, VALUE_WORDS }; /* earliness; whether */

/* Sums of a unit's own, for data of one direction only. */
struct sums {
	uint64_t syns, acks, closes;
	uint64_t heard; /* records of TCP that came in */
};

struct state {
	struct fv_insiders in;
	struct fv_tally pairs; /* by unit and peer */
	struct sums *sums;
	bool full;
};

static void
state_free(void *state)
{
	struct state *s = state;

	if (s == NULL)
		return;
	fv_insiders_free(&s->in);
	fv_tally_free(&s->pairs);
	free(s->sums);
	free(s);
}

static void *
init(const struct fv_analysis_context *context, struct fv_err *err)
{
	struct state *s;

	if ((s = fv_memory_new(1, sizeof(*s), err)) == NULL)
		return NULL;
	if (fv_insiders_init(&s->in, context, err) == -1 ||
	    fv_tally_init(&s->pairs, 1, VALUE_WORDS, SCANNERS_LIMIT, err) ==
		-1 ||
	    (s->sums = fv_memory_new(s->in.n, sizeof(*s->sums), err)) == NULL) {
		state_free(s);
		return NULL;
	}
	return s;
}

static int
meet(struct state *s, uint64_t key, uint64_t asked, uint64_t answered,
    struct fv_err *err)
{
	uint64_t *value;

	if (s->full)
		return 0;
	value = fv_tally_at(
	    &s->pairs, &key, fv_tally_hash(&s->pairs, &key, 1), 1, err);
	if (value == NULL) {
		if (err->code != FV_ELIMIT)
			return fv_err_within(err, "pairs");
		fv_tally_free(&s->pairs);
		s->full = true;
		return 0;
	}
	if (asked > value[ASKED])
		value[ASKED] = asked;
	value[ANSWERED] |= answered;
	return 0;
}

/* A record of TCP that the unit sent; ${flags} of all its packets. */
static int
sent_by(struct state *s, uint32_t unit, uint32_t peer, int64_t start,
    uint8_t initial, uint8_t flags, struct fv_err *err)
{
	struct sums *sums = &s->sums[unit];

	sums->acks += flags == ACK;
	sums->closes += (flags & FIN) != 0;
	if ((initial & (SYN | ACK)) != SYN)
		return 0;
	sums->syns++;
	/* Of a record of several packets, an ACK follows an answer. */
	sums->acks += (flags & ACK) != 0 && (flags & SYN) != 0;
	return meet(s, (uint64_t)unit << 32 | peer,
	    fv_analysis_earliness(start), (flags & ACK) != 0, err);
}

static int
add(void *state, const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	const int64_t *start = batch->column[FV_FLOW_START_TIME];
	const uint32_t *source = batch->column[FV_FLOW_SOURCE];
	const uint32_t *destination = batch->column[FV_FLOW_DESTINATION];
	const uint8_t *protocol = batch->column[FV_FLOW_PROTOCOL];
	const uint8_t *initial = batch->column[FV_FLOW_INITIAL_TCP_FLAGS];
	const uint8_t *flags = batch->column[FV_FLOW_TCP_FLAGS];
	const uint8_t *direction = batch->column[FV_FLOW_DIRECTION];
	struct state *s = state;
	uint32_t unit;
	int rc = 0;
	bool sent;
	size_t i;

	(void)context;
	for (i = 0; i < batch->rows && rc == 0; i++) {
		if (protocol[i] != TCP)
			continue;
		unit = fv_insiders_of(
		    &s->in, direction[i], source[i], destination[i], &sent);
		if (unit == FV_NO_ROW)
			continue;
		if (sent) {
			rc = sent_by(s, unit, destination[i], start[i],
			    initial[i], flags[i], err);
			continue;
		}
		s->sums[unit].heard++;
		if ((initial[i] & (SYN | ACK)) == (SYN | ACK))
			rc = meet(
			    s, (uint64_t)unit << 32 | source[i], 0, 1, err);
	}
	return rc;
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
	for (i = 0; i < s->in.n; i++) {
		s->sums[i].syns += f->sums[i].syns;
		s->sums[i].acks += f->sums[i].acks;
		s->sums[i].closes += f->sums[i].closes;
		s->sums[i].heard += f->sums[i].heard;
	}
	if (f->full) {
		fv_tally_free(&s->pairs);
		s->full = true;
	}
	for (i = 0; i < f->pairs.count && !s->full; i++) {
		key = fv_tally_key(&f->pairs, i);
		if (meet(s, *key, key[1 + ASKED], key[1 + ANSWERED], err) == -1)
			return -1;
	}
	return 0;
}

/* A first contact. */
struct contact {
	uint64_t key, asked;
	bool answered;
};

/* By unit, then in the order of time. */
static int
by_time(const void *a, const void *b)
{
	const struct contact *x = a, *y = b;
	uint32_t u = fv_insiders_unit(x->key), v = fv_insiders_unit(y->key);

	if (u != v)
		return u < v ? -1 : 1;
	if (x->asked != y->asked)
		return x->asked > y->asked ? -1 : 1;
	return (int)x->answered - (int)y->answered;
}

/* What was found of an address. */
struct address {
	uint32_t unit;
	uint64_t contacts, answered;
	uint64_t first;   /* earliness of the first */
	uint64_t flagged; /* contacts until the walk said scanner; or 0 */
	bool one_way;     /* nothing that came in at its site is in the data */
	bool scans;
};

static int
by_failures(const void *a, const void *b)
{
	const struct address *x = a, *y = b;
	uint64_t p = x->contacts - x->answered, q = y->contacts - y->answered;

	if (x->scans != y->scans)
		return x->scans ? -1 : 1;
	if (p != q)
		return p > q ? -1 : 1;
	if (x->contacts != y->contacts)
		return x->contacts > y->contacts ? -1 : 1;
	if (x->first != y->first)
		return x->first > y->first ? -1 : 1;
	return x->unit < y->unit ? -1 : x->unit > y->unit;
}

/*
 * Walk along the ${n} contacts of one address.  The walk decides once, as
 * the paper's does; whether an address scans is asked of all contacts, too,
 * since one that was benign at first may turn.
 */
static void
walk(struct address *a, const struct contact *contact, size_t n)
{
	bool decided = false;
	int64_t at = 0;
	size_t i;

	a->first = contact[0].asked;
	for (i = 0; i < n; i++) {
		a->contacts++;
		a->answered += contact[i].answered;
		at += contact[i].answered ? -1 : 1;
		if (!decided && at >= STEPS)
			a->flagged = i + 1;
		decided |= at >= STEPS || at <= -STEPS;
	}
	a->scans = a->contacts >= CONTACTS &&
	    a->answered * ANSWERED_PART < a->contacts;
}

static int
survey(const struct state *s, struct address *a, struct fv_err *err)
{
	struct contact *contact;
	const uint64_t *key;
	size_t i, to, n = 0;

	contact = fv_memory_new(s->pairs.count, sizeof(*contact), err);
	if (contact == NULL)
		return -1;
	for (i = 0; i < s->pairs.count; i++) {
		key = fv_tally_key(&s->pairs, i);
		/* Answers to nothing: the question was not captured. */
		if (key[1 + ASKED] != 0)
			contact[n++] = (struct contact){ *key, key[1 + ASKED],
				key[1 + ANSWERED] != 0 };
	}
	qsort(contact, n, sizeof(*contact), by_time);
	for (i = 0; i < s->in.n; i++)
		a[i].unit = (uint32_t)i;
	for (i = 0; i < n; i = to) {
		for (to = i; to < n; to++)
			if (fv_insiders_unit(contact[to].key) !=
			    fv_insiders_unit(contact[i].key))
				break;
		walk(&a[fv_insiders_unit(contact[i].key)], contact + i, to - i);
	}
	free(contact);
	return 0;
}

static void
put_addresses(const struct state *s, const struct address *a,
    const struct fv_analysis_context *c, struct fv_result *r)
{
	const struct sums *sums;
	size_t i, n = 0;

	fv_result_table(r, "addresses", "Addresses by contacts that failed");
	fv_result_column(
	    r, "host", "address", FV_RESULT_HOST, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "verdict", "verdict", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "contacts", "contacts", FV_RESULT_COUNT, FV_RESULT_BAR_LOG);
	fv_result_column(
	    r, "answered", "answered", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "flagged", "flagged at", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "acks", "ACK/SYN", FV_RESULT_RATIO, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "closes", "FIN/SYN", FV_RESULT_RATIO, FV_RESULT_NO_BAR);
	for (i = 0; i < s->in.n; i++)
		n += a[i].contacts > 0;
	fv_result_shown(r, TOP, n);
	for (i = 0; i < n && i < FV_RESULT_ROWS_KEPT; i++) {
		sums = &s->sums[a[i].unit];
		fv_analysis_host(r, c, i + 1, s->in.host[a[i].unit]);
		fv_result_text(r, "%s", a[i].scans ? "scans" : "-");
		fv_result_count(r, a[i].contacts);
		if (a[i].one_way)
			fv_result_none(r);
		else
			fv_analysis_share(r, a[i].answered, a[i].contacts);
		if (a[i].flagged > 0)
			fv_result_count(r, a[i].flagged);
		else
			fv_result_none(r);
		fv_result_ratio(r, sums->acks, sums->syns, 2);
		fv_result_ratio(r, sums->closes, sums->syns, 2);
	}
}

/*
 * Where answers are not in the data, how connections went on has to do.  That
 * is asked of each site: one may have been tapped one way, and another both.
 * Records of flows tell by their flags that they were answered.
 */
static int
judge_by_acks(const struct state *s, const struct fv_analysis_context *c,
    struct address *a, struct fv_err *err)
{
	uint64_t *heard = fv_memory_new(c->nsites + 1, sizeof(*heard), err);
	const struct sums *sums;
	size_t i, site;

	if (heard == NULL)
		return -1;
	for (i = 0; i < s->in.n; i++) {
		site = c->hosts[s->in.host[i]].site;
		heard[site < c->nsites ? site : c->nsites] += s->sums[i].heard;
	}
	for (i = 0; i < s->in.n; i++) {
		site = c->hosts[s->in.host[i]].site;
		if (heard[site < c->nsites ? site : c->nsites] > 0 ||
		    c->records == FV_ANALYSIS_RECORDS_UNIFLOW)
			continue;
		sums = &s->sums[i];
		a[i].one_way = true;
		a[i].flagged = 0;
		a[i].scans = a[i].contacts >= CONTACTS &&
		    sums->acks < sums->syns && sums->closes * 10 < sums->syns;
	}
	free(heard);
	return 0;
}

static void
put(const struct state *s, struct address *a,
    const struct fv_analysis_context *c, struct fv_result *r)
{
	uint64_t scans = 0, flagged = 0, contacts = 0, answered = 0, known = 0;
	bool one_way;
	size_t i;

	for (i = 0; i < s->in.n; i++) {
		scans += a[i].scans;
		flagged += a[i].flagged > 0;
		contacts += a[i].contacts;
		answered += a[i].one_way ? 0 : a[i].answered;
		known += a[i].one_way ? 0 : a[i].contacts;
	}
	one_way = known == 0;
	fv_result_fact(r, "scanners", "Addresses that scan", NULL);
	fv_result_count(r, scans);
	fv_result_fact(r, "flagged", "that a random walk would flag", NULL);
	if (one_way)
		fv_result_none(r);
	else
		fv_result_count(r, flagged);
	fv_result_fact(r, "contacts", "First contacts over TCP", NULL);
	fv_result_count(r, contacts);
	fv_result_fact(r, "answered", "answered", NULL);
	if (one_way)
		fv_result_none(r);
	else
		fv_analysis_share(r, answered, known);
	qsort(a, s->in.n, sizeof(*a), by_failures);
	put_addresses(s, a, c, r);
	if (known < contacts)
		fv_result_note(r,
		    "Of %" PRIu64 " contacts no answers are in these data "
		    "(nothing that came in at their site), so such an address "
		    "is said to scan when it has %d contacts or "
		    "more, fewer than one pure ACK and a tenth of a FIN for "
		    "each SYN.",
		    contacts - known, CONTACTS);
	if (known > 0)
		fv_result_note(r,
		    "A contact is a far address to which an internal one sent "
		    "a SYN; it is answered if that sent a SYN and ACK back, at "
		    "any time. An address scans when it has %d contacts or "
		    "more, and fewer than one in %d was answered.",
		    CONTACTS, ANSWERED_PART);
	fv_result_note(r,
	    "The walk (Jung et al. 2004) is the textbook test: it decides "
	    "after a few contacts, and once. In a month of many guests it "
	    "flags hosts that met a few dead servers, so at which contact it did "
	    "is shown and not believed. Scans over UDP and scans of one host's ports are not "
	    "looked for; a worm is not told from a survey.");
}

static bool
any_contact(const struct state *s)
{
	size_t i;

	for (i = 0; i < s->in.n && s->sums[i].syns == 0; i++)
		;
	return i < s->in.n;
}

static int
finish(const void *state, const struct fv_analysis_context *c,
    struct fv_result *r, struct fv_err *err)
{
	const struct state *s = state;
	struct address *a;
	int rc = -1;

	fv_result_section(r, "R28d", "What would you do? Outbound scanning",
	    "First contacts of internal addresses with far ones over TCP, and "
	    "how many of them were answered.");
	if (fv_insiders_missing(&s->in, c, r))
		return 0;
	if (s->full) {
		fv_result_note(r,
		    "Limit reached: more than %zu pairs of an address and a "
		    "peer, so this result is left out. Report on fewer "
		    "datasets at a time.",
		    SCANNERS_LIMIT);
		return 0;
	}
	if (!any_contact(s)) {
		fv_result_note(r,
		    "No internal address is known to have opened a TCP "
		    "connection%s.",
		    s->pairs.count == 0
			? ""
			: ": there are answers, but no SYN that was sent out");
		return 0;
	}
	if ((a = fv_memory_new(s->in.n, sizeof(*a), err)) == NULL)
		return -1;
	if (survey(s, a, err) == 0 && judge_by_acks(s, c, a, err) == 0) {
		put(s, a, c, r);
		rc = 0;
	}
	free(a);
	return rc;
}

const struct fv_analysis fv_scanners_analysis = {
	.ids = "R28d",
	.name = "scanners",
	.description = "Which internal addresses scan outward.",
	.columns = FV_ANALYSIS_COLUMN(START_TIME) | FV_ANALYSIS_COLUMN(SOURCE) |
	    FV_ANALYSIS_COLUMN(DESTINATION) | FV_ANALYSIS_COLUMN(PROTOCOL) |
	    FV_ANALYSIS_COLUMN(TCP_FLAGS) |
	    FV_ANALYSIS_COLUMN(INITIAL_TCP_FLAGS) |
	    FV_ANALYSIS_COLUMN(DIRECTION),
	.init = init,
	.add = add,
	.merge = merge,
	.finish = finish,
	.free = state_free,
};

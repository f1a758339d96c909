/*
 * R28d: internal hosts that look for others: first contacts over TCP, and how
 * many of them were answered.
 *
 * Threshold random walk: Jung, Paxson, Berger, Balakrishnan, "Fast portscan
 * detection using sequential hypothesis testing" (2004), turned around: the
 * hosts that are judged are inside, and those that they contact outside.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "analysis/first_contacts.h"
#include "analysis/registry.h"
#include "base/memory.h"

enum { TOP = 10 };

/*
 * A first contact is answered with probability 0.8 if the host is benign and
 * 0.2 if it scans, so each moves the odds by a factor of 4.  A decision is
 * due at odds of 99 to 1 (false alarms .01, detection .99): ln 99 / ln 4 is
 * 3.3, so 4 more of one kind than of the other.
 */
enum { STEPS = 4 };

/*
 * The paper's walk ends with its first decision.  A host is here for a month,
 * and may turn: so the walk begins anew after each.  It takes so many
 * decisions that it scans, and no more that it does not.
 */
enum { DECISIONS = 8 };

/* Of data without answers: SYNs; fewer ACKs for each, closes for ten. */
enum { SYNS = DECISIONS * STEPS, CLOSES_PART = 10 };

/* The most first contacts that are put in order of time: 384 MiB. */
#ifndef SCANNERS_LIMIT /* tests have a lower one */
#define SCANNERS_LIMIT ((size_t)1 << 24)
#endif

static void
state_free(void *state)
{
	fv_first_contacts_free(state);
}

static void *
init(const struct fv_analysis_context *context, struct fv_err *err)
{
	return fv_first_contacts_new(context, err);
}

static int
add(void *state, const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	(void)context;
	return fv_first_contacts_add(state, batch, err);
}

static int
merge(void *into, const void *from, const struct fv_analysis_context *context,
    struct fv_err *err)
{
	return fv_first_contacts_merge(into, from, context, err);
}

/* A first contact, to be put in order of time. */
struct contact {
	uint32_t host, peer;
	uint64_t asked;
	bool answered;
};

enum verdict { NO_VERDICT, CLEAR, SCANS };

/* What was found of a host. */
struct suspect {
	uint32_t host;
	enum verdict verdict;
	bool one_way; /* none of its site's answers are in the data */
	uint64_t contacts, answered, refused;
	uint64_t guilty, cleared; /* decisions of the walk */
	uint64_t flagged;         /* contacts until the first; or 0 */
	uint64_t first;           /* earliness of the first contact */
};

struct survey {
	struct suspect *suspect; /* by host, then those with contacts */
	size_t n;
	uint64_t contacts;
	struct contact *contact; /* NULL while they are counted */
	size_t filled;
	bool walked; /* there were not too many */
};

static void
count_pair(void *arg, const uint64_t *pair)
{
	struct survey *v = arg;
	struct suspect *h = &v->suspect[pair[0] >> 32];

	/* An answer to nothing: the question was not captured. */
	if (pair[1 + FV_CONTACT_ASKED] == 0)
		return;
	h->contacts++;
	h->answered += pair[1 + FV_CONTACT_OUTCOME] == FV_CONTACT_ANSWERED;
	h->refused += pair[1 + FV_CONTACT_OUTCOME] == FV_CONTACT_REFUSED;
	if (pair[1 + FV_CONTACT_ASKED] > h->first)
		h->first = pair[1 + FV_CONTACT_ASKED];
	v->contacts++;
}

static void
list_pair(void *arg, const uint64_t *pair)
{
	struct survey *v = arg;

	if (pair[1 + FV_CONTACT_ASKED] != 0)
		v->contact[v->filled++] = (struct contact){
			(uint32_t)(pair[0] >> 32), (uint32_t)pair[0],
			pair[1 + FV_CONTACT_ASKED],
			pair[1 + FV_CONTACT_OUTCOME] == FV_CONTACT_ANSWERED
		};
}

/* By host, then in the order of time. */
static int
by_time(const void *a, const void *b)
{
	const struct contact *x = a, *y = b;

	if (x->host != y->host)
		return x->host < y->host ? -1 : 1;
	if (x->asked != y->asked)
		return x->asked > y->asked ? -1 : 1;
	return x->peer < y->peer ? -1 : x->peer > y->peer;
}

/* Walk along all contacts, which are in order. */
static void
walk(struct survey *v)
{
	const struct contact *c;
	struct suspect *h = NULL;
	uint64_t met = 0;
	int at = 0;
	size_t i;

	for (i = 0; i < v->filled; i++) {
		c = &v->contact[i];
		if (h != &v->suspect[c->host]) {
			h = &v->suspect[c->host];
			at = 0;
			met = 0;
		}
		met++;
		at += c->answered ? -1 : 1;
		if (at > -STEPS && at < STEPS)
			continue;
		if (at > 0 && h->guilty++ == 0)
			h->flagged = met;
		h->cleared += at < 0;
		at = 0;
	}
}

static enum verdict
judge(const struct suspect *h, const struct fv_first_contacts_sums *sums,
    bool walked)
{
	if (h->one_way) {
		if (sums->syns < SYNS)
			return CLEAR;
		return sums->acks < sums->syns &&
			sums->closes * CLOSES_PART < sums->syns
		    ? SCANS
		    : CLEAR;
	}
	if (!walked)
		return NO_VERDICT;
	return h->guilty >= DECISIONS && h->guilty >= h->cleared ? SCANS
								 : CLEAR;
}

/* Scanners first, then who failed most, then who began earlier. */
static int
by_failures(const void *a, const void *b)
{
	const struct suspect *x = a, *y = b;
	uint64_t p = x->contacts - x->answered, q = y->contacts - y->answered;

	if (x->verdict != y->verdict)
		return x->verdict > y->verdict ? -1 : 1;
	if (p != q)
		return p > q ? -1 : 1;
	if (x->first != y->first)
		return x->first > y->first ? -1 : 1;
	return x->host < y->host ? -1 : x->host > y->host;
}

/* Keep the hosts that have contacts, judged and in order. */
static int
rank(const struct fv_first_contacts *s, const struct fv_analysis_context *c,
    struct survey *v, struct fv_err *err)
{
	uint64_t *heard = fv_memory_new(c->nsites + 1, sizeof(*heard), err);
	struct suspect *h;
	size_t i, site;

	if (heard == NULL)
		return -1;
	for (i = 0; i < c->nhosts; i++) {
		site =
		    c->hosts[i].site < c->nsites ? c->hosts[i].site : c->nsites;
		heard[site] += s->sums[i].heard;
	}
	for (i = 0; i < c->nhosts; i++) {
		if (v->suspect[i].contacts == 0)
			continue;
		h = &v->suspect[v->n++];
		*h = v->suspect[i];
		h->host = (uint32_t)i;
		site =
		    c->hosts[i].site < c->nsites ? c->hosts[i].site : c->nsites;
		h->one_way = heard[site] == 0;
		h->verdict = judge(h, &s->sums[i], v->walked);
	}
	if (v->n > 0)
		qsort(v->suspect, v->n, sizeof(*v->suspect), by_failures);
	free(heard);
	return 0;
}

static int
survey(const struct fv_first_contacts *s, const struct fv_analysis_context *c,
    struct survey *v, struct fv_err *err)
{
	v->suspect = fv_memory_new(c->nhosts, sizeof(*v->suspect), err);
	if (v->suspect == NULL ||
	    fv_ledger_each(&s->pairs, count_pair, v, err) == -1)
		return -1;
	v->walked = v->contacts <= SCANNERS_LIMIT;
	if (v->walked) {
		v->contact = fv_memory_new(
		    (size_t)v->contacts, sizeof(*v->contact), err);
		if (v->contact == NULL ||
		    fv_ledger_each(&s->pairs, list_pair, v, err) == -1)
			return -1;
		qsort(v->contact, v->filled, sizeof(*v->contact), by_time);
		walk(v);
	}
	return rank(s, c, v, err);
}

static void
put_verdict(const struct suspect *h, struct fv_result *r)
{
	static const char *const words[] = {
		[NO_VERDICT] = "not decided",
		[CLEAR] = "-",
		[SCANS] = "scans",
	};

	fv_result_text(r, "%s", words[h->verdict]);
}

/* A table's first columns and its rows' first cells. */
static void
put_columns(struct fv_result *r, size_t total)
{
	fv_result_column(r, "host", "host", FV_RESULT_HOST, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "verdict", "verdict", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "contacts", "contacts", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_shown(r, TOP, total);
}

static void
put_host(const struct survey *v, size_t i, const struct fv_analysis_context *c,
    struct fv_result *r)
{
	fv_analysis_host(r, c, i + 1, v->suspect[i].host);
	put_verdict(&v->suspect[i], r);
	fv_result_count(r, v->suspect[i].contacts);
}

static void
put_walked(const struct survey *v, const struct fv_analysis_context *c,
    size_t total, struct fv_result *r)
{
	const struct suspect *h;
	size_t i, rows = 0;

	fv_result_table(r, "hosts", "Hosts by contacts that failed");
	put_columns(r, total);
	fv_result_column(
	    r, "answered", "answered", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "refused", "refused", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "scanning", "scan", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "benign", "benign", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "flagged", "first", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	for (i = 0; i < v->n && rows < FV_RESULT_ROWS_KEPT; i++) {
		h = &v->suspect[i];
		if (h->one_way)
			continue;
		rows++;
		put_host(v, i, c, r);
		fv_result_share(r, h->answered, h->contacts, 1);
		fv_result_share(r, h->refused, h->contacts, 1);
		if (!v->walked) {
			fv_result_none(r);
			fv_result_none(r);
		} else {
			fv_result_count(r, h->guilty);
			fv_result_count(r, h->cleared);
		}
		if (h->flagged == 0)
			fv_result_none(r);
		else
			fv_result_count(r, h->flagged);
	}
}

static void
put_one_way(const struct survey *v, const struct fv_first_contacts *s,
    const struct fv_analysis_context *c, size_t total, struct fv_result *r)
{
	const struct fv_first_contacts_sums *sums;
	size_t i, rows = 0;

	fv_result_table(
	    r, "one_way", "Hosts whose answers are not in the data");
	put_columns(r, total);
	fv_result_column(r, "syns", "SYNs", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "acks", "ACKs each", FV_RESULT_RATIO, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "closes", "closes each", FV_RESULT_RATIO, FV_RESULT_NO_BAR);
	for (i = 0; i < v->n && rows < FV_RESULT_ROWS_KEPT; i++) {
		if (!v->suspect[i].one_way)
			continue;
		rows++;
		sums = &s->sums[v->suspect[i].host];
		put_host(v, i, c, r);
		fv_result_count(r, sums->syns);
		fv_result_ratio(r, sums->acks, sums->syns, 2);
		fv_result_ratio(r, sums->closes, sums->syns, 2);
	}
}

static void
put_notes(const struct survey *v, const struct fv_first_contacts *s,
    size_t one_way, struct fv_result *r)
{
	if (one_way < v->n && v->walked)
		fv_result_note(r,
		    "A contact is a destination to which the host sent a SYN; "
		    "it is answered if that sent SYN and ACK back at any "
		    "time. A random walk along contacts in order of time "
		    "(Jung et al. 2004) decides when %d more failed than "
		    "were answered, or the other way, and begins anew: "
		    "'scan' and 'benign' count its decisions, 'first' is the "
		    "contact of the first one against the host. It "
		    "scans if %d or more, and no fewer than the others, say so.",
		    STEPS, DECISIONS);
	if (!v->walked)
		fv_result_note(r,
		    "There are %" PRIu64
		    " first contacts, more than the %zu that are "
		    "put in order of time, so hosts were not judged. Report on "
		    "fewer datasets at a time.",
		    v->contacts, SCANNERS_LIMIT);
	if (one_way > 0)
		fv_result_note(r,
		    "Of %zu hosts the data have nothing that came in over TCP, "
		    "so whether contacts were answered is not known. Such a "
		    "host is said to scan when it has %d SYNs or more, fewer "
		    "ACKs than SYNs, and fewer closes than a tenth of them.",
		    one_way, SYNS);
	if (!s->inside_known)
		fv_result_note(r,
		    "No host of this dataset is known to be internal. In "
		    "place of the internal hosts these are all sources of "
		    "records that are outbound or of unknown direction.");
	fv_result_note(r,
	    "A peer-to-peer program that looks for peers long gone, or a host "
	    "behind a broken network, fails like a scanner; R26 weighs more. "
	    "Scans over UDP, of one host's ports, or so slow that answers to "
	    "other contacts hide them are not found.");
}

static void
put(const struct survey *v, const struct fv_first_contacts *s,
    const struct fv_analysis_context *c, struct fv_result *r)
{
	uint64_t scans = 0, flagged = 0, answered = 0, known = 0;
	size_t i, one_way = 0;

	for (i = 0; i < v->n; i++) {
		scans += v->suspect[i].verdict == SCANS;
		flagged += v->suspect[i].flagged > 0;
		one_way += v->suspect[i].one_way;
		known += v->suspect[i].one_way ? 0 : v->suspect[i].contacts;
		answered += v->suspect[i].answered;
	}
	fv_result_fact(r, "scanners", "Hosts that scan", NULL);
	fv_result_count(r, scans);
	fv_result_fact(r, "hosts", "of hosts that opened connections", NULL);
	fv_result_count(r, v->n);
	fv_result_fact(r, "contacts", "First contacts over TCP", NULL);
	fv_result_count(r, v->contacts);
	if (known > 0) {
		fv_result_fact(r, "answered", "answered", NULL);
		fv_analysis_share(r, answered, known);
		fv_result_fact(r, "flagged",
		    "Hosts that one decision would be enough for", NULL);
		fv_result_count(r, flagged);
	}
	if (one_way < v->n)
		put_walked(v, c, v->n - one_way, r);
	if (one_way > 0)
		put_one_way(v, s, c, one_way, r);
	put_notes(v, s, one_way, r);
}

static int
finish(const void *state, const struct fv_analysis_context *c,
    struct fv_result *r, struct fv_err *err)
{
	const struct fv_first_contacts *s = state;
	struct survey v = { .n = 0 };
	int rc = -1;

	fv_result_section(r, "R28d",
	    "If you had access to this data: outbound scanning",
	    "First contacts of internal hosts with others over TCP, and how "
	    "many of them were answered.");
	if (survey(s, c, &v, err) == -1)
		goto out;
	if (v.n == 0)
		fv_result_note(r,
		    "No SYN that an internal host sent outward is in these "
		    "data, so there is no contact to look at.");
	else
		put(&v, s, c, r);
	rc = 0;
out:
	free(v.suspect);
	free(v.contact);
	return rc;
}

const struct fv_analysis fv_scanners_analysis = {
	.ids = "R28d",
	.name = "scanners",
	.description = "Which internal hosts scan others.",
	.columns = FV_FIRST_CONTACTS_COLUMNS,
	.init = init,
	.add = add,
	.merge = merge,
	.finish = finish,
	.free = state_free,
};

/*
 * R26: what kind of host the suspicious one is, with the evidence, and whether
 * it is one host.
 */
#include <stdio.h>
#include <stdlib.h>

#include "analysis/host_evidence.h"
#include "analysis/registry.h"

enum { THOUSAND = 1000, MILLION = 1000000 };

/* A kind of scan: fewer of one than a tenth of the other. */
enum { FEW = 10 };

static void
state_free(void *state)
{
	fv_host_evidence_free(state);
}

static void *
init(const struct fv_analysis_context *context, struct fv_err *err)
{
	return fv_host_evidence_new(context, context->focus.suspect, err);
}

static int
add(void *state, const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	return fv_host_evidence_add(state, context, batch, err);
}

static int
merge(void *into, const void *from, const struct fv_analysis_context *context,
    struct fv_err *err)
{
	(void)context;
	return fv_host_evidence_merge(into, from, err);
}

/* All there is to say. */
struct case_file {
	const struct fv_host_evidence *e;
	struct fv_host_evidence_findings f;
	struct fv_evidence_verdict v;
	struct fv_evidence_several several;
};

/* Whether more than one packet in 100 goes to the web. */
static bool
browses(const struct case_file *k)
{
	return k->e->count.web > k->e->count.packets / 100;
}

static void
put_verdict(const struct case_file *k, struct fv_result *r)
{
	const struct fv_evidence_verdict *v = &k->v;

	fv_result_fact(r, "verdict", "Verdict", "I HAVE NO IDEA");
	fv_result_text(r, "%s",
	    k->several.forced ? "several hosts"
		: v->known    ? fv_evidence_class_phrase[v->best]
			      : "unknown");
	if (k->several.forced && v->known) {
		fv_result_fact(r, "like", "together like a", NULL);
		fv_result_text(r, "%s", fv_evidence_class_phrase[v->best]);
	}
	if (v->known && v->best == FV_EVIDENCE_PEER && browses(k)) {
		fv_result_fact(r, "besides", "and besides", NULL);
		fv_result_text(r, "ordinary browsing");
	}
	fv_result_fact(r, "confidence", "how sure", NULL);
	fv_result_text(r, "%s",
	    v->known ? fv_evidence_confidence(v->posterior[v->best]) : "none");
	fv_result_fact(r, "margin", "nats before the next", NULL);
	fv_result_signed_ratio(r, v->margin, THOUSAND, 1);
	fv_result_fact(r, "next", "the next", NULL);
	fv_result_text(r, "%s", fv_evidence_class_phrase[v->second]);
}

/* Which kind of scan it is. */
static const char *
kind_of(const struct fv_host_evidence_findings *f)
{
	if (f->ports < f->attempted / FEW)
		return "addresses, few ports";
	if (f->attempted < f->ports / FEW)
		return "ports, few addresses";
	return "ports and addresses";
}

static void
put_scan(const struct case_file *k, struct fv_result *r)
{
	static const char *const why[] = {
		[FV_EVIDENCE_NO_VETO] = "not ruled out",
		[FV_EVIDENCE_CONTACTS_ANSWER] = "no: contacts answer",
		[FV_EVIDENCE_ACKNOWLEDGES] = "no: it acknowledges",
		[FV_EVIDENCE_NOTHING_KNOWN] = "no: nothing opened",
	};

	fv_result_fact(r, "scan", "A scan", NULL);
	fv_result_text(r, "%s", why[k->v.veto[FV_EVIDENCE_SCANNER]]);
	if (k->v.known && k->v.best == FV_EVIDENCE_SCANNER) {
		fv_result_fact(r, "kind", "of many", NULL);
		fv_result_text(r, "%s", kind_of(&k->f));
	}
	fv_result_fact(r, "main_port", "Its main source port", "36459");
	fv_result_number(r, k->f.main_port);
	fv_result_fact(r, "web", "Packets to ports 80 and 443", NULL);
	fv_analysis_share(r, k->e->count.web, k->e->count.packets);
	fv_result_fact(r, "chatter", "Packets to neighbours", NULL);
	fv_analysis_share(r, k->e->count.chatter, k->e->count.packets);
}

static void
put_several(const struct case_file *k, struct fv_result *r)
{
	static const char *const order[] = {
		[FV_EVIDENCE_ONE_STACK] = "none to compare",
		[FV_EVIDENCE_UNTIMED] = "not known",
		[FV_EVIDENCE_IN_TURN] = "one after the other",
		[FV_EVIDENCE_ALTERNATING] = "by turns",
		[FV_EVIDENCE_TOGETHER] = "within the same hours",
	};
	const struct fv_evidence_stacks *s = &k->f.stacks;

	fv_result_fact(r, "stacks", "TCP/IP stacks it opens with", NULL);
	fv_result_count(r, s->stacks);
	if (s->stacks > 1) {
		fv_result_fact(r, "ttls", "their initial TTLs", NULL);
		fv_result_text(r, "%s", s->ttls ? "differ" : "are the same");
		fv_result_fact(r, "order", "in time", NULL);
		fv_result_text(r, "%s", order[k->several.order]);
	}
	fv_result_fact(r, "several", "Several hosts behind it", NULL);
	if (s->stacks == 0)
		fv_result_text(r, "not known");
	else
		fv_result_share(r, k->several.posterior, MILLION, 0);
	fv_result_fact(r, "several_confidence", "how sure of that", NULL);
	fv_result_text(r, "%s",
	    fv_evidence_confidence(k->several.posterior < MILLION / 2
		    ? MILLION - k->several.posterior
		    : k->several.posterior));
}

static void
put_classes(const struct case_file *k, struct fv_result *r)
{
	const struct fv_evidence_verdict *v = &k->v;
	size_t c;

	fv_result_table(r, "classes", "What it may be");
	fv_result_column(r, "class", "class", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(r, "nats", "nats", FV_RESULT_RATIO, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "posterior", "probability", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	fv_result_column(r, "status", "", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	for (c = 0; c < FV_EVIDENCE_CLASSES; c++) {
		fv_result_text(r, "%s", fv_evidence_class_phrase[c]);
		fv_result_signed_ratio(r, v->sum[c], THOUSAND, 2);
		fv_analysis_share(r, v->posterior[c], MILLION);
		fv_result_text(r, "%s",
		    v->veto[c] != FV_EVIDENCE_NO_VETO ? "rejected"
			: v->known && c == v->best    ? "verdict"
						      : "");
	}
}

/* One column for each class. */
static void
put_class_columns(struct fv_result *r, enum fv_result_type type)
{
	size_t c;

	for (c = 0; c < FV_EVIDENCE_CLASSES; c++)
		fv_result_column(r, fv_evidence_class_word[c],
		    fv_evidence_class_word[c], type, FV_RESULT_NO_BAR);
}

static void
put_value(const struct fv_evidence_value *value, struct fv_result *r)
{
	if (value->whole == 0)
		fv_result_none(r);
	else
		fv_result_ratio(r, value->part, value->whole, 3);
}

static void
put_evidence(const struct case_file *k, struct fv_result *r)
{
	size_t e, c;

	fv_result_table(r, "evidence", "Evidence, and what it weighs in nats");
	fv_result_column(
	    r, "evidence", "evidence", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "value", "value", FV_RESULT_RATIO, FV_RESULT_NO_BAR);
	put_class_columns(r, FV_RESULT_RATIO);
	fv_result_column(r, "result", "see", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	for (e = 0; e < FV_EVIDENCE_NAMES; e++) {
		fv_result_text(r, "%s", fv_evidence_words[e].label);
		put_value(&k->f.value[e], r);
		for (c = 0; c < FV_EVIDENCE_CLASSES; c++)
			if (k->f.value[e].whole == 0)
				fv_result_none(r);
			else
				fv_result_signed_ratio(
				    r, k->v.weight[e][c], THOUSAND, 2);
		fv_result_text(r, "%s", fv_evidence_words[e].result);
	}
}

/* A bin in words: below 0.05, 0.05 to 0.2, from 0.8. */
static void
bin_words(enum fv_evidence_name name, size_t bin, char text[48])
{
	char from[16], to[16];
	size_t i;

	for (i = 0; i < 2; i++) {
		char *t = i == 0 ? from : to;
		uint64_t edge;
		size_t n;

		t[0] = '\0';
		if ((i == 0 && bin == 0) ||
		    (i == 1 && bin + 1 == fv_evidence_bins(name)))
			continue;
		edge = fv_evidence_edge(name, bin - (i == 0));
		n = (size_t)snprintf(t, sizeof(from), "%u.%03u",
		    (unsigned)(edge / THOUSAND), (unsigned)(edge % THOUSAND));
		while (t[n - 1] == '0')
			t[--n] = '\0';
		if (t[n - 1] == '.')
			t[n - 1] = '\0';
	}
	if (from[0] == '\0')
		(void)snprintf(text, 48, "< %s", to);
	else if (to[0] == '\0')
		(void)snprintf(text, 48, ">= %s", from);
	else
		(void)snprintf(text, 48, "%s-%s", from, to);
}

static void
put_expected(struct fv_result *r)
{
	char text[48];
	size_t e, c;

	fv_result_table(
	    r, "expected", "What is expected of it, most often, as each class");
	fv_result_column(
	    r, "evidence", "evidence", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	put_class_columns(r, FV_RESULT_TEXT);
	for (e = 0; e < FV_EVIDENCE_NAMES; e++) {
		fv_result_text(r, "%s", fv_evidence_words[e].label);
		for (c = 0; c < FV_EVIDENCE_CLASSES; c++) {
			bin_words((enum fv_evidence_name)e,
			    fv_evidence_expected((enum fv_evidence_name)e,
				(enum fv_evidence_class)c),
			    text);
			fv_result_text(r, "%s", text);
		}
	}
}

static void
put_turns(const struct case_file *k, struct fv_result *r)
{
	struct fv_evidence_turn turn[FV_EVIDENCE_TURNS];
	size_t i, n = fv_evidence_turns(k->f.value, &k->v, turn);
	char text[48];

	fv_result_table(r, "turns", "Facts that would change the verdict most");
	fv_result_column(r, "evidence", "if", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(r, "were", "were", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(r, "is", "is", FV_RESULT_RATIO, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "towards", "towards", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(r, "nats", "nats", FV_RESULT_RATIO, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "enough", "enough", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	for (i = 0; i < n; i++) {
		bin_words(turn[i].name, turn[i].bin, text);
		fv_result_text(r, "%s", fv_evidence_words[turn[i].name].label);
		fv_result_text(r, "%s", text);
		put_value(&k->f.value[turn[i].name], r);
		fv_result_text(r, "%s", fv_evidence_class_word[turn[i].to]);
		fv_result_signed_ratio(r, turn[i].nats, THOUSAND, 2);
		fv_result_text(
		    r, "%s", turn[i].nats > k->v.margin ? "alone" : "no");
	}
}

static void
put_notes(const struct case_file *k, struct fv_result *r)
{
	fv_result_note(r,
	    "Nats are weights of evidence: 2.3 are odds of 10 to 1. Each is "
	    "against the mean of the classes, and they add up. Below a margin "
	    "of 2.3 the verdict is 'unknown'. They were fitted on a synthetic "
	    "month (docs/analyses.md), and evidence that goes together counts "
	    "more than it should: read the order, not the digits.");
	if (k->v.known && k->v.best == FV_EVIDENCE_PEER)
		fv_result_note(r,
		    "Headers do not tell which peer-to-peer program it is: "
		    "BitTorrent on a port of its own and the Skype of 2008 "
		    "look alike.");
	fv_result_note(r,
	    "How many hosts there are is weighed by stacks alone, with "
	    "weights that were set, not fitted, and an even chance before "
	    "it; one system that changes how it opens connections looks like "
	    "two. R27 looks at sessions.");
}

static int
finish(const void *state, const struct fv_analysis_context *c,
    struct fv_result *r, struct fv_err *err)
{
	struct case_file k = { .e = state };

	fv_result_section(r, "R26", "WHO AM I ?",
	    "What kind of host the suspicious one is: evidence of what it "
	    "sent, and whether it was answered, weighed for five classes of "
	    "hosts.");
	if (!fv_analysis_suspect(r, c))
		return 0;
	if (k.e->full) {
		fv_result_note(r,
		    "It has more partners than can be kept, so its evidence "
		    "was not weighed. Report on fewer datasets at a time.");
		return 0;
	}
	if (fv_host_evidence_measure(k.e, c, &k.f, err) == -1)
		return -1;
	fv_evidence_weigh(k.f.value, &k.v);
	fv_evidence_count_hosts(&k.f.stacks, &k.several);
	put_verdict(&k, r);
	put_scan(&k, r);
	put_several(&k, r);
	put_classes(&k, r);
	put_evidence(&k, r);
	put_expected(r);
	put_turns(&k, r);
	put_notes(&k, r);
	return 0;
}

const struct fv_analysis fv_who_am_i_analysis = {
	.ids = "R26",
	.name = "who_am_i",
	.description = "What kind of host the one with most destinations is.",
	.columns = FV_HOST_EVIDENCE_COLUMNS,
	.closer = true,
	.needs = { &fv_destinations_analysis },
	.init = init,
	.add = add,
	.merge = merge,
	.finish = finish,
	.free = state_free,
};

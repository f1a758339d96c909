#include "analysis/evidence.h"

#include <string.h>

#include "analysis/nats.h"
#include "analysis/result.h"
#include "base/attributes.h"

enum { THOUSAND = 1000, MILLION = 1000000 };

/* See evidence.h: what rules a scan out. */
enum { WALK = 4, ACKS = 5 };

/* Values of one group share a vote. */
enum {
	ANSWERS,
	SPREAD,
	SHAPE,
	OWN_PORTS,
	THEIR_PORTS,
	BOTH,
	ROLE,
	MIX,
	GROUPS
};

const struct fv_evidence_words fv_evidence_words[FV_EVIDENCE_NAMES] = {
	[FV_EVIDENCE_answered] = { "answered", "First contacts that answer",
	    "R26", ANSWERS },
	[FV_EVIDENCE_acks_per_syn] = { "acks_per_syn", "ACKs for each SYN",
	    "R23", ANSWERS },
	[FV_EVIDENCE_closes_per_syn] = { "closes_per_syn",
	    "Closes for each SYN", "R23", ANSWERS },
	[FV_EVIDENCE_fan_out] = { "fan_out", "Destinations for each SYN", "R15",
	    SPREAD },
	[FV_EVIDENCE_destination_entropy] = { "destination_entropy",
	    "Spread over destinations", "R17", SPREAD },
	[FV_EVIDENCE_common_prefix] = { "common_prefix",
	    "Common prefix of successors", "R16", SHAPE },
	[FV_EVIDENCE_source_port_entropy] = { "source_port_entropy",
	    "Spread over own ports", "R18", OWN_PORTS },
	[FV_EVIDENCE_destination_port_entropy] = { "destination_port_entropy",
	    "Spread over their ports", "R21", THEIR_PORTS },
	[FV_EVIDENCE_main_port] = { "main_port", "Share of its main port",
	    "R18", OWN_PORTS },
	[FV_EVIDENCE_both_protocols] = { "both_protocols",
	    "Partners over TCP and UDP", "R26", BOTH },
	[FV_EVIDENCE_ports_per_peer] = { "ports_per_peer",
	    "High ports for each partner", "R21", THEIR_PORTS },
	[FV_EVIDENCE_accepted] = { "accepted", "Connections it accepted", "R26",
	    ROLE },
	[FV_EVIDENCE_udp] = { "udp", "Share of UDP", "R24", MIX },
	[FV_EVIDENCE_largest_share] = { "largest_share",
	    "Share of first destination", "R17", SPREAD },
};

const char *const fv_evidence_class_word[FV_EVIDENCE_CLASSES] = { "scanner",
	"peer", "server", "stream", "client" };

const char *const fv_evidence_class_phrase[FV_EVIDENCE_CLASSES] = {
	"scanner",
	"peer-to-peer node",
	"server",
	"game or call client",
	"ordinary client",
};

/* As analysis/weights.h has it. */
struct weights {
	size_t bins;
	uint32_t edge[FV_WEIGHTS_BINS - 1];
	int32_t nats[FV_EVIDENCE_CLASSES][FV_WEIGHTS_BINS];
};

#define ROW(...)            \
	{                   \
		__VA_ARGS__ \
	}
#define X(name, bins, edges, ...) \
	[FV_EVIDENCE_##name] = { bins, edges, { __VA_ARGS__ } },
static const struct weights weights[FV_EVIDENCE_NAMES] = { FV_WEIGHTS_LIST(X) };
#undef X
#undef ROW

size_t
fv_evidence_bins(enum fv_evidence_name name)
{
	return weights[name].bins;
}

uint64_t
fv_evidence_edge(enum fv_evidence_name name, size_t bin)
{
	return weights[name].edge[bin];
}

size_t
fv_evidence_bin(
    enum fv_evidence_name name, const struct fv_evidence_value *value)
{
	/* Rounded to thousandths, as the fit rounds. */
	fv_result_wide v =
	    fv_result_scaled(value->part, value->whole, THOUSAND);
	size_t bin = 0;

	while (bin + 1 < weights[name].bins && v >= weights[name].edge[bin])
		bin++;
	return bin;
}

size_t
fv_evidence_expected(enum fv_evidence_name name, enum fv_evidence_class class)
{
	const int32_t *nats = weights[name].nats[class];
	size_t b, best = 0;

	for (b = 1; b < weights[name].bins; b++)
		if (nats[b] > nats[best])
			best = b;
	return best;
}

static int32_t
rounded(double x)
{
	return (int32_t)(x + (x < 0 ? -0.5 : 0.5));
}

/* What a bin weighs for each class against the mean of them. */
static void
weigh_bin(enum fv_evidence_name name, size_t bin, int32_t shared,
    int32_t weight[FV_EVIDENCE_CLASSES])
{
	double mean = 0;
	size_t c;

	for (c = 0; c < FV_EVIDENCE_CLASSES; c++)
		mean += fv_nats_exp(weights[name].nats[c][bin] / 1000.0) /
		    FV_EVIDENCE_CLASSES;
	mean = fv_nats_ln(mean) * THOUSAND;
	for (c = 0; c < FV_EVIDENCE_CLASSES; c++)
		weight[c] =
		    rounded((weights[name].nats[c][bin] - mean) / shared);
}

/* How many values share the vote of ${name}, if it is known. */
static int32_t
sharers(const struct fv_evidence_value *value, size_t name)
{
	int32_t n = value[name].whole == 0;
	size_t e;

	for (e = 0; e < FV_EVIDENCE_NAMES; e++)
		n += value[e].whole > 0 &&
		    fv_evidence_words[e].group == fv_evidence_words[name].group;
	return n;
}

/* Whether a scan is ruled out, and by what. */
static enum fv_evidence_veto
veto_scan(const struct fv_evidence_value *value)
{
	const struct fv_evidence_value *walk = &value[FV_EVIDENCE_answered];
	const struct fv_evidence_value *acks = &value[FV_EVIDENCE_acks_per_syn];

	if (walk->whole == 0 && acks->whole == 0)
		return FV_EVIDENCE_NOTHING_KNOWN;
	if (walk->whole > 0 && walk->part >= walk->whole - walk->part + WALK)
		return FV_EVIDENCE_CONTACTS_ANSWER;
	if (acks->whole > 0 && acks->part / ACKS >= acks->whole)
		return FV_EVIDENCE_ACKNOWLEDGES;
	return FV_EVIDENCE_NO_VETO;
}

/* The probability of each class that is not ruled out. */
static void
set_posteriors(struct fv_evidence_verdict *v)
{
	double p[FV_EVIDENCE_CLASSES], all = 0;
	size_t c;

	for (c = 0; c < FV_EVIDENCE_CLASSES; c++) {
		p[c] = v->veto[c] != FV_EVIDENCE_NO_VETO
		    ? 0
		    : fv_nats_exp((v->sum[c] - v->sum[v->best]) / 1000.0);
		all += p[c];
	}
	for (c = 0; c < FV_EVIDENCE_CLASSES; c++)
		v->posterior[c] = (uint32_t)(p[c] / all * MILLION + 0.5);
}

void
fv_evidence_weigh(
    const struct fv_evidence_value *value, struct fv_evidence_verdict *v)
{
	bool first = true, second = false;
	size_t e, c;

	memset(v, 0, sizeof(*v));
	for (e = 0; e < FV_EVIDENCE_NAMES; e++) {
		if (value[e].whole == 0)
			continue;
		weigh_bin((enum fv_evidence_name)e,
		    fv_evidence_bin((enum fv_evidence_name)e, &value[e]),
		    sharers(value, e), v->weight[e]);
		for (c = 0; c < FV_EVIDENCE_CLASSES; c++)
			v->sum[c] += v->weight[e][c];
	}
	v->veto[FV_EVIDENCE_SCANNER] = veto_scan(value);
	for (c = 0; c < FV_EVIDENCE_CLASSES; c++) {
		if (v->veto[c] != FV_EVIDENCE_NO_VETO)
			continue;
		if (first || v->sum[c] > v->sum[v->best]) {
			second |= !first;
			v->second = v->best;
			v->best = (enum fv_evidence_class)c;
			first = false;
		} else if (!second || v->sum[c] > v->sum[v->second]) {
			v->second = (enum fv_evidence_class)c;
			second = true;
		}
	}
	v->margin = v->sum[v->best] - v->sum[v->second];
	v->known = v->margin >= FV_EVIDENCE_LEAST;
	set_posteriors(v);
}

/* What most would move the margin towards ${to}, by a change of ${name}. */
static struct fv_evidence_turn
turn_of(const struct fv_evidence_value *value,
    const struct fv_evidence_verdict *v, enum fv_evidence_name name,
    enum fv_evidence_class to)
{
	struct fv_evidence_turn best = { .name = name, .to = to };
	int32_t weight[FV_EVIDENCE_CLASSES], now, then;
	size_t b;

	now = v->weight[name][v->best] - v->weight[name][to];
	for (b = 0; b < weights[name].bins; b++) {
		weigh_bin(name, b, sharers(value, name), weight);
		then = weight[v->best] - weight[to];
		if (now - then > best.nats) {
			best.nats = now - then;
			best.bin = b;
		}
	}
	return best;
}

size_t
fv_evidence_turns(const struct fv_evidence_value *value,
    const struct fv_evidence_verdict *v,
    struct fv_evidence_turn turn[FV_EVIDENCE_TURNS])
{
	struct fv_evidence_turn t;
	size_t e, k, n = 0;

	for (e = 0; e < FV_EVIDENCE_NAMES; e++) {
		t = turn_of(value, v, (enum fv_evidence_name)e, v->second);
		if (t.nats == 0 ||
		    (n == FV_EVIDENCE_TURNS && t.nats <= turn[n - 1].nats))
			continue;
		k = n < FV_EVIDENCE_TURNS ? n++ : n - 1;
		for (; k > 0 && turn[k - 1].nats < t.nats; k--)
			turn[k] = turn[k - 1];
		turn[k] = t;
	}
	return n;
}

/*
 * Thousandths of nats for several hosts rather than one.  Set, not fitted,
 * since devices of the generated month never change their stack: of two
 * devices at random 35 % show one stack, 32 % two with one TTL and 33 % two
 * TTLs, by its mix of stacks; of one device 80, 15 (a system that tries
 * again without window scaling, as p0f lists for Vista) and 5 %.
 */
enum { ONE_STACK = -827, ONE_TTL = 758, TTLS = 1887 };

/* Alternating: 40 against 20 %.  Together: 50 against 10 %. */
enum { ALTERNATING = 693, TOGETHER = 1609 };

void
fv_evidence_count_hosts(
    const struct fv_evidence_stacks *s, struct fv_evidence_several *several)
{
	static const int32_t times[] = {
		[FV_EVIDENCE_ONE_STACK] = 0,
		[FV_EVIDENCE_ALTERNATING] = ALTERNATING,
		[FV_EVIDENCE_TOGETHER] = TOGETHER,
	};
	double odds;

	memset(several, 0, sizeof(*several));
	if (s->stacks == 0) {
		several->posterior = MILLION / 2;
		return;
	}
	if (s->stacks == 1) {
		several->stacks = ONE_STACK;
	} else {
		several->stacks = s->ttls ? TTLS : ONE_TTL;
		several->order = !s->timed ? FV_EVIDENCE_UNTIMED
		    : s->mixed > 0 && s->mixed >= s->hours / 20
		    ? FV_EVIDENCE_TOGETHER
		    : s->runs > s->stacks ? FV_EVIDENCE_ALTERNATING
					  : FV_EVIDENCE_IN_TURN;
		several->times = times[several->order];
	}
	several->forced = s->ttls && several->order == FV_EVIDENCE_TOGETHER;
	odds = fv_nats_exp((several->stacks + several->times) / 1000.0);
	several->posterior = (uint32_t)(odds / (1 + odds) * MILLION + 0.5);
}

const char *
fv_evidence_confidence(uint32_t posterior)
{
	static const struct {
		uint32_t from;
		const char *word;
	} words[] = {
		{ 990000, "high" },
		{ 900000, "medium" },
		{ 650000, "low to medium" },
		{ 550000, "low" },
		{ 0, "none" },
	};
	size_t i = 0;

	while (posterior < words[i].from)
		i++;
	return words[i].word;
}

#ifndef ANALYSIS_EVIDENCE_H
#define ANALYSIS_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/weights.h"

/*
 * What kind of host is it?  Evidence is weighed: each value falls into a bin,
 * and what the bin weighs for a class is the logarithm of how often hosts of
 * that class are in it.  Weights add up (naive Bayes).  They were fitted on
 * generated months, see analysis/weights.h.  Values that measure one thing
 * share one vote: their weights are divided by how many of them are known.
 *
 * A scan can be ruled out whatever the sum (published constants):
 * - The walk of Jung, Paxson, Berger and Balakrishnan 2004 (threshold random
 *   walk) over all first contacts ends with a benign host: answered ones
 *   outnumber the others by ln 99 / ln 4, that is by 4.
 * - There are 5 or more packets with an ACK for each SYN: connections came to
 *   be.
 * Without either value nothing supports a scan, and it is ruled out, too.
 */

enum fv_evidence_class {
	FV_EVIDENCE_SCANNER,
	FV_EVIDENCE_PEER,
	FV_EVIDENCE_SERVER,
	FV_EVIDENCE_STREAM,
	FV_EVIDENCE_CLIENT,
	FV_EVIDENCE_CLASSES
};

/* What is measured; the names are those of analysis/weights.h. */
enum fv_evidence_name {
#define X(name, ...) FV_EVIDENCE_##name,
	FV_WEIGHTS_LIST(X)
#undef X
	    FV_EVIDENCE_NAMES
};

/* A value: part over whole; unknown if the whole is 0. */
struct fv_evidence_value {
	uint64_t part, whole;
};

/* What words there are for each. */
struct fv_evidence_words {
	const char *name;
	const char *label;
	const char *result; /* where the report has more of it: "R16" */
	unsigned group;     /* the vote that it shares */
};
extern const struct fv_evidence_words fv_evidence_words[FV_EVIDENCE_NAMES];
extern const char *const fv_evidence_class_word[FV_EVIDENCE_CLASSES];
extern const char *const fv_evidence_class_phrase[FV_EVIDENCE_CLASSES];

/* How the bins of an evidence lie, and which one a value is in. */
size_t fv_evidence_bins(enum fv_evidence_name name);
uint64_t fv_evidence_edge(enum fv_evidence_name name, size_t bin);
size_t fv_evidence_bin(
    enum fv_evidence_name name, const struct fv_evidence_value *value);

/* The bin that hosts of a class are in most often. */
size_t fv_evidence_expected(
    enum fv_evidence_name name, enum fv_evidence_class class);

/* Why a class is ruled out; 0 says that it is not. */
enum fv_evidence_veto {
	FV_EVIDENCE_NO_VETO,
	FV_EVIDENCE_CONTACTS_ANSWER,
	FV_EVIDENCE_ACKNOWLEDGES,
	FV_EVIDENCE_NOTHING_KNOWN
};

/* A verdict of less than this, in thousandths of nats, is none: 10 to 1. */
#define FV_EVIDENCE_LEAST 2303

struct fv_evidence_verdict {
	/* In thousandths of nats, against the mean of the classes. */
	int32_t weight[FV_EVIDENCE_NAMES][FV_EVIDENCE_CLASSES];
	int32_t sum[FV_EVIDENCE_CLASSES];
	enum fv_evidence_veto veto[FV_EVIDENCE_CLASSES];
	uint32_t posterior[FV_EVIDENCE_CLASSES]; /* millionths; even prior */
	enum fv_evidence_class best, second;     /* of those not ruled out */
	int32_t margin;                          /* between these two */
	bool known;                              /* it is a verdict */
};

/* Weigh ${value}[0..FV_EVIDENCE_NAMES). */
void fv_evidence_weigh(
    const struct fv_evidence_value *value, struct fv_evidence_verdict *verdict);

/*
 * A fact that would change the verdict: value ${name} in ${bin} would move the
 * margin by ${nats} thousandths, towards ${to}.
 */
struct fv_evidence_turn {
	enum fv_evidence_name name;
	size_t bin;
	enum fv_evidence_class to;
	int32_t nats;
};

/* How many are told. */
#define FV_EVIDENCE_TURNS 3

/* The facts that would move most: how many there are. */
size_t fv_evidence_turns(const struct fv_evidence_value *value,
    const struct fv_evidence_verdict *verdict,
    struct fv_evidence_turn turn[FV_EVIDENCE_TURNS]);

/*
 * How many hosts are behind the address is another question, with evidence
 * of its own: TCP/IP stacks of the connections that it opened.
 */
struct fv_evidence_stacks {
	uint64_t stacks; /* that open a twentieth of the connections or more */
	bool ttls;       /* they differ in initial TTL, too */
	bool timed;      /* what follows is known */
	uint64_t hours;  /* in which connections were opened */
	uint64_t mixed;  /* in which more than one of the stacks did */
	uint64_t runs;   /* of hours of one stack */
};

enum fv_evidence_order {
	FV_EVIDENCE_ONE_STACK,
	FV_EVIDENCE_UNTIMED,
	FV_EVIDENCE_IN_TURN,     /* one after the other, each once */
	FV_EVIDENCE_ALTERNATING, /* one after the other, again and again */
	FV_EVIDENCE_TOGETHER     /* in a twentieth of the hours or more */
};

struct fv_evidence_several {
	enum fv_evidence_order order;
	int32_t stacks, times; /* for several hosts, thousandths of nats */
	uint32_t posterior;    /* of several hosts, in millionths */
	bool forced;           /* two stacks at once, that differ in TTL */
};

void fv_evidence_count_hosts(const struct fv_evidence_stacks *stacks,
    struct fv_evidence_several *several);

/* How sure a probability, in millionths, is in words. */
const char *fv_evidence_confidence(uint32_t posterior);

#endif

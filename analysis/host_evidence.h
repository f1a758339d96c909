#ifndef ANALYSIS_HOST_EVIDENCE_H
#define ANALYSIS_HOST_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"
#include "analysis/evidence.h"
#include "analysis/port_profile.h"
#include "analysis/tally.h"
#include "base/attributes.h"
#include "base/err.h"

/*
 * What there is to weigh of one host: its evidence (analysis/evidence.h),
 * counted from its rows.  Merged like a state of an analysis, of which it is
 * most.
 */

struct fv_host_evidence_counts {
	uint64_t syns;   /* connections it asked for: records */
	uint64_t acks;   /* packets with an ACK that is no refusal */
	uint64_t closes; /* records with FIN, or RST and ACK */
	uint64_t taken;  /* connections it accepted: records */
	uint64_t packets, tcp, udp;
	uint64_t chatter; /* packets to the neighbours on the link */
	uint64_t web;     /* packets to ports 80 and 443 */
};

/* What is kept of a partner: words of its value in a tally. */
enum {
	FV_PARTNER_SEEN,    /* bits, below */
	FV_PARTNER_FIRST,   /* sent to: fv_analysis_earliness */
	FV_PARTNER_PACKETS, /* sent to it */
	FV_PARTNER_WORDS
};

/* What there was between the two. */
enum {
	FV_PARTNER_SENT_TO = 1,
	FV_PARTNER_ATTEMPTED = 2, /* the host asked it for a connection */
	FV_PARTNER_ANSWERED = 4,  /* one came to be */
	FV_PARTNER_OVER_TCP = 8,  /* on ports that not everyone uses */
	FV_PARTNER_OVER_UDP = 16,
	FV_PARTNER_HIGH_PORT = 32, /* sent to a port above 1024 */
};

struct fv_host_evidence {
	uint32_t host;
	bool inside_known;
	bool full; /* there are more partners than the limit */
	struct fv_host_evidence_counts count;
	struct fv_port_profile profile;
	bool high[FV_PORT_PROFILE_PORTS]; /* of public partners, sent to */
	struct fv_tally partners;         /* by number */
	struct fv_tally stacks; /* hour and stack: connections opened */
};

#define FV_HOST_EVIDENCE_COLUMNS                                           \
	(FV_PORT_PROFILE_COLUMNS | FV_ANALYSIS_COLUMN(START_TIME) |        \
	    FV_ANALYSIS_COLUMN(SOURCE) | FV_ANALYSIS_COLUMN(DESTINATION) | \
	    FV_ANALYSIS_COLUMN(STACK) | FV_ANALYSIS_COLUMN(TCP_FLAGS) |    \
	    FV_ANALYSIS_COLUMN(INITIAL_TCP_FLAGS) |                        \
	    FV_ANALYSIS_COLUMN(DIRECTION))

/* Nothing seen of ${host} yet.  Returns NULL with ${err} set. */
struct fv_host_evidence *fv_host_evidence_new(
    const struct fv_analysis_context *context, uint32_t host,
    struct fv_err *err) FV_MUST_CHECK;

/* As the functions of struct fv_analysis. */
int fv_host_evidence_add(struct fv_host_evidence *e,
    const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err) FV_MUST_CHECK;
int fv_host_evidence_merge(struct fv_host_evidence *into,
    const struct fv_host_evidence *from, struct fv_err *err) FV_MUST_CHECK;
void fv_host_evidence_free(struct fv_host_evidence *e);

/* What was measured. */
struct fv_host_evidence_findings {
	struct fv_evidence_value value[FV_EVIDENCE_NAMES];
	struct fv_evidence_stacks stacks;
	uint16_t main_port;
	uint64_t partners, attempted, ports; /* ports: above 1024, sent to */
};

/* Returns 0, or -1 with ${err} set. */
int fv_host_evidence_measure(const struct fv_host_evidence *e,
    const struct fv_analysis_context *context,
    struct fv_host_evidence_findings *findings,
    struct fv_err *err) FV_MUST_CHECK;

#endif

#ifndef ANALYSIS_FIRST_CONTACTS_H
#define ANALYSIS_FIRST_CONTACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"
#include "analysis/ledger.h"
#include "base/attributes.h"
#include "base/err.h"

/*
 * Whom each host asked for a connection over TCP, when first, and what came
 * of it.  Merged like a state of an analysis, of which it is all.
 */

/*
 * What is kept of a pair, which has the key host << 32 | destination: words
 * of its value, of which the largest counts.
 */
enum {
	FV_CONTACT_ASKED, /* fv_analysis_earliness of the first SYN; 0: none */
	FV_CONTACT_OUTCOME, /* below */
	FV_CONTACT_WORDS
};

/* SYN and ACK came back at some time, or RST only, or nothing. */
enum { FV_CONTACT_SILENT, FV_CONTACT_REFUSED, FV_CONTACT_ANSWERED };

/* Of one host; pages of hosts without any cost nothing. */
struct fv_first_contacts_sums {
	uint64_t syns;   /* records that begin with a SYN */
	uint64_t acks;   /* packets with an ACK that is no refusal */
	uint64_t closes; /* records with FIN, or RST and ACK */
	uint64_t heard;  /* records that are there only if answers are */
};

struct fv_first_contacts {
	bool inside_known;
	bool *judged; /* of each host: internal, or nobody is known to be */
	struct fv_first_contacts_sums *sums; /* of each host */
	struct fv_ledger pairs;
};

/* The columns that are read. */
#define FV_FIRST_CONTACTS_COLUMNS                                            \
	(FV_ANALYSIS_COLUMN(START_TIME) | FV_ANALYSIS_COLUMN(SOURCE) |       \
	    FV_ANALYSIS_COLUMN(DESTINATION) | FV_ANALYSIS_COLUMN(PROTOCOL) | \
	    FV_ANALYSIS_COLUMN(TCP_FLAGS) |                                  \
	    FV_ANALYSIS_COLUMN(INITIAL_TCP_FLAGS) |                          \
	    FV_ANALYSIS_COLUMN(PACKETS) | FV_ANALYSIS_COLUMN(DIRECTION))

/* Nothing seen yet.  Returns NULL with ${err} set. */
struct fv_first_contacts *fv_first_contacts_new(
    const struct fv_analysis_context *context,
    struct fv_err *err) FV_MUST_CHECK;

/* As the functions of struct fv_analysis. */
int fv_first_contacts_add(struct fv_first_contacts *s,
    const struct fv_analysis_batch *batch, struct fv_err *err) FV_MUST_CHECK;
int fv_first_contacts_merge(struct fv_first_contacts *into,
    const struct fv_first_contacts *from,
    const struct fv_analysis_context *context,
    struct fv_err *err) FV_MUST_CHECK;
void fv_first_contacts_free(struct fv_first_contacts *s);

#endif

#ifndef ANALYSIS_SIGNATURE_TALLY_H
#define ANALYSIS_SIGNATURE_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/analysis.h"
#include "analysis/counts.h"
#include "analysis/ledger.h"
#include "base/attributes.h"
#include "base/err.h"

/*
 * How many outward records have each signature, in all and from the suspect,
 * exactly and in bounded memory.
 *
 * A signature is three words: protocol, destination port and TCP flags in
 * one, each in bits of its own; packets; bytes.  ICMP has type and code for
 * a port.  An entry is a signature and two counts.
 */
enum {
	FV_SIGNATURE_WHAT,
	FV_SIGNATURE_PACKETS,
	FV_SIGNATURE_BYTES,
	FV_SIGNATURE_WORDS
};
enum { FV_SIGNATURE_ALL, FV_SIGNATURE_SUSPECT, FV_SIGNATURE_POPULATIONS };
enum { FV_SIGNATURE_PROTOCOL_AT = 24, FV_SIGNATURE_PORT_AT = 8 };

/*
 * Nearly all signatures of packets fit one word, and are counted in that
 * (narrow).  Invariant: such a signature is in narrow only; or, once there
 * was no more room there, all are in the ledger.
 */
struct fv_signature_tally {
	bool inside_known;
	uint32_t suspect;
	struct fv_counts narrow;
	bool overflowed; /* narrow is no longer used */
	struct fv_ledger wide;
	uint64_t records[FV_SIGNATURE_POPULATIONS];
};

/* The columns that it reads, as FV_ANALYSIS_COLUMN bits. */
#define FV_SIGNATURE_COLUMNS                                                 \
	(FV_ANALYSIS_COLUMN(SOURCE) | FV_ANALYSIS_COLUMN(DESTINATION_PORT) | \
	    FV_ANALYSIS_COLUMN(PROTOCOL) | FV_ANALYSIS_COLUMN(ICMP_TYPE) |   \
	    FV_ANALYSIS_COLUMN(ICMP_CODE) | FV_ANALYSIS_COLUMN(TCP_FLAGS) |  \
	    FV_ANALYSIS_COLUMN(DIRECTION) | FV_ANALYSIS_COLUMN(PACKETS) |    \
	    FV_ANALYSIS_COLUMN(BYTES))

/* Make ${t} empty.  Returns 0, or -1 with ${err} set. */
int fv_signature_tally_init(struct fv_signature_tally *t,
    const struct fv_analysis_context *context,
    struct fv_err *err) FV_MUST_CHECK;

/* Give back what ${t} holds; it may be zeroed. */
void fv_signature_tally_free(struct fv_signature_tally *t);

/* Count the rows of ${batch}.  Returns 0, or -1 with ${err} set. */
int fv_signature_tally_add(struct fv_signature_tally *t,
    const struct fv_analysis_batch *batch, struct fv_err *err) FV_MUST_CHECK;

/* Enter what ${from} has counted.  Returns 0, or -1 with ${err} set. */
int fv_signature_tally_merge(struct fv_signature_tally *t,
    const struct fv_signature_tally *from, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_signature_tally_each(t, visit, arg, err):
 * Call ${visit} once for each signature, in any order, with its words and its
 * counts.  Returns 0, or -1 with ${err} set.
 */
int fv_signature_tally_each(const struct fv_signature_tally *t,
    void (*visit)(void *arg, const uint64_t *entry), void *arg,
    struct fv_err *err) FV_MUST_CHECK;

/* The first word of a signature. */
static inline uint64_t
fv_signature_what(uint8_t protocol, uint16_t port, uint8_t flags)
{
	return (uint64_t)protocol << FV_SIGNATURE_PROTOCOL_AT |
	    (uint64_t)port << FV_SIGNATURE_PORT_AT | flags;
}

#endif

#ifndef ANALYSIS_VISITS_H
#define ANALYSIS_VISITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"
#include "analysis/segments.h"
#include "analysis/tally.h"
#include "base/attributes.h"
#include "base/err.h"

/*
 * The sessions of the internal hosts: what each of them sent outward between
 * two silences of more than 30 minutes, as public destinations and TCP/IP
 * stacks.
 *
 * Rows come in any order and split in any way, so sessions are cut when all
 * were seen.  Until then, what a host did is kept by slots of 30 minutes:
 * for each destination when it was first and last sent to in the slot, to the
 * nanosecond.  No silence of more than 30 minutes fits between two records
 * that begin in one slot, so sessions and gaps come out exactly as from the
 * rows in order of time.
 *
 * A session of more than 12 hours is cut at the first slot past them: who is
 * never silent may hand over an address, too.
 */

#define FV_VISITS_SLOT INT64_C(1800000000000)     /* ns */
#define FV_VISITS_LONGEST INT64_C(43200000000000) /* ns */

/*
 * The most pairs of host and slot with one destination (or stack) each, of
 * a state; some 50 bytes for each: 1.6 GiB.  The month of the slides has some
 * 400,000.
 */
#ifndef FV_VISITS_LIMIT /* tests have a lower one */
#define FV_VISITS_LIMIT ((size_t)1 << 25)
#endif

/* What states of an analysis keep; merged like them. */
struct fv_visits {
	struct fv_tally visits; /* host and slot, destination */
	struct fv_tally stacks; /* host and slot, stack */
	bool full;              /* there are more than the limit */
};

/* The columns that fv_visits_add reads. */
#define FV_VISITS_COLUMNS                                                  \
	(FV_ANALYSIS_COLUMN(START_TIME) | FV_ANALYSIS_COLUMN(DURATION) |   \
	    FV_ANALYSIS_COLUMN(SOURCE) | FV_ANALYSIS_COLUMN(DESTINATION) | \
	    FV_ANALYSIS_COLUMN(DIRECTION) | FV_ANALYSIS_COLUMN(STACK) |    \
	    FV_ANALYSIS_COLUMN(INITIAL_TCP_FLAGS))

/* Empty.  Returns 0, or -1 with ${err} set. */
int fv_visits_init(struct fv_visits *s, struct fv_err *err) FV_MUST_CHECK;

/* As the functions of struct fv_analysis. */
int fv_visits_add(struct fv_visits *s,
    const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err) FV_MUST_CHECK;
int fv_visits_merge(struct fv_visits *into, const struct fv_visits *from,
    struct fv_err *err) FV_MUST_CHECK;
void fv_visits_free(struct fv_visits *s);

/* Sessions by host, then by time. */
struct fv_visits_list {
	struct fv_segments_session *session;
	size_t n;
	uint32_t *destination; /* of all of them */
};

/*
 * fv_visits_cut(s, list, err):
 * Cut what ${s} has into sessions.  Returns 0 with ${list} to be given to
 * fv_visits_list_free, or -1 with ${err} set.
 */
int fv_visits_cut(const struct fv_visits *s, struct fv_visits_list *list,
    struct fv_err *err) FV_MUST_CHECK;
void fv_visits_list_free(struct fv_visits_list *list);

#endif

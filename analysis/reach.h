#ifndef ANALYSIS_REACH_H
#define ANALYSIS_REACH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/ledger.h"
#include "base/attributes.h"
#include "base/err.h"

/*
 * Which hosts some hosts, the senders, sent to: a set of pairs, to be
 * counted.  With few senders it is a bit for each of them and each host,
 * which at a hotspot is a few megabytes however many records there are;
 * where that is more than there is room for it is a ledger of pairs.
 */
struct fv_reach {
	size_t nhosts;
	size_t nsenders;
	uint32_t *sender; /* of each host: its number as one, or FV_NO_ROW */
	size_t words;     /* of the bits of a sender */
	uint64_t *bits;   /* NULL: in the ledger */
	struct fv_ledger pairs; /* by host << 32 | destination */
};

/*
 * fv_reach_init(r, sends, nhosts, room, err):
 * Make ${r} empty; ${sends} says of each of ${nhosts} hosts whether it is a
 * sender.  Returns 0, or -1 with ${err} set.
 */
int fv_reach_init(struct fv_reach *r, const bool *sends, size_t nhosts,
    const struct fv_ledger_room *room, struct fv_err *err) FV_MUST_CHECK;

/* Give back what ${r} holds; it may be zeroed or freed already. */
void fv_reach_free(struct fv_reach *r);

/*
 * fv_reach_add(r, pairs, n, err):
 * Enter ${n} <= FV_REACH_BATCH pairs, each host << 32 | destination, the
 * host a sender.  Returns 0, or -1 with ${err} set.
 */
#define FV_REACH_BATCH 64
int fv_reach_add(struct fv_reach *r, const uint64_t *pairs, size_t n,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_reach_merge(into, from, err):
 * Enter all that ${from} holds, which was made for the same senders and may
 * be freed then.  Returns 0, or -1 with ${err} set.
 */
int fv_reach_merge(struct fv_reach *into, const struct fv_reach *from,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_reach_count(r, count, distinct, err):
 * How many hosts each host sent to, in ${count} by number of host, zeros
 * before; and how many all of them together.  Returns 0, or -1 with ${err}
 * set.
 */
int fv_reach_count(const struct fv_reach *r, uint64_t *count,
    uint64_t *distinct, struct fv_err *err) FV_MUST_CHECK;

#endif

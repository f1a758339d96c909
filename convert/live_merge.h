#ifndef CONVERT_LIVE_MERGE_H
#define CONVERT_LIVE_MERGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * Blocks of packets of several taps, put into one sequence by time.
 *
 * A tap gives its packets in order, but some time after they passed, and
 * one that is silent does not say so.  So a packet goes on when each other
 * tap has a later one waiting, or when it has waited so long itself that
 * an earlier one would be here; and when there is no room for another.
 * A silent tap holds the others back by that time, and no longer.
 *
 * With one tap nothing waits.
 *
 * Invariants:
 * 1. What waits of a tap lies together, in the order in which it came.
 * 2. No more waits of a tap than the room that was given it.
 */
struct fv_live_merge;

/* Takes ${n} bytes, a block.  Returns 0, or -1, which ends the merge. */
typedef int fv_live_merge_sink(void *arg, const uint8_t *block, size_t n);

/*
 * fv_live_merge_new(taps, room, hold, sink, arg, err):
 * A merge of ${taps}, at most FV_LIVE_MERGE_TAPS, with ${room} bytes for what
 * waits of each, that lets nothing wait for longer than ${hold} nanoseconds.
 * Returns NULL with ${err} set.
 */
#define FV_LIVE_MERGE_TAPS 16

struct fv_live_merge *fv_live_merge_new(unsigned taps, size_t room,
    int64_t hold, fv_live_merge_sink *sink, void *arg,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_live_merge_add(m, tap, time, now, n):
 * Room for a block of ${n} bytes of tap ${tap}, to be filled before the next
 * call: of a packet of ${time}, which came at ${now}.  That is on a clock that
 * only goes forward; both are nanoseconds.  Where there is no room, earlier
 * ones go on first.  Returns NULL when the sink said -1.
 */
uint8_t *fv_live_merge_add(struct fv_live_merge *m, unsigned tap, int64_t time,
    int64_t now, size_t n) FV_MUST_CHECK;

/*
 * fv_live_merge_pass(m, now):
 * Let go on what may at ${now}.  Returns 0, or -1 when the sink said so.
 */
int fv_live_merge_pass(struct fv_live_merge *m, int64_t now) FV_MUST_CHECK;

/* Let all go on, in order, as no more comes.  Returns as that does. */
int fv_live_merge_end(struct fv_live_merge *m) FV_MUST_CHECK;

/* Free ${m} (or NULL), and wipe what is in it: packets. */
void fv_live_merge_free(struct fv_live_merge *m);

#endif

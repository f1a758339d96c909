#ifndef ANONYMIZE_SUCCESSION_H
#define ANONYMIZE_SUCCESSION_H

#include "anonymize/publisher.h"
#include "base/attributes.h"
#include "base/err.h"
#include "datasets/flow.h"

/*
 * Rows that one publisher made and that are to be published with another's:
 * flows that are under way when a dataset ends and the next begins.
 *
 * Mark all of them, number, then change each.  What they refer to is entered
 * in the order of its first appearance, so that datasets which follow each
 * other, merged, number all as one dataset would.
 */
struct fv_succession;

/*
 * fv_succession_new(from, to, err):
 * Rows go from one publisher to the other; both must live as long.  Returns
 * NULL with ${err} set.
 */
struct fv_succession *fv_succession_new(const struct fv_publisher *from,
    struct fv_publisher *to, struct fv_err *err) FV_MUST_CHECK;

/* Note what ${row} refers to. */
void fv_succession_mark(
    struct fv_succession *succession, const struct fv_flow *row);

/*
 * fv_succession_number(succession, err):
 * Enter all that was marked.  Returns 0, or -1 with ${err} set.
 */
int fv_succession_number(
    struct fv_succession *succession, struct fv_err *err) FV_MUST_CHECK;

/* Put the new numbers of hosts, device and stack into ${row}. */
void fv_succession_change(
    const struct fv_succession *succession, struct fv_flow *row);

/* Free ${succession} (or NULL). */
void fv_succession_free(struct fv_succession *succession);

#endif

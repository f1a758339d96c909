#ifndef ANALYSIS_DESTINATION_SETS_H
#define ANALYSIS_DESTINATION_SETS_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/analysis.h"

/*
 * Chooses the host with most destinations in place of
 * fv_destinations_analysis, for who needs the choice and nothing else: it
 * reads three columns, and no times.  It has no result.
 *
 * Its select leaves focus->undecided set, and chooses nothing, when only
 * times could decide.
 */
extern const struct fv_analysis fv_destination_sets_analysis;

/*
 * fv_destination_sets_fit(context, room):
 * Whether a state of it needs at most ${room} bytes, and hosts are known to
 * be internal, without which every host would need a set of its own.
 */
bool fv_destination_sets_fit(
    const struct fv_analysis_context *context, size_t room);

/*
 * fv_destination_sets_are_enough(asked, n, context, room):
 * Whether it fits, some of the ${n} analyses ${asked} needs the choice, and
 * none of them is of destinations itself.
 */
bool fv_destination_sets_are_enough(const struct fv_analysis *const *asked,
    size_t n, const struct fv_analysis_context *context, size_t room);

#endif

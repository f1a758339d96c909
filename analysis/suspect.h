#ifndef ANALYSIS_SUSPECT_H
#define ANALYSIS_SUSPECT_H

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
extern const struct fv_analysis fv_suspect_analysis;

/*
 * fv_suspect_fits(context, room):
 * Whether a state of it needs at most ${room} bytes, and hosts are known to
 * be internal, without which every host would need a set of its own.
 */
bool fv_suspect_fits(const struct fv_analysis_context *context, size_t room);

#endif

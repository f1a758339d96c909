#ifndef ANALYSIS_DESTINATION_SHAPE_H
#define ANALYSIS_DESTINATION_SHAPE_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"
#include "base/attributes.h"
#include "base/err.h"

/* A destination of the host that is looked at. */
struct fv_destination {
	uint32_t host;
	uint64_t packets;
	uint64_t first; /* when it was first sent to: fv_analysis_earliness */
};

/*
 * fv_destination_shape(d, n, context, result, err):
 * Write R16 and R17: how the ${n} destinations at ${d} of the suspect share
 * prefixes, and how packets spread over them.  Puts ${d} in another order.
 * Returns 0, or -1 with ${err} set.
 */
int fv_destination_shape(struct fv_destination *d, size_t n,
    const struct fv_analysis_context *context, struct fv_result *result,
    struct fv_err *err) FV_MUST_CHECK;

#endif

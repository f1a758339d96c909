#ifndef CONVERT_SELECTION_H
#define CONVERT_SELECTION_H

#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "convert/capture.h"
#include "datasets/counters.h"

/* Which frames of the captures are wanted: a window of time, and a filter. */
struct fv_selection;

struct fv_selection_options {
	const int64_t *from; /* ns since 1970; packets before are ignored */
	const int64_t *to;   /* so are those not before; either may be NULL */
	const char *filter;  /* convert/filter.h; NULL: all packets */
};

/*
 * fv_selection_new(options, selection, err):
 * Set ${*selection} to what ${options} choose, which must live as long; NULL
 * when they choose all.  Returns 0, or -1 with ${err} set.
 */
int fv_selection_new(const struct fv_selection_options *options,
    struct fv_selection **selection, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_selection_takes(selection, frame, counter, err):
 * Returns 1 when ${frame} is wanted; 0 when it is not, and was counted as
 * read and as rejected; -1 with ${err} set.
 */
int fv_selection_takes(struct fv_selection *selection,
    const struct fv_frame *frame, uint64_t counter[FV_COUNTERS],
    struct fv_err *err) FV_MUST_CHECK;

/* Free ${selection} (or NULL). */
void fv_selection_free(struct fv_selection *selection);

#endif

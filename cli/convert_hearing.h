#ifndef CLI_CONVERT_HEARING_H
#define CLI_CONVERT_HEARING_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/decode_tree.h"
#include "cli/hearing.h"
#include "convert/pipeline.h"

/* What a conversion tells while it runs, and what is kept of it for the end. */
struct fv_convert_hearing {
	struct fv_hearing common; /* the first member */
	struct fv_decode_tree tree;
	bool tree_failed; /* for want of memory */
};

/* Put a capture into the tree; for a listener whose context is a hearing. */
void fv_convert_hearing_capture(void *context, const char *label,
    uint32_t number, const struct fv_capture_row *row);

/* Tell, of what was done, what the user has to know. */
void fv_convert_hearing_warn(const struct fv_convert_hearing *hearing,
    const struct fv_pipeline_summary *summary, FILE *to);

#endif

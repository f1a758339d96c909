#ifndef CLI_CONVERT_SUMMARY_H
#define CLI_CONVERT_SUMMARY_H

#include <stdio.h>

#include "base/attributes.h"
#include "base/err.h"
#include "cli/decode_tree.h"
#include "convert/pipeline.h"

/*
 * fv_convert_summary_text(summary, to):
 * Print what was converted, and each counter that is not zero, as a table.
 */
void fv_convert_summary_text(
    const struct fv_pipeline_summary *summary, FILE *to);

/*
 * fv_convert_summary_unchanged(summary, to):
 * Warn, where that is called for, that addresses are their own pseudonyms.  Of
 * those mapped as a whole none should be; of those that keep their network,
 * many more than chance makes are worth a word.
 */
void fv_convert_summary_unchanged(
    const struct fv_pipeline_summary *summary, FILE *to);

/* Warn, where that is so, that flows ended for want of room. */
void fv_convert_summary_evicted(
    const struct fv_pipeline_summary *summary, FILE *to);

/*
 * fv_convert_summary_json(summary, tree, to, err):
 * Print the same, with every counter, as one JSON object; and the ${tree} as
 * its "decode_tree", unless that is NULL.  Returns 0, or -1 with ${err} set.
 */
int fv_convert_summary_json(const struct fv_pipeline_summary *summary,
    const struct fv_decode_tree *tree, FILE *to,
    struct fv_err *err) FV_MUST_CHECK;

#endif

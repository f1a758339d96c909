#ifndef CLI_ANONYMIZE_SUMMARY_H
#define CLI_ANONYMIZE_SUMMARY_H

#include <stdio.h>

#include "base/attributes.h"
#include "base/err.h"
#include "convert/packet_pipeline.h"

/*
 * fv_anonymize_summary_text(summary, to):
 * Print what was written, and why each other packet was left out.
 */
void fv_anonymize_summary_text(
    const struct fv_packet_pipeline_summary *summary, FILE *to);

/*
 * fv_anonymize_summary_json(summary, to, err):
 * Print the same, with every counter, as one JSON object.  Returns 0, or -1
 * with ${err} set.
 */
int fv_anonymize_summary_json(const struct fv_packet_pipeline_summary *summary,
    FILE *to, struct fv_err *err) FV_MUST_CHECK;

#endif

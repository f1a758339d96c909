#ifndef CLI_AUDIT_COLUMNS_H
#define CLI_AUDIT_COLUMNS_H

#include "anonymize/traces.h"
#include "base/attributes.h"
#include "base/err.h"
#include "cli/audit_verdict.h"
#include "datasets/reader.h"

/*
 * fv_audit_columns(reader, traces, threads, v, err):
 * Go through every value of every column, a column to a thread: search it for
 * ${traces} (NULL: there is nothing to search for), and hold it to what the
 * schema and its stated technique say.  What is found goes to ${v}, whose mapping
 * is to be judged before.
 * Returns 0, or -1 with ${err} set.
 */
int fv_audit_columns(struct fv_reader *reader, const struct fv_traces *traces,
    unsigned threads, struct fv_audit_verdict *v,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_audit_columns_tell(tally, place, unit, v):
 * Tell ${v} of all that ${tally}, which was settled, has found in ${place};
 * ${unit} is what its rows are ("row", "byte").
 */
void fv_audit_columns_tell(const struct fv_traces_tally *tally,
    const char *place, const char *unit, struct fv_audit_verdict *v);

#endif

#ifndef CLI_AUDIT_RUN_H
#define CLI_AUDIT_RUN_H

#include <stdbool.h>

#include "anonymize/key.h"
#include "base/attributes.h"
#include "base/err.h"
#include "cli/audit_verdict.h"
#include "convert/harvest.h"

/* What an audit is to be made of. */
struct fv_audit_subject {
	const char *dataset;
	struct fv_harvest *harvest; /* of the captures; NULL: none given */
	bool without_captures;      /* and that is as it shall be */
	const struct fv_key *key;   /* or NULL */
	unsigned threads;
};

/*
 * fv_audit_run(subject, v, err):
 * Run every gate that can be run, and fill ${v}.  Returns 0, whatever the
 * gates say; or -1 with ${err} set when the audit itself could not be made.
 */
int fv_audit_run(const struct fv_audit_subject *subject,
    struct fv_audit_verdict *v, struct fv_err *err) FV_MUST_CHECK;

#endif

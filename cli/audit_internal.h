#ifndef CLI_AUDIT_INTERNAL_H
#define CLI_AUDIT_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "anonymize/traces.h"
#include "base/attributes.h"
#include "base/err.h"
#include "cli/audit_run.h"
#include "cli/audit_verdict.h"
#include "datasets/reader.h"

/* What the parts of an audit share, and nobody else. */

/* An audit under way. */
struct fv_audit {
	const struct fv_audit_subject *subject;
	struct fv_audit_verdict *v;
	struct fv_traces *traces; /* NULL: nothing to search for */
	struct fv_reader *reader;
	int fd;
	uint64_t size;
	/* Of names and attributes, and of other bytes of the file. */
	struct fv_traces_tally bytes;
	struct fv_err *err;
	bool failed;
	bool canonical; /* all addresses are mapped in one space */
};

/*
 * fv_audit_hosts(a):
 * The gates on /hosts, against the hosts of the captures; with the key, too.
 * Returns 0, or -1 with a->err set.
 */
int fv_audit_hosts(struct fv_audit *a) FV_MUST_CHECK;

/* Say that these gates could not be run, and why. */
void fv_audit_hosts_skip(struct fv_audit *a, const char *why);

#endif

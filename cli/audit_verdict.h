#ifndef CLI_AUDIT_VERDICT_H
#define CLI_AUDIT_VERDICT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "anonymize/audit_mapping.h"
#include "anonymize/traces.h"
#include "base/attributes.h"
#include "base/err.h"
#include "datasets/structure_inventory.h"

/*
 * What an audit has found, gate by gate, and how it is told: to a person and
 * to a program.  No text in here holds anything of a capture: places are
 * named, and what was found there is not.
 */

/* The version of the rules: to be raised when a gate gets stricter. */
#define FV_AUDIT_RULES 1

/* The gates, in the order in which they are told. */
enum fv_audit_gate {
	FV_AUDIT_STRUCTURE,
	FV_AUDIT_CONTENTS,
	FV_AUDIT_POLICY,
	FV_AUDIT_CIPHER,
	FV_AUDIT_CAPTURES,
	FV_AUDIT_ADDRESSES,
	FV_AUDIT_IDENTIFIERS,
	FV_AUDIT_TEXTS,
	FV_AUDIT_NAMES,
	FV_AUDIT_CLASSES,
	FV_AUDIT_INJECTIVE,
	FV_AUDIT_PREFIXES,
	FV_AUDIT_FIXED_POINTS,
	FV_AUDIT_KEY,
	FV_AUDIT_GATES
};

enum fv_audit_outcome {
	FV_AUDIT_NOT_RUN, /* and so not shown: the verdict is no pass */
	FV_AUDIT_PASSED,
	FV_AUDIT_FAILED,
	FV_AUDIT_NOT_ASKED /* optional, and nobody asked for it */
};

/* Findings that a gate tells; more are only counted. */
#define FV_AUDIT_FINDINGS 20

struct fv_audit_result {
	enum fv_audit_outcome outcome;
	char detail[256]; /* what was looked at, with figures; or why not */
	char *finding[FV_AUDIT_FINDINGS];
	uint64_t findings; /* in all */
};

struct fv_audit_verdict {
	struct fv_audit_result gate[FV_AUDIT_GATES];
	bool with_captures;
	char *format_version; /* of the dataset, as the file says; or NULL */
	char *scheme;
	char *spaces;
	char *key_id;
	char *content_digest;
	uint64_t captures;
	uint64_t packets;
	uint64_t hosts;
	uint64_t columns;
	uint64_t rows;
	uint64_t bytes; /* searched */
	struct fv_inventory inventory;
	struct fv_traces_count searched;
	struct fv_audit_mapping mapping;
};

/* A verdict on nothing yet: no gate has run. */
void fv_audit_verdict_init(struct fv_audit_verdict *v);

/* Say that ${gate} passed, unless it has failed, after looking at this. */
void fv_audit_verdict_pass(struct fv_audit_verdict *v, enum fv_audit_gate gate,
    const char *fmt, ...) FV_PRINTF(3, 4);

/* Say why ${gate} could not be run, or was not asked for. */
void fv_audit_verdict_skip(struct fv_audit_verdict *v, enum fv_audit_gate gate,
    bool asked, const char *why);

/* Say that ${gate} failed, and where.  May be said many times. */
void fv_audit_verdict_find(struct fv_audit_verdict *v, enum fv_audit_gate gate,
    const char *fmt, ...) FV_PRINTF(3, 4);

/* Whether every gate passed that was to be run. */
bool fv_audit_verdict_good(const struct fv_audit_verdict *v);

/*
 * fv_audit_verdict_text(v), fv_audit_verdict_json(v):
 * The report, to be freed; NULL when there is no memory.  The same verdict
 * gives the same bytes.
 */
char *fv_audit_verdict_text(const struct fv_audit_verdict *v);
char *fv_audit_verdict_json(const struct fv_audit_verdict *v);

void fv_audit_verdict_clear(struct fv_audit_verdict *v);

#endif

#ifndef DATASETS_STATEMENTS_H
#define DATASETS_STATEMENTS_H

#include <stdio.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/facts.h"
#include "datasets/metadata.h"

/*
 * Sentences about a dataset that several documents of a release need, made
 * of what was counted in it.  Plain text without markup.
 */

/* "2026-05-01T00:00:00Z/2026-05-31T23:59:59Z" (ISO 8601), or "". */
#define FV_STATEMENTS_PERIOD 96
void fv_statements_period(
    const struct fv_facts *facts, char text[FV_STATEMENTS_PERIOD]);

/* "1 us", "100 ns": what all times are multiples of. */
#define FV_STATEMENTS_RESOLUTION 16
void fv_statements_resolution(
    const struct fv_facts *facts, char text[FV_STATEMENTS_RESOLUTION]);

/* What a record is, and what ends it. */
void fv_statements_records(FILE *out, const struct fv_facts *facts);

/* Which IP versions there are, and which directions were captured. */
void fv_statements_versions(FILE *out, const struct fv_facts *facts);
void fv_statements_directions(FILE *out, const struct fv_facts *facts);

/* How addresses were replaced, and how far the replacement reaches. */
void fv_statements_scheme(FILE *out, const struct fv_facts *facts);

/* How many columns are changed, and which, with ${between} between them. */
void fv_statements_changed(
    FILE *out, const struct fv_facts *facts, const char *between);

/* The columns that are as captured. */
void fv_statements_kept(FILE *out, const struct fv_facts *facts);

/* What happened to packets that are not recorded, in one sentence. */
void fv_statements_rejected(FILE *out, const struct fv_facts *facts);

/*
 * fv_statements_methods(metadata, facts, err),
 * fv_statements_technical(facts, err):
 * A paragraph on how it was collected and anonymized, and one on what the
 * records are.  To be freed; NULL with ${err} set.
 */
char *fv_statements_methods(const struct fv_metadata *metadata,
    const struct fv_facts *facts, struct fv_err *err) FV_MUST_CHECK;
char *fv_statements_technical(
    const struct fv_facts *facts, struct fv_err *err) FV_MUST_CHECK;

#endif

#ifndef TESTS_UNIT_RELEASE_BED_H
#define TESTS_UNIT_RELEASE_BED_H

#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/facts.h"
#include "datasets/metadata.h"
#include "datasets/release.h"

/* What a dataset of a test differs in from the usual one; NULL: in nothing. */
struct release_twist {
	const char *key_id;
	const char *mode;
	const char *site;
	const char *attribute; /* another root attribute ... */
	const char *value;     /* ... and what it says */
	uint64_t lost;         /* packets that no counter accounts for */
};

/*
 * Write a dataset of ${flows} of the rows in tests/unit/rows.h, that says
 * how it was anonymized.  RELEASE_TEXT describes it.  Returns 0, or -1.
 */
int release_dataset(const char *path, uint64_t flows,
    const struct release_twist *twist, struct fv_err *err) FV_MUST_CHECK;

/* A release of one such dataset, with all that it points to. */
struct release_bed {
	struct fv_release release;
	struct fv_release_dataset dataset;
	struct fv_facts facts;
	struct fv_metadata *metadata;
	char *directory;
};
void release_bed_make(struct release_bed *bed);
void release_bed_clear(struct release_bed *bed);

#endif

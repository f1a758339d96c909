#ifndef TESTS_UNIT_MERGE_BED_H
#define TESTS_UNIT_MERGE_BED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * Made-up captures, and what a conversion makes of them: rows of flows are a
 * function of their number alone (rows_flow), and hosts, devices, stacks and
 * sites are numbered as they appear.  A conversion of one and one of several
 * are the same code, so that a merge can be held against the whole.
 */
struct merge_bed_capture {
	const char *site;
	uint64_t first; /* number of its first row */
	uint64_t n;     /* rows */
};

/* What differs between two conversions, where something does. */
struct merge_bed_settings {
	const char *records; /* NULL: primitive */
	const char *key_id;
	const char *scheme;  /* NULL: crypto-pan */
	const char *release; /* NULL: none */
	const char *title;
	const char *extra; /* value of an attribute without a meaning */
	const char *kind;  /* of each site */
	bool outside;      /* no host is internal */
	bool scattered;    /* each row has a source of its own */
	bool dangling;     /* the last row points behind the hosts */
};

/* Write the dataset of ${n} captures, in their order.  Aborts when it fails. */
void merge_bed_convert(const char *path,
    const struct merge_bed_capture *captures, size_t n,
    const struct merge_bed_settings *settings);

/* Merge ${n} datasets to ${path}, replacing it.  As fv_merge_run. */
int merge_bed_merge(const char *path, const char *const *parts, size_t n,
    unsigned threads, struct fv_err *err);

/* Whether two files have the same bytes. */
bool merge_bed_same(const char *a, const char *b);

#endif

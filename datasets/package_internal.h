#ifndef DATASETS_PACKAGE_INTERNAL_H
#define DATASETS_PACKAGE_INTERNAL_H

#include "datasets/bag.h"
#include "datasets/facts.h"
#include "datasets/package.h"

/* A release under way, for package.c (the order of things) and
 * package_part.c (what is in one bag). */
struct fv_package_input {
	const char *path;
	uint64_t size;
	struct fv_facts facts;
	unsigned part; /* from 1 */
};

struct fv_package_run {
	const struct fv_package *package;
	struct fv_package_input *inputs;
	struct fv_facts total;
	unsigned parts;
	int64_t mtime;
	char fingerprint[FV_SIGNATURE_FINGERPRINT_TEXT]; /* "": not signed */
};

/*
 * fv_package_part(run, part, path, result, err):
 * Put the bag of one part together and write it to ${path}.
 * Returns 0, or -1 with ${err} set.
 */
int fv_package_part(const struct fv_package_run *run, unsigned part,
    const char *path, struct fv_package_result *result,
    struct fv_err *err) FV_MUST_CHECK;

#endif

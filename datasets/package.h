#ifndef DATASETS_PACKAGE_H
#define DATASETS_PACKAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/metadata.h"
#include "datasets/signature.h"

/*
 * Makes a release: datasets and what describes them, as a bag (RFC 8493)
 * whose data/ is the root of an RO-Crate 1.2, signed, in an archive or a
 * directory.  Datasets are read three times (checked, digested, written) and
 * never copied on the way; memory does not grow with them.
 *
 * A release in parts is several bags, among which whole datasets are shared
 * out in order: so that each part can be checked, and used, without the
 * others.  Pieces of one archive could not.  A dataset that is larger than
 * a part cannot be packaged so; convert site by site or day by day then.
 */
struct fv_package {
	const struct fv_metadata *metadata;
	const char *const *datasets; /* paths; at least one */
	size_t ndatasets;
	const char *report; /* a directory of reports, or NULL */
	const char *audit;  /* an audit's report, or NULL */
	const struct fv_signature_key *key; /* or NULL: not signed */
	const char *output;                 /* see fv_bag_write */
	bool replace;
	int64_t mtime; /* seconds since 1970 that files bear, and -1 for the
			  day of release */
	uint64_t part_size;   /* bytes of datasets per bag; 0: one bag */
	uint64_t sample_rows; /* 0: no sample */
	void (*progress)(void *context, const char *what, size_t done,
	    size_t all); /* or NULL: called before each step on a dataset */
	void *context;
};

/* Datasets of a release; more are merged before. */
#define FV_PACKAGE_DATASETS 4096

/* What was made. */
struct fv_package_result {
	unsigned parts;
	uint64_t files; /* of payload, in all parts */
	uint64_t bytes;
};

/*
 * fv_package_write(package, result, err):
 * Make it.  Returns 0, or -1 with ${err} set and nothing written: when a
 * dataset is not whole, when the metadata contradict it (another site,
 * another time), when an output is there already.
 */
int fv_package_write(const struct fv_package *package,
    struct fv_package_result *result, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_package_path(package, part, parts, err):
 * The name of a part's output: "x.tar" of one, "x-1-of-3.tar" of several.
 * To be freed; NULL with ${err} set.
 */
char *fv_package_path(const struct fv_package *package, unsigned part,
    unsigned parts, struct fv_err *err) FV_MUST_CHECK;

#endif

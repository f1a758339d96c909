#ifndef DATASETS_VERIFY_H
#define DATASETS_VERIFY_H

#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/signature.h"

/*
 * Whether a release that was received is whole, unchanged, from whom one
 * thinks, and safe to open: a bag in a directory, a bag in an archive, which
 * is not unpacked, or a dataset alone.
 *
 * Each stage relies on those before it, and nothing reads what has not
 * passed them: no payload is looked at before the signature and the
 * manifests agree, no HDF5 file is opened before its digest does, and then
 * in a child process first (datasets/door.h).
 */
enum fv_verify_stage {
	FV_VERIFY_CONTAINER, /* names, kinds and sizes of files */
	FV_VERIFY_SIGNATURE,
	FV_VERIFY_MANIFESTS, /* nothing missing, nothing else */
	FV_VERIFY_DIGESTS,
	FV_VERIFY_STRUCTURE, /* of each dataset */
	FV_VERIFY_CONTENT,   /* references, and digests of columns */
	FV_VERIFY_STAGES
};

enum fv_verify_outcome {
	FV_VERIFY_NOT_REACHED, /* an earlier stage failed */
	FV_VERIFY_NOT_ASKED,   /* there is nothing to check, or by wish */
	FV_VERIFY_OK,
	FV_VERIFY_FAILED
};

struct fv_verify_step {
	enum fv_verify_outcome outcome;
	char detail[FV_ERR_TEXT]; /* what was checked, or the fault */
};

struct fv_verify_result {
	const char *kind; /* "dataset", "directory" or "archive" */
	struct fv_verify_step step[FV_VERIFY_STAGES];
	uint64_t files;
	uint64_t bytes;
	uint64_t datasets;
	uint64_t rows; /* of all tables of all datasets */
	uint64_t flows;
	char signer[FV_SIGNATURE_FINGERPRINT_TEXT]; /* or "" */
};

struct fv_verify_options {
	const struct fv_signature_pin *pin; /* whose it must be, or NULL */
	bool without_signature; /* NULL is not for lack of thought */
	const char *scratch;    /* directory for datasets out of archives */
};

/* The name of a stage ("signature"), for both forms of the report. */
const char *fv_verify_stage_name(enum fv_verify_stage stage);

/*
 * fv_verify(path, options, result, err):
 * Check what is at ${path}, stage by stage, up to the first that fails.  A
 * dataset is taken out of an archive, one at a time, into memory or a file
 * without a name in ${options->scratch}.
 * Returns 0, or -1 with ${err} set; ${result} is filled in both cases.
 */
int fv_verify(const char *path, const struct fv_verify_options *options,
    struct fv_verify_result *result, struct fv_err *err) FV_MUST_CHECK;

#endif

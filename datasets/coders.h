#ifndef DATASETS_CODERS_H
#define DATASETS_CODERS_H

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/chunk.h"

/*
 * Coders of chunks for the jobs of a pool of threads: as many as threads,
 * so that a job that takes one always finds one.
 */
struct fv_coders;

/*
 * fv_coders_new(n, err):
 * ${n} coders, at least one and at most FV_CODERS_MAX.  Returns NULL with
 * ${err} set.
 */
#define FV_CODERS_MAX 256 /* more threads only wait for each other */
struct fv_coders *fv_coders_new(unsigned n, struct fv_err *err) FV_MUST_CHECK;

/* Take a coder; no more may be out at once than there are. */
struct fv_chunk_coder *fv_coders_take(struct fv_coders *coders);

/* Give it back. */
void fv_coders_give(struct fv_coders *coders, struct fv_chunk_coder *coder);

void fv_coders_free(struct fv_coders *coders);

#endif

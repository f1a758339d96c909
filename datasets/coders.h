#ifndef DATASETS_CODERS_H
#define DATASETS_CODERS_H

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/chunk.h"

/*
 * As many coders of chunks as threads need at a time: a job takes one that
 * is free and gives it back.
 */
struct fv_coders;

/* Returns NULL with ${err} set. */
struct fv_coders *fv_coders_new(unsigned n, struct fv_err *err) FV_MUST_CHECK;
void fv_coders_free(struct fv_coders *coders);

/* Safe from any thread.  More jobs than coders at a time is a bug. */
struct fv_chunk_coder *fv_coders_take(struct fv_coders *coders);
void fv_coders_give(struct fv_coders *coders, struct fv_chunk_coder *coder);

#endif

#ifndef CONVERT_SHARD_SERIES_H
#define CONVERT_SHARD_SERIES_H

#include <stdint.h>

#include "anonymize/key.h"
#include "base/attributes.h"
#include "base/err.h"
#include "convert/pipeline.h"
#include "datasets/series.h"

/*
 * fv_shard_series_name(options, key, first_time, name, err):
 * Name the series of datasets that one conversion makes: a token, under a key
 * of its own, of every setting that shapes them and of the time of the first
 * packet recorded.  The same conversion gives it again; without the key it
 * confirms no guess.  Returns 0, or -1 with ${err} set.
 */
int fv_shard_series_name(const struct fv_pipeline_options *options,
    const struct fv_key *key, int64_t first_time,
    char name[sizeof(((struct fv_series *)NULL)->name)],
    struct fv_err *err) FV_MUST_CHECK;

#endif

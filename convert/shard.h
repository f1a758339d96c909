#ifndef CONVERT_SHARD_H
#define CONVERT_SHARD_H

#include <stddef.h>
#include <stdint.h>

#include "anonymize/key.h"
#include "anonymize/population.h"
#include "anonymize/publisher.h"
#include "base/attributes.h"
#include "base/err.h"
#include "base/workers.h"
#include "convert/capture_rows.h"
#include "convert/pipeline.h"
#include "datasets/flow.h"
#include "datasets/reader.h"
#include "datasets/series.h"

/*
 * One dataset under way: the publisher that makes its rows, the policy that
 * they go through, and the file that they go to.
 */
struct fv_shard;

/* Rows of what was written. */
struct fv_shard_rows {
	uint64_t flows;
	uint64_t hosts;
	uint64_t devices;
	struct fv_population_unchanged unchanged;
};

/*
 * fv_shard_new(output, key, options, workers, err):
 * Begin the dataset that is to become ${output}; with NULL nothing is
 * written, and rows are only counted.  ${workers} are those of the writer
 * (datasets/writer.h).  ${key}, ${options} and ${workers} must live as long.
 * Returns NULL with ${err} set.
 */
struct fv_shard *fv_shard_new(const char *output, const struct fv_key *key,
    const struct fv_pipeline_options *options, struct fv_workers *workers,
    struct fv_err *err) FV_MUST_CHECK;

/* Makes the rows of this dataset; it belongs to ${shard}. */
struct fv_publisher *fv_shard_publisher(struct fv_shard *shard);

/*
 * fv_shard_put(shard, rows, reverse, n, err):
 * Take ${n} records as the flow table gives them (fv_flow_sink).  Returns 0,
 * or -1 with ${err} set.
 */
int fv_shard_put(struct fv_shard *shard, const struct fv_flow *rows,
    const struct fv_flow_reverse *reverse, size_t n,
    struct fv_err *err) FV_MUST_CHECK;

/* The packets that its records count. */
uint64_t fv_shard_packets(const struct fv_shard *shard);

/*
 * fv_shard_commit(shard, captures, series, rows, err):
 * The last record is in: write all else, as one of ${series} unless that is
 * NULL, and finish the file.  Fills ${rows}.  Returns 0, or -1 with ${err}
 * set.
 */
int fv_shard_commit(struct fv_shard *shard,
    const struct fv_capture_rows *captures, const struct fv_series *series,
    struct fv_shard_rows *rows, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_shard_compare(shard, reader, captures, series, rows, err):
 * The same in place of a commit where nothing is written: the dataset behind
 * ${reader} must be what it would have been, as far as its number of flows
 * and hosts, its captures and ${series} tell.  Returns 0, or -1 with ${err}
 * set.
 */
int fv_shard_compare(struct fv_shard *shard, struct fv_reader *reader,
    const struct fv_capture_rows *captures, const struct fv_series *series,
    struct fv_shard_rows *rows, struct fv_err *err) FV_MUST_CHECK;

/* Free ${shard} (or NULL); removes what was not committed. */
void fv_shard_free(struct fv_shard *shard);

#endif

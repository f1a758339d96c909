#ifndef CONVERT_DIMENSIONS_H
#define CONVERT_DIMENSIONS_H

#include "anonymize/key.h"
#include "anonymize/policy_apply.h"
#include "anonymize/population.h"
#include "anonymize/publisher.h"
#include "base/attributes.h"
#include "base/err.h"
#include "convert/pipeline.h"
#include "datasets/writer.h"

/*
 * The tables that rows of /flows point to, written once the last packet is
 * in: hosts, devices, stacks and the site, as the policy leaves them.
 */
struct fv_dimensions {
	struct fv_writer *writer;
	const struct fv_publisher *publisher;
	struct fv_policy_apply *policy;
	const struct fv_pipeline_options *options;
	const struct fv_key *key;
	struct fv_population_unchanged *unchanged; /* added to */
};

/* Returns 0, or -1 with ${err} set. */
int fv_dimensions_write(
    const struct fv_dimensions *dimensions, struct fv_err *err) FV_MUST_CHECK;

#endif

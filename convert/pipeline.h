#ifndef CONVERT_PIPELINE_H
#define CONVERT_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "anonymize/key.h"
#include "anonymize/mapping.h"
#include "anonymize/networks.h"
#include "anonymize/policy.h"
#include "anonymize/population.h"
#include "base/attributes.h"
#include "base/err.h"
#include "convert/reading.h"
#include "datasets/counters.h"
#include "datasets/flow.h"

/*
 * The road from captures to one dataset, or to several that follow each other
 * in time:
 *
 *	reading -> [flow table] -> shard (publisher, policy, writer)
 */

/*
 * Several datasets.  Flows that are under way when one ends go on, and are
 * recorded where they end; hosts, devices and stacks are numbered anew in
 * each, so that memory does not grow with time.  Together they have the rows
 * that one dataset would have, in that order; and merged
 * (datasets/merge.h) they are that dataset.
 */
struct fv_pipeline_shards {
	int64_t length; /* ns of packet time; 0: see fv_reading_sink */
	/*
	 * Datasets that are there stay as they are: their packets are read
	 * again, for flows to go on from, and what is missing is written.
	 */
	bool resume;
};

struct fv_pipeline_options {
	enum fv_record_mode records;
	int64_t idle_timeout;   /* ns, above 0 */
	int64_t active_timeout; /* ns; 0: none */
	int64_t tcp_linger;     /* these as fv_flow_table_options has them */
	size_t max_flows;
	bool vlan_in_key;
	bool tunnel_in_key;
	bool cut_flows; /* end all flows where no capture is under way */
	struct fv_reading_options reading;
	const struct fv_networks *internal; /* NULL: private addresses */
	const char *site;                   /* name as the custodian chose it */
	const char *site_kind; /* hotel, airport, ...; "" if not said */
	const struct fv_policy *policy; /* of the release */
	/* How addresses are mapped; scope.site is the site above. */
	struct fv_mapping_options mapping;
	unsigned threads;
	bool replace;           /* outputs of that name */
	const char *quarantine; /* a list to write, too; NULL: none */
	const struct fv_pipeline_shards *shards; /* NULL: one dataset */
};

/* What was done. */
struct fv_pipeline_summary {
	uint64_t counter[FV_COUNTERS]; /* over all captures */
	uint64_t captures;
	bool sharded;    /* there may be several datasets */
	uint64_t shards; /* datasets */
	uint64_t kept;   /* of them, those that were there before */
	uint64_t flows;
	uint64_t evicted; /* of them, for lack of resources */
	uint64_t hosts;   /* rows of all datasets, as devices */
	uint64_t devices;
	struct fv_population_unchanged unchanged; /* hosts */
};

/*
 * fv_pipeline_run(inputs, n, key, output, options, listener, summary, err):
 * Convert the captures behind ${n} inputs, as one timeline
 * (convert/timeline.h), into the new dataset ${output} with addresses mapped
 * under ${key}, and fill ${summary}; with shards into datasets in the folder
 * ${output} (convert/shard_folder.h).  Damage in a capture is counted and
 * told, and all that is readable is converted.  With quarantine, the list of
 * that name (convert/quarantine.h) appears right after the last dataset; it
 * being ${output} is FV_EUSAGE.
 * Returns 0 when the dataset is there; or -1 with ${err} set and no file:
 * when a capture cannot be opened or is none, or the output fails.  Datasets
 * of a folder that were finished by then stay.
 */
int fv_pipeline_run(const struct fv_reading_input *inputs, size_t n,
    const struct fv_key *key, const char *output,
    const struct fv_pipeline_options *options,
    const struct fv_listener *listener, struct fv_pipeline_summary *summary,
    struct fv_err *err) FV_MUST_CHECK;

#endif

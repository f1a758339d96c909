#include "convert/pipeline.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "anonymize/policy_apply.h"
#include "anonymize/publisher.h"
#include "base/memory.h"
#include "convert/dimensions.h"
#include "convert/flow_table.h"
#include "convert/provenance.h"
#include "datasets/site.h"
#include "datasets/variant.h"
#include "datasets/writer.h"

/* A dataset has one site until datasets are merged. */
enum { SITE = 0 };

struct pipeline {
	const struct fv_pipeline_options *options;
	struct fv_writer *writer;
	struct fv_publisher *publisher;
	struct fv_flow_table *table; /* NULL in primitive mode */
	struct fv_policy_apply *policy;
	struct fv_variant *variant; /* what the policy does to each column */
	struct fv_reading_result read;
	uint64_t accounted; /* packets that the rows written count */
	struct fv_population_unchanged unchanged;
	struct fv_flow rows[FV_PUBLISHER_BATCH];
	struct fv_flow published[FV_PUBLISHER_BATCH];
	struct fv_biflow both[FV_PUBLISHER_BATCH];
};

/* What a policy says of one direction goes for the other. */
static int
write_biflows(struct pipeline *p, const struct fv_flow *rows,
    const struct fv_flow_reverse *reverse, size_t n, struct fv_err *err)
{
	size_t i, k, part;

	for (i = 0; i < n; i += part) {
		part = n - i < FV_PUBLISHER_BATCH ? n - i : FV_PUBLISHER_BATCH;
		for (k = 0; k < part; k++) {
			p->both[k].forward = rows[i + k];
			p->both[k].reverse = reverse[i + k];
			p->accounted += rows[i + k].packets +
			    reverse[i + k].reverse_packets;
		}
		if (fv_policy_apply_biflows(p->policy, p->both, part, err) ==
			-1 ||
		    fv_writer_append(
			p->writer, FV_TABLE_FLOWS, p->both, part, err) == -1)
			return -1;
	}
	return 0;
}

/* Where finished records go, in all modes. */
static int
write_rows(void *context, const struct fv_flow *rows,
    const struct fv_flow_reverse *reverse, size_t n, struct fv_err *err)
{
	struct pipeline *p = context;
	size_t i, part;

	if (reverse != NULL)
		return write_biflows(p, rows, reverse, n, err);
	for (i = 0; i < n; i++)
		p->accounted += rows[i].packets;
	if (fv_policy_apply_is_idle(p->policy))
		return fv_writer_append(
		    p->writer, FV_TABLE_FLOWS, rows, n, err);
	for (i = 0; i < n; i += part) {
		part = n - i < FV_PUBLISHER_BATCH ? n - i : FV_PUBLISHER_BATCH;
		if (fv_policy_apply_flows(
			p->policy, rows + i, part, p->published, err) == -1 ||
		    fv_writer_append(p->writer, FV_TABLE_FLOWS, p->published,
			part, err) == -1)
			return -1;
	}
	return 0;
}

static int
pass_packets(void *arg, const struct fv_publisher_input *inputs,
    const struct fv_raw_packet *packets, size_t n, struct fv_err *err)
{
	struct pipeline *p = arg;

	if (p->table != NULL)
		return fv_flow_table_add(p->table, inputs, packets, n, err);
	if (fv_publisher_rows(p->publisher, inputs, packets, n, p->rows, err) ==
	    -1)
		return -1;
	return write_rows(p, p->rows, NULL, n, err);
}

static int
end_capture(void *arg, bool alone, struct fv_err *err)
{
	struct pipeline *p = arg;

	if (p->table == NULL || !p->options->cut_flows || !alone)
		return 0;
	return fv_flow_table_flush(p->table, err);
}

/* All that can be written only once the last packet is in. */
static int
finish(struct pipeline *p, const struct fv_key *key, struct fv_err *err)
{
	struct fv_capture_row *captures = p->read.captures;
	size_t n = p->read.ncaptures;
	const struct fv_dimensions dimensions = { p->writer, p->publisher,
		p->policy, p->options, key, &p->unchanged };

	if (p->table != NULL && fv_flow_table_flush(p->table, err) == -1)
		return -1;
	if (p->accounted != p->read.packets)
		return fv_err_set(err, FV_ELIMIT,
		    "internal error: %" PRIu64 " packets recorded, but the "
		    "flow records count %" PRIu64,
		    p->read.packets, p->accounted);
	fv_policy_apply_captures(p->policy, captures, n);
	if (fv_dimensions_write(&dimensions, err) == -1 ||
	    fv_writer_append(p->writer, FV_TABLE_CAPTURES, captures, n, err) ==
		-1 ||
	    fv_provenance_write(p->writer, p->options, key, captures, n, err) ==
		-1)
		return -1;
	return fv_writer_commit(p->writer, err);
}

/* What the dataset is to say of its columns. */
static struct fv_variant *
columns_of(const struct fv_policy *policy, bool biflow, struct fv_err *err)
{
	struct fv_policy_words words;
	struct fv_variant *v;
	size_t i, j;

	if ((v = fv_variant_new(biflow, err)) == NULL)
		return NULL;
	for (i = 0; i < FV_TABLES; i++)
		for (j = 0; j < fv_variant_format(v)->tables[i].ncolumns; j++) {
			fv_policy_words(policy, (enum fv_table_id)i, j, &words);
			if (fv_variant_set(v, (enum fv_table_id)i, j,
				words.technique, words.stability,
				words.parameters, err) == -1) {
				fv_variant_free(v);
				return NULL;
			}
		}
	return v;
}

static struct pipeline *
start(const char *output, const struct fv_key *key,
    const struct fv_pipeline_options *options, struct fv_err *err)
{
	const struct fv_writer_options writer = { options->threads,
		options->replace };
	bool biflow = options->records == FV_RECORDS_BIFLOW;
	const struct fv_flow_table_options flows = {
		.idle_timeout = options->idle_timeout,
		.active_timeout = options->active_timeout,
		.tcp_linger = options->tcp_linger,
		.most = options->max_flows,
		.biflow = biflow,
		.vlan_in_key = options->vlan_in_key,
	};
	const struct fv_key_scope scope = { options->site,
		options->mapping.scope.release };
	struct pipeline *p;

	if ((p = fv_memory_new(1, sizeof(*p), err)) == NULL)
		return NULL;
	p->options = options;
	/* The name first: it is the likeliest to be refused. */
	if ((p->variant = columns_of(options->policy, biflow, err)) != NULL &&
	    (p->writer = fv_writer_new_format(output,
		 fv_variant_format(p->variant), &writer, err)) != NULL &&
	    (p->publisher = fv_publisher_new(
		 options->internal, SITE, key, &scope, err)) != NULL &&
	    (p->policy = fv_policy_apply_new(
		 options->policy, key, &scope, p->publisher, err)) != NULL &&
	    (options->records == FV_RECORDS_PRIMITIVE ||
		(p->table = fv_flow_table_new(
		     &flows, p->publisher, write_rows, p, err)) != NULL))
		return p;
	fv_writer_free(p->writer);
	fv_variant_free(p->variant);
	fv_policy_apply_free(p->policy);
	fv_publisher_free(p->publisher);
	free(p);
	return NULL;
}

int
fv_pipeline_run(const struct fv_reading_input *inputs, size_t n,
    const struct fv_key *key, const char *output,
    const struct fv_pipeline_options *options,
    const struct fv_listener *listener, struct fv_pipeline_summary *summary,
    struct fv_err *err)
{
	struct fv_reading_sink sink = { .packets = pass_packets,
		.ended = end_capture };
	struct pipeline *p;
	size_t i;
	int rc = -1;

	memset(summary, 0, sizeof(*summary));
	if ((p = start(output, key, options, err)) == NULL)
		return -1;
	sink.arg = p;
	if (fv_reading_run(inputs, n, &options->reading, listener, &sink,
		&p->read, err) == -1 ||
	    finish(p, key, err) == -1)
		goto out;
	for (i = 0; i < p->read.ncaptures; i++)
		fv_counters_add(summary->counter, p->read.captures[i].counter);
	summary->captures = p->read.ncaptures;
	if (p->table != NULL)
		summary->evicted = fv_flow_table_evicted(p->table);
	summary->flows = fv_writer_rows(p->writer, FV_TABLE_FLOWS);
	summary->hosts = fv_writer_rows(p->writer, FV_TABLE_HOSTS);
	summary->unchanged = p->unchanged;
	summary->devices = fv_writer_rows(p->writer, FV_TABLE_DEVICES);
	rc = 0;
out:
	fv_writer_free(p->writer);
	fv_variant_free(p->variant);
	fv_flow_table_free(p->table);
	fv_policy_apply_free(p->policy);
	fv_publisher_free(p->publisher);
	fv_reading_free(&p->read);
	free(p);
	return rc;
}

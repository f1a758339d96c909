#include "convert/shard.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "anonymize/policy_apply.h"
#include "base/memory.h"
#include "convert/dimensions.h"
#include "convert/provenance.h"
#include "datasets/variant.h"
#include "datasets/writer.h"

/* A dataset has one site until datasets are merged. */
enum { SITE = 0 };

struct fv_shard {
	const struct fv_pipeline_options *options;
	const struct fv_key *key;
	struct fv_writer *writer; /* NULL: nothing is written */
	struct fv_publisher *publisher;
	struct fv_policy_apply *policy;
	struct fv_variant *variant; /* what the policy does to each column */
	uint64_t flows;
	uint64_t packets;
	struct fv_flow published[FV_PUBLISHER_BATCH];
	struct fv_biflow both[FV_PUBLISHER_BATCH];
};

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

/* Begin the file. */
static int
begin(struct fv_shard *s, const char *output, struct fv_workers *workers,
    struct fv_err *err)
{
	const struct fv_pipeline_options *options = s->options;
	const struct fv_writer_options writer = { options->threads,
		options->replace, workers };

	s->variant = columns_of(
	    options->policy, options->records == FV_RECORDS_BIFLOW, err);
	if (s->variant == NULL)
		return -1;
	s->writer = fv_writer_new_format(
	    output, fv_variant_format(s->variant), &writer, err);
	return s->writer == NULL ? -1 : 0;
}

struct fv_shard *
fv_shard_new(const char *output, const struct fv_key *key,
    const struct fv_pipeline_options *options, struct fv_workers *workers,
    struct fv_err *err)
{
	const struct fv_key_scope scope = { options->site,
		options->mapping.scope.release };
	struct fv_shard *s;

	if ((s = fv_memory_new(1, sizeof(*s), err)) == NULL)
		return NULL;
	s->options = options;
	s->key = key;
	/* The name first: it is the likeliest to be refused. */
	if ((output == NULL || begin(s, output, workers, err) == 0) &&
	    (s->publisher = fv_publisher_new(
		 options->internal, SITE, key, &scope, err)) != NULL &&
	    (s->policy = fv_policy_apply_new(
		 options->policy, key, &scope, s->publisher, err)) != NULL)
		return s;
	fv_shard_free(s);
	return NULL;
}

struct fv_publisher *
fv_shard_publisher(struct fv_shard *s)
{
	return s->publisher;
}

uint64_t
fv_shard_packets(const struct fv_shard *s)
{
	return s->packets;
}

/* What a policy says of one direction goes for the other. */
static int
write_biflows(struct fv_shard *s, const struct fv_flow *rows,
    const struct fv_flow_reverse *reverse, size_t n, struct fv_err *err)
{
	size_t i;

	for (i = 0; i < n; i++) {
		s->both[i].forward = rows[i];
		s->both[i].reverse = reverse[i];
	}
	if (fv_policy_apply_biflows(s->policy, s->both, n, err) == -1)
		return -1;
	return fv_writer_append(s->writer, FV_TABLE_FLOWS, s->both, n, err);
}

static int
write_flows(struct fv_shard *s, const struct fv_flow *rows, size_t n,
    struct fv_err *err)
{
	if (fv_policy_apply_flows(s->policy, rows, n, s->published, err) == -1)
		return -1;
	return fv_writer_append(
	    s->writer, FV_TABLE_FLOWS, s->published, n, err);
}

int
fv_shard_put(struct fv_shard *s, const struct fv_flow *rows,
    const struct fv_flow_reverse *reverse, size_t n, struct fv_err *err)
{
	size_t i, part;
	int rc = 0;

	s->flows += n;
	for (i = 0; i < n; i++)
		s->packets += rows[i].packets +
		    (reverse == NULL ? 0 : reverse[i].reverse_packets);
	if (s->writer == NULL)
		return 0;
	if (reverse == NULL && fv_policy_apply_is_idle(s->policy))
		return fv_writer_append(
		    s->writer, FV_TABLE_FLOWS, rows, n, err);
	for (i = 0; i < n && rc == 0; i += part) {
		part = n - i < FV_PUBLISHER_BATCH ? n - i : FV_PUBLISHER_BATCH;
		rc = reverse == NULL
		    ? write_flows(s, rows + i, part, err)
		    : write_biflows(s, rows + i, reverse + i, part, err);
	}
	return rc;
}

/* The rows of /captures as the policy leaves them; the caller's to free. */
static struct fv_capture_row *
published_captures(const struct fv_shard *s,
    const struct fv_capture_rows *captures, struct fv_err *err)
{
	struct fv_capture_row *rows;

	if ((rows = fv_memory_new(captures->n, sizeof(*rows), err)) == NULL)
		return NULL;
	if (captures->n > 0)
		memcpy(rows, captures->row, captures->n * sizeof(*rows));
	fv_policy_apply_captures(s->policy, rows, captures->n);
	return rows;
}

int
fv_shard_commit(struct fv_shard *s, const struct fv_capture_rows *captures,
    const struct fv_series *series, struct fv_shard_rows *rows,
    struct fv_err *err)
{
	const struct fv_dimensions dimensions = { s->writer, s->publisher,
		s->policy, s->options, s->key, &rows->unchanged };
	struct fv_capture_row *published;
	size_t n = captures->n;
	int rc = -1;

	memset(rows, 0, sizeof(*rows));
	if ((published = published_captures(s, captures, err)) == NULL)
		return -1;
	if (fv_writer_complete(s->writer, FV_TABLE_FLOWS, err) == -1 ||
	    fv_dimensions_write(&dimensions, err) == -1 ||
	    fv_writer_append(s->writer, FV_TABLE_CAPTURES, published, n, err) ==
		-1 ||
	    fv_provenance_write(
		s->writer, s->options, s->key, published, n, err) == -1 ||
	    (series != NULL && fv_series_write(s->writer, series, err) == -1))
		goto out;
	rows->flows = fv_writer_rows(s->writer, FV_TABLE_FLOWS);
	rows->hosts = fv_writer_rows(s->writer, FV_TABLE_HOSTS);
	rows->devices = fv_writer_rows(s->writer, FV_TABLE_DEVICES);
	rc = fv_writer_commit(s->writer, err);
out:
	free(published);
	return rc;
}

/* Whether ${reader} is of the series, and has the rows, that it should. */
static int
is_same(const struct fv_shard *s, struct fv_reader *reader,
    const struct fv_capture_row *captures, size_t n,
    const struct fv_series *series, struct fv_err *err)
{
	struct fv_series found;
	struct fv_capture_row *rows;
	bool same;

	if (fv_series_read(reader, &found, err) == -1 ||
	    (rows = fv_reader_table(reader, FV_TABLE_CAPTURES, err)) == NULL)
		return -1;
	same = strcmp(found.name, series->name) == 0 &&
	    found.number == series->number &&
	    found.first_capture == series->first_capture &&
	    found.last == series->last &&
	    fv_reader_rows(reader, FV_TABLE_FLOWS) == s->flows &&
	    fv_reader_rows(reader, FV_TABLE_HOSTS) ==
		fv_publisher_hosts(s->publisher) &&
	    fv_reader_rows(reader, FV_TABLE_CAPTURES) == n &&
	    memcmp(rows, captures, n * sizeof(*rows)) == 0;
	free(rows);
	return same;
}

int
fv_shard_compare(struct fv_shard *s, struct fv_reader *reader,
    const struct fv_capture_rows *captures, const struct fv_series *series,
    struct fv_shard_rows *rows, struct fv_err *err)
{
	struct fv_capture_row *published;
	int same;

	memset(rows, 0, sizeof(*rows));
	if ((published = published_captures(s, captures, err)) == NULL)
		return -1;
	same = is_same(s, reader, published, captures->n, series, err);
	if (same == 0)
		(void)fv_err_set(err, FV_EEXIST,
		    "this is not what these captures, key and options give "
		    "here: go on with those that it was begun with, or in "
		    "another folder");
	rows->flows = s->flows;
	rows->hosts = fv_publisher_hosts(s->publisher);
	rows->devices = fv_publisher_devices(s->publisher);
	free(published);
	return same == 1 ? 0 : -1;
}

void
fv_shard_free(struct fv_shard *s)
{
	if (s == NULL)
		return;
	fv_writer_free(s->writer);
	fv_variant_free(s->variant);
	fv_policy_apply_free(s->policy);
	fv_publisher_free(s->publisher);
	free(s);
}

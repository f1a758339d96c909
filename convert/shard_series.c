#include "convert/shard_series.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

/* Add ${text}, or that there is none, so that no two lists are alike. */
static int
add_text(struct fv_digest *digest, const char *text, struct fv_err *err)
{
	int64_t n = text == NULL ? -1 : (int64_t)strlen(text);

	if (fv_digest_add(digest, &n, sizeof(n), err) == -1)
		return -1;
	return n <= 0 ? 0 : fv_digest_add(digest, text, (size_t)n, err);
}

static int
add_numbers(struct fv_digest *digest, const struct fv_pipeline_options *o,
    int64_t first_time, struct fv_err *err)
{
	const struct fv_reading_options *r = &o->reading;
	const int64_t number[] = {
		first_time,
		o->shards->length,
		o->records,
		o->idle_timeout,
		o->active_timeout,
		o->tcp_linger,
		(int64_t)o->max_flows,
		o->vlan_in_key,
		o->tunnel_in_key,
		o->cut_flows,
		r->inbound_offset,
		r->outbound_offset,
		r->stop_at_damage,
		r->selection.from != NULL,
		r->selection.from == NULL ? 0 : *r->selection.from,
		r->selection.to != NULL,
		r->selection.to == NULL ? 0 : *r->selection.to,
		r->decoder.tunnels,
		r->decoder.fragment_ports,
		r->decoder.drop_duplicates,
		o->mapping.scheme,
		o->mapping.canonical,
		o->internal != NULL,
		o->internal == NULL ? 0 : (int64_t)o->internal->count,
	};

	return fv_digest_add(digest, number, sizeof(number), err);
}

static int
add_words(struct fv_digest *digest, const struct fv_pipeline_options *o,
    struct fv_err *err)
{
	char *policy = fv_policy_text(o->policy, err);
	const struct fv_network *network;
	size_t i;
	int rc = -1;

	if (policy != NULL && add_text(digest, policy, err) == 0 &&
	    add_text(digest, o->site, err) == 0 &&
	    add_text(digest, o->site_kind, err) == 0 &&
	    add_text(digest, o->mapping.scope.release, err) == 0)
		rc = add_text(digest, o->reading.selection.filter, err);
	free(policy);
	for (i = 0; rc == 0 && o->internal != NULL && i < o->internal->count;
	     i++) {
		network = &o->internal->network[i];
		rc = fv_digest_add(
		    digest, &network->address, sizeof(network->address), err);
		if (rc == 0)
			rc = fv_digest_add(digest, &network->prefix,
			    sizeof(network->prefix), err);
	}
	return rc;
}

int
fv_shard_series_name(const struct fv_pipeline_options *options,
    const struct fv_key *key, int64_t first_time,
    char name[sizeof(((struct fv_series *)NULL)->name)], struct fv_err *err)
{
	const struct fv_key_scope scope = { options->site,
		options->mapping.scope.release };
	uint8_t value[FV_DIGEST_SIZE], subkey[FV_KEY_SIZE];
	struct fv_digest *digest;
	uint64_t token;
	int rc = -1;

	if ((digest = fv_digest_new(err)) == NULL)
		return -1;
	if (add_numbers(digest, options, first_time, err) == 0 &&
	    add_words(digest, options, err) == 0 &&
	    fv_digest_value(digest, value, err) == 0 &&
	    fv_key_subkey(key, &scope, "series", subkey, sizeof(subkey), err) ==
		0)
		rc = fv_key_token(subkey, value, sizeof(value), &token, err);
	if (rc == 0)
		(void)snprintf(name, sizeof(((struct fv_series *)NULL)->name),
		    "%016" PRIx64, token);
	fv_digest_free(digest);
	fv_key_wipe(subkey, sizeof(subkey));
	fv_key_wipe(value, sizeof(value));
	return rc;
}

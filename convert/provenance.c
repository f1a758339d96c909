#include "convert/provenance.h"

#include <string.h>

#include <stdbool.h>
#include <stdlib.h>

#include "anonymize/mapping.h"
#include "anonymize/policy.h"
#include "datasets/coverage.h"

/* The attribute, and how it ends when copies were left out. */
#define SELECTION "packet_selection"
#define WITHOUT_DUPLICATES "without duplicates"

static const char *const tunnels[] = {
	[FV_TUNNELS_OUTER] = "outer",
	[FV_TUNNELS_INNER] = "inner",
	[FV_TUNNELS_BOTH] = "both",
};

static const char *const modes[] = {
	[FV_RECORDS_PRIMITIVE] = "primitive",
	[FV_RECORDS_UNIFLOW] = "uniflow",
	[FV_RECORDS_BIFLOW] = FV_SCHEMA_BIFLOW,
};

#define ALL_ELSE                                        \
	"; packet headers only, addresses replaced by " \
	"prefix-preserving pseudonyms"
static const char *const summaries[] = {
	[FV_RECORDS_PRIMITIVE] = "One record per packet" ALL_ELSE,
	[FV_RECORDS_UNIFLOW] = "One record per direction of a 5-tuple" ALL_ELSE,
	[FV_RECORDS_BIFLOW] =
	    "One record for both directions of a 5-tuple" ALL_ELSE,
};
#undef ALL_ELSE

/* What a flow's packets have in common: by VLAN and by tunnel. */
static const char *const keys[2][2] = {
	{ "5-tuple", "5-tuple and tunnel" },
	{ "5-tuple and VLAN", "5-tuple, VLAN and tunnel" },
};

static const char *const selections[2][2] = {
	{ NULL, WITHOUT_DUPLICATES },
	{ "what a filter of the custodian keeps",
	    "what a filter of the custodian keeps, " WITHOUT_DUPLICATES },
};

/* An expression may hold real addresses: it is not told. */
static int
write_selection(struct fv_writer *writer,
    const struct fv_reading_options *options, struct fv_err *err)
{
	const char *text = selections[options->selection.filter != NULL]
				     [options->decoder.drop_duplicates];

	return text == NULL ? 0 : fv_writer_text(writer, SELECTION, text, err);
}

/* How packets became flows. */
static int
write_flow_rules(struct fv_writer *writer,
    const struct fv_pipeline_options *options, struct fv_err *err)
{
	if (fv_writer_text(writer, "flow_scope",
		options->cut_flows ? "capture" : "conversion", err) == -1 ||
	    fv_writer_number(
		writer, "idle_timeout_ns", options->idle_timeout, err) == -1 ||
	    fv_writer_number(writer, "active_timeout_ns",
		options->active_timeout, err) == -1)
		return -1;
	if (fv_writer_number(
		writer, "tcp_linger_ns", options->tcp_linger, err) == -1)
		return -1;
	return fv_writer_text(writer, "flow_key",
	    keys[options->vlan_in_key][options->tunnel_in_key], err);
}

int
fv_provenance_write(struct fv_writer *writer,
    const struct fv_pipeline_options *options, const struct fv_key *key,
    const struct fv_capture_row *captures, size_t n, struct fv_err *err)
{
	const char *release = options->mapping.scope.release;
	bool flows = options->records != FV_RECORDS_PRIMITIVE;
	const struct {
		const char *name;
		const char *value;
	} text[] = {
		{ "title",
		    "Anonymized flow records of a network of "
		    "convenience" },
		{ "summary", summaries[options->records] },
		{ "Conventions", "ACDD-1.3" },
		{ "source", "flowveil " FV_VERSION },
		{ "record_mode", modes[options->records] },
		{ "anonymization_scheme",
		    fv_mapping_scheme_name(options->mapping.scheme) },
		{ "address_spaces",
		    options->mapping.canonical ? FV_MAPPING_SPACES_ONE
					       : FV_MAPPING_SPACES_APART },
		{ FV_SCHEMA_POLICY_NAME, options->policy->name },
		{ "key_id", fv_key_id(key) },
		{ "tunnels", tunnels[options->reading.decoder.tunnels] },
		{ "fragment_ports",
		    options->reading.decoder.fragment_ports ? "yes" : "no" },
		{ "internal_rule",
		    options->internal == NULL
			? "private and link-local addresses"
			: "networks named by the custodian" },
	};
	char *policy;
	size_t i;
	int rc;

	if ((policy = fv_policy_text(options->policy, err)) == NULL)
		return -1;
	rc = fv_writer_text(writer, FV_SCHEMA_POLICY, policy, err);
	free(policy);
	if (rc == -1)
		return -1;
	for (i = 0; i < FV_COUNT(text); i++)
		if (fv_writer_text(writer, text[i].name, text[i].value, err) ==
		    -1)
			return -1;
	if (write_selection(writer, &options->reading, err) == -1)
		return -1;
	if (release != NULL && release[0] != '\0' &&
	    fv_writer_text(writer, "release", release, err) == -1)
		return -1;
	if (flows && write_flow_rules(writer, options, err) == -1)
		return -1;
	return fv_coverage_write(writer, captures, n, err);
}

void
fv_provenance_decoder(
    struct fv_reader *reader, struct fv_decoder_options *options)
{
	const char *text = fv_reader_text(reader, "tunnels");
	size_t i;

	*options = (struct fv_decoder_options){ .tunnels = FV_TUNNELS_OUTER };
	for (i = 0; text != NULL && i < FV_COUNT(tunnels); i++)
		if (strcmp(text, tunnels[i]) == 0)
			options->tunnels = (enum fv_tunnels)i;
	text = fv_reader_text(reader, "fragment_ports");
	options->fragment_ports = text != NULL && strcmp(text, "yes") == 0;
	text = fv_reader_text(reader, SELECTION);
	options->drop_duplicates =
	    text != NULL && strstr(text, WITHOUT_DUPLICATES) != NULL;
}

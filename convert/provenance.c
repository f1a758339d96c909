#include "convert/provenance.h"

#include <stdbool.h>

#include "anonymize/mapping.h"
#include "datasets/coverage.h"

int
fv_provenance_write(struct fv_writer *writer,
    const struct fv_pipeline_options *options, const struct fv_key *key,
    const struct fv_capture_row *captures, size_t n, struct fv_err *err)
{
	const char *release = options->mapping.scope.release;
	bool flows = options->records == FV_RECORDS_UNIFLOW;
	const struct {
		const char *name;
		const char *value;
	} text[] = {
		{ "title",
		    "Anonymized flow records of a network of "
		    "convenience" },
		{ "summary",
		    flows ? "One record per direction of a 5-tuple; packet "
			    "headers only, addresses replaced by "
			    "prefix-preserving pseudonyms"
			  : "One record per packet; packet headers only, "
			    "addresses replaced by prefix-preserving "
			    "pseudonyms" },
		{ "Conventions", "ACDD-1.3" },
		{ "source", "flowveil " FV_VERSION },
		{ "record_mode", flows ? "uniflow" : "primitive" },
		{ "anonymization_scheme",
		    fv_mapping_scheme_name(options->mapping.scheme) },
		{ "address_spaces",
		    options->mapping.canonical ? FV_MAPPING_SPACES_ONE
					       : FV_MAPPING_SPACES_APART },
		{ "key_id", fv_key_id(key) },
		{ "internal_rule",
		    options->internal == NULL
			? "private and link-local addresses"
			: "networks named by the custodian" },
	};
	size_t i;

	for (i = 0; i < FV_COUNT(text); i++)
		if (fv_writer_text(writer, text[i].name, text[i].value, err) ==
		    -1)
			return -1;
	if (release != NULL && release[0] != '\0' &&
	    fv_writer_text(writer, "release", release, err) == -1)
		return -1;
	if (flows &&
	    (fv_writer_text(writer, "flow_scope",
		 options->cut_flows ? "capture" : "conversion", err) == -1 ||
		fv_writer_number(writer, "idle_timeout_ns",
		    options->idle_timeout, err) == -1 ||
		fv_writer_number(writer, "active_timeout_ns",
		    options->active_timeout, err) == -1))
		return -1;
	return fv_coverage_write(writer, captures, n, err);
}

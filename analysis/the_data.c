#include "analysis/the_data.h"

void
fv_the_data_put(const struct fv_analysis_context *c, size_t addresses,
    uint64_t rows, struct fv_result *r)
{
	static const char *const records[] = {
		[FV_ANALYSIS_RECORDS_UNKNOWN] = "not stated, or mixed",
		[FV_ANALYSIS_RECORDS_PRIMITIVE] = "one packet",
		[FV_ANALYSIS_RECORDS_UNIFLOW] = "packets of a flow, one way",
	};

	fv_result_section(r, "R00", "The Data",
	    "What this report was made from. Addresses are pseudonyms; one "
	    "address is not one person.");
	fv_result_fact(r, "records", "Flow records", NULL);
	fv_result_count(r, rows);
	fv_result_fact(r, "record_mode", "A record counts", "one packet");
	fv_result_text(r, "%s", records[c->records]);
	fv_result_fact(r, "hosts", "Addresses", NULL);
	fv_result_count(r, addresses);
	if (c->segment != NULL) {
		fv_result_fact(r, "units", "and segments of them (R27)", NULL);
		fv_result_count(r, c->nhosts);
	}
	fv_result_fact(r, "captures", "Captures", NULL);
	fv_result_count(r, c->ncaptures);
	fv_result_fact(r, "sites", "Sites", NULL);
	fv_result_count(r, c->nsites);
	if (c->policy != NULL) {
		fv_result_fact(r, "policy", "Policy of the release", NULL);
		fv_result_text(r, "%s", c->policy);
	}
	if (c->records != FV_ANALYSIS_RECORDS_PRIMITIVE)
		fv_result_note(r,
		    "The slides' flows are single packets. Where a record "
		    "counts more, compare shares of packets with theirs, not "
		    "shares of records.");
}

#include "analysis/the_data.h"

/* Captures of a site and side, and their packets. */
struct taps {
	uint64_t captures;
	uint64_t read;
	uint64_t recorded;
};

/* What was tapped at ${site}, side by side. */
static void
put_site(const struct fv_analysis_context *c, size_t site, struct fv_result *r)
{
	static const char *const name[FV_SIDE_INBOUND + 1] = {
		[FV_SIDE_BOTH] = "not labelled",
		[FV_SIDE_OUTBOUND] = "outbound",
		[FV_SIDE_INBOUND] = "inbound",
	};
	struct taps taps[FV_SIDE_INBOUND + 1] = { { 0 } };
	const struct fv_capture_row *row;
	size_t i;

	for (i = 0; i < c->ncaptures; i++) {
		row = &c->captures[i];
		if (row->site != site || row->side > FV_SIDE_INBOUND)
			continue;
		taps[row->side].captures++;
		taps[row->side].read += row->counter[FV_COUNT_READ];
		taps[row->side].recorded += row->counter[FV_COUNT_RECORDED];
	}
	for (i = 0; i <= FV_SIDE_INBOUND; i++) {
		if (taps[i].captures == 0)
			continue;
		fv_result_text(r, "%.*s", FV_SITE_TEXT, c->sites[site].name);
		fv_result_text(r, "%s", name[i]);
		fv_result_count(r, taps[i].captures);
		fv_result_count(r, taps[i].read);
		fv_result_count(r, taps[i].recorded);
	}
}

static void
put_taps(const struct fv_analysis_context *c, struct fv_result *r)
{
	size_t i;

	fv_result_table(r, "taps", "Captures, and their packets");
	fv_result_column(r, "site", "site", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(r, "side", "side", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "captures", "captures", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "read", "packets read", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "recorded", "recorded", FV_RESULT_COUNT, FV_RESULT_BAR_LINEAR);
	for (i = 0; i < c->nsites; i++)
		put_site(c, i, r);
}

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
	put_taps(c, r);
	if (c->records != FV_ANALYSIS_RECORDS_PRIMITIVE)
		fv_result_note(r,
		    "The slides' flows are single packets. Where a record "
		    "counts more, compare shares of packets with theirs, not "
		    "shares of records.");
}

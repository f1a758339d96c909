#include "analysis/analysis.h"

#include <string.h>

void
fv_analysis_host(struct fv_result *result,
    const struct fv_analysis_context *context, size_t rank, size_t host)
{
	const struct fv_host *h = &context->hosts[host];
	char label[FV_ADDRESS_TEXT + FV_SITE_TEXT + sizeof(" at ")] = "";
	size_t n = strnlen(h->address, sizeof(h->address));
	const char *site;

	memcpy(label, h->address, n);
	if (context->nsites > 1 && h->site < context->nsites) {
		site = context->sites[h->site].name;
		memcpy(label + n, " at ", 4);
		memcpy(label + n + 4, site, strnlen(site, FV_SITE_TEXT));
	}
	fv_result_host(result, rank, label);
}

void
fv_analysis_shares(struct fv_result *result,
    const struct fv_analysis_weight *part,
    const struct fv_analysis_weight *whole)
{
	fv_result_share(result, part->records, whole->records,
	    fv_result_fine(part->records, whole->records));
	fv_result_share(result, part->packets, whole->packets,
	    fv_result_fine(part->packets, whole->packets));
	fv_result_share(result, part->bytes, whole->bytes,
	    fv_result_fine(part->bytes, whole->bytes));
}

void
fv_analysis_share_columns(struct fv_result *result, enum fv_result_bar bar)
{
	fv_result_column(result, "records_share", "of records", FV_RESULT_SHARE,
	    FV_RESULT_NO_BAR);
	fv_result_column(
	    result, "packets_share", "of packets", FV_RESULT_SHARE, bar);
	fv_result_column(result, "bytes_share", "of bytes", FV_RESULT_SHARE,
	    FV_RESULT_NO_BAR);
}

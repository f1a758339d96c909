#include "analysis/analysis.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "datasets/hosts.h"

bool
fv_analysis_inside_known(const struct fv_analysis_context *context)
{
	size_t i;

	for (i = 0; i < context->nhosts; i++)
		if (context->hosts[i].internal)
			return true;
	return false;
}

void
fv_analysis_label(const struct fv_analysis_context *context, size_t host,
    char label[FV_ANALYSIS_LABEL])
{
	const struct fv_host *h = &context->hosts[host];
	size_t n = strnlen(h->address, sizeof(h->address));
	const char *site;

	memset(label, 0, FV_ANALYSIS_LABEL);
	memcpy(label, h->address, n);
	if (context->segment != NULL && context->segment[host] != 0)
		n += (size_t)snprintf(label + n, FV_ANALYSIS_LABEL - n,
		    "#%" PRIu32, context->segment[host]);
	if (context->alike != NULL && context->alike[host])
		n += (size_t)snprintf(label + n, FV_ANALYSIS_LABEL - n, " (%s)",
		    fv_hosts_class_name(h->address_class));
	if (context->nsites > 1 && h->site < context->nsites) {
		site = context->sites[h->site].name;
		memcpy(label + n, " at ", 4);
		memcpy(label + n + 4, site, strnlen(site, FV_SITE_TEXT));
	}
}

int
fv_analysis_find(const struct fv_analysis_context *c, const char *label,
    uint32_t *host, struct fv_err *err)
{
	char text[FV_ANALYSIS_LABEL];
	size_t i, at = 0, found = 0;

	for (i = 0; i < c->nhosts; i++) {
		if (strncmp(c->hosts[i].address, label,
			strnlen(c->hosts[i].address, FV_ADDRESS_TEXT)) != 0)
			continue;
		fv_analysis_label(c, i, text);
		if (strcmp(text, label) == 0) {
			*host = (uint32_t)i;
			return 0;
		}
		if (strncmp(c->hosts[i].address, label, FV_ADDRESS_TEXT) == 0) {
			at = i;
			found++;
		}
	}
	if (found == 1) {
		*host = (uint32_t)at;
		return 0;
	}
	if (found == 0)
		return fv_err_set(err, FV_EUSAGE,
		    "no host of these datasets is called '%s'; published "
		    "addresses are in /hosts and in the report",
		    label);
	fv_analysis_label(c, at, text);
	return fv_err_set(err, FV_EUSAGE,
	    "%zu hosts are called '%s', by their site, class or segment: say "
	    "which, as in '%s'",
	    found, label, text);
}

void
fv_analysis_host(struct fv_result *result,
    const struct fv_analysis_context *context, size_t rank, size_t host)
{
	char label[FV_ANALYSIS_LABEL];

	fv_analysis_label(context, host, label);
	fv_result_host(result, rank, label);
}

size_t
fv_analysis_rank(struct fv_analysis_ranks *k, size_t host)
{
	size_t i;

	for (i = 0; i < k->n && k->host[i] != host; i++)
		;
	if (i == k->n)
		k->host[k->n++] = host;
	return i + 1;
}

bool
fv_analysis_suspect(
    struct fv_result *result, const struct fv_analysis_context *context)
{
	const struct fv_analysis_focus *focus = &context->focus;

	if (focus->suspect == FV_NO_ROW) {
		fv_result_note(result,
		    "No host of this dataset is known to have sent anything "
		    "outward, so there is none to look at.");
		return false;
	}
	fv_result_fact(result, "host",
	    focus->asked ? "Host asked for" : "Host with most destinations",
	    NULL);
	fv_analysis_host(result, context, focus->suspect_rank, focus->suspect);
	return true;
}

void
fv_analysis_share(struct fv_result *result, uint64_t part, uint64_t whole)
{
	fv_result_share(result, part, whole, fv_result_fine(part, whole));
}

void
fv_analysis_shares(struct fv_result *result,
    const struct fv_analysis_weight *part,
    const struct fv_analysis_weight *whole)
{
	fv_analysis_share(result, part->records, whole->records);
	fv_analysis_share(result, part->packets, whole->packets);
	fv_analysis_share(result, part->bytes, whole->bytes);
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

void
fv_analysis_port_figure(struct fv_result *r, const char *name,
    const char *title, const char *ports, const char *amount, bool log,
    const char *from)
{
	const struct fv_result_figure figure = {
		.name = name,
		.title = title,
		.mark = FV_RESULT_POINTS,
		.from = from,
		.axis = { { "port", ports, false, 1, 0 },
		    { amount, amount, log, 1, 0 } },
	};

	fv_result_figure(r, &figure);
}

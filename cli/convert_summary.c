#include "cli/convert_summary.h"

#include <inttypes.h>

#include <jansson.h>

/* Heading of each kind of counter; READ and RECORDED head the table. */
static const char *const heading[] = {
	[FV_KIND_READ] = NULL,
	[FV_KIND_RECORDED] = NULL,
	[FV_KIND_REJECTED] = "not recorded, by reason",
	[FV_KIND_NOTE] = "noted",
	[FV_KIND_SLIDES] = "as rwptoflow counts",
	[FV_KIND_FAULT] = "damage",
};

enum { LABEL_WIDTH = 48 };

/* Addresses of one network are their own pseudonyms together, or none is. */
enum { SUFFIXES_MORE = 10 };

static void
print_kind(
    const uint64_t counter[FV_COUNTERS], enum fv_counter_kind kind, FILE *to)
{
	uint64_t read = counter[FV_COUNT_READ];
	bool headed = false;
	int i;

	for (i = 0; i < FV_COUNTERS; i++) {
		if (fv_counter_info[i].kind != kind || counter[i] == 0)
			continue;
		if (!headed && heading[kind] != NULL)
			(void)fprintf(to, "%s\n", heading[kind]);
		headed = true;
		(void)fprintf(to, "%s%-*s %12" PRIu64,
		    heading[kind] == NULL ? "" : "  ",
		    heading[kind] == NULL ? LABEL_WIDTH + 2 : LABEL_WIDTH,
		    fv_counter_info[i].description, counter[i]);
		if (kind != FV_KIND_FAULT && read > 0)
			(void)fprintf(to, " %9.4f %%",
			    100.0 * (double)counter[i] / (double)read);
		(void)fputc('\n', to);
	}
}

void
fv_convert_summary_unchanged(const struct fv_pipeline_summary *s, FILE *to)
{
	const struct fv_population_unchanged *u = &s->unchanged;

	if (u->whole > 0)
		(void)fprintf(to,
		    "flowveil convert: warning: under this key %" PRIu64
		    " of %" PRIu64 " addresses are their own pseudonyms.\n"
		    "Crypto-PAn does that to about one in 15,000; with another "
		    "key it is others\n(docs/privacy.md).\n",
		    u->whole, s->hosts);
	if ((double)u->suffixes > SUFFIXES_MORE * (1 + u->suffixes_expected))
		(void)fprintf(to,
		    "flowveil convert: warning: under this key %" PRIu64
		    " private or group addresses are their own pseudonyms,\n"
		    "where chance makes %.1f of them so; with another key it is "
		    "others (docs/privacy.md).\n",
		    u->suffixes, u->suffixes_expected);
}

void
fv_convert_summary_evicted(const struct fv_pipeline_summary *s, FILE *to)
{
	if (s->evicted == 0)
		return;
	(void)fprintf(to,
	    "flowveil convert: warning: %" PRIu64
	    " flows were ended early, as there were more at once "
	    "than --max-flows;\ntheir end_reason is "
	    "lack_of_resources, and what came later is in further "
	    "records.\n",
	    s->evicted);
}

void
fv_convert_summary_text(const struct fv_pipeline_summary *s, FILE *to)
{
	enum fv_counter_kind kind;

	if (s->sharded)
		(void)fprintf(to,
		    "datasets %" PRIu64 ", of them there before %" PRIu64
		    "; their rows together:\n",
		    s->shards, s->kept);
	(void)fprintf(to,
	    "flow records %" PRIu64 ", hosts %" PRIu64 ", devices %" PRIu64
	    ", captures %" PRIu64 "\n\n",
	    s->flows, s->hosts, s->devices, s->captures);
	for (kind = FV_KIND_READ; kind <= FV_KIND_FAULT; kind++)
		print_kind(s->counter, kind, to);
}

int
fv_convert_summary_json(const struct fv_pipeline_summary *s,
    const struct fv_decode_tree *tree, FILE *to, struct fv_err *err)
{
	json_t *counters = json_object(), *all;
	int i, rc = 0;

	for (i = 0; i < FV_COUNTERS; i++)
		rc |= json_object_set_new(counters, fv_counter_info[i].column,
		    json_integer((json_int_t)s->counter[i]));
	all = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o}",
	    "flows", (json_int_t)s->flows, "datasets", (json_int_t)s->shards,
	    "datasets_kept", (json_int_t)s->kept, "hosts", (json_int_t)s->hosts,
	    "devices", (json_int_t)s->devices, "captures",
	    (json_int_t)s->captures, "unchanged_hosts",
	    (json_int_t)s->unchanged.whole, "unchanged_suffixes",
	    (json_int_t)s->unchanged.suffixes, "evicted_flows",
	    (json_int_t)s->evicted, "counters", counters);
	if (tree != NULL)
		rc |= json_object_set_new(
		    all, "decode_tree", fv_decode_tree_json(tree));
	if (all == NULL || rc != 0 || json_dumpf(all, to, JSON_INDENT(2)) == -1)
		rc = fv_err_set(err, FV_EIO, "counters not printed");
	(void)fputc('\n', to);
	json_decref(all);
	return rc;
}

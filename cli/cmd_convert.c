#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/workers.h"
#include "cli/command.h"
#include "cli/convert_hearing.h"
#include "cli/convert_summary.h"
#include "cli/decode_tree.h"
#include "cli/key_source.h"
#include "cli/live_arguments.h"
#include "cli/mapping_arguments.h"
#include "cli/reading_arguments.h"
#include "cli/silk_statistics.h"
#include "convert/flow_table.h"
#include "convert/pipeline.h"
#include "datasets/site.h"

enum { THREADS_MOST = 256 };

/* Flows at once: what may be asked for, and what is enough for a city. */
enum { FLOWS_MOST = FV_FLOW_TABLE_LIMIT, FLOWS_ENOUGH = 1 << 22 };

/* In nanoseconds; datasets of a folder are of an hour each. */
static const int64_t SECOND = INT64_C(1000000000);
static const int64_t HOUR = INT64_C(3600000000000);

/* What the arguments said. */
struct convert_arguments {
	struct fv_reading_arguments reading; /* the first member */
	struct fv_live_arguments live;
	struct fv_key_source key;
	const char *output;
	const char *folder; /* in place of output */
	struct fv_pipeline_shards shards;
	bool rotate;
	struct fv_networks internal;
	struct fv_policy policy;
	struct fv_mapping_arguments mapping;
	struct fv_pipeline_options options;
	bool without_fragment_ports, with_fragment_ports;
	bool quiet;
	bool json;
	bool decode_tree;
	bool silk_statistics;
};

static int
set_records(void *context, const char *value, struct fv_err *err)
{
	struct convert_arguments *a = context;

	if (strcmp(value, "primitive") == 0)
		a->options.records = FV_RECORDS_PRIMITIVE;
	else if (strcmp(value, "uniflow") == 0)
		a->options.records = FV_RECORDS_UNIFLOW;
	else if (strcmp(value, "biflow") == 0)
		a->options.records = FV_RECORDS_BIFLOW;
	else
		return fv_err_set(err, FV_EUSAGE,
		    "'%s' is none of primitive, uniflow and biflow", value);
	return 0;
}

static int
set_idle(void *context, const char *value, struct fv_err *err)
{
	struct convert_arguments *a = context;

	if (fv_options_seconds(value, &a->options.idle_timeout, err) == -1)
		return -1;
	if (a->options.idle_timeout == 0)
		return fv_err_set(err, FV_EUSAGE,
		    "must be above 0; for one record per packet use "
		    "--records primitive");
	return 0;
}

static int
set_active(void *context, const char *value, struct fv_err *err)
{
	struct convert_arguments *a = context;

	return fv_options_seconds(value, &a->options.active_timeout, err);
}

static int
set_linger(void *context, const char *value, struct fv_err *err)
{
	struct convert_arguments *a = context;

	return fv_options_seconds(value, &a->options.tcp_linger, err);
}

static int
set_max_flows(void *context, const char *value, struct fv_err *err)
{
	struct convert_arguments *a = context;
	unsigned most;

	if (fv_options_count(value, FLOWS_MOST, &most, err) == -1)
		return -1;
	a->options.max_flows = most;
	return 0;
}

static int
set_rotate(void *context, const char *value, struct fv_err *err)
{
	struct convert_arguments *a = context;

	a->rotate = true;
	a->shards.length = 0;
	if (strcmp(value, "capture") == 0)
		return 0;
	if (fv_options_seconds(value, &a->shards.length, err) == -1)
		return -1;
	if (a->shards.length < SECOND)
		return fv_err_set(
		    err, FV_EUSAGE, "must be a second or more, or 'capture'");
	return 0;
}

static int
set_internal(void *context, const char *value, struct fv_err *err)
{
	struct convert_arguments *a = context;

	a->options.internal = &a->internal;
	return fv_networks_add(&a->internal, value, err);
}

static int
set_tunnels(void *context, const char *value, struct fv_err *err)
{
	struct convert_arguments *a = context;

	if (strcmp(value, "outer") == 0)
		a->reading.options.decoder.tunnels = FV_TUNNELS_OUTER;
	else if (strcmp(value, "inner") == 0)
		a->reading.options.decoder.tunnels = FV_TUNNELS_INNER;
	else if (strcmp(value, "both") == 0)
		a->reading.options.decoder.tunnels = FV_TUNNELS_BOTH;
	else
		return fv_err_set(err, FV_EUSAGE,
		    "'%s' is none of outer, inner and both", value);
	return 0;
}

static int
set_fragment_ports(void *context, const char *value, struct fv_err *err)
{
	struct convert_arguments *a = context;

	a->with_fragment_ports = strcmp(value, "yes") == 0;
	a->without_fragment_ports = strcmp(value, "no") == 0;
	if (!a->with_fragment_ports && !a->without_fragment_ports)
		return fv_err_set(
		    err, FV_EUSAGE, "'%s' is neither yes nor no", value);
	return 0;
}

static int
set_site(void *context, const char *value, struct fv_err *err)
{
	struct convert_arguments *a = context;

	a->options.site = a->mapping.site = value;
	return fv_site_check(value, err);
}

static int
set_kind(void *context, const char *value, struct fv_err *err)
{
	struct convert_arguments *a = context;

	a->options.site_kind = value;
	return fv_site_check(value, err);
}

static int
set_policy(void *context, const char *value, struct fv_err *err)
{
	struct convert_arguments *a = context;

	return fv_policy_open(value, &a->policy, err);
}

static int
set_threads(void *context, const char *value, struct fv_err *err)
{
	struct convert_arguments *a = context;

	return fv_options_count(value, THREADS_MOST, &a->options.threads, err);
}

/* One dataset or a folder of them. */
static int
check_output(const struct convert_arguments *a, struct fv_err *err)
{
	if (a->output == NULL && a->folder == NULL)
		return fv_err_set(
		    err, FV_EUSAGE, "-o is missing: the dataset to write");
	if (a->output != NULL && a->folder != NULL)
		return fv_err_set(err, FV_EUSAGE,
		    "-o names one dataset and --shards a folder of them: only "
		    "one of the two goes");
	if (a->folder == NULL && (a->rotate || a->shards.resume))
		return fv_err_set(err, FV_EUSAGE, "%s goes with --shards",
		    a->rotate ? "--rotate" : "--resume");
	if (a->shards.resume && a->key.ephemeral)
		return fv_err_set(err, FV_EUSAGE,
		    "--resume needs the key that the datasets were begun "
		    "under, and an ephemeral one is gone");
	if (a->folder != NULL && a->options.replace)
		return fv_err_set(err, FV_EUSAGE,
		    "--replace goes with -o: datasets of a folder are never "
		    "overwritten");
	return 0;
}

static int
check_arguments(const struct convert_arguments *a, struct fv_err *err)
{
	if (a->key.key == NULL && !a->key.ephemeral)
		return fv_err_set(err, FV_EUSAGE,
		    "--key is missing (make one with 'flowveil key new')");
	if (check_output(a, err) == -1)
		return -1;
	if (a->silk_statistics && (a->json || a->decode_tree))
		return fv_err_set(err, FV_EUSAGE,
		    "--silk-statistics prints no other counters: leave out %s",
		    a->json ? "--json" : "--decode-tree");
	if (a->reading.ninputs == 0 && a->live.ninterfaces == 0)
		return fv_err_set(
		    err, FV_EUSAGE, "no capture and no --interface is named");
	if (a->live.ninterfaces > 0 && a->shards.resume)
		return fv_err_set(err, FV_EUSAGE,
		    "--resume reads captures again, and what came from an "
		    "interface is gone; name another folder");
	if (fv_live_arguments_check(&a->reading, err) == -1)
		return -1;
	return fv_reading_arguments_check(&a->reading, err);
}

static int
print_summary(const struct convert_arguments *a,
    const struct fv_convert_hearing *hearing,
    const struct fv_pipeline_summary *summary, struct fv_err *err)
{
	if (a->json)
		return fv_convert_summary_json(summary,
		    a->decode_tree ? &hearing->tree : NULL, stdout, err);
	if (a->quiet)
		return 0;
	if (a->silk_statistics) {
		fv_silk_statistics(&hearing->tree,
		    a->reading.options.selection.from != NULL ||
			a->reading.options.selection.to != NULL,
		    stdout);
		return 0;
	}
	fv_convert_summary_text(summary, stdout);
	if (a->decode_tree) {
		(void)fputc('\n', stdout);
		fv_decode_tree_text(&hearing->tree, stdout);
	}
	return 0;
}

static enum fv_status
convert(const struct fv_command *self, struct convert_arguments *a)
{
	struct fv_convert_hearing hearing = { .tree_failed = false };
	const struct fv_listener listener = { fv_hearing_fault, fv_hearing_note,
		fv_hearing_progress,
		a->decode_tree || a->silk_statistics
		    ? fv_convert_hearing_capture
		    : NULL,
		&hearing };
	struct fv_pipeline_summary summary;
	struct fv_key *key;
	struct fv_live *live;
	struct fv_err err;
	bool well;
	int rc;

	if (check_arguments(a, &err) == -1 ||
	    fv_mapping_arguments_take(&a->mapping, &a->options.mapping, &err) ==
		-1 ||
	    (key = fv_key_source_take(&a->key, &err)) == NULL)
		return fv_command_failed(self, &err);
	if (fv_live_arguments_start(
		&a->reading, self->name, a->quiet, &live, &err) == -1) {
		fv_key_free(key);
		return fv_command_failed(self, &err);
	}
	fv_hearing_start(&hearing.common, self->name, "converting",
	    fv_reading_arguments_size(&a->reading), a->quiet);
	a->options.reading = a->reading.options;
	if (a->folder != NULL)
		a->options.shards = &a->shards;
	rc = fv_pipeline_run(a->reading.inputs, a->reading.ninputs, key,
	    a->folder != NULL ? a->folder : a->output, &a->options, &listener,
	    &summary, &err);
	fv_hearing_end(&hearing.common);
	fv_key_free(key);
	well = fv_live_arguments_end(live, self->name,
	    rc == 0 ? summary.counter[FV_COUNT_DROPPED_BY_TAP] : 0);
	if (rc == 0) {
		fv_convert_hearing_warn(&hearing, &summary, stderr);
		rc = print_summary(a, &hearing, &summary, &err);
	}
	fv_decode_tree_free(&hearing.tree);
	if (rc == -1)
		return fv_command_failed(self, &err);
	return !well || summary.counter[FV_COUNT_FAULTS] > 0 ? FV_STATUS_DAMAGED
							     : FV_STATUS_DONE;
}

static enum fv_status
run(const struct fv_command *self, int argc, char *const *argv)
{
	struct convert_arguments a = {
		.shards = { .length = HOUR },
		.options = {
			.records = FV_RECORDS_UNIFLOW,
			.idle_timeout = INT64_C(300000000000),
			.active_timeout = INT64_C(1800000000000),
			.tcp_linger = INT64_C(5000000000),
			.max_flows = FLOWS_ENOUGH,
			.site = FV_MAPPING_ARGUMENTS_SITE,
			.site_kind = "",
			.threads = fv_workers_processors(),
		},
	};
	enum fv_status status = FV_STATUS_DONE;

	a.reading.live = &a.live;
	(void)fv_policy_builtin(FV_POLICY_DEFAULT, &a.policy);
	a.options.policy = &a.policy;
	if (fv_command_parse(self, argc, argv, &a, fv_reading_arguments_capture,
		&status) == 0) {
		/* Primitive records are as the slides' pipeline made them. */
		a.reading.options.decoder.fragment_ports =
		    a.with_fragment_ports ||
		    (!a.without_fragment_ports &&
			a.options.records != FV_RECORDS_PRIMITIVE);
		status = convert(self, &a);
	}
	fv_reading_arguments_free(&a.reading);
	return status;
}

static const struct fv_option options[] = {
	FV_KEY_SOURCE_OPTIONS(struct convert_arguments, key),
	FV_KEY_SOURCE_EPHEMERAL(struct convert_arguments, key),
	{ "output", 'o', "FILE", "the dataset to write (HDF5)", NULL,
	    offsetof(struct convert_arguments, output) },
	{ "shards", 0, "DIR",
	    "in place of -o: write datasets that follow each\n"
	    "other in time into this folder",
	    NULL, offsetof(struct convert_arguments, folder) },
	{ "rotate", 0, "WHEN",
	    "begin another of them after so many seconds of\n"
	    "packet time, counted from 1970; or with each\n"
	    "'capture', if none overlap [3600]",
	    set_rotate, 0 },
	{ "resume", 0, NULL,
	    "go on where a conversion into the folder was\n"
	    "stopped: read all again, and write what is missing",
	    NULL, offsetof(struct convert_arguments, shards.resume) },
	{ "records", 'r', "MODE",
	    "primitive: one record per packet; uniflow: one\n"
	    "per direction of a 5-tuple; biflow: one for both\n"
	    "(RFC 5103) [uniflow]",
	    set_records, 0 },
	FV_READING_ARGUMENTS_OPTIONS(struct convert_arguments, reading),
	{ "quarantine", 0, "FILE",
	    "also list, as CSV, where the packets are that have\n"
	    "malformed headers or are not recorded, and why",
	    NULL, offsetof(struct convert_arguments, options.quarantine) },
	FV_LIVE_ARGUMENTS_OPTIONS,
	{ "drop-duplicates", 0, NULL,
	    "leave out packets that a capture has twice, as\n"
	    "mirror ports make them; else they are only counted",
	    NULL,
	    offsetof(struct convert_arguments,
		reading.options.decoder.drop_duplicates) },
	{ "internal", 0, "CIDR",
	    "a network that is inside; may be repeated\n"
	    "[private and link-local addresses]",
	    set_internal, 0 },
	{ "idle-timeout", 0, "SECS", "a silence that ends a flow [300]",
	    set_idle, 0 },
	{ "active-timeout", 0, "SECS",
	    "an age that ends a flow, 0 for none [1800]", set_active, 0 },
	{ "tcp-linger", 0, "SECS",
	    "how long a TCP flow waits behind FIN or RST for\n"
	    "what comes late; 0: they end no flow [5]",
	    set_linger, 0 },
	{ "max-flows", 0, "N",
	    "flows at once, of 150 to 200 bytes each; more end\n"
	    "the one that was silent longest [4194304]",
	    set_max_flows, 0 },
	{ "vlan-in-key", 0, NULL,
	    "packets of two VLANs are of two flows; taps often\n"
	    "see one direction tagged and the other not",
	    NULL, offsetof(struct convert_arguments, options.vlan_in_key) },
	{ "tunnel-id-in-key", 0, NULL,
	    "packets of two tunnels of a kind are of two flows,\n"
	    "by VNI, key, TEID ...; GTP-U, L2TP and PPTP have\n"
	    "another one in each direction",
	    NULL, offsetof(struct convert_arguments, options.tunnel_in_key) },
	{ "tunnels", 0, "WHICH",
	    "of a packet in a tunnel, record the outer one, the\n"
	    "inner one or both [outer]",
	    set_tunnels, 0 },
	{ "fragment-ports", 0, "ANSWER",
	    "whether later fragments get the ports of their\n"
	    "first: yes or no [yes; no with primitive records]",
	    set_fragment_ports, 0 },
	{ "cut-flows", 0, NULL,
	    "end all flows where no capture is under way, so\n"
	    "that captures converted apart can be merged to the\n"
	    "same",
	    NULL, offsetof(struct convert_arguments, options.cut_flows) },
	{ "site", 0, "NAME", "what to call the network [site-1]", set_site, 0 },
	FV_MAPPING_ARGUMENTS_OPTIONS(struct convert_arguments, mapping),
	{ "site-kind", 0, "KIND", "hotel, airport, cafe, ...", set_kind, 0 },
	{ "policy", 0, "POLICY",
	    "open, partner, internal or a file: what columns\n"
	    "keep (flowveil policy show) [" FV_POLICY_DEFAULT "]",
	    set_policy, 0 },
	{ "threads", 0, "N", "[the processors there are]", set_threads, 0 },
	{ "replace", 0, NULL, "overwrite FILE if it exists", NULL,
	    offsetof(struct convert_arguments, options.replace) },
	{ "decode-tree", 0, NULL,
	    "print what became of packets on each layer, in\n"
	    "total and for each capture",
	    NULL, offsetof(struct convert_arguments, decode_tree) },
	{ "silk-statistics", 0, NULL,
	    "print instead what rwptoflow would print of each\n"
	    "capture (--print-statistics)",
	    NULL, offsetof(struct convert_arguments, silk_statistics) },
	{ "json", 0, NULL, "print the counters as JSON", NULL,
	    offsetof(struct convert_arguments, json) },
	{ "quiet", 'q', NULL, "print no counters and no progress", NULL,
	    offsetof(struct convert_arguments, quiet) },
};

const struct fv_command fv_cmd_convert = {
	.name = "convert",
	.summary = "turn captures into an anonymized dataset",
	.usage = "--key SOURCE -o FILE|--shards DIR [OPTION]... CAPTURE...\n"
		 "       flowveil convert --key SOURCE -o FILE|--shards DIR "
		 "[OPTION]...\n"
		 "               --interface NAME",
	.about =
	    "Reads pcap and pcapng captures ('-' is standard input), also\n"
	    "compressed (gzip, bzip2, xz, zstd, lz4), in tar and zip archives and\n"
	    "in directories.  Files that follow each other and taps side by side\n"
	    "become one sequence by time, in whatever order they are named.\n"
	    "With --interface it captures itself, so that no packet is ever in a file.\n"
	    "Writes one HDF5 dataset of flow records: headers only,\n"
	    "every address replaced by its prefix-preserving pseudonym under the key.\n"
	    "Each packet is counted once, as recorded or under the reason why\n"
	    "not; the counters are printed, and stored in the dataset.\n",
	.options = options,
	.noptions = FV_COUNT(options),
	.examples =
	    "  flowveil convert --key file:my.key -o day1.h5 day1.pcap\n"
	    "  flowveil convert --key file:my.key -o may.h5 --records primitive \\\n"
	    "      --outbound out.pcap --inbound in.pcap --site hotel-a\n"
	    "  flowveil convert --key file:my.key --shards may/ captures/\n"
	    "  flowveil convert --key file:my.key -o hour.h5 --interface eth1 \\\n"
	    "      --duration 3600\n"
	    "  flowveil convert --key file:my.key --shards june/ --interface eth1\n",
	.run = run,
};

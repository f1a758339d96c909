#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/workers.h"
#include "cli/anonymize_addresses.h"
#include "cli/anonymize_summary.h"
#include "cli/command.h"
#include "cli/hearing.h"
#include "cli/key_source.h"
#include "cli/mapping_arguments.h"
#include "cli/reading_arguments.h"
#include "convert/packet_pipeline.h"

enum { THREADS_MOST = 256 };

/* What the arguments said. */
struct anonymize_arguments {
	struct fv_reading_arguments reading; /* the first member */
	struct fv_key_source key;
	const char *output;
	struct fv_mapping_arguments mapping;
	bool addresses; /* a list of addresses, not packets */
	struct fv_anonymize_addresses_options list;
	struct fv_packet_pipeline_options options;
	bool json;
	bool quiet;
};

static int
set_threads(void *context, const char *value, struct fv_err *err)
{
	struct anonymize_arguments *a = context;

	return fv_options_count(value, THREADS_MOST, &a->options.threads, err);
}

/* Whether the arguments make sense together: packets, or a list. */
static int
check_arguments(const struct anonymize_arguments *a, struct fv_err *err)
{
	if (a->addresses && (a->output != NULL || a->reading.ninputs > 0))
		return fv_err_set(err, FV_EUSAGE,
		    "--addresses reads a list on standard input and prints; it "
		    "goes with neither -o nor a capture");
	if (a->addresses)
		return 0;
	if (a->list.classes || a->list.skip_bad)
		return fv_err_set(err, FV_EUSAGE,
		    "--classes and --skip-bad are for lists: with --addresses");
	if (a->output == NULL)
		return fv_err_set(err, FV_EUSAGE,
		    "-o is missing: the capture to write, such as out.pcap "
		    "or out.pcapng.gz; or --addresses, for a list of them");
	if (a->reading.ninputs == 0)
		return fv_err_set(err, FV_EUSAGE, "no capture is named");
	return 0;
}

/* The packets of captures, as a capture of headers. */
static enum fv_status
anonymize_packets(
    const struct fv_command *self, const struct anonymize_arguments *a)
{
	struct fv_hearing hearing;
	const struct fv_listener listener = { .fault = fv_hearing_fault,
		.note = fv_hearing_note,
		.progress = fv_hearing_progress,
		.context = &hearing };
	struct fv_packet_pipeline_options with = a->options;
	struct fv_packet_pipeline_summary summary;
	struct fv_key *key;
	struct fv_err err;
	int rc;

	if (fv_mapping_arguments_take(
		&a->mapping, &with.packets.mapping, &err) == -1 ||
	    (key = fv_key_source_take(&a->key, &err)) == NULL)
		return fv_command_failed(self, &err);
	fv_hearing_start(&hearing, self->name, "anonymizing",
	    fv_reading_arguments_size(&a->reading), a->quiet);
	rc = fv_packet_pipeline_run(a->reading.inputs, a->reading.ninputs, key,
	    a->output, &with, &listener, &summary, &err);
	fv_hearing_end(&hearing);
	fv_key_free(key);
	if (rc == -1)
		return fv_command_failed(self, &err);
	if (a->json)
		rc = fv_anonymize_summary_json(&summary, stdout, &err);
	else if (!a->quiet)
		fv_anonymize_summary_text(&summary, stdout);
	if (rc == -1)
		return fv_command_failed(self, &err);
	return summary.counter[FV_COUNT_FAULTS] > 0 ? FV_STATUS_DAMAGED
						    : FV_STATUS_DONE;
}

static enum fv_status
run(const struct fv_command *self, int argc, char *const *argv)
{
	struct anonymize_arguments a = {
		.options.threads = fv_workers_processors(),
	};
	enum fv_status status = FV_STATUS_DONE;
	struct fv_err err;

	if (fv_command_parse(self, argc, argv, &a, fv_reading_arguments_capture,
		&status) == 0) {
		if (check_arguments(&a, &err) == -1)
			status = fv_command_failed(self, &err);
		else if (a.addresses)
			status = fv_anonymize_addresses_command(
			    self, &a.key, &a.mapping, &a.list);
		else
			status = anonymize_packets(self, &a);
	}
	fv_reading_arguments_free(&a.reading);
	return status;
}

static const struct fv_option options[] = {
	FV_KEY_SOURCE_OPTIONS(struct anonymize_arguments, key),
	FV_KEY_SOURCE_EPHEMERAL(struct anonymize_arguments, key),
	{ "output", 'o', "FILE",
	    "the capture to write: .pcap or .pcapng, and .gz,\n"
	    ".zst, .xz, .bz2 or .lz4 behind it to compress",
	    NULL, offsetof(struct anonymize_arguments, output) },
	{ "without-link", 0, NULL,
	    "leave Ethernet headers and VLAN tags out: each\n"
	    "packet begins with its IP header",
	    NULL,
	    offsetof(
		struct anonymize_arguments, options.packets.without_link) },
	{ "addresses", 0, NULL, "map the addresses on standard input instead",
	    NULL, offsetof(struct anonymize_arguments, addresses) },
	FV_ANONYMIZE_ADDRESSES_OPTIONS(struct anonymize_arguments, list),
	{ "site", 0, "NAME",
	    "the site that private addresses belong to [site-1]", NULL,
	    offsetof(struct anonymize_arguments, mapping.site) },
	FV_MAPPING_ARGUMENTS_OPTIONS(struct anonymize_arguments, mapping),
	{ "threads", 0, "N", "[the processors there are]", set_threads, 0 },
	{ "replace", 0, NULL, "overwrite FILE if it exists", NULL,
	    offsetof(struct anonymize_arguments, options.replace) },
	{ "json", 0, NULL, "print the counters as JSON", NULL,
	    offsetof(struct anonymize_arguments, json) },
	{ "quiet", 'q', NULL, "print no counters and no progress", NULL,
	    offsetof(struct anonymize_arguments, quiet) },
};

const struct fv_command fv_cmd_anonymize = {
	.name = "anonymize",
	.summary = "write captures as headers without identities; map lists",
	.usage =
	    "--key SOURCE -o FILE [OPTION]... CAPTURE...\n"
	    "       flowveil anonymize --key SOURCE --addresses [OPTION]... <LIST",
	.about =
	    "Reads captures as convert does, and writes one capture of header-only\n"
	    "packets: Ethernet, VLAN, IPv4, IPv6, TCP, UDP, ICMP and the headers\n"
	    "that ICMP errors quote, each built anew from what was understood.\n"
	    "Nothing that was not understood is in it, and no payload.\n"
	    "Addresses, MACs and VLANs are pseudonyms under the key; sequence\n"
	    "numbers are shifted; lengths, ports, flags and times are kept, so that\n"
	    "flows, volumes and TCP analyses come out as before.  Checksums are\n"
	    "right for the packet as if its payload were zeros.\n"
	    "docs/privacy.md has each field.  Packets that are not IP are left out;\n"
	    "each packet is counted once, as written or under the reason why not.\n\n"
	    "With --addresses, reads IPv4 and IPv6 addresses on standard input, one\n"
	    "a line, and prints the pseudonyms that datasets and packets of the same\n"
	    "key, site and release have for them.  Line n of the output belongs to\n"
	    "line n of the input: empty lines and comments (from # on) become empty\n"
	    "lines.  The class of an address is needed to tell what a pseudonym\n"
	    "stands for: with --classes it is printed, and 'flowveil reveal' reads\n"
	    "that.\n",
	.options = options,
	.noptions = FV_COUNT(options),
	.examples =
	    "  flowveil anonymize --key file:my.key -o headers.pcapng day1.pcap\n"
	    "  flowveil anonymize --key file:my.key -o may.pcap.zst captures/\n"
	    "  flowveil anonymize --key file:my.key --addresses <servers.txt\n"
	    "  tshark -r headers.pcapng -q -z conv,tcp\n",
	.run = run,
};

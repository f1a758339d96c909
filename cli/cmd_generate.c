#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/compressed.h"
#include "base/workers.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "datasets/reference/reference.h"

enum { DAYS_MOST = 30, PARTS_MOST = 4096, THREADS_MOST = 256 };

/* What the arguments said. */
struct generate_arguments {
	struct fv_reference_options options;
	const char *directory;
	bool quiet;
};

static int
set_seed(void *context, const char *value, struct fv_err *err)
{
	struct generate_arguments *a = context;
	char *end;

	errno = 0;
	a->options.seed = strtoull(value, &end, 10);
	if (value[0] < '0' || value[0] > '9' || *end != '\0' || errno != 0)
		return fv_err_set(err, FV_EUSAGE,
		    "'%s' is not a whole number below 2^64", value);
	return 0;
}

static int
set_scale(void *context, const char *value, struct fv_err *err)
{
	struct generate_arguments *a = context;
	char *end;

	a->options.scale = strtod(value, &end);
	if (value[0] < '0' || value[0] > '9' || *end != '\0' ||
	    !(a->options.scale > 0 &&
		a->options.scale <= FV_REFERENCE_SCALE_MOST))
		return fv_err_set(err, FV_EUSAGE,
		    "'%s' is not a number above 0 and up to %g", value,
		    FV_REFERENCE_SCALE_MOST);
	return 0;
}

static int
set_days(void *context, const char *value, struct fv_err *err)
{
	struct generate_arguments *a = context;

	return fv_options_count(value, DAYS_MOST, &a->options.days, err);
}

static int
set_sites(void *context, const char *value, struct fv_err *err)
{
	struct generate_arguments *a = context;

	return fv_options_count(
	    value, FV_REFERENCE_SITES_MOST, &a->options.sites, err);
}

static int
set_snaplen(void *context, const char *value, struct fv_err *err)
{
	struct generate_arguments *a = context;
	unsigned n;

	if (fv_options_count(value, FV_REFERENCE_SNAPLEN, &n, err) == -1)
		return -1;
	if (n < FV_REFERENCE_SNAPLEN_LEAST)
		return fv_err_set(err, FV_EUSAGE, "below %d headers are cut",
		    FV_REFERENCE_SNAPLEN_LEAST);
	a->options.snaplen = n;
	return 0;
}

/* "pcapng.zst": what the names of the captures end in. */
static int
set_format(void *context, const char *value, struct fv_err *err)
{
	struct generate_arguments *a = context;
	size_t n = strcspn(value, ".");

	a->options.compression = fv_compression_of(value);
	if (strcmp(value + n, fv_compression_ending(a->options.compression)) !=
	    0)
		n = 0;
	if (n == strlen("pcap") && strncmp(value, "pcap", n) == 0)
		a->options.format = FV_REFERENCE_PCAP;
	else if (n == strlen("pcapng") && strncmp(value, "pcapng", n) == 0)
		a->options.format = FV_REFERENCE_PCAPNG;
	else
		return fv_err_set(err, FV_EUSAGE,
		    "'%s' is neither pcap nor pcapng, nor one of them with "
		    ".gz, .bz2, .xz, .zst or .lz4",
		    value);
	return 0;
}

static int
set_suspect(void *context, const char *value, struct fv_err *err)
{
	struct generate_arguments *a = context;

	if (strcmp(value, "p2p") == 0)
		a->options.suspect = FV_REFERENCE_PEER;
	else if (strcmp(value, "scanner") == 0)
		a->options.suspect = FV_REFERENCE_SCANNER;
	else
		return fv_err_set(
		    err, FV_EUSAGE, "'%s' is neither p2p nor scanner", value);
	return 0;
}

static int
set_suspect_users(void *context, const char *value, struct fv_err *err)
{
	struct generate_arguments *a = context;

	return fv_options_count(value, 2, &a->options.suspect_users, err);
}

static int
set_jitter(void *context, const char *value, struct fv_err *err)
{
	struct generate_arguments *a = context;

	return fv_options_count(
	    value, FV_REFERENCE_JITTER_MOST, &a->options.jitter, err);
}

/* "0.1", of a hundred, as packets of a million. */
static int
set_percent(const char *value, uint32_t *million, struct fv_err *err)
{
	double percent;
	char *end;

	percent = strtod(value, &end);
	if (value[0] < '0' || value[0] > '9' || *end != '\0' ||
	    !(percent <= 100))
		return fv_err_set(err, FV_EUSAGE,
		    "'%s' is not a percentage, such as 0.1", value);
	*million = (uint32_t)(percent * (FV_REFERENCE_MILLION / 100.0) + 0.5);
	return 0;
}

static int
set_loss(void *context, const char *value, struct fv_err *err)
{
	struct generate_arguments *a = context;

	return set_percent(value, &a->options.loss, err);
}

static int
set_reorder(void *context, const char *value, struct fv_err *err)
{
	struct generate_arguments *a = context;

	return set_percent(value, &a->options.reorder, err);
}

static int
set_threads(void *context, const char *value, struct fv_err *err)
{
	struct generate_arguments *a = context;

	return fv_options_count(value, THREADS_MOST, &a->options.threads, err);
}

/* "2/5": the second of five; the generator counts from nought. */
static int
set_part(void *context, const char *value, struct fv_err *err)
{
	struct generate_arguments *a = context;
	const char *slash = strchr(value, '/');
	char part[16];

	if (slash == NULL || (size_t)(slash - value) >= sizeof(part))
		return fv_err_set(err, FV_EUSAGE,
		    "'%s' is not a part: write 2/5 for the second of five",
		    value);
	memcpy(part, value, (size_t)(slash - value));
	part[slash - value] = '\0';
	if (fv_options_count(slash + 1, PARTS_MOST, &a->options.parts, err) ==
		-1 ||
	    fv_options_count(part, a->options.parts, &a->options.part, err) ==
		-1)
		return -1;
	a->options.part--;
	return 0;
}

static void
on_progress(void *context, unsigned done, unsigned total)
{
	fv_progress_update(context, done, total, done);
}

static enum fv_status
generate(const struct fv_command *self, const struct generate_arguments *a)
{
	struct fv_progress progress;
	struct fv_err err;
	int rc;

	if (a->directory == NULL) {
		(void)fv_err_set(&err, FV_EUSAGE,
		    "-o is missing: the directory to write to");
		return fv_command_failed(self, &err);
	}
	/* It may be there: parts made apart go into one directory. */
	if (mkdir(a->directory, 0777) == -1 && errno != EEXIST) {
		(void)fv_err_system(&err, errno, "%s", a->directory);
		return fv_command_failed(self, &err);
	}
	fv_progress_start(&progress, "generating", "days", a->quiet);
	rc = fv_reference_generate(
	    &a->options, a->directory, on_progress, &progress, &err);
	fv_progress_end(&progress);
	return rc == 0 ? FV_STATUS_DONE : fv_command_failed(self, &err);
}

static enum fv_status
run(const struct fv_command *self, int argc, char *const *argv)
{
	struct generate_arguments a = { .directory = NULL };
	enum fv_status status = FV_STATUS_DONE;

	fv_reference_defaults(&a.options);
	a.options.threads = fv_workers_processors();
	if (fv_command_parse(self, argc, argv, &a, NULL, &status) == 0)
		status = generate(self, &a);
	return status;
}

static const struct fv_option options[] = {
	{ "profile", 0, "NAME",
	    "deck: the month of the reference slides; today:\n"
	    "one of the present day [deck]",
	    NULL, offsetof(struct generate_arguments, options.profile) },
	{ "output", 'o', "DIR", "the directory to write to", NULL,
	    offsetof(struct generate_arguments, directory) },
	{ "seed", 0, "N", "another seed, another month [1]", set_seed, 0 },
	{ "scale", 0, "FACTOR",
	    "so many times the packets; small cells stay [1]", set_scale, 0 },
	{ "days", 0, "N", "the first N days only [30]", set_days, 0 },
	{ "sites", 0, "N", "how many networks [1]", set_sites, 0 },
	{ "suspect", 0, "KIND",
	    "what the suspicious host is: p2p or scanner [p2p]", set_suspect,
	    0 },
	{ "suspect-users", 0, "N",
	    "how many have its address in turn: 1 or 2 [1]", set_suspect_users,
	    0 },
	{ "snaplen", 0, "BYTES", "keep so many bytes of a packet [65535]",
	    set_snaplen, 0 },
	{ "format", 0, "FORMAT",
	    "pcap or pcapng; compressed with .gz, .bz2, .xz,\n"
	    ".zst or .lz4 behind, as in pcapng.zst [pcap]",
	    set_format, 0 },
	{ "jitter", 0, "MICROSECONDS",
	    "each tap's clock is late by up to so much [0]", set_jitter, 0 },
	{ "loss", 0, "PERCENT", "each tap misses so many packets [0]", set_loss,
	    0 },
	{ "reorder", 0, "PERCENT",
	    "so many stand behind up to three later ones [0]", set_reorder, 0 },
	{ "part", 0, "I/N", "make the I-th of N parts [all of it]", set_part,
	    0 },
	{ "threads", 0, "N", "[the processors there are]", set_threads, 0 },
	{ "replace", 0, NULL, "overwrite files that exist", NULL,
	    offsetof(struct generate_arguments, options.replace) },
	{ "quiet", 'q', NULL, "show no progress", NULL,
	    offsetof(struct generate_arguments, quiet) },
};

const struct fv_command fv_cmd_generate = {
	.name = "generate",
	.summary = "make the reference month: captures that anyone may share",
	.usage = "-o DIR [OPTION]...",
	.about =
	    "Writes captures of a network that never was, calibrated to every\n"
	    "figure that the reference slides print, one file per direction and\n"
	    "day, and the truth about users, leases and conversations: truth.h5.  The\n"
	    "same options give the same bytes.  docs/reference-month.md says what\n"
	    "is the slides', what is assumed, and what not to claim from it.\n",
	.options = options,
	.noptions = FV_COUNT(options),
	.examples = "  flowveil generate -o month\n"
		    "  flowveil generate --scale 0.05 --days 3 -o small\n",
	.run = run,
};

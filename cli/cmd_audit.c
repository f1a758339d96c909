#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/outfile.h"
#include "base/workers.h"
#include "cli/audit_run.h"
#include "cli/command.h"
#include "cli/hearing.h"
#include "cli/key_source.h"
#include "cli/reading_arguments.h"
#include "convert/provenance.h"
#include "datasets/door.h"

enum { THREADS_MOST = 256 };

/* A list of names has lines of names, and not many. */
enum { NAMES_LINE = 4096 };

struct audit_arguments {
	struct fv_reading_arguments reading; /* the first member */
	const char *dataset;
	struct fv_key_source key;
	const char *names;
	const char *output;
	unsigned threads;
	bool no_raw;
	bool json;
	bool quiet;
	bool replace;
};

static int
set_dataset(void *context, const char *value, struct fv_err *err)
{
	struct audit_arguments *a = context;

	if (a->dataset != NULL)
		return fv_err_set(err, FV_EUSAGE,
		    "takes one dataset at a time; captures go behind --raw");
	a->dataset = value;
	return 0;
}

static int
set_threads(void *context, const char *value, struct fv_err *err)
{
	struct audit_arguments *a = context;

	return fv_options_count(value, THREADS_MOST, &a->threads, err);
}

/* A name on each line; what is too short is told, since nobody looks for it. */
static int
read_names(const char *path, struct fv_originals *o, struct fv_err *err)
{
	FILE *in = fopen(path, "re");
	char line[NAMES_LINE];
	uint64_t number = 0;
	size_t before, n;
	int rc = -1;

	if (in == NULL)
		return fv_err_system(err, errno, "--names: %s", path);
	while (fgets(line, sizeof(line), in) != NULL) {
		number++;
		n = strcspn(line, "\r\n");
		if (n == sizeof(line) - 1) {
			(void)fv_err_set(err, FV_EFORMAT,
			    "--names: line %" PRIu64 " is too long", number);
			goto out;
		}
		before = o->names.count;
		if (fv_originals_name(o, line, n, err) == -1)
			goto out;
		if (n > 0 && o->names.count == before &&
		    n < FV_ORIGINALS_NAME_LEAST)
			(void)fprintf(stderr,
			    "flowveil audit: note: --names: line %" PRIu64
			    " has fewer than %d characters: too short to be "
			    "told from chance, not looked for\n",
			    number, FV_ORIGINALS_NAME_LEAST);
	}
	rc = ferror(in) != 0 ? fv_err_system(err, errno, "--names: %s", path)
			     : 0;
out:
	(void)fclose(in);
	return rc;
}

static int
harvest(
    const struct audit_arguments *a, struct fv_harvest *h, struct fv_err *err)
{
	struct fv_reading_options reading = a->reading.options;
	struct fv_hearing hearing;
	const struct fv_listener listener = { .progress = fv_hearing_progress,
		.context = &hearing };
	struct fv_reader *reader;
	int rc;

	/* What is no dataset fails a gate later, which says so. */
	if ((reader = fv_door_open(a->dataset, err)) != NULL)
		fv_provenance_decoder(reader, &reading.decoder);
	fv_reader_free(reader);

	fv_hearing_start(&hearing, "audit", "reading captures",
	    fv_reading_arguments_size(&a->reading), a->quiet);
	rc = fv_harvest_run(
	    a->reading.inputs, a->reading.ninputs, &reading, &listener, h, err);
	fv_hearing_end(&hearing);
	if (rc == -1 || a->names == NULL)
		return rc;
	return read_names(a->names, &h->originals, err);
}

static int
check_arguments(const struct audit_arguments *a, struct fv_err *err)
{
	if (a->dataset == NULL)
		return fv_err_set(err, FV_EUSAGE, "no dataset is named");
	if (a->no_raw && a->reading.ninputs > 0)
		return fv_err_set(err, FV_EUSAGE,
		    "--no-raw and captures ask for opposite things");
	if (a->reading.ninputs == 0 && (a->key.key != NULL || a->names != NULL))
		return fv_err_set(err, FV_EUSAGE,
		    "%s needs the captures, too: give them with --raw",
		    a->key.key != NULL ? "--key" : "--names");
	return fv_reading_arguments_check(&a->reading, err);
}

/* The report, to where it is wanted. */
static int
tell(const struct audit_arguments *a, const struct fv_audit_verdict *v,
    struct fv_err *err)
{
	char *text =
	    a->json ? fv_audit_verdict_json(v) : fv_audit_verdict_text(v);
	struct fv_outfile *out = NULL;
	int rc = -1;

	if (text == NULL)
		return fv_err_set(err, FV_EMEMORY, "out of memory");
	if (a->output == NULL) {
		rc = fputs(text, stdout) == EOF ? -1 : 0;
		if (rc == -1)
			(void)fv_err_system(err, errno, "standard output");
	} else if ((out = fv_outfile_new(a->output, a->replace, err)) != NULL &&
	    fv_outfile_write(out, text, strlen(text), err) == 0) {
		rc = fv_outfile_commit(out, err);
	}
	fv_outfile_free(out);
	free(text);
	return rc;
}

static enum fv_status
audit(const struct fv_command *self, const struct audit_arguments *a)
{
	struct fv_audit_subject subject = { .dataset = a->dataset,
		.without_captures = a->no_raw,
		.threads = a->threads };
	struct fv_audit_verdict verdict;
	struct fv_key *key = NULL;
	struct fv_harvest h;
	struct fv_err err;
	bool good = false;
	int rc = -1;

	memset(&h, 0, sizeof(h));
	fv_audit_verdict_init(&verdict);
	if (check_arguments(a, &err) == -1 ||
	    (a->key.key != NULL &&
		(key = fv_key_source_take(&a->key, &err)) == NULL) ||
	    (a->reading.ninputs > 0 && harvest(a, &h, &err) == -1))
		goto out;
	subject.key = key;
	subject.harvest = a->reading.ninputs > 0 ? &h : NULL;
	if (fv_audit_run(&subject, &verdict, &err) == 0 &&
	    tell(a, &verdict, &err) == 0)
		rc = 0;
	good = fv_audit_verdict_good(&verdict);
out:
	fv_harvest_wipe(&h);
	fv_key_free(key);
	fv_audit_verdict_clear(&verdict);
	if (rc == -1)
		return fv_command_failed(self, &err);
	return good ? FV_STATUS_DONE : FV_STATUS_FAILED;
}

static enum fv_status
run(const struct fv_command *self, int argc, char *const *argv)
{
	struct audit_arguments a = { .threads = fv_workers_processors() };
	enum fv_status status = FV_STATUS_DONE;

	if (fv_command_parse(self, argc, argv, &a, set_dataset, &status) == 0)
		status = audit(self, &a);
	fv_reading_arguments_free(&a.reading);
	return status;
}

static const struct fv_option options[] = {
	{ "raw", 0, "CAPTURE",
	    "a capture that it was made of; all of them, and\n"
	    "those below as they were given to convert",
	    fv_reading_arguments_capture, 0 },
	FV_READING_ARGUMENTS_OPTIONS(struct audit_arguments, reading),
	{ "no-raw", 0, NULL,
	    "run only what needs no captures; that says nothing\n"
	    "of original addresses in the dataset",
	    NULL, offsetof(struct audit_arguments, no_raw) },
	{ "key", 'k', FV_KEY_SOURCE_METAVAR,
	    "map the originals again, too, with file:PATH,\n"
	    "env:NAME or fd:NUMBER",
	    NULL, offsetof(struct audit_arguments, key.key) },
	FV_KEY_SOURCE_PASSPHRASE(struct audit_arguments, key),
	{ "names", 0, "FILE",
	    "names that must not be in it, one to a line: of\n"
	    "people, rooms, machines; kept nowhere",
	    NULL, offsetof(struct audit_arguments, names) },
	{ "output", 'o', "FILE", "write the report there [standard output]",
	    NULL, offsetof(struct audit_arguments, output) },
	{ "json", 0, NULL, "as JSON, for programs", NULL,
	    offsetof(struct audit_arguments, json) },
	{ "replace", 0, NULL, "overwrite FILE if it exists", NULL,
	    offsetof(struct audit_arguments, replace) },
	{ "threads", 0, "N", "[the processors there are]", set_threads, 0 },
	{ "quiet", 'q', NULL, "show no progress", NULL,
	    offsetof(struct audit_arguments, quiet) },
};

const struct fv_command fv_cmd_audit = {
	.name = "audit",
	.summary = "show that no original is in a dataset",
	.usage = "DATASET --raw CAPTURE... [OPTION]...",
	.about =
	    "Reads the captures again, gathers every address, link-layer address\n"
	    "and name in them, also from quoted headers, tunnels and options, and\n"
	    "searches the finished dataset for each, as bytes and as text.  Checks\n"
	    "that the mapping is one to one and keeps prefixes, that every column\n"
	    "holds what its technique leaves, and that nothing else is in the file.\n"
	    "Prints a report that names places, and never what was found there.\n"
	    "What could not be checked counts as not shown.  docs/privacy.md says\n"
	    "what each gate proves.\n",
	.options = options,
	.noptions = FV_COUNT(options),
	.examples =
	    "  flowveil audit day1.h5 --raw day1.pcap\n"
	    "  flowveil audit may.h5 --outbound out.pcap --inbound in.pcap \\\n"
	    "      --names staff.txt -o audit.txt\n"
	    "  flowveil audit --json -o audit.json day1.h5 --raw day1.pcap\n",
	.run = run,
};

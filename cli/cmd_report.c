#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/registry.h"
#include "analysis/report_json.h"
#include "analysis/report_text.h"
#include "analysis/scan.h"
#include "base/memory.h"
#include "base/workers.h"
#include "cli/command.h"
#include "cli/gnuplot.h"
#include "cli/progress.h"
#include "cli/report_files.h"

/* More datasets than this are better merged first. */
enum { DATASETS_LIMIT = 65536 };

/* What the arguments said. */
/* The most memory that can be allowed, in MiB: 16 TiB. */
enum { MEMORY_LIMIT = 1 << 24 };

struct report_arguments {
	const char **paths;
	size_t npaths;
	size_t capacity;
	const struct fv_analysis *chosen[FV_REGISTRY_COUNT];
	size_t nchosen;
	const char *directory;
	unsigned threads;
	unsigned memory; /* MiB */
	bool json;
	bool segments;
	const char *host;
	bool mask_labels;
	bool plots;
	bool quiet;
};

static int
set_dataset(void *context, const char *value, struct fv_err *err)
{
	struct report_arguments *a = context;
	const char **grown;

	grown = fv_memory_grow(a->paths, &a->capacity, a->npaths + 1,
	    sizeof(*grown), DATASETS_LIMIT, err);
	if (grown == NULL)
		return fv_err_within(err, "datasets");
	a->paths = grown;
	a->paths[a->npaths++] = value;
	return 0;
}

/* Choose the analyses that ${word} names, each once. */
static int
choose(struct report_arguments *a, const char *word, struct fv_err *err)
{
	size_t i, k;

	if (fv_registry_find(word) == NULL)
		return fv_err_set(err, FV_EUSAGE,
		    "'%s' is no result: see 'flowveil help report'", word);
	for (i = 0; i < FV_REGISTRY_COUNT; i++) {
		if (!fv_registry_gives(fv_registry[i], word))
			continue;
		for (k = 0; k < a->nchosen; k++)
			if (a->chosen[k] == fv_registry[i])
				break;
		if (k == a->nchosen)
			a->chosen[a->nchosen++] = fv_registry[i];
	}
	return 0;
}

static int
set_only(void *context, const char *value, struct fv_err *err)
{
	char *copy, *word, *rest = NULL;
	int rc = 0;

	if ((copy = strdup(value)) == NULL)
		return fv_err_set(err, FV_EMEMORY, "out of memory");
	for (word = strtok_r(copy, ",", &rest); word != NULL && rc == 0;
	     word = strtok_r(NULL, ",", &rest))
		rc = choose(context, word, err);
	free(copy);
	return rc;
}

static int
set_memory(void *context, const char *value, struct fv_err *err)
{
	struct report_arguments *a = context;

	return fv_options_count(value, MEMORY_LIMIT, &a->memory, err);
}

static int
set_unit(void *context, const char *value, struct fv_err *err)
{
	struct report_arguments *a = context;

	a->segments = strcmp(value, "segment") == 0;
	if (!a->segments && strcmp(value, "address") != 0)
		return fv_err_set(err, FV_EUSAGE,
		    "'%s' is no unit: address or segment", value);
	return 0;
}

static int
set_threads(void *context, const char *value, struct fv_err *err)
{
	struct report_arguments *a = context;

	return fv_options_count(value, FV_SCAN_THREADS_LIMIT, &a->threads, err);
}

static void
on_progress(void *context, uint64_t rows, uint64_t total)
{
	fv_progress_update(context, rows, total, rows);
}

/* Lay ${result} out, and put it where it was asked for. */
static int
deliver(const struct report_arguments *a, const struct fv_result *result,
    struct fv_err *err)
{
	struct fv_textbuf text = { 0 };
	int rc;

	if (a->directory != NULL)
		return fv_report_files_write(
		    result, a->directory, a->mask_labels, a->plots, err);
	rc = a->json ? fv_report_json_write(result, a->mask_labels, &text, err)
		     : fv_report_text_write(result, a->mask_labels, &text, err);
	/* main() looks whether standard output took it all. */
	if (rc == 0 &&
	    fwrite(text.bytes, 1, text.length, stdout) != text.length)
		rc = fv_err_set(err, FV_EIO, "standard output failed");
	fv_textbuf_free(&text);
	return rc;
}

static enum fv_status
report(const struct fv_command *self, const struct report_arguments *a)
{
	struct fv_progress progress;
	const struct fv_scan_options scan = {
		.analyses = a->nchosen > 0 ? a->chosen : fv_registry,
		.nanalyses = a->nchosen > 0 ? a->nchosen : FV_REGISTRY_COUNT,
		.threads = a->threads,
		.host = a->host,
		.segments = a->segments,
		.memory = (size_t)a->memory << 20,
		.scratch = getenv("TMPDIR"),
		.progress = on_progress,
		.progress_arg = &progress,
	};
	struct fv_result *result;
	struct fv_err err;
	int rc = -1;

	if (a->npaths == 0) {
		(void)fv_err_set(&err, FV_EUSAGE, "no dataset is named");
		return fv_command_failed(self, &err);
	}
	if (a->plots && a->directory == NULL) {
		(void)fv_err_set(&err, FV_EUSAGE,
		    "--plots writes files: say where, with -o DIR");
		return fv_command_failed(self, &err);
	}
	if (a->plots && fv_gnuplot_find(&err) == -1)
		return fv_command_failed(self, &err);
	if ((result = fv_result_new("flowveil report", &err)) == NULL)
		return fv_command_failed(self, &err);
	fv_progress_start(&progress, "reading", "rows", a->quiet);
	rc = fv_scan_datasets(a->paths, a->npaths, &scan, result, &err);
	fv_progress_end(&progress);
	if (rc == 0)
		rc = deliver(a, result, &err);
	fv_result_free(result);
	return rc == 0 ? FV_STATUS_DONE : fv_command_failed(self, &err);
}

static enum fv_status
run(const struct fv_command *self, int argc, char *const *argv)
{
	struct report_arguments a = { .threads = fv_workers_processors() };
	enum fv_status status = FV_STATUS_DONE;

	if (a.threads > FV_SCAN_THREADS_LIMIT)
		a.threads = FV_SCAN_THREADS_LIMIT;
	if (fv_command_parse(self, argc, argv, &a, set_dataset, &status) == 0)
		status = report(self, &a);
	free(a.paths);
	return status;
}

static const struct fv_option options[] = {
	{ "output", 'o', "DIR",
	    "write report.html, report.json, report.txt and\n"
	    "tables/*.csv into the new directory DIR\n"
	    "[the text to standard output]",
	    NULL, offsetof(struct report_arguments, directory) },
	{ "json", 0, NULL, "the JSON to standard output", NULL,
	    offsetof(struct report_arguments, json) },
	{ "only", 0, "RESULTS",
	    "these alone, with commas between: R01 to R29, or\n"
	    "names such as protocols (docs/analyses.md)",
	    set_only, 0 },
	{ "host", 0, "ADDRESS",
	    "look closely at this host, by its published address\n"
	    "['ADDRESS at SITE' where several sites have it; the\n"
	    "host with most destinations]",
	    NULL, offsetof(struct report_arguments, host) },
	{ "unit", 0, "UNIT",
	    "what counts as a host: an address, or each segment\n"
	    "of one that R27 takes for another host; then\n"
	    "192.0.2.1#2 is the second of an address [address]",
	    set_unit, 0 },
	{ "plots", 0, NULL,
	    "with -o: also plots/, for papers: data, a script\n"
	    "and an SVG of each figure, drawn by gnuplot",
	    NULL, offsetof(struct report_arguments, plots) },
	{ "mask-labels", 0, NULL,
	    "name hosts by rank: a report that is the same\n"
	    "whatever the addresses were mapped to",
	    NULL, offsetof(struct report_arguments, mask_labels) },
	{ "threads", 0, "N", "[the processors there are]", set_threads, 0 },
	{ "memory", 0, "MIB",
	    "what tables that grow with the rows may hold\n"
	    "before parts go to $TMPDIR, or /var/tmp [1024]",
	    set_memory, 0 },
	{ "quiet", 'q', NULL, "show no progress", NULL,
	    offsetof(struct report_arguments, quiet) },
};

const struct fv_command fv_cmd_report = {
	.name = "report",
	.summary = "characterise datasets, as the reference slides did",
	.usage = "[OPTION]... DATASET...",
	.about =
	    "Reads the datasets and prints what was observed during\n"
	    "conversion, which protocols, ports and services there are, how much\n"
	    "each host sent out and to how many, and what the two loudest hosts\n"
	    "did.  Several datasets give one report over all.\n"
	    "docs/analyses.md defines each result.\n",
	.options = options,
	.noptions = FV_COUNT(options),
	.examples = "  flowveil report day1.h5\n"
		    "  flowveil report --only R06,R09 --json may.h5 june.h5\n"
		    "  flowveil report -o may-report may.h5\n",
	.run = run,
};

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/workers.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "datasets/merge.h"

enum { THREADS_MOST = 256 };

/* What the arguments said. */
struct merge_arguments {
	const char **paths;
	size_t npaths;
	size_t capacity;
	const char *output;
	unsigned threads;
	bool replace;
	bool quiet;
};

static int
add_dataset(void *context, const char *value, struct fv_err *err)
{
	struct merge_arguments *a = context;
	const char **grown;

	grown = fv_memory_grow(a->paths, &a->capacity, a->npaths + 1,
	    sizeof(*grown), FV_MERGE_LIMIT, err);
	if (grown == NULL)
		return fv_err_within(err, "datasets");
	a->paths = grown;
	a->paths[a->npaths++] = value;
	return 0;
}

static int
set_threads(void *context, const char *value, struct fv_err *err)
{
	struct merge_arguments *a = context;

	return fv_options_count(value, THREADS_MOST, &a->threads, err);
}

static void
on_progress(void *context, uint64_t rows, uint64_t total)
{
	fv_progress_update(context, rows, total, rows);
}

static int
check_arguments(const struct merge_arguments *a, struct fv_err *err)
{
	if (a->output == NULL)
		return fv_err_set(
		    err, FV_EUSAGE, "-o is missing: the dataset to write");
	if (a->npaths == 0)
		return fv_err_set(err, FV_EUSAGE, "no dataset is named");
	return 0;
}

static enum fv_status
merge(const struct fv_command *self, const struct merge_arguments *a)
{
	struct fv_progress progress;
	const struct fv_merge_options options = {
		.threads = a->threads,
		.replace = a->replace,
		.progress = on_progress,
		.context = &progress,
	};
	struct fv_merge_summary s;
	struct fv_err err;
	int rc;

	if (check_arguments(a, &err) == -1)
		return fv_command_failed(self, &err);
	fv_progress_start(&progress, "merging", "records", a->quiet);
	rc = fv_merge_run(a->paths, a->npaths, a->output, &options, &s, &err);
	fv_progress_end(&progress);
	if (rc == -1)
		return fv_command_failed(self, &err);
	if (!a->quiet)
		(void)printf("datasets %zu, flow records %" PRIu64
			     ", hosts %" PRIu64 ", devices %" PRIu64
			     ", captures %" PRIu64 ", sites %" PRIu64 "\n",
		    a->npaths, s.flows, s.hosts, s.devices, s.captures,
		    s.sites);
	return FV_STATUS_DONE;
}

static enum fv_status
run(const struct fv_command *self, int argc, char *const *argv)
{
	struct merge_arguments a = { .threads = fv_workers_processors() };
	enum fv_status status = FV_STATUS_DONE;

	if (fv_command_parse(self, argc, argv, &a, add_dataset, &status) == 0)
		status = merge(self, &a);
	free(a.paths);
	return status;
}

static const struct fv_option options[] = {
	{ "output", 'o', "FILE", "the dataset to write (HDF5)", NULL,
	    offsetof(struct merge_arguments, output) },
	{ "threads", 0, "N", "[the processors there are]", set_threads, 0 },
	{ "replace", 'f', NULL, "overwrite FILE if it exists", NULL,
	    offsetof(struct merge_arguments, replace) },
	{ "quiet", 'q', NULL, "print no counts and no progress", NULL,
	    offsetof(struct merge_arguments, quiet) },
};

const struct fv_command fv_cmd_dataset_merge = {
	.name = "dataset merge",
	.summary = "put datasets of one key together",
	.usage = "-o FILE [OPTION]... DATASET...",
	.about =
	    "Writes one dataset that holds what one conversion of all captures\n"
	    "would have given, whatever the order of the arguments: sites by\n"
	    "name, and the datasets of a site in the order of their first packet.\n"
	    "All must have been made under one key and with the same settings.\n"
	    "A host of one site is one host in the result; a flow that goes on\n"
	    "from one dataset to the next stays two records.\n",
	.options = options,
	.noptions = FV_COUNT(options),
	.examples =
	    "  flowveil dataset merge -o may.h5 may-01.h5 may-02.h5 may-03.h5\n"
	    "  flowveil dataset merge -o all.h5 hotel-*.h5 airport-*.h5\n",
	.run = run,
};

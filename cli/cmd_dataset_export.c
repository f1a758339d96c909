#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/compressed.h"
#include "base/outfile.h"
#include "base/workers.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "datasets/door.h"
#include "datasets/export_csv.h"
#include "datasets/export_ipfix.h"
#include "datasets/export_parquet.h"
#include "datasets/export_plan.h"
#include "datasets/parquet_column.h"

/* More threads than this only wait for the one that writes. */
enum { THREADS_LIMIT = 64 };

enum format { FORMAT_CSV, FORMAT_PARQUET, FORMAT_IPFIX };

/* What the arguments said. */
struct export_arguments {
	const char *path;
	const char *output;
	struct fv_export_options plan;
	enum format format; /* as the ending of output says */
	enum fv_compression compression;
	unsigned group_rows;
	unsigned threads;
	bool utc_times;
	bool crlf;
	bool replace;
	bool quiet;
};

/* Where the bytes go: into an output, or to standard output. */
struct target {
	struct fv_outfile *out; /* NULL: standard output */
	struct fv_compressed *stream;
	bool failed; /* it did not take the bytes, and said why */
	bool left;   /* whoever read standard output went away */
};

static int
set_path(void *context, const char *value, struct fv_err *err)
{
	struct export_arguments *a = context;

	if (a->path != NULL)
		return fv_err_set(err, FV_EUSAGE, "takes one dataset");
	a->path = value;
	return 0;
}

/* Whether the ${n} characters of ${name} end in ${ending}. */
static bool
ends_in(const char *name, size_t n, const char *ending)
{
	size_t length = strlen(ending);

	return n > length && memcmp(name + n - length, ending, length) == 0;
}

/* What to write, by the endings of the output's name. */
static int
set_output(void *context, const char *value, struct fv_err *err)
{
	struct export_arguments *a = context;
	size_t n = strlen(value);

	a->output = value;
	a->compression = fv_compression_of(value);
	n -= strlen(fv_compression_ending(a->compression));
	if (ends_in(value, n, ".csv"))
		a->format = FORMAT_CSV;
	else if (ends_in(value, n, ".parquet"))
		a->format = FORMAT_PARQUET;
	else if (ends_in(value, n, ".ipfix"))
		a->format = FORMAT_IPFIX;
	else
		return fv_err_set(err, FV_EUSAGE,
		    "%s: an export's name ends in .csv, .csv.gz (or .bz2, "
		    ".xz, .zst, .lz4), .parquet or .ipfix",
		    value);
	if (a->format == FORMAT_PARQUET &&
	    a->compression != FV_COMPRESSION_NONE)
		return fv_err_set(err, FV_EUSAGE,
		    "%s: Parquet is compressed inside, not by name", value);
	return 0;
}

static int
set_table(void *context, const char *value, struct fv_err *err)
{
	struct export_arguments *a = context;

	return fv_export_table(value, &a->plan.table, err);
}

static int
set_head(void *context, const char *value, struct fv_err *err)
{
	struct export_arguments *a = context;
	char end;

	/* strtoull(3) takes signs and spaces; a count has neither. */
	if (strspn(value, "0123456789") != strlen(value) ||
	    strlen(value) > 19 ||
	    sscanf(value, "%" SCNu64 "%c", &a->plan.rows, &end) != 1)
		return fv_err_set(
		    err, FV_EUSAGE, "'%s' is no number of rows", value);
	return 0;
}

static int
set_times(void *context, const char *value, struct fv_err *err)
{
	struct export_arguments *a = context;

	if (strcmp(value, "ns") == 0)
		a->utc_times = false;
	else if (strcmp(value, "utc") == 0)
		a->utc_times = true;
	else
		return fv_err_set(
		    err, FV_EUSAGE, "'%s' is neither ns nor utc", value);
	return 0;
}

static int
set_group_rows(void *context, const char *value, struct fv_err *err)
{
	struct export_arguments *a = context;

	return fv_options_count(
	    value, FV_PARQUET_GROUP_ROWS, &a->group_rows, err);
}

static int
set_threads(void *context, const char *value, struct fv_err *err)
{
	struct export_arguments *a = context;

	return fv_options_count(value, THREADS_LIMIT, &a->threads, err);
}

static void
on_progress(void *arg, uint64_t rows, uint64_t total)
{
	fv_progress_update(arg, rows, total, rows);
}

/* The sink of standard output; its reader may have had enough of it. */
static int
write_stdout(struct target *t, const char *at, size_t n, struct fv_err *err)
{
	ssize_t wrote;

	while (n > 0) {
		if ((wrote = write(STDOUT_FILENO, at, n)) == -1) {
			if (errno == EINTR)
				continue;
			t->left = errno == EPIPE;
			return fv_err_system(err, errno, "standard output");
		}
		at += wrote;
		n -= (size_t)wrote;
	}
	return 0;
}

static int
take_bytes(void *arg, const void *bytes, size_t n, struct fv_err *err)
{
	struct target *t = arg;
	int rc;

	if (t->out == NULL)
		rc = write_stdout(t, bytes, n, err);
	else
		rc = fv_compressed_write(t->stream, bytes, n, err);
	t->failed = rc == -1;
	return rc;
}

/* IPFIX has flow records, and columns of its own. */
static int
check_ipfix(const struct export_arguments *a, struct fv_err *err)
{
	if (a->plan.table != FV_TABLE_FLOWS || a->plan.columns != NULL ||
	    a->plan.words || a->utc_times)
		return fv_err_set(err, FV_EUSAGE,
		    "IPFIX holds flows in elements of its own: no --table, "
		    "--columns, --words or --times");
	return 0;
}

/* Write columns of a table, as CSV or Parquet. */
static int
write_table(const struct export_arguments *a, struct fv_reader *reader,
    const struct fv_export_progress *progress, struct target *t,
    struct fv_err *err)
{
	const struct fv_export_csv_options csv = {
		.threads = a->threads,
		.crlf = a->crlf,
		.iso_times = a->utc_times,
		.progress = *progress,
	};
	const struct fv_export_parquet_options parquet = {
		.threads = a->threads,
		.group_rows = a->group_rows,
		.utc_times = a->utc_times,
		.progress = *progress,
	};
	struct fv_export_plan *plan;
	int rc;

	if ((plan = fv_export_plan_new(reader, &a->plan, err)) == NULL)
		return -1;
	if (a->format == FORMAT_PARQUET)
		rc = fv_export_parquet(plan, &parquet, take_bytes, t, err);
	else
		rc = fv_export_csv(plan, &csv, take_bytes, t, err);
	fv_export_plan_free(plan);
	return rc;
}

/* Write what was asked for. */
static int
write_rows(const struct export_arguments *a, struct fv_reader *reader,
    struct target *t, struct fv_err *err)
{
	struct fv_progress shown;
	const struct fv_export_progress progress = { on_progress, &shown };
	const struct fv_export_ipfix_options ipfix = { a->plan.rows, progress };
	int rc;

	fv_progress_start(&shown, "exporting", "rows",
	    a->quiet || (t->out == NULL && isatty(STDOUT_FILENO)));
	if (a->format == FORMAT_IPFIX)
		rc = fv_export_ipfix(reader, &ipfix, take_bytes, t, err);
	else
		rc = write_table(a, reader, &progress, t, err);
	fv_progress_end(&shown);
	/* What the target said names it; all else is about the dataset. */
	if (rc == -1 && !t->failed && err->code != FV_EUSAGE)
		(void)fv_err_within(err, "%s", a->path);
	return rc;
}

static int
export_dataset(
    const struct export_arguments *a, struct target *t, struct fv_err *err)
{
	struct fv_reader *reader;
	int rc = -1;

	if ((reader = fv_door_open(a->path, err)) == NULL)
		return fv_err_within(err, "%s", a->path);
	if (a->output != NULL &&
	    ((t->out = fv_outfile_new(a->output, a->replace, err)) == NULL ||
		(t->stream = fv_compressed_new(t->out, a->compression, err)) ==
		    NULL))
		goto out;
	rc = write_rows(a, reader, t, err);
	if (rc == 0 && t->out != NULL)
		rc = fv_compressed_finish(t->stream, err);
	if (rc == 0 && t->out != NULL)
		rc = fv_outfile_commit(t->out, err);
out:
	fv_compressed_free(t->stream);
	fv_outfile_free(t->out);
	fv_reader_free(reader);
	return rc;
}

static enum fv_status
run(const struct fv_command *self, int argc, char *const *argv)
{
	struct export_arguments a = {
		.plan = { .table = FV_TABLE_FLOWS, .rows = UINT64_MAX },
		.group_rows = FV_EXPORT_PARQUET_ROWS,
		.threads = fv_workers_processors(),
	};
	enum fv_status status = FV_STATUS_DONE;
	struct target t = { .out = NULL };
	struct fv_err err;

	if (a.threads > THREADS_LIMIT)
		a.threads = THREADS_LIMIT;
	if (fv_command_parse(self, argc, argv, &a, set_path, &status) == -1)
		return status;
	if (a.path == NULL)
		(void)fv_err_set(&err, FV_EUSAGE, "no dataset is named");
	else if (a.format == FORMAT_IPFIX && check_ipfix(&a, &err) == -1)
		t.failed = true;
	else if (export_dataset(&a, &t, &err) == 0)
		return FV_STATUS_DONE;
	/* Where SIGPIPE is ignored, as silent as where it is not. */
	return t.left ? FV_STATUS_FAILED : fv_command_failed(self, &err);
}

#define AT(field) offsetof(struct export_arguments, field)

static const struct fv_option options[] = {
	{ "output", 'o', "FILE",
	    "write to FILE: .csv, .csv.gz (.bz2, .xz, .zst,\n"
	    ".lz4), .parquet, .ipfix [CSV to standard output]",
	    set_output, 0 },
	{ "table", 0, "NAME",
	    "flows, hosts, devices, stacks, captures or sites\n[flows]",
	    set_table, 0 },
	{ "columns", 0, "NAMES",
	    "these alone, with commas between; see above [all]", NULL,
	    AT(plan.columns) },
	{ "head", 0, "N", "the first N rows alone", set_head, 0 },
	{ "words", 0, NULL, "codes as words: outbound, not 1", NULL,
	    AT(plan.words) },
	{ "times", 0, "FORM",
	    "ns: nanoseconds since 1970, for every program; utc:\n"
	    "ISO 8601 in CSV, timestamps in Parquet [ns]",
	    set_times, 0 },
	{ "crlf", 0, NULL, "end the lines of CSV with CR and LF", NULL,
	    AT(crlf) },
	{ "row-group", 0, "N", "rows of a row group of Parquet [1048576]",
	    set_group_rows, 0 },
	{ "threads", 0, "N", "[the processors there are]", set_threads, 0 },
	{ "replace", 0, NULL, "write over an existing FILE", NULL,
	    AT(replace) },
	{ "quiet", 'q', NULL, "show no progress", NULL, AT(quiet) },
};

const struct fv_command fv_cmd_dataset_export = {
	.name = "dataset export",
	.summary = "write a table as CSV, Parquet or IPFIX",
	.usage = "[OPTION]... DATASET",
	.about =
	    "Writes the rows of one table.  Flow records come with the addresses\n"
	    "of their hosts, as source_address and destination_address.\n"
	    "\n"
	    "Columns have the names that 'flowveil dataset schema' lists, and\n"
	    "these besides: row is the number of the row, which other tables\n"
	    "refer to; where column X refers to a table, X_Y is the column Y of\n"
	    "that row: source_internal, stack_mss, capture_side,\n"
	    "source_site_name.  What refers to no row is empty.\n",
	.options = options,
	.noptions = FV_COUNT(options),
	.examples =
	    "  flowveil dataset export day1.h5 | head\n"
	    "  flowveil dataset export --columns protocol day1.h5 | sort | uniq -c\n"
	    "  flowveil dataset export -o flows.parquet day1.h5\n"
	    "  flowveil dataset export --table hosts -o hosts.csv.zst day1.h5\n",
	.run = run,
};

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/outfile.h"
#include "cli/command.h"
#include "cli/key_source.h"
#include "cli/progress.h"
#include "datasets/metadata.h"
#include "datasets/package.h"
#include "datasets/sample.h"

/* What the arguments said. */
struct package_arguments {
	struct fv_package package;
	const char *datasets[FV_PACKAGE_DATASETS];
	const char *metadata;
	const char *sign;
	const char *init;
	bool quiet;
	struct fv_progress progress;
};

static int
add_dataset(void *context, const char *value, struct fv_err *err)
{
	struct package_arguments *a = context;

	if (a->package.ndatasets == FV_PACKAGE_DATASETS)
		return fv_err_set(err, FV_EUSAGE,
		    "more than %d datasets; merge them before",
		    FV_PACKAGE_DATASETS);
	a->datasets[a->package.ndatasets++] = value;
	return 0;
}

/* "2G": bytes, with k, M, G or T for powers of 1000. */
static int
set_part_size(void *context, const char *value, struct fv_err *err)
{
	static const char units[] = "kMGT";
	struct package_arguments *a = context;
	unsigned long long n, factor = 1;
	const char *unit;
	char *end;

	errno = 0;
	n = strtoull(value, &end, 10);
	if (*end != '\0' && (unit = strchr(units, *end)) != NULL) {
		size_t i, power = (size_t)(unit - units) + 1;

		for (i = 0; i < power; i++)
			factor *= 1000;
		end++;
	}
	if (value[0] < '0' || value[0] > '9' || *end != '\0' || errno != 0 ||
	    n == 0 || n > UINT64_MAX / factor)
		return fv_err_set(err, FV_EUSAGE,
		    "--part-size: '%s' is no size: write it as 4G, 700M or "
		    "in bytes",
		    value);
	a->package.part_size = n * factor;
	return 0;
}

static int
set_sample(void *context, const char *value, struct fv_err *err)
{
	struct package_arguments *a = context;
	unsigned rows;

	if (strcmp(value, "0") == 0) {
		a->package.sample_rows = 0;
		return 0;
	}
	if (fv_options_count(value, 1000000, &rows, err) == -1)
		return fv_err_within(err, "--sample-rows");
	a->package.sample_rows = rows;
	return 0;
}

static void
show(void *context, const char *what, size_t done, size_t all)
{
	struct package_arguments *a = context;

	a->progress.verb = what;
	fv_progress_update(&a->progress, done, all, done);
}

/* The time that reproducible builds agree on, if the environment has it. */
static int
take_epoch(struct package_arguments *a, struct fv_err *err)
{
	const char *text = getenv("SOURCE_DATE_EPOCH");
	/* The last second of the year 9999. */
	const long long most = 253402300799;
	long long value;
	char *end;

	a->package.mtime = -1;
	if (text == NULL || text[0] == '\0')
		return 0;
	errno = 0;
	value = strtoll(text, &end, 10);
	if (errno != 0 || *end != '\0' || value < 0 || value > most)
		return fv_err_set(err, FV_EUSAGE,
		    "SOURCE_DATE_EPOCH is not a number of seconds since 1970");
	a->package.mtime = value;
	return 0;
}

static enum fv_status
init(const struct fv_command *self, const struct package_arguments *a)
{
	struct fv_outfile *out = NULL;
	enum fv_status status = FV_STATUS_DONE;
	struct fv_err err;
	char *text;

	if ((text = fv_metadata_template(&err)) == NULL ||
	    (out = fv_outfile_new(a->init, a->package.replace, &err)) == NULL ||
	    fv_outfile_write(out, text, strlen(text), &err) == -1 ||
	    fv_outfile_commit(out, &err) == -1)
		status = fv_command_failed(self, &err);
	else
		(void)fprintf(stderr,
		    "%s: fill it in; all that you write there is published\n",
		    a->init);
	fv_outfile_free(out);
	free(text);
	return status;
}

/* Every fault of the metadata, by line, as compilers tell theirs. */
static void
print_faults(const char *path, const struct fv_metadata_faults *faults)
{
	const struct fv_metadata_fault *f;
	size_t i;

	for (i = 0; i < faults->count && i < FV_METADATA_FAULTS; i++) {
		f = &faults->fault[i];
		if (f->line == 0)
			(void)fprintf(stderr, "%s: %s\n", path, f->text);
		else
			(void)fprintf(
			    stderr, "%s:%u: %s\n", path, f->line, f->text);
	}
}

static int
check_arguments(const struct package_arguments *a, struct fv_err *err)
{
	if (a->metadata == NULL)
		return fv_err_set(err, FV_EUSAGE,
		    "--metadata is missing; begin with 'flowveil dataset "
		    "package --init release.cff'");
	if (a->package.output == NULL)
		return fv_err_set(err, FV_EUSAGE,
		    "--output is missing: the archive or directory to make");
	if (a->package.ndatasets == 0)
		return fv_err_set(err, FV_EUSAGE, "no dataset is named");
	return 0;
}

static void
print_result(const struct package_arguments *a,
    const struct fv_package_result *result, const struct fv_signature_key *key)
{
	char print[FV_SIGNATURE_FINGERPRINT_TEXT];
	struct fv_err err;
	unsigned part;
	char *path;

	for (part = 1; part <= result->parts; part++) {
		path = fv_package_path(&a->package, part, result->parts, &err);
		if (path != NULL)
			(void)puts(path);
		free(path);
	}
	if (a->quiet)
		return;
	(void)fprintf(stderr,
	    "%" PRIu64 " files of payload, %" PRIu64 " bytes\n", result->files,
	    result->bytes);
	if (key == NULL)
		(void)fputs("not signed (--sign): receivers cannot tell who "
			    "made it\n",
		    stderr);
	else if (fv_signature_fingerprint(
		     fv_signature_key_public(key), print, &err) == 0)
		(void)fprintf(stderr,
		    "signed with the key %s;\ntell receivers this by another "
		    "way than the release\n",
		    print);
}

static int
package(struct package_arguments *a, struct fv_err *err)
{
	struct fv_metadata_faults faults = { .count = 0 };
	struct fv_signature_key *key = NULL;
	struct fv_metadata *metadata = NULL;
	struct fv_package_result result;
	int rc = -1;

	if (check_arguments(a, err) == -1 || take_epoch(a, err) == -1)
		return -1;
	if (a->sign != NULL &&
	    (key = fv_key_source_signing(a->sign, "--sign", err)) == NULL)
		return -1;
	metadata = fv_metadata_open(a->metadata, &faults, err);
	if (metadata == NULL) {
		print_faults(a->metadata, &faults);
		(void)fv_err_within(err, "%s", a->metadata);
		goto out;
	}
	/* Times in ZIP archives are local ones. */
	(void)setenv("TZ", "UTC0", 1);
	tzset();
	a->package.datasets = a->datasets;
	a->package.metadata = metadata;
	a->package.key = key;
	a->package.progress = show;
	a->package.context = a;
	fv_progress_start(&a->progress, "checking", "datasets", a->quiet);
	rc = fv_package_write(&a->package, &result, err);
	fv_progress_end(&a->progress);
	if (rc == 0)
		print_result(a, &result, key);
out:
	fv_metadata_free(metadata);
	fv_signature_key_free(key);
	return rc;
}

static enum fv_status
run(const struct fv_command *self, int argc, char *const *argv)
{
	static struct package_arguments a; /* too large for a stack */
	enum fv_status status = FV_STATUS_DONE;
	struct fv_err err;

	a = (struct package_arguments){ .package.sample_rows = FV_SAMPLE_ROWS };
	if (fv_command_parse(self, argc, argv, &a, add_dataset, &status) == -1)
		return status;
	if (a.init != NULL)
		return init(self, &a);
	if (package(&a, &err) == 0)
		return FV_STATUS_DONE;
	return fv_command_failed(self, &err);
}

static const struct fv_option options[] = {
	{ "init", 0, "FILE", "write a template of the metadata, and no more",
	    NULL, offsetof(struct package_arguments, init) },
	{ "metadata", 'm', "FILE", "what the release is; see --init", NULL,
	    offsetof(struct package_arguments, metadata) },
	{ "output", 'o', "FILE",
	    "what to make: a .tar, .tar.gz, .tar.zst or .zip,\n"
	    "or else a directory",
	    NULL, offsetof(struct package_arguments, package.output) },
	{ "sign", 's', FV_KEY_SOURCE_METAVAR,
	    "sign it with this key: file:PATH, env:NAME or\n"
	    "fd:NUMBER",
	    NULL, offsetof(struct package_arguments, sign) },
	{ "report", 0, "DIR", "add what 'flowveil report -o' wrote", NULL,
	    offsetof(struct package_arguments, package.report) },
	{ "audit", 0, "FILE", "add an audit's report", NULL,
	    offsetof(struct package_arguments, package.audit) },
	{ "part-size", 0, "SIZE",
	    "several bags, with up to SIZE bytes of datasets\n"
	    "each (4G, 700M); datasets are not cut",
	    set_part_size, 0 },
	{ "sample-rows", 0, "N", "records of sample.h5, 0 for none [10000]",
	    set_sample, 0 },
	{ "replace", 0, NULL, "write over an existing archive, or template",
	    NULL, offsetof(struct package_arguments, package.replace) },
	{ "quiet", 'q', NULL, "print the names of what was made only", NULL,
	    offsetof(struct package_arguments, quiet) },
};

const struct fv_command fv_cmd_dataset_package = {
	.name = "dataset package",
	.summary = "make a signed release of datasets",
	.usage = "--init FILE\n       flowveil dataset package -m FILE -o FILE "
		 "[OPTION]... DATASET...",
	.about =
	    "Checks the datasets, and puts them into a bag (RFC 8493) together "
	    "with\nall that a receiver needs: README, terms of use, how to "
	    "cite, data\ndictionary, provenance, RO-Crate and DataCite "
	    "metadata, digests of it\nall, and a signature.  What describes "
	    "the release comes from one file that\nyou write: --init makes "
	    "one to fill in.  Archives of the same input are\nthe same bytes; "
	    "their files bear the day of release, or the time that\n"
	    "SOURCE_DATE_EPOCH says.\n",
	.options = options,
	.noptions = FV_COUNT(options),
	.examples =
	    "  flowveil key new --signing signing.pem\n"
	    "  flowveil dataset package --init release.cff\n"
	    "  flowveil report -o report day1.h5\n"
	    "  flowveil dataset package -m release.cff --report report "
	    "\\\n      --sign file:signing.pem -o release.tar day1.h5\n",
	.run = run,
};

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"
#include "datasets/describe.h"
#include "datasets/door.h"
#include "datasets/info.h"
#include "datasets/reader.h"
#include "datasets/reference/truth.h"
#include "datasets/schema.h"

/* What the arguments said. */
struct dataset_arguments {
	const char *path;
	bool json;
	bool markdown;
	bool truth;
	bool check;
};

static int
set_path(void *context, const char *value, struct fv_err *err)
{
	struct dataset_arguments *a = context;

	if (a->path != NULL)
		return fv_err_set(err, FV_EUSAGE, "takes one dataset");
	a->path = value;
	return 0;
}

/* Print ${text} and free it; main() sees to standard output. */
static int
print(char *text)
{
	if (text == NULL)
		return -1;
	(void)fputs(text, stdout);
	free(text);
	return 0;
}

static int
info(const struct dataset_arguments *a, struct fv_err *err)
{
	struct fv_reader *reader;
	int rc = -1;

	if ((reader = fv_door_open(a->path, err)) == NULL)
		goto out;
	if (a->check &&
	    (fv_reader_check_content(reader, err) == -1 ||
		fv_reader_check_references(reader, err) == -1))
		goto out;
	rc = print(
	    a->json ? fv_info_json(reader, err) : fv_info_text(reader, err));
	if (rc == 0 && a->check && !a->json)
		(void)puts("\nall digests agree with the columns");
out:
	fv_reader_free(reader);
	return rc == 0 ? 0 : fv_err_within(err, "%s", a->path);
}

static enum fv_status
run_info(const struct fv_command *self, int argc, char *const *argv)
{
	struct dataset_arguments a = { .path = NULL };
	enum fv_status status = FV_STATUS_DONE;
	struct fv_err err;

	if (fv_command_parse(self, argc, argv, &a, set_path, &status) == -1)
		return status;
	if (a.path == NULL)
		(void)fv_err_set(&err, FV_EUSAGE, "no dataset is named");
	else if (info(&a, &err) == 0)
		return FV_STATUS_DONE;
	return fv_command_failed(self, &err);
}

static const struct fv_option info_options[] = {
	{ "json", 0, NULL, "print it as JSON", NULL,
	    offsetof(struct dataset_arguments, json) },
	{ "check", 0, NULL, "read every column and compare its digest", NULL,
	    offsetof(struct dataset_arguments, check) },
};

const struct fv_command fv_cmd_dataset_info = {
	.name = "dataset info",
	.summary = "tell what a dataset is and how it was made",
	.usage = "[--json] [--check] DATASET",
	.about =
	    "Prints what the dataset says of itself: records, times, how it was\n"
	    "anonymized and under which key id, how many rows each table has, and\n"
	    "what became of each packet of the captures.\n",
	.options = info_options,
	.noptions = FV_COUNT(info_options),
	.examples = "  flowveil dataset info day1.h5\n"
		    "  flowveil dataset info --check --json day1.h5\n",
	.run = run_info,
};

static enum fv_status
run_schema(const struct fv_command *self, int argc, char *const *argv)
{
	struct dataset_arguments a = { .path = NULL };
	enum fv_status status = FV_STATUS_DONE;
	const struct fv_format *format;
	struct fv_err err;
	char *text;

	if (fv_command_parse(self, argc, argv, &a, NULL, &status) == -1)
		return status;
	format = a.truth ? &fv_truth_format : &fv_schema_biflow_format;
	if (a.json)
		text = fv_describe_json(format, &err);
	else if (a.markdown)
		text = fv_describe_markdown(format, &err);
	else
		text = fv_describe_text(format, &err);
	if (print(text) == -1)
		return fv_command_failed(self, &err);
	return FV_STATUS_DONE;
}

static const struct fv_option schema_options[] = {
	{ "json", 0, NULL, "print it as JSON", NULL,
	    offsetof(struct dataset_arguments, json) },
	{ "markdown", 0, NULL, "print the tables of the format document", NULL,
	    offsetof(struct dataset_arguments, markdown) },
	{ "truth", 0, NULL, "of truth.h5 beside a reference month instead",
	    NULL, offsetof(struct dataset_arguments, truth) },
};

const struct fv_command fv_cmd_dataset_schema = {
	.name = "dataset schema",
	.summary = "print the tables and columns of the format",
	.usage = "[--json | --markdown] [--truth]",
	.about = "Prints each table and column that a dataset of this version "
		 "has:\nits type, its units, what it means, and how it is "
		 "anonymized.\n",
	.options = schema_options,
	.noptions = FV_COUNT(schema_options),
	.examples = "  flowveil dataset schema | less\n"
		    "  flowveil dataset schema --json >schema.json\n",
	.run = run_schema,
};

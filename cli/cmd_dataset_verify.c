#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "cli/command.h"
#include "datasets/verify.h"

/* What the arguments said. */
struct verify_arguments {
	const char *path;
	const char *key;
	bool is_unsigned;
	bool json;
};

static int
set_path(void *context, const char *value, struct fv_err *err)
{
	struct verify_arguments *a = context;

	if (a->path != NULL)
		return fv_err_set(
		    err, FV_EUSAGE, "takes one bag or dataset at a time");
	a->path = value;
	return 0;
}

static const char *
outcome_name(enum fv_verify_outcome outcome)
{
	switch (outcome) {
	case FV_VERIFY_OK:
		return "ok";
	case FV_VERIFY_FAILED:
		return "FAILED";
	case FV_VERIFY_NOT_ASKED:
		return "not checked";
	case FV_VERIFY_NOT_REACHED:
		break;
	}
	return "not reached";
}

/* What may be believed of it, in one line. */
static const char *
verdict(const struct fv_verify_result *r, bool good)
{
	if (!good)
		return "NOT VERIFIED: do not open it";
	return r->signer[0] != '\0'
	    ? "GENUINE: whole, unchanged, and from the owner of that key"
	    : "WHOLE, BUT FROM ANYBODY: nothing proves who made it";
}

/* The fault itself is told on stderr, where every command tells it. */
static void
print_text(const struct fv_verify_result *r, bool good)
{
	const struct fv_verify_step *step;
	const char *name;
	int i;

	for (i = 0; i < FV_VERIFY_STAGES; i++) {
		step = &r->step[i];
		name = fv_verify_stage_name((enum fv_verify_stage)i);
		if (step->outcome == FV_VERIFY_FAILED ||
		    step->outcome == FV_VERIFY_NOT_REACHED)
			(void)printf(
			    "%-10s %s\n", name, outcome_name(step->outcome));
		else
			(void)printf("%-10s %-12s %s\n", name,
			    outcome_name(step->outcome), step->detail);
	}
	(void)printf("\n%s\n", verdict(r, good));
	(void)fflush(stdout);
}

static int
print_json(const struct fv_verify_result *r, bool good, struct fv_err *err)
{
	json_t *stages = json_array(), *root;
	char *text;
	int i;

	for (i = 0; i < FV_VERIFY_STAGES; i++)
		(void)json_array_append_new(stages,
		    json_pack("{s:s, s:s, s:s}", "stage",
			fv_verify_stage_name((enum fv_verify_stage)i),
			"outcome",
			r->step[i].outcome == FV_VERIFY_FAILED
			    ? "failed"
			    : outcome_name(r->step[i].outcome),
			"detail", r->step[i].detail));
	root = json_pack("{s:b, s:s?, s:s, s:I, s:I, s:I, s:I, s:I, s:o}",
	    "good", good, "signed_by", r->signer[0] == '\0' ? NULL : r->signer,
	    "kind", r->kind, "files", (json_int_t)r->files, "bytes",
	    (json_int_t)r->bytes, "datasets", (json_int_t)r->datasets, "rows",
	    (json_int_t)r->rows, "flow_records", (json_int_t)r->flows, "stages",
	    stages);
	text = json_dumps(root, JSON_INDENT(2));
	json_decref(root);
	if (text == NULL)
		return fv_err_set(err, FV_EMEMORY, "out of memory");
	(void)puts(text);
	free(text);
	return 0;
}

/*
 * Whether ${key} is a file in the bag at ${path}: whoever made the bag put it
 * there, so to trust it would be to trust anybody.
 */
static bool
came_along(const char *key, const char *path)
{
	char *file = realpath(key, NULL), *bag = realpath(path, NULL);
	bool inside = false;
	size_t n;

	if (file != NULL && bag != NULL) {
		n = strlen(bag);
		inside = strncmp(file, bag, n) == 0 && file[n] == '/';
	}
	free(file);
	free(bag);
	return inside;
}

/* Check, and tell; the fault, if any, is in ${err}. */
static int
verify(const struct verify_arguments *a, struct fv_err *err)
{
	const char *scratch = getenv("TMPDIR");
	struct fv_verify_options options = {
		.without_signature = a->is_unsigned,
		.scratch = scratch == NULL ? "/var/tmp" : scratch,
	};
	struct fv_signature_pin pin;
	struct fv_verify_result result;
	struct fv_err fault;
	bool good;

	if (a->key != NULL) {
		if (fv_signature_pin_open(a->key, &pin, err) == -1)
			return fv_err_within(err, "--key");
		if (came_along(a->key, a->path))
			return fv_err_set(err, FV_EKEY,
			    "--key: %s lies in the bag itself and proves "
			    "nothing; compare its fingerprint with the one the "
			    "sender told you, and give that",
			    a->key);
		options.pin = &pin;
	}
	good = fv_verify(a->path, &options, &result, &fault) == 0;
	if (!a->json)
		print_text(&result, good);
	else if (print_json(&result, good, err) == -1)
		return -1;
	if (good)
		return 0;
	*err = fault;
	return fv_err_within(err, "%s", a->path);
}

static enum fv_status
run(const struct fv_command *self, int argc, char *const *argv)
{
	struct verify_arguments a = { .path = NULL };
	enum fv_status status = FV_STATUS_DONE;
	struct fv_err err;

	if (fv_command_parse(self, argc, argv, &a, set_path, &status) == -1)
		return status;
	if (a.path == NULL)
		(void)fv_err_set(
		    &err, FV_EUSAGE, "no bag and no dataset is named");
	else if (a.key != NULL && a.is_unsigned)
		(void)fv_err_set(&err, FV_EUSAGE,
		    "--key and --unsigned ask for opposite things");
	else if (verify(&a, &err) == 0)
		return FV_STATUS_DONE;
	return fv_command_failed(self, &err);
}

static const struct fv_option options[] = {
	{ "key", 0, "KEY",
	    "whose it must be: a file with the sender's public\n"
	    "key, or its fingerprint sha256:..., as you have it\n"
	    "by another way than the release itself",
	    NULL, offsetof(struct verify_arguments, key) },
	{ "unsigned", 0, NULL, "check all but who made it", NULL,
	    offsetof(struct verify_arguments, is_unsigned) },
	{ "json", 0, NULL, "print it as JSON", NULL,
	    offsetof(struct verify_arguments, json) },
};

const struct fv_command fv_cmd_dataset_verify = {
	.name = "dataset verify",
	.summary = "check a release that was received, before it is opened",
	.usage = "[--key KEY | --unsigned] [--json] BAG-OR-DATASET",
	.about =
	    "Checks a bag, in a directory or in a .tar, .tar.gz, .tar.zst or\n"
	    ".zip (which it does not unpack), or a dataset alone: signature,\n"
	    "digests, that nothing is missing and nothing else there, and only\n"
	    "then the HDF5 files, in a process that may do nothing but read\n"
	    "them.  It stops at the first stage that fails.  docs/verify.md says\n"
	    "what that guards against, and what not.\n",
	.options = options,
	.noptions = FV_COUNT(options),
	.examples = "  flowveil dataset verify --key sender.pub may-2024.tar\n"
		    "  flowveil dataset verify --unsigned may-2024/\n"
		    "  flowveil dataset verify day1.h5\n",
	.run = run,
};

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "anonymize/key.h"
#include "cli/command.h"
#include "cli/key_source.h"

/* What the arguments said. */
struct key_arguments {
	const char *path;
	const char *source;
};

static int
set_path(void *context, const char *value, struct fv_err *err)
{
	struct key_arguments *a = context;

	if (a->path != NULL)
		return fv_err_set(err, FV_EUSAGE, "names one file, not more");
	a->path = value;
	return 0;
}

static enum fv_status
run_new(const struct fv_command *self, int argc, char *const *argv)
{
	struct key_arguments a = { NULL, NULL };
	struct fv_key *key = NULL;
	enum fv_status status = FV_STATUS_DONE;
	char today[16] = "";
	time_t now = time(NULL);
	struct fv_err err;
	struct tm tm;

	if (fv_command_parse(self, argc, argv, &a, set_path, &status) == -1)
		return status;
	if (a.path == NULL) {
		(void)fv_err_set(&err, FV_EUSAGE,
		    "name the file that the new key is to be written to");
		return fv_command_failed(self, &err);
	}
	if (gmtime_r(&now, &tm) != NULL)
		(void)strftime(today, sizeof(today), "%Y-%m-%d", &tm);
	if (fv_key_create(a.path, today, &err) == -1 ||
	    (key = fv_key_open(a.path, &err)) == NULL)
		return fv_command_failed(self, &err);
	(void)printf("key id: %s\n", fv_key_id(key));
	(void)fprintf(stderr,
	    "Keep %s secret, and keep a copy where only you can read it:\n"
	    "with it the pseudonyms can be undone, without it no further\n"
	    "capture can be mapped to the same ones.\n",
	    a.path);
	fv_key_free(key);
	return FV_STATUS_DONE;
}

const struct fv_command fv_cmd_key_new = {
	.name = "key new",
	.summary = "make a new random key",
	.usage = "FILE",
	.about =
	    "Writes 32 random bytes to the new file FILE, readable by you\n"
	    "alone, and prints the key's id.  The id is safe to publish: "
	    "it\nstands in each dataset made with the key.\n",
	.examples = "  flowveil key new hotel-2026.key\n",
	.run = run_new,
};

static enum fv_status
run_show(const struct fv_command *self, int argc, char *const *argv)
{
	struct key_arguments a = { NULL, NULL };
	enum fv_status status = FV_STATUS_DONE;
	struct fv_key *key;
	struct fv_err err;

	if (fv_command_parse(self, argc, argv, &a, NULL, &status) == -1)
		return status;
	if (a.source == NULL) {
		(void)fv_err_set(&err, FV_EUSAGE, "--key is missing");
		return fv_command_failed(self, &err);
	}
	if ((key = fv_key_source_open(a.source, &err)) == NULL)
		return fv_command_failed(self, &err);
	(void)printf(
	    "key id: %s\ncreated: %s\n", fv_key_id(key), fv_key_created(key));
	fv_key_free(key);
	return FV_STATUS_DONE;
}

static const struct fv_option show_options[] = {
	{ "key", 'k', FV_KEY_SOURCE_METAVAR, FV_KEY_SOURCE_HELP, NULL,
	    offsetof(struct key_arguments, source) },
};

const struct fv_command fv_cmd_key_show = {
	.name = "key show",
	.summary = "print a key's id and date, never the key",
	.usage = "--key SOURCE",
	.about =
	    "Reads a key, checks it, and prints what may be known of it.\n",
	.options = show_options,
	.noptions = FV_COUNT(show_options),
	.examples = "  flowveil key show --key file:hotel-2026.key\n",
	.run = run_show,
};

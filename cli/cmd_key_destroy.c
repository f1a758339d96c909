#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "anonymize/key_destroy.h"
#include "cli/cmd_key.h"
#include "cli/command.h"

/* The ledger where none is named: in the folder of the key. */
static const char LEDGER[] = "destroyed-keys.txt";

/* What the arguments said. */
struct destroy_arguments {
	const char *path;
	const char *id;
	const char *ledger;
};

static int
set_path(void *context, const char *value, struct fv_err *err)
{
	struct destroy_arguments *a = context;

	if (a->path != NULL)
		return fv_err_set(
		    err, FV_EUSAGE, "destroys one key at a time, not more");
	a->path = value;
	return 0;
}

static int
check_arguments(const struct destroy_arguments *a, struct fv_err *err)
{
	if (a->path == NULL)
		return fv_err_set(err, FV_EUSAGE,
		    "name the key file that is to be destroyed");
	if (a->id == NULL)
		return fv_err_set(err, FV_EUSAGE,
		    "--id is missing: repeat the key's id, so that no other "
		    "is destroyed ('flowveil key show' tells it)");
	return 0;
}

/* Where the ledger is: as said, or beside the key. */
static int
ledger_path(
    const struct destroy_arguments *a, char path[PATH_MAX], struct fv_err *err)
{
	const char *slash = strrchr(a->path, '/');
	int folder = slash == NULL ? 0 : (int)(slash - a->path) + 1;
	int n;

	n = a->ledger != NULL
	    ? snprintf(path, PATH_MAX, "%s", a->ledger)
	    : snprintf(path, PATH_MAX, "%.*s%s", folder, a->path, LEDGER);
	if (n < 0 || n >= PATH_MAX)
		return fv_err_set(err, FV_EUSAGE, "--ledger: too long a path");
	return 0;
}

static enum fv_status
run(const struct fv_command *self, int argc, char *const *argv)
{
	struct destroy_arguments a = { .path = NULL };
	enum fv_status status = FV_STATUS_DONE;
	char today[FV_CMD_KEY_DATE], ledger[PATH_MAX];
	struct fv_err err;

	if (fv_command_parse(self, argc, argv, &a, set_path, &status) == -1)
		return status;
	fv_cmd_key_today(today);
	if (check_arguments(&a, &err) == -1 ||
	    ledger_path(&a, ledger, &err) == -1 ||
	    fv_key_destroy(a.path, a.id, ledger, today, &err) == -1)
		return fv_command_failed(self, &err);
	(void)printf("destroyed: %s\nrecorded in: %s\n", a.id, ledger);
	(void)fputs(
	    "The file was overwritten and removed.  A solid-state disk, a "
	    "file system that\ncopies on write, a snapshot or a backup may "
	    "still hold it: destroy copies too.\nOf a wrapped key, forget the "
	    "passphrase: that is what no disk can keep.\n",
	    stderr);
	return FV_STATUS_DONE;
}

static const struct fv_option options[] = {
	{ "id", 0, "ID", "the key's id, so that no other is destroyed", NULL,
	    offsetof(struct destroy_arguments, id) },
	{ "ledger", 0, "FILE",
	    "the file to record it in [destroyed-keys.txt\n"
	    "beside the key]",
	    NULL, offsetof(struct destroy_arguments, ledger) },
};

const struct fv_command fv_cmd_key_destroy = {
	.name = "key destroy",
	.summary = "remove a key for good, and record it",
	.usage = "--id ID [--ledger FILE] FILE",
	.about =
	    "Overwrites and removes the key file FILE, and appends its id and the\n"
	    "date to a ledger, by which you can show that pseudonyms of datasets\n"
	    "made with it can no longer be undone.  Takes no passphrase.\n\n"
	    "It cannot reach copies: backups, snapshots, and blocks that a\n"
	    "solid-state disk has put aside.  A wrapped key is safe there once\n"
	    "its passphrase is forgotten.\n",
	.options = options,
	.noptions = FV_COUNT(options),
	.examples =
	    "  flowveil key show --key file:hotel-2026.key\n"
	    "  flowveil key destroy --id 1a9c93d578a4198121ded7d90e9eeeef \\\n"
	    "      hotel-2026.key\n",
	.run = run,
};

#include <stdio.h>
#include <stdlib.h>

#include "anonymize/policy.h"
#include "cli/command.h"

static int
set_name(void *context, const char *value, struct fv_err *err)
{
	const char **name = context;

	if (*name != NULL)
		return fv_err_set(err, FV_EUSAGE, "one policy at a time");
	*name = value;
	return 0;
}

static enum fv_status
run_show(const struct fv_command *self, int argc, char *const *argv)
{
	enum fv_status status = FV_STATUS_DONE;
	const char *name = NULL;
	struct fv_policy policy;
	struct fv_err err;
	char *text;

	if (fv_command_parse(self, argc, argv, &name, set_name, &status) == -1)
		return status;
	if (name == NULL)
		name = FV_POLICY_DEFAULT;
	if (fv_policy_open(name, &policy, &err) == -1 ||
	    (text = fv_policy_text(&policy, &err)) == NULL)
		return fv_command_failed(self, &err);
	(void)fputs(text, stdout);
	free(text);
	return FV_STATUS_DONE;
}

const struct fv_command fv_cmd_policy_show = {
	.name = "policy show",
	.summary = "check a policy and print all that it says",
	.usage = "[open | partner | internal | FILE]",
	.about =
	    "A policy says what each column of a dataset keeps: keep, coarsen,\n"
	    "map or drop.  Prints a built-in one, or the one in FILE, with every\n"
	    "column named, as a dataset made under it will say.  Without an\n"
	    "operand, the one that 'flowveil convert' uses when none is named.\n\n"
	    "A policy of your own begins with 'policy: NAME' and 'base: partner',\n"
	    "and names what is to be otherwise; docs/privacy.md has the words.\n",
	.options = NULL,
	.noptions = 0,
	.examples = "  flowveil policy show open\n"
		    "  flowveil policy show ours.yaml\n",
	.run = run_show,
};

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/outfile.h"
#include "base/sandbox.h"
#include "cli/command.h"

/* The subcommands, in the order in which one meets them. */
static const struct fv_command *const commands[] = {
	&fv_cmd_key_new,
	&fv_cmd_key_show,
	&fv_cmd_key_destroy,
	&fv_cmd_policy_show,
	&fv_cmd_convert,
	&fv_cmd_anonymize,
	&fv_cmd_audit,
	&fv_cmd_report,
	&fv_cmd_reveal,
	&fv_cmd_generate,
	&fv_cmd_dataset_info,
	&fv_cmd_dataset_merge,
	&fv_cmd_dataset_schema,
	&fv_cmd_dataset_export,
	&fv_cmd_dataset_package,
	&fv_cmd_dataset_verify,
};

/* What keeps the longest name and its summary apart. */
enum { NAME_WIDTH = 16, OPTION_WIDTH = 26 };

/* Bytes of an array that has a mapping of its own. */
enum { LARGE = 1 << 18 };

static void
print_overview(FILE *to)
{
	size_t i;

	(void)fputs("flowveil " FV_VERSION
		    ": from packet captures to anonymized flow datasets,\n"
		    "and reports on them.\n\n"
		    "usage: flowveil COMMAND [ARGUMENT]...\n\n",
	    to);
	for (i = 0; i < FV_COUNT(commands); i++)
		(void)fprintf(to, "  %-*s %s\n", NAME_WIDTH, commands[i]->name,
		    commands[i]->summary);
	(void)fputs(
	    "\n'flowveil help COMMAND' tells all about one.  To begin:\n"
	    "  flowveil key new my.key\n"
	    "  flowveil convert --key file:my.key -o out.h5 "
	    "capture.pcap\n"
	    "  flowveil report out.h5\n",
	    to);
}

/* One row of help; further lines of the text are indented to fit. */
static void
print_option(const struct fv_option *o)
{
	const char *text = o->help;
	char left[64];
	size_t n;

	(void)snprintf(left, sizeof(left), "%c%c%s --%s%s%s",
	    o->letter != '\0' ? '-' : ' ', o->letter != '\0' ? o->letter : ' ',
	    o->letter != '\0' ? "," : " ", o->name,
	    o->metavar != NULL ? " " : "",
	    o->metavar != NULL ? o->metavar : "");
	(void)printf("  %-*s ", OPTION_WIDTH, left);
	for (n = strcspn(text, "\n"); text[n] == '\n';
	     n = strcspn(text, "\n")) {
		(void)printf("%.*s\n%*s", (int)n, text, OPTION_WIDTH + 3, "");
		text += n + 1;
	}
	(void)puts(text);
}

void
fv_command_help(const struct fv_command *self)
{
	size_t i;

	(void)printf("flowveil %s: %s\n\nusage: flowveil %s %s\n\n%s\n",
	    self->name, self->summary, self->name, self->usage, self->about);
	(void)puts("options:");
	for (i = 0; i < self->noptions; i++)
		print_option(&self->options[i]);
	(void)printf("  %-*s %s\n", OPTION_WIDTH, "-h,  --help", "this text");
	(void)printf("\nexamples:\n%s", self->examples);
	(void)puts("\nexit status: 0 done; 1 failed, nothing written; 2 misuse;"
		   "\n3 finished, but damaged input was skipped.");
}

enum fv_status
fv_command_failed(const struct fv_command *self, const struct fv_err *err)
{
	(void)fprintf(stderr, "flowveil %s: %s\n", self->name, err->text);
	if (err->code != FV_EUSAGE)
		return FV_STATUS_FAILED;
	(void)fprintf(
	    stderr, "'flowveil help %s' tells how to use it\n", self->name);
	return FV_STATUS_MISUSE;
}

int
fv_command_parse(const struct fv_command *self, int argc, char *const *argv,
    void *context, fv_option_set *operand, enum fv_status *status)
{
	struct fv_err err;
	int rc;

	rc = fv_options_parse(
	    self->options, self->noptions, argc, argv, context, operand, &err);
	if (rc == 0)
		return 0;
	if (rc == 1) {
		fv_command_help(self);
		*status = FV_STATUS_DONE;
	} else {
		*status = fv_command_failed(self, &err);
	}
	return -1;
}

/*
 * The subcommand that the first one or two of ${argc} words name, and in
 * ${used} how many; NULL if there is none.
 */
static const struct fv_command *
find_command(int argc, char *const *argv, int *used)
{
	const char *name, *space;
	size_t i, first;

	for (i = 0; argc > 0 && i < FV_COUNT(commands); i++) {
		name = commands[i]->name;
		space = strchr(name, ' ');
		first = space == NULL ? strlen(name) : (size_t)(space - name);
		if (strlen(argv[0]) != first ||
		    memcmp(argv[0], name, first) != 0)
			continue;
		*used = space == NULL ? 1 : 2;
		if (space == NULL ||
		    (argc > 1 && strcmp(argv[1], space + 1) == 0))
			return commands[i];
	}
	return NULL;
}

static enum fv_status
unknown(int argc, char *const *argv)
{
	size_t i, n = strlen(argv[0]);
	bool group = false;

	for (i = 0; i < FV_COUNT(commands); i++)
		if (strncmp(commands[i]->name, argv[0], n) == 0 &&
		    commands[i]->name[n] == ' ')
			group = true;
	if (!group)
		(void)fprintf(stderr,
		    "flowveil: no command '%s'; 'flowveil help' lists them\n",
		    argv[0]);
	else
		(void)fprintf(stderr,
		    "flowveil: '%s' %s; 'flowveil help' lists what it can do\n",
		    argv[0],
		    argc > 1 ? "has no such subcommand" : "needs a subcommand");
	return FV_STATUS_MISUSE;
}

static enum fv_status
help(int argc, char *const *argv)
{
	const struct fv_command *command;
	int used;

	if (argc == 0) {
		print_overview(stdout);
		return FV_STATUS_DONE;
	}
	if ((command = find_command(argc, argv, &used)) == NULL)
		return unknown(argc, argv);
	fv_command_help(command);
	return FV_STATUS_DONE;
}

static enum fv_status
dispatch(int argc, char *const *argv)
{
	const struct fv_command *command;
	int used;

	if (argc == 0) {
		print_overview(stderr);
		return FV_STATUS_MISUSE;
	}
	if (strcmp(argv[0], "help") == 0)
		return help(argc - 1, argv + 1);
	if (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0)
		return help(0, NULL);
	if (strcmp(argv[0], "--version") == 0) {
		(void)puts("flowveil " FV_VERSION);
		return FV_STATUS_DONE;
	}
	if ((command = find_command(argc, argv, &used)) == NULL)
		return unknown(argc, argv);
	return command->run(command, argc - used, argv + used);
}

/* Take temporary files along, then die of the signal as one should. */
static void
on_signal(int number)
{
	fv_outfile_abandon_all();
	(void)signal(number, SIG_DFL);
	(void)raise(number);
}

static void
set_up_process(void)
{
	const struct rlimit none = { 0, 0 };
	const int fatal[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = on_signal }, hangup;
	const char *sandbox = getenv("FLOWVEIL_SANDBOX");
	size_t i;

	/*
	 * Memory holds real addresses and keys: never in a core file.  The
	 * limit alone does not hold where cores go to a program (core(5)), and
	 * the flag also keeps debuggers of other processes out.  The leak
	 * check of the address sanitizer is such a debugger.
	 */
	(void)setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__
	(void)prctl(PR_SET_DUMPABLE, 0);
#endif
	/*
	 * Arrays of this size and more grow by moving their pages.  Left alone,
	 * the C library copies them from the second one on, into pages that
	 * are new each time: a third of the time of a flood of new flows.
	 */
	(void)mallopt(M_MMAP_THRESHOLD, LARGE);
	(void)sigaction(SIGHUP, NULL, &hangup);
	for (i = 0; i < FV_COUNT(fatal); i++)
		(void)sigaction(fatal[i], &action, NULL);
	/* nohup(1) has asked for that. */
	if (hangup.sa_handler == SIG_IGN)
		(void)sigaction(SIGHUP, &hangup, NULL);
	if (sandbox != NULL && strcmp(sandbox, "limits") == 0)
		fv_sandbox_forgo_filter();
	/* A file size limit is an error to report, not a way to die. */
	(void)signal(SIGXFSZ, SIG_IGN);
}

int
main(int argc, char **argv)
{
	enum fv_status status;

	set_up_process();
	status = dispatch(argc - 1, argv + 1);
	if (fflush(stdout) == EOF || ferror(stdout) != 0) {
		(void)fprintf(
		    stderr, "flowveil: standard output: %s\n", strerror(errno));
		if (status == FV_STATUS_DONE || status == FV_STATUS_DAMAGED)
			status = FV_STATUS_FAILED;
	}
	return (int)status;
}

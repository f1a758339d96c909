#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stddef.h>

#include "cli/options.h"

/* Exit status of every subcommand. */
enum fv_status {
	FV_STATUS_DONE = 0,
	FV_STATUS_FAILED = 1, /* nothing was written */
	FV_STATUS_MISUSE = 2, /* the command line makes no sense */
	FV_STATUS_DAMAGED = 3 /* finished, but damaged input was skipped */
};

/* A subcommand: its help is made of these rows, and so is `flowveil help`. */
struct fv_command {
	const char *name;    /* "convert", "dataset info" */
	const char *summary; /* one line for the list */
	const char *usage;   /* what follows the name */
	const char *about;   /* what it does, in paragraphs of <= 78 columns */
	const struct fv_option *options;
	size_t noptions;
	const char *examples; /* lines that can be pasted */
	enum fv_status (*run)(
	    const struct fv_command *self, int argc, char *const *argv);
};

extern const struct fv_command fv_cmd_anonymize;
extern const struct fv_command fv_cmd_audit;
extern const struct fv_command fv_cmd_convert;
extern const struct fv_command fv_cmd_dataset_export;
extern const struct fv_command fv_cmd_dataset_info;
extern const struct fv_command fv_cmd_dataset_merge;
extern const struct fv_command fv_cmd_dataset_package;
extern const struct fv_command fv_cmd_dataset_schema;
extern const struct fv_command fv_cmd_dataset_verify;
extern const struct fv_command fv_cmd_generate;
extern const struct fv_command fv_cmd_key_destroy;
extern const struct fv_command fv_cmd_key_new;
extern const struct fv_command fv_cmd_key_show;
extern const struct fv_command fv_cmd_policy_show;
extern const struct fv_command fv_cmd_report;
extern const struct fv_command fv_cmd_reveal;

/*
 * fv_command_parse(self, argc, argv, context, operand, status):
 * Take the arguments apart; see fv_options_parse.  Where the command is not
 * to go on, for --help (printed to stdout) or misuse (told on stderr),
 * returns -1 with the exit status in ${status}; else 0.
 */
int fv_command_parse(const struct fv_command *self, int argc, char *const *argv,
    void *context, fv_option_set *operand,
    enum fv_status *status) FV_MUST_CHECK;

/*
 * fv_command_failed(self, err):
 * Say on stderr that ${self} failed and why.  Returns the exit status that
 * belongs to the kind of fault.
 */
enum fv_status fv_command_failed(
    const struct fv_command *self, const struct fv_err *err);

/* Print the help of ${self} to stdout. */
void fv_command_help(const struct fv_command *self);

#endif

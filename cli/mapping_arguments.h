#ifndef CLI_MAPPING_ARGUMENTS_H
#define CLI_MAPPING_ARGUMENTS_H

#include <stdbool.h>

#include "anonymize/mapping.h"
#include "base/attributes.h"
#include "base/err.h"
#include "cli/options.h"

/* What the command line says of the mapping of addresses. */
struct fv_mapping_arguments {
	const char *scheme;  /* NULL: not said */
	const char *site;    /* NULL: not said */
	const char *release; /* NULL: not said */
	bool canonical;
};

/* The site that is meant where none is named. */
#define FV_MAPPING_ARGUMENTS_SITE "site-1"

/* Options for them; ${member} of ${context} is such a struct. */
#define FV_MAPPING_ARGUMENTS_OPTIONS(context, member)                          \
	{ "scheme", 0, "NAME", "crypto-pan or ipcrypt-pfx [crypto-pan]", NULL, \
		offsetof(context, member.scheme) },                            \
	    { "canonical", 0, NULL,                                            \
		    "one space for all addresses under the bare key,\n"        \
		    "as other tools of the scheme have it",                    \
		    NULL, offsetof(context, member.canonical) },               \
	{                                                                      \
		"release", 0, "NAME",                                          \
		    "the release this is for: each has pseudonyms of its\n"    \
		    "own",                                                     \
		    NULL, offsetof(context, member.release)                    \
	}

/*
 * fv_mapping_arguments_take(arguments, options, err):
 * Check them and fill ${options}, which point to them.  Returns 0, or -1 with
 * ${err} set (FV_EUSAGE).
 */
int fv_mapping_arguments_take(const struct fv_mapping_arguments *arguments,
    struct fv_mapping_options *options, struct fv_err *err) FV_MUST_CHECK;

#endif

#include <stddef.h>

#include "cli/anonymize_addresses.h"
#include "cli/command.h"
#include "cli/key_source.h"
#include "cli/mapping_arguments.h"

/* What the arguments said. */
struct anonymize_arguments {
	const char *source;
	bool addresses;
	struct fv_mapping_arguments mapping;
	struct fv_anonymize_addresses_options list;
};

static enum fv_status
run(const struct fv_command *self, int argc, char *const *argv)
{
	struct anonymize_arguments a = { .source = NULL };
	enum fv_status status = FV_STATUS_DONE;
	struct fv_err err;

	if (fv_command_parse(self, argc, argv, &a, NULL, &status) == -1)
		return status;
	if (a.source == NULL)
		(void)fv_err_set(&err, FV_EUSAGE,
		    "--key is missing (make one with 'flowveil key new')");
	else if (!a.addresses)
		(void)fv_err_set(&err, FV_EUSAGE,
		    "--addresses is missing: say what to anonymize");
	else
		return fv_anonymize_addresses_command(
		    self, a.source, &a.mapping, &a.list);
	return fv_command_failed(self, &err);
}

static const struct fv_option options[] = {
	{ "key", 'k', FV_KEY_SOURCE_METAVAR, FV_KEY_SOURCE_HELP, NULL,
	    offsetof(struct anonymize_arguments, source) },
	{ "addresses", 0, NULL, "map the addresses on standard input", NULL,
	    offsetof(struct anonymize_arguments, addresses) },
	{ "site", 0, "NAME",
	    "the site that private addresses belong to [site-1]", NULL,
	    offsetof(struct anonymize_arguments, mapping.site) },
	FV_MAPPING_ARGUMENTS_OPTIONS(struct anonymize_arguments, mapping),
	FV_ANONYMIZE_ADDRESSES_OPTIONS(struct anonymize_arguments, list),
};

const struct fv_command fv_cmd_anonymize = {
	.name = "anonymize",
	.summary = "map a list of addresses to their pseudonyms",
	.usage = "--key SOURCE --addresses [OPTION]... <LIST",
	.about =
	    "Reads IPv4 and IPv6 addresses on standard input, one a line, and\n"
	    "prints the pseudonyms that datasets of the same key, site and release\n"
	    "have for them.  Line n of the output belongs to line n of the input:\n"
	    "empty lines and comments (from # on) become empty lines.\n"
	    "The class of an address is needed to tell what a pseudonym stands for:\n"
	    "with --classes it is printed, and 'flowveil reveal' reads that.\n",
	.options = options,
	.noptions = FV_COUNT(options),
	.examples =
	    "  flowveil anonymize --key file:my.key --addresses <servers.txt\n"
	    "  flowveil anonymize --key file:my.key --addresses --canonical <list\n",
	.run = run,
};

#ifndef CLI_ANONYMIZE_ADDRESSES_H
#define CLI_ANONYMIZE_ADDRESSES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "anonymize/mapping.h"
#include "base/attributes.h"
#include "base/err.h"
#include "cli/command.h"
#include "cli/key_source.h"
#include "cli/mapping_arguments.h"

/* What `anonymize --addresses` may be asked for. */
struct fv_anonymize_addresses_options {
	bool skip_bad; /* pass over lines that hold no address */
	bool classes;  /* print the class behind each pseudonym */
};

/* Options for them; ${member} of ${context} is such a struct. */
#define FV_ANONYMIZE_ADDRESSES_OPTIONS(context, member)                      \
	{ "classes", 0, NULL, "print each one's class behind a tab", NULL,   \
		offsetof(context, member.classes) },                         \
	{                                                                    \
		"skip-bad", 0, NULL, "pass over lines that hold no address", \
		    NULL, offsetof(context, member.skip_bad)                 \
	}

/*
 * fv_anonymize_addresses_command(self, source, mapping, options):
 * All of it: from standard input to standard output, under the key from
 * ${source} and as ${mapping} says.  Faults are told on stderr.
 */
enum fv_status fv_anonymize_addresses_command(const struct fv_command *self,
    const struct fv_key_source *source,
    const struct fv_mapping_arguments *mapping,
    const struct fv_anonymize_addresses_options *options);

/*
 * fv_anonymize_addresses(mapping, in, out, options, skipped, err):
 * Write to ${out} the pseudonyms of the addresses in ${in}, one a line, in
 * batches and in their order.  Line n of the one belongs to line n of the
 * other: what holds no address becomes an empty line, also comments, which
 * may name anybody.  Counts in ${skipped} the bad lines passed over.
 * Returns 0, or -1 with ${err} set, which names the line and not what is in
 * it; lines before it may have been written.
 */
int fv_anonymize_addresses(struct fv_mapping *mapping, FILE *in, FILE *out,
    const struct fv_anonymize_addresses_options *options, uint64_t *skipped,
    struct fv_err *err) FV_MUST_CHECK;

#endif

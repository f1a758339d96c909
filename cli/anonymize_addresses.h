#ifndef CLI_ANONYMIZE_ADDRESSES_H
#define CLI_ANONYMIZE_ADDRESSES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "anonymize/mapping.h"
#include "base/attributes.h"
#include "base/err.h"

/* What `anonymize --addresses` may be asked for. */
struct fv_anonymize_addresses_options {
	bool skip_bad; /* pass over lines that hold no address */
	bool classes;  /* print the class behind each pseudonym */
};

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

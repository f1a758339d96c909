#ifndef CLI_REVEALER_H
#define CLI_REVEALER_H

#include <stddef.h>
#include <stdint.h>

#include "anonymize/key.h"
#include "anonymize/mapping.h"
#include "base/attributes.h"
#include "base/err.h"
#include "datasets/hosts.h"

/*
 * The way back from pseudonyms to addresses, for who has the key: under
 * mapping options that are given, or as a dataset says of itself and of each
 * of its hosts.
 */
struct fv_revealer;

/* Of what class a pseudonym is, when that is not known. */
#define FV_REVEALER_ANY (-1)

/*
 * fv_revealer_new(key, options, err):
 * Under these options; ${key} and ${options} must live as long.
 * fv_revealer_open(key, path, err):
 * Of the dataset at ${path}, which must have been made with ${key}, else
 * FV_EKEY; ${key} must live as long.
 * Return NULL with ${err} set.
 */
struct fv_revealer *fv_revealer_new(const struct fv_key *key,
    const struct fv_mapping_options *options, struct fv_err *err) FV_MUST_CHECK;
struct fv_revealer *fv_revealer_open(const struct fv_key *key, const char *path,
    struct fv_err *err) FV_MUST_CHECK;

/* An address that a pseudonym may stand for.  Nothing to be freed. */
struct fv_revealer_answer {
	char pseudonym[FV_ADDRESS_TEXT];
	const char *class;
	char site[FV_SITE_TEXT + 1];
	char address[FV_ADDRESS_TEXT];
};

/*
 * fv_revealer_address(r, pseudonym, class, tell, context, err):
 * Call ${tell} for each address that has ${pseudonym}, of ${class} or of any.
 * Of a dataset, each host that has it.  Returns how many there were, or -1
 * with ${err} set.
 */
typedef void fv_revealer_tell(
    void *context, const struct fv_revealer_answer *answer);
int fv_revealer_address(struct fv_revealer *r,
    const struct fv_published_addr *pseudonym, int class,
    fv_revealer_tell *tell, void *context, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_revealer_host(r, row, tell, context, err):
 * The same for row ${row} of /hosts; there is none without a dataset.
 */
int fv_revealer_host(struct fv_revealer *r, uint64_t row,
    fv_revealer_tell *tell, void *context, struct fv_err *err) FV_MUST_CHECK;

/* Wipe and free ${r} (or NULL). */
void fv_revealer_free(struct fv_revealer *r);

#endif

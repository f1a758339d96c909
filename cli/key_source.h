#ifndef CLI_KEY_SOURCE_H
#define CLI_KEY_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "anonymize/key.h"
#include "base/attributes.h"
#include "base/err.h"
#include "base/secret.h"
#include "datasets/signature.h"

/* How keys are named on the command line, for help texts. */
#define FV_KEY_SOURCE_METAVAR "SOURCE"
#define FV_KEY_SOURCE_HELP "the key: file:PATH, env:NAME or fd:NUMBER"

/*
 * Where a secret is: "file:PATH", "env:NAME" (a variable, which is wiped and
 * taken out of the environment, so that no child sees it) or "fd:NUMBER".
 * What is none of these may be a secret typed by mistake, so no message
 * repeats it.
 *
 * What the arguments of a command said of its key.
 */
struct fv_key_source {
	const char *key;        /* where it is; NULL: not said */
	const char *passphrase; /* where that is, or NULL */
	bool ephemeral;         /* a new one, never written down */
};

/* The options for it, in a command whose context has it as ${member}. */
#define FV_KEY_SOURCE_PASSPHRASE(context, member)                         \
	{                                                                 \
		"passphrase", 0, FV_KEY_SOURCE_METAVAR,                   \
		    "what unlocks it, if it is wrapped: file:, env: or\n" \
		    "fd:, up to the first line end",                      \
		    NULL, offsetof(context, member.passphrase)            \
	}
#define FV_KEY_SOURCE_OPTIONS(context, member)                         \
	{ "key", 'k', FV_KEY_SOURCE_METAVAR, FV_KEY_SOURCE_HELP, NULL, \
		offsetof(context, member.key) },                       \
	    FV_KEY_SOURCE_PASSPHRASE(context, member)
#define FV_KEY_SOURCE_EPHEMERAL(context, member)                          \
	{                                                                 \
		"ephemeral", 0, NULL,                                     \
		    "instead of --key: a new key that is never written\n" \
		    "down; nobody can undo or repeat its pseudonyms",     \
		    NULL, offsetof(context, member.ephemeral)             \
	}

/*
 * fv_key_source_get(source, err):
 * The key from where ${source} says, unlocked.  Returns NULL with ${err} set,
 * FV_EUSAGE when nothing or too much was said.
 */
struct fv_key *fv_key_source_get(
    const struct fv_key_source *source, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_key_source_open(source, err):
 * The key from there, which may be locked.  Returns NULL with ${err} set.
 */
struct fv_key *fv_key_source_open(
    const char *source, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_key_source_bytes(source, option, bytes, size, n, err):
 * All that is there, at most ${size} - 1 bytes, into ${bytes}, which the
 * caller wipes, and how many in ${n}; messages name ${option}.  A file is
 * read by the rules for keys (base/secret.h).  Returns 0, or -1 with ${err}
 * set.
 */
int fv_key_source_bytes(const char *source, const char *option, char *bytes,
    size_t size, size_t *n, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_key_source_passphrase(source, text, passphrase, err):
 * The first line of what is there, kept in ${text}, FV_SECRET_LIMIT bytes
 * that the caller wipes.  Returns 0, or -1 with ${err} set.
 */
int fv_key_source_passphrase(const char *source, char *text,
    struct fv_key_passphrase *passphrase, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_key_source_signing(source, option, err):
 * The private signing key from there; messages name ${option}, "--sign".
 */
struct fv_signature_key *fv_key_source_signing(
    const char *source, const char *option, struct fv_err *err) FV_MUST_CHECK;

#endif

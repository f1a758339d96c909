#ifndef CLI_KEY_SOURCE_H
#define CLI_KEY_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "anonymize/key.h"
#include "base/attributes.h"
#include "base/err.h"
#include "datasets/signature.h"

/* How keys are named on the command line, for help texts. */
#define FV_KEY_SOURCE_METAVAR "SOURCE"
#define FV_KEY_SOURCE_HELP "the key: file:PATH, env:NAME or fd:NUMBER"
#define FV_KEY_SOURCE_PASSPHRASE_HELP                      \
	"what opens a wrapped key: file:PATH, env:NAME,\n" \
	"fd:NUMBER, or prompt to be asked on the terminal"

/* What the options of a command say about its key. */
struct fv_key_source {
	const char *key;        /* --key */
	const char *passphrase; /* --passphrase */
	bool ephemeral;         /* --ephemeral */
};

/*
 * The rows of --key and --passphrase for a command's table of options, and
 * the row of --ephemeral for a command that may do with a key of one run:
 * ${member} is the struct fv_key_source in the command's struct ${type}.
 */
#define FV_KEY_SOURCE_PASSPHRASE(type, member)           \
	{                                                \
		"passphrase", 0, FV_KEY_SOURCE_METAVAR,  \
		    FV_KEY_SOURCE_PASSPHRASE_HELP, NULL, \
		    offsetof(type, member.passphrase)    \
	}
#define FV_KEY_SOURCE_OPTIONS(type, member)                            \
	{ "key", 'k', FV_KEY_SOURCE_METAVAR, FV_KEY_SOURCE_HELP, NULL, \
		offsetof(type, member.key) },                          \
	    FV_KEY_SOURCE_PASSPHRASE(type, member)
#define FV_KEY_SOURCE_EPHEMERAL(type, member)                               \
	{                                                                   \
		"ephemeral", 0, NULL,                                       \
		    "in place of --key: a key of this run alone, written\n" \
		    "nowhere; nobody can undo the pseudonyms",              \
		    NULL, offsetof(type, member.ephemeral)                  \
	}

/*
 * fv_key_source_take(source, err):
 * The key that the options ask for.  ${source}->key is "file:PATH",
 * "env:NAME" (a variable that holds a key file's text; it is wiped and
 * removed) or "fd:NUMBER"; so is the passphrase, or "prompt".  What is none
 * of these may be a key typed by mistake, so no message repeats it.
 * Returns NULL with ${err} set, also when no key is named.
 */
struct fv_key *fv_key_source_take(
    const struct fv_key_source *source, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_key_source_inspect(source, facts, err):
 * What the key there says in clear, wrapped or not.  Returns 0, or -1 with
 * ${err} set.
 */
int fv_key_source_inspect(const char *source, struct fv_key_facts *facts,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_key_source_import(source, err):
 * A key made elsewhere; see fv_key_import_text.  Returns NULL with ${err} set.
 */
struct fv_key *fv_key_source_import(
    const char *source, struct fv_err *err) FV_MUST_CHECK;

/* A passphrase, which whoever asked for it wipes. */
struct fv_key_source_words {
	char text[1025];
	size_t length;
};

/*
 * fv_key_source_passphrase(source, new, words, err):
 * The passphrase at ${source}, without the line end that files have; asked
 * for twice on a terminal when it is a ${new} one.  Returns 0, or -1 with
 * ${err} set.  The caller wipes ${words} either way.
 */
int fv_key_source_passphrase(const char *source, bool new,
    struct fv_key_source_words *words, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_key_source_signing(source, option, err):
 * The private signing key from there; messages name ${option}, "--sign".
 */
struct fv_signature_key *fv_key_source_signing(
    const char *source, const char *option, struct fv_err *err) FV_MUST_CHECK;

#endif

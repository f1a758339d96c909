#ifndef CLI_KEY_SOURCE_H
#define CLI_KEY_SOURCE_H

#include "anonymize/key.h"
#include "base/attributes.h"
#include "base/err.h"
#include "datasets/signature.h"

/* How keys are named on the command line, for help texts. */
#define FV_KEY_SOURCE_METAVAR "SOURCE"
#define FV_KEY_SOURCE_HELP "the key: file:PATH, env:NAME or fd:NUMBER"

/*
 * fv_key_source_open(source, err):
 * The key from where ${source} says: "file:PATH", "env:NAME" (a variable
 * that holds a key file's text; it is wiped) or "fd:NUMBER".  What is none
 * of these may be a key typed by mistake, so no message repeats it.
 * Returns NULL with ${err} set.
 */
struct fv_key *fv_key_source_open(
    const char *source, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_key_source_signing(source, option, err):
 * The private signing key from there; messages name ${option}, "--sign".
 */
struct fv_signature_key *fv_key_source_signing(
    const char *source, const char *option, struct fv_err *err) FV_MUST_CHECK;

#endif

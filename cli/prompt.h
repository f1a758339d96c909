#ifndef CLI_PROMPT_H
#define CLI_PROMPT_H

#include <stddef.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * fv_prompt_secret(question, text, size, length, err):
 * Ask on the terminal of this process, whatever standard input is, and read
 * one line without showing it; its line end is taken off.  Ctrl-C there is
 * an error, so that the terminal is never left mute.
 * Returns 0, or -1 with ${err} set.  The caller wipes ${text} either way.
 */
int fv_prompt_secret(const char *question, char *text, size_t size,
    size_t *length, struct fv_err *err) FV_MUST_CHECK;

#endif

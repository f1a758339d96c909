#ifndef CLI_ADDRESS_TEXT_H
#define CLI_ADDRESS_TEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/attributes.h"
#include "base/err.h"

/* Lists of addresses: one a line, with '#' before what is a comment. */

/* The longest line; what is longer holds no address. */
#define FV_ADDRESS_TEXT_LINE 256

/*
 * fv_address_text_line(in, line, err):
 * Read the next line of ${in} and cut off its comment and the white space
 * around it.  Returns 1; 0 at the end; -1 with ${err} set when reading fails.
 * A line that is too long is read to its end, and becomes "?".
 */
int fv_address_text_line(FILE *in, char line[FV_ADDRESS_TEXT_LINE],
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_address_text_parse(text, octet, version):
 * An address of either family, in the form of the address types (raw.h,
 * hosts.h).  False when ${text} is none: a network or a zone is not.
 */
bool fv_address_text_parse(
    const char *text, uint8_t octet[16], uint8_t *version);

#endif

#ifndef TESTS_FUZZ_TINY_H
#define TESTS_FUZZ_TINY_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * Small datasets to damage: a few hosts and as many flows as are asked for,
 * between documentation addresses.
 */

/* Write one to ${path}.  Returns 0, or -1 with ${err} set. */
int tiny_write(
    const char *path, size_t flows, struct fv_err *err) FV_MUST_CHECK;

/* The bytes of one, to be freed; ends the program when there are none. */
uint8_t *tiny_bytes(size_t flows, size_t *n);

#endif

#ifndef DATASETS_REFERENCE_FILLER_H
#define DATASETS_REFERENCE_FILLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The longest payload: a UDP datagram that had to be cut into three. */
#define FV_FILLER_MOST 4500

/*
 * fv_filler_write(content, out, number, length, bytes):
 * Write a payload of ${length} bytes to ${bytes}, or a little less where
 * ${content} has sizes of its own, and return how many.  Where a port makes
 * dissectors expect a protocol it is well formed (RFC 1035, 1002, 5905,
 * 2131, 4380); names and addresses in it are those of RFC 2606 and 5737.
 * Everywhere else it is the same line of text again and again: nobody's
 * data.
 */
size_t fv_filler_write(
    uint8_t content, bool out, uint32_t number, size_t length, uint8_t *bytes);

#endif

#ifndef CONVERT_CAPTURE_OPTION_H
#define CONVERT_CAPTURE_OPTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cursor.h"

/*
 * An option at the end of a pcapng block (draft-ietf-opsawg-pcapng, section
 * 3.5): a code, a length, and that many bytes, padded to a multiple of four.
 */
struct fv_capture_option {
	struct fv_cursor value;
	uint16_t code;
	uint16_t length;
};

enum fv_capture_option_found {
	FV_CAPTURE_OPTION_NONE, /* the list is at its end */
	FV_CAPTURE_OPTION_ONE,
	FV_CAPTURE_OPTION_BAD /* it runs past the end of the block */
};

/* Step over the next option of the list at ${c} and describe it. */
static inline enum fv_capture_option_found
fv_capture_option_take(
    struct fv_cursor *c, bool big, struct fv_capture_option *option)
{
	if (fv_cursor_left(c) == 0)
		return FV_CAPTURE_OPTION_NONE;
	if (!fv_take_16(c, big, &option->code) ||
	    !fv_take_16(c, big, &option->length))
		return FV_CAPTURE_OPTION_BAD;
	if (option->code == 0)
		return FV_CAPTURE_OPTION_NONE;
	if (!fv_take_part(c, option->length, &option->value) ||
	    !fv_take_skip(c, -option->length & 3))
		return FV_CAPTURE_OPTION_BAD;
	return FV_CAPTURE_OPTION_ONE;
}

#endif

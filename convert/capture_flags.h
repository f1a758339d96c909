#ifndef CONVERT_CAPTURE_FLAGS_H
#define CONVERT_CAPTURE_FLAGS_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/cursor.h"

struct fv_frame;

/*
 * fv_capture_flags_read(options, big, frame):
 * Take over what the ${options} of a pcapng packet say: epb_flags or
 * pack_flags, which have one code and one meaning (draft-ietf-opsawg-pcapng,
 * section 4.3), and tell which way it went and how long its FCS is.  Returns
 * false when they run past their end or have a wrong length.
 */
bool fv_capture_flags_read(
    struct fv_cursor options, bool big, struct fv_frame *frame) FV_MUST_CHECK;

#endif

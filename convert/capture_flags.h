#ifndef CONVERT_CAPTURE_FLAGS_H
#define CONVERT_CAPTURE_FLAGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/cursor.h"

struct fv_frame;

/*
 * fv_capture_flags_read(options, big, frame, lost):
 * Take over what the ${options} of a pcapng packet say: epb_flags or
 * pack_flags, which have one code and one meaning (draft-ietf-opsawg-pcapng,
 * section 4.3), and tell which way it went and how long its FCS is; and
 * epb_dropcount, how many packets of its interface were lost between it and
 * the one before, into ${lost}, which stays as it is where there is none, and
 * is NULL for a block that has no such option.  Returns false when they run
 * past their end, or one has a wrong length or is beyond belief.
 */
bool fv_capture_flags_read(struct fv_cursor options, bool big,
    struct fv_frame *frame, uint64_t *lost) FV_MUST_CHECK;

#endif

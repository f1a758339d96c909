#ifndef CONVERT_CAPTURE_STATISTICS_H
#define CONVERT_CAPTURE_STATISTICS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cursor.h"

/*
 * What an interface statistics block of pcapng says (draft-ietf-opsawg-
 * pcapng, section 4.6), as far as it is of use here: how many packets were
 * lost before they could be captured, since the capture began.
 */
struct fv_capture_statistics {
	uint32_t interface; /* its number in the section */
	uint64_t ticks;     /* when, in units of the interface */
	uint64_t dropped;   /* by the interface and by the system */
	bool tells;         /* of drops; a block need not */
};

/* More packets than pass any wire in a year: 2^48 are a month of 100 GHz. */
#define FV_CAPTURE_STATISTICS_MOST (UINT64_C(1) << 48)

/*
 * fv_capture_statistics_read(statistics, body, big):
 * Read the ${body} of such a block into ${statistics}.  Returns NULL, or what
 * is wrong with it, as text that lives on; then nothing of it is of use.
 */
const char *fv_capture_statistics_read(
    struct fv_capture_statistics *statistics, struct fv_cursor body, bool big);

#endif

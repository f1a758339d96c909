#ifndef CONVERT_SLIDES_COUNTERS_H
#define CONVERT_SLIDES_COUNTERS_H

#include <stdint.h>

#include "convert/capture.h"
#include "datasets/counters.h"

/*
 * fv_slides_counters_count(frame, counter):
 * Count ${frame} in the SLIDES counters as SiLK's rwptoflow (3.19) would,
 * whose figures the slides show.  Its tests, in its order:
 *
 * 1. less than the link header captured: too short
 * 2. the link header does not say IPv4, or says VLAN: not IPv4
 * 3. less than 20 bytes captured behind it: too short
 * 4. the version is not 4: not IPv4
 * 5. more fragments, or an offset: fragmented; without offset, zero fragment
 * 6. no offset, and at least one byte captured behind the header that IHL
 *    tells, but too few for ports and flags: incomplete.  Too few are 2 of
 *    ICMP, 14 of TCP and 4 of UDP; other protocols are never incomplete.
 *
 * Tests 1 to 4 end the count; a packet may be both fragmented and
 * incomplete.  What is odd here is so in the original: a header length
 * below 20 passes, and padding and FCS are bytes like any other.  It reads
 * Ethernet alone; frames of the other link types that we decode are tested
 * likewise, and frames of no such type are not counted.
 */
void fv_slides_counters_count(
    const struct fv_frame *frame, uint64_t counter[FV_COUNTERS]);

#endif

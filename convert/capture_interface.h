#ifndef CONVERT_CAPTURE_INTERFACE_H
#define CONVERT_CAPTURE_INTERFACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cursor.h"
#include "convert/capture.h"

__extension__ typedef unsigned __int128 fv_capture_interface_wide;
__extension__ typedef __int128 fv_capture_interface_signed;

/*
 * What an interface description block of pcapng says (draft-ietf-opsawg-
 * pcapng, section 4.2), made ready for the packets that refer to it.
 *
 * A timestamp of n ticks is n * multiplier / divisor / 2^shift nanoseconds,
 * exactly for each resolution that if_tsresol can express.
 */
struct fv_capture_interface {
	uint64_t multiplier;
	uint64_t divisor;
	int64_t offset;   /* seconds to add */
	uint64_t dropped; /* packets that it lost, by its statistics */
	uint64_t lost;    /* the same, by the packets that came after them */
	uint32_t link_type;
	uint32_t snapshot_length; /* 0: no limit */
	uint8_t shift;
	uint8_t fcs_length; /* bytes */
	bool known;         /* false: it could not be read, so all is 0 */
};

/*
 * fv_capture_interface_read(interface, body, big):
 * Read the ${body} of a description block into ${interface}.
 * Returns NULL, or what is wrong with it, as text that lives on; then
 * ${interface} is what could be read, with the defaults for the rest.
 */
const char *fv_capture_interface_read(
    struct fv_capture_interface *interface, struct fv_cursor body, bool big);

/*
 * fv_capture_interface_time(interface, ticks, notes):
 * The time of a packet in nanoseconds, kept within what the contract of a
 * frame allows; adds to ${notes} when that was needed.
 */
static inline int64_t
fv_capture_interface_time(const struct fv_capture_interface *interface,
    uint64_t ticks, uint8_t *notes)
{
	fv_capture_interface_wide wide;
	fv_capture_interface_signed ns;

	wide = (fv_capture_interface_wide)ticks * interface->multiplier;
	wide >>= interface->shift;
	if (interface->divisor != 1)
		wide /= interface->divisor;
	ns = (fv_capture_interface_signed)wide +
	    (fv_capture_interface_signed)interface->offset * 1000000000;
	if (ns >= 0 && ns <= INT64_MAX)
		return (int64_t)ns;
	*notes |= FV_FRAME_TIME_CLAMPED;
	return ns < 0 ? 0 : INT64_MAX;
}

/*
 * fv_capture_interface_drops(interface, dropped, lost):
 * Its statistics say that it has lost ${dropped} packets by now, and its
 * packets, added up, ${lost}.  Both count the same from the beginning on, and
 * the statistics of most captures come last, so the larger of the two is what
 * was lost, and none counts twice.
 * Returns how many that are more than before, modulo 2^64, as statistics may
 * take back what earlier ones said.
 */
static inline uint64_t
fv_capture_interface_drops(
    struct fv_capture_interface *interface, uint64_t dropped, uint64_t lost)
{
	uint64_t before = interface->dropped;

	if (before < interface->lost)
		before = interface->lost;
	interface->dropped = dropped;
	interface->lost = lost;
	return (dropped < lost ? lost : dropped) - before;
}

#endif

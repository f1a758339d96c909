#ifndef CONVERT_CAPTURE_SEARCH_H
#define CONVERT_CAPTURE_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/cursor.h"
#include "base/err.h"

struct fv_capture;
struct fv_capture_pcap;

/*
 * Behind damage: where can reading go on?  For capture.c.
 *
 * Every byte from there to the end of the file may be where a record begins,
 * and is looked at once.  What is found is told from bytes that only look
 * like it by what stands around it, so that no packet is made up: chance
 * agrees with a pcap record once in some 10^16 places, and with a pcapng
 * block once in 10^17.  What may be mistaken is a capture within a capture:
 * packets that carry a capture file of the same day, in a place where the
 * file that holds them is damaged.
 */

/*
 * fv_capture_search_pcap(cap, err):
 * Go to the next record that is plausible: it has captured something, no more
 * than the file's records do, nor more than was on the wire, a fraction of a second
 * below one, a time within a day of the last or of the first frame, and
 * behind it the file ends, or zeros pad it, or a record stands that is
 * plausible beside it.  A record whose length was damaged has taken in those
 * behind it: the search begins within the last frame.
 * Returns 1 there; 0 at the end of the file; -1 with ${err} set.
 */
int fv_capture_search_pcap(
    struct fv_capture *cap, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_capture_search_fits(pcap, c):
 * Whether what stands at ${c} can be a record header, but for its time.
 */
bool fv_capture_search_fits(
    const struct fv_capture_pcap *pcap, struct fv_cursor c);

/*
 * fv_capture_search_pcapng(cap, err):
 * The same for the next block of a type that is known, with a length that it
 * can have, which is repeated at its end; when it is not known whose section
 * this is, for the next section header.
 */
int fv_capture_search_pcapng(
    struct fv_capture *cap, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_capture_search_followed(cap, length, err):
 * Whether a block, or the end of the file, or zeros stand behind the
 * ${length} bytes that the next block of a pcapng claims to have.  Returns 1
 * or 0, or -1 with ${err} set.
 */
int fv_capture_search_followed(
    struct fv_capture *cap, size_t length, struct fv_err *err) FV_MUST_CHECK;

#endif

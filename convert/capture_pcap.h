#ifndef CONVERT_CAPTURE_PCAP_H
#define CONVERT_CAPTURE_PCAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/cursor.h"
#include "base/err.h"

struct fv_capture;
struct fv_frame;

/*
 * The pcap format (draft-ietf-opsawg-pcap), with the variants that libpcap
 * reads too.  For capture.c.
 */

/*
 * Where a record keeps its two lengths.  Before version 2.3 the length on
 * the wire came first; writers of 2.3 disagree.
 */
enum fv_capture_pcap_order {
	FV_CAPTURE_PCAP_CAPTURED_FIRST,
	FV_CAPTURE_PCAP_LENGTH_FIRST,
	FV_CAPTURE_PCAP_SMALLER_CAPTURED
};

struct fv_capture_pcap {
	uint64_t empty;        /* frames of nothing still to be told of */
	uint64_t empty_offset; /* of the first of them */
	uint32_t fractions;    /* of a second, in one second */
	uint32_t nanoseconds;  /* in one such fraction */
	uint32_t link_type;
	uint8_t header_length; /* of a record */
	uint8_t order;         /* enum fv_capture_pcap_order */
	uint8_t fcs_length;
	bool big;               /* the file is big-endian */
	bool begun;             /* a frame was read: first and last are set */
	uint32_t first, last;   /* seconds of the first and the last frame */
	uint32_t most_captured; /* by the file header, or FV_FRAME_LIMIT */
};

/* What stands before the bytes of a frame. */
struct fv_capture_pcap_record {
	uint32_t seconds;
	uint32_t fraction;
	uint32_t captured;
	uint32_t length;
};

/* Take the record header at ${c}; false when it is not there as a whole. */
static inline bool
fv_capture_pcap_take(const struct fv_capture_pcap *pcap, struct fv_cursor *c,
    struct fv_capture_pcap_record *r)
{
	uint32_t first, second;
	bool swap;

	if (fv_cursor_left(c) < pcap->header_length ||
	    !fv_take_32(c, pcap->big, &r->seconds) ||
	    !fv_take_32(c, pcap->big, &r->fraction) ||
	    !fv_take_32(c, pcap->big, &first) ||
	    !fv_take_32(c, pcap->big, &second))
		return false;
	swap = pcap->order == FV_CAPTURE_PCAP_LENGTH_FIRST ||
	    (pcap->order == FV_CAPTURE_PCAP_SMALLER_CAPTURED && first > second);
	r->captured = swap ? second : first;
	r->length = swap ? first : second;
	return true;
}

/* Whether two times are within a day of each other. */
static inline bool
fv_capture_pcap_near(uint32_t a, uint32_t b)
{
	const uint32_t day = 86400;

	return a - b + day <= 2 * day;
}

/* Whether a file that begins with ${magic}, read as big-endian, is pcap. */
bool fv_capture_pcap_knows(uint32_t magic);

/*
 * fv_capture_pcap_open(cap, err):
 * Read the file header at the beginning of ${cap->source}.  Returns 0, or
 * -1 with ${err} set.
 */
int fv_capture_pcap_open(
    struct fv_capture *cap, struct fv_err *err) FV_MUST_CHECK;

/* The next frame: see fv_capture_next. */
int fv_capture_pcap_next(struct fv_capture *cap, struct fv_frame *frame,
    struct fv_err *err) FV_MUST_CHECK;

#endif

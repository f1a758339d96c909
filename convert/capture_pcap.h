#ifndef CONVERT_CAPTURE_PCAP_H
#define CONVERT_CAPTURE_PCAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
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
	bool big; /* the file is big-endian */
};

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

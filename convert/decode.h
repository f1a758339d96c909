#ifndef CONVERT_DECODE_H
#define CONVERT_DECODE_H

#include <stdint.h>

#include "anonymize/raw.h"
#include "convert/capture.h"
#include "datasets/counters.h"

/*
 * fv_decode_frame(frame, packet, counter):
 * Read the headers of ${frame} into ${packet}, and count: READ, exactly one
 * of RECORDED and the REJECTED counters, and the NOTE and SLIDES counters
 * that apply (but TIME_DISORDER, which one frame cannot show).  A property
 * of headers that were not reached is not counted: notes on the frame and
 * its VLAN tag are of packets read, notes on IP and transport of packets
 * recorded.
 * Returns the counter in which the packet ended: FV_COUNT_RECORDED when
 * ${packet} is whole, else the rejection, and ${packet} means nothing.
 */
enum fv_counter fv_decode_frame(const struct fv_frame *frame,
    struct fv_raw_packet *packet, uint64_t counter[FV_COUNTERS]);

#endif

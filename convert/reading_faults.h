#ifndef CONVERT_READING_FAULTS_H
#define CONVERT_READING_FAULTS_H

#include "anonymize/raw.h"
#include "base/attributes.h"
#include "base/err.h"
#include "convert/capture.h"
#include "convert/decoder.h"
#include "convert/reading.h"
#include "convert/timeline.h"
#include "datasets/counters.h"

/*
 * What a reading tells of single packets (convert/quarantine.h), apart from
 * it, so that reading costs no more where nobody wants to know.
 */

/*
 * fv_reading_faults_decode(decoder, leg, frame, sink, packets, outcome, err):
 * fv_decoder_read for ${frame}, the next one of ${leg}, whose counters it
 * adds to; and tell sink->fault, which is not NULL, what is wrong with it.
 * Returns as fv_decoder_read does; or -1 with ${err} set by the sink.
 */
int fv_reading_faults_decode(struct fv_decoder *decoder,
    struct fv_timeline_leg *leg, const struct fv_frame *frame,
    const struct fv_reading_sink *sink, struct fv_raw_packet *packets,
    enum fv_counter *outcome, struct fv_err *err) FV_MUST_CHECK;

#endif

#ifndef CONVERT_FLOW_COUNT_H
#define CONVERT_FLOW_COUNT_H

#include "anonymize/publisher.h"
#include "anonymize/raw.h"
#include "base/attributes.h"
#include "base/err.h"
#include "convert/flow_session.h"
#include "datasets/flow.h"

/*
 * One more packet in the row of a flow: sums grow, the start is the earliest
 * packet and the end the latest, and what is kept of a single packet is of
 * the earliest.
 *
 * fv_flow_count_one(publisher, inputs, p, row, err):
 * ${p} goes the way of ${row}.
 * fv_flow_count_either(publisher, inputs, p, side, session, row, err):
 * ${p} was sent by ${side} of a biflow; the ends of ${row} are swapped when it
 * shows that the other one began.
 *
 * ${publisher} and ${inputs} as for fv_publisher_rows.  Both return 0, or -1
 * with ${err} set.
 */
int fv_flow_count_one(struct fv_publisher *publisher,
    const struct fv_publisher_input *inputs, const struct fv_raw_packet *p,
    struct fv_flow *row, struct fv_err *err) FV_MUST_CHECK;
int fv_flow_count_either(struct fv_publisher *publisher,
    const struct fv_publisher_input *inputs, const struct fv_raw_packet *p,
    unsigned side, struct fv_flow_session *session, struct fv_flow *row,
    struct fv_err *err) FV_MUST_CHECK;

#endif

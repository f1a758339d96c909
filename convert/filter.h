#ifndef CONVERT_FILTER_H
#define CONVERT_FILTER_H

#include "base/attributes.h"
#include "base/err.h"
#include "convert/capture.h"

/*
 * A filter of packets in the language of tcpdump (pcap-filter(7)), compiled
 * by libpcap for each link type that is met.
 *
 * An expression may hold real addresses, so no message has it, and no
 * dataset.  Names of hosts in it are looked up by libpcap, as tcpdump does,
 * which tells the resolver about them.
 */
struct fv_filter;

/* Link types with a program of their own. */
#define FV_FILTER_LINK_TYPES 64

/*
 * fv_filter_new(expression, err):
 * A filter that keeps what ${expression} is true for.  Returns NULL with
 * ${err} set: FV_EUSAGE when it makes no sense for any link type.
 */
struct fv_filter *fv_filter_new(
    const char *expression, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_filter_keeps(filter, frame, err):
 * Returns 1 to keep ${frame}, 0 not to, -1 with ${err} set when the
 * expression makes no sense for its link type.
 */
int fv_filter_keeps(struct fv_filter *filter, const struct fv_frame *frame,
    struct fv_err *err) FV_MUST_CHECK;

/* Free ${filter} (or NULL). */
void fv_filter_free(struct fv_filter *filter);

#endif

#ifndef DATASETS_EXPORT_IPFIX_H
#define DATASETS_EXPORT_IPFIX_H

#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/export_rows.h"
#include "datasets/reader.h"

/*
 * IPFIX files (RFC 5655, messages of RFC 7011): flow records by the
 * information elements of IANA, and which of them were anonymized how (RFC
 * 6235).  A writer of our own: two dozen elements of fixed length need no
 * library, and libfixbuf brings GLib.
 *
 * Records are of four templates: for IPv4 (256) and IPv6 (257) without, and
 * (258, 259) with flowDirection, which has words for inbound (ingress) and
 * outbound (egress) alone.  A record whose ends are of two versions is one of
 * IPv6, with the IPv4 address mapped; an end that is no row is address 0.
 * Before them, an Anonymization Options Template (260) and a record of it for
 * each element of each template.
 *
 * Biflows (RFC 5103) have biflowDirection, and what came back in reverse
 * elements: of four templates more (260 to 263), as a record has them only
 * where something came back; the Options Template is 264 then.
 *
 * Times are dateTimeNanoseconds: NTP's, whose era ends in 2036; they have
 * fractions of 2^-32 s, rounded up, so that nanoseconds come back exactly
 * when they are rounded down.  The export time of a message is the end of its
 * latest flow: the file does not depend on when it is written.
 */
struct fv_export_ipfix_options {
	uint64_t rows; /* the first so many only; UINT64_MAX: all */
	struct fv_export_progress progress;
};

/*
 * fv_export_ipfix(reader, options, sink, arg, err):
 * Hand the flow records of ${reader} to ${sink}, called with ${arg}.
 * Returns 0, or -1 with ${err} set (FV_ELIMIT for a time that NTP's era
 * does not have).
 */
int fv_export_ipfix(struct fv_reader *reader,
    const struct fv_export_ipfix_options *options, fv_export_sink *sink,
    void *arg, struct fv_err *err) FV_MUST_CHECK;

#endif

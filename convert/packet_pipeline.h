#ifndef CONVERT_PACKET_PIPELINE_H
#define CONVERT_PACKET_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "anonymize/key.h"
#include "anonymize/packets.h"
#include "base/attributes.h"
#include "base/err.h"
#include "convert/pipeline.h"
#include "datasets/counters.h"

/*
 * The road from captures to one capture of header-only packets:
 *
 *	capture -> decode -> layers -> packets -> writer
 *
 * Reading and decoding are the caller's thread's work, building packets
 * the others'; batches are written in the order in which they were read.
 */

struct fv_packet_pipeline_options {
	struct fv_packets_options packets;
	unsigned threads;
	bool replace; /* an output of that name */
};

/*
 * What was done.  The counters are those of a conversion, by the same rules:
 * FV_COUNT_RECORDED packets are in the output, and each other one is counted
 * once under the reason why not.
 */
struct fv_packet_pipeline_summary {
	uint64_t counter[FV_COUNTERS]; /* over all captures */
	uint64_t captures;
	uint64_t bytes; /* of the capture written, before compression */
};

/*
 * fv_packet_pipeline_run(inputs, n, key, output, options, listener, summary,
 *     err):
 * Write the packets of the captures behind ${n} inputs, as one timeline
 * (convert/timeline.h), to the new capture ${output} with all that identifies
 * mapped under ${key}, and fill ${summary}.  Damage in a capture is counted
 * and told, and all that is readable is written.
 * Returns 0 when the capture is there; or -1 with ${err} set and no file.
 */
int fv_packet_pipeline_run(const struct fv_reading_input *inputs, size_t n,
    const struct fv_key *key, const char *output,
    const struct fv_packet_pipeline_options *options,
    const struct fv_listener *listener,
    struct fv_packet_pipeline_summary *summary,
    struct fv_err *err) FV_MUST_CHECK;

#endif

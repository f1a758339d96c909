#ifndef CONVERT_READING_H
#define CONVERT_READING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "anonymize/publisher.h"
#include "anonymize/raw.h"
#include "base/attributes.h"
#include "base/err.h"
#include "convert/capture.h"
#include "convert/capture_rows.h"
#include "convert/decoder.h"
#include "base/workers.h"
#include "convert/listener.h"
#include "convert/quarantine.h"
#include "convert/selection.h"
#include "datasets/counters.h"

/*
 * Captures as packets: the road that a conversion and an audit share.
 *
 *	captures -> timeline -> selection -> decoder of each capture
 *
 * Both must come to the same packets in the same order, for the numbers of
 * hosts, devices and captures follow from it.
 */

/* What is to be read. */
struct fv_reading_input {
	const char *path;  /* see convert/inputs.h; "-": standard input */
	enum fv_side side; /* as labelled; BOTH: not labelled */
	const char *label; /* for messages; NULL: its path */
	bool live;         /* not a file: what was read is gone */
};

struct fv_reading_options {
	int64_t inbound_offset; /* ns, added to the times of such captures */
	int64_t outbound_offset;
	bool stop_at_damage; /* do not look for what follows it */
	/*
	 * Read on while others of these threads take the packets; NULL: they
	 * are taken by the caller's.  As the sink likes: it may use the pool.
	 */
	struct fv_workers *workers;
	bool parts;          /* see the sink's part */
	int64_t part_length; /* ns; 0: as long as captures are under way */
	struct fv_selection_options selection;
	struct fv_decoder_options decoder;
};

/* What was read. */
struct fv_reading_result {
	struct fv_capture_rows captures; /* of /captures; site is 0 */
	uint64_t packets;                /* that were given */
};

/* Where packets go.  Each but packets may be NULL. */
struct fv_reading_sink {
	/*
	 * ${n} packets, at most FV_PUBLISHER_BATCH; packet i came from
	 * ${inputs}[packets[i].input].  Returns 0, or -1 with ${err} set.
	 * It may be called in another thread, but never while anything else
	 * here but fault and frame is.
	 */
	int (*packets)(void *arg, const struct fv_publisher_input *inputs,
	    const struct fv_raw_packet *packets, size_t n, struct fv_err *err);

	/*
	 * A capture has ended, and all its packets were given.  ${alone}: no
	 * other one is under way.  Returns 0, or -1 with ${err} set.
	 */
	int (*ended)(void *arg, bool alone, struct fv_err *err);

	/*
	 * With options.parts: a part has ended, and all its packets were
	 * given; the next frame is of another one.  A part ends where a span
	 * of part_length of packet time does, counted from 1970 in UTC, or,
	 * without a length, where a capture has ended and no other one is
	 * under way.  No part is without a frame, but the last of a live
	 * capture that ended when nothing had passed since the part before.
	 * ${so_far}: packets of all parts, rows of this one.  ${keep} is the
	 * first capture of which there may be more, and may be lowered to
	 * one that has a row in the next part, too.  Returns 0, or -1 with
	 * ${err} set.
	 */
	int (*part)(void *arg, const struct fv_reading_result *so_far,
	    uint32_t *keep, struct fv_err *err);

	/*
	 * A packet whose header is wrong, cut or of no use here, once for
	 * each reason (convert/quarantine.h).  Returns 0, or -1 with ${err}
	 * set.
	 */
	int (*fault)(void *arg, const struct fv_quarantine_place *place,
	    struct fv_err *err);

	/* The real name of a file that is to be read; a capture, before its
	 * first frame; each frame, also one that is not selected. */
	void (*named)(void *arg, const char *path);
	void (*begun)(void *arg, struct fv_capture *capture);
	void (*frame)(void *arg, const struct fv_frame *frame);
	void *arg;
};

/*
 * fv_reading_run(inputs, n, options, listener, sink, result, err):
 * Read the captures behind ${n} inputs as one timeline, and give ${sink}
 * what they hold.  Damage is counted and told, and all that is readable is
 * read.  Returns 0, with what came since the last call of part in ${result};
 * or -1 with ${err} set: when a capture cannot be opened or is none, or the
 * sink says so.  In both cases ${result} is to be freed.
 */
int fv_reading_run(const struct fv_reading_input *inputs, size_t n,
    const struct fv_reading_options *options,
    const struct fv_listener *listener, const struct fv_reading_sink *sink,
    struct fv_reading_result *result, struct fv_err *err) FV_MUST_CHECK;

/* Free what ${result} holds. */
void fv_reading_free(struct fv_reading_result *result);

#endif

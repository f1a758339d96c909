#ifndef CONVERT_LIVE_H
#define CONVERT_LIVE_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "convert/reading.h"
#include "datasets/counters.h"

/*
 * A capture that is under way: what passes the interfaces of this machine,
 * for whoever reads captures.
 *
 * A thread of its own fetches packets, puts those of several interfaces into
 * one sequence by time (convert/live_merge.h) and writes them into a pipe as
 * the blocks of a pcapng capture, with what was lost at its end.  The other
 * end of the pipe is a capture like any other, so the road behind it knows
 * nothing of all this.  No packet is ever in a file; only memory holds them:
 * the system's, this thread's and the pipe's.
 *
 * Packets go on when there are many, or some tenths of a second after they
 * passed.  Where none passes for a second the capture says how late it is
 * (fv_packet_block_clock), so that whoever writes a dataset for each hour need
 * not wait for the next packet.  When the reader is slower than they come, the thread waits for it,
 * and the system keeps packets as it has room, and counts those for which it
 * has none.
 */
struct fv_live;

/* Interfaces of one capture. */
#define FV_LIVE_INTERFACES 8

struct fv_live_interface {
	const char *name;
	enum fv_side side; /* of all its packets; BOTH: not said */
};

struct fv_live_options {
	const struct fv_live_interface *interfaces;
	size_t ninterfaces;       /* 1 to FV_LIVE_INTERFACES */
	uint32_t snapshot_length; /* bytes kept of a packet: 1 to 262144 */
	size_t buffer;            /* bytes that the system keeps for each */
	int64_t duration;         /* ns after which it ends; 0: never */

	/* Tells what is less than was asked for; may be NULL. */
	void (*note)(void *arg, const char *text);
	void *arg;
};

/*
 * fv_live_new(options, err):
 * Begin to capture; ${options} and the names in it live on.  Returns NULL with
 * ${err} set, with the interface and with what is to be done: FV_EUSAGE when
 * there is none of that name, FV_EIO when it cannot be captured from.
 */
struct fv_live *fv_live_new(
    const struct fv_live_options *options, struct fv_err *err) FV_MUST_CHECK;

/*
 * The capture, to be read once; it belongs to ${live}, and ends after
 * fv_live_stop, after the duration, or when an interface is gone.
 */
const struct fv_reading_input *fv_live_input(const struct fv_live *live);

/*
 * fv_live_stop(live):
 * Let the capture end: packets that have passed by now are still in it.  Can
 * be called from a signal handler, and more than once.
 */
void fv_live_stop(struct fv_live *live);

/*
 * fv_live_end(live, err):
 * After the capture was read, to its end or not: whether it went as it should.
 * Returns 0; or -1 with ${err} set when an interface was gone before its end.
 */
int fv_live_end(struct fv_live *live, struct fv_err *err) FV_MUST_CHECK;

/* End the capture, read or not, and free ${live} (or NULL). */
void fv_live_free(struct fv_live *live);

#endif

#ifndef CONVERT_LIVE_TAP_H
#define CONVERT_LIVE_TAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * An interface of this machine that packets are captured from, by libpcap.
 * For live.c.
 *
 * The system keeps packets in memory of its own until they are fetched; what
 * it has no room for is lost, and counted.
 */
struct fv_live_tap;

struct fv_live_tap_options {
	const char *interface;
	uint32_t snapshot_length; /* bytes that are kept of a packet */
	size_t buffer;            /* bytes that the system may keep */

	/* Tells what is less than was asked for; may be NULL. */
	void (*note)(void *arg, const char *text);
	void *arg;
};

/* Packets of an interface since it was opened. */
struct fv_live_tap_counts {
	uint64_t received;
	uint64_t dropped_by_interface;
	uint64_t dropped_by_system; /* for want of room */
};

/*
 * fv_live_tap_open(options, err):
 * Begin to capture, in promiscuous mode where there is one.  Returns NULL with
 * ${err} set, the interface in front: FV_EUSAGE when there is none of that
 * name, FV_EIO when it cannot be captured from, with what is to be done.
 */
struct fv_live_tap *fv_live_tap_open(const struct fv_live_tap_options *options,
    struct fv_err *err) FV_MUST_CHECK;

/* Its LINKTYPE_ value, and the bytes that are kept of a packet. */
uint16_t fv_live_tap_link_type(const struct fv_live_tap *tap);
uint32_t fv_live_tap_snapshot_length(const struct fv_live_tap *tap);

/* A descriptor that can be read when packets are there; -1: it has none. */
int fv_live_tap_fd(const struct fv_live_tap *tap);

/*
 * Takes a packet: when it passed, in ns since 1970, the ${captured} bytes at
 * ${bytes}, and how many there were on the wire.
 */
typedef void fv_live_tap_packet(void *arg, int64_t time, const uint8_t *bytes,
    uint32_t captured, uint32_t length);

/*
 * fv_live_tap_fetch(tap, most, packet, arg, err):
 * Hand to ${packet} those that are there, at most ${most}, without waiting.
 * Returns their number; or -1 with ${err} set, the interface in front, when
 * it is gone.
 */
int fv_live_tap_fetch(struct fv_live_tap *tap, int most,
    fv_live_tap_packet *packet, void *arg, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_live_tap_count(tap):
 * Take over what the system has counted.  Its numbers are of 32 bits: call it
 * at least once in as many packets.
 */
void fv_live_tap_count(struct fv_live_tap *tap);

/* What was counted by then; NULL where nothing can be. */
const struct fv_live_tap_counts *fv_live_tap_counts(
    const struct fv_live_tap *tap);

/* End the capture and free ${tap} (or NULL). */
void fv_live_tap_close(struct fv_live_tap *tap);

#endif

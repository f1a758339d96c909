#ifndef CONVERT_CAPTURE_FORMAT_H
#define CONVERT_CAPTURE_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "convert/capture.h"
#include "convert/capture_pcap.h"
#include "convert/capture_pcapng.h"
#include "convert/source.h"

/*
 * What the front door (capture.c) shares with the formats, and nobody else.
 */

/* How far a capture is. */
enum fv_capture_state {
	FV_CAPTURE_READING,
	FV_CAPTURE_LOST, /* a fault past which the format cannot read on */
	FV_CAPTURE_ENDED
};

struct fv_capture {
	int (*next)(
	    struct fv_capture *cap, struct fv_frame *frame, struct fv_err *err);

	/*
	 * Search for where reading can go on, no byte twice.  Returns 1
	 * there; 0 at the end of the file; -1 with ${err} set.
	 */
	int (*search)(struct fv_capture *cap, struct fv_err *err);
	struct fv_source *source;
	enum fv_capture_state state;
	uint64_t lost_at; /* the first byte that could not be read */
	bool declared;    /* an interface: info has a link type */
	bool stops;       /* at damage: nothing is searched for */
	bool tells_time;  /* fv_capture_tell_time */
	struct fv_capture_info info;
	fv_capture_watcher *watcher; /* or NULL */
	void *watching;
	union {
		struct fv_capture_pcap pcap;
		struct fv_capture_pcapng pcapng;
	} format;
};

/*
 * fv_capture_declare(cap, link_type, snapshot_length):
 * Add an interface to what ${cap} says of itself.  A snapshot length of 0,
 * or one that is negative as libpcap reads it, is no limit.
 */
void fv_capture_declare(
    struct fv_capture *cap, uint32_t link_type, uint32_t snapshot_length);

/*
 * fv_capture_fault(at, err, fmt, ...):
 * Say in ${err} that the file is damaged at byte ${at}.  Returns -1.
 */
int fv_capture_fault(uint64_t at, struct fv_err *err, const char *fmt, ...)
    FV_PRINTF(3, 4);

/*
 * fv_capture_lost(cap, at, err, fmt, ...):
 * The same when nothing tells where reading can go on: that is searched
 * for, and what is passed by counts as skipped.  Returns -1.
 */
int fv_capture_lost(struct fv_capture *cap, uint64_t at, struct fv_err *err,
    const char *fmt, ...) FV_PRINTF(4, 5);

#endif

#ifndef CONVERT_LISTENER_H
#define CONVERT_LISTENER_H

#include <stdint.h>

#include "base/err.h"
#include "convert/timeline.h"
#include "datasets/counters.h"

/*
 * What people may want to hear while captures are read; each may be NULL.
 * fault: a damaged place, as text with path, byte offset and reason.
 * note: a capture with packets of a link type that is not decoded, or a file
 * that is none, as text.
 * progress: bytes read so far over all captures, and packets.
 * capture: one is done; ${label} is how messages name it, ${number} its number
 * in the reading (of one dataset its row of /captures), and ${row} that row.
 */
struct fv_listener {
	void (*fault)(void *context, const char *text);
	void (*note)(void *context, const char *text);
	void (*progress)(void *context, uint64_t bytes, uint64_t packets);
	void (*capture)(void *context, const char *label, uint32_t number,
	    const struct fv_capture_row *row);
	void *context;
};

/* Tell a damaged place, or a file that is passed by. */
void fv_listener_fault(
    const struct fv_listener *listener, const struct fv_err *why);
void fv_listener_skipped(
    const struct fv_listener *listener, const struct fv_err *why);

/* Tell how far ${timeline} is, and how many packets that gave. */
void fv_listener_progress(const struct fv_listener *listener,
    const struct fv_timeline *timeline, uint64_t packets);

/* Say which link type kept packets of ${leg} out, if any did: ${link_type}. */
void fv_listener_undecoded(const struct fv_listener *listener,
    const struct fv_timeline_leg *leg, uint32_t link_type);

#endif

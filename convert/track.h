#ifndef CONVERT_TRACK_H
#define CONVERT_TRACK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "convert/capture.h"

/*
 * The captures of one file, one after the other: the file itself, or what is
 * packed in it (gzip, tar, ...), in the order in which it lies there.
 *
 * Names of members of an archive are told to nobody, for they may say who
 * made the capture: a place is "ARCHIVE, member 2".
 */
struct fv_track;

/* Packed things in packed things are followed this deep; .tar.gz is two. */
#define FV_TRACK_DEPTH 8

/* What is met on the way; either may be NULL. */
struct fv_track_listener {
	/*
	 * What was packed is damaged behind the capture that was given last
	 * (there was one).  ${why} has the place.
	 */
	void (*damage)(void *arg, const struct fv_err *why);

	/* A member of an archive, or a file if that may be, is no capture. */
	void (*skipped)(void *arg, const struct fv_err *why);
	void *arg;
};

/*
 * fv_track_new(path, label, tolerant, listener, err):
 * The captures of the file at ${path}, or of standard input for "-", which
 * people know as ${label}.  Nothing is opened yet.  With ${tolerant} it may
 * turn out to be no capture.  ${listener} is copied.  Returns NULL with
 * ${err} set.
 */
struct fv_track *fv_track_new(const char *path, const char *label,
    bool tolerant, const struct fv_track_listener *listener,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_track_next(track, capture, err):
 * Close the capture that was given last, and open the next one, which stays
 * the track's, as ${*capture}.  Returns 1; 0 when there are no more; -1 with
 * ${err} set, the label in front: then only free is allowed.
 */
int fv_track_next(struct fv_track *track, struct fv_capture **capture,
    struct fv_err *err) FV_MUST_CHECK;

/* What people know the capture given last as; valid until the next call. */
const char *fv_track_label(const struct fv_track *track);

/* How many captures it has given. */
uint64_t fv_track_captures(const struct fv_track *track);

/* How many bytes of the file have been read. */
uint64_t fv_track_position(const struct fv_track *track);

/* Close all of ${track} (or NULL), wherever it is. */
void fv_track_free(struct fv_track *track);

#endif

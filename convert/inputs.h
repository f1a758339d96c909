#ifndef CONVERT_INPUTS_H
#define CONVERT_INPUTS_H

#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "convert/capture.h"
#include "convert/unpack.h"

/*
 * The captures behind the names that a command line gives: a capture, a
 * compressed one, an archive with captures in it, a directory of all these,
 * or standard input.
 *
 * Names that were not typed, of files in a directory and of members of an
 * archive, are told to nobody, for they may say who made the capture: a
 * place is "DIR, file 3" and "ARCHIVE, member 2", where files are counted in
 * the order of their names' bytes and members in the archive's own.
 */

/* Packed things in packed things are followed this deep. */
#define FV_INPUTS_DEPTH 4

/* Folders in folders are followed this deep. */
#define FV_INPUTS_FOLDERS 16

/* Where a capture was found. */
struct fv_inputs_place {
	const char *label;             /* for people; valid during the call */
	uint64_t before;               /* bytes of files that are done with */
	const struct fv_unpack *outer; /* NULL: the file is the capture */
};

/* What is met on the way; each but capture may be NULL. */
struct fv_inputs_listener {
	/*
	 * A capture, with its header read; it stays the walker's.  Returns
	 * 0, or -1 with ${err} set, which ends the walk.
	 */
	int (*capture)(void *arg, struct fv_capture *capture,
	    const struct fv_inputs_place *place, struct fv_err *err);

	/*
	 * What was packed is damaged behind the capture that was visited
	 * last (there was one).  ${why} has the place.
	 */
	void (*damage)(void *arg, const struct fv_err *why);

	/* A file of a directory or archive that is no capture. */
	void (*skipped)(void *arg, const struct fv_err *why);
	void *arg;

	/*
	 * The real name of a file that is to be read, also one that was not
	 * typed.  For who must know it in order to keep it out.
	 */
	void (*named)(void *arg, const char *path);
};

/*
 * fv_inputs_walk(path, before, listener, err):
 * Visit the captures behind ${path}, or standard input for "-", one after
 * the other.  ${*before} is how many bytes of files were read before, and
 * is brought up to date.  Returns 0, or -1 with ${err} set, the label in
 * front: when nothing can be read, or when there is no capture.
 */
int fv_inputs_walk(const char *path, uint64_t *before,
    const struct fv_inputs_listener *listener,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_inputs_size(path):
 * The bytes of all files behind ${path}, or 0 if that cannot be told.
 */
uint64_t fv_inputs_size(const char *path);

/* How many bytes of files are read, with ${capture} under way. */
uint64_t fv_inputs_position(
    const struct fv_inputs_place *place, const struct fv_capture *capture);

#endif

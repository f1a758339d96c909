#ifndef CONVERT_TIMELINE_H
#define CONVERT_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "convert/capture.h"
#include "datasets/counters.h"

/*
 * All captures of a conversion as one sequence of frames, by time.
 *
 * Inbound and outbound packets are often captured apart, and long captures
 * rotated: of two files nobody says whether one follows the other or they
 * are two taps side by side.  Their times say so.  The first frame of each
 * file is looked at beforehand, and the file is opened when the sequence
 * comes to that time; of those that are open, the one whose next frame is
 * earliest goes on.  So files that follow each other are read one by one,
 * and taps side by side, whatever their labels.
 *
 * A file gives its frames in its own order: one that is earlier than those
 * before it is never dropped, but counted (TIME_DISORDER), and comes as soon
 * as its turn allows.  Captures packed in one file follow each other as they
 * lie there, and pipes are open from the beginning, for neither can be
 * looked at twice.
 *
 * Frames of the same time come outbound before inbound before unlabelled
 * ones, then in the order in which their files begin, then in the order in
 * which they were named: that alone can depend on how files are named.
 */
struct fv_timeline;

/* Files that are open at once, at most: some 300 KiB each, and a number. */
#define FV_TIMELINE_OPEN 256

/* What shapes a timeline. */
struct fv_timeline_options {
	int64_t offset[3];    /* ns, added to times; by enum fv_side */
	bool stops_at_damage; /* do not look for what follows it */
};

/* A capture under way. */
struct fv_timeline_leg {
	const char *label; /* for people */
	enum fv_side side;
	uint32_t slot; /* below FV_TIMELINE_OPEN; no two at once have it */

	/*
	 * In order of the first frames, which is the order of /captures; set
	 * with the first frame, or at the end of a capture that has none.
	 */
	uint32_t number;

	/*
	 * The row of /captures.  The timeline counts faults, what they cost
	 * and disorder, and sets what the file says of itself at the end; the
	 * rest is for whoever reads the frames.
	 */
	struct fv_capture_row row;
};

/* What is met on the way; each may be NULL. */
struct fv_timeline_listener {
	/* A damaged place: its text has label, byte offset and reason. */
	void (*fault)(void *arg, const struct fv_err *why);

	/* A file of a directory or archive that is no capture. */
	void (*skipped)(void *arg, const struct fv_err *why);

	/* The real name of a file that is to be read; of pipes it is "-". */
	void (*named)(void *arg, const char *path);

	/*
	 * ${capture} was opened as ${leg}, which has a slot and no number
	 * yet.  Returns 0, or -1 with ${err} set, which ends all.
	 */
	int (*begun)(void *arg, const struct fv_timeline_leg *leg,
	    struct fv_capture *capture, struct fv_err *err);

	/*
	 * ${leg} has given its last frame, and its slot is free from now on.
	 * ${alone}: no other capture has begun and not ended.  Returns 0, or
	 * -1 with ${err} set, which ends all.
	 */
	int (*ended)(void *arg, struct fv_timeline_leg *leg, bool alone,
	    struct fv_err *err);
	void *arg;
};

/*
 * fv_timeline_new(options, listener, err):
 * A timeline of nothing; both are copied.  Returns NULL with ${err} set.
 */
struct fv_timeline *fv_timeline_new(const struct fv_timeline_options *options,
    const struct fv_timeline_listener *listener,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_timeline_add(tl, path, label, side, err):
 * Add the captures behind ${path} (see convert/inputs.h) of that ${side}.
 * ${label} is what messages call them, where the path would tell people
 * nothing; NULL: the path.  Both live on until the timeline starts.
 * Returns 0, or -1 with ${err} set.
 */
int fv_timeline_add(struct fv_timeline *tl, const char *path, const char *label,
    enum fv_side side, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_timeline_start(tl, err):
 * After the last of them: look at what each file begins with.  Returns 0, or
 * -1 with ${err} set, the label in front: when one cannot be read, or when
 * there is no capture where one was named.
 */
int fv_timeline_start(struct fv_timeline *tl, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_timeline_next(tl, leg, frame, err):
 * Step to the next frame, and say which capture it is of; both stay the
 * timeline's, and mean nothing after the next call.  Damage is told and
 * passed by.  The frame's time has the offset of its side added, where it
 * has a time.
 * Returns 1; 0 at the end of all; -1 with ${err} set, the label in front:
 * also (FV_ELIMIT) when more than FV_TIMELINE_OPEN files overlap in time.
 * Costs a nanosecond or two above fv_capture_next within one file, and a
 * step in a heap of open files for each change between them.
 */
int fv_timeline_next(struct fv_timeline *tl, struct fv_timeline_leg **leg,
    const struct fv_frame **frame, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_timeline_under_way(tl, slot):
 * The capture in ${slot} that has a number and has not ended, its row up to
 * date with what the file said so far; or NULL.
 */
const struct fv_timeline_leg *fv_timeline_under_way(
    struct fv_timeline *tl, uint32_t slot);

/* How many captures have a number. */
uint32_t fv_timeline_begun(const struct fv_timeline *tl);

/* How many bytes of files have been read. */
uint64_t fv_timeline_position(const struct fv_timeline *tl);

/* Close all, wherever it is, and free ${tl} (or NULL). */
void fv_timeline_free(struct fv_timeline *tl);

#endif

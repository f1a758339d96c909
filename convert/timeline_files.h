#ifndef CONVERT_TIMELINE_FILES_H
#define CONVERT_TIMELINE_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "convert/capture.h"
#include "datasets/counters.h"

/*
 * The files of a timeline, in the order in which it comes to them.  For
 * timeline.c.
 */

/* More files than this are for datasets of their own. */
#define FV_TIMELINE_FILES ((size_t)1 << 20)

struct fv_timeline_file {
	char *path;
	char *label; /* for people */
	enum fv_side side;
	bool folder;    /* one of a directory: it may be no capture */
	uint32_t named; /* the argument that it is behind */
	uint64_t order; /* of naming */
	int64_t first;  /* time of its first frame, its offset added */
};

/* An argument, and how many files with captures are behind it. */
struct fv_timeline_named {
	const char *label; /* its path, if it has no other */
	uint64_t files;
};

struct fv_timeline_files {
	struct fv_timeline_file *file;
	size_t count, capacity;
	struct fv_timeline_named *named;
	size_t nnamed, named_capacity;
};

/* What is passed by, as fv_timeline_listener has it. */
typedef void fv_timeline_files_skipped(void *arg, const struct fv_err *why);

/*
 * fv_timeline_files_add(files, path, label, side, err):
 * Add the files behind ${path}; see fv_timeline_add.  Returns 0, or -1 with
 * ${err} set.
 */
int fv_timeline_files_add(struct fv_timeline_files *files, const char *path,
    const char *label, enum fv_side side, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_timeline_files_sort(files, offset, skipped, arg, err):
 * Look at what each file begins with, leave out those that are no capture,
 * which are told to ${skipped} (or NULL), and sort the rest by first frame,
 * then by label, then as they were named.  Pipes, and a file that is alone,
 * are not looked at, and come first.  ${offset} is by enum fv_side.
 * Returns 0, or -1 with ${err} set.
 */
int fv_timeline_files_sort(struct fv_timeline_files *files,
    const int64_t offset[3], fv_timeline_files_skipped *skipped, void *arg,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_timeline_files_rank(files, i):
 * What decides among frames of the same time: outbound files before inbound
 * before unlabelled ones, and in each the earlier first.
 */
uint64_t fv_timeline_files_rank(
    const struct fv_timeline_files *files, size_t i);

/* Say that there is no capture behind that argument.  Returns -1. */
int fv_timeline_files_nothing(
    const struct fv_timeline_named *named, struct fv_err *err);

/* Forget the names of ${file}, which is open. */
void fv_timeline_files_opened(struct fv_timeline_file *file);

/* Free what ${files} holds. */
void fv_timeline_files_free(struct fv_timeline_files *files);

/* Add ${offset} to the time of ${frame}, if it has one; none is below 0. */
static inline void
fv_timeline_files_move(struct fv_frame *frame, int64_t offset)
{
	if ((frame->notes & FV_FRAME_WITHOUT_TIME) != 0)
		return;
	if (__builtin_add_overflow(frame->time, offset, &frame->time))
		frame->time = INT64_MAX;
	if (frame->time < 0)
		frame->time = 0;
}

#endif

#include "convert/timeline_files.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "convert/inputs.h"
#include "convert/track.h"

/* Frames without a time that are passed to find a first one that has it. */
enum { LOOK_FRAMES = 1000 };

/* What is being added. */
struct adding {
	struct fv_timeline_files *files;
	const char *label; /* NULL: as the walk has it */
	enum fv_side side;
};

static int
add_file(void *arg, const char *path, const char *label, bool folder,
    struct fv_err *err)
{
	const struct adding *adding = arg;
	struct fv_timeline_files *files = adding->files;
	struct fv_timeline_file *f =
	    fv_memory_grow(files->file, &files->capacity, files->count + 1,
		sizeof(*f), FV_TIMELINE_FILES, err);

	if (f == NULL)
		return fv_err_within(err, "captures");
	files->file = f;
	f += files->count;
	*f = (struct fv_timeline_file){
		.path = strdup(path),
		.label = strdup(adding->label != NULL ? adding->label : label),
		.side = adding->side,
		.folder = folder,
		.named = (uint32_t)(files->nnamed - 1),
		.order = files->count++,
		.first = INT64_MIN,
	};
	if (f->path == NULL || f->label == NULL)
		return fv_err_set(err, FV_EMEMORY, "out of memory");
	return 0;
}

int
fv_timeline_files_add(struct fv_timeline_files *files, const char *path,
    const char *label, enum fv_side side, struct fv_err *err)
{
	struct adding adding = { files, label, side };
	struct fv_timeline_named *named =
	    fv_memory_grow(files->named, &files->named_capacity,
		files->nnamed + 1, sizeof(*named), FV_TIMELINE_FILES, err);

	if (named == NULL)
		return fv_err_within(err, "captures");
	files->named = named;
	files->named[files->nnamed++] =
	    (struct fv_timeline_named){ label != NULL ? label : path, 0 };
	return fv_inputs_each(path, add_file, &adding, err);
}

/*
 * The time of the first frame of ${capture} that has one.  Damage on the way
 * is told when the capture is read in earnest.
 */
static int
first_time(struct fv_capture *capture, int64_t offset, int64_t *time,
    struct fv_err *err)
{
	struct fv_frame frame;
	int rc, n = 0;

	do {
		while ((rc = fv_capture_next(capture, &frame, err)) == -1)
			if (err->code != FV_EFORMAT)
				return -1;
	} while (rc == 1 && (frame.notes & FV_FRAME_WITHOUT_TIME) != 0 &&
	    ++n < LOOK_FRAMES);
	if (rc == 0)
		return 0;
	fv_timeline_files_move(&frame, offset);
	*time = frame.time;
	return 0;
}

/*
 * Look at what ${f} begins with.  Returns 1 when there is a capture in it; 0
 * when there is none; -1 with ${err} set.
 */
static int
look(struct fv_timeline_file *f, int64_t offset,
    const struct fv_track_listener *listener, struct fv_err *err)
{
	struct fv_capture *capture;
	struct fv_track *track;
	int rc;

	track = fv_track_new(f->path, f->label, f->folder, listener, err);
	if (track == NULL)
		return -1;
	rc = fv_track_next(track, &capture, err);
	if (rc == 1 && first_time(capture, offset, &f->first, err) == -1)
		rc = fv_err_within(err, "%s", fv_track_label(track));
	fv_track_free(track);
	return rc;
}

/* By first frame, then by label, then as they were named. */
static int
compare_files(const void *a, const void *b)
{
	static const int by_side[] = { [FV_SIDE_OUTBOUND] = 0,
		[FV_SIDE_INBOUND] = 1,
		[FV_SIDE_BOTH] = 2 };
	const struct fv_timeline_file *f = a, *g = b;

	if (f->first != g->first)
		return f->first < g->first ? -1 : 1;
	if (f->side != g->side)
		return by_side[f->side] - by_side[g->side];
	return f->order < g->order ? -1 : f->order > g->order;
}

void
fv_timeline_files_opened(struct fv_timeline_file *f)
{
	free(f->path);
	free(f->label);
	f->path = f->label = NULL;
}

int
fv_timeline_files_nothing(
    const struct fv_timeline_named *named, struct fv_err *err)
{
	return fv_err_set(err, FV_EFORMAT,
	    "%s: there is no pcap or pcapng capture in it", named->label);
}

int
fv_timeline_files_sort(struct fv_timeline_files *files, const int64_t offset[3],
    fv_timeline_files_skipped *skipped, void *arg, struct fv_err *err)
{
	const struct fv_track_listener silent = { NULL, NULL, NULL },
				       telling = { NULL, skipped, arg };
	struct fv_timeline_file *f;
	size_t i, n = 0;
	int rc;

	for (i = 0; i < files->count; i++) {
		f = &files->file[i];
		rc = 1;
		if (files->count > 1 && fv_inputs_again(f->path))
			rc = look(f, offset[f->side], &silent, err);
		/* Nobody opens it again: what is in it is told now. */
		if (rc == 0)
			rc = look(f, 0, &telling, err);
		if (rc == -1)
			return -1;
		if (rc == 0) {
			fv_timeline_files_opened(f);
			continue;
		}
		files->named[f->named].files++;
		if (i != n) {
			files->file[n] = *f;
			f->path = f->label = NULL;
		}
		n++;
	}
	files->count = n;
	for (i = 0; i < files->nnamed; i++)
		if (files->named[i].files == 0)
			return fv_timeline_files_nothing(&files->named[i], err);
	if (n > 0)
		qsort(files->file, n, sizeof(*files->file), compare_files);
	return 0;
}

uint64_t
fv_timeline_files_rank(const struct fv_timeline_files *files, size_t i)
{
	static const uint64_t by_side[] = { [FV_SIDE_OUTBOUND] = 0,
		[FV_SIDE_INBOUND] = FV_TIMELINE_FILES,
		[FV_SIDE_BOTH] = 2 * FV_TIMELINE_FILES };

	return by_side[files->file[i].side] + i;
}

void
fv_timeline_files_free(struct fv_timeline_files *files)
{
	size_t i;

	for (i = 0; i < files->count; i++)
		fv_timeline_files_opened(&files->file[i]);
	free(files->file);
	free(files->named);
}

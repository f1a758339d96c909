#include "convert/inputs.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "convert/stream.h"

/* The longest label: a path and the members below it. */
enum { LABEL = 512 };

struct walk {
	const struct fv_inputs_listener *listener;
	const struct fv_unpack *outer; /* the unpacker of the file, or NULL */
	uint64_t before;
	uint64_t captures;
	bool several; /* files in a directory: one that is none is no fault */
};

/* Say that ${label} is no capture, where that is no failure. */
static void
skip(const struct walk *w, const char *label, struct fv_err *why)
{
	(void)fv_err_within(why, "%s", label);
	if (w->listener->skipped != NULL)
		w->listener->skipped(w->listener->arg, why);
}

/*
 * Damage of what ${label} is packed in.  Behind a capture it is told and
 * the walk goes on; before any it is a failure.
 */
static int
damage(const struct walk *w, const char *label, uint64_t captures_before,
    struct fv_err *err)
{
	(void)fv_err_within(err, "%s", label);
	if (err->code != FV_EFORMAT || w->captures == captures_before)
		return -1;
	if (w->listener->damage != NULL)
		w->listener->damage(w->listener->arg, err);
	return 0;
}

static int
visit_capture(struct walk *w, struct fv_stream *stream, const char *label,
    bool member, struct fv_err *err)
{
	const struct fv_inputs_place place = { label, w->before, w->outer };
	struct fv_capture *capture = fv_capture_open_stream(stream, err);
	int rc;

	if (capture == NULL) {
		if (err->code != FV_EFORMAT || !(member || w->several))
			return fv_err_within(err, "%s", label);
		skip(w, label, err);
		return 0;
	}
	w->captures++;
	rc = w->listener->capture(w->listener->arg, capture, &place, err);
	if (w->outer == NULL)
		w->before += fv_capture_about(capture)->bytes_read;
	fv_capture_free(capture);
	return rc;
}

static int visit_stream(struct walk *w, struct fv_stream *stream,
    const char *label, unsigned depth, bool member, struct fv_err *err);

/* Visit the members of ${u}, all that can be unpacked. */
static int
visit_members(struct walk *w, struct fv_unpack *u, const char *label,
    unsigned depth, struct fv_err *err)
{
	uint64_t before = w->captures;
	struct fv_stream member;
	char place[LABEL];
	unsigned n = 0;
	int rc;

	while ((rc = fv_unpack_next(u, &member, err)) == 1) {
		if (fv_unpack_has_members(u))
			(void)snprintf(
			    place, sizeof(place), "%s, member %u", label, ++n);
		else
			(void)snprintf(place, sizeof(place), "%s", label);
		rc = visit_stream(w, &member, place, depth + 1,
		    fv_unpack_has_members(u), err);
		fv_stream_close(&member);
		if (rc == -1) {
			/* What cannot be unpacked is no capture for that. */
			if (fv_unpack_member_done(u, err) == -1)
				(void)fv_err_within(err, "%s", place);
			return -1;
		}
		if (fv_unpack_member_done(u, err) == -1 &&
		    damage(w, place, before, err) == -1)
			return -1;
	}
	return rc == -1 ? damage(w, label, before, err) : 0;
}

static int
visit_packed(struct walk *w, struct fv_stream *stream, const char *label,
    unsigned depth, struct fv_err *err)
{
	bool outer = w->outer == NULL;
	struct fv_unpack *u;
	int rc;

	if (depth == FV_INPUTS_DEPTH) {
		(void)fv_err_set(err, FV_ELIMIT,
		    "archives in archives are followed %d deep; unpack it",
		    FV_INPUTS_DEPTH);
		return fv_err_within(err, "%s", label);
	}
	if ((u = fv_unpack_open(stream, err)) == NULL)
		return fv_err_within(err, "%s", label);
	if (outer)
		w->outer = u;
	rc = visit_members(w, u, label, depth, err);
	if (outer) {
		w->before += fv_unpack_consumed(u);
		w->outer = NULL;
	}
	fv_unpack_free(u);
	return rc;
}

static int
visit_stream(struct walk *w, struct fv_stream *stream, const char *label,
    unsigned depth, bool member, struct fv_err *err)
{
	if (fv_stream_is_packed(stream))
		return visit_packed(w, stream, label, depth, err);
	return visit_capture(w, stream, label, member, err);
}

static int
visit_file(
    struct walk *w, const char *path, const char *label, struct fv_err *err)
{
	struct fv_stream stream;
	int rc;

	if (w->listener->named != NULL)
		w->listener->named(w->listener->arg, path);
	if (fv_stream_open(&stream, path, err) == -1)
		return fv_err_within(err, "%s", label);
	rc = visit_stream(w, &stream, label, 0, false, err);
	fv_stream_close(&stream);
	return rc;
}

static int
not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int
by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Goes through the files of a directory and of those in it, in order. */
struct folder {
	int (*file)(void *arg, const char *path, struct fv_err *err);
	void *arg;
};

static int
each_file(const struct folder *f, const char *path, unsigned depth,
    struct fv_err *err)
{
	struct dirent **entry = NULL;
	struct stat status;
	char *inner;
	int i, n, rc = 0;

	if (depth == FV_INPUTS_FOLDERS)
		return fv_err_set(err, FV_ELIMIT,
		    "folders in folders are followed %d deep",
		    FV_INPUTS_FOLDERS);
	if ((n = scandir(path, &entry, not_hidden, by_bytes)) == -1)
		return fv_err_system(err, errno, "a folder cannot be read");
	for (i = 0; i < n; i++) {
		if (rc == 0 &&
		    asprintf(&inner, "%s/%s", path, entry[i]->d_name) == -1)
			rc = fv_err_system(err, ENOMEM, "a folder");
		free(entry[i]);
		if (rc != 0)
			continue;
		if (stat(inner, &status) == 0 && S_ISDIR(status.st_mode))
			rc = each_file(f, inner, depth + 1, err);
		else if (S_ISREG(status.st_mode))
			rc = f->file(f->arg, inner, err);
		free(inner);
	}
	free(entry);
	return rc;
}

/* A walk through a directory that was named. */
struct folder_walk {
	struct walk *walk;
	const char *path;
	unsigned files;
};

static int
visit_numbered(void *arg, const char *path, struct fv_err *err)
{
	struct folder_walk *f = arg;
	char label[LABEL];

	(void)snprintf(
	    label, sizeof(label), "%s, file %u", f->path, ++f->files);
	return visit_file(f->walk, path, label, err);
}

static int
visit_folder(struct walk *w, const char *path, struct fv_err *err)
{
	struct folder_walk f = { w, path, 0 };
	const struct folder folder = { visit_numbered, &f };

	w->several = true;
	return each_file(&folder, path, 0, err);
}

static bool
is_folder(const char *path)
{
	struct stat status;

	return strcmp(path, "-") != 0 && stat(path, &status) == 0 &&
	    S_ISDIR(status.st_mode);
}

int
fv_inputs_walk(const char *path, uint64_t *before,
    const struct fv_inputs_listener *listener, struct fv_err *err)
{
	struct walk w = { .listener = listener, .before = *before };
	int rc;

	if (is_folder(path))
		rc = visit_folder(&w, path, err);
	else
		rc = visit_file(&w, path, path, err);
	*before = w.before;
	if (rc == 0 && w.captures == 0)
		return fv_err_set(err, FV_EFORMAT,
		    "%s: there is no pcap or pcapng capture in it", path);
	return rc;
}

static int
add_size(void *arg, const char *path, struct fv_err *err)
{
	struct stat status;

	(void)err;
	if (stat(path, &status) == 0)
		*(uint64_t *)arg += (uint64_t)status.st_size;
	return 0;
}

uint64_t
fv_inputs_size(const char *path)
{
	const struct folder folder = { add_size, &(uint64_t){ 0 } };
	struct stat status;
	struct fv_err err;

	if (strcmp(path, "-") == 0 || stat(path, &status) == -1)
		return 0;
	if (S_ISDIR(status.st_mode))
		return each_file(&folder, path, 0, &err) == 0
		    ? *(uint64_t *)folder.arg
		    : 0;
	return S_ISREG(status.st_mode) ? (uint64_t)status.st_size : 0;
}

uint64_t
fv_inputs_position(
    const struct fv_inputs_place *place, const struct fv_capture *capture)
{
	if (place->outer != NULL)
		return place->before + fv_unpack_consumed(place->outer);
	return place->before + fv_capture_about(capture)->bytes_read;
}

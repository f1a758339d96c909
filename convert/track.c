#include "convert/track.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "convert/stream.h"
#include "convert/unpack.h"

/* The longest label: a path and the members below it. */
enum { LABEL = 512 };

/* Something packed that is being gone through. */
struct level {
	struct fv_unpack *unpack;
	uint64_t captures; /* that were given before it */
	unsigned members;  /* that were met in it */
	char label[LABEL];
};

struct fv_track {
	struct fv_track_listener listener;
	char *path;
	bool tolerant;
	bool opened;
	struct fv_capture *capture; /* the one given last */
	uint64_t captures;
	uint64_t done; /* bytes of the file, once it is closed */
	unsigned depth;
	struct level level[FV_TRACK_DEPTH];
	char label[LABEL]; /* of what was met last */
};

struct fv_track *
fv_track_new(const char *path, const char *label, bool tolerant,
    const struct fv_track_listener *listener, struct fv_err *err)
{
	struct fv_track *t;

	if ((t = fv_memory_new(1, sizeof(*t), err)) == NULL)
		return NULL;
	if ((t->path = strdup(path)) == NULL) {
		(void)fv_err_set(err, FV_EMEMORY, "out of memory");
		free(t);
		return NULL;
	}
	t->listener = *listener;
	t->tolerant = tolerant;
	(void)snprintf(t->label, sizeof(t->label), "%s", label);
	return t;
}

/*
 * Damage of what ${label} is packed in.  Behind a capture it is told and the
 * walk goes on; before any it is a failure.
 */
static int
damage(const struct fv_track *t, const char *label, uint64_t captures_before,
    struct fv_err *err)
{
	(void)fv_err_within(err, "%s", label);
	if (err->code != FV_EFORMAT || t->captures == captures_before)
		return -1;
	if (t->listener.damage != NULL)
		t->listener.damage(t->listener.arg, err);
	return 0;
}

/* Go down into what ${stream} packs. */
static int
go_down(struct fv_track *t, struct fv_stream *stream, struct fv_err *err)
{
	struct level *l = &t->level[t->depth];

	if (t->depth == FV_TRACK_DEPTH) {
		(void)fv_err_set(err, FV_ELIMIT,
		    "archives in archives are followed %d deep; unpack it",
		    FV_TRACK_DEPTH);
		return fv_err_within(err, "%s", t->label);
	}
	if ((l->unpack = fv_unpack_open(stream, err)) == NULL)
		return fv_err_within(err, "%s", t->label);
	l->captures = t->captures;
	l->members = 0;
	(void)memcpy(l->label, t->label, sizeof(l->label));
	t->depth++;
	return 0;
}

/*
 * Open what ${stream} is.  Returns 1 when that is a capture, 0 when it is
 * packed or to be passed by, -1 with ${err} set.
 */
static int
enter(struct fv_track *t, struct fv_stream *stream, bool may_be_none,
    struct fv_err *err)
{
	if (fv_stream_is_packed(stream))
		return go_down(t, stream, err);
	if ((t->capture = fv_capture_open_stream(stream, err)) != NULL) {
		t->captures++;
		return 1;
	}
	(void)fv_err_within(err, "%s", t->label);
	if (err->code != FV_EFORMAT || !may_be_none)
		return -1;
	if (t->listener.skipped != NULL)
		t->listener.skipped(t->listener.arg, err);
	return 0;
}

static int
enter_file(struct fv_track *t, struct fv_err *err)
{
	struct fv_stream stream;
	int rc;

	t->opened = true;
	if (fv_stream_open(&stream, t->path, err) == -1)
		return fv_err_within(err, "%s", t->label);
	rc = enter(t, &stream, t->tolerant, err);
	fv_stream_close(&stream);
	return rc;
}

/* The member of ${l} that was met last is done with: was it whole? */
static int
leave_member(struct fv_track *t, struct level *l, struct fv_err *err)
{
	if (fv_unpack_member_done(l->unpack, err) == 0)
		return 0;
	return damage(t, t->label, l->captures, err);
}

/* As enter, for the next member of the innermost archive; 0 at its end too. */
static int
enter_member(struct fv_track *t, struct fv_err *err)
{
	struct level *l = &t->level[t->depth - 1];
	struct fv_stream member;
	bool numbered;
	int rc;

	if ((rc = fv_unpack_next(l->unpack, &member, err)) != 1) {
		(void)memcpy(t->label, l->label, sizeof(t->label));
		if (rc == -1)
			return damage(t, t->label, l->captures, err);
		t->depth--;
		if (t->depth == 0)
			t->done = fv_unpack_consumed(l->unpack);
		fv_unpack_free(l->unpack);
		l->unpack = NULL;
		return t->depth == 0
		    ? 0
		    : leave_member(t, &t->level[t->depth - 1], err);
	}
	numbered = fv_unpack_has_members(l->unpack);
	if (numbered)
		(void)snprintf(t->label, sizeof(t->label), "%.*s, member %u",
		    LABEL - 24, l->label, ++l->members);
	else
		(void)memcpy(t->label, l->label, sizeof(t->label));
	rc = enter(t, &member, numbered, err);
	fv_stream_close(&member);
	if (rc == -1) {
		/* What cannot be unpacked is no capture for that. */
		if (fv_unpack_member_done(l->unpack, err) == -1)
			(void)fv_err_within(err, "%s", t->label);
		return -1;
	}
	if (rc == 0 && l == &t->level[t->depth - 1])
		return leave_member(t, l, err);
	return rc;
}

/* Close the capture that was given last. */
static int
leave_capture(struct fv_track *t, struct fv_err *err)
{
	if (t->capture == NULL)
		return 0;
	if (t->depth == 0)
		t->done = fv_capture_about(t->capture)->bytes_read;
	fv_capture_free(t->capture);
	t->capture = NULL;
	return t->depth == 0 ? 0
			     : leave_member(t, &t->level[t->depth - 1], err);
}

int
fv_track_next(
    struct fv_track *t, struct fv_capture **capture, struct fv_err *err)
{
	int rc = leave_capture(t, err);

	if (rc == 0 && !t->opened)
		rc = enter_file(t, err);
	while (rc == 0 && t->depth > 0)
		rc = enter_member(t, err);
	*capture = t->capture;
	return rc;
}

const char *
fv_track_label(const struct fv_track *t)
{
	return t->label;
}

uint64_t
fv_track_captures(const struct fv_track *t)
{
	return t->captures;
}

uint64_t
fv_track_position(const struct fv_track *t)
{
	if (t->depth > 0)
		return fv_unpack_consumed(t->level[0].unpack);
	if (t->capture != NULL)
		return fv_capture_about(t->capture)->bytes_read;
	return t->done;
}

void
fv_track_free(struct fv_track *t)
{
	if (t == NULL)
		return;
	fv_capture_free(t->capture);
	while (t->depth > 0)
		fv_unpack_free(t->level[--t->depth].unpack);
	free(t->path);
	free(t);
}

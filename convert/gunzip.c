#include "convert/gunzip.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

#include <isa-l/igzip_lib.h>

#include "base/memory.h"

/* The first byte of a member. */
#define MAGIC 0x1f

struct fv_gunzip {
	struct inflate_state state;
	fv_gunzip_input *input;
	void *arg;
	uint64_t taken;    /* bytes of input */
	bool within;       /* a member */
	bool at_end;       /* of the input */
	bool failed;       /* nothing more is unpacked */
	struct fv_err why; /* FV_OK: no fault was met */
};

struct fv_gunzip *
fv_gunzip_new(fv_gunzip_input *input, void *arg, struct fv_err *err)
{
	struct fv_gunzip *g;

	if ((g = fv_memory_new(1, sizeof(*g), err)) == NULL)
		return NULL;
	isal_inflate_init(&g->state);
	g->input = input;
	g->arg = arg;
	return g;
}

uint64_t
fv_gunzip_consumed(const struct fv_gunzip *g)
{
	return g->taken - g->state.avail_in;
}

/* Remember the first fault. */
static void
note(struct fv_gunzip *g, const char *what)
{
	if (g->why.code == FV_OK)
		(void)fv_err_set(&g->why, FV_EFORMAT,
		    "byte %" PRIu64 " or before: cannot be unpacked further "
		    "(%s)",
		    fv_gunzip_consumed(g), what);
}

static void
fail(struct fv_gunzip *g, const char *what)
{
	note(g, what);
	g->failed = true;
}

/* Have some input, unless there is no more. */
static void
take_input(struct fv_gunzip *g)
{
	const uint8_t *bytes;
	ssize_t got;

	if (g->state.avail_in > 0 || g->at_end)
		return;
	if ((got = g->input(g->arg, &bytes)) < 0) {
		fail(g, "it cannot be read");
		return;
	}
	g->at_end = got == 0;
	/* ISA-L does not write to its input. */
	g->state.next_in = (uint8_t *)(uintptr_t)bytes;
	g->state.avail_in = (uint32_t)got;
	g->taken += (uint64_t)got;
}

/* Between members: step over zeros, and begin the next. */
static void
begin_member(struct fv_gunzip *g)
{
	struct inflate_state *s = &g->state;

	while (s->avail_in > 0 && *s->next_in == 0) {
		s->next_in++;
		s->avail_in--;
	}
	if (s->avail_in == 0)
		return;
	if (*s->next_in != MAGIC) {
		if (g->why.code == FV_OK)
			(void)fv_err_set(&g->why, FV_EFORMAT,
			    "byte %" PRIu64 ": what is packed ended before, "
			    "and something follows that cannot be unpacked: "
			    "it was appended, or the file is damaged here",
			    fv_gunzip_consumed(g));
		g->failed = true;
		return;
	}
	isal_inflate_reset(s);
	s->crc_flag = ISAL_GZIP;
	g->within = true;
}

static void
inflate_some(struct fv_gunzip *g)
{
	struct inflate_state *s = &g->state;
	uint32_t room = s->avail_out;

	switch (isal_inflate(s)) {
	case ISAL_DECOMP_OK:
		if (s->block_state == ISAL_BLOCK_FINISH)
			g->within = false;
		else if (g->at_end && s->avail_out == room)
			fail(g, "it was cut off");
		break;
	case ISAL_INCORRECT_CHECKSUM:
		note(g,
		    "a checksum is wrong: something before is not as it was "
		    "packed");
		g->within = false;
		break;
	case ISAL_INVALID_WRAPPER:
	case ISAL_UNSUPPORTED_METHOD:
		fail(g, "a header that is none: the file is damaged here");
		break;
	default:
		fail(g, "the compressed data are damaged");
	}
}

ssize_t
fv_gunzip_read(struct fv_gunzip *g, void *out, size_t n, struct fv_err *err)
{
	struct inflate_state *s = &g->state;
	const uint32_t room = n < INT32_MAX ? (uint32_t)n : INT32_MAX;

	s->next_out = out;
	s->avail_out = room;
	while (s->avail_out > 0 && !g->failed) {
		take_input(g);
		if (g->failed)
			break;
		if (g->within)
			inflate_some(g);
		else if (s->avail_in > 0)
			begin_member(g);
		else if (g->at_end)
			break;
	}
	if (s->avail_out < room)
		return (ssize_t)(room - s->avail_out);
	if (g->why.code == FV_OK)
		return 0;
	*err = g->why;
	return -1;
}

void
fv_gunzip_free(struct fv_gunzip *g)
{
	free(g);
}

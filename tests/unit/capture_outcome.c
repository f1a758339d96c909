#include "tests/unit/capture_outcome.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include "datasets/counters.h"

#define TEXT 4096

/* Pieces of a prime size, so that seams fall everywhere. */
#define PIECE 37

/* Add to the string in ${text}. */
static void add(char *text, size_t size, const char *fmt, ...) FV_PRINTF(3, 4);
static void
add(char *text, size_t size, const char *fmt, ...)
{
	size_t used = strlen(text);
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text + used, size - used, fmt, args);
	va_end(args);
}

static void
add_frame(const struct fv_frame *frame, char *text, size_t size)
{
	add(text, size, "@%" PRIu64 " %" PRId64 ".%09" PRId64 " %u/%u",
	    frame->offset, frame->time / 1000000000, frame->time % 1000000000,
	    frame->captured, frame->length);
	if (frame->link_type != 1)
		add(text, size, " link %u", frame->link_type);
	if (frame->fcs_length != 0)
		add(text, size, " fcs %u", frame->fcs_length);
	if (frame->interface != 0)
		add(text, size, " interface %u", frame->interface);
	if (frame->side == FV_SIDE_INBOUND)
		add(text, size, " in");
	if (frame->side == FV_SIDE_OUTBOUND)
		add(text, size, " out");
	if (frame->notes & FV_FRAME_WITHOUT_TIME)
		add(text, size, " timeless");
	if (frame->notes & FV_FRAME_TIME_CLAMPED)
		add(text, size, " clamped");
	if (frame->notes & FV_FRAME_TIME_FRACTION)
		add(text, size, " fraction");
	add(text, size, "\n");
}

/* Whether the bytes of ${frame} count up from 0. */
static bool
counts_up(const struct fv_frame *frame)
{
	uint32_t i;

	for (i = 0; i < frame->captured; i++)
		if (frame->bytes[i] != (uint8_t)i)
			return false;
	return true;
}

void
fv_capture_outcome(struct fv_capture *cap, const struct fv_err *open_err,
    char *text, size_t size)
{
	const struct fv_capture_info *info;
	struct fv_frame frame;
	struct fv_err err;
	int rc;

	text[0] = '\0';
	if (cap == NULL) {
		CU_ASSERT(open_err->code == FV_EFORMAT);
		add(text, size, "refused: %s\n", open_err->text);
		return;
	}
	while ((rc = fv_capture_next(cap, &frame, &err)) != 0) {
		if (rc < 0) {
			CU_ASSERT_EQUAL(err.code, FV_EFORMAT);
			add(text, size, "! %s\n", err.text);
			continue;
		}
		/* But for those whose length was made too large. */
		CU_ASSERT(counts_up(&frame) || frame.captured == 61 ||
		    frame.captured == 300);
		add_frame(&frame, text, size);
	}
	CU_ASSERT_EQUAL(fv_capture_next(cap, &frame, &err), 0);
	info = fv_capture_about(cap);
	add(text, size, "end");
	if (info->bytes_skipped != 0)
		add(text, size, "; skipped %" PRIu64, info->bytes_skipped);
	if (info->dropped != 0)
		add(text, size, "; dropped %" PRIu64, info->dropped);
	add(text, size, "\n");
	fv_capture_free(cap);
}

/* A descriptor from which ${file} comes in small pieces, by ${*child}. */
static int
drip(const struct fv_capfile *file, pid_t *child)
{
	const uint8_t *bytes = fv_capfile_bytes(file);
	size_t size = fv_capfile_size(file), done = 0, n;
	int ends[2];

	CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
	*child = fork();
	CU_ASSERT_FATAL(*child >= 0);
	if (*child > 0) {
		(void)close(ends[1]);
		return ends[0];
	}
	(void)close(ends[0]);
	for (; done < size; done += n) {
		n = size - done < PIECE ? size - done : PIECE;
		if (write(ends[1], bytes + done, n) != (ssize_t)n)
			_exit(1);
	}
	_exit(0);
}

/* Compare what was seen of ${row} with what should be. */
static void
check(const struct fv_capcase *row, const char *how, const char *text)
{
	if (strcmp(text, row->outcome) != 0)
		(void)printf("\n%s, %s:\n%sshould be\n%s", row->name, how, text,
		    row->outcome);
	CU_ASSERT_STRING_EQUAL(text, row->outcome);
}

void
fv_capture_outcome_rows(const struct fv_capcase *row)
{
	struct fv_capfile *file;
	struct fv_capture *cap;
	struct fv_err err;
	char text[TEXT];
	pid_t child;
	int status;

	for (; row->name != NULL; row++) {
		file = fv_capcase_build(row);
		cap = fv_capture_open_fd(fv_capfile_fd(file), &err);
		fv_capture_outcome(cap, &err, text, sizeof(text));
		check(row, "from a file", text);
		/* Some are large, and small pieces take their time. */
		if (fv_capfile_size(file) < 65536) {
			cap = fv_capture_open_fd(drip(file, &child), &err);
			fv_capture_outcome(cap, &err, text, sizeof(text));
			check(row, "from a pipe", text);
			CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
		}
		fv_capfile_free(file);
	}
}

#include "tests/unit/suites.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attributes.h"
#include "convert/timeline.h"
#include "tests/capgen/capfile.h"
#include "tests/unit/scratch.h"

#define SECOND INT64_C(1000000000)
#define TEXT 8192

/* A capture to be written: seconds of its frames, and -1 behind them. */
struct tap {
	const char *name;
	enum fv_side side;
	int64_t times[12];
};

/* What came of a timeline, as text: "a1 b2 |a a3 " and so on. */
struct seen {
	char text[TEXT];
	size_t length;
	struct fv_capture_row rows[300];
	uint32_t rows_seen;
	uint64_t faults;
	unsigned alone;
};

static void say(struct seen *s, const char *fmt, ...) FV_PRINTF(2, 3);
static void
say(struct seen *s, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	s->length += (size_t)vsnprintf(
	    s->text + s->length, sizeof(s->text) - s->length, fmt, args);
	va_end(args);
	CU_ASSERT_FATAL(s->length < sizeof(s->text));
}

static void
hear_fault(void *arg, const struct fv_err *why)
{
	struct seen *s = arg;

	CU_ASSERT_PTR_NOT_NULL(strstr(why->text, ": byte "));
	s->faults++;
}

static int
hear_end(void *arg, struct fv_timeline_leg *leg, bool alone, struct fv_err *err)
{
	struct seen *s = arg;

	(void)err;
	CU_ASSERT_FATAL(leg->number < 300 && leg->slot < FV_TIMELINE_OPEN);
	s->rows[leg->number] = leg->row;
	s->rows_seen++;
	s->alone += alone;
	if (s->length < TEXT - 100)
		say(s, "|%c ", leg->label[strlen(leg->label) - 1]);
	return 0;
}

static void
write_tap(struct fv_scratch *scratch, const struct tap *tap)
{
	struct fv_capfile *file = fv_capfile_new();
	size_t i;

	fv_capfile_pcap(file, &(struct fv_capfile_pcap){ FV_CAPFILE_PCAP });
	for (i = 0; i < FV_COUNT(tap->times) && tap->times[i] >= 0; i++)
		fv_capfile_frame(file, tap->times[i] * SECOND, NULL, 60, 60);
	fv_capfile_write(file, fv_scratch_path(scratch, tap->name));
	fv_capfile_free(file);
}

/* Merge the ${n} taps that were written; the code of what went wrong. */
static enum fv_errcode
merge(struct fv_scratch *scratch, const struct tap *taps, size_t n,
    const struct fv_timeline_options *options, struct seen *s)
{
	static const struct fv_timeline_options none = { .offset = { 0 } };
	const struct fv_timeline_listener listener = {
		.fault = hear_fault, .ended = hear_end, .arg = s
	};
	const struct fv_frame *frame;
	struct fv_timeline_leg *leg;
	struct fv_timeline *tl;
	struct fv_err err = { FV_OK, "" };
	char *paths[8];
	size_t i;
	int rc;

	memset(s, 0, sizeof(*s));
	tl =
	    fv_timeline_new(options == NULL ? &none : options, &listener, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(tl);
	for (i = 0; i < n; i++) {
		paths[i] = strdup(fv_scratch_path(scratch, taps[i].name));
		CU_ASSERT_EQUAL(
		    fv_timeline_add(tl, paths[i], NULL, taps[i].side, &err), 0);
	}
	rc = fv_timeline_start(tl, &err);
	while (
	    rc == 0 && (rc = fv_timeline_next(tl, &leg, &frame, &err)) == 1) {
		say(s, "%c%" PRId64 " ", leg->label[strlen(leg->label) - 1],
		    frame->time / SECOND);
		rc = 0;
	}
	fv_timeline_free(tl);
	for (i = 0; i < n; i++)
		free(paths[i]);
	return rc == -1 ? err.code : FV_OK;
}

static void
expect(const struct tap *taps, size_t n, const char *text, struct seen *s)
{
	struct fv_scratch scratch;
	size_t i;

	fv_scratch_make(&scratch);
	for (i = 0; i < n; i++)
		write_tap(&scratch, &taps[i]);
	CU_ASSERT_EQUAL(merge(&scratch, taps, n, NULL, s), FV_OK);
	CU_ASSERT_STRING_EQUAL(s->text, text);
	if (strcmp(s->text, text) != 0)
		(void)printf("\n%s\nshould be\n%s\n", s->text, text);
	fv_scratch_remove(&scratch);
}

static void
files_that_follow_each_other_are_a_sequence(void)
{
	static const struct tap taps[] = {
		{ "c", FV_SIDE_BOTH, { 7, 8, -1 } },
		{ "a", FV_SIDE_BOTH, { 1, 2, 3, -1 } },
		{ "b", FV_SIDE_BOTH, { 4, 6, -1 } },
	};
	struct seen s;

	expect(taps, 3, "a1 a2 a3 |a b4 b6 |b c7 c8 |c ", &s);
	CU_ASSERT_EQUAL(s.alone, 3);
}

static void
files_that_overlap_are_taps_side_by_side(void)
{
	static const struct tap taps[] = {
		{ "o", FV_SIDE_OUTBOUND, { 1, 3, 5, 9, -1 } },
		{ "i", FV_SIDE_INBOUND, { 2, 4, 6, -1 } },
		{ "x", FV_SIDE_BOTH, { 20, -1 } },
	};
	struct seen s;

	expect(taps, 3, "o1 i2 o3 i4 o5 i6 |i o9 |o x20 |x ", &s);
	/* Alone at the end of o, and of x; when i ended, o was under way. */
	CU_ASSERT_EQUAL(s.alone, 2);
}

static void
disorder_is_counted_and_drops_nothing(void)
{
	static const struct tap taps[] = {
		{ "a", FV_SIDE_BOTH, { 10, 30, 20, 25, 40, -1 } },
		{ "b", FV_SIDE_BOTH, { 12, 35, -1 } },
	};
	struct seen s;

	/* 20 and 25 come as soon as 30, in front of them, has had its turn. */
	expect(taps, 2, "a10 b12 a30 a20 a25 b35 |b a40 |a ", &s);
	CU_ASSERT_EQUAL(s.rows[0].counter[FV_COUNT_TIME_DISORDER], 2);
	CU_ASSERT_EQUAL(s.rows[0].step_back, 10 * SECOND);
	CU_ASSERT_EQUAL(s.rows[1].counter[FV_COUNT_TIME_DISORDER], 0);
}

static void
equal_times_come_outbound_inbound_unlabelled(void)
{
	static const struct tap taps[] = {
		{ "x", FV_SIDE_BOTH, { 1, 5, 5, -1 } },
		{ "i", FV_SIDE_INBOUND, { 5, -1 } },
		{ "o", FV_SIDE_OUTBOUND, { 5, 6, -1 } },
		{ "y", FV_SIDE_BOTH, { 0, 5, -1 } },
	};
	struct tap turned[4];
	struct seen s;
	int i;

	for (i = 0; i < 4; i++)
		turned[i] = taps[3 - i];
	expect(taps, 4, "y0 x1 o5 i5 |i y5 |y x5 x5 |x o6 |o ", &s);
	expect(turned, 4, "y0 x1 o5 i5 |i y5 |y x5 x5 |x o6 |o ", &s);
}

static void
captures_are_numbered_by_their_first_frames(void)
{
	static const struct tap taps[] = {
		{ "c", FV_SIDE_INBOUND, { 5, -1 } },
		{ "n", FV_SIDE_BOTH, { -1 } },
		{ "a", FV_SIDE_OUTBOUND, { 3, 9, -1 } },
	};
	struct seen s;

	expect(taps, 3, "|n a3 c5 |c a9 |a ", &s);
	CU_ASSERT_EQUAL(s.rows_seen, 3);
	CU_ASSERT_EQUAL(s.rows[1].side, FV_SIDE_OUTBOUND);
	CU_ASSERT_EQUAL(s.rows[2].side, FV_SIDE_INBOUND);
}

static void
an_offset_puts_a_clock_right(void)
{
	static const struct tap taps[] = {
		{ "o", FV_SIDE_OUTBOUND, { 100, 102, -1 } },
		{ "i", FV_SIDE_INBOUND, { 41, 43, -1 } },
	};
	static const struct fv_timeline_options options = {
		.offset = { [FV_SIDE_INBOUND] = 60 * SECOND },
	};
	static const struct fv_timeline_options before_1970 = {
		.offset = { [FV_SIDE_INBOUND] = -1000 * SECOND },
	};
	struct fv_scratch scratch;
	struct seen s;

	fv_scratch_make(&scratch);
	write_tap(&scratch, &taps[0]);
	write_tap(&scratch, &taps[1]);
	CU_ASSERT_EQUAL(merge(&scratch, taps, 2, &options, &s), FV_OK);
	CU_ASSERT_STRING_EQUAL(s.text, "o100 i101 o102 |o i103 |i ");
	CU_ASSERT_EQUAL(s.rows[1].clock_offset, 60 * SECOND);
	CU_ASSERT_EQUAL(s.rows[0].clock_offset, 0);
	CU_ASSERT_EQUAL(merge(&scratch, taps, 2, &before_1970, &s), FV_OK);
	CU_ASSERT_STRING_EQUAL(s.text, "i0 i0 |i o100 o102 |o ");
	fv_scratch_remove(&scratch);
}

/* Damage in one tap: the others go on, and so does it, unless told to stop. */
static void
damage_in_one_tap_leaves_the_others(void)
{
	static const struct tap taps[] = {
		{ "a", FV_SIDE_BOTH, { 1, 3, 5, 7, -1 } },
		{ "b", FV_SIDE_BOTH, { 2, 4, 6, 8, -1 } },
	};
	static const struct fv_timeline_options stops = {
		.stops_at_damage = true,
	};
	struct fv_scratch scratch;
	struct fv_capfile *file = fv_capfile_new();
	struct seen s;

	fv_scratch_make(&scratch);
	write_tap(&scratch, &taps[1]);
	fv_capfile_pcap(file, &(struct fv_capfile_pcap){ FV_CAPFILE_PCAP });
	fv_capfile_frame(file, 1 * SECOND, NULL, 60, 60);
	fv_capfile_record(file, 3, 0, UINT32_MAX, 60, NULL, 60);
	fv_capfile_frame(file, 5 * SECOND, NULL, 60, 60);
	fv_capfile_frame(file, 7 * SECOND, NULL, 60, 60);
	fv_capfile_write(file, fv_scratch_path(&scratch, "a"));
	fv_capfile_free(file);
	CU_ASSERT_EQUAL(merge(&scratch, taps, 2, NULL, &s), FV_OK);
	CU_ASSERT_STRING_EQUAL(s.text, "a1 b2 b4 a5 b6 a7 |a b8 |b ");
	CU_ASSERT_EQUAL(s.faults, 1);
	CU_ASSERT_EQUAL(s.rows[0].counter[FV_COUNT_FAULTS], 1);
	CU_ASSERT_EQUAL(s.rows[0].counter[FV_COUNT_RESUMED], 1);
	CU_ASSERT_EQUAL(s.rows[0].counter[FV_COUNT_BYTES_SKIPPED], 76);
	CU_ASSERT_EQUAL(merge(&scratch, taps, 2, &stops, &s), FV_OK);
	CU_ASSERT_STRING_EQUAL(s.text, "a1 |a b2 b4 b6 b8 |b ");
	CU_ASSERT_EQUAL(s.rows[0].counter[FV_COUNT_BYTES_SKIPPED], 228);
	fv_scratch_remove(&scratch);
}

/* Write ${n} captures of two frames, ${step} s after each other, 10 s long. */
static enum fv_errcode
many(unsigned n, int64_t step, struct seen *s)
{
	const struct fv_timeline_options options = { .offset = { 0 } };
	const struct fv_timeline_listener listener = {
		.fault = hear_fault, .ended = hear_end, .arg = s
	};
	struct tap tap = { .side = FV_SIDE_BOTH };
	const struct fv_frame *frame;
	struct fv_timeline_leg *leg;
	struct fv_scratch scratch;
	struct fv_timeline *tl;
	struct fv_err err = { FV_OK, "" };
	char name[8];
	int64_t before = 0;
	unsigned i, frames = 0;

	memset(s, 0, sizeof(*s));
	fv_scratch_make(&scratch);
	for (i = 0; i < n; i++) {
		(void)snprintf(name, sizeof(name), "%u", n - i);
		tap.name = name;
		tap.times[0] = i * step;
		tap.times[1] = i * step + 10;
		tap.times[2] = -1;
		write_tap(&scratch, &tap);
	}
	tl = fv_timeline_new(&options, &listener, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(tl);
	CU_ASSERT_EQUAL(
	    fv_timeline_add(tl, scratch.directory, NULL, FV_SIDE_BOTH, &err),
	    0);
	CU_ASSERT_EQUAL(fv_timeline_start(tl, &err), 0);
	while (fv_timeline_next(tl, &leg, &frame, &err) == 1) {
		CU_ASSERT(frame->time >= before);
		before = frame->time;
		frames++;
	}
	CU_ASSERT(err.code != FV_OK || frames == 2 * n);
	fv_timeline_free(tl);
	fv_scratch_remove(&scratch);
	return err.code;
}

static void
many_files_are_open_only_while_they_overlap(void)
{
	struct seen s;

	CU_ASSERT_EQUAL(many(290, 11, &s), FV_OK);
	CU_ASSERT_EQUAL(s.rows_seen, 290);
	CU_ASSERT_EQUAL(s.alone, 290);
	/* Eleven at a time. */
	CU_ASSERT_EQUAL(many(290, 1, &s), FV_OK);
	CU_ASSERT_EQUAL(s.alone, 1);
	CU_ASSERT_EQUAL(many(FV_TIMELINE_OPEN + 1, 0, &s), FV_ELIMIT);
}

CU_TestInfo suite_timeline[] = {
	{ "files that follow each other are a sequence",
	    files_that_follow_each_other_are_a_sequence },
	{ "files that overlap are taps side by side",
	    files_that_overlap_are_taps_side_by_side },
	{ "rule 1: disorder is counted, and drops nothing",
	    disorder_is_counted_and_drops_nothing },
	{ "rule 21: equal times come outbound, inbound, unlabelled",
	    equal_times_come_outbound_inbound_unlabelled },
	{ "captures are numbered by their first frames",
	    captures_are_numbered_by_their_first_frames },
	{ "an offset puts a clock right", an_offset_puts_a_clock_right },
	{ "rule 19: damage in one tap leaves the others",
	    damage_in_one_tap_leaves_the_others },
	{ "many files are open only while they overlap",
	    many_files_are_open_only_while_they_overlap },
	CU_TEST_INFO_NULL,
};

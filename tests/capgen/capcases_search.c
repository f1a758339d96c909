#include "tests/capgen/capcases.h"

/* Damaged pcap files, and what is found behind the damage. */

#define FRAME 60

/* One frame of 60 bytes, a second and two microseconds after 1970 began. */
static void
one(struct fv_capfile *file)
{
	fv_capfile_frame(file, 1000002000, NULL, FRAME, FRAME);
}

/* A length that takes in three frames and a bit of the next. */
static void
far_too_many(struct fv_capfile *file)
{
	int i;

	fv_capfile_record(file, 1, 2, 300, 300, NULL, FRAME);
	for (i = 0; i < 5; i++)
		one(file);
}

/* The next header is then read within the frame, and looks like garbage. */
static void
far_too_few(struct fv_capfile *file)
{
	fv_capfile_record(file, 1, 2, 20, FRAME, NULL, FRAME);
	one(file);
}

/* Bytes that count up, as no header does. */
static void
garbage(struct fv_capfile *file)
{
	uint8_t bytes[1000];
	size_t i;

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i % 251 + 1);
	fv_capfile_put(file, bytes, sizeof(bytes));
}

static void
garbage_between(struct fv_capfile *file)
{
	one(file);
	garbage(file);
	one(file);
	garbage(file);
	one(file);
	one(file);
}

static void
garbage_first(struct fv_capfile *file)
{
	garbage(file);
	one(file);
	one(file);
}

static void
garbage_last(struct fv_capfile *file)
{
	one(file);
	garbage(file);
}

/* Two days later, and then nothing that could be: no frame, but damage. */
static void
odd_then_garbage(struct fv_capfile *file)
{
	one(file);
	fv_capfile_record(file, 200000, 2, FRAME, FRAME, NULL, FRAME);
	garbage(file);
	one(file);
}

/* Two days later, and on from there. */
static void
two_days_later(struct fv_capfile *file)
{
	one(file);
	fv_capfile_record(file, 200000, 2, FRAME, FRAME, NULL, FRAME);
	fv_capfile_record(file, 200000, 3, FRAME, FRAME, NULL, FRAME);
}

/* A hole in the file, such as a broken disk leaves, not in whole records. */
static void
hole(struct fv_capfile *file)
{
	fv_capfile_record(file, 1262304000, 2, FRAME, FRAME, NULL, FRAME);
	fv_capfile_zeros(file, 4096 + 5);
	fv_capfile_record(file, 1262304000, 3, FRAME, FRAME, NULL, FRAME);
	fv_capfile_record(file, 1262304000, 4, FRAME, FRAME, NULL, FRAME);
}

/* What looks like a record two days off, and one that nothing follows. */
static void
impostors(struct fv_capfile *file)
{
	one(file);
	garbage(file);
	fv_capfile_record(file, 200000, 2, FRAME, FRAME, NULL, FRAME);
	garbage(file);
	one(file);
	garbage(file);
	one(file);
}

#define MICRO FV_CAPFILE_MICROSECONDS
#define NANO FV_CAPFILE_NANOSECONDS
#define LIMIT 262144
#define SAME FV_CAPCASE_SAME
#define ONE "@24 1.000002000 60/60\n"

const struct fv_capcase fv_capcases_search[] = {
	{ "captured length far too large", { MICRO, 2, 4, LIMIT, 1, false },
	    far_too_many,
	    "@24 1.000002000 300/300\n"
	    "! byte 340: a record claims more than 262144 captured bytes: "
	    "the file is damaged here or before; reading goes on at byte 100\n"
	    "@100 1.000002000 60/60\n@176 1.000002000 60/60\n"
	    "@252 1.000002000 60/60\n@328 1.000002000 60/60\n"
	    "@404 1.000002000 60/60\nend\n",
	    SAME },
	{ "captured length too small", { MICRO, 2, 4, LIMIT, 1, true },
	    far_too_few,
	    "@24 1.000002000 20/60\n"
	    "! byte 60: a record claims more than 262144 captured bytes: the "
	    "file is damaged here or before; reading goes on at byte 100\n"
	    "@100 1.000002000 60/60\nend; skipped 40\n",
	    SAME },
	{ "garbage between frames", { MICRO, 2, 4, LIMIT, 1, false },
	    garbage_between,
	    ONE "! byte 100: a record claims more than 262144 captured "
		"bytes: the file is damaged here or before; reading goes on "
		"at byte 2176\n"
		"@2176 1.000002000 60/60\n@2252 1.000002000 60/60\n"
		"end; skipped 2076\n",
	    SAME },
	{ "garbage before the first frame", { NANO, 2, 4, 96, 1, false },
	    garbage_first,
	    "! byte 24: a record claims more than 262144 captured bytes: "
	    "the file is damaged here or before; reading goes on at byte "
	    "1024\n"
	    "@1024 1.000002000 60/60\n@1100 1.000002000 60/60\n"
	    "end; skipped 1000\n",
	    SAME },
	{ "garbage behind the last frame", { MICRO, 2, 4, LIMIT, 1, false },
	    garbage_last,
	    ONE "! byte 100: a record claims more than 262144 captured "
		"bytes: the file is damaged here or before\n"
		"end; skipped 1000\n",
	    SAME },
	{ "an odd time and garbage", { MICRO, 2, 4, LIMIT, 1, false },
	    odd_then_garbage,
	    ONE "! byte 100: a record has an odd time or length, and none "
		"is behind it: the file is damaged here or before; reading "
		"goes on at byte 1176\n"
		"@1176 1.000002000 60/60\nend; skipped 1076\n",
	    SAME },
	{ "an odd time that goes on", { MICRO, 2, 4, LIMIT, 1, false },
	    two_days_later,
	    ONE "@100 200000.000002000 60/60\n"
		"@176 200000.000003000 60/60\nend\n",
	    SAME },
	{ "a hole of zeros", { MICRO, 2, 4, LIMIT, 1, false }, hole,
	    "@24 1262304000.000002000 60/60\n"
	    "! byte 100: zeros, and no record behind them: the file is "
	    "damaged here or before; reading goes on at byte 4201\n"
	    "@4201 1262304000.000003000 60/60\n"
	    "@4277 1262304000.000004000 60/60\nend; skipped 4101\n",
	    SAME },
	{ "what only looks like a record", { MICRO, 2, 4, LIMIT, 1, false },
	    impostors,
	    ONE "! byte 100: a record claims more than 262144 captured "
		"bytes: the file is damaged here or before; reading goes on "
		"at byte 3252\n"
		"@3252 1.000002000 60/60\nend; skipped 3152\n",
	    SAME },
	{ NULL, { .magic = 0 }, NULL, NULL, SAME },
};

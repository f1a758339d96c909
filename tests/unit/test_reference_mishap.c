#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "base/outfile.h"
#include "datasets/reference/mishap.h"
#include "tests/unit/scratch.h"

/* Packets of 60 bytes that begin with their number, 10 us apart. */
enum {
	PACKETS = 20000,
	LENGTH = 60,
	STEP = 10,
	HEADER = 24,
	RECORD = 16 + LENGTH,
	BYTES = HEADER + PACKETS * RECORD
};

#define ZERO INT64_C(1225497600000000)

struct record {
	int64_t time; /* since ZERO */
	uint32_t number;
};

/* What a capture has of them after the mishaps of ${o}. */
struct capture {
	char bytes[BYTES + 1];
	long length;
	struct record record[PACKETS];
	size_t n;
};

static uint32_t
word(const char *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value)); /* little endian, as we are */
	return value;
}

static void
make(struct capture *c, const struct fv_reference_options *o, unsigned day,
    bool out)
{
	static struct fv_mishap m;
	uint8_t frame[LENGTH] = { 0 };
	struct fv_scratch s;
	struct fv_tap *tap;
	struct fv_err err;
	uint32_t i;
	long at;

	fv_scratch_make(&s);
	tap = fv_tap_new(fv_scratch_path(&s, "tap"), o, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(tap);
	fv_mishap_begin(&m, o, tap, 5, day, out);
	for (i = 0; i < PACKETS; i++) {
		memcpy(frame, &i, sizeof(i));
		CU_ASSERT_EQUAL_FATAL(fv_mishap_write(&m, ZERO + i * STEP,
					  frame, sizeof(frame), &err),
		    0);
	}
	CU_ASSERT_EQUAL(fv_mishap_end(&m, &err), 0);
	CU_ASSERT_EQUAL(fv_tap_commit(tap, &err), 0);
	fv_tap_free(tap);
	c->length = fv_scratch_read(&s, "tap", c->bytes, sizeof(c->bytes));
	fv_scratch_remove(&s);
	c->n = 0;
	for (at = HEADER; at + RECORD <= c->length; at += RECORD)
		c->record[c->n++] = (struct record){
			.time = word(c->bytes + at) * INT64_C(1000000) +
			    word(c->bytes + at + 4) - ZERO,
			.number = word(c->bytes + at + 16)
		};
}

static struct fv_reference_options
options(uint32_t jitter, uint32_t loss, uint32_t reorder)
{
	struct fv_reference_options o;

	fv_reference_defaults(&o);
	o.jitter = jitter;
	o.loss = loss;
	o.reorder = reorder;
	return o;
}

static struct capture a, b;

static void
nothing_goes_wrong_by_default(void)
{
	struct fv_reference_options o = options(0, 0, 0);
	size_t i, off = 0;

	make(&a, &o, 0, true);
	CU_ASSERT_EQUAL(a.length, BYTES);
	for (i = 0; i < a.n; i++)
		off += a.record[i].number != i ||
		    a.record[i].time != (int64_t)i * STEP;
	CU_ASSERT_EQUAL(off, 0);
}

static void
so_many_packets_are_missed(void)
{
	struct fv_reference_options o = options(0, 100000, 0);
	size_t i, off = 0;

	make(&a, &o, 0, true);
	CU_ASSERT(a.n > PACKETS * 89 / 100 && a.n < PACKETS * 91 / 100);
	for (i = 0; i < a.n; i++)
		off +=
		    (i > 0 && a.record[i].number <= a.record[i - 1].number) ||
		    a.record[i].time != a.record[i].number * STEP;
	CU_ASSERT_EQUAL(off, 0);
	o.loss = FV_REFERENCE_MILLION;
	make(&a, &o, 0, true);
	CU_ASSERT_EQUAL(a.n, 0);
}

static void
late_times_do_not_run_backwards(void)
{
	struct fv_reference_options o = options(500, 0, 0);
	int64_t before = 0, late;
	size_t i, off = 0, most = 0;

	make(&a, &o, 0, true);
	CU_ASSERT_EQUAL(a.n, PACKETS);
	for (i = 0; i < a.n; i++) {
		late = a.record[i].time - (int64_t)i * STEP;
		off += a.record[i].number != i || late < 0 || late > 500 ||
		    a.record[i].time < before;
		before = a.record[i].time;
		most += late > 250;
	}
	CU_ASSERT_EQUAL(off, 0);
	CU_ASSERT(most > PACKETS / 2);
}

static void
some_stand_up_to_three_behind_their_place(void)
{
	struct fv_reference_options o = options(0, 0, 50000);
	static bool seen[PACKETS];
	size_t i, off = 0, behind = 0;

	memset(seen, 0, sizeof(seen));
	make(&a, &o, 0, true);
	CU_ASSERT_EQUAL(a.n, PACKETS);
	for (i = 0; i < a.n; i++) {
		off += seen[a.record[i].number] ||
		    a.record[i].time != a.record[i].number * STEP ||
		    a.record[i].number > i + 1 ||
		    i > a.record[i].number + FV_MISHAP_BEHIND;
		seen[a.record[i].number] = true;
		behind += i > a.record[i].number;
	}
	CU_ASSERT_EQUAL(off, 0);
	CU_ASSERT(behind > PACKETS * 4 / 100 && behind < PACKETS * 6 / 100);
	/* The last one is held back, and still written. */
	o.reorder = FV_REFERENCE_MILLION;
	make(&a, &o, 0, true);
	CU_ASSERT_EQUAL(a.n, PACKETS);
}

static void
luck_is_the_taps_and_the_days_own(void)
{
	struct fv_reference_options o = options(300, 20000, 20000);

	make(&a, &o, 3, true);
	make(&b, &o, 3, true);
	CU_ASSERT_EQUAL(a.length, b.length);
	CU_ASSERT_EQUAL(memcmp(a.bytes, b.bytes, (size_t)a.length), 0);
	make(&b, &o, 3, false);
	CU_ASSERT_NOT_EQUAL(memcmp(a.record, b.record, sizeof(a.record)), 0);
	make(&b, &o, 4, true);
	CU_ASSERT_NOT_EQUAL(memcmp(a.record, b.record, sizeof(a.record)), 0);
}

CU_TestInfo suite_reference_mishap[] = {
	{ "nothing goes wrong by default", nothing_goes_wrong_by_default },
	{ "so many packets are missed", so_many_packets_are_missed },
	{ "late times do not run backwards", late_times_do_not_run_backwards },
	{ "some stand up to three behind their place",
	    some_stand_up_to_three_behind_their_place },
	{ "luck is the tap's and the day's own",
	    luck_is_the_taps_and_the_days_own },
	CU_TEST_INFO_NULL,
};

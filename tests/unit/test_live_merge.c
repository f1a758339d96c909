#include "tests/unit/suites.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "convert/live_merge.h"
#include "tests/unit/random.h"

/* What was let go on: the first byte of each block, as text. */
struct gone {
	char text[256];
	size_t n;
	size_t bytes;
	int64_t last; /* of blocks that hold their time */
	unsigned disorder;
	bool refuses;
};

static int
keep(void *arg, const uint8_t *block, size_t n)
{
	struct gone *gone = arg;

	if (gone->refuses)
		return -1;
	CU_ASSERT_FATAL(gone->n + 1 < sizeof(gone->text));
	gone->text[gone->n++] = (char)block[0];
	gone->text[gone->n] = '\0';
	gone->bytes += n;
	return 0;
}

/* Keep the time that a block holds. */
static int
keep_time(void *arg, const uint8_t *block, size_t n)
{
	struct gone *gone = arg;
	int64_t time;

	memcpy(&time, block, sizeof(time));
	gone->disorder += time < gone->last;
	gone->last = time;
	gone->n++;
	gone->bytes += n;
	return 0;
}

static struct fv_live_merge *
make(unsigned taps, size_t room, int64_t hold, struct gone *gone)
{
	struct fv_live_merge *m;
	struct fv_err err;

	memset(gone, 0, sizeof(*gone));
	m = fv_live_merge_new(taps, room, hold, keep, gone, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(m);
	return m;
}

/* Add the block ${what}, of ${n} bytes. */
static void
add(struct fv_live_merge *m, unsigned tap, int64_t time, int64_t now, size_t n,
    char what)
{
	uint8_t *at = fv_live_merge_add(m, tap, time, now, n);

	CU_ASSERT_PTR_NOT_NULL_FATAL(at);
	memset(at, what, n);
}

static void
one_tap_waits_for_nobody(void)
{
	struct gone gone;
	struct fv_live_merge *m = make(1, 4096, 1000, &gone);

	add(m, 0, 10, 100, 8, 'a');
	add(m, 0, 5, 100, 8, 'b');
	CU_ASSERT_STRING_EQUAL(gone.text, "");
	CU_ASSERT_EQUAL(fv_live_merge_pass(m, 100), 0);
	CU_ASSERT_STRING_EQUAL(gone.text, "ab");
	fv_live_merge_free(m);
}

static void
taps_are_merged_by_time(void)
{
	struct gone gone;
	struct fv_live_merge *m = make(3, 4096, 1000, &gone);

	add(m, 0, 10, 100, 8, 'b');
	add(m, 0, 40, 100, 8, 'e');
	add(m, 1, 5, 100, 8, 'a');
	add(m, 1, 20, 100, 8, 'c');
	CU_ASSERT_EQUAL(fv_live_merge_pass(m, 100), 0);
	CU_ASSERT_STRING_EQUAL(gone.text, "");
	add(m, 2, 30, 110, 8, 'd');
	CU_ASSERT_EQUAL(fv_live_merge_pass(m, 110), 0);
	/* Behind c nothing of the second tap waits that would say more. */
	CU_ASSERT_STRING_EQUAL(gone.text, "abc");
	CU_ASSERT_EQUAL(fv_live_merge_end(m), 0);
	CU_ASSERT_STRING_EQUAL(gone.text, "abcde");
	CU_ASSERT_EQUAL(gone.bytes, 40);
	fv_live_merge_free(m);
}

static void
a_silent_tap_holds_nobody_back_for_long(void)
{
	struct gone gone;
	struct fv_live_merge *m = make(2, 4096, 1000, &gone);

	add(m, 0, 10, 100, 8, 'a');
	add(m, 0, 20, 600, 8, 'b');
	CU_ASSERT_EQUAL(fv_live_merge_pass(m, 1099), 0);
	CU_ASSERT_STRING_EQUAL(gone.text, "");
	CU_ASSERT_EQUAL(fv_live_merge_pass(m, 1100), 0);
	CU_ASSERT_STRING_EQUAL(gone.text, "a");
	CU_ASSERT_EQUAL(fv_live_merge_pass(m, 1600), 0);
	CU_ASSERT_STRING_EQUAL(gone.text, "ab");
	fv_live_merge_free(m);
}

static void
where_there_is_no_room_the_earliest_go_on(void)
{
	struct gone gone;
	struct fv_live_merge *m = make(2, 4096, 1000000, &gone);
	int i;

	add(m, 1, 3, 0, 8, 'x');
	for (i = 0; i < 26; i++)
		add(m, 0, i, 0, 500, (char)('a' + i));
	CU_ASSERT(gone.n > 18);
	CU_ASSERT_EQUAL(strncmp(gone.text, "abcdxefgh", 9), 0);
	CU_ASSERT_EQUAL(fv_live_merge_end(m), 0);
	CU_ASSERT_STRING_EQUAL(gone.text, "abcdxefghijklmnopqrstuvwxyz");
	fv_live_merge_free(m);
}

static void
nobody_who_takes_them_ends_it(void)
{
	struct gone gone;
	struct fv_live_merge *m = make(1, 4096, 0, &gone);
	int i;

	gone.refuses = true;
	add(m, 0, 1, 0, 8, 'a');
	CU_ASSERT_EQUAL(fv_live_merge_pass(m, 0), -1);
	for (i = 0; i < 7; i++)
		add(m, 0, 2, 0, 500, 'b');
	CU_ASSERT_PTR_NULL(fv_live_merge_add(m, 0, 3, 0, 1000));
	fv_live_merge_free(m);
}

/*
 * Four taps whose packets come in batches, late by less than the hold: what
 * goes on is in order, whole, and nothing waits longer than it may.
 */
static void
late_batches_come_out_in_order(void)
{
	enum { TAPS = 4, ROUNDS = 2000, HOLD = 300 };
	struct gone gone = { .n = 0 };
	struct fv_live_merge *m;
	struct fv_err err;
	int64_t now, time, from[TAPS] = { 0 };
	size_t added = 0, bytes = 0, n;
	uint64_t state = 1;
	uint32_t tap;
	uint8_t *at;

	m = fv_live_merge_new(TAPS, 1 << 18, HOLD, keep_time, &gone, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(m);
	for (now = 100; now < ROUNDS * 100; now += 100) {
		for (tap = 0; tap < TAPS; tap++) {
			/* Every seventh round or so a tap says something. */
			if (fv_random_below(&state, 7) != 0 &&
			    now - from[tap] < 200)
				continue;
			for (time = from[tap]; time < now; time += 1 + tap) {
				n = sizeof(time) + fv_random_below(&state, 50);
				at = fv_live_merge_add(m, tap, time, now, n);
				CU_ASSERT_PTR_NOT_NULL_FATAL(at);
				memcpy(at, &time, sizeof(time));
				added++;
				bytes += n;
			}
			from[tap] = time;
		}
		CU_ASSERT_EQUAL(fv_live_merge_pass(m, now), 0);
		CU_ASSERT(gone.last >= now - 200 - 2 * HOLD || now < 1000);
	}
	CU_ASSERT_EQUAL(fv_live_merge_end(m), 0);
	CU_ASSERT_EQUAL(gone.n, added);
	CU_ASSERT_EQUAL(gone.bytes, bytes);
	CU_ASSERT_EQUAL(gone.disorder, 0);
	fv_live_merge_free(m);
}

CU_TestInfo suite_live_merge[] = {
	{ "one tap waits for nobody", one_tap_waits_for_nobody },
	{ "taps are merged by time", taps_are_merged_by_time },
	{ "a silent tap holds nobody back for long",
	    a_silent_tap_holds_nobody_back_for_long },
	{ "where there is no room the earliest go on",
	    where_there_is_no_room_the_earliest_go_on },
	{ "nobody who takes them ends it", nobody_who_takes_them_ends_it },
	{ "late batches come out in order", late_batches_come_out_in_order },
	CU_TEST_INFO_NULL,
};

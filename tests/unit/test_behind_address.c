/* R28c, with a limit that a test can reach. */
#define BEHIND_LIMIT ((size_t)40)
#define fv_behind_address_analysis small_behind
#include "analysis/behind_address.c"
#undef fv_behind_address_analysis
extern const struct fv_analysis fv_behind_address_analysis;

#include <string.h>

#include "tests/unit/oracle.h"
#include "tests/unit/suites.h"

/* A SYN of host 0 with a stack, at a minute. */
static void
set(struct fv_flow *f, int64_t at, uint32_t stack)
{
	memset(f, 0, sizeof(*f));
	f->start_time = at * FV_INSIDERS_MINUTE;
	f->destination = 1;
	f->protocol = 6;
	f->initial_tcp_flags = SYN;
	f->direction = FV_DIRECTION_OUTBOUND;
	f->stack = stack;
	f->packets = 1;
}

/* SYNs of ${stack}, a minute apart; how many half hours are shared. */
static uint64_t
shared(const uint32_t *stack, size_t n)
{
	struct fv_result *r;
	struct trial rows;
	uint64_t part;
	size_t i;

	trial_make(&rows, n, 2, 1);
	rows.host[0].internal = 1;
	rows.stack[1] = rows.stack[0]; /* 0 and 1 differ in their window */
	rows.stack[1].window = 1;
	for (i = 0; i < n; i++)
		set(&rows.flow[i], (int64_t)i, stack[i]);
	r = trial_run(&fv_behind_address_analysis, &rows, 2, TRIAL_BACKWARD, 1);
	part = (uint64_t)trial_fact(r, "R28c", "shared_halves")->part;
	fv_result_free(r);
	trial_free(&rows);
	return part;
}

static void
stacks_that_take_turns_are_two_devices(void)
{
	static const uint32_t turns[] = { 0, 2, 0, 2 };
	static const uint32_t between[] = { 0, 0, 2, 0 };
	static const uint32_t after[] = { 0, 0, 2, 2 };
	static const uint32_t window[] = { 0, 1, 0, 1 };

	CU_ASSERT_EQUAL(shared(turns, 4), 1);
	CU_ASSERT_EQUAL(shared(between, 4), 1);
	CU_ASSERT_EQUAL(shared(after, 4), 0);
	CU_ASSERT_EQUAL(shared(window, 4), 0);
}

static void
most_at_once_is_a_lower_bound(void)
{
	const struct turn t[] = { { 0, 0, 0, 10 }, { 0, 1, 2, 4 },
		{ 0, 2, 5, 9 }, { 0, 3, 6, 6 } };

	CU_ASSERT_EQUAL(at_once(t, 1), 1);
	CU_ASSERT_EQUAL(at_once(t, 2), 2);
	CU_ASSERT_EQUAL(at_once(t, 3), 2); /* 1 left before 2 came */
	CU_ASSERT_EQUAL(at_once(t, 4), 3);
}

static void
without_stacks_it_says_so(void)
{
	struct fv_result *r;
	struct trial rows;

	trial_make(&rows, 1, 2, 1);
	rows.host[0].internal = 1;
	set(&rows.flow[0], 0, FV_NO_ROW);
	r = trial_run(&fv_behind_address_analysis, &rows, 1, TRIAL_FORWARD, 1);
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(trial_section(r, "R28c")->note[0], "policy"));
	fv_result_free(r);
	rows.flow[0].direction = FV_DIRECTION_UNKNOWN;
	r = trial_run(&fv_behind_address_analysis, &rows, 1, TRIAL_FORWARD, 1);
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(trial_section(r, "R28c")->note[0], "no stacks"));
	fv_result_free(r);
	trial_free(&rows);
}

static void
past_the_limit_it_is_left_out_whatever_the_split(void)
{
	struct fv_result *r;
	struct trial rows;
	size_t i, n, parts;

	for (n = BEHIND_LIMIT; n <= BEHIND_LIMIT + 1; n++) {
		trial_make(&rows, n, 2, 1);
		rows.host[0].internal = 1;
		for (i = 0; i < n; i++)
			set(&rows.flow[i], (int64_t)i * 30, 0);
		for (parts = 1; parts < 6; parts++) {
			r = trial_run(&small_behind, &rows, parts,
			    (enum trial_order)(parts % 3), parts);
			CU_ASSERT_EQUAL(trial_fact(r, "R28c", "halves") == NULL,
			    n > BEHIND_LIMIT);
			fv_result_free(r);
		}
		trial_free(&rows);
	}
}

static void
any_split_gives_the_same_bytes(void)
{
	trial_check_laws(&fv_behind_address_analysis);
}

CU_TestInfo suite_behind_address[] = {
	{ "stacks that take turns are two devices",
	    stacks_that_take_turns_are_two_devices },
	{ "most at once is a lower bound", most_at_once_is_a_lower_bound },
	{ "without stacks it says so", without_stacks_it_says_so },
	{ "past the limit it is left out, whatever the split",
	    past_the_limit_it_is_left_out_whatever_the_split },
	{ "any split gives the same bytes", any_split_gives_the_same_bytes },
	CU_TEST_INFO_NULL,
};

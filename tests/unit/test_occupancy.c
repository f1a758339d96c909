/* R28a, with a limit that a test can reach. */
#define OCCUPANCY_LIMIT ((size_t)40)
#define fv_occupancy_analysis small_occupancy
#include "analysis/occupancy.c"
#undef fv_occupancy_analysis
extern const struct fv_analysis fv_occupancy_analysis;

#include "tests/unit/oracle.h"
#include "tests/unit/suites.h"

/* A record of host 0, at a minute since 1970 and as many long. */
static void
set(struct trial *rows, size_t i, int64_t at, int64_t minutes)
{
	struct fv_flow *f = &rows->flow[i];

	memset(f, 0, sizeof(*f));
	f->start_time = at * FV_INSIDERS_MINUTE;
	f->duration = minutes * FV_INSIDERS_MINUTE;
	f->destination = 1;
	f->direction = FV_DIRECTION_OUTBOUND;
	f->packets = 1;
}

static void
make(struct trial *rows, size_t n)
{
	trial_make(rows, n, 2, 1);
	rows->host[0].internal = 1;
	rows->host[1].internal = 0;
}

static struct fv_result *
run(const struct trial *rows)
{
	return trial_run(&fv_occupancy_analysis, rows, 3, TRIAL_PAIRS, 1);
}

static void
silences_of_more_than_half_an_hour_end_sessions(void)
{
	const struct fv_result_table *t;
	struct fv_result *r;
	struct trial rows;

	make(&rows, 4);
	set(&rows, 0, 0, 2);   /* to minute 2; */
	set(&rows, 1, 32, 0);  /* 30 minutes later: the same */
	set(&rows, 2, 63, 61); /* 31 minutes later: another, to 124 */
	set(&rows, 3, 150, 0);
	r = run(&rows);
	oracle_check(r, "R28a", "sessions", 2);
	oracle_check(r, "R28a", "addresses", 1);
	t = trial_table(r, "R28a", "sites");
	CU_ASSERT_EQUAL(trial_cell(t, 0, "median")->part,
	    32 * (uint64_t)FV_INSIDERS_MINUTE);
	t = trial_table(r, "R28a", "lengths");
	CU_ASSERT_EQUAL(trial_cell(t, 4, "sessions")->part, 1);
	CU_ASSERT_EQUAL(trial_cell(t, 5, "sessions")->part, 1);
	fv_result_free(r);
	trial_free(&rows);
}

static void
hours_of_the_day_have_their_five_minutes(void)
{
	const struct fv_result_table *t;
	const struct fv_result_cell *mean;
	struct fv_result *r;
	struct trial rows;

	/* From 23:50 to 00:07, before 1970 began and after. */
	make(&rows, 1);
	set(&rows, 0, -10, 17);
	r = run(&rows);
	t = trial_table(r, "R28a", "hours_1");
	CU_ASSERT_EQUAL_FATAL(fv_result_rows(t), 2);
	CU_ASSERT_EQUAL(trial_cell(t, 0, "hour")->part, 0);
	CU_ASSERT_EQUAL(trial_cell(t, 1, "hour")->part, 23);
	mean = trial_cell(t, 0, "mean");
	CU_ASSERT_EQUAL(mean->part * 12, 2 * mean->whole);
	mean = trial_cell(t, 1, "mean");
	CU_ASSERT_EQUAL(mean->part * 12, 2 * mean->whole);
	CU_ASSERT_EQUAL(trial_cell(t, 1, "arrivals")->part, 1);
	CU_ASSERT_EQUAL(trial_cell(t, 0, "arrivals")->part, 0);
	t = trial_table(r, "R28a", "days");
	CU_ASSERT_EQUAL_FATAL(fv_result_rows(t), 2);
	CU_ASSERT_EQUAL(trial_cell(t, 1, "sessions")->part, 0);
	CU_ASSERT_EQUAL(trial_cell(t, 1, "addresses")->part, 1);
	fv_result_free(r);
	trial_free(&rows);
}

static void
only_what_insiders_send_out_counts(void)
{
	struct fv_result *r;
	struct trial rows;

	make(&rows, 2);
	set(&rows, 0, 0, 0);
	set(&rows, 1, 0, 0);
	rows.flow[0].direction = FV_DIRECTION_INBOUND;
	rows.flow[1].source = 1;
	r = run(&rows);
	CU_ASSERT_PTR_NULL(trial_fact(r, "R28a", "sessions"));
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(trial_section(r, "R28a")->note[0], "sent outward"));
	fv_result_free(r);
	rows.host[0].internal = 0;
	r = run(&rows);
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(trial_section(r, "R28a")->note[0], "--internal"));
	fv_result_free(r);
	trial_free(&rows);
}

static void
past_the_limit_it_is_left_out_whatever_the_split(void)
{
	struct fv_result *r;
	struct trial rows;
	size_t i, n, parts;

	for (n = OCCUPANCY_LIMIT; n <= OCCUPANCY_LIMIT + 1; n++) {
		make(&rows, n);
		for (i = 0; i < n; i++)
			set(&rows, i, (int64_t)i * 30, 0);
		for (parts = 1; parts < 6; parts++) {
			r = trial_run(&small_occupancy, &rows, parts,
			    (enum trial_order)(parts % 3), parts);
			CU_ASSERT_EQUAL(
			    trial_fact(r, "R28a", "sessions") == NULL,
			    n > OCCUPANCY_LIMIT);
			if (n > OCCUPANCY_LIMIT)
				CU_ASSERT_PTR_NOT_NULL(
				    strstr(trial_section(r, "R28a")->note[0],
					"Limit reached"));
			fv_result_free(r);
		}
		trial_free(&rows);
	}
}

static void
any_split_gives_the_same_bytes(void)
{
	trial_check_laws(&fv_occupancy_analysis);
}

CU_TestInfo suite_occupancy[] = {
	{ "silences of more than half an hour end sessions",
	    silences_of_more_than_half_an_hour_end_sessions },
	{ "hours of the day have their five minutes",
	    hours_of_the_day_have_their_five_minutes },
	{ "only what insiders send out counts",
	    only_what_insiders_send_out_counts },
	{ "past the limit it is left out, whatever the split",
	    past_the_limit_it_is_left_out_whatever_the_split },
	{ "any split gives the same bytes", any_split_gives_the_same_bytes },
	CU_TEST_INFO_NULL,
};

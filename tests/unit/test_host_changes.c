#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/registry.h"
#include "analysis/visits.h"
#include "tests/unit/oracle.h"

static const int64_t minute = INT64_C(60000000000);

/* A record of host 0 to ${to}, at a minute. */
static void
set(struct fv_flow *f, int64_t at, uint32_t to, uint32_t stack)
{
	memset(f, 0, sizeof(*f));
	f->start_time = at * minute;
	f->destination = to;
	f->direction = FV_DIRECTION_OUTBOUND;
	f->protocol = 6;
	f->initial_tcp_flags = f->tcp_flags = 2;
	f->packets = 1;
	f->stack = stack;
}

/* The sessions of the rows, split by turns among two states. */
static void
cut(const struct trial *rows, struct fv_visits_list *list)
{
	struct fv_visits state[2];
	struct fv_err err;
	size_t i, k;

	for (k = 0; k < 2; k++)
		CU_ASSERT_EQUAL_FATAL(fv_visits_init(&state[k], &err), 0);
	for (i = rows->n; i-- > 0;) {
		const struct fv_flow *f = &rows->flow[i];
		const struct fv_analysis_batch batch = {
			.rows = 1,
			.column = {
				[FV_FLOW_START_TIME] = &f->start_time,
				[FV_FLOW_DURATION] = &f->duration,
				[FV_FLOW_SOURCE] = &f->source,
				[FV_FLOW_DESTINATION] = &f->destination,
				[FV_FLOW_DIRECTION] = &f->direction,
				[FV_FLOW_STACK] = &f->stack,
				[FV_FLOW_INITIAL_TCP_FLAGS] =
				    &f->initial_tcp_flags,
			},
		};

		CU_ASSERT_EQUAL(
		    fv_visits_add(&state[i % 2], &rows->context, &batch, &err),
		    0);
	}
	CU_ASSERT_EQUAL(fv_visits_merge(&state[0], &state[1], &err), 0);
	CU_ASSERT_EQUAL_FATAL(fv_visits_cut(&state[0], list, &err), 0);
	fv_visits_free(&state[0]);
	fv_visits_free(&state[1]);
}

static void
silences_of_more_than_half_an_hour_cut(void)
{
	/* 30 minutes do not cut, and a nanosecond more does. */
	static const struct {
		int64_t at;
		uint32_t to, stack;
	} record[] = { { 1, 1, 4 }, { 5, 2, 4 }, { 35, 1, 5 }, { 65, 3, 5 },
		{ 70, 3, 5 }, { 101, 1, FV_NO_ROW } };
	struct fv_visits_list list;
	struct trial rows;
	size_t i;

	trial_make(&rows, FV_COUNT(record), 4, 1);
	rows.host[0].internal = 1;
	for (i = 0; i < 4; i++)
		rows.host[i].address_class = FV_ADDRESS_PUBLIC;
	rows.host[2].address_class = FV_ADDRESS_MULTICAST;
	for (i = 0; i < rows.n; i++)
		set(&rows.flow[i], record[i].at, record[i].to, record[i].stack);
	rows.flow[4].duration = minute;
	cut(&rows, &list);
	CU_ASSERT_EQUAL(list.n, 1);
	CU_ASSERT_EQUAL(list.session[0].end, 101 * minute);
	fv_visits_list_free(&list);

	rows.flow[5].start_time++;
	cut(&rows, &list);
	CU_ASSERT_EQUAL_FATAL(list.n, 2);
	CU_ASSERT_EQUAL(list.session[0].begin, 1 * minute);
	CU_ASSERT_EQUAL(list.session[0].end, 71 * minute);
	CU_ASSERT_EQUAL(list.session[0].stack, 5);
	/* 1 and 3, each once; 2 is a group. */
	CU_ASSERT_EQUAL_FATAL(list.session[0].ndestinations, 2);
	CU_ASSERT_EQUAL(list.session[0].destination[0], 1);
	CU_ASSERT_EQUAL(list.session[0].destination[1], 3);
	CU_ASSERT_EQUAL(list.session[1].stack, FV_NO_ROW);
	CU_ASSERT_EQUAL(list.session[1].begin, 101 * minute + 1);
	fv_visits_list_free(&list);
	trial_free(&rows);
}

static void
who_is_never_silent_is_cut_by_half_days(void)
{
	struct fv_visits_list list;
	struct trial rows;
	size_t i;

	trial_make(&rows, 3 * 24 * 6, 2, 1);
	rows.host[0].internal = 1;
	for (i = 0; i < rows.n; i++)
		set(&rows.flow[i], (int64_t)i * 10, 1, 0);
	cut(&rows, &list);
	CU_ASSERT_EQUAL(list.n, 6);
	fv_visits_list_free(&list);
	trial_free(&rows);
}

static void
only_what_insiders_send_out_counts(void)
{
	struct fv_result *r;
	struct trial rows;
	size_t i;

	trial_make(&rows, 4, 2, 1);
	for (i = 0; i < rows.n; i++) {
		set(&rows.flow[i], 1, 1, 0);
		rows.host[i % 2].internal = 0;
	}
	r = trial_run(&fv_host_changes_analysis, &rows, 2, TRIAL_FORWARD, 1);
	CU_ASSERT_PTR_NULL(trial_fact(r, "R27", "sessions"));
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(trial_section(r, "R27")->note[0], "no address to look at"));
	fv_result_free(r);
	rows.host[0].internal = 1;
	rows.flow[1].direction = FV_DIRECTION_INBOUND;
	r = trial_run(&fv_host_changes_analysis, &rows, 2, TRIAL_FORWARD, 1);
	oracle_check(r, "R27", "addresses", 1);
	oracle_check(r, "R27", "sessions", 1);
	oracle_check(r, "R27", "segments", 1);
	oracle_check(r, "R27", "changes", 0);
	fv_result_free(r);
	trial_free(&rows);
}

static void
any_split_gives_the_same_bytes(void)
{
	char *one, *other;
	struct fv_result *r;
	struct trial rows;
	size_t i;

	trial_check_laws(&fv_host_changes_analysis);
	/* Over days, so that there are sessions to cut. */
	trial_make(&rows, 4000, 40, 3);
	for (i = 0; i < rows.n; i++)
		rows.flow[i].start_time = (int64_t)(i * i % 4001) * 7 * minute;
	r = trial_run(&fv_host_changes_analysis, &rows, 1, TRIAL_FORWARD, 1);
	CU_ASSERT(trial_fact(r, "R27", "changes")->part > 0);
	one = trial_json(r);
	fv_result_free(r);
	for (i = 2; i < 6; i++) {
		r = trial_run(&fv_host_changes_analysis, &rows, i,
		    (enum trial_order)(i % 3), i);
		other = trial_json(r);
		CU_ASSERT_STRING_EQUAL(one, other);
		free(other);
		fv_result_free(r);
	}
	free(one);
	trial_free(&rows);
}

CU_TestInfo suite_host_changes[] = {
	{ "silences of more than half an hour cut",
	    silences_of_more_than_half_an_hour_cut },
	{ "who is never silent is cut by half days",
	    who_is_never_silent_is_cut_by_half_days },
	{ "only what insiders send out counts",
	    only_what_insiders_send_out_counts },
	{ "any split gives the same bytes", any_split_gives_the_same_bytes },
	CU_TEST_INFO_NULL,
};

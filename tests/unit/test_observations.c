#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/registry.h"
#include "tests/unit/trial.h"

/*
 * A month as the slides have it: 3,390,980 packets read in two captures,
 * one for each direction; every counter chosen by hand.
 */
static void
make_month(struct trial *rows)
{
	static const int64_t day = INT64_C(86400) * 1000000000;
	struct fv_capture_row *out, *in;

	trial_make(rows, 10, 100, 1);
	out = &rows->capture[0];
	in = &rows->capture[1];
	memset(out, 0, sizeof(*out));
	memset(in, 0, sizeof(*in));
	out->first_time = 1 * day;
	out->last_time = 20 * day;
	in->first_time = 25 * day;
	in->last_time = 31 * day;
	out->counter[FV_COUNT_READ] = 3000000;
	out->counter[FV_COUNT_RECORDED] = 2950000;
	out->counter[FV_COUNT_ARP] = 50000;
	in->counter[FV_COUNT_READ] = 390980;
	in->counter[FV_COUNT_RECORDED] = 383333;
	in->counter[FV_COUNT_ARP] = 7647;
	in->counter[FV_COUNT_SLIDES_NOT_IPV4] = 57647;
	in->counter[FV_COUNT_SLIDES_FRAGMENTED] = 2035;
	in->counter[FV_COUNT_SLIDES_TOO_SHORT] = 3;
	out->counter[FV_COUNT_FRAGMENT_LATER] = 9;
}

static size_t
internal_hosts(const struct trial *rows)
{
	size_t i, n = 0;

	for (i = 0; i < rows->context.nhosts; i++)
		n += rows->host[i].internal;
	return n;
}

static void
the_slides_lines_come_with_their_precision(void)
{
	static const char *const line[] = { " 1.7 %  ", " 0.06 %  ", " 0.0 %  ",
		" 0.0 %  " };
	static const uint64_t packets[] = { 57647, 2035, 3, 0 };
	const struct fv_result_table *t;
	struct fv_result *r;
	struct trial rows;
	char *text, *at;
	size_t i;

	make_month(&rows);
	r = trial_run(&fv_observations_analysis, &rows, 2, TRIAL_FORWARD, 1);
	t = trial_table(r, "R01", "slides");
	CU_ASSERT_EQUAL_FATAL(fv_result_rows(t), 4);
	text = trial_text(r);
	for (i = 0; i < 4; i++) {
		trial_check_share(
		    trial_cell(t, i, "share"), packets[i], 3390980);
		at = strstr(text, trial_cell(t, i, "observation")->text);
		CU_ASSERT_PTR_NOT_NULL_FATAL(at);
		*strchr(at, '\n') = '\0';
		CU_ASSERT_PTR_NOT_NULL(strstr(at, line[i]));
		at[strlen(at)] = '\n';
	}
	free(text);
	fv_result_free(r);
	trial_free(&rows);
}

static void
the_account_holds_or_says_that_it_fails(void)
{
	const struct fv_result_table *t;
	struct fv_result *r;
	struct trial rows;
	size_t i;

	make_month(&rows);
	r = trial_run(&fv_observations_analysis, &rows, 1, TRIAL_FORWARD, 1);
	CU_ASSERT_STRING_EQUAL(trial_fact(r, "R01", "balance")->text, "holds");
	CU_ASSERT(trial_fact(r, "R01", "packets_read")->part == 3390980);
	CU_ASSERT(trial_fact(r, "R01", "packets_recorded")->part == 3333333);
	CU_ASSERT(trial_fact(r, "R01", "packets_rejected")->part == 57647);
	t = trial_table(r, "R01", "packets");
	CU_ASSERT_EQUAL_FATAL(fv_result_rows(t), 3);
	CU_ASSERT_STRING_EQUAL(trial_cell(t, 2, "counter")->text, "arp");
	trial_check_share(trial_cell(t, 2, "share"), 57647, 3390980);
	CU_ASSERT_EQUAL(fv_result_rows(trial_table(r, "R01", "notes")), 1);
	i = trial_section(r, "R01")->nnotes;
	fv_result_free(r);

	rows.capture[1].counter[FV_COUNT_ARP]--;
	r = trial_run(&fv_observations_analysis, &rows, 1, TRIAL_FORWARD, 1);
	CU_ASSERT_STRING_EQUAL(trial_fact(r, "R01", "balance")->text, "FAILS");
	CU_ASSERT_EQUAL(trial_section(r, "R01")->nnotes, i + 1);
	fv_result_free(r);
	trial_free(&rows);
}

static void
the_period_counts_overlap_once_and_gaps_not(void)
{
	static const uint64_t day = UINT64_C(86400) * 1000000000;
	struct fv_result *r;
	struct trial rows;

	make_month(&rows);
	r = trial_run(&fv_observations_analysis, &rows, 1, TRIAL_FORWARD, 1);
	CU_ASSERT(trial_fact(r, "R01", "period")->part == 30 * day);
	CU_ASSERT(trial_fact(r, "R01", "period_covered")->part == 25 * day);
	fv_result_free(r);
	/* The second begins within the first, and ends in it. */
	rows.capture[1].first_time = 2 * (int64_t)day;
	rows.capture[1].last_time = 3 * (int64_t)day;
	r = trial_run(&fv_observations_analysis, &rows, 1, TRIAL_FORWARD, 1);
	CU_ASSERT(trial_fact(r, "R01", "period_covered")->part == 19 * day);
	fv_result_free(r);
	/* A capture with nothing recorded has no time. */
	memset(&rows.capture[1], 0, sizeof(rows.capture[1]));
	r = trial_run(&fv_observations_analysis, &rows, 1, TRIAL_FORWARD, 1);
	CU_ASSERT(trial_fact(r, "R01", "period")->part == 19 * day);
	fv_result_free(r);
	trial_free(&rows);
}

static void
internal_addresses_are_counted_by_version(void)
{
	struct fv_result *r;
	struct trial rows;

	make_month(&rows);
	r = trial_run(&fv_observations_analysis, &rows, 1, TRIAL_FORWARD, 1);
	CU_ASSERT(trial_fact(r, "R01", "internal_ipv4")->part +
		trial_fact(r, "R01", "internal_ipv6")->part ==
	    internal_hosts(&rows));
	CU_ASSERT(trial_fact(r, "R01", "internal_ipv6")->part > 0);
	fv_result_free(r);
	trial_free(&rows);
}

static void
counters_of_a_damaged_file_make_no_share(void)
{
	struct fv_result *r;
	struct trial rows;

	make_month(&rows);
	rows.capture[0].counter[FV_COUNT_SLIDES_NOT_IPV4] = UINT64_MAX / 2;
	r = trial_run(&fv_observations_analysis, &rows, 1, TRIAL_FORWARD, 1);
	CU_ASSERT_EQUAL(
	    trial_cell(trial_table(r, "R01", "slides"), 0, "share")->type,
	    FV_RESULT_NONE);
	fv_result_free(r);
	trial_free(&rows);
}

static void
any_split_gives_the_same_bytes(void)
{
	trial_check_laws(&fv_observations_analysis);
}

CU_TestInfo suite_observations[] = {
	{ "the slides' lines come with their precision",
	    the_slides_lines_come_with_their_precision },
	{ "the account holds, or says that it fails",
	    the_account_holds_or_says_that_it_fails },
	{ "the period counts overlap once and gaps not",
	    the_period_counts_overlap_once_and_gaps_not },
	{ "internal addresses are counted by version",
	    internal_addresses_are_counted_by_version },
	{ "counters of a damaged file make no share",
	    counters_of_a_damaged_file_make_no_share },
	{ "any split gives the same bytes", any_split_gives_the_same_bytes },
	CU_TEST_INFO_NULL,
};

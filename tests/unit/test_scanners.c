#include "tests/unit/suites.h"

#include <string.h>

#include "analysis/registry.h"
#include "tests/unit/oracle.h"

enum { FIN = 1, SYN = 2, ACK = 16, CONTACTS = 40 };

static void
set(struct fv_flow *f, size_t i, bool sent, size_t peer, uint8_t flags)
{
	memset(f, 0, sizeof(*f));
	f->start_time = (int64_t)i;
	f->source = sent ? 0 : (uint32_t)peer;
	f->destination = sent ? (uint32_t)peer : 0;
	f->direction = sent ? FV_DIRECTION_OUTBOUND : FV_DIRECTION_INBOUND;
	f->protocol = 6;
	f->initial_tcp_flags = f->tcp_flags = flags;
	f->packets = 1;
	f->stack = FV_NO_ROW;
}

/* Contacts of which the last ${answered} are answered, after the others. */
static struct fv_result *
contacts(size_t answered, enum fv_analysis_records records)
{
	struct fv_result *r;
	struct trial rows;
	size_t i;

	trial_make(&rows, CONTACTS + answered, 1 + CONTACTS, 1);
	for (i = 0; i <= CONTACTS; i++)
		rows.host[i].internal = i == 0;
	for (i = 0; i < CONTACTS; i++)
		set(&rows.flow[i], i, true, 1 + i, SYN);
	for (i = 0; i < answered; i++)
		set(&rows.flow[CONTACTS + i], 2 * CONTACTS + i, false,
		    CONTACTS - i, SYN | ACK);
	rows.context.records = records;
	r = trial_run(&fv_scanners_analysis, &rows, 3, TRIAL_PAIRS, 1);
	trial_free(&rows);
	return r;
}

static void
a_fifth_of_contacts_answered_is_no_scan(void)
{
	struct fv_result *r = contacts(7, FV_ANALYSIS_RECORDS_PRIMITIVE);
	const struct fv_result_table *t = trial_table(r, "R28d", "addresses");

	oracle_check(r, "R28d", "scanners", 1);
	oracle_check(r, "R28d", "contacts", CONTACTS);
	trial_check_share(trial_fact(r, "R28d", "answered"), 7, CONTACTS);
	/* The first four failed. */
	CU_ASSERT_EQUAL(trial_cell(t, 0, "flagged")->part, 4);
	CU_ASSERT_STRING_EQUAL(trial_cell(t, 0, "verdict")->text, "scans");
	fv_result_free(r);
	r = contacts(8, FV_ANALYSIS_RECORDS_PRIMITIVE);
	oracle_check(r, "R28d", "scanners", 0);
	fv_result_free(r);
	r = contacts(CONTACTS, FV_ANALYSIS_RECORDS_PRIMITIVE);
	oracle_check(r, "R28d", "flagged", 0);
	fv_result_free(r);
}

static void
without_answers_how_connections_go_on_decides(void)
{
	struct fv_result *r = contacts(0, FV_ANALYSIS_RECORDS_PRIMITIVE);

	oracle_check(r, "R28d", "scanners", 1);
	CU_ASSERT_EQUAL(
	    trial_fact(r, "R28d", "answered")->type, FV_RESULT_NONE);
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(trial_section(r, "R28d")->note[0], "no answers are in"));
	fv_result_free(r);
	/* A record of a flow that goes on shows that it was answered. */
	r = contacts(0, FV_ANALYSIS_RECORDS_UNIFLOW);
	trial_check_share(trial_fact(r, "R28d", "answered"), 0, CONTACTS);
	fv_result_free(r);
}

/* Only what came in was seen: there is nothing that scans could be told by. */
static void
answers_without_questions_are_said_to_be_that(void)
{
	struct fv_result *r;
	struct trial rows;
	size_t i;

	trial_make(&rows, CONTACTS, 1 + CONTACTS, 1);
	for (i = 0; i <= CONTACTS; i++)
		rows.host[i].internal = i == 0;
	for (i = 0; i < CONTACTS; i++)
		set(&rows.flow[i], i, false, 1 + i, SYN | ACK);
	r = trial_run(&fv_scanners_analysis, &rows, 2, TRIAL_FORWARD, 1);
	CU_ASSERT_PTR_NULL(trial_fact(r, "R28d", "scanners"));
	CU_ASSERT_PTR_NULL(trial_table(r, "R28d", "addresses"));
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(trial_section(r, "R28d")->note[0], "answers, but no SYN"));
	fv_result_free(r);
	trial_free(&rows);
}

static void
acks_and_fins_clear_who_is_seen_one_way(void)
{
	struct fv_result *r;
	struct trial rows;
	size_t i;

	trial_make(&rows, 3 * CONTACTS, 1 + CONTACTS, 1);
	for (i = 0; i <= CONTACTS; i++)
		rows.host[i].internal = i == 0;
	for (i = 0; i < CONTACTS; i++) {
		set(&rows.flow[3 * i], i, true, 1 + i, SYN);
		set(&rows.flow[3 * i + 1], i, true, 1 + i, ACK);
		set(&rows.flow[3 * i + 2], i, true, 1 + i, FIN | ACK);
	}
	rows.context.records = FV_ANALYSIS_RECORDS_PRIMITIVE;
	r = trial_run(&fv_scanners_analysis, &rows, 2, TRIAL_FORWARD, 1);
	oracle_check(r, "R28d", "scanners", 0);
	fv_result_free(r);
	trial_free(&rows);
}

/*
 * Host 0 asks and goes on, seen one way only; at another site host 1 asks,
 * and is answered.  Neither scans.
 */
static void
each_site_is_judged_by_what_there_is_of_it(void)
{
	struct fv_result *r;
	struct trial rows;
	size_t i, k;

	trial_make(&rows, 5 * CONTACTS, 2 + CONTACTS, 1);
	rows.context.nsites = 2;
	for (i = 0; i < 2 + CONTACTS; i++) {
		rows.host[i].internal = i < 2;
		rows.host[i].site = i == 1;
	}
	for (i = 0; i < CONTACTS; i++) {
		set(&rows.flow[5 * i], i, true, 2 + i, SYN);
		set(&rows.flow[5 * i + 1], i, true, 2 + i, ACK);
		set(&rows.flow[5 * i + 2], i, true, 2 + i, FIN | ACK);
		set(&rows.flow[5 * i + 3], i, true, 2 + i, SYN);
		set(&rows.flow[5 * i + 4], i, false, 2 + i, SYN | ACK);
		for (k = 3; k < 5; k++) {
			if (rows.flow[5 * i + k].source == 0)
				rows.flow[5 * i + k].source = 1;
			else
				rows.flow[5 * i + k].destination = 1;
		}
	}
	rows.context.records = FV_ANALYSIS_RECORDS_PRIMITIVE;
	r = trial_run(&fv_scanners_analysis, &rows, 2, TRIAL_FORWARD, 1);
	oracle_check(r, "R28d", "scanners", 0);
	oracle_check(r, "R28d", "contacts", 2 * CONTACTS);
	trial_check_share(
	    trial_fact(r, "R28d", "answered"), CONTACTS, CONTACTS);
	CU_ASSERT_PTR_NOT_NULL(strstr(
	    trial_section(r, "R28d")->note[0], "Of 40 contacts no answers"));
	fv_result_free(r);
	trial_free(&rows);
}

static void
any_split_gives_the_same_bytes(void)
{
	trial_check_laws(&fv_scanners_analysis);
}

CU_TestInfo suite_scanners[] = {
	{ "answers without questions are said to be that",
	    answers_without_questions_are_said_to_be_that },
	{ "a fifth of contacts answered is no scan",
	    a_fifth_of_contacts_answered_is_no_scan },
	{ "without answers, how connections go on decides",
	    without_answers_how_connections_go_on_decides },
	{ "ACKs and FINs clear who is seen one way",
	    acks_and_fins_clear_who_is_seen_one_way },
	{ "each site is judged by what there is of it",
	    each_site_is_judged_by_what_there_is_of_it },
	{ "any split gives the same bytes", any_split_gives_the_same_bytes },
	CU_TEST_INFO_NULL,
};

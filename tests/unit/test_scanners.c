#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/registry.h"
#include "tests/unit/oracle.h"

enum { SYN = 2, RST = 4, ACK = 16, PEERS = 50 };

/* What becomes of a contact. */
enum outcome { SILENT, REFUSED, ANSWERED };

static struct fv_flow *
record(struct trial *rows, uint32_t from, uint32_t to, uint8_t initial,
    uint8_t flags, uint8_t direction)
{
	struct fv_flow *f = &rows->flow[rows->n];

	memset(f, 0, sizeof(*f));
	f->start_time = (int64_t)rows->n * 1000;
	f->source = from;
	f->destination = to;
	f->protocol = 6;
	f->initial_tcp_flags = initial;
	f->tcp_flags = flags;
	f->direction = direction;
	f->packets = 1;
	f->stack = FV_NO_ROW;
	rows->n++;
	return f;
}

/* Host ${h}, 0 or 1, asks peer ${p}. */
static void
contact(struct trial *rows, uint32_t h, uint32_t p, enum outcome outcome)
{
	(void)record(rows, h, 2 + p, SYN, SYN, FV_DIRECTION_OUTBOUND);
	if (outcome == ANSWERED)
		(void)record(
		    rows, 2 + p, h, SYN | ACK, SYN | ACK, FV_DIRECTION_INBOUND);
	if (outcome == REFUSED)
		(void)record(
		    rows, 2 + p, h, RST | ACK, RST | ACK, FV_DIRECTION_INBOUND);
}

/* Two hosts inside, PEERS outside, no rows, room for ${room}. */
static void
begin(struct trial *rows, size_t room)
{
	size_t i;

	trial_make(rows, room, 2 + PEERS, 1);
	for (i = 0; i < 2 + PEERS; i++)
		rows->host[i].internal = i < 2;
	rows->n = 0;
}

static const char *
verdict(const struct fv_result *r, const char *table, size_t row)
{
	return trial_cell(trial_table(r, "R28d", table), row, "verdict")->text;
}

static void
who_is_not_answered_scans_and_who_is_does_not(void)
{
	const struct fv_result_table *t;
	struct fv_result *r;
	struct trial rows;
	uint32_t p;

	begin(&rows, 4 * PEERS);
	for (p = 0; p < PEERS; p++) {
		contact(&rows, 0, p, ANSWERED);
		contact(&rows, 1, p, p % 10 == 9 ? ANSWERED : p % 3);
	}
	r = trial_run(&fv_scanners_analysis, &rows, 3, TRIAL_PAIRS, 1);
	oracle_check(r, "R28d", "scanners", 0);
	fv_result_free(r);
	trial_free(&rows);

	begin(&rows, 4 * PEERS);
	for (p = 0; p < PEERS; p++) {
		contact(&rows, 0, p, ANSWERED);
		contact(&rows, 1, p,
		    p % 10 == 9      ? ANSWERED
			: p % 2 == 0 ? SILENT
				     : REFUSED);
	}
	r = trial_run(&fv_scanners_analysis, &rows, 3, TRIAL_PAIRS, 1);
	oracle_check(r, "R28d", "scanners", 1);
	oracle_check(r, "R28d", "hosts", 2);
	oracle_check(r, "R28d", "contacts", 2 * PEERS);
	oracle_check(r, "R28d", "flagged", 1);
	trial_check_share(
	    trial_fact(r, "R28d", "answered"), PEERS + PEERS / 10, 2 * PEERS);
	t = trial_table(r, "R28d", "hosts");
	CU_ASSERT_EQUAL(fv_result_rows(t), 2);
	CU_ASSERT_STRING_EQUAL(verdict(r, "hosts", 0), "scans");
	CU_ASSERT_STRING_EQUAL(verdict(r, "hosts", 1), "-");
	trial_check_share(trial_cell(t, 0, "refused"), PEERS / 2 - 5, PEERS);
	/* 45 failures and 5 answers, of which each takes back one step. */
	CU_ASSERT(trial_cell(t, 0, "scanning")->part == 10);
	CU_ASSERT(trial_cell(t, 0, "benign")->part == 0);
	CU_ASSERT(trial_cell(t, 0, "flagged")->part == 4);
	CU_ASSERT(trial_cell(t, 1, "benign")->part == PEERS / 4);
	CU_ASSERT(trial_cell(t, 1, "flagged")->type == FV_RESULT_NONE);
	fv_result_free(r);
	trial_free(&rows);
}

/* A SYN again is no new contact, and an answer at any time answers. */
static void
a_contact_counts_once(void)
{
	struct fv_result *r;
	struct trial rows;
	size_t i;

	begin(&rows, 4 * PEERS);
	for (i = 0; i < 40; i++)
		contact(&rows, 0, 7, SILENT);
	contact(&rows, 0, 7, REFUSED);
	contact(&rows, 0, 7, ANSWERED);
	/* Neither is a question of another protocol, nor an answer to none. */
	contact(&rows, 0, 9, SILENT);
	rows.flow[rows.n - 1].protocol = 17;
	(void)record(&rows, 11, 0, SYN | ACK, SYN | ACK, FV_DIRECTION_INBOUND);
	r = trial_run(&fv_scanners_analysis, &rows, 2, TRIAL_FORWARD, 1);
	oracle_check(r, "R28d", "contacts", 1);
	trial_check_share(trial_fact(r, "R28d", "answered"), 1, 1);
	fv_result_free(r);
	trial_free(&rows);
}

/* Only what was sent: SYNs alone scan, SYNs and ACKs do not. */
static void
without_answers_acks_tell(void)
{
	struct fv_result *r;
	struct trial rows;
	uint32_t p;

	begin(&rows, 8 * PEERS);
	for (p = 0; p < PEERS; p++) {
		contact(&rows, 0, p, SILENT);
		contact(&rows, 1, p, SILENT);
		(void)record(&rows, 0, 2 + p, ACK, ACK, FV_DIRECTION_OUTBOUND);
	}
	r = trial_run(&fv_scanners_analysis, &rows, 2, TRIAL_BACKWARD, 1);
	oracle_check(r, "R28d", "scanners", 1);
	CU_ASSERT_PTR_NULL(trial_fact(r, "R28d", "answered"));
	CU_ASSERT_PTR_NULL(trial_table(r, "R28d", "hosts"));
	CU_ASSERT_STRING_EQUAL(verdict(r, "one_way", 0), "scans");
	CU_ASSERT_STRING_EQUAL(verdict(r, "one_way", 1), "-");
	CU_ASSERT_PTR_NOT_NULL(strstr(trial_section(r, "R28d")->note[0],
	    "whether contacts were answered is not known"));
	fv_result_free(r);
	trial_free(&rows);
}

/* In a flow of several packets, an ACK behind the SYN is an answer's. */
static void
flows_of_one_way_tell_their_answers(void)
{
	struct fv_result *r;
	struct trial rows;
	uint32_t p;

	begin(&rows, 2 * PEERS);
	for (p = 0; p < PEERS; p++) {
		record(&rows, 0, 2 + p, SYN, SYN | ACK, FV_DIRECTION_OUTBOUND)
		    ->packets = 5;
		record(&rows, 1, 2 + p, SYN, SYN, FV_DIRECTION_OUTBOUND)
		    ->packets = 3;
	}
	r = trial_run(&fv_scanners_analysis, &rows, 2, TRIAL_BACKWARD, 1);
	oracle_check(r, "R28d", "scanners", 1);
	trial_check_share(trial_fact(r, "R28d", "answered"), PEERS, 2 * PEERS);
	fv_result_free(r);
	trial_free(&rows);
}

static void
without_a_syn_it_says_so(void)
{
	struct fv_result *r;
	struct trial rows;

	begin(&rows, 4);
	(void)record(&rows, 0, 3, ACK, ACK, FV_DIRECTION_OUTBOUND);
	r = trial_run(&fv_scanners_analysis, &rows, 1, TRIAL_FORWARD, 1);
	CU_ASSERT_EQUAL(trial_section(r, "R28d")->nfacts, 0);
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(trial_section(r, "R28d")->note[0], "No SYN"));
	fv_result_free(r);
	trial_free(&rows);
}

/* Directions unknown: flags say who asks and who answers. */
static void
without_directions_all_who_ask_are_judged(void)
{
	struct fv_result *r;
	struct trial rows;
	uint32_t p;
	size_t i;

	begin(&rows, 4 * PEERS);
	for (p = 0; p < PEERS; p++) {
		contact(&rows, 0, p, ANSWERED);
		contact(&rows, 1, p, SILENT);
	}
	for (i = 0; i < rows.n; i++)
		rows.flow[i].direction = FV_DIRECTION_UNKNOWN;
	for (i = 0; i < 2; i++)
		rows.host[i].internal = 0;
	r = trial_run(&fv_scanners_analysis, &rows, 2, TRIAL_PAIRS, 1);
	oracle_check(r, "R28d", "scanners", 1);
	oracle_check(r, "R28d", "hosts", 2);
	trial_check_share(trial_fact(r, "R28d", "answered"), PEERS, 2 * PEERS);
	fv_result_free(r);
	trial_free(&rows);
}

/* With memory for little, what is found is the same. */
static void
spilling_changes_nothing(void)
{
	struct fv_result *r;
	struct trial rows;
	char *with, *without;

	trial_make(&rows, 3000, 60, 9);
	r = trial_run(&fv_scanners_analysis, &rows, 3, TRIAL_PAIRS, 1);
	without = trial_text(r);
	fv_result_free(r);
	rows.context.room.bytes = 1;
	r = trial_run(&fv_scanners_analysis, &rows, 3, TRIAL_FORWARD, 2);
	with = trial_text(r);
	fv_result_free(r);
	CU_ASSERT_STRING_EQUAL(with, without);
	free(with);
	free(without);
	trial_free(&rows);
}

static void
any_split_gives_the_same_bytes(void)
{
	trial_check_laws(&fv_scanners_analysis);
}

CU_TestInfo suite_scanners[] = {
	{ "who is not answered scans, and who is does not",
	    who_is_not_answered_scans_and_who_is_does_not },
	{ "a contact counts once", a_contact_counts_once },
	{ "without answers, ACKs tell", without_answers_acks_tell },
	{ "flows of one way tell their answers",
	    flows_of_one_way_tell_their_answers },
	{ "without a SYN it says so", without_a_syn_it_says_so },
	{ "without directions all who ask are judged",
	    without_directions_all_who_ask_are_judged },
	{ "spilling changes nothing", spilling_changes_nothing },
	{ "any split gives the same bytes", any_split_gives_the_same_bytes },
	CU_TEST_INFO_NULL,
};

#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/registry.h"
#include "tests/unit/oracle.h"

enum { HOSTS = 400, SYN = 2, ACK = 16 };

/*
 * Host 0 asks each other host, at addresses in sequence, for a connection; if
 * they answer, it acknowledges ${acks} times.
 */
static void
make(struct trial *rows, size_t acks)
{
	size_t i, n = (HOSTS - 1) * (1 + acks), k = 0, a;
	struct fv_flow *f;

	trial_make(rows, n, HOSTS, 1);
	for (i = 0; i < HOSTS; i++) {
		rows->host[i].internal = i == 0;
		rows->host[i].ip_version = 4;
		rows->host[i].address_class = FV_ADDRESS_PUBLIC;
		rows->host[i].address_high = 0;
		rows->host[i].address_low = 0xffffc0000200 + i;
	}
	for (i = 1; i < HOSTS; i++)
		for (a = 0; a <= acks; a++) {
			f = &rows->flow[k++];
			memset(f, 0, sizeof(*f));
			f->start_time = (int64_t)k;
			f->destination = (uint32_t)i;
			f->direction = FV_DIRECTION_OUTBOUND;
			f->protocol = 6;
			f->packets = 1;
			f->source_port = 50000;
			f->destination_port = (uint16_t)(2000 + i);
			f->tcp_flags = f->initial_tcp_flags =
			    a == 0 ? SYN : ACK;
			f->stack = FV_NO_ROW;
		}
}

static const char *
words(const struct fv_result *r, const char *name)
{
	return trial_fact(r, "R26", name)->text;
}

/* The cell of an evidence, in a column. */
static const struct fv_result_cell *
evidence(const struct fv_result *r, size_t row, const char *column)
{
	return trial_cell(trial_table(r, "R26", "evidence"), row, column);
}

static void
a_sweep_that_nobody_answers_is_a_scan(void)
{
	struct fv_result *r;
	struct trial rows;

	make(&rows, 0);
	r = trial_run(&fv_who_am_i_analysis, &rows, 3, TRIAL_PAIRS, 2);
	CU_ASSERT_STRING_EQUAL(words(r, "verdict"), "scanner");
	CU_ASSERT_STRING_EQUAL(words(r, "scan"), "not ruled out");
	CU_ASSERT_STRING_EQUAL(words(r, "kind"), "ports and addresses");
	CU_ASSERT_STRING_EQUAL(
	    evidence(r, 0, "evidence")->text, "First contacts that answer");
	CU_ASSERT(evidence(r, 0, "value")->part == 0);
	CU_ASSERT(evidence(r, 0, "value")->whole == HOSTS - 1);
	CU_ASSERT_FALSE(evidence(r, 0, "scanner")->negative);
	CU_ASSERT_TRUE(evidence(r, 0, "peer")->negative);
	CU_ASSERT_PTR_NOT_NULL(trial_table(r, "R26", "turns"));
	fv_result_free(r);
	trial_free(&rows);
}

static void
who_is_answered_scans_nothing(void)
{
	struct fv_result *r;
	struct trial rows;

	make(&rows, 6);
	r = trial_run(&fv_who_am_i_analysis, &rows, 3, TRIAL_PAIRS, 2);
	CU_ASSERT_STRING_EQUAL(words(r, "scan"), "no: contacts answer");
	CU_ASSERT_STRING_NOT_EQUAL(words(r, "verdict"), "scanner");
	CU_ASSERT(evidence(r, 0, "value")->part == HOSTS - 1);
	CU_ASSERT(evidence(r, 1, "value")->part == 6 * (HOSTS - 1));
	fv_result_free(r);
	trial_free(&rows);
}

/* An answer is seen on the other tap as well: without ACKs of its own. */
static void
answers_of_the_other_side_count(void)
{
	struct fv_result *r;
	struct trial rows;
	size_t i;

	make(&rows, 1);
	for (i = 1; i < rows.n; i += 2) {
		rows.flow[i].source = rows.flow[i].destination;
		rows.flow[i].destination = 0;
		rows.flow[i].direction = FV_DIRECTION_INBOUND;
		rows.flow[i].tcp_flags = SYN | ACK;
		/* Every other one refuses. */
		if (i % 4 == 1)
			rows.flow[i].tcp_flags = 4 | ACK;
	}
	r = trial_run(&fv_who_am_i_analysis, &rows, 3, TRIAL_PAIRS, 2);
	CU_ASSERT(evidence(r, 0, "value")->part == (HOSTS - 1) / 2);
	fv_result_free(r);
	trial_free(&rows);
}

static void
stacks_are_told_apart_in_time(void)
{
	static struct fv_stack stack[2] = { { .ttl = 64 }, { .ttl = 128 } };
	struct fv_result *r;
	struct trial rows;
	size_t i;

	make(&rows, 0);
	rows.context.stacks = stack;
	rows.context.nstacks = 2;
	for (i = 0; i < rows.n; i++)
		rows.flow[i].stack = i % 2;
	r = trial_run(&fv_who_am_i_analysis, &rows, 3, TRIAL_PAIRS, 2);
	oracle_check(r, "R26", "stacks", 2);
	CU_ASSERT_STRING_EQUAL(words(r, "order"), "within the same hours");
	/* Two TTLs at the same time come first. */
	CU_ASSERT_STRING_EQUAL(words(r, "verdict"), "several hosts");
	CU_ASSERT_STRING_EQUAL(words(r, "like"), "scanner");
	fv_result_free(r);
	for (i = 0; i < rows.n; i++) {
		rows.flow[i].stack = i >= rows.n / 2;
		rows.flow[i].start_time = (int64_t)i * INT64_C(3600000000000);
	}
	r = trial_run(&fv_who_am_i_analysis, &rows, 3, TRIAL_PAIRS, 2);
	CU_ASSERT_STRING_EQUAL(words(r, "order"), "one after the other");
	CU_ASSERT_STRING_EQUAL(words(r, "verdict"), "scanner");
	fv_result_free(r);
	trial_free(&rows);
}

static void
any_split_gives_the_same_bytes(void)
{
	trial_check_laws(&fv_who_am_i_analysis);
}

CU_TestInfo suite_who_am_i[] = {
	{ "a sweep that nobody answers is a scan",
	    a_sweep_that_nobody_answers_is_a_scan },
	{ "who is answered scans nothing", who_is_answered_scans_nothing },
	{ "answers of the other side count", answers_of_the_other_side_count },
	{ "stacks are told apart in time", stacks_are_told_apart_in_time },
	{ "any split gives the same bytes", any_split_gives_the_same_bytes },
	CU_TEST_INFO_NULL,
};

/*
 * The signatures again, with a limit that a test can reach.
 */
#define SIGNATURES_LIMIT ((size_t)400)
#define fv_signatures_analysis small_analysis
#include "analysis/signatures.c"

#include <CUnit/CUnit.h>

#include "tests/unit/oracle.h"
#include "tests/unit/suites.h"

enum { ROWS = 1000 };

/* Rows of one host with ${different} signatures. */
static void
make(struct trial *rows, size_t different)
{
	size_t i;

	trial_make(rows, ROWS, 4, 1);
	rows->host[0].internal = 1;
	for (i = 0; i < ROWS; i++) {
		rows->flow[i].direction = FV_DIRECTION_OUTBOUND;
		rows->flow[i].source = 0;
		rows->flow[i].protocol = UDP;
		rows->flow[i].tcp_flags = 0;
		rows->flow[i].destination_port = 53;
		rows->flow[i].packets = 1;
		rows->flow[i].bytes = 40 + i % different;
	}
}

static void
at_the_limit_all_are_counted(void)
{
	struct fv_result *r;
	struct trial rows;

	make(&rows, 400);
	r = trial_run(&small_analysis, &rows, 3, TRIAL_PAIRS, 1);
	oracle_check(r, "R23", "signatures_suspect", 400);
	oracle_check(r, "R23", "signatures_all", 400);
	fv_result_free(r);
	trial_free(&rows);
}

/* Whichever of the parts, or only all together, meet one too many. */
static void
past_the_limit_none_is_counted_whatever_the_split(void)
{
	char *text = NULL, *again;
	struct fv_result *r;
	struct trial rows;
	size_t parts;
	int order;

	make(&rows, 401);
	for (parts = 1; parts <= 7; parts++)
		for (order = TRIAL_FORWARD; order <= TRIAL_PAIRS; order++) {
			r = trial_run(&small_analysis, &rows, parts,
			    (enum trial_order)order, parts);
			CU_ASSERT_PTR_NULL(trial_table(r, "R23", "all"));
			oracle_check(r, "R23", "records_all", ROWS);
			CU_ASSERT_PTR_NOT_NULL(
			    strstr(trial_section(r, "R23")->note[0],
				"more than 400 signatures"));
			again = trial_text(r);
			fv_result_free(r);
			if (text != NULL)
				CU_ASSERT_STRING_EQUAL(text, again);
			free(text);
			text = again;
		}
	free(text);
	trial_free(&rows);
}

CU_TestInfo suite_signatures_limit[] = {
	{ "at the limit all are counted", at_the_limit_all_are_counted },
	{ "past the limit none is counted, whatever the split",
	    past_the_limit_none_is_counted_whatever_the_split },
	CU_TEST_INFO_NULL,
};

#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/registry.h"
#include "analysis/destination_sets.h"
#include "tests/unit/oracle.h"

enum { HOSTS = 40 };

/* Who ${chooser} says is the suspect among ${rows}. */
static struct fv_analysis_focus
focus_of(
    const struct fv_analysis *chooser, const struct trial *rows, uint32_t asked)
{
	struct fv_analysis_focus focus = { .suspect = asked,
		.asked = asked != FV_NO_ROW };
	struct fv_analysis_batch batch = { .rows = rows->n };
	void *column[FV_FLOW_COLUMNS] = { NULL }, *state;
	struct fv_err err;
	size_t c, i, size;

	for (c = 0; c < FV_FLOW_COLUMNS; c++) {
		size = fv_schema_tables[FV_TABLE_FLOWS].columns[c].size;
		column[c] = calloc(rows->n + 1, size);
		CU_ASSERT_PTR_NOT_NULL_FATAL(column[c]);
		for (i = 0; i < rows->n; i++)
			memcpy((char *)column[c] + i * size,
			    (const char *)&rows->flow[i] +
				fv_schema_tables[FV_TABLE_FLOWS]
				    .columns[c]
				    .offset,
			    size);
		batch.column[c] = column[c];
	}
	state = chooser->init(&rows->context, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(state);
	CU_ASSERT_EQUAL(chooser->add(state, &rows->context, &batch, &err), 0);
	CU_ASSERT_EQUAL(
	    chooser->select(state, &rows->context, &focus, &err), 0);
	chooser->free(state);
	for (c = 0; c < FV_FLOW_COLUMNS; c++)
		free(column[c]);
	return focus;
}

/* Bits and pairs choose alike, whoever is asked for, unless there are ties. */
static void
it_chooses_as_destinations_do(void)
{
	struct fv_analysis_focus quick, exact;
	unsigned decided = 0, seed;
	struct trial rows;
	uint32_t asked;

	for (seed = 0; seed < 20; seed++) {
		trial_make(&rows, 700, HOSTS, seed);
		rows.host[seed].internal = 1;
		asked = seed % 2 == 0 ? FV_NO_ROW : seed;
		quick = focus_of(&fv_destination_sets_analysis, &rows, asked);
		exact = focus_of(&fv_destinations_analysis, &rows, asked);
		if (!quick.undecided) {
			decided++;
			CU_ASSERT_EQUAL(quick.suspect, exact.suspect);
			CU_ASSERT_EQUAL(quick.suspect_rank, exact.suspect_rank);
		}
		trial_free(&rows);
	}
	CU_ASSERT(decided >= 3);
}

/* Two hosts with two destinations each, of which the second began first. */
static void
between_equals_it_does_not_choose(void)
{
	static const uint32_t source[] = { 1, 1, 2, 2, 1 };
	static const uint32_t destination[] = { 5, 6, 5, 7, 6 };
	struct fv_analysis_focus focus;
	struct trial rows;
	size_t i;

	trial_make(&rows, 5, HOSTS, 1);
	for (i = 0; i < HOSTS; i++)
		rows.host[i].internal = i < 4;
	for (i = 0; i < rows.n; i++) {
		rows.flow[i].source = source[i];
		rows.flow[i].destination = destination[i];
		rows.flow[i].direction = FV_DIRECTION_OUTBOUND;
		rows.flow[i].start_time = source[i] == 2 ? 10 : 20;
	}
	CU_ASSERT_TRUE(focus_of(&fv_destination_sets_analysis, &rows, FV_NO_ROW)
			   .undecided);
	focus = focus_of(&fv_destinations_analysis, &rows, FV_NO_ROW);
	CU_ASSERT_EQUAL(focus.suspect, 2);
	/* One destination more, and it is told. */
	rows.flow[4].destination = 9;
	focus = focus_of(&fv_destination_sets_analysis, &rows, FV_NO_ROW);
	CU_ASSERT_FALSE(focus.undecided);
	CU_ASSERT_EQUAL(focus.suspect, 1);
	CU_ASSERT_EQUAL(focus.suspect_rank, 1);
	focus = focus_of(&fv_destination_sets_analysis, &rows, 2);
	CU_ASSERT_EQUAL(focus.suspect, 2);
	CU_ASSERT_EQUAL(focus.suspect_rank, 2);
	/* Who sent nothing, or is not ranked, has no place here. */
	CU_ASSERT_TRUE(
	    focus_of(&fv_destination_sets_analysis, &rows, 3).undecided);
	CU_ASSERT_TRUE(
	    focus_of(&fv_destination_sets_analysis, &rows, 9).undecided);
	trial_free(&rows);
}

static void
its_sets_have_to_fit(void)
{
	struct trial rows;
	size_t i;

	trial_make(&rows, 1, HOSTS, 1);
	for (i = 0; i < HOSTS; i++)
		rows.host[i].internal = i < 3;
	CU_ASSERT_TRUE(fv_destination_sets_fit(&rows.context, 4 * 8));
	CU_ASSERT_FALSE(fv_destination_sets_fit(&rows.context, 4 * 8 - 1));
	/* Where none is known to be inside, each would have a set. */
	for (i = 0; i < HOSTS; i++)
		rows.host[i].internal = 0;
	CU_ASSERT_FALSE(fv_destination_sets_fit(&rows.context, 1 << 20));
	trial_free(&rows);
}

CU_TestInfo suite_destination_sets[] = {
	{ "it chooses as destinations do", it_chooses_as_destinations_do },
	{ "between equals it does not choose",
	    between_equals_it_does_not_choose },
	{ "its sets have to fit", its_sets_have_to_fit },
	CU_TEST_INFO_NULL,
};

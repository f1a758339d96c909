#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/registry.h"
#include "tests/unit/oracle.h"

enum { HOSTS = 60, CELLS = 256, ROWS = 64 };

static const int64_t HOUR = INT64_C(3600000000000);

static void
split_and_order_change_nothing(void)
{
	trial_check_laws(&fv_density_analysis);
}

static const struct fv_result_figure *
figure(const struct fv_result *r, const char *name)
{
	const struct fv_result_section *s = trial_section(r, "R29");
	size_t i;

	for (i = 0; s != NULL && i < s->nfigures; i++)
		if (strcmp(s->figure[i].name, name) == 0)
			return &s->figure[i];
	return NULL;
}

static int64_t
hour_of(const struct fv_flow *f)
{
	return f->start_time / HOUR - (f->start_time % HOUR < 0 ? 1 : 0);
}

static bool
outward(const struct fv_flow *f)
{
	return f->direction == FV_DIRECTION_OUTBOUND;
}

/* The finest power of two of hours that CELLS cells hold all rows with. */
static unsigned
level_of(const struct trial *rows, int64_t *first)
{
	int64_t low = INT64_MAX, high = INT64_MIN, h;
	unsigned level = 0;
	size_t i;

	for (i = 0; i < rows->n; i++) {
		if (!outward(&rows->flow[i]))
			continue;
		h = hour_of(&rows->flow[i]);
		low = h < low ? h : low;
		high = h > high ? h : high;
	}
	while ((high >> level) - (low >> level) >= CELLS)
		level++;
	*first = low >> level;
	return level;
}

/* Packets by destination port and time, counted anew. */
static void
check_ports(const struct trial *rows, const struct fv_result *r,
    const char *name, uint32_t host)
{
	uint64_t want[CELLS][ROWS] = { { 0 } };
	const struct fv_result_figure *f = figure(r, name);
	const struct fv_flow *flow;
	size_t i, column, row;
	unsigned level;
	int64_t first;

	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	level = level_of(rows, &first);
	CU_ASSERT_EQUAL(f->axis[0].step, UINT64_C(1) << level);
	CU_ASSERT_EQUAL(f->axis[1].step, 1024);
	for (i = 0; i < rows->n; i++) {
		flow = &rows->flow[i];
		if (!outward(flow) ||
		    (host != FV_NO_ROW && flow->source != host) ||
		    (flow->protocol != 6 && flow->protocol != 17) ||
		    (flow->source_port == 0 && flow->destination_port == 0))
			continue;
		want[(hour_of(flow) >> level) - first]
		    [flow->destination_port / 1024] += flow->packets;
	}
	for (i = 0; i < f->nvalues; i += 3) {
		column = (size_t)(f->value[i] >> level);
		row = (size_t)(f->value[i + 1] / 1024);
		CU_ASSERT_EQUAL(want[column][row], f->value[i + 2]);
		want[column][row] = 0;
	}
	for (i = 0; i < (size_t)CELLS * ROWS; i++)
		CU_ASSERT_EQUAL(want[i / ROWS][i % ROWS], 0);
}

static void
check(const struct trial *rows)
{
	uint32_t suspect = oracle_suspect(rows);
	struct fv_result *r;

	r = trial_run(&fv_density_analysis, rows, 3, TRIAL_PAIRS, 5);
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	check_ports(rows, r, "all_destination_ports", FV_NO_ROW);
	check_ports(rows, r, "host_destination_ports", suspect);
	fv_result_free(r);
}

static void
cells_hold_what_a_plain_count_finds(void)
{
	struct trial rows;
	size_t i;

	trial_make(&rows, 5000, HOSTS, 4);
	check(&rows);
	/* Across the epoch, over years, so that cells are of many hours. */
	for (i = 0; i < rows.n; i++)
		rows.flow[i].start_time =
		    ((int64_t)i - 1000) * 17 * HOUR + (int64_t)(i % 7);
	check(&rows);
	/* All in one hour. */
	for (i = 0; i < rows.n; i++)
		rows.flow[i].start_time = (int64_t)i;
	check(&rows);
	trial_free(&rows);
}

static void
the_ends_of_time_fit(void)
{
	struct fv_result *r;
	struct trial rows;

	trial_make(&rows, 100, HOSTS, 4);
	rows.flow[0].direction = FV_DIRECTION_OUTBOUND;
	rows.flow[1].direction = FV_DIRECTION_OUTBOUND;
	rows.flow[0].start_time = INT64_MIN;
	rows.flow[1].start_time = INT64_MAX;
	r = trial_run(&fv_density_analysis, &rows, 2, TRIAL_FORWARD, 5);
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	CU_ASSERT_PTR_NOT_NULL(trial_fact(r, "R29", "cell"));
	fv_result_free(r);
	trial_free(&rows);
}

/* Destinations stand in the order in which they were first sent to. */
static void
a_destination_stands_where_it_first_appeared(void)
{
	const struct fv_result_figure *f;
	uint32_t turn[HOSTS], turns = 0;
	uint64_t want[HOSTS] = { 0 };
	struct fv_result *r;
	struct trial rows;
	size_t i;

	trial_make(&rows, 3000, HOSTS, 8);
	memset(turn, 0xff, sizeof(turn));
	for (i = 0; i < rows.n; i++) {
		/* Each at a time of its own. */
		rows.flow[i].start_time = (int64_t)i;
		if (!outward(&rows.flow[i]))
			continue;
		if (turn[rows.flow[i].destination] == UINT32_MAX)
			turn[rows.flow[i].destination] = turns++;
		want[turn[rows.flow[i].destination]] += rows.flow[i].packets;
	}
	r = trial_run(&fv_density_analysis, &rows, 2, TRIAL_BACKWARD, 1);
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	f = figure(r, "all_destinations");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT_EQUAL(f->axis[1].step, 1);
	CU_ASSERT_EQUAL(fv_result_points(f), turns);
	for (i = 0; i < f->nvalues; i += 3)
		CU_ASSERT_EQUAL(f->value[i + 2], want[f->value[i + 1]]);
	fv_result_free(r);
	trial_free(&rows);
}

CU_TestInfo suite_density[] = {
	{ "split and order change nothing", split_and_order_change_nothing },
	{ "cells hold what a plain count finds",
	    cells_hold_what_a_plain_count_finds },
	{ "the ends of time fit", the_ends_of_time_fit },
	{ "a destination stands where it first appeared",
	    a_destination_stands_where_it_first_appeared },
	CU_TEST_INFO_NULL,
};

#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/units.h"
#include "tests/unit/trial.h"

enum { HOSTS = 8, SESSIONS = 16 };

static const int64_t hour = INT64_C(3600000000000);

/*
 * Hosts 0 and 2 are inside.  Behind 0 is one host; behind 2 another one from
 * the ninth session on, with another stack and other destinations.
 */
static struct fv_units *
make(struct trial *rows)
{
	struct fv_visits visits;
	struct fv_units *u;
	struct fv_flow *f;
	struct fv_err err;
	size_t i, k;

	trial_make(rows, (size_t)SESSIONS * 2 * 3, HOSTS, 1);
	for (i = 0; i < HOSTS; i++) {
		rows->host[i].internal = i == 0 || i == 2;
		rows->host[i].address_class = FV_ADDRESS_PUBLIC;
	}
	for (i = 0; i < rows->n; i++) {
		f = &rows->flow[i];
		memset(f, 0, sizeof(*f));
		k = i / 3 % SESSIONS;
		f->source = i / 3 < SESSIONS ? 2 : 0;
		f->destination =
		    (uint32_t)(i % 3) + (f->source == 2 && k >= 8 ? 5 : 3);
		f->stack = f->source == 2 && k >= 8;
		f->start_time = (int64_t)k * 3 * hour;
		f->direction = FV_DIRECTION_OUTBOUND;
		f->protocol = 6;
		f->initial_tcp_flags = 2;
	}
	CU_ASSERT_EQUAL_FATAL(fv_visits_init(&visits, &err), 0);
	for (i = 0; i < rows->n; i++) {
		const struct fv_analysis_batch batch = {
			.rows = 1,
			.column = {
				[FV_FLOW_START_TIME] =
				    &rows->flow[i].start_time,
				[FV_FLOW_DURATION] = &rows->flow[i].duration,
				[FV_FLOW_SOURCE] = &rows->flow[i].source,
				[FV_FLOW_DESTINATION] =
				    &rows->flow[i].destination,
				[FV_FLOW_DIRECTION] = &rows->flow[i].direction,
				[FV_FLOW_STACK] = &rows->flow[i].stack,
				[FV_FLOW_INITIAL_TCP_FLAGS] =
				    &rows->flow[i].initial_tcp_flags,
			},
		};

		CU_ASSERT_EQUAL(
		    fv_visits_add(&visits, &rows->context, &batch, &err), 0);
	}
	u = fv_units_new(&visits, &rows->context, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(u);
	fv_visits_free(&visits);
	return u;
}

static void
each_segment_is_a_host_with_a_name(void)
{
	struct fv_analysis_context context;
	char label[FV_ANALYSIS_LABEL];
	struct fv_units *u;
	struct trial rows;
	struct fv_err err;
	uint32_t host;

	u = make(&rows);
	context = rows.context;
	fv_units_enter(u, &context);
	CU_ASSERT_EQUAL_FATAL(context.nhosts, HOSTS + 1);
	CU_ASSERT_EQUAL(context.segment[0], 0);
	CU_ASSERT_EQUAL(context.segment[2], 1);
	CU_ASSERT_EQUAL(context.segment[HOSTS], 2);
	CU_ASSERT_TRUE(context.hosts[HOSTS].internal);
	fv_analysis_label(&context, HOSTS, label);
	CU_ASSERT_STRING_EQUAL(label, "192.0.2.2#2");
	fv_analysis_label(&context, 0, label);
	CU_ASSERT_STRING_EQUAL(label, "192.0.2.0");
	CU_ASSERT_EQUAL(
	    fv_analysis_find(&context, "192.0.2.2#2", &host, &err), 0);
	CU_ASSERT_EQUAL(host, HOSTS);
	/* Which of them? */
	CU_ASSERT_EQUAL(
	    fv_analysis_find(&context, "192.0.2.2", &host, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EUSAGE);
	fv_units_free(u);
	trial_free(&rows);
}

static void
rows_go_to_the_segment_that_began_last(void)
{
	const int64_t change = 8 * 3 * hour;
	const int64_t start[] = { INT64_MIN, 0, change - 1, change, change + 1,
		INT64_MAX, change, change };
	const uint32_t want[] = { 2, 2, 2, HOSTS, HOSTS, HOSTS, 0, 5 };
	uint32_t host[] = { 2, 2, 2, 2, 2, 2, 0, 5 };
	struct fv_units *u;
	struct trial rows;
	size_t i;

	u = make(&rows);
	fv_units_map(u, start, host, FV_COUNT(host));
	for (i = 0; i < FV_COUNT(host); i++)
		CU_ASSERT_EQUAL(host[i], want[i]);
	fv_units_free(u);
	trial_free(&rows);
}

static void
too_much_for_segments_is_an_error(void)
{
	struct fv_visits visits = { .full = true };
	struct trial rows;
	struct fv_err err = { FV_OK, "" };

	trial_make(&rows, 1, 1, 1);
	CU_ASSERT_PTR_NULL(fv_units_new(&visits, &rows.context, &err));
	CU_ASSERT_EQUAL(err.code, FV_ELIMIT);
	trial_free(&rows);
}

CU_TestInfo suite_units[] = {
	{ "each segment is a host with a name",
	    each_segment_is_a_host_with_a_name },
	{ "rows go to the segment that began last",
	    rows_go_to_the_segment_that_began_last },
	{ "too much for segments is an error",
	    too_much_for_segments_is_an_error },
	CU_TEST_INFO_NULL,
};

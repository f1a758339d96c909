#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/facts.h"
#include "tests/unit/release_bed.h"
#include "tests/unit/rows.h"

enum { FLOWS = 70000 }; /* more than a chunk */

/* Count once more, in another way, from the rows that were written. */
static void
counts_are_those_of_the_rows(void)
{
	struct fv_facts_sum total = { 0, 0, 0 }, tcp = total, out = total;
	char *directory = rows_directory();
	char *path = rows_path(directory, "a.h5");
	uint64_t i, internal = 0;
	struct fv_facts f;
	struct fv_host host;
	struct fv_flow flow;
	struct fv_err err;

	CU_ASSERT_EQUAL_FATAL(release_dataset(path, FLOWS, NULL, &err), 0);
	CU_ASSERT_EQUAL_FATAL(fv_facts_open(path, &f, &err), 0);
	for (i = 0; i < FLOWS; i++) {
		rows_flow(i, &flow);
		total.packets += flow.packets;
		total.bytes += flow.bytes;
		if (flow.protocol == 6) {
			tcp.records++;
			tcp.packets += flow.packets;
		}
		if (flow.direction == FV_DIRECTION_OUTBOUND)
			out.bytes += flow.bytes;
		/* What is said to divide all times does, and no more does. */
		CU_ASSERT_EQUAL(flow.start_time % f.resolution, 0);
	}
	for (i = 0; i < ROWS_HOSTS; i++) {
		rows_host(i, &host);
		internal += host.internal;
	}
	CU_ASSERT_EQUAL(f.total.records, FLOWS);
	CU_ASSERT_EQUAL(f.total.packets, total.packets);
	CU_ASSERT_EQUAL(f.total.bytes, total.bytes);
	CU_ASSERT_EQUAL(f.protocol[FV_FACTS_TCP].records, tcp.records);
	CU_ASSERT_EQUAL(f.protocol[FV_FACTS_TCP].packets, tcp.packets);
	CU_ASSERT_EQUAL(f.direction[FV_DIRECTION_OUTBOUND].bytes, out.bytes);
	CU_ASSERT_EQUAL(f.internal_hosts, internal);
	CU_ASSERT_EQUAL(f.rows[FV_TABLE_HOSTS], ROWS_HOSTS);
	CU_ASSERT_EQUAL(f.counter[FV_COUNT_READ], 1010 + 1011);
	CU_ASSERT_EQUAL(f.captures_of_side[FV_SIDE_BOTH], 1);
	CU_ASSERT_EQUAL(f.captures_of_side[FV_SIDE_OUTBOUND], 1);
	CU_ASSERT_EQUAL(f.nlink_types, 1);
	CU_ASSERT_EQUAL(f.link_types[0], 1);
	CU_ASSERT_EQUAL(f.snapshot_length, 96);
	CU_ASSERT_EQUAL(f.first, 1380000000000000000);
	CU_ASSERT_EQUAL(f.last, 1380003600000000000);
	CU_ASSERT_STRING_EQUAL(f.record_mode, "uniflow");
	CU_ASSERT_STRING_EQUAL(f.key_id, "00ff");
	CU_ASSERT(f.has_timeouts && f.idle_timeout == 1500000000);
	fv_facts_clear(&f);
	free(path);
	rows_remove(directory);
}

/* Twice one dataset is twice the numbers, and the same settings. */
static void
sums_are_of_both(void)
{
	struct fv_facts sum = { .record_mode = NULL };
	struct release_bed b;
	struct fv_err err;

	release_bed_make(&b);
	CU_ASSERT_EQUAL(fv_facts_add(&sum, &b.facts, &err), 0);
	CU_ASSERT_EQUAL(sum.total.bytes, b.facts.total.bytes);
	CU_ASSERT_EQUAL(sum.resolution, b.facts.resolution);
	b.facts.first -= 5;
	b.facts.last -= 5;
	b.facts.link_types[0] = 101;
	b.facts.resolution = 1;
	CU_ASSERT_EQUAL(fv_facts_add(&sum, &b.facts, &err), 0);
	CU_ASSERT_EQUAL(sum.total.bytes, 2 * b.facts.total.bytes);
	CU_ASSERT_EQUAL(sum.rows[FV_TABLE_FLOWS], 200);
	CU_ASSERT_EQUAL(sum.counter[FV_COUNT_READ], 2 * 2021);
	CU_ASSERT_EQUAL(sum.first, 1380000000000000000 - 5);
	CU_ASSERT_EQUAL(sum.last, 1380003600000000000);
	CU_ASSERT_EQUAL(sum.resolution, 1);
	CU_ASSERT_EQUAL(sum.nlink_types, 2);
	CU_ASSERT_EQUAL(sum.link_types[1], 101);
	CU_ASSERT_EQUAL(sum.nsites, 1);
	b.facts.idle_timeout++;
	CU_ASSERT_EQUAL(fv_facts_add(&sum, &b.facts, &err), -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "timeouts"));
	fv_facts_clear(&sum);
	release_bed_clear(&b);
}

static void
what_cannot_be_published_is_refused(void)
{
	static const struct {
		struct release_twist twist;
		const char *what;
	} cases[] = {
		{ { .lost = 1 }, "do not add up" },
		{ { .site = "at 10.1.2.3" }, "site 0" },
		{ { .key_id = "/home/x" }, "'key_id'" },
		{ { .attribute = "summary", .value = "kept in /srv/x" },
		    "'summary'" },
		{ { .attribute = "creator_name", .value = "root@probe" },
		    "'creator_name'" },
	};
	char *directory = rows_directory();
	char *path = rows_path(directory, "a.h5");
	struct fv_facts f;
	struct fv_err err;
	size_t i;

	for (i = 0; i < FV_COUNT(cases); i++) {
		CU_ASSERT_EQUAL_FATAL(
		    release_dataset(path, 10, &cases[i].twist, &err), 0);
		CU_ASSERT_EQUAL(fv_facts_open(path, &f, &err), -1);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, cases[i].what));
		fv_facts_clear(&f);
	}
	/* One that does not say how it was anonymized. */
	CU_ASSERT_EQUAL_FATAL(rows_write(path, 10, 10, 1, &err), 0);
	CU_ASSERT_EQUAL(fv_facts_open(path, &f, &err), -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "how its addresses"));
	fv_facts_clear(&f);
	free(path);
	rows_remove(directory);
}

CU_TestInfo suite_facts[] = {
	{ "counts are those of the rows", counts_are_those_of_the_rows },
	{ "sums are of both", sums_are_of_both },
	{ "what cannot be published is refused",
	    what_cannot_be_published_is_refused },
	CU_TEST_INFO_NULL,
};

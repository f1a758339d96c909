#include "tests/unit/suites.h"

#include <string.h>

#include "analysis/divergence.h"
#include "analysis/registry.h"
#include "tests/unit/oracle.h"

enum { UNITS = 20 };

/* Compare sites of UNITS addresses each that use ports ${a} and ${b}. */
static struct fv_result *
compare(uint16_t a, uint16_t b, size_t sites)
{
	struct fv_result *r;
	struct trial rows;
	struct fv_flow *f;
	size_t i;

	trial_make(&rows, 2 * UNITS, 2 * UNITS + 1, 1);
	rows.context.nsites = sites;
	for (i = 0; i <= 2 * UNITS; i++) {
		rows.host[i].internal = i < 2 * UNITS;
		rows.host[i].site = (uint32_t)(i % sites);
		rows.host[i].ip_version = i % 4 == 3 ? 6 : 4;
	}
	for (i = 0; i < 2 * UNITS; i++) {
		f = &rows.flow[i];
		memset(f, 0, sizeof(*f));
		f->source = (uint32_t)i;
		f->destination = 2 * UNITS;
		f->protocol = 6;
		f->destination_port = i % 2 == 0 ? a : b;
		f->direction = FV_DIRECTION_OUTBOUND;
		f->packets = 20 + i;
		f->bytes = 100;
	}
	rows.flow[0].protocol = 41;
	rows.flow[2].protocol = 1;
	rows.flow[2].icmp_type = 3;
	r = trial_run(&fv_site_comparison_analysis, &rows, 3, TRIAL_PAIRS, 1);
	trial_free(&rows);
	return r;
}

static void
sites_alike_and_different_are_told_apart(void)
{
	struct fv_result *r = compare(80, 80, 2);
	const struct fv_result_table *t = trial_table(r, "R28f", "distances");

	CU_ASSERT_STRING_EQUAL(trial_cell(t, 0, "verdict")->text, "alike");
	fv_result_free(r);
	r = compare(80, 22, 2);
	t = trial_table(r, "R28f", "distances");
	CU_ASSERT_EQUAL_FATAL(fv_result_rows(t), 1);
	CU_ASSERT_STRING_EQUAL(trial_cell(t, 0, "verdict")->text, "different");
	CU_ASSERT_EQUAL(trial_cell(t, 0, "distance")->part, 1000);
	fv_result_free(r);
	r = compare(80, 22, 1);
	CU_ASSERT_PTR_NULL(trial_table(r, "R28f", "distances"));
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(trial_section(r, "R28f")->note[0], "nothing to compare"));
	fv_result_free(r);
}

static void
ways_of_ipv6_and_errors_are_counted_by_site(void)
{
	struct fv_result *r = compare(80, 80, 2);
	const struct fv_result_table *t = trial_table(r, "R28f", "ways");

	CU_ASSERT_EQUAL_FATAL(fv_result_rows(t), 8);
	CU_ASSERT_EQUAL(trial_cell(t, 1, "count")->part, 0);
	CU_ASSERT_EQUAL(trial_cell(t, 2, "count")->part, 20);
	/* 3, 7, ... 39 are of the second site. */
	CU_ASSERT_EQUAL(trial_cell(t, 5, "count")->part, 10 * 20 + 210);
	oracle_check(r, "R28f", "icmp_errors", 22);
	t = trial_table(r, "R28f", "icmp_errors");
	CU_ASSERT_STRING_EQUAL(trial_cell(t, 0, "error")->text, "unreachable");
	fv_result_free(r);
}

static void
distances_are_those_of_jensen_and_shannon(void)
{
	static const uint32_t half[] = { 500000, 500000 },
			      all[] = { 1000000, 0 };
	const uint32_t *a[UNITS], *b[UNITS];
	struct fv_divergence_group one = { a, UNITS }, two = { b, UNITS };
	struct fv_divergence d, again;
	struct fv_err err;
	size_t i;

	for (i = 0; i < UNITS; i++) {
		a[i] = half;
		b[i] = all;
	}
	CU_ASSERT_EQUAL(fv_divergence_find(&one, &two, 2, &d, &err), 0);
	/* sqrt(1.5 - 0.75 log2 3) */
	CU_ASSERT_EQUAL(d.distance, 558);
	CU_ASSERT_EQUAL(d.low, 558);
	CU_ASSERT_EQUAL(d.high, 558);
	CU_ASSERT(d.chance < d.distance);
	CU_ASSERT_EQUAL(fv_divergence_find(&two, &one, 2, &again, &err), 0);
	CU_ASSERT_EQUAL(again.distance, d.distance);
	for (i = 0; i < UNITS; i += 2) {
		a[i] = all;
		b[i] = half;
	}
	CU_ASSERT_EQUAL(fv_divergence_find(&one, &two, 2, &d, &err), 0);
	CU_ASSERT_EQUAL(d.distance, 0);
	CU_ASSERT(d.high > 0);
	CU_ASSERT(d.chance > 0);
}

static void
a_word_may_name_several_results(void)
{
	size_t i, n = 0;

	for (i = 0; i < FV_REGISTRY_COUNT; i++)
		n += fv_registry_gives(fv_registry[i], "R28");
	CU_ASSERT_EQUAL(n, 6);
	CU_ASSERT_FALSE(fv_registry_gives(&fv_beacons_analysis, "R2"));
	CU_ASSERT_TRUE(fv_registry_gives(&fv_beacons_analysis, "R28e"));
	CU_ASSERT_FALSE(fv_registry_gives(&fv_beacons_analysis, "R28a"));
	CU_ASSERT_PTR_EQUAL(
	    fv_registry_find("R28f"), &fv_site_comparison_analysis);
}

static void
any_split_gives_the_same_bytes(void)
{
	trial_check_laws(&fv_site_comparison_analysis);
}

CU_TestInfo suite_site_comparison[] = {
	{ "sites alike and different are told apart",
	    sites_alike_and_different_are_told_apart },
	{ "ways of IPv6 and errors are counted by site",
	    ways_of_ipv6_and_errors_are_counted_by_site },
	{ "distances are those of Jensen and Shannon",
	    distances_are_those_of_jensen_and_shannon },
	{ "a word may name several results", a_word_may_name_several_results },
	{ "any split gives the same bytes", any_split_gives_the_same_bytes },
	CU_TEST_INFO_NULL,
};

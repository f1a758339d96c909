#include "tests/unit/suites.h"

#include <string.h>

#include "analysis/insiders.h"
#include "analysis/registry.h"
#include "analysis/regularity.h"
#include "tests/unit/oracle.h"

enum { HOSTS = 30, SYN = 2 };

static void
set(struct fv_flow *f, int64_t seconds, uint32_t from, uint8_t protocol)
{
	memset(f, 0, sizeof(*f));
	f->start_time = seconds * (FV_INSIDERS_MINUTE / 60);
	f->source = from;
	f->destination = HOSTS;
	f->destination_port = 8443;
	f->direction = FV_DIRECTION_OUTBOUND;
	f->protocol = protocol;
	f->initial_tcp_flags = protocol == 6 ? SYN : 0;
	f->packets = 1;
	f->bytes = 60;
	f->stack = FV_NO_ROW;
}

/*
 * How many beacons there are when the first hosts send every so often, in
 * records of a kind, with times that ${seed} shifts.
 */
static uint64_t
beacons_of(enum fv_analysis_records records, uint64_t seed, size_t n,
    int64_t every, int64_t jitter, uint32_t hosts, uint8_t protocol)
{
	struct fv_result *r;
	struct trial rows;
	uint64_t found;
	size_t i;

	trial_make(&rows, n * hosts + HOSTS, HOSTS + 1, 1);
	rows.context.records = records;
	for (i = 0; i <= HOSTS; i++) {
		rows.host[i].internal = i < HOSTS;
		rows.host[i].address_class = FV_ADDRESS_PUBLIC;
	}
	for (i = 0; i < n * hosts; i++)
		set(&rows.flow[i],
		    (int64_t)(i / hosts) * every +
			(int64_t)(trial_random(&seed) % (uint64_t)(jitter + 1)),
		    (uint32_t)(i % hosts), protocol);
	for (i = 0; i < HOSTS; i++) { /* all are active */
		set(&rows.flow[n * hosts + i], 0, (uint32_t)i, 1);
	}
	r = trial_run(&fv_beacons_analysis, &rows, 3, TRIAL_PAIRS, 2);
	found = (uint64_t)trial_fact(r, "R28e", "beacons")->part;
	fv_result_free(r);
	trial_free(&rows);
	return found;
}

static uint64_t
beacons(
    size_t n, int64_t every, int64_t jitter, uint32_t hosts, uint8_t protocol)
{
	return beacons_of(
	    FV_ANALYSIS_RECORDS_UNIFLOW, 7, n, every, jitter, hosts, protocol);
}

/* Two hosts call the same far address: ranks are of addresses, not of rows. */
static void
an_address_has_one_rank_in_all_rows(void)
{
	const struct fv_result_table *t;
	struct fv_result *r;
	struct trial rows;
	size_t i;

	trial_make(&rows, 80 + HOSTS, HOSTS + 1, 1);
	for (i = 0; i <= HOSTS; i++) {
		rows.host[i].internal = i < HOSTS;
		rows.host[i].address_class = FV_ADDRESS_PUBLIC;
	}
	for (i = 0; i < 80; i++)
		set(&rows.flow[i], (int64_t)(i / 2) * 900, (uint32_t)(i % 2),
		    6);
	for (i = 0; i < HOSTS; i++)
		set(&rows.flow[80 + i], 0, (uint32_t)i, 1);
	r = trial_run(&fv_beacons_analysis, &rows, 3, TRIAL_PAIRS, 2);
	t = trial_table(r, "R28e", "beacons");
	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	CU_ASSERT_EQUAL_FATAL(fv_result_rows(t), 2);
	CU_ASSERT_EQUAL(trial_cell(t, 0, "host")->part, 1);
	CU_ASSERT_EQUAL(trial_cell(t, 0, "peer")->part, 2);
	CU_ASSERT_EQUAL(trial_cell(t, 1, "host")->part, 3);
	CU_ASSERT_EQUAL(trial_cell(t, 1, "peer")->part, 2);
	fv_result_free(r);
	trial_free(&rows);
}

/* Where bytes are not known, too, and whichever way the jitter leans. */
static void
clockwork_is_found_whatever_its_jitter(void)
{
	uint64_t seed, found = 0;

	for (seed = 1; seed <= 40; seed++)
		found += beacons_of(
		    FV_ANALYSIS_RECORDS_PRIMITIVE, seed, 40, 900, 30, 1, 6);
	CU_ASSERT_EQUAL(found, 40);
}

/* All records have 60 bytes; that alone is no clockwork. */
static void
equal_bytes_do_not_make_a_beacon(void)
{
	uint64_t seed, found = 0;

	for (seed = 1; seed <= 40; seed++)
		found += beacons_of(
		    FV_ANALYSIS_RECORDS_UNIFLOW, seed, 60, 60, 100000, 1, 6);
	CU_ASSERT_EQUAL(found, 0);
}

static void
clockwork_is_found_and_chance_is_not(void)
{
	CU_ASSERT_EQUAL(beacons(40, 900, 0, 1, 6), 1);
	CU_ASSERT_EQUAL(beacons(40, 900, 60, 1, 6), 1);
	CU_ASSERT_EQUAL(beacons(40, 900, 0, 1, 17), 1);
	CU_ASSERT_EQUAL(beacons(40, 900, 20000, 1, 6), 0);
	CU_ASSERT_EQUAL(beacons(23, 3600, 0, 1, 6), 0); /* too few */
	CU_ASSERT_EQUAL(beacons(24, 3600, 0, 1, 6), 1);
	CU_ASSERT_EQUAL(beacons(40, 300, 0, 1, 6), 0);   /* below 6 hours */
	CU_ASSERT_EQUAL(beacons(400, 120, 0, 1, 17), 0); /* a stream */
	CU_ASSERT_EQUAL(beacons(400, 120, 0, 1, 6), 1);
}

static void
what_a_tenth_of_all_use_is_left_out(void)
{
	CU_ASSERT_EQUAL(beacons(40, 900, 0, 3, 6), 3);
	CU_ASSERT_EQUAL(beacons(40, 900, 0, 4, 6), 0);
}

static void
regularity_is_skewness_and_deviation(void)
{
	uint64_t same[] = { 5, 5, 5, 5 }, other[8], median;
	uint64_t some[] = { 100, 90, 110, 10, 200 };
	uint64_t one[] = { 0 }, tight[] = { 109, 100, 101, 100, 109 };

	CU_ASSERT_EQUAL(fv_regularity(same, 4, other, &median), 1000);
	CU_ASSERT_EQUAL(median, 5);
	/* Quartiles 100, 101 and 109: skewed, but by less than a tenth. */
	CU_ASSERT_EQUAL(fv_regularity(tight, 5, other, &median), 995);
	/* Quartiles 90, 100, 110: no skew; deviations 0 10 10 90 100. */
	CU_ASSERT_EQUAL(fv_regularity(some, 5, other, &median), 950);
	CU_ASSERT_EQUAL(median, 100);
	CU_ASSERT_EQUAL(fv_regularity(one, 1, other, &median), 1000);
}

static void
any_split_gives_the_same_bytes(void)
{
	trial_check_laws(&fv_beacons_analysis);
}

CU_TestInfo suite_beacons[] = {
	{ "an address has one rank in all rows",
	    an_address_has_one_rank_in_all_rows },
	{ "clockwork is found and chance is not",
	    clockwork_is_found_and_chance_is_not },
	{ "clockwork is found whatever its jitter",
	    clockwork_is_found_whatever_its_jitter },
	{ "equal bytes do not make a beacon",
	    equal_bytes_do_not_make_a_beacon },
	{ "what a tenth of all use is left out",
	    what_a_tenth_of_all_use_is_left_out },
	{ "regularity is skewness and deviation",
	    regularity_is_skewness_and_deviation },
	{ "any split gives the same bytes", any_split_gives_the_same_bytes },
	CU_TEST_INFO_NULL,
};

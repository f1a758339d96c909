#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/registry.h"
#include "tests/unit/trial.h"

enum { HOSTS = 60 };

/* What each host sent, counted the slow and obvious way. */
struct expected {
	uint64_t bytes[HOSTS];
	uint64_t packets[HOSTS];
	uint64_t records[HOSTS];
	int64_t first[HOSTS];
	uint64_t all;
	size_t senders;
};

static void
count(
    const struct trial *rows, bool outbound, bool internal, struct expected *e)
{
	const struct fv_flow *f;
	size_t i;

	memset(e, 0, sizeof(*e));
	for (i = 0; i < rows->n; i++) {
		f = &rows->flow[i];
		if (outbound && f->direction != FV_DIRECTION_OUTBOUND)
			continue;
		if (internal && !rows->host[f->source].internal)
			continue;
		if (e->records[f->source] == 0) {
			e->senders++;
			e->first[f->source] = f->start_time;
		}
		if (f->start_time < e->first[f->source])
			e->first[f->source] = f->start_time;
		e->records[f->source]++;
		e->packets[f->source] += f->packets;
		e->bytes[f->source] += f->bytes;
		e->all += f->bytes;
	}
}

/* Whether host ${a} ranks before ${b}: bytes, then time, then number. */
static bool
before(const struct expected *e, size_t a, size_t b)
{
	if (e->bytes[a] != e->bytes[b])
		return e->bytes[a] > e->bytes[b];
	if (e->first[a] != e->first[b])
		return e->first[a] < e->first[b];
	return a < b;
}

/* How many senders rank before ${host}. */
static size_t
rank_of(const struct expected *e, size_t host)
{
	size_t i, n = 0;

	for (i = 0; i < HOSTS; i++)
		n += e->records[i] > 0 && i != host && before(e, i, host);
	return n;
}

static void
check_ranking(const struct trial *rows, const struct expected *e,
    const struct fv_result *r)
{
	const struct fv_result_table *t = trial_table(r, "R06", "hosts");
	size_t host, rank, listed = 0;

	for (host = 0; host < HOSTS; host++) {
		if (e->records[host] == 0)
			continue;
		rank = rank_of(e, host);
		if (rank >= fv_result_rows(t))
			continue;
		listed++;
		CU_ASSERT_STRING_EQUAL(trial_cell(t, rank, "host")->text,
		    rows->host[host].address);
		CU_ASSERT(trial_cell(t, rank, "host")->part == rank + 1);
		CU_ASSERT(trial_cell(t, rank, "bytes")->part == e->bytes[host]);
		CU_ASSERT(
		    trial_cell(t, rank, "packets")->part == e->packets[host]);
		trial_check_share(
		    trial_cell(t, rank, "share"), e->bytes[host], e->all);
	}
	CU_ASSERT_EQUAL(listed, fv_result_rows(t));
	CU_ASSERT_EQUAL(listed, e->senders);
	CU_ASSERT_EQUAL(
	    fv_result_visible(t), e->senders < 20 ? e->senders : 20);
}

/*
 * Gini by its definition, the mean difference over twice the mean, against
 * the ratio that was found: part/whole = differences/(2 n all).
 */
static void
check_concentration(const struct expected *e, const struct fv_result *r)
{
	const struct fv_result_cell *g = trial_fact(r, "R07", "gini");
	uint64_t differences = 0, top_10 = 0, top_1 = 0, carried = 0;
	uint64_t of_rank[HOSTS] = { 0 };
	size_t i, j, half = 0;

	for (i = 0; i < HOSTS; i++) {
		if (e->records[i] == 0)
			continue;
		of_rank[rank_of(e, i)] = e->bytes[i];
		top_1 = e->bytes[i] > top_1 ? e->bytes[i] : top_1;
		if (rank_of(e, i) < 10)
			top_10 += e->bytes[i];
		for (j = 0; j < HOSTS; j++)
			if (e->records[j] > 0)
				differences += e->bytes[i] > e->bytes[j]
				    ? e->bytes[i] - e->bytes[j]
				    : e->bytes[j] - e->bytes[i];
	}
	while (2 * carried < e->all)
		carried += of_rank[half++];
	CU_ASSERT(g->part * 2 * e->senders * e->all == g->whole * differences);
	trial_check_share(trial_fact(r, "R07", "top_1"), top_1, e->all);
	trial_check_share(trial_fact(r, "R07", "top_10"), top_10, e->all);
	CU_ASSERT(trial_fact(r, "R07", "half")->part == half);
}

static void
ranking_agrees_with_a_plain_count(void)
{
	struct expected e, outbound;
	struct fv_result *r;
	struct trial rows;
	uint64_t seed;

	for (seed = 0; seed < 5; seed++) {
		trial_make(&rows, 150 << 2 * seed / 2, HOSTS, seed);
		count(&rows, true, true, &e);
		count(&rows, true, false, &outbound);
		r = trial_run(
		    &fv_volumes_analysis, &rows, 3, TRIAL_BACKWARD, seed);
		check_ranking(&rows, &e, r);
		check_concentration(&e, r);
		CU_ASSERT(trial_fact(r, "R06", "hosts")->part == e.senders);
		CU_ASSERT(trial_fact(r, "R06", "bytes")->part == e.all);
		CU_ASSERT(trial_fact(r, "R06", "other_sources")->part ==
		    outbound.senders - e.senders);
		trial_check_share(trial_fact(r, "R06", "other_bytes_share"),
		    outbound.all - e.all, outbound.all);
		fv_result_free(r);
		trial_free(&rows);
	}
}

static void
without_outbound_records_all_sources_are_ranked_and_it_says_so(void)
{
	struct fv_result *r;
	struct expected e;
	struct trial rows;
	size_t i;

	trial_make(&rows, 500, HOSTS, 3);
	for (i = 0; i < rows.n; i++)
		rows.flow[i].direction = FV_DIRECTION_UNKNOWN;
	count(&rows, false, false, &e);
	r = trial_run(&fv_volumes_analysis, &rows, 2, TRIAL_FORWARD, 1);
	check_ranking(&rows, &e, r);
	check_concentration(&e, r);
	CU_ASSERT_STRING_EQUAL(
	    trial_fact(r, "R06", "records")->text, "all records");
	CU_ASSERT_PTR_NOT_NULL(strstr(trial_section(r, "R06")->note[0],
	    "No record of this dataset is known to be outbound"));
	fv_result_free(r);
	trial_free(&rows);
}

static void
without_internal_hosts_all_outbound_sources_are_ranked(void)
{
	struct fv_result *r;
	struct expected e;
	struct trial rows;
	size_t i;

	trial_make(&rows, 500, HOSTS, 3);
	for (i = 0; i < HOSTS; i++)
		rows.host[i].internal = 0;
	count(&rows, true, false, &e);
	r = trial_run(&fv_volumes_analysis, &rows, 2, TRIAL_FORWARD, 1);
	check_ranking(&rows, &e, r);
	CU_ASSERT_PTR_NOT_NULL(strstr(trial_section(r, "R06")->note[0],
	    "No host that sent outbound records is marked internal"));
	fv_result_free(r);
	trial_free(&rows);
}

/* Hosts that all send the same, and one that sends all. */
static void
gini_is_nought_for_equals_and_near_one_for_one(void)
{
	const struct fv_result_cell *g;
	struct fv_result *r;
	struct trial rows;
	size_t i;

	trial_make(&rows, 10, 10, 1);
	for (i = 0; i < 10; i++) {
		rows.host[i].internal = 1;
		rows.flow[i].direction = FV_DIRECTION_OUTBOUND;
		rows.flow[i].source = (uint32_t)i;
		rows.flow[i].bytes = 77;
	}
	r = trial_run(&fv_volumes_analysis, &rows, 1, TRIAL_FORWARD, 1);
	g = trial_fact(r, "R07", "gini");
	CU_ASSERT(g->part == 0 && g->whole == 1);
	fv_result_free(r);
	for (i = 1; i < 10; i++)
		rows.flow[i].bytes = 0;
	r = trial_run(&fv_volumes_analysis, &rows, 1, TRIAL_FORWARD, 1);
	g = trial_fact(r, "R07", "gini");
	CU_ASSERT(g->part == 9 && g->whole == 10);
	CU_ASSERT(trial_fact(r, "R07", "half")->part == 1);
	fv_result_free(r);
	trial_free(&rows);
}

/* Of 5 bytes, the host with 2 carries less than half. */
static void
half_of_an_odd_sum_is_the_larger_half(void)
{
	static const uint64_t bytes[] = { 2, 2, 1 };
	struct fv_result *r;
	struct trial rows;
	size_t i;

	trial_make(&rows, 3, 3, 1);
	for (i = 0; i < 3; i++) {
		rows.host[i].internal = 1;
		rows.flow[i].direction = FV_DIRECTION_OUTBOUND;
		rows.flow[i].source = (uint32_t)i;
		rows.flow[i].bytes = bytes[i];
	}
	r = trial_run(&fv_volumes_analysis, &rows, 1, TRIAL_FORWARD, 1);
	CU_ASSERT(trial_fact(r, "R07", "half")->part == 2);
	CU_ASSERT(trial_fact(r, "R06", "median")->part == 2);
	fv_result_free(r);
	trial_free(&rows);
}

/* The largest sums that 64 bits hold do not overflow the Gini. */
static void
gini_holds_for_huge_volumes(void)
{
	const struct fv_result_cell *g;
	struct fv_result *r;
	struct trial rows;
	size_t i;

	trial_make(&rows, 4, 4, 1);
	for (i = 0; i < 4; i++) {
		rows.host[i].internal = 1;
		rows.flow[i].direction = FV_DIRECTION_OUTBOUND;
		rows.flow[i].source = (uint32_t)i;
		rows.flow[i].bytes = i < 2 ? UINT64_MAX / 2 : 0;
	}
	r = trial_run(&fv_volumes_analysis, &rows, 1, TRIAL_FORWARD, 1);
	g = trial_fact(r, "R07", "gini");
	CU_ASSERT(g->part == 1 && g->whole == 2);
	trial_check_share(
	    trial_fact(r, "R07", "top_1"), UINT64_MAX / 2, UINT64_MAX - 1);
	fv_result_free(r);
	trial_free(&rows);
}

static void
sites_tell_equal_addresses_apart(void)
{
	struct fv_result *r;
	struct trial rows;

	trial_make(&rows, 1, 2, 1);
	rows.context.nsites = 2;
	rows.flow[0].source = 0;
	rows.flow[0].direction = FV_DIRECTION_OUTBOUND;
	rows.host[0].site = 1;
	rows.host[0].internal = 1;
	r = trial_run(&fv_volumes_analysis, &rows, 1, TRIAL_FORWARD, 1);
	CU_ASSERT_STRING_EQUAL(
	    trial_cell(trial_table(r, "R06", "hosts"), 0, "host")->text,
	    "192.0.2.0 at airport");
	fv_result_free(r);
	trial_free(&rows);
}

static void
any_split_gives_the_same_bytes(void)
{
	trial_check_laws(&fv_volumes_analysis);
}

CU_TestInfo suite_volumes[] = {
	{ "ranking agrees with a plain count",
	    ranking_agrees_with_a_plain_count },
	{ "without outbound records all sources are ranked and it says so",
	    without_outbound_records_all_sources_are_ranked_and_it_says_so },
	{ "without internal hosts all outbound sources are ranked",
	    without_internal_hosts_all_outbound_sources_are_ranked },
	{ "Gini is nought for equals and near one for one",
	    gini_is_nought_for_equals_and_near_one_for_one },
	{ "half of an odd sum is the larger half",
	    half_of_an_odd_sum_is_the_larger_half },
	{ "Gini holds for huge volumes", gini_holds_for_huge_volumes },
	{ "sites tell equal addresses apart",
	    sites_tell_equal_addresses_apart },
	{ "any split gives the same bytes", any_split_gives_the_same_bytes },
	CU_TEST_INFO_NULL,
};

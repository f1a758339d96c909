#include "tests/unit/suites.h"

#include <string.h>

#include "analysis/registry.h"
#include "tests/unit/oracle.h"

enum { HOST, OUTWARD, ALL };

/* Packets of ${protocol}, or of all with 256. */
static uint64_t
count(
    const struct trial *rows, int population, uint32_t host, unsigned protocol)
{
	const struct fv_flow *f;
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < rows->n; i++) {
		f = &rows->flow[i];
		if ((population == HOST && !oracle_of(rows, i, host)) ||
		    (population == OUTWARD &&
			f->direction != FV_DIRECTION_OUTBOUND) ||
		    (protocol < 256 && f->protocol != protocol))
			continue;
		sum += f->packets;
	}
	return sum;
}

static void
shares_and_their_ratios_are_as_a_plain_count_has_them(void)
{
	const struct fv_result_table *t;
	struct fv_result *r;
	struct trial rows;
	uint64_t n[3], icmp[3];
	uint32_t host;
	unsigned p;
	size_t i;
	int k;

	trial_make(&rows, 3000, 10, 3);
	host = oracle_suspect(&rows);
	r = trial_run(&fv_host_protocols_analysis, &rows, 3, TRIAL_PAIRS, 1);
	oracle_check_host(&rows, r, "R24", host);
	for (k = HOST; k <= ALL; k++) {
		n[k] = count(&rows, k, host, 256);
		icmp[k] = count(&rows, k, host, 1);
	}
	oracle_check(r, "R24", "packets", n[HOST]);
	trial_check_share(
	    trial_fact(r, "R24", "tcp"), count(&rows, HOST, host, 6), n[HOST]);
	trial_check_share(
	    trial_fact(r, "R24", "igmp"), count(&rows, HOST, host, 2), n[HOST]);
	t = trial_table(r, "R24", "protocols");
	for (i = 0; i < fv_result_rows(t); i++) {
		p = (unsigned)trial_cell(t, i, "number")->part;
		trial_check_share(trial_cell(t, i, "host"),
		    count(&rows, HOST, host, p), n[HOST]);
		trial_check_share(trial_cell(t, i, "outward"),
		    count(&rows, OUTWARD, host, p), n[OUTWARD]);
		trial_check_share(trial_cell(t, i, "all"),
		    count(&rows, ALL, host, p), n[ALL]);
	}
	CU_ASSERT(icmp[HOST] > 0);
	trial_check_share(
	    trial_fact(r, "R25", "host_icmp"), icmp[HOST], n[HOST]);
	trial_check_share(
	    trial_fact(r, "R25", "outward_icmp"), icmp[OUTWARD], n[OUTWARD]);
	trial_check_share(trial_fact(r, "R25", "all_icmp"), icmp[ALL], n[ALL]);
	t = trial_table(r, "R25", "shares");
	CU_ASSERT_EQUAL_FATAL(fv_result_rows(t), 3);
	trial_check_share(trial_cell(t, 0, "share"), icmp[HOST], n[HOST]);
	trial_check_share(trial_cell(t, 1, "share"), icmp[OUTWARD], n[OUTWARD]);
	trial_check_share(trial_cell(t, 2, "share"), icmp[ALL], n[ALL]);
	CU_ASSERT(trial_cell(t, 1, "icmp")->part == icmp[OUTWARD]);
	oracle_check_ratio(r, "R25", "ratio_outward", icmp[HOST] * n[OUTWARD],
	    n[HOST] * icmp[OUTWARD]);
	oracle_check_ratio(
	    r, "R25", "ratio_all", icmp[HOST] * n[ALL], n[HOST] * icmp[ALL]);
	fv_result_free(r);
	trial_free(&rows);
}

static void
without_any_icmp_the_ratio_is_none(void)
{
	struct fv_result *r;
	struct trial rows;
	size_t i;

	trial_make(&rows, 50, 4, 3);
	for (i = 0; i < rows.n; i++) {
		rows.flow[i].protocol = 6;
		rows.flow[i].source = 0;
		rows.flow[i].direction = FV_DIRECTION_OUTBOUND;
	}
	rows.host[0].internal = 1;
	r = trial_run(&fv_host_protocols_analysis, &rows, 1, TRIAL_FORWARD, 1);
	CU_ASSERT(trial_fact(r, "R25", "ratio_all")->whole == 0);
	fv_result_free(r);
	trial_free(&rows);
}

static void
any_split_gives_the_same_bytes(void)
{
	trial_check_laws(&fv_host_protocols_analysis);
}

CU_TestInfo suite_host_protocols[] = {
	{ "shares and their ratios are as a plain count has them",
	    shares_and_their_ratios_are_as_a_plain_count_has_them },
	{ "without any ICMP the ratio is none",
	    without_any_icmp_the_ratio_is_none },
	{ "any split gives the same bytes", any_split_gives_the_same_bytes },
	CU_TEST_INFO_NULL,
};

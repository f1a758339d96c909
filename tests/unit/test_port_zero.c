#include "tests/unit/suites.h"

#include <string.h>

#include "analysis/registry.h"
#include "tests/unit/oracle.h"

/* What rwptoflow writes as destination port. */
static unsigned
slides_port(const struct fv_flow *f)
{
	if ((f->protocol == 1 || f->protocol == 58) &&
	    f->fragment != FV_FRAGMENT_LATER)
		return f->icmp_type * 256u + f->icmp_code;
	return f->destination_port;
}

struct expected {
	uint64_t all, here, slides, icmp;
};

/* Of ${protocol}, or of all with 256. */
static struct expected
count(const struct trial *rows, bool outbound, unsigned protocol)
{
	struct expected e = { 0, 0, 0, 0 };
	const struct fv_flow *f;
	size_t i;

	for (i = 0; i < rows->n; i++) {
		f = &rows->flow[i];
		if ((outbound && f->direction != FV_DIRECTION_OUTBOUND) ||
		    (protocol < 256 && f->protocol != protocol))
			continue;
		e.all += f->packets;
		if (f->destination_port == 0)
			e.here += f->packets;
		if (slides_port(f) != 0)
			continue;
		e.slides += f->packets;
		if (f->protocol == 1 || f->protocol == 58)
			e.icmp += f->packets;
	}
	return e;
}

static void
check(const struct trial *rows, bool outbound)
{
	struct expected e = count(rows, outbound, 256), p;
	const struct fv_result_table *t;
	struct fv_result *r;
	uint64_t here = 0;
	size_t i;

	r = trial_run(&fv_port_zero_analysis, rows, 2, TRIAL_FORWARD, 1);
	trial_check_share(trial_fact(r, "R11", "here"), e.here, e.all);
	trial_check_share(trial_fact(r, "R11", "slides"), e.slides, e.all);
	trial_check_share(trial_fact(r, "R11", "icmp"), e.icmp, e.slides);
	CU_ASSERT(e.icmp > 0 && e.icmp < e.slides && e.slides < e.here);
	CU_ASSERT_STRING_EQUAL(trial_fact(r, "R11", "records")->text,
	    outbound ? "outbound records" : "all records");
	t = trial_table(r, "R11", "protocols");
	for (i = 0; i < fv_result_rows(t); i++) {
		p = count(
		    rows, outbound, (unsigned)trial_cell(t, i, "number")->part);
		CU_ASSERT(trial_cell(t, i, "here")->part == p.here);
		CU_ASSERT(trial_cell(t, i, "slides")->part == p.slides);
		here += p.here;
	}
	CU_ASSERT_EQUAL(here, e.here);
	fv_result_free(r);
}

static void
port_zero_is_counted_both_ways(void)
{
	struct trial rows;
	size_t i;

	trial_make(&rows, 3000, 20, 7);
	check(&rows, true);
	for (i = 0; i < rows.n; i++)
		rows.flow[i].direction = FV_DIRECTION_UNKNOWN;
	check(&rows, false);
	trial_free(&rows);
}

static void
any_split_gives_the_same_bytes(void)
{
	trial_check_laws(&fv_port_zero_analysis);
}

CU_TestInfo suite_port_zero[] = {
	{ "port 0 is counted both ways", port_zero_is_counted_both_ways },
	{ "any split gives the same bytes", any_split_gives_the_same_bytes },
	CU_TEST_INFO_NULL,
};

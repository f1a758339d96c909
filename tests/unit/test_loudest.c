#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/registry.h"
#include "tests/unit/oracle.h"

enum { HOSTS = 60 };

/* Packets of ${host} by port, of TCP and UDP. */
struct ports {
	uint64_t source[65536], destination[65536];
	uint64_t udp[65536]; /* by destination */
	uint64_t all, with_port;
};

static void
count(const struct trial *rows, bool outbound, uint32_t host, struct ports *p)
{
	const struct fv_flow *f;
	size_t i;

	memset(p, 0, sizeof(*p));
	for (i = 0; i < rows->n; i++) {
		f = &rows->flow[i];
		if (f->source != host ||
		    (outbound && f->direction != FV_DIRECTION_OUTBOUND))
			continue;
		p->all += f->packets;
		if ((f->protocol != 6 && f->protocol != 17) ||
		    (f->source_port == 0 && f->destination_port == 0))
			continue;
		p->with_port += f->packets;
		p->source[f->source_port] += f->packets;
		p->destination[f->destination_port] += f->packets;
		if (f->protocol == 17)
			p->udp[f->destination_port] += f->packets;
	}
}

/* The first of R06, which has its own test. */
static uint32_t
loudest(const struct trial *rows)
{
	struct fv_result *r;
	const char *label;
	uint32_t i;

	r = trial_run(&fv_volumes_analysis, rows, 1, TRIAL_FORWARD, 1);
	label = trial_cell(trial_table(r, "R06", "hosts"), 0, "host")->text;
	for (i = 0; strcmp(rows->host[i].address, label) != 0; i++)
		;
	fv_result_free(r);
	return i;
}

static void
check_table(const struct fv_result_table *t, const uint64_t *packets,
    uint64_t with_port)
{
	uint64_t last = UINT64_MAX, n;
	size_t i, larger = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	for (i = 0; i < fv_result_rows(t); i++) {
		n = packets[trial_cell(t, i, "port")->part];
		CU_ASSERT(n > 0 && n <= last);
		CU_ASSERT(trial_cell(t, i, "packets")->part == n);
		trial_check_share(trial_cell(t, i, "share"), n, with_port);
		last = n;
	}
	for (i = 0; i < 65536; i++)
		larger += packets[i] > last;
	CU_ASSERT(larger < fv_result_rows(t));
}

static void
check(const struct trial *rows, bool outbound)
{
	struct ports *p = calloc(1, sizeof(*p));
	uint32_t host = loudest(rows);
	const struct fv_result_table *t;
	struct fv_result *r;

	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	count(rows, outbound, host, p);
	r = trial_run(&fv_loudest_analysis, rows, 3, TRIAL_FORWARD, 1);
	oracle_check_host(rows, r, "R08", host);
	oracle_check(r, "R08", "packets", p->all);
	trial_check_share(
	    trial_fact(r, "R08", "vrml"), p->destination[4204], p->all);
	t = trial_table(r, "R08", "destination_ports");
	check_table(t, p->destination, p->with_port);
	trial_check_share(trial_cell(t, 0, "udp_share"),
	    p->udp[trial_cell(t, 0, "port")->part],
	    (uint64_t)trial_cell(t, 0, "packets")->part);
	check_table(
	    trial_table(r, "R08", "source_ports"), p->source, p->with_port);
	fv_result_free(r);
	free(p);
}

static void
its_ports_are_as_a_plain_count_has_them(void)
{
	struct trial rows;
	size_t i;

	trial_make(&rows, 3000, HOSTS, 12);
	check(&rows, true);
	/* No record is known to be outbound: whoever sends is ranked. */
	for (i = 0; i < rows.n; i++)
		rows.flow[i].direction = FV_DIRECTION_UNKNOWN;
	check(&rows, false);
	trial_free(&rows);
}

static void
any_split_gives_the_same_bytes(void)
{
	trial_check_laws(&fv_loudest_analysis);
}

CU_TestInfo suite_loudest[] = {
	{ "its ports are as a plain count has them",
	    its_ports_are_as_a_plain_count_has_them },
	{ "any split gives the same bytes", any_split_gives_the_same_bytes },
	CU_TEST_INFO_NULL,
};

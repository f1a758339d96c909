#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/registry.h"
#include "tests/unit/oracle.h"

enum { HOSTS = 60 };

/* Packets of one side's ports of the suspect. */
struct ports {
	uint64_t packets[65536];
	uint64_t all;
	size_t used, high;
	uint32_t mode;
};

static void
count(const struct trial *rows, uint32_t host, bool source, struct ports *p)
{
	const struct fv_flow *f;
	bool used[65536] = { false };
	uint32_t port;
	size_t i;

	memset(p, 0, sizeof(*p));
	for (i = 0; i < rows->n; i++) {
		f = &rows->flow[i];
		if (!oracle_of(rows, i, host) ||
		    (f->protocol != 6 && f->protocol != 17) ||
		    (f->source_port == 0 && f->destination_port == 0))
			continue;
		port = source ? f->source_port : f->destination_port;
		p->all += f->packets;
		p->packets[port] += f->packets;
		used[port] = true;
	}
	for (port = 0; port < 65536; port++) {
		p->used += used[port];
		p->high += used[port] && port > 1024;
		if (p->packets[port] > p->packets[p->mode])
			p->mode = port;
	}
}

static void
make(struct trial *rows)
{
	uint64_t seed = 5, x;
	size_t i;

	trial_make(rows, 4000, HOSTS, 5);
	rows->host[3].internal = 1;
	for (i = 0; i < rows->n; i++) {
		if (i % 3 == 0) {
			rows->flow[i].source = 3;
			rows->flow[i].direction = FV_DIRECTION_OUTBOUND;
		}
		if (rows->flow[i].protocol != 6 && rows->flow[i].protocol != 17)
			continue;
		x = trial_random(&seed);
		rows->flow[i].source_port =
		    x % 3 == 0 ? 36459 : (uint16_t)(49000 + (x >> 8) % 500);
		rows->flow[i].destination_port =
		    (x >> 20) % 4 == 0 ? 80 : (uint16_t)((x >> 24) % 3000);
	}
}

static void
distributions_are_as_a_plain_count_has_them(void)
{
	struct ports *from = calloc(1, sizeof(*from));
	struct ports *to = calloc(1, sizeof(*to));
	const struct fv_result_table *t;
	struct fv_result *r;
	struct trial rows;
	uint64_t n;
	size_t i;

	CU_ASSERT_PTR_NOT_NULL_FATAL(from);
	CU_ASSERT_PTR_NOT_NULL_FATAL(to);
	make(&rows);
	CU_ASSERT_EQUAL_FATAL(oracle_suspect(&rows), 3);
	count(&rows, 3, true, from);
	count(&rows, 3, false, to);
	r = trial_run(&fv_host_ports_analysis, &rows, 3, TRIAL_PAIRS, 1);
	oracle_check_host(&rows, r, "R18", 3);
	CU_ASSERT_EQUAL(from->mode, 36459);
	oracle_check(r, "R18", "port", 36459);
	trial_check_share(
	    trial_fact(r, "R18", "share"), from->packets[36459], from->all);
	oracle_check(r, "R18", "ports", from->used);
	oracle_check(r, "R19", "removed", 36459);
	oracle_check(r, "R19", "packets", from->all - from->packets[36459]);
	oracle_check_ratio(
	    r, "R19", "mean", from->all - from->packets[36459], from->used - 1);
	oracle_check(r, "R21", "ports", to->used);
	oracle_check_ratio(r, "R21", "mean", to->all, to->used);
	trial_check_share(
	    trial_fact(r, "R21", "coverage"), to->high, 65535 - 1024);
	trial_check_share(
	    trial_fact(r, "R22", "removed"), to->packets[80], to->all);
	oracle_check_ratio(
	    r, "R22", "mean", to->all - to->packets[80], to->used - 1);
	for (i = 0; i < 10; i++) {
		t = trial_table(r, "R22", "ports");
		n = to->packets[trial_cell(t, i, "port")->part];
		CU_ASSERT(trial_cell(t, i, "port")->part != 80);
		trial_check_share(
		    trial_cell(t, i, "share"), n, to->all - to->packets[80]);
		t = trial_table(r, "R19", "ports");
		n = from->packets[trial_cell(t, i, "port")->part];
		CU_ASSERT(trial_cell(t, i, "port")->part != 36459);
		trial_check_share(trial_cell(t, i, "share"), n,
		    from->all - from->packets[36459]);
	}
	fv_result_free(r);
	trial_free(&rows);
	free(from);
	free(to);
}

/* Connections from the ports in ${port}, one after another. */
static struct fv_result *
connect(const uint16_t *port, size_t n, uint8_t protocol, uint8_t flags)
{
	struct fv_result *r;
	struct trial rows;
	size_t i;

	trial_make(&rows, n, 2, 1);
	rows.host[0].internal = 1;
	for (i = 0; i < n; i++) {
		rows.flow[i].start_time = (int64_t)i;
		rows.flow[i].source = 0;
		rows.flow[i].destination = 1;
		rows.flow[i].direction = FV_DIRECTION_OUTBOUND;
		rows.flow[i].protocol = protocol;
		rows.flow[i].initial_tcp_flags = flags;
		rows.flow[i].source_port = port[i];
		rows.flow[i].destination_port = 80;
	}
	r = trial_run(&fv_host_ports_analysis, &rows, 2, TRIAL_BACKWARD, 1);
	trial_free(&rows);
	return r;
}

static void
ports_in_sequence_are_told_from_ports_at_random(void)
{
	/* Around the end, a step of 17, a port again, and one step of 1. */
	static const uint16_t near[] = { 49153, 49154, 49170, 49187, 49154,
		65534, 65535, 49155 };
	const struct fv_result_table *t;
	struct fv_result *r;

	r = connect(near, FV_COUNT(near), 6, 2);
	oracle_check(r, "R20", "low", 49153);
	oracle_check(r, "R20", "high", 65535);
	/*
	 * 49153 +1 49154 +16 49170 +17 49187 + 65534 +1 65535 +3 49155, the
	 * last one around: 49153 comes after 65535.
	 */
	trial_check_share(trial_fact(r, "R20", "near"), 4, 6);
	t = trial_table(r, "R20", "sequence");
	CU_ASSERT(trial_cell(t, 0, "ports")->part == 7);
	CU_ASSERT(trial_cell(t, 1, "ports")->part == 0);
	CU_ASSERT_EQUAL(trial_cell(t, 1, "low")->type, FV_RESULT_NONE);
	fv_result_free(r);

	/* Answers are not the host's choice. */
	r = connect(near, FV_COUNT(near), 6, 18);
	CU_ASSERT_PTR_NULL(trial_fact(r, "R20", "low"));
	trial_check_share(trial_fact(r, "R20", "near"), 0, 0);
	fv_result_free(r);

	r = connect(near, FV_COUNT(near), 17, 0);
	t = trial_table(r, "R20", "sequence");
	trial_check_share(trial_cell(t, 1, "near"), 4, 6);
	fv_result_free(r);
}

static void
a_host_without_ports_says_so(void)
{
	struct fv_result *r;
	uint16_t none = 0;

	r = connect(&none, 1, 47, 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(
	    trial_section(r, "R18")->note[0], "no record of TCP or UDP"));
	CU_ASSERT_PTR_NULL(trial_table(r, "R21", "ports"));
	fv_result_free(r);
}

static void
any_split_gives_the_same_bytes(void)
{
	trial_check_laws(&fv_host_ports_analysis);
}

CU_TestInfo suite_host_ports[] = {
	{ "distributions are as a plain count has them",
	    distributions_are_as_a_plain_count_has_them },
	{ "ports in sequence are told from ports at random",
	    ports_in_sequence_are_told_from_ports_at_random },
	{ "a host without ports says so", a_host_without_ports_says_so },
	{ "any split gives the same bytes", any_split_gives_the_same_bytes },
	CU_TEST_INFO_NULL,
};

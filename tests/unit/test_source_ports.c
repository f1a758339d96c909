#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/registry.h"
#include "tests/unit/oracle.h"

static bool
has_port(const struct fv_flow *f)
{
	return (f->protocol == 6 || f->protocol == 17) &&
	    (f->source_port != 0 || f->destination_port != 0);
}

/* Packets from ${port}; of ${protocol}, or of both with 0. */
static uint64_t
packets_of(
    const struct trial *rows, bool outbound, unsigned protocol, unsigned port)
{
	const struct fv_flow *f;
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < rows->n; i++) {
		f = &rows->flow[i];
		if ((outbound && f->direction != FV_DIRECTION_OUTBOUND) ||
		    !has_port(f) || f->source_port != port ||
		    (protocol != 0 && f->protocol != protocol))
			continue;
		sum += f->packets;
	}
	return sum;
}

static uint64_t
ssh(const struct trial *rows, bool outbound, uint64_t *all)
{
	const struct fv_flow *f;
	uint64_t sum = 0;
	size_t i;

	*all = 0;
	for (i = 0; i < rows->n; i++) {
		f = &rows->flow[i];
		if (outbound && f->direction != FV_DIRECTION_OUTBOUND)
			continue;
		*all += f->packets;
		if (f->protocol == 6 &&
		    (f->source_port == 22 || f->destination_port == 22))
			sum += f->packets;
	}
	return sum;
}

static void
make(struct trial *rows)
{
	static const uint16_t ports[] = { 36459, 36459, 13991, 44849, 52523, 22,
		22, 1024, 80, 0 };
	uint64_t seed = 6, x;
	size_t i;

	trial_make(rows, 3000, 20, 2);
	for (i = 0; i < rows->n; i++) {
		if (!has_port(&rows->flow[i]))
			continue;
		x = trial_random(&seed);
		rows->flow[i].source_port = (x >> 8) % 3 == 0
		    ? (uint16_t)((x >> 16) % 64)
		    : ports[(x >> 16) % FV_COUNT(ports)];
	}
}

/* From port 0 to a port is a use of port 0; from 0 to 0 is none. */
static void
port_zero_counts_where_the_other_end_has_a_port(void)
{
	struct fv_result *r;
	struct trial rows;

	trial_make(&rows, 2, 2, 1);
	rows.flow[0].protocol = rows.flow[1].protocol = 6;
	rows.flow[0].source_port = rows.flow[1].source_port = 0;
	rows.flow[0].destination_port = 80;
	rows.flow[1].destination_port = 0;
	rows.flow[0].direction = rows.flow[1].direction = 1;
	r = trial_run(&fv_source_ports_analysis, &rows, 1, TRIAL_FORWARD, 1);
	oracle_check(r, "R12", "ports_used", 1);
	CU_ASSERT(
	    trial_cell(trial_table(r, "R12", "ports"), 0, "records")->part ==
	    1);
	fv_result_free(r);
	trial_free(&rows);
}

static void
check(const struct trial *rows, bool outbound)
{
	static const struct {
		const char *name;
		unsigned port;
	} spikes[] = { { "port_36459", 36459 }, { "port_13991", 13991 },
		{ "port_44849", 44849 }, { "port_52523", 52523 } };
	const struct fv_result_table *t;
	uint64_t all, last = UINT64_MAX, n;
	struct fv_result *r;
	unsigned protocol;
	size_t i;

	r = trial_run(&fv_source_ports_analysis, rows, 3, TRIAL_BACKWARD, 1);
	n = ssh(rows, outbound, &all);
	if (outbound)
		trial_check_share(trial_fact(r, "R12", "ssh_outbound"), n, all);
	else
		CU_ASSERT_PTR_NULL(trial_fact(r, "R12", "ssh_outbound"));
	for (i = 0; i < FV_COUNT(spikes); i++)
		trial_check_share(trial_fact(r, "R12", spikes[i].name),
		    packets_of(rows, outbound, 0, spikes[i].port), all);
	t = trial_table(r, "R12", "ports");
	CU_ASSERT_EQUAL(fv_result_rows(t), 20);
	for (i = 0; i < fv_result_rows(t); i++) {
		protocol =
		    strcmp(trial_cell(t, i, "protocol")->text, "TCP") == 0 ? 6
									   : 17;
		n = packets_of(rows, outbound, protocol,
		    (unsigned)trial_cell(t, i, "port")->part);
		CU_ASSERT(n > 0 && n <= last);
		CU_ASSERT(trial_cell(t, i, "packets")->part == n);
		trial_check_share(trial_cell(t, i, "share"), n, all);
		last = n;
	}
	/* What is not in the table is no larger. */
	for (i = 0; i < 64; i++)
		CU_ASSERT(i == 22 ||
		    packets_of(rows, outbound, 6, (unsigned)i) <=
			trial_cell(t, 0, "packets")->part);
	n = ssh(rows, false, &all);
	trial_check_share(trial_fact(r, "R12", "ssh_all"), n, all);
	fv_result_free(r);
}

static void
ports_and_ssh_are_as_a_plain_count_has_them(void)
{
	struct trial rows;
	size_t i;

	make(&rows);
	check(&rows, true);
	for (i = 0; i < rows.n; i++)
		rows.flow[i].direction = FV_DIRECTION_INBOUND;
	check(&rows, false);
	trial_free(&rows);
}

static void
any_split_gives_the_same_bytes(void)
{
	trial_check_laws(&fv_source_ports_analysis);
}

CU_TestInfo suite_source_ports[] = {
	{ "ports and SSH are as a plain count has them",
	    ports_and_ssh_are_as_a_plain_count_has_them },
	{ "port 0 counts where the other end has a port",
	    port_zero_counts_where_the_other_end_has_a_port },
	{ "any split gives the same bytes", any_split_gives_the_same_bytes },
	CU_TEST_INFO_NULL,
};

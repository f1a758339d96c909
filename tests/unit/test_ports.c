#include "tests/unit/suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/registry.h"
#include "tests/unit/trial.h"

/* What a record is counted under; kind: port, message, or neither. */
enum kind { PORT, MESSAGE, NEITHER };

struct key {
	enum kind kind;
	unsigned protocol;
	unsigned number; /* the port, or type times 256 and code */
};

static struct key
key_of(const struct fv_flow *f)
{
	struct key key = { NEITHER, f->protocol, 0 };

	switch (f->protocol) {
	case 6:
	case 17:
	case 132:
		if (f->source_port != 0 || f->destination_port != 0) {
			key.kind = PORT;
			key.number = f->destination_port;
		}
		break;
	case 1:
	case 58:
		if (f->fragment != FV_FRAGMENT_LATER) {
			key.kind = MESSAGE;
			key.number = f->icmp_type * 256u + f->icmp_code;
		}
		break;
	default:
		break;
	}
	return key;
}

static struct fv_analysis_weight
weigh(const struct trial *rows, bool outbound, const struct key *want)
{
	struct fv_analysis_weight w = { 0, 0, 0 };
	const struct fv_flow *f;
	struct key key;
	size_t i;

	for (i = 0; i < rows->n; i++) {
		f = &rows->flow[i];
		if (outbound && f->direction != FV_DIRECTION_OUTBOUND)
			continue;
		key = key_of(f);
		if (want != NULL &&
		    (key.kind != want->kind || key.protocol != want->protocol ||
			key.number != want->number))
			continue;
		w.records += 1;
		w.packets += f->packets;
		w.bytes += f->bytes;
	}
	return w;
}

static unsigned
number_of(const struct fv_result_cell *cell)
{
	if (strcmp(cell->text, "TCP") == 0)
		return 6;
	if (strcmp(cell->text, "UDP") == 0)
		return 17;
	if (strcmp(cell->text, "SCTP") == 0)
		return 132;
	return strcmp(cell->text, "ICMP") == 0 ? 1 : 58;
}

/* One table of a population; the sum of its records. */
static uint64_t
check_table(const struct trial *rows, bool outbound, enum kind kind,
    const struct fv_result_table *t)
{
	struct fv_analysis_weight w, all = weigh(rows, outbound, NULL);
	uint64_t last = UINT64_MAX, sum = 0;
	struct key key = { kind, 0, 0 };
	size_t i;

	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	for (i = 0; i < fv_result_rows(t); i++) {
		if (kind == NEITHER) {
			key.protocol =
			    (unsigned)trial_cell(t, i, "number")->part;
		} else {
			key.protocol = number_of(trial_cell(t, i, "protocol"));
			key.number = kind == PORT
			    ? (unsigned)trial_cell(t, i, "port")->part
			    : (unsigned)(trial_cell(t, i, "type")->part * 256 +
				  trial_cell(t, i, "code")->part);
		}
		w = weigh(rows, outbound, &key);
		CU_ASSERT(w.records > 0 && w.records <= last);
		CU_ASSERT(trial_cell(t, i, "records")->part == w.records);
		trial_check_share(
		    trial_cell(t, i, "share"), w.records, all.records);
		if (kind == PORT) {
			CU_ASSERT(
			    trial_cell(t, i, "packets")->part == w.packets);
			CU_ASSERT(trial_cell(t, i, "bytes")->part == w.bytes);
		}
		last = w.records;
		sum += w.records;
	}
	return sum;
}

static void
check_population(
    const struct trial *rows, bool outbound, const struct fv_result *r)
{
	const char *const suffix = outbound ? "outbound" : "all";
	static const struct {
		const char *name;
		enum kind kind;
	} tables[] = { { "ports", PORT }, { "sctp", PORT }, { "icmp", MESSAGE },
		{ "no_port", NEITHER } };
	uint64_t sum = 0;
	char name[64];
	size_t i;

	for (i = 0; i < FV_COUNT(tables); i++) {
		(void)snprintf(
		    name, sizeof(name), "%s_%s", tables[i].name, suffix);
		sum += check_table(rows, outbound, tables[i].kind,
		    trial_table(r, "R09", name));
	}
	/* The rows have fewer kinds than any table holds: none is cut. */
	if (rows->n < 1000)
		CU_ASSERT_EQUAL(sum, weigh(rows, outbound, NULL).records);
}

static void
every_record_is_counted_once_as_a_plain_count_has_it(void)
{
	struct fv_analysis_weight w, web = { 0, 0, 0 };
	struct fv_result *r;
	struct trial rows;
	static const struct key keys[] = { { PORT, 6, 80 }, { PORT, 6, 443 },
		{ PORT, 17, 80 }, { PORT, 17, 443 } };
	size_t i;

	trial_make(&rows, 4000, 20, 5);
	/* Few ports, so that no table is cut and sums can be compared. */
	rows.n = 900;
	for (i = 0; i < rows.n; i++)
		if (rows.flow[i].destination_port > 1100)
			rows.flow[i].destination_port = 80;
	r = trial_run(&fv_ports_analysis, &rows, 3, TRIAL_PAIRS, 1);
	check_population(&rows, true, r);
	check_population(&rows, false, r);
	for (i = 0; i < FV_COUNT(keys); i++) {
		w = weigh(&rows, true, &keys[i]);
		fv_analysis_sum(&web, &w);
	}
	w = weigh(&rows, true, NULL);
	trial_check_share(
	    trial_fact(r, "R09", "web_outbound"), web.packets, w.packets);
	trial_check_share(trial_cell(trial_table(r, "R09", "web_outbound"), 4,
			      "records_share"),
	    web.records, w.records);
	fv_result_free(r);
	trial_free(&rows);
}

static void
long_tables_hold_the_largest(void)
{
	struct fv_result *r;
	struct trial rows;
	uint64_t seed = 4;
	size_t i;

	trial_make(&rows, 4000, 20, 5);
	for (i = 0; i < rows.n; i++)
		if (rows.flow[i].destination_port == 4204)
			rows.flow[i].destination_port =
			    (uint16_t)(trial_random(&seed) % 64);
	r = trial_run(&fv_ports_analysis, &rows, 3, TRIAL_PAIRS, 1);
	check_population(&rows, true, r);
	check_population(&rows, false, r);
	CU_ASSERT_EQUAL(fv_result_rows(trial_table(r, "R09", "ports_all")), 20);
	CU_ASSERT(trial_cell(trial_table(r, "R09", "ports_all"), 0, "records")
		      ->part >=
	    trial_cell(trial_table(r, "R09", "ports_all"), 19, "records")
		->part);
	fv_result_free(r);
	trial_free(&rows);
}

static void
a_port_zero_that_was_captured_is_a_port(void)
{
	const struct fv_result_table *t;
	struct fv_result *r;
	struct trial rows;

	trial_make(&rows, 2, 2, 1);
	rows.flow[0].protocol = rows.flow[1].protocol = 6;
	rows.flow[0].source_port = 1024;
	rows.flow[0].destination_port = 0;
	rows.flow[1].source_port = 0;
	rows.flow[1].destination_port = 0;
	r = trial_run(&fv_ports_analysis, &rows, 1, TRIAL_FORWARD, 1);
	t = trial_table(r, "R09", "ports_all");
	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	CU_ASSERT_EQUAL(fv_result_rows(t), 1);
	CU_ASSERT(trial_cell(t, 0, "port")->part == 0);
	CU_ASSERT(trial_cell(t, 0, "records")->part == 1);
	t = trial_table(r, "R09", "no_port_all");
	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	CU_ASSERT(trial_cell(t, 0, "number")->part == 6);
	CU_ASSERT(trial_cell(t, 0, "records")->part == 1);
	fv_result_free(r);
	trial_free(&rows);
}

static void
equal_ports_stand_by_protocol_and_port(void)
{
	static const struct {
		uint8_t protocol;
		uint16_t port;
	} want[] = { { 6, 53 }, { 6, 443 }, { 17, 53 } };
	const struct fv_result_table *t;
	struct fv_result *r;
	struct trial rows;
	size_t i;

	trial_make(&rows, 3, 2, 1);
	for (i = 0; i < 3; i++) {
		rows.flow[i].protocol = want[2 - i].protocol;
		rows.flow[i].destination_port = want[2 - i].port;
	}
	r = trial_run(&fv_ports_analysis, &rows, 2, TRIAL_FORWARD, 9);
	t = trial_table(r, "R09", "ports_all");
	for (i = 0; i < 3; i++) {
		CU_ASSERT(trial_cell(t, i, "port")->part == want[i].port);
		CU_ASSERT_EQUAL(
		    number_of(trial_cell(t, i, "protocol")), want[i].protocol);
	}
	fv_result_free(r);
	trial_free(&rows);
}

static void
without_outbound_records_only_all_are_shown(void)
{
	struct fv_result *r;
	struct trial rows;
	size_t i;

	trial_make(&rows, 200, 5, 1);
	for (i = 0; i < rows.n; i++)
		rows.flow[i].direction = FV_DIRECTION_INBOUND;
	r = trial_run(&fv_ports_analysis, &rows, 1, TRIAL_FORWARD, 1);
	CU_ASSERT_PTR_NULL(trial_fact(r, "R09", "web_outbound"));
	CU_ASSERT_PTR_NULL(trial_table(r, "R09", "ports_outbound"));
	CU_ASSERT_PTR_NOT_NULL(trial_table(r, "R09", "ports_all"));
	CU_ASSERT_PTR_NOT_NULL(strstr(trial_section(r, "R09")->note[0],
	    "No record of this dataset is known to be outbound"));
	fv_result_free(r);
	trial_free(&rows);
}

static void
any_split_gives_the_same_bytes(void)
{
	trial_check_laws(&fv_ports_analysis);
}

CU_TestInfo suite_ports[] = {
	{ "every record is counted once, as a plain count has it",
	    every_record_is_counted_once_as_a_plain_count_has_it },
	{ "long tables hold the largest", long_tables_hold_the_largest },
	{ "a port 0 that was captured is a port",
	    a_port_zero_that_was_captured_is_a_port },
	{ "equal ports stand by protocol and port",
	    equal_ports_stand_by_protocol_and_port },
	{ "without outbound records only all are shown",
	    without_outbound_records_only_all_are_shown },
	{ "any split gives the same bytes", any_split_gives_the_same_bytes },
	CU_TEST_INFO_NULL,
};

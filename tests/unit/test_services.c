#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/registry.h"
#include "analysis/service_table.h"
#include "tests/unit/oracle.h"

enum { HOSTS = 60, ASKS = 1, SERVES = 2 };

/* The row that has ${port} over ${protocol}, by looking at all. */
static const struct fv_service *
find(uint8_t protocol, uint16_t port)
{
	unsigned over = protocol == 6 ? 1 : protocol == 17 ? 2 : 0;
	size_t i;

	for (i = 0; i < fv_service_table_count; i++)
		if ((fv_service_table[i].over & over) != 0 &&
		    port >= fv_service_table[i].low &&
		    port <= fv_service_table[i].high)
			return &fv_service_table[i];
	return NULL;
}

/* The service of a record, and whether it goes to its port. */
static const struct fv_service *
service_of(const struct fv_flow *f, bool *to_it)
{
	const struct fv_service *to = find(f->protocol, f->destination_port);
	const struct fv_service *from = find(f->protocol, f->source_port);

	if (from != NULL && from->side == FV_SERVICE_DESTINATION)
		from = NULL;
	*to_it = to != NULL;
	if (to != NULL && from != NULL)
		*to_it = f->destination_port <= f->source_port;
	return *to_it ? to : from;
}

struct expected {
	uint64_t records, packets, inside, outside;
	uint64_t of[HOSTS];
	unsigned role[HOSTS]; /* with MET for "was there" */
	size_t hosts, served;
	uint64_t top;
};

enum { MET = 4 };

static void
meet(struct expected *e, uint32_t host, unsigned role)
{
	e->of[host]++;
	e->role[host] |= role | MET;
}

static void
count(
    const struct trial *rows, const struct fv_service *want, struct expected *e)
{
	const struct fv_flow *f;
	uint32_t asks, serves, h;
	size_t i;
	bool to_it;

	memset(e, 0, sizeof(*e));
	for (i = 0; i < rows->n; i++) {
		f = &rows->flow[i];
		if (service_of(f, &to_it) != want)
			continue;
		asks = to_it ? f->source : f->destination;
		serves = to_it ? f->destination : f->source;
		e->records++;
		e->packets += f->packets;
		if (to_it && f->protocol == 6 && f->initial_tcp_flags == 2) {
			e->inside += rows->host[asks].internal;
			e->outside += !rows->host[asks].internal;
		}
		if (rows->host[asks].internal)
			meet(e, asks, ASKS);
		if (rows->host[serves].internal && serves != asks)
			meet(e, serves, to_it ? 0 : SERVES);
	}
	for (h = 0; h < HOSTS; h++) {
		e->hosts += (e->role[h] & MET) != 0;
		e->served += (e->role[h] & SERVES) != 0;
		e->top = e->of[h] > e->top ? e->of[h] : e->top;
	}
}

/* Rows whose ports are of services more often than not. */
static void
make(struct trial *rows, size_t n)
{
	static const uint16_t ports[] = { 80, 443, 53, 1214, 1214, 6660, 6667,
		6669, 6670, 6881, 6889, 27015, 4204, 51820, 36459, 3478, 853,
		50000, 50001 };
	uint64_t seed = 8;
	size_t i;

	trial_make(rows, n, HOSTS, 3);
	for (i = 0; i < n; i++) {
		if (rows->flow[i].protocol != 6 && rows->flow[i].protocol != 17)
			continue;
		rows->flow[i].source_port =
		    ports[trial_random(&seed) % FV_COUNT(ports)];
		rows->flow[i].destination_port =
		    ports[trial_random(&seed) % FV_COUNT(ports)];
	}
}

static void
check_table(const struct trial *rows, const struct fv_result_table *t)
{
	const struct fv_service *service;
	struct expected e;
	size_t i;

	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	CU_ASSERT(fv_result_rows(t) > 0);
	for (i = 0; i < fv_result_rows(t); i++) {
		service = &fv_service_table[fv_service_table_find(
		    trial_cell(t, i, "service")->text)];
		count(rows, service, &e);
		CU_ASSERT(trial_cell(t, i, "port")->part == service->low);
		CU_ASSERT(trial_cell(t, i, "records")->part == e.records);
		CU_ASSERT(trial_cell(t, i, "share")->part == e.packets);
		CU_ASSERT(trial_cell(t, i, "hosts")->part == e.hosts);
		trial_check_share(
		    trial_cell(t, i, "top_share"), e.top, e.records);
	}
}

/* Those listed of a service are all its hosts, most records first. */
static void
check_users(const struct fv_result *r, const char *id, const struct expected *e)
{
	const struct fv_result_table *t = trial_table(r, id, "users");
	uint64_t served = 0;
	size_t i;

	CU_ASSERT_EQUAL_FATAL(fv_result_rows(t), e->hosts);
	CU_ASSERT(trial_cell(t, 0, "records")->part == e->top);
	for (i = 0; i < e->hosts; i++) {
		served +=
		    strstr(trial_cell(t, i, "role")->text, "answered") != NULL;
		CU_ASSERT(trial_cell(t, i, "host")->part == i + 1);
		if (i > 0)
			CU_ASSERT(trial_cell(t, i, "records")->part <=
			    trial_cell(t, i - 1, "records")->part);
	}
	CU_ASSERT(served == e->served);
}

static void
every_service_is_counted_as_a_plain_count_has_it(void)
{
	struct fv_result *r;
	struct expected e;
	struct trial rows;

	make(&rows, 3000);
	r = trial_run(&fv_services_analysis, &rows, 3, TRIAL_PAIRS, 1);
	check_table(&rows, trial_table(r, "R10", "services_always"));
	check_table(&rows, trial_table(r, "R10", "services_then"));
	check_table(&rows, trial_table(r, "R10", "services_today"));
	count(&rows,
	    &fv_service_table[fv_service_table_find("VRML Multi User")], &e);
	oracle_check(r, "R10", "vrml_packets", e.packets);
	trial_check_share(
	    trial_fact(r, "R10", "vrml_top_host"), e.top, e.records);
	count(
	    &rows, &fv_service_table[fv_service_table_find("BitTorrent")], &e);
	oracle_check(r, "R10", "bittorrent_packets", e.packets);
	oracle_check(r, "R10", "bittorrent_hosts", e.hosts);
	count(&rows, &fv_service_table[fv_service_table_find("FastTrack")], &e);
	oracle_check(r, "R13", "packets", e.packets);
	oracle_check(r, "R13", "hosts", e.hosts);
	oracle_check(r, "R13", "opened_inside", e.inside);
	oracle_check(r, "R13", "opened_outside", e.outside);
	check_users(r, "R13", &e);
	count(&rows, &fv_service_table[fv_service_table_find("IRC")], &e);
	CU_ASSERT(e.served > 0 && e.inside > 0 && e.outside > 0);
	oracle_check(r, "R14", "packets", e.packets);
	oracle_check(r, "R14", "hosts", e.hosts);
	oracle_check(r, "R14", "listening", e.served);
	oracle_check(r, "R14", "opened_inside", e.inside);
	oracle_check(r, "R14", "opened_outside", e.outside);
	check_users(r, "R14", &e);
	fv_result_free(r);
	trial_free(&rows);
}

/* One record from inside to DNS and its answer, from a client's port. */
static void
a_question_and_its_answer_are_of_one_service(void)
{
	const struct fv_result_table *t;
	struct fv_result *r;
	struct trial rows;

	trial_make(&rows, 2, 2, 1);
	rows.host[0].internal = 1;
	rows.host[1].internal = 0;
	rows.flow[0].protocol = rows.flow[1].protocol = 17;
	rows.flow[0].source = rows.flow[1].destination = 0;
	rows.flow[0].destination = rows.flow[1].source = 1;
	rows.flow[0].source_port = rows.flow[1].destination_port = 51820;
	rows.flow[0].destination_port = rows.flow[1].source_port = 53;
	r = trial_run(&fv_services_analysis, &rows, 1, TRIAL_FORWARD, 1);
	t = trial_table(r, "R10", "services_always");
	CU_ASSERT_EQUAL(fv_result_rows(t), 1);
	CU_ASSERT_STRING_EQUAL(trial_cell(t, 0, "service")->text, "DNS");
	CU_ASSERT(trial_cell(t, 0, "records")->part == 2);
	CU_ASSERT(trial_cell(t, 0, "hosts")->part == 1);
	t = trial_table(r, "R10", "services_today");
	CU_ASSERT_EQUAL(fv_result_rows(t), 0);
	fv_result_free(r);
	trial_free(&rows);
}

static void
without_internal_hosts_those_that_ask_are_counted(void)
{
	struct fv_result *r;
	struct trial rows;
	size_t i;

	trial_make(&rows, 3, 4, 1);
	for (i = 0; i < 4; i++)
		rows.host[i].internal = 0;
	for (i = 0; i < 3; i++) {
		rows.flow[i].protocol = 6;
		rows.flow[i].source = (uint32_t)(i < 2 ? i : 3);
		rows.flow[i].destination = (uint32_t)(i < 2 ? 3 : 1);
		rows.flow[i].source_port = i < 2 ? 2000 : 1214;
		rows.flow[i].destination_port = i < 2 ? 1214 : 2000;
	}
	r = trial_run(&fv_services_analysis, &rows, 1, TRIAL_FORWARD, 1);
	oracle_check(r, "R13", "hosts", 2);
	CU_ASSERT_PTR_NOT_NULL(strstr(trial_section(r, "R10")->note[1],
	    "No host of this dataset is known to be internal"));
	fv_result_free(r);
	trial_free(&rows);
}

static void
the_table_is_sorted_and_no_port_is_in_two_rows(void)
{
	const struct fv_service *a, *b;
	size_t i, k;

	for (i = 0; i < fv_service_table_count; i++) {
		a = &fv_service_table[i];
		CU_ASSERT(a->low <= a->high && a->over != 0);
		CU_ASSERT(i == 0 || a[-1].low <= a->low);
		CU_ASSERT_EQUAL(fv_service_table_find(a->name), i);
		for (k = 0; k < i; k++) {
			b = &fv_service_table[k];
			CU_ASSERT((a->over & b->over) == 0 || b->high < a->low);
		}
	}
}

static void
any_split_gives_the_same_bytes(void)
{
	trial_check_laws(&fv_services_analysis);
}

CU_TestInfo suite_services[] = {
	{ "every service is counted as a plain count has it",
	    every_service_is_counted_as_a_plain_count_has_it },
	{ "a question and its answer are of one service",
	    a_question_and_its_answer_are_of_one_service },
	{ "without internal hosts those that ask are counted",
	    without_internal_hosts_those_that_ask_are_counted },
	{ "the table is sorted, and no port is in two rows",
	    the_table_is_sorted_and_no_port_is_in_two_rows },
	{ "any split gives the same bytes", any_split_gives_the_same_bytes },
	CU_TEST_INFO_NULL,
};

#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/channels.h"
#include "analysis/registry.h"
#include "tests/unit/oracle.h"

enum { INSIDE = 30, HOSTS = 60, SYN = 2, ACK = 16, PORT = 8443 };

static const int64_t second = INT64_C(1000000000);

/* A record of TCP from ${h} to ${to}, at a second. */
static struct fv_flow *
send(struct trial *rows, uint32_t h, uint32_t to, int64_t at)
{
	struct fv_flow *f = &rows->flow[rows->n++];

	memset(f, 0, sizeof(*f));
	f->start_time = at * second;
	f->source = h;
	f->destination = to;
	f->destination_port = PORT;
	f->protocol = 6;
	f->initial_tcp_flags = f->tcp_flags = SYN;
	f->direction = FV_DIRECTION_OUTBOUND;
	f->packets = 1;
	f->bytes = 60;
	f->stack = FV_NO_ROW;
	return f;
}

static void
begin(struct trial *rows, size_t room)
{
	size_t i;

	trial_make(rows, room, HOSTS, 1);
	for (i = 0; i < HOSTS; i++)
		rows->host[i].internal = i < INSIDE;
	rows->n = 0;
}

/* Every inside host opens a channel of its own once, so that all count. */
static void
all_send(struct trial *rows)
{
	uint32_t h;

	for (h = 0; h < INSIDE; h++)
		(void)send(rows, h, INSIDE + h, 1);
}

/* ${n} contacts of host ${h} to ${to}, every ${period} seconds, nearly. */
static void
beacon(struct trial *rows, uint32_t h, uint32_t to, size_t n, int64_t period,
    uint64_t noise)
{
	uint64_t seed = h + 1;
	int64_t at = 100;
	size_t i;

	for (i = 0; i < n; i++) {
		(void)send(rows, h, to, at);
		/* Data go on behind it, and count as bytes. */
		send(rows, h, to, at + 2)->initial_tcp_flags = ACK;
		at += period + (int64_t)(trial_random(&seed) % noise);
	}
}

static void
clockwork_is_found_and_chance_is_not(void)
{
	const struct fv_result_table *t;
	struct fv_result *r;
	struct trial rows;

	begin(&rows, 400);
	all_send(&rows);
	beacon(&rows, 3, 50, 40, 600, 30);
	beacon(&rows, 4, 51, 40, 61, 3000);
	beacon(&rows, 5, 52, FV_CHANNELS_LEAST - 1, 600, 2);
	r = trial_run(&fv_beacons_analysis, &rows, 3, TRIAL_PAIRS, 1);
	oracle_check(r, "R28d2", "channels", 2);
	oracle_check(r, "R28d2", "measured", 2);
	oracle_check(r, "R28d2", "beacons", 1);
	oracle_check(r, "R28d2", "popular", 0);
	t = trial_table(r, "R28d2", "beacons");
	CU_ASSERT_EQUAL_FATAL(fv_result_rows(t), 1);
	CU_ASSERT_STRING_EQUAL(
	    trial_cell(t, 0, "host")->text, rows.host[3].address);
	CU_ASSERT_STRING_EQUAL(
	    trial_cell(t, 0, "destination")->text, rows.host[50].address);
	CU_ASSERT(trial_cell(t, 0, "port")->part == PORT);
	CU_ASSERT(trial_cell(t, 0, "contacts")->part == 40);
	CU_ASSERT(trial_cell(t, 0, "bytes")->part == 120);
	CU_ASSERT(trial_cell(t, 0, "interval")->part >= 600 * 1000000000ULL);
	CU_ASSERT(trial_cell(t, 0, "interval")->part < 630 * 1000000000ULL);
	CU_ASSERT(trial_cell(t, 0, "score")->part >= 900);
	/* Both ends are hosts, and have ranks of their own. */
	CU_ASSERT(trial_cell(t, 0, "host")->part == 1);
	CU_ASSERT(trial_cell(t, 0, "destination")->part == 2);
	fv_result_free(r);
	trial_free(&rows);
}

/* The longest addresses, and the longest times: a page has 80 columns. */
static void
the_table_fits_a_page(void)
{
	struct fv_result *r;
	struct trial rows;
	char *text, *line, *rest = NULL;
	size_t i, beacons = 0;

	begin(&rows, 400);
	all_send(&rows);
	beacon(&rows, 3, 50, 40, 2000000, 30);
	for (i = 0; i < HOSTS; i++)
		memset(rows.host[i].address, 'f', 39);
	r = trial_run(&fv_beacons_analysis, &rows, 1, TRIAL_FORWARD, 1);
	text = trial_text(r);
	for (line = strtok_r(text, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		CU_ASSERT(strlen(line) <= 80);
		beacons += strstr(line, "23 d") != NULL;
	}
	CU_ASSERT_EQUAL(beacons, 1);
	free(text);
	fv_result_free(r);
	trial_free(&rows);
}

/* Bytes of chance take from the score what the times give. */
static void
bytes_count_as_times_do(void)
{
	uint64_t seed = 6, full;
	struct fv_result *r;
	struct trial rows;
	size_t i;

	begin(&rows, 400);
	all_send(&rows);
	beacon(&rows, 3, 50, 40, 600, 1);
	r = trial_run(&fv_beacons_analysis, &rows, 1, TRIAL_FORWARD, 1);
	full =
	    (uint64_t)trial_cell(trial_table(r, "R28d2", "beacons"), 0, "score")
		->part;
	CU_ASSERT_EQUAL(full, 1000);
	fv_result_free(r);
	for (i = 0; i < rows.n; i++)
		rows.flow[i].bytes = 40 + trial_random(&seed) % 4000;
	r = trial_run(&fv_beacons_analysis, &rows, 1, TRIAL_FORWARD, 1);
	if (trial_table(r, "R28d2", "beacons") != NULL)
		CU_ASSERT(
		    trial_cell(trial_table(r, "R28d2", "beacons"), 0, "score")
			->part < 950);
	fv_result_free(r);
	trial_free(&rows);
}

/* A call is one contact, however regular its datagrams are. */
static void
what_comes_within_a_minute_is_one_contact(void)
{
	struct fv_result *r;
	struct trial rows;
	size_t i;

	begin(&rows, 400);
	all_send(&rows);
	for (i = 0; i < 300; i++)
		send(&rows, 3, 50, (int64_t)(100 + 59 * i))->protocol = 17;
	r = trial_run(&fv_beacons_analysis, &rows, 2, TRIAL_PAIRS, 1);
	oracle_check(r, "R28d2", "channels", 1);
	oracle_check(r, "R28d2", "measured", 0);
	oracle_check(r, "R28d2", "beacons", 0);
	fv_result_free(r);
	/* A minute apart they are contacts of their own. */
	for (i = 0; i < 300; i++)
		rows.flow[INSIDE + i].start_time =
		    (int64_t)(100 + 60 * i) * second;
	r = trial_run(&fv_beacons_analysis, &rows, 2, TRIAL_PAIRS, 1);
	oracle_check(r, "R28d2", "measured", 1);
	oracle_check(r, "R28d2", "beacons", 1);
	CU_ASSERT(trial_cell(trial_table(r, "R28d2", "beacons"), 0, "contacts")
		      ->part == 300);
	fv_result_free(r);
	trial_free(&rows);
}

/* Of 30 hosts, 3 may; 4 are more than one in ten. */
static void
what_many_do_is_left_out(void)
{
	struct fv_result *r;
	struct trial rows;
	uint32_t h;

	begin(&rows, 800);
	all_send(&rows);
	for (h = 0; h < 3; h++)
		beacon(&rows, h, 50, 30, 600, 5);
	/* all_send has one from host 20 to 50, so 55 is looked at instead. */
	for (h = 0; h < rows.n; h++)
		if (rows.flow[h].destination == 50)
			rows.flow[h].destination = 55;
	rows.flow[25].destination = 31;
	rows.flow[20].destination = 31;
	r = trial_run(&fv_beacons_analysis, &rows, 2, TRIAL_PAIRS, 1);
	oracle_check(r, "R28d2", "beacons", 3);
	oracle_check(r, "R28d2", "popular", 0);
	fv_result_free(r);
	rows.flow[20].destination = 55;
	r = trial_run(&fv_beacons_analysis, &rows, 2, TRIAL_PAIRS, 1);
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(trial_section(r, "R28d2")->note[0], "that few others use"));
	fv_result_free(r);
	trial_free(&rows);
}

/*
 * Rows of chance, stretched so that channels last: each of 12 hosts has a
 * destination of its own, and all have one.
 */
static void
make(struct trial *rows, size_t n)
{
	struct fv_flow *f;
	size_t i;

	trial_make(rows, n, 24, 7);
	for (i = 0; i < 24; i++)
		rows->host[i].internal = i < 12;
	for (i = 0; i < n; i++) {
		f = &rows->flow[i];
		f->start_time *= 20 * 1000 * 1000;
		f->direction = FV_DIRECTION_OUTBOUND;
		f->source %= 12;
		f->destination = i % 2 == 0 ? 23 : 12 + f->source;
		if (f->destination_port != 0)
			f->destination_port = 80;
	}
}

static void
any_split_gives_the_same_bytes(void)
{
	static const size_t parts[] = { 1, 2, 7 };
	struct fv_result *r;
	struct trial rows;
	char *text, *other;
	size_t i;

	trial_check_laws(&fv_beacons_analysis);
	make(&rows, 6000);
	r = trial_run(&fv_beacons_analysis, &rows, 1, TRIAL_FORWARD, 1);
	CU_ASSERT(trial_fact(r, "R28d2", "measured")->part > 5);
	CU_ASSERT(trial_fact(r, "R28d2", "popular")->part > 0);
	text = trial_json(r);
	fv_result_free(r);
	for (i = 0; i < 3; i++) {
		r = trial_run(&fv_beacons_analysis, &rows, parts[i],
		    (enum trial_order)i, i + 2);
		other = trial_json(r);
		fv_result_free(r);
		CU_ASSERT_STRING_EQUAL(text, other);
		free(other);
	}
	free(text);
	trial_free(&rows);
}

/* Feed row ${i} to ${state} of the first reading. */
static void
feed(const struct trial *rows, size_t i, void *state)
{
	const struct fv_flow *f = &rows->flow[i];
	const struct fv_analysis_batch batch = {
		.rows = 1,
		.column = {
			[FV_FLOW_START_TIME] = &f->start_time,
			[FV_FLOW_SOURCE] = &f->source,
			[FV_FLOW_DESTINATION] = &f->destination,
			[FV_FLOW_DESTINATION_PORT] = &f->destination_port,
			[FV_FLOW_PROTOCOL] = &f->protocol,
			[FV_FLOW_INITIAL_TCP_FLAGS] = &f->initial_tcp_flags,
			[FV_FLOW_DIRECTION] = &f->direction,
		},
	};
	struct fv_err err;

	CU_ASSERT_EQUAL(
	    fv_channels_analysis.add(state, &rows->context, &batch, &err), 0);
}

/* The channels that ${parts} states choose from rows dealt out in turn. */
static struct fv_analysis_focus
chosen(const struct trial *rows, size_t parts, bool backward)
{
	const struct fv_analysis *a = &fv_channels_analysis;
	struct fv_analysis_focus focus = { 0 };
	void *state[3];
	struct fv_err err;
	size_t i;

	for (i = 0; i < parts; i++)
		state[i] = a->init(&rows->context, &err);
	for (i = 0; i < rows->n; i++)
		feed(rows, backward ? rows->n - 1 - i : i, state[i % parts]);
	for (i = 1; i < parts; i++)
		CU_ASSERT_EQUAL(
		    a->merge(state[0], state[i], &rows->context, &err), 0);
	CU_ASSERT_EQUAL(a->select(state[0], &rows->context, &focus, &err), 0);
	for (i = 0; i < parts; i++)
		a->free(state[i]);
	return focus;
}

static void
channels_are_chosen_the_same_from_any_split(void)
{
	struct fv_analysis_focus one, other;
	struct trial rows;
	size_t i;

	make(&rows, 6000);
	one = chosen(&rows, 1, false);
	CU_ASSERT(one.channels > 5);
	for (i = 0; i < 4; i++) {
		/* With memory for little, entries are spilled. */
		rows.context.room.bytes = i % 2;
		other = chosen(&rows, 1 + i % 3, i > 1);
		CU_ASSERT_EQUAL_FATAL(other.channels, one.channels);
		CU_ASSERT_EQUAL(other.channels_popular, one.channels_popular);
		CU_ASSERT_EQUAL(memcmp(other.channel, one.channel,
				    one.channels * sizeof(*one.channel)),
		    0);
		free(other.channel);
	}
	free(one.channel);
	trial_free(&rows);
}

CU_TestInfo suite_beacons[] = {
	{ "clockwork is found, and chance is not",
	    clockwork_is_found_and_chance_is_not },
	{ "the table fits a page", the_table_fits_a_page },
	{ "bytes count as times do", bytes_count_as_times_do },
	{ "what comes within a minute is one contact",
	    what_comes_within_a_minute_is_one_contact },
	{ "what many do is left out", what_many_do_is_left_out },
	{ "channels are chosen the same from any split",
	    channels_are_chosen_the_same_from_any_split },
	{ "any split gives the same bytes", any_split_gives_the_same_bytes },
	CU_TEST_INFO_NULL,
};

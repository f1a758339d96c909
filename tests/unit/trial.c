#include "tests/unit/trial.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "analysis/report_json.h"
#include "analysis/report_text.h"
#include "datasets/hosts.h"

enum { PARTS_MAX = 8, BATCH = 256 };

uint64_t
trial_random(uint64_t *seed)
{
	uint64_t x = *seed += 0x9e3779b97f4a7c15;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}

static size_t
pick(uint64_t *seed, size_t n)
{
	return (size_t)(trial_random(seed) % n);
}

static void
make_flow(struct fv_flow *f, size_t i, size_t nhosts, uint64_t *seed)
{
	static const uint8_t protocols[] = { 6, 6, 6, 6, 17, 17, 17, 1, 58, 2,
		41, 47, 50, 51, 132, 200 };
	static const uint16_t ports[] = { 80, 80, 443, 443, 53, 0, 500, 4500,
		1194, 1701, 1723, 3544, 4204, 65535 };
	static const uint8_t flags[] = { 2, 16, 16, 17, 18, 20, 4, 24 };

	memset(f, 0, sizeof(*f));
	/* Pairs of rows share a time, so that ties need breaking. */
	f->start_time = (int64_t)(i / 2) * 1000 - 5000;
	f->source = (uint32_t)pick(seed, nhosts);
	f->destination = (uint32_t)pick(seed, nhosts);
	f->protocol = protocols[pick(seed, FV_COUNT(protocols))];
	f->direction = (uint8_t)pick(seed, FV_ANALYSIS_DIRECTIONS);
	f->fragment = (uint8_t)(pick(seed, 8) == 0 ? FV_FRAGMENT_LATER : 0);
	f->packets = 1 + pick(seed, 3);
	/* Few sizes, so that hosts tie. */
	f->bytes = f->packets * (40 + 20 * pick(seed, 2));
	f->capture = (uint32_t)pick(seed, 2);
	if (f->protocol == 1 || f->protocol == 58) {
		f->icmp_type = (uint8_t)pick(seed, 4);
		f->icmp_code = (uint8_t)pick(seed, 2);
	} else if (f->protocol == 6 && f->fragment != FV_FRAGMENT_LATER) {
		f->initial_tcp_flags = flags[pick(seed, FV_COUNT(flags))];
		f->tcp_flags =
		    f->initial_tcp_flags | flags[pick(seed, FV_COUNT(flags))];
	}
	f->stack = f->initial_tcp_flags == 2 ? (uint32_t)(i % 3) : FV_NO_ROW;
	if (f->fragment != FV_FRAGMENT_LATER &&
	    (f->protocol == 6 || f->protocol == 17 || f->protocol == 132)) {
		f->source_port = ports[pick(seed, FV_COUNT(ports))];
		f->destination_port = ports[pick(seed, FV_COUNT(ports))];
	}
}

static void
make_host(struct fv_host *h, size_t i, uint64_t *seed)
{
	struct fv_published_addr addr = { { 0 }, 4 };
	uint32_t number = htonl((uint32_t)i);

	memset(h, 0, sizeof(*h));
	if (i % 5 == 4) {
		addr.ip_version = 6;
		memcpy(addr.octet, "\x20\x01\x0d\xb8", 4);
	} else {
		memset(addr.octet + 10, 0xff, 2);
	}
	memcpy(addr.octet + 12, &number, 4);
	if (addr.ip_version == 4)
		memcpy(addr.octet + 12, "\xc0\x00\x02", 3);
	fv_hosts_set_address(h, &addr);
	h->internal = pick(seed, 3) != 0;
}

void
trial_make(struct trial *rows, size_t n, size_t nhosts, uint64_t seed)
{
	size_t i;

	memset(rows, 0, sizeof(*rows));
	rows->n = n;
	rows->flow = calloc(n + 1, sizeof(*rows->flow));
	rows->host = calloc(nhosts + 1, sizeof(*rows->host));
	rows->capture = calloc(2, sizeof(*rows->capture));
	CU_ASSERT_PTR_NOT_NULL_FATAL(rows->flow);
	CU_ASSERT_PTR_NOT_NULL_FATAL(rows->host);
	CU_ASSERT_PTR_NOT_NULL_FATAL(rows->capture);
	for (i = 0; i < nhosts; i++)
		make_host(&rows->host[i], i, &seed);
	for (i = 0; i < n; i++)
		make_flow(&rows->flow[i], i, nhosts, &seed);
	for (i = 0; i < n; i++) {
		rows->capture[rows->flow[i].capture]
		    .counter[FV_COUNT_RECORDED] += rows->flow[i].packets;
		rows->capture[rows->flow[i].capture].counter[FV_COUNT_READ] +=
		    rows->flow[i].packets;
	}
	for (i = 0; i < FV_COUNT(rows->stack); i++) {
		rows->stack[i].ttl = i == 0 ? 64 : 128;
		rows->stack[i].syn_length = (uint16_t)(48 + 4 * i);
	}
	(void)strcpy(rows->site[0].name, "hotel");
	(void)strcpy(rows->site[1].name, "airport");
	rows->context = (struct fv_analysis_context){
		.hosts = rows->host,
		.nhosts = nhosts,
		.captures = rows->capture,
		.ncaptures = 2,
		.sites = rows->site,
		.nsites = 1,
		.stacks = rows->stack,
		.nstacks = FV_COUNT(rows->stack),
		.records = FV_ANALYSIS_RECORDS_UNIFLOW,
	};
}

void
trial_free(struct trial *rows)
{
	free(rows->flow);
	free(rows->host);
	free(rows->capture);
	memset(rows, 0, sizeof(*rows));
}

/* Columns of up to BATCH rows. */
struct columns {
	int64_t start_time[BATCH];
	int64_t duration[BATCH];
	uint32_t stack[BATCH];
	uint32_t capture[BATCH];
	uint32_t source[BATCH];
	uint32_t destination[BATCH];
	uint16_t source_port[BATCH];
	uint16_t destination_port[BATCH];
	uint8_t protocol[BATCH];
	uint8_t icmp_type[BATCH];
	uint8_t icmp_code[BATCH];
	uint64_t packets[BATCH];
	uint64_t bytes[BATCH];
	uint8_t direction[BATCH];
	uint8_t fragment[BATCH];
	uint8_t tcp_flags[BATCH];
	uint8_t initial_tcp_flags[BATCH];
};

/* The columns that tests need; what is not asked for stays NULL. */
#define COLUMNS(X)                            \
	X(START_TIME, start_time)             \
	X(DURATION, duration)                 \
	X(STACK, stack)                       \
	X(CAPTURE, capture)                   \
	X(SOURCE, source)                     \
	X(DESTINATION, destination)           \
	X(SOURCE_PORT, source_port)           \
	X(DESTINATION_PORT, destination_port) \
	X(PROTOCOL, protocol)                 \
	X(ICMP_TYPE, icmp_type)               \
	X(ICMP_CODE, icmp_code)               \
	X(PACKETS, packets)                   \
	X(BYTES, bytes)                       \
	X(DIRECTION, direction)               \
	X(FRAGMENT, fragment)                 \
	X(TCP_FLAGS, tcp_flags)               \
	X(INITIAL_TCP_FLAGS, initial_tcp_flags)

static void
feed(const struct fv_analysis *a, const struct trial *rows,
    const struct fv_flow **flow, size_t n, void *state)
{
	struct fv_analysis_batch batch = { .rows = n };
	struct columns columns;
	struct fv_err err;
	size_t i;

	for (i = 0; i < n; i++) {
#define X(id, field) columns.field[i] = flow[i]->field;
		COLUMNS(X)
#undef X
	}
#define X(id, field)                                    \
	if ((a->columns & FV_ANALYSIS_COLUMN(id)) != 0) \
		batch.column[FV_FLOW_##id] = columns.field;
	COLUMNS(X)
#undef X
	CU_ASSERT_EQUAL(a->add(state, &rows->context, &batch, &err), 0);
}

/* Feed one part: its rows, in any order and in batches of any size. */
static void
feed_part(const struct fv_analysis *a, const struct trial *rows,
    const uint8_t *part_of, uint8_t part, uint64_t *seed, void *state)
{
	const struct fv_flow **flow, *swap;
	size_t i, j, n = 0, now;

	flow = calloc(rows->n + 1, sizeof(*flow));
	CU_ASSERT_PTR_NOT_NULL_FATAL(flow);
	for (i = 0; i < rows->n; i++)
		if (part_of[i] == part)
			flow[n++] = &rows->flow[i];
	for (i = n; i > 1; i--) {
		j = pick(seed, i);
		swap = flow[i - 1];
		flow[i - 1] = flow[j];
		flow[j] = swap;
	}
	for (i = 0; i < n; i += now) {
		now = pick(seed, BATCH + 1); /* may be empty */
		if (now > n - i)
			now = n - i;
		feed(a, rows, flow + i, now, state);
	}
	free(flow);
}

static void
merge_all(const struct fv_analysis *a, const struct trial *rows, void **state,
    size_t parts, enum trial_order order)
{
	struct fv_err err;
	size_t i, step;

	if (order == TRIAL_FORWARD)
		for (i = 1; i < parts; i++)
			CU_ASSERT_EQUAL(
			    a->merge(state[0], state[i], &rows->context, &err),
			    0);
	/* Into the last, which then takes the place of the first. */
	if (order == TRIAL_BACKWARD && parts > 1) {
		for (i = parts - 1; i-- > 0;)
			CU_ASSERT_EQUAL(a->merge(state[parts - 1], state[i],
					    &rows->context, &err),
			    0);
		void *first = state[0];
		state[0] = state[parts - 1];
		state[parts - 1] = first;
	}
	if (order == TRIAL_PAIRS)
		for (step = 1; step < parts; step *= 2)
			for (i = 0; i + step < parts; i += 2 * step)
				CU_ASSERT_EQUAL(
				    a->merge(state[i], state[i + step],
					&rows->context, &err),
				    0);
}

static struct fv_result *
run_parts(const struct fv_analysis *a, const struct trial *rows, size_t parts,
    enum trial_order order, uint64_t seed)
{
	void *state[PARTS_MAX] = { NULL };
	struct fv_result *result;
	struct fv_err err;
	uint8_t *part_of;
	size_t i;

	part_of = calloc(rows->n + 1, 1);
	CU_ASSERT_PTR_NOT_NULL_FATAL(part_of);
	/* The last part of several stays empty. */
	for (i = 0; i < rows->n; i++)
		part_of[i] = (uint8_t)pick(&seed, parts > 1 ? parts - 1 : 1);
	for (i = 0; i < parts; i++) {
		state[i] = a->init(&rows->context, &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(state[i]);
		feed_part(a, rows, part_of, (uint8_t)i, &seed, state[i]);
	}
	merge_all(a, rows, state, parts, order);
	result = fv_result_new("test", &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(result);
	if (a->finish != NULL)
		CU_ASSERT_EQUAL(
		    a->finish(state[0], &rows->context, result, &err), 0);
	CU_ASSERT_EQUAL(fv_result_done(result, &err), 0);
	for (i = 0; i < parts; i++)
		a->free(state[i]);
	a->free(NULL);
	free(part_of);
	return result;
}

/* Let ${a} see all of ${rows} at once, and select. */
static void
focus_by(const struct fv_analysis *a, struct trial *rows)
{
	struct fv_err err;
	uint64_t seed = 0;
	uint8_t *part_of = calloc(rows->n + 1, 1);
	void *state = a->init(&rows->context, &err);

	CU_ASSERT_PTR_NOT_NULL_FATAL(part_of);
	CU_ASSERT_PTR_NOT_NULL_FATAL(state);
	feed_part(a, rows, part_of, 0, &seed, state);
	CU_ASSERT_EQUAL(
	    a->select(state, &rows->context, &rows->context.focus, &err), 0);
	a->free(state);
	free(part_of);
}

struct fv_result *
trial_run(const struct fv_analysis *a, const struct trial *plain, size_t parts,
    enum trial_order order, uint64_t seed)
{
	struct trial focused = *plain;
	struct fv_result *result;
	size_t i;

	if (!focused.context.focus.asked)
		focused.context.focus.suspect = FV_NO_ROW;
	focused.context.focus.loudest = FV_NO_ROW;
	for (i = 0; i < FV_ANALYSIS_NEEDS; i++)
		if (a->needs[i] != NULL)
			focus_by(a->needs[i], &focused);
	if (a->select != NULL)
		focus_by(a, &focused);
	result = run_parts(a, &focused, parts, order, seed);
	free(focused.context.focus.turn);
	return result;
}

char *
trial_text(const struct fv_result *result)
{
	struct fv_textbuf out = { 0 };
	struct fv_err err;

	CU_ASSERT_EQUAL_FATAL(
	    fv_report_text_write(result, false, &out, &err), 0);
	return out.bytes;
}

char *
trial_json(const struct fv_result *result)
{
	struct fv_textbuf out = { 0 };
	struct fv_err err;

	CU_ASSERT_EQUAL_FATAL(
	    fv_report_json_write(result, false, &out, &err), 0);
	return out.bytes;
}

static void
check_split(const struct fv_analysis *a, const struct trial *rows)
{
	static const size_t parts[] = { 1, 2, 7 };
	char *text, *json, *text_split, *json_split;
	struct fv_result *result;
	uint64_t seed = 1;
	size_t i;
	int order;

	result = trial_run(a, rows, 1, TRIAL_FORWARD, seed);
	text = trial_text(result);
	json = trial_json(result);
	fv_result_free(result);
	for (i = 0; i < FV_COUNT(parts); i++)
		for (order = TRIAL_FORWARD; order <= TRIAL_PAIRS; order++) {
			result = trial_run(
			    a, rows, parts[i], (enum trial_order)order, ++seed);
			text_split = trial_text(result);
			json_split = trial_json(result);
			CU_ASSERT_STRING_EQUAL(text, text_split);
			CU_ASSERT_STRING_EQUAL(json, json_split);
			fv_result_free(result);
			free(text_split);
			free(json_split);
		}
	free(text);
	free(json);
}

void
trial_check_laws(const struct fv_analysis *a)
{
	static const size_t sizes[] = { 0, 1, 2, 3000 };
	struct trial rows;
	size_t i;

	for (i = 0; i < FV_COUNT(sizes); i++) {
		trial_make(&rows, sizes[i], 60, i);
		check_split(a, &rows);
		trial_free(&rows);
	}
}

const struct fv_result_section *
trial_section(const struct fv_result *r, const char *id)
{
	size_t i;

	for (i = 0; i < r->nsections; i++)
		if (strcmp(r->section[i].id, id) == 0)
			return &r->section[i];
	return NULL;
}

const struct fv_result_cell *
trial_fact(const struct fv_result *r, const char *id, const char *name)
{
	const struct fv_result_section *s = trial_section(r, id);
	size_t i;

	for (i = 0; s != NULL && i < s->nfacts; i++)
		if (strcmp(s->fact[i].name, name) == 0)
			return &s->fact[i].cell;
	return NULL;
}

const struct fv_result_table *
trial_table(const struct fv_result *r, const char *id, const char *name)
{
	const struct fv_result_section *s = trial_section(r, id);
	size_t i;

	for (i = 0; s != NULL && i < s->ntables; i++)
		if (strcmp(s->table[i].name, name) == 0)
			return &s->table[i];
	return NULL;
}

const struct fv_result_cell *
trial_cell(const struct fv_result_table *t, size_t row, const char *column)
{
	size_t c;

	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	CU_ASSERT_FATAL(row < fv_result_rows(t));
	for (c = 0; c < t->ncolumns; c++)
		if (strcmp(t->column[c].name, column) == 0)
			return &t->cell[row * t->ncolumns + c];
	CU_FAIL_FATAL("no such column");
	return NULL;
}

void
trial_check_share(
    const struct fv_result_cell *cell, uint64_t part, uint64_t whole)
{
	CU_ASSERT_PTR_NOT_NULL_FATAL(cell);
	CU_ASSERT_EQUAL(cell->type, FV_RESULT_SHARE);
	CU_ASSERT(cell->part == part);
	CU_ASSERT(cell->whole == whole);
}

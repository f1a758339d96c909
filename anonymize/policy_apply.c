#include "anonymize/policy_apply.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "anonymize/policy_values.h"
#include "base/cursor.h"
#include "base/intern.h"
#include "base/memory.h"
#include "datasets/schema.h"

/* As many stacks as the publisher may have. */
#define STACKS_LIMIT ((size_t)1 << 24)

struct fv_policy_apply {
	const struct fv_policy *policy;
	const struct fv_publisher *publisher;
	int64_t shift; /* ns; 0: none */
	bool idle;
	bool restack;            /* stacks change, so some become alike */
	struct fv_intern stacks; /* as published; when restack */
	uint32_t *stack; /* publisher's number to ours; FV_NO_ROW: not yet */
	size_t nstack, capacity;
};

static enum fv_policy_action
action_of(
    const struct fv_policy_apply *a, enum fv_table_id table, size_t column)
{
	return a->policy->treatment[table][column].action;
}

/* Whether a column's values come out as the publisher makes them. */
static bool
is_untouched(
    const struct fv_policy_apply *a, enum fv_table_id table, size_t column)
{
	enum fv_policy_action action = action_of(a, table, column);

	return action == FV_POLICY_KEEP || action == FV_POLICY_MAP ||
	    (action == FV_POLICY_COARSEN &&
		fv_policy_rule(table, column).way == FV_POLICY_INITIAL);
}

static bool
is_table_untouched(const struct fv_policy_apply *a, enum fv_table_id table)
{
	size_t i;

	for (i = 0; i < fv_schema_tables[table].ncolumns; i++)
		if (!is_untouched(a, table, i))
			return false;
	return true;
}

static int
set_shift(struct fv_policy_apply *a, const struct fv_key *key,
    const struct fv_key_scope *scope, struct fv_err *err)
{
	/* Sites of one release stay together in time. */
	const struct fv_key_scope release = { NULL, scope->release };
	uint8_t bytes[8];
	struct fv_cursor cursor = fv_cursor_over(bytes, sizeof(bytes));
	uint64_t number;

	if (fv_key_subkey(key, &release, "time", bytes, sizeof(bytes), err) ==
	    -1)
		return -1;
	(void)fv_take_64(&cursor, true, &number);
	a->shift = (int64_t)(1 + number % FV_POLICY_WEEKS) * FV_POLICY_WEEK;
	fv_key_wipe(bytes, sizeof(bytes));
	return 0;
}

struct fv_policy_apply *
fv_policy_apply_new(const struct fv_policy *policy, const struct fv_key *key,
    const struct fv_key_scope *scope, const struct fv_publisher *publisher,
    struct fv_err *err)
{
	struct fv_policy_apply *a;

	if ((a = fv_memory_new(1, sizeof(*a), err)) == NULL)
		return NULL;
	a->policy = policy;
	a->publisher = publisher;
	a->restack =
	    action_of(a, FV_TABLE_FLOWS, FV_FLOW_STACK) != FV_POLICY_DROP &&
	    !is_table_untouched(a, FV_TABLE_STACKS);
	a->idle = !policy->shift && !a->restack &&
	    is_table_untouched(a, FV_TABLE_FLOWS);
	if ((policy->shift && set_shift(a, key, scope, err) == -1) ||
	    (a->restack &&
		fv_intern_init(&a->stacks, sizeof(struct fv_stack),
		    STACKS_LIMIT, err) == -1)) {
		fv_policy_apply_free(a);
		return NULL;
	}
	return a;
}

bool
fv_policy_apply_is_idle(const struct fv_policy_apply *a)
{
	return a->idle;
}

/* Times that are the same whatever the shift stay: see the header. */
static int64_t
shifted(const struct fv_policy_apply *a, int64_t time)
{
	if (a->shift == 0 || time < FV_POLICY_CLOCK_SET)
		return time;
	return time > INT64_MAX - a->shift ? INT64_MAX : time + a->shift;
}

/* On its grid; the end of the clock is on every one. */
static int64_t
coarse_time(const struct fv_policy_treatment *t, int64_t time)
{
	if (t->action != FV_POLICY_COARSEN || time == INT64_MAX)
		return time;
	return time - time % (int64_t)t->step;
}

/*
 * Start and end are put on the grid, and the duration is what is between
 * them, so that start_time + duration is the coarsened end.
 */
static void
set_times(const struct fv_policy_apply *a, struct fv_flow *row)
{
	const struct fv_policy_treatment *t =
	    a->policy->treatment[FV_TABLE_FLOWS];
	int64_t start = row->start_time, end;

	end = row->duration > INT64_MAX - start ? INT64_MAX
						: start + row->duration;
	row->start_time = coarse_time(&t[FV_FLOW_START_TIME], start);
	if (t[FV_FLOW_DURATION].action == FV_POLICY_COARSEN)
		end -= end % (int64_t)t[FV_FLOW_DURATION].step;
	row->duration = end > row->start_time ? end - row->start_time : 0;
	row->start_time = shifted(a, row->start_time);
}

static void
set_ports(const struct fv_policy_apply *a, struct fv_flow *row)
{
	const struct fv_policy_treatment *t =
	    a->policy->treatment[FV_TABLE_FLOWS];
	uint16_t source = row->source_port, destination = row->destination_port;

	row->source_port =
	    fv_policy_port(t[FV_FLOW_SOURCE_PORT].action, source, destination);
	row->destination_port = fv_policy_port(
	    t[FV_FLOW_DESTINATION_PORT].action, destination, source);
}

/* The number of a stack that is published; they become fewer. */
static int
set_stack(struct fv_policy_apply *a, uint32_t *number, struct fv_err *err)
{
	struct fv_stack stack, published;
	size_t known;
	uint64_t hash;
	void *grown;

	if (*number == FV_NO_ROW)
		return 0;
	known = fv_publisher_stacks(a->publisher);
	if (known > a->nstack) {
		grown = fv_memory_grow(a->stack, &a->capacity, known,
		    sizeof(*a->stack), STACKS_LIMIT, err);
		if (grown == NULL)
			return fv_err_within(err, "stacks");
		a->stack = grown;
		memset(a->stack + a->nstack, 0xff,
		    (known - a->nstack) * sizeof(*a->stack));
		a->nstack = known;
	}
	if (a->stack[*number] == FV_NO_ROW) {
		fv_publisher_stack_rows(a->publisher, *number, 1, &stack);
		published = stack;
		fv_policy_row(a->policy, FV_TABLE_STACKS, &published);
		hash = fv_intern_hash(
		    &a->stacks, &published, sizeof(published) / 8);
		if (fv_intern_number(&a->stacks, &published, hash,
			sizeof(published), &a->stack[*number], err) == -1)
			return -1;
	}
	*number = a->stack[*number];
	return 0;
}

int
fv_policy_apply_flows(struct fv_policy_apply *a, const struct fv_flow *rows,
    size_t n, struct fv_flow *out, struct fv_err *err)
{
	size_t i;

	if (out != rows)
		memcpy(out, rows, n * sizeof(*out));
	if (a->idle)
		return 0;
	for (i = 0; i < n; i++) {
		set_times(a, &out[i]);
		set_ports(a, &out[i]);
		if (a->restack && set_stack(a, &out[i].stack, err) == -1)
			return -1;
	}
	fv_policy_rows(a->policy, FV_TABLE_FLOWS, out, n);
	return 0;
}

/* The way back as a row of its own, so that one rule makes both ways. */
static struct fv_flow
mirror(const struct fv_flow_reverse *r)
{
	return (struct fv_flow){
		.start_time = r->reverse_start_time,
		.duration = r->reverse_duration,
		.packets = r->reverse_packets,
		.bytes = r->reverse_bytes,
		.link_bytes = r->reverse_link_bytes,
		.tcp_flags = r->reverse_tcp_flags,
		.initial_tcp_flags = r->reverse_initial_tcp_flags,
		.direction = r->biflow_direction,
		.direction_source = r->initiator_source,
		.stack = FV_NO_ROW,
	};
}

int
fv_policy_apply_biflows(struct fv_policy_apply *a, struct fv_biflow *rows,
    size_t n, struct fv_err *err)
{
	struct fv_flow way[2];
	size_t i;

	for (i = 0; i < n && !a->idle; i++) {
		way[0] = rows[i].forward;
		way[1] = mirror(&rows[i].reverse);
		if (fv_policy_apply_flows(a, way, 2, way, err) == -1)
			return -1;
		rows[i].forward = way[0];
		rows[i].reverse = (struct fv_flow_reverse){
			.reverse_start_time = way[1].start_time,
			.reverse_duration = way[1].duration,
			.reverse_packets = way[1].packets,
			.reverse_bytes = way[1].bytes,
			.reverse_link_bytes = way[1].link_bytes,
			.reverse_tcp_flags = way[1].tcp_flags,
			.reverse_initial_tcp_flags = way[1].initial_tcp_flags,
			.biflow_direction = way[1].direction,
			.initiator_source = way[1].direction_source,
		};
	}
	return 0;
}

void
fv_policy_apply_hosts(
    const struct fv_policy_apply *a, struct fv_host *rows, size_t n)
{
	fv_policy_rows(a->policy, FV_TABLE_HOSTS, rows, n);
}

void
fv_policy_apply_devices(
    const struct fv_policy_apply *a, struct fv_device *rows, size_t n)
{
	fv_policy_rows(a->policy, FV_TABLE_DEVICES, rows, n);
}

void
fv_policy_apply_sites(
    const struct fv_policy_apply *a, struct fv_site *rows, size_t n)
{
	fv_policy_rows(a->policy, FV_TABLE_SITES, rows, n);
}

void
fv_policy_apply_captures(
    const struct fv_policy_apply *a, struct fv_capture_row *rows, size_t n)
{
	const struct fv_table *t = &fv_schema_tables[FV_TABLE_CAPTURES];
	const struct fv_policy_treatment *first, *last;
	size_t i;

	first = &a->policy->treatment[FV_TABLE_CAPTURES]
				     [fv_schema_column(t, "first_time")];
	last = &a->policy->treatment[FV_TABLE_CAPTURES]
				    [fv_schema_column(t, "last_time")];
	for (i = 0; i < n; i++) {
		rows[i].first_time =
		    shifted(a, coarse_time(first, rows[i].first_time));
		rows[i].last_time =
		    shifted(a, coarse_time(last, rows[i].last_time));
	}
	fv_policy_rows(a->policy, FV_TABLE_CAPTURES, rows, n);
}

size_t
fv_policy_apply_ndevices(const struct fv_policy_apply *a)
{
	return action_of(a, FV_TABLE_FLOWS, FV_FLOW_SOURCE_DEVICE) ==
		FV_POLICY_DROP
	    ? 0
	    : fv_publisher_devices(a->publisher);
}

size_t
fv_policy_apply_nstacks(const struct fv_policy_apply *a)
{
	if (action_of(a, FV_TABLE_FLOWS, FV_FLOW_STACK) == FV_POLICY_DROP)
		return 0;
	return a->restack ? a->stacks.count : fv_publisher_stacks(a->publisher);
}

void
fv_policy_apply_stack_rows(const struct fv_policy_apply *a, size_t first,
    size_t n, struct fv_stack *rows)
{
	if (!a->restack)
		fv_publisher_stack_rows(a->publisher, first, n, rows);
	else if (n > 0)
		memcpy(rows, fv_intern_record(&a->stacks, (uint32_t)first),
		    n * sizeof(*rows));
}

void
fv_policy_apply_free(struct fv_policy_apply *a)
{
	if (a == NULL)
		return;
	fv_intern_free(&a->stacks);
	free(a->stack);
	fv_key_wipe(a, sizeof(*a));
	free(a);
}

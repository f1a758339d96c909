#include "tests/unit/suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "anonymize/policy.h"
#include "anonymize/policy_apply.h"
#include "anonymize/policy_check.h"
#include "tests/unit/addresses.h"

#define FLOWS FV_TABLE_FLOWS

static struct fv_policy
parsed(const char *text)
{
	struct fv_policy policy;
	struct fv_err err;

	if (fv_policy_parse(text, strlen(text), &policy, &err) == -1)
		CU_FAIL_FATAL("a good policy was refused");
	return policy;
}

static void
refused(const char *text, const char *why)
{
	struct fv_policy policy;
	struct fv_err err;

	CU_ASSERT_EQUAL(fv_policy_parse(text, strlen(text), &policy, &err), -1);
	CU_ASSERT_STRING_EQUAL(err.text, why);
}

/* Each built-in policy, printed, is itself again. */
static void
canonical_text_comes_back(void)
{
	struct fv_policy policy, again;
	struct fv_err err;
	char *text, *twice;
	size_t i;

	for (i = 0; fv_policy_builtins[i] != NULL; i++) {
		CU_ASSERT_FATAL(
		    fv_policy_builtin(fv_policy_builtins[i], &policy));
		CU_ASSERT_STRING_EQUAL(policy.name, fv_policy_builtins[i]);
		text = fv_policy_text(&policy, &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(text);
		again = parsed(text);
		twice = fv_policy_text(&again, &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(twice);
		CU_ASSERT_STRING_EQUAL(text, twice);
		free(text);
		free(twice);
	}
	CU_ASSERT_EQUAL(i, 3);
	CU_ASSERT_FALSE(fv_policy_builtin("none", &policy));
}

static void
faults_are_told_with_their_line(void)
{
	refused("policy: x\nbase: partner\nflows:\n  start_tim: keep\n",
	    "line 4: unknown column of flows 'start_tim'; did you mean "
	    "'start_time'?");
	refused("policy: x\nbase: partner\nflow:\n  vlan: drop\n",
	    "line 3: unknown table 'flow'; did you mean 'flows'?");
	refused("policy: x\nbase: partner\nflows:\n  vlan: dorp\n",
	    "line 4: flows/vlan: 'dorp' is no treatment; this column can be "
	    "map or drop");
	refused("policy: x\nbase: mine\n",
	    "line 2: base: 'mine' is none of open, partner and internal");
	refused("policy: partner\nbase: open\n",
	    "it differs from the built-in policy 'partner': give it a name "
	    "of its own");
	refused("policy: x\n",
	    "time_shift is not said; begin with 'base: partner', or say it: "
	    "none or weeks");
	refused("policy: x\ntime_shift: none\n",
	    "flows/start_time is not said; begin with 'base: partner', or "
	    "name every column");
	refused("base: open\n",
	    "'policy: NAME' is missing: what to call the policy");
	refused("policy: x\nbase: partner\nflows:\n  start_time: coarsen 7 s\n",
	    "line 4: flows/start_time: a time is coarsened to parts of a day: "
	    "'coarsen 1 ms', 'coarsen 15 min'; units are ns, us, ms, s, min, "
	    "h, d");
}

/* What identifies is kept by no policy, whatever its file says. */
static void
nothing_that_identifies_can_be_kept(void)
{
	static const char *const columns[][2] = {
		{ "flows", "source" },
		{ "flows", "destination" },
		{ "flows", "source_device" },
		{ "flows", "vlan" },
		{ "flows", "tunnel" },
		{ "flows", "ttl" },
		{ "hosts", "address" },
		{ "hosts", "address_high" },
		{ "hosts", "address_low" },
		{ "devices", "token" },
		{ "stacks", "ttl" },
	};
	struct fv_policy policy;
	char text[128];
	struct fv_err err;
	size_t i;
	int n;

	for (i = 0; i < FV_COUNT(columns); i++) {
		n = snprintf(text, sizeof(text),
		    "policy: x\nbase: internal\n%s:\n  %s: keep\n",
		    columns[i][0], columns[i][1]);
		CU_ASSERT_EQUAL(
		    fv_policy_parse(text, (size_t)n, &policy, &err), -1);
		CU_ASSERT_PTR_NOT_NULL(
		    strstr(err.text, "keep is not possible here"));
	}
	/* Another column can be, so it is the column that is refused. */
	(void)parsed("policy: x\nbase: internal\nflows:\n  bytes: keep\n");
}

static void
times_go_together(void)
{
	refused("policy: x\nbase: partner\nflows:\n  start_time: coarsen 1 s\n",
	    "flows/duration is to be coarsened as flows/start_time is, or "
	    "dropped: start and end lie on one grid");
	refused("policy: x\nbase: partner\nflows:\n"
		"  start_time: coarsen 1 s\n  duration: drop\n",
	    "captures/first_time and captures/last_time would tell more than "
	    "flows/start_time: coarsen them as much, or to multiples of that");
	(void)parsed("policy: x\nbase: partner\nflows:\n"
		     "  start_time: coarsen 1 s\n  duration: drop\n"
		     "captures:\n  first_time: coarsen 1 s\n"
		     "  last_time: coarsen 1 min\n");
}

/* A bed for rows: a policy at work, and a publisher with two stacks. */
struct bed {
	struct fv_key *key;
	struct fv_publisher *publisher;
	struct fv_policy policy;
	struct fv_policy_apply *apply;
	struct fv_flow row[8];
	struct fv_raw_packet packet[8];
};

/* Both families, both ways, two stacks that differ in their windows. */
static void
begin(struct bed *b, const char *text)
{
	static const struct fv_key_scope scope = { "here", "2026" };
	static const struct fv_publisher_input input = { FV_SIDE_BOTH, 0 };
	static const char *const ends[2][2] = {
		{ "10.0.0.1", "192.0.2.7" },
		{ "fd00::1", "2001:db8::7" },
	};
	struct fv_raw_packet *p;
	struct fv_err err;
	size_t i;

	memset(b, 0, sizeof(*b));
	b->policy = parsed(text);
	b->key = fv_key_of_hex(FV_REFERENCE_KEY);
	b->publisher = fv_publisher_new(NULL, 0, b->key, &scope, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(b->publisher);
	for (i = 0; i < FV_COUNT(b->packet); i++) {
		p = &b->packet[i];
		p->source = fv_raw_address(ends[i / 2 % 2][i % 2]);
		p->destination = fv_raw_address(ends[i / 2 % 2][1 - i % 2]);
		p->time = INT64_C(1200000000123456789) + (int64_t)i;
		p->bytes = 1000 + i;
		p->source_port = i % 2 == 0 ? 40001 : 443;
		p->destination_port = i % 2 == 0 ? 443 : 40001;
		p->vlan = 5;
		p->encapsulation = FV_ENCAPSULATION_VXLAN;
		p->tunnel = 5;
		p->has = FV_HAS_PORTS | FV_HAS_TCP_FLAGS | FV_HAS_SYN |
		    FV_HAS_SOURCE_MAC | FV_HAS_VLAN;
		p->protocol = 6;
		p->icmp_type = 3;
		p->icmp_code = 1;
		p->tcp_flags = 0x12;
		p->fragment = FV_FRAGMENT_FIRST;
		p->ttl = 57;
		p->source_mac =
		    (struct fv_raw_mac){ { 2, 0, 0, 0, 0, (uint8_t)i } };
		p->syn = (struct fv_stack){ 0x020401, 60,
			(uint16_t)(29200 + i / 4), 1460, 7, 0 };
	}
	CU_ASSERT_EQUAL_FATAL(fv_publisher_rows(b->publisher, &input, b->packet,
				  FV_COUNT(b->packet), b->row, &err),
	    0);
	b->apply =
	    fv_policy_apply_new(&b->policy, b->key, &scope, b->publisher, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(b->apply);
}

static void
finish(struct bed *b)
{
	fv_policy_apply_free(b->apply);
	fv_publisher_free(b->publisher);
	fv_key_free(b->key);
}

static void
put(struct bed *b, struct fv_flow *rows)
{
	struct fv_err err;

	memcpy(rows, b->row, sizeof(b->row));
	CU_ASSERT_EQUAL_FATAL(
	    fv_policy_apply_flows(b->apply, rows, FV_COUNT(b->row), rows, &err),
	    0);
}

/* Every kept field of each row, before and after. */
static void
internal_keeps_every_field(void)
{
	struct fv_flow rows[8];
	struct fv_raw_packet *p;
	struct bed b;
	size_t i;

	begin(&b, "policy: x\nbase: internal\n");
	CU_ASSERT(fv_policy_apply_is_idle(b.apply));
	put(&b, rows);
	for (i = 0; i < FV_COUNT(rows); i++) {
		p = &b.packet[i];
		CU_ASSERT_EQUAL(rows[i].start_time, p->time);
		CU_ASSERT_EQUAL(rows[i].duration, 0);
		CU_ASSERT_EQUAL(rows[i].packets, 1);
		CU_ASSERT_EQUAL(rows[i].bytes, p->bytes);
		CU_ASSERT_EQUAL(rows[i].source, i / 2 % 2 * 2 + i % 2);
		CU_ASSERT_EQUAL(
		    rows[i].destination, i / 2 % 2 * 2 + (1 - i % 2));
		CU_ASSERT_EQUAL(rows[i].source_port, p->source_port);
		CU_ASSERT_EQUAL(rows[i].destination_port, p->destination_port);
		CU_ASSERT_EQUAL(rows[i].protocol, p->protocol);
		CU_ASSERT_EQUAL(rows[i].icmp_type, p->icmp_type);
		CU_ASSERT_EQUAL(rows[i].icmp_code, p->icmp_code);
		CU_ASSERT_EQUAL(rows[i].tcp_flags, p->tcp_flags);
		CU_ASSERT_EQUAL(rows[i].initial_tcp_flags, p->tcp_flags);
		CU_ASSERT_EQUAL(rows[i].direction,
		    i % 2 == 0 ? FV_DIRECTION_OUTBOUND : FV_DIRECTION_INBOUND);
		CU_ASSERT_EQUAL(
		    rows[i].direction_source, FV_DIRECTION_FROM_ADDRESS);
		CU_ASSERT_EQUAL(rows[i].fragment, p->fragment);
		CU_ASSERT_EQUAL(rows[i].ttl, 64);
		CU_ASSERT_EQUAL(rows[i].stack, i / 4);
		CU_ASSERT_EQUAL(rows[i].source_device, i);
		CU_ASSERT(rows[i].vlan >= 1 && rows[i].vlan <= 4096);
		CU_ASSERT(rows[i].tunnel != 0 && rows[i].tunnel != 5);
		CU_ASSERT_EQUAL(rows[i].end_reason, FV_END_NONE);
		CU_ASSERT_EQUAL(rows[i].capture, 0);
	}
	CU_ASSERT_EQUAL(fv_policy_apply_ndevices(b.apply), 8);
	CU_ASSERT_EQUAL(fv_policy_apply_nstacks(b.apply), 2);
	finish(&b);
}

static void
open_coarsens_and_drops(void)
{
	struct fv_flow rows[8];
	struct bed b;
	int64_t moved;
	size_t i;

	begin(&b, "policy: x\nbase: open\n");
	put(&b, rows);
	for (i = 0; i < FV_COUNT(rows); i++) {
		moved = rows[i].start_time - INT64_C(1200000000000000000);
		CU_ASSERT(moved >= FV_POLICY_WEEK);
		CU_ASSERT(moved <= FV_POLICY_WEEKS * FV_POLICY_WEEK);
		CU_ASSERT_EQUAL(moved % FV_POLICY_WEEK, 0);
		CU_ASSERT_EQUAL(rows[i].source_port,
		    i % 2 == 0 ? FV_POLICY_CLIENT_PORT : 443);
		CU_ASSERT_EQUAL(rows[i].destination_port,
		    i % 2 == 0 ? 443 : FV_POLICY_CLIENT_PORT);
		CU_ASSERT_EQUAL(rows[i].stack, FV_NO_ROW);
		CU_ASSERT_EQUAL(rows[i].source_device, FV_NO_ROW);
		CU_ASSERT_EQUAL(rows[i].vlan, 0);
		CU_ASSERT_EQUAL(rows[i].tunnel, 0);
		CU_ASSERT_EQUAL(rows[i].bytes, b.packet[i].bytes);
		CU_ASSERT_EQUAL(rows[i].source, b.row[i].source);
	}
	CU_ASSERT_EQUAL(fv_policy_apply_ndevices(b.apply), 0);
	CU_ASSERT_EQUAL(fv_policy_apply_nstacks(b.apply), 0);
	finish(&b);
}

/* The coarsened end is the coarsened start and the published duration. */
static void
start_and_end_lie_on_the_grid(void)
{
	static const struct {
		int64_t start, duration, published, lasted;
	} cases[] = {
		{ 1999999999, 1, 1000000000, 1000000000 },
		{ 1000000001, 900000000, 1000000000, 0 },
		{ 1500000000, 3600000000, 1000000000, 4000000000 },
		{ 0, 0, 0, 0 },
		{ INT64_MAX, 0, INT64_MAX, 0 },
	};
	struct fv_flow rows[8];
	struct bed b;
	size_t i;

	begin(&b, "policy: x\nbase: open\n");
	for (i = 0; i < FV_COUNT(cases); i++) {
		b.row[i].start_time = cases[i].start;
		b.row[i].duration = cases[i].duration;
	}
	/* Times before 1990 and at the end of the clock are not shifted. */
	put(&b, rows);
	for (i = 0; i < FV_COUNT(cases); i++) {
		CU_ASSERT_EQUAL(rows[i].start_time, cases[i].published);
		CU_ASSERT_EQUAL(rows[i].duration, cases[i].lasted);
	}
	finish(&b);
}

/* Stacks that the policy makes alike have one number, or it would tell. */
static void
stacks_made_alike_are_one(void)
{
	struct fv_stack stack[2];
	struct fv_flow rows[8];
	struct bed b;
	size_t i;

	begin(&b,
	    "policy: x\nbase: partner\nstacks:\n  window: coarsen 1024\n"
	    "  window_scale: drop\n");
	put(&b, rows);
	for (i = 0; i < FV_COUNT(rows); i++)
		CU_ASSERT_EQUAL(rows[i].stack, 0);
	CU_ASSERT_EQUAL_FATAL(fv_policy_apply_nstacks(b.apply), 1);
	fv_policy_apply_stack_rows(b.apply, 0, 1, stack);
	CU_ASSERT_EQUAL(stack[0].window, 28672);
	CU_ASSERT_EQUAL(stack[0].window_scale, 0);
	CU_ASSERT_EQUAL(stack[0].mss, 1460);
	finish(&b);
}

static void
the_shift_belongs_to_key_and_release(void)
{
	static const struct fv_key_scope scopes[] = {
		{ "here", "2026" },
		{ "there", "2026" },
		{ "here", "2027" },
	};
	struct fv_policy_apply *apply;
	struct fv_flow rows[3];
	struct fv_err err;
	struct bed b;
	size_t i;

	begin(&b, "policy: x\nbase: open\n");
	for (i = 0; i < FV_COUNT(scopes); i++) {
		apply = fv_policy_apply_new(
		    &b.policy, b.key, &scopes[i], b.publisher, &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(apply);
		CU_ASSERT_EQUAL(
		    fv_policy_apply_flows(apply, b.row, 1, &rows[i], &err), 0);
		fv_policy_apply_free(apply);
	}
	CU_ASSERT_EQUAL(rows[0].start_time, rows[1].start_time);
	CU_ASSERT_NOT_EQUAL(rows[0].start_time, rows[2].start_time);
	finish(&b);
}

static void
captures_follow_their_flows(void)
{
	struct fv_capture_row captures[2];
	struct fv_flow rows[8];
	struct bed b;

	begin(&b,
	    "policy: x\nbase: open\ncaptures:\n  interfaces: drop\n"
	    "  counters: drop\n");
	put(&b, rows);
	memset(captures, 0, sizeof(captures));
	captures[0].first_time = b.row[0].start_time;
	captures[0].last_time = b.row[0].start_time;
	captures[0].interfaces = 3;
	captures[0].snapshot_length = 96;
	captures[0].counter[FV_COUNT_READ] = 7;
	captures[0].counter[FV_COUNT_IPV4] = 7;
	fv_policy_apply_captures(b.apply, captures, 2);
	CU_ASSERT_EQUAL(captures[0].first_time, rows[0].start_time);
	CU_ASSERT_EQUAL(captures[0].last_time, rows[0].start_time);
	CU_ASSERT_EQUAL(captures[0].interfaces, 0);
	CU_ASSERT_EQUAL(captures[0].snapshot_length, 96);
	CU_ASSERT_EQUAL(captures[0].counter[FV_COUNT_READ], 7);
	CU_ASSERT_EQUAL(captures[0].counter[FV_COUNT_IPV4], 0);
	CU_ASSERT_EQUAL(captures[1].first_time, 0);
	finish(&b);
}

/* Which port is whose; and what was coarsened passes, the rest does not. */
static void
client_ports_become_one(void)
{
	static const struct {
		uint16_t port[2], published[2];
	} cases[] = {
		{ { 40001, 443 }, { 49152, 443 } },
		{ { 443, 40001 }, { 443, 49152 } },
		{ { 123, 123 }, { 123, 123 } },
		{ { 5353, 5353 }, { 5353, 5353 } },
		{ { 1025, 8080 }, { 1025, 49152 } },
		{ { 51413, 60000 }, { 49152, 49152 } },
		{ { 0, 0 }, { 0, 0 } },
		{ { 32767, 65535 }, { 32767, 49152 } },
	};
	struct fv_flow rows[8];
	uint16_t from[8], to[8];
	size_t i, at = 99;
	struct bed b;

	begin(&b, "policy: x\nbase: open\n");
	for (i = 0; i < FV_COUNT(cases); i++) {
		b.row[i].source_port = cases[i].port[0];
		b.row[i].destination_port = cases[i].port[1];
	}
	put(&b, rows);
	for (i = 0; i < FV_COUNT(cases); i++) {
		CU_ASSERT_EQUAL(rows[i].source_port, cases[i].published[0]);
		CU_ASSERT_EQUAL(
		    rows[i].destination_port, cases[i].published[1]);
		from[i] = rows[i].source_port;
		to[i] = rows[i].destination_port;
	}
	CU_ASSERT_EQUAL(fv_policy_check_ports(&b.policy, from, to, 8, &at), 0);
	from[0] = 8080; /* above 443: not what is left of a client's */
	CU_ASSERT_EQUAL(fv_policy_check_ports(&b.policy, from, to, 8, &at), 1);
	CU_ASSERT_EQUAL(at, 0);
	from[1] = 40001;
	CU_ASSERT_EQUAL(fv_policy_check_column(&b.policy, FLOWS,
			    FV_FLOW_SOURCE_PORT, from, 8, &at),
	    1);
	CU_ASSERT_EQUAL(at, 1);
	finish(&b);
}

CU_TestInfo suite_policy[] = {
	{ "canonical text comes back", canonical_text_comes_back },
	{ "faults are told with their line", faults_are_told_with_their_line },
	{ "nothing that identifies can be kept",
	    nothing_that_identifies_can_be_kept },
	{ "times go together", times_go_together },
	{ "internal keeps every field", internal_keeps_every_field },
	{ "open coarsens and drops", open_coarsens_and_drops },
	{ "start and end lie on the grid", start_and_end_lie_on_the_grid },
	{ "stacks made alike are one", stacks_made_alike_are_one },
	{ "the shift belongs to key and release",
	    the_shift_belongs_to_key_and_release },
	{ "captures follow their flows", captures_follow_their_flows },
	{ "client ports become one", client_ports_become_one },
	CU_TEST_INFO_NULL,
};

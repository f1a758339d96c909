#include "anonymize/policy_rules.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/counters.h"

#define KEEP (1U << FV_POLICY_KEEP)
#define COARSEN (1U << FV_POLICY_COARSEN)
#define MAP (1U << FV_POLICY_MAP)
#define DROP (1U << FV_POLICY_DROP)

/* Nanoseconds of a week; every step of a time divides them. */
#define WEEK UINT64_C(604800000000000)

static const char *const actions[FV_POLICY_ACTIONS] = {
	[FV_POLICY_KEEP] = "keep",
	[FV_POLICY_COARSEN] = "coarsen",
	[FV_POLICY_MAP] = "map",
	[FV_POLICY_DROP] = "drop",
};

/*
 * What is possible.  Hosts and what identifies them are mapped and in no
 * other way; what tells how to read other columns (protocol, IP version,
 * class, site, capture) is always there.
 */
static const struct {
	enum fv_table_id table;
	const char *column;
	struct fv_policy_rule rule;
} rules[] = {
	{ FV_TABLE_FLOWS, "start_time", { KEEP | COARSEN, FV_POLICY_GRID } },
	{ FV_TABLE_FLOWS, "duration",
	    { KEEP | COARSEN | DROP, FV_POLICY_GRID } },
	{ FV_TABLE_FLOWS, "source", { MAP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_FLOWS, "destination", { MAP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_FLOWS, "source_port",
	    { KEEP | COARSEN | DROP, FV_POLICY_PORTS } },
	{ FV_TABLE_FLOWS, "destination_port",
	    { KEEP | COARSEN | DROP, FV_POLICY_PORTS } },
	{ FV_TABLE_FLOWS, "protocol", { KEEP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_FLOWS, "icmp_type", { KEEP | DROP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_FLOWS, "icmp_code", { KEEP | DROP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_FLOWS, "tcp_flags", { KEEP | DROP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_FLOWS, "initial_tcp_flags",
	    { KEEP | DROP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_FLOWS, "packets",
	    { KEEP | COARSEN | DROP, FV_POLICY_POWERS } },
	{ FV_TABLE_FLOWS, "bytes",
	    { KEEP | COARSEN | DROP, FV_POLICY_POWERS } },
	{ FV_TABLE_FLOWS, "direction", { KEEP | DROP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_FLOWS, "direction_source",
	    { KEEP | DROP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_FLOWS, "fragment", { KEEP | DROP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_FLOWS, "ttl", { COARSEN | DROP, FV_POLICY_INITIAL } },
	{ FV_TABLE_FLOWS, "stack", { KEEP | DROP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_FLOWS, "source_device", { MAP | DROP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_FLOWS, "vlan", { MAP | DROP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_FLOWS, "end_reason", { KEEP | DROP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_FLOWS, "capture", { KEEP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_FLOWS, "encapsulation", { KEEP | DROP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_FLOWS, "tunnel", { MAP | DROP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_FLOWS, "link_bytes", { KEEP | DROP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_FLOWS, "part", { KEEP | DROP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_FLOWS, "out_of_order", { KEEP | DROP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_HOSTS, "address", { MAP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_HOSTS, "address_high", { MAP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_HOSTS, "address_low", { MAP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_HOSTS, "ip_version", { KEEP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_HOSTS, "address_class", { KEEP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_HOSTS, "internal", { KEEP | DROP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_HOSTS, "site", { KEEP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_DEVICES, "token", { MAP | DROP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_DEVICES, "locally_administered",
	    { KEEP | DROP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_DEVICES, "multicast", { KEEP | DROP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_STACKS, "ttl", { COARSEN | DROP, FV_POLICY_INITIAL } },
	{ FV_TABLE_STACKS, "syn_length",
	    { KEEP | COARSEN | DROP, FV_POLICY_STEPS } },
	{ FV_TABLE_STACKS, "window",
	    { KEEP | COARSEN | DROP, FV_POLICY_STEPS } },
	{ FV_TABLE_STACKS, "mss", { KEEP | COARSEN | DROP, FV_POLICY_STEPS } },
	{ FV_TABLE_STACKS, "window_scale", { KEEP | DROP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_STACKS, "option_layout", { KEEP | DROP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_CAPTURES, "site", { KEEP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_CAPTURES, "side", { KEEP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_CAPTURES, "link_type", { KEEP | DROP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_CAPTURES, "snapshot_length",
	    { KEEP | DROP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_CAPTURES, "interfaces", { KEEP | DROP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_CAPTURES, "first_time", { KEEP | COARSEN, FV_POLICY_GRID } },
	{ FV_TABLE_CAPTURES, "last_time", { KEEP | COARSEN, FV_POLICY_GRID } },
	{ FV_TABLE_CAPTURES, "clock_offset",
	    { KEEP | DROP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_CAPTURES, "step_back", { KEEP | DROP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_CAPTURES, "ethertypes", { KEEP | DROP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_SITES, "name", { KEEP, FV_POLICY_NO_WAY } },
	{ FV_TABLE_SITES, "kind", { KEEP | DROP, FV_POLICY_NO_WAY } },
};

/* Units of time, the largest first. */
static const struct {
	const char *name;
	uint64_t ns;
} units[] = {
	{ "d", UINT64_C(86400000000000) },
	{ "h", UINT64_C(3600000000000) },
	{ "min", UINT64_C(60000000000) },
	{ "s", UINT64_C(1000000000) },
	{ "ms", UINT64_C(1000000) },
	{ "us", UINT64_C(1000) },
	{ "ns", UINT64_C(1) },
};

/* What stands behind "coarsen", where it is always the same. */
static const char *const parameters[FV_POLICY_WAYS] = {
	[FV_POLICY_PORTS] = "clients",
	[FV_POLICY_POWERS] = "powers of 2",
	[FV_POLICY_INITIAL] = "initial",
};

bool
fv_policy_is_counter(enum fv_table_id table, size_t column)
{
	size_t all = fv_schema_tables[table].ncolumns;

	return table == FV_TABLE_CAPTURES && column >= all - FV_COUNTERS;
}

/* Counters that are to add up are kept; of properties, none needs to be. */
static struct fv_policy_rule
counter_rule(size_t column)
{
	size_t all = fv_schema_tables[FV_TABLE_CAPTURES].ncolumns;
	struct fv_policy_rule rule = { KEEP, FV_POLICY_NO_WAY };

	switch (fv_counter_info[column - (all - FV_COUNTERS)].kind) {
	case FV_KIND_READ:
	case FV_KIND_RECORDED:
	case FV_KIND_REJECTED:
		break;
	case FV_KIND_NOTE:
	case FV_KIND_SLIDES:
	case FV_KIND_FAULT:
		rule.actions |= DROP;
		break;
	}
	return rule;
}

struct fv_policy_rule
fv_policy_rule(enum fv_table_id table, size_t column)
{
	const struct fv_policy_rule none = { 0, FV_POLICY_NO_WAY };
	const char *name = fv_schema_tables[table].columns[column].name;
	size_t i;

	if (fv_policy_is_counter(table, column))
		return counter_rule(column);
	for (i = 0; i < FV_COUNT(rules); i++)
		if (rules[i].table == table &&
		    strcmp(rules[i].column, name) == 0)
			return rules[i].rule;
	assert(!"a column of the schema has no rule");
	return none;
}

bool
fv_policy_is_time(enum fv_table_id table, size_t column)
{
	return (table == FV_TABLE_FLOWS && column == FV_FLOW_START_TIME) ||
	    (table == FV_TABLE_CAPTURES &&
		fv_policy_rule(table, column).way == FV_POLICY_GRID);
}

/* A decimal number above 0 at the start of ${text}; moves it behind. */
static bool
take_number(const char **text, uint64_t *number)
{
	const char *at = *text;
	uint64_t n = 0;

	for (; *at >= '0' && *at <= '9'; at++) {
		if (n > WEEK)
			return false;
		n = n * 10 + (uint64_t)(*at - '0');
	}
	if (n == 0)
		return false;
	*number = n;
	*text = at;
	return true;
}

static int
read_grid(const char *text, uint64_t *step, struct fv_err *err)
{
	uint64_t n;
	size_t i;

	if (take_number(&text, &n) && *text++ == ' ')
		for (i = 0; i < FV_COUNT(units); i++)
			if (strcmp(text, units[i].name) == 0 &&
			    n <= WEEK / units[i].ns &&
			    n * units[i].ns <= units[0].ns &&
			    n * units[i].ns > 1 &&
			    units[0].ns % (n * units[i].ns) == 0) {
				*step = n * units[i].ns;
				return 0;
			}
	return fv_err_set(err, FV_EFORMAT,
	    "a time is coarsened to parts of a day: 'coarsen 1 ms', 'coarsen "
	    "15 min'; units are ns, us, ms, s, min, h, d");
}

static int
read_parameter(const char *text, enum fv_policy_way way,
    struct fv_policy_treatment *treatment, struct fv_err *err)
{
	switch (way) {
	case FV_POLICY_GRID:
		return read_grid(text, &treatment->step, err);
	case FV_POLICY_STEPS:
		if (take_number(&text, &treatment->step) && *text == '\0' &&
		    treatment->step > 1 && treatment->step <= UINT16_MAX)
			return 0;
		return fv_err_set(err, FV_EFORMAT,
		    "a size is coarsened to multiples of a number from 2 to "
		    "65535: 'coarsen 64'");
	case FV_POLICY_PORTS:
	case FV_POLICY_POWERS:
	case FV_POLICY_INITIAL:
		if (strcmp(text, parameters[way]) == 0)
			return 0;
		return fv_err_set(err, FV_EFORMAT,
		    "it is coarsened in one way: 'coarsen %s'",
		    parameters[way]);
	case FV_POLICY_NO_WAY:
	case FV_POLICY_WAYS:
		break;
	}
	return fv_err_set(err, FV_EFORMAT, "it cannot be coarsened");
}

/* "keep or drop": what is possible, as words. */
static void
list_actions(unsigned possible, char *text, size_t size)
{
	size_t i, n = 0;

	text[0] = '\0';
	for (i = 0; i < FV_POLICY_ACTIONS; i++) {
		if ((possible >> i & 1) == 0)
			continue;
		possible &= ~(1U << i);
		n += (size_t)snprintf(text + n, size - n, "%s%s",
		    n == 0              ? ""
			: possible == 0 ? " or "
					: ", ",
		    actions[i]);
	}
}

/* Why a treatment cannot be, where it is more than a matter of form. */
static const char *
reason(unsigned possible, size_t action)
{
	if (action == FV_POLICY_KEEP && (possible & MAP) != 0)
		return "; nothing that identifies is kept by any policy";
	if (action == FV_POLICY_KEEP && (possible & COARSEN) != 0)
		return "; its exact value tells where a host is";
	if (action == FV_POLICY_DROP)
		return "; other columns cannot be read without it";
	return "";
}

int
fv_policy_treatment_read(const char *text, enum fv_table_id table,
    size_t column, struct fv_policy_treatment *treatment, struct fv_err *err)
{
	const struct fv_policy_rule rule = fv_policy_rule(table, column);
	size_t i, n = strcspn(text, " ");
	char possible[64];

	list_actions(rule.actions, possible, sizeof(possible));
	for (i = 0; i < FV_POLICY_ACTIONS; i++)
		if (strlen(actions[i]) == n &&
		    strncmp(actions[i], text, n) == 0)
			break;
	if (i == FV_POLICY_ACTIONS)
		return fv_err_set(err, FV_EFORMAT,
		    "'%.32s' is no treatment; this column can be %s", text,
		    possible);
	if ((rule.actions >> i & 1) == 0)
		return fv_err_set(err, FV_EFORMAT,
		    "%s is not possible here, only %s%s", actions[i], possible,
		    reason(rule.actions, i));
	*treatment =
	    (struct fv_policy_treatment){ (enum fv_policy_action)i, 0 };
	if (i == FV_POLICY_COARSEN)
		return read_parameter(text[n] == ' ' ? text + n + 1 : text + n,
		    rule.way, treatment, err);
	if (text[n] != '\0')
		return fv_err_set(
		    err, FV_EFORMAT, "nothing stands behind %s", actions[i]);
	return 0;
}

void
fv_policy_treatment_print(const struct fv_policy_treatment *treatment,
    enum fv_table_id table, size_t column, char text[FV_POLICY_TREATMENT])
{
	const enum fv_policy_way way = fv_policy_rule(table, column).way;
	const char *action = actions[treatment->action];
	size_t i = 0;

	if (treatment->action != FV_POLICY_COARSEN) {
		(void)snprintf(text, FV_POLICY_TREATMENT, "%s", action);
	} else if (way == FV_POLICY_GRID) {
		while (treatment->step % units[i].ns != 0)
			i++;
		(void)snprintf(text, FV_POLICY_TREATMENT, "%s %" PRIu64 " %s",
		    action, treatment->step / units[i].ns, units[i].name);
	} else if (way == FV_POLICY_STEPS) {
		(void)snprintf(text, FV_POLICY_TREATMENT, "%s %" PRIu64, action,
		    treatment->step);
	} else {
		(void)snprintf(text, FV_POLICY_TREATMENT, "%s %s", action,
		    parameters[way]);
	}
}

/* The grid of a time: 1 when it is kept. */
static uint64_t
grid(const struct fv_policy *policy, enum fv_table_id table, const char *name)
{
	const struct fv_policy_treatment *t =
	    &policy->treatment[table][fv_schema_column(
		&fv_schema_tables[table], name)];

	return t->action == FV_POLICY_COARSEN ? t->step : 1;
}

const char *
fv_policy_contradiction(const struct fv_policy *policy)
{
	uint64_t step = grid(policy, FV_TABLE_FLOWS, "start_time");

	if (policy->treatment[FV_TABLE_FLOWS][FV_FLOW_DURATION].action !=
		FV_POLICY_DROP &&
	    grid(policy, FV_TABLE_FLOWS, "duration") != step)
		return "flows/duration is to be coarsened as flows/start_time "
		       "is, or dropped: start and end lie on one grid";
	if (grid(policy, FV_TABLE_CAPTURES, "first_time") % step != 0 ||
	    grid(policy, FV_TABLE_CAPTURES, "last_time") % step != 0)
		return "captures/first_time and captures/last_time would tell "
		       "more than flows/start_time: coarsen them as much, or "
		       "to multiples of that";
	return NULL;
}

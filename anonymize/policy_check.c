#include "anonymize/policy_check.h"

#include "anonymize/policy_rules.h"
#include "anonymize/policy_values.h"
#include "datasets/flow.h"

/* What is allowed in a column. */
struct allowed {
	enum {
		ANYTHING,
		NOTHING,
		NO_ROW,
		AT_MOST,
		CLASS,
		GRID,
		STEP,
		POWER,
		PORT
	} what;
	uint64_t number;
};

static struct allowed
allowed_in(
    const struct fv_policy *policy, enum fv_table_id table, size_t column)
{
	const struct fv_policy_treatment *t = &policy->treatment[table][column];
	const struct fv_column *c = &fv_schema_tables[table].columns[column];

	if (c->type == FV_TEXT)
		return (struct allowed){ ANYTHING, 0 };
	if (t->action == FV_POLICY_DROP)
		return (struct allowed){
			c->refers_to != NULL ? NO_ROW : NOTHING, 0
		};
	if (table == FV_TABLE_FLOWS && column == FV_FLOW_VLAN)
		return (struct allowed){ AT_MOST, c->valid_max };
	if (t->action != FV_POLICY_COARSEN)
		return (struct allowed){ ANYTHING, 0 };
	switch (fv_policy_rule(table, column).way) {
	case FV_POLICY_GRID:
		return (struct allowed){ GRID, t->step };
	case FV_POLICY_STEPS:
		return (struct allowed){ STEP, t->step };
	case FV_POLICY_POWERS:
		return (struct allowed){ POWER, 0 };
	case FV_POLICY_PORTS:
		return (struct allowed){ PORT, 0 };
	case FV_POLICY_INITIAL:
		return (struct allowed){ CLASS, 0 };
	case FV_POLICY_NO_WAY:
	case FV_POLICY_WAYS:
		break;
	}
	return (struct allowed){ ANYTHING, 0 };
}

static bool
is_allowed(struct allowed a, uint64_t v)
{
	switch (a.what) {
	case ANYTHING:
		return true;
	case NOTHING:
		return v == 0;
	case NO_ROW:
		return v == FV_NO_ROW;
	case AT_MOST:
		return v <= a.number;
	case CLASS:
		return v == 32 || v == 64 || v == 128 || v == 255;
	case GRID:
		return v % a.number == 0 || v == INT64_MAX;
	case STEP:
		return v % a.number == 0;
	case POWER:
		return (v & (v - 1)) == 0;
	case PORT:
		return v < FV_POLICY_SERVICE_PORTS ||
		    v == FV_POLICY_CLIENT_PORT;
	}
	return false;
}

static uint64_t
value_at(const struct fv_column *c, const void *values, size_t i)
{
	switch (c->size) {
	case 1:
		return ((const uint8_t *)values)[i];
	case 2:
		return ((const uint16_t *)values)[i];
	case 4:
		return ((const uint32_t *)values)[i];
	default:
		return ((const uint64_t *)values)[i];
	}
}

size_t
fv_policy_check_column(const struct fv_policy *policy, enum fv_table_id table,
    size_t column, const void *values, size_t n, size_t *at)
{
	size_t own =
	    table == FV_TABLE_FLOWS ? fv_schema_forward(column) : column;
	const struct fv_column *c = &fv_schema_tables[table].columns[own];
	const struct allowed a = allowed_in(policy, table, own);
	size_t i, faults = 0;

	if (a.what == ANYTHING)
		return 0;
	for (i = 0; i < n; i++)
		if (!is_allowed(a, value_at(c, values, i)) && faults++ == 0 &&
		    at != NULL)
			*at = i;
	return faults;
}

/*
 * A port of 1024 or more that is not coarsened was the lower one; what the
 * other is now is at least what it was, or it was coarsened.
 */
static bool
is_port_allowed(uint16_t port, uint16_t other)
{
	return fv_policy_port(FV_POLICY_COARSEN, port, other) == port ||
	    port == FV_POLICY_CLIENT_PORT;
}

size_t
fv_policy_check_ports(const struct fv_policy *policy, const uint16_t *source,
    const uint16_t *destination, size_t n, size_t *at)
{
	const struct fv_policy_treatment *t = policy->treatment[FV_TABLE_FLOWS];
	bool from = t[FV_FLOW_SOURCE_PORT].action == FV_POLICY_COARSEN;
	bool to = t[FV_FLOW_DESTINATION_PORT].action == FV_POLICY_COARSEN;
	size_t i, faults = 0;

	/* Without the other column, what it held is not known. */
	if (t[FV_FLOW_SOURCE_PORT].action == FV_POLICY_DROP ||
	    t[FV_FLOW_DESTINATION_PORT].action == FV_POLICY_DROP)
		return 0;
	for (i = 0; i < n; i++) {
		if ((!from || is_port_allowed(source[i], destination[i])) &&
		    (!to || is_port_allowed(destination[i], source[i])))
			continue;
		if (faults++ == 0 && at != NULL)
			*at = i;
	}
	return faults;
}

#include "anonymize/policy.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "anonymize/policy_rules.h"

/*
 * RFC 6235, sections 4 and 5.  What only the release's key and name decide
 * is the same in all datasets of the release; what was thrown away has no
 * stability.
 */
#define TRUNCATED "precision degradation"
#define MOVED "offset"
#define MOVED_AND_TRUNCATED "offset and precision degradation"
#define BINNED "binning"
#define STABLE "stable"
#define UNDEFINED "undefined"

const struct fv_policy_treatment *
fv_policy_treatment(
    const struct fv_policy *policy, enum fv_table_id table, size_t column)
{
	return &policy->treatment[table][column];
}

static void
set(struct fv_policy_words *w, const char *technique, const char *stability)
{
	w->technique = technique;
	w->stability = stability;
}

static void
coarsened(struct fv_policy_words *w, enum fv_policy_way way, uint64_t step)
{
	w->parameters = w->text;
	switch (way) {
	case FV_POLICY_GRID:
		set(w, TRUNCATED, STABLE);
		(void)snprintf(w->text, sizeof(w->text),
		    "multiples of %" PRIu64 " ns", step);
		return;
	case FV_POLICY_STEPS:
		set(w, BINNED, STABLE);
		(void)snprintf(w->text, sizeof(w->text),
		    "multiples of %" PRIu64 "; below the first of them, that",
		    step);
		return;
	case FV_POLICY_POWERS:
		set(w, BINNED, STABLE);
		(void)snprintf(w->text, sizeof(w->text), "powers of 2");
		return;
	case FV_POLICY_PORTS:
		set(w, BINNED, STABLE);
		(void)snprintf(w->text, sizeof(w->text),
		    "kept below %d, and the lower of the two below %d; else %d",
		    FV_POLICY_SYSTEM_PORTS, FV_POLICY_SERVICE_PORTS,
		    FV_POLICY_CLIENT_PORT);
		return;
	case FV_POLICY_INITIAL:
		set(w, BINNED, STABLE);
		(void)snprintf(w->text, sizeof(w->text), "32, 64, 128, 255");
		return;
	case FV_POLICY_NO_WAY:
	case FV_POLICY_WAYS:
		break;
	}
}

void
fv_policy_words(const struct fv_policy *policy, enum fv_table_id table,
    size_t column, struct fv_policy_words *w)
{
	const struct fv_policy_treatment *t;
	const struct fv_column *c;
	size_t n;

	memset(w, 0, sizeof(*w));
	if (table == FV_TABLE_FLOWS)
		column = fv_schema_forward(column);
	c = &fv_schema_tables[table].columns[column];
	t = &policy->treatment[table][column];
	switch (t->action) {
	case FV_POLICY_KEEP:
		break;
	case FV_POLICY_MAP:
		set(w, c->technique, c->stability);
		break;
	case FV_POLICY_DROP:
		set(w, FV_SCHEMA_DROPPED, UNDEFINED);
		break;
	case FV_POLICY_COARSEN:
		coarsened(w, fv_policy_rule(table, column).way, t->step);
		break;
	case FV_POLICY_ACTIONS:
		break;
	}
	if (!policy->shift || !fv_policy_is_time(table, column))
		return;
	set(w, w->technique == NULL ? MOVED : MOVED_AND_TRUNCATED, STABLE);
	n = strlen(w->text);
	(void)snprintf(w->text + n, sizeof(w->text) - n, "%ssecret whole weeks",
	    n == 0 ? "" : "; ");
	w->parameters = w->text;
}

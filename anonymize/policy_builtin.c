#include "anonymize/policy.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "anonymize/policy_rules.h"

const char *const fv_policy_builtins[] = { "open", "partner", "internal",
	NULL };

/*
 * The built-in policies.  docs/privacy.md says why each line is as it is.
 * What they do not name is kept, or mapped, or coarsened where it cannot be
 * kept: internal has all that the schema can carry.
 */
static const char *const builtin_texts[] = {
	"policy: open\n"
	"base: partner\n"
	"time_shift: weeks\n"
	"flows:\n"
	"  start_time: coarsen 1 s\n"
	"  duration: coarsen 1 s\n"
	"  source_port: coarsen clients\n"
	"  destination_port: coarsen clients\n"
	"  stack: drop\n"
	"  source_device: drop\n"
	"  vlan: drop\n"
	"  tunnel: drop\n"
	"  link_bytes: drop\n"
	"devices:\n"
	"  token: drop\n"
	"  locally_administered: drop\n"
	"  multicast: drop\n"
	"stacks:\n"
	"  ttl: drop\n"
	"  syn_length: drop\n"
	"  window: drop\n"
	"  mss: drop\n"
	"  window_scale: drop\n"
	"  option_layout: drop\n"
	"captures:\n"
	"  first_time: coarsen 1 s\n"
	"  last_time: coarsen 1 s\n"
	"  clock_offset: drop\n"
	"  step_back: drop\n",
	"policy: partner\n"
	"base: internal\n",
};

/* All that the schema can carry: the first treatment that is possible. */
static void
set_internal(struct fv_policy *policy)
{
	const struct fv_table *t;
	size_t i, j, action;

	memset(policy, 0, sizeof(*policy));
	(void)snprintf(policy->name, sizeof(policy->name), "internal");
	for (i = 0; i < FV_TABLES; i++) {
		t = &fv_schema_tables[i];
		assert(t->ncolumns <= FV_POLICY_COLUMNS);
		for (j = 0; j < t->ncolumns; j++) {
			action = 0;
			while (
			    (fv_policy_rule((enum fv_table_id)i, j).actions >>
				    action &
				1) == 0)
				action++;
			policy->treatment[i][j].action =
			    (enum fv_policy_action)action;
		}
	}
}

bool
fv_policy_builtin(const char *name, struct fv_policy *policy)
{
	struct fv_err err;
	size_t i;

	if (strcmp(name, "internal") == 0) {
		set_internal(policy);
		return true;
	}
	for (i = 0; i < FV_COUNT(builtin_texts); i++)
		if (strcmp(name, fv_policy_builtins[i]) == 0)
			return fv_policy_read(builtin_texts[i],
				   strlen(builtin_texts[i]), policy, &err) == 0;
	return false;
}

bool
fv_policy_equal(const struct fv_policy *a, const struct fv_policy *b)
{
	const struct fv_policy_treatment *x, *y;
	size_t i, j;

	if (strcmp(a->name, b->name) != 0 || a->shift != b->shift)
		return false;
	for (i = 0; i < FV_TABLES; i++)
		for (j = 0; j < fv_schema_tables[i].ncolumns; j++) {
			x = &a->treatment[i][j];
			y = &b->treatment[i][j];
			if (x->action != y->action || x->step != y->step)
				return false;
		}
	return true;
}

/* Whether each counter is treated as one line for all of them would say. */
static bool
counters_alike(const struct fv_policy *policy)
{
	size_t i, n = fv_schema_tables[FV_TABLE_CAPTURES].ncolumns;

	for (i = 0; i < n; i++)
		if (fv_policy_is_counter(FV_TABLE_CAPTURES, i) &&
		    policy->treatment[FV_TABLE_CAPTURES][i].action !=
			FV_POLICY_KEEP)
			return false;
	return true;
}

static void
print_table(FILE *out, const struct fv_policy *policy, enum fv_table_id table)
{
	const struct fv_table *t = &fv_schema_tables[table];
	char text[FV_POLICY_TREATMENT];
	bool together = table == FV_TABLE_CAPTURES && counters_alike(policy);
	size_t i;

	(void)fprintf(out, "%s:\n", t->name);
	for (i = 0; i < t->ncolumns; i++) {
		if (together && fv_policy_is_counter(table, i))
			continue;
		fv_policy_treatment_print(
		    &policy->treatment[table][i], table, i, text);
		(void)fprintf(out, "  %s: %s\n", t->columns[i].name, text);
	}
	if (together)
		(void)fputs("  counters: keep\n", out);
}

char *
fv_policy_text(const struct fv_policy *policy, struct fv_err *err)
{
	char *text = NULL;
	size_t i, length = 0;
	bool failed = true;
	FILE *out;

	if ((out = open_memstream(&text, &length)) != NULL) {
		(void)fprintf(out, "policy: %s\ntime_shift: %s\n", policy->name,
		    policy->shift ? "weeks" : "none");
		for (i = 0; i < FV_TABLES; i++)
			print_table(out, policy, (enum fv_table_id)i);
		failed = ferror(out) != 0;
		failed = fclose(out) != 0 || failed;
	}
	if (!failed)
		return text;
	free(text);
	(void)fv_err_set(err, FV_EMEMORY, "out of memory");
	return NULL;
}

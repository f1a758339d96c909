#ifndef ANONYMIZE_POLICY_RULES_H
#define ANONYMIZE_POLICY_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "anonymize/policy.h"
#include "base/attributes.h"
#include "base/err.h"
#include "datasets/schema.h"

/*
 * Which treatments are possible for a column: a table of rules, one for
 * each.  For the other files of the policy.
 */
enum fv_policy_way {
	FV_POLICY_NO_WAY,  /* it cannot be coarsened */
	FV_POLICY_GRID,    /* times: to multiples of a time */
	FV_POLICY_PORTS,   /* clients' ports become one */
	FV_POLICY_STEPS,   /* sizes: to multiples of a number */
	FV_POLICY_POWERS,  /* counts: to the power of 2 below */
	FV_POLICY_INITIAL, /* TTL: to what a system begins with */
	FV_POLICY_WAYS
};

struct fv_policy_rule {
	unsigned actions; /* a bit for each that is possible */
	enum fv_policy_way way;
};

/* The rule of a column. */
struct fv_policy_rule fv_policy_rule(enum fv_table_id table, size_t column);

/* Whether it is a time, which a shift moves. */
bool fv_policy_is_time(enum fv_table_id table, size_t column);

/* Whether it is a counter of /captures; they can be named together. */
bool fv_policy_is_counter(enum fv_table_id table, size_t column);

/*
 * fv_policy_treatment_read(text, table, column, treatment, err):
 * The treatment that ${text} ("keep", "coarsen 1 ms") means.  Returns 0, or
 * -1 with ${err} set when it is none, or none that this column can have.
 */
int fv_policy_treatment_read(const char *text, enum fv_table_id table,
    size_t column, struct fv_policy_treatment *treatment,
    struct fv_err *err) FV_MUST_CHECK;

/* A treatment of that column as it is written in a policy. */
#define FV_POLICY_TREATMENT 48
void fv_policy_treatment_print(const struct fv_policy_treatment *treatment,
    enum fv_table_id table, size_t column, char text[FV_POLICY_TREATMENT]);

/*
 * fv_policy_read(text, length, policy, err):
 * As fv_policy_parse, and it may have the name of a built-in policy.
 */
int fv_policy_read(const char *text, size_t length, struct fv_policy *policy,
    struct fv_err *err) FV_MUST_CHECK;

/* Whether two policies have one name and treat every column alike. */
bool fv_policy_equal(const struct fv_policy *a, const struct fv_policy *b);

/* The fault of a policy whose columns do not go together, or NULL. */
const char *fv_policy_contradiction(const struct fv_policy *policy);

#endif

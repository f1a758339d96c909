#ifndef ANONYMIZE_POLICY_H
#define ANONYMIZE_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/counters.h"
#include "datasets/schema.h"

/*
 * The policy of a release: what each column of its dataset keeps.  In the
 * words of RFC 6235 a value is kept, coarsened (section 4: precision
 * degradation, binning), mapped (permutation, prefix-preserving) or dropped
 * (black-marker anonymization).
 *
 * Not every treatment is possible for every column: an address, a device's
 * token, a VLAN and a tunnel are never kept, so that no policy makes a dataset
 * that is not anonymized, and what other columns are explained by is never
 * dropped.
 * docs/privacy.md has the table.
 *
 * A policy is written in YAML:
 *
 *	policy: hotels-2026
 *	base: partner
 *	time_shift: weeks
 *	flows:
 *	  start_time: coarsen 1 ms
 *	  vlan: drop
 *
 * With a base, columns that are not named are treated as the base treats
 * them; without one, every column is to be named.
 */
enum fv_policy_action {
	FV_POLICY_KEEP,
	FV_POLICY_COARSEN,
	FV_POLICY_MAP,
	FV_POLICY_DROP,
	FV_POLICY_ACTIONS
};

struct fv_policy_treatment {
	enum fv_policy_action action;
	uint64_t step; /* COARSEN to multiples: of so many; else 0 */
};

/* The most columns of a table: /captures has one for each counter. */
#define FV_POLICY_COLUMNS (FV_COUNTERS + 32)

/* A name: up to 40 lower case letters, digits, hyphens. */
#define FV_POLICY_NAME 41

/*
 * Invariants (fv_policy_check): each treatment is possible for its column;
 * duration and the times of captures are on the grid of start_time.
 */
struct fv_policy {
	char name[FV_POLICY_NAME];
	bool shift; /* times, by secret whole weeks */
	struct fv_policy_treatment treatment[FV_TABLES][FV_POLICY_COLUMNS];
};

/*
 * Ports that are coarsened.  Of a record's two ports, one below 1024 is kept,
 * and so is the lower one when it is below 32768, where the range begins
 * that systems give to clients (Linux; RFC 6335 has 49152).  Every other port
 * becomes FV_POLICY_CLIENT_PORT, so that a record and its reverse agree.
 */
#define FV_POLICY_SYSTEM_PORTS 1024
#define FV_POLICY_SERVICE_PORTS 32768
#define FV_POLICY_CLIENT_PORT 49152

/* What a release has when none is named. */
#define FV_POLICY_DEFAULT "partner"

/* The names of the built-in policies, ending with NULL. */
extern const char *const fv_policy_builtins[];

/*
 * fv_policy_builtin(name, policy):
 * Fill ${policy} with a built-in one.  Returns whether there is one of that
 * name.
 */
bool fv_policy_builtin(const char *name, struct fv_policy *policy);

/*
 * fv_policy_parse(text, length, policy, err):
 * The policy that ${length} bytes of YAML say.  Returns 0, or -1 with ${err}
 * set to what is wrong, with its line.
 */
int fv_policy_parse(const char *text, size_t length, struct fv_policy *policy,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_policy_open(name, policy, err):
 * A built-in policy by its name, or the one in the file of that name.
 * Returns 0, or -1 with ${err} set, the name in front.
 */
int fv_policy_open(const char *name, struct fv_policy *policy,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_policy_text(policy, err):
 * The whole policy in its canonical form, every column named: one text for
 * one policy, which fv_policy_parse understands.  To be freed; NULL with
 * ${err} set.
 */
char *fv_policy_text(const struct fv_policy *policy, struct fv_err *err);

/* How a column is treated. */
const struct fv_policy_treatment *fv_policy_treatment(
    const struct fv_policy *policy, enum fv_table_id table, size_t column);

/*
 * fv_policy_words(policy, table, column, words):
 * What a dataset says of a column that is so treated: RFC 6235's technique
 * and stability, and the parameters, each NULL where there is nothing to say.
 */
#define FV_POLICY_PARAMETERS 160
struct fv_policy_words {
	const char *technique;
	const char *stability;
	const char *parameters; /* NULL or ${text} */
	char text[FV_POLICY_PARAMETERS];
};
void fv_policy_words(const struct fv_policy *policy, enum fv_table_id table,
    size_t column, struct fv_policy_words *words);

#endif

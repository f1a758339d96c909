#include "anonymize/policy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "anonymize/policy_rules.h"
#include "base/fill.h"
#include "base/memory.h"
#include "datasets/yaml.h"

/* What names all counters of /captures together. */
#define COUNTERS "counters"

/* No further than this many letters is a name that was meant. */
enum { MEANT = 4 };

/* The longest name that is compared with others. */
enum { NAME_LIMIT = 64 };

/* A policy while its text is read. */
struct reading {
	struct fv_policy *policy;
	bool said[FV_TABLES][FV_POLICY_COLUMNS];
	unsigned line; /* of the fault */
	struct fv_err *err;
};

/*
 * How many letters must be put in, taken out or changed to make ${b} of
 * ${a} (Levenshtein), row by row.
 */
static size_t
distance(const char *a, const char *b)
{
	size_t row[NAME_LIMIT + 1];
	size_t i, j, n = strlen(b), diagonal, above;

	if (strlen(a) > NAME_LIMIT || n > NAME_LIMIT)
		return SIZE_MAX;
	for (j = 0; j <= n; j++)
		row[j] = j;
	for (i = 0; a[i] != '\0'; i++) {
		diagonal = row[0];
		row[0] = i + 1;
		for (j = 0; j < n; j++) {
			above = row[j + 1];
			row[j + 1] = diagonal + (a[i] != b[j]);
			if (above + 1 < row[j + 1])
				row[j + 1] = above + 1;
			if (row[j] + 1 < row[j + 1])
				row[j + 1] = row[j] + 1;
			diagonal = above;
		}
	}
	return row[n];
}

/* Keep in ${best} the name that is nearest to ${name}. */
static void
consider(
    const char *name, const char *candidate, const char **best, size_t *nearest)
{
	size_t d = distance(name, candidate);

	if (d < *nearest) {
		*nearest = d;
		*best = candidate;
	}
}

static int
unknown(struct reading *r, const struct fv_yaml *node, const char *what,
    const char *meant)
{
	r->line = node->line;
	return fv_err_set(r->err, FV_EFORMAT, "unknown %s '%.64s'%s%s%s", what,
	    node->key, meant == NULL ? "" : "; did you mean '",
	    meant == NULL ? "" : meant, meant == NULL ? "" : "'?");
}

static int
unknown_column(
    struct reading *r, const struct fv_yaml *node, enum fv_table_id table)
{
	const struct fv_table *t = &fv_schema_tables[table];
	const char *best = NULL;
	size_t i, nearest = MEANT;
	char what[64];

	for (i = 0; i < t->ncolumns; i++)
		consider(node->key, t->columns[i].name, &best, &nearest);
	if (table == FV_TABLE_CAPTURES)
		consider(node->key, COUNTERS, &best, &nearest);
	(void)snprintf(what, sizeof(what), "column of %s", t->name);
	return unknown(r, node, what, best);
}

static int
unknown_key(struct reading *r, const struct fv_yaml *node)
{
	static const char *const keys[] = { "policy", "base", "time_shift" };
	const char *best = NULL;
	size_t i, nearest = MEANT;

	for (i = 0; i < FV_COUNT(keys); i++)
		consider(node->key, keys[i], &best, &nearest);
	for (i = 0; i < FV_TABLES; i++)
		consider(node->key, fv_schema_tables[i].name, &best, &nearest);
	return unknown(r, node, "table", best);
}

static int
expect_text(struct reading *r, const struct fv_yaml *node)
{
	if (node->kind == FV_YAML_TEXT)
		return 0;
	r->line = node->line;
	return fv_err_set(
	    r->err, FV_EFORMAT, "%s: is to be one text", node->key);
}

/* The treatment of one column. */
static int
read_column(struct reading *r, const struct fv_yaml *node,
    enum fv_table_id table, size_t column)
{
	if (fv_policy_treatment_read(node->text, table, column,
		&r->policy->treatment[table][column], r->err) == -1) {
		r->line = node->line;
		return fv_err_within(r->err, "%s/%s",
		    fv_schema_tables[table].name,
		    fv_schema_tables[table].columns[column].name);
	}
	r->said[table][column] = true;
	return 0;
}

/*
 * All counters that are not named alone: kept, or dropped as far as it is
 * possible.
 */
static int
read_counters(
    struct reading *r, const struct fv_yaml *map, const struct fv_yaml *node)
{
	const struct fv_table *t = &fv_schema_tables[FV_TABLE_CAPTURES];
	bool drop = strcmp(node->text, "drop") == 0;
	struct fv_policy_treatment *treatment;
	unsigned possible;
	size_t i;

	if (!drop && strcmp(node->text, "keep") != 0) {
		r->line = node->line;
		return fv_err_set(r->err, FV_EFORMAT,
		    "counters: '%.32s' is neither keep nor drop", node->text);
	}
	for (i = 0; i < t->ncolumns; i++) {
		if (!fv_policy_is_counter(FV_TABLE_CAPTURES, i) ||
		    fv_yaml_find(map, t->columns[i].name) != NULL)
			continue;
		possible = fv_policy_rule(FV_TABLE_CAPTURES, i).actions;
		treatment = &r->policy->treatment[FV_TABLE_CAPTURES][i];
		treatment->action =
		    drop && (possible >> FV_POLICY_DROP & 1) != 0
		    ? FV_POLICY_DROP
		    : FV_POLICY_KEEP;
		treatment->step = 0;
		r->said[FV_TABLE_CAPTURES][i] = true;
	}
	return 0;
}

static int
read_table(struct reading *r, const struct fv_yaml *map, enum fv_table_id table)
{
	const struct fv_yaml *node;
	int column;

	if (map->kind != FV_YAML_MAP) {
		r->line = map->line;
		return fv_err_set(r->err, FV_EFORMAT,
		    "%s: is to hold columns, indented, 'column: treatment'",
		    map->key);
	}
	for (node = map->first; node != NULL; node = node->next) {
		if (expect_text(r, node) == -1)
			return -1;
		column = fv_schema_column(&fv_schema_tables[table], node->key);
		if (table == FV_TABLE_CAPTURES &&
		    strcmp(node->key, COUNTERS) == 0) {
			if (read_counters(r, map, node) == -1)
				return -1;
			continue;
		}
		if (column == -1)
			return unknown_column(r, node, table);
		if (read_column(r, node, table, (size_t)column) == -1)
			return -1;
	}
	return 0;
}

static int
read_base(struct reading *r, const struct fv_yaml *node)
{
	size_t i;

	if (expect_text(r, node) == -1)
		return -1;
	r->line = node->line;
	if (!fv_policy_builtin(node->text, r->policy))
		return fv_err_set(r->err, FV_EFORMAT,
		    "base: '%.40s' is none of open, partner and internal",
		    node->text);
	for (i = 0; i < FV_TABLES; i++)
		memset(r->said[i], true, sizeof(r->said[i]));
	return 0;
}

static int
read_name(struct reading *r, const struct fv_yaml *node)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	size_t n;

	if (expect_text(r, node) == -1)
		return -1;
	n = strlen(node->text);
	if (n == 0 || n >= FV_POLICY_NAME || strspn(node->text, letters) != n) {
		r->line = node->line;
		return fv_err_set(r->err, FV_EFORMAT,
		    "policy: a name has up to %d lower case letters, digits "
		    "and hyphens",
		    FV_POLICY_NAME - 1);
	}
	memcpy(r->policy->name, node->text, n + 1);
	return 0;
}

static int
read_shift(struct reading *r, const struct fv_yaml *node)
{
	if (expect_text(r, node) == -1)
		return -1;
	r->policy->shift = strcmp(node->text, "weeks") == 0;
	if (r->policy->shift || strcmp(node->text, "none") == 0)
		return 0;
	r->line = node->line;
	return fv_err_set(r->err, FV_EFORMAT,
	    "time_shift: '%.32s' is neither none nor weeks", node->text);
}

/* Everything is to be said, by the base or here. */
static int
check_whole(struct reading *r, const struct fv_yaml *root)
{
	const struct fv_table *t;
	size_t i, j;

	r->line = 0;
	if (fv_yaml_find(root, "policy") == NULL)
		return fv_err_set(r->err, FV_EFORMAT,
		    "'policy: NAME' is missing: what to call the policy");
	if (fv_yaml_find(root, "base") == NULL &&
	    fv_yaml_find(root, "time_shift") == NULL)
		return fv_err_set(r->err, FV_EFORMAT,
		    "time_shift is not said; begin with 'base: partner', or "
		    "say it: none or weeks");
	for (i = 0; i < FV_TABLES; i++) {
		t = &fv_schema_tables[i];
		for (j = 0; j < t->ncolumns; j++)
			if (!r->said[i][j])
				return fv_err_set(r->err, FV_EFORMAT,
				    "%s/%s is not said; begin with 'base: "
				    "partner', or name every column",
				    t->name, t->columns[j].name);
	}
	return 0;
}

static int
read_root(struct reading *r, const struct fv_yaml *root)
{
	const struct fv_yaml *node;
	const char *fault;
	size_t i;

	if (root->kind != FV_YAML_MAP) {
		r->line = root->line;
		return fv_err_set(r->err, FV_EFORMAT,
		    "is no policy: it begins with 'policy: NAME'");
	}
	if ((node = fv_yaml_find(root, "base")) != NULL &&
	    read_base(r, node) == -1)
		return -1;
	for (node = root->first; node != NULL; node = node->next) {
		if (strcmp(node->key, "base") == 0)
			continue;
		if (strcmp(node->key, "policy") == 0) {
			if (read_name(r, node) == -1)
				return -1;
			continue;
		}
		if (strcmp(node->key, "time_shift") == 0) {
			if (read_shift(r, node) == -1)
				return -1;
			continue;
		}
		for (i = 0; i < FV_TABLES; i++)
			if (strcmp(node->key, fv_schema_tables[i].name) == 0)
				break;
		if (i == FV_TABLES)
			return unknown_key(r, node);
		if (read_table(r, node, (enum fv_table_id)i) == -1)
			return -1;
	}
	if (check_whole(r, root) == -1)
		return -1;
	if ((fault = fv_policy_contradiction(r->policy)) != NULL)
		return fv_err_set(r->err, FV_EFORMAT, "%s", fault);
	return 0;
}

int
fv_policy_read(const char *text, size_t length, struct fv_policy *policy,
    struct fv_err *err)
{
	struct reading r = { .policy = policy, .err = err };
	struct fv_yaml *root;
	int rc = -1;

	memset(policy, 0, sizeof(*policy));
	if ((root = fv_yaml_parse(text, length, &r.line, err)) != NULL)
		rc = read_root(&r, root);
	fv_yaml_free(root);
	if (rc == -1 && r.line > 0)
		(void)fv_err_within(err, "line %u", r.line);
	return rc;
}

int
fv_policy_parse(const char *text, size_t length, struct fv_policy *policy,
    struct fv_err *err)
{
	struct fv_policy builtin;

	if (fv_policy_read(text, length, policy, err) == -1)
		return -1;
	if (!fv_policy_builtin(policy->name, &builtin) ||
	    fv_policy_equal(policy, &builtin))
		return 0;
	return fv_err_set(err, FV_EFORMAT,
	    "it differs from the built-in policy '%s': give it a name of its "
	    "own",
	    policy->name);
}

int
fv_policy_open(const char *name, struct fv_policy *policy, struct fv_err *err)
{
	char *text = NULL;
	struct stat st;
	int fd, rc = -1;
	ssize_t n;

	if (fv_policy_builtin(name, policy))
		return 0;
	/* O_NONBLOCK: a FIFO of that name must not make us wait for ever. */
	fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1 && errno == ENOENT)
		(void)fv_err_set(err, FV_EIO,
		    "is neither a file nor one of the built-in policies open, "
		    "partner and internal");
	else if (fd == -1 || fstat(fd, &st) == -1)
		(void)fv_err_system(err, errno, "not readable");
	else if (!S_ISREG(st.st_mode))
		(void)fv_err_set(err, FV_EIO, "is not a regular file");
	else if ((text = fv_memory_new(FV_YAML_BYTES + 1, 1, err)) == NULL)
		rc = -1;
	else if ((n = fv_fill(fd, text, FV_YAML_BYTES + 1)) == -1)
		(void)fv_err_system(err, errno, "not readable");
	else
		rc = fv_policy_parse(text, (size_t)n, policy, err);
	if (fd != -1)
		(void)close(fd);
	free(text);
	return rc == 0 ? 0 : fv_err_within(err, "%s", name);
}

#include "tests/unit/suites.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "cli/options.h"

/* What the setters were given, one after the other. */
static char seen[256];

static void
note(char what, const char *value)
{
	size_t n = strlen(seen);

	(void)snprintf(seen + n, sizeof(seen) - n, "%c=%s;", what,
	    value == NULL ? "" : value);
}

static int
set_file(void *context, const char *value, struct fv_err *err)
{
	(void)context;
	(void)err;
	note('f', value);
	return 0;
}

static int
set_quiet(void *context, const char *value, struct fv_err *err)
{
	(void)context;
	(void)err;
	note('q', value);
	return 0;
}

static int
set_never(void *context, const char *value, struct fv_err *err)
{
	(void)context;
	return fv_err_set(err, FV_EUSAGE, "'%s' will not do", value);
}

static int
operand(void *context, const char *value, struct fv_err *err)
{
	(void)context;
	(void)err;
	note('-', value);
	return 0;
}

static const struct fv_option options[] = {
	{ "file", 'f', "FILE", "", set_file, 0 },
	{ "quiet", 'q', NULL, "", set_quiet, 0 },
	{ "never", 0, "VALUE", "", set_never, 0 },
};

/* Options that need no setter. */
struct plain {
	int before;
	bool loud;
	const char *name;
};

static const struct fv_option plain_options[] = {
	{ "loud", 'l', NULL, "", NULL, offsetof(struct plain, loud) },
	{ "name", 'n', "NAME", "", NULL, offsetof(struct plain, name) },
};

static void
plain_options_go_where_they_belong(void)
{
	char name[] = "--name", value[] = "x", loud[] = "-l", empty[] = "-n";
	char nothing[] = "";
	char *good[] = { name, value, loud }, *bad[] = { empty, nothing };
	struct plain p = { 7, false, NULL };
	struct fv_err err;

	CU_ASSERT_EQUAL(
	    fv_options_parse(plain_options, 2, 3, good, &p, NULL, &err), 0);
	CU_ASSERT_EQUAL(p.before, 7);
	CU_ASSERT_TRUE(p.loud);
	CU_ASSERT_STRING_EQUAL(p.name, "x");
	CU_ASSERT_EQUAL(
	    fv_options_parse(plain_options, 2, 2, bad, &p, NULL, &err), -1);
	CU_ASSERT_STRING_EQUAL(err.text, "--name: is empty");
	CU_ASSERT_STRING_EQUAL(p.name, "x");
}

/* Parse words that stand one behind the other; the result, and seen. */
static int
parse(const char *words, struct fv_err *err)
{
	static char copy[256];
	char *argv[16], *word, *rest = NULL;
	int argc = 0;

	seen[0] = '\0';
	(void)snprintf(copy, sizeof(copy), "%s", words);
	for (word = strtok_r(copy, " ", &rest); word != NULL;
	     word = strtok_r(NULL, " ", &rest))
		argv[argc++] = word;
	return fv_options_parse(
	    options, FV_COUNT(options), argc, argv, NULL, operand, err);
}

static void
every_form_of_an_option_is_understood(void)
{
	struct fv_err err;

	CU_ASSERT_EQUAL(
	    parse("-f a --file b --file=c -fd -qq -qf e x - -- -q", &err), 0);
	CU_ASSERT_STRING_EQUAL(
	    seen, "f=a;f=b;f=c;f=d;q=;q=;q=;f=e;-=x;-=-;-=-q;");
	CU_ASSERT_EQUAL(parse("--file=", &err), 0);
	CU_ASSERT_STRING_EQUAL(seen, "f=;");
}

static void
help_ends_the_walk(void)
{
	struct fv_err err;

	CU_ASSERT_EQUAL(parse("-q --help --bogus", &err), 1);
	CU_ASSERT_STRING_EQUAL(seen, "q=;");
	CU_ASSERT_EQUAL(parse("-h", &err), 1);
}

static void
misuse_is_named(void)
{
	static const char *const rows[][2] = {
		{ "--bogus", "no option '--bogus'" },
		{ "--bogus=3", "no option '--bogus'" },
		{ "--fil x", "no option '--fil'" },
		{ "-x", "no option '-x'" },
		{ "-qx", "no option '-x'" },
		{ "--file", "--file needs a value: FILE" },
		{ "-f", "--file needs a value: FILE" },
		{ "--quiet=yes", "--quiet takes no value" },
		{ "--never 7", "--never: '7' will not do" },
	};
	struct fv_err err;
	size_t i;

	for (i = 0; i < FV_COUNT(rows); i++) {
		CU_ASSERT_EQUAL(parse(rows[i][0], &err), -1);
		CU_ASSERT_STRING_EQUAL(err.text, rows[i][1]);
		CU_ASSERT_EQUAL(err.code, FV_EUSAGE);
	}
}

static void
seconds_and_counts(void)
{
	static const char *const bad[] = { "", ".", "-1", "1s", "1e3", " 1",
		"1000000001", "1.2.3", "0.0000000001" };
	struct fv_err err;
	unsigned count = 0;
	int64_t ns = 0;
	size_t i;

	CU_ASSERT_EQUAL(fv_options_seconds("300", &ns, &err), 0);
	CU_ASSERT_EQUAL(ns, INT64_C(300000000000));
	CU_ASSERT_EQUAL(fv_options_seconds("0.25", &ns, &err), 0);
	CU_ASSERT_EQUAL(ns, 250000000);
	CU_ASSERT_EQUAL(fv_options_seconds("1.000000001", &ns, &err), 0);
	CU_ASSERT_EQUAL(ns, 1000000001);
	CU_ASSERT_EQUAL(fv_options_seconds("1000000000", &ns, &err), 0);
	CU_ASSERT_EQUAL(ns, INT64_C(1000000000000000000));
	for (i = 0; i < FV_COUNT(bad); i++)
		CU_ASSERT_EQUAL(fv_options_seconds(bad[i], &ns, &err), -1);
	CU_ASSERT_EQUAL(fv_options_count("256", 256, &count, &err), 0);
	CU_ASSERT_EQUAL(count, 256);
	CU_ASSERT_EQUAL(fv_options_count("257", 256, &count, &err), -1);
	CU_ASSERT_EQUAL(fv_options_count("0", 256, &count, &err), -1);
	CU_ASSERT_EQUAL(fv_options_count("+1", 256, &count, &err), -1);
	CU_ASSERT_EQUAL(fv_options_count("1x", 256, &count, &err), -1);
	CU_ASSERT_EQUAL(fv_options_count("", 256, &count, &err), -1);
}

CU_TestInfo suite_options[] = {
	{ "every form of an option is understood",
	    every_form_of_an_option_is_understood },
	{ "help ends the walk", help_ends_the_walk },
	{ "misuse is named", misuse_is_named },
	{ "plain options go where they belong",
	    plain_options_go_where_they_belong },
	{ "seconds and counts", seconds_and_counts },
	CU_TEST_INFO_NULL,
};

#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/yaml.h"

static struct fv_yaml *
parse(const char *text, unsigned *line, struct fv_err *err)
{
	return fv_yaml_parse(text, strlen(text), line, err);
}

static void
nodes_know_what_they_are_and_their_lines(void)
{
	static const char text[] = "# a comment\na: one\nb:\n  - x\n  - {c: ~}"
				   "\nd: |\n  two\n  lines\n";
	const struct fv_yaml *b, *d;
	struct fv_yaml *root;
	struct fv_err err;
	unsigned line;

	root = parse(text, &line, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(root);
	CU_ASSERT_EQUAL(root->kind, FV_YAML_MAP);
	CU_ASSERT_EQUAL(fv_yaml_find(root, "a")->line, 2);
	CU_ASSERT_STRING_EQUAL(fv_yaml_find(root, "a")->text, "one");
	CU_ASSERT_PTR_NULL(fv_yaml_find(root, "e"));
	b = fv_yaml_find(root, "b");
	CU_ASSERT_EQUAL(b->kind, FV_YAML_LIST);
	CU_ASSERT_EQUAL(b->line, 3);
	CU_ASSERT_EQUAL(b->first->line, 4);
	CU_ASSERT_STRING_EQUAL(b->first->text, "x");
	CU_ASSERT_EQUAL(b->first->next->kind, FV_YAML_MAP);
	CU_ASSERT_STRING_EQUAL(fv_yaml_find(b->first->next, "c")->text, "");
	CU_ASSERT_PTR_NULL(b->first->next->next);
	d = fv_yaml_find(root, "d");
	CU_ASSERT_EQUAL(d->line, 6);
	CU_ASSERT_STRING_EQUAL(d->text, "two\nlines\n");
	fv_yaml_free(root);
}

/* What is refused, and where. */
static void
faults_are_told_by_their_line(void)
{
	static const struct {
		const char *text;
		unsigned line;
		const char *what;
	} cases[] = {
		{ "", 0, "empty" },
		{ "# nothing\n", 0, "empty" },
		{ "a: 1\nb: 2\na: 3\n", 3, "second time" },
		{ "a: &x 1\n", 1, "anchors" },
		{ "a: &x [1]\n", 1, "anchors" },
		{ "a: &x {b: 1}\n", 1, "anchors" },
		{ "b: 1\na: *x\n", 2, "aliases" },
		{ "a: !!str 1\n", 1, "tags" },
		{ "a: 1\n---\nb: 2\n", 2, "second document" },
		{ "a: b: c\n", 1, "not YAML" },
		{ "a: 1\n\tb: 2\n", 2, "not YAML" },
		{ "a: 1\nb: \"x\n", 3, "not YAML" },
		{ "a: 1\nb: [1, 2\n", 3, "not YAML" },
		{ "a: 1\n[b]: 2\n", 2, "field's name" },
		{ "a: \"x\\0y\"\n", 1, "NUL" },
		{ "a: 1\nb: \xff\xfe\n", 2, "not YAML" },
		{ "a: 1\nb: \x01\n", 2, "not YAML" },
	};
	struct fv_yaml *root;
	struct fv_err err;
	unsigned line;
	size_t i;

	for (i = 0; i < FV_COUNT(cases); i++) {
		root = parse(cases[i].text, &line, &err);
		CU_ASSERT_PTR_NULL(root);
		CU_ASSERT_EQUAL(line, cases[i].line);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, cases[i].what));
		fv_yaml_free(root);
	}
}

static void
size_depth_and_number_have_limits(void)
{
	enum { MANY = FV_YAML_BYTES + 10 };
	char *text = calloc(1, MANY + 1);
	struct fv_yaml *root;
	struct fv_err err;
	unsigned line;
	size_t i;

	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	memset(text, '#', MANY);
	CU_ASSERT_PTR_NULL(fv_yaml_parse(text, MANY, &line, &err));
	CU_ASSERT_EQUAL(err.code, FV_ELIMIT);
	/* One list in another: FV_YAML_DEPTH of them will do, no more. */
	for (i = 0; i <= FV_YAML_DEPTH; i++) {
		text[i] = '[';
		text[2 * FV_YAML_DEPTH + 1 - i] = ']';
	}
	CU_ASSERT_PTR_NULL(
	    fv_yaml_parse(text, 2 * FV_YAML_DEPTH + 2, &line, &err));
	CU_ASSERT_EQUAL(err.code, FV_ELIMIT);
	root = fv_yaml_parse(text + 1, 2 * FV_YAML_DEPTH, &line, &err);
	CU_ASSERT_PTR_NOT_NULL(root);
	fv_yaml_free(root);
	/* "- " makes an item: the list and FV_YAML_NODES of them is one over. */
	for (i = 0; i < FV_YAML_NODES; i++)
		memcpy(text + 4 * i, "- a\n", 4);
	CU_ASSERT_PTR_NULL(
	    fv_yaml_parse(text, (size_t)4 * FV_YAML_NODES, &line, &err));
	CU_ASSERT_EQUAL(err.code, FV_ELIMIT);
	CU_ASSERT_EQUAL(line, FV_YAML_NODES);
	root =
	    fv_yaml_parse(text, (size_t)4 * (FV_YAML_NODES - 1), &line, &err);
	CU_ASSERT_PTR_NOT_NULL(root);
	fv_yaml_free(root);
	free(text);
}

CU_TestInfo suite_yaml[] = {
	{ "nodes know what they are and their lines",
	    nodes_know_what_they_are_and_their_lines },
	{ "faults are told by their line", faults_are_told_by_their_line },
	{ "size, depth and number have limits",
	    size_depth_and_number_have_limits },
	CU_TEST_INFO_NULL,
};

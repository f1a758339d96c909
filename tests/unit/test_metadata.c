#include "tests/unit/suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/metadata.h"
#include "tests/unit/release_text.h"
#include "tests/unit/scratch.h"

static struct fv_metadata_faults faults;

static struct fv_metadata *
parse(const char *text)
{
	struct fv_err err;

	return fv_metadata_parse(text, strlen(text), &faults, &err);
}

/* RELEASE_TEXT with the first ${from} made ${to}, to be freed. */
static char *
edited(const char *from, const char *to)
{
	const char *text = RELEASE_TEXT;
	const char *at = strstr(text, from);
	char *copy;

	if (at == NULL ||
	    asprintf(&copy, "%.*s%s%s", (int)(at - text), text, to,
		at + strlen(from)) == -1)
		abort();
	return copy;
}

static void
every_field_is_read(void)
{
	struct fv_metadata *m = parse(RELEASE_TEXT);

	CU_ASSERT_PTR_NOT_NULL_FATAL(m);
	CU_ASSERT_STRING_EQUAL(m->title, "Flows: <a> & \"b\"");
	CU_ASSERT_STRING_EQUAL(m->abstract, "One paragraph.\n\nAnother | one.");
	CU_ASSERT_STRING_EQUAL(m->version, "1.0-rc1");
	CU_ASSERT_STRING_EQUAL(m->date_released, "2026-06-30");
	CU_ASSERT_EQUAL_FATAL(m->authors.count, 2);
	CU_ASSERT_STRING_EQUAL(m->authors.items[0].given_names, "Ada");
	CU_ASSERT_STRING_EQUAL(m->authors.items[0].affiliation, "Lab");
	CU_ASSERT_STRING_EQUAL(m->authors.items[1].name, "Measurement Group");
	CU_ASSERT_PTR_NULL(m->authors.items[1].family_names);
	CU_ASSERT_EQUAL_FATAL(m->contacts.count, 2);
	CU_ASSERT_STRING_EQUAL(m->contacts.items[1].email, "data@example.org");
	CU_ASSERT_EQUAL_FATAL(m->keywords.count, 2);
	CU_ASSERT_STRING_EQUAL(m->keywords.items[1].text, "hotspots & co");
	CU_ASSERT_STRING_EQUAL(m->license, "CC-BY-NC-4.0");
	CU_ASSERT_PTR_NULL(m->license_url);
	CU_ASSERT_STRING_EQUAL(m->doi, "10.5072/example");
	CU_ASSERT_EQUAL_FATAL(m->sites.count, 1);
	CU_ASSERT_STRING_EQUAL(m->sites.items[0].kind, "hotel");
	CU_ASSERT_STRING_EQUAL(m->collection_start, "2013-09-24");
	CU_ASSERT_STRING_EQUAL(m->collection_end, "2013-09-25");
	CU_ASSERT_STRING_EQUAL(m->observation_point, "Before the gateway.");
	CU_ASSERT_STRING_EQUAL(m->access, "On request.");
	CU_ASSERT_STRING_EQUAL(m->terms, "For research only.");
	fv_metadata_free(m);
}

/* One edit, one fault: on which line, and what it says. */
static void
each_fault_is_told_by_its_line(void)
{
	static const struct {
		const char *from;
		const char *to;
		unsigned line;
		const char *what;
	} cases[] = {
		{ "1.2.0", "1.1.0", 1, "'cff-version' must be 1.2.0" },
		{ "type: dataset", "type: software", 2, "must be dataset" },
		{ "type: dataset\n", "", 1, "'type' is missing" },
		{ "Please cite it.", "", 3, "'message' is empty" },
		{ "Please cite it.", "~", 3, "'message' is empty" },
		{ "Please cite it.", "[a]", 3, "is text, not a list" },
		{ "keywords:", "keyword:", 18, "is 'keywords' meant?" },
		{ "message:", "nonsense: x\nmessage:", 3, "not a field" },
		{ "  One", "  Tap at 10.1.0.1, one", 5, "IP address" },
		{ "1.0-rc1", "../x", 9, "letters, digits, dots" },
		{ "1.0-rc1", "1..0", 9, "letters, digits, dots" },
		{ "2026-06-30", "30.6.2026", 10, "not a date" },
		{ "2026-06-30", "2026-02-29", 10, "day that there is not" },
		{ "2026-06-30", "2013-09-24", 10, "collection's end" },
		{ "0000-0002-1825-0097'", "0000-0002-1825-0098'", 12,
		    "mistyped" },
		{ "https://orcid.org/", "", 12, "not an ORCID" },
		{ "given-names: Ada, family-names: Example", "given-names: Ada",
		    12, "neither 'family-names'" },
		{ "given-names: Ada", "name: Ada", 12, "'name'" },
		{ "    website:", "    homepage:", 14, "not a field" },
		{ "https://www.example.org/\n", "www.example.org\n", 14,
		    "web address" },
		{ "https://www.example.org/\n", "https://10.0.0.1/\n", 14,
		    "others can reach" },
		{ "https://www.example.org/\n", "https://probe.lan/x\n", 14,
		    "host" },
		{ "data@example.org", "data@example", 17, "e-mail" },
		{ "data@example.org", "data", 17, "e-mail" },
		{ ", email: data@example.org", "", 17, "no 'email'" },
		{ "co\"]", "co\"", 19, "YAML" },
		{ "[flow records, \"hotspots & co\"]", "flow records", 18,
		    "is a list" },
		{ "[flow records,", "[[flow records],", 18, "is text" },
		{ "CC-BY-NC-4.0", "cc-by-nc-4.0", 19, "licences" },
		{ "license: CC-BY-NC-4.0",
		    "license: CC-BY-NC-4.0\nlicense-url: "
		    "https://www.example.org/",
		    20, "instead of 'license'" },
		{ "10.5072/example", "https://doi.org/10.5072/example", 20,
		    "from '10.' on" },
		{ "10.5072/example", "10.5/x", 20, "not a DOI" },
		{ "made-up", "Made Up", 23, "small letters" },
		{ "made-up", "-x", 23, "small letters" },
		{ "  publisher: Example Networks\n", "", 22, "in flowveil" },
		{ "kind: hotel, ", "", 26, "'kind' is missing in sites" },
		{ "description: rooms}\n",
		    "description: rooms}\n    - {name: site 0, kind: cafe}\n",
		    27, "twice" },
		{ "end: 2013-09-25", "end: 2013-09-23", 27, "earlier" },
		{ "start: 2013-09-24,", "start: 2013-09-24T18:00,", 27,
		    "neither a date nor a time" },
		{ "{start: 2013-09-24, end: 2013-09-25}", "May", 27,
		    "made of fields" },
		{ "start: 2013-09-24, end: 2013-09-25",
		    "start: 2013-09-24T25:00:00Z, end: 2013-09-25", 27,
		    "time that there is not" },
		{ "For research only.", "See /home/x/terms", 35, "path" },
		{ "For research only.", "\"a\\x1bb\"", 35, "control" },
	};
	char *text;
	size_t i;

	for (i = 0; i < FV_COUNT(cases); i++) {
		text = edited(cases[i].from, cases[i].to);
		CU_ASSERT_PTR_NULL(parse(text));
		CU_ASSERT_EQUAL(faults.count, 1);
		CU_ASSERT_EQUAL(faults.fault[0].line, cases[i].line);
		CU_ASSERT_PTR_NOT_NULL(
		    strstr(faults.fault[0].text, cases[i].what));
		if (faults.count != 1 ||
		    faults.fault[0].line != cases[i].line ||
		    strstr(faults.fault[0].text, cases[i].what) == NULL)
			(void)printf("case %zu: %zu faults, line %u: %s\n", i,
			    faults.count, faults.fault[0].line,
			    faults.fault[0].text);
		free(text);
	}
}

static void
other_good_values_are_taken(void)
{
	static const char *const edits[][2] = {
		{ "2013-09-24, end: 2013-09-25",
		    "2013-09-24T05:20:00Z, end: 2013-09-24T05:20:01Z" },
		{ "license: CC-BY-NC-4.0",
		    "license-url: https://www.example.org/terms" },
		{ "license: CC-BY-NC-4.0\n", "" },
		{ "doi: 10.5072/example\n", "doi:\n" },
		{ "0000-0002-1825-0097'", "0000-0002-1694-233X'" },
		{ "2026-06-30", "2024-02-29" },
	};
	struct fv_metadata *m;
	char *text;
	size_t i;

	for (i = 0; i < FV_COUNT(edits); i++) {
		text = edited(edits[i][0], edits[i][1]);
		m = parse(text);
		CU_ASSERT_PTR_NOT_NULL(m);
		fv_metadata_free(m);
		free(text);
	}
}

static void
all_faults_are_told_at_once_in_order(void)
{
	char many[8192] = "", *end = many;
	struct fv_err err;
	size_t i;

	CU_ASSERT_PTR_NULL(parse("title: x\nflowveil: {name: A}\nzzz: 1\n"));
	CU_ASSERT(faults.count > 10);
	for (i = 1; i < faults.count; i++)
		CU_ASSERT(faults.fault[i - 1].line <= faults.fault[i].line);
	CU_ASSERT_EQUAL(faults.fault[faults.count - 1].line, 3);
	/* More than there is room for are counted still. */
	for (i = 0; i < 2 * FV_METADATA_FAULTS; i++)
		end += sprintf(end, "x%zu: 1\n", i);
	CU_ASSERT_PTR_NULL(
	    fv_metadata_parse(many, strlen(many), &faults, &err));
	CU_ASSERT(faults.count > 2 * FV_METADATA_FAULTS);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "things to mend"));
}

/* The template is YAML, and every blank that is required is a fault. */
static void
the_template_asks_for_what_is_required(void)
{
	struct fv_err err;
	char *text = fv_metadata_template(&err);
	const char *line;
	unsigned number, i;
	size_t n;

	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	CU_ASSERT_PTR_NULL(parse(text));
	CU_ASSERT_EQUAL(faults.count, 16);
	for (i = 0; i < faults.count; i++) {
		line = text;
		for (number = 1; number < faults.fault[i].line; number++)
			line = strchr(line, '\n') + 1;
		n = strcspn(line, "\n");
		/* It is an empty field, or the item that lacks one. */
		CU_ASSERT(n > 0 && (line[n - 1] == ':' || line[n - 1] == '|'));
	}
	free(text);
}

static void
files_are_read_and_bounded(void)
{
	struct fv_metadata *m;
	struct fv_scratch s;
	struct fv_err err;
	const char *path;
	char *text;

	fv_scratch_make(&s);
	path = fv_scratch_file(
	    &s, "good", RELEASE_TEXT, strlen(RELEASE_TEXT), 0644);
	m = fv_metadata_open(path, &faults, &err);
	CU_ASSERT_PTR_NOT_NULL(m);
	fv_metadata_free(m);
	CU_ASSERT_PTR_NULL(
	    fv_metadata_open(fv_scratch_path(&s, "none"), &faults, &err));
	CU_ASSERT_EQUAL(err.code, FV_EIO);
	CU_ASSERT_EQUAL(faults.count, 0);
	CU_ASSERT_PTR_NULL(fv_metadata_open(s.directory, &faults, &err));
	text = malloc(300000);
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	memset(text, '#', 300000);
	path = fv_scratch_file(&s, "large", text, 300000, 0644);
	CU_ASSERT_PTR_NULL(fv_metadata_open(path, &faults, &err));
	CU_ASSERT_EQUAL(faults.count, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(faults.fault[0].text, "larger"));
	free(text);
	fv_scratch_remove(&s);
}

CU_TestInfo suite_metadata[] = {
	{ "every field is read", every_field_is_read },
	{ "each fault is told by its line", each_fault_is_told_by_its_line },
	{ "other good values are taken", other_good_values_are_taken },
	{ "all faults are told at once, in order",
	    all_faults_are_told_at_once_in_order },
	{ "the template asks for what is required",
	    the_template_asks_for_what_is_required },
	{ "files are read and bounded", files_are_read_and_bounded },
	CU_TEST_INFO_NULL,
};

#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/citation.h"
#include "datasets/datacite.h"
#include "datasets/document.h"
#include "datasets/readme.h"
#include "datasets/statements.h"
#include "tests/unit/release_bed.h"

static void
expect(const char *text, const char *wanted)
{
	CU_ASSERT_PTR_NOT_NULL(strstr(text, wanted));
	if (strstr(text, wanted) == NULL)
		(void)printf("not there: %s\n", wanted);
}

static void
the_readme_fills_the_checklist(void)
{
	static const char *const wanted[] = {
		"# Flows: \\<a\\> & \"b\"\n",
		"Version 1.0-rc1, released 2026-06-30 by Example Networks.",
		"> Example, Ada; Measurement Group (2026): Flows: ",
		"Another \\| one.",
		"| `flows.h5` | 100 | 5000 | 4711 | `aaaa",
		"the first 10 records",
		"**Site:** site 0, hotel: rooms\n",
		"1 capture of both directions, 1 capture of outbound packets\n",
		"IPv4 (2001 packets) and IPv6 (0 packets)",
		"2013-09-24 to 2013-09-25 (UTC)",
		"2013-09-24T05:20:00Z to 2013-09-24T06:20:00Z",
		"ends after 1.5 s without a packet. Tables",
		"| `/hosts` | 5000 |",
		"key with id 00ff",
		"- hosts/address: prefix-preserving pseudonymization (stable)",
		"As captured, and not anonymized: flows/start_time, ",
		"Of 2021 packets read, 2001 are recorded and 20 are not",
		"| 20 | `arp` | ARP or RARP |",
		"**Left out on purpose, besides payload:** Staff.",
		"| all | 100 | ",
		"| duration | 3600 s |",
		"`sha256:0123`",
		"Licence: CC-BY-NC-4.0",
		"For research only.",
		"Desk, <data@example.org>",
	};
	struct release_bed b;
	struct fv_err err;
	char *text;
	size_t i;

	release_bed_make(&b);
	text = fv_readme_text(&b.release, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	for (i = 0; i < FV_COUNT(wanted); i++)
		expect(text, wanted[i]);
	/* What is not there is not spoken of. */
	CU_ASSERT_PTR_NULL(strstr(text, "This is part"));
	CU_ASSERT_PTR_NULL(strstr(text, "(null)"));
	free(text);
	b.release.parts = 3;
	b.release.part = 2;
	b.release.fingerprint = NULL;
	text = fv_readme_text(&b.release, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	expect(text, "This is part 2 of 3");
	CU_ASSERT_PTR_NULL(strstr(text, "openssl"));
	free(text);
	text = fv_readme_terms(&b.release, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	expect(text, "Access: On request.");
	expect(text, "https://creativecommons.org/licenses/by-nc/4.0/");
	free(text);
	release_bed_clear(&b);
}

static void
words_are_no_markup_in_any_language(void)
{
	struct fv_document d;
	struct fv_err err;
	char *text;

	CU_ASSERT_EQUAL_FATAL(fv_document_begin(&d, &err), 0);
	fv_document_markdown(d.out, "a*b_[c](d)`e`<f>|g#\\");
	(void)fputc('\n', d.out);
	fv_document_xml(d.out, "<a b=\"c\">&amp;]]>");
	(void)fputc('\n', d.out);
	fv_document_yaml(d.out, "a: \"b\"\n\\n # c");
	text = fv_document_end(&d, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	CU_ASSERT_STRING_EQUAL(text,
	    "a\\*b\\_\\[c\\](d)\\`e\\`\\<f\\>\\|g\\#\\\\\n"
	    "&lt;a b=&quot;c&quot;&gt;&amp;amp;]]&gt;\n"
	    "\"a: \\\"b\\\"\\n\\\\n # c\"");
	free(text);
}

static void
the_citation_file_has_fields_of_its_format_alone(void)
{
	struct release_bed b;
	struct fv_err err;
	char *text;

	release_bed_make(&b);
	text = fv_citation_cff(b.metadata, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	CU_ASSERT_EQUAL(strncmp(text, "cff-version: \"1.2.0\"\n", 21), 0);
	expect(text, "\ntitle: \"Flows: <a> & \\\"b\\\"\"\n");
	expect(text, "\nabstract: \"One paragraph.\\n\\nAnother | one.\"\n");
	expect(text,
	    "\nauthors:\n  - family-names: \"Example\"\n    given-names: "
	    "\"Ada\"\n");
	expect(text, "\n  - name: \"Measurement Group\"\n    website: ");
	CU_ASSERT_PTR_NULL(strstr(text, "flowveil"));
	CU_ASSERT_PTR_NULL(strstr(text, "terms"));
	free(text);
	release_bed_clear(&b);
}

static void
catalogues_get_what_they_require(void)
{
	struct release_bed b;
	struct fv_err err;
	char *text;

	release_bed_make(&b);
	text = fv_datacite_json(&b.release, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	expect(text, "\"doi\": \"10.5072/example\"");
	expect(text, "\"name\": \"Example, Ada\"");
	expect(text, "\"publicationYear\": \"2026\"");
	expect(text, "\"date\": \"2013-09-24/2013-09-25\"");
	expect(text, "\"4711 bytes\"");
	expect(text, "\"100 flow records\"");
	expect(text, "\"rightsIdentifier\": \"CC-BY-NC-4.0\"");
	free(text);
	text = fv_datacite_xml(&b.release, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	expect(text, "<title>Flows: &lt;a&gt; &amp; &quot;b&quot;</title>");
	expect(text, "<identifier identifierType=\"DOI\">10.5072/example<");
	expect(text, "<subject>hotspots &amp; co</subject>");
	expect(text, "nameType=\"Organizational\">Measurement Group<");
	free(text);
	release_bed_clear(&b);
}

static void
resolutions_are_told_in_fitting_units(void)
{
	static const struct {
		int64_t ns;
		const char *text;
	} cases[] = { { 1, "1 ns" }, { 100, "100 ns" }, { 1000, "1 us" },
		{ 10000000, "10 ms" }, { 1000000000, "1 s" } };
	char text[FV_STATEMENTS_RESOLUTION];
	struct fv_facts f = { .covered = false };
	size_t i;

	for (i = 0; i < FV_COUNT(cases); i++) {
		f.resolution = cases[i].ns;
		fv_statements_resolution(&f, text);
		CU_ASSERT_STRING_EQUAL(text, cases[i].text);
	}
}

CU_TestInfo suite_readme[] = {
	{ "the README fills the checklist", the_readme_fills_the_checklist },
	{ "words are no markup in any language",
	    words_are_no_markup_in_any_language },
	{ "the citation file has fields of its format alone",
	    the_citation_file_has_fields_of_its_format_alone },
	{ "catalogues get what they require",
	    catalogues_get_what_they_require },
	{ "resolutions are told in fitting units",
	    resolutions_are_told_in_fitting_units },
	CU_TEST_INFO_NULL,
};

#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "datasets/crate.h"
#include "tests/unit/release_bed.h"

static json_t *
entity(const json_t *crate, const char *id)
{
	json_t *graph = json_object_get(crate, "@graph"), *e;
	size_t i;

	json_array_foreach(graph, i,
	    e) if (strcmp(json_string_value(json_object_get(e, "@id")), id) ==
	    0) return e;
	return NULL;
}

static const char *
text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value == NULL ? "" : value;
}

static const char *
id_of(const json_t *object, const char *key)
{
	return text(json_object_get(object, key), "@id");
}

static json_t *
crate_of(const struct fv_release *release)
{
	char name[] = "data/flows.h5", other[] = "data/metadata/schema.json";
	struct fv_bag_item items[] = { { .name = name, .size = 4711 },
		{ .name = other, .size = 12 } };
	struct fv_err err;
	json_t *crate;
	char *line;

	memset(items[0].digest, 'a', sizeof(items[0].digest) - 1);
	memset(items[1].digest, 'b', sizeof(items[1].digest) - 1);
	line = fv_crate_json(release, items, 2, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(line);
	CU_ASSERT_EQUAL(line[strlen(line) - 1], '\n');
	crate = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(crate);
	free(line);
	return crate;
}

static void
the_root_says_what_the_metadata_say(void)
{
	struct release_bed b;
	json_t *crate, *root, *file;

	release_bed_make(&b);
	crate = crate_of(&b.release);
	CU_ASSERT_STRING_EQUAL(
	    id_of(entity(crate, "ro-crate-metadata.json"), "conformsTo"),
	    "https://w3id.org/ro/crate/1.2");
	root = entity(crate, "./");
	CU_ASSERT_STRING_EQUAL(text(root, "name"), b.metadata->title);
	CU_ASSERT_STRING_EQUAL(text(root, "description"), b.metadata->abstract);
	CU_ASSERT_STRING_EQUAL(text(root, "datePublished"), "2026-06-30");
	CU_ASSERT_STRING_EQUAL(text(root, "temporalCoverage"),
	    "2013-09-24T05:20:00Z/2013-09-24T06:20:00Z");
	CU_ASSERT_STRING_EQUAL(
	    text(root, "identifier"), "https://doi.org/10.5072/example");
	CU_ASSERT_STRING_EQUAL(id_of(root, "license"),
	    "https://creativecommons.org/licenses/by-nc/4.0/");
	CU_ASSERT_EQUAL(json_array_size(json_object_get(root, "author")), 2);
	CU_ASSERT_STRING_EQUAL(
	    text(
		entity(crate, "https://orcid.org/0000-0002-1825-0097"), "name"),
	    "Ada Example");
	CU_ASSERT_STRING_EQUAL(
	    id_of(entity(crate, "#publisher"), "contactPoint"),
	    "mailto:data@example.org");
	file = entity(crate, "flows.h5");
	CU_ASSERT_STRING_EQUAL(text(file, "contentSize"), "4711");
	CU_ASSERT_EQUAL(strlen(text(file, "sha256")), 64);
	CU_ASSERT_STRING_EQUAL(
	    text(entity(crate, "#flowveil"), "softwareVersion"), "9.9.9");
	CU_ASSERT_PTR_NOT_NULL(entity(crate, "#flows/start_time"));
	json_decref(crate);
	release_bed_clear(&b);
}

/* Without a licence that has an address, the terms' file is the licence. */
static void
terms_of_ones_own_are_the_licence(void)
{
	struct release_bed b;
	json_t *crate;

	release_bed_make(&b);
	free(b.metadata->license);
	b.metadata->license = NULL;
	crate = crate_of(&b.release);
	CU_ASSERT_STRING_EQUAL(
	    id_of(entity(crate, "./"), "license"), "LICENSE.txt");
	json_decref(crate);
	release_bed_clear(&b);
}

CU_TestInfo suite_crate[] = {
	{ "the root says what the metadata say",
	    the_root_says_what_the_metadata_say },
	{ "terms of one's own are the licence",
	    terms_of_ones_own_are_the_licence },
	CU_TEST_INFO_NULL,
};

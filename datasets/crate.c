#include "datasets/crate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "datasets/citation.h"
#include "datasets/datacite.h"
#include "datasets/document.h"
#include "datasets/licence.h"
#include "datasets/schema.h"
#include "datasets/statements.h"

static const char CONTEXT[] = "https://w3id.org/ro/crate/1.2/context";
static const char PROFILE[] = "https://w3id.org/ro/crate/1.2";
static const char PRONOM[] =
    "https://www.nationalarchives.gov.uk/PRONOM/fmt/807";

/* What a payload file is, by how its name ends or what it is. */
static const struct {
	const char *end;
	const char *media;
	const char *about;
} kinds[] = {
	{ FV_RELEASE_SAMPLE, "application/x-hdf5",
	    "The first records of the dataset, to try things on" },
	{ ".h5", "application/x-hdf5", "Anonymized flow records" },
	{ FV_RELEASE_README, "text/markdown", "What this dataset is" },
	{ FV_RELEASE_TERMS, "text/plain", "Terms of use" },
	{ FV_RELEASE_CITATION, "text/yaml", "How to cite the dataset" },
	{ FV_RELEASE_SCHEMA, "application/json",
	    "Data dictionary: tables and columns" },
	{ FV_RELEASE_DATACITE, "application/json", "DataCite metadata" },
	{ FV_RELEASE_DATACITE_XML, "application/xml", "DataCite metadata" },
	{ FV_RELEASE_PROVENANCE, "application/json",
	    "How the dataset was made, and what became of each packet" },
	{ ".json", "application/json", "Document as JSON" },
	{ ".html", "text/html", "Document to be read in a browser" },
	{ ".md", "text/markdown", "Document" },
	{ ".csv", "text/csv", "Table" },
	{ ".svg", "image/svg+xml", "Figure" },
	{ ".png", "image/png", "Figure" },
	{ "", "text/plain", "Document" },
};

static json_t *
reference(const char *id)
{
	return json_pack("{s:s}", "@id", id);
}

static void
add(json_t *graph, json_t *entity)
{
	(void)json_array_append_new(graph, entity);
}

static void
refer(json_t *list, const char *id)
{
	(void)json_array_append_new(list, reference(id));
}

/* People and groups; a list of references to them. */
static json_t *
add_people(
    json_t *graph, const struct fv_metadata_people *people, const char *role)
{
	json_t *list = json_array();
	const struct fv_metadata_person *p;
	char id[64], other[64], *name;
	size_t i;

	for (i = 0; i < people->count; i++) {
		p = &people->items[i];
		(void)snprintf(id, sizeof(id), "#%s-%zu", role, i + 1);
		if (p->orcid != NULL)
			(void)snprintf(id, sizeof(id), "%s", p->orcid);
		if (asprintf(&name, "%s%s%s",
			p->given_names != NULL ? p->given_names : "",
			p->given_names != NULL ? " " : "",
			p->name != NULL ? p->name : p->family_names) == -1)
			name = NULL;
		add(graph,
		    json_pack("{s:s, s:s, s:s?, s:s*, s:s*, s:s*, s:s*}", "@id",
			id, "@type",
			p->name == NULL ? "Person" : "Organization", "name",
			name, "givenName", p->given_names, "familyName",
			p->family_names, "email", p->email, "url", p->website));
		free(name);
		refer(list, id);
		if (p->affiliation == NULL)
			continue;
		(void)snprintf(
		    other, sizeof(other), "#%s-%zu-affiliation", role, i + 1);
		(void)json_object_set_new(
		    json_array_get(graph, json_array_size(graph) - 1),
		    "affiliation", reference(other));
		add(graph,
		    json_pack("{s:s, s:s, s:s}", "@id", other, "@type",
			"Organization", "name", p->affiliation));
	}
	return list;
}

/* The publisher, with the first contact that has an address. */
static void
add_publisher(json_t *graph, const struct fv_metadata *m)
{
	const struct fv_metadata_person *p;
	json_t *publisher;
	char *id;
	size_t i;

	publisher = json_pack("{s:s, s:s, s:s}", "@id", "#publisher", "@type",
	    "Organization", "name", m->publisher);
	add(graph, publisher);
	for (i = 0; i < m->contacts.count; i++) {
		p = &m->contacts.items[i];
		if (p->email == NULL ||
		    asprintf(&id, "mailto:%s", p->email) == -1)
			continue;
		(void)json_object_set_new(
		    publisher, "contactPoint", reference(id));
		add(graph,
		    json_pack("{s:s, s:s, s:s, s:s, s:s?}", "@id", id, "@type",
			"ContactPoint", "contactType", "data", "email",
			p->email, "name",
			p->name != NULL ? p->name : p->family_names));
		free(id);
		return;
	}
}

/* The licence as an entity, if it has an address; its id. */
static const char *
add_licence(json_t *graph, const struct fv_metadata *m)
{
	const struct fv_licence *l = NULL;

	if (m->license != NULL)
		l = fv_licence_find(m->license);
	if (l == NULL && m->license_url == NULL)
		return FV_RELEASE_TERMS;
	add(graph,
	    json_pack("{s:s, s:s, s:s, s:s}", "@id",
		l != NULL ? l->url : m->license_url, "@type", "CreativeWork",
		"name", l != NULL ? l->name : "Terms of use", "description",
		m->terms));
	return l != NULL ? l->url : m->license_url;
}

static size_t
kind_of(const char *name)
{
	size_t i, n = strlen(name), m;

	for (i = 0; i + 1 < FV_COUNT(kinds); i++) {
		m = strlen(kinds[i].end);
		if (n >= m && strcmp(name + n - m, kinds[i].end) == 0)
			break;
	}
	return i;
}

/* The payload files; a list of references to them. */
static json_t *
add_files(json_t *graph, const struct fv_bag_item *items, size_t n)
{
	json_t *list = json_array(), *file;
	const char *name;
	char size[32];
	size_t i, k;

	for (i = 0; i < n; i++) {
		name = items[i].name + strlen("data/");
		k = kind_of(name);
		(void)snprintf(size, sizeof(size), "%" PRIu64, items[i].size);
		file = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "@id", name,
		    "@type", "File", "name", name, "description",
		    kinds[k].about, "contentSize", size, "sha256",
		    items[i].digest);
		if (strcmp(kinds[k].media, "application/x-hdf5") == 0)
			(void)json_object_set_new(file, "encodingFormat",
			    json_pack(
				"[s, {s:s}]", kinds[k].media, "@id", PRONOM));
		else
			(void)json_object_set_new(file, "encodingFormat",
			    json_string(kinds[k].media));
		add(graph, file);
		refer(list, name);
	}
	add(graph,
	    json_pack("{s:s, s:[s, s], s:s}", "@id", PRONOM, "@type", "WebPage",
		"Standard", "name",
		"Hierarchical Data Format 5 (1.8 and later)"));
	return list;
}

/* Each column of the tables that hold observations. */
static json_t *
add_columns(json_t *graph)
{
	json_t *list = json_array();
	const struct fv_table *t;
	const struct fv_column *c;
	char id[128];

	for (t = fv_schema_tables; t < fv_schema_tables + FV_TABLES; t++)
		for (c = t->columns; c < t->columns + t->ncolumns; c++) {
			if (t == &fv_schema_tables[FV_TABLE_CAPTURES])
				break; /* counters, not measurements */
			(void)snprintf(
			    id, sizeof(id), "#%s/%s", t->name, c->name);
			add(graph,
			    json_pack("{s:s, s:s, s:s, s:s, s:s*}", "@id", id,
				"@type", "PropertyValue", "name", id + 1,
				"description", c->description, "unitText",
				c->units));
			refer(list, id);
		}
	return list;
}

/* How the datasets came to be: from captures that are only described. */
static void
add_conversion(json_t *graph, const struct fv_release *r, const char *methods)
{
	const char *source = r->facts->source, *version;
	json_t *result = json_array();
	size_t i;

	for (i = 0; i < r->ndatasets; i++)
		refer(result, r->datasets[i].name);
	version = source == NULL ? NULL : strchr(source, ' ');
	add(graph,
	    json_pack("{s:s, s:s, s:s, s:s, s:s*}", "@id", "#flowveil", "@type",
		"SoftwareApplication", "name", "flowveil", "description",
		"Turns packet captures into anonymized flow records",
		"softwareVersion", version == NULL ? NULL : version + 1));
	add(graph,
	    json_pack("{s:s, s:s, s:s, s:s}", "@id", "#captures", "@type",
		"CreativeWork", "name",
		"Packet captures, which are not given "
		"out",
		"description", methods));
	add(graph,
	    json_pack("{s:s, s:s, s:s, s:s, s:{s:s}, s:{s:s}, s:o, s:s}", "@id",
		"#conversion", "@type", "CreateAction", "name",
		"Conversion to anonymized flow records", "description",
		"Payload dropped, addresses replaced by prefix-preserving "
		"pseudonyms",
		"instrument", "@id", "#flowveil", "object", "@id", "#captures",
		"result", result, "endTime", r->metadata->date_released));
}

static json_t *
keywords(const struct fv_metadata *m)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < m->keywords.count; i++)
		(void)json_array_append_new(
		    list, json_string(m->keywords.items[i].text));
	return list;
}

/* The sites as places: what kind of network, never where. */
static json_t *
add_sites(json_t *graph, const struct fv_metadata *m)
{
	json_t *list = json_array();
	const struct fv_metadata_site *s;
	char id[32];
	size_t i;

	for (i = 0; i < m->sites.count; i++) {
		s = &m->sites.items[i];
		(void)snprintf(id, sizeof(id), "#site-%zu", i + 1);
		add(graph,
		    json_pack("{s:s, s:s, s:s, s:s, s:s*}", "@id", id, "@type",
			"Place", "name", s->name, "additionalType", s->kind,
			"description", s->description));
		refer(list, id);
	}
	return list;
}

static int
fill_root(json_t *root, json_t *graph, const struct fv_release *r,
    const struct fv_bag_item *items, size_t n, struct fv_err *err)
{
	const struct fv_metadata *m = r->metadata;
	char period[FV_STATEMENTS_PERIOD], collected[FV_DATACITE_COLLECTED];
	char *methods = NULL, *cite = NULL, *doi = NULL;
	int rc = -1;

	fv_statements_period(r->facts, period);
	fv_datacite_collected(m, collected);
	if ((methods = fv_statements_methods(m, r->facts, err)) == NULL ||
	    (cite = fv_citation_line(m, err)) == NULL)
		goto out;
	if (m->doi != NULL &&
	    asprintf(&doi, "https://doi.org/%s", m->doi) == -1) {
		doi = NULL;
		(void)fv_err_set(err, FV_EMEMORY, "out of memory");
		goto out;
	}
	(void)json_object_update_new(root,
	    json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s*, s:s*, s:s*, s:o}",
		"name", m->title, "description", m->abstract, "datePublished",
		m->date_released, "version", m->version, "temporalCoverage",
		period[0] != '\0' ? period : collected, "creditText", cite,
		"identifier", doi, "url", m->url, "conditionsOfAccess",
		m->access, "keywords", keywords(m)));
	(void)json_object_set_new(
	    root, "author", add_people(graph, &m->authors, "author"));
	(void)json_object_set_new(root, "publisher", reference("#publisher"));
	add_publisher(graph, m);
	(void)json_object_set_new(
	    root, "license", reference(add_licence(graph, m)));
	(void)json_object_set_new(root, "contentLocation", add_sites(graph, m));
	(void)json_object_set_new(root, "hasPart", add_files(graph, items, n));
	(void)json_object_set_new(root, "variableMeasured", add_columns(graph));
	(void)json_object_set_new(root, "mentions", reference("#conversion"));
	add_conversion(graph, r, methods);
	rc = 0;
out:
	free(methods);
	free(cite);
	free(doi);
	return rc;
}

char *
fv_crate_json(const struct fv_release *r, const struct fv_bag_item *items,
    size_t n, struct fv_err *err)
{
	json_t *crate, *graph = json_array(), *root;
	char *line = NULL, *text = NULL;

	add(graph,
	    json_pack("{s:s, s:s, s:{s:s}, s:{s:s}}", "@id", FV_RELEASE_CRATE,
		"@type", "CreativeWork", "about", "@id", "./", "conformsTo",
		"@id", PROFILE));
	root = json_pack("{s:s, s:s}", "@id", "./", "@type", "Dataset");
	add(graph, root);
	crate = json_pack("{s:s, s:o}", "@context", CONTEXT, "@graph", graph);
	if (fill_root(root, graph, r, items, n, err) == -1)
		goto out;
	line = json_dumps(crate, JSON_INDENT(2));
	if (line == NULL || asprintf(&text, "%s\n", line) == -1) {
		(void)fv_err_set(err, FV_EMEMORY, "out of memory");
		text = NULL;
	}
out:
	json_decref(crate);
	free(line);
	return text;
}

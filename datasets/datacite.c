#include "datasets/datacite.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "datasets/licence.h"
#include "datasets/statements.h"

static const char SCHEMA[] = "http://datacite.org/schema/kernel-4";
static const char SUBTYPE[] = "Network flow records";

void
fv_datacite_collected(
    const struct fv_metadata *m, char text[FV_DATACITE_COLLECTED])
{
	(void)snprintf(text, FV_DATACITE_COLLECTED, "%s/%s",
	    m->collection_start, m->collection_end);
}

/* "Family, Given", or the name of a group; to be freed. */
static char *
full_name(const struct fv_metadata_person *p)
{
	char *text;

	if (asprintf(&text, "%s%s%s",
		p->name != NULL ? p->name : p->family_names,
		p->given_names != NULL ? ", " : "",
		p->given_names != NULL ? p->given_names : "") == -1)
		return NULL;
	return text;
}

static json_t *
person_json(const struct fv_metadata_person *p, const char *contributor)
{
	char *name = full_name(p);
	json_t *o = json_pack("{s:s?, s:s, s:s*, s:s*, s:s*}", "name", name,
	    "nameType", p->name == NULL ? "Personal" : "Organizational",
	    "givenName", p->given_names, "familyName", p->family_names,
	    "contributorType", contributor);

	free(name);
	if (p->affiliation != NULL)
		(void)json_object_set_new(o, "affiliation",
		    json_pack("[{s:s}]", "name", p->affiliation));
	if (p->orcid != NULL)
		(void)json_object_set_new(o, "nameIdentifiers",
		    json_pack("[{s:s, s:s, s:s}]", "nameIdentifier", p->orcid,
			"nameIdentifierScheme", "ORCID", "schemeUri",
			"https://orcid.org"));
	return o;
}

static json_t *
people_json(const struct fv_metadata_people *people, const char *contributor)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < people->count; i++)
		(void)json_array_append_new(
		    list, person_json(&people->items[i], contributor));
	return list;
}

static json_t *
rights_json(const struct fv_metadata *m)
{
	const struct fv_licence *l;
	json_t *list = json_array();

	if (m->license != NULL && (l = fv_licence_find(m->license)) != NULL)
		(void)json_array_append_new(list,
		    json_pack("{s:s, s:s, s:s, s:s}", "rights", l->name,
			"rightsUri", l->url, "rightsIdentifier", l->id,
			"rightsIdentifierScheme", "SPDX"));
	if (m->license_url != NULL)
		(void)json_array_append_new(list,
		    json_pack("{s:s, s:s}", "rights", "Terms of use",
			"rightsUri", m->license_url));
	(void)json_array_append_new(
	    list, json_pack("{s:s}", "rights", m->terms));
	return list;
}

/* What both forms say: bytes of the datasets of this bag, and their rows. */
static void
make_sizes(const struct fv_release *r, char bytes[48], char rows[48])
{
	uint64_t total = 0, records = 0;
	size_t i;

	for (i = 0; i < r->ndatasets; i++) {
		total += r->datasets[i].size;
		records += r->datasets[i].facts->rows[FV_TABLE_FLOWS];
	}
	(void)snprintf(bytes, 48, "%" PRIu64 " bytes", total);
	(void)snprintf(rows, 48, "%" PRIu64 " flow records", records);
}

static json_t *
keywords_json(const struct fv_metadata *m)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < m->keywords.count; i++)
		(void)json_array_append_new(list,
		    json_pack("{s:s}", "subject", m->keywords.items[i].text));
	return list;
}

static json_t *
root_json(
    const struct fv_release *r, const char *methods, const char *technical)
{
	const struct fv_metadata *m = r->metadata;
	char collected[FV_DATACITE_COLLECTED], bytes[48], rows[48], year[5];
	json_t *o;

	fv_datacite_collected(m, collected);
	make_sizes(r, bytes, rows);
	(void)snprintf(year, sizeof(year), "%.4s", m->date_released);
	o = json_pack(
	    "{s:s, s:s*, s:s*, s:{s:s, s:s}, s:o, s:[{s:s}], s:{s:s}, "
	    "s:s, s:o, s:o}",
	    "schemaVersion", SCHEMA, "doi", m->doi, "url", m->url, "types",
	    "resourceTypeGeneral", "Dataset", "resourceType", SUBTYPE,
	    "creators", people_json(&m->authors, NULL), "titles", "title",
	    m->title, "publisher", "name", m->publisher, "publicationYear",
	    year, "subjects", keywords_json(m), "contributors",
	    people_json(&m->contacts, "ContactPerson"));
	(void)json_object_update_new(o,
	    json_pack("{s:[{s:s, s:s}, {s:s, s:s}], s:s, s:[s, s], s:[s], s:s, "
		      "s:o}",
		"dates", "date", m->date_released, "dateType", "Issued", "date",
		collected, "dateType", "Collected", "language", "en", "sizes",
		bytes, rows, "formats", "application/x-hdf5", "version",
		m->version, "rightsList", rights_json(m)));
	(void)json_object_set_new(o, "descriptions",
	    json_pack("[{s:s, s:s}, {s:s, s:s}, {s:s, s:s}]", "description",
		m->abstract, "descriptionType", "Abstract", "description",
		methods, "descriptionType", "Methods", "description", technical,
		"descriptionType", "TechnicalInfo"));
	return o;
}

char *
fv_datacite_json(const struct fv_release *r, struct fv_err *err)
{
	char *methods = NULL, *technical = NULL, *line = NULL, *text = NULL;
	json_t *root;

	if ((methods = fv_statements_methods(r->metadata, r->facts, err)) ==
		NULL ||
	    (technical = fv_statements_technical(r->facts, err)) == NULL)
		goto out;
	root = root_json(r, methods, technical);
	line = json_dumps(root, JSON_INDENT(2));
	json_decref(root);
	if (line == NULL || asprintf(&text, "%s\n", line) == -1) {
		(void)fv_err_set(err, FV_EMEMORY, "out of memory");
		text = NULL;
	}
out:
	free(methods);
	free(technical);
	free(line);
	return text;
}

#include "datasets/datacite.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "datasets/document.h"
#include "datasets/licence.h"
#include "datasets/statements.h"

static void
print_element(FILE *out, const char *indent, const char *open, const char *text)
{
	size_t n = 0;

	if (text == NULL)
		return;
	(void)fprintf(out, "%s<%s>", indent, open);
	fv_document_xml(out, text);
	/* The name ends where its attributes begin. */
	while (open[n] != '\0' && open[n] != ' ')
		n++;
	(void)fprintf(out, "</%.*s>\n", (int)n, open);
}

static void
print_person(FILE *out, const char *role, const struct fv_metadata_person *p)
{
	(void)fprintf(out, "      <%sName nameType=\"%s\">", role,
	    p->name == NULL ? "Personal" : "Organizational");
	fv_document_xml(out, p->name != NULL ? p->name : p->family_names);
	if (p->given_names != NULL) {
		(void)fputs(", ", out);
		fv_document_xml(out, p->given_names);
	}
	(void)fprintf(out, "</%sName>\n", role);
	print_element(out, "      ", "givenName", p->given_names);
	print_element(out, "      ", "familyName", p->family_names);
	print_element(out, "      ",
	    "nameIdentifier nameIdentifierScheme=\"ORCID\" "
	    "schemeURI=\"https://orcid.org\"",
	    p->orcid);
	print_element(out, "      ", "affiliation", p->affiliation);
}

static void
print_people(FILE *out, const struct fv_metadata *m)
{
	size_t i;

	(void)fputs("  <creators>\n", out);
	for (i = 0; i < m->authors.count; i++) {
		(void)fputs("    <creator>\n", out);
		print_person(out, "creator", &m->authors.items[i]);
		(void)fputs("    </creator>\n", out);
	}
	(void)fputs("  </creators>\n  <titles>\n", out);
	print_element(out, "    ", "title", m->title);
	(void)fputs("  </titles>\n", out);
	print_element(out, "  ", "publisher", m->publisher);
	(void)fprintf(out, "  <publicationYear>%.4s</publicationYear>\n",
	    m->date_released);
	(void)fputs("  <resourceType resourceTypeGeneral=\"Dataset\">Network "
		    "flow records</resourceType>\n",
	    out);
	if (m->keywords.count > 0)
		(void)fputs("  <subjects>\n", out);
	for (i = 0; i < m->keywords.count; i++)
		print_element(
		    out, "    ", "subject", m->keywords.items[i].text);
	if (m->keywords.count > 0)
		(void)fputs("  </subjects>\n", out);
	(void)fputs("  <contributors>\n", out);
	for (i = 0; i < m->contacts.count; i++) {
		(void)fputs("    <contributor "
			    "contributorType=\"ContactPerson\">\n",
		    out);
		print_person(out, "contributor", &m->contacts.items[i]);
		(void)fputs("    </contributor>\n", out);
	}
	(void)fputs("  </contributors>\n", out);
}

static void
print_facts(FILE *out, const struct fv_release *r)
{
	const struct fv_metadata *m = r->metadata;
	char collected[FV_DATACITE_COLLECTED];
	uint64_t total = 0;
	size_t i;

	for (i = 0; i < r->ndatasets; i++)
		total += r->datasets[i].size;
	fv_datacite_collected(m, collected);
	(void)fputs("  <dates>\n", out);
	print_element(
	    out, "    ", "date dateType=\"Issued\"", m->date_released);
	print_element(out, "    ", "date dateType=\"Collected\"", collected);
	(void)fputs("  </dates>\n  <language>en</language>\n  <sizes>\n", out);
	(void)fprintf(out,
	    "    <size>%" PRIu64 " bytes</size>\n  </sizes>\n  <formats>\n"
	    "    <format>application/x-hdf5</format>\n  </formats>\n",
	    total);
	print_element(out, "  ", "version", m->version);
}

static void
print_rights(FILE *out, const struct fv_metadata *m)
{
	const struct fv_licence *l;

	(void)fputs("  <rightsList>\n", out);
	if (m->license != NULL && (l = fv_licence_find(m->license)) != NULL)
		(void)fprintf(out,
		    "    <rights rightsURI=\"%s\" rightsIdentifier=\"%s\" "
		    "rightsIdentifierScheme=\"SPDX\">%s</rights>\n",
		    l->url, l->id, l->name);
	if (m->license_url != NULL) {
		(void)fputs("    <rights rightsURI=\"", out);
		fv_document_xml(out, m->license_url);
		(void)fputs("\">Terms of use</rights>\n", out);
	}
	print_element(out, "    ", "rights", m->terms);
	(void)fputs("  </rightsList>\n", out);
}

char *
fv_datacite_xml(const struct fv_release *r, struct fv_err *err)
{
	const struct fv_metadata *m = r->metadata;
	char *methods, *technical = NULL, *text = NULL;
	struct fv_document d;

	if ((methods = fv_statements_methods(m, r->facts, err)) == NULL ||
	    (technical = fv_statements_technical(r->facts, err)) == NULL ||
	    fv_document_begin(&d, err) == -1)
		goto out;
	(void)fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		    "<resource xmlns=\"http://datacite.org/schema/kernel-4\" "
		    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
		    "xsi:schemaLocation=\"http://datacite.org/schema/kernel-4 "
		    "https://schema.datacite.org/meta/kernel-4/metadata.xsd\""
		    ">\n",
	    d.out);
	print_element(d.out, "  ", "identifier identifierType=\"DOI\"", m->doi);
	print_people(d.out, m);
	print_facts(d.out, r);
	print_rights(d.out, m);
	(void)fputs("  <descriptions>\n", d.out);
	print_element(d.out, "    ", "description descriptionType=\"Abstract\"",
	    m->abstract);
	print_element(
	    d.out, "    ", "description descriptionType=\"Methods\"", methods);
	print_element(d.out, "    ",
	    "description descriptionType=\"TechnicalInfo\"", technical);
	(void)fputs("  </descriptions>\n</resource>\n", d.out);
	text = fv_document_end(&d, err);
out:
	free(methods);
	free(technical);
	return text;
}

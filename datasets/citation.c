#include "datasets/citation.h"

#include <stdio.h>

#include "datasets/document.h"

/* "name: value" behind ${before}; nothing when there is no value. */
static void
print_field(FILE *out, const char *before, const char *name, const char *value)
{
	if (value == NULL)
		return;
	(void)fprintf(out, "%s%s: ", before, name);
	fv_document_yaml(out, value);
	(void)fputc('\n', out);
}

static void
print_people(
    FILE *out, const char *name, const struct fv_metadata_people *people)
{
	const struct fv_metadata_person *p;
	size_t i, j;

	(void)fprintf(out, "%s:\n", name);
	for (i = 0; i < people->count; i++) {
		p = &people->items[i];
		const struct {
			const char *name;
			const char *value;
		} field[] = {
			{ "name", p->name },
			{ "family-names", p->family_names },
			{ "given-names", p->given_names },
			{ "affiliation", p->affiliation },
			{ "email", p->email },
			{ "orcid", p->orcid },
			{ "website", p->website },
		};
		const char *before = "  - ";

		for (j = 0; j < FV_COUNT(field); j++) {
			if (field[j].value == NULL)
				continue;
			print_field(out, before, field[j].name, field[j].value);
			before = "    ";
		}
	}
}

char *
fv_citation_cff(const struct fv_metadata *m, struct fv_err *err)
{
	struct fv_document d;
	size_t i;

	if (fv_document_begin(&d, err) == -1)
		return NULL;
	print_field(d.out, "", "cff-version", m->cff_version);
	print_field(d.out, "", "message", m->message);
	print_field(d.out, "", "type", m->type);
	print_field(d.out, "", "title", m->title);
	print_field(d.out, "", "abstract", m->abstract);
	print_field(d.out, "", "version", m->version);
	print_field(d.out, "", "date-released", m->date_released);
	print_people(d.out, "authors", &m->authors);
	print_people(d.out, "contact", &m->contacts);
	if (m->keywords.count > 0)
		(void)fputs("keywords:\n", d.out);
	for (i = 0; i < m->keywords.count; i++) {
		(void)fputs("  - ", d.out);
		fv_document_yaml(d.out, m->keywords.items[i].text);
		(void)fputc('\n', d.out);
	}
	print_field(d.out, "", "license", m->license);
	print_field(d.out, "", "license-url", m->license_url);
	print_field(d.out, "", "doi", m->doi);
	print_field(d.out, "", "url", m->url);
	return fv_document_end(&d, err);
}

char *
fv_citation_line(const struct fv_metadata *m, struct fv_err *err)
{
	const struct fv_metadata_person *p;
	struct fv_document d;
	size_t i;

	if (fv_document_begin(&d, err) == -1)
		return NULL;
	for (i = 0; i < m->authors.count; i++) {
		p = &m->authors.items[i];
		(void)fprintf(d.out, "%s%s%s%s", i == 0 ? "" : "; ",
		    p->name != NULL ? p->name : p->family_names,
		    p->given_names != NULL ? ", " : "",
		    p->given_names != NULL ? p->given_names : "");
	}
	(void)fprintf(d.out, " (%.4s): %s. Version %s. %s. Dataset.",
	    m->date_released, m->title, m->version, m->publisher);
	if (m->doi != NULL)
		(void)fprintf(d.out, " https://doi.org/%s", m->doi);
	else if (m->url != NULL)
		(void)fprintf(d.out, " %s", m->url);
	return fv_document_end(&d, err);
}

#include "datasets/readme.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/citation.h"
#include "datasets/document.h"
#include "datasets/info.h"
#include "datasets/licence.h"
#include "datasets/schema.h"
#include "datasets/statements.h"

static const double SECOND = 1e9;

static void
section(FILE *out, const char *title)
{
	(void)fprintf(out, "\n## %s\n\n", title);
}

/* "- **name:** text"; lines that follow stay in the item. */
static void
item(FILE *out, const char *name, const char *text)
{
	const char *end;

	if (text == NULL)
		return;
	(void)fprintf(out, "- **%s:** ", name);
	for (; (end = strchr(text, '\n')) != NULL; text = end + 1) {
		char *line = strndup(text, (size_t)(end - text));

		if (line != NULL)
			fv_document_markdown(out, line);
		(void)fputs("\n  ", out);
		free(line);
	}
	fv_document_markdown(out, text);
	(void)fputc('\n', out);
}

/* An item whose text a function prints. */
static void
begin_item(FILE *out, const char *name)
{
	(void)fprintf(out, "- **%s:** ", name);
}

static int
print_head(FILE *out, const struct fv_release *r, struct fv_err *err)
{
	const struct fv_metadata *m = r->metadata;
	char *line = fv_citation_line(m, err);

	if (line == NULL)
		return -1;
	(void)fputs("# ", out);
	fv_document_markdown(out, m->title);
	(void)fprintf(out, "\n\nVersion %s, released %s by ", m->version,
	    m->date_released);
	fv_document_markdown(out, m->publisher);
	(void)fputs(".\n\n", out);
	fv_document_markdown(out, m->abstract);
	(void)fputs("\n\nPlease cite it as:\n\n> ", out);
	fv_document_markdown(out, line);
	(void)fputc('\n', out);
	free(line);
	return 0;
}

static void
print_files(FILE *out, const struct fv_release *r)
{
	const struct fv_release_dataset *d;
	size_t i;

	section(out, "Files");
	if (r->parts > 1)
		(void)fprintf(out,
		    "This is part %u of %u: a bag of its own, that can be "
		    "checked and used\nalone. The figures below are of the "
		    "whole release, the files those of this\npart.\n\n",
		    r->part, r->parts);
	(void)fputs("| file | records | hosts | bytes | SHA-256 |\n"
		    "|---|---:|---:|---:|---|\n",
	    out);
	for (i = 0; i < r->ndatasets; i++) {
		d = &r->datasets[i];
		(void)fprintf(out,
		    "| `%s` | %" PRIu64 " | %" PRIu64 " | %" PRIu64
		    " | `%s` |\n",
		    d->name, d->facts->rows[FV_TABLE_FLOWS],
		    d->facts->rows[FV_TABLE_HOSTS], d->size, d->digest);
	}
	(void)fputc('\n', out);
	if (r->sample_rows > 0)
		(void)fprintf(out,
		    "- `%s`: the first %" PRIu64 " records, to try things on; "
		    "row numbers of\n  its tables are those of the dataset.\n",
		    FV_RELEASE_SAMPLE, r->sample_rows);
	(void)fputs(
	    "- `metadata/schema.json`: every table and column, its type, unit "
	    "and meaning.\n"
	    "- `metadata/provenance.json` or `metadata/provenance/`: how each "
	    "file was made, and\n  what became of each packet.\n"
	    "- `metadata/datacite.json`, `CITATION.cff`, "
	    "`ro-crate-metadata.json`: the same\n  description for catalogues, "
	    "reference managers and RO-Crate tools.\n"
	    "- `reports/`: reports on the dataset, where there are any.\n"
	    "- `LICENSE.txt`: the terms of use.\n",
	    out);
}

static void
print_tables(FILE *out, const struct fv_facts *f)
{
	size_t i;

	(void)fputs("\n| table | rows | a row is |\n|---|---:|---|\n", out);
	for (i = 0; i < FV_TABLES; i++)
		(void)fprintf(out, "| `/%s` | %" PRIu64 " | %s |\n",
		    fv_schema_tables[i].name, f->rows[i],
		    fv_schema_tables[i].title);
}

static void
print_collection(FILE *out, const struct fv_release *r)
{
	const struct fv_metadata *m = r->metadata;
	const struct fv_facts *f = r->facts;
	char first[FV_INFO_TIME], last[FV_INFO_TIME];
	char resolution[FV_STATEMENTS_RESOLUTION];
	size_t i;

	section(out, "Collection");
	for (i = 0; i < m->sites.count; i++) {
		begin_item(out, "Site");
		fv_document_markdown(out, m->sites.items[i].name);
		(void)fputs(", ", out);
		fv_document_markdown(out, m->sites.items[i].kind);
		if (m->sites.items[i].description != NULL) {
			(void)fputs(": ", out);
			fv_document_markdown(
			    out, m->sites.items[i].description);
		}
		(void)fputc('\n', out);
	}
	item(out, "Observation point", m->observation_point);
	item(out, "Link", m->link);
	begin_item(out, "Directions");
	fv_statements_directions(out, f);
	(void)fputc('\n', out);
	begin_item(out, "IP versions");
	fv_statements_versions(out, f);
	(void)fprintf(out, "\n- **Collected:** %s to %s (UTC)\n",
	    m->collection_start, m->collection_end);
	if (f->covered) {
		fv_info_time(f->first, first);
		fv_info_time(f->last, last);
		(void)fprintf(out, "- **First and last packet:** %s to %s\n",
		    first, last);
	}
	fv_statements_resolution(f, resolution);
	(void)fprintf(out,
	    "- **Times:** nanoseconds since 1970-01-01T00:00:00Z, in multiples "
	    "of %s\n",
	    resolution);
	item(out, "Clock", m->clock);
	(void)fprintf(out,
	    "- **Captured of each packet:** %" PRIu32
	    " bytes at most; link types (LINKTYPE\\_ numbers):",
	    f->snapshot_length);
	for (i = 0; i < f->nlink_types; i++)
		(void)fprintf(out, " %" PRIu32, f->link_types[i]);
	(void)fputc('\n', out);
}

static void
print_records(FILE *out, const struct fv_facts *f)
{
	section(out, "Records");
	fv_statements_records(out, f);
	(void)fprintf(out,
	    " Tables\npoint to rows of others by number; `bytes` are IP total "
	    "lengths. Made with %s,\nformat version %s.\n",
	    f->source == NULL ? "flowveil" : f->source, f->format_version);
	print_tables(out, f);
}

static void
print_anonymization(FILE *out, const struct fv_facts *f)
{
	section(out, "Anonymization");
	fv_statements_scheme(out, f);
	(void)fputs("\n\nPayload is not recorded. Changed:\n\n- ", out);
	fv_statements_changed(out, f, "\n- ");
	(void)fputs("\n\nAs captured, and not anonymized: ", out);
	fv_statements_kept(out, f);
	(void)fputs(
	    ".\n\nPrefix-preserving pseudonyms protect people against a "
	    "casual look, not against\nwho tries hard: the terms of use "
	    "forbid to try.\n",
	    out);
}

static void
print_loss(FILE *out, const struct fv_release *r)
{
	const uint64_t *counter = r->facts->counter;
	int i;

	section(out, "What is missing, and what is odd");
	item(out, "Known loss and artefacts", r->metadata->loss);
	item(out, "Left out on purpose, besides payload", r->metadata->dropped);
	item(out, "Notes", r->metadata->notes);
	(void)fputc('\n', out);
	fv_statements_rejected(out, r->facts);
	(void)fputs(
	    "\n\n| packets | counter | meaning |\n|---:|---|---|\n", out);
	for (i = 0; i < FV_COUNTERS; i++) {
		if (fv_counter_info[i].kind == FV_KIND_SLIDES)
			continue; /* for comparison with another program */
		if (counter[i] != 0 || i == FV_COUNT_READ ||
		    i == FV_COUNT_RECORDED || i == FV_COUNT_FAULTS)
			(void)fprintf(out, "| %" PRIu64 " | `%s` | %s |\n",
			    counter[i], fv_counter_info[i].column,
			    fv_counter_info[i].description);
	}
}

static double
share(uint64_t part, uint64_t whole)
{
	return whole == 0 ? 0 : 100.0 * (double)part / (double)whole;
}

static void
print_sum(FILE *out, const char *name, const struct fv_facts_sum *s,
    const struct fv_facts_sum *total)
{
	(void)fprintf(out,
	    "| %s | %" PRIu64 " | %" PRIu64 " | %.4f %% | %" PRIu64
	    " | %.4f %% |\n",
	    name, s->records, s->packets, share(s->packets, total->packets),
	    s->bytes, share(s->bytes, total->bytes));
}

static void
print_rates(FILE *out, const struct fv_release *r)
{
	const struct fv_facts *f = r->facts;
	double seconds = (double)(f->last - f->first) / SECOND;

	(void)fprintf(out,
	    "\n| figure | value |\n|---|---:|\n"
	    "| hosts, of these internal%s | %" PRIu64 ", %" PRIu64 " |\n",
	    r->ndatasets > 1 || r->parts > 1 ? " (each dataset counts its own)"
					     : "",
	    f->rows[FV_TABLE_HOSTS], f->internal_hosts);
	if (f->total.packets > 0)
		(void)fprintf(out, "| mean packet size | %.1f bytes |\n",
		    (double)f->total.bytes / (double)f->total.packets);
	if (f->covered && seconds > 0)
		(void)fprintf(out,
		    "| duration | %.0f s |\n| mean packet rate | %.2f /s |\n"
		    "| mean bit rate | %.3f kbit/s |\n",
		    seconds, (double)f->total.packets / seconds,
		    (double)f->total.bytes * 8 / 1000 / seconds);
}

static void
print_statistics(FILE *out, const struct fv_release *r)
{
	const struct fv_facts *f = r->facts;
	static const char *const protocol[] = {
		[FV_FACTS_TCP] = "TCP",
		[FV_FACTS_UDP] = "UDP",
		[FV_FACTS_ICMP] = "ICMP, ICMPv6",
		[FV_FACTS_OTHER] = "other protocols",
	};
	static const char *const direction[] = {
		[FV_DIRECTION_UNKNOWN] = "direction unknown",
		[FV_DIRECTION_OUTBOUND] = "outbound",
		[FV_DIRECTION_INBOUND] = "inbound",
		[FV_DIRECTION_INTERNAL] = "internal",
		[FV_DIRECTION_TRANSIT] = "transit",
	};
	size_t i;

	section(out, "Statistics");
	(void)fputs("| | records | packets | | bytes | |\n"
		    "|---|---:|---:|---:|---:|---:|\n",
	    out);
	print_sum(out, "all", &f->total, &f->total);
	for (i = 0; i < FV_COUNT(protocol); i++)
		print_sum(out, protocol[i], &f->protocol[i], &f->total);
	for (i = 0; i < FV_COUNT(direction); i++)
		print_sum(out, direction[i], &f->direction[i], &f->total);
	print_rates(out, r);
}

static void
print_use(FILE *out, const struct fv_release *r)
{
	const char *name = r->datasets[0].name;

	section(out, "Check it");
	(void)fputs(
	    "This directory is the payload of a bag (RFC 8493). In the "
	    "directory above:\n\n```sh\nsha256sum -c manifest-sha256.txt "
	    "tagmanifest-sha256.txt\n```\n",
	    out);
	if (r->fingerprint != NULL)
		(void)fprintf(out,
		    "\nIt is signed with the Ed25519 key whose fingerprint the "
		    "sender says is\n`%s`.\nCompare that with what you got "
		    "from the sender by another way; a key that comes\nwith "
		    "the data proves nothing. With the sender's public key in "
		    "`sender.pub`:\n\n```sh\nopenssl pkeyutl -verify -pubin "
		    "-inkey sender.pub -rawin \\\n    -in "
		    "tagmanifest-sha256.txt -sigfile "
		    "tagmanifest-sha256.txt.sig\n```\n",
		    r->fingerprint);
	(void)fprintf(out,
	    "\nflowveil does it all, and looks into the HDF5 files where "
	    "they can do no harm:\n\n```sh\nflowveil dataset verify %s "
	    "DIRECTORY-OR-ARCHIVE\n```\n",
	    r->fingerprint != NULL ? "--key sender.pub" : "--unsigned");
	section(out, "Read it");
	(void)fprintf(out,
	    "It is HDF5 of plain integer columns; no plug-in is needed:\n\n"
	    "```python\nimport h5py, pandas\nwith h5py.File(\"%s\") as f:\n"
	    "    flows = pandas.DataFrame({k: f[\"flows\"][k][:] for k in "
	    "f[\"flows\"]})\n    address = f[\"hosts/address\"][:].astype(str)\n"
	    "flows[\"source_address\"] = address[flows[\"source\"]]\n```\n",
	    name);
}

static void
print_terms(FILE *out, const struct fv_metadata *m)
{
	const struct fv_metadata_person *p;
	size_t i;

	section(out, "Terms of use");
	if (m->license != NULL)
		(void)fprintf(out, "Licence: %s\n\n", m->license);
	if (m->access != NULL)
		item(out, "Access", m->access);
	fv_document_markdown(out, m->terms);
	(void)fputc('\n', out);
	section(out, "Contact");
	for (i = 0; i < m->contacts.count; i++) {
		p = &m->contacts.items[i];
		(void)fputs("- ", out);
		if (p->given_names != NULL) {
			fv_document_markdown(out, p->given_names);
			(void)fputc(' ', out);
		}
		fv_document_markdown(
		    out, p->name != NULL ? p->name : p->family_names);
		if (p->email != NULL)
			(void)fprintf(out, ", <%s>", p->email);
		(void)fputc('\n', out);
	}
}

char *
fv_readme_text(const struct fv_release *r, struct fv_err *err)
{
	struct fv_document d;

	if (fv_document_begin(&d, err) == -1)
		return NULL;
	if (print_head(d.out, r, err) == -1) {
		struct fv_err ignored;

		free(fv_document_end(&d, &ignored));
		return NULL;
	}
	print_files(d.out, r);
	print_collection(d.out, r);
	print_records(d.out, r->facts);
	print_anonymization(d.out, r->facts);
	print_loss(d.out, r);
	print_statistics(d.out, r);
	print_use(d.out, r);
	print_terms(d.out, r->metadata);
	return fv_document_end(&d, err);
}

char *
fv_readme_terms(const struct fv_release *r, struct fv_err *err)
{
	const struct fv_metadata *m = r->metadata;
	const struct fv_licence *l;
	struct fv_document d;

	if (fv_document_begin(&d, err) == -1)
		return NULL;
	(void)fprintf(
	    d.out, "%s, version %s\nTerms of use\n\n", m->title, m->version);
	if (m->license != NULL && (l = fv_licence_find(m->license)) != NULL)
		(void)fprintf(
		    d.out, "Licence: %s (%s)\n%s\n\n", l->name, l->id, l->url);
	if (m->license_url != NULL)
		(void)fprintf(d.out, "Licence: %s\n\n", m->license_url);
	if (m->access != NULL)
		(void)fprintf(d.out, "Access: %s\n\n", m->access);
	(void)fprintf(d.out, "%s\n", m->terms);
	return fv_document_end(&d, err);
}

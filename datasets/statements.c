#include "datasets/statements.h"

#include <inttypes.h>
#include <string.h>

#include "datasets/document.h"
#include "datasets/info.h"
#include "datasets/schema.h"
#include "datasets/variant.h"

static const int64_t SECOND = 1000000000;

void
fv_statements_period(const struct fv_facts *f, char text[FV_STATEMENTS_PERIOD])
{
	char first[FV_INFO_TIME], last[FV_INFO_TIME];

	text[0] = '\0';
	if (!f->covered)
		return;
	fv_info_time(f->first, first);
	fv_info_time(f->last, last);
	(void)snprintf(text, FV_STATEMENTS_PERIOD, "%s/%s", first, last);
}

void
fv_statements_resolution(
    const struct fv_facts *f, char text[FV_STATEMENTS_RESOLUTION])
{
	static const char *const units[] = { "ns", "us", "ms", "s" };
	int64_t value = f->resolution;
	size_t i = 0;

	while (value >= 1000 && i + 1 < FV_COUNT(units)) {
		value /= 1000;
		i++;
	}
	(void)snprintf(
	    text, FV_STATEMENTS_RESOLUTION, "%d %s", (int)value, units[i]);
}

/* A duration of whole seconds, or of a fraction of them. */
static void
print_seconds(FILE *out, int64_t ns)
{
	if (ns % SECOND == 0)
		(void)fprintf(out, "%" PRId64 " s", ns / SECOND);
	else
		(void)fprintf(out, "%.9g s", (double)ns / (double)SECOND);
}

void
fv_statements_records(FILE *out, const struct fv_facts *f)
{
	if (strcmp(f->record_mode, "primitive") == 0)
		(void)fputs("One record for each packet (primitive mode): no "
			    "timeouts, nothing is aggregated.",
		    out);
	else if (strcmp(f->record_mode, "uniflow") == 0)
		(void)fputs("One record for each direction of a 5-tuple "
			    "(source and destination address, source and "
			    "destination port, protocol).",
		    out);
	else if (strcmp(f->record_mode, FV_SCHEMA_BIFLOW) == 0)
		(void)fputs("One record for both directions of a 5-tuple "
			    "(RFC 5103): the source is the host that began.",
		    out);
	else
		(void)fprintf(out, "Records of mode %s.", f->record_mode);
	if (!f->has_timeouts)
		return;
	(void)fputs(" A flow ends after ", out);
	print_seconds(out, f->idle_timeout);
	(void)fputs(" without a packet", out);
	if (f->active_timeout > 0) {
		(void)fputs(", and is cut when it is ", out);
		print_seconds(out, f->active_timeout);
		(void)fputs(" old", out);
	}
	(void)fputs(".", out);
}

void
fv_statements_versions(FILE *out, const struct fv_facts *f)
{
	uint64_t four = f->counter[FV_COUNT_IPV4];
	uint64_t six = f->counter[FV_COUNT_IPV6];

	(void)fprintf(out,
	    "IPv4 (%" PRIu64 " packets) and IPv6 (%" PRIu64 " packets)", four,
	    six);
}

void
fv_statements_directions(FILE *out, const struct fv_facts *f)
{
	static const char *const side[] = {
		[FV_SIDE_BOTH] = "of both directions",
		[FV_SIDE_OUTBOUND] = "of outbound packets",
		[FV_SIDE_INBOUND] = "of inbound packets",
	};
	const char *between = "";
	size_t i;

	for (i = 0; i < FV_COUNT(side); i++) {
		if (f->captures_of_side[i] == 0)
			continue;
		(void)fprintf(out, "%s%" PRIu64 " capture%s %s", between,
		    f->captures_of_side[i],
		    f->captures_of_side[i] == 1 ? "" : "s", side[i]);
		between = ", ";
	}
	if (between[0] == '\0')
		(void)fputs("no captures", out);
}

void
fv_statements_scheme(FILE *out, const struct fv_facts *f)
{
	(void)fprintf(out,
	    "Addresses are replaced by the scheme %s under the key with id "
	    "%s: prefix-preserving, so two addresses that share their first n "
	    "bits share them after it too. ",
	    f->scheme, f->key_id);
	if (f->spaces != NULL && strcmp(f->spaces, "by class") == 0)
		(void)fprintf(out,
		    "Public, private and group addresses are mapped apart: a "
		    "host is its address, its class and its site. The same "
		    "public address has the same pseudonym in every dataset "
		    "with this key id%s%s%s, the same private one at the same "
		    "site, and others elsewhere.",
		    f->release == NULL ? "" : " and the release name '",
		    f->release == NULL ? "" : f->release,
		    f->release == NULL ? "" : "'");
	else
		(void)fputs("The same address has the same pseudonym in every "
			    "dataset with this key id, and another one "
			    "elsewhere.",
		    out);
	(void)fputs(" The key is not published.", out);
	if (f->internal_rule != NULL)
		(void)fprintf(
		    out, " Internal addresses are: %s.", f->internal_rule);
}

/*
 * Whether a table's columns are told one by one: not counters, nor what the
 * custodian calls his sites.
 */
static bool
is_told(size_t table)
{
	return table != FV_TABLE_CAPTURES && table != FV_TABLE_SITES;
}

/* The tables with what was done to each column. */
static const struct fv_table *
tables_of(const struct fv_facts *f)
{
	return f->variant == NULL ? fv_schema_tables
				  : fv_variant_format(f->variant)->tables;
}

void
fv_statements_changed(FILE *out, const struct fv_facts *f, const char *between)
{
	const struct fv_table *t;
	const struct fv_column *c;
	const char *before = "";

	for (t = tables_of(f); t < tables_of(f) + FV_TABLES; t++)
		for (c = t->columns; c < t->columns + t->ncolumns; c++) {
			if (c->technique == NULL)
				continue;
			(void)fprintf(out, "%s%s/%s: %s (%s)", before, t->name,
			    c->name, c->technique,
			    c->parameters == NULL ? c->stability
						  : c->parameters);
			before = between;
		}
}

void
fv_statements_kept(FILE *out, const struct fv_facts *f)
{
	const struct fv_table *t;
	const struct fv_column *c;
	const char *before = "";

	for (t = tables_of(f); t < tables_of(f) + FV_TABLES; t++)
		for (c = t->columns; c < t->columns + t->ncolumns; c++) {
			/* Numbers of rows say nothing by themselves. */
			if (c->technique != NULL || c->refers_to != NULL ||
			    !is_told((size_t)(t - tables_of(f))))
				continue;
			(void)fprintf(out, "%s%s/%s", before, t->name, c->name);
			before = ", ";
		}
	(void)fprintf(out, "%sand the counters of %s", before,
	    fv_schema_tables[FV_TABLE_CAPTURES].name);
}

void
fv_statements_rejected(FILE *out, const struct fv_facts *f)
{
	uint64_t read = f->counter[FV_COUNT_READ];
	uint64_t kept = f->counter[FV_COUNT_RECORDED];

	(void)fprintf(out,
	    "Of %" PRIu64 " packets read, %" PRIu64 " are recorded and "
	    "%" PRIu64 " are not, for reasons that the dataset counts one by "
	    "one; %" PRIu64 " places of the captures were damaged.",
	    read, kept, read - kept, f->counter[FV_COUNT_FAULTS]);
}

char *
fv_statements_methods(
    const struct fv_metadata *m, const struct fv_facts *f, struct fv_err *err)
{
	struct fv_document d;

	if (fv_document_begin(&d, err) == -1)
		return NULL;
	(void)fprintf(d.out, "Observation point: %s", m->observation_point);
	if (m->link != NULL)
		(void)fprintf(d.out, "\nLink: %s", m->link);
	(void)fputs("\nCaptured: ", d.out);
	fv_statements_directions(d.out, f);
	if (m->clock != NULL)
		(void)fprintf(d.out, "\nClock: %s", m->clock);
	(void)fputs("\nAnonymization: Payload is not recorded. ", d.out);
	fv_statements_scheme(d.out, f);
	(void)fputs(" Changed columns: ", d.out);
	fv_statements_changed(d.out, f, "; ");
	(void)fputs(". As captured: ", d.out);
	fv_statements_kept(d.out, f);
	(void)fputs(".\nLoss and artefacts: ", d.out);
	(void)fputs(m->loss, d.out);
	(void)fputc(' ', d.out);
	fv_statements_rejected(d.out, f);
	return fv_document_end(&d, err);
}

char *
fv_statements_technical(const struct fv_facts *f, struct fv_err *err)
{
	char resolution[FV_STATEMENTS_RESOLUTION];
	struct fv_document d;

	if (fv_document_begin(&d, err) == -1)
		return NULL;
	fv_statements_resolution(f, resolution);
	(void)fprintf(d.out,
	    "HDF5, one group for each table and one dataset for each column; "
	    "format version %s, made with %s. ",
	    f->format_version, f->source == NULL ? "flowveil" : f->source);
	fv_statements_records(d.out, f);
	(void)fprintf(
	    d.out, " Times are UTC, in multiples of %s. Packets: ", resolution);
	fv_statements_versions(d.out, f);
	(void)fputs(".", d.out);
	return fv_document_end(&d, err);
}

#include "cli/audit_verdict.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

/* Facts sit in a table: a gate's name for programs, and what it shows. */
static const struct {
	const char *name;
	const char *shows;
} gates[FV_AUDIT_GATES] = {
	[FV_AUDIT_STRUCTURE] = { "structure",
	    "The file holds the tables, columns and attributes of the format, "
	    "and nothing else" },
	[FV_AUDIT_CONTENTS] = { "contents",
	    "Every column has its digest, every row number leads to a row" },
	[FV_AUDIT_POLICY] = { "policy",
	    "Every column holds what its stated technique leaves" },
	[FV_AUDIT_CIPHER] = { "cipher",
	    "The cipher of this program gives the published test vectors" },
	[FV_AUDIT_CAPTURES] = { "captures",
	    "The captures are those that the dataset was made of" },
	[FV_AUDIT_ADDRESSES] = { "addresses",
	    "No more original IPv4 addresses as bytes than chance makes" },
	[FV_AUDIT_IDENTIFIERS] = { "identifiers",
	    "No half of an original IPv6 address, no MAC, no EUI-64 as bytes" },
	[FV_AUDIT_TEXTS] = { "texts",
	    "No original address or MAC as text, in any spelling" },
	[FV_AUDIT_NAMES] = { "names",
	    "No name from the captures, no file name, no name of the list" },
	[FV_AUDIT_CLASSES] = { "classes",
	    "Every host has the version and class of its original" },
	[FV_AUDIT_INJECTIVE] = { "injective",
	    "No two hosts are published under one address" },
	[FV_AUDIT_PREFIXES] = { "prefixes",
	    "Two hosts share as many leading bits as their originals do" },
	[FV_AUDIT_FIXED_POINTS] = { "fixed-points",
	    "No more hosts are published as they are than chance makes" },
	[FV_AUDIT_KEY] = { "key",
	    "Mapping the originals again with the key gives these addresses" },
};

static const char *const outcomes[] = {
	[FV_AUDIT_NOT_RUN] = "not shown",
	[FV_AUDIT_PASSED] = "passed",
	[FV_AUDIT_FAILED] = "failed",
	[FV_AUDIT_NOT_ASKED] = "not asked",
};

void
fv_audit_verdict_init(struct fv_audit_verdict *v)
{
	memset(v, 0, sizeof(*v));
}

void
fv_audit_verdict_pass(
    struct fv_audit_verdict *v, enum fv_audit_gate gate, const char *fmt, ...)
{
	struct fv_audit_result *r = &v->gate[gate];
	va_list ap;

	if (r->outcome != FV_AUDIT_FAILED)
		r->outcome = FV_AUDIT_PASSED;
	va_start(ap, fmt);
	(void)vsnprintf(r->detail, sizeof(r->detail), fmt, ap);
	va_end(ap);
}

void
fv_audit_verdict_skip(struct fv_audit_verdict *v, enum fv_audit_gate gate,
    bool asked, const char *why)
{
	struct fv_audit_result *r = &v->gate[gate];

	if (r->outcome == FV_AUDIT_FAILED)
		return;
	r->outcome = asked ? FV_AUDIT_NOT_RUN : FV_AUDIT_NOT_ASKED;
	(void)snprintf(r->detail, sizeof(r->detail), "%s", why);
}

void
fv_audit_verdict_find(
    struct fv_audit_verdict *v, enum fv_audit_gate gate, const char *fmt, ...)
{
	struct fv_audit_result *r = &v->gate[gate];
	char *text = NULL;
	va_list ap;

	r->outcome = FV_AUDIT_FAILED;
	if (r->findings++ >= FV_AUDIT_FINDINGS)
		return;
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) == -1)
		text = NULL; /* it is counted all the same */
	va_end(ap);
	r->finding[r->findings - 1] = text;
}

bool
fv_audit_verdict_good(const struct fv_audit_verdict *v)
{
	size_t i;

	for (i = 0; i < FV_AUDIT_GATES; i++)
		if (v->gate[i].outcome != FV_AUDIT_PASSED &&
		    v->gate[i].outcome != FV_AUDIT_NOT_ASKED)
			return false;
	return true;
}

static uint64_t
count_of(const struct fv_audit_verdict *v, enum fv_audit_outcome outcome)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < FV_AUDIT_GATES; i++)
		n += v->gate[i].outcome == outcome;
	return n;
}

static const char *
or_unknown(const char *text)
{
	return text == NULL ? "not said" : text;
}

static void
print_subject(const struct fv_audit_verdict *v, FILE *out)
{
	(void)fprintf(out,
	    "Audit of an anonymized dataset\n\n"
	    "audited with     flowveil " FV_VERSION ", rules of audits %d\n"
	    "format           %s\n"
	    "scheme           %s, address spaces: %s\n"
	    "key id           %s\n"
	    "content digest   %s\n\n",
	    FV_AUDIT_RULES, or_unknown(v->format_version),
	    or_unknown(v->scheme), or_unknown(v->spaces), or_unknown(v->key_id),
	    or_unknown(v->content_digest));
}

static void
print_search(const struct fv_audit_verdict *v, FILE *out)
{
	const struct fv_traces_count *s = &v->searched;

	(void)fprintf(out, "What was looked at\n");
	(void)fprintf(out,
	    "  %" PRIu64 " rows in %" PRIu64 " columns, %" PRIu64
	    " names and %" PRIu64 " attributes,\n  and %" PRIu64
	    " bytes of the file outside of columns: %" PRIu64 " bytes in all\n",
	    v->rows, v->columns, v->inventory.names, v->inventory.attributes,
	    v->inventory.other_bytes, v->bytes);
	if (!v->with_captures) {
		(void)fprintf(out,
		    "What was looked for\n  nothing: no captures "
		    "were given (--raw)\n\n");
		return;
	}
	(void)fprintf(out,
	    "What was looked for, from %" PRIu64 " captures with %" PRIu64
	    " recorded packets\n"
	    "  IPv4 addresses %12zu   as bytes in both orders, and as text\n"
	    "  IPv6 addresses %12zu   either half so, the whole as text\n"
	    "  MACs           %12zu   likewise, and the EUI-64 of each\n"
	    "  names          %12zu   of hosts, devices and files, in any "
	    "case\n",
	    v->captures, v->packets, s->ipv4, s->ipv6, s->macs, s->names);
	if (s->nobody > 0)
		(void)fprintf(out,
		    "  Not looked for: %zu addresses that name nobody "
		    "(broadcast, multicast, ...)\n",
		    s->nobody);
	if (s->plain > 0)
		(void)fprintf(out,
		    "  Of these %zu look like small numbers, and as bytes are "
		    "looked for within\n  wide values only, or not at all\n",
		    s->plain);
	if (s->forgiven > 0)
		(void)fprintf(out,
		    "  Not looked for: %zu names that are words of the format "
		    "itself\n",
		    s->forgiven);
	(void)fputc('\n', out);
}

static void
print_gate(const struct fv_audit_verdict *v, size_t i, FILE *out)
{
	const struct fv_audit_result *r = &v->gate[i];
	uint64_t n;

	(void)fprintf(out, "%-10s %s\n", outcomes[r->outcome], gates[i].shows);
	if (r->detail[0] != '\0' && r->outcome != FV_AUDIT_NOT_ASKED)
		(void)fprintf(out, "           (%s)\n", r->detail);
	for (n = 0; n < r->findings && n < FV_AUDIT_FINDINGS; n++)
		(void)fprintf(out, "           - %s\n",
		    r->finding[n] == NULL ? "?" : r->finding[n]);
	if (r->findings > FV_AUDIT_FINDINGS)
		(void)fprintf(out, "           - and %" PRIu64 " more\n",
		    r->findings - FV_AUDIT_FINDINGS);
}

static void
print_verdict(const struct fv_audit_verdict *v, FILE *out)
{
	uint64_t failed = count_of(v, FV_AUDIT_FAILED);
	uint64_t open = count_of(v, FV_AUDIT_NOT_RUN);

	if (fv_audit_verdict_good(v) && v->with_captures)
		(void)fprintf(out, "PASSED: all %" PRIu64 " gates\n",
		    count_of(v, FV_AUDIT_PASSED));
	else if (fv_audit_verdict_good(v))
		(void)fprintf(out,
		    "PASSED AS FAR AS ASKED: %" PRIu64
		    " gates, without captures; nothing shows\n"
		    "that no original address is in the dataset\n",
		    count_of(v, FV_AUDIT_PASSED));
	else if (failed > 0)
		(void)fprintf(out,
		    "FAILED: %" PRIu64 " of %d gates; do not release it\n",
		    failed, FV_AUDIT_GATES);
	else
		(void)fprintf(out,
		    "NOT SHOWN: %" PRIu64
		    " gates could not be run; give the captures with --raw\n",
		    open);
}

char *
fv_audit_verdict_text(const struct fv_audit_verdict *v)
{
	char *text = NULL;
	size_t length = 0, i;
	FILE *out = open_memstream(&text, &length);

	if (out == NULL)
		return NULL;
	print_subject(v, out);
	print_search(v, out);
	for (i = 0; i < FV_AUDIT_GATES; i++)
		print_gate(v, i, out);
	(void)fputc('\n', out);
	print_verdict(v, out);
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

static json_t *
gate_json(const struct fv_audit_result *r, size_t i)
{
	json_t *findings = json_array();
	uint64_t n;

	for (n = 0; n < r->findings && n < FV_AUDIT_FINDINGS; n++)
		if (r->finding[n] != NULL)
			(void)json_array_append_new(
			    findings, json_string(r->finding[n]));
	return json_pack("{s:s, s:s, s:s, s:s, s:I, s:o}", "gate",
	    gates[i].name, "shows", gates[i].shows, "outcome",
	    outcomes[r->outcome], "detail", r->detail, "findings",
	    (json_int_t)r->findings, "places", findings);
}

static json_t *
searched_json(const struct fv_audit_verdict *v)
{
	const struct fv_traces_count *s = &v->searched;

	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, "
			 "s:I, s:I, s:I, s:I}",
	    "captures", (json_int_t)v->captures, "packets",
	    (json_int_t)v->packets, "ipv4", (json_int_t)s->ipv4, "ipv6",
	    (json_int_t)s->ipv6, "macs", (json_int_t)s->macs, "names",
	    (json_int_t)s->names, "naming_nobody", (json_int_t)s->nobody,
	    "plain", (json_int_t)s->plain, "words_of_the_format",
	    (json_int_t)s->forgiven, "bytes", (json_int_t)v->bytes, "rows",
	    (json_int_t)v->rows, "columns", (json_int_t)v->columns,
	    "attributes", (json_int_t)v->inventory.attributes,
	    "bytes_outside_columns", (json_int_t)v->inventory.other_bytes);
}

static json_t *
mapping_json(const struct fv_audit_mapping *m)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:f, s:f}", "hosts",
	    (json_int_t)m->hosts, "neighbours", (json_int_t)m->neighbours,
	    "fixed", (json_int_t)m->fixed.count, "kept_by_rule",
	    (json_int_t)m->kept, "fixed_expected", m->fixed_mean, "fixed_limit",
	    m->fixed_limit);
}

/* A text of a file may be no UTF-8, and then no JSON. */
static json_t *
text_json(const char *text)
{
	json_t *value = text == NULL ? json_null() : json_string(text);

	return value == NULL ? json_string("(not UTF-8)") : value;
}

char *
fv_audit_verdict_json(const struct fv_audit_verdict *v)
{
	json_t *list = json_array(), *root;
	char *line, *text = NULL;
	size_t i;

	for (i = 0; i < FV_AUDIT_GATES; i++)
		(void)json_array_append_new(list, gate_json(&v->gate[i], i));
	root = json_pack("{s:b, s:b, s:s, s:i, s:{s:o, s:o, s:o, s:o, s:o}, "
			 "s:o, "
			 "s:o, s:o}",
	    "passed", fv_audit_verdict_good(v), "with_captures",
	    v->with_captures, "audited_with", "flowveil " FV_VERSION, "rules",
	    FV_AUDIT_RULES, "dataset", "format_version",
	    text_json(v->format_version), "scheme", text_json(v->scheme),
	    "address_spaces", text_json(v->spaces), "key_id",
	    text_json(v->key_id), "content_digest",
	    text_json(v->content_digest), "searched", searched_json(v),
	    "mapping", mapping_json(&v->mapping), "gates", list);
	line = json_dumps(root, JSON_INDENT(2));
	json_decref(root);
	if (line == NULL || asprintf(&text, "%s\n", line) == -1)
		text = NULL;
	free(line);
	return text;
}

void
fv_audit_verdict_clear(struct fv_audit_verdict *v)
{
	size_t i, n;

	for (i = 0; i < FV_AUDIT_GATES; i++)
		for (n = 0; n < FV_AUDIT_FINDINGS; n++)
			free(v->gate[i].finding[n]);
	free(v->format_version);
	free(v->scheme);
	free(v->spaces);
	free(v->key_id);
	free(v->content_digest);
	memset(v, 0, sizeof(*v));
}

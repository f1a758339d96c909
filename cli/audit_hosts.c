#include "cli/audit_internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "anonymize/mapping.h"

static const char other_captures[] =
    "the captures have another number of hosts: rows cannot be compared";

void
fv_audit_hosts_skip(struct fv_audit *a, const char *why)
{
	bool asked = !a->subject->without_captures;
	int i;

	for (i = FV_AUDIT_CLASSES; i <= FV_AUDIT_FIXED_POINTS; i++)
		fv_audit_verdict_skip(a->v, (enum fv_audit_gate)i, asked, why);
	fv_audit_verdict_skip(a->v, FV_AUDIT_KEY, a->subject->key != NULL, why);
}

/* Tell of rows that are not as they must be. */
static void
tell_rows(struct fv_audit *a, enum fv_audit_gate gate,
    const struct fv_audit_rows *rows, const char *what)
{
	if (rows->count > 0)
		fv_audit_verdict_find(a->v, gate,
		    "%" PRIu64 " rows of hosts, the first %" PRIu64 ": %s",
		    rows->count, rows->first, what);
}

static void
tell_mapping(struct fv_audit *a)
{
	const struct fv_audit_mapping *m = &a->v->mapping;

	tell_rows(a, FV_AUDIT_CLASSES, &m->classes,
	    "version or address class is not that of the original");
	tell_rows(a, FV_AUDIT_CLASSES, &m->strayed,
	    "leading bits that the rule for such addresses keeps are changed");
	tell_rows(a, FV_AUDIT_CLASSES, &m->texts,
	    "the text and the number tell two addresses");
	tell_rows(a, FV_AUDIT_INJECTIVE, &m->twice,
	    "another host is published under this address, too");
	tell_rows(a, FV_AUDIT_INJECTIVE, &m->halves,
	    "another IPv6 host has the same last 64 bits");
	tell_rows(a, FV_AUDIT_PREFIXES, &m->prefixes,
	    "shares more or fewer leading bits with its neighbour than the "
	    "originals do");
	if (m->fixed_over > 0)
		fv_audit_verdict_find(a->v, FV_AUDIT_FIXED_POINTS,
		    "%" PRIu64
		    " hosts are published under their own address, the first "
		    "in row %" PRIu64 " of hosts: more than chance makes in "
		    "%u of the address spaces; take another key",
		    m->fixed.count, m->fixed.first, m->fixed_over);
	fv_audit_verdict_pass(a->v, FV_AUDIT_CLASSES,
	    "%" PRIu64 " hosts; %" PRIu64
	    " name nobody, and stand as they are by rule",
	    m->hosts, m->kept);
	fv_audit_verdict_pass(
	    a->v, FV_AUDIT_INJECTIVE, "%" PRIu64 " hosts", m->hosts);
	fv_audit_verdict_pass(a->v, FV_AUDIT_PREFIXES,
	    "%" PRIu64 " pairs of neighbours, which prove all pairs",
	    m->neighbours);
	fv_audit_verdict_pass(a->v, FV_AUDIT_FIXED_POINTS,
	    "%" PRIu64 " hosts; chance makes %.2g, and up to %.2g in all "
	    "spaces together",
	    m->fixed.count, m->fixed_mean, m->fixed_limit);
}

/* What the dataset says of its mapping; -1 when it says what we know not. */
static int
mapping_options(struct fv_audit *a, struct fv_mapping_options *options)
{
	const char *spaces = fv_reader_text(a->reader, "address_spaces");

	memset(options, 0, sizeof(*options));
	options->canonical = a->canonical;
	options->scope.release = fv_reader_text(a->reader, "release");
	if (a->v->scheme == NULL ||
	    fv_mapping_scheme_parse(a->v->scheme, &options->scheme, a->err) ==
		-1 ||
	    (spaces != NULL && strcmp(spaces, FV_MAPPING_SPACES_ONE) != 0 &&
		strcmp(spaces, FV_MAPPING_SPACES_APART) != 0))
		return fv_err_set(a->err, FV_EFORMAT,
		    "%s: its scheme is none that this version knows: --key "
		    "cannot be used",
		    a->subject->dataset);
	return 0;
}

/* The mapping of each site, over the hosts that were seen there. */
static int
map_again(struct fv_audit *a, const struct fv_host *rows, size_t n)
{
	uint64_t nsites = fv_reader_rows(a->reader, FV_TABLE_SITES), i;
	char name[FV_SITE_TEXT + 1] = { 0 };
	struct fv_mapping_options options;
	struct fv_mapping *m = NULL;
	struct fv_site *sites;
	int rc;

	sites = fv_reader_table(a->reader, FV_TABLE_SITES, a->err);
	if (sites == NULL)
		return -1;
	rc = mapping_options(a, &options);
	for (i = 0; i < nsites && rc == 0; i++) {
		memcpy(name, sites[i].name, FV_SITE_TEXT);
		options.scope.site = name;
		m = fv_mapping_new(a->subject->key, &options, a->err);
		rc = m == NULL
		    ? -1
		    : fv_audit_mapping_key(
			  fv_originals_hosts(&a->subject->harvest->originals),
			  rows, n, (uint32_t)i, m, &a->v->mapping, a->err);
		fv_mapping_free(m);
	}
	free(sites);
	return rc;
}

static int
audit_key(struct fv_audit *a, const struct fv_host *rows, size_t n)
{
	if (a->subject->key == NULL) {
		fv_audit_verdict_skip(
		    a->v, FV_AUDIT_KEY, false, "give --key to run it");
		return 0;
	}
	if (a->v->key_id == NULL ||
	    strcmp(a->v->key_id, fv_key_id(a->subject->key)) != 0)
		return fv_err_set(a->err, FV_EKEY,
		    "--key: the dataset was made with another key");
	if (map_again(a, rows, n) == -1)
		return -1;
	tell_rows(a, FV_AUDIT_KEY, &a->v->mapping.keyed,
	    "the key maps the original to another address");
	fv_audit_verdict_pass(a->v, FV_AUDIT_KEY, "%zu hosts, mapped again", n);
	return 0;
}

int
fv_audit_hosts(struct fv_audit *a)
{
	const struct fv_harvest *h = a->subject->harvest;
	const struct fv_audit_rules rules = {
		.weak = a->v->scheme == NULL ||
		    strcmp(a->v->scheme,
			fv_mapping_scheme_name(FV_MAPPING_CRYPTO_PAN)) == 0,
		.canonical = a->canonical,
	};
	uint64_t n = fv_reader_rows(a->reader, FV_TABLE_HOSTS);
	struct fv_host *rows;
	int rc;

	if (h->originals.hosts.count != n) {
		fv_audit_hosts_skip(a, other_captures);
		return 0;
	}
	rows = fv_reader_table(a->reader, FV_TABLE_HOSTS, a->err);
	if (rows == NULL)
		return -1;
	rc = fv_audit_mapping_check(fv_originals_hosts(&h->originals), rows,
	    (size_t)n, &rules, &a->v->mapping, a->err);
	if (rc == 0)
		rc = audit_key(a, rows, (size_t)n);
	if (rc == 0)
		tell_mapping(a);
	free(rows);
	return rc;
}

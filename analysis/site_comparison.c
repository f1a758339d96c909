/*
 * R28f: how much IPv6 there is and by which way, what ICMP reports, and how
 * different the sites are.
 */
#include <stdlib.h>

#include "analysis/divergence.h"
#include "analysis/insiders.h"
#include "analysis/registry.h"
#include "analysis/service_table.h"
#include "base/memory.h"

enum {
	ICMP = 1,
	TCP = 6,
	UDP = 17,
	IN_IPV4 = 41,
	ICMPV6 = 58,
	TEREDO = 3544,
	PORTS = 65536
};

/* The most sites that are told apart; the rest is one. */
enum { SITES = 8 };

/* Classes of a profile: services, then these. */
enum { OTHER_TCP, OTHER_UDP, NEITHER, MORE_CLASSES };
#define CLASSES_LIMIT 128 /* of services, and those */

/* Units with so many packets or more have a profile. */
enum { PACKETS_LEAST = 20 };

/* Units times classes: 32 MiB. */
#ifndef SITES_UNITS_LIMIT /* tests have a lower one */
#define SITES_UNITS_LIMIT ((size_t)1 << 15)
#endif

/* Ways of IPv6, and IPv4. */
enum way { IPV4, NATIVE, IN_4, IN_TEREDO, WAYS };

static const char *const ways[WAYS] = {
	[IPV4] = "IPv4",
	[NATIVE] = "IPv6",
	[IN_4] = "IPv6 in IPv4 (protocol 41)",
	[IN_TEREDO] = "Teredo (UDP 3544)",
};

/* What ICMP reports: errors of RFC 792 and RFC 4443. */
enum trouble { UNREACHABLE, TOO_BIG, EXPIRED, BAD, NO_TROUBLE };

static const char *const troubles[NO_TROUBLE] = {
	[UNREACHABLE] = "unreachable",
	[TOO_BIG] = "too big",
	[EXPIRED] = "hops or time exceeded",
	[BAD] = "bad parameter",
};

struct sums {
	struct fv_analysis_weight all, way[WAYS];
	uint64_t trouble[NO_TROUBLE];
};

struct state {
	struct fv_insiders in;
	size_t classes;
	uint64_t *packets; /* of each unit and class */
	struct sums site[SITES];
	uint8_t over[2][PORTS]; /* TCP, UDP: class of a far port + 1, or 0 */
};

static void
state_free(void *state)
{
	struct state *s = state;

	if (s == NULL)
		return;
	fv_insiders_free(&s->in);
	free(s->packets);
	free(s);
}

static void
learn_ports(struct state *s)
{
	const struct fv_service *row;
	size_t i, port;

	s->classes = fv_service_table_count + MORE_CLASSES;
	for (i = 0; i < fv_service_table_count; i++) {
		row = &fv_service_table[i];
		for (port = row->low; port <= row->high; port++) {
			if ((row->over & FV_SERVICE_TCP) != 0)
				s->over[0][port] = (uint8_t)(i + 1);
			if ((row->over & FV_SERVICE_UDP) != 0)
				s->over[1][port] = (uint8_t)(i + 1);
		}
	}
}

static void *
init(const struct fv_analysis_context *context, struct fv_err *err)
{
	struct state *s;

	if ((s = fv_memory_new(1, sizeof(*s), err)) == NULL)
		return NULL;
	learn_ports(s);
	if (fv_insiders_init(&s->in, context, err) == -1)
		goto fail;
	if (s->in.n > 0 && s->in.n <= SITES_UNITS_LIMIT) {
		s->packets = fv_memory_new(
		    s->in.n * s->classes, sizeof(*s->packets), err);
		if (s->packets == NULL)
			goto fail;
	}
	return s;
fail:
	state_free(s);
	return NULL;
}

static enum way
way_of(
    const struct fv_host *source, uint8_t protocol, uint16_t from, uint16_t to)
{
	if (source->ip_version == 6)
		return NATIVE;
	if (protocol == IN_IPV4)
		return IN_4;
	if (protocol == UDP && (from == TEREDO || to == TEREDO))
		return IN_TEREDO;
	return IPV4;
}

static enum trouble
trouble_of(uint8_t protocol, uint8_t type, uint8_t code)
{
	if (protocol == ICMPV6)
		return type >= 1 && type <= 4 ? (enum trouble)(type - 1)
					      : NO_TROUBLE;
	if (protocol != ICMP)
		return NO_TROUBLE;
	if (type == 3)
		return code == 4 ? TOO_BIG : UNREACHABLE;
	return type == 11 ? EXPIRED : type == 12 ? BAD : NO_TROUBLE;
}

/* Which of the sites a host was seen at. */
static size_t
site_of(const struct fv_analysis_context *c, uint32_t host)
{
	uint32_t site = c->hosts[host].site;

	return site < SITES ? site : SITES - 1;
}

static size_t
class_of(const struct state *s, uint8_t protocol, uint16_t far)
{
	unsigned service;

	if (protocol != TCP && protocol != UDP)
		return fv_service_table_count + NEITHER;
	service = s->over[protocol == UDP][far];
	if (service > 0)
		return service - 1;
	return fv_service_table_count +
	    (protocol == TCP ? OTHER_TCP : OTHER_UDP);
}

static int
add(void *state, const struct fv_analysis_context *c,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	const uint32_t *source = batch->column[FV_FLOW_SOURCE];
	const uint32_t *destination = batch->column[FV_FLOW_DESTINATION];
	const uint16_t *from = batch->column[FV_FLOW_SOURCE_PORT];
	const uint16_t *to = batch->column[FV_FLOW_DESTINATION_PORT];
	const uint8_t *protocol = batch->column[FV_FLOW_PROTOCOL];
	const uint8_t *type = batch->column[FV_FLOW_ICMP_TYPE];
	const uint8_t *code = batch->column[FV_FLOW_ICMP_CODE];
	const uint8_t *direction = batch->column[FV_FLOW_DIRECTION];
	const uint64_t *packets = batch->column[FV_FLOW_PACKETS];
	const uint64_t *bytes = batch->column[FV_FLOW_BYTES];
	struct state *s = state;
	enum trouble trouble;
	struct sums *sums;
	uint32_t unit;
	bool sent;
	size_t i;

	(void)err;
	for (i = 0; i < batch->rows; i++) {
		sums = &s->site[site_of(c, source[i])];
		fv_analysis_weigh(&sums->all, packets[i], bytes[i]);
		fv_analysis_weigh(&sums->way[way_of(&c->hosts[source[i]],
				      protocol[i], from[i], to[i])],
		    packets[i], bytes[i]);
		trouble = trouble_of(protocol[i], type[i], code[i]);
		if (trouble != NO_TROUBLE)
			sums->trouble[trouble] += packets[i];
		unit = fv_insiders_of(
		    &s->in, direction[i], source[i], destination[i], &sent);
		if (unit == FV_NO_ROW || s->packets == NULL)
			continue;
		s->packets[unit * s->classes +
		    class_of(s, protocol[i], sent ? to[i] : from[i])] +=
		    packets[i];
	}
	return 0;
}

static int
merge(void *into, const void *from, const struct fv_analysis_context *context,
    struct fv_err *err)
{
	const struct state *f = from;
	struct state *s = into;
	size_t i, k;

	(void)context;
	(void)err;
	for (i = 0; i < SITES; i++) {
		fv_analysis_sum(&s->site[i].all, &f->site[i].all);
		for (k = 0; k < WAYS; k++)
			fv_analysis_sum(&s->site[i].way[k], &f->site[i].way[k]);
		for (k = 0; k < NO_TROUBLE; k++)
			s->site[i].trouble[k] += f->site[i].trouble[k];
	}
	for (i = 0; s->packets != NULL && i < s->in.n * s->classes; i++)
		s->packets[i] += f->packets[i];
	return 0;
}

static const char *
name_of(const struct fv_analysis_context *c, size_t site)
{
	if (c->nsites > SITES && site == SITES - 1)
		return "all others";
	return site < c->nsites ? c->sites[site].name : "not known";
}

static void
put_ways(const struct state *s, const struct fv_analysis_context *c,
    struct fv_result *r)
{
	const struct sums *t;
	size_t i, k;

	fv_result_table(r, "ways", "IPv6, and how it travels");
	fv_result_column(r, "site", "site", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(r, "way", "way", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "count", "packets", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "packets", "packets", FV_RESULT_SHARE, FV_RESULT_BAR_LINEAR);
	fv_result_column(
	    r, "bytes", "bytes", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	for (i = 0; i < SITES; i++) {
		t = &s->site[i];
		for (k = 0; t->all.records > 0 && k < WAYS; k++) {
			fv_result_text(r, "%s", name_of(c, i));
			fv_result_text(r, "%s", ways[k]);
			fv_result_count(r, t->way[k].packets);
			fv_analysis_share(r, t->way[k].packets, t->all.packets);
			fv_analysis_share(r, t->way[k].bytes, t->all.bytes);
		}
	}
}

static void
put_troubles(const struct state *s, const struct fv_analysis_context *c,
    struct fv_result *r)
{
	size_t i, k;

	fv_result_table(r, "icmp_errors", "What ICMP and ICMPv6 report");
	fv_result_column(r, "site", "site", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(r, "error", "error", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "packets", "packets", FV_RESULT_COUNT, FV_RESULT_BAR_LOG);
	fv_result_column(
	    r, "share", "of all packets", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	for (i = 0; i < SITES; i++)
		for (k = 0; k < NO_TROUBLE; k++) {
			if (s->site[i].trouble[k] == 0)
				continue;
			fv_result_text(r, "%s", name_of(c, i));
			fv_result_text(r, "%s", troubles[k]);
			fv_result_count(r, s->site[i].trouble[k]);
			fv_analysis_share(
			    r, s->site[i].trouble[k], s->site[i].all.packets);
		}
}

/* The units' shares of classes, and which site each is at. */
struct profiles {
	uint32_t *share;
	const uint32_t **unit; /* by site, one after another */
	size_t first[SITES + 1];
};

/* Where a unit is at, or SITES if it has too few packets for a profile. */
static size_t
place_of(const struct state *s, const struct fv_analysis_context *c,
    size_t unit, uint64_t *sum)
{
	uint32_t site = c->hosts[s->in.host[unit]].site;
	size_t k;

	for (k = 0, *sum = 0; k < s->classes; k++)
		*sum += s->packets[unit * s->classes + k];
	return *sum < PACKETS_LEAST || site >= c->nsites || site >= SITES
	    ? SITES
	    : site;
}

static int
make_profiles(const struct state *s, const struct fv_analysis_context *c,
    struct profiles *p, struct fv_err *err)
{
	size_t site, i, k, n = 0;
	uint64_t sum;

	p->share = fv_memory_new(s->in.n * s->classes, sizeof(*p->share), err);
	p->unit = fv_memory_new(s->in.n, sizeof(*p->unit), err);
	if (p->share == NULL || p->unit == NULL)
		return -1;
	for (site = 0; site < SITES; site++) {
		p->first[site] = n;
		for (i = 0; i < s->in.n; i++) {
			if (place_of(s, c, i, &sum) != site)
				continue;
			for (k = i * s->classes; k < (i + 1) * s->classes; k++)
				p->share[k] = (uint32_t)fv_result_scaled(
				    s->packets[k], sum, FV_DIVERGENCE_WHOLE);
			p->unit[n++] = p->share + i * s->classes;
		}
	}
	p->first[SITES] = n;
	return 0;
}

static int
put_distances(const struct state *s, const struct fv_analysis_context *c,
    const struct profiles *p, struct fv_result *r, struct fv_err *err)
{
	struct fv_divergence_group group[2];
	struct fv_divergence d;
	size_t a, b;

	fv_result_table(r, "distances", "How different sites are");
	fv_result_column(r, "site", "site", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(r, "other", "and", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "distance", "distance", FV_RESULT_RATIO, FV_RESULT_BAR_LINEAR);
	fv_result_column(r, "low", "from", FV_RESULT_RATIO, FV_RESULT_NO_BAR);
	fv_result_column(r, "high", "to", FV_RESULT_RATIO, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "chance", "by chance", FV_RESULT_RATIO, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "verdict", "they are", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	for (a = 0; a < SITES; a++)
		for (b = a + 1; b < SITES; b++) {
			group[0] =
			    (struct fv_divergence_group){ p->unit + p->first[a],
				    p->first[a + 1] - p->first[a] };
			group[1] =
			    (struct fv_divergence_group){ p->unit + p->first[b],
				    p->first[b + 1] - p->first[b] };
			if (group[0].n == 0 || group[1].n == 0)
				continue;
			if (fv_divergence_find(&group[0], &group[1], s->classes,
				&d, err) == -1)
				return -1;
			fv_result_text(r, "%s", name_of(c, a));
			fv_result_text(r, "%s", name_of(c, b));
			fv_result_ratio(r, d.distance, 1000, 3);
			fv_result_ratio(r, d.low, 1000, 3);
			fv_result_ratio(r, d.high, 1000, 3);
			fv_result_ratio(r, d.chance, 1000, 3);
			fv_result_text(r, "%s",
			    d.distance > d.chance ? "different" : "alike");
		}
	fv_result_note(r,
	    "The distance is Jensen and Shannon's (0: the same, 1: nothing in "
	    "common) of what services the sites' addresses use: shares of "
	    "packets by far port, each address with %d packets or more "
	    "counting the same. From and to hold 95 %% of %d bootstraps over "
	    "addresses; by chance is what 95 %% of random splits of both "
	    "sites' addresses stay below. A difference is one of these "
	    "addresses in this period, not of kinds of places.",
	    PACKETS_LEAST, FV_DIVERGENCE_ROUNDS);
	return 0;
}

static int
compare(const struct state *s, const struct fv_analysis_context *c,
    struct fv_result *r, struct fv_err *err)
{
	struct profiles p = { .share = NULL };
	size_t i, sites = 0;
	int rc = -1;

	if (fv_insiders_missing(&s->in, c, r))
		return 0;
	if (s->packets == NULL) {
		fv_result_note(r,
		    "Limit reached: more than %zu internal addresses, so sites "
		    "are not compared.",
		    SITES_UNITS_LIMIT);
		return 0;
	}
	if (make_profiles(s, c, &p, err) == -1)
		goto out;
	for (i = 0; i < SITES; i++)
		sites += p.first[i + 1] > p.first[i];
	if (c->nsites > SITES)
		fv_result_note(r,
		    "There are %zu sites: the first %d are compared, the "
		    "others are one in the tables above.",
		    c->nsites, SITES - 1);
	if (sites < 2)
		fv_result_note(r,
		    "Fewer than two sites have internal addresses with %d "
		    "packets or more: there is nothing to compare. Give the "
		    "datasets of several sites to one report.",
		    PACKETS_LEAST);
	else if (put_distances(s, c, &p, r, err) == -1)
		goto out;
	rc = 0;
out:
	free(p.share);
	free(p.unit);
	return rc;
}

static int
finish(const void *state, const struct fv_analysis_context *c,
    struct fv_result *r, struct fv_err *err)
{
	const struct state *s = state;
	struct sums all = { .trouble = { 0 } };
	uint64_t troubles_sum = 0;
	size_t i, k;

	for (i = 0; i < SITES; i++) {
		fv_analysis_sum(&all.all, &s->site[i].all);
		for (k = 0; k < WAYS; k++)
			fv_analysis_sum(&all.way[k], &s->site[i].way[k]);
		for (k = 0; k < NO_TROUBLE; k++)
			troubles_sum += s->site[i].trouble[k];
	}
	fv_result_section(r, "R28f",
	    "What would you do? IPv6, and sites compared",
	    "All records by site and IP version; and what internal addresses "
	    "of different sites use, compared.");
	fv_result_fact(r, "ipv6", "IPv6, of packets", NULL);
	fv_analysis_share(r, all.way[NATIVE].packets, all.all.packets);
	fv_result_fact(r, "tunnelled", "IPv6 in tunnels", NULL);
	fv_analysis_share(r, all.way[IN_4].packets + all.way[IN_TEREDO].packets,
	    all.all.packets);
	fv_result_fact(r, "icmp_errors", "Errors that ICMP reports", NULL);
	fv_result_count(r, troubles_sum);
	if (all.all.records == 0) {
		fv_result_note(r, "There are no records.");
		return 0;
	}
	put_ways(s, c, r);
	if (troubles_sum > 0)
		put_troubles(s, c, r);
	return compare(s, c, r, err);
}

const struct fv_analysis fv_site_comparison_analysis = {
	.ids = "R28f",
	.name = "site_comparison",
	.description = "How much IPv6 there is, and how different sites are.",
	.columns = FV_ANALYSIS_COLUMN(SOURCE) |
	    FV_ANALYSIS_COLUMN(DESTINATION) | FV_ANALYSIS_COLUMN(SOURCE_PORT) |
	    FV_ANALYSIS_COLUMN(DESTINATION_PORT) |
	    FV_ANALYSIS_COLUMN(PROTOCOL) | FV_ANALYSIS_COLUMN(ICMP_TYPE) |
	    FV_ANALYSIS_COLUMN(ICMP_CODE) | FV_ANALYSIS_COLUMN(PACKETS) |
	    FV_ANALYSIS_COLUMN(BYTES) | FV_ANALYSIS_COLUMN(DIRECTION),
	.init = init,
	.add = add,
	.merge = merge,
	.finish = finish,
	.free = state_free,
};

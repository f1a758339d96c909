/*
 * R28e: how much of IPv6 there is, native and in tunnels, and what errors
 * come back; and how sites differ in what they use.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/divergence.h"
#include "analysis/registry.h"
#include "analysis/site_profiles.h"
#include "base/memory.h"

enum { SHOWN = 20 };

/* Additions that drawing hosts may take, in all: about a second. */
#define WORK_LIMIT (UINT64_C(1) << 31)

static void
state_free(void *state)
{
	fv_site_profiles_free(state);
}

static void *
init(const struct fv_analysis_context *context, struct fv_err *err)
{
	return fv_site_profiles_new(context, err);
}

static int
add(void *state, const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	(void)context;
	(void)err;
	fv_site_profiles_add(state, batch);
	return 0;
}

static int
merge(void *into, const void *from, const struct fv_analysis_context *context,
    struct fv_err *err)
{
	(void)context;
	(void)err;
	fv_site_profiles_merge(into, from);
	return 0;
}

/* A host with a profile; hosts of one site stand together. */
struct unit {
	uint64_t first;
	uint32_t unit, site;
};

/* What sites are compared by. */
struct comparison {
	const struct fv_site_profiles *s;
	const struct fv_analysis_context *c;
	size_t order[FV_SITE_PROFILES_SITES]; /* sites by name */
	size_t n;
	struct unit *unit;
	const uint64_t **host; /* their profiles */
	struct fv_divergence_group group[FV_SITE_PROFILES_SITES];
	uint64_t (*profile)[FV_SITE_SERVICES]; /* of each site */
};

/* By site, then first met first, then by number. */
static int
by_site(const void *a, const void *b)
{
	const struct unit *x = a, *y = b;

	if (x->site != y->site)
		return x->site < y->site ? -1 : 1;
	if (x->first != y->first)
		return x->first > y->first ? -1 : 1;
	return x->unit < y->unit ? -1 : x->unit > y->unit;
}

/* Sort the sites by name, so that the order of datasets does not matter. */
static void
order_sites(struct comparison *k)
{
	const struct fv_site *site = k->c->sites;
	size_t i, j, at;

	k->n = k->c->nsites < FV_SITE_PROFILES_SITES ? k->c->nsites
						     : FV_SITE_PROFILES_SITES;
	for (i = 0; i < k->n; i++) {
		for (j = i; j > 0; j--) {
			at = k->order[j - 1];
			if (strncmp(
				site[at].name, site[i].name, FV_SITE_TEXT) <= 0)
				break;
			k->order[j] = at;
		}
		k->order[j] = i;
	}
}

/* Gather the hosts and their sums by site. */
static int
gather(struct comparison *k, struct fv_err *err)
{
	const struct fv_site_profiles *s = k->s;
	struct fv_divergence_group *g;
	size_t i, service, n = 0;

	k->unit = fv_memory_new(s->units, sizeof(*k->unit), err);
	k->host = fv_memory_new(s->units, sizeof(*k->host), err);
	k->profile =
	    fv_memory_new(FV_SITE_PROFILES_SITES, sizeof(*k->profile), err);
	if (k->unit == NULL || k->host == NULL || k->profile == NULL)
		return -1;
	for (i = 0; i < k->c->nhosts; i++)
		if (s->host[i].unit != FV_NO_ROW &&
		    s->first[s->host[i].unit] > 0 &&
		    s->host[i].site < FV_SITE_PROFILES_SITES)
			k->unit[n++] = (struct unit){ s->first[s->host[i].unit],
				s->host[i].unit, s->host[i].site };
	qsort(k->unit, n, sizeof(*k->unit), by_site);
	for (i = 0; i < n; i++) {
		k->host[i] = s->packets + k->unit[i].unit * s->services;
		g = &k->group[k->unit[i].site];
		if (g->n++ == 0)
			g->host = &k->host[i];
		for (service = 0; service < s->services; service++)
			k->profile[k->unit[i].site][service] +=
			    k->host[i][service];
	}
	return 0;
}

static uint64_t
sum_of(const uint64_t *profile, size_t n)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		sum += profile[i];
	return sum;
}

/* The service of which the shares of ${p} and ${q} differ most. */
static size_t
most_different(const uint64_t *p, const uint64_t *q, size_t n)
{
	fv_result_wide x, y, most = 0;
	uint64_t of_p = sum_of(p, n), of_q = sum_of(q, n);
	size_t i, at = 0;

	for (i = 0; i < n; i++) {
		x = (fv_result_wide)p[i] * of_q;
		y = (fv_result_wide)q[i] * of_p;
		x = x > y ? x - y : y - x;
		if (x <= most)
			continue;
		most = x;
		at = i;
	}
	return at;
}

static void
put_distance_columns(struct fv_result *r)
{
	fv_result_column(r, "site", "site", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(r, "other", "and", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "distance", "distance", FV_RESULT_RATIO, FV_RESULT_NO_BAR);
	fv_result_column(r, "low", "from", FV_RESULT_RATIO, FV_RESULT_NO_BAR);
	fv_result_column(r, "high", "to", FV_RESULT_RATIO, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "alike", "chance", FV_RESULT_RATIO, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "service", "most by", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "share", "share", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "other_share", "other's", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
}

/* The sites ${a} and ${b}, pair number ${pair}. */
static int
put_pair(const struct comparison *k, size_t a, size_t b, uint64_t pair,
    bool draw, struct fv_result *r, struct fv_err *err)
{
	const uint64_t *p = k->profile[a], *q = k->profile[b];
	size_t n = k->s->services, most = most_different(p, q, n);
	struct fv_divergence_spread spread;

	fv_result_text(r, "%.*s", FV_SITE_TEXT, k->c->sites[a].name);
	fv_result_text(r, "%.*s", FV_SITE_TEXT, k->c->sites[b].name);
	fv_result_ratio(
	    r, fv_divergence_distance(p, q, n), FV_DIVERGENCE_ONE, 3);
	if (draw) {
		if (fv_divergence_spread(&k->group[a], &k->group[b], n, pair,
			&spread, err) == -1)
			return -1;
		fv_result_ratio(r, spread.low, FV_DIVERGENCE_ONE, 3);
		fv_result_ratio(r, spread.high, FV_DIVERGENCE_ONE, 3);
		fv_result_ratio(r, spread.alike, FV_DIVERGENCE_ONE, 3);
	} else {
		fv_result_none(r);
		fv_result_none(r);
		fv_result_none(r);
	}
	fv_result_text(r, "%s", fv_site_profiles_service(most));
	fv_result_share(r, p[most], sum_of(p, n), 1);
	fv_result_share(r, q[most], sum_of(q, n), 1);
	return 0;
}

static int
put_distances(
    const struct comparison *k, struct fv_result *r, struct fv_err *err)
{
	size_t i, j, a, b, sites = 0, hosts = 0;
	uint64_t pair = 0;
	bool draw;

	for (i = 0; i < k->n; i++) {
		sites += k->group[i].n > 0;
		hosts += k->group[i].n;
	}
	if (sites < 2) {
		fv_result_note(r,
		    "Only one site has internal hosts that sent or were sent "
		    "anything, so there is nothing to compare it with.");
		return 0;
	}
	/* Each host is drawn in pairs with all other sites. */
	draw = (uint64_t)hosts * (sites - 1) * k->s->services * 2 *
		FV_DIVERGENCE_DRAWS <=
	    WORK_LIMIT;
	fv_result_table(r, "distances", "How far the services of sites differ");
	put_distance_columns(r);
	fv_result_shown(r, SHOWN, sites * (sites - 1) / 2);
	for (i = 0; i < k->n; i++)
		for (j = i + 1; j < k->n; j++) {
			a = k->order[i];
			b = k->order[j];
			if (k->group[a].n == 0 || k->group[b].n == 0 ||
			    pair == FV_RESULT_ROWS_KEPT)
				continue;
			if (put_pair(k, a, b, pair++, draw, r, err) == -1)
				return -1;
		}
	fv_result_note(r,
	    "The distance is Jensen-Shannon's, of the packets of internal "
	    "hosts by service (the table of R10, and what is in none): 0 for "
	    "equal shares, 1 for nothing in common. 'most by' is the service "
	    "whose shares differ most.");
	if (draw)
		fv_result_note(r,
		    "'from' and 'to' hold 95 %% of the distances when hosts are "
		    "drawn anew from each site, %d times. Drawn from both "
		    "sites together, 95 %% are below 'chance': a distance that "
		    "is not above it needs no difference between the sites, "
		    "only a few hosts that do much.",
		    FV_DIVERGENCE_DRAWS);
	else
		fv_result_note(r,
		    "There are too many hosts and sites to draw them anew, so "
		    "what the distances are worth was not estimated. Report on "
		    "fewer datasets at a time.");
	return 0;
}

static void
put_sites(const struct comparison *k, struct fv_result *r)
{
	static const struct {
		int kind;
		const char *name, *heading;
	} shares[] = {
		{ FV_SITE_NATIVE, "native", "IPv6" },
		{ FV_SITE_TUNNEL, "tunnel", "in IPv4" },
		{ FV_SITE_TEREDO, "teredo", "Teredo" },
		{ FV_SITE_ERRORS, "errors", "errors" },
	};
	const struct fv_site_profiles_sums *site;
	size_t i, j;

	fv_result_table(r, "sites", "Sites, by share of packets");
	fv_result_column(r, "site", "site", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "hosts", "hosts", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "packets", "packets", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	for (j = 0; j < FV_COUNT(shares); j++)
		fv_result_column(r, shares[j].name, shares[j].heading,
		    FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	for (i = 0; i < k->n; i++) {
		site = &k->s->site[k->order[i]];
		fv_result_text(
		    r, "%.*s", FV_SITE_TEXT, k->c->sites[k->order[i]].name);
		fv_result_count(r, k->group[k->order[i]].n);
		fv_result_count(r, site->of[FV_SITE_ALL].packets);
		for (j = 0; j < FV_COUNT(shares); j++)
			fv_analysis_share(r, site->of[shares[j].kind].packets,
			    site->of[FV_SITE_ALL].packets);
	}
}

static void
put_facts(const struct comparison *k, struct fv_result *r)
{
	struct fv_site_profiles_sums all = { 0 };
	uint64_t ipv6;
	size_t i, kind;

	for (i = 0; i <= FV_SITE_PROFILES_SITES; i++)
		for (kind = 0; kind < FV_SITE_KINDS; kind++)
			fv_analysis_sum(&all.of[kind], &k->s->site[i].of[kind]);
	ipv6 = all.of[FV_SITE_NATIVE].packets + all.of[FV_SITE_TUNNEL].packets +
	    all.of[FV_SITE_TEREDO].packets;
	fv_result_fact(r, "ipv6", "Packets of IPv6, or with it inside", NULL);
	fv_analysis_share(r, ipv6, all.of[FV_SITE_ALL].packets);
	fv_result_fact(r, "native", "native, of these", NULL);
	fv_analysis_share(r, all.of[FV_SITE_NATIVE].packets, ipv6);
	fv_result_fact(r, "tunnel", "in IPv4 (protocol 41)", NULL);
	fv_analysis_share(r, all.of[FV_SITE_TUNNEL].packets, ipv6);
	fv_result_fact(r, "teredo", "in UDP (Teredo, port 3544)", NULL);
	fv_analysis_share(r, all.of[FV_SITE_TEREDO].packets, ipv6);
	fv_result_fact(r, "native_bytes", "Bytes of native IPv6", NULL);
	fv_analysis_share(
	    r, all.of[FV_SITE_NATIVE].bytes, all.of[FV_SITE_ALL].bytes);
	fv_result_fact(r, "errors", "ICMP errors, of packets", NULL);
	fv_analysis_share(
	    r, all.of[FV_SITE_ERRORS].packets, all.of[FV_SITE_ALL].packets);
}

static int
put(struct comparison *k, struct fv_result *r, struct fv_err *err)
{
	put_facts(k, r);
	order_sites(k);
	if (gather(k, err) == -1)
		return -1;
	put_sites(k, r);
	if (k->c->nsites > FV_SITE_PROFILES_SITES)
		fv_result_note(r,
		    "There are %zu sites; the first %zu are compared.",
		    k->c->nsites, FV_SITE_PROFILES_SITES);
	if (k->s->too_many)
		fv_result_note(r,
		    "There are more than %zu internal hosts, whose profiles "
		    "were not kept; sites were not compared. Report on fewer "
		    "datasets at a time.",
		    FV_SITE_PROFILES_UNITS);
	else if (k->c->nsites < 2)
		fv_result_note(r,
		    "There is one site, so there is nothing to compare it "
		    "with. Report on datasets of several sites together.");
	else if (!fv_analysis_inside_known(k->c))
		fv_result_note(r,
		    "No host of this dataset is known to be internal, so there "
		    "are no hosts of a site to compare.");
	else
		return put_distances(k, r, err);
	return 0;
}

static int
finish(const void *state, const struct fv_analysis_context *c,
    struct fv_result *r, struct fv_err *err)
{
	struct comparison k = { .s = state, .c = c };
	int rc;

	fv_result_section(r, "R28e",
	    "If you had access to this data: IPv6, and sites beside each other",
	    "Records of IPv6, native or inside IPv4, and ICMP errors; and the "
	    "services of internal hosts, site by site.");
	rc = put(&k, r, err);
	free(k.unit);
	free(k.host);
	free(k.profile);
	return rc;
}

const struct fv_analysis fv_site_comparison_analysis = {
	.ids = "R28e",
	.name = "site_comparison",
	.description = "IPv6, and how sites differ in their services.",
	.columns = FV_SITE_PROFILES_COLUMNS,
	.init = init,
	.add = add,
	.merge = merge,
	.finish = finish,
	.free = state_free,
};

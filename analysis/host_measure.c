/*
 * Measuring a host's evidence: what analysis/host_evidence.c counted, as
 * values to be weighed.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/host_evidence.h"
#include "analysis/nats.h"
#include "base/memory.h"
#include "datasets/hosts.h"

enum { PORTS = FV_PORT_PROFILE_PORTS };

/* A stack counts that opens so many connections: one in RARE. */
enum { RARE = 20, MILLION = 1000000 };

/* The entropy of ${count}, over the most that so many draws can have. */
static struct fv_evidence_value
spread(const uint64_t *count, size_t n)
{
	double sum = 0, p;
	uint64_t all = 0;
	size_t i;

	for (i = 0; i < n; i++)
		all += count[i];
	if (all < 2)
		return (struct fv_evidence_value){ 0, 0 };
	for (i = 0; i < n; i++) {
		if (count[i] == 0)
			continue;
		p = (double)count[i] / (double)all;
		sum -= p * fv_nats_ln(p);
	}
	sum /= fv_nats_ln((double)all);
	return (struct fv_evidence_value){ (uint64_t)(sum * MILLION + 0.5),
		MILLION };
}

/* A public partner that was sent to, as its shares are looked at. */
struct partner {
	uint64_t first;
	uint32_t host;
};

/* First met first. */
static int
by_appearance(const void *a, const void *b)
{
	const struct partner *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? 1 : -1;
	return x->host < y->host ? -1 : x->host > y->host;
}

static int
ascending(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* The mean of the leading bits that IPv4 partners share with the one before. */
static struct fv_evidence_value
common_prefix(struct partner *p, size_t n, const struct fv_analysis_context *c)
{
	struct fv_evidence_value v = { 0, 0 };
	const struct fv_host *h, *last = NULL;
	uint64_t differ;
	size_t i;

	qsort(p, n, sizeof(*p), by_appearance);
	for (i = 0; i < n; i++) {
		h = &c->hosts[p[i].host];
		if (h->ip_version != 4)
			continue;
		if (last != NULL) {
			differ =
			    (h->address_low ^ last->address_low) & UINT32_MAX;
			v.part += differ == 0
			    ? 32
			    : (uint64_t)__builtin_clzll(differ) - 32;
			v.whole++;
		}
		last = h;
	}
	return v;
}

/* Everything that partners tell. */
static int
measure_partners(const struct fv_host_evidence *s,
    const struct fv_analysis_context *c, struct fv_host_evidence_findings *f,
    struct fv_err *err)
{
	uint64_t *packets, all = 0, most = 0, seen, high = 0;
	struct fv_evidence_value *v = f->value;
	struct partner *p;
	const uint64_t *key;
	size_t i, n = 0;

	p = fv_memory_new(s->partners.count, sizeof(*p), err);
	packets = fv_memory_new(s->partners.count, sizeof(*packets), err);
	if (p == NULL || packets == NULL) {
		free(p);
		free(packets);
		return -1;
	}
	for (i = 0; i < s->partners.count; i++) {
		key = fv_tally_key(&s->partners, i);
		seen = key[1 + FV_PARTNER_SEEN];
		f->attempted += (seen & FV_PARTNER_ATTEMPTED) != 0;
		v[FV_EVIDENCE_answered].part +=
		    (seen & (FV_PARTNER_ATTEMPTED | FV_PARTNER_ANSWERED)) ==
		    (FV_PARTNER_ATTEMPTED | FV_PARTNER_ANSWERED);
		if ((seen & FV_PARTNER_SENT_TO) == 0 ||
		    !fv_hosts_is_public(c->hosts[key[0]].address_class))
			continue;
		p[n] = (struct partner){ key[1 + FV_PARTNER_FIRST],
			(uint32_t)key[0] };
		packets[n++] = key[1 + FV_PARTNER_PACKETS];
		all += key[1 + FV_PARTNER_PACKETS];
		most = key[1 + FV_PARTNER_PACKETS] > most
		    ? key[1 + FV_PARTNER_PACKETS]
		    : most;
		v[FV_EVIDENCE_both_protocols].whole +=
		    (seen & (FV_PARTNER_OVER_TCP | FV_PARTNER_OVER_UDP)) != 0;
		v[FV_EVIDENCE_both_protocols].part +=
		    (seen & (FV_PARTNER_OVER_TCP | FV_PARTNER_OVER_UDP)) ==
		    (FV_PARTNER_OVER_TCP | FV_PARTNER_OVER_UDP);
		high += (seen & FV_PARTNER_HIGH_PORT) != 0;
	}
	/* The order of a tally is that of arrival; a sum of doubles minds. */
	qsort(packets, n, sizeof(*packets), ascending);
	f->partners = n;
	v[FV_EVIDENCE_answered].whole = f->attempted;
	v[FV_EVIDENCE_fan_out] =
	    (struct fv_evidence_value){ f->attempted, s->count.syns };
	v[FV_EVIDENCE_destination_entropy] = spread(packets, n);
	v[FV_EVIDENCE_common_prefix] = common_prefix(p, n, c);
	v[FV_EVIDENCE_largest_share] = (struct fv_evidence_value){ most, all };
	v[FV_EVIDENCE_ports_per_peer] =
	    (struct fv_evidence_value){ f->ports, high };
	free(p);
	free(packets);
	return 0;
}

/* How the packets of one side's ports spread; which port has most, of all. */
static int
measure_ports(const struct fv_host_evidence *s, enum fv_port_side side,
    struct fv_evidence_value *entropy, struct fv_evidence_value *most,
    uint16_t *port, struct fv_err *err)
{
	struct fv_port_ranking *k;
	uint64_t *packets = NULL;
	size_t i;
	int rc = -1;

	if ((k = fv_port_profile_rank(&s->profile, side, err)) == NULL ||
	    (packets = fv_memory_new(k->n, sizeof(*packets), err)) == NULL)
		goto out;
	for (i = 0; i < k->n; i++)
		packets[i] = k->use[i].packets;
	*entropy = spread(packets, k->n);
	*most =
	    (struct fv_evidence_value){ k->n > 0 ? packets[0] : 0, k->packets };
	*port = k->n > 0 ? k->use[0].port : 0;
	rc = 0;
out:
	free(packets);
	free(k);
	return rc;
}

/* An hour's use of a stack, as it stands in the tally. */
struct use {
	uint64_t hour, stack, opened;
};

static int
by_hour(const void *a, const void *b)
{
	const struct use *x = a, *y = b;

	if (x->hour != y->hour)
		return x->hour < y->hour ? -1 : 1;
	return x->stack < y->stack ? -1 : x->stack > y->stack;
}

/* How the ${n} uses at ${u} of stacks that count follow each other. */
static void
measure_times(const struct use *u, size_t n, struct fv_evidence_stacks *f)
{
	uint64_t last = UINT64_MAX;
	size_t i, to;

	for (i = 0; i < n; i = to) {
		for (to = i; to < n && u[to].hour == u[i].hour; to++)
			if (u[to].stack != last) {
				f->runs++;
				last = u[to].stack;
			}
		f->hours++;
		f->mixed += to - i > 1;
	}
	f->timed = true;
}

static int
measure_stacks(const struct fv_host_evidence *s,
    const struct fv_analysis_context *c, struct fv_evidence_stacks *f,
    struct fv_err *err)
{
	uint64_t *opened, all = 0, ttl = 0;
	struct use *u;
	size_t i, n = 0;

	opened = fv_memory_new(c->nstacks, sizeof(*opened), err);
	u = fv_memory_new(s->stacks.count, sizeof(*u), err);
	if (opened == NULL || u == NULL) {
		free(opened);
		free(u);
		return -1;
	}
	for (i = 0; i < s->stacks.count; i++) {
		const uint64_t *key = fv_tally_key(&s->stacks, i);

		opened[key[1]] += key[2];
		all += key[2];
	}
	for (i = 0; i < c->nstacks; i++) {
		if (opened[i] == 0 || opened[i] < all / RARE)
			continue;
		f->stacks++;
		f->ttls |= f->stacks > 1 && c->stacks[i].ttl != ttl;
		ttl = c->stacks[i].ttl;
	}
	for (i = 0; i < s->stacks.count; i++) {
		const uint64_t *key = fv_tally_key(&s->stacks, i);

		if (opened[key[1]] >= all / RARE)
			u[n++] = (struct use){ key[0], key[1], key[2] };
	}
	qsort(u, n, sizeof(*u), by_hour);
	measure_times(u, n, f);
	free(opened);
	free(u);
	return 0;
}

int
fv_host_evidence_measure(const struct fv_host_evidence *s,
    const struct fv_analysis_context *c, struct fv_host_evidence_findings *f,
    struct fv_err *err)
{
	const struct fv_host_evidence_counts *n = &s->count;
	struct fv_evidence_value *v = f->value, unused;
	uint16_t port;
	size_t i;

	memset(f, 0, sizeof(*f));
	for (i = 0; i < PORTS; i++)
		f->ports += s->high[i];
	v[FV_EVIDENCE_acks_per_syn] =
	    (struct fv_evidence_value){ n->acks, n->syns };
	v[FV_EVIDENCE_closes_per_syn] =
	    (struct fv_evidence_value){ n->closes, n->syns };
	v[FV_EVIDENCE_accepted] =
	    (struct fv_evidence_value){ n->taken, n->taken + n->syns };
	v[FV_EVIDENCE_udp] =
	    (struct fv_evidence_value){ n->udp, n->udp + n->tcp };
	if (measure_ports(s, FV_PORT_SOURCE,
		&v[FV_EVIDENCE_source_port_entropy], &v[FV_EVIDENCE_main_port],
		&f->main_port, err) == -1 ||
	    measure_ports(s, FV_PORT_DESTINATION,
		&v[FV_EVIDENCE_destination_port_entropy], &unused, &port,
		err) == -1 ||
	    measure_partners(s, c, f, err) == -1)
		return -1;
	return measure_stacks(s, c, &f->stacks, err);
}

#include "analysis/host_evidence.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/nats.h"
#include "base/memory.h"

enum { IGMP = 2, TCP = 6, UDP = 17 };
enum { FIN = 1, SYN = 2, RST = 4, ACK = 16 };
enum { HIGH = 1025, PORTS = FV_PORT_PROFILE_PORTS };

/*
 * More partners than this of one host are not kept, and the section says so;
 * some 60 bytes for each.
 */
#ifndef PARTNERS_LIMIT /* tests have a lower one */
#define PARTNERS_LIMIT ((size_t)1 << 25)
#endif

/* What is kept of a partner: words of a tally's value. */
enum { SEEN, FIRST, PACKETS, PARTNER_WORDS };

/* SEEN: what there was between the two. */
enum {
	SENT_TO = 1,
	ATTEMPTED = 2,  /* this host began a TCP connection */
	ANSWERED = 4,   /* a connection came to be */
	OVER_TCP = 8,   /* on ports that are not COMMON */
	OVER_UDP = 16,  /* likewise */
	HIGH_PORT = 32, /* sent to one above 1024 */
};

/*
 * Ports that hosts use over both protocols anyway, or with their neighbours
 * (after Karagiannis et al. 2004).
 */
static const uint16_t common_ports[] = { 53, 67, 68, 88, 123, 135, 137, 138,
	139, 161, 389, 445, 500, 1900, 3544, 4500, 5353, 5355 };

/* A stack counts that opens so many connections: one in RARE. */
enum { RARE = 20, MILLION = 1000000 };

#define HOUR UINT64_C(3600000000000)

void
fv_host_evidence_free(struct fv_host_evidence *e)
{
	if (e == NULL)
		return;
	fv_tally_free(&e->partners);
	fv_tally_free(&e->stacks);
	free(e);
}

struct fv_host_evidence *
fv_host_evidence_new(const struct fv_analysis_context *context, uint32_t host,
    struct fv_err *err)
{
	struct fv_host_evidence *e;

	if ((e = fv_memory_new(1, sizeof(*e), err)) == NULL)
		return NULL;
	e->inside_known = fv_analysis_inside_known(context);
	e->host = host;
	if (fv_tally_init(
		&e->partners, 1, PARTNER_WORDS, PARTNERS_LIMIT, err) == -1 ||
	    fv_tally_init(&e->stacks, 2, 1, PARTNERS_LIMIT, err) == -1) {
		fv_host_evidence_free(e);
		return NULL;
	}
	return e;
}

static void
fill(struct fv_host_evidence *s)
{
	s->full = true;
	fv_tally_free(&s->partners);
	fv_tally_free(&s->stacks);
}

/* The value of ${key} in ${t}; NULL also when the state is full. */
static uint64_t *
value_of(struct fv_host_evidence *s, struct fv_tally *t, const uint64_t *key,
    size_t key_words, struct fv_err *err)
{
	uint64_t *value;

	err->code = FV_OK;
	if (s->full)
		return NULL;
	value = fv_tally_at(
	    t, key, fv_tally_hash(t, key, key_words), key_words, err);
	if (value == NULL && err->code == FV_ELIMIT) {
		fill(s);
		err->code = FV_OK;
	}
	return value;
}

static bool
is_common(uint16_t port)
{
	size_t i;

	for (i = 0; i < FV_COUNT(common_ports); i++)
		if (common_ports[i] == port)
			return true;
	return false;
}

/* What is looked at of a row. */
struct row {
	const struct fv_analysis_batch *batch;
	uint32_t source, destination, stack;
	uint16_t from, to;
	uint8_t protocol, flags, first;
	uint64_t packets;
	int64_t start;
};

static struct row
row_of(const struct fv_analysis_batch *b, size_t i)
{
	const void *const *c = b->column;

	return (struct row){ b, ((const uint32_t *)c[FV_FLOW_SOURCE])[i],
		((const uint32_t *)c[FV_FLOW_DESTINATION])[i],
		((const uint32_t *)c[FV_FLOW_STACK])[i],
		((const uint16_t *)c[FV_FLOW_SOURCE_PORT])[i],
		((const uint16_t *)c[FV_FLOW_DESTINATION_PORT])[i],
		((const uint8_t *)c[FV_FLOW_PROTOCOL])[i],
		((const uint8_t *)c[FV_FLOW_TCP_FLAGS])[i],
		((const uint8_t *)c[FV_FLOW_INITIAL_TCP_FLAGS])[i],
		((const uint64_t *)c[FV_FLOW_PACKETS])[i],
		((const int64_t *)c[FV_FLOW_START_TIME])[i] };
}

/* Whether the row's first packet asks for a connection. */
static bool
opens(const struct row *r)
{
	return r->protocol == TCP && (r->first & (SYN | ACK)) == SYN;
}

/* Packets with an ACK that is no refusal; of a flow, all but its first SYN. */
static uint64_t
acks_of(const struct row *r)
{
	if (r->protocol != TCP || (r->flags & ACK) == 0 ||
	    ((r->flags & RST) != 0 && r->packets <= 1))
		return 0;
	return r->packets - ((r->first & SYN) != 0 && r->packets > 0);
}

static bool
is_chatter(const struct row *r)
{
	return r->protocol == IGMP ||
	    (r->protocol == UDP &&
		(r->to == 137 || r->to == 138 || r->to == 1900 ||
		    r->to == 5353 || r->to == 5355));
}

/* What the row says of connections, in sums. */
static void
count_row(struct fv_host_evidence_counts *n, const struct row *r)
{
	n->packets += r->packets;
	n->chatter += is_chatter(r) ? r->packets : 0;
	if (r->protocol == UDP)
		n->udp += r->packets;
	if (r->protocol != TCP)
		return;
	n->tcp += r->packets;
	n->syns += opens(r);
	n->acks += acks_of(r);
	n->closes +=
	    (r->flags & FIN) != 0 || (r->flags & (RST | ACK)) == (RST | ACK);
	n->taken += (r->first & (SYN | ACK)) == (SYN | ACK);
	n->web += r->to == 80 || r->to == 443 ? r->packets : 0;
}

/* What the row says of the partner that it went to. */
static int
meet(struct fv_host_evidence *s, const struct row *r, bool is_public,
    struct fv_err *err)
{
	const uint64_t key = r->destination;
	bool either = r->protocol == TCP || r->protocol == UDP;
	uint64_t *value;

	value = value_of(s, &s->partners, &key, 1, err);
	if (value == NULL)
		return err->code == FV_OK ? 0 : -1;
	value[SEEN] |= SENT_TO;
	if (fv_analysis_earliness(r->start) > value[FIRST])
		value[FIRST] = fv_analysis_earliness(r->start);
	value[PACKETS] += r->packets;
	if (opens(r))
		value[SEEN] |= ATTEMPTED;
	if (acks_of(r) > 0)
		value[SEEN] |= ANSWERED;
	if (either && !is_common(r->from) && !is_common(r->to))
		value[SEEN] |= r->protocol == TCP ? OVER_TCP : OVER_UDP;
	if (either && r->to >= HIGH) {
		value[SEEN] |= HIGH_PORT;
		s->high[r->to] |= is_public;
	}
	return 0;
}

/* A row that the host sent. */
static int
add_sent(struct fv_host_evidence *s, const struct fv_analysis_context *c,
    const struct row *r, size_t i, struct fv_err *err)
{
	uint64_t key[2], *value;

	count_row(&s->count, r);
	fv_port_profile_add(&s->profile, r->batch, i);
	if (meet(s, r,
		c->hosts[r->destination].address_class == FV_ADDRESS_PUBLIC,
		err) == -1)
		return -1;
	if (!opens(r) || r->stack == FV_NO_ROW)
		return 0;
	key[0] = ((uint64_t)r->start ^ (uint64_t)1 << 63) / HOUR;
	key[1] = r->stack;
	value = value_of(s, &s->stacks, key, 2, err);
	if (value == NULL)
		return err->code == FV_OK ? 0 : -1;
	(*value)++;
	return 0;
}

/* A row that was sent to the host: whether a connection came to be. */
static int
add_got(struct fv_host_evidence *s, const struct row *r, struct fv_err *err)
{
	const uint64_t key = r->source;
	uint64_t *value;

	if (r->protocol != TCP || (r->flags & (ACK | RST)) != ACK)
		return 0;
	value = value_of(s, &s->partners, &key, 1, err);
	if (value == NULL)
		return err->code == FV_OK ? 0 : -1;
	value[SEEN] |= ANSWERED;
	return 0;
}

int
fv_host_evidence_add(struct fv_host_evidence *s,
    const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	const uint32_t *source = batch->column[FV_FLOW_SOURCE];
	const uint32_t *destination = batch->column[FV_FLOW_DESTINATION];
	const uint8_t *direction = batch->column[FV_FLOW_DIRECTION];
	struct row r;
	size_t i;

	for (i = 0; i < batch->rows; i++) {
		if (source[i] != s->host && destination[i] != s->host)
			continue;
		r = row_of(batch, i);
		if (source[i] == s->host &&
		    fv_analysis_outward(direction[i], s->inside_known)) {
			if (add_sent(s, context, &r, i, err) == -1)
				return -1;
		} else if (destination[i] == s->host &&
		    (direction[i] == FV_DIRECTION_INBOUND ||
			(!s->inside_known &&
			    direction[i] == FV_DIRECTION_UNKNOWN)) &&
		    add_got(s, &r, err) == -1) {
			return -1;
		}
	}
	return 0;
}

static void
sum_counts(struct fv_host_evidence_counts *into,
    const struct fv_host_evidence_counts *from)
{
	into->syns += from->syns;
	into->acks += from->acks;
	into->closes += from->closes;
	into->taken += from->taken;
	into->packets += from->packets;
	into->tcp += from->tcp;
	into->udp += from->udp;
	into->chatter += from->chatter;
	into->web += from->web;
}

int
fv_host_evidence_merge(struct fv_host_evidence *s,
    const struct fv_host_evidence *f, struct fv_err *err)
{
	const uint64_t *key;
	uint64_t *value;
	size_t i;

	sum_counts(&s->count, &f->count);
	fv_port_profile_merge(&s->profile, &f->profile);
	for (i = 0; i < PORTS; i++)
		s->high[i] |= f->high[i];
	if (f->full)
		fill(s);
	for (i = 0; i < f->partners.count; i++) {
		key = fv_tally_key(&f->partners, i);
		value = value_of(s, &s->partners, key, 1, err);
		if (value == NULL)
			return err->code == FV_OK ? 0 : -1;
		key++;
		value[SEEN] |= key[SEEN];
		if (key[FIRST] > value[FIRST])
			value[FIRST] = key[FIRST];
		value[PACKETS] += key[PACKETS];
	}
	for (i = 0; i < f->stacks.count; i++) {
		key = fv_tally_key(&f->stacks, i);
		value = value_of(s, &s->stacks, key, 2, err);
		if (value == NULL)
			return err->code == FV_OK ? 0 : -1;
		*value += key[2];
	}
	return 0;
}

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
		seen = key[1 + SEEN];
		f->attempted += (seen & ATTEMPTED) != 0;
		v[FV_EVIDENCE_answered].part +=
		    (seen & (ATTEMPTED | ANSWERED)) == (ATTEMPTED | ANSWERED);
		if ((seen & SENT_TO) == 0 ||
		    c->hosts[key[0]].address_class != FV_ADDRESS_PUBLIC)
			continue;
		p[n] = (struct partner){ key[1 + FIRST], (uint32_t)key[0] };
		packets[n++] = key[1 + PACKETS];
		all += key[1 + PACKETS];
		most = key[1 + PACKETS] > most ? key[1 + PACKETS] : most;
		v[FV_EVIDENCE_both_protocols].whole +=
		    (seen & (OVER_TCP | OVER_UDP)) != 0;
		v[FV_EVIDENCE_both_protocols].part +=
		    (seen & (OVER_TCP | OVER_UDP)) == (OVER_TCP | OVER_UDP);
		high += (seen & HIGH_PORT) != 0;
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
